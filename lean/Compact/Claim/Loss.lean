prelude
import Compact.Field.Basic
/-!
# Claim: a mean loss

The loss of an input is the natural logarithm of a number `S x`, such as `sum_t exp (logit_t - logit_right)`: the cross-entropy.
What is claimed is a bound of its mean over all inputs, whatever the model.  There is no logarithm in the statement, as an ordered
field with an exponential need not have one.
-/
namespace Compact

/-- The sum of `f x` over all inputs `x` of `n` tokens below `v`. -/
def sumInputs {R : Type} [ExpField R] (v : Nat) : Nat → (List Nat → R) → R
  | 0, f => f []
  | n + 1, f => sum v fun t => sumInputs v n fun x => f (t :: x)

/-- `n` tokens that are all below `v`. -/
def IsInput (v n : Nat) (x : List Nat) : Prop := x.length = n ∧ ∀ t, t ∈ x → t < v

/-- Losses are given in billionths. -/
def billion : Nat := 1000000000

/-- The mean of the logarithms of `S x`, over all inputs of `n` tokens below `v`, is at most `B` billionths.

This is said without a logarithm: whatever numbers `l x` have `exp (l x) ≤ S x`, their sum over all inputs is at most the
number of inputs times `B` billionths.  Where there is a logarithm, as on the real numbers, `l x = ln (S x)` is the
largest choice, and the sentence says of it what the first line says. -/
def MeanLogAtMost {R : Type} [ExpField R] (B v n : Nat) (S : List Nat → R) : Prop :=
  ∀ l : List Nat → R, (∀ x, IsInput v n x → exp (l x) ≤ S x) →
    sumInputs v n l ≤ ofNat R (v ^ n) * (ofNat R B / ofNat R billion)

end Compact
