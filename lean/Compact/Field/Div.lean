prelude
import Compact.Field.Arith
/-!
# Division in an `ExpField`

`a / b` is `a * inv b`, and `inv 0` is not specified, so each law that cancels asks for `b ≠ 0` (give it
`ne_of_gt h` for `h : 0 < b`).
-/
namespace Compact
variable {R : Type} [ExpField R] {a b c d : R}

theorem div_mul_cancel (a : R) (h : b ≠ 0) : a / b * b = a := by
  show a * ExpField.inv b * b = a
  rw [mul_assoc, inv_mul_cancel h, mul_one]
theorem mul_div_cancel (h : b ≠ 0) (a : R) : b * (a / b) = a := (mul_comm b _).trans (div_mul_cancel a h)
theorem eq_div_of_mul_eq (h : b ≠ 0) (e : a * b = c) : a = c / b :=
  mul_right_cancel h (e.trans (div_mul_cancel c h).symm)
theorem mul_div_cancel_right (a : R) (h : b ≠ 0) : a * b / b = a := (eq_div_of_mul_eq h rfl).symm
theorem mul_div_cancel_left (a : R) (h : b ≠ 0) : b * a / b = a := by rw [mul_comm]; exact mul_div_cancel_right a h
theorem div_eq_iff (h : b ≠ 0) : a / b = c ↔ a = c * b :=
  ⟨fun e => e ▸ (div_mul_cancel a h).symm, fun e => (eq_div_of_mul_eq h e.symm).symm⟩
theorem eq_div_iff (h : b ≠ 0) : c = a / b ↔ c * b = a :=
  ⟨fun e => e ▸ div_mul_cancel a h, eq_div_of_mul_eq h⟩
theorem div_self (h : a ≠ 0) : a / a = 1 := mul_inv_cancel h
theorem one_ne_zero : (1 : R) ≠ 0 := zero_ne_one.symm
theorem div_one (a : R) : a / 1 = a := (div_eq_iff one_ne_zero).mpr (mul_one a).symm

theorem zero_div (b : R) : 0 / b = 0 := zero_mul _
theorem mul_div_assoc (a b c : R) : a * b / c = a * (b / c) := mul_assoc a b _
theorem div_mul_eq_mul_div (a b c : R) : a / b * c = a * c / b := mul_right_comm a _ c
theorem mul_one_div (a b : R) : a * (1 / b) = a / b := by rw [← mul_div_assoc, mul_one]
theorem neg_div (a b : R) : -a / b = -(a / b) := neg_mul a _
theorem add_div (a b c : R) : (a + b) / c = a / c + b / c := add_mul a b _
theorem sub_div (a b c : R) : (a - b) / c = a / c - b / c := sub_mul a b _
theorem div_add_div_same (a b c : R) : a / c + b / c = (a + b) / c := (add_div a b c).symm
theorem div_sub_div_same (a b c : R) : a / c - b / c = (a - b) / c := (sub_div a b c).symm

theorem div_div (a : R) (hb : b ≠ 0) (hc : c ≠ 0) : a / b / c = a / (b * c) := by
  apply eq_div_of_mul_eq (mul_ne_zero hb hc)
  rw [mul_comm b, ← mul_assoc, div_mul_cancel _ hc, div_mul_cancel _ hb]
theorem div_mul_div_comm (a c : R) (hb : b ≠ 0) (hd : d ≠ 0) : a / b * (c / d) = a * c / (b * d) := by
  apply eq_div_of_mul_eq (mul_ne_zero hb hd)
  rw [mul_mul_mul_comm, div_mul_cancel _ hb, div_mul_cancel _ hd]
theorem mul_div_mul_right (a : R) (hb : b ≠ 0) (hc : c ≠ 0) : a * c / (b * c) = a / b := by
  rw [← div_mul_div_comm a c hb hc, div_self hc, mul_one]
theorem mul_div_mul_left (a : R) (hb : b ≠ 0) (hc : c ≠ 0) : c * a / (c * b) = a / b := by
  rw [mul_comm c, mul_comm c]; exact mul_div_mul_right a hb hc
theorem div_add_div (a c : R) (hb : b ≠ 0) (hd : d ≠ 0) : a / b + c / d = (a * d + b * c) / (b * d) := by
  rw [add_div, mul_div_mul_right a hb hd, mul_div_mul_left c hd hb]
theorem div_eq_div_iff (hb : b ≠ 0) (hd : d ≠ 0) : a / b = c / d ↔ a * d = c * b := by
  refine ⟨fun e => ?_, fun e => ?_⟩
  · rw [(div_eq_iff hb).mp e, mul_right_comm, div_mul_cancel c hd]
  · rw [← mul_div_mul_right a hb hd, e, mul_comm b]; exact mul_div_mul_right c hd hb
theorem div_pow (a : R) (hb : b ≠ 0) (n : Nat) : (a / b) ^ n * b ^ n = a ^ n := by
  rw [← mul_pow, div_mul_cancel a hb]

/-! ## Division and the order -/

theorem div_pos (ha : 0 < a) (hb : 0 < b) : 0 < a / b := mul_pos ha (inv_pos hb)
theorem div_nonneg (ha : 0 ≤ a) (hb : 0 < b) : 0 ≤ a / b := mul_nonneg ha (le_of_lt (inv_pos hb))
theorem div_le_div_of_pos_right (h : a ≤ b) (hc : 0 < c) : a / c ≤ b / c :=
  mul_le_mul_of_nonneg_right h (le_of_lt (inv_pos hc))
theorem div_lt_div_of_pos_right (h : a < b) (hc : 0 < c) : a / c < b / c := mul_lt_mul_of_pos_right h (inv_pos hc)

theorem div_le_iff (hc : 0 < c) : a / c ≤ b ↔ a ≤ b * c :=
  ⟨fun h => div_mul_cancel a (ne_of_gt hc) ▸ mul_le_mul_of_nonneg_right h (le_of_lt hc),
   fun h => mul_div_cancel_right b (ne_of_gt hc) ▸ div_le_div_of_pos_right h hc⟩
theorem le_div_iff (hc : 0 < c) : a ≤ b / c ↔ a * c ≤ b :=
  ⟨fun h => div_mul_cancel b (ne_of_gt hc) ▸ mul_le_mul_of_nonneg_right h (le_of_lt hc),
   fun h => mul_div_cancel_right a (ne_of_gt hc) ▸ div_le_div_of_pos_right h hc⟩
theorem div_lt_iff (hc : 0 < c) : a / c < b ↔ a < b * c :=
  ⟨fun h => div_mul_cancel a (ne_of_gt hc) ▸ mul_lt_mul_of_pos_right h hc,
   fun h => mul_div_cancel_right b (ne_of_gt hc) ▸ div_lt_div_of_pos_right h hc⟩
theorem lt_div_iff (hc : 0 < c) : a < b / c ↔ a * c < b :=
  ⟨fun h => div_mul_cancel b (ne_of_gt hc) ▸ mul_lt_mul_of_pos_right h hc,
   fun h => mul_div_cancel_right a (ne_of_gt hc) ▸ div_lt_div_of_pos_right h hc⟩
theorem div_le_div_iff (hb : 0 < b) (hd : 0 < d) : a / b ≤ c / d ↔ a * d ≤ c * b := by
  refine Iff.trans (div_le_iff hb) ?_
  rw [div_mul_eq_mul_div]
  exact le_div_iff hd
theorem div_lt_div_iff (hb : 0 < b) (hd : 0 < d) : a / b < c / d ↔ a * d < c * b := by
  refine Iff.trans (div_lt_iff hb) ?_
  rw [div_mul_eq_mul_div]
  exact lt_div_iff hd
theorem div_le_div_of_nonneg_left (ha : 0 ≤ a) (hc : 0 < c) (h : c ≤ b) : a / b ≤ a / c :=
  (div_le_div_iff (lt_of_lt_of_le hc h) hc).mpr (mul_le_mul_of_nonneg_left h ha)
theorem one_div_pos (h : 0 < a) : 0 < 1 / a := div_pos one_pos h
theorem div_le_one (hb : 0 < b) : a / b ≤ 1 ↔ a ≤ b :=
  Iff.trans (div_le_iff hb) (by rw [one_mul]; exact Iff.rfl)
theorem div_le_self (ha : 0 ≤ a) (hb : 1 ≤ b) : a / b ≤ a :=
  (div_le_iff (lt_of_lt_of_le one_pos hb)).mpr (by
    have h := mul_le_mul_of_nonneg_left hb ha
    rw [mul_one] at h
    exact h)

end Compact
