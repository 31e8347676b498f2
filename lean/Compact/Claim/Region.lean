prelude
import Compact.Claim
import Compact.Task.Max
/-!
# Claim: a region

A region of inputs that a person can picture: the maximum is at least `least`, and every other token lies below it by at least
`gap`.  A claim about a region is about *every* input in it.
-/
namespace Compact

/-- The maximum of the input is at least `least`, and each of its tokens is the maximum or at most the maximum less `gap`. -/
def InRegion (least gap : Nat) (x : List Nat) : Prop :=
  least ≤ maximum x ∧ ∀ t, t ∈ x → t = maximum x ∨ t + gap ≤ maximum x

end Compact
