prelude
import Compact.Foundation
/-!
# Ordered fields with an exponential

`ExpField R` lists everything that the theory assumes about the numbers in which a transformer is
evaluated: `R` is a linearly ordered field with a function `exp` such that
`exp (a + b) = exp a * exp b`, `0 < exp a` and `1 + a ≤ exp a`.

The real numbers are an instance (`Compact.Real` proves it), and the last law pins their exponential down: these
three facts hold of no other function on the reals.  `max` is the larger of two elements.  Nothing else about `exp` is assumed anywhere in this project.
-/
namespace Compact

/-- A linearly ordered field with an exponential function.  The fields of the structure are the
textbook axioms; `inv` is only constrained away from zero. -/
class ExpField (R : Type) where
  zero : R
  one : R
  add : R → R → R
  neg : R → R
  mul : R → R → R
  inv : R → R
  le : R → R → Prop
  exp : R → R
  max : R → R → R
  add_comm (a b : R) : add a b = add b a
  add_assoc (a b c : R) : add (add a b) c = add a (add b c)
  add_zero (a : R) : add a zero = a
  add_neg (a : R) : add a (neg a) = zero
  mul_comm (a b : R) : mul a b = mul b a
  mul_assoc (a b c : R) : mul (mul a b) c = mul a (mul b c)
  mul_one (a : R) : mul a one = a
  mul_add (a b c : R) : mul a (add b c) = add (mul a b) (mul a c)
  mul_inv (a : R) : a ≠ zero → mul a (inv a) = one
  zero_ne_one : zero ≠ one
  le_refl (a : R) : le a a
  le_trans (a b c : R) : le a b → le b c → le a c
  le_antisymm (a b : R) : le a b → le b a → a = b
  le_total (a b : R) : le a b ∨ le b a
  add_le_add (a b c : R) : le a b → le (add c a) (add c b)
  mul_nonneg (a b : R) : le zero a → le zero b → le zero (mul a b)
  exp_add (a b : R) : exp (add a b) = mul (exp a) (exp b)
  exp_pos (a : R) : le zero (exp a) ∧ zero ≠ exp a
  add_one_le_exp (a : R) : le (add one a) (exp a)
  max_of_le (a b : R) : le a b → max a b = b
  max_of_ge (a b : R) : le b a → max a b = a

variable {R : Type} [ExpField R]

instance : Add R where add := ExpField.add
instance : Neg R where neg := ExpField.neg
instance : Mul R where mul := ExpField.mul
instance : LE R where le := ExpField.le
/-- Subtraction `a - b` is `a + (-b)`. -/
instance : Sub R where sub a b := a + -b
/-- Division `a / b` is `a * b⁻¹`. -/
instance : Div R where div a b := a * ExpField.inv b
/-- `a < b` means `a ≤ b` and `a ≠ b`. -/
instance : LT R where lt a b := a ≤ b ∧ a ≠ b

/-- The natural number `n` as an element of `R`: `1 + 1 + ... + 1`. -/
def ofNat (R : Type) [ExpField R] : Nat → R
  | 0 => ExpField.zero
  | n + 1 => ofNat R n + ExpField.one

/-- The numerals `0`, `1`, `2`, ... of `R`. -/
instance (n : Nat) : OfNat R n where ofNat := ofNat R n

/-- `sum n f = f 0 + f 1 + ... + f (n - 1)`. -/
def sum (n : Nat) (f : Nat → R) : R :=
  match n with
  | 0 => 0
  | n + 1 => sum n f + f n

export ExpField (exp)

end Compact
