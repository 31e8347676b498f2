prelude
import Compact.Averaging.Margin
import Compact.Mixture.Power
/-!
# The mixture lemma

An input may hold tokens that fail, if its others make good for them.  The positions that hold `m`, and the query, have
something to spare: `κ`.  It is divided into `parts`; a token has a *level*, the number of parts that it may take
(`0 ≤ level s * κ + b * parts * u s`: at the heaviest position, whose weight is `b`, it lacks no more).  If the
levels of an input's tokens add up to no more than all parts, the whole is positive.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The sum over the positions that do not hold `m`. -/
def sumOther (m : Nat) (y : List Nat) (f : Nat → R) : R := sum y.length fun p => if token y p = m then 0 else f p

/-- The sum of levels over positions. -/
theorem sumOther_level (m : Nat) (level : Nat → Nat) (y : List Nat) :
    (sumOther m y fun p => ofNat R (level (token y p))) = ofNat R (levelSum m level y) := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    refine (sum_succ' _ _).trans ?_
    show (if t = m then 0 else ofNat R (level t)) + (sumOther m y fun p => ofNat R (level (token y p))) =
      ofNat R (if t = m then levelSum m level y else level t + levelSum m level y)
    rw [ih]
    by_cases e : t = m
    case pos => rw [ite_eq_left e, ite_eq_left e, zero_add]
    case neg => rw [ite_eq_right e, ite_eq_right e, ofNat_add]

section
variable {m parts : Nat} {level : Nat → Nat} {y : List Nat} {f u : Nat → R} {κ b C : R}

/-- What one token lacks, at any position. -/
theorem lack_ge {n k : Nat} {l u : R} (hl : 0 ≤ l) (hb : l ≤ b) (hκ : 0 ≤ κ)
    (h : 0 ≤ ofNat R n * κ + b * ofNat R k * u) : -(ofNat R n * κ) ≤ ofNat R k * (l * u) := by
  cases le_total 0 u with
  | inl hu =>
    refine le_trans (le_of_linear (mul_nonneg (ofNat_nonneg n) hκ) ?_)
      (mul_nonneg (ofNat_nonneg k) (mul_nonneg hl hu))
    ring [ofNat R n, κ]
  | inr hu =>
    have less := mul_le_mul_of_nonneg_left (mul_le_mul_of_nonpos_left hb hu) (ofNat_nonneg (R := R) k)
    exact le_of_linear (add_le_add h less) (by ring [ofNat R n, ofNat R k, κ, b, l, u])

/-- The mixture lemma. -/
theorem mixture (hparts : 0 < parts) (hf : ∀ p, p < y.length → 0 ≤ f p ∧ f p ≤ b) (hκ : 0 ≤ κ)
    (spare : κ < massOf m y f * u m + C)
    (lacks : ∀ s, s ∈ y → s ≠ m → 0 ≤ ofNat R (level s) * κ + b * ofNat R parts * u s)
    (total : levelSum m level y ≤ parts) : 0 < (sum y.length fun p => f p * u (token y p)) + C := by
  have each : (sumOther m y fun p => -(ofNat R (level (token y p)) * κ)) ≤
      sumOther m y fun p => ofNat R parts * (f p * u (token y p)) := by
    refine sum_le_sum fun p hp => ?_
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e]; exact le_rfl
    case neg =>
      rw [ite_eq_right e, ite_eq_right e]
      exact lack_ge (hf p hp).left (hf p hp).right hκ (lacks _ (List.getD_mem 0 hp) e)
  have left : (sumOther m y fun p => -(ofNat R (level (token y p)) * κ)) = -(ofNat R (levelSum m level y) * κ) := by
    rw [← sumOther_level]
    unfold sumOther
    rw [sum_mul, ← sum_neg]
    refine sum_congr fun p _ => ?_
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e, zero_mul, neg_zero]
    case neg => rw [ite_eq_right e, ite_eq_right e]
  have right : (sumOther m y fun p => ofNat R parts * (f p * u (token y p))) =
      ofNat R parts * sumOther m y fun p => f p * u (token y p) := by
    unfold sumOther
    rw [mul_sum]
    refine sum_congr fun p _ => ?_
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e, mul_zero]
    case neg => rw [ite_eq_right e, ite_eq_right e]
  rw [left, right] at each
  have others : -κ ≤ sumOther m y fun p => f p * u (token y p) := by
    refine le_of_mul_le_mul_left (le_trans ?_ each) (ofNat_pos (R := R) hparts)
    exact le_of_linear (mul_le_mul_of_nonneg_right (ofNat_le total) hκ)
      (by ring [ofNat R parts, κ, ofNat R (levelSum m level y)])
  have split : (sum y.length fun p => f p * u (token y p)) =
      massOf m y f * u m + sumOther m y fun p => f p * u (token y p) := by
    unfold massOf sumOther
    rw [sum_mul, ← sum_add]
    refine sum_congr fun p _ => ?_
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e, add_zero, e]
    case neg => rw [ite_eq_right e, ite_eq_right e, zero_mul, zero_add]
  rw [split]
  exact lt_of_linear (add_lt_add_of_lt_of_le spare others) (gather _ _ _ _)
where
  gather (a C κ s : R) : a + s + C + (κ + -κ) = 0 + (a + C + s) := by ring [a, C, κ, s]

end
end Compact
