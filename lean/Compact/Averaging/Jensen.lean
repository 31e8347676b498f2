prelude
import Compact.Field.Exp
import Compact.Field.Sum
/-!
# Jensen's inequality for the exponential, and log-sum-exp of a mean

From `1 + a ≤ exp a` alone: if `a` is at most a weighted mean of the numbers `b p`, then `exp a` is at most the mean of
their exponentials.  `sum_exp_le` is the *soft lemma*: for each output `t` some `d t` is at most a mean of numbers `a p t`, and each
`sum_t exp (a p t)` is at most `exp (u p)`; then `sum_t exp (d t)` is at most `exp l`, if the mean of the `u p` is at most `l`.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- Weighted Jensen. -/
theorem jensen {n : Nat} {w b : Nat → R} {a : R} (hw : ∀ p, p < n → 0 ≤ w p) (h : sum n w * a ≤ sum n fun p => w p * b p) :
    sum n w * exp a ≤ sum n fun p => w p * exp (b p) := by
  have point : ∀ p, p < n → exp a * (w p * (1 + (b p - a))) ≤ w p * exp (b p) := fun p hp => by
    have e := mul_le_mul_of_nonneg_left (add_one_le_exp (b p - a)) (mul_nonneg (exp_nonneg a) (hw p hp))
    have split : exp a * exp (b p - a) = exp (b p) := by rw [← exp_add, add_comm, sub_add_cancel]
    refine le_trans (le_of_eq ?_) (le_trans e (le_of_eq ?_))
    · ring [exp a, w p, b p, a]
    · rw [← split]; ring [exp a, w p, exp (b p - a)]
  refine le_trans ?_ (sum_le_sum point)
  rw [← mul_sum, mul_comm (sum n w)]
  refine mul_le_mul_of_nonneg_left ?_ (exp_nonneg a)
  have e : (sum n fun p => w p * (1 + (b p - a))) = sum n w + ((sum n fun p => w p * b p) - sum n w * a) := by
    rw [sum_mul, ← sum_sub, ← sum_add]
    exact sum_congr fun p _ => by ring [w p, b p, a]
  rw [e]
  exact le_of_linear h (by ring [sum n w, sum n fun p => w p * b p, sum n w * a])

/-- The soft lemma, for the outputs `t < v`. -/
theorem sum_exp_le {n v : Nat} {w u d : Nat → R} {a : Nat → Nat → R} {l : R} {counts : Nat → R} (hcounts : ∀ t, t < v → 0 ≤ counts t)
    (hw : ∀ p, p < n → 0 ≤ w p) (pos : 0 < sum n w) (hd : ∀ t, t < v → sum n w * d t ≤ sum n fun p => w p * a p t)
    (hu : ∀ p, p < n → (sum v fun t => counts t * exp (a p t)) ≤ exp (u p)) (hl : 0 ≤ sum n fun p => w p * (l - u p)) :
    (sum v fun t => counts t * exp (d t)) ≤ exp l := by
  have each : ∀ t, t < v → sum n w * exp (d t - l) ≤ sum n fun p => w p * exp (a p t - u p) := fun t ht => by
    refine jensen hw ?_
    have e : (sum n fun p => w p * (a p t - u p)) = (sum n fun p => w p * a p t) + (sum n fun p => w p * (l - u p)) - sum n w * l := by
      rw [← sum_add, sum_mul, ← sum_sub]
      exact sum_congr fun p _ => by ring [w p, a p t, u p, l]
    rw [e]
    exact le_of_linear (add_le_add (hd t ht) hl)
      (by ring [sum n w, d t, l, sum n fun p => w p * a p t, sum n fun p => w p * (l - u p)])
  have all : sum n w * (sum v fun t => counts t * exp (d t - l)) ≤ sum n w * 1 := by
    rw [mul_sum, mul_one]
    refine le_trans (sum_le_sum fun t ht => ?_) (le_trans (le_of_eq (sum_comm v n fun t p => counts t * (w p * exp (a p t - u p))))
      (sum_le_sum fun p hp => ?_))
    · rw [← mul_sum, mul_left_comm]
      exact mul_le_mul_of_nonneg_left (each t ht) (hcounts t ht)
    · have one : (sum v fun t => counts t * exp (a p t - u p)) ≤ 1 := by
        have e : (sum v fun t => counts t * exp (a p t - u p)) = exp (-(u p)) * sum v fun t => counts t * exp (a p t) := by
          rw [mul_sum]
          refine sum_congr fun t _ => ?_
          rw [sub_eq_add_neg, exp_add]
          ring [counts t, exp (a p t), exp (-(u p))]
        rw [e]
        exact le_trans (mul_le_mul_of_nonneg_left (hu p hp) (exp_nonneg _)) (le_of_eq (exp_neg_mul_exp _))
      have e : (sum v fun t => counts t * (w p * exp (a p t - u p))) = w p * sum v fun t => counts t * exp (a p t - u p) := by
        rw [mul_sum]
        exact sum_congr fun t _ => mul_left_comm _ _ _
      rw [e]
      exact le_trans (mul_le_mul_of_nonneg_left one (hw p hp)) (le_of_eq (mul_one _))
  have small := le_of_mul_le_mul_left all pos
  have e : (sum v fun t => counts t * exp (d t)) = exp l * sum v fun t => counts t * exp (d t - l) := by
    rw [mul_sum]
    refine sum_congr fun t _ => ?_
    have split : exp l * exp (d t - l) = exp (d t) := by rw [← exp_add, add_comm, sub_add_cancel]
    rw [← split]
    exact mul_left_comm _ _ _
  rw [e]
  exact le_trans (mul_le_mul_of_nonneg_left small (exp_nonneg l)) (le_of_eq (mul_one _))

end Compact
