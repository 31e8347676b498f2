prelude
import Compact.Claim
import Compact.Field.Basic
import Compact.Foundation.Option
import Compact.Tensor
/-!
# The statement: a one-layer transformer, as people train it

A transformer with one layer, any number of attention heads, with or without biases, and with or without an MLP
(ReLU) after attention; no layer norm.  What a model does not have is absent (`none`), not a matrix of zeros.
Names and shapes are those of TransformerLens.  A certified bound is the theorem

    AtLeast 4096 (Transformer.Correct R maximum weights)        -- for every ordered field with exponential `R`

Nothing here is used by a checker or tuned to one; read it as you would read a paper's definitions.
-/
namespace Compact
namespace Transformer

/-- The weights of an attention head. -/
structure Head where
  /-- `[d_model, d_head]` -/
  W_Q : Tensor
  /-- `[d_model, d_head]` -/
  W_K : Tensor
  /-- `[d_model, d_head]` -/
  W_V : Tensor
  /-- `[d_head, d_model]` -/
  W_O : Tensor
  /-- Biases are rows: `[1, d_head]`. -/
  b_Q : Option Tensor
  b_K : Option Tensor
  b_V : Option Tensor

/-- The weights of an MLP with `d_mlp` neurons. -/
structure MLP where
  d_mlp : Nat
  /-- `[d_model, d_mlp]` -/
  W_in : Tensor
  /-- `[1, d_mlp]` -/
  b_in : Option Tensor
  /-- `[d_mlp, d_model]` -/
  W_out : Tensor
  /-- `[1, d_model]` -/
  b_out : Option Tensor

/-- The weights of the transformer.  Every weight is an integer over `2^frac`, as every finite float is for some `frac`. -/
structure Weights where
  n_ctx : Nat
  d_vocab : Nat
  d_model : Nat
  d_head : Nat
  /-- All weights are integers over `2^frac`. -/
  frac : Nat
  /-- Scores are divided by `attn_scale / 2^scale_frac` (in TransformerLens: `sqrt d_head` as a float). -/
  attn_scale : Nat
  scale_frac : Nat
  /-- `[d_vocab, d_model]` -/
  W_E : Tensor
  /-- `[n_ctx, d_model]` -/
  W_pos : Tensor
  heads : List Head
  /-- Added once after all heads: `[1, d_model]`. -/
  b_O : Option Tensor
  mlp : Option MLP
  /-- `[d_model, d_vocab]` -/
  W_U : Tensor
  /-- `[1, d_vocab]` -/
  b_U : Option Tensor

/-- An input: a list of tokens.  It is valid for `w` when it has `n_ctx` tokens, each below `d_vocab`. -/
def Valid (w : Weights) (x : List Nat) : Prop := x.length = w.n_ctx ∧ ∀ t, t ∈ x → t < w.d_vocab

section forward
variable (R : Type) [ExpField R] (w : Weights) (x : List Nat)

/-- The entry `T[i, j]` as an element of `R`. -/
def entry (T : Tensor) (i j : Nat) : R :=
  (ofNat R (T.digit i j) - ofNat R (2 ^ (T.bits - 1))) / ofNat R (2 ^ w.frac)

/-- The entry `j` of a bias; `0` if there is none. -/
def bias (b : Option Tensor) (j : Nat) : R :=
  match b with
  | none => 0
  | some T => entry R w T 0 j

/-- The residual stream before attention: token embedding plus position embedding. -/
def resid (p i : Nat) : R := entry R w w.W_E (token x p) i + entry R w w.W_pos p i

/-- A query, key or value vector at position `p`. -/
def vector (W : Tensor) (b : Option Tensor) (p h : Nat) : R :=
  (sum w.d_model fun i => resid R w x p i * entry R w W i h) + bias R w b h

/-- A head's attention score of position `p`, seen from the last position (the causal mask leaves every
position visible from there). -/
def score (A : Head) (p : Nat) : R :=
  (sum w.d_head fun h => vector R w x A.W_Q A.b_Q (w.n_ctx - 1) h * vector R w x A.W_K A.b_K p h)
    / (ofNat R w.attn_scale / ofNat R (2 ^ w.scale_frac))

/-- Softmax over the positions: the attention that the head pays, at the last position, to position `p`. -/
def attention (A : Head) (p : Nat) : R :=
  exp (score R w x A p) / sum w.n_ctx fun p' => exp (score R w x A p')

/-- The value vectors of all positions, mixed by attention. -/
def mixed (A : Head) (h : Nat) : R :=
  sum w.n_ctx fun p => attention R w x A p * vector R w x A.W_V A.b_V p h

/-- A head's output at the last position. -/
def headOut (A : Head) (i : Nat) : R := sum w.d_head fun h => mixed R w x A h * entry R w A.W_O h i

/-- The outputs of some heads, added up. -/
def headsOut (i : Nat) : List Head → R
  | [] => 0
  | A :: heads => headOut R w x A i + headsOut i heads

/-- The residual stream at the last position after attention. -/
def residMid (i : Nat) : R := resid R w x (w.n_ctx - 1) i + (headsOut R w x i w.heads + bias R w w.b_O i)

/-- The ReLU of a neuron. -/
def relu {R : Type} [ExpField R] (a : R) : R := ExpField.max a 0

/-- A neuron before its ReLU. -/
def pre (M : MLP) (j : Nat) : R := (sum w.d_model fun i => residMid R w x i * entry R w M.W_in i j) + bias R w M.b_in j

/-- What the MLP adds to the residual stream. -/
def mlpOut (M : MLP) (i : Nat) : R :=
  (sum M.d_mlp fun j => relu (pre R w x M j) * entry R w M.W_out j i) + bias R w M.b_out i

/-- The residual stream at the last position before the unembedding. -/
def residPost (i : Nat) : R :=
  match w.mlp with
  | none => residMid R w x i
  | some M => residMid R w x i + mlpOut R w x M i

/-- The logit of the output token `t`, read at the last position. -/
def logit (t : Nat) : R := (sum w.d_model fun i => residPost R w x i * entry R w w.W_U i t) + bias R w w.b_U t

end forward

/-- The input is valid and the model answers it correctly: the logit of the right answer, which the task `label` gives,
is a token's, and strictly above the logit of every other token of the vocabulary. -/
def Correct (R : Type) [ExpField R] (label : List Nat → Nat) (w : Weights) (x : List Nat) : Prop :=
  Valid w x ∧ label x < w.d_vocab ∧ ∀ t, t < w.d_vocab → t ≠ label x → logit R w x t < logit R w x (label x)

end Transformer
end Compact
