prelude
import Compact.Averaging.Jensen
import Compact.Field.Div
/-!
# An input is a mean of inputs with one token in place of all that are not the maximum

Put one of the tokens that are not `m` in place of all of them, and take the mean over the positions of such tokens: the sums over
positions that make up an input are the means of those of the *replaced* inputs (`sum_replaced`).  So whatever exponentials of
logits, summed over outputs, are at most `B` for each replaced input, are so for the input (`sum_exp_le_of_replaced`, by Jensen's
inequality).  In a replaced input there are no more than three tokens: `m`, the token that is put in, and the query.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The token at position `p`, if `s` is put in place of all tokens but `m`. -/
def replaced (m s : Nat) (k : Nat → Nat) (p : Nat) : Nat := if k p = m then m else s

/-- `x`, if `k` is not `m`; else 0. -/
def offMax (m k : Nat) (x : R) : R := if k = m then 0 else x

theorem offMax_mul (m k : Nat) (x y : R) : offMax m k x * y = offMax m k (x * y) := by
  unfold offMax
  by_cases h : k = m
  case pos => rw [ite_eq_left h, ite_eq_left h, zero_mul]
  case neg => rw [ite_eq_right h, ite_eq_right h]

theorem offMax_nonneg {m k : Nat} {x : R} (h : 0 ≤ x) : 0 ≤ offMax m k x := by
  unfold offMax
  by_cases e : k = m
  case pos => rw [ite_eq_left e]; exact le_refl 0
  case neg => rw [ite_eq_right e]; exact h

section
variable {n m : Nat} {k : Nat → Nat} {l : Nat → R}

/-- A sum over the positions of a replaced input. -/
theorem sum_of_replaced (s : Nat) (f : Nat → R) : (sum n fun p => l p * f (replaced m s k p)) =
    (sum n fun p => l p - offMax m (k p) (l p)) * f m + (sum n fun p => offMax m (k p) (l p)) * f s := by
  rw [sum_mul, sum_mul, ← sum_add]
  refine sum_congr fun p _ => ?_
  unfold replaced offMax
  by_cases h : k p = m
  case pos => rw [ite_eq_left h, ite_eq_left h, sub_zero, zero_mul, add_zero]
  case neg => rw [ite_eq_right h, ite_eq_right h, sub_self, zero_mul, zero_add]

/-- A sum over the positions of an input. -/
theorem sum_of_others (f : Nat → R) : (sum n fun p => l p * f (k p)) =
    (sum n fun p => l p - offMax m (k p) (l p)) * f m + sum n fun p => offMax m (k p) (l p) * f (k p) := by
  rw [sum_mul, ← sum_add]
  refine sum_congr fun p _ => ?_
  unfold offMax
  by_cases h : k p = m
  case pos => rw [ite_eq_left h, sub_zero, zero_mul, add_zero, h]
  case neg => rw [ite_eq_right h, sub_self, zero_mul, zero_add]

/-- **An input is the mean of its replaced inputs.** -/
theorem sum_replaced (f : Nat → R) (C : R) : (sum n fun p => offMax m (k p) (l p)) * ((sum n fun p => l p * f (k p)) + C) =
    sum n fun p => offMax m (k p) (l p) * ((sum n fun i => l i * f (replaced m (k p) k i)) + C) := by
  have each : (sum n fun p => offMax m (k p) (l p) * ((sum n fun i => l i * f (replaced m (k p) k i)) + C)) =
      sum n fun p => offMax m (k p) (l p) * ((sum n fun p => l p - offMax m (k p) (l p)) * f m + C) +
        offMax m (k p) (l p) * f (k p) * sum n fun p => offMax m (k p) (l p) := by
    refine sum_congr fun p _ => ?_
    rw [sum_of_replaced]
    exact regroup _ _ _ _ _
  rw [each, sum_add, ← sum_mul, ← sum_mul, sum_of_others (m := m)]
  exact regroup' _ _ _ _
where
  regroup (x a V b C : R) : x * (a + V * b + C) = x * (a + C) + x * b * V := by ring [x, a, V, b, C]
  regroup' (V a S C : R) : V * (a + S + C) = V * (a + C) + S * V := by ring [V, a, S, C]

/-- Jensen's inequality over replaced inputs.  `e` are the weights of tokens, `a t` what they say of the output `t`; `o` and `c t`
are the weight of a position of its own, and what it says. -/
theorem sum_exp_le_of_replaced {v : Nat} {counts e : Nat → R} {a : Nat → Nat → R} {o B : R} {c d : Nat → R}
    (hcounts : ∀ t, t < v → 0 ≤ counts t) (hl : ∀ p, p < n → 0 ≤ l p) (some : 0 < sum n fun p => offMax m (k p) (l p))
    (weight : 0 < (sum n fun p => l p * e (k p)) + o)
    (weights : ∀ p, p < n → k p ≠ m → 0 < (sum n fun i => l i * e (replaced m (k p) k i)) + o)
    (hd : ∀ t, t < v → counts t = 0 ∨ ((sum n fun p => l p * e (k p)) + o) * d t ≤ (sum n fun p => l p * (e (k p) * a t (k p))) + c t)
    (hB : ∀ p, p < n → k p ≠ m → (sum v fun t => counts t *
      exp (((sum n fun i => l i * (e (replaced m (k p) k i) * a t (replaced m (k p) k i))) + c t) /
        ((sum n fun i => l i * e (replaced m (k p) k i)) + o))) ≤ B) :
    (sum v fun t => counts t * exp (d t)) ≤ B := by
  let W (p : Nat) : R := (sum n fun i => l i * e (replaced m (k p) k i)) + o
  let D (t p : Nat) : R := (sum n fun i => l i * (e (replaced m (k p) k i) * a t (replaced m (k p) k i))) + c t
  let u (p : Nat) : R := offMax m (k p) (l p)
  have total : (sum n fun p => u p * W p) = sum n u * ((sum n fun p => l p * e (k p)) + o) := (sum_replaced e o).symm
  have nonneg (p : Nat) (hp : p < n) : 0 ≤ u p * W p := by
    by_cases h : k p = m
    case pos => exact le_of_eq ((congrArg (· * W p) (ite_eq_left h)).trans (zero_mul _)).symm
    case neg => exact mul_nonneg (offMax_nonneg (hl p hp)) (le_of_lt (weights p hp h))
  have each {t : Nat} (h : ((sum n fun p => l p * e (k p)) + o) * d t ≤ (sum n fun p => l p * (e (k p) * a t (k p))) + c t) :
      (sum n fun p => u p * W p) * exp (d t) ≤ sum n fun p => u p * W p * exp (D t p / W p) := by
    refine jensen nonneg (le_trans (le_of_eq ?_) (le_trans (mul_le_mul_of_nonneg_left h (le_of_lt some)) (le_of_eq ?_)))
    · rw [total]; exact mul_assoc _ _ _
    · refine (sum_replaced (fun s => e s * a t s) (c t)).trans (sum_congr fun p hp => ?_)
      show u p * D t p = u p * W p * (D t p / W p)
      by_cases h : k p = m
      case pos =>
        have z : u p = 0 := ite_eq_left h
        rw [z, zero_mul, zero_mul, zero_mul]
      case neg => rw [mul_assoc, mul_div_cancel (ne_of_gt (weights p hp h))]
  have pos : 0 < sum n fun p => u p * W p := total ▸ mul_pos some weight
  refine le_of_mul_le_mul_left (a := sum n fun p => u p * W p) ?_ pos
  rw [mul_sum]
  refine le_trans (sum_le_sum (g := fun t => sum n fun p => u p * W p * (counts t * exp (D t p / W p))) fun t ht => ?_) ?_
  · rw [mul_left_comm]
    match hd t ht with
    | .inl z =>
      rw [z, zero_mul]
      exact le_of_eq (sum_eq_zero fun p _ => by rw [zero_mul, mul_zero]).symm
    | .inr h =>
      refine le_trans (mul_le_mul_of_nonneg_left (each h) (hcounts t ht)) (le_of_eq ?_)
      rw [mul_sum]
      exact sum_congr fun p _ => mul_left_comm _ _ _
  · rw [sum_comm, sum_mul]
    refine sum_le_sum fun p hp => ?_
    rw [← mul_sum]
    by_cases h : k p = m
    case pos =>
      have z : u p = 0 := ite_eq_left h
      rw [z, zero_mul, zero_mul, zero_mul]
      exact le_refl 0
    case neg => exact mul_le_mul_of_nonneg_left (hB p hp h) (nonneg p hp)

end
end Compact
