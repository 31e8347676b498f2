prelude
import Compact.Classes.Mix
import Compact.Minimum.Running
/-!
# The slack of a query, for all maxima at once

What rounding may cost a position that holds the token `k`, bounded from the largest factor of a position and the
widest interval of one; running maxima over `k` bound it for all tokens up to a maximum (`Enclosure.SlackLe`).
-/
namespace Compact

/-- The largest bound of an interval, over a list. -/
noncomputable def highest (xs : List (Nat × Nat)) : Nat := maxList (mapFold (fun x => greatest x.1 x.2) xs)

/-- The widest interval of a list. -/
noncomputable def widest (xs : List (Nat × Nat)) : Nat := maxList (mapFold (fun x => Nat.sub x.2 x.1) xs)

/-- The slack of a token with the factor bounds `e`, whatever the position, with factors up to `h` in intervals of
width up to `d`. -/
noncomputable def tokenSlack (B h d : Nat) (e : Nat × Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add (Nat.mul e.2 d) (Nat.mul (Nat.sub e.2 e.1) h)) B) (Nat.mul 3 (Nat.mul e.2 h))

theorem slack_le {B h d : Nat} {e f : Nat × Nat} (h1 : f.1 ≤ h) (h2 : f.2 ≤ h) (hd : f.2 - f.1 ≤ d) :
    slack B (e.1 * f.1, e.2 * f.2) ≤ tokenSlack B h d e := by
  have width : e.2 * f.2 - e.1 * f.1 ≤ e.2 * d + (e.2 - e.1) * h := by
    refine Nat.sub_le_of_le_add ?_
    have e2 : e.2 ≤ e.2 - e.1 + e.1 := Nat.le_add_of_sub_le (Nat.le_refl _)
    calc e.2 * f.2 ≤ e.2 * (d + f.1) := Nat.mul_le_mul_left _ (Nat.le_add_of_sub_le hd)
      _ = e.2 * d + e.2 * f.1 := Nat.mul_add _ _ _
      _ ≤ e.2 * d + (e.2 - e.1 + e.1) * f.1 := Nat.add_le_add_left (Nat.mul_le_mul_right _ e2) _
      _ = e.2 * d + ((e.2 - e.1) * f.1 + e.1 * f.1) := congrArg _ (Nat.add_mul _ _ _)
      _ ≤ e.2 * d + ((e.2 - e.1) * h + e.1 * f.1) :=
        Nat.add_le_add_left (Nat.add_le_add_right (Nat.mul_le_mul_left _ h1) _) _
      _ = e.2 * d + (e.2 - e.1) * h + e.1 * f.1 := (Nat.add_assoc _ _ _).symm
  exact Nat.add_le_add (Nat.mul_le_mul_right B width) (Nat.mul_le_mul_left 3 (Nat.mul_le_mul_left e.2 h2))

section
variable {xs : List (Nat × Nat)} {p : Nat} (hp : p < xs.length)
include hp

theorem getD_le_highest : (xs.getD p (0, 0)).1 ≤ highest xs ∧ (xs.getD p (0, 0)).2 ≤ highest xs := by
  have h := le_maxList (xs := mapFold (fun x => greatest x.1 x.2) xs) ((length_mapFold _ _).symm ▸ hp)
  rw [getD_mapFold _ _ hp (0, 0)] at h
  exact ⟨Nat.le_trans (le_greatest_left _ _) h, Nat.le_trans (le_greatest_right _ _) h⟩

theorem getD_le_widest : (xs.getD p (0, 0)).2 - (xs.getD p (0, 0)).1 ≤ widest xs := by
  have h := le_maxList (xs := mapFold (fun x => Nat.sub x.2 x.1) xs) ((length_mapFold _ _).symm ▸ hp)
  rw [getD_mapFold _ _ hp (0, 0)] at h
  exact h

end

/-- The slacks of all tokens, for a row of token factors and one of position factors. -/
noncomputable def tokenSlacks (B : Nat) (es fs : List (Nat × Nat)) : List Nat :=
  Nat.force (highest fs) fun h => Nat.force (widest fs) fun d => mapFold (tokenSlack B h d) es

theorem tokenSlacks_eq (B : Nat) (es fs : List (Nat × Nat)) :
    tokenSlacks B es fs = mapFold (tokenSlack B (highest fs) (widest fs)) es := by
  unfold tokenSlacks
  rw [Nat.force_eq, Nat.force_eq]

/-- Running maxima of the slacks bound the slack of all tokens up to a maximum. -/
theorem slackLe_running {T : Enclosure} {B L n q m : Nat} (hm : m < (T.tokenExp.getD q []).length)
    (hn : n ≤ (T.posExp.getD q []).length)
    (hL : ∀ k, k < (tokenSlacks B (T.tokenExp.getD q []) (T.posExp.getD q [])).length →
      (tokenSlacks B (T.tokenExp.getD q []) (T.posExp.getD q [])).getD k 0 < 2 ^ L) :
    T.SlackLe B n q m (readLane L (running greatest L (tokenSlacks B (T.tokenExp.getD q []) (T.posExp.getD q [])) 0) m) := by
  intro k hk p hp
  have hp := Nat.lt_of_lt_of_le hp hn
  have hk' := Nat.lt_of_le_of_lt hk hm
  have len : (tokenSlacks B (T.tokenExp.getD q []) (T.posExp.getD q [])).length = (T.tokenExp.getD q []).length := by
    rw [tokenSlacks_eq, length_mapFold]
  have h := running_greatest (Nat.two_pow_pos L) hL (len.symm ▸ hm) hk
  refine Nat.le_trans ?_ h
  rw [tokenSlacks_eq, getD_mapFold _ _ hk' (0, 0)]
  exact slack_le (getD_le_highest hp).left (getD_le_highest hp).right (getD_le_widest hp)

end Compact
