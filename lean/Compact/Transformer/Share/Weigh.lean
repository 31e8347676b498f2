prelude
import Compact.Averaging.Margin
import Compact.Transformer.Classes.Masses
import Compact.Transformer.Share.Test
/-!
# How much weight the positions of a class have

Of a word `y` with `c` tokens other than `m` it is known how many positions hold `m`, so the weight of these is bounded.  Weights of positions are known up to rounding: between the entries of two lists.
-/
namespace Compact
variable {R : Type} [ExpField R]

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

/-- The weight of the positions of a word that hold `m`. -/
theorem weight_spec {L lows highs m c : Nat} (hc : countOther m y = c) (weights : MassDescribe L n (listTotal ls) lows highs ls (n - c)) :
    ofNat R (digit L lows (n - c)) ≤ massOf m y pos ∧
      massOf m y pos ≤ ofNat R (digit L highs (n - c) + (listTotal hs - listTotal ls)) := by
  have lowNat : digit L lows (n - c) ≤ massNat (fun p => ls.getD p 0) m y :=
    match weights.low with
    | ⟨T, e⟩ => e ▸ hy ▸ hc ▸ lowMass_le_massNat (hl.trans hy.symm) m T
  have highNat : massNat (fun p => ls.getD p 0) m y ≤ digit L highs (n - c) :=
    match weights.high with
    | ⟨T, e⟩ => e ▸ hy ▸ hc ▸ massNat_le_highMass (hl.trans hy.symm) m T
  have b := massOf_bounds hl hh hy hpos m
  have spread : listTotal ls ≤ listTotal hs := by
    unfold listTotal
    rw [sumBy_eq, sumBy_eq, hl, hh]
    exact total_le_total fun p hp => le_of_ofNat_le (le_trans (hpos p hp).left (hpos p hp).right)
  refine ⟨le_trans (ofNat_le lowNat) b.left, ?_⟩
  rw [ofNat_add, ofNat_sub spread]
  exact le_trans b.right (add_le_add_right (ofNat_le highNat) _)

end
end Compact
