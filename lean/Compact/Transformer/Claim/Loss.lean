prelude
import Compact.Claim.Loss
import Compact.Transformer.Statement
/-!
# Claim: the mean loss

The loss of an input is its cross-entropy: `ln S` with `S = sum_t exp (logit_t - logit_max)`, where the sum is over all outputs and
`logit_max` is the logit of the right answer, the largest token.  It is 0 if the right answer has all the probability, `ln d_vocab` if
all outputs have the same.  A certificate says what the mean loss over *all* inputs is at most, and beside it that at least `N` inputs
are answered correctly.
-/
namespace Compact
variable (R : Type) [ExpField R] (w : Weights)

/-- The sum of `exp (logit_t - logit_max)` over all outputs `t`.  The cross-entropy of the input is its natural logarithm. -/
def expLoss (x : List Nat) : R := sum w.d_vocab fun t => exp (logit R w x t - logit R w x (maximum x))

/-- The mean cross-entropy over all inputs is at most `B` billionths (`Claim/Loss.lean`: said without a logarithm). -/
def MeanLossAtMost (B : Nat) (w : Weights) : Prop := MeanLogAtMost B w.d_vocab w.n_ctx (expLoss R w)

end Compact
