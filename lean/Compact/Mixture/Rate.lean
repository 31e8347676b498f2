prelude
import Compact.Mixture.Average
/-!
# Levels, and positions of different weight

What a token lacks is rounded up to a *level*, a natural number: `unit` is all that one token alone may lack.
An input passes if the levels of its other tokens add up to at most `unit` for each of them.

That count treats all positions alike, but they weigh between `a` and `b`.  So a token of a level above `unit` is taken
to lack more than its level says, as if it stood at the heaviest position while what the others leave stands at the
lightest: `rate` is how much it may lack, in parts of `rateUnit`, if `spread * b ≤ 256 * a`.
-/
namespace Compact

/-- What a token of the given level may lack, in parts of `rateUnit unit`. -/
noncomputable def rate (unit spread level : Nat) : Nat :=
  Nat.add (Nat.mul 256 (Nat.sub level (Nat.sub level unit))) (Nat.mul (Nat.sub level unit) spread)

/-- The part that stands for all that one token alone may lack. -/
noncomputable def rateUnit (unit : Nat) : Nat := Nat.mul 256 unit

/-- At one position of the weight `l`. -/
theorem rate_le {unit spread level a b l : Nat} (ha : a ≤ l) (hb : l ≤ b) (hs : spread * b ≤ 256 * a) :
    l * rate unit spread level + 256 * a * unit ≤ rateUnit unit * l + 256 * a * level := by
  show l * (256 * (level - (level - unit)) + (level - unit) * spread) + 256 * a * unit ≤
    256 * unit * l + 256 * a * level
  cases Nat.le_total level unit with
  | inl h =>
    match Nat.exists_eq_add_of_le h with
    | ⟨x, e⟩ =>
      rw [Nat.sub_eq_zero_of_le h, Nat.sub_zero, Nat.zero_mul, Nat.add_zero, e]
      exact Nat.le_of_linear (Nat.mul_le_mul_right (256 * x) ha) (by ring [l, level, a, x])
  | inr h =>
    match Nat.exists_eq_add_of_le h with
    | ⟨x, e⟩ =>
      rw [e, Nat.add_sub_cancel_left, Nat.add_sub_cancel]
      have key : l * spread ≤ 256 * a := Nat.le_trans (Nat.mul_comm l spread ▸ Nat.mul_le_mul_left spread hb) hs
      exact Nat.le_of_linear (Nat.mul_le_mul_left x key) (by ring [l, unit, a, x, spread])

/-- A sum over the positions that do not hold `m`. -/
noncomputable def totalOther (m : Nat) (y : List Nat) (g : Nat → Nat) : Nat :=
  total y.length fun p => if token y p = m then 0 else g p

theorem totalOther_add (m : Nat) (y : List Nat) (g h : Nat → Nat) :
    totalOther m y (fun p => g p + h p) = totalOther m y g + totalOther m y h := by
  unfold totalOther
  rw [← total_add]
  refine total_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, ite_eq_left e]
  case neg => rw [ite_eq_right e, ite_eq_right e, ite_eq_right e]

theorem totalOther_mul (m k : Nat) (y : List Nat) (g : Nat → Nat) :
    (totalOther m y fun p => k * g p) = k * totalOther m y g := by
  unfold totalOther
  rw [← total_mul]
  refine total_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, Nat.mul_zero]
  case neg => rw [ite_eq_right e, ite_eq_right e]

theorem totalOther_le {m : Nat} {y : List Nat} {g h : Nat → Nat} (le : ∀ p, p < y.length → g p ≤ h p) :
    totalOther m y g ≤ totalOther m y h := by
  refine total_le_total fun p hp => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e]; exact Nat.le_refl 0
  case neg => rw [ite_eq_right e, ite_eq_right e]; exact le p hp

theorem totalOther_token (m : Nat) (level : Nat → Nat) (y : List Nat) :
    (totalOther m y fun p => level (token y p)) = levelSum m level y := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    refine (total_succ' _ _).trans ?_
    show (if t = m then 0 else level t) + (totalOther m y fun p => level (token y p)) =
      if t = m then levelSum m level y else level t + levelSum m level y
    rw [ih]
    by_cases e : t = m
    case pos => rw [ite_eq_left e, ite_eq_left e, Nat.zero_add]
    case neg => rw [ite_eq_right e, ite_eq_right e]

theorem totalOther_const (m k : Nat) (y : List Nat) : (totalOther m y fun _ => k) = k * countOther m y := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    refine (total_succ' _ _).trans ?_
    show (if t = m then 0 else k) + (totalOther m y fun _ => k) =
      k * if t = m then countOther m y else countOther m y + 1
    rw [ih]
    by_cases e : t = m
    case pos => rw [ite_eq_left e, ite_eq_left e, Nat.zero_add]
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.mul_succ, Nat.add_comm]

/-- Levels that add up to no more than `unit` for each of the other tokens: these lack no more than they may in the mean. -/
theorem mean_le {unit spread a b m : Nat} {y : List Nat} {l level : Nat → Nat}
    (ha : ∀ p, p < y.length → a ≤ l p) (hb : ∀ p, p < y.length → l p ≤ b) (hs : spread * b ≤ 256 * a)
    (h : levelSum m level y ≤ countOther m y * unit) :
    (totalOther m y fun p => l p * rate unit spread (level (token y p))) ≤ rateUnit unit * totalOther m y l := by
  have each := totalOther_le (m := m) (y := y) fun p hp => rate_le (unit := unit) (level := level (token y p)) (ha p hp) (hb p hp) hs
  rw [totalOther_add, totalOther_add, totalOther_const, totalOther_mul, totalOther_mul, totalOther_token] at each
  have small : 256 * a * levelSum m level y ≤ 256 * a * unit * countOther m y := by
    rw [Nat.mul_assoc (256 * a), Nat.mul_comm unit]
    exact Nat.mul_le_mul_left _ h
  exact Nat.le_of_add_le_add_right (Nat.le_trans each (Nat.add_le_add_left small _))

end Compact
