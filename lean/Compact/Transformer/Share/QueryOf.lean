prelude
import Compact.Transformer.Share.Correct
/-!
# The numbers of a query are right

`queryOf`: what `seenAs` goes on with is what `QueryOf` says, if the rows are those of the model.
-/
namespace Compact

section
variable (R : Type) [ExpField R] {w : Weights} {c : ShareData}

/-- What is known of the exponentials of `len` queries, `n` for each. -/
def ExpRows.Of (c : ShareData) (len n : Nat) (A : ExpRows) : Prop := ∀ q, q < len → ∃ y : Nat → Nat, (∀ j, j < n → y j < 2 ^ c.argBits) ∧
  A.args.getD q 0 = pack c.scoreBits n y ∧ A.lows.getD q 0 = (pack c.scoreBits n fun j => c.exps.lowerOf (c.exps.upper (y j))) ∧
  A.highs.getD q 0 = pack c.scoreBits n fun j => c.exps.upper (y j)

/-- The numbers of a query are right. -/
theorem queryOf (hw : w.WellFormed) (hv : w.d_vocab = c.v) (hn : w.n_ctx = c.n + 1) {lo len : Nat} (hlen : lo + len ≤ w.d_vocab) {K : ShareRows}
    (rows : RowsOf R w c lo len K) (widths : Widths c) (hunit : scoreDen w * 2 ^ c.argBits ≤ 2 ^ (c.scoreBits - 1))
    (fit : c.exps.rowsFit c.scoreBits c.argBits = true) {A B : ExpRows} (hA : A.Of c len c.v) (hB : B.Of c len (c.n + 1)) {g : Nat → Nat → Nat}
    (hg : ∀ i, i < len → K.direct.getD i 0 = pack c.bits w.d_vocab (g i)) (small : ∀ i j, i < len → j < w.d_vocab → g i j < 2 ^ (c.bits - 3))
    {Ts : List Tops} {i q : Nat} (hi : i < len) (hq : q = lo + i) {k : Seen → Bool}
    (h : seenAs c (Frame.of c.scoreBits c.v c.argBits) (Frame.of c.scoreBits (c.n + 1) c.argBits)
      (Ruler.of c.scale) (Units.of w c) Ts (QueryData.of ((table len (c.queryLists lo K A B)).getD i [])) q k = true) :
    ∃ s, (QueryOf R w c (g i) (K.directRest.getD i 0) q s ∧ s.token = Ts.getD q noTops) ∧ k s = true := by
  have hqv : q < w.d_vocab := hq ▸ Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen
  rw [QueryData.of_table c lo K A B hi] at h
  unfold seenAs at h
  rw [forcePairs_eq] at h
  have falls := Bool.and_left h
  have h := Bool.and_right h
  have hden := hw.scoreDen_pos
  have hargs : c.argBits ≤ c.exps.half + c.exps.high := Nat.le_of_ble_eq_true (Bool.and_right fit)
  match hq ▸ rows.score i hi, hq ▸ rows.posScore i hi, hA i hi, hB i hi, ExpParams.lanesFit_spec (Bool.and_left (Bool.and_left fit)) with
  | ⟨lane, packed, room, rest⟩, ⟨lane', r, packed', exact_⟩, ⟨y, hy, args, lowsEq, highsEq⟩, ⟨y', hy', args', lowsEq', highsEq'⟩,
    ⟨hfit, hL, hratio, _⟩ =>
    rw [packed, packed', hv, hn, args, args'] at falls
    rw [hv] at room
    have tokens {j : Nat} (hj : j < c.v) := within_of_fallsAs (R := R) (c := c.toParams) c.exps hfit rfl hden widths.arg hargs room hunit
      (Bool.and_left falls) hy hj
    have positions {j : Nat} (hj : j < c.n + 1) := within_of_fallsAs (R := R) (c := c.toParams) c.exps hfit rfl hden widths.arg hargs
      (fun j hj => (exact_ j (hn.symm ▸ hj)).left) hunit (Bool.and_right falls) hy' hj
    have pow_le : 2 ^ (c.scoreBits - 1) ≤ 2 ^ c.scoreBits := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
    have num_pos : 0 < scoreNum w * 2 ^ (2 * c.expHalf) := Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _)
    have fits {x : Nat} (hx : x * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1)) : x < 2 ^ c.scoreBits :=
      Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_right _ num_pos) hx) pow_le
    have entry {j : Nat} (hj : j < c.v) : (unpack c.scoreBits c.v (pack c.scoreBits c.v lane)).getD j 0 = lane j :=
      (getD_unpack _ _ hj).trans (digit_pack _ (fun j hj => fits (room j hj)) hj)
    have entry' {j : Nat} (hj : j < c.n + 1) : (unpack c.scoreBits (c.n + 1) (pack c.scoreBits (c.n + 1) lane')).getD j 0 = lane' j :=
      (getD_unpack _ _ hj).trans (digit_pack _ (fun j hj => fits (exact_ j (hn.symm ▸ hj)).left) hj)
    have vpos : 0 < c.v := Nat.lt_of_le_of_lt (Nat.zero_le q) (hv ▸ hqv)
    have upper (z : Nat) : c.exps.upper z < 2 ^ (c.prec + 1) := ExpParams.upper_lt hfit z
    have lower (z : Nat) : c.exps.lowerOf (c.exps.upper z) < 2 ^ (c.prec + 1) := ExpParams.lowerOf_lt hratio (upper z)
    have above : c.prec + 1 < c.scoreBits - 1 := by
      have le : c.prec + 1 + 1 + 1 ≤ c.scoreBits := by
        refine Nat.le_trans ?_ hL
        rw [Nat.add_assoc, Nat.add_assoc, Nat.add_assoc]
        exact Nat.add_le_add_left (Nat.le_add_left _ _) _
      exact Nat.le_sub_of_add_le le
    have wide {x : Nat} (hx : x < 2 ^ (c.prec + 1)) : x < 2 ^ c.scoreBits := Nat.lt_of_lt_of_le hx
      (Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt (Nat.lt_of_lt_of_le above (Nat.sub_le _ _))))
    have pairs {p : Nat} (hp : p < c.n + 1) : (lanePairs c.scoreBits (c.n + 1) (B.lows.getD i 0) (B.highs.getD i 0)).getD p (0, 0) =
        (c.exps.lowerOf (c.exps.upper (y' p)), c.exps.upper (y' p)) := by
      rw [getD_lanePairs _ _ _ hp, lowsEq', highsEq', digit_pack _ (fun _ _ => wide (lower _)) hp, digit_pack _ (fun _ _ => wide (upper _)) hp]
    match rest_factors (R := R) w c.toParams hden (length_unpack c.scoreBits c.v (pack c.scoreBits c.v lane)) vpos
        (f := fun j => unit4 R w * EQKE R w q j) (d := K.scoreRest.getD i 0) (fun j i hj hi => by
          rw [entry hj, entry hi]; exact rest j i (hv.symm ▸ hj) (hv.symm ▸ hi)),
      exact_factors (R := R) w c.toParams (length_unpack c.scoreBits (c.n + 1) (pack c.scoreBits (c.n + 1) lane'))
        (f := fun p => unit4 R w * EQKP R w q p) (r := r) (fun p hp => by
          rw [entry' hp]; exact (exact_ p (hn.symm ▸ hp)).right) with
    | ⟨C, tok, hC, tok0, htok⟩, ⟨C', hC', hpos⟩ =>
      match of_seenFrom (R := R) (tok := tok) (pos := rowFactor R w c.toParams (unpack c.scoreBits (c.n + 1) (pack c.scoreBits (c.n + 1) lane')))
          (hv ▸ hqv) above widths.scale (direct := g i) (by exact (hg i hi).trans (congrArg (fun v => pack c.bits v (g i)) hv))
          (fun j hj => small i j hi (Nat.lt_of_lt_of_le hj (Nat.le_of_eq hv.symm))) tok0
          (fun p => mul_nonneg (ofNat_nonneg _) (exp_nonneg _)) (by exact lowsEq) (by exact highsEq)
          (fun k hk => (htok k hk).right _ (tokens hk))
          (fun _ _ => lower _) (fun _ _ => upper _) (fun p hp => by
            exact (pairs (Nat.lt_succ_of_le hp)).symm ▸ positions (Nat.lt_succ_of_le hp)) h with
      | ⟨s, F, ⟨row, others⟩, token, hk⟩ =>
        refine ⟨s, ⟨⟨⟨C * C', tok, _, mul_pos hC hC', hv.symm ▸ F, fun k p hk hp => ?_⟩, ?_, fun t m ht hm hne => ?_⟩, token.trans (nth_eq _ _ _)⟩, hk⟩
        · have a := (htok k (hv ▸ hk)).left
          have b := hpos p hp
          have e : (EQKE R w q k + EQKP R w q p) / scale R w = unit4 R w * EQKE R w q k * ofNat R (scoreNum w) / ofNat R (scoreDen w) +
              unit4 R w * EQKP R w q p * ofNat R (scoreNum w) / ofNat R (scoreDen w) := by
            rw [← hw.div_scale, ← hw.div_scale, mul_div_cancel_left _ (ne_of_gt (unit4_pos R w)), mul_div_cancel_left _ (ne_of_gt (unit4_pos R w)), ← add_div]
          rw [e, exp_add, ← a, ← b]
          exact mul_mul_mul_comm _ _ _ _
        · exact row.trans (congrArg (fun v => pack c.bits v (g i)) hv.symm)
        · exact others t m (Nat.lt_of_lt_of_le ht (Nat.le_of_eq hv)) (Nat.lt_of_lt_of_le hm (Nat.le_of_eq hv)) hne

end
end Compact
