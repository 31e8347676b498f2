prelude
import Compact.Transformer.Minimum.Check
import Compact.Transformer.Minimum.Prefixes
import Compact.Transformer.Strategy.Quartic.Tables
/-!
# Mixed: the checker

For each query and maximum a certificate names the part that decides: nothing is counted; or one test of margins covers
the tokens below a bound `κ` in all classes (as in `Minimum/Prefixes.lean`); or that, and the tokens from `κ` on are
compared output by output (as in `Strategy/Quartic/Check.lean`).  So whole rows are only looked at where margins do not
suffice: of the tokens that are not certified by the test, for the queries and maxima where it pays.

The claims are those of the strategy `prefix`.  `sizes` gives `κ`, once for each query and maximum (as if all classes were
one run).  `runs` holds 0 if nothing is counted, 1 if the margins decide alone, and otherwise two more than the lengths of
the runs.
-/
namespace Compact
namespace Mixed
noncomputable section

/-- What is evaluated once for a check. -/
structure Frame where
  L : Nat
  /-- Bits of a margin. -/
  b : Nat
  /-- What stands for the margin 0. -/
  o : Nat
  n : Nat
  /-- Binomial coefficients. -/
  bs : List Nat
  /-- For the comparison of outputs: constants, the rows of all tokens side by side, the queries. -/
  setup : Quartic.Setup
  tokens : Nat
  queries : List Quartic.Query

/-- The packed rows of all tokens, side by side. -/
def tokenRows (t : Tables) : Nat := packList (Nat.mul t.bits t.v) (tabulateFold (fun k => nth 0 t.token k) t.v 0)

/-- For given tables and the queries below `count`. -/
def Frame.of (t : Tables) (count : Nat) : Frame where
  L := t.bits
  b := Margins.bits t.width
  o := Pair.zero t
  n := t.n
  bs := binoms t.n t.n 1
  setup := Quartic.Setup.of t
  tokens := tokenRows t
  queries := Quartic.queryList (Quartic.Setup.of t) t count 0

/-- Evaluate it, then go on with it. -/
def Frame.make {α : Type} (t : Tables) (count : Nat) (k : Frame → α) : α :=
  Nat.force t.bits fun L => Nat.force (Margins.bits t.width) fun b => Nat.force (Pair.zero t) fun o =>
  Nat.force t.n fun n => forceList (binoms n n 1) fun bs => (Quartic.Setup.of t).force fun s =>
  Nat.force (tokenRows t) fun tokens => Quartic.queries s t count 0 fun queries => k ⟨L, b, o, n, bs, s, tokens, queries⟩

/-- What is evaluated once for a maximum. -/
structure Prepared where
  prefixes : Prefixes.Prepared
  maximum : Quartic.Maximum
  /-- Gaps of the row that stands for all positions. -/
  position : Nat

/-- From the margins of the maximum `m`. -/
def Prepared.of (t : Tables) (C : Prefixes.Claims) (F : Frame) (m : Nat) (M : Margins) : Prepared where
  prefixes := Prefixes.prepared F.b C m M
  maximum := Quartic.Maximum.of F.setup t m
  position := Quartic.gaps F.setup m (Nat.mul 2 F.setup.unit) (nth 0 t.position m)

/-- Evaluate it, but for the lists of the gaps of all tokens, then go on with it. -/
def Prepared.force {α : Type} (D : Prepared) (k : Prepared → α) : α :=
  D.prefixes.force fun prefixes => Nat.force D.maximum.m fun m => Nat.force D.maximum.mask fun mask =>
  Nat.force D.maximum.last fun last => Nat.force D.maximum.self fun self => Nat.force D.position fun position =>
  k ⟨prefixes, ⟨m, mask, last, D.maximum.tokens, D.maximum.others, self⟩, position⟩

/-- The gaps of the token `k`. -/
def tokenGaps (s : Quartic.Setup) (tokens m k : Nat) : Nat :=
  Nat.force (readLane s.rowBits tokens k) fun row => Quartic.gaps s m s.unit row

/-- The factor of the token `k`, and what it leaves of the offset. -/
def factor (s : Quartic.Setup) (Q : Quartic.Query) (k : Nat) : Nat × Nat :=
  Nat.force (readLane s.bits Q.tokenLo k) fun lo => (lo, Nat.sub s.offset (Nat.mul lo (Nat.mul 4 s.unit)))

/-- The inputs counted for one query and one maximum, if the tokens below `κ` pass and those from `κ` on are compared. -/
def compared (s : Quartic.Setup) (bs : List Nat) (runBits N tokens position κ : Nat) (M : Quartic.Maximum)
    (Q : Quartic.Query) (direct maxGaps queryGaps : Nat) : Nat :=
  (Quartic.Ends.test (Bool.rec (motive := fun _ => Quartic.Ends) Q.less Q.same (Nat.beq Q.q M.m)) M.mask maxGaps
    queryGaps).force fun T => Nat.force (Nat.sub M.m κ) fun count =>
  forceList (tabulateFold (fun k => Nat.add (tokenGaps s tokens M.m k) position) count κ) fun rows =>
  split (Quartic.scaled s direct) T.run (fun passed failed => Nat.force passed fun passed =>
    countRuns s.bits s.n runBits Q.low Q.high bs (Quartic.alone M Q maxGaps queryGaps)
      (fun _ => Quartic.size s M Q maxGaps queryGaps passed failed) N Q.q M.m)
    (tabulateFold (factor s Q) count κ) rows κ []

/-- The same, with what has to be evaluated first. -/
def compare (t : Tables) (F : Frame) (runBits N κ : Nat) (D : Prepared) (q : Nat) : Nat :=
  (nth (Quartic.Query.at F.setup t 0) F.queries q).force fun Q =>
  Nat.force (tokenGaps F.setup F.tokens D.maximum.m q) fun token =>
  Quartic.withGaps F.setup D.maximum Q token (compared F.setup F.bs runBits N F.tokens D.position κ D.maximum Q)

/-- The number of tokens that pass in all classes, by their margins. -/
def certified (F : Frame) (sizeBits m : Nat) (P : Pair) (Q : Query) (D : Prefixes.Prepared) (q : Nat) : Nat :=
  Nat.force (readLane sizeBits D.sizes (Nat.mul q F.n)) fun κ => Prefixes.size F.L F.b F.o m P Q D κ
    (readLane F.L Q.low (Nat.sub F.n (Nat.pred (classes F.n q m)))) (readLane F.L Q.high (Nat.sub F.n 1))

/-- The inputs counted for the query `q` and the maximum `m`. -/
def counted (t : Tables) (F : Frame) (C : Prefixes.Claims) (m : Nat) (M : Margins) (D : Prepared) (q : Nat) (Q : Query) : Nat :=
  Runs.decode (C.code F.n m q) fun part => (Pair.of F.L F.b F.o Q M q m).force fun P =>
  Nat.force (certified F C.sizeBits m P Q D.prefixes q) fun κ =>
  Nat.rec (motive := fun _ => Nat) (countPair F.L F.n C.runBits F.bs q m P Q (fun _ _ _ => κ) 0)
    (fun N _ => compare t F C.runBits N κ D q) part

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def count (t : Tables) (C : Prefixes.Claims) (lo len : Nat) : Nat :=
  Nat.force t.width fun width => (Margins.rows t).force fun rows => Frame.make t (Nat.add lo len) fun F =>
  countBlock t C.toMarginTable (fun m M => M.check F.L width m F.setup.one (nth 0 t.position m) rows)
    (fun m M k => (Prepared.of t C F m M).force k) (counted t F C) lo len

/-- The check of the maxima `lo, ..., lo + len - 1`: at least `bound` inputs. -/
def blockCheck (t : Tables) (C : Prefixes.Claims) (lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add t.width 5) t.bits && Nat.ble 1 t.n) && Nat.ble (Nat.add lo len) t.v) &&
    Nat.ble bound (count t C lo len)

end
end Mixed
end Compact
