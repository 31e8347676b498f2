prelude
import Compact.Transformer.Classes.Tables
import Compact.Transformer.Classes.Runs
import Compact.Packed.Lanes
import Compact.Packed.Select
/-!
# Quartic: the checker

For each maximum `m`, query `q`, number `c` of other tokens and token `s < m`, the mixtures of the class are compared
output by output: `v^4` comparisons, `v` of them in one step on a packed row.  The two ends of the weight of the
maximum are packed side by side.  A token that passes at the ends of all classes together (most do) costs one test.

A row is kept as *gaps*: lane `t` says how far `t` is below `m`, plus a constant that makes it a natural number.
Gaps are linear in the mixture, and a gap above the slack shows in the top bit of its lane.
-/
namespace Compact
namespace Quartic
noncomputable section

/-- Constants of a check. -/
structure Setup where
  /-- Bits of a lane, and of a row. -/
  bits : Nat
  rowBits : Nat
  n : Nat
  /-- Above all logits. -/
  unit : Nat
  /-- The constant in the gaps of a token's row times its factor. -/
  offset : Nat
  /-- The top bit of a lane. -/
  top : Nat
  /-- One in every lane. -/
  one : Nat

/-- The constants for given tables. -/
def Setup.of (t : Tables) : Setup where
  bits := t.bits
  rowBits := Nat.mul t.bits t.v
  n := t.n
  unit := Nat.pow 2 t.width
  offset := Nat.mul (Nat.mul 4 (Nat.pow 2 t.width)) (Nat.pow 2 t.prec)
  top := Nat.pow 2 (Nat.sub t.bits 1)
  one := ones t.bits t.v

/-- Evaluate the constants, then go on with them. -/
def Setup.force {α : Type} (s : Setup) (k : Setup → α) : α :=
  Nat.force s.bits fun bits => Nat.force s.rowBits fun rowBits => Nat.force s.n fun n => Nat.force s.unit fun unit =>
  Nat.force s.offset fun offset => Nat.force s.top fun top => Nat.force s.one fun one =>
  k ⟨bits, rowBits, n, unit, offset, top, one⟩

/-- Weights of the maximum and of the other token, for several mixtures side by side. -/
structure Ends where
  one : Nat
  U : Nat
  V : Nat

/-- The mixtures with the weights `us` of a total `F`. -/
def Ends.of (rowBits F : Nat) (us : List Nat) : Ends where
  one := packList rowBits (mapFold (fun _ => 1) us)
  U := packList rowBits us
  V := packList rowBits (mapFold (fun U => Nat.sub F U) us)

def Ends.force {α : Type} (e : Ends) (k : Ends → α) : α :=
  Nat.force e.one fun one => Nat.force e.U fun U => Nat.force e.V fun V => k ⟨one, U, V⟩

/-- Lane tests for several mixtures side by side: lanes of `V * gaps + A` have the top bit `M`. -/
structure Test where
  V : Nat
  A : Nat
  M : Nat

/-- The tests of mixtures, given the gaps of the maximum and of the query. -/
def Ends.test (e : Ends) (mask maxGaps queryGaps : Nat) : Test :=
  ⟨e.V, Nat.add (Nat.mul e.U maxGaps) (Nat.mul e.one queryGaps), Nat.mul e.one mask⟩

def Test.force {α : Type} (T : Test) (k : Test → α) : α :=
  Nat.force T.V fun V => Nat.force T.A fun A => Nat.force T.M fun M => k ⟨V, A, M⟩

/-- Do the gaps of a token pass? -/
def Test.run (T : Test) (gaps : Nat) : Bool := Nat.beq (Nat.land (Nat.add (Nat.mul T.V gaps) T.A) T.M) T.M

/-- What is needed of one query, evaluated once. -/
structure Query where
  q : Nat
  direct : Nat
  tokenLo : Nat
  slack : Nat
  /-- The factor of the query's own position. -/
  self : Nat
  mass : Nat
  /-- For each token: its factor, and what the factor leaves of the offset.  (The kernel remembers the latter.) -/
  factors : List (Nat × Nat)
  /-- The least and the greatest weights of `0, 1, ...` positions. -/
  low : Nat
  high : Nat
  /-- The ends of all classes together, if the query is less than the maximum, and if it is the maximum. -/
  less : Ends
  same : Ends

/-- The ends of all classes with at least `k` positions that hold the maximum, of `n`. -/
def allEnds (L n low high k : Nat) : List Nat := [readLane L low k, readLane L high (Nat.pred n)]

/-- The tables for the query `q`, whose factors are `los`. -/
def Query.of (s : Setup) (t : Tables) (q : Nat) (los : List Nat) : Query where
  q := q
  direct := nth 0 t.direct q
  tokenLo := nth 0 t.tokenLo q
  slack := nth 0 t.slack q
  self := Nat.mul (readLane s.bits (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  mass := nth 0 t.mass q
  factors := mapFold (fun lo => (lo, Nat.sub s.offset (Nat.mul lo (Nat.mul 4 s.unit)))) los
  low := nth 0 t.low q
  high := nth 0 t.high q
  less := Ends.of s.rowBits (nth 0 t.mass q) (allEnds s.bits s.n (nth 0 t.low q) (nth 0 t.high q) 1)
  same := Ends.of s.rowBits (nth 0 t.mass q) (allEnds s.bits s.n (nth 0 t.low q) (nth 0 t.high q) 0)

/-- The tables for the query `q`. -/
def Query.at (s : Setup) (t : Tables) (q : Nat) : Query :=
  Query.of s t q (unpack s.bits t.v (nth 0 t.tokenLo q))

/-- Evaluate the lowest `n` digits of `N`, then go on with them. -/
def unpacked {α : Type} (base L n : Nat) : Nat → (List Nat → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Nat → α) → α) (fun _ k => k [])
    (fun _ ih N k => Nat.force (Nat.mod N base) fun x => ih (Nat.shiftRight N L) fun xs => k (x :: xs)) n

def Query.force {α : Type} (Q : Query) (k : Query → α) : α :=
  Nat.force Q.q fun q => Nat.force Q.direct fun direct => Nat.force Q.tokenLo fun tokenLo =>
  Nat.force Q.slack fun slack => Nat.force Q.self fun self => Nat.force Q.mass fun mass =>
  Nat.force Q.low fun low => Nat.force Q.high fun high => Q.less.force fun less => Q.same.force fun same =>
  k ⟨q, direct, tokenLo, slack, self, mass, Q.factors, low, high, less, same⟩

/-- Evaluate the tables for `count` queries from `q` on, then go on with them. -/
def queries {α : Type} (s : Setup) (t : Tables) (count : Nat) : Nat → (List Query → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Query → α) → α) (fun _ k => k [])
    (fun _ ih q k => unpacked (Nat.pow 2 s.bits) s.bits t.v (nth 0 t.tokenLo q) fun los =>
      (Query.of s t q los).force fun Q => ih (Nat.succ q) fun Qs => k (Q :: Qs)) count

/-- The gaps of a row: lane `t` is `row m + C - row t`. -/
def gaps (s : Setup) (m C row : Nat) : Nat := Nat.sub (Nat.mul (Nat.add (readLane s.bits row m) C) s.one) row

/-- What is needed of one maximum, evaluated once. -/
structure Maximum where
  m : Nat
  mask : Nat
  /-- Gaps of the query's own position. -/
  last : Nat
  /-- Gaps of the tokens up to `m`. -/
  tokens : List Nat
  /-- The same for the tokens below `m`, joined with those of positions. -/
  others : List Nat
  /-- The same for `m`. -/
  self : Nat

/-- Gaps of the rows of the first tokens, each joined with `base`. -/
def tokenGaps (s : Setup) (m base count : Nat) : List Nat → List Nat :=
  Nat.rec (motive := fun _ => List Nat → List Nat) (fun _ => [])
    (fun _ ih rows => List.rec (motive := fun _ => List Nat) (Nat.add (gaps s m s.unit 0) base :: ih [])
      (fun row rows _ => Nat.add (gaps s m s.unit row) base :: ih rows) rows) count

/-- The tables for the maximum `m`. -/
def Maximum.of (s : Setup) (t : Tables) (m : Nat) : Maximum where
  m := m
  mask := (Lane.of s.bits s.one m).mask
  last := gaps s m s.unit t.last
  tokens := tokenGaps s m 0 (Nat.succ m) t.token
  others := Nat.force (gaps s m (Nat.mul 2 s.unit) (nth 0 t.position m)) fun X => tokenGaps s m X m t.token
  self := Nat.add (gaps s m s.unit (nth 0 t.token m)) (gaps s m (Nat.mul 2 s.unit) (nth 0 t.position m))

def Maximum.force {α : Type} (M : Maximum) (k : Maximum → α) : α :=
  Nat.force M.m fun m => Nat.force M.mask fun mask => Nat.force M.last fun last =>
  forceList M.tokens fun tokens => forceList M.others fun others => Nat.force M.self fun self =>
  k ⟨m, mask, last, tokens, others, self⟩

/-- The gaps of a token, times its factor: `e` is an entry of `Query.factors`. -/
def scaled (s : Setup) (direct : Nat) (e : Nat × Nat) (row : Nat) : Nat :=
  Nat.add (Nat.mul e.1 (Nat.add row direct)) (Nat.mul e.2 s.one)

/-- The number of tokens that pass with the weights `U` and `U'` of the maximum: `passed` that pass at the ends of all
classes together, and some with the gaps `failed`. -/
def size (s : Setup) (M : Maximum) (Q : Query) (maxGaps queryGaps passed : Nat) (failed : List Nat) (U U' : Nat) : Nat :=
  Nat.add passed (List.rec (motive := fun _ => Nat) 0
    (fun _ _ _ => Nat.force U fun U => Nat.force U' fun U' =>
      (Ends.test (Ends.of s.rowBits Q.mass [U, U']) M.mask maxGaps queryGaps).force fun T => countIf T.run failed) failed)

/-- Does the class pass in which all positions hold the maximum? -/
def alone (M : Maximum) (Q : Query) (maxGaps queryGaps : Nat) : Bool :=
  Test.run ⟨0, Nat.add (Nat.mul Q.mass maxGaps) queryGaps, M.mask⟩ 0

/-- The inputs counted for one query and one maximum, from the gaps of the maximum and of the query. -/
def countSplit (s : Setup) (bs : List Nat) (runBits N : Nat) (M : Maximum) (Q : Query) (direct maxGaps queryGaps : Nat) : Nat :=
  (Ends.test (Bool.rec (motive := fun _ => Ends) Q.less Q.same (Nat.beq Q.q M.m)) M.mask maxGaps queryGaps).force fun T =>
  split (scaled s direct) T.run (fun passed failed => Nat.force passed fun passed =>
    countRuns s.bits s.n runBits Q.low Q.high bs (alone M Q maxGaps queryGaps)
      (fun _ => size s M Q maxGaps queryGaps passed failed) N Q.q M.m) Q.factors M.others 0 []

/-- The constant in the gaps of a mixture, and the slack; it has to stay below the top bit. -/
def level (s : Setup) (Q : Query) (slack : Nat) : Nat :=
  Nat.add (Nat.succ slack) (Nat.add (Nat.mul Q.mass s.offset) (Nat.mul Q.self (Nat.mul 3 s.unit)))

/-- Evaluate the gaps of the direct path, of the maximum and of the query, then go on with them, if lanes are wide enough;
`token` are the gaps of the query as a token. -/
def withGaps (s : Setup) (M : Maximum) (Q : Query) (token : Nat) (k : Nat → Nat → Nat → Nat) : Nat :=
  Nat.force (gaps s M.m s.unit Q.direct) fun direct =>
  Nat.force (level s Q (readLane s.bits Q.slack M.m)) fun level =>
  Nat.force (readLane s.bits Q.tokenLo M.m) fun lo =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (scaled s direct (lo, Nat.sub s.offset (Nat.mul lo (Nat.mul 4 s.unit))) M.self) fun maxGaps =>
     Nat.force (Nat.add (Nat.mul Q.self (Nat.add (Nat.add token direct) M.last)) (Nat.mul (Nat.sub s.top level) s.one))
       fun queryGaps => k direct maxGaps queryGaps)
    (Nat.ble level s.top)

/-- The inputs counted for one query and one maximum; `token` are the gaps of the query as a token. -/
def count (s : Setup) (bs : List Nat) (runs : Runs) (M : Maximum) (Q : Query) (token : Nat) : Nat :=
  Runs.decode (runs.code s.n M.m Q.q) fun N => withGaps s M Q token (countSplit s bs runs.runBits N M Q)

/-- The inputs counted for one maximum. -/
def countMaximum (s : Setup) (bs : List Nat) (runs : Runs) (Qs : List Query) (M : Maximum) : Nat :=
  foldZip (fun Q token ih => Nat.add (count s bs runs M Q token) ih) 0 Qs M.tokens

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def countBlock (t : Tables) (runs : Runs) (lo len : Nat) : Nat :=
  (Setup.of t).force fun s => forceList (binoms s.n s.n 1) fun bs => queries s t (Nat.add lo len) 0 fun Qs =>
    total len fun i => (Maximum.of s t (Nat.add lo i)).force fun M => countMaximum s bs runs Qs M

/-- The check of one block of maxima: at least `bound` inputs are counted. -/
def blockCheck (t : Tables) (runs : Runs) (lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add t.width 2) t.bits && Nat.ble 1 t.n) && Nat.ble (Nat.add lo len) t.v) && Nat.ble bound (countBlock t runs lo len)

end
end Quartic
end Compact
