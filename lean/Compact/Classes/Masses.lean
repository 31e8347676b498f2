prelude
import Compact.Averaging.Threshold
import Compact.Minimum.Running
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

/-- Do the lanes of `low` and `high` bound the weight of `k` positions, for all `k ≤ n`? -/
def massesAs (L n mass low high : Nat) (ls : List Nat) : Bool :=
  Nat.beq (listTotal ls) mass && forceList (sort ls) fun sorted =>
  allBelow (n + 1) fun k =>
    Nat.force (lowMass ls k (nth 0 sorted (Nat.sub k 1))) fun U =>
    Nat.beq (readLane L low k) U && (Nat.ble U mass &&
      Nat.beq (readLane L high k) (highMass ls mass k (nth mass sorted (Nat.sub n k))))

end

theorem of_massesAs {L n mass low high : Nat} {ls : List Nat} (h : massesAs L n mass low high ls = true) :
    listTotal ls = mass ∧ ∀ k, k ≤ n →
      (∃ T, digit L low k = lowMass ls k T) ∧ digit L low k ≤ mass ∧ ∃ T, digit L high k = highMass ls mass k T := by
  unfold massesAs at h
  rw [forceList_eq] at h
  refine ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), fun k hk => ?_⟩
  have h := of_allBelow (Bool.and_right h) (Nat.lt_succ_of_le hk)
  rw [Nat.force_eq] at h
  have low_eq := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  exact ⟨⟨_, low_eq⟩, Nat.le_trans (Nat.le_of_eq low_eq) (Nat.le_of_ble_eq_true (Bool.and_left h)),
    _, Nat.eq_of_beq_eq_true _ _ (Bool.and_right h)⟩

end Compact
