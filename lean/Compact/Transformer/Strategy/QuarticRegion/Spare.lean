prelude
import Compact.Transformer.Classes.Decides
import Compact.Transformer.Strategy.Quartic.Sheet
import Compact.Transformer.Strategy.QuarticRegion.Check
/-!
# Quartic, for a region: tokens that take no more than is spared

A token that takes no more than a row of what is spared, if it has all the weight that the maximum leaves, passes with every weight that the positions
with the maximum may have (`passes_of_row`).
-/
namespace Compact
namespace QuarticRegion

/-- What a token takes, from rounded factors: `c` is a little more than `W * e / 2^z`, and `g` the gap of `p'` below `p`, plus `C`. -/
theorem takes_whole {c z W e p p' C g k : Nat} (hc : W * e ≤ 2 ^ z * c) (hg : g + p' = C + p) (h : c * C ≤ c * g + k) :
    W * (e * p') ≤ 2 ^ z * k + W * (e * p) := by
  cases Nat.le_total p' p with
  | inl le => exact Nat.le_trans (Nat.mul_le_mul_left W (Nat.mul_le_mul_left e le)) (Nat.le_add_left _ _)
  | inr le =>
    match Nat.exists_eq_add_of_le le with
    | ⟨d, ed⟩ =>
      subst ed
      have gap : g + d = C := Nat.add_right_cancel (m := p) (by rw [← hg, Nat.add_assoc, Nat.add_comm d p])
      have taken : c * d ≤ k := by
        rw [← gap, Nat.mul_add] at h
        exact Nat.le_of_add_le_add_left h
      have scaled : W * e * d ≤ 2 ^ z * k := by
        refine Nat.le_trans (Nat.mul_le_mul_right d hc) ?_
        rw [Nat.mul_assoc]
        exact Nat.mul_le_mul_left _ taken
      refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.add_le_add_right scaled _)
      ring [W, e, p, d]

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {S : Sheet.Sheets} {T : Enclosure} {X : Nat → Nat}
  {q m slack z : Nat} (K : Sheet.Pair R P prec t S T X q m slack z)
include K

/-- What is spared over the output `j`, if the positions with the maximum weigh at least `U`. -/
noncomputable def spareAt (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m slack z U j : Nat) : Nat :=
  Sheet.gainedAt T X t.n q m z U j - Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j

/-- A token that takes no more than is spared passes, if the positions with the maximum weigh no less. -/
theorem passes_of_row {c U V s : Nat} (hUV : U ≤ V) (hV : V ≤ T.mass q t.n) (hc : (T.mass q t.n - U) * T.tokenLo q s ≤ 2 ^ z * c)
    (loss : ∀ j, j < t.v → Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ Sheet.gainedAt T X t.n q m z U j)
    (row : ∀ j, j < t.v → c * (4 * 2 ^ t.width) ≤ c * Sheet.gapAt t T X q m s j + spareAt t T X q m slack z U j) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m V (T.mass q t.n - V) s := fun j hj hne => by
  have enough : spareAt t T X q m slack z U j + Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ Sheet.gainedAt T X t.n q m z U j :=
    Nat.le_of_eq (Nat.sub_add_cancel (loss j hj))
  have spared := Sheet.spared_between hUV hV hne enough
  have lighter : (T.mass q t.n - V) * T.tokenLo q s ≤ 2 ^ z * c :=
    Nat.le_trans (Nat.mul_le_mul_right _ (Nat.sub_le_sub_left hUV _)) hc
  have taken := takes_whole lighter (K.gap_add s hj) (row j hj)
  unfold Enclosure.mix
  rw [Nat.mul_assoc V, Nat.mul_assoc V] at spared
  exact together spared taken
where
  together {a b c d e f l k : Nat} (spared : a + e + l + (k + 1) ≤ b + f) (taken : c ≤ k + d) : a + c + e + l < b + d + f := by
    refine Nat.le_of_linear (Nat.add_le_add spared taken) ?_
    show b + d + f + (a + e + l + (k + 1) + c) = a + c + e + l + 1 + (b + f + (k + d))
    ring [a, b, c, d, e, f, l, k]

/-- What one row shows: lanes are wide enough, and no lane takes more than is spared. -/
theorem of_rowPasses {W U e : Nat} {g : Nat → Nat} (hU : U ≤ T.mass q t.n) (gap : ∀ j, j < t.v → g j ≤ 8 * 2 ^ t.width)
    (h : rowPasses (Sheet.Frame.of t S (Sheet.tokenRows t S)) S.spareBits z W (pack S.laneBits t.v (spareAt t T X q m slack z U)) (pack S.laneBits t.v g) e = true) :
    ∃ c, (∀ e', e' ≤ e → W * e' ≤ 2 ^ z * c) ∧ ∀ j, j < t.v → c * (4 * 2 ^ t.width) ≤ c * g j + spareAt t T X q m slack z U j := by
  unfold rowPasses at h
  rw [Nat.force_eq] at h
  refine ⟨W * e / 2 ^ z + 1, fun e' he => Nat.le_trans (Nat.mul_le_mul_left W he) (Nat.le_of_lt (Sheet.lt_succ_div_mul _ z)), fun j hj => ?_⟩
  generalize ec : W * e / 2 ^ z + 1 = c
  have h : (Nat.ble (c * (8 * 2 ^ t.width) + 2 ^ S.spareBits) (2 ^ (S.laneBits - 1)) &&
      lanesLe (Sheet.Frame.of t S (Sheet.tokenRows t S)).tops (c * (4 * 2 ^ t.width) * (Sheet.Frame.of t S (Sheet.tokenRows t S)).one)
        (c * pack S.laneBits t.v g + pack S.laneBits t.v (spareAt t T X q m slack z U))) = true := ec ▸ h
  have room := Nat.le_of_ble_eq_true (Bool.and_left h)
  have lanes := Bool.and_right h
  rw [K.fits.tops_eq, K.fits.one_eq, mul_ones _ _ (c * (4 * 2 ^ t.width)), mul_pack, pack_add] at lanes
  refine of_lanesLe K.fits.lane_pos (fun j _ => ?_) (fun j hj => ?_) lanes hj
  · refine Nat.le_trans (Nat.mul_le_mul_left c (Nat.mul_le_mul_right _ (by decide : 4 ≤ 8))) (Nat.le_trans (Nat.le_add_right _ _) room)
  · refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_le_of_lt (Nat.mul_le_mul_left c (gap j hj)) ?_) room
    exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (K.gained_le hU)) (two_pow_sub_one_lt _)

end
end QuarticRegion
end Compact
