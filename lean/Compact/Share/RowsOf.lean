prelude
import Compact.Share.Rows
/-!
# What the enclosed circuits say of the model

`of_shareRows`: the rows that `shareRows` goes on with are as `RowsOf` says.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

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
    unit4 R w * EQKP R w q p = Chain.val R [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.n_ctx, keyMat w w.W_pos w.n_ctx⟩]
      ⟨w.d_model, residMat w⟩ q p := by
  rw [h.val_EQKP hq hp, unit4_mul_div, Chain.val_three h.shape_resid h.W_Q (h.shape_key h.W_pos) hq hp]
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

/-- What the check of widths shows. -/
theorem of_roomyAs {s p t r b d : Nat} (hv : 2 ≤ c.vecBits) (h : roomyAs w c s p t r b d = true) : Widths c ∧
    (scoreDen w * 256 ^ c.steps * 2 ^ c.argBits ≤ 2 ^ (c.scoreBits - 1) ∧
      2 * (s + p) * (scoreNum w * 2 ^ c.prec) < 2 ^ (c.scoreBits - 1)) ∧
    2 ^ c.baseBits * (2 * (r + 2 ^ (2 * w.frac) * b + t)) < 2 ^ (c.bits - 3) ∧ 2 ^ (2 * w.frac) * (2 * d) < 2 ^ (c.bits - 3) := by
  unfold roomyAs at h
  have scores := Bool.and_left h
  have logits := Bool.and_right h
  have scale := Bool.and_left logits
  have rows := Bool.and_right logits
  have bits : 4 ≤ c.bits := Nat.le_of_ble_eq_true (Bool.and_left scale)
  have wide : 2 ^ c.width * 2 ^ (c.shift + c.baseBits) ≤ 2 ^ (c.bits - 4) := Nat.le_of_ble_eq_true (Bool.and_right scale)
  refine ⟨⟨Nat.lt_of_lt_of_le Nat.two_pos hv, Nat.le_of_ble_eq_true (Bool.and_left scores), ⟨bits, ?_⟩, ⟨bits, wide⟩⟩,
    ⟨Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right scores)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right scores))⟩,
    Nat.le_of_ble_eq_true (Bool.and_left rows), Nat.le_of_ble_eq_true (Bool.and_right rows)⟩
  refine Nat.le_trans (Nat.mul_le_mul_left _ ?_) wide
  exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_right _ _)

/-- Packed rows are packed from their digits. -/
theorem packed_digits {L v off : Nat} {X : Nat} (hoff : 2 * off < 2 ^ L) (h : ∃ lane : Nat → Nat, X = pack L v lane ∧ ∀ j, j < v → lane j ≤ 2 * off) :
    X = pack L v (digit L X) ∧ ∀ j, j < v → digit L X j ≤ 2 * off := by
  match h with
  | ⟨lane, e, le⟩ =>
    have d {j : Nat} (hj : j < v) : digit L X j = lane j := e ▸ digit_pack L (fun j hj => Nat.lt_of_le_of_lt (le j hj) hoff) hj
    exact ⟨e.trans (pack_congr L fun j hj => (d hj).symm), fun j hj => d hj ▸ le j hj⟩

theorem Chain.Holds.digits {L r v off : Nat} {rows : List Nat} {g : Nat → Nat → R} (h : Chain.Holds R L r v rows off g) (hoff : 2 * off < 2 ^ L)
    {i : Nat} (hi : i < r) : rows.getD i 0 = pack L v (digit L (rows.getD i 0)) ∧
      ∀ j, j < v → digit L (rows.getD i 0) j ≤ 2 * off ∧ g i j = ofNat R (digit L (rows.getD i 0) j) - ofNat R off := by
  match h.right i hi with
  | ⟨lane, e, le⟩ =>
    have d {j : Nat} (hj : j < v) : digit L (rows.getD i 0) j = lane j :=
      e ▸ digit_pack L (fun j hj => Nat.lt_of_le_of_lt (le j hj).left hoff) hj
    exact ⟨e.trans (pack_congr L fun j hj => (d hj).symm), fun j hj => d hj ▸ le j hj⟩

/-- The packed rows of logits. -/
theorem logitsOf {token pos direct directRest : List Nat} {tokenOff posOff directOff : Nat} {Ys : List Factor} {Y : Factor} {base : Mat}
    (roomLogit : 2 ^ c.baseBits * (2 * (posOff + 2 ^ (2 * w.frac) * base.off + tokenOff)) < 2 ^ (c.bits - 3))
    (roomDirect : 2 ^ (2 * w.frac) * (2 * directOff) < 2 ^ (c.bits - 3)) (hbase : base.Shape 1 w.d_vocab)
    (holdsToken : Chain.Holds R c.bits w.d_vocab w.d_vocab token tokenOff fun k t => unit4 R w * EVOU R w k t)
    (holdsPos : Chain.Holds R c.bits w.n_ctx w.d_vocab pos posOff fun p t => unit4 R w * PVOU R w p t)
    (hEU : ∀ q t, q < w.d_vocab → t < w.d_vocab → unit4 R w * EU R w q t = ofNat R (2 ^ (2 * w.frac)) * (base.val R 0 t + Chain.val R Ys Y q t))
    (enclosesDirect : Chain.Enclosed R c.bits w.d_vocab w.d_vocab direct directOff directRest (Chain.val R Ys Y)) :
    ∃ f : Nat → Nat → Nat, ∃ ov : Nat → Nat → Nat, ∃ g : Nat → Nat → Nat, ∃ D : Nat → Nat → Nat → R,
    ((∀ p, p < w.n_ctx → (mapFold (fun X => Nat.add X (2 ^ (2 * w.frac) * packList c.bits (nth [] base.rows 0))) pos).getD p 0 =
        pack c.bits w.d_vocab (f p)) ∧
      (∀ k, k < w.d_vocab → token.getD k 0 = pack c.bits w.d_vocab (ov k)) ∧
      ∀ q, q < w.d_vocab → (mapFold (fun X => Nat.mul (2 ^ (2 * w.frac)) X) direct).getD q 0 = pack c.bits w.d_vocab (g q)) ∧
    ((∀ p k j, p < w.n_ctx → k < w.d_vocab → j < w.d_vocab → 2 ^ c.baseBits * (f p j + ov k j) < 2 ^ (c.bits - 3)) ∧
      ∀ q j, q < w.d_vocab → j < w.d_vocab → g q j < 2 ^ (c.bits - 3)) ∧
    (∀ q k p m t, q < w.d_vocab → k < w.d_vocab → p < w.n_ctx → m < w.d_vocab → t < w.d_vocab →
      unit4 R w * (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) =
        (ofNat R (f p m) - ofNat R (f p t)) + (ofNat R (ov k m) - ofNat R (ov k t)) + D q m t) ∧
    ∀ q m t, q < w.d_vocab → m < w.d_vocab → t < w.d_vocab →
      ofNat R (g q m) - ofNat R (g q t) - ofNat R (2 ^ (2 * w.frac) * directRest.getD q 0) ≤ D q m t := by
  have pow_le : 2 ^ (c.bits - 3) ≤ 2 ^ c.bits := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  have one_le : 1 ≤ 2 ^ c.baseBits := Nat.two_pow_pos _
  have whole : 2 * (posOff + 2 ^ (2 * w.frac) * base.off + tokenOff) < 2 ^ c.bits :=
    Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left _ one_le) roomLogit) pow_le
  have tokenSmall : 2 * tokenOff < 2 ^ c.bits := Nat.lt_of_le_of_lt (Nat.mul_le_mul_left 2 (Nat.le_add_left _ _)) whole
  have posSmall : 2 * posOff < 2 ^ c.bits :=
    Nat.lt_of_le_of_lt (Nat.mul_le_mul_left 2 (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_right _ _))) whole
  have directSmall : 2 * directOff < 2 ^ c.bits :=
    Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left _ (Nat.two_pow_pos _)) roomDirect) pow_le
  have baseRow : packList c.bits (nth [] base.rows 0) = pack c.bits w.d_vocab fun j => base.get 0 j := by
    rw [nth_eq, packList_eq, hbase.row_length 0 Nat.one_pos]
    rfl
  have rowDirect {q : Nat} (hq : q < w.d_vocab) := match enclosesDirect.row q hq with
    | ⟨lane, e, le, _⟩ => packed_digits directSmall ⟨lane, e, le⟩
  refine ⟨fun p j => digit c.bits (pos.getD p 0) j + 2 ^ (2 * w.frac) * base.get 0 j, fun k => digit c.bits (token.getD k 0),
    fun q j => 2 ^ (2 * w.frac) * digit c.bits (direct.getD q 0) j,
    fun q m t => ofNat R (2 ^ (2 * w.frac)) * (Chain.val R Ys Y q m - Chain.val R Ys Y q t),
    ⟨fun p hp => ?_, fun k hk => (holdsToken.digits tokenSmall hk).left, fun q hq => ?_⟩,
    ⟨fun p k j hp hk hj => ?_, fun q j hq hj => ?_⟩, fun q k p m t hq hk hp hm ht => ?_, fun q m t hq hm ht => ?_⟩
  · rw [getD_mapFold _ _ (holdsPos.left.symm ▸ hp) 0, baseRow, mul_pack]
    show pos.getD p 0 + _ = _
    rw [(holdsPos.digits posSmall hp).left, pack_add]
  · rw [getD_mapFold _ _ (enclosesDirect.length.symm ▸ hq) 0]
    show 2 ^ (2 * w.frac) * direct.getD q 0 = _
    rw [(rowDirect hq).left, mul_pack]
  · refine Nat.lt_of_le_of_lt (Nat.mul_le_mul_left _ ?_) roomLogit
    have a := ((holdsPos.digits posSmall hp).right j hj).left
    have b := hbase.le 0 j Nat.one_pos hj
    have d := ((holdsToken.digits tokenSmall hk).right j hj).left
    refine Nat.le_trans (Nat.add_le_add (Nat.add_le_add a (Nat.mul_le_mul_left _ b)) d) (Nat.le_of_eq ?_)
    ring [posOff, 2 ^ (2 * w.frac), base.off, tokenOff]
  · exact Nat.lt_of_le_of_lt (Nat.mul_le_mul_left _ ((rowDirect hq).right j hj)) roomDirect
  · have d (t : Nat) (ht : t < w.d_vocab) := ((holdsToken.digits tokenSmall hk).right t ht).right
    have a (t : Nat) (ht : t < w.d_vocab) := ((holdsPos.digits posSmall hp).right t ht).right
    have split (x y z x' y' z' u : R) : u * (x + (y + z) - (x' + (y' + z'))) = (u * x - u * x') + (u * y - u * y') + (u * z - u * z') := by
      ring [x, y, z, x', y', z', u]
    show _ = ofNat R (digit c.bits (pos.getD p 0) m + 2 ^ (2 * w.frac) * base.get 0 m) -
      ofNat R (digit c.bits (pos.getD p 0) t + 2 ^ (2 * w.frac) * base.get 0 t) +
      (ofNat R (digit c.bits (token.getD k 0) m) - ofNat R (digit c.bits (token.getD k 0) t)) +
      ofNat R (2 ^ (2 * w.frac)) * (Chain.val R Ys Y q m - Chain.val R Ys Y q t)
    rw [split, hEU q m hq hm, hEU q t hq ht, d m hm, d t ht, a m hm, a t ht, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul]
    unfold Mat.val
    exact collect _ _ _ _ _ _ _ _ _ _ _ _
  · match enclosesDirect.row q hq with
    | ⟨lane, e, le, rest⟩ =>
      have lanes {j : Nat} (hj : j < w.d_vocab) : digit c.bits (direct.getD q 0) j = lane j :=
        e ▸ digit_pack c.bits (fun j hj => Nat.lt_of_le_of_lt (le j hj) directSmall) hj
      show ofNat R (2 ^ (2 * w.frac) * digit c.bits (direct.getD q 0) m) - ofNat R (2 ^ (2 * w.frac) * digit c.bits (direct.getD q 0) t) -
        ofNat R (2 ^ (2 * w.frac) * directRest.getD q 0) ≤ ofNat R (2 ^ (2 * w.frac)) * (Chain.val R Ys Y q m - Chain.val R Ys Y q t)
      rw [lanes hm, lanes ht, ofNat_mul, ofNat_mul, ofNat_mul]
      have h := mul_le_mul_of_nonneg_left (rest t m ht hm) (ofNat_nonneg (R := R) (2 ^ (2 * w.frac)))
      exact le_of_linear h (by
        ring [ofNat R (2 ^ (2 * w.frac)), ofNat R (lane m), ofNat R (lane t), ofNat R (directRest.getD q 0), Chain.val R Ys Y q m, Chain.val R Ys Y q t])
where
  collect (u b o y b' y' x t x' t' z s : R) : u * (b - o + y) - u * (b' - o + y') + (x - t - (x' - t)) + (z - s - (t' - s)) =
      z + u * b - (t' + u * b') + (x - x') + u * (y - y') := by ring [u, b, o, y, b', y', x, t, x', t', z, s]

/-- The rows that `shareRows` goes on with. -/
theorem of_shareRows (R : Type) [ExpField R] (hw : w.WellFormed) {k : ShareRows → Bool} (h : shareRows w c k = true) :
    ∃ K, RowsOf R w c K ∧ Widths c ∧ scoreDen w * 256 ^ c.steps * 2 ^ c.argBits ≤ 2 ^ (c.scoreBits - 1) ∧ k K = true := by
  unfold shareRows at h
  have hv : 2 ≤ c.vecBits := Nat.le_of_ble_eq_true (Bool.and_left h)
  have vec : 0 < c.vecBits := Nat.lt_of_lt_of_le Nat.two_pos hv
  have h := Bool.and_right h
  rw [Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq,
    Mat.force_eq, Mat.force_eq] at h
  have shapeQK : Chain.Shape [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.d_model, (w.W_K.mat w.d_head).transpose w.d_head⟩,
    ⟨w.d_vocab, (w.W_E.mat w.d_model).transpose w.d_model⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.d_vocab :=
    ⟨hw.shape_resid, hw.W_Q, hw.W_K.transpose, rfl, hw.W_E.transpose⟩
  have shapeQP : Chain.Shape [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.n_ctx, keyMat w w.W_pos w.n_ctx⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.n_ctx :=
    ⟨hw.shape_resid, hw.W_Q, rfl, hw.shape_key hw.W_pos⟩
  have shapeOV {T : Mat} {r : Nat} (hT : T.Shape r w.d_model) : Chain.Shape [⟨w.d_head, w.W_V.mat w.d_head⟩, ⟨w.d_model, w.W_O.mat w.d_model⟩,
    ⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, T⟩ r w.d_vocab := ⟨hT, hw.W_V, hw.W_O, rfl, hw.W_U⟩
  have shapeEU : Chain.Shape [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.d_vocab := ⟨hw.shape_resid, rfl, hw.W_U⟩
  match Chain.enclose_spec (R := R) vec shapeQK h with
  | ⟨scores, scoreOff, scoreRest, encloses, h⟩ =>
  match Chain.product_spec (R := R) shapeQP h with
  | ⟨posScores, posScoreOff, holdsScore, h⟩ =>
  match Chain.product_spec (R := R) (shapeOV hw.W_E) h with
  | ⟨token, tokenOff, holdsToken, h⟩ =>
  match Chain.product_spec (R := R) (shapeOV hw.W_pos) h with
  | ⟨pos, posOff, holdsPos, h⟩ =>
  match Chain.peel_spec (R := R) vec shapeEU 0 _ _ h with
  | ⟨Ys, Y, U, base, ⟨P, hU⟩, h⟩ =>
  match Chain.enclose_spec (R := R) vec P.shape h with
  | ⟨direct, directOff, directRest, enclosesDirect, h⟩ =>
    rw [Nat.force_eq, Nat.force_eq] at h
    match of_roomyAs hv (Bool.and_left h) with
    | ⟨widths, ⟨unit, roomScore⟩, roomLogit, roomDirect⟩ =>
      have h := Bool.and_right h
      rw [forceList_eq, forceList_eq] at h
      refine ⟨_, ?_, widths, unit, h⟩
      have score {x : Nat} (hx : x ≤ 2 * (scoreOff + posScoreOff)) : x * (scoreNum w * 2 ^ c.prec) < 2 ^ (c.scoreBits - 1) :=
        Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ hx) roomScore
      refine ⟨fun q hq => ?_, fun q hq => ?_, ?_⟩
      · match encloses.row q hq with
        | ⟨lane, e, le, rest⟩ =>
          refine ⟨lane, e, fun j hj => score (Nat.le_trans (le j hj) (Nat.mul_le_mul_left 2 (Nat.le_add_right _ _))), fun j i hj hi => ?_⟩
          rw [unit4_EQKE hw hq hj, unit4_EQKE hw hq hi]
          exact rest j i hj hi
      · match holdsScore.right q hq with
        | ⟨lane, e, val⟩ =>
          refine ⟨lane, -ofNat R posScoreOff, e, fun p hp => ⟨score (Nat.le_trans (val p hp).left (Nat.mul_le_mul_left 2 (Nat.le_add_left _ _))), ?_⟩⟩
          rw [unit4_EQKP hw hq hp, ← sub_eq_add_neg]
          exact (val p hp).right
      · refine logitsOf roomLogit roomDirect P.row (holdsToken.congr fun k t hk ht => unit4_EVOU hw hk ht)
          (holdsPos.congr fun p t hp ht => unit4_PVOU hw hp ht) (fun q t hq ht => ?_) enclosesDirect
        rw [unit4_EU hw hq ht, P.eq q t hq ht, hU rfl, val_onesColumn hv hq, one_mul]

end Compact
