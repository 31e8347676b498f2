prelude
import Compact.Transformer.Share.Collect
import Compact.Transformer.Share.Data
import Compact.Transformer.Share.Mean
import Compact.Transformer.Share.Weigh
/-!
# Counting classes by shares

For each query and maximum, the numbers that all classes share are computed once for each end (`SharePair.of`); then each run of classes
is one test: the tokens `0, ..., κ - 1`, for a `κ` that the certificate gives, pass if the extreme values of their factors and margins do.
-/
namespace Compact
noncomputable section

/-! ## The ends of a maximum -/

/-- Four numbers of a list, from place `i`. -/
def endAt (xs : List Nat) (i : Nat) : End := ⟨nth 0 xs i, nth 0 xs (i + 1), nth 0 xs (i + 2), nth 0 xs (i + 3)⟩

/-- The base of mean + difference: the first five numbers of a list. -/
def baseAt (xs : List Nat) : Base := ⟨nth 0 xs 0, nth 0 xs 1, nth 0 xs 2, nth 0 xs 3, nth 0 xs 4⟩

namespace ShareData

/-- The ends that a certificate gives for a maximum: the numbers of one; or a base and the numbers of two. -/
def endsOf (c : ShareData) (xs : List Nat) : List End :=
  Nat.rec (motive := fun _ => List End) [endAt xs 0] (fun _ _ => [endAt xs 5, endAt xs 9]) c.attention

/-- Are the ends of the maximum `m` right? -/
def endsAs (c : ShareData) (r wide : Ruler) (m : Nat) (rows : List Nat) (own : Nat) (xs : List Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool) (plainAs r c.n m rows own (endAt xs 0))
    (fun _ _ => meanAs r wide c.baseBits c.n m rows own (baseAt xs) (endAt xs 5) (endAt xs 9)) c.attention

end ShareData

/-- Evaluate ends, then go on with them. -/
def forceEnds {α : Type} (es : List End) : (List End → α) → α :=
  fold (fun e ih k => Nat.force e.same fun same => Nat.force e.other fun other => Nat.force e.ownSame fun ownSame =>
    Nat.force e.ownOther fun ownOther => ih fun es => k (⟨same, other, ownSame, ownOther⟩ :: es)) (fun k => k []) es

/-! ## One query and one maximum -/

/-- The numbers of one end: `A - B` is the margin of what is left of the direct path, `T` that of the query's token; factors of the maximum
are between `lo` and `hi`, the weight of the query's own position between `own` and `own'`. -/
def SharePair.of (origin q m A B T lo hi own own' : Nat) (e : End) : SharePair where
  sameUp := Nat.mul lo (Nat.sub (Nat.add e.same A) (Nat.add origin B))
  sameDown := Nat.mul hi (Nat.sub (Nat.add origin B) (Nat.add e.same A))
  ownUp := Nat.mul own (Bool.rec (motive := fun _ => Nat)
    (Nat.sub (Nat.add (Nat.add e.ownOther T) A) (Nat.add origin (Nat.add origin B))) (Nat.sub (Nat.add e.ownSame A) (Nat.add origin B)) (Nat.beq q m))
  ownDown := Nat.mul own' (Bool.rec (motive := fun _ => Nat)
    (Nat.sub (Nat.add origin (Nat.add origin B)) (Nat.add (Nat.add e.ownOther T) A)) (Nat.sub (Nat.add origin B) (Nat.add e.ownSame A)) (Nat.beq q m))
  otherUp := Nat.add e.other A
  otherDown := Nat.add origin (Nat.add origin B)

/-- The numbers of all ends, evaluated. -/
def forceSharePairs {α : Type} (f : End → SharePair) (es : List End) : (List SharePair → α) → α :=
  fold (fun e ih k => (f e).force fun P => ih fun Ps => k (P :: Ps)) (fun k => k []) es

/-- Do all ends pass? -/
def allPass (lowUnit highUnit : Nat) (Ps : List SharePair) (W : Loads) (lo hi T : Nat) : Bool :=
  fold (fun P ih => P.passes lowUnit highUnit W lo hi T && ih) true Ps

/-- The number of tokens of a run: `κ`, if these pass.  `margins` are running minima of the margins of tokens, packed. -/
def sizeOf (L marginBits highUnit m : Nat) (s : Seen) (Ps : List SharePair) (margins κ U U' : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun i _ => Bool.rec (motive := fun _ => Nat) 0 κ (Nat.ble κ m && allPass s.unit highUnit Ps
    (Loads.of s.mass s.spread U U') (readLane L s.small i) (readLane L s.large i) (readLane marginBits margins i))) κ

/-- Numbers of a certificate that are evaluated once. -/
structure Measures where
  n : Nat
  /-- Bits of a lane of factors, of a margin, of a number of tokens, of the length of a run, of what is said of all runs. -/
  factorBits : Nat
  marginBits : Nat
  sizeBits : Nat
  runBits : Nat
  codeBits : Nat
  /-- The unit of upper bounds of factors. -/
  highUnit : Nat

/-- The numbers of a certificate. -/
def Measures.of (c : ShareData) : Measures :=
  ⟨c.n, c.scoreBits, Nat.add c.width 2, c.sizeBits, c.runBits, Nat.succ (Nat.mul c.runBits c.n), Nat.pow 2 c.prec⟩

/-- Evaluate the numbers, then go on with them. -/
def Measures.force {α : Type} (M : Measures) (k : Measures → α) : α :=
  Nat.force M.n fun n => Nat.force M.factorBits fun factorBits => Nat.force M.marginBits fun marginBits => Nat.force M.sizeBits fun sizeBits =>
  Nat.force M.runBits fun runBits => Nat.force M.codeBits fun codeBits => Nat.force M.highUnit fun highUnit =>
  k ⟨n, factorBits, marginBits, sizeBits, runBits, codeBits, highUnit⟩

/-- The inputs counted for the query `q` and the maximum `m`; `T` is the margin of the token `q`.  `codes` and `sizes` say how classes fall into
runs, and how many tokens these admit. -/
def counted (M : Measures) (S : Scale) (m : Nat) (bs : List Nat) (ends : List End) (margins codes sizes q T : Nat) (s : Seen) : Nat :=
  Runs.decode (readLane M.codeBits codes q) fun N =>
  Nat.force (S.cut s.direct.row m) fun A => Nat.force (s.direct.others m) fun B => Nat.force (Nat.mul q M.n) fun first =>
  forceSharePairs (SharePair.of S.origin q m A B T (readLane M.factorBits s.lows m) (readLane M.factorBits s.highs m) s.own s.ownHigh) ends fun Ps =>
  countRuns M.factorBits M.n M.runBits s.low s.high bs (allPass s.unit M.highUnit Ps ⟨s.mass, Nat.add s.mass s.spread, 0, 0⟩ 0 0 0)
    (fun j U U' => Nat.force (readLane M.sizeBits sizes (Nat.add first j)) fun κ =>
      sizeOf M.factorBits M.marginBits M.highUnit m s Ps margins κ U U') N q m

/-! ## All queries and maxima -/

/-- The margins of the first `n` tokens when the maximum is `m`. -/
def marginsOf (S : Scale) (m n : Nat) : List Tops → List Nat :=
  Nat.rec (motive := fun _ => List Tops → List Nat) (fun _ => [])
    (fun _ ih Ts => List.rec (motive := fun _ => List Nat) [] (fun T Ts _ => T.margin S m :: ih Ts) Ts) n

/-- The inputs counted for the maximum `m`; none if its ends are wrong. -/
def countMaximum (c : ShareData) (M : Measures) (r wide : Ruler) (bs rows owns : List Nat) (Ts : List Tops) (ss : List Seen) (m : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (forceEnds (c.endsOf (nth [] c.ends m)) fun ends => forceList (marginsOf r.toScale m (Nat.succ m) Ts) fun ms =>
      Nat.force (running least M.marginBits ms (Nat.pred (Nat.pow 2 M.marginBits))) fun margins => Nat.force (nth 0 c.runs m) fun codes =>
      Nat.force (nth 0 c.sizes m) fun sizes => zipTotal (counted M r.toScale m bs ends margins codes sizes) ms ss 0)
    (Nat.force (nth 0 owns m) fun own => c.endsAs r wide m rows own (nth [] c.ends m))

/-- All inputs that are counted. -/
def countShares (c : ShareData) (r wide : Ruler) (rows owns : List Nat) (Ts : List Tops) (ss : List Seen) : Nat :=
  (Measures.of c).force fun M => forceList (binoms c.n c.n 1) fun bs =>
  total c.v fun m => Nat.force m fun m => countMaximum c M r wide bs rows owns Ts ss m

/-- Where the row of a token is largest: the row, and the places that a certificate gives. -/
def topsAs (r : Ruler) (xs : List Nat) (go : Tops → Bool) : Bool :=
  r.tops' (nth 0 xs 0) (nth 0 xs 1) (nth 0 xs 2) 0 fun T => (Nat.ble T.top r.origin && Nat.ble T.second r.origin) && go T

end

section

theorem Measures.force_eq {α : Type} (M : Measures) (k : Measures → α) : M.force k = k M := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem forceEnds_eq {α : Type} (es : List End) (k : List End → α) : forceEnds es k = k es := by
  induction es generalizing k with
  | nil => rfl
  | cons e es ih =>
    show Nat.force e.same (fun same => Nat.force e.other fun other => Nat.force e.ownSame fun ownSame => Nat.force e.ownOther fun ownOther =>
      forceEnds es fun es => k (⟨same, other, ownSame, ownOther⟩ :: es)) = _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, ih]

theorem forceSharePairs_eq {α : Type} (f : End → SharePair) (es : List End) (k : List SharePair → α) :
    forceSharePairs f es k = k (mapFold f es) := by
  induction es generalizing k with
  | nil => rfl
  | cons e es ih =>
    show (f e).force (fun P => forceSharePairs f es fun Ps => k (P :: Ps)) = _
    rw [SharePair.force_eq, ih]

theorem of_allPass {f g : Nat} {F : End → SharePair} {es : List End} {W : Loads} {lo hi T : Nat}
    (h : allPass f g (mapFold F es) W lo hi T = true) : ∀ e, e ∈ es → (F e).passes f g W lo hi T = true := by
  induction es with
  | nil => exact fun _ h => nomatch h
  | cons e es ih =>
    have h : ((F e).passes f g W lo hi T && allPass f g (mapFold F es) W lo hi T) = true := h
    exact List.forall_mem_cons.mpr ⟨Bool.and_left h, ih (Bool.and_right h)⟩

theorem getD_marginsOf (S : Scale) {m n q : Nat} {Ts : List Tops} (hq : q < n) (hT : q < Ts.length) (d : Tops) :
    (marginsOf S m n Ts).getD q 0 = (Ts.getD q d).margin S m := by
  induction n generalizing q Ts with
  | zero => exact absurd hq (Nat.not_lt_zero q)
  | succ n ih =>
    match Ts, hT with
    | [], hT => exact absurd hT (Nat.not_lt_zero q)
    | T :: Ts, hT =>
      cases q with
      | zero => rfl
      | succ q => exact ih (Nat.lt_of_succ_lt_succ hq) (Nat.lt_of_succ_lt_succ hT)

theorem length_marginsOf (S : Scale) (m : Nat) {n : Nat} {Ts : List Tops} (h : n ≤ Ts.length) : (marginsOf S m n Ts).length = n := by
  induction n generalizing Ts with
  | zero => rfl
  | succ n ih =>
    match Ts, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero n)
    | T :: Ts, h => exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ h))

end
end Compact
