prelude
import Compact.Ring.Reify
/-!
# `ring` for natural numbers (addition, multiplication, powers; not truncated subtraction)

Also the use of an equation by `ring` to prove an inequality: `Nat.le_of_linear` and `Nat.lt_of_linear`.
-/
namespace Compact

instance Nat.instCommSemiring : CommSemiring Nat where
  num n := n
  add_comm := Nat.add_comm
  add_assoc := Nat.add_assoc
  zero_add := Nat.zero_add
  add_right_cancel _ _ _ := Nat.add_right_cancel
  mul_comm := Nat.mul_comm
  mul_assoc := Nat.mul_assoc
  one_mul := Nat.one_mul
  mul_add := Nat.mul_add
  num_add _ _ := rfl
  num_mul _ _ := rfl
  pow_zero _ := rfl
  pow_succ _ _ := rfl

instance Ring.Reify.natLit (ctx : List Nat) (n : Nat) [Ring.Literal n] : Ring.Reify ctx n (.num n) :=
  Ring.Reify.num ctx _ n rfl

end Compact

/-- `x ≤ y` follows from `a ≤ b` when `y - x = b - a`; prove the equation by `ring`. -/
theorem Nat.le_of_linear {a b x y : Nat} (h : a ≤ b) (e : y + a = x + b) : x ≤ y :=
  Nat.le_of_add_le_add_right (k := b) (e ▸ Nat.add_le_add_left h y)

/-- `x < y` follows from `a < b` when `y - x = b - a`; prove the equation by `ring`. -/
theorem Nat.lt_of_linear {a b x y : Nat} (h : a < b) (e : y + a = x + b) : x < y :=
  Nat.lt_of_add_lt_add_right (k := b) (e ▸ Nat.add_lt_add_left h y)
