prelude
import Compact.Transformer.Share.QueryOf
import Compact.Transformer.Share.Sound
/-!
# Strategy: low rank, in parts

The sub-cubic family of Gross et al. (2024), in a form that is sound for any choice of its parts, which a certificate makes one by one:

* how scores are enclosed and how their rest is bounded (`qk`): multiplied out, or parts of rank one along any directions, and a bound on
  the rest by row differences, for any split of the product or recursively (`Chain/`);
* how the direct path is enclosed (`eu`): the same, after a row that all queries share;
* how attention is bounded (`attention`): plain, or mean + difference with any base (`Share/Ends.lean`);
* which tokens each class may hold (`sizes`): a prefix of the tokens for each query, maximum and number of other tokens.

Margins of tokens come from the two largest entries of each row, so no step looks at more than a row for each token or maximum.
One theorem covers all choices.  With everything multiplied out it is the strategy `prefix-top2`.
-/
namespace Compact
namespace LowRank
noncomputable section

/-- A certificate: how the model is enclosed, which tokens classes may hold, and the bound that they prove. -/
structure Certificate extends ShareData where
  bound : Nat

/-- Count all classes, given the rows of the model. -/
def reaches (w : Weights) (c : Certificate) (r wide : Ruler) (K : ShareRows) : Bool :=
  (Frame.of c.scoreBits c.v c.argBits).force fun F => (Frame.of c.scoreBits (Nat.succ c.n) c.argBits).force fun G =>
  Nat.force (Nat.mul (Nat.pow 2 (Nat.succ c.prec)) F.one) fun full => (Units.of w c.toShareData).force fun u =>
  c.exps.rowsFit c.scoreBits c.argBits && expRows c.exps c.scoreBits c.v c.v c.argBits c.tokenArg fun ts lows highs =>
  expRows c.exps c.scoreBits (Nat.succ c.n) c.v c.argBits c.posArg fun ps posLows posHighs =>
  forceRows (table c.v [K.token, c.tokenFirst, c.tokenSecond]) fun tokens =>
  forceRows (table c.v (c.queryLists K ⟨ts, lows, highs⟩ ⟨ps, posLows, posHighs⟩)) fun queries =>
  collect (fun xs _ => topsAs r xs) tokens 0 fun Ts => collect (fun xs => seenAs c.toShareData F G full r u (QueryData.of xs)) queries 0 fun ss =>
  Nat.ble c.bound (countShares c.toShareData r wide K.common K.token Ts ss)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (w.wellFormed && (Nat.beq w.d_vocab c.v && Nat.beq w.n_ctx (Nat.succ c.n))) && shareRows w c.toShareData fun K =>
  (Ruler.of c.scale).force fun r => (Ruler.of (c.scale.times c.baseBits)).force fun wide => reaches w c r wide K

end

section
variable (R : Type) [ExpField R] {w : Weights} {c : Certificate}

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least `c.bound` inputs
correctly. -/
theorem sound (w : Weights) (c : Certificate) (h : check w c = true) : AtLeast c.bound (Correct R w) := by
  unfold check at h
  have shapes := Bool.and_left h
  have hw := Weights.wellFormed_spec (Bool.and_left shapes)
  have hv := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right shapes))
  have hn : w.n_ctx = c.n + 1 := Nat.eq_of_beq_eq_true _ _ (Bool.and_right (Bool.and_right shapes))
  match of_shareRows R hw (Bool.and_right h) with
  | ⟨K, rows, widths, hunit, h⟩ =>
    rw [Ruler.force_eq, Ruler.force_eq] at h
    unfold reaches at h
    rw [Frame.force_eq, Frame.force_eq, Nat.force_eq, Units.force_eq] at h
    have fit := Bool.and_left h
    match of_expRows fit (Bool.and_right h) with
    | ⟨ts, lows, highs, exps, h⟩ =>
    match of_expRows fit h with
    | ⟨ps, posLows, posHighs, posExps, h⟩ =>
    rw [forceRows_eq, forceRows_eq] at h
    match rows.logits with
    | ⟨f, ov, g, D, ⟨hf, hov, hg⟩, ⟨small, direct_small⟩, eq, direct⟩ =>
      have L : LogitsOf R w c.toShareData f ov g (fun q => K.directRest.getD q 0) D :=
        ⟨fun p k j hp => small p k j (hn.symm ▸ hp), direct_small, fun q k p m t hq hk hp => eq q k p m t hq hk (hn.symm ▸ hp), direct⟩
      have one_le : 1 ≤ 2 ^ c.baseBits := Nat.two_pow_pos _
      have sums (p k j : Nat) (hp : p < c.n + 1) (hk : k < w.d_vocab) (hj : j < w.d_vocab) : f p j + ov k j < 2 ^ (c.bits - 3) :=
        Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left _ one_le) (L.small p k j hp hk hj)
      have row {p : Nat} (hp : p < w.n_ctx) : K.common.getD p 0 = pack c.scale.bits c.scale.count (f p) :=
        (hf p hp).trans (congrArg (fun v => pack c.bits v (f p)) hv)
      have own {k : Nat} (hk : k < w.d_vocab) : K.token.getD k 0 = pack c.scale.bits c.scale.count (ov k) :=
        (hov k hk).trans (congrArg (fun v => pack c.bits v (ov k)) hv)
      have count {j : Nat} (hj : j < c.scale.count) : j < w.d_vocab := Nat.lt_of_lt_of_le hj (Nat.le_of_eq hv.symm)
      have count' {j : Nat} (hj : j < w.d_vocab) : j < c.scale.count := Nat.lt_of_lt_of_le hj (Nat.le_of_eq hv)
      have tops (k : Nat) (go : Tops → Bool) (hk : k < c.v)
          (h : topsAs (Ruler.of c.scale) ((table c.v [K.token, c.tokenFirst, c.tokenSecond]).getD k []) go = true) :
          ∃ T : Tops, (∀ m t, m < w.d_vocab → t < w.d_vocab → t ≠ m → c.scale.margin R (T.margin c.scale m) ≤ gap R c.scale (ov k) m t) ∧ go T = true := by
        rw [getD_table _ hk] at h
        have hk := count hk
        have ovSmall : ∀ j, j < c.scale.count → ov k j < 2 ^ (c.scale.bits - 3) := fun j hj =>
          Nat.lt_of_le_of_lt (Nat.le_add_left _ _) (sums 0 k j (Nat.zero_lt_succ _) hk (count hj))
        have h : (Ruler.of c.scale).tops' (K.token.getD k 0) (c.tokenFirst.getD k 0) (c.tokenSecond.getD k 0) 0 _ = true := h
        rw [own hk] at h
        match of_tops widths.scale ovSmall h with
        | ⟨T, ⟨hrow, _, hothers⟩, h⟩ =>
          refine ⟨T, fun m t hm ht hne => margin_le ovSmall hrow (count' hm) ?_ ?_, Bool.and_right h⟩
          · have e := hothers t m (count' ht) (count' hm) hne
            rw [Nat.zero_mul, Nat.add_zero] at e
            exact e
          · have both := Bool.and_left h
            unfold Tops.others
            cases Nat.beq m T.first with
            | true => exact Nat.le_of_ble_eq_true (Bool.and_right both)
            | false => exact Nat.le_of_ble_eq_true (Bool.and_left both)
      match of_collect (f := fun xs _ => topsAs (Ruler.of c.scale) xs) (length_table _ _) [] ⟨0, 0, 0, 0⟩ tops h with
      | ⟨Ts, ⟨lenT, hT⟩, h⟩ =>
      match of_collect (f := fun xs => seenAs c.toShareData (Frame.of c.scoreBits c.v c.argBits) (Frame.of c.scoreBits (c.n + 1) c.argBits)
          (2 ^ (c.prec + 1) * ones c.scoreBits c.v) (Ruler.of c.scale) (Units.of w c.toShareData) (QueryData.of xs)) (length_table _ _) [] ⟨0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ⟨0, 0, 0, 0⟩⟩
          (fun _ _ hq h => queryOf R hw hv hn rows widths hunit fit (A := ⟨ts, lows, highs⟩) (B := ⟨ps, posLows, posHighs⟩) exps posExps hg direct_small (count hq) h) h with
      | ⟨ss, ⟨lenS, hs⟩, h⟩ =>
        refine AtLeast.weaken (Nat.le_of_ble_eq_true h) ?_
        unfold countShares
        rw [Measures.force_eq, forceList_eq]
        refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total maximum fun m hm => ?_)
        rw [Nat.force_eq]
        unfold countMaximum
        rw [Nat.force_eq, nth_eq, nth_eq, nth_eq, nth_eq]
        have hmw := count hm
        cases ends : c.endsAs (Ruler.of c.scale) (Ruler.of (c.scale.times c.baseBits)) m K.common (K.token.getD m 0) (c.ends.getD m []) with
        | false => exact AtLeast.zero
        | true =>
          rw [forceEnds_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
          have len : (marginsOf (Ruler.of c.scale).toScale m (Nat.succ m) Ts).length = m + 1 := length_marginsOf _ _ (lenT.symm ▸ Nat.succ_le_of_lt hm)
          have covers (t : Nat) (ht : t < w.d_vocab) (hne : t ≠ m) : Covers R c.scale (c.endsOf (c.ends.getD m [])) c.n m f (ov m) t := by
            unfold ShareData.endsAs at ends
            unfold ShareData.endsOf
            have hrows (p : Nat) (hp : p ≤ c.n) := row (Nat.lt_of_lt_of_le (Nat.lt_succ_of_le hp) (Nat.le_of_eq hn.symm))
            cases e : c.attention with
            | zero =>
              rw [e] at ends
              exact covers_plain widths.scale (count' hmw) hrows (own hmw) (fun p j hp hj => sums p m j (Nat.lt_succ_of_le hp) hmw (count hj)) ends (count' ht) hne
            | succ a =>
              rw [e] at ends
              exact covers_mean widths.scale widths.wide (count' hmw) hrows (own hmw) (fun p j hp hj => L.small p m j (Nat.lt_succ_of_le hp) hmw (count hj)) ends
                (count' ht) hne
          have margins (x : Nat) (hx : x ≤ m) (t : Nat) (ht : t < w.d_vocab) (hne : t ≠ m) :
              c.scale.margin R ((marginsOf c.scale m (Nat.succ m) Ts).getD x 0) ≤ gap R c.scale (ov x) m t := by
            have hxv := Nat.lt_of_le_of_lt hx hm
            rw [getD_marginsOf c.scale (Nat.lt_succ_of_le hx) (lenT.symm ▸ hxv) ⟨0, 0, 0, 0⟩]
            exact hT x hxv m t hmw ht hne
          show AtLeast (zipTotal _ _ _ 0) _
          rw [zipTotal_eq _ (len.symm ▸ lenS.symm ▸ Nat.succ_le_of_lt hm) 0 ⟨0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ⟨0, 0, 0, 0⟩⟩, len]
          refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
          rw [Nat.zero_add]
          exact atLeast_counted hn hv hw L (hs q (Nat.lt_of_lt_of_le hq (Nat.succ_le_of_lt hm))) hmw (Nat.le_of_lt_succ hq) covers len margins _ _

end
end LowRank
end Compact
