prelude
import Compact.Claim
/-!
# Task: the maximum
-/
namespace Compact

/-- The right answer: the largest token of the input. -/
def maximum : List Nat → Nat
  | [] => 0
  | t :: x => Nat.max t (maximum x)

end Compact
