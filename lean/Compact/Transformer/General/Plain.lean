prelude
import Compact.Counting.Maximum
import Compact.Field.Sum
import Compact.Transformer.General.Statement
import Compact.Transformer.Statement
/-!
# A model with one head and nothing optional

Much of the theory is about models with one attention head, no biases and no MLP (`Transformer/Statement.lean`).
`Weights.plain` is such a model's weights in that form, and it answers as the general statement says.
-/
namespace Compact
namespace Transformer
noncomputable section

/-- One head without biases, no other biases, no MLP. -/
def Weights.isPlain (w : Weights) : Bool :=
  (w.b_O.isNone && (w.mlp.isNone && w.b_U.isNone)) &&
  List.rec (motive := fun _ => Bool) false
    (fun A rest _ => (A.b_Q.isNone && (A.b_K.isNone && A.b_V.isNone)) &&
      List.rec (motive := fun _ => Bool) true (fun _ _ _ => false) rest) w.heads

/-- A tensor of the first head. -/
def Weights.first (w : Weights) (f : Head → Tensor) : Tensor :=
  List.rec (motive := fun _ => Tensor) w.W_E (fun A _ _ => f A) w.heads

/-- The weights of a plain model, with its only head. -/
def Weights.plain (w : Weights) : Compact.Weights where
  n_ctx := w.n_ctx
  d_vocab := w.d_vocab
  d_model := w.d_model
  d_head := w.d_head
  frac := w.frac
  attn_scale := w.attn_scale
  scale_frac := w.scale_frac
  W_E := w.W_E
  W_pos := w.W_pos
  W_Q := w.first Head.W_Q
  W_K := w.first Head.W_K
  W_V := w.first Head.W_V
  W_O := w.first Head.W_O
  W_U := w.W_U

end

section
variable {R : Type} [ExpField R] {w : Weights} {x : List Nat}

/-- What a plain model lacks. -/
structure Plain (w : Weights) (A : Head) : Prop where
  heads : w.heads = [A]
  b_Q : A.b_Q = none
  b_K : A.b_K = none
  b_V : A.b_V = none
  b_O : w.b_O = none
  mlp : w.mlp = none
  b_U : w.b_U = none

theorem plain_of_isPlain (h : w.isPlain = true) : ∃ A, Plain w A := by
  unfold Weights.isPlain at h
  have rest := Bool.and_left h
  have head := Bool.and_right h
  cases e : w.heads with
  | nil => rw [e] at head; exact Bool.noConfusion head
  | cons A As =>
    rw [e] at head
    cases As with
    | cons B Bs => exact Bool.noConfusion (Bool.and_right head)
    | nil =>
      have biases := Bool.and_left head
      exact ⟨A, e, Option.eq_none_of_isNone (Bool.and_left biases),
        Option.eq_none_of_isNone (Bool.and_left (Bool.and_right biases)),
        Option.eq_none_of_isNone (Bool.and_right (Bool.and_right biases)),
        Option.eq_none_of_isNone (Bool.and_left rest),
        Option.eq_none_of_isNone (Bool.and_left (Bool.and_right rest)),
        Option.eq_none_of_isNone (Bool.and_right (Bool.and_right rest))⟩

theorem vector_none (W : Tensor) (p h : Nat) :
    vector R w x W none p h = sum w.d_model fun i => resid R w x p i * entry R w W i h := add_zero _

namespace Plain
variable {A : Head} (h : Plain w A)
include h

theorem first (f : Head → Tensor) : w.first f = f A := by unfold Weights.first; rw [h.heads]

theorem score_eq (p : Nat) : score R w x A p = Compact.score R w.plain x p := by
  show (sum w.d_head fun j => vector R w x A.W_Q A.b_Q (w.n_ctx - 1) j * vector R w x A.W_K A.b_K p j) / _ =
    (sum w.d_head fun j => (sum w.d_model fun i => resid R w x (w.n_ctx - 1) i * entry R w (w.first Head.W_Q) i j) *
      sum w.d_model fun i => resid R w x p i * entry R w (w.first Head.W_K) i j) / _
  rw [h.first, h.first, h.b_Q, h.b_K]
  exact congrArg (· / _) (sum_congr fun j _ => by rw [vector_none, vector_none])

theorem attention_eq (p : Nat) : attention R w x A p = Compact.attention R w.plain x p := by
  show exp (score R w x A p) / (sum w.n_ctx fun p' => exp (score R w x A p')) =
    exp (Compact.score R w.plain x p) / sum w.n_ctx fun p' => exp (Compact.score R w.plain x p')
  rw [h.score_eq p]
  exact congrArg (_ / ·) (sum_congr fun p' _ => congrArg exp (h.score_eq p'))

theorem mixed_eq (j : Nat) : mixed R w x A j = Compact.mixed R w.plain x j := by
  show (sum w.n_ctx fun p => attention R w x A p * vector R w x A.W_V A.b_V p j) =
    sum w.n_ctx fun p => Compact.attention R w.plain x p *
      sum w.d_model fun i => resid R w x p i * entry R w (w.first Head.W_V) i j
  rw [h.first, h.b_V]
  exact sum_congr fun p _ => by rw [h.attention_eq, vector_none]

theorem headOut_eq (i : Nat) : headOut R w x A i = attnOut R w.plain x i := by
  show (sum w.d_head fun j => mixed R w x A j * entry R w A.W_O j i) =
    sum w.d_head fun j => Compact.mixed R w.plain x j * entry R w (w.first Head.W_O) j i
  rw [h.first]
  exact sum_congr fun j _ => by rw [h.mixed_eq]

theorem logit_eq (t : Nat) : logit R w x t = Compact.logit R w.plain x t := by
  show (sum w.d_model fun i => residPost R w x i * entry R w w.W_U i t) + bias R w w.b_U t =
    sum w.d_model fun i => (resid R w x (w.n_ctx - 1) i + attnOut R w.plain x i) * entry R w w.W_U i t
  rw [h.b_U]
  refine (add_zero _).trans (sum_congr fun i _ => congrArg (· * _) ?_)
  unfold residPost
  rw [h.mlp]
  show resid R w x (w.n_ctx - 1) i + (headsOut R w x i w.heads + bias R w w.b_O i) = _
  rw [h.heads, h.b_O]
  show _ + ((headOut R w x A i + 0) + 0) = _
  rw [add_zero, add_zero, h.headOut_eq]

/-- A plain model is right where its plain form is. -/
theorem correct (hx : Compact.Correct R w.plain x) (lt : maximum x < w.d_vocab) : Correct R maximum w x :=
  ⟨hx.left, lt, fun t ht hne => by
    rw [h.logit_eq, h.logit_eq]
    exact hx.right t ht hne⟩

end Plain

/-- The maximum of tokens below `v` is below `v`. -/
theorem maximum_lt {v : Nat} (hv : 0 < v) {x : List Nat} (h : ∀ t, t ∈ x → t < v) : maximum x < v := by
  cases v with
  | zero => exact absurd hv (Nat.lt_irrefl 0)
  | succ v => exact Nat.lt_succ_of_le (maximum_le fun t ht => Nat.le_of_lt_succ (h t ht))

/-- What is proved of plain models holds of the models that the general statement is about. -/
theorem lift {N : Nat} (plain : w.isPlain = true) (hv : 0 < w.d_vocab) (h : AtLeast N (Compact.Correct R w.plain)) :
    AtLeast N (Correct R maximum w) :=
  match plain_of_isPlain plain with
  | ⟨_, hA⟩ => AtLeast.mono_pred (fun _ hx => hA.correct hx (maximum_lt hv hx.left.right)) h

end
end Transformer
end Compact
