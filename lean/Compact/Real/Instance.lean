prelude
import Compact.Real.Signed.Sup
import Compact.Real.Complete.Exp
import Compact.Real.Complete.Max
import Compact.Real.Complete.Sqrt
import Compact.Field.Arith
/-!
# The real numbers are an ordered field with an exponential

Here the two halves of the folder meet: `Real` is a complete ring (`Signed`), and every complete ring is a field with
square roots and an exponential (`Complete`).
-/
namespace Compact
namespace Real

/-- The real numbers are a linearly ordered commutative ring with a half and least upper bounds. -/
@[reducible] noncomputable def complete : CompleteRing Real where
  zero := zero
  one := one
  half := half
  add := add
  neg := neg
  mul := mul
  le := le
  add_comm := add_comm
  add_assoc := add_assoc
  add_zero := add_zero
  add_neg := add_neg
  mul_comm := mul_comm
  mul_assoc := mul_assoc
  mul_one := mul_one
  mul_add := mul_add
  zero_ne_one := zero_ne_one
  half_add_half := half_add_half
  le_refl := le_refl
  le_trans := le_trans
  le_antisymm := le_antisymm
  le_total := le_total
  add_le_add := add_le_add
  mul_nonneg := mul_nonneg
  exists_sup := exists_sup

end Real

/-- Every complete ring is an ordered field with an exponential. -/
@[reducible] noncomputable def Complete.expField (R : Type) [CompleteRing R] : ExpField R where
  zero := CompleteRing.zero
  one := CompleteRing.one
  add := CompleteRing.add
  neg := CompleteRing.neg
  mul := CompleteRing.mul
  inv := Complete.inv
  le := CompleteRing.le
  exp := Complete.exp
  max := Complete.max
  add_comm := CompleteRing.add_comm
  add_assoc := CompleteRing.add_assoc
  add_zero := CompleteRing.add_zero
  add_neg := CompleteRing.add_neg
  mul_comm := CompleteRing.mul_comm
  mul_assoc := CompleteRing.mul_assoc
  mul_one := CompleteRing.mul_one
  mul_add := CompleteRing.mul_add
  mul_inv a h := (Complete.mul_inv (x := a) h).trans Complete.one_eq
  zero_ne_one := CompleteRing.zero_ne_one
  le_refl := CompleteRing.le_refl
  le_trans := CompleteRing.le_trans
  le_antisymm := CompleteRing.le_antisymm
  le_total := CompleteRing.le_total
  add_le_add := CompleteRing.add_le_add
  mul_nonneg := CompleteRing.mul_nonneg
  exp_add := Complete.exp_add
  exp_pos a := And.intro (Complete.exp_pos a).left (Complete.exp_pos a).right
  add_one_le_exp a := by
    have h := Complete.one_add_le_exp a
    rw [Complete.one_eq] at h
    exact h
  max_of_le _ _ h := Complete.max_of_le h
  max_of_ge _ _ h := Complete.max_of_ge h

/-- **The real numbers are an ordered field with an exponential.** -/
noncomputable instance Real.instExpField : ExpField Real := @Complete.expField Real Real.complete

namespace Real

/-- Every non-empty set of real numbers that is bounded above has a least upper bound. -/
theorem exists_least_upper_bound (S : Real → Prop) (some : ∃ x, S x) (bounded : ∃ b, ∀ x, S x → x ≤ b) :
    ∃ c, (∀ x, S x → x ≤ c) ∧ ∀ b, (∀ x, S x → x ≤ b) → c ≤ b := exists_sup S some bounded

/-- Every nonnegative real number has a nonnegative square root. -/
theorem exists_sqrt (a : Real) (h : 0 ≤ a) : ∃ s, 0 ≤ s ∧ s * s = a := @Complete.exists_mul_self_eq Real complete a h

/-- There is only one: two nonnegative numbers with the same square are equal. -/
theorem sqrt_unique {s t : Real} (hs : 0 ≤ s) (ht : 0 ≤ t) (h : s * s = t * t) : s = t := by
  cases Classical.em (s + t = 0) with
  | inl e =>
    have s0 : s ≤ 0 := le_of_linear ht (by rw [e]; ring [])
    have t0 : t ≤ 0 := le_of_linear hs (by rw [Compact.add_comm t, e]; ring [])
    exact (Compact.le_antisymm s0 hs).trans (Compact.le_antisymm t0 ht).symm
  | inr n =>
    refine eq_of_sub_eq_zero (mul_left_cancel n ?_)
    calc (s + t) * (s - t) = s * s - t * t := by ring [s, t]
      _ = (s + t) * 0 := by rw [h, sub_self, mul_zero]

/-- The exponential of the real numbers is the only function with two of its three laws. -/
theorem exp_unique (f : Real → Real) (f_add : ∀ a b, f (a + b) = f a * f b) (one_add_le : ∀ a, 1 + a ≤ f a) (a : Real) :
    f a = exp a := @Complete.eq_exp Real complete f f_add one_add_le a

end Real
end Compact
