prelude
import Compact.Foundation.Nat.Arith
/-!
# Powers of natural numbers
-/
namespace Nat

protected theorem pow_zero (b : Nat) : b ^ 0 = 1 := rfl
protected theorem pow_succ {b n : Nat} : b ^ (n + 1) = b ^ n * b := rfl
protected theorem pow_add_one {b n : Nat} : b ^ (n + 1) = b ^ n * b := rfl
protected theorem pow_succ' {b n : Nat} : b ^ (n + 1) = b * b ^ n := Nat.mul_comm _ _
protected theorem pow_one (b : Nat) : b ^ 1 = b := Nat.one_mul b
protected theorem pow_two (b : Nat) : b ^ 2 = b * b := congrArg (fun x => x * b) (Nat.pow_one b)

protected theorem one_pow (n : Nat) : 1 ^ n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => exact (Nat.mul_one (1 ^ n)).trans ih

protected theorem zero_pow {n : Nat} (h : 0 < n) : 0 ^ n = 0 :=
  match n with
  | 0 => absurd h (lt_irrefl 0)
  | n + 1 => Nat.mul_zero (0 ^ n)

protected theorem pow_add (a m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := by
  induction n with
  | zero => exact (Nat.mul_one _).symm
  | succ n ih =>
    calc a ^ (m + n) * a
      _ = a ^ m * a ^ n * a := by rw [ih]
      _ = a ^ m * (a ^ n * a) := Nat.mul_assoc _ _ _

protected theorem mul_pow (a b n : Nat) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    calc (a * b) ^ n * (a * b)
      _ = a ^ n * b ^ n * (a * b) := by rw [ih]
      _ = a ^ n * a * (b ^ n * b) := Nat.mul_mul_mul_comm _ _ _ _

protected theorem pow_mul (a m n : Nat) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    calc a ^ (m * n + m)
      _ = a ^ (m * n) * a ^ m := Nat.pow_add a (m * n) m
      _ = (a ^ m) ^ n * a ^ m := by rw [ih]

protected theorem pow_mul' (a m n : Nat) : a ^ (m * n) = (a ^ n) ^ m := by
  rw [Nat.mul_comm, Nat.pow_mul]

theorem pow_pos {b n : Nat} (h : 0 < b) : 0 < b ^ n := by
  induction n with
  | zero => exact one_pos
  | succ n ih => exact Nat.mul_pos ih h

theorem two_pow_pos (n : Nat) : 0 < 2 ^ n := pow_pos two_pos
theorem one_le_two_pow {n : Nat} : 1 ≤ 2 ^ n := two_pow_pos n
theorem two_pow_succ (n : Nat) : 2 ^ (n + 1) = 2 ^ n + 2 ^ n := Nat.mul_two (2 ^ n)

protected theorem pow_le_pow_left {m n : Nat} (h : m ≤ n) (i : Nat) : m ^ i ≤ n ^ i := by
  induction i with
  | zero => exact Nat.le_refl 1
  | succ i ih => exact Nat.mul_le_mul ih h

protected theorem pow_le_pow_right {b m n : Nat} (hb : b > 0) (h : m ≤ n) : b ^ m ≤ b ^ n := by
  induction h with
  | refl => exact Nat.le_refl (b ^ m)
  | step _ ih => exact Nat.le_trans ih (Nat.le_mul_of_pos_right _ hb)

protected theorem pow_lt_pow_succ {b n : Nat} (hb : 1 < b) : b ^ n < b ^ (n + 1) := by
  have h := Nat.mul_lt_mul_of_pos_left hb (pow_pos (n := n) (le_of_lt hb))
  rw [Nat.mul_one] at h
  exact h

protected theorem pow_lt_pow_right {b m n : Nat} (hb : 1 < b) (h : m < n) : b ^ m < b ^ n :=
  Nat.lt_of_lt_of_le (Nat.pow_lt_pow_succ hb) (Nat.pow_le_pow_right (le_of_lt hb) h)

protected theorem pow_lt_pow_left {m n i : Nat} (h : m < n) (hi : i ≠ 0) : m ^ i < n ^ i :=
  match i with
  | 0 => absurd rfl hi
  | i + 1 => Nat.mul_lt_mul_of_le_of_lt (Nat.pow_le_pow_left (le_of_lt h) i) h (pow_pos (Nat.pos_of_lt h))

theorem lt_two_pow_self {n : Nat} : n < 2 ^ n := by
  induction n with
  | zero => exact one_pos
  | succ n ih =>
    rw [two_pow_succ]
    exact Nat.add_lt_add_of_lt_of_le ih one_le_two_pow

theorem lt_pow_self {b n : Nat} (hb : 1 < b) : n < b ^ n :=
  Nat.lt_of_lt_of_le lt_two_pow_self (Nat.pow_le_pow_left hb n)

end Nat
