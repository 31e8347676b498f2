prelude
import Compact.Foundation.Nat.Decide
/-!
# Division, bits, greatest common divisor: the definitions

Lean's kernel evaluates these functions on binary numbers because of their names.  The definitions here
are by recursion on a counter that is large enough (*fuel*); `Foundation.Nat.Kernel` collects the theorems
saying that they are the usual functions.
-/
namespace Nat

/-- Division by repeated subtraction. -/
def divGo (d : Nat) : (fuel n : Nat) → Nat
  | 0, _ => 0
  | fuel + 1, n => match ble d n with
    | true => divGo d fuel (n - d) + 1
    | false => 0

/-- The quotient; `n / 0 = 0`. -/
@[extern "lean_nat_div"]
protected def div (n d : @& Nat) : Nat :=
  match d with
  | 0 => 0
  | d + 1 => divGo (d + 1) n n
instance : Div Nat where div := Nat.div

/-- The remainder; `n % 0 = n`. -/
@[extern "lean_nat_mod"]
protected def mod (n d : @& Nat) : Nat := n - d * (n / d)
instance : Mod Nat where mod := Nat.mod

/-- Euclid's algorithm. -/
def gcdGo : (fuel m n : Nat) → Nat
  | 0, _, n => n
  | _ + 1, 0, n => n
  | fuel + 1, m + 1, n => gcdGo fuel (n % (m + 1)) (m + 1)

/-- The greatest common divisor. -/
@[extern "lean_nat_gcd"]
def gcd (m n : @& Nat) : Nat := gcdGo m m n

/-- How often a number can be halved. -/
def log2Go : (fuel n : Nat) → Nat
  | 0, _ => 0
  | fuel + 1, n => match ble 2 n with
    | true => log2Go fuel (n / 2) + 1
    | false => 0

/-- The logarithm to base 2, rounded down; `log2 0 = 0`. -/
@[extern "lean_nat_log2"]
def log2 (n : @& Nat) : Nat := log2Go n n

/-- `n * 2 ^ m` -/
@[extern "lean_nat_shiftl"]
def shiftLeft (n m : @& Nat) : Nat := n * 2 ^ m

/-- `n / 2 ^ m` -/
@[extern "lean_nat_shiftr"]
def shiftRight (n m : @& Nat) : Nat := n / 2 ^ m

/-- Applies `f` to every pair of binary digits, lowest first. -/
def bits (f : Nat → Nat → Nat) : (fuel n m : Nat) → Nat
  | 0, _, _ => 0
  | fuel + 1, n, m => 2 * bits f fuel (n / 2) (m / 2) + f (n % 2) (m % 2)

/-- Both bits are 1. -/
@[extern "lean_nat_land"]
def land (n m : @& Nat) : Nat := bits (fun i j => i * j) (n + m) n m

/-- Some bit is 1. -/
@[extern "lean_nat_lor"]
def lor (n m : @& Nat) : Nat := bits (fun i j => i + j - i * j) (n + m) n m

/-- Exactly one bit is 1. -/
@[extern "lean_nat_lxor"]
def xor (n m : @& Nat) : Nat := bits (fun i j => (i + j) % 2) (n + m) n m

end Nat
