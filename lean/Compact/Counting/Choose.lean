prelude
import Compact.Counting.Total
/-!
# Binomial coefficients

`Nat.choose` by Pascal's triangle, the definition to reason with.  `Binom.lean` computes the same
number quickly.
-/

/-- `n` choose `c`, by Pascal's recursion. -/
def Nat.choose : Nat → Nat → Nat
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, c + 1 => choose n c + choose n (c + 1)

namespace Nat

theorem choose_zero_right (n : Nat) : choose n 0 = 1 := by
  cases n with
  | zero => rfl
  | succ n => rfl

theorem choose_zero_succ (c : Nat) : choose 0 (c + 1) = 0 := rfl

theorem choose_succ_succ (n c : Nat) : choose (n + 1) (c + 1) = choose n c + choose n (c + 1) := rfl

theorem choose_eq_zero_of_lt {n c : Nat} (h : n < c) : choose n c = 0 := by
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => exact absurd h (Nat.lt_irrefl 0)
    | succ c => rfl
  | succ n ih =>
    cases c with
    | zero => exact absurd h (Nat.not_succ_le_zero _)
    | succ c =>
      have h : n < c := Nat.le_of_succ_le_succ h
      rw [choose_succ_succ, ih h, ih (Nat.lt_succ_of_lt h)]

theorem choose_self (n : Nat) : choose n n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [choose_succ_succ, ih, choose_eq_zero_of_lt (Nat.lt_succ_self n)]

theorem choose_one_right (n : Nat) : choose n 1 = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [choose_succ_succ, choose_zero_right, ih, Nat.add_comm]

theorem add_shuffle (a b d w x : Nat) : a + x + b + (d + w + a) = b + a + x + (a + d + w) := by
  rw [Nat.add_comm (a + x) b, ← Nat.add_assoc b, Nat.add_right_comm d w a, Nat.add_comm d a]

/-- Neighbours in one row of Pascal's triangle: `(c + 1) * choose n (c + 1) = (n - c) * choose n c`,
stated without subtraction. -/
theorem succ_mul_choose_add (n c : Nat) :
    (c + 1) * choose n (c + 1) + c * choose n c = n * choose n c := by
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => rfl
    | succ c => rw [choose_zero_succ, choose_zero_succ, Nat.mul_zero, Nat.mul_zero]
  | succ n ih =>
    cases c with
    | zero => rw [choose_one_right, choose_zero_right, Nat.zero_mul, Nat.mul_comm]; rfl
    | succ c =>
      rw [choose_succ_succ n c, choose_succ_succ n (c + 1)]
      calc (c + 2) * (choose n (c + 1) + choose n (c + 2))
            + (c + 1) * (choose n c + choose n (c + 1))
          = ((c + 1) * choose n (c + 1) + choose n (c + 1) + (c + 2) * choose n (c + 2))
            + (c * choose n c + choose n c + (c + 1) * choose n (c + 1)) := by
              rw [Nat.left_distrib, Nat.left_distrib, Nat.succ_mul (c + 1), Nat.succ_mul c (choose n c)]
        _ = ((c + 2) * choose n (c + 2) + (c + 1) * choose n (c + 1) + choose n (c + 1))
            + ((c + 1) * choose n (c + 1) + c * choose n c + choose n c) := add_shuffle ..
        _ = (n * choose n (c + 1) + choose n (c + 1)) + (n * choose n c + choose n c) := by
              rw [ih (c + 1), ih c]
        _ = (n + 1) * (choose n c + choose n (c + 1)) := by
              rw [← Nat.succ_mul, ← Nat.succ_mul, Nat.left_distrib, Nat.add_comm]

end Nat
