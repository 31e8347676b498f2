prelude
import Compact.Averaging.Margin
import Compact.Mixture.Power
/-!
# The mixture lemma

An input may hold tokens that fail, if its others make good for them.  The positions that hold `m`, and the query,
can spare something: `β` for each unit of weight of the other positions.  A token `s` with `0 ≤ r s * β + d * u s` lacks
no more than `r s / d` of that.  If the tokens of an input lack no more than all of it in the mean, weighted by
their positions, the whole is positive.  (With `r s ≤ d` for each of them alone, this is the averaging lemma.)
-/
namespace Compact
variable {R : Type} [ExpField R]

section
variable {m : Nat} {y : List Nat} {f u r : Nat → R} {C d : R}

/-- A sum over the other positions only. -/
def sumOther (m : Nat) (y : List Nat) (f : Nat → R) : R := sum y.length fun p => if token y p = m then 0 else f p

theorem sumOther_eq_massOther (m : Nat) (y : List Nat) (f : Nat → R) : sumOther m y f = massOther m y f := rfl

/-- Position by position. -/
theorem sumOther_le {f g : Nat → R} (h : ∀ p, p < y.length → token y p ≠ m → f p ≤ g p) :
    sumOther m y f ≤ sumOther m y g := by
  refine sum_le_sum fun p hp => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e]; exact le_rfl
  case neg => rw [ite_eq_right e, ite_eq_right e]; exact h p hp e

theorem sumOther_add (f g : Nat → R) : (sumOther m y fun p => f p + g p) = sumOther m y f + sumOther m y g := by
  unfold sumOther
  rw [← sum_add]
  refine sum_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, ite_eq_left e, add_zero]
  case neg => rw [ite_eq_right e, ite_eq_right e, ite_eq_right e]

theorem mul_sumOther (k : R) (f : Nat → R) : k * sumOther m y f = sumOther m y fun p => k * f p := by
  unfold sumOther
  rw [mul_sum]
  refine sum_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, mul_zero]
  case neg => rw [ite_eq_right e, ite_eq_right e]

/-- The sum over all positions: those that hold `m`, and the others. -/
theorem sum_eq_massOf_add (f u : Nat → R) : (sum y.length fun p => f p * u (token y p)) =
    massOf m y f * u m + sumOther m y fun p => f p * u (token y p) := by
  unfold massOf sumOther
  rw [sum_mul, ← sum_add]
  refine sum_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, add_zero, e]
  case neg => rw [ite_eq_right e, ite_eq_right e, zero_mul, zero_add]

/-- The mixture lemma. -/
theorem mixture {β : R} (hf : ∀ p, p < y.length → 0 ≤ f p) (hd : 0 < d) (hβ : 0 ≤ β)
    (spare : massOther m y f * β < massOf m y f * u m + C)
    (lacks : ∀ s, s ∈ y → s ≠ m → 0 ≤ r s * β + d * u s)
    (mean : (sumOther m y fun p => f p * r (token y p)) ≤ d * massOther m y f) :
    0 < (sum y.length fun p => f p * u (token y p)) + C := by
  rw [sum_eq_massOf_add (m := m)]
  have each : 0 ≤ sumOther m y fun p => f p * (r (token y p) * β + d * u (token y p)) := by
    refine sum_nonneg fun p hp => ?_
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e]; exact le_rfl
    case neg => rw [ite_eq_right e]; exact mul_nonneg (hf p hp) (lacks _ (List.getD_mem 0 hp) e)
  have split : (sumOther m y fun p => f p * (r (token y p) * β + d * u (token y p))) =
      β * (sumOther m y fun p => f p * r (token y p)) + d * sumOther m y fun p => f p * u (token y p) := by
    rw [mul_sumOther, mul_sumOther, ← sumOther_add]
    refine sum_congr fun p _ => ?_
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e]
    case neg => rw [ite_eq_right e, ite_eq_right e]; exact regroup _ _ _ _ _
  rw [split] at each
  have others : 0 ≤ massOther m y f * β + sumOther m y fun p => f p * u (token y p) := by
    refine le_of_mul_le_mul_left ?_ hd
    exact le_of_linear (add_le_add each (mul_le_mul_of_nonneg_left mean hβ)) (expand _ _ _ _ _)
  exact lt_of_linear (add_lt_add_of_lt_of_le spare others) (gather _ _ _ _)
where
  regroup (f r β d u : R) : f * (r * β + d * u) = β * (f * r) + d * (f * u) := by ring [f, r, β, d, u]
  expand (β d V r s : R) : d * (V * β + s) + (0 + β * r) = d * 0 + (β * r + d * s + β * (d * V)) := by
    ring [β, d, V, r, s]
  gather (a C b s : R) : a + s + C + (b + 0) = 0 + (a + C + (b + s)) := by ring [a, C, b, s]

end
end Compact
