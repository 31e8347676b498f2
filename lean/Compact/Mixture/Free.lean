prelude
import Compact.Counting.Box
import Compact.Mixture.Power
/-!
# Counting words by the sum of their levels, every letter at liberty

As `Mixture/Power.lean`, where no position has to hold a certain token: all words over some letters, of one length.
-/
namespace Compact

/-- The sum of the levels of all letters. -/
def levelsOf (level : Nat → Nat) : List Nat → Nat
  | [] => 0
  | t :: y => level t + levelsOf level y

/-- It is a sum over positions. -/
theorem levelsOf_eq (level : Nat → Nat) (y : List Nat) : levelsOf level y = total y.length fun p => level (token y p) := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    refine Eq.trans ?_ (total_succ' y.length fun p => level (token (t :: y) p)).symm
    show level t + levelsOf level y = level t + _
    rw [ih]
    rfl

/-- The sum over words is a power of the sum over letters. -/
theorem powerSum_wordsOver (X : Nat) (level : Nat → Nat) (S : List Nat) (n : Nat) :
    powerSum X (levelsOf level) (wordsOver S n) = powerSum X level S ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    refine (powerSum_flatMap (powerSum X level S ^ n) fun t _ => ?_).trans (Nat.pow_succ').symm
    rw [powerSum_map, ← ih]
    exact powerSum_add (level t) (wordsOver S n)

/-- Words whose levels add up to no more than `b`: they are counted by one power. -/
theorem AtLeast.levels {S : List Nat} (nodup : S.Nodup) {X b n : Nat} {level : Nat → Nat} {P : List Nat → Prop} (hX : S.length ^ n < X)
    (all : ∀ y, y.length = n → (∀ t, t ∈ y → t ∈ S) → levelsOf level y ≤ b → P y) :
    AtLeast (lowCount X b (powerSum X level S ^ n)) P := by
  have count := lowCount_le (f := levelsOf level) (b := b) (l := wordsOver S n) (length_wordsOver S n ▸ hX)
  rw [powerSum_wordsOver] at count
  refine AtLeast.weaken count (AtLeast.of_list (List.nodup_filter (nodup_wordsOver nodup n)) fun y hy => ?_)
  have hy := List.mem_filter.mp hy
  have word := of_mem_wordsOver hy.left
  exact all y word.left word.right (Nat.le_of_ble_eq_true hy.right)

end Compact
