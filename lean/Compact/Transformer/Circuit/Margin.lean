prelude
import Compact.Transformer.Circuit.Paths
import Compact.Field.Div
/-!
# The margin is separable

Multiplied by the softmax denominator, the difference of two logits is a sum over positions of terms that
depend on one position each.  So "is this input answered correctly?" is a question about the sign of such a
sum.  Every strategy rests on `correct_of_margin`.
-/
namespace Compact
variable (R : Type) [ExpField R] (w : Weights)

/-- The logit of `t` when the query token is `q` and all attention goes to position `p` of `x`. -/
def pathLogit (q : Nat) (x : List Nat) (p t : Nat) : R := EU R w q t + readOff R w x p t

/-- `exp` of the score of position `p`: its share of the attention before normalisation. -/
def weight (q : Nat) (x : List Nat) (p : Nat) : R := exp ((EQKE R w q (token x p) + EQKP R w q p) / scale R w)

variable {R} {w} {x : List Nat} {q : Nat}

theorem weight_pos (q : Nat) (x : List Nat) (p : Nat) : 0 < weight R w q x p := ExpField.exp_pos _

/-- A logit is an average of path logits, weighted by attention. -/
theorem logit_mul (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (t : Nat) :
    (sum w.n_ctx (weight R w q x)) * logit R w x t =
      sum w.n_ctx fun p => weight R w q x p * pathLogit R w q x p t := by
  have pos : 0 < sum w.n_ctx (weight R w q x) := sum_pos hn fun p _ => weight_pos q x p
  have e : ∀ p, (sum w.n_ctx (weight R w q x)) * attention R w x p = weight R w q x p := by
    intro p
    have hp : ∀ p, exp (score R w x p) = weight R w q x p := fun p => congrArg exp (score_eq hq p)
    show _ * (exp (score R w x p) / sum w.n_ctx fun p' => exp (score R w x p')) = _
    rw [sum_congr fun p _ => hp p, hp p]
    exact mul_div_cancel (ne_of_gt pos) _
  rw [logit_eq hq, mul_add, sum_mul, mul_sum, ← sum_add]
  refine sum_congr fun p _ => ?_
  rw [← mul_assoc, e]
  exact (mul_add _ _ _).symm

/-- The separable margin theorem. -/
theorem correct_of_margin (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q)
    (h : ∀ t, t < w.d_vocab → t ≠ maximum x →
      0 < sum w.n_ctx fun p =>
        weight R w q x p * (pathLogit R w q x p (maximum x) - pathLogit R w q x p t)) :
    Correct R w x := by
  refine ⟨hx, fun t ht hne => ?_⟩
  have pos : 0 < sum w.n_ctx (weight R w q x) := sum_pos hn fun p _ => weight_pos q x p
  refine lt_of_mul_lt_mul_left ?_ (le_of_lt pos)
  rw [logit_mul hn hq, logit_mul hn hq]
  refine sub_pos.mp (lt_of_lt_of_le (h t ht hne) (le_of_eq ?_))
  rw [← sum_sub]
  exact sum_congr fun p _ => mul_sub _ _ _

end Compact
