prelude
import Compact.Foundation.Nat.Kernel
import Compact.Foundation.List.Basic
/-!
# The kernel's functions, evaluated

`Foundation.Nat.Kernel` proves equations that determine each function.  Here the kernel *evaluates* both
sides of such equations on small numbers, with its own arithmetic: the two agree, as they should.
Nothing depends on this file.
-/
namespace Nat.KernelCheck

/-- `p` holds of all pairs of numbers below `k`. -/
def pairs (k : Nat) (p : Nat → Nat → Bool) : Bool :=
  (List.range k).all fun n => (List.range k).all fun m => p n m

/-- `op (2 * a + i) (2 * b + j) = 2 * op a b + f i j` for all `a`, `b` below `k` and bits `i`, `j`. -/
def digits (k : Nat) (op f : Nat → Nat → Nat) : Bool :=
  beq (op 0 0) 0 && pairs k fun a b => pairs 2 fun i j => beq (op (2 * a + i) (2 * b + j)) (2 * op a b + f i j)

/-! ## The determining equations on small numbers -/

example : pairs 12 (fun n m => beq (n + succ m) (succ (n + m))) = true := by decide +kernel
example : pairs 12 (fun n m => beq (n + m - m) n && beq (n - (n + m)) 0) = true := by decide +kernel
example : pairs 12 (fun n m => beq (n * succ m) (n * m + n)) = true := by decide +kernel
example : pairs 8 (fun n m => beq (n ^ succ m) (n ^ m * n)) = true := by decide +kernel
example : pairs 12 (fun n m => beq (succ m * (n / succ m) + n % succ m) n && ble (n % succ m) m) = true := by
  decide +kernel
example : pairs 12 (fun n m => beq (gcd (succ m) n) (gcd (n % succ m) (succ m)) && beq (gcd 0 n) n) = true := by
  decide +kernel
example : pairs 12 (fun n m => beq n n && !beq n (succ (n + m)) && !beq (succ (n + m)) n) = true := by
  decide +kernel
example : pairs 12 (fun n m => ble n (n + m) && !ble (succ (n + m)) n) = true := by decide +kernel
example : digits 6 land (fun i j => i * j) = true := by decide +kernel
example : digits 6 lor (fun i j => i + j - i * j) = true := by decide +kernel
example : digits 6 xor (fun i j => (i + j) % 2) = true := by decide +kernel
example : pairs 12 (fun n m => beq (shiftLeft n m) (n * 2 ^ m)) = true := by decide +kernel
example : pairs 12 (fun n m => beq (shiftRight n m) (n / 2 ^ m)) = true := by decide +kernel
example : pairs 12 (fun n _ => ble (2 ^ log2 (succ n)) (succ n) && ble (n + 2) (2 ^ (log2 (succ n) + 1))) = true := by
  decide +kernel

/-! ## Corner cases and large numbers -/

example : 7 / 0 = 0 ∧ 7 % 0 = 7 ∧ 0 / 0 = 0 ∧ log2 0 = 0 ∧ gcd 0 0 = 0 ∧ 0 ^ 0 = 1 ∧ 3 - 5 = 0 := by decide +kernel
example : land 12 10 = 8 ∧ lor 12 10 = 14 ∧ xor 12 10 = 6 := by decide +kernel
example : shiftLeft 1 100 = 2 ^ 100 ∧ shiftRight (2 ^ 100 + 1) 99 = 2 ∧ log2 (2 ^ 100 + 1) = 100 := by
  decide +kernel
example : land (2 ^ 100 + 12) (2 ^ 100 + 10) = 2 ^ 100 + 8 ∧ gcd (2 ^ 100 * 15) (2 ^ 90 * 21) = 2 ^ 90 * 3 := by
  decide +kernel

end Nat.KernelCheck
