prelude
import Compact.Field.Sum
import Compact.Field.Arith
import Compact.Transformer.General.Statement
/-!
# ReLU is convex, and above every line through zero with a slope between 0 and 1
-/
namespace Compact
namespace Transformer
variable {R : Type} [ExpField R] {a b α c : R}

theorem relu_of_nonneg (h : 0 ≤ a) : relu a = a := ExpField.max_of_ge a 0 h
theorem relu_of_nonpos (h : a ≤ 0) : relu a = 0 := ExpField.max_of_le a 0 h

theorem le_relu (a : R) : a ≤ relu a := by
  cases le_total 0 a with
  | inl h => exact le_of_eq (relu_of_nonneg h).symm
  | inr h => rw [relu_of_nonpos h]; exact h

theorem relu_nonneg (a : R) : 0 ≤ relu a := by
  cases le_total 0 a with
  | inl h => rw [relu_of_nonneg h]; exact h
  | inr h => exact le_of_eq (relu_of_nonpos h).symm

theorem relu_le (h : a ≤ b) (hb : 0 ≤ b) : relu a ≤ b := by
  cases le_total 0 a with
  | inl ha => rw [relu_of_nonneg ha]; exact h
  | inr ha => rw [relu_of_nonpos ha]; exact hb

theorem relu_zero : relu (0 : R) = 0 := relu_of_nonneg le_rfl

/-- Slope: `α a ≤ relu a` for `α` between 0 and 1. -/
theorem slope_le_relu (h0 : 0 ≤ α) (h1 : α ≤ 1) (a : R) : α * a ≤ relu a := by
  cases le_total 0 a with
  | inl h =>
    rw [relu_of_nonneg h]
    exact le_trans (mul_le_mul_of_nonneg_right h1 h) (le_of_eq (one_mul a))
  | inr h =>
    rw [relu_of_nonpos h]
    exact le_trans (mul_le_mul_of_nonneg_left h h0) (le_of_eq (mul_zero α))

theorem relu_add_le (a b : R) : relu (a + b) ≤ relu a + relu b :=
  relu_le (add_le_add (le_relu a) (le_relu b)) (add_nonneg (relu_nonneg a) (relu_nonneg b))

/-- Convexity: the ReLU of an average is at most the average of the ReLUs. -/
theorem relu_sum_le (n : Nat) {f u : Nat → R} (hf : ∀ p, p < n → 0 ≤ f p) :
    relu (sum n fun p => f p * u p) ≤ sum n fun p => f p * relu (u p) :=
  relu_le (sum_le_sum fun p hp => mul_le_mul_of_nonneg_left (le_relu (u p)) (hf p hp))
    (sum_nonneg fun p hp => mul_nonneg (hf p hp) (relu_nonneg (u p)))

/-- What a coefficient `c` makes of a neuron: at least its part of slope `α`, less the rest if `c` is negative. -/
theorem coefficient_mul_relu (h0 : 0 ≤ α) (h1 : α ≤ 1) (c a : R) :
    α * c * a - relu (-c) * (relu a - α * a) ≤ c * relu a := by
  have rest : 0 ≤ relu a - α * a := sub_nonneg.mpr (slope_le_relu h0 h1 a)
  have h : -c * (relu a - α * a) ≤ relu (-c) * (relu a - α * a) := mul_le_mul_of_nonneg_right (le_relu (-c)) rest
  exact le_of_linear h (by ring [α, c, a, relu a, relu (-c)])

end Transformer
end Compact
