prelude
import Compact.Averaging.Mass
import Compact.Averaging.Threshold
/-!
# Averaging with natural weights

The form that strategies use.  Of `y` it is only known how many positions hold the token `m`, so the weight
of these positions is only known to lie between two bounds; but the sum is affine in it, so it is enough to
test both bounds, for each of the other tokens alone.
-/
namespace Compact
variable {R : Type} [ExpField R]

theorem ofNat_total (n : Nat) (f : Nat → Nat) : ofNat R (total n f) = sum n fun i => ofNat R (f i) := by
  induction n with
  | zero => rfl
  | succ n ih => rw [total_succ, ofNat_add, ih, sum_succ]

theorem ofNat_massNat (l : Nat → Nat) (m : Nat) (y : List Nat) :
    ofNat R (massNat l m y) = massOf m y fun p => ofNat R (l p) := by
  refine (ofNat_total _ _).trans (sum_congr fun p _ => ?_)
  by_cases h : token y p = m
  case pos => rw [ite_eq_left h, ite_eq_left h]
  case neg => rw [ite_eq_right h, ite_eq_right h]; rfl

theorem countOther_eq_zero {m : Nat} {y : List Nat} (h : ∀ t, t ∈ y → t = m) : countOther m y = 0 := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    exact (ite_eq_left (h t List.mem_cons_self)).trans (ih fun s hs => h s (List.mem_cons_of_mem t hs))

section
variable {m F : Nat} {y : List Nat} {u : Nat → R} {C : R}

/-- The value of `y` when the positions that hold `m` have the weight `U` of the total `F`, and `s` is in
all the others. -/
def placed (u : Nat → R) (C : R) (m F U s : Nat) : R := ofNat R U * u m + ofNat R (F - U) * u s + C

theorem placed_pos {L H U s : Nat} (hL : L ≤ U) (hH : U ≤ H) (hF : H ≤ F) (low : 0 < placed u C m F L s)
    (high : 0 < placed u C m F H s) : 0 < placed u C m F U s := by
  have hU := Nat.le_trans hH hF
  unfold placed at low high ⊢
  rw [ofNat_sub (Nat.le_trans hL hU)] at low
  rw [ofNat_sub hF] at high
  rw [ofNat_sub hU]
  exact affine_pos (ofNat_le hL) (ofNat_le hH) low high

/-- Averaging between any two bounds on the weight of the positions that hold `m`. -/
theorem averaging_between {l : Nat → Nat} {L H : Nat} (hL : L ≤ massNat l m y) (hH : massNat l m y ≤ H)
    (hF : H ≤ total y.length l)
    (h : ∀ s, s ∈ y → s ≠ m → 0 < placed u C m (total y.length l) L s ∧ 0 < placed u C m (total y.length l) H s)
    (all : (∀ t, t ∈ y → t = m) → 0 < ofNat R (total y.length l) * u m + C) :
    0 < (sum y.length fun p => ofNat R (l p) * u (token y p)) + C := by
  refine averaging (m := m) (fun p _ => ofNat_nonneg (l p)) (fun s hs hne => ?_) ?_
  · have e := placed_pos hL hH hF (h s hs hne).left (h s hs hne).right
    unfold placed at e
    rw [ofNat_sub (Nat.le_trans hH hF), ofNat_massNat, ofNat_total] at e
    rw [massOther_eq]
    exact e
  · rw [← ofNat_total]; exact all

/-- Averaging between the bounds that two thresholds give, for a word `y` with `c` tokens other than `m` and
a list `ls` of position weights. -/
theorem averaging_thresholds {ls : List Nat} {c : Nat} (T T' : Nat) (hlen : ls.length = y.length)
    (hc : countOther m y = c) (hF : listTotal ls = F)
    (h : ∀ s, s ∈ y → s ≠ m →
      0 < placed u C m F (lowMass ls (y.length - c) T) s ∧ 0 < placed u C m F (highMass ls F (y.length - c) T') s)
    (all : c = 0 → 0 < ofNat R F * u m + C) :
    0 < (sum y.length fun p => ofNat R (ls.getD p 0) * u (token y p)) + C := by
  have e : F = total y.length fun p => ls.getD p 0 := by
    rw [← hF, ← hlen]; exact sumBy_eq (fun l => l) ls
  have hH := massNat_le_highMass hlen m T'
  have hL := lowMass_le_massNat hlen m T
  rw [hF, hc] at hH
  rw [hc] at hL
  rw [e] at h all hH
  exact averaging_between hL hH (highMass_le _ _ _ _) h fun h' => all (hc ▸ countOther_eq_zero h')

end
end Compact
