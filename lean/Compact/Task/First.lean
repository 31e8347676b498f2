prelude
import Compact.Claim
/-!
# Task: the first token
-/
namespace Compact

/-- The right answer: the first token of the input. -/
def first (x : List Nat) : Nat := token x 0

end Compact
