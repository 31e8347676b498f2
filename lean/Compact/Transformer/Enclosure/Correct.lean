prelude
import Compact.Transformer.Enclosure.Fits
import Compact.Transformer.Circuit.Margin
import Compact.Counting.Maximum
/-!
# From the view of a model to its answers

`view_correct`: an input is answered correctly as soon as every margin of its view is positive.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights}

theorem token_lt {x : List Nat} (hx : Valid w x) {p : Nat} (hp : p < w.n_ctx) : token x p < w.d_vocab :=
  hx.right _ (List.getD_mem 0 (hx.left.symm ▸ hp))

theorem maximum_lt {x : List Nat} (hx : Valid w x) (hn : 0 < w.n_ctx) : maximum x < w.d_vocab := by
  have hv : 0 < w.d_vocab := Nat.lt_of_le_of_lt (Nat.zero_le _) (token_lt hx hn)
  exact Nat.lt_of_le_of_lt (maximum_le fun t ht => Nat.le_sub_of_add_le (b := 1) (hx.right t ht)) (Nat.sub_lt hv Nat.one_pos)

namespace Weights.WellFormed
variable (h : w.WellFormed)
include h

omit h in
theorem unit4_eq : unit4 R w = ofNat R (2 ^ (4 * w.frac)) := by
  unfold unit4 unit
  rw [Nat.mul_comm, Nat.pow_mul, ofNat_pow (2 ^ w.frac)]
  exact quad _
where
  quad (a : R) : a * a * (a * a) = a ^ 4 := by ring [a]

theorem scale_pos : 0 < scale R w := div_pos (ofNat_pos h.attn_scale) (ofNat_pos (Nat.two_pow_pos _))

/-- A circuit entry as a score. -/
theorem div_scale (a : R) : a / unit4 R w / scale R w = a * ofNat R (scoreNum w) / ofNat R (scoreDen w) := by
  have G : ofNat R (2 ^ w.scale_frac) ≠ 0 := ofNat_ne_zero (Nat.two_pow_pos _)
  have S : ofNat R w.attn_scale ≠ 0 := ofNat_ne_zero h.attn_scale
  have U : unit4 R w ≠ 0 := ne_of_gt (unit4_pos R w)
  have e : ofNat R (scoreDen w) = ofNat R w.attn_scale * unit4 R w := by rw [unit4_eq]; exact ofNat_mul _ _
  rw [e]
  refine (div_eq_iff (ne_of_gt h.scale_pos)).mpr ?_
  show a / unit4 R w = a * ofNat R (2 ^ w.scale_frac) / _ * (ofNat R w.attn_scale / ofNat R (2 ^ w.scale_frac))
  rw [div_mul_div_comm _ _ (mul_ne_zero S U) G, ← mul_div_mul_right a U (mul_ne_zero G S)]
  refine congr (congrArg _ ?_) ?_
  · exact (mul_assoc _ _ _).symm
  · ring [unit4 R w, ofNat R w.attn_scale, ofNat R (2 ^ w.scale_frac)]

omit h in
/-- The largest score of a row. -/
noncomputable def topScore (R : Type) [ExpField R] (w : Weights) (M : Mat) (i : Nat) : R :=
  (ofNat R (maxList (M.rows.getD i [])) - ofNat R M.off) * ofNat R (scoreNum w) / ofNat R (scoreDen w)

/-- A score is the largest of its row less the gap. -/
theorem score_gap (M : Mat) {r c i j : Nat} (hM : M.Shape r c) (hi : i < r) (hj : j < c) :
    M.val R i j / unit4 R w / scale R w = topScore R w M i +
      -(ofNat R ((maxList (M.rows.getD i []) - M.get i j) * scoreNum w) / ofNat R (scoreDen w)) := by
  have hle : M.get i j ≤ maxList (M.rows.getD i []) := le_maxList (hM.row_length i hi ▸ hj)
  unfold topScore Mat.val
  rw [h.div_scale, ofNat_mul, ofNat_sub hle, ← neg_div, ← add_div]
  refine congrArg (· / _) ?_
  ring [ofNat R (maxList (M.rows.getD i [])), ofNat R M.off, ofNat R (M.get i j), ofNat R (scoreNum w)]

/-- Weights are products of a token and a position factor, up to a factor that depends on the query only. -/
theorem weight_view (c : Params) {q : Nat} (hq : q < w.d_vocab) : ∃ a : R, ∃ b : R, 0 < a ∧ 0 < b ∧
    ∀ x p, token x p < w.d_vocab → p < w.n_ctx →
      a * ((view R w c q).token (token x p) * (view R w c q).pos p) = b * weight R w q x p := by
  refine ⟨exp (topScore R w (Circuits.of w).EQKE q) * exp (topScore R w (Circuits.of w).EQKP q),
    ofNat R (2 ^ c.prec) * ofNat R (2 ^ c.prec), mul_pos (exp_pos _) (exp_pos _),
    mul_pos (ofNat_pos (Nat.two_pow_pos _)) (ofNat_pos (Nat.two_pow_pos _)), fun x p hk hp => ?_⟩
  unfold weight
  rw [h.val_EQKE hq hk, h.val_EQKP hq hp, add_div, h.score_gap _ h.shape_EQKE hq hk,
    h.score_gap _ h.shape_EQKP hq hp, exp_add, exp_add, exp_add]
  exact regroup _ _ _ _ _
where
  regroup (a b P e f : R) : a * b * (P * e * (P * f)) = P * P * (a * e * (b * f)) := by ring [a, b, P, e, f]

omit h in
/-- Differences along a row of logits. -/
theorem rowLogit_sub (c : Params) (num : Nat) (M : Mat) {r k i s t : Nat} (hM : M.Shape r k) (hi : i < r)
    (hs : s < k) (ht : t < k) :
    rowLogit R c num (M.rows.getD i []) s - rowLogit R c num (M.rows.getD i []) t =
      (M.val R i s - M.val R i t) * ofNat R num / ofNat R (2 ^ c.shift) := by
  have hs := minList_le (top := maxList (M.rows.getD i [])) ((hM.row_length i hi).symm ▸ hs)
  have ht := minList_le (top := maxList (M.rows.getD i [])) ((hM.row_length i hi).symm ▸ ht)
  unfold rowLogit
  rw [← sub_div, ofNat_mul, ofNat_mul, ofNat_sub hs, ofNat_sub ht]
  refine congrArg (· / _) ?_
  show _ = (ofNat R ((M.rows.getD i []).getD s 0) - ofNat R M.off - (ofNat R ((M.rows.getD i []).getD t 0) - ofNat R M.off)) * _
  ring [ofNat R ((M.rows.getD i []).getD s 0), ofNat R ((M.rows.getD i []).getD t 0), ofNat R M.off, ofNat R num,
    ofNat R (minList (maxList (M.rows.getD i [])) (M.rows.getD i []))]

omit h in
theorem unit2_eq : unit R w * unit R w = ofNat R (2 ^ (2 * w.frac)) := by
  unfold unit
  rw [Nat.mul_comm, Nat.pow_mul, ofNat_pow (2 ^ w.frac)]
  exact (pow_two _).symm

omit h in
theorem rescale (X s : R) {u v : R} (hu : u ≠ 0) (hs : s ≠ 0) : X * v / s = u * v / s * (X / u) := by
  rw [div_mul_div_comm _ _ hs hu, ← mul_div_mul_right (X * v) hs hu]
  refine congrArg (· / (s * u)) ?_
  ring [X, v, u]

omit h in
theorem rescale_one (X s : R) {u : R} (hu : u ≠ 0) (hs : s ≠ 0) : X * 1 / s = u / s * (X / u) := by
  have e := rescale (v := 1) X s hu hs
  rw [mul_one u] at e
  exact e

section differences
variable (c : Params) {q k p s t : Nat} (hs : s < w.d_vocab) (ht : t < w.d_vocab)
include hs ht

theorem direct_sub (hq : q < w.d_vocab) :
    (view R w c q).direct s - (view R w c q).direct t =
      unit4 R w / ofNat R (2 ^ c.shift) * (EU R w q s - EU R w q t) := by
  refine (rowLogit_sub c _ _ h.shape_EU hq hs ht).trans ?_
  rw [h.val_EU hq hs, h.val_EU hq ht, ← sub_div, ← unit2_eq]
  exact rescale _ _ (ne_of_gt (unit2_pos R w)) (ofNat_ne_zero (Nat.two_pow_pos _))

theorem tokenLogit_sub (hk : k < w.d_vocab) :
    (view R w c q).tokenLogit k s - (view R w c q).tokenLogit k t =
      unit4 R w / ofNat R (2 ^ c.shift) * (EVOU R w k s - EVOU R w k t) := by
  refine (rowLogit_sub c _ _ h.shape_EVOU hk hs ht).trans ?_
  rw [h.val_EVOU hk hs, h.val_EVOU hk ht, ← sub_div]
  exact rescale_one _ _ (ne_of_gt (unit4_pos R w)) (ofNat_ne_zero (Nat.two_pow_pos _))

theorem posLogit_sub (hp : p < w.n_ctx) :
    (view R w c q).posLogit p s - (view R w c q).posLogit p t =
      unit4 R w / ofNat R (2 ^ c.shift) * (PVOU R w p s - PVOU R w p t) := by
  refine (rowLogit_sub c _ _ h.shape_PVOU hp hs ht).trans ?_
  rw [h.val_PVOU hp hs, h.val_PVOU hp ht, ← sub_div]
  exact rescale_one _ _ (ne_of_gt (unit4_pos R w)) (ofNat_ne_zero (Nat.two_pow_pos _))

/-- Path logits differ in the view as they do in the model, up to a factor. -/
theorem logit_sub (hq : q < w.d_vocab) {x : List Nat} (hk : token x p < w.d_vocab) (hp : p < w.n_ctx) :
    (view R w c q).logit (token x p) p s - (view R w c q).logit (token x p) p t =
      unit4 R w / ofNat R (2 ^ c.shift) * (pathLogit R w q x p s - pathLogit R w q x p t) := by
  refine (split _ _ _ _ _ _).trans ?_
  rw [h.direct_sub c hs ht hq, h.tokenLogit_sub c hs ht hk, h.posLogit_sub c hs ht hp]
  exact join _ _ _ _ _ _ _
where
  split (a b c a' b' c' : R) : a + b + c - (a' + b' + c') = (a - a') + (b - b') + (c - c') := by
    ring [a, b, c, a', b', c']
  join (K a b c a' b' c' : R) :
      K * (a - a') + K * (b - b') + K * (c - c') = K * (a + (b + c) - (a' + (b' + c'))) := by
    ring [K, a, b, c, a', b', c']

end differences

/-- An input is answered correctly when every margin of its view is positive. -/
theorem view_correct (c : Params) {x : List Nat} {q : Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q)
    (hpos : ∀ t, t < w.d_vocab → t ≠ maximum x → 0 < (view R w c q).margin w.n_ctx x (maximum x) t) :
    Correct R w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt hx h.last_lt
  refine correct_of_margin hx h.n_ctx hq fun t ht hne => ?_
  match h.weight_view (R := R) c hqv with
  | ⟨a, b, ha, hb, hw⟩ =>
    have hK : 0 < b * (unit4 R w / ofNat R (2 ^ c.shift)) :=
      mul_pos hb (div_pos (unit4_pos R w) (ofNat_pos (Nat.two_pow_pos _)))
    refine pos_of_mul_pos_left (lt_of_lt_of_le (mul_pos ha (hpos t ht hne)) (le_of_eq ?_)) (le_of_lt hK)
    unfold View.margin
    rw [mul_sum, mul_sum]
    refine sum_congr fun p hp => ?_
    rw [← mul_assoc, hw x p (token_lt hx hp) hp,
      h.logit_sub c (maximum_lt hx h.n_ctx) ht hqv (token_lt hx hp) hp]
    exact mul_mul_mul_comm _ _ _ _

end Weights.WellFormed
end Compact
