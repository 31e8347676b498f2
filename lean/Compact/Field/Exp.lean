prelude
import Compact.Field.Cast
/-!
# The exponential function

Everything here follows from `exp (a + b) = exp a * exp b`, `0 < exp a` and `a + 1 ≤ exp a`.
-/
namespace Compact
variable {R : Type} [ExpField R] {a b : R}

theorem exp_add (a b : R) : exp (a + b) = exp a * exp b := ExpField.exp_add a b
theorem exp_pos (a : R) : 0 < exp a := And.intro (ExpField.exp_pos a).left (ExpField.exp_pos a).right
theorem exp_nonneg (a : R) : 0 ≤ exp a := le_of_lt (exp_pos a)
theorem exp_ne_zero (a : R) : exp a ≠ 0 := ne_of_gt (exp_pos a)
theorem add_one_le_exp (a : R) : a + 1 ≤ exp a := by rw [one_eq, add_comm]; exact ExpField.add_one_le_exp a

theorem exp_zero : exp (0 : R) = 1 := by
  apply mul_left_cancel (exp_ne_zero 0)
  rw [← exp_add, add_zero, mul_one]
theorem exp_neg_mul_exp (a : R) : exp (-a) * exp a = 1 := by rw [← exp_add, neg_add_cancel, exp_zero]
theorem exp_neg (a : R) : exp (-a) = 1 / exp a := eq_div_of_mul_eq (exp_ne_zero a) (exp_neg_mul_exp a)
theorem exp_sub (a b : R) : exp (a - b) = exp a / exp b :=
  eq_div_of_mul_eq (exp_ne_zero b) (by rw [← exp_add, sub_add_cancel])
theorem exp_nsmul (n : Nat) (a : R) : exp (ofNat R n * a) = exp a ^ n := by
  induction n with
  | zero => exact (congrArg exp (zero_mul a)).trans exp_zero
  | succ n ih => rw [pow_succ, ← ih, ← exp_add, ofNat_succ, add_mul, one_mul]

theorem one_le_exp (h : 0 ≤ a) : 1 ≤ exp a :=
  le_trans (le_add_of_nonneg_left h) (add_one_le_exp a)
theorem one_lt_exp (h : 0 < a) : 1 < exp a :=
  lt_of_lt_of_le (lt_of_linear h (by ring [a])) (add_one_le_exp a)

theorem exp_le_exp (h : a ≤ b) : exp a ≤ exp b := by
  have h' := mul_le_mul_of_nonneg_right (one_le_exp (sub_nonneg.mpr h)) (exp_nonneg a)
  rw [← exp_add, sub_add_cancel, one_mul] at h'
  exact h'
theorem exp_lt_exp (h : a < b) : exp a < exp b := by
  have h' := mul_lt_mul_of_pos_right (one_lt_exp (sub_pos.mpr h)) (exp_pos a)
  rw [← exp_add, sub_add_cancel, one_mul] at h'
  exact h'
theorem le_of_exp_le_exp (h : exp a ≤ exp b) : a ≤ b := by
  have h' := le_trans (add_one_le_exp (a - b)) (exp_sub a b ▸ (div_le_one (exp_pos b)).mpr h)
  exact le_of_linear h' (by ring [a, b])

/-! ## Bounds by rational functions -/

theorem one_sub_le_exp_neg (a : R) : 1 - a ≤ exp (-a) := by
  rw [sub_eq_add_neg, add_comm]; exact add_one_le_exp (-a)
theorem exp_neg_le (h : 0 ≤ a) : exp (-a) ≤ 1 / (1 + a) := by
  rw [exp_neg, add_comm]
  exact div_le_div_of_nonneg_left zero_le_one
    (add_pos_of_nonneg_of_pos h one_pos) (add_one_le_exp a)

end Compact
