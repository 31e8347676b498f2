prelude
import Compact.Transformer.Share.Correct
/-!
# The numbers of a query are right

`queryOf`: what `seenAs` goes on with is what `QueryOf` says, if the rows are those of the model.
-/
namespace Compact

section
variable (R : Type) [ExpField R] {w : Weights} {c : ShareData}

/-- The numbers of a query are right. -/
theorem queryOf (hw : w.WellFormed) (hv : w.d_vocab = c.v) (hn : w.n_ctx = c.n + 1) {K : ShareRows} (rows : RowsOf R w c K)
    (widths : Widths c) (hunit : scoreDen w * 256 ^ c.steps * 2 ^ c.argBits ≤ 2 ^ (c.scoreBits - 1)) {g : Nat → Nat → Nat}
    (hg : ∀ q, q < w.d_vocab → K.direct.getD q 0 = pack c.bits w.d_vocab (g q)) (small : ∀ q j, q < w.d_vocab → j < w.d_vocab → g q j < 2 ^ (c.bits - 3))
    {q : Nat} (hq : q < w.d_vocab) {k : Seen → Bool}
    (h : seenAs c (Frame.of c.scoreBits c.v c.argBits) (Frame.of c.scoreBits (c.n + 1) c.argBits) (Ruler.of c.scale) (Units.of w c)
      (QueryData.of ((table c.v (c.queryLists K)).getD q [])) q k = true) :
    ∃ s, QueryOf R w c g (fun q => K.directRest.getD q 0) q s ∧ k s = true := by
  rw [QueryData.of_table c K (hv ▸ hq)] at h
  unfold seenAs at h
  rw [Nat.force_eq, Nat.force_eq, forcePairs_eq, forceList_eq] at h
  have falls := Bool.and_left h
  have h := Bool.and_right h
  have hden := hw.scoreDen_pos
  match rows.score q hq, rows.posScore q hq with
  | ⟨lane, packed, room, rest⟩, ⟨lane', r, packed', exact_⟩ =>
    rw [packed, packed', hv, hn] at falls
    rw [hv] at room
    have tokens {j : Nat} (hj : j < c.v) := within_of_fallsAs (R := R) (c := c.toParams) hden widths.arg room hunit (Bool.and_left falls) hj
    have positions {j : Nat} (hj : j < c.n + 1) := within_of_fallsAs (R := R) (c := c.toParams) hden widths.arg
      (fun j hj => (exact_ j (hn.symm ▸ hj)).left) hunit (Bool.and_right falls) hj
    have pow_le : 2 ^ (c.scoreBits - 1) ≤ 2 ^ c.scoreBits := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
    have num_pos : 0 < scoreNum w * 2 ^ c.prec := Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _)
    have fits {x : Nat} (hx : x * (scoreNum w * 2 ^ c.prec) < 2 ^ (c.scoreBits - 1)) : x < 2 ^ c.scoreBits :=
      Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_right _ num_pos) hx) pow_le
    have entry {j : Nat} (hj : j < c.v) : (unpack c.scoreBits c.v (pack c.scoreBits c.v lane)).getD j 0 = lane j :=
      (getD_unpack _ _ hj).trans (digit_pack _ (fun j hj => fits (room j hj)) hj)
    have entry' {j : Nat} (hj : j < c.n + 1) : (unpack c.scoreBits (c.n + 1) (pack c.scoreBits (c.n + 1) lane')).getD j 0 = lane' j :=
      (getD_unpack _ _ hj).trans (digit_pack _ (fun j hj => fits (exact_ j (hn.symm ▸ hj)).left) hj)
    have vpos : 0 < c.v := Nat.lt_of_le_of_lt (Nat.zero_le q) (hv ▸ hq)
    have bounds : mapFold (expLowerFrom c.prec c.steps) (unpack c.scoreBits c.v (c.tokenArg.getD q 0)) =
          mapFold (fun e => e.1) (exps c.toParams (unpack c.scoreBits c.v (c.tokenArg.getD q 0))) ∧
        mapFold (expUpperFrom c.prec c.steps) (unpack c.scoreBits c.v (c.tokenArg.getD q 0)) =
          mapFold (fun e => e.2) (exps c.toParams (unpack c.scoreBits c.v (c.tokenArg.getD q 0))) :=
      ⟨(mapFold_mapFold (fun y => (expLowerFrom c.prec c.steps y, expUpperFrom c.prec c.steps y)) (fun e => e.1) _).symm,
        (mapFold_mapFold (fun y => (expLowerFrom c.prec c.steps y, expUpperFrom c.prec c.steps y)) (fun e => e.2) _).symm⟩
    have h : seenFrom c _ _ _ _ _ (mapFold (expLowerFrom c.prec c.steps) (unpack c.scoreBits c.v (c.tokenArg.getD q 0)))
      (mapFold (expUpperFrom c.prec c.steps) (unpack c.scoreBits c.v (c.tokenArg.getD q 0))) _ _ = true := h
    rw [bounds.left, bounds.right] at h
    match rest_factors (R := R) w c.toParams hden (length_unpack c.scoreBits c.v (pack c.scoreBits c.v lane)) vpos
        (f := fun j => unit4 R w * EQKE R w q j) (d := K.scoreRest.getD q 0) (fun j i hj hi => by
          rw [entry hj, entry hi]; exact rest j i (hv.symm ▸ hj) (hv.symm ▸ hi)),
      exact_factors (R := R) w c.toParams (length_unpack c.scoreBits (c.n + 1) (pack c.scoreBits (c.n + 1) lane'))
        (f := fun p => unit4 R w * EQKP R w q p) (r := r) (fun p hp => by
          rw [entry' hp]; exact (exact_ p (hn.symm ▸ hp)).right) with
    | ⟨C, tok, hC, tok0, htok⟩, ⟨C', hC', hpos⟩ =>
      match of_seenFrom (R := R) (tok := tok) (pos := rowFactor R w c.toParams (unpack c.scoreBits (c.n + 1) (pack c.scoreBits (c.n + 1) lane')))
          (hv ▸ hq) ((length_mapFold _ _).trans (length_unpack _ _ _)) widths.scale (direct := g q) (by exact (hg q hq).trans (congrArg (fun v => pack c.bits v (g q)) hv))
          (fun j hj => small q j hq (Nat.lt_of_lt_of_le hj (Nat.le_of_eq hv.symm))) tok0
          (fun p => mul_nonneg (ofNat_nonneg _) (exp_nonneg _)) (fun k hk => (htok k hk).right _ (tokens hk))
          (fun k hk => le_of_ofNat_le (R := R) (le_trans (tokens hk).left (tokens hk).right))
          (fun p hp => positions (Nat.lt_succ_of_le hp)) h with
      | ⟨s, F, ⟨row, others⟩, hk⟩ =>
        refine ⟨s, ⟨⟨C * C', tok, _, mul_pos hC hC', hv.symm ▸ F, fun k p hk hp => ?_⟩, ?_, fun t m ht hm hne => ?_⟩, hk⟩
        · have a := (htok k (hv ▸ hk)).left
          have b := hpos p hp
          have e : (EQKE R w q k + EQKP R w q p) / scale R w = unit4 R w * EQKE R w q k * ofNat R (scoreNum w) / ofNat R (scoreDen w) +
              unit4 R w * EQKP R w q p * ofNat R (scoreNum w) / ofNat R (scoreDen w) := by
            rw [← hw.div_scale, ← hw.div_scale, mul_div_cancel_left _ (ne_of_gt (unit4_pos R w)), mul_div_cancel_left _ (ne_of_gt (unit4_pos R w)), ← add_div]
          rw [e, exp_add, ← a, ← b]
          exact mul_mul_mul_comm _ _ _ _
        · exact row.trans (congrArg (fun v => pack c.bits v (g q)) hv.symm)
        · exact others t m (Nat.lt_of_lt_of_le ht (Nat.le_of_eq hv)) (Nat.lt_of_lt_of_le hm (Nat.le_of_eq hv)) hne

end
end Compact
