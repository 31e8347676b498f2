prelude
import Compact.Minimum.Margin
import Compact.Packed.Lanes
/-!
# Margins that a certificate claims

The margin of a lane over the others, less an offset, costs a pass along the row to compute but only one lane test
to check.  A claim that fails the test is replaced by the margin `0 - off`, which every row has.
-/
namespace Compact.Prefix

/-- The claimed margin `d - off` of the lane, if the packed row `Y` has it. -/
noncomputable def margin (l : Lane) (off d Y : Nat) : Nat :=
  Nat.force d fun d => Bool.rec (motive := fun _ => Nat) 0 d (l.test (Nat.sub d 1) (Nat.add Y (Nat.shiftLeft off l.shift)))

variable {L v m off d : Nat} {f : Nat → Nat}

/-- Every row that is at most `off` has the margin `0 - off`. -/
theorem Ahead.zero (hf : ∀ t, t < v → f t ≤ off) : Ahead v m off 0 f := fun t ht _ => by
  rw [Nat.zero_add]
  exact Nat.le_add_right_of_le (hf t ht)

/-- Adding to one lane. -/
theorem pack_add_lane (L off : Nat) (hm : m < v) (f : Nat → Nat) :
    pack L v f + off * 2 ^ (L * m) = pack L v fun t => if t = m then f t + off else f t := by
  rw [← pack_single L off hm, pack_add]
  refine pack_congr L fun t _ => ?_
  by_cases h : t = m
  case pos => rw [ite_eq_left h, ite_eq_left h]
  case neg => rw [ite_eq_right h, ite_eq_right h, Nat.add_zero]

/-- The margin found is right. -/
theorem ahead_margin (hL : 0 < L) (hm : m < v) (hf : ∀ t, t < v → f t ≤ off) (hoff : off + off < 2 ^ (L - 1)) :
    Ahead v m off (margin (Lane.of L (ones L v) m) off d (pack L v f)) f := by
  unfold margin
  rw [Nat.force_eq]
  cases h : (Lane.of L (ones L v) m).test (d - 1) (Nat.add (pack L v f) (Nat.shiftLeft off (Lane.of L (ones L v) m).shift)) with
  | false => exact Ahead.zero hf
  | true =>
    have h : (Lane.of L (ones L v) m).test (d - 1) (pack L v f + off * 2 ^ (L * m)) = true := h
    rw [pack_add_lane L off hm] at h
    have bound : ∀ t, t < v → (if t = m then f t + off else f t) < 2 ^ (L - 1) := fun t ht => by
      refine Nat.lt_of_le_of_lt ?_ hoff
      by_cases e : t = m
      case pos => rw [ite_eq_left e]; exact Nat.add_le_add_right (hf t ht) off
      case neg => rw [ite_eq_right e]; exact Nat.le_add_right_of_le (hf t ht)
    intro t ht hne
    have lt := Lane.lt_of_test hL bound hm h t ht hne
    rw [ite_eq_right hne, ite_eq_left rfl, Nat.add_comm (f m)] at lt
    refine Nat.le_trans (Nat.add_le_add_right (Nat.le_add_of_sub_le (Nat.le_refl (d - 1))) (f t)) ?_
    rw [Nat.add_right_comm, Nat.add_comm (d - 1)]
    exact lt

end Compact.Prefix
