prelude
import Compact.Field.Order
/-!
# Ring identities and multiplication against the order in an `ExpField`

The identities are those one wants to rewrite with; prove any other with `ring`.
-/
namespace Compact
variable {R : Type} [ExpField R] {a b c d : R}

/-! ## Identities -/

theorem add_left_comm (a b c : R) : a + (b + c) = b + (a + c) := by ring [a, b, c]
theorem add_right_comm (a b c : R) : a + b + c = a + c + b := by ring [a, b, c]
theorem add_add_add_comm (a b c d : R) : a + b + (c + d) = a + c + (b + d) := by ring [a, b, c, d]
theorem add_left_cancel (a b c : R) (h : a + b = a + c) : b = c :=
  add_right_cancel b c a (by rw [add_comm b, add_comm c]; exact h)

theorem mul_zero (a : R) : a * 0 = 0 := by ring [a]
theorem zero_mul (a : R) : 0 * a = 0 := by ring [a]
theorem add_mul (a b c : R) : (a + b) * c = a * c + b * c := by ring [a, b, c]
theorem mul_left_comm (a b c : R) : a * (b * c) = b * (a * c) := by ring [a, b, c]
theorem mul_right_comm (a b c : R) : a * b * c = a * c * b := by ring [a, b, c]
theorem mul_mul_mul_comm (a b c d : R) : a * b * (c * d) = a * c * (b * d) := by ring [a, b, c, d]
theorem two_mul (a : R) : 2 * a = a + a := by ring [a]

theorem neg_zero : -(0 : R) = 0 := by ring []
theorem neg_neg (a : R) : - -a = a := by ring [a]
theorem neg_add (a b : R) : -(a + b) = -a + -b := by ring [a, b]
theorem neg_sub (a b : R) : -(a - b) = b - a := by ring [a, b]
theorem neg_mul (a b : R) : -a * b = -(a * b) := by ring [a, b]
theorem mul_neg (a b : R) : a * -b = -(a * b) := by ring [a, b]
theorem neg_mul_neg (a b : R) : -a * -b = a * b := by ring [a, b]

theorem sub_self (a : R) : a - a = 0 := by ring [a]
theorem sub_zero (a : R) : a - 0 = a := by ring [a]
theorem zero_sub (a : R) : 0 - a = -a := by ring [a]
theorem sub_neg_eq_add (a b : R) : a - -b = a + b := by ring [a, b]
theorem sub_add_cancel (a b : R) : a - b + b = a := by ring [a, b]
theorem add_sub_cancel_right (a b : R) : a + b - b = a := by ring [a, b]
theorem add_sub_cancel_left (a b : R) : a + b - a = b := by ring [a, b]
theorem sub_sub (a b c : R) : a - b - c = a - (b + c) := by ring [a, b, c]
theorem sub_sub_self (a b : R) : a - (a - b) = b := by ring [a, b]
theorem add_sub_assoc (a b c : R) : a + b - c = a + (b - c) := by ring [a, b, c]
theorem add_sub_add_comm (a b c d : R) : a + b - (c + d) = a - c + (b - d) := by ring [a, b, c, d]
theorem mul_sub (a b c : R) : a * (b - c) = a * b - a * c := by ring [a, b, c]
theorem sub_mul (a b c : R) : (a - b) * c = a * c - b * c := by ring [a, b, c]
theorem eq_sub_of_add_eq (h : a + c = b) : a = b - c := by rw [← h, add_sub_cancel_right]
theorem eq_of_sub_eq_zero (h : a - b = 0) : a = b :=
  add_right_cancel a b (-b) (h.trans (add_neg_cancel b).symm)

theorem pow_one (a : R) : a ^ 1 = a := by ring [a]
theorem pow_two (a : R) : a ^ 2 = a * a := by ring [a]
theorem pow_add (a : R) (m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := CommSemiring.pow_add a m n
theorem one_pow (n : Nat) : (1 : R) ^ n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => exact (mul_one _).trans ih
theorem mul_pow (a b : R) (n : Nat) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => exact (mul_one (1 : R)).symm
  | succ n ih => exact (congrArg (fun x => x * (a * b)) ih).trans (mul_mul_mul_comm _ _ a b)
theorem pow_mul (a : R) (m n : Nat) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [pow_succ, ← ih]; exact pow_add a (m * n) m

/-! ## Products and the order -/

theorem mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := ExpField.mul_nonneg a b ha hb
theorem mul_self_nonneg (a : R) : 0 ≤ a * a :=
  (le_total 0 a).elim (fun h => mul_nonneg h h)
    fun h => neg_mul_neg a a ▸ mul_nonneg (neg_nonneg.mpr h) (neg_nonneg.mpr h)

theorem zero_ne_one : (0 : R) ≠ 1 := fun h => ExpField.zero_ne_one (h.trans one_eq)
theorem zero_le_one : (0 : R) ≤ 1 := mul_one (1 : R) ▸ mul_self_nonneg 1
theorem zero_lt_one : (0 : R) < 1 := lt_of_le_of_ne zero_le_one zero_ne_one
theorem one_pos : (0 : R) < 1 := zero_lt_one
theorem lt_add_one (a : R) : a < a + 1 := lt_add_of_pos_right a one_pos

theorem mul_le_mul_of_nonneg_left (h : b ≤ c) (ha : 0 ≤ a) : a * b ≤ a * c :=
  le_of_linear (mul_nonneg ha (sub_nonneg.mpr h)) (by ring [a, b, c])
theorem mul_le_mul_of_nonneg_right (h : b ≤ c) (ha : 0 ≤ a) : b * a ≤ c * a :=
  le_of_linear (mul_nonneg ha (sub_nonneg.mpr h)) (by ring [a, b, c])
theorem mul_le_mul (h : a ≤ b) (h' : c ≤ d) (hc : 0 ≤ c) (hb : 0 ≤ b) : a * c ≤ b * d :=
  le_trans (mul_le_mul_of_nonneg_right h hc) (mul_le_mul_of_nonneg_left h' hb)
theorem mul_le_mul_of_nonpos_left (h : b ≤ c) (ha : a ≤ 0) : a * c ≤ a * b :=
  le_of_linear (mul_nonneg (neg_nonneg.mpr ha) (sub_nonneg.mpr h)) (by ring [a, b, c])

theorem ne_zero_of_pos (h : 0 < a) : a ≠ 0 := ne_of_gt h
theorem mul_inv_cancel (h : a ≠ 0) : a * ExpField.inv a = 1 := (ExpField.mul_inv a h).trans one_eq.symm
theorem inv_mul_cancel (h : a ≠ 0) : ExpField.inv a * a = 1 := (mul_comm _ a).trans (mul_inv_cancel h)
theorem mul_left_cancel (ha : a ≠ 0) (h : a * b = a * c) : b = c := by
  rw [← one_mul b, ← one_mul c, ← inv_mul_cancel ha, mul_assoc, mul_assoc, h]
theorem mul_right_cancel (ha : a ≠ 0) (h : b * a = c * a) : b = c :=
  mul_left_cancel ha (by rw [mul_comm a b, mul_comm a c]; exact h)
theorem mul_ne_zero (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := fun e =>
  hb (mul_left_cancel ha (e.trans (mul_zero a).symm))

theorem mul_pos (ha : 0 < a) (hb : 0 < b) : 0 < a * b :=
  lt_of_le_of_ne (mul_nonneg (le_of_lt ha) (le_of_lt hb)) (mul_ne_zero (ne_of_gt ha) (ne_of_gt hb)).symm
theorem mul_lt_mul_of_pos_left (h : b < c) (ha : 0 < a) : a * b < a * c :=
  lt_of_linear (mul_pos ha (sub_pos.mpr h)) (by ring [a, b, c])
theorem mul_lt_mul_of_pos_right (h : b < c) (ha : 0 < a) : b * a < c * a :=
  lt_of_linear (mul_pos ha (sub_pos.mpr h)) (by ring [a, b, c])

theorem inv_pos (h : 0 < a) : 0 < ExpField.inv a := by
  have hne : (0 : R) ≠ ExpField.inv a := fun e =>
    zero_ne_one ((mul_zero a).symm.trans ((congrArg (fun x => a * x) e).trans (mul_inv_cancel (ne_of_gt h))))
  cases le_total 0 (ExpField.inv a) with
  | inl h' => exact lt_of_le_of_ne h' hne
  | inr h' =>
    have h1 := mul_le_mul_of_nonneg_left h' (le_of_lt h)
    rw [mul_inv_cancel (ne_of_gt h), mul_zero] at h1
    exact (not_le_of_lt zero_lt_one h1).elim

theorem le_of_mul_le_mul_left (h : a * b ≤ a * c) (ha : 0 < a) : b ≤ c := by
  have h' := mul_le_mul_of_nonneg_left h (le_of_lt (inv_pos ha))
  rw [← mul_assoc, ← mul_assoc, inv_mul_cancel (ne_of_gt ha), one_mul, one_mul] at h'
  exact h'
theorem le_of_mul_le_mul_right (h : b * a ≤ c * a) (ha : 0 < a) : b ≤ c := by
  rw [mul_comm b, mul_comm c] at h; exact le_of_mul_le_mul_left h ha
theorem lt_of_mul_lt_mul_left (h : a * b < a * c) (ha : 0 ≤ a) : b < c := by
  have hne : (0 : R) ≠ a := fun e => ne_of_lt h (by rw [← e, zero_mul, zero_mul])
  exact lt_of_le_of_ne (le_of_mul_le_mul_left (le_of_lt h) (lt_of_le_of_ne ha hne)) fun e => ne_of_lt h (e ▸ rfl)
theorem lt_of_mul_lt_mul_right (h : b * a < c * a) (ha : 0 ≤ a) : b < c := by
  rw [mul_comm b, mul_comm c] at h; exact lt_of_mul_lt_mul_left h ha
theorem pos_of_mul_pos_left (h : 0 < a * b) (ha : 0 ≤ a) : 0 < b :=
  lt_of_mul_lt_mul_left (by rw [mul_zero]; exact h) ha
theorem pos_of_mul_pos_right (h : 0 < a * b) (hb : 0 ≤ b) : 0 < a :=
  lt_of_mul_lt_mul_right (by rw [zero_mul]; exact h) hb

theorem pow_nonneg (h : 0 ≤ a) (n : Nat) : 0 ≤ a ^ n := by
  induction n with
  | zero => exact zero_le_one
  | succ n ih => exact mul_nonneg ih h
theorem pow_pos (h : 0 < a) (n : Nat) : 0 < a ^ n := by
  induction n with
  | zero => exact zero_lt_one
  | succ n ih => exact mul_pos ih h
theorem pow_le_pow_left (ha : 0 ≤ a) (h : a ≤ b) (n : Nat) : a ^ n ≤ b ^ n := by
  induction n with
  | zero => exact le_rfl
  | succ n ih => exact mul_le_mul ih h ha (pow_nonneg (le_trans ha h) n)

end Compact
