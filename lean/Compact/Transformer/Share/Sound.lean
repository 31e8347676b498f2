prelude
import Compact.Transformer.Classes.CountRuns
import Compact.Transformer.Share.Correct
/-!
# The count of shares is sound

From correct answers to the inputs of a class, and of all classes of one query and one maximum.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

section
variable {f ov g : Nat → Nat → Nat} {rest : Nat → Nat} {D : Nat → Nat → Nat → R} {q m : Nat} {s : Seen} {ends : List End}
  (hn : w.n_ctx = c.n + 1) (hv : w.d_vocab = c.v) (hw : w.WellFormed) (hL : LogitsOf R w c f ov g rest D) (hQ : QueryOf R w c g rest q s)
  (hm : m < w.d_vocab) (hq : q ≤ m) (covers : ∀ t, t < w.d_vocab → t ≠ m → Covers R c.scale ends c.n m f (ov m) t)
include hn hv hw hL hQ hm hq covers

/-- The inputs of one class, when its tokens pass. -/
theorem atLeast_words {k size : Nat} (hk : k < classes c.n q m) {tokens : List Nat} (nodup : tokens.Nodup) (lt : ∀ s, s ∈ tokens → s < m)
    (size_le : size ≤ tokens.length) {Tq T lo hi : Nat} {W : Loads}
    (hTq : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R Tq ≤ gap R c.scale (ov q) m t)
    (hT : ∀ x, x ∈ tokens → ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R T ≤ gap R c.scale (ov x) m t)
    (loads : ∀ y, y.length = c.n → countOther m y = k → (∀ p, p < y.length → token y p ≠ m → token y p ∈ tokens) →
      ∀ tok pos : Nat → R, SeenFactors R c.scoreBits c.prec w.d_vocab c.n q s tok pos →
      (ofNat R W.low ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R W.high) ∧
        Share s.unit (2 ^ c.prec) (W.otherLow * lo) (W.otherHigh * hi) (massOther m y fun p => tok (token y p) * pos p))
    (pass : ∀ e, e ∈ ends → (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m) Tq
      (readLane c.scoreBits s.lows m) (readLane c.scoreBits s.highs m) s.own s.ownHigh e).passes s.unit (2 ^ c.prec) W lo hi T = true) :
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
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceSharePairs_eq]
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
    show AtLeast (binom c.n k * sizeOf c.scoreBits (c.width + 2) (2 ^ c.prec) m s (mapFold (SharePair.of c.scale.origin q m
      (c.scale.cut s.direct.row m) (s.direct.others m) (ms.getD q 0) (readLane c.scoreBits s.lows m) (readLane c.scoreBits s.highs m) s.own
      s.ownHigh) ends) (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) (readLane c.sizeBits sizes (q * c.n + j))
      (readLane c.scoreBits s.low (c.n - c₂)) (readLane c.scoreBits s.high (c.n - c₁)) ^ k) _
    unfold sizeOf
    have nothing : AtLeast (binom c.n k * 0 ^ k) fun y => (Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = k := by
      have e : binom c.n k * 0 ^ k = 0 := by
        match k, Nat.lt_of_lt_of_le h₁ h₂ with
        | k + 1, _ => rfl
      rw [e]
      exact AtLeast.zero
    cases eκ : readLane c.sizeBits sizes (q * c.n + j) with
    | zero => exact nothing
    | succ i =>
      show AtLeast (binom c.n k * (Bool.rec (motive := fun _ => Nat) 0 (i + 1) _) ^ k) _
      cases test : (Nat.ble (i + 1) m && allPass s.unit (2 ^ c.prec) (mapFold (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m)
          (s.direct.others m) (ms.getD q 0) (readLane c.scoreBits s.lows m) (readLane c.scoreBits s.highs m) s.own s.ownHigh) ends)
          (Loads.of s.mass s.spread (readLane c.scoreBits s.low (c.n - c₂)) (readLane c.scoreBits s.high (c.n - c₁)))
          (readLane c.scoreBits s.small i) (readLane c.scoreBits s.large i)
          (readLane (c.width + 2) (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) i)) with
      | false => exact nothing
      | true =>
        have hκ : i + 1 ≤ m := Nat.le_of_ble_eq_true (Bool.and_left test)
        have iv : i < w.d_vocab := Nat.lt_of_lt_of_le (Nat.lt_of_succ_le hκ) (Nat.le_of_lt hm)
        refine atLeast_words hn hv hw hL hQ hm hq covers (tokens := List.range (i + 1)) (Nat.lt_of_le_of_lt h₃ h₄) List.nodup_range
          (fun x hx => Nat.lt_of_lt_of_le (List.mem_range.mp hx) hκ) (Nat.le_of_eq List.length_range.symm) (margins q hq)
          (fun x hx t ht hne => ?_) (fun y hy hcount others tok pos F => ?_) (of_allPass (Bool.and_right test))
        · have hxi := Nat.le_of_lt_succ (List.mem_range.mp hx)
          have xm : x ≤ m := Nat.le_trans hxi (Nat.le_of_succ_le hκ)
          refine le_trans (sub_le_sub_right (ofNat_le ?_) _) (margins x xm t ht hne)
          exact running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) (hms.symm ▸ Nat.lt_succ_of_le (Nat.le_of_succ_le hκ)) hxi
        · match F.lists with
          | ⟨ls, hs, ⟨⟨hl, hh⟩, hmass, hspread⟩, hpos, weights⟩ =>
            have L := loads_spec hl hh hy hpos hcount h₂ h₃ weights
            have W : Loads.of s.mass s.spread (readLane c.scoreBits s.low (c.n - c₂)) (readLane c.scoreBits s.high (c.n - c₁)) =
                ⟨digit c.scoreBits s.low (c.n - c₂), digit c.scoreBits s.high (c.n - c₁) + (listTotal hs - listTotal ls),
                  listTotal ls - digit c.scoreBits s.high (c.n - c₁),
                  listTotal ls + (listTotal hs - listTotal ls) - digit c.scoreBits s.low (c.n - c₂)⟩ := by
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
