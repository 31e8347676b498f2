prelude
import Compact.Averaging.Jensen
import Compact.Transformer.Claim.Loss
import Compact.Transformer.Enclosure.Correct
/-!
# The loss of an input, from what its positions say

`expLoss` is one more than the sum over all *wrong* outputs (`sumBut`).  That sum is at most `exp l` if, on the path through each
position `p`, the sum over wrong outputs is at most `exp (u p)`, and the mean of the `u p`, weighted by attention, is at most `l`
(`soft_of_view`).  If `l` is negative, the input is answered correctly.  It matters that the right output is left out on each path
before the mean is taken.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The sum of `f t` over all `t < v` but `m`. -/
def sumBut (v m : Nat) (f : Nat → R) : R := sum v fun t => (if t = m then 0 else 1) * f t

theorem but_nonneg (m t : Nat) : (0 : R) ≤ if t = m then 0 else 1 := by
  by_cases h : t = m
  case pos => rw [ite_eq_left h]; exact le_refl 0
  case neg => rw [ite_eq_right h]; exact zero_le_one

theorem but_le_one (m t : Nat) : (if t = m then (0 : R) else 1) ≤ 1 := by
  by_cases h : t = m
  case pos => rw [ite_eq_left h]; exact zero_le_one
  case neg => rw [ite_eq_right h]; exact le_refl 1

/-- A sum, one term apart. -/
theorem sum_eq_sumBut {v m : Nat} (hm : m < v) (f : Nat → R) : sum v f = f m + sumBut v m f := by
  induction v with
  | zero => exact absurd hm (Nat.not_lt_zero m)
  | succ v ih =>
    show sum v f + f v = f m + (sumBut v m f + (if v = m then 0 else 1) * f v)
    match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hm) with
    | .inl lt =>
      rw [ite_eq_right (Nat.ne_of_gt lt), one_mul, ih lt, add_assoc]
    | .inr e =>
      subst e
      have same : sumBut m m f = sum m f := sum_congr fun t ht => by rw [ite_eq_right (Nat.ne_of_lt ht), one_mul]
      rw [ite_eq_left rfl, zero_mul, add_zero, same, add_comm]

theorem sumBut_le_sumBut {v m : Nat} {f g : Nat → R} (h : ∀ t, t < v → t ≠ m → f t ≤ g t) : sumBut v m f ≤ sumBut v m g :=
  sum_le_sum fun t ht => by
    by_cases e : t = m
    case pos => rw [ite_eq_left e, zero_mul, zero_mul]; exact le_refl 0
    case neg => rw [ite_eq_right e, one_mul, one_mul]; exact h t ht e

theorem sumBut_mul (v m : Nat) (c : R) (f : Nat → R) : (sumBut v m fun t => c * f t) = c * sumBut v m f := by
  unfold sumBut
  rw [mul_sum]
  exact sum_congr fun t _ => mul_left_comm _ _ _

theorem sumBut_le_sum {v m : Nat} {f : Nat → R} (h : ∀ t, t < v → 0 ≤ f t) : sumBut v m f ≤ sum v f :=
  sum_le_sum fun t ht => le_trans (mul_le_mul_of_nonneg_right (but_le_one m t) (h t ht)) (le_of_eq (one_mul _))

/-- A term is at most the sum. -/
theorem le_sumBut {v m t : Nat} {f : Nat → R} (h : ∀ t, t < v → 0 ≤ f t) (ht : t < v) (hne : t ≠ m) : f t ≤ sumBut v m f := by
  have e := le_sum (f := fun t => (if t = m then (0 : R) else 1) * f t) ht fun t ht => mul_nonneg (but_nonneg m t) (h t ht)
  refine le_trans (le_of_eq ?_) e
  rw [ite_eq_right hne, one_mul]

variable {w : Weights}

/-- How many units of a view's logits there are to one. -/
noncomputable def logitUnit (R : Type) [ExpField R] (w : Weights) (c : Params) : R := unit4 R w / ofNat R (2 ^ c.shift)

theorem logitUnit_pos (c : Params) : 0 < logitUnit R w c := div_pos (unit4_pos R w) (ofNat_pos (Nat.two_pow_pos _))

/-- **The soft lemma for an input**, in the numbers of its view. -/
theorem soft_of_view (h : w.WellFormed) (c : Params) {x : List Nat} {q m : Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q)
    (hm : m < w.d_vocab) {l : R} {u : Nat → R}
    (mean : 0 ≤ sum w.n_ctx fun p => (view R w c q).token (token x p) * (view R w c q).pos p * (l - u p))
    (paths : ∀ p, p < w.n_ctx → (sumBut w.d_vocab m fun t =>
      exp (((view R w c q).logit (token x p) p t - (view R w c q).logit (token x p) p m) / logitUnit R w c)) ≤ exp (u p / logitUnit R w c)) :
    (sumBut w.d_vocab m fun t => exp (logit R w x t - logit R w x m)) ≤ exp (l / logitUnit R w c) := by
  have hqv : q < w.d_vocab := hq ▸ token_lt hx h.last_lt
  have K := logitUnit_pos (R := R) (w := w) c
  refine sum_exp_le (w := weight R w q x) (a := fun p t => pathLogit R w q x p t - pathLogit R w q x p m)
    (u := fun p => u p / logitUnit R w c) (fun t _ => but_nonneg m t) (fun p _ => le_of_lt (weight_pos q x p))
    (sum_pos h.n_ctx fun p _ => weight_pos q x p) (fun t _ => le_of_eq ?_) (fun p hp => ?_) ?_
  · rw [mul_sub, logit_mul h.n_ctx hq, logit_mul h.n_ctx hq, ← sum_sub]
    exact sum_congr fun p _ => (mul_sub _ _ _).symm
  · refine le_trans (le_of_eq ?_) (paths p hp)
    refine sum_congr fun t ht => congrArg (fun y => (if t = m then (0 : R) else 1) * exp y) ?_
    rw [h.logit_sub c ht hm hqv (token_lt hx hp) hp]
    exact (mul_div_cancel_left _ (ne_of_gt K)).symm
  · match h.weight_view (R := R) c hqv with
    | ⟨a, b, ha, hb, hw⟩ =>
      have e : b * logitUnit R w c * (sum w.n_ctx fun p => weight R w q x p * (l / logitUnit R w c - u p / logitUnit R w c)) =
          a * sum w.n_ctx fun p => (view R w c q).token (token x p) * (view R w c q).pos p * (l - u p) := by
        rw [mul_sum, mul_sum]
        refine sum_congr fun p hp => ?_
        rw [← mul_assoc a, hw x p (token_lt hx hp) hp, ← sub_div, mul_mul_mul_comm, mul_comm (logitUnit R w c), div_mul_cancel _ (ne_of_gt K)]
      have pos := mul_pos hb K
      refine le_of_mul_le_mul_left (a := b * logitUnit R w c) ?_ pos
      rw [mul_zero, e]
      exact mul_nonneg (le_of_lt ha) mean

/-- What is known of the loss of an input: the sum over wrong outputs. -/
def SoftAt (R : Type) [ExpField R] (w : Weights) (l : R) (x : List Nat) : Prop :=
  Valid w x ∧ (sumBut w.d_vocab (maximum x) fun t => exp (logit R w x t - logit R w x (maximum x))) ≤ exp l

theorem SoftAt.expLoss_le {l : R} {x : List Nat} (h : w.WellFormed) (hs : SoftAt R w l x) : expLoss R w x ≤ 1 + exp l := by
  unfold expLoss
  rw [sum_eq_sumBut (maximum_lt hs.left h.n_ctx), sub_self, exp_zero]
  exact add_le_add_left hs.right 1

theorem SoftAt.correct {l : R} {x : List Nat} (neg : l < 0) (hs : SoftAt R w l x) : Correct R w x :=
  ⟨hs.left, fun t ht hne => by
    have small := le_trans (le_sumBut (fun t _ => exp_nonneg (logit R w x t - logit R w x (maximum x))) ht hne) hs.right
    have one := lt_of_le_of_lt small (lt_of_lt_of_le (exp_lt_exp neg) (le_of_eq exp_zero))
    rw [← exp_zero] at one
    cases le_total (logit R w x (maximum x)) (logit R w x t) with
    | inl le => exact absurd (lt_of_lt_of_le one (exp_le_exp (sub_nonneg.mpr le))) (lt_irrefl _)
    | inr le =>
      refine lt_of_le_of_ne le fun e => ?_
      rw [e, sub_self] at one
      exact lt_irrefl _ one⟩

end Compact
