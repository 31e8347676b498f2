prelude
import Compact.Transformer.Share.Logits
/-!
# What the enclosed circuits say of the model

`of_shareRows`: the rows that `shareRows` goes on with are as `RowsOf` says.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

/-- What the check of widths shows. -/
theorem of_roomyAs {s p t r b d : Nat} (hv : 2 ≤ c.vecBits) (h : roomyAs w c s p t r b d = true) : Widths c ∧
    (scoreDen w * 2 ^ c.argBits ≤ 2 ^ (c.scoreBits - 1) ∧
      2 * (s + p) * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1)) ∧
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

/-- The rows that `shareRows` goes on with. -/
theorem of_shareRows (R : Type) [ExpField R] (hw : w.WellFormed) {lo len : Nat} (hlen : lo + len ≤ w.d_vocab) {k : ShareRows → Bool}
    (h : shareRows w c lo len k = true) : ∃ K, RowsOf R w c lo len K ∧ Widths c ∧ scoreDen w * 2 ^ c.argBits ≤ 2 ^ (c.scoreBits - 1) ∧ k K = true := by
  unfold shareRows at h
  have hv : 2 ≤ c.vecBits := Nat.le_of_ble_eq_true (Bool.and_left h)
  have vec : 0 < c.vecBits := Nat.lt_of_lt_of_le Nat.two_pos hv
  have h := Bool.and_right h
  rw [Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq,
    Mat.force_eq, Mat.force_eq] at h
  have shapeQK : Chain.Shape [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.d_model, (w.W_K.mat w.d_head).transpose w.d_head⟩,
    ⟨w.d_vocab, (w.W_E.mat w.d_model).transpose w.d_model⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.d_vocab :=
    ⟨hw.shape_resid, hw.W_Q, hw.W_K.transpose, rfl, hw.W_E.transpose⟩
  have shapeQP : Chain.Shape [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.d_model, (w.W_K.mat w.d_head).transpose w.d_head⟩,
    ⟨w.n_ctx, (w.W_pos.mat w.d_model).transpose w.d_model⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.n_ctx :=
    ⟨hw.shape_resid, hw.W_Q, hw.W_K.transpose, rfl, hw.W_pos.transpose⟩
  have shapeOut : Chain.Shape [⟨w.d_model, w.W_O.mat w.d_model⟩, ⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_head, w.W_V.mat w.d_head⟩
    w.d_model w.d_vocab := ⟨hw.W_V, hw.W_O, rfl, hw.W_U⟩
  have shapeEU : Chain.Shape [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.d_vocab := ⟨hw.shape_resid, rfl, hw.W_U⟩
  match Chain.enclose_spec (R := R) vec (shapeQK.slice hlen) h with
  | ⟨scores, scoreOff, scoreRest, encloses, h⟩ =>
  match Chain.product_spec (R := R) (shapeQP.slice hlen) h with
  | ⟨posScores, posScoreOff, holdsScore, h⟩ =>
  match Chain.product_spec (R := R) shapeOut h with
  | ⟨out, outOff, holdsOut, h⟩ =>
  match Chain.times_spec (R := R) hw.W_E holdsOut h with
  | ⟨token, tokenOff, holdsToken, h⟩ =>
  match Chain.times_spec (R := R) hw.W_pos holdsOut h with
  | ⟨pos, posOff, holdsPos, h⟩ =>
  match Chain.peel_spec (R := R) vec (shapeEU.slice hlen) 0 _ _ h with
  | ⟨Ys, Y, U, base, ⟨P, hU⟩, h⟩ =>
  match Chain.enclose_spec (R := R) vec P.shape h with
  | ⟨direct, directOff, directRest, enclosesDirect, h⟩ =>
    rw [Nat.force_eq, Nat.force_eq] at h
    match of_roomyAs hv (Bool.and_left h) with
    | ⟨widths, ⟨unit, roomScore⟩, roomLogit, roomDirect⟩ =>
      have h := Bool.and_right h
      rw [forceList_eq, forceList_eq] at h
      refine ⟨_, ?_, widths, unit, h⟩
      have score {x : Nat} (hx : x ≤ 2 * (scoreOff + posScoreOff)) : x * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1) :=
        Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ hx) roomScore
      have below {i : Nat} (hi : i < len) : lo + i < w.d_vocab := Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen
      refine ⟨fun q hq => ?_, fun q hq => ?_, ?_⟩
      · match encloses.row q hq with
        | ⟨lane, e, le, rest⟩ =>
          refine ⟨lane, e, fun j hj => score (Nat.le_trans (le j hj) (Nat.mul_le_mul_left 2 (Nat.le_add_right _ _))), fun j i hj hi => ?_⟩
          rw [unit4_EQKE hw (below hq) hj, unit4_EQKE hw (below hq) hi, ← Chain.val_slice R shapeQK hq hj, ← Chain.val_slice R shapeQK hq hi]
          exact rest j i hj hi
      · match holdsScore.right q hq with
        | ⟨lane, e, val⟩ =>
          refine ⟨lane, -ofNat R posScoreOff, e, fun p hp => ⟨score (Nat.le_trans (val p hp).left (Nat.mul_le_mul_left 2 (Nat.le_add_left _ _))), ?_⟩⟩
          rw [unit4_EQKP hw (below hq) hp, ← sub_eq_add_neg, ← Chain.val_slice R shapeQP hq hp]
          exact (val p hp).right
      · refine logitsOf roomLogit roomDirect P.row (holdsToken.congr fun k t hk ht => unit4_EVOU hw hk ht)
          (holdsPos.congr fun p t hp ht => unit4_PVOU hw hp ht) (fun q t hq ht => ?_) enclosesDirect
        rw [unit4_EU hw (below hq) ht, ← Chain.val_slice R shapeEU hq ht, P.eq q t hq ht, hU rfl, val_onesColumn hv hq, one_mul]

end Compact
