prelude
import Compact.Ring.Reify
/-!
# Complete ordered rings with a half

`CompleteRing R`: a linearly ordered commutative ring `R` in which
* `half + half = 1` for some element `half` (without it, the integers would do), and
* every non-empty set that is bounded above has a least upper bound.

That is all that this folder (`Complete`) uses: it finds inverses, square roots and the exponential function in *any*
such `R`, so nobody has to remember how the real numbers were made.  The first half of the file states the laws, the
second restates them for the notation `0`, `1`, `+`, ... and makes `ring` work.
-/
namespace Compact

/-- A linearly ordered commutative ring with a half and least upper bounds.  (It is the field of real numbers.) -/
class CompleteRing (R : Type) where
  zero : R
  one : R
  half : R
  add : R → R → R
  neg : R → R
  mul : R → R → R
  le : R → R → Prop
  add_comm (a b : R) : add a b = add b a
  add_assoc (a b c : R) : add (add a b) c = add a (add b c)
  add_zero (a : R) : add a zero = a
  add_neg (a : R) : add a (neg a) = zero
  mul_comm (a b : R) : mul a b = mul b a
  mul_assoc (a b c : R) : mul (mul a b) c = mul a (mul b c)
  mul_one (a : R) : mul a one = a
  mul_add (a b c : R) : mul a (add b c) = add (mul a b) (mul a c)
  zero_ne_one : zero ≠ one
  half_add_half : add half half = one
  le_refl (a : R) : le a a
  le_trans (a b c : R) : le a b → le b c → le a c
  le_antisymm (a b : R) : le a b → le b a → a = b
  le_total (a b : R) : le a b ∨ le b a
  add_le_add (a b c : R) : le a b → le (add c a) (add c b)
  mul_nonneg (a b : R) : le zero a → le zero b → le zero (mul a b)
  exists_sup (s : R → Prop) : (∃ a, s a) → (∃ b, ∀ a, s a → le a b) →
    ∃ c, (∀ a, s a → le a c) ∧ ∀ b, (∀ a, s a → le a b) → le c b

namespace Complete
variable {R : Type} [CompleteRing R]

instance : Add R where add := CompleteRing.add
instance : Neg R where neg := CompleteRing.neg
instance : Mul R where mul := CompleteRing.mul
instance : Sub R where sub a b := a + -b
instance : LE R where le := CompleteRing.le
/-- `a < b` means `a ≤ b` and `a ≠ b`. -/
instance : LT R where lt a b := a ≤ b ∧ a ≠ b

/-- The natural number `n`, as `1 + 1 + ... + 1`. -/
def ofNat (R : Type) [CompleteRing R] : Nat → R
  | 0 => CompleteRing.zero
  | n + 1 => ofNat R n + CompleteRing.one
instance (n : Nat) : OfNat R n where ofNat := ofNat R n

/-- `a ^ n = a * a * ... * a` -/
def npow (a : R) : Nat → R
  | 0 => 1
  | n + 1 => npow a n * a
instance : NatPow R where pow := npow

theorem add_comm (a b : R) : a + b = b + a := CompleteRing.add_comm a b
theorem add_assoc (a b c : R) : a + b + c = a + (b + c) := CompleteRing.add_assoc a b c
theorem add_zero (a : R) : a + 0 = a := CompleteRing.add_zero a
theorem zero_add (a : R) : 0 + a = a := (add_comm 0 a).trans (add_zero a)
theorem add_neg (a : R) : a + -a = 0 := CompleteRing.add_neg a
theorem one_eq : (1 : R) = CompleteRing.one := zero_add _
theorem mul_comm (a b : R) : a * b = b * a := CompleteRing.mul_comm a b
theorem mul_assoc (a b c : R) : a * b * c = a * (b * c) := CompleteRing.mul_assoc a b c
theorem mul_one (a : R) : a * 1 = a := by rw [one_eq]; exact CompleteRing.mul_one a
theorem one_mul (a : R) : 1 * a = a := (mul_comm 1 a).trans (mul_one a)
theorem mul_add (a b c : R) : a * (b + c) = a * b + a * c := CompleteRing.mul_add a b c
theorem pow_zero (a : R) : a ^ 0 = 1 := rfl
theorem pow_succ (a : R) (n : Nat) : a ^ (n + 1) = a ^ n * a := rfl

theorem add_right_cancel (a b c : R) (h : a + c = b + c) : a = b := by
  have e := congrArg (fun x => x + -c) h
  rw [← add_zero a, ← add_zero b, ← add_neg c, ← add_assoc, ← add_assoc]
  exact e
theorem mul_zero (a : R) : a * 0 = 0 := by
  apply add_right_cancel _ _ (a * 0)
  rw [← mul_add, add_zero]
  exact (zero_add _).symm

theorem ofNat_succ (n : Nat) : ofNat R (n + 1) = ofNat R n + 1 := by rw [one_eq]; rfl
theorem ofNat_add (m n : Nat) : ofNat R (m + n) = ofNat R m + ofNat R n := by
  induction n with
  | zero => exact (add_zero _).symm
  | succ n ih => rw [ofNat_succ n, ← add_assoc, ← ih]; exact ofNat_succ (m + n)
theorem ofNat_mul (m n : Nat) : ofNat R (m * n) = ofNat R m * ofNat R n := by
  induction n with
  | zero => exact (mul_zero _).symm
  | succ n ih => rw [ofNat_succ n, mul_add, mul_one, ← ih]; exact ofNat_add (m * n) m

instance instCommSemiring : CommSemiring R where
  num := ofNat R
  add_comm := add_comm
  add_assoc := add_assoc
  zero_add := zero_add
  add_right_cancel := add_right_cancel
  mul_comm := mul_comm
  mul_assoc := mul_assoc
  one_mul := one_mul
  mul_add := mul_add
  num_add := ofNat_add
  num_mul := ofNat_mul
  pow_zero := pow_zero
  pow_succ := pow_succ

instance instCommRing : CommRing R where
  neg_add_cancel a := (add_comm (-a) a).trans (add_neg a)
  sub_eq_add_neg _ _ := rfl

/-- `ring` reads the numerals of `R`. -/
instance (ctx : List R) (n : Nat) [Ring.Literal n] : Ring.Reify ctx (no_index (OfNat.ofNat n)) (.num n) :=
  Ring.Reify.num ctx _ n rfl

end Complete
end Compact
