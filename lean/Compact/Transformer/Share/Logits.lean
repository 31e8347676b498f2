prelude
import Compact.Transformer.Share.Exact
/-!
# Packed rows of logits

Rows that hold the circuits of tokens and positions exactly, and the direct path up to a rest, add up to the logits of the model.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

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

/-- The packed rows of logits, for the queries `lo, ..., lo + len - 1`. -/
theorem logitsOf {lo len : Nat} {token pos direct directRest : List Nat} {tokenOff posOff directOff : Nat} {F : Nat → Nat → R} {base : Mat}
    (roomLogit : 2 ^ c.baseBits * (2 * (posOff + 2 ^ (2 * w.frac) * base.off + tokenOff)) < 2 ^ (c.bits - 3))
    (roomDirect : 2 ^ (2 * w.frac) * (2 * directOff) < 2 ^ (c.bits - 3)) (hbase : base.Shape 1 w.d_vocab)
    (holdsToken : Chain.Holds R c.bits w.d_vocab w.d_vocab token tokenOff fun k t => unit4 R w * EVOU R w k t)
    (holdsPos : Chain.Holds R c.bits w.n_ctx w.d_vocab pos posOff fun p t => unit4 R w * PVOU R w p t)
    (hEU : ∀ q t, q < len → t < w.d_vocab → unit4 R w * EU R w (lo + q) t = ofNat R (2 ^ (2 * w.frac)) * (base.val R 0 t + F q t))
    (enclosesDirect : Chain.Enclosed R c.bits len w.d_vocab direct directOff directRest F) :
    ∃ f : Nat → Nat → Nat, ∃ ov : Nat → Nat → Nat, ∃ g : Nat → Nat → Nat, ∃ D : Nat → Nat → Nat → R,
    ((∀ p, p < w.n_ctx → (mapFold (fun X => Nat.add X (2 ^ (2 * w.frac) * pack c.bits w.d_vocab fun j => base.get 0 j)) pos).getD p 0 =
        pack c.bits w.d_vocab (f p)) ∧
      (∀ k, k < w.d_vocab → token.getD k 0 = pack c.bits w.d_vocab (ov k)) ∧
      ∀ q, q < len → (mapFold (fun X => Nat.mul (2 ^ (2 * w.frac)) X) direct).getD q 0 = pack c.bits w.d_vocab (g q)) ∧
    ((∀ p k j, p < w.n_ctx → k < w.d_vocab → j < w.d_vocab → 2 ^ c.baseBits * (f p j + ov k j) < 2 ^ (c.bits - 3)) ∧
      ∀ q j, q < len → j < w.d_vocab → g q j < 2 ^ (c.bits - 3)) ∧
    (∀ q k p m t, q < len → k < w.d_vocab → p < w.n_ctx → m < w.d_vocab → t < w.d_vocab →
      unit4 R w * (EU R w (lo + q) m + (EVOU R w k m + PVOU R w p m) - (EU R w (lo + q) t + (EVOU R w k t + PVOU R w p t))) =
        (ofNat R (f p m) - ofNat R (f p t)) + (ofNat R (ov k m) - ofNat R (ov k t)) + D q m t) ∧
    ∀ q m t, q < len → m < w.d_vocab → t < w.d_vocab →
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
  have rowDirect {q : Nat} (hq : q < len) := match enclosesDirect.row q hq with
    | ⟨lane, e, le, _⟩ => packed_digits directSmall ⟨lane, e, le⟩
  refine ⟨fun p j => digit c.bits (pos.getD p 0) j + 2 ^ (2 * w.frac) * base.get 0 j, fun k => digit c.bits (token.getD k 0),
    fun q j => 2 ^ (2 * w.frac) * digit c.bits (direct.getD q 0) j,
    fun q m t => ofNat R (2 ^ (2 * w.frac)) * (F q m - F q t),
    ⟨fun p hp => ?_, fun k hk => (holdsToken.digits tokenSmall hk).left, fun q hq => ?_⟩,
    ⟨fun p k j hp hk hj => ?_, fun q j hq hj => ?_⟩, fun q k p m t hq hk hp hm ht => ?_, fun q m t hq hm ht => ?_⟩
  · rw [getD_mapFold _ _ (holdsPos.left.symm ▸ hp) 0, mul_pack]
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
      ofNat R (2 ^ (2 * w.frac)) * (F q m - F q t)
    rw [split, hEU q m hq hm, hEU q t hq ht, d m hm, d t ht, a m hm, a t ht, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul]
    unfold Mat.val
    exact collect _ _ _ _ _ _ _ _ _ _ _ _
  · match enclosesDirect.row q hq with
    | ⟨lane, e, le, rest⟩ =>
      have lanes {j : Nat} (hj : j < w.d_vocab) : digit c.bits (direct.getD q 0) j = lane j :=
        e ▸ digit_pack c.bits (fun j hj => Nat.lt_of_le_of_lt (le j hj) directSmall) hj
      show ofNat R (2 ^ (2 * w.frac) * digit c.bits (direct.getD q 0) m) - ofNat R (2 ^ (2 * w.frac) * digit c.bits (direct.getD q 0) t) -
        ofNat R (2 ^ (2 * w.frac) * directRest.getD q 0) ≤ ofNat R (2 ^ (2 * w.frac)) * (F q m - F q t)
      rw [lanes hm, lanes ht, ofNat_mul, ofNat_mul, ofNat_mul]
      have h := mul_le_mul_of_nonneg_left (rest t m ht hm) (ofNat_nonneg (R := R) (2 ^ (2 * w.frac)))
      exact le_of_linear h (by
        ring [ofNat R (2 ^ (2 * w.frac)), ofNat R (lane m), ofNat R (lane t), ofNat R (directRest.getD q 0), F q m, F q t])
where
  collect (u b o y b' y' x t x' t' z s : R) : u * (b - o + y) - u * (b' - o + y') + (x - t - (x' - t)) + (z - s - (t' - s)) =
      z + u * b - (t' + u * b') + (x - x') + u * (y - y') := by ring [u, b, o, y, b', y', x, t, x', t', z, s]

end Compact
