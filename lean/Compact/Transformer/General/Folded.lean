prelude
import Compact.Transformer.Strategy.HeadsQuartic
/-!
# One head with biases, as one plain model

A model with one head and any biases, and no MLP, answers as its plain form does (`Weights.folded`: `Weights.head` of its only head, with
cells just wide enough).  So every strategy for plain models proves something of it, low-rank explanations among them (`maximum_of_folded`).
-/
namespace Compact
namespace Transformer
noncomputable section

/-- The larger of two numbers. -/
def larger (a b : Nat) : Nat := Bool.rec (motive := fun _ => Nat) a b (Nat.ble a b)

/-- The bits of a bias; none if there is none. -/
def biasBits (b : Option Tensor) : Nat := Option.rec (motive := fun _ => Nat) 0 (fun T => T.bits) b

/-- Bits of a cell that holds every weight of the first head, and one. -/
def Weights.cellBits (w : Weights) : Nat := (fun A : Head => fold larger (Nat.add w.frac 2)
  [w.W_E.bits, w.W_pos.bits, w.W_U.bits, A.W_Q.bits, A.W_K.bits, A.W_V.bits, A.W_O.bits, biasBits A.b_Q, biasBits A.b_K,
    biasBits A.b_V, biasBits w.b_O, biasBits w.b_U]) (w.headNo 0)

/-- The plain form of a model with one head. -/
def Weights.folded (w : Weights) : Compact.Weights := Nat.force w.cellBits fun B => w.headAt B 0

/-- One head, no MLP, an input has a token, and cells hold the weights. -/
def Weights.isOneHead (w : Weights) : Bool :=
  (w.mlp.isNone && (Nat.beq w.heads.length 1 && Nat.ble 1 w.n_ctx)) && HeadsQuartic.fits w w.cellBits (w.headNo 0)

end

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {x : List Nat}

/-- A margin of a plain model, less that of the direct path, is the average over positions of what is read off. -/
theorem sum_readOff {P : Compact.Weights} {q : Nat} (hn : 0 < P.n_ctx) (hq : token x (P.n_ctx - 1) = q) (m t : Nat) :
    (sum P.n_ctx fun p => weight R P q x p * (readOff R P x p m - readOff R P x p t -
      (Compact.logit R P x m - Compact.logit R P x t - (EU R P q m - EU R P q t)))) = 0 := by
  have e : ∀ p, p < P.n_ctx → weight R P q x p * (readOff R P x p m - readOff R P x p t -
      (Compact.logit R P x m - Compact.logit R P x t - (EU R P q m - EU R P q t))) =
      weight R P q x p * pathLogit R P q x p m - weight R P q x p * pathLogit R P q x p t -
        weight R P q x p * (Compact.logit R P x m - Compact.logit R P x t) := fun p _ => by
    unfold pathLogit
    exact terms _ _ _ _ _ _ _
  rw [sum_congr e, sum_sub, sum_sub, ← logit_mul hn hq, ← logit_mul hn hq, ← sum_mul]
  exact zero _ _ _
where
  terms (z r s a b e f : R) : z * (r - s - (a - b - (e - f))) = z * (e + r) - z * (f + s) - z * (a - b) := by
    ring [z, r, s, a, b, e, f]
  zero (z a b : R) : z * a - z * b - z * (a - b) = 0 := by ring [z, a, b]

/-- A model is right where its plain form is. -/
theorem correct_of_folded (hM : w.mlp = none) (one : w.heads.length = 1) (hn : 0 < w.n_ctx) (fit : w.Fit B (w.headNo 0))
    (h : Compact.Correct R (w.headAt B 0) x) : Correct R maximum w x := by
  have valid : Compact.Valid (w.headAt B 0) x := h.left
  have hl : maximum x < w.d_vocab := Compact.maximum_lt valid hn
  have first {i : Nat} (hi : i < w.heads.length) : i = 0 := by
    rw [one] at hi
    exact Nat.eq_zero_of_le_zero (Nat.le_of_lt_succ hi)
  refine correct_of_heads (show Valid w x from valid) hn (B := B) hl rfl hM (one.symm ▸ Nat.one_pos)
    (fun i hi => first hi ▸ fit) fun t ht hne => ?_
  refine ⟨fun _ => Compact.logit R (w.headAt B 0) x (maximum x) - Compact.logit R (w.headAt B 0) x t -
    (EU R (w.headAt B 0) (token x (w.n_ctx - 1)) (maximum x) - EU R (w.headAt B 0) (token x (w.n_ctx - 1)) t), ?_, fun i hi => ?_⟩
  · rw [one]
    exact lt_of_lt_of_le (sub_pos.mpr (h.right t ht hne)) (le_of_eq (total _ _ _ _))
  · rw [first hi]
    exact le_of_eq (sum_readOff (P := w.headAt B 0) hn rfl (maximum x) t).symm
where
  total (a b e f : R) : a - b = e - f + (0 + (a - b - (e - f))) := by ring [a, b, e, f]

/-- **What is proved of the plain form of a model with one head holds of the model.** -/
theorem maximum_of_folded (R : Type) [ExpField R] (w : Weights) {N : Nat} (one : w.isOneHead = true)
    (h : AtLeast N (Compact.Correct R w.folded)) : AtLeast N (Correct R maximum w) := by
  have first := Bool.and_left one
  have sizes := Bool.and_right first
  unfold Weights.folded at h
  rw [Nat.force_eq] at h
  exact AtLeast.mono_pred (fun x hx => correct_of_folded (Option.eq_none_of_isNone (Bool.and_left first))
    (Nat.eq_of_beq_eq_true _ _ (Bool.and_left sizes)) (Nat.le_of_ble_eq_true (Bool.and_right sizes))
    (HeadsQuartic.fit_of (Bool.and_right one)) hx) h

end
end Transformer
end Compact
