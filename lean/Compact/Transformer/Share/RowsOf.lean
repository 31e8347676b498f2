prelude
import Compact.Transformer.Share.Circuits
import Compact.Transformer.Share.Logits
/-!
# What the enclosed circuits say of the model

`shareRows` evaluates from the weights, for the queries `lo, ..., lo + len - 1`: scores of tokens and the direct path, enclosed as a certificate says
or multiplied out (`Share/Circuits.lean`), the rest exactly.  `of_shareRows`: the rows that `shareRows` goes on with are as `RowsOf` says.
-/
namespace Compact
noncomputable section

/-- Evaluate the rows, then go on with them. -/
def shareRows (w : Weights) (c : ShareData) (lo len : Nat) (k : ShareRows → Bool) : Bool :=
  (Nat.ble 2 c.vecBits && joinedFit w c.scoreBits c.bits) && joinedQuery w fun Lq mask query => forceList (slice lo len query) fun query =>
  joinedKey w c.scoreBits w.W_pos w.n_ctx fun key =>
  forceList (productRows c.scoreBits w.n_ctx w.d_head (queryMat w).off Lq mask 0 0 query key) fun posScores =>
  scoresAs w c lo len Lq mask query fun scores scoreOff scoreRest => logitsAs w c.bits fun U token pos =>
  directAs w c lo len U fun base baseOff direct directOff directRest =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun num => Nat.force (Nat.mul num base) fun row =>
  roomyAs w c scoreOff (Circuits.of w).EQKP.off (Circuits.of w).EVOU.off (Circuits.of w).PVOU.off baseOff directOff &&
  forceList (mapFold (fun X => Nat.add X row) pos) fun common => forceList (mapFold (fun X => Nat.mul num X) direct) fun direct =>
  k ⟨scores, scoreRest, posScores, token, common, direct, directRest⟩

end
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
  have hv : 2 ≤ c.vecBits := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have fit := Bool.and_right (Bool.and_left h)
  have vec : 0 < c.vecBits := Nat.lt_of_lt_of_le Nat.two_pos hv
  have h := Bool.and_right h
  have f1 := Bool.and_left fit
  have f2 := Bool.and_right fit
  have f3 := Bool.and_right f2
  rw [hw.joinedQuery_eq (Bool.and_left (Bool.and_left f3)), forceList_eq,
    hw.joinedKey_eq (joinedFit_pos fit).left hw.rows_pos hw.W_pos (Bool.and_right (Bool.and_right f1)), forceList_eq, productRows_slice,
    hw.scores_eq (joinedFit_pos fit).left hw.W_pos (Bool.and_right (Bool.and_left f2))] at h
  match of_scoresAs R hw hlen vec fit h with
  | ⟨scores, scoreOff, scoreRest, encloses, h⟩ =>
    rw [logitsAs_eq hw fit] at h
    match of_directAs R hw hlen hv fit h with
    | ⟨base, F, direct, directOff, directRest, ⟨shape, hEU⟩, enclosesDirect, h⟩ =>
      rw [Nat.force_eq, Nat.force_eq] at h
      match of_roomyAs hv (Bool.and_left h) with
      | ⟨widths, ⟨unit, roomScore⟩, roomLogit, roomDirect⟩ =>
        have h := Bool.and_right h
        rw [forceList_eq, forceList_eq] at h
        refine ⟨_, ?_, widths, unit, h⟩
        have score {x : Nat} (hx : x ≤ 2 * (scoreOff + (Circuits.of w).EQKP.off)) : x * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1) :=
          Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ hx) roomScore
        have holdsScore := (holds_scores R hw (S := c.scoreBits) (f := fun q p => unit4 R w * EQKP R w q p) hw.W_pos fun q p hq hp => by
          rw [hw.val_EQKP hq hp, unit4_mul_div]; rfl).slice hlen
        refine ⟨fun q hq => ?_, fun q hq => ?_, ?_⟩
        · match encloses.row q hq with
          | ⟨lane, e, le, rest⟩ =>
            exact ⟨lane, e, fun j hj => score (Nat.le_trans (le j hj) (Nat.mul_le_mul_left 2 (Nat.le_add_right _ _))), fun j i hj hi => rest j i hj hi⟩
        · match holdsScore.right q hq with
          | ⟨lane, e, val⟩ =>
            refine ⟨lane, -ofNat R (Circuits.of w).EQKP.off, e, fun p hp =>
              ⟨score (Nat.le_trans (val p hp).left (Nat.mul_le_mul_left 2 (Nat.le_add_left _ _))), ?_⟩⟩
            rw [← sub_eq_add_neg]
            exact (val p hp).right
        · exact logitsOf roomLogit roomDirect shape
            ((Chain.holds_mulRows (hw.shape_value hw.W_E) hw.shape_out).congr fun k t hk ht => by rw [hw.val_EVOU hk ht, unit4_mul_div]; rfl)
            ((Chain.holds_mulRows (hw.shape_value hw.W_pos) hw.shape_out).congr fun p t hp ht => by rw [hw.val_PVOU hp ht, unit4_mul_div]; rfl)
            hEU enclosesDirect

end Compact
