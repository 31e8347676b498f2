prelude
import Compact.Transformer.General.NeuronMargin
/-!
# What neurons add to a margin at one key, in whole numbers

A neuron is known up to 3 units, `W_out W_U` is an integer matrix, and what is left of a ReLU beside its slope is at most `E` units.  Then
the neurons' part of a margin at a key is at least a difference of lanes, less a little (`neurons_ge`): the lane of the output `t` is
`∑ α (S⁺ r t + S⁻ (top - r t)) + ∑ E (r m + (r t ∸ r m))`.
-/
namespace Compact
namespace Transformer

section
variable {R : Type} [ExpField R] {U K : R}

/-- The positive part of a negated difference of integers. -/
theorem mul_relu_neg (hK : 0 < K) {c : R} {a b : Nat} (hc : K * c = ofNat R a - ofNat R b) :
    K * relu (-c) = ofNat R (a + (b - a)) - ofNat R a := by
  cases Nat.le_total b a with
  | inl h =>
    have nonneg : 0 ≤ c := by
      refine le_of_mul_le_mul_left ?_ hK
      rw [mul_zero, hc]
      exact sub_nonneg.mpr (ofNat_le h)
    rw [Nat.sub_eq_zero_of_le h, Nat.add_zero, sub_self, relu_of_nonpos (neg_nonpos.mpr nonneg), mul_zero]
  | inr h =>
    have nonpos : c ≤ 0 := by
      refine le_of_mul_le_mul_left ?_ hK
      rw [mul_zero, hc]
      exact le_of_linear (ofNat_le (R := R) h) (by ring [ofNat R a, ofNat R b])
    rw [Nat.add_sub_of_le h, relu_of_nonneg (neg_nonneg.mpr nonpos), mul_neg, hc]
    exact neg_sub _ _

/-- One neuron of slope 0 or 1, if `e` is left of its ReLU. -/
theorem neuron_ge_of (hK : 0 < K) {c u e α : R} (hα : α = 0 ∨ α = 1) {P N a b top E : Nat} (hc : K * c = ofNat R a - ofNat R b)
    (ha : a ≤ top) (hb : b ≤ top) (le : U * u + ofNat R N ≤ ofNat R P + 3) (ge : ofNat R P ≤ U * u + ofNat R N + 3)
    (hE : U * e ≤ ofNat R E) :
    α * (ofNat R P * ofNat R a + ofNat R N * (ofNat R top - ofNat R a)) + ofNat R E * ofNat R a ≤
      K * U * (α * c * u - relu (-c) * e) + (α * (ofNat R P * ofNat R b + ofNat R N * (ofNat R top - ofNat R b)) +
        ofNat R E * ofNat R (a + (b - a))) + 3 * ofNat R top := by
  have neg := mul_relu_neg hK hc
  have posNeg : 0 ≤ K * relu (-c) := mul_nonneg (le_of_lt hK) (relu_nonneg _)
  have rest := mul_nonneg posNeg (sub_nonneg.mpr hE)
  rw [neg] at rest
  have hα0 : 0 ≤ α := hα.elim (fun e => e ▸ le_rfl) fun e => e ▸ zero_le_one
  have hα1 : α ≤ 1 := hα.elim (fun e => e ▸ zero_le_one) fun e => e ▸ le_rfl
  -- `(a - b) (U u - (P - N))` is at least `-3 top`.
  have near : -(3 * ofNat R top) ≤ α * ((ofNat R a - ofNat R b) * (U * u - (ofNat R P - ofNat R N))) := by
    have top0 : (0 : R) ≤ ofNat R top := ofNat_nonneg top
    have h3 : (0 : R) ≤ 3 * ofNat R top := mul_nonneg (ofNat_nonneg 3) top0
    have inner : -(3 * ofNat R top) ≤ (ofNat R a - ofNat R b) * (U * u - (ofNat R P - ofNat R N)) := by
      have ha' := ofNat_le (R := R) ha
      have hb' := ofNat_le (R := R) hb
      have up : 0 ≤ ofNat R P + 3 - (U * u + ofNat R N) := sub_nonneg.mpr le
      have down : 0 ≤ U * u + ofNat R N + 3 - ofNat R P := sub_nonneg.mpr ge
      have h1 := mul_nonneg (ofNat_nonneg (R := R) a) down
      have h2 := mul_nonneg (ofNat_nonneg (R := R) b) up
      cases Nat.le_total a b with
      | inl hab =>
        have h := mul_nonneg (sub_nonneg.mpr (ofNat_le (R := R) hab)) up
        have h' := mul_nonneg (ofNat_nonneg (R := R) 3) (sub_nonneg.mpr hb')
        have h'' := mul_nonneg (ofNat_nonneg (R := R) 3) (ofNat_nonneg (R := R) a)
        have three : (ofNat R 3 : R) = 3 := rfl
        rw [three] at h' h''
        exact le_of_linear (add_nonneg (add_nonneg h h') h'') (by ring [ofNat R a, ofNat R b, ofNat R P, ofNat R N, U * u, ofNat R top])
      | inr hab =>
        have h := mul_nonneg (sub_nonneg.mpr (ofNat_le (R := R) hab)) down
        have h' := mul_nonneg (ofNat_nonneg (R := R) 3) (sub_nonneg.mpr ha')
        have h'' := mul_nonneg (ofNat_nonneg (R := R) 3) (ofNat_nonneg (R := R) b)
        have three : (ofNat R 3 : R) = 3 := rfl
        rw [three] at h' h''
        exact le_of_linear (add_nonneg (add_nonneg h h') h'') (by ring [ofNat R a, ofNat R b, ofNat R P, ofNat R N, U * u, ofNat R top])
    cases hα with
    | inl h => rw [h, zero_mul]; exact neg_nonpos.mpr h3
    | inr h => rw [h, one_mul]; exact inner
  have expand : K * U * (α * c * u - relu (-c) * e) = α * ((ofNat R a - ofNat R b) * (U * u)) -
      (ofNat R (a + (b - a)) - ofNat R a) * (U * e) := by
    rw [← neg, ← hc]
    ring [K, U, α, c, u, relu (-c), e]
  rw [expand]
  exact le_of_linear (add_le_add near rest) (by
    ring [α, ofNat R a, ofNat R b, ofNat R P, ofNat R N, ofNat R top, ofNat R E, ofNat R (a + (b - a)), U * u, U * e])

/-- One neuron of slope 0 or 1. -/
theorem neuron_ge (hK : 0 < K) {c u α : R} (hα : α = 0 ∨ α = 1) {P N a b top E : Nat} (hc : K * c = ofNat R a - ofNat R b)
    (ha : a ≤ top) (hb : b ≤ top) (le : U * u + ofNat R N ≤ ofNat R P + 3) (ge : ofNat R P ≤ U * u + ofNat R N + 3)
    (hE : U * (relu u - α * u) ≤ ofNat R E) :
    α * (ofNat R P * ofNat R a + ofNat R N * (ofNat R top - ofNat R a)) + ofNat R E * ofNat R a ≤
      K * U * atKey α c u + (α * (ofNat R P * ofNat R b + ofNat R N * (ofNat R top - ofNat R b)) +
        ofNat R E * ofNat R (a + (b - a))) + 3 * ofNat R top := neuron_ge_of hK hα hc ha hb le ge hE

/-- What is left of a ReLU beside its slope 1 is that of the negated number. -/
theorem relu_sub_self (u : R) : relu u - u = relu (-u) := by
  cases le_total 0 u with
  | inl h => rw [relu_of_nonneg h, relu_of_nonpos (neg_nonpos.mpr h), sub_self]
  | inr h => rw [relu_of_nonpos h, relu_of_nonneg (neg_nonneg.mpr h), zero_sub]

end
end Transformer
end Compact
