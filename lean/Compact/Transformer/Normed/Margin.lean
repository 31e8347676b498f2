prelude
import Compact.Field.Exp
import Compact.Field.Sum
import Compact.Transformer.Normed.Statement
/-!
# What outputs read of a model with norms is a sum over positions

For one head and no MLP the residual stream before the last norm is a mixture of vectors that depend on one position each, and on the query.
The last norm subtracts a mean, which is linear; so what an output reads is the same mixture, until it is divided by the norm's square root.
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

/-- What the residual stream is before the last norm if all attention goes to the position `p`. -/
noncomputable def whole (R : Type) [RootField R] (w : Weights) (x : List Nat) (A : Head) (p i : Nat) : R := own R w x i + outOf R w x A p i

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

/-- The weights of softmax add up to one. -/
theorem sum_attention (hn : 0 < w.model.n_ctx) (A : Head) : (sum w.model.n_ctx fun p => attention R w x A p) = 1 := by
  unfold attention
  rw [← sum_div]
  exact div_self (ne_of_gt (sum_pos hn fun p _ => exp_pos _))

/-- The residual stream before the last norm is a mixture: that of all positions, each with all of the attention. -/
theorem post_eq (hn : 0 < w.model.n_ctx) {A : Head} (hA : w.model.heads = [A]) (hM : w.model.mlp = none) (i : Nat) :
    residPost R w x i = sum w.model.n_ctx fun p => attention R w x A p * whole R w x A p i := by
  have head : headOut R w x A i = sum w.model.n_ctx fun p => attention R w x A p * outOf R w x A p i := by
    unfold headOut mixed outOf
    have e : (sum w.model.n_ctx fun p => attention R w x A p * sum w.model.d_head fun h => vector R w x A.W_V A.b_V p h * entry R w.model A.W_O h i) =
        sum w.model.n_ctx fun p => sum w.model.d_head fun h => attention R w x A p * (vector R w x A.W_V A.b_V p h * entry R w.model A.W_O h i) :=
      sum_congr fun p _ => mul_sum _ _ _
    rw [e, sum_comm]
    refine sum_congr fun h _ => ?_
    rw [sum_mul]
    exact sum_congr fun p _ => mul_assoc _ _ _
  have spread : own R w x i = sum w.model.n_ctx fun p => attention R w x A p * own R w x i := by
    rw [← sum_mul, sum_attention hn A, one_mul]
  have e : residPost R w x i = own R w x i + headOut R w x A i := by
    unfold residPost residMid own
    rw [hM, hA]
    show resid R w.model x (w.model.n_ctx - 1) i + (headOut R w x A i + 0 + bias R w.model w.model.b_O i) = _
    generalize headOut R w x A i = h
    generalize resid R w.model x (w.model.n_ctx - 1) i = r
    generalize bias R w.model w.model.b_O i = b
    ring [h, r, b]
  rw [e, head, spread, ← sum_add]
  exact sum_congr fun p _ => (mul_add _ _ _).symm

/-- What an output reads before the last division. -/
theorem reads_post (hn : 0 < w.model.n_ctx) {A : Head} (hA : w.model.heads = [A]) (hM : w.model.mlp = none) (t : Nat) :
    reads R w t (residPost R w x) = sum w.model.n_ctx fun p => attention R w x A p * term R w x A t p := by
  rw [reads_congr fun i _ => post_eq hn hA hM i, reads_combination]
  exact sum_congr fun p _ => congrArg (_ * ·) (reads_add _ _ _)

end Normed
end Transformer
end Compact
