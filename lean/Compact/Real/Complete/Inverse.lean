prelude
import Compact.Real.Complete.Solve
/-!
# A complete ring is a field

Inverses, and what they are used for here: products of positive numbers are positive, and a least upper bound can be
multiplied by a nonnegative number.
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {x : R}

theorem exists_mul_eq_one_of_pos (hx : 0 < x) : ∃ s, 0 ≤ s ∧ x * s = 1 := by
  -- `1 ≤ x * 2^n` for some `n`
  obtain ⟨n, hn⟩ := exists_mul_half_pow_lt 1 hx
  have two_pow_nonneg : 0 ≤ ofNat R (2 ^ n) := ofNat_nonneg _
  obtain ⟨s, hs, _, e⟩ := exists_eq (c := 1) (fun y => x * y) two_pow_nonneg (le_of_lt hx)
    (fun y z _ _ _ => le_of_eq (by ring [x, y, z])) (le_trans (le_of_eq (mul_zero x)) zero_le_one) (by
      calc (1 : R) = 1 * half R ^ n * ofNat R (2 ^ n) := by rw [one_mul, mul_comm, two_pow_mul_half_pow]
        _ ≤ x * ofNat R (2 ^ n) := mul_le_mul_of_nonneg_right (le_of_lt hn) two_pow_nonneg)
  exact ⟨s, hs, e⟩

theorem exists_mul_eq_one (h : x ≠ 0) : ∃ s, x * s = 1 := by
  cases le_total 0 x with
  | inl h' =>
    obtain ⟨s, _, e⟩ := exists_mul_eq_one_of_pos (And.intro h' h.symm)
    exact ⟨s, e⟩
  | inr h' =>
    have pos : 0 < -x := lt_of_linear (And.intro h' h : x < 0) (by ring [x])
    obtain ⟨s, _, e⟩ := exists_mul_eq_one_of_pos pos
    exact ⟨-s, Eq.trans (by ring [x, s]) e⟩

/-- `1 / x`, and something or other for `x = 0`. -/
noncomputable def inv (x : R) : R :=
  Classical.choose (p := fun s => x ≠ 0 → x * s = 1) ((Classical.em (x = 0)).elim (fun e => ⟨0, fun n => (n e).elim⟩)
    fun n => match exists_mul_eq_one n with | ⟨s, e⟩ => ⟨s, fun _ => e⟩)
theorem mul_inv (h : x ≠ 0) : x * inv x = 1 := Classical.choose_spec (p := fun s => x ≠ 0 → x * s = 1) _ h

/-- A bound of all `a * x` bounds `s * x` for the least upper bound `s` of the `a`. -/
theorem sup_mul_le {T : R → Prop} {s b : R} (some : ∃ a, T a) (least : ∀ c, (∀ a, T a → a ≤ c) → s ≤ c) (hx : 0 ≤ x)
    (h : ∀ a, T a → a * x ≤ b) : s * x ≤ b := by
  cases Classical.em (x = 0) with
  | inl e =>
    obtain ⟨a, ha⟩ := some
    have h' := h a ha
    rw [e, mul_zero] at h'
    rw [e, mul_zero]
    exact h'
  | inr n =>
    obtain ⟨y, hy, e⟩ := exists_mul_eq_one_of_pos (And.intro hx (Ne.symm n) : 0 < x)
    have bound : s ≤ b * y := least (b * y) fun a ha => by
      calc a = a * (x * y) := by rw [e, mul_one]
        _ = a * x * y := (mul_assoc a x y).symm
        _ ≤ b * y := mul_le_mul_of_nonneg_right (h a ha) hy
    calc s * x ≤ b * y * x := mul_le_mul_of_nonneg_right bound hx
      _ = b * (x * y) := by ring [b, x, y]
      _ = b := by rw [e, mul_one]

theorem mul_pos {x y : R} (hx : 0 < x) (hy : 0 < y) : 0 < x * y := by
  refine lt_of_not_le fun h => ?_
  obtain ⟨s, hs, e⟩ := exists_mul_eq_one_of_pos hx
  refine not_le_of_lt hy ?_
  calc y = s * (x * y) := by rw [← mul_assoc, mul_comm s, e, one_mul]
    _ ≤ s * 0 := mul_le_mul_of_nonneg_left h hs
    _ = 0 := mul_zero s
theorem pow_pos (hx : 0 < x) (n : Nat) : 0 < x ^ n := by
  induction n with
  | zero => exact zero_lt_one
  | succ n ih => exact mul_pos ih hx

end Compact.Complete
