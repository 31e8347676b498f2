prelude
import Compact.Transformer.Share.Count
/-!
# The count of a maximum, as the kernel evaluates it

Where attention has one end, `maximumOne` is the count of all queries for one maximum (`counted`) with numbers in the place of records and
lists, and without evaluating in between what is used only once: the kernel takes most of its time for these.  Nothing here is new; the
theorems say that the numbers are the same.
-/
namespace Compact
noncomputable section

/-- `stepSum` for one end, of which `k` can be spared; `z` is what a token's margin makes good for. -/
def stepsOne (first : Nat → Nat) (bits stepBits stepBase sizeBits sizeBase large L base margins marginBits marginBase m whole z k count : Nat) : Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ _ => 0) (fun _ ih prev S =>
    (fun level κ => (fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits level)) (ih (Nat.add prev new) (Nat.shiftRight S stepBits)))
      (Nat.sub (Nat.mul (first κ) (Nat.sub 1 (Nat.add (Nat.sub
        (Nat.mul (Nat.mul (Nat.mod (Nat.shiftRight large (Nat.mul L (Nat.sub κ 1))) base)
          (Nat.sub z (Nat.mod (Nat.shiftRight margins (Nat.mul marginBits (Nat.sub κ 1))) marginBase))) whole)
        (Nat.mul level k)) (Nat.sub κ m)))) prev)) (Nat.shiftRight (Nat.mod S stepBase) sizeBits) (Nat.mod S sizeBase)) count

/-- `countClass` for one end. -/
def classOne (first : Nat → Nat) (n L base marginBits marginBase sizeBits sizeBase stepBits stepBase stepsBits stepsBase highUnit parts countBits countBase : Nat) (binoms : List Nat)
    (large low high spread unit sameUp sameDown ownUp ownDown z whole margins m i S : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun S _ => (fun c k => Nat.rec (motive := fun _ => Nat) 0 (fun k _ =>
      lowCount countBase parts (Nat.mul (nth 0 binoms i) (Nat.pow (stepsOne first countBits stepBits stepBase sizeBits sizeBase large L base margins marginBits
        marginBase m whole z k (Nat.mod (Nat.succ S) stepsBase) 0 (Nat.shiftRight (Nat.succ S) stepsBits)) c)))
      (Nat.sub (Nat.mul unit (Nat.add (Nat.mul (readLane L low k) sameUp) ownUp))
        (Nat.mul highUnit (Nat.add (Nat.mul (Nat.add (readLane L high k) spread) sameDown) ownDown))))
    (Nat.succ i) (Nat.sub n (Nat.succ i))) S

/-- `countPairs` for one end. -/
def pairOne (first : Nat → Nat) (alone n L base marginBits marginBase sizeBits sizeBase stepBits stepBase stepsBits stepsBase classBits classBase highUnit parts countBits countBase : Nat)
    (binoms : List Nat) (large mass spread low high unit sameUp sameDown ownUp ownDown z whole margins m q S : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.mul (Nat.sub 1 (Nat.sub 1 (Nat.sub (Nat.mul unit (Nat.add (Nat.mul mass sameUp) ownUp))
      (Nat.mul highUnit (Nat.add (Nat.mul (Nat.add mass spread) sameDown) ownDown))))) 1) alone)
    (total (Nat.pred (classes n q m)) fun i =>
      classOne first n L base marginBits marginBase sizeBits sizeBase stepBits stepBase stepsBits stepsBase highUnit parts countBits countBase binoms large low high
        spread unit sameUp sameDown ownUp ownDown z whole margins m i (Nat.mod (Nat.shiftRight S (Nat.mul classBits i)) classBase))

/-- `countQuery` for one end: `A - B` is the margin of what is left of the direct path, `T` that of the query's token. -/
def queryOne (first : Nat → Nat) (alone n L base marginBits marginBase sizeBits sizeBase stepBits stepBase stepsBits stepsBase classBits classBase highUnit parts countBits countBase : Nat)
    (binoms : List Nat) (origin m same other ownSame ownOther margins q S lows highs large own ownHigh mass spread heaviest low high unit A B T : Nat) : Nat :=
  pairOne first alone n L base marginBits marginBase sizeBits sizeBase stepBits stepBase stepsBits stepsBase classBits classBase highUnit parts countBits countBase binoms
    large mass spread low high unit
    (Nat.mul (readLane L lows m) (Nat.sub (Nat.add same A) (Nat.add origin B)))
    (Nat.mul (readLane L highs m) (Nat.sub (Nat.add origin B) (Nat.add same A)))
    (Nat.mul own (Bool.rec (motive := fun _ => Nat)
      (Nat.sub (Nat.add (Nat.add ownOther T) A) (Nat.add origin (Nat.add origin B))) (Nat.sub (Nat.add ownSame A) (Nat.add origin B)) (Nat.beq q m)))
    (Nat.mul ownHigh (Bool.rec (motive := fun _ => Nat)
      (Nat.sub (Nat.add origin (Nat.add origin B)) (Nat.add (Nat.add ownOther T) A)) (Nat.sub (Nat.add origin B) (Nat.add ownSame A)) (Nat.beq q m)))
    (Nat.sub (Nat.add origin (Nat.add origin B)) (Nat.add other A)) (Nat.mul highUnit (Nat.mul heaviest parts)) margins m q S

/-- What is counted for one maximum, with one end, and the first `k` of the queries `ss`, which are counted from `lo`. -/
def maximumOne (query : Nat → Nat → Nat) (first : Nat → Nat) (alone : Nat) (binoms : List Nat) (M : Measures) (S₀ : Scale) (m margins k lo : Nat) (ss : List Seen) (e : End) : Nat :=
  Measures.rec (motive := fun _ => Nat) (fun n L base marginBits marginBase sizeBits stepBits stepsBits classBits classBase pairBits highUnit parts countBits
      countBase => Scale.rec (motive := fun _ => Nat) (fun bits _ shift origin => End.rec (motive := fun _ => Nat) (fun same other ownSame ownOther =>
    firstTotal (fun q s => Seen.rec (motive := fun _ => Nat) (fun lows highs large own ownHigh mass spread heaviest low high unit sizes direct token =>
      Nat.rec (motive := fun _ => Nat) 0 (fun S _ => Tops.rec (motive := fun _ => Nat) (fun row most top second =>
        Tops.rec (motive := fun _ => Nat) (fun row' most' top' second' =>
          query q (queryOne first alone n L base marginBits marginBase sizeBits (Nat.pow 2 sizeBits) stepBits (Nat.pow 2 stepBits) stepsBits (Nat.pow 2 stepsBits) classBits
            classBase highUnit parts countBits countBase binoms origin m same other ownSame ownOther margins q S lows highs large own ownHigh mass spread
            heaviest low high unit (Nat.shiftRight (readLane bits row m) shift) (Bool.rec (motive := fun _ => Nat) top second (Nat.beq m most))
            (Nat.sub (Nat.add origin (Nat.shiftRight (readLane bits row' m) shift)) (Bool.rec (motive := fun _ => Nat) top' second' (Nat.beq m most')))))
          token) direct) (readLane pairBits sizes (Nat.sub m q))) s) k lo ss) e) S₀) M

/-- The same for any ends. -/
def maximumEnds (query : Nat → Nat → Nat) (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (S₀ : Scale) (m margins k lo : Nat) (ss : List Seen) (ends : List End) : Nat :=
  List.rec (motive := fun _ => Nat) (firstTotal (counted query first alone bs M S₀ m [] margins) k lo ss) (fun e es _ =>
    List.rec (motive := fun _ => Nat) (maximumOne query first alone bs M S₀ m margins k lo ss e)
      (fun e' es _ => firstTotal (counted query first alone bs M S₀ m (e :: e' :: es) margins) k lo ss) es) ends

/-! ## All queries and maxima -/

/-- What is counted for the maximum `m` and the queries from `lo` on, as many as `ss` has and up to `m`; none if the ends of `m` are wrong. -/
def countMaximum (τ : ShareTally) (c : ShareData) (M : Measures) (r wide : Ruler) (rows owns : List Nat) (Ts : List Tops) (lo len : Nat) (ss : List Seen) (m : Nat) : Nat :=
  ShareTally.rec (motive := fun _ => Nat) (fun alone several first query => Bool.rec (motive := fun _ => Nat) 0
    (forceEnds (c.endsOf (nth [] c.ends m)) fun ends =>
      Nat.force (running least M.marginBits (marginsOf r.toScale m (Nat.succ m) Ts) (Nat.pred M.marginBase)) fun margins =>
      Nat.force (least (Nat.sub (Nat.succ m) lo) len) fun k =>
      Nat.force (alone m) fun alone => forceList (several m) fun bs => maximumEnds query first alone bs M r.toScale m margins k lo ss ends)
    (Nat.force (nth 0 owns m) fun own => c.endsAs r wide m rows own (nth [] c.ends m))) τ

/-- All that is counted with the queries `lo, ..., lo + len - 1`. -/
def countShares (τ : ShareTally) (c : ShareData) (r wide : Ruler) (rows owns : List Nat) (Ts : List Tops) (lo len : Nat) (ss : List Seen) : Nat :=
  (Measures.of c).force fun M => total c.v fun m => Nat.force m fun m => countMaximum τ c M r wide rows owns Ts lo len ss m

end

theorem stepsOne_eq (first : Nat → Nat) (bits stepBits sizeBits large L base margins marginBits marginBase m whole up down k count prev S : Nat) :
    stepsOne first bits stepBits (2 ^ stepBits) sizeBits (2 ^ sizeBits) large L base margins marginBits marginBase m whole (down - up) k count prev S =
      stepSum bits stepBits sizeBits (sizeOf first large L base margins marginBits marginBase m whole [⟨up, down, k + 1⟩]) count prev S := by
  induction count generalizing prev S with
  | zero => rfl
  | succ count ih =>
    have same (level κ : Nat) : Nat.mul (first κ) (Nat.sub 1 (Nat.add (Nat.sub
        (Nat.mul (Nat.mul (Nat.mod (Nat.shiftRight large (Nat.mul L (Nat.sub κ 1))) base)
          (Nat.sub (down - up) (Nat.mod (Nat.shiftRight margins (Nat.mul marginBits (Nat.sub κ 1))) marginBase))) whole)
        (Nat.mul level k)) (Nat.sub κ m))) = sizeOf first large L base margins marginBits marginBase m whole [⟨up, down, k + 1⟩] level κ := by
      show first κ * (1 - ((_ * (down - up - _) * whole - level * k) + (κ - m))) =
        first κ * (1 - (((1 - (k + 1)) + (_ * (down - (up + _)) * whole - level * (k + 1 - 1))) + 0 + (κ - m)))
      have one : 1 - (k + 1) = 0 := by rw [Nat.add_comm k, Nat.sub_add_eq, Nat.sub_self, Nat.zero_sub]
      rw [one, Nat.zero_add, Nat.add_zero, Nat.add_sub_cancel, Nat.sub_add_eq down up]
    show Nat.add (Nat.shiftLeft (Nat.sub (Nat.mul (first (Nat.mod S _)) _) prev) _) (stepsOne _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ count
      (Nat.add prev (Nat.sub (Nat.mul (first (Nat.mod S _)) _) prev)) _) = Nat.add (Nat.shiftLeft (Nat.sub (sizeOf _ _ _ _ _ _ _ _ _ _ _ _) prev) _)
        (stepSum _ _ _ _ count (Nat.add prev (Nat.sub (sizeOf _ _ _ _ _ _ _ _ _ _ _ _) prev)) _)
    rw [same, ih]
    rfl

/-- Where nothing can be spared no token counts. -/
theorem stepSum_zero {bits stepBits sizeBits : Nat} {size : Nat → Nat → Nat} (h : ∀ level κ, size level κ = 0) (count prev S : Nat) :
    stepSum bits stepBits sizeBits size count prev S = 0 := by
  induction count generalizing prev S with
  | zero => rfl
  | succ count ih =>
    show (size _ _ - prev) * 2 ^ _ + stepSum bits stepBits sizeBits size count _ _ = 0
    rw [h, Nat.zero_sub, Nat.zero_mul, ih]

theorem lowCount_zero (X b n c : Nat) : lowCount X b (n * 0 ^ (c + 1)) = 0 := by
  rw [Nat.pow_succ, Nat.mul_zero, Nat.mul_zero]
  exact (congrArg (· % _) (Nat.zero_mod _)).trans (Nat.zero_mod _)

theorem classOne_eq (first : Nat → Nat) (bs : List Nat) (M : Measures) (m margins whole : Nat) (s : Seen) (P : SharePair) (i S : Nat) :
    classOne first M.n M.factorBits M.factorBase M.marginBits M.marginBase M.sizeBits (2 ^ M.sizeBits) M.stepBits (2 ^ M.stepBits) M.stepsBits (2 ^ M.stepsBits)
      M.highUnit M.parts M.countBits M.countBase bs s.large s.low s.high s.spread s.unit P.sameUp P.sameDown P.ownUp P.ownDown
      (P.otherDown - P.otherUp) whole margins m i S = countClass first bs M m margins whole s [P] i S := by
  cases S with
  | zero => rfl
  | succ S =>
    have right : countClass first bs M m margins whole s [P] i (S + 1) = lowCount M.countBase M.parts (nth 0 bs i * (stepSum M.countBits M.stepBits M.sizeBits
        (sizeOf first s.large M.factorBits M.factorBase margins M.marginBits M.marginBase m whole [⟨P.otherUp, P.otherDown,
          P.spare s.unit M.highUnit (readLane M.factorBits s.low (M.n - (i + 1))) (readLane M.factorBits s.high (M.n - (i + 1)) + s.spread)⟩])
        (Nat.mod (Nat.succ S) (Nat.pow 2 M.stepsBits)) 0 (Nat.shiftRight (Nat.succ S) M.stepsBits)) ^ (i + 1)) := by
      unfold countClass
      show Nat.force (Nat.succ i) (fun c => _) = _
      rw [Nat.force_eq, Nat.force_eq, forceRooms_eq]
      rfl
    rw [right]
    show Nat.rec (motive := fun _ => Nat) 0 (fun k _ => _) (P.spare s.unit M.highUnit (readLane M.factorBits s.low (M.n - (i + 1)))
      (readLane M.factorBits s.high (M.n - (i + 1)) + s.spread)) = _
    cases P.spare s.unit M.highUnit (readLane M.factorBits s.low (M.n - (i + 1))) (readLane M.factorBits s.high (M.n - (i + 1)) + s.spread) with
    | zero =>
      rw [stepSum_zero fun level κ => ?_]
      · exact (lowCount_zero _ _ _ _).symm
      · show first κ * (1 - (1 + _ + 0 + _)) = 0
        rw [Nat.add_zero, Nat.add_assoc, Nat.sub_add_eq, Nat.sub_self, Nat.zero_sub, Nat.mul_zero]
    | succ k => exact congrArg (fun N => lowCount M.countBase M.parts (nth 0 bs i * N ^ (i + 1))) (stepsOne_eq first _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _)

theorem pairOne_eq (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (s : Seen) (m margins q S : Nat) (P : SharePair) :
    pairOne first alone M.n M.factorBits M.factorBase M.marginBits M.marginBase M.sizeBits (2 ^ M.sizeBits) M.stepBits (2 ^ M.stepBits) M.stepsBits (2 ^ M.stepsBits)
      M.classBits M.classBase M.highUnit M.parts M.countBits M.countBase bs s.large s.mass s.spread s.low s.high s.unit P.sameUp P.sameDown P.ownUp
      P.ownDown (P.otherDown - P.otherUp) (M.highUnit * (s.heaviest * M.parts)) margins m q S = countPairs first alone bs M m margins q s S [P] := by
  unfold countPairs
  rw [Nat.force_eq]
  refine congrArg (Nat.add _) (total_congr fun i _ => ?_)
  rw [Nat.force_eq]
  exact classOne_eq first bs M m margins _ s P i _

theorem firstTotal_congr {β : Type} {f g : Nat → β → Nat} (h : ∀ q x, f q x = g q x) (k q : Nat) (xs : List β) :
    firstTotal f k q xs = firstTotal g k q xs := by
  induction k generalizing q xs with
  | zero => rfl
  | succ k ih =>
    cases xs with
    | nil => rfl
    | cons x xs =>
      show Nat.force q (fun q => Nat.add (f q x) (firstTotal f k (Nat.succ q) xs)) = Nat.force q fun q => Nat.add (g q x) (firstTotal g k (Nat.succ q) xs)
      rw [Nat.force_eq, Nat.force_eq, h, ih]

theorem maximumOne_eq (query : Nat → Nat → Nat) (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (S₀ : Scale) (m margins k lo : Nat) (ss : List Seen) (e : End) :
    maximumOne query first alone bs M S₀ m margins k lo ss e = firstTotal (counted query first alone bs M S₀ m [e] margins) k lo ss := by
  refine firstTotal_congr (fun q s => ?_) k lo ss
  unfold counted
  show Nat.rec (motive := fun _ => Nat) 0 (fun S _ => _) (readLane M.pairBits s.sizes (Nat.sub m q)) = _
  cases readLane M.pairBits s.sizes (Nat.sub m q) with
  | zero => rfl
  | succ S =>
    show _ = query q (countQuery first alone bs M S₀ m [e] margins q (s.token.margin S₀ m) s S)
    unfold countQuery
    rw [Nat.force_eq, Nat.force_eq, forceSharePairs_eq]
    exact congrArg (query q) (pairOne_eq first alone bs M s m margins q S (SharePair.of S₀.origin q m (S₀.cut s.direct.row m) (s.direct.others m) (s.token.margin S₀ m)
      (readLane M.factorBits s.lows m) (readLane M.factorBits s.highs m) s.own s.ownHigh e))

theorem maximumEnds_eq (query : Nat → Nat → Nat) (first : Nat → Nat) (alone : Nat) (bs : List Nat) (M : Measures) (S₀ : Scale) (m margins k lo : Nat) (ss : List Seen) (ends : List End) :
    maximumEnds query first alone bs M S₀ m margins k lo ss ends = firstTotal (counted query first alone bs M S₀ m ends margins) k lo ss :=
  match ends with
  | [] => rfl
  | [e] => maximumOne_eq query first alone bs M S₀ m margins k lo ss e
  | _ :: _ :: _ => rfl

end Compact
