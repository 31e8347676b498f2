prelude
import Compact.Field.Exp
import Compact.Transformer.Normed.Root
/-!
# The margin of a model with norms, bounded by a sum over positions

For one head and no MLP.  The last norm divides what outputs read by one positive number, its square root.  Times that root and the denominator of
softmax, a difference of logits is a sum of terms that depend on one position each, and on the query; and the difference of both biases
times that root, which such sums bound too (`Normed/Root.lean`).
-/
namespace Compact
namespace Transformer
namespace Normed
variable {R : Type} [RootField R] {w : Weights} {x : List Nat}

/-- What the biases of two outputs add to the margin at a position: that of the one is by `up` larger, or by `down` smaller. -/
noncomputable def biased (R : Type) [RootField R] (w : Weights) (x : List Nat) (A : Head) (u : Nat → R) (up down : R) (p : Nat) : R :=
  inner R w (whole R w x A p) u / root R w u * up - root R w (whole R w x A p) * down

theorem logit_eq (t : Nat) : logit R w x t = reads R w t (residPost R w x) / root R w (residPost R w x) + bias R w.model w.model.b_U t := by
  unfold logit reads
  rw [sum_div]
  refine congrArg (· + _) (sum_congr fun i _ => ?_)
  unfold norm
  rw [div_mul_eq_mul_div]
  rfl

theorem attention_nonneg (hn : 0 < w.model.n_ctx) (A : Head) (p : Nat) : 0 ≤ attention R w x A p :=
  div_nonneg (exp_nonneg _) (sum_pos hn fun _ _ => exp_pos _)

section
variable (hn : 0 < w.model.n_ctx) (hd : 0 < w.model.d_model) (he : 0 < w.eps_num) (he' : 0 < w.eps_den) {A : Head} (hA : w.model.heads = [A])
  (hM : w.model.mlp = none)
include hn hd he he' hA hM

/-- What the difference of two biases is worth, times the root. -/
theorem biased_le (u : Nat → R) {up down : R} (hup : 0 ≤ up) (hdown : 0 ≤ down) :
    (sum w.model.n_ctx fun p => attention R w x A p * biased R w x A u up down p) ≤ root R w (residPost R w x) * (up - down) := by
  have one := sum_attention (R := R) (x := x) hn A
  have root_eq : root R w (residPost R w x) = root R w fun i => sum w.model.n_ctx fun p => attention R w x A p * whole R w x A p i :=
    root_congr fun i _ => post_eq hn hA hM i
  have low := mul_le_mul_of_nonneg_right (le_root_combination hd he he' one (whole R w x A) u) hup
  have high := mul_le_mul_of_nonneg_right (root_combination_le hd he he' one (whole R w x A) fun p _ => attention_nonneg hn A p) hdown
  rw [← root_eq, sum_mul] at low high
  have split : (sum w.model.n_ctx fun p => attention R w x A p * biased R w x A u up down p) =
      (sum w.model.n_ctx fun p => attention R w x A p * (inner R w (whole R w x A p) u / root R w u) * up) -
        sum w.model.n_ctx fun p => attention R w x A p * root R w (whole R w x A p) * down := by
    rw [← sum_sub]
    refine sum_congr fun p _ => ?_
    unfold biased
    rw [mul_sub, mul_assoc, mul_assoc]
  rw [split, mul_sub]
  exact sub_le_sub low high

/-- **The margin**: it is enough that a sum over positions is positive, whatever `M` is subtracted from all scores. -/
theorem logit_lt (M : R) {m t : Nat} {up down : R} (hup : 0 ≤ up) (hdown : 0 ≤ down)
    (hb : bias R w.model w.model.b_U m - bias R w.model w.model.b_U t = up - down) (u : Nat → R)
    (h : 0 < sum w.model.n_ctx fun p => exp (score R w x A p - M) * (term R w x A m p - term R w x A t p + biased R w x A u up down p)) :
    logit R w x t < logit R w x m := by
  have post := root_pos hd he he' (residPost R w x)
  have W : 0 < sum w.model.n_ctx fun p => exp (score R w x A p) := sum_pos hn fun p _ => exp_pos _
  -- All of it, times the root.
  have each : (sum w.model.n_ctx fun p => attention R w x A p * (term R w x A m p - term R w x A t p + biased R w x A u up down p)) =
      (exp M * sum w.model.n_ctx fun p => exp (score R w x A p - M) * (term R w x A m p - term R w x A t p + biased R w x A u up down p)) /
        sum w.model.n_ctx fun p => exp (score R w x A p) := by
    rw [mul_sum, sum_div]
    refine sum_congr fun p _ => ?_
    unfold attention
    have e : exp (score R w x A p) = exp M * exp (score R w x A p - M) := by rw [← exp_add, add_comm, sub_add_cancel]
    rw [e, div_mul_eq_mul_div, mul_assoc]
  have whole_pos : 0 < sum w.model.n_ctx fun p => attention R w x A p * (term R w x A m p - term R w x A t p + biased R w x A u up down p) := by
    rw [each]
    exact div_pos (mul_pos (exp_pos M) h) W
  have parts : (sum w.model.n_ctx fun p => attention R w x A p * (term R w x A m p - term R w x A t p + biased R w x A u up down p)) =
      reads R w m (residPost R w x) - reads R w t (residPost R w x) + sum w.model.n_ctx fun p => attention R w x A p * biased R w x A u up down p := by
    rw [reads_post hn hA hM, reads_post hn hA hM, ← sum_sub, ← sum_add]
    refine sum_congr fun p _ => ?_
    rw [mul_add, mul_sub]
  rw [parts] at whole_pos
  have positive := lt_of_lt_of_le whole_pos (add_le_add_left (biased_le hn hd he he' hA hM u hup hdown) _)
  rw [← hb] at positive
  rw [logit_eq, logit_eq]
  refine lt_of_mul_lt_mul_left (a := root R w (residPost R w x)) ?_ (le_of_lt post)
  rw [mul_add, mul_add, mul_div_cancel (ne_of_gt post), mul_div_cancel (ne_of_gt post)]
  refine lt_of_linear positive ?_
  generalize bias R w.model w.model.b_U m = bm
  generalize bias R w.model w.model.b_U t = bt
  generalize reads R w m (residPost R w x) = rm
  generalize reads R w t (residPost R w x) = rt
  ring [rm, rt, bm, bt, root R w (residPost R w x)]

end

end Normed
end Transformer
end Compact
