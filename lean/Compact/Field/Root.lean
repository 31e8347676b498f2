prelude
import Compact.Field.Arith
/-!
# Ordered fields with an exponential and a square root

A model with a norm divides by a square root, so its numbers need one: `RootField R` is an `ExpField R` with a function `sqrt` and
the two laws that pin it down, `0 ≤ sqrt a` and `sqrt a * sqrt a = a`, both for `0 ≤ a` only.  What it is elsewhere is nobody's business.
Only theorems about models with a norm ask for it; the real numbers are an instance (`Compact.Real`).
-/
namespace Compact

/-- An `ExpField` with a square root of what is not negative. -/
class RootField (R : Type) extends ExpField R where
  sqrt : R → R
  sqrt_nonneg (a : R) : le zero a → le zero (sqrt a)
  sqrt_mul_self (a : R) : le zero a → mul (sqrt a) (sqrt a) = a

export RootField (sqrt)

variable {R : Type} [RootField R] {a : R}

theorem sqrt_nonneg (h : 0 ≤ a) : 0 ≤ sqrt a := RootField.sqrt_nonneg a h
theorem sqrt_mul_self (h : 0 ≤ a) : sqrt a * sqrt a = a := RootField.sqrt_mul_self a h

end Compact
