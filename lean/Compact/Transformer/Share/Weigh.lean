prelude
import Compact.Averaging.Margin
import Compact.Transformer.Classes.Masses
import Compact.Transformer.Share.Test
/-!
# How much weight the positions of a class have

Of a word `y` with `c` tokens other than `m` it is known how many positions hold `m`, so the weight of these is bounded, and so is
that of the others.  Weights of positions are known up to rounding: between the entries of two lists.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The weights of a run of classes with `c₁` to `c₂` other tokens; `low` and `high` are packed, `spread` is what all upper bounds
exceed all lower bounds by. -/
noncomputable def Loads.of (mass spread low high : Nat) : Loads where
  low := low
  high := Nat.add high spread
  otherLow := Nat.sub mass high
  otherHigh := Nat.sub (Nat.add mass spread) low

section
variable {n : Nat} {ls hs y : List Nat} {pos : Nat → R} (hl : ls.length = n) (hh : hs.length = n) (hy : y.length = n)
  (hpos : ∀ p, p < n → ofNat R (ls.getD p 0) ≤ pos p ∧ pos p ≤ ofNat R (hs.getD p 0))
include hl hh hy hpos

theorem massOf_bounds (m : Nat) : ofNat R (massNat (fun p => ls.getD p 0) m y) ≤ massOf m y pos ∧
    massOf m y pos ≤ ofNat R (massNat (fun p => ls.getD p 0) m y) + (ofNat R (listTotal hs) - ofNat R (listTotal ls)) := by
  rw [ofNat_massNat]
  unfold massOf
  refine ⟨sum_le_sum fun p hp => ?_, ?_⟩
  · by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e]; exact (hpos p (hy ▸ hp)).left
    case neg => rw [ite_eq_right e, ite_eq_right e]; exact le_rfl
  · have total (xs : List Nat) (hx : xs.length = n) : ofNat R (listTotal xs) = sum n fun p => ofNat R (xs.getD p 0) := by
      unfold listTotal
      rw [sumBy_eq, ofNat_total, hx]
    rw [total hs hh, total ls hl, ← sum_sub, hy, ← sum_add]
    refine sum_le_sum fun p hp => ?_
    have b := hpos p hp
    by_cases e : token y p = m
    case pos =>
      rw [ite_eq_left e, ite_eq_left e]
      exact le_of_linear b.right (by ring [pos p, ofNat R (ls.getD p 0), ofNat R (hs.getD p 0)])
    case neg =>
      rw [ite_eq_right e, ite_eq_right e, zero_add]
      exact sub_nonneg.mpr (le_trans b.left b.right)

/-- The weights of the positions of a word, those that hold `m` and the others. -/
theorem loads_spec {L lows highs m c c₁ c₂ : Nat} (hc : countOther m y = c) (h₁ : c₁ ≤ c) (h₂ : c ≤ c₂)
    (weights : ∀ k, k ≤ n → MassDescribe L n (listTotal ls) lows highs ls k) :
    (ofNat R (digit L lows (n - c₂)) ≤ massOf m y pos ∧
      massOf m y pos ≤ ofNat R (digit L highs (n - c₁) + (listTotal hs - listTotal ls))) ∧
    (ofNat R (listTotal ls - digit L highs (n - c₁)) ≤ massOther m y pos ∧
      massOther m y pos ≤ ofNat R (listTotal ls + (listTotal hs - listTotal ls) - digit L lows (n - c₂))) := by
  have hcn : c ≤ n := hc ▸ hy ▸ countOther_le m y
  have at_c := weights (n - c) (Nat.sub_le _ _)
  have first := weights (n - c₁) (Nat.sub_le _ _)
  have last := weights (n - c₂) (Nat.sub_le _ _)
  have lowNat : digit L lows (n - c₂) ≤ massNat (fun p => ls.getD p 0) m y := by
    refine Nat.le_trans (last.low_mono _ (Nat.sub_le_sub_left h₂ _) (Nat.sub_le _ _)) ?_
    match at_c.low with
    | ⟨T, e⟩ =>
      rw [e]
      have h := lowMass_le_massNat (hl.trans hy.symm) m T
      rw [hy, hc] at h
      exact h
  have highNat : massNat (fun p => ls.getD p 0) m y ≤ digit L highs (n - c₁) := by
    refine Nat.le_trans ?_ (at_c.high_mono _ (Nat.sub_le_sub_left h₁ _) (Nat.sub_le _ _))
    match at_c.high with
    | ⟨T, e⟩ =>
      rw [e]
      have h := massNat_le_highMass (hl.trans hy.symm) m T
      rw [hy, hc] at h
      exact h
  have highLe : digit L highs (n - c₁) ≤ listTotal ls := match first.high with
    | ⟨_, e⟩ => e ▸ highMass_le _ _ _ _
  have b := massOf_bounds hl hh hy hpos m
  have spread : listTotal ls ≤ listTotal hs := by
    unfold listTotal
    rw [sumBy_eq, sumBy_eq, hl, hh]
    exact total_le_total fun p hp => le_of_ofNat_le (le_trans (hpos p hp).left (hpos p hp).right)
  have total : massOther m y pos = sum y.length pos - massOf m y pos := massOther_eq m y pos
  have sum_ge : ofNat R (listTotal ls) ≤ sum y.length pos := by
    unfold listTotal
    rw [sumBy_eq, ofNat_total, hl, hy]
    exact sum_le_sum fun p hp => (hpos p hp).left
  have sum_le : sum y.length pos ≤ ofNat R (listTotal hs) := by
    unfold listTotal
    rw [sumBy_eq, ofNat_total, hh, hy]
    exact sum_le_sum fun p hp => (hpos p hp).right
  have other_ge : ofNat R (listTotal ls) - ofNat R (massNat (fun p => ls.getD p 0) m y) ≤ massOther m y pos := by
    have e := ofNat_massNat (R := R) (fun p => ls.getD p 0) m y
    have whole : ofNat R (listTotal ls) = sum y.length fun p => ofNat R (ls.getD p 0) := by
      unfold listTotal
      rw [sumBy_eq, ofNat_total, hl, hy]
    rw [e, whole, ← massOther_eq]
    unfold massOther
    refine sum_le_sum fun p hp => ?_
    by_cases h : token y p = m
    case pos => rw [ite_eq_left h, ite_eq_left h]; exact le_rfl
    case neg => rw [ite_eq_right h, ite_eq_right h]; exact (hpos p (hy ▸ hp)).left
  refine ⟨⟨le_trans (ofNat_le lowNat) b.left, ?_⟩, ?_, ?_⟩
  · rw [ofNat_add, ofNat_sub spread]
    exact le_trans b.right (add_le_add_right (ofNat_le highNat) _)
  · rw [ofNat_sub highLe]
    exact le_trans (sub_le_sub_left (ofNat_le highNat) _) other_ge
  · rw [ofNat_sub (Nat.le_trans lowNat (Nat.le_trans (Nat.le_trans highNat highLe) (Nat.le_add_right _ _))), ofNat_add,
      ofNat_sub spread, total]
    refine le_trans (sub_le_sub sum_le (le_trans (ofNat_le lowNat) b.left)) (le_of_eq ?_)
    ring [ofNat R (listTotal hs), ofNat R (listTotal ls), ofNat R (digit L lows (n - c₂))]

end
end Compact
