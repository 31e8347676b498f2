prelude
import Compact.Transformer.Statement
import Compact.Field.Cast
/-!
# Claim: a margin

`CorrectBy R δ w x` says more than `Correct R w x`: the logit of the largest token is above every other logit by more than `δ`.
With `δ = 0` it says the same (`correctBy_zero`).

What it is for: a program that evaluates the model does not compute in exact real arithmetic.  If its logits differ from the
exact ones by at most `δ / 2` on such an input, whatever it does and in whatever order, it answers the input correctly
(`CorrectBy.evaluated`).  That a given program is so close is no theorem here; see `docs/claims.md`.
-/
namespace Compact

/-- The fraction `num / 2^bits`. -/
def dyadic (R : Type) [ExpField R] (num bits : Nat) : R := ofNat R num / ofNat R (2 ^ bits)

/-- The input is valid, and the logit of the largest token is above the logit of every other token of the vocabulary by more
than `δ`. -/
def CorrectBy (R : Type) [ExpField R] (δ : R) (w : Weights) (x : List Nat) : Prop :=
  Valid w x ∧ ∀ t, t < w.d_vocab → t ≠ maximum x → logit R w x t + δ < logit R w x (maximum x)

section
variable {R : Type} [ExpField R] {w : Weights} {x : List Nat} {δ : R}

/-- A margin of 0 is a correct answer. -/
theorem correctBy_zero : CorrectBy R 0 w x ↔ Correct R w x :=
  ⟨fun h => ⟨h.left, fun t ht hne => lt_of_linear (h.right t ht hne) (by ring [logit R w x t, logit R w x (maximum x)])⟩,
    fun h => ⟨h.left, fun t ht hne => lt_of_linear (h.right t ht hne) (by ring [logit R w x t, logit R w x (maximum x)])⟩⟩

/-- A smaller margin. -/
theorem CorrectBy.mono {ε : R} (h : CorrectBy R δ w x) (le : ε ≤ δ) : CorrectBy R ε w x :=
  ⟨h.left, fun t ht hne => lt_of_le_of_lt (add_le_add_left le _) (h.right t ht hne)⟩

/-- A margin that is not negative is a correct answer. -/
theorem CorrectBy.correct (h : CorrectBy R δ w x) (nonneg : 0 ≤ δ) : Correct R w x := correctBy_zero.mp (h.mono nonneg)

/-- Any evaluation whose logits are off by at most `ε`, where `2 ε` is at most the margin, answers the input correctly. -/
theorem CorrectBy.evaluated (h : CorrectBy R δ w x) (out : Nat → R) {ε : R} (half : ε + ε ≤ δ)
    (near : ∀ t, t < w.d_vocab → out t ≤ logit R w x t + ε ∧ logit R w x t ≤ out t + ε) (hm : maximum x < w.d_vocab) :
    ∀ t, t < w.d_vocab → t ≠ maximum x → out t < out (maximum x) := fun t ht hne =>
  lt_of_linear (add_lt_add_of_lt_of_le (h.right t ht hne)
      (add_le_add (add_le_add (near t ht).left (near (maximum x) hm).right) half))
    (regroup (out t) (out (maximum x)) (logit R w x t) (logit R w x (maximum x)) δ ε)
where
  regroup (a b l m δ ε : R) : b + (l + δ + (a + m + (ε + ε))) = a + (m + (l + ε + (b + ε) + δ)) := by
    ring [a, b, l, m, δ, ε]

end
end Compact
