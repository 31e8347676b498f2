prelude
import Compact.Field.Cast
/-!
# Integers in an `ExpField`
-/
namespace Compact
variable (R : Type) [ExpField R]

/-- The integer `z` as an element of `R`. -/
noncomputable def ofInt : Int → R
  | .ofNat n => ofNat R n
  | .negSucc n => -ofNat R (n + 1)

theorem ofInt_ofNat (n : Nat) : ofInt R (.ofNat n) = ofNat R n := rfl
theorem ofInt_negSucc (n : Nat) : ofInt R (.negSucc n) = -ofNat R (n + 1) := rfl

end Compact
