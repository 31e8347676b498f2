prelude
import Compact.Claim
/-!
# Claim: a mass

Not all inputs are equally likely.  Here the tokens of an input are drawn one by one, each with a probability that is proportional
to a natural number, its *weight*.  The weight of an input is the product of the weights of its tokens; so an input is drawn with the
probability `weight / Ω ^ n`, where `Ω` is the sum of the weights of all tokens, and `n` the number of positions.

If all weights are 1, this counts inputs (`massAtLeast_of_one` in `Counting/Mass.lean`).
-/
namespace Compact

/-- The weight of the token `t`, where the weights of all tokens are the digits of `weights` in base `2^bits`, the first lowest. -/
def tokenWeight (bits weights t : Nat) : Nat := weights / 2 ^ (bits * t) % 2 ^ bits

/-- The weight of an input: the product of the weights of its tokens. -/
def inputWeight (weight : Nat → Nat) : List Nat → Nat
  | [] => 1
  | t :: x => weight t * inputWeight weight x

/-- The sum of the weights of some inputs. -/
def totalWeight (weight : Nat → Nat) : List (List Nat) → Nat
  | [] => 0
  | x :: xs => inputWeight weight x + totalWeight weight xs

/-- The inputs with the property `P` weigh at least `M`: there is a list of inputs, no two of them equal, that all have it, and whose
weights add up to `M` or more. -/
def MassAtLeast (weight : Nat → Nat) (M : Nat) (P : List Nat → Prop) : Prop :=
  ∃ xs : List (List Nat), xs.Nodup ∧ (∀ x, x ∈ xs → P x) ∧ M ≤ totalWeight weight xs

end Compact
