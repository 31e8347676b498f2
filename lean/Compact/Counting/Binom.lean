prelude
import Compact.Counting.Choose
/-!
# Binomial coefficients, computed

`binom n c` is `Nat.choose n c` (`binom_eq_choose`), computed with `c` multiplications and divisions
instead of Pascal's recursion: what a checker evaluates.
-/

theorem Nat.succ_mul_choose (n c : Nat) :
    (c + 1) * Nat.choose n (c + 1) = (n - c) * Nat.choose n c := by
  cases Nat.lt_or_ge n c with
  | inl h =>
    rw [Nat.choose_eq_zero_of_lt h, Nat.choose_eq_zero_of_lt (Nat.lt_succ_of_lt h), Nat.mul_zero,
      Nat.mul_zero]
  | inr h =>
    refine Nat.add_right_cancel (m := c * Nat.choose n c) ?_
    rw [Nat.succ_mul_choose_add, ← Nat.right_distrib, Nat.sub_add_cancel h]

namespace Compact

/-- `n` choose `c`, computed as `n * (n - 1) * ... / (1 * 2 * ...)`, exactly at each step. -/
noncomputable def binom (n c : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 1 (fun i b => Nat.div (Nat.mul (Nat.sub n i) b) (Nat.succ i)) c

theorem binom_eq_choose (n c : Nat) : binom n c = Nat.choose n c := by
  induction c with
  | zero => exact (Nat.choose_zero_right n).symm
  | succ c ih =>
    show (n - c) * binom n c / (c + 1) = Nat.choose n (c + 1)
    rw [ih, ← Nat.succ_mul_choose, Nat.mul_div_cancel_left _ (Nat.succ_pos c)]

end Compact
