prelude
import Compact.Transformer.Share.Collect
import Compact.Transformer.Share.Data
import Compact.Transformer.Share.Mean
import Compact.Transformer.Share.Tally
import Compact.Transformer.Share.Weigh
/-!
# Counting classes by shares

For each query and maximum, the numbers that all classes share are computed once for each end (`SharePair.of`), and for each class what can be
spared.  The certificate gives steps, a number `κ` and a level: the tokens `0, ..., κ - 1` take no more than the level if the extreme values of
their factors and margins do.  The class is counted by one power (`Mixture/Power.lean`); what first tokens and inputs count for is given (`Share/Tally.lean`).
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

/-- What one end knows of other tokens in one class: their margin without a row, as `up - down`, and one more than can be spared. -/
structure Room where
  up : Nat
  down : Nat
  spare : Nat

/-- The rooms of all ends in a class whose positions with the maximum weigh between `low` and `high`, evaluated. -/
def forceRooms {α : Type} (lowUnit highUnit low high : Nat) (Ps : List SharePair) : (List Room → α) → α :=
  fold (fun P ih k => Nat.force (P.spare lowUnit highUnit low high) fun spare => ih fun rooms => k (⟨P.otherUp, P.otherDown, spare⟩ :: rooms))
    (fun k => k []) Ps

/-- How much tokens with factors of at most `hi` and margins of at least `T` take beyond the level, over all ends; `whole` is the unit of upper
bounds of factors, times the weight of the heaviest position, times the number of parts. -/
def excess (whole level hi T : Nat) (rooms : List Room) : Nat :=
  fold (fun r ih => Room.rec (motive := fun _ => Nat) (fun up down spare => Nat.add (Nat.add (Nat.sub 1 spare)
    (Nat.sub (Nat.mul (Nat.mul hi (Nat.sub down (Nat.add up T))) whole) (Nat.mul level (Nat.sub spare 1)))) ih) r) 0 rooms

/-- What the tokens below `κ` count for (`first κ`) if they take no more than the level, and there are so many; else 0.  `margins` are running minima of the margins of tokens,
`large` running maxima of their factors; the bases are powers of two that cut lanes off. -/
def sizeOf (first : Nat → Nat) (large L base margins marginBits marginBase m whole : Nat) (rooms : List Room) (level κ : Nat) : Nat :=
  Nat.mul (first κ) (Nat.sub 1 (Nat.add (excess whole level (Nat.mod (Nat.shiftRight large (Nat.mul L (Nat.sub κ 1))) base)
    (Nat.mod (Nat.shiftRight margins (Nat.mul marginBits (Nat.sub κ 1))) marginBase) rooms) (Nat.sub κ m)))

/-- Numbers of a certificate that are evaluated once. -/
structure Measures where
  n : Nat
  /-- Bits of a lane of factors and of a margin, and bases of these lanes. -/
  factorBits : Nat
  factorBase : Nat
  marginBits : Nat
  marginBase : Nat
  /-- Bits of a number of tokens, of a step, of a number of steps, of a class, of all classes of a query and a maximum. -/
  sizeBits : Nat
  stepBits : Nat
  stepsBits : Nat
  classBits : Nat
  classBase : Nat
  pairBits : Nat
  /-- The unit of upper bounds of factors. -/
  highUnit : Nat
  /-- Of what can be spared, in how many parts it is divided; the base in which inputs are counted. -/
  parts : Nat
  countBits : Nat
  countBase : Nat

/-- The numbers of a certificate. -/
def Measures.of (c : ShareData) : Measures where
  n := c.n
  factorBits := c.scoreBits
  factorBase := Nat.pow 2 c.scoreBits
  marginBits := Nat.add c.width 2
  marginBase := Nat.pow 2 (Nat.add c.width 2)
  sizeBits := c.sizeBits
  stepBits := c.stepBits
  stepsBits := c.stepsBits
  classBits := c.classBits
  classBase := Nat.pow 2 c.classBits
  pairBits := Nat.succ (Nat.mul c.classBits c.n)
  highUnit := Nat.pow 2 c.prec
  parts := c.parts
  countBits := c.countBits
  countBase := Nat.pow 2 c.countBits

/-- Evaluate the numbers, then go on with them. -/
def Measures.force {α : Type} (M : Measures) (k : Measures → α) : α :=
  Nat.literal M.n fun n => Nat.literal M.factorBits fun factorBits => Nat.literal M.factorBase fun factorBase => Nat.literal M.marginBits fun marginBits =>
  Nat.literal M.marginBase fun marginBase => Nat.literal M.sizeBits fun sizeBits => Nat.literal M.stepBits fun stepBits => Nat.literal M.stepsBits fun stepsBits =>
  Nat.literal M.classBits fun classBits => Nat.literal M.classBase fun classBase => Nat.literal M.pairBits fun pairBits =>
  Nat.literal M.highUnit fun highUnit => Nat.literal M.parts fun parts => Nat.literal M.countBits fun countBits =>
  Nat.literal M.countBase fun countBase => k ⟨n, factorBits, factorBase, marginBits, marginBase, sizeBits,
    stepBits, stepsBits, classBits, classBase, pairBits, highUnit, parts, countBits, countBase⟩

/-- 1 if the class without other tokens passes, for all ends: the positions that hold the maximum weigh between `low` and `high`. -/
def aloneCount (lowUnit highUnit low high : Nat) (Ps : List SharePair) : Nat :=
  fold (fun P ih => Nat.mul (Nat.sub 1 (Nat.sub 1 (P.spare lowUnit highUnit low high))) ih) 1 Ps

/-- What is counted for the class with `i + 1` other tokens; `S` is what is said of it: the number of steps, and these; `bs` is what choices of positions
count for. -/
def countClass (first : Nat → Nat) (bs : List Nat) (M : Measures) (m margins whole : Nat) (s : Seen) (Ps : List SharePair) (i S : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun S _ => Nat.force (Nat.succ i) fun c => Nat.force (Nat.sub M.n c) fun k =>
    forceRooms s.unit M.highUnit (readLane M.factorBits s.low k) (Nat.add (readLane M.factorBits s.high k) s.spread) Ps fun rooms =>
    lowCount M.countBase M.parts (Nat.mul (nth 0 bs i) (Nat.pow (stepSum M.countBits M.stepBits M.sizeBits
      (sizeOf first s.large M.factorBits M.factorBase margins M.marginBits M.marginBase m whole rooms)
      (Nat.mod (Nat.succ S) (Nat.pow 2 M.stepsBits)) 0 (Nat.shiftRight (Nat.succ S) M.stepsBits)) c))) S

/-- What is counted for the query `q` and the maximum `m`, without the query's own, from the numbers of all ends; `S` is what is said of its classes, and the
class without other tokens counts for `alone`. -/
def countPairs (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (m margins q : Nat) (s : Seen) (S : Nat) (Ps : List SharePair) : Nat :=
  Nat.force (Nat.mul M.highUnit (Nat.mul s.heaviest M.parts)) fun whole =>
  Nat.add (Nat.mul (aloneCount s.unit M.highUnit s.mass (Nat.add s.mass s.spread) Ps) alone)
    (total (Nat.pred (classes M.n q m)) fun i => Nat.force i fun i => countClass first bs M m margins whole s Ps i
      (Nat.mod (Nat.shiftRight S (Nat.mul M.classBits i)) M.classBase))

/-- The same; `T` is the margin of the token `q`. -/
def countQuery (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (S₀ : Scale) (m : Nat) (ends : List End) (margins q T : Nat) (s : Seen) (S : Nat) : Nat :=
  Nat.force (S₀.cut s.direct.row m) fun A => Nat.force (s.direct.others m) fun B =>
  forceSharePairs (SharePair.of S₀.origin q m A B T (readLane M.factorBits s.lows m) (readLane M.factorBits s.highs m) s.own s.ownHigh) ends
    (countPairs first alone bs M m margins q s S)

/-- What is counted for the query `q` and the maximum `m`; nothing, if the certificate says so. -/
def counted (query : Nat → Nat → Nat) (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (S₀ : Scale) (m : Nat) (ends : List End) (margins q : Nat) (s : Seen) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun S _ => query q (countQuery first alone bs M S₀ m ends margins q (s.token.margin S₀ m) s S))
    (readLane M.pairBits s.sizes (Nat.sub m q))

/-! ## All queries and maxima -/

/-- The margins of the first `n` tokens when the maximum is `m`. -/
def marginsOf (S : Scale) (m n : Nat) : List Tops → List Nat :=
  Nat.rec (motive := fun _ => List Tops → List Nat) (fun _ => [])
    (fun _ ih Ts => List.rec (motive := fun _ => List Nat) [] (fun T Ts _ => T.margin S m :: ih Ts) Ts) n

/-- The sum of `f q s` over the first `k` entries `s` of a list, `q` counting from a start. -/
def firstTotal {β : Type} (f : Nat → β → Nat) (k : Nat) : Nat → List β → Nat :=
  Nat.rec (motive := fun _ => Nat → List β → Nat) (fun _ _ => 0)
    (fun _ ih q xs => List.rec (motive := fun _ => Nat) 0 (fun x xs _ => Nat.force q fun q => Nat.add (f q x) (ih (Nat.succ q) xs)) xs) k

/-- Where the row of a token is largest: the row, and the places that a certificate gives. -/
def topsAs (r : Ruler) (xs : List Nat) (go : Tops → Bool) : Bool :=
  r.tops' (nth 0 xs 0) (nth 0 xs 1) (nth 0 xs 2) 0 fun T => (Nat.ble T.top r.origin && Nat.ble T.second r.origin) && go T

end

section

theorem Measures.force_eq {α : Type} (M : Measures) (k : Measures → α) : M.force k = k M := by
  unfold force
  rw [Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq,
    Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq]

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

theorem forceRooms_eq {α : Type} (f g l h : Nat) (Ps : List SharePair) (k : List Room → α) :
    forceRooms f g l h Ps k = k (mapFold (fun P => ⟨P.otherUp, P.otherDown, P.spare f g l h⟩) Ps) := by
  induction Ps generalizing k with
  | nil => rfl
  | cons P Ps ih =>
    show Nat.force (P.spare f g l h) (fun spare => forceRooms f g l h Ps fun rooms => k (⟨P.otherUp, P.otherDown, spare⟩ :: rooms)) = _
    rw [Nat.force_eq, ih]

/-- Nothing in excess: of each end something can be spared, and tokens take no more of it than the level. -/
theorem of_excess {f g l h whole level hi T : Nat} {F : End → SharePair} {es : List End}
    (zero : excess whole level hi T (mapFold (fun P => (⟨P.otherUp, P.otherDown, P.spare f g l h⟩ : Room)) (mapFold F es)) = 0) :
    ∀ e, e ∈ es → ∃ k, (F e).spare f g l h = k + 1 ∧ (F e).lack hi T * whole ≤ level * k := by
  induction es with
  | nil => exact fun _ h => nomatch h
  | cons e es ih =>
    have zero : 1 - (F e).spare f g l h + ((F e).lack hi T * whole - level * ((F e).spare f g l h - 1)) +
      excess whole level hi T (mapFold (fun P => (⟨P.otherUp, P.otherDown, P.spare f g l h⟩ : Room)) (mapFold F es)) = 0 := zero
    have here := Nat.eq_zero_of_add_eq_zero_right zero
    have positive := Nat.le_of_sub_eq_zero (Nat.eq_zero_of_add_eq_zero_right here)
    have small := Nat.le_of_sub_eq_zero (Nat.eq_zero_of_add_eq_zero_left here)
    refine List.forall_mem_cons.mpr ⟨⟨(F e).spare f g l h - 1, (Nat.sub_add_cancel positive).symm, small⟩,
      ih (Nat.eq_zero_of_add_eq_zero_left zero)⟩

/-- The class without other tokens passes. -/
theorem of_aloneCount {f g l h : Nat} {F : End → SharePair} {es : List End} :
    aloneCount f g l h (mapFold F es) = 0 ∨ (aloneCount f g l h (mapFold F es) = 1 ∧ ∀ e, e ∈ es → ∃ k, (F e).spare f g l h = k + 1) := by
  induction es with
  | nil => exact Or.inr ⟨rfl, fun _ h => nomatch h⟩
  | cons e es ih =>
    show (1 - (1 - (F e).spare f g l h)) * aloneCount f g l h (mapFold F es) = 0 ∨ ((1 - (1 - (F e).spare f g l h)) * aloneCount f g l h (mapFold F es) = 1 ∧ _)
    cases spare : (F e).spare f g l h with
    | zero => exact Or.inl (Nat.zero_mul _)
    | succ k =>
      have one : 1 - (1 - (k + 1)) = 1 := by rw [Nat.add_comm k, Nat.sub_add_eq, Nat.sub_self, Nat.zero_sub]
      rw [one, Nat.one_mul]
      match ih with
      | .inl h => exact Or.inl h
      | .inr ⟨h, all⟩ => exact Or.inr ⟨h, List.forall_mem_cons.mpr ⟨⟨k, spare⟩, all⟩⟩

theorem firstTotal_eq {β : Type} (f : Nat → β → Nat) {k : Nat} {xs : List β} (h : k ≤ xs.length) (q : Nat) (d : β) :
    firstTotal f k q xs = total k fun j => f (q + j) (xs.getD j d) := by
  induction k generalizing xs q with
  | zero => rfl
  | succ k ih =>
    match xs, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero _)
    | x :: xs, h =>
      show Nat.force q (fun q => Nat.add (f q x) (firstTotal f k (Nat.succ q) xs)) = total (k + 1) _
      rw [Nat.force_eq, total_succ', ih (Nat.le_of_succ_le_succ h)]
      refine congrArg (Nat.add _) (total_congr fun j _ => ?_)
      rw [Nat.succ_add]
      rfl

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
