prelude
import Compact.Foundation.Nat.Bits
import Compact.Foundation.Nat.Gcd
/-!
# The kernel's functions on natural numbers

Lean's kernel computes `Nat.add`, `sub`, `mul`, `div`, `mod`, `gcd`, `beq`, `ble`, `land`, `lor`, `xor`,
`shiftLeft`, `shiftRight`, `pow`, `log2` on binary numbers, by the *names* of these functions.  That is right
only if the definitions of this project are the usual ones.  Here is one theorem for each function with the
equations that determine it.  (Nothing in the project depends on this file: it is there to be read.)
-/
namespace Nat.Kernel

theorem add (n m : Nat) : n + 0 = n ∧ n + succ m = succ (n + m) := ⟨rfl, rfl⟩

/-- Subtraction undoes addition and stops at zero. -/
theorem sub (n m : Nat) : (n + m) - m = n ∧ (n ≤ m → n - m = 0) :=
  ⟨Nat.add_sub_cancel, Nat.sub_eq_zero_of_le⟩

theorem mul (n m : Nat) : n * 0 = 0 ∧ n * succ m = n * m + n := ⟨rfl, rfl⟩

theorem pow (b n : Nat) : b ^ 0 = 1 ∧ b ^ succ n = b ^ n * b := ⟨rfl, rfl⟩

/-- For `d ≠ 0` quotient and remainder are the only `q`, `r` with `n = d * q + r` and `r < d`. -/
theorem div_mod (n : Nat) {d : Nat} (h : 0 < d) :
    (d * (n / d) + n % d = n ∧ n % d < d) ∧ ∀ q r, n = d * q + r → r < d → q = n / d ∧ r = n % d :=
  ⟨⟨div_add_mod n d, mod_lt n h⟩,
   fun _ _ e l => ⟨(div_mod_unique' e l).left.symm, (div_mod_unique' e l).right.symm⟩⟩

theorem div_mod_zero (n : Nat) : n / 0 = 0 ∧ n % 0 = n := ⟨rfl, mod_zero n⟩

/-- The greatest common divisor: a common divisor that every common divisor divides. -/
theorem gcd (m n : Nat) :
    (Nat.gcd m n ∣ m ∧ Nat.gcd m n ∣ n) ∧ ∀ d, d ∣ m → d ∣ n → d ∣ Nat.gcd m n :=
  ⟨gcd_dvd m n, fun _ => dvd_gcd⟩

/-- Euclid's equations. -/
theorem gcd_rec (m n : Nat) : Nat.gcd 0 n = n ∧ Nat.gcd (succ m) n = Nat.gcd (n % succ m) (succ m) :=
  ⟨rfl, gcd_succ m n⟩

theorem beq (n m : Nat) : Nat.beq n m = true ↔ n = m := ⟨eq_of_beq_eq_true n m, fun e => e ▸ beq_self n⟩

theorem ble (n m : Nat) : Nat.ble n m = true ↔ n ≤ m := ⟨le_of_ble_eq_true, ble_eq_true_of_le⟩

/-- Digit by digit: 1 where both digits are 1. -/
theorem land : Nat.land 0 0 = 0 ∧
    ∀ a b i j, i < 2 → j < 2 → Nat.land (2 * a + i) (2 * b + j) = 2 * Nat.land a b + i * j :=
  ⟨rfl, fun a b _ _ => land_digit a b⟩

/-- Digit by digit: 1 where some digit is 1. -/
theorem lor : Nat.lor 0 0 = 0 ∧
    ∀ a b i j, i < 2 → j < 2 → Nat.lor (2 * a + i) (2 * b + j) = 2 * Nat.lor a b + (i + j - i * j) :=
  ⟨rfl, fun a b _ _ => lor_digit a b⟩

/-- Digit by digit: 1 where the digits differ. -/
theorem xor : Nat.xor 0 0 = 0 ∧
    ∀ a b i j, i < 2 → j < 2 → Nat.xor (2 * a + i) (2 * b + j) = 2 * Nat.xor a b + (i + j) % 2 :=
  ⟨rfl, fun a b _ _ => xor_digit a b⟩

theorem shiftLeft (n m : Nat) : Nat.shiftLeft n m = n * 2 ^ m := rfl

theorem shiftRight (n m : Nat) : Nat.shiftRight n m = n / 2 ^ m := rfl

theorem log2 (n : Nat) : (n = 0 → Nat.log2 n = 0) ∧ (n ≠ 0 → 2 ^ Nat.log2 n ≤ n ∧ n < 2 ^ (Nat.log2 n + 1)) :=
  ⟨fun e => e ▸ log2_zero, fun h => ⟨log2_self_le h, lt_log2_self⟩⟩

end Nat.Kernel
