prelude
import Compact.Transformer.Enclosure.Correct
import Compact.Transformer.General.Fold
/-!
# Many heads, each as a plain model

`correct_of_heads`: what a checker shows of a model with any number of heads and any biases, and no MLP.  Head by head, an
average over positions has a lower bound, in the numbers of the head's plain model (`Weights.headAt`); and for each
output, the lower bounds and the direct path add up to more than nothing.
-/
namespace Compact
namespace Transformer

/-- What stands for a head that is not there. -/
def Weights.noHead (w : Weights) : Head := ⟨w.W_E, w.W_E, w.W_E, w.W_E, none, none, none⟩

/-- Head number `i`. -/
def Weights.headNo (w : Weights) (i : Nat) : Head := w.heads.getD i w.noHead

/-- Head number `i` as a plain model; the first head writes `b_O`. -/
noncomputable def Weights.headAt (w : Weights) (B i : Nat) : Compact.Weights := w.head B (Nat.beq i 0) (w.headNo i)

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {x : List Nat} {q : Nat}

theorem overHeads_eq_sum (f : Head → R) (heads : List Head) (d : Head) :
    overHeads f heads = sum heads.length fun i => f (heads.getD i d) := by
  induction heads with
  | nil => rfl
  | cons A heads ih =>
    exact (congrArg (f A + ·) ih).trans (sum_succ' heads.length fun i => f ((A :: heads).getD i d)).symm

/-- What a plain model reads off at a key. -/
def plainRead (R : Type) [ExpField R] (w : Compact.Weights) (y p t : Nat) : R := EVOU R w y t + PVOU R w p t

variable (hx : Valid w x) (hn : 0 < w.n_ctx)
include hx

theorem token_lt' {p : Nat} (hp : p < w.n_ctx) : token x p < w.d_vocab :=
  hx.right _ (List.getD_mem 0 (hx.left.symm ▸ hp))

omit hx in
theorem average_congr {A : Head} {u v : Nat → Nat → R} (h : ∀ p, p < w.n_ctx → u (token x p) p = v (token x p) p) :
    average R w x A u = average R w x A v := sum_congr fun p hp => congrArg (_ * ·) (h p hp)

include hn

/-- `b_O` as a logit. -/
def outLogit (R : Type) [ExpField R] (w : Weights) (t : Nat) : R := apply R w w.d_model (bias R w w.b_O) w.W_U t

/-- One head: its average, in its plain model's numbers; the first has `b_O` in it. -/
theorem average_headAt {i : Nat} (fit : w.Fit B (w.headNo i)) {m t : Nat} (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    (average R w x (w.headNo i) fun y p => plainRead R (w.headAt B i) y p m - plainRead R (w.headAt B i) y p t) =
      average R w x (w.headNo i) (keyMargin R w (w.headNo i) m t) +
        Bool.rec 0 (outLogit R w m - outLogit R w t) (Nat.beq i 0) := by
  rw [← average_const (R := R) (x := x) hn (w.headNo i) (Bool.rec 0 (outLogit R w m - outLogit R w t) (Nat.beq i 0)), ← average_add]
  refine average_congr fun p hp => ?_
  have hp' := token_lt' hx hp
  show readOff R (w.head B (Nat.beq i 0) (w.headNo i)) x p m - readOff R (w.head B (Nat.beq i 0) (w.headNo i)) x p t =
    keyRead R w (w.headNo i) w.W_U (token x p) p m - keyRead R w (w.headNo i) w.W_U (token x p) p t + _
  rw [fit.readOff_eq hp hp' hm, fit.readOff_eq hp hp' ht]
  cases Nat.beq i 0 with
  | false =>
    show _ + 0 - (_ + 0) = _ + 0
    rw [add_zero, add_zero, add_zero]
  | true => exact add_sub_add_comm _ _ _ _

/-- The margin, head by head. -/
theorem margin_headAt (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = none) (some : 0 < w.heads.length)
    (fit : ∀ i, i < w.heads.length → w.Fit B (w.headNo i)) {m t : Nat} (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    logit R w x m - logit R w x t = EU R (w.headAt B 0) q m - EU R (w.headAt B 0) q t +
      sum w.heads.length fun i => average R w x (w.headNo i) fun y p =>
        plainRead R (w.headAt B i) y p m - plainRead R (w.headAt B i) y p t := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt hn Nat.one_pos)
  have own {t : Nat} (ht : t < w.d_vocab) : ownLogit R w q t = EU R (w.headAt B 0) q t + outLogit R w t := by
    have e : EU R (w.headAt B 0) q t = _ := (fit 0 some).EU_eq hqv hn ht
    rw [e]
    unfold ownLogit
    rw [hM]
    show apply R w w.d_model (fun i => keyResid R w q (w.n_ctx - 1) i + bias R w w.b_O i) w.W_U t + _ = _
    rw [apply_add]
    exact add_right_comm _ _ _
  have first : (sum w.heads.length fun i => (Bool.rec 0 (outLogit R w m - outLogit R w t) (Nat.beq i 0) : R)) =
      outLogit R w m - outLogit R w t := by
    match e : w.heads.length with
    | 0 => exact absurd some (by rw [e]; exact Nat.lt_irrefl 0)
    | k + 1 =>
      rw [sum_succ']
      refine (congrArg (_ + ·) ?_).trans (add_zero _)
      exact sum_eq_zero fun i _ => rfl
  rw [margin_eq hq hM, own hm, own ht, sum_congr fun i hi => average_headAt hx hn (fit i hi) hm ht, sum_add, first,
    overHeads_eq_sum _ w.heads w.noHead]
  show _ + (sum w.heads.length fun i => average R w x (w.headNo i) (keyMargin R w (w.headNo i) m t)) = _
  ring [EU R (w.headAt B 0) q m, EU R (w.headAt B 0) q t, outLogit R w m, outLogit R w t,
    sum w.heads.length fun i => average R w x (w.headNo i) (keyMargin R w (w.headNo i) m t)]

/-- **Many heads.** -/
theorem correct_of_heads {label : List Nat → Nat} (hl : label x < w.d_vocab) (hq : token x (w.n_ctx - 1) = q)
    (hM : w.mlp = none) (some : 0 < w.heads.length) (fit : ∀ i, i < w.heads.length → w.Fit B (w.headNo i))
    (h : ∀ t, t < w.d_vocab → t ≠ label x → ∃ l : Nat → R,
      0 < EU R (w.headAt B 0) q (label x) - EU R (w.headAt B 0) q t + sum w.heads.length l ∧
      ∀ i, i < w.heads.length → 0 ≤ sum w.n_ctx fun p => weight R (w.headAt B i) q x p *
        (readOff R (w.headAt B i) x p (label x) - readOff R (w.headAt B i) x p t - l i)) : Correct R label w x := by
  refine ⟨hx, hl, fun t ht hne => sub_pos.mp ?_⟩
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt hn Nat.one_pos)
  match h t ht hne with
  | ⟨l, enough, heads⟩ =>
    rw [margin_headAt hx hn hq hM some fit hl ht]
    refine lt_of_lt_of_le enough (add_le_add_left (sum_le_sum fun i hi => le_average hn hq ?_) _)
    refine le_trans (heads i hi) (le_of_eq (sum_congr fun p hp => ?_))
    exact congrArg (· * _) ((fit i hi).weight_eq hqv hp (token_lt' hx hp))

end
end Transformer
end Compact
