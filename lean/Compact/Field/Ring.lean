prelude
import Compact.Field.Basic
import Compact.Ring.Nat
/-!
# An `ExpField` is a commutative ring: `ring` works in it

First the laws restated for the notation (`0`, `1`, `+`, ...), then powers and casts `ofNat R n`, then the
instances behind `ring`.  `ring` reads `ofNat R (m + n)`, `ofNat R (m * n)` and `ofNat R (m ^ n)` through the
cast, and a quotient `a / b` as `a * inv b`: list `ofNat R m` or `ExpField.inv b` as atoms.
-/
namespace Compact
namespace ExpField
variable {R : Type} [ExpField R]

/-- `a ^ n = a * a * ... * a`. -/
def npow (a : R) : Nat → R
  | 0 => 1
  | n + 1 => npow a n * a

instance instNatPow : NatPow R where pow := npow

end ExpField

variable {R : Type} [ExpField R]

theorem add_comm (a b : R) : a + b = b + a := ExpField.add_comm a b
theorem add_assoc (a b c : R) : a + b + c = a + (b + c) := ExpField.add_assoc a b c
theorem add_zero (a : R) : a + 0 = a := ExpField.add_zero a
theorem zero_add (a : R) : 0 + a = a := (add_comm 0 a).trans (add_zero a)
theorem add_neg_cancel (a : R) : a + -a = 0 := ExpField.add_neg a
theorem neg_add_cancel (a : R) : -a + a = 0 := (add_comm (-a) a).trans (add_neg_cancel a)
theorem sub_eq_add_neg (a b : R) : a - b = a + -b := rfl
theorem one_eq : (1 : R) = ExpField.one := zero_add ExpField.one
theorem mul_comm (a b : R) : a * b = b * a := ExpField.mul_comm a b
theorem mul_assoc (a b c : R) : a * b * c = a * (b * c) := ExpField.mul_assoc a b c
theorem mul_one (a : R) : a * 1 = a := by rw [one_eq]; exact ExpField.mul_one a
theorem one_mul (a : R) : 1 * a = a := (mul_comm 1 a).trans (mul_one a)
theorem mul_add (a b c : R) : a * (b + c) = a * b + a * c := ExpField.mul_add a b c
theorem pow_zero (a : R) : a ^ 0 = 1 := rfl
theorem pow_succ (a : R) (n : Nat) : a ^ (n + 1) = a ^ n * a := rfl

theorem add_right_cancel (a b c : R) (h : a + c = b + c) : a = b := by
  have e := congrArg (fun x => x + -c) h
  rw [← add_zero a, ← add_zero b, ← add_neg_cancel c, ← add_assoc, ← add_assoc]
  exact e

theorem ofNat_zero : ofNat R 0 = 0 := rfl
theorem ofNat_one : ofNat R 1 = 1 := rfl
theorem ofNat_succ (n : Nat) : ofNat R (n + 1) = ofNat R n + 1 := by rw [one_eq]; rfl

theorem ofNat_add (m n : Nat) : ofNat R (m + n) = ofNat R m + ofNat R n := by
  induction n with
  | zero => exact (add_zero _).symm
  | succ n ih => rw [ofNat_succ n, ← add_assoc, ← ih]; exact ofNat_succ (m + n)

theorem ofNat_mul (m n : Nat) : ofNat R (m * n) = ofNat R m * ofNat R n := by
  induction n with
  | zero =>
    apply add_right_cancel _ _ (ofNat R m * 0)
    show 0 + _ = _ * 0 + _ * 0
    rw [← mul_add, Compact.zero_add, Compact.zero_add]
  | succ n ih => rw [ofNat_succ n, mul_add, Compact.mul_one, ← ih]; exact ofNat_add (m * n) m

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
  neg_add_cancel := neg_add_cancel
  sub_eq_add_neg := sub_eq_add_neg

theorem ofNat_pow (m n : Nat) : ofNat R (m ^ n) = ofNat R m ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [pow_succ, ← ih]; exact ofNat_mul (m ^ n) m

namespace Ring

/-- A numeral of `R`, or the cast of a numeral. -/
instance Reify.numeral (ctx : List R) (n : Nat) [Literal n] : Reify ctx (no_index (OfNat.ofNat n)) (.num n) :=
  .num ctx _ n rfl

instance Reify.ofNat_add (ctx : List R) (m n : Nat) (p q : Form) [Reify ctx (ofNat R m) p] [Reify ctx (ofNat R n) q] :
    Reify ctx (ofNat R (m + n)) (p.add q) := .congr (Compact.ofNat_add m n) (.add ctx _ _ p q)

instance Reify.ofNat_mul (ctx : List R) (m n : Nat) (p q : Form) [Reify ctx (ofNat R m) p] [Reify ctx (ofNat R n) q] :
    Reify ctx (ofNat R (m * n)) (p.mul q) := .congr (Compact.ofNat_mul m n) (.mul ctx _ _ p q)

instance Reify.ofNat_pow (ctx : List R) (m n : Nat) (p : Form) [h : Reify ctx (ofNat R m ^ n) p] :
    Reify ctx (ofNat R (m ^ n)) p := .congr (Compact.ofNat_pow m n) h

instance Reify.div (ctx : List R) (a b : R) (p q : Form) [Reify ctx a p] [Reify ctx (ExpField.inv b) q] :
    Reify ctx (a / b) (p.mul q) := Reify.mul ctx a (ExpField.inv b) p q

end Ring
end Compact
