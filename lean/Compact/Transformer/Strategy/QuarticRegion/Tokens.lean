prelude
import Compact.Transformer.Strategy.QuarticRegion.Spare
/-!
# Quartic, for a region: the tokens of one query and one maximum

What `tokensPass` shows: all tokens of the region pass, whatever the positions with the maximum weigh (`of_tokensPass`).
-/
namespace Compact
namespace QuarticRegion

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {N : Narrow} {T : Enclosure} {X : Nat → Nat} {q m slack z : Nat}

/-- Gaps, lane by lane. -/
theorem gapsOf_pack (G : Sheet.Fits t (N.sheets t)) (hm : m < t.v) {C : Nat} {f : Nat → Nat} (lt : ∀ j, j < t.v → f j < 2 ^ N.laneBits)
    (le : ∀ j, j < t.v → f j ≤ C) :
    gapsOf (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m C (pack N.laneBits t.v f) = pack N.laneBits t.v fun j => f m + C - f j := by
  have lane : readLane N.laneBits (pack N.laneBits t.v f) m = f m := digit_pack _ lt hm
  have one : (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).one = ones N.laneBits t.v := G.one_eq _
  show (readLane N.laneBits (pack N.laneBits t.v f) m + C) * _ - _ = _
  rw [lane, one, mul_ones, pack_sub _ fun j hj => Nat.le_add_left_of_le (le j hj)]

/-- What `tokensPass` shows of all tokens up to `p`. -/
theorem of_tokensPass (A : Sheet.Pair R P prec t (N.sheets t) T X q m slack z) {p U : Nat} (hp : p < m) (hU : U ≤ T.mass q t.n)
    (h : tokensPass N (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m t.bits p z
      (pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)) (pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z U))
      (pack N.laneBits t.v fun j => T.direct q j + X j) (T.mass q t.n - U) (Sheet.Asked.of t (N.sheets t) q) = true)
    {s V : Nat} (hs : s ≤ p) (hUV : U ≤ V) (hV : V ≤ T.mass q t.n) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m V (T.mass q t.n - V) s := by
  have G := A.fits
  have hT := A.describe
  have hm := A.known.m_lt
  have loss (j : Nat) (hj : j < t.v) := A.loss_le_gained hU (Bool.and_left h) hj
  have h := Bool.and_right h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
  generalize rest_eq : Nat.sub p (readLane 16 (nth 0 N.firsts m) (Sheet.Asked.of t (N.sheets t) q).q) = rest at h
  have rest_le : rest ≤ p := rest_eq ▸ Nat.sub_le p _
  generalize last_eq : Nat.sub p rest = last at h
  have sum : last + rest = p := last_eq ▸ Nat.sub_add_cancel rest_le
  have last_lt : last < m := Nat.lt_of_le_of_lt (sum ▸ Nat.le_add_right last rest) hp
  have spare_eq : Nat.sub (pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z U))
      (pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)) = pack N.laneBits t.v (spareAt t T X q m slack z U) :=
    pack_sub _ loss
  have base_le (j : Nat) (hj : j < t.v) : T.direct q j + X j ≤ 3 * 2 ^ t.width := A.base_le hj
  have base_eq := gapsOf_pack G hm (f := fun j => T.direct q j + X j)
    (fun j hj => G.lane_lt (Nat.le_trans (base_le j hj) (Nat.mul_le_mul_right _ (by decide)))) base_le
  have unit_eq : Nat.mul 3 (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).unit = 3 * 2 ^ t.width := rfl
  rw [spare_eq, unit_eq, base_eq] at h
  have base_gap (j : Nat) : T.direct q m + X m + 3 * 2 ^ t.width - (T.direct q j + X j) ≤ 6 * 2 ^ t.width := by
    refine Nat.le_trans (Nat.sub_le _ _) (Nat.le_trans (Nat.add_le_add_right (base_le m hm) _) (Nat.le_of_eq ?_))
    ring [2 ^ t.width]
  cases Nat.lt_or_ge s (last + 1) with
  | inl first =>
    match Sheet.leastGaps_eq G hT hm (Nat.succ_le_of_lt last_lt) with
    | ⟨least, least_eq, least_le, least_spec⟩ =>
      have row := Bool.and_left h
      rw [least_eq] at row
      have row : rowPasses _ N.spareBits z _ _ (pack N.laneBits t.v least + pack N.laneBits t.v _) _ = true := row
      rw [pack_add] at row
      match of_rowPasses A hU (fun j hj => Nat.le_trans (Nat.add_le_add (least_le j hj) (base_gap j)) (Nat.le_of_eq (Nat.add_mul 2 6 _).symm)) row with
      | ⟨c, factor, lanes⟩ =>
        refine passes_of_row A hUV hV (factor _ (Sheet.greatest_spec G hT A.q_lt last s (Nat.lt_trans last_lt hm) (Nat.le_of_lt_succ first))) loss
          fun j hj => Nat.le_trans (lanes j hj) (Nat.add_le_add_right (Nat.mul_le_mul_left c ?_) _)
        exact Nat.add_le_add_right (least_spec s first j hj) _
  | inr later =>
    match Nat.exists_eq_add_of_le later with
    | ⟨i, es⟩ =>
      have hi : i < rest := by
        refine Nat.lt_of_add_lt_add_left (k := last + 1) ?_
        rw [← es, Nat.add_right_comm, sum]
        exact Nat.lt_succ_of_le hs
      have hsv : s < t.v := Nat.lt_trans (Nat.lt_of_le_of_lt hs hp) hm
      have row := of_allBelow (Bool.and_right h) hi
      rw [Nat.force_eq, Nat.force_eq] at row
      have s_eq : Nat.add (Nat.succ last) i = s := es.symm
      have token_eq : nth 0 (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).rows s = pack N.laneBits t.v (T.token s) :=
        (nth_eq _ _ _).trans (Sheet.getD_tokenRows G hT hsv)
      have gaps_eq := gapsOf_pack G hm (f := T.token s)
        (fun j _ => G.lane_lt (Nat.le_trans (Sheet.token_le hT s j) (Sheet.unit_le (by decide)))) (fun j _ => Sheet.token_le hT s j)
      have low_eq : readLane t.bits (Sheet.Asked.of t (N.sheets t) q).lows s = T.tokenLo q s := by
        show digit t.bits (nth 0 t.tokenLo q) s = _
        rw [nth_eq]
        exact hT.tokenLo q s A.q_lt hsv
      rw [s_eq, token_eq, low_eq] at row
      have row : rowPasses _ N.spareBits z _ _ (gapsOf (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m (2 ^ t.width)
        (pack N.laneBits t.v (T.token s)) + pack N.laneBits t.v _) _ = true := row
      rw [gaps_eq, pack_add] at row
      match of_rowPasses (g := Sheet.gapAt t T X q m s) A hU (fun j _ => A.gap_le s j) row with
      | ⟨c, factor, lanes⟩ => exact passes_of_row A hUV hV (factor _ (Nat.le_refl _)) loss lanes

end
end QuarticRegion
end Compact
