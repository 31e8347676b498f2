prelude
import Compact.Transformer.Share.Rows
/-!
# The circuits of the statement as chains

In units of `1 / unit4` the circuits are integers, the products that `shareRows` encloses.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights}

theorem val_onesColumn {bits : Nat} (hb : 2 ≤ bits) {r i : Nat} (hi : i < r) :
    (Mat.column bits r (onesColumn bits r)).val R i 0 = 1 := by
  have e : onesColumn bits r = pack bits r fun _ => 2 ^ (bits - 1) + 1 := (pack_const bits r _).symm
  have one : 1 < 2 ^ (bits - 1) := by
    have h : 2 ^ 1 ≤ 2 ^ (bits - 1) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le hb)
    exact h
  have small : 2 ^ (bits - 1) + 1 < 2 ^ bits := by
    have h : 2 ^ bits = 2 ^ (bits - 1) + 2 ^ (bits - 1) := by
      rw [← Nat.two_pow_succ, Nat.sub_add_cancel (Nat.le_of_succ_le hb)]
    rw [h]
    exact Nat.add_lt_add_left one _
  have entry : (Mat.column bits r (onesColumn bits r)).get i 0 = 2 ^ (bits - 1) + 1 := by
    show ((mapFold (fun x => [x]) (unpack bits r (onesColumn bits r))).getD i []).getD 0 0 = _
    rw [getD_mapFold _ _ ((length_unpack bits r _).symm ▸ hi) 0, getD_unpack _ _ hi, e, digit_pack _ (fun _ _ => small) hi]
    rfl
  show ofNat R ((Mat.column bits r (onesColumn bits r)).get i 0) - ofNat R (2 ^ (bits - 1)) = 1
  rw [entry, ofNat_succ]
  exact add_sub_cancel_left _ _

theorem unit4_mul_div (a : R) : unit4 R w * (a / unit4 R w) = a := mul_div_cancel (ne_of_gt (unit4_pos R w)) a

section
variable (h : w.WellFormed)
include h

/-- The chain of scores of tokens. -/
theorem unit4_EQKE {q j : Nat} (hq : q < w.d_vocab) (hj : j < w.d_vocab) :
    unit4 R w * EQKE R w q j = Chain.val R [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.d_model, (w.W_K.mat w.d_head).transpose w.d_head⟩,
      ⟨w.d_vocab, (w.W_E.mat w.d_model).transpose w.d_model⟩] ⟨w.d_model, residMat w⟩ q j := by
  rw [h.val_EQKE hq hj, unit4_mul_div, Chain.val_four h.shape_resid h.W_Q h.W_K.transpose h.W_E.transpose hq hj]
  rfl

theorem unit4_EQKP {q p : Nat} (hq : q < w.d_vocab) (hp : p < w.n_ctx) :
    unit4 R w * EQKP R w q p = Chain.val R [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.d_model, (w.W_K.mat w.d_head).transpose w.d_head⟩,
      ⟨w.n_ctx, (w.W_pos.mat w.d_model).transpose w.d_model⟩] ⟨w.d_model, residMat w⟩ q p := by
  rw [h.val_EQKP hq hp, unit4_mul_div, Chain.val_four h.shape_resid h.W_Q h.W_K.transpose h.W_pos.transpose hq hp]
  rfl

theorem unit4_EVOU {k t : Nat} (hk : k < w.d_vocab) (ht : t < w.d_vocab) :
    unit4 R w * EVOU R w k t = Chain.val R [⟨w.d_head, w.W_V.mat w.d_head⟩, ⟨w.d_model, w.W_O.mat w.d_model⟩, ⟨w.d_vocab, w.W_U.mat w.d_vocab⟩]
      ⟨w.d_model, w.W_E.mat w.d_model⟩ k t := by
  rw [h.val_EVOU hk ht, unit4_mul_div, Chain.val_four h.W_E h.W_V h.W_O h.W_U hk ht]
  rfl

theorem unit4_PVOU {p t : Nat} (hp : p < w.n_ctx) (ht : t < w.d_vocab) :
    unit4 R w * PVOU R w p t = Chain.val R [⟨w.d_head, w.W_V.mat w.d_head⟩, ⟨w.d_model, w.W_O.mat w.d_model⟩, ⟨w.d_vocab, w.W_U.mat w.d_vocab⟩]
      ⟨w.d_model, w.W_pos.mat w.d_model⟩ p t := by
  rw [h.val_PVOU hp ht, unit4_mul_div, Chain.val_four h.W_pos h.W_V h.W_O h.W_U hp ht]
  rfl

theorem unit4_EU {q t : Nat} (hq : q < w.d_vocab) (ht : t < w.d_vocab) :
    unit4 R w * EU R w q t = ofNat R (2 ^ (2 * w.frac)) * Chain.val R [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, residMat w⟩ q t := by
  have e : Chain.val R [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, residMat w⟩ q t = (Circuits.of w).EU.val R q t :=
    (h.shape_resid.val_mul R h.W_U hq ht).symm
  rw [h.val_EU hq ht, e, ← Weights.WellFormed.unit2_eq]
  show unit R w * unit R w * (unit R w * unit R w) * _ = _
  rw [mul_assoc]
  exact congrArg _ (mul_div_cancel (ne_of_gt (unit2_pos R w)) _)

end

end Compact
