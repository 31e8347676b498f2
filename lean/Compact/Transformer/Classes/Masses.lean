prelude
import Compact.Averaging.Threshold
import Compact.Packed.Running
import Compact.Packed.All
/-!
# Checking the weights of positions

For each number `k` of positions, a certificate gives the least and the greatest weight that `k` of them may have.
-/
namespace Compact
noncomputable section

/-- Put `x` in its place in an ascending list. -/
def insert (x : Nat) (ys : List Nat) : List Nat :=
  List.rec (motive := fun _ => List Nat) [x]
    (fun y ys ih => Bool.rec (motive := fun _ => List Nat) (y :: ih) (x :: y :: ys) (Nat.ble x y)) ys

/-- The list in ascending order.  (Nothing depends on it but how good thresholds are.) -/
def sort (xs : List Nat) : List Nat := fold insert [] xs

/-- Are the lanes of `N` in ascending order, up to lane `n`? -/
def ascending (L n N : Nat) : Bool := allBelow n fun k => Nat.ble (readLane L N k) (readLane L N (Nat.succ k))

/-- Do the lanes of `low` and `high` bound the weight of `k` positions, for all `k ≤ n`? -/
def massesAs (L n mass low high : Nat) (ls : List Nat) : Bool :=
  (Nat.beq (listTotal ls) mass && (ascending L n low && ascending L n high)) && forceList (sort ls) fun sorted =>
  allBelow (n + 1) fun k =>
    Nat.force (lowMass ls k (nth 0 sorted (Nat.sub k 1))) fun U =>
    Nat.beq (readLane L low k) U && (Nat.ble U (readLane L high k) &&
      Nat.beq (readLane L high k) (highMass ls mass k (nth mass sorted (Nat.sub n k))))

end

theorem mono_of_ascending {L n N : Nat} (h : ascending L n N = true) {i j : Nat} (hij : i ≤ j) (hj : j ≤ n) :
    digit L N i ≤ digit L N j := by
  induction j with
  | zero => exact Nat.le_of_eq (congrArg (digit L N) (Nat.eq_zero_of_le_zero hij))
  | succ j ih =>
    match Nat.lt_or_eq_of_le hij with
    | .inl hij =>
      exact Nat.le_trans (ih (Nat.le_of_lt_succ hij) (Nat.le_of_succ_le hj)) (Nat.le_of_ble_eq_true (of_allBelow h hj))
    | .inr e => exact Nat.le_of_eq (congrArg (digit L N) e)

/-- What is shown of the weights of `k` positions; `lows` and `highs` are packed. -/
structure MassDescribe (L n mass lows highs : Nat) (ls : List Nat) (k : Nat) : Prop where
  low : ∃ T, digit L lows k = lowMass ls k T
  high : ∃ T, digit L highs k = highMass ls mass k T
  low_le_high : digit L lows k ≤ digit L highs k
  low_mono (j : Nat) : k ≤ j → j ≤ n → digit L lows k ≤ digit L lows j
  high_mono (j : Nat) : k ≤ j → j ≤ n → digit L highs k ≤ digit L highs j

theorem of_massesAs {L n mass low high : Nat} {ls : List Nat} (h : massesAs L n mass low high ls = true) :
    listTotal ls = mass ∧ ∀ k, k ≤ n → MassDescribe L n mass low high ls k := by
  unfold massesAs at h
  rw [forceList_eq] at h
  have first := Bool.and_left h
  refine ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left first), fun k hk => ?_⟩
  have h := of_allBelow (Bool.and_right h) (Nat.lt_succ_of_le hk)
  rw [Nat.force_eq] at h
  have low_eq := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  exact ⟨⟨_, low_eq⟩, ⟨_, Nat.eq_of_beq_eq_true _ _ (Bool.and_right h)⟩,
    Nat.le_trans (Nat.le_of_eq low_eq) (Nat.le_of_ble_eq_true (Bool.and_left h)),
    fun j hkj hj => mono_of_ascending (Bool.and_left (Bool.and_right first)) hkj hj,
    fun j hkj hj => mono_of_ascending (Bool.and_right (Bool.and_right first)) hkj hj⟩

end Compact
