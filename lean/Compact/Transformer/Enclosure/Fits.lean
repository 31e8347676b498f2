prelude
import Compact.Transformer.Enclosure.View
import Compact.Transformer.Circuit.Exact
/-!
# The computed tables enclose the view

`view_fits`: every number of the view of a model lies within the tables that `Enclosure.of` computes.
-/
namespace Compact
variable {R : Type} [ExpField R]

section rows

theorem le_maxList {xs : List Nat} {j : Nat} (hj : j < xs.length) : xs.getD j 0 ≤ maxList xs := by
  induction xs generalizing j with
  | nil => exact absurd hj (Nat.not_lt_zero j)
  | cons x xs ih =>
    have e : maxList (x :: xs) = Bool.rec (motive := fun _ => Nat) x (maxList xs) (Nat.ble x (maxList xs)) :=
      Nat.force_eq (maxList xs) fun m => Bool.rec (motive := fun _ => Nat) x m (Nat.ble x m)
    rw [e]
    have both : x ≤ maxList (x :: xs) ∧ maxList xs ≤ maxList (x :: xs) := by
      rw [e]
      cases h : Nat.ble x (maxList xs) with
      | true => exact ⟨Nat.le_of_ble_eq_true h, Nat.le_refl _⟩
      | false =>
        exact ⟨Nat.le_refl _, Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))⟩
    rw [← e]
    cases j with
    | zero => exact both.left
    | succ j => exact Nat.le_trans (ih (Nat.lt_of_succ_lt_succ hj)) both.right

theorem minList_le {xs : List Nat} {j top : Nat} (hj : j < xs.length) : minList top xs ≤ xs.getD j 0 := by
  induction xs generalizing j with
  | nil => exact absurd hj (Nat.not_lt_zero j)
  | cons x xs ih =>
    have e : minList top (x :: xs) = Bool.rec (motive := fun _ => Nat) (minList top xs) x (Nat.ble x (minList top xs)) :=
      Nat.force_eq (minList top xs) fun m => Bool.rec (motive := fun _ => Nat) m x (Nat.ble x m)
    have both : minList top (x :: xs) ≤ x ∧ minList top (x :: xs) ≤ minList top xs := by
      rw [e]
      cases h : Nat.ble x (minList top xs) with
      | true => exact ⟨Nat.le_refl _, Nat.le_of_ble_eq_true h⟩
      | false =>
        exact ⟨Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h')), Nat.le_refl _⟩
    cases j with
    | zero => exact both.left
    | succ j => exact Nat.le_trans both.right (ih (Nat.lt_of_succ_lt_succ hj))

theorem near_div (n s : Nat) : Near (R := R) (Nat.shiftRight n s) (ofNat R n / ofNat R (2 ^ s)) :=
  ⟨ofNat_div_le n (Nat.two_pow_pos s), le_of_lt (lt_ofNat_div_succ n (Nat.two_pow_pos s))⟩

theorem near_roundRow (c : Params) (num : Nat) {xs : List Nat} {t : Nat} (ht : t < xs.length) :
    Near ((roundRow c num xs).getD t 0) (rowLogit R c num xs t) := by
  unfold roundRow
  rw [Nat.force_eq, getD_mapFold _ _ ht 0]
  exact near_div _ _

theorem length_roundRow (c : Params) (num : Nat) (xs : List Nat) : (roundRow c num xs).length = xs.length := by
  unfold roundRow
  rw [Nat.force_eq, length_mapFold]

theorem length_expRow (c : Params) (num den : Nat) (xs : List Nat) : (expRow c num den xs).length = xs.length := by
  unfold expRow
  rw [Nat.force_eq, length_mapFold]

theorem rowFactor_le (w : Weights) (c : Params) (xs : List Nat) (j : Nat) (hden : 0 < scoreDen w) :
    rowFactor R w c xs j ≤ ofNat R (2 ^ c.prec) := by
  have h := exp_le_exp (neg_nonpos.mpr (div_nonneg (ofNat_nonneg (R := R) ((maxList xs - xs.getD j 0) * scoreNum w))
    (ofNat_pos (R := R) hden)))
  rw [exp_zero] at h
  exact le_trans (mul_le_mul_of_nonneg_left h (ofNat_nonneg _)) (le_of_eq (mul_one _))

theorem within_expRow (w : Weights) (c : Params) (hden : 0 < scoreDen w) {xs : List Nat} {j : Nat} (hj : j < xs.length) :
    Within ((expRow c (scoreNum w) (scoreDen w) xs).getD j (0, 0)) (rowFactor R w c xs j) := by
  unfold expRow
  rw [Nat.force_eq, getD_mapFold _ _ hj 0]
  show Within (Nat.force (c.form.arg ((maxList xs - xs.getD j 0) * scoreNum w) (scoreDen w)) fun y => _) _
  rw [Nat.force_eq]
  exact ExpForm.bounds_within hden

end rows

namespace Weights.WellFormed
variable {w : Weights} (h : w.WellFormed) (c : Params) {q : Nat}
include h

theorem scoreDen_pos : 0 < scoreDen w := Nat.mul_pos h.attn_scale (Nat.two_pow_pos _)

theorem shape_EQKE : (Circuits.of w).EQKE.Shape w.d_vocab w.d_vocab := h.shape_query.mul (h.shape_key h.W_E)
theorem shape_EQKP : (Circuits.of w).EQKP.Shape w.d_vocab w.n_ctx := h.shape_query.mul (h.shape_key h.W_pos)
theorem shape_EVOU : (Circuits.of w).EVOU.Shape w.d_vocab w.d_vocab := (h.shape_value h.W_E).mul h.shape_out
theorem shape_PVOU : (Circuits.of w).PVOU.Shape w.n_ctx w.d_vocab := (h.shape_value h.W_pos).mul h.shape_out
theorem shape_EU : (Circuits.of w).EU.Shape w.d_vocab w.d_vocab := h.shape_resid.mul h.W_U

theorem length_tokenExp {i : Nat} (hi : i < w.d_vocab) :
    ((Enclosure.of w c (Circuits.of w)).tokenExp.getD i []).length = w.d_vocab := by
  show ((mapFold _ _).getD i []).length = _
  rw [getD_mapFold _ _ (h.shape_EQKE.rows_length.symm ▸ hi) []]
  exact (length_expRow _ _ _ _).trans (h.shape_EQKE.row_length i hi)

theorem length_directRow {i : Nat} (hi : i < w.d_vocab) :
    ((Enclosure.of w c (Circuits.of w)).directRow.getD i []).length = w.d_vocab := by
  show ((mapFold _ _).getD i []).length = _
  rw [getD_mapFold _ _ (h.shape_EU.rows_length.symm ▸ hi) []]
  exact (length_roundRow _ _ _).trans (h.shape_EU.row_length i hi)

theorem length_tokenRow {i : Nat} (hi : i < w.d_vocab) :
    ((Enclosure.of w c (Circuits.of w)).tokenRow.getD i []).length = w.d_vocab := by
  show ((mapFold _ _).getD i []).length = _
  rw [getD_mapFold _ _ (h.shape_EVOU.rows_length.symm ▸ hi) []]
  exact (length_roundRow _ _ _).trans (h.shape_EVOU.row_length i hi)

theorem length_posRow {i : Nat} (hi : i < w.n_ctx) :
    ((Enclosure.of w c (Circuits.of w)).posRow.getD i []).length = w.d_vocab := by
  show ((mapFold _ _).getD i []).length = _
  rw [getD_mapFold _ _ (h.shape_PVOU.rows_length.symm ▸ hi) []]
  exact (length_roundRow _ _ _).trans (h.shape_PVOU.row_length i hi)

theorem length_directRows : (Enclosure.of w c (Circuits.of w)).directRow.length = w.d_vocab :=
  (length_mapFold _ _).trans h.shape_EU.rows_length
theorem length_tokenRows : (Enclosure.of w c (Circuits.of w)).tokenRow.length = w.d_vocab :=
  (length_mapFold _ _).trans h.shape_EVOU.rows_length
theorem length_posRows : (Enclosure.of w c (Circuits.of w)).posRow.length = w.n_ctx :=
  (length_mapFold _ _).trans h.shape_PVOU.rows_length

/-- The computed tables enclose the view. -/
theorem view_fits (hq : q < w.d_vocab) :
    (view R w c q).Fits (Enclosure.of w c (Circuits.of w)) c.prec w.d_vocab w.n_ctx q where
  token_le _ := rowFactor_le w c _ _ h.scoreDen_pos
  pos_le _ := rowFactor_le w c _ _ h.scoreDen_pos
  token k hk := by
    show Within (((mapFold _ _).getD q []).getD k (0, 0)) _
    rw [getD_mapFold _ _ (h.shape_EQKE.rows_length.symm ▸ hq) []]
    exact within_expRow w c h.scoreDen_pos (h.shape_EQKE.row_length q hq ▸ hk)
  pos p hp := by
    show Within (((mapFold _ _).getD q []).getD p (0, 0)) _
    rw [getD_mapFold _ _ (h.shape_EQKP.rows_length.symm ▸ hq) []]
    exact within_expRow w c h.scoreDen_pos (h.shape_EQKP.row_length q hq ▸ hp)
  direct t ht := by
    show Near (((mapFold _ _).getD q []).getD t 0) _
    rw [getD_mapFold _ _ (h.shape_EU.rows_length.symm ▸ hq) []]
    exact near_roundRow c _ (h.shape_EU.row_length q hq ▸ ht)
  tokenLogit k t hk ht := by
    show Near (((mapFold _ _).getD k []).getD t 0) _
    rw [getD_mapFold _ _ (h.shape_EVOU.rows_length.symm ▸ hk) []]
    exact near_roundRow c _ (h.shape_EVOU.row_length k hk ▸ ht)
  posLogit p t hp ht := by
    show Near (((mapFold _ _).getD p []).getD t 0) _
    rw [getD_mapFold _ _ (h.shape_PVOU.rows_length.symm ▸ hp) []]
    exact near_roundRow c _ (h.shape_PVOU.row_length p hp ▸ ht)

end Weights.WellFormed
end Compact
