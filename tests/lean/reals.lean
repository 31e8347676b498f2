prelude
import Compact.Real.Instance
import Compact.Field.Exp
import Compact.Field.Cast
/-!
What one expects of the real numbers, from the general lemmas about every `ExpField` and from completeness.
-/
namespace Compact

/-! The general theory applies, `ring` included. -/
example (a b : Real) : (a + b) * (a - b) = a * a - b * b := by ring [a, b]
example (a b : Real) (h : a < b) : exp a < exp b := exp_lt_exp h
example : exp (0 : Real) = 1 := exp_zero
example (a : Real) (h : a ≠ 0) : a / a = 1 := div_self h

/-! There is a number whose square is two, and none whose square is minus one. -/
example : ∃ s : Real, 0 ≤ s ∧ s * s = 2 := Real.exists_sqrt 2 (le_of_lt zero_lt_two)
example : ¬ ∃ s : Real, s * s = -1 := fun ⟨s, e⟩ => by
  have h : 0 ≤ (-1 : Real) := e ▸ mul_self_nonneg s
  exact not_le_of_lt zero_lt_one (neg_nonneg.mp h)

/-- Archimedes: no real number is above all natural ones. -/
theorem archimedes (a : Real) : ∃ n, a < ofNat Real n := by
  refine Classical.byContradiction fun none => ?_
  have above : ∀ n, ofNat Real n ≤ a := fun n =>
    (le_total (ofNat Real n) a).elim id fun h => Classical.byContradiction fun h' =>
      none ⟨n, lt_of_le_of_ne h fun e => h' (le_of_eq e.symm)⟩
  -- the least upper bound of the natural numbers would not be one: it is at most itself minus one
  obtain ⟨s, upper, least⟩ := Real.exists_least_upper_bound (fun x => ∃ n, x = ofNat Real n) ⟨ofNat Real 0, 0, rfl⟩
    ⟨a, fun x ⟨n, e⟩ => e ▸ above n⟩
  have smaller : s ≤ s - 1 := least (s - 1) fun x ⟨n, e⟩ => by
    have h := upper (ofNat Real (n + 1)) ⟨n + 1, rfl⟩
    rw [ofNat_succ] at h
    rw [e]
    exact le_sub_iff_add_le.mpr h
  exact not_le_of_lt zero_lt_one (le_of_linear smaller (by ring [s]))

/-- `exp 1` is the number that it should be, as far as that can be seen from `2 ≤ exp 1 ≤ 4`. -/
theorem exp_one : 2 ≤ exp (1 : Real) ∧ exp (1 : Real) ≤ 4 := by
  have half : ∃ h : Real, h + h = 1 := ⟨1 / 2, by
    rw [div_add_div_same]
    exact (div_eq_iff (ne_of_gt zero_lt_two)).mpr (by ring [])⟩
  obtain ⟨h, e⟩ := half
  refine ⟨le_of_linear (add_one_le_exp (1 : Real)) (by ring [exp (1 : Real)]), ?_⟩
  -- `1/2 ≤ exp (-1/2)`, and `exp (-1/2)^2 * exp 1 = 1`
  have low : h ≤ exp (-h) := le_of_linear (one_sub_le_exp_neg h) (by rw [← e]; ring [h, exp (-h)])
  have hh : 0 ≤ h := (le_total 0 h).elim id fun n => by
    have two := add_le_add n n
    rw [e, add_zero] at two
    exact (not_le_of_lt zero_lt_one two).elim
  have square : h * h * exp 1 ≤ 1 := by
    have unit : exp (-h) * exp (-h) * exp (1 : Real) = 1 := by
      rw [← exp_add, ← exp_add]
      exact (congrArg exp (by rw [← e]; ring [h])).trans exp_zero
    exact le_trans (mul_le_mul_of_nonneg_right (mul_le_mul low low hh (exp_nonneg _)) (exp_nonneg _)) (le_of_eq unit)
  have four : 4 * (h * h * exp (1 : Real)) = exp 1 := by
    calc 4 * (h * h * exp (1 : Real)) = (h + h) * (h + h) * exp 1 := by ring [h, exp (1 : Real)]
      _ = exp 1 := by rw [e, one_mul, one_mul]
  refine four ▸ ?_
  exact le_trans (mul_le_mul_of_nonneg_left square (ofNat_nonneg 4)) (le_of_eq (mul_one 4))

end Compact

#check @Compact.Real.instExpField
#check @Compact.Real.exists_least_upper_bound
#check @Compact.Real.exp_unique
#check @Compact.Real.exists_sqrt
#check @Compact.Real.sqrt_unique
