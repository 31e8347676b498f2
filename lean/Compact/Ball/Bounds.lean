prelude
import Compact.Ball.Basic
/-!
# Bounds of a number in a ball
-/
namespace Compact
namespace Ball
variable {R : Type} [ExpField R] {U : Nat} {b : Ball} {y : R}

theorem Holds.le_top (h : b.Holds U y) : ofNat R U * y ≤ ofNat R (b.plus + b.radius) := by
  have le := h.le
  have n := ofNat_nonneg (R := R) b.minus
  rw [ofNat_add]
  exact le_of_linear (add_le_add le n) (by ring [ofNat R U, y, ofNat R b.plus, ofNat R b.minus, ofNat R b.radius])

theorem Holds.ge_low (h : b.Holds U y) : ofNat R b.plus - ofNat R (b.minus + b.radius) ≤ ofNat R U * y := by
  rw [ofNat_add]
  exact le_of_linear h.ge (by ring [ofNat R U, y, ofNat R b.plus, ofNat R b.minus, ofNat R b.radius])

end Ball
end Compact
