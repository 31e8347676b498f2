prelude
import Compact.Claim
/-!
# Task: the last token
-/
namespace Compact

/-- The right answer: the last token of the input. -/
def last (x : List Nat) : Nat := token x (x.length - 1)

end Compact
