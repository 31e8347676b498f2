prelude
import Compact.Transformer.Minimum.Margin
import Compact.Packed.Lanes
/-!
# Checking a margin by one lane test

With `off + 1` added to the lane `m` of a packed row (`bump`), the lane test with a witnessed margin as slack
compares all outputs at once.
-/
namespace Compact

/-- `off + 1` in the lane `m`. -/
noncomputable def bump (L off m : Nat) : Nat := Nat.shiftLeft (Nat.succ off) (Nat.mul L m)

theorem pack_bump (L off : Nat) {v m : Nat} (hm : m < v) (f : Nat → Nat) :
    pack L v f + bump L off m = pack L v fun t => f t + if t = m then off + 1 else 0 := by
  show _ + (off + 1) * 2 ^ (L * m) = _
  rw [← pack_single L (off + 1) hm, pack_add]

/-- The lane test checks a margin. -/
theorem ahead_of_test {L v m off d : Nat} {f : Nat → Nat} (hL : 0 < L) (hf : ∀ t, t < v → f t + (off + 1) < 2 ^ (L - 1))
    (hm : m < v) (h : (Lane.of L (ones L v) m).test d (pack L v f + bump L off m) = true) : Ahead v m off d f := by
  rw [pack_bump L off hm] at h
  have bound : ∀ t, t < v → (f t + if t = m then off + 1 else 0) < 2 ^ (L - 1) := fun t ht => by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add_left ?_ (f t)) (hf t ht)
    by_cases e : t = m
    case pos => rw [ite_eq_left e]; exact Nat.le_refl _
    case neg => rw [ite_eq_right e]; exact Nat.zero_le _
  intro t ht hne
  have e := Lane.lt_of_test hL bound hm h t ht hne
  rw [ite_eq_right hne, ite_eq_left rfl, Nat.add_zero] at e
  have e : f t + d + 1 ≤ f m + off + 1 := e
  rw [Nat.add_comm d, Nat.add_comm off]
  exact Nat.le_of_succ_le_succ e

end Compact
