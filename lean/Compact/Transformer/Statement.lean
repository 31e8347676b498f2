prelude
import Compact.Field.Basic
/-!
# The statement: what a certificate of this project claims

This file is the whole claim.  It defines a one-layer, one-head, attention-only transformer with exact
weights, what it means that it answers an input correctly, and "at least `N` inputs are answered
correctly".  A certified bound is the theorem

    AtLeast 4096 (Correct R weights)        -- for every ordered field with exponential `R`

Nothing here is used by a checker or tuned to one; read it as you would read a paper's definitions.
-/
namespace Compact

/-- A matrix of exact dyadic numbers.  Row `i` is one natural number whose digits in base `2^bits` are
the entries of the row, first entry lowest, each shifted up by `2^(bits-1)` so that it is not negative. -/
structure Tensor where
  bits : Nat
  rows : List Nat

/-- Digit `j` of the row `i`, still shifted. -/
def Tensor.digit (T : Tensor) (i j : Nat) : Nat := T.rows.getD i 0 / 2 ^ (T.bits * j) % 2 ^ T.bits

/-- The weights of the transformer (TransformerLens names and shapes).  Every weight is an integer over
`2^frac`, as every finite float is for some `frac`; biases are absent. -/
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
  /-- `[d_model, d_head]` -/
  W_Q : Tensor
  /-- `[d_model, d_head]` -/
  W_K : Tensor
  /-- `[d_model, d_head]` -/
  W_V : Tensor
  /-- `[d_head, d_model]` -/
  W_O : Tensor
  /-- `[d_model, d_vocab]` -/
  W_U : Tensor

/-- An input: a list of tokens.  It is valid for `w` when it has `n_ctx` tokens, each below `d_vocab`. -/
def Valid (w : Weights) (x : List Nat) : Prop := x.length = w.n_ctx ∧ ∀ t, t ∈ x → t < w.d_vocab

/-- The token at position `p`. -/
def token (x : List Nat) (p : Nat) : Nat := x.getD p 0

/-- The right answer: the largest token of the input. -/
def maximum : List Nat → Nat
  | [] => 0
  | t :: x => Nat.max t (maximum x)

section forward
variable (R : Type) [ExpField R] (w : Weights) (x : List Nat)

/-- The entry `T[i, j]` as an element of `R`. -/
def entry (T : Tensor) (i j : Nat) : R :=
  (ofNat R (T.digit i j) - ofNat R (2 ^ (T.bits - 1))) / ofNat R (2 ^ w.frac)

/-- The residual stream before attention: token embedding plus position embedding. -/
def resid (p i : Nat) : R := entry R w w.W_E (token x p) i + entry R w w.W_pos p i

/-- Query, key and value vectors at position `p`. -/
def query (p h : Nat) : R := sum w.d_model fun i => resid R w x p i * entry R w w.W_Q i h
def key (p h : Nat) : R := sum w.d_model fun i => resid R w x p i * entry R w w.W_K i h
def value (p h : Nat) : R := sum w.d_model fun i => resid R w x p i * entry R w w.W_V i h

/-- The attention score of position `p`, seen from the last position (the causal mask leaves every
position visible from there). -/
def score (p : Nat) : R :=
  (sum w.d_head fun h => query R w x (w.n_ctx - 1) h * key R w x p h)
    / (ofNat R w.attn_scale / ofNat R (2 ^ w.scale_frac))

/-- Softmax over the positions: the attention that the last position pays to position `p`. -/
def attention (p : Nat) : R := exp (score R w x p) / sum w.n_ctx fun p' => exp (score R w x p')

/-- The value vectors of all positions, mixed by attention. -/
def mixed (h : Nat) : R := sum w.n_ctx fun p => attention R w x p * value R w x p h

/-- The attention head's output at the last position, added to the residual stream there. -/
def attnOut (i : Nat) : R := sum w.d_head fun h => mixed R w x h * entry R w w.W_O h i

/-- The logit of the output token `t`, read at the last position. -/
def logit (t : Nat) : R :=
  sum w.d_model fun i => (resid R w x (w.n_ctx - 1) i + attnOut R w x i) * entry R w w.W_U i t

end forward

/-- The input is valid and the model answers it correctly: the logit of the largest token is strictly
above the logit of every other token of the vocabulary. -/
def Correct (R : Type) [ExpField R] (w : Weights) (x : List Nat) : Prop :=
  Valid w x ∧ ∀ t, t < w.d_vocab → t ≠ maximum x → logit R w x t < logit R w x (maximum x)

/-- At least `N` inputs have the property `P`: there is a list of `N` inputs, no two of them equal,
that all have it. -/
def AtLeast (N : Nat) (P : List Nat → Prop) : Prop :=
  ∃ xs : List (List Nat), xs.Nodup ∧ (∀ x, x ∈ xs → P x) ∧ xs.length = N

end Compact
