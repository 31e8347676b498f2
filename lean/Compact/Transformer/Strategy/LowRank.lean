prelude
import Compact.Transformer.Mixture.QueryBlocks
import Compact.Transformer.Share.Fast
import Compact.Transformer.Share.QueryOf
import Compact.Transformer.Share.Sound
/-!
# Strategy: low rank, in parts

The sub-cubic family of Gross et al. (2024), in a form that is sound for any choice of its parts, which a certificate makes one by one:

* how scores are enclosed and how their rest is bounded (`qk`): multiplied out, or parts of rank one along any directions, and a bound on
  the rest by row differences, for any split of the product or recursively (`Chain/`);
* how the direct path is enclosed (`eu`): the same, after a row that all queries share;
* how attention is bounded (`attention`): plain, or mean + difference with any base (`Share/Ends.lean`);
* which tokens each class may hold, at which levels (`sizes`): for each query, maximum, number of other tokens and level a prefix of the tokens
  (`Share/Count.lean`).

Margins of tokens come from the two largest entries of each row, so no step looks at more than a row for each token or maximum.
One theorem covers all choices.  With everything multiplied out it is the strategy `prefix-top2`.

Queries are checked in blocks, each of which evaluates what it needs from the weights, so that the kernel can forget one before the next.
-/
namespace Compact
namespace LowRank
noncomputable section

/-- A certificate: how the model is enclosed, which tokens classes may hold, the blocks of queries (how many, and the inputs that are counted), and
the bound that they prove. -/
structure Certificate extends ShareData where
  blocks : List (List Nat)
  bound : Nat

/-- Count all classes of the queries `lo, ..., lo + len - 1`, given the rows of the model. -/
def reaches (τ : ShareTally) (w : Weights) (c : ShareData) (lo len bound : Nat) (r wide : Ruler) (K : ShareRows) : Bool :=
  (Frame.of c.scoreBits c.v c.argBits).force fun F => (Frame.of c.scoreBits (Nat.succ c.n) c.argBits).force fun G =>
  (Units.of w c).force fun u =>
  c.exps.rowsFit c.scoreBits c.argBits && expRows c.exps c.scoreBits c.v len c.argBits (slice lo len c.tokenArg) fun ts lows highs =>
  expRows c.exps c.scoreBits (Nat.succ c.n) len c.argBits (slice lo len c.posArg) fun ps posLows posHighs =>
  forceRows (table c.v [K.token, c.tokenFirst, c.tokenSecond]) fun tokens =>
  forceRows (table len (c.queryLists lo K ⟨ts, lows, highs⟩ ⟨ps, posLows, posHighs⟩)) fun queries =>
  collect (fun xs _ => topsAs r xs) tokens 0 fun Ts => collect (fun xs => seenAs c F G r u Ts (QueryData.of xs)) queries lo fun ss =>
  Nat.ble bound (countShares τ c r wide K.common K.token Ts lo len ss)

/-- The check of a block of queries: what is counted reaches `bound`; `room` says that there is room to count it. -/
def tallyCheck (τ : ShareTally) (room : Bool) (w : Weights) (c : ShareData) (lo len bound : Nat) : Bool :=
  ((w.wellFormed && (Nat.beq w.d_vocab c.v && Nat.beq w.n_ctx (Nat.succ c.n))) &&
    ((Nat.ble (Nat.add lo len) c.v && Nat.ble 1 c.n) && (Nat.ble 1 c.parts && room))) &&
  shareRows w c lo len fun K =>
  (Ruler.of c.scale).force fun r => (Ruler.of (c.scale.times c.baseBits)).force fun wide => reaches τ w c lo len bound r wide K

/-- The check of a block of queries: at least `bound` inputs. -/
def blockCheck (w : Weights) (c : ShareData) (lo len bound : Nat) : Bool :=
  tallyCheck (ShareTally.plain c.n) (Nat.ble (Nat.succ (Nat.pow c.v c.n)) (Nat.pow 2 c.countBits)) w c lo len bound

/-- The check of a certificate: all blocks hold what is counted, and that reaches the bound. -/
def check (w : Weights) (c : Certificate) : Bool :=
  Nat.ble c.bound (Blocks.inputs c.blocks) && Blocks.all (blockCheck w c.toShareData) c.blocks 0

end

section
variable (R : Type) [ExpField R] {w : Weights} {c : ShareData}

/-- The check of a block is sound, if the checker computes what inputs count for. -/
theorem tally_sound {μ : Measure} {τ : ShareTally} {room : Bool} (w : Weights) (c : ShareData)
    (fits : room = true → μ.FitsShares τ c.v c.n c.countBits) (lo len bound : Nat) (h : tallyCheck τ room w c lo len bound = true) :
    μ.At bound fun x => Correct R w x ∧ lo ≤ lastToken x ∧ lastToken x < lo + len := by
  unfold tallyCheck at h
  have shapes := Bool.and_left (Bool.and_left h)
  have sizes := Bool.and_right (Bool.and_left h)
  have hw := Weights.wellFormed_spec (Bool.and_left shapes)
  have hv := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right shapes))
  have hn : w.n_ctx = c.n + 1 := Nat.eq_of_beq_eq_true _ _ (Bool.and_right (Bool.and_right shapes))
  have hlen : lo + len ≤ w.d_vocab := hv.symm ▸ Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left sizes))
  have hpos : 0 < c.n := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left sizes))
  have hparts : 0 < c.parts := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes))
  have fits : μ.FitsShares τ w.d_vocab c.n c.countBits := hv.symm ▸ fits (Bool.and_right (Bool.and_right sizes))
  match of_shareRows R hw hlen (Bool.and_right h) with
  | ⟨K, rows, widths, hunit, h⟩ =>
    rw [Ruler.force_eq, Ruler.force_eq] at h
    unfold reaches at h
    rw [Frame.force_eq, Frame.force_eq, Units.force_eq] at h
    have fit := Bool.and_left h
    match of_expRows fit (Bool.and_right h) with
    | ⟨ts, lows, highs, exps, h⟩ =>
    match of_expRows fit h with
    | ⟨ps, posLows, posHighs, posExps, h⟩ =>
    rw [forceRows_eq, forceRows_eq] at h
    match rows.logits with
    | ⟨f, ov, g, D, ⟨hf, hov, hg⟩, ⟨small, direct_small⟩, eq, direct⟩ =>
      have one_le : 1 ≤ 2 ^ c.baseBits := Nat.two_pow_pos _
      have small (p k j : Nat) (hp : p < c.n + 1) := small p k j (hn.symm ▸ hp)
      have sums (p k j : Nat) (hp : p < c.n + 1) (hk : k < w.d_vocab) (hj : j < w.d_vocab) : f p j + ov k j < 2 ^ (c.bits - 3) :=
        Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left _ one_le) (small p k j hp hk hj)
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
      match of_collect (f := fun xs _ => topsAs (Ruler.of c.scale) xs) (length_table _ _) [] noTops tops h with
      | ⟨Ts, ⟨lenT, hT⟩, h⟩ =>
      match of_collectFrom (P := fun q s => QueryOf R w c (g (q - lo)) (K.directRest.getD (q - lo) 0) q s ∧ s.token = Ts.getD q noTops)
          (f := fun xs => seenAs c (Frame.of c.scoreBits c.v c.argBits) (Frame.of c.scoreBits (c.n + 1) c.argBits)
            (Ruler.of c.scale) (Units.of w c) Ts (QueryData.of xs)) [] noSeen
          (fun i q _ hi hq h => by
            rw [length_table] at hi
            have e : q - lo = i := by rw [hq, Nat.add_sub_cancel_left]
            rw [e]
            exact queryOf R hw hv hn hlen rows widths hunit fit (A := ⟨ts, lows, highs⟩) (B := ⟨ps, posLows, posHighs⟩) exps posExps hg
              direct_small hi hq h) h with
      | ⟨ss, ⟨lenS, hs⟩, h⟩ =>
        rw [length_table] at lenS hs
        refine μ.weaken (Nat.le_of_ble_eq_true h) ?_
        unfold countShares
        rw [Measures.force_eq]
        refine μ.mono (fun _ h => h.left) (μ.total maximum fun m hm => ?_)
        rw [Nat.force_eq]
        unfold countMaximum
        show μ.At (Bool.rec (motive := fun _ => Nat) 0 _ (Nat.force _ _)) _
        rw [Nat.force_eq, nth_eq, nth_eq]
        have hmw := count hm
        cases ends : c.endsAs (Ruler.of c.scale) (Ruler.of (c.scale.times c.baseBits)) m K.common (K.token.getD m 0) (c.ends.getD m []) with
        | false => exact μ.zero
        | true =>
          show μ.At (forceEnds _ _) _
          rw [forceEnds_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq]
          have len_ms : (marginsOf (Ruler.of c.scale).toScale m (Nat.succ m) Ts).length = m + 1 := length_marginsOf _ _ (lenT.symm ▸ Nat.succ_le_of_lt hm)
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
              exact covers_mean widths.scale widths.wide (count' hmw) hrows (own hmw) (fun p j hp hj => small p m j (Nat.lt_succ_of_le hp) hmw (count hj)) ends
                (count' ht) hne
          have margins (x : Nat) (hx : x ≤ m) (t : Nat) (ht : t < w.d_vocab) (hne : t ≠ m) :
              c.scale.margin R ((marginsOf c.scale m (Nat.succ m) Ts).getD x 0) ≤ gap R c.scale (ov x) m t := by
            have hxv := Nat.lt_of_le_of_lt hx hm
            rw [getD_marginsOf c.scale (Nat.lt_succ_of_le hx) (lenT.symm ▸ hxv) noTops]
            exact hT x hxv m t hmw ht hne
          have few : least (Nat.sub (Nat.succ m) lo) len ≤ ss.length := lenS.symm ▸ least_le_right _ _
          show μ.At (maximumEnds τ.query τ.first (τ.alone m) (τ.several m) _ _ _ _ _ _ _ _) _
          rw [maximumEnds_eq, firstTotal_eq _ few lo noSeen]
          refine μ.mono (fun x h => ⟨⟨h.left.left, h.right.left, Nat.lt_of_lt_of_le h.right.right (Nat.add_le_add_left (least_le_right _ _) lo)⟩, h.left.right⟩)
            (μ.totalFrom lastToken (P := fun x => Correct R w x ∧ maximum x = m) fun i hi => ?_)
          have hil := Nat.lt_of_lt_of_le hi (least_le_right _ _)
          have him : lo + i ≤ m := by
            have h := Nat.lt_of_lt_of_le hi (least_le_left _ _)
            exact Nat.le_of_lt_succ (Nat.add_comm i lo ▸ Nat.add_lt_of_lt_sub h)
          match hs i (lo + i) hil rfl with
          | ⟨hQ, token⟩ =>
            rw [Nat.add_sub_cancel_left] at hQ
            have hqw : lo + i < w.d_vocab := Nat.lt_of_le_of_lt him hmw
            have L : LogitsOf R w c f ov (g i) (K.directRest.getD i 0) (D i) (lo + i) :=
              ⟨small, fun j => direct_small i j hil, fun k p m t hk hp => eq i k p m t hil hk (hn.symm ▸ hp), fun m t => direct i m t hil⟩
            refine atLeast_counted hn hv hw L hQ hmw him covers fits len_ms margins (fun t ht hne => ?_) hpos hparts
            rw [token]
            exact hT (lo + i) (hv ▸ hqw) m t hmw ht hne

/-- The check of a block is sound. -/
theorem block_sound (w : Weights) (c : ShareData) (lo len bound : Nat) (h : blockCheck w c lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ lastToken x ∧ lastToken x < lo + len :=
  tally_sound R (μ := Measure.plain) w c (fun room => Measure.plain_fitsShares (Nat.le_of_ble_eq_true room)) lo len bound h

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least `c.bound` inputs
correctly. -/
theorem sound (w : Weights) (c : Certificate) (h : check w c = true) : AtLeast c.bound (Correct R w) :=
  Blocks.bound_sound_by_query (fun lo len bound hb => block_sound R w c.toShareData lo len bound hb) (Bool.and_right h) (Bool.and_left h)

end
end LowRank
end Compact
