prelude
import Compact.Transformer.Minimum.Margin
/-!
# Tests of a mixture

A mixture of three rows has the weights `U * a` (maximum), `V * e` (the other token; `a`, `e` softmax factors) and
`w` (query).  With a margin of each row, relative to one offset `o`, it is tested by one inequality of numbers
(`Ahead.mixture`).  Two ways to make that test for many tokens cheaper: `of_threshold` compares a number of the
token with a number of the class; `of_extremes` tests one pair `f`, `B` of extremes instead of each token.
-/
namespace Compact

/-- The margin of a mixture of three rows. -/
theorem Ahead.mixture {v m o A B C : Nat} {f g h : Nat → Nat} (U a V e w : Nat) (hA : Ahead v m o A f)
    (hB : Ahead v m o B g) (hC : Ahead v m o C h) :
    Ahead v m (U * (a * o) + V * (e * o) + w * o) (U * (a * A) + V * (e * B) + w * C)
      fun t => U * (a * f t) + V * (e * g t) + w * h t :=
  (((hA.mul a).mul U).add ((hB.mul e).mul V)).add (hC.mul w)

/-- The number that decides about the token with the factor `e` and the margin `B`: `M * o + e * (B - o)`. -/
noncomputable def tokenScore (o M e B : Nat) : Nat := Nat.add (Nat.mul e B) (Nat.mul (Nat.sub M e) o)

/-- The test of a threshold is the test of all tokens above it. -/
theorem of_threshold {K P V o M e B Θ : Nat} (he : e ≤ M) (hΘ : Θ ≤ tokenScore o M e B)
    (h : K + V * (M * o) < P + V * Θ) : K + V * (e * o) < P + V * (e * B) := by
  have h' : K + V * (M * o) < P + V * (e * B + (M - e) * o) :=
    Nat.lt_of_lt_of_le h (Nat.add_le_add_left (Nat.mul_le_mul_left V hΘ) P)
  match Nat.exists_eq_add_of_le he with
  | ⟨d, hd⟩ =>
    rw [hd, Nat.add_sub_cancel_left] at h'
    exact Nat.lt_of_linear h' (by ring [K, P, V, o, e, B, d])

/-- The test of extreme values is the test of all tokens within them: the margin `B` is at most the token's `B'`,
and the factor `f` is on the side that makes the mixture least. -/
theorem of_extremes {K P V o e f B B' : Nat} (hB : B ≤ B') (hf : o ≤ B ∧ f ≤ e ∨ B ≤ o ∧ e ≤ f)
    (h : K + V * (f * o) < P + V * (f * B)) : K + V * (e * o) < P + V * (e * B') := by
  have key : f * B + e * o ≤ e * B + f * o := by
    match hf with
    | .inl ⟨ho, hf⟩ =>
      match Nat.exists_eq_add_of_le ho, Nat.exists_eq_add_of_le hf with
      | ⟨b, hb⟩, ⟨d, hd⟩ =>
        rw [hb, hd]
        exact Nat.le_of_linear (Nat.zero_le (d * b)) (by ring [f, o, b, d])
    | .inr ⟨ho, hf⟩ =>
      match Nat.exists_eq_add_of_le ho, Nat.exists_eq_add_of_le hf with
      | ⟨b, hb⟩, ⟨d, hd⟩ =>
        rw [hb, hd]
        exact Nat.le_of_linear (Nat.zero_le (d * b)) (by ring [e, B, b, d])
  have key' : f * B + e * o ≤ e * B' + f * o :=
    Nat.le_trans key (Nat.add_le_add_right (Nat.mul_le_mul_left e hB) _)
  refine Nat.lt_of_linear (Nat.add_lt_add_of_lt_of_le h (Nat.mul_le_mul_left V key')) ?_
  ring [K, P, V, e, f, o, B, B']

end Compact
