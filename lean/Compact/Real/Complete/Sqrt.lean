prelude
import Compact.Real.Complete.Solve
/-!
# Square roots in a complete ring
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {x : R}

theorem exists_mul_self_eq (hx : 0 ≤ x) : ∃ s, 0 ≤ s ∧ s * s = x := by
  -- between `0` and `x + 1`, where `s * s` has slope at most `2 (x + 1)`
  have hB : 0 ≤ x + 1 := le_trans hx (le_of_linear zero_le_one (by ring [x]))
  obtain ⟨s, hs, _, e⟩ := exists_eq (c := x) (L := 2 * (x + 1)) (fun y => y * y) hB
    (le_of_linear (add_le_add hB hB) (by ring [x]))
    (fun y z _ hyz hz => le_of_linear
      (mul_nonneg (sub_nonneg.mpr (add_le_add hz (le_trans hyz hz))) (sub_nonneg.mpr hyz)) (by ring [x, y, z]))
    (le_trans (le_of_eq (mul_zero 0)) hx)
    (le_of_linear (add_le_add (mul_self_nonneg x) (add_le_add hx zero_le_one)) (by ring [x]))
  exact ⟨s, hs, e⟩

theorem exists_sqrt (x : R) : ∃ s, 0 ≤ s ∧ (0 ≤ x → s * s = x) := by
  cases Classical.em (0 ≤ x) with
  | inl h => exact match exists_mul_self_eq h with | ⟨s, hs, e⟩ => ⟨s, hs, fun _ => e⟩
  | inr n => exact ⟨0, le_refl 0, fun h => (n h).elim⟩

/-- The square root of `x`, and some nonnegative number or other for a negative `x`. -/
noncomputable def sqrt (x : R) : R := Classical.choose (exists_sqrt x)
theorem sqrt_nonneg (x : R) : 0 ≤ sqrt x := (Classical.choose_spec (exists_sqrt x)).left
theorem sqrt_mul_self (h : 0 ≤ x) : sqrt x * sqrt x = x := (Classical.choose_spec (exists_sqrt x)).right h

end Compact.Complete
