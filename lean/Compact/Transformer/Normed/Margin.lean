prelude
import Compact.Field.Exp
import Compact.Field.Sum
import Compact.Transformer.Normed.Statement
/-!
# The margin of a model with norms is a sum over positions

For one head, no MLP and no bias of the unembedding: the last norm subtracts a mean, which is linear, and divides all logits by one positive
number.  So times that number and the denominator of softmax a difference of logits is a sum of terms that depend on one
position each, and on the query.
-/
namespace Compact
namespace Transformer
namespace Normed
variable {R : Type} [RootField R] {w : Weights} {x : List Nat}

/-- What the output `t` reads from a vector, before it is divided by the square root. -/
noncomputable def reads (R : Type) [RootField R] (w : Weights) (t : Nat) (f : Nat → R) : R :=
  sum w.model.d_model fun i => centred R w f i * entry R w.model w.model.W_U i t

/-- The residual stream of the last position without attention. -/
noncomputable def own (R : Type) [RootField R] (w : Weights) (x : List Nat) (i : Nat) : R :=
  resid R w.model x (w.model.n_ctx - 1) i + bias R w.model w.model.b_O i

/-- What a head writes if all its attention goes to the position `p`. -/
noncomputable def outOf (R : Type) [RootField R] (w : Weights) (x : List Nat) (A : Head) (p i : Nat) : R :=
  sum w.model.d_head fun h => vector R w x A.W_V A.b_V p h * entry R w.model A.W_O h i

/-- What an output reads of both. -/
noncomputable def term (R : Type) [RootField R] (w : Weights) (x : List Nat) (A : Head) (t p : Nat) : R :=
  reads R w t (own R w x) + reads R w t (outOf R w x A p)

theorem mean_add (f g : Nat → R) : mean R w (fun i => f i + g i) = mean R w f + mean R w g := by
  unfold mean
  rw [sum_add, add_div]

theorem mean_combination (n : Nat) (a : Nat → R) (f : Nat → Nat → R) :
    mean R w (fun i => sum n fun p => a p * f p i) = sum n fun p => a p * mean R w (f p) := by
  unfold mean
  rw [sum_comm, sum_div]
  refine sum_congr fun p _ => ?_
  rw [← mul_sum, mul_div_assoc]

theorem reads_congr {t : Nat} {f g : Nat → R} (h : ∀ i, i < w.model.d_model → f i = g i) : reads R w t f = reads R w t g := by
  have m : mean R w f = mean R w g := congrArg (· / _) (sum_congr h)
  refine sum_congr fun i hi => ?_
  unfold centred
  rw [h i hi, m]

theorem reads_add (t : Nat) (f g : Nat → R) : reads R w t (fun i => f i + g i) = reads R w t f + reads R w t g := by
  unfold reads
  rw [← sum_add]
  refine sum_congr fun i _ => ?_
  unfold centred
  rw [mean_add]
  ring [f i, g i, mean R w f, mean R w g, entry R w.model w.model.W_U i t]

theorem reads_combination (t n : Nat) (a : Nat → R) (f : Nat → Nat → R) :
    reads R w t (fun i => sum n fun p => a p * f p i) = sum n fun p => a p * reads R w t (f p) := by
  unfold reads
  have e : (sum n fun p => a p * sum w.model.d_model fun i => centred R w (f p) i * entry R w.model w.model.W_U i t) =
      sum n fun p => sum w.model.d_model fun i => a p * (centred R w (f p) i * entry R w.model w.model.W_U i t) :=
    sum_congr fun p _ => mul_sum _ _ _
  rw [e, sum_comm]
  refine sum_congr fun i _ => ?_
  unfold centred
  rw [mean_combination, ← sum_sub, sum_mul]
  refine sum_congr fun p _ => ?_
  ring [a p, f p i, mean R w (f p), entry R w.model w.model.W_U i t]

/-- A logit, without a bias. -/
theorem logit_eq (hU : w.model.b_U = none) (t : Nat) :
    logit R w x t = reads R w t (residPost R w x) / sqrt (variance R w (residPost R w x) + eps R w) := by
  unfold logit reads
  rw [hU, sum_div]
  refine (add_zero _).trans (sum_congr fun i _ => ?_)
  unfold norm
  rw [div_mul_eq_mul_div]

/-- The weights of softmax add up to one. -/
theorem sum_attention (hn : 0 < w.model.n_ctx) (A : Head) : (sum w.model.n_ctx fun p => attention R w x A p) = 1 := by
  unfold attention
  rw [← sum_div]
  exact div_self (ne_of_gt (sum_pos hn fun p _ => exp_pos _))

/-- What an output reads before the last division. -/
theorem reads_post (hn : 0 < w.model.n_ctx) {A : Head} (hA : w.model.heads = [A]) (hM : w.model.mlp = none) (t : Nat) :
    reads R w t (residPost R w x) = sum w.model.n_ctx fun p => attention R w x A p * term R w x A t p := by
  have post (i : Nat) (_ : i < w.model.d_model) : residPost R w x i =
      own R w x i + sum w.model.n_ctx fun p => attention R w x A p * outOf R w x A p i := by
    have head : headOut R w x A i = sum w.model.n_ctx fun p => attention R w x A p * outOf R w x A p i := by
      unfold headOut mixed outOf
      have e : (sum w.model.n_ctx fun p => attention R w x A p * sum w.model.d_head fun h => vector R w x A.W_V A.b_V p h * entry R w.model A.W_O h i) =
          sum w.model.n_ctx fun p => sum w.model.d_head fun h => attention R w x A p * (vector R w x A.W_V A.b_V p h * entry R w.model A.W_O h i) :=
        sum_congr fun p _ => mul_sum _ _ _
      rw [e, sum_comm]
      refine sum_congr fun h _ => ?_
      rw [sum_mul]
      exact sum_congr fun p _ => mul_assoc _ _ _
    unfold residPost residMid own
    rw [hM, hA, ← head]
    show resid R w.model x (w.model.n_ctx - 1) i + (headOut R w x A i + 0 + bias R w.model w.model.b_O i) = _
    generalize headOut R w x A i = h
    generalize resid R w.model x (w.model.n_ctx - 1) i = r
    generalize bias R w.model w.model.b_O i = b
    ring [h, r, b]
  rw [reads_congr post, reads_add, reads_combination]
  have one := sum_attention (R := R) (x := x) hn A
  have spread : reads R w t (own R w x) = sum w.model.n_ctx fun p => attention R w x A p * reads R w t (own R w x) := by
    rw [← sum_mul, one, one_mul]
  rw [spread, ← sum_add]
  exact sum_congr fun p _ => (mul_add _ _ _).symm

/-- **The margin**: it is enough that a sum over positions is positive, whatever `M` is subtracted from all scores. -/
theorem logit_lt (hn : 0 < w.model.n_ctx) (hd : 0 < w.model.d_model) (he : 0 < w.eps_num) (he' : 0 < w.eps_den) {A : Head} (hA : w.model.heads = [A])
    (hM : w.model.mlp = none) (hU : w.model.b_U = none) (M : R) {m t : Nat}
    (h : 0 < sum w.model.n_ctx fun p => exp (score R w x A p - M) * (term R w x A m p - term R w x A t p)) :
    logit R w x t < logit R w x m := by
  have square : 0 < variance R w (residPost R w x) + eps R w :=
    add_pos_of_nonneg_of_pos (div_nonneg (sum_nonneg fun _ _ => mul_self_nonneg _) (ofNat_pos hd)) (div_pos (ofNat_pos he) (ofNat_pos he'))
  have root : 0 < sqrt (variance R w (residPost R w x) + eps R w) := by
    refine lt_of_le_of_ne (sqrt_nonneg (le_of_lt square)) fun e => ne_of_lt square ?_
    rw [← sqrt_mul_self (le_of_lt square), ← e, mul_zero]
  rw [logit_eq hU, logit_eq hU]
  refine div_lt_div_of_pos_right (sub_pos.mp ?_) root
  rw [reads_post hn hA hM, reads_post hn hA hM, ← sum_sub]
  have W : 0 < sum w.model.n_ctx fun p => exp (score R w x A p) := sum_pos hn fun p _ => exp_pos _
  have each : (sum w.model.n_ctx fun p => attention R w x A p * term R w x A m p - attention R w x A p * term R w x A t p) =
      (exp M * sum w.model.n_ctx fun p => exp (score R w x A p - M) * (term R w x A m p - term R w x A t p)) /
        sum w.model.n_ctx fun p => exp (score R w x A p) := by
    rw [mul_sum, sum_div]
    refine sum_congr fun p _ => ?_
    unfold attention
    have e : exp (score R w x A p) = exp M * exp (score R w x A p - M) := by rw [← exp_add, add_comm, sub_add_cancel]
    rw [e, div_mul_eq_mul_div, div_mul_eq_mul_div, ← sub_div, ← mul_assoc, ← mul_sub]
  rw [each]
  exact div_pos (mul_pos (exp_pos M) h) W

end Normed
end Transformer
end Compact
