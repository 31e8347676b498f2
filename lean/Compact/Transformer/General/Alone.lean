prelude
import Compact.Transformer.General.Neurons
/-!
# One head of many, alone

A model with one of its heads is a model with one head, so what is known of those is used for each head of any model.  The bias that
all heads share is written by head 0; the others write none.  `margin_alone`: the margins of a model without MLP are the direct path and,
for each head, an average over keys in the numbers of the head alone.
-/
namespace Compact
namespace Transformer

/-- The model with head `i` alone, and another bias in place of `b_O`. -/
def Weights.alone (w : Weights) (i : Nat) (b : Option Tensor) : Weights := { w with heads := [w.headNo i], b_O := b }

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {x : List Nat} {q : Nat}

/-- What a head alone reads off at a key, `m` over `t`. -/
noncomputable def readDiff (R : Type) [ExpField R] (p : Compact.Weights) (m t y o : Nat) : R := plainRead R p y o m - plainRead R p y o t

theorem average_alone (hx : Valid w x) (hn : 0 < w.n_ctx) {i : Nat} {b : Option Tensor} (fit : (w.alone i b).Fit B (w.headNo i)) {m t : Nat}
    (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    average R w x (w.headNo i) (readDiff R ((w.alone i b).headAt B 0) m t) =
      average R w x (w.headNo i) (keyMargin R w (w.headNo i) m t) + (outLogit R (w.alone i b) m - outLogit R (w.alone i b) t) :=
  average_headAt (R := R) (w := w.alone i b) (i := 0) hx hn fit hm ht

theorem outLogit_of_zero {i : Nat} {b : Option Tensor} (zero : ∀ k, k < w.d_model → bias R w b k = 0) (t : Nat) :
    outLogit R (w.alone i b) t = 0 := by
  show apply R w w.d_model (bias R w b) w.W_U t = 0
  unfold apply
  exact sum_eq_zero fun k hk => (congrArg (· * _) (zero k hk)).trans (zero_mul _)

/-- **The margin of a model without MLP, each head alone.**  Only head 0 has the bias. -/
theorem margin_alone (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = none) (some : 0 < w.heads.length)
    {b : Nat → Option Tensor} (first : b 0 = w.b_O) (zero : ∀ i, i + 1 < w.heads.length → ∀ k, k < w.d_model → bias R w (b (i + 1)) k = 0)
    (fit : ∀ i, i < w.heads.length → (w.alone i (b i)).Fit B (w.headNo i)) {m t : Nat} (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    logit R w x m - logit R w x t =
      EU R ((w.alone 0 (b 0)).headAt B 0) q m - EU R ((w.alone 0 (b 0)).headAt B 0) q t +
        sum w.heads.length fun i => average R w x (w.headNo i) (readDiff R ((w.alone i (b i)).headAt B 0) m t) := by
  have single {i : Nat} (hi : i < 1) : i = 0 := Nat.eq_zero_of_lt_one hi
  -- Head 0 alone: its direct path.
  have heads := margin_headAt (R := R) (w := w.alone 0 (b 0)) (B := B) (q := q) hx hn hq hM Nat.one_pos
    (fun i hi => by rw [single hi]; exact fit 0 some) hm ht
  have keys := margin_eq (R := R) (w := w.alone 0 (b 0)) (x := x) (q := q) hq hM m t
  have own (t : Nat) : ownLogit R (w.alone 0 (b 0)) q t = ownLogit R w q t := by
    have none : (w.alone 0 (b 0)).mlp = none := hM
    unfold ownLogit
    rw [none, hM]
    show apply R w w.d_model (fun k => keyResid R w q (w.n_ctx - 1) k + bias R w (b 0) k) w.W_U t + bias R w w.b_U t = _
    rw [first]
    rfl
  rw [own, own] at keys
  have length : (w.alone 0 (b 0)).heads.length = 1 := rfl
  rw [length, sum_one] at heads
  have both : EU R ((w.alone 0 (b 0)).headAt B 0) q m - EU R ((w.alone 0 (b 0)).headAt B 0) q t +
      average R w x (w.headNo 0) (readDiff R ((w.alone 0 (b 0)).headAt B 0) m t) =
      ownLogit R w q m - ownLogit R w q t + (average R w x (w.headNo 0) (keyMargin R w (w.headNo 0) m t) + 0) := heads.symm.trans keys
  rw [add_zero] at both
  rw [margin_eq hq hM, overHeads_eq_sum _ w.heads w.noHead]
  show _ + (sum w.heads.length fun i => average R w x (w.headNo i) (keyMargin R w (w.headNo i) m t)) = _
  match h : w.heads.length, some with
  | n + 1, _ =>
    rw [sum_succ', sum_succ']
    have rest : (sum n fun i => average R w x (w.headNo (i + 1)) (readDiff R ((w.alone (i + 1) (b (i + 1))).headAt B 0) m t)) =
        sum n fun i => average R w x (w.headNo (i + 1)) (keyMargin R w (w.headNo (i + 1)) m t) := sum_congr fun i hi => by
      have hi : i + 1 < w.heads.length := h.symm ▸ Nat.succ_lt_succ hi
      rw [average_alone hx hn (fit (i + 1) hi) hm ht, outLogit_of_zero (zero i hi), outLogit_of_zero (zero i hi), sub_zero, add_zero]
    rw [rest, ← add_assoc, ← add_assoc, both]

end
end Transformer
end Compact
