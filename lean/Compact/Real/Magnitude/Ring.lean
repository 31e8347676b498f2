prelude
import Compact.Real.Magnitude.Mul
/-!
# Magnitudes are a commutative semiring: `ring` works for them
-/
namespace Compact
namespace Magnitude

/-- The natural number `n`, as `1 + 1 + ... + 1`. -/
def ofNat : Nat → Magnitude
  | 0 => ofFraction (.ofNat 0)
  | n + 1 => ofNat n + ofFraction (.ofNat 1)

instance instOfNat (n : Nat) : OfNat Magnitude n where ofNat := ofNat n

/-- `x ^ n = x * x * ... * x` -/
def npow (x : Magnitude) : Nat → Magnitude
  | 0 => 1
  | n + 1 => npow x n * x

instance instNatPow : NatPow Magnitude where pow := npow

theorem one_eq : (1 : Magnitude) = ofFraction (.ofNat 1) := zero_add _
theorem add_zero (x : Magnitude) : x + 0 = x := (add_comm x 0).trans (zero_add x)
theorem mul_zero (x : Magnitude) : x * 0 = 0 := by
  apply add_right_cancel _ _ (x * 0)
  rw [← mul_add, add_zero]
  exact (zero_add _).symm

theorem ofNat_add (m n : Nat) : ofNat (m + n) = ofNat m + ofNat n := by
  induction n with
  | zero => exact (add_zero _).symm
  | succ n ih => show ofNat (m + n) + _ = ofNat m + (ofNat n + _); rw [ih, add_assoc]
theorem ofNat_mul (m n : Nat) : ofNat (m * n) = ofNat m * ofNat n := by
  induction n with
  | zero => exact (mul_zero _).symm
  | succ n ih =>
    show ofNat (m * n + m) = ofNat m * (ofNat n + _)
    rw [ofNat_add, ih, mul_add, mul_comm _ (ofFraction _), one_mul]

instance instCommSemiring : CommSemiring Magnitude where
  num := ofNat
  add_comm := add_comm
  add_assoc := add_assoc
  zero_add := zero_add
  add_right_cancel := add_right_cancel
  mul_comm := mul_comm
  mul_assoc := mul_assoc
  one_mul x := (congrArg (fun y => y * x) one_eq).trans (one_mul x)
  mul_add := mul_add
  num_add := ofNat_add
  num_mul := ofNat_mul
  pow_zero _ := rfl
  pow_succ _ _ := rfl

end Magnitude

/-- `ring` reads the numerals of magnitudes. -/
instance Ring.Reify.magnitude (ctx : List Magnitude) (n : Nat) [Ring.Literal n] :
    Ring.Reify ctx (no_index (OfNat.ofNat n)) (.num n) := Ring.Reify.num ctx _ n rfl

end Compact
