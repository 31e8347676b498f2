prelude
import Compact.Real.Complete.Order
/-!
# The larger of two numbers
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {a b : R}

theorem exists_max (a b : R) : ∃ m, (a ≤ b → m = b) ∧ (b ≤ a → m = a) := by
  cases le_total a b with
  | inl h => exact ⟨b, fun _ => rfl, fun h' => le_antisymm h' h⟩
  | inr h => exact ⟨a, fun h' => le_antisymm h' h, fun _ => rfl⟩

/-- The larger of `a` and `b`. -/
noncomputable def max (a b : R) : R := Classical.choose (exists_max a b)
theorem max_of_le (h : a ≤ b) : max a b = b := (Classical.choose_spec (exists_max a b)).left h
theorem max_of_ge (h : b ≤ a) : max a b = a := (Classical.choose_spec (exists_max a b)).right h

end Compact.Complete
