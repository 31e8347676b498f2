prelude
import Compact.Field.Root
import Compact.Transformer.General.Statement
/-!
# The statement: a one-layer transformer with layer norms

The transformer of `General/Statement.lean`, with a norm without weights before attention, before the MLP and before the
unembedding: what TransformerLens calls `LNPre`.  A norm takes a vector, subtracts its mean, and divides by the square root of the
variance plus epsilon.  The residual stream itself is not normed: only what is read from it is.  A certified bound is the theorem

    AtLeast 64 (Transformer.Normed.Correct R maximum weights)
      -- for every ordered field with exponential and square root `R`

If the variance plus epsilon is zero, then so is every entry less the mean, and the norm is zero: `0 / a` is zero in every field
of this project, whatever `a` is.
Nothing here is used by a checker or tuned to one; read it as you would read a paper's definitions.
-/
namespace Compact
namespace Transformer
namespace Normed

/-- The weights of the transformer, and its epsilon. -/
structure Weights where
  /-- All but the norms, which have no weights. -/
  model : Transformer.Weights
  /-- Epsilon is `eps_num / eps_den`, in the norms of all three places. -/
  eps_num : Nat
  eps_den : Nat

section forward
variable (R : Type) [RootField R] (w : Weights) (x : List Nat)

/-- What is added to a variance. -/
def eps : R := ofNat R w.eps_num / ofNat R w.eps_den

/-- The mean of the entries of a vector of `d_model` entries. -/
def mean (f : Nat → R) : R := sum w.model.d_model f / ofNat R w.model.d_model

/-- A vector less its mean. -/
def centred (f : Nat → R) (i : Nat) : R := f i - mean R w f

/-- The mean of the squares of what is left. -/
def variance (f : Nat → R) : R := mean R w fun i => centred R w f i * centred R w f i

/-- The norm of a vector. -/
def norm (f : Nat → R) (i : Nat) : R := centred R w f i / sqrt (variance R w f + eps R w)

/-- A query, key or value vector at position `p`, read from the normed residual stream. -/
def vector (W : Tensor) (b : Option Tensor) (p h : Nat) : R :=
  (sum w.model.d_model fun i => norm R w (resid R w.model x p) i * entry R w.model W i h) + bias R w.model b h

/-- A head's attention score of position `p`, seen from the last position. -/
def score (A : Head) (p : Nat) : R :=
  (sum w.model.d_head fun h => vector R w x A.W_Q A.b_Q (w.model.n_ctx - 1) h * vector R w x A.W_K A.b_K p h)
    / (ofNat R w.model.attn_scale / ofNat R (2 ^ w.model.scale_frac))

/-- Softmax over the positions: the attention that the head pays, at the last position, to position `p`. -/
def attention (A : Head) (p : Nat) : R :=
  exp (score R w x A p) / sum w.model.n_ctx fun p' => exp (score R w x A p')

/-- The value vectors of all positions, mixed by attention. -/
def mixed (A : Head) (h : Nat) : R :=
  sum w.model.n_ctx fun p => attention R w x A p * vector R w x A.W_V A.b_V p h

/-- A head's output at the last position. -/
def headOut (A : Head) (i : Nat) : R := sum w.model.d_head fun h => mixed R w x A h * entry R w.model A.W_O h i

/-- The outputs of some heads, added up. -/
def headsOut (i : Nat) : List Head → R
  | [] => 0
  | A :: heads => headOut R w x A i + headsOut i heads

/-- The residual stream at the last position after attention. -/
def residMid (i : Nat) : R :=
  resid R w.model x (w.model.n_ctx - 1) i + (headsOut R w x i w.model.heads + bias R w.model w.model.b_O i)

/-- A neuron before its ReLU, read from the normed residual stream. -/
def pre (M : MLP) (j : Nat) : R :=
  (sum w.model.d_model fun i => norm R w (residMid R w x) i * entry R w.model M.W_in i j) + bias R w.model M.b_in j

/-- What the MLP adds to the residual stream. -/
def mlpOut (M : MLP) (i : Nat) : R :=
  (sum M.d_mlp fun j => relu (pre R w x M j) * entry R w.model M.W_out j i) + bias R w.model M.b_out i

/-- The residual stream at the last position before the final norm. -/
def residPost (i : Nat) : R :=
  match w.model.mlp with
  | none => residMid R w x i
  | some M => residMid R w x i + mlpOut R w x M i

/-- The logit of the output token `t`, read at the last position after the final norm. -/
def logit (t : Nat) : R :=
  (sum w.model.d_model fun i => norm R w (residPost R w x) i * entry R w.model w.model.W_U i t) + bias R w.model w.model.b_U t

end forward

/-- The input is valid and the model answers it correctly: the logit of the right answer, which the task `label` gives,
is a token's, and strictly above the logit of every other token of the vocabulary. -/
def Correct (R : Type) [RootField R] (label : List Nat → Nat) (w : Weights) (x : List Nat) : Prop :=
  Valid w.model x ∧ label x < w.model.d_vocab ∧
    ∀ t, t < w.model.d_vocab → t ≠ label x → logit R w x t < logit R w x (label x)

end Normed
end Transformer
end Compact
