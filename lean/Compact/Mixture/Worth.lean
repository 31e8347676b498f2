prelude
import Compact.Counting.Kept
import Compact.Mixture.Power
/-!
# The mixture lemma for natural numbers

What an input's tokens are worth together (`worth`) stays within a bound, if each may be above what is its due by so many parts of
what is to spare, and these are no more than all parts together.
-/
namespace Compact

/-- Each letter of `S` is worth no more than `D`, and its level's share of what `r` is more than `base`. -/
theorem worth_mixture {h level : Nat → Nat} {m parts D base r : Nat} {S : List Nat} (hm : ¬m ∈ S)
    (each : ∀ s, s ∈ S → parts * h s + level s * base ≤ parts * D + level s * r) (n c : Nat) {y : List Nat} (hy : y ∈ words m S n c) :
    ∃ k, n = k + c ∧ parts * worth h y + levelSum m level y * base ≤ parts * (k * h m + c * D) + levelSum m level y * r := by
  refine words_induction (p := fun n c y => ∃ k, n = k + c ∧
    parts * worth h y + levelSum m level y * base ≤ parts * (k * h m + c * D) + levelSum m level y * r) ?_ ?_ ?_ n c y hy
  · refine ⟨0, rfl, ?_⟩
    show parts * 0 + 0 * base ≤ _
    rw [Nat.mul_zero, Nat.zero_mul]
    exact Nat.zero_le _
  · intro n c y ih
    match ih with
    | ⟨k, hn, le⟩ =>
      refine ⟨k + 1, by rw [hn, Nat.add_right_comm], ?_⟩
      rw [levelSum_max]
      show parts * (h m + worth h y) + levelSum m level y * base ≤ _
      refine Nat.le_of_linear le ?_
      ring [parts, h m, worth h y, levelSum m level y, base, k, c, D, r]
  · intro n c y s hs ih
    match ih with
    | ⟨k, hn, le⟩ =>
      refine ⟨k, by rw [hn]; rfl, ?_⟩
      rw [levelSum_other (fun e : s = m => hm (e ▸ hs))]
      show parts * (h s + worth h y) + (level s + levelSum m level y) * base ≤ _
      refine Nat.le_of_linear (Nat.add_le_add (each s hs) le) ?_
      ring [parts, h s, worth h y, level s, levelSum m level y, base, k, h m, c, D, r]

/-- If its levels are no more than all parts, a word is worth no more than `r` is above `base`, besides its letters' due. -/
theorem worth_le_of_levels {h level : Nat → Nat} {m parts D base r : Nat} {S : List Nat} (hm : ¬m ∈ S) (hparts : 0 < parts) (hr : base ≤ r)
    (each : ∀ s, s ∈ S → parts * h s + level s * base ≤ parts * D + level s * r) {n c : Nat} {y : List Nat} (hy : y ∈ words m S n c)
    (few : levelSum m level y ≤ parts) : ∃ k, n = k + c ∧ worth h y + base ≤ k * h m + c * D + r := by
  match worth_mixture hm each n c hy with
  | ⟨k, hn, le⟩ =>
    refine ⟨k, hn, Nat.le_of_mul_le_mul_left ?_ hparts⟩
    match Nat.exists_eq_add_of_le hr, Nat.exists_eq_add_of_le few with
    | ⟨d, er⟩, ⟨l, el⟩ =>
      rw [er] at le ⊢
      have more : 0 ≤ l * d := Nat.zero_le _
      generalize levelSum m level y = a at le el
      rw [el] at le ⊢
      refine Nat.le_of_linear (Nat.add_le_add le more) ?_
      ring [a, l, d, worth h y, base, k, h m, c, D]

end Compact
