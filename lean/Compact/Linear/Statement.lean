prelude
import Compact.Task.Max
import Compact.Claim.Loss
import Compact.Tensor
/-!
# The statement about linear models that read a sum of tokens

This file is the whole claim, with five short ones that it names: how weights are written down (`Tensor.lean`), the task
(`Task/Max.lean`), tokens (`Claim.lean`), what a mean loss is (`Claim/Loss.lean`) and ordered fields (`Field/Basic.lean`).  A linear model adds up what its `n` tokens
contribute,

    logits(x) = U W (E x_1 + ... + E x_n)        (x_i: a vector that is 1 at the token's place and 0 elsewhere)

and should give the largest logit to the largest token.  Its loss on an input is the cross-entropy `ln S`, where
`S = sum_t exp (logit_t - logit_max)`.  A certified bound is the theorem

    MeanLossAtMost R 723000 weights        -- the mean loss over all inputs is at most 0.000723

for every ordered field with exponential `R`.  Nothing here is used by a checker or tuned to one; read it as you would read a
paper's definitions.
-/
namespace Compact
namespace Linear

/-! ## Weights -/

/-- A matrix of weights: as it is stored, or a product whose last factor is stored and whose inner dimension is `d`. -/
inductive Matrix where
  | stored (W : Tensor)
  | product (d : Nat) (A : Matrix) (B : Tensor)

/-- The weights of the model.  Every stored weight is an integer over `2^frac`, as every finite float is for some `frac`. -/
structure Weights where
  /-- How many tokens an input has. -/
  n_ctx : Nat
  /-- How many different tokens there are. -/
  d_vocab : Nat
  /-- All stored weights are integers over `2^frac`. -/
  frac : Nat
  /-- `[d_vocab, d_vocab]`: row `s` is what the token `s` adds to the logits, such as `E[s] W U`. -/
  adds : Matrix

section forward
variable (R : Type) [ExpField R] (w : Weights)

/-- The entry `T[i, j]` of a stored matrix as an element of `R`. -/
def entry (frac : Nat) (T : Tensor) (i j : Nat) : R :=
  (ofNat R (T.digit i j) - ofNat R (2 ^ (T.bits - 1))) / ofNat R (2 ^ frac)

/-- The entry `M[i, j]`. -/
def Matrix.entry (frac : Nat) : Matrix → Nat → Nat → R
  | .stored W, i, j => Linear.entry R frac W i j
  | .product d A B, i, j => sum d fun k => Matrix.entry frac A i k * Linear.entry R frac B k j

/-- The logit of the output `t`: the sum of what the tokens add to it. -/
def logit : List Nat → Nat → R
  | [], _ => 0
  | s :: x, t => w.adds.entry R w.frac s t + logit x t

/-- The sum of `exp (logit_t - logit_max)` over all outputs `t`.  The cross-entropy of the input is its natural logarithm. -/
def expLoss (x : List Nat) : R := sum w.d_vocab fun t => exp (logit R w x t - logit R w x (maximum x))

end forward

/-! ## The mean loss -/

/-- The mean cross-entropy over all inputs is at most `B` billionths (`Claim/Loss.lean`: said without a logarithm). -/
def MeanLossAtMost (R : Type) [ExpField R] (B : Nat) (w : Weights) : Prop :=
  MeanLogAtMost B w.d_vocab w.n_ctx (expLoss R w)

end Linear
end Compact
