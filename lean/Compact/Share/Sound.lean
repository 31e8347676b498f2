prelude
import Compact.Classes.Bound
import Compact.Classes.CountRuns
import Compact.Share.Count
import Compact.Share.RowsOf
/-!
# The count of shares is sound

From what is known of rows, queries and ends to correct answers, class by class.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

/-- What is known of a query: the factors of its tokens and positions, and the numbers `s`. -/
structure QueryOf (R : Type) [ExpField R] (w : Weights) (c : ShareData) (g : Nat → Nat → Nat) (rest : Nat → Nat) (q : Nat) (s : Seen) : Prop where
  factors : ∃ C : R, ∃ tok : Nat → R, ∃ pos : Nat → R, 0 < C ∧ SeenFactors R c.factorBits c.prec w.d_vocab c.n q s tok pos ∧
    ∀ k p, k < w.d_vocab → p < c.n + 1 → C * (tok k * pos p) = exp ((EQKE R w q k + EQKP R w q p) / scale R w)
  row : s.direct.row = pack c.bits w.d_vocab (g q)
  others (t m : Nat) : t < w.d_vocab → m < w.d_vocab → t ≠ m →
    g q t + c.scale.cutUp (2 ^ (2 * w.frac) * rest q) * 2 ^ c.shift ≤ s.direct.others m * 2 ^ c.shift

/-- What is known of all rows of logits. -/
structure LogitsOf (R : Type) [ExpField R] (w : Weights) (c : ShareData) (f ov g : Nat → Nat → Nat) (rest : Nat → Nat) (D : Nat → Nat → Nat → R) : Prop where
  small (p k j : Nat) : p < c.n + 1 → k < w.d_vocab → j < w.d_vocab → 2 ^ c.baseBits * (f p j + ov k j) < 2 ^ (c.bits - 3)
  direct_small (q j : Nat) : q < w.d_vocab → j < w.d_vocab → g q j < 2 ^ (c.bits - 3)
  eq (q k p m t : Nat) : q < w.d_vocab → k < w.d_vocab → p < c.n + 1 → m < w.d_vocab → t < w.d_vocab →
    unit4 R w * (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) =
      (ofNat R (f p m) - ofNat R (f p t)) + (ofNat R (ov k m) - ofNat R (ov k t)) + D q m t
  direct (q m t : Nat) : q < w.d_vocab → m < w.d_vocab → t < w.d_vocab →
    ofNat R (g q m) - ofNat R (g q t) - ofNat R (2 ^ (2 * w.frac) * rest q) ≤ D q m t

/-- The numbers of a pair are right. -/
theorem sharePair_of (S : Scale) (q m A B T lo hi own own' : Nat) (e : End) :
    SharePair.Of S q m A B T lo hi own own' e (SharePair.of S.origin q m A B T lo hi own own' e) := by
  unfold SharePair.of
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  have twice : S.origin + (S.origin + B) = 2 * S.origin + B := by rw [Nat.two_mul, Nat.add_assoc]
  refine ⟨⟨rfl, rfl⟩, fun h => ?_, fun h => ?_, rfl, twice⟩
  · have hb : Nat.beq q m = true := h ▸ Nat.beq_self q
    rw [hb]
    exact ⟨rfl, rfl⟩
  · have hb : Nat.beq q m = false := by
      cases hb : Nat.beq q m with
      | false => rfl
      | true => exact absurd (Nat.eq_of_beq_eq_true _ _ hb) h
    rw [hb]
    show own * (e.ownOther + T + A - (S.origin + (S.origin + B))) = _ ∧ own' * (S.origin + (S.origin + B) - (e.ownOther + T + A)) = _
    rw [twice]
    exact ⟨rfl, rfl⟩

section
variable {f ov g : Nat → Nat → Nat} {rest : Nat → Nat} {D : Nat → Nat → Nat → R} {q m : Nat} {s : Seen} {ends : List End}
  (hn : w.n_ctx = c.n + 1) (hv : w.d_vocab = c.v) (hw : w.WellFormed) (hL : LogitsOf R w c f ov g rest D) (hQ : QueryOf R w c g rest q s)
  (hm : m < w.d_vocab) (hq : q ≤ m) (covers : ∀ t, t < w.d_vocab → t ≠ m → Covers R c.scale ends c.n m f (ov m) t)
include hn hv hw hL hQ hm hq covers

/-- An input with the query `q` and the maximum `m` is answered correctly if the ends pass. -/
theorem correct_of_ends {y : List Nat} (hy : y.length = c.n) (valid : Valid w (y ++ [q])) (hmax : maximum (y ++ [q]) = m)
    {Tq T lo hi : Nat} {W : Loads} (hTq : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R Tq ≤ gap R c.scale (ov q) m t)
    (hT : ∀ t, t < w.d_vocab → t ≠ m → ∀ p, p < y.length → token y p ≠ m → c.scale.margin R T ≤ gap R c.scale (ov (token y p)) m t)
    (loads : ∀ tok pos : Nat → R, SeenFactors R c.factorBits c.prec w.d_vocab c.n q s tok pos →
      (ofNat R W.low ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R W.high) ∧
        Share s.unit (2 ^ c.prec) (W.otherLow * lo) (W.otherHigh * hi) (massOther m y fun p => tok (token y p) * pos p))
    (pass : ∀ e, e ∈ ends → (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m) Tq
      (readLane c.factorBits s.lows m) (readLane c.factorBits s.highs m) s.own s.ownHigh e).passes s.unit (2 ^ c.prec) W lo hi T = true) :
    Correct R w (y ++ [q]) := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  have hlast : token (y ++ [q]) (w.n_ctx - 1) = q := by
    rw [hn, Nat.add_sub_cancel, ← hy]
    exact token_append_last y
  refine correct_of_margin valid hw.n_ctx hlast fun t ht hne => ?_
  rw [hmax] at hne ⊢
  match hQ.factors with
  | ⟨C, tok, pos, hC, F, weights⟩ =>
    have share := loads tok pos F
    have U : (0 : R) < c.scale.unit R := c.scale.unit_pos R
    have U4 := unit4_pos R w
    have rest_le : ofNat R (c.scale.cut s.direct.row m) - ofNat R (s.direct.others m) ≤ D q m t / c.scale.unit R := by
      have row : s.direct.row = pack c.scale.bits c.scale.count (g q) := hQ.row.trans (congrArg (fun v => pack c.bits v (g q)) hv)
      rw [row]
      refine le_trans (cut_sub_le (R := R) (S := c.scale) (fun j hj => hL.direct_small q j hqv (Nat.lt_of_lt_of_le hj (Nat.le_of_eq hv.symm))) (Nat.lt_of_lt_of_le hm (Nat.le_of_eq hv))
        (hQ.others t m ht hm hne)) ?_
      refine (le_div_iff U).mpr ?_
      have a := hL.direct q m t hqv hm ht
      have b := ofNat_le (R := R) (c.scale.le_cutUp (2 ^ (2 * w.frac) * rest q))
      rw [ofNat_mul (c.scale.cutUp (2 ^ (2 * w.frac) * rest q))] at b
      have e : (gap R c.scale (g q) m t - ofNat R (c.scale.cutUp (2 ^ (2 * w.frac) * rest q))) * c.scale.unit R =
          ofNat R (g q m) - ofNat R (g q t) - ofNat R (c.scale.cutUp (2 ^ (2 * w.frac) * rest q)) * c.scale.unit R := by
        rw [sub_mul]
        unfold gap
        rw [div_mul_cancel _ (ne_of_gt U)]
      rw [e]
      exact le_trans (sub_le_sub_left b _) a
    have positive := sum_pos_of_ends (V := ⟨tok, pos, f, ov, D q m t / c.scale.unit R⟩) (S := c.scale) (ends := ends) (m := m) (q := q) (t := t)
      (A := c.scale.cut s.direct.row m) (B := s.direct.others m) (Tq := Tq) (lo := readLane c.factorBits s.lows m)
      (hi := readLane c.factorBits s.highs m) (own := s.own) (own' := s.ownHigh) (f := s.unit) (g := 2 ^ c.prec) (y := y) (W := W) (lo' := lo) (hi' := hi) (T := T)
      (hy.symm ▸ covers t ht hne) F.tok_nonneg (fun p _ => F.pos_nonneg p) rest_le (fun _ => hTq t ht hne) (hT t ht hne)
      (massOf_tok (m := m) (y := y) ⟨tok, pos, f, ov, D q m t / c.scale.unit R⟩ ▸ share_mul (F.token m hm) share.left) share.right (hy.symm ▸ F.own)
      fun e he => ⟨_, sharePair_of _ _ _ _ _ _ _ _ _ _ e, pass e he⟩
    -- a term of the margin is a positive number times a term of `positive`
    have term (k p : Nat) (hk : k < w.d_vocab) (hp : p < c.n + 1) :
        C * c.scale.unit R / unit4 R w * Parts.term ⟨tok, pos, f, ov, D q m t / c.scale.unit R⟩ c.scale m t k p =
          exp ((EQKE R w q k + EQKP R w q p) / scale R w) *
            (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) := by
      rw [← weights k p hk hp]
      have e := hL.eq q k p m t hqv hk hp hm ht
      have sum : gap R c.scale (f p) m t + gap R c.scale (ov k) m t + D q m t / c.scale.unit R =
          unit4 R w * (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) / c.scale.unit R := by
        unfold gap
        rw [e, ← add_div, ← add_div]
      unfold Parts.term
      rw [sum]
      exact cancel _ _ _ (ne_of_gt U4) (ne_of_gt U)
    refine pos_of_mul_pos_left (a := unit4 R w / (C * c.scale.unit R)) ?_ (le_of_lt (div_pos U4 (mul_pos hC U)))
    have K : 0 < C * c.scale.unit R / unit4 R w := div_pos (mul_pos hC U) U4
    have CU := mul_pos hC U
    refine lt_of_lt_of_le positive (le_of_eq ?_)
    rw [hn, sum_succ, mul_add, mul_sum, hy]
    have back {x a : R} (h : C * c.scale.unit R / unit4 R w * x = a) : x = unit4 R w / (C * c.scale.unit R) * a := by
      rw [← h, ← mul_assoc, div_mul_div_comm _ _ (ne_of_gt CU) (ne_of_gt U4), mul_comm (unit4 R w), div_self (mul_ne_zero (ne_of_gt CU) (ne_of_gt U4)), one_mul]
    refine congr (congrArg _ (sum_congr fun p hp => ?_)) ?_
    · have tk : token (y ++ [q]) p = token y p := token_append (hy.symm ▸ hp)
      unfold weight pathLogit readOff
      rw [tk]
      exact back (term _ p (tk ▸ token_lt valid (hn.symm ▸ Nat.lt_succ_of_lt hp)) (Nat.lt_succ_of_lt hp))
    · have tk : token (y ++ [q]) c.n = q := hy ▸ token_append_last y
      unfold weight pathLogit readOff
      rw [tk]
      exact back (term q c.n hqv (Nat.lt_succ_self _))
where
  cancel (C x y : R) {u v z : R} (hu : u ≠ 0) (hv : v ≠ 0) : C * v / u * (x * y * (u * z / v)) = C * (x * y) * z := by
    have e : C * v / u * (x * y * (u * z / v)) = C * (x * y) * z * (v / v) * (u / u) := by
      show C * v * ExpField.inv u * (x * y * (u * z * ExpField.inv v)) = C * (x * y) * z * (v * ExpField.inv v) * (u * ExpField.inv u)
      ring [C, v, ExpField.inv u, x, y, u, z, ExpField.inv v]
    rw [e, div_self hu, div_self hv, mul_one, mul_one]

/-- The inputs of one class, when its tokens pass. -/
theorem atLeast_words {k size : Nat} (hk : k < classes c.n q m) {tokens : List Nat} (nodup : tokens.Nodup) (lt : ∀ s, s ∈ tokens → s < m)
    (size_le : size ≤ tokens.length) {Tq T lo hi : Nat} {W : Loads}
    (hTq : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R Tq ≤ gap R c.scale (ov q) m t)
    (hT : ∀ x, x ∈ tokens → ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R T ≤ gap R c.scale (ov x) m t)
    (loads : ∀ y, y.length = c.n → countOther m y = k → (∀ p, p < y.length → token y p ≠ m → token y p ∈ tokens) →
      ∀ tok pos : Nat → R, SeenFactors R c.factorBits c.prec w.d_vocab c.n q s tok pos →
      (ofNat R W.low ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R W.high) ∧
        Share s.unit (2 ^ c.prec) (W.otherLow * lo) (W.otherHigh * hi) (massOther m y fun p => tok (token y p) * pos p))
    (pass : ∀ e, e ∈ ends → (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m) Tq
      (readLane c.factorBits s.lows m) (readLane c.factorBits s.highs m) s.own s.ownHigh e).passes s.unit (2 ^ c.prec) W lo hi T = true) :
    AtLeast (binom c.n k * size ^ k) fun y => (Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = k := by
  have notMem : ¬m ∈ tokens := fun h => Nat.lt_irrefl m (lt m h)
  refine AtLeast.words nodup notMem size_le fun y hy => ?_
  have hmax := maximum_append_query lt hq hk hy
  have hlen := length_of_mem_words hy
  have others (p : Nat) (hp : p < y.length) (hne : token y p ≠ m) : token y p ∈ tokens :=
    (letter_of_mem_words hy _ (token_mem hp)).elim (fun e => absurd e hne) id
  exact ⟨correct_of_ends hn hv hw hL hQ hm hq covers hlen (valid_append_query hn hm lt hq hy) hmax hTq
    (fun t ht hne p hp hpm => hT _ (others p hp hpm) t ht hne) (loads y hlen (countOther_of_mem_words notMem hy) others) pass, hmax⟩

/-- The inputs of one query and one maximum. -/
theorem atLeast_counted {ms : List Nat} (hms : ms.length = m + 1)
    (margins : ∀ x, x ≤ m → ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R (ms.getD x 0) ≤ gap R c.scale (ov x) m t) (codes sizes : Nat) :
    AtLeast (counted (Measures.of c) c.scale m (binoms c.n c.n 1) ends
      (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) codes sizes q (ms.getD q 0) s)
      fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  unfold counted
  refine Runs.atLeast_decode fun N => ?_
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceSharePairs_eq]
  refine atLeast_countRuns (P := fun x => Correct R w x ∧ maximum x = m) (fun hc hz => ?_) fun j c₁ c₂ k h₁ h₂ h₃ h₄ => ?_
  · refine atLeast_words hn hv hw hL hQ hm hq covers (k := 0) (size := 0) (tokens := []) hc List.nodup_nil (fun _ h => nomatch h) (Nat.le_refl 0)
      (margins q hq) (T := 0) (fun _ h => nomatch h) (fun y hy hcount others tok pos F => ?_) (of_allPass hz)
    match F.lists with
    | ⟨ls, hs, ⟨⟨hl, hh⟩, hmass, hspread⟩, hpos, weights⟩ =>
      have spread : listTotal ls ≤ listTotal hs := by
        unfold listTotal
        rw [sumBy_eq, sumBy_eq, hl, hh]
        exact total_le_total fun p hp => le_of_ofNat_le (le_trans (hpos p hp).left (hpos p hp).right)
      have all (p : Nat) (hp : p < y.length) : token y p = m := by
        by_cases e : token y p = m
        case pos => exact e
        case neg => exact nomatch others p hp e
      have whole (a : Nat → R) : massOf m y a = sum y.length a := sum_congr fun p hp => ite_eq_left (all p hp)
      have none (a : Nat → R) : massOther m y a = 0 := by rw [massOther_eq, whole, sub_self]
      refine ⟨⟨?_, ?_⟩, ?_⟩
      · rw [whole]
        show ofNat R s.mass ≤ _
        rw [hmass]
        unfold listTotal
        rw [sumBy_eq, ofNat_total, hl, hy]
        exact sum_le_sum fun p hp => (hpos p hp).left
      · rw [whole]
        show _ ≤ ofNat R (s.mass + s.spread)
        rw [hmass, hspread, Nat.add_comm, Nat.sub_add_cancel spread]
        unfold listTotal
        rw [sumBy_eq, ofNat_total, hh, hy]
        exact sum_le_sum fun p hp => (hpos p hp).right
      · rw [none]
        show Share s.unit (2 ^ c.prec) (0 * 0) (0 * 0) 0
        exact ⟨le_refl (0 : R), le_refl (0 : R)⟩
  · rw [Nat.force_eq]
    show AtLeast (binom c.n k * sizeOf c.factorBits (c.width + 2) (2 ^ c.prec) m s (mapFold (SharePair.of c.scale.origin q m
      (c.scale.cut s.direct.row m) (s.direct.others m) (ms.getD q 0) (readLane c.factorBits s.lows m) (readLane c.factorBits s.highs m) s.own
      s.ownHigh) ends) (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) (readLane c.sizeBits sizes (q * c.n + j))
      (readLane c.factorBits s.low (c.n - c₂)) (readLane c.factorBits s.high (c.n - c₁)) ^ k) _
    unfold sizeOf
    have nothing : AtLeast (binom c.n k * 0 ^ k) fun y => (Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = k := by
      have e : binom c.n k * 0 ^ k = 0 := by
        match k, Nat.lt_of_lt_of_le h₁ h₂ with
        | k + 1, _ => rfl
      rw [e]
      exact AtLeast.zero
    cases hκ : Nat.ble (readLane c.sizeBits sizes (q * c.n + j)) m with
    | false => exact nothing
    | true =>
      have hκ := Nat.le_of_ble_eq_true hκ
      cases eκ : readLane c.sizeBits sizes (q * c.n + j) with
      | zero => exact nothing
      | succ i =>
        rw [eκ] at hκ
        show AtLeast (binom c.n k * (Nat.force _ fun U => Nat.force _ fun U' => Bool.rec (motive := fun _ => Nat) 0 (i + 1) _) ^ k) _
        rw [Nat.force_eq, Nat.force_eq, Loads.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
        cases test : allPass s.unit (2 ^ c.prec) (mapFold (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m)
            (ms.getD q 0) (readLane c.factorBits s.lows m) (readLane c.factorBits s.highs m) s.own s.ownHigh) ends)
            (Loads.of s.mass s.spread (readLane c.factorBits s.low (c.n - c₂)) (readLane c.factorBits s.high (c.n - c₁)))
            (readLane c.factorBits s.small i) (readLane c.factorBits s.large i)
            (readLane (c.width + 2) (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) i) with
        | false => exact nothing
        | true =>
          have iv : i < w.d_vocab := Nat.lt_of_lt_of_le (Nat.lt_of_succ_le hκ) (Nat.le_of_lt hm)
          refine atLeast_words hn hv hw hL hQ hm hq covers (tokens := List.range (i + 1)) (Nat.lt_of_le_of_lt h₃ h₄) List.nodup_range
            (fun x hx => Nat.lt_of_lt_of_le (List.mem_range.mp hx) hκ) (Nat.le_of_eq List.length_range.symm) (margins q hq)
            (fun x hx t ht hne => ?_) (fun y hy hcount others tok pos F => ?_) (of_allPass test)
          · have hxi := Nat.le_of_lt_succ (List.mem_range.mp hx)
            have xm : x ≤ m := Nat.le_trans hxi (Nat.le_of_succ_le hκ)
            refine le_trans (sub_le_sub_right (ofNat_le ?_) _) (margins x xm t ht hne)
            exact running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) (hms.symm ▸ Nat.lt_succ_of_le (Nat.le_of_succ_le hκ)) hxi
          · match F.lists with
            | ⟨ls, hs, ⟨⟨hl, hh⟩, hmass, hspread⟩, hpos, weights⟩ =>
              have L := loads_spec hl hh hy hpos hcount h₂ h₃ weights
              have W : Loads.of s.mass s.spread (readLane c.factorBits s.low (c.n - c₂)) (readLane c.factorBits s.high (c.n - c₁)) =
                  ⟨digit c.factorBits s.low (c.n - c₂), digit c.factorBits s.high (c.n - c₁) + (listTotal hs - listTotal ls),
                    listTotal ls - digit c.factorBits s.high (c.n - c₁),
                    listTotal ls + (listTotal hs - listTotal ls) - digit c.factorBits s.low (c.n - c₂)⟩ := by
                rw [← hspread, ← hmass]
                rfl
              rw [W]
              refine ⟨L.left, share_other (V := ⟨tok, pos, f, ov, 0⟩) (fun p _ => F.pos_nonneg p) (fun p hp hne => ?_) L.right.left L.right.right⟩
              have hxi := Nat.le_of_lt_succ (List.mem_range.mp (others p hp hne))
              have b := F.token (token y p) (Nat.lt_of_le_of_lt hxi iv)
              have e := F.prefix_ i (token y p) iv hxi
              exact ⟨le_trans (ofNat_le (Nat.mul_le_mul_left _ e.left)) b.left, le_trans b.right (ofNat_le (Nat.mul_le_mul_left _ e.right))⟩

end
end Compact
