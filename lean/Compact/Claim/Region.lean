prelude
import Compact.Claim
import Compact.Task.Max
/-!
# Claim: a region

A region of inputs that a person can picture: the maximum is at least `least`, and every other token lies below it by at least
`gap` (`InRegion`); or, with a table of gaps, by at least the gap for this maximum (`InGaps`).  A claim about a region is about *every* input in it.
-/
namespace Compact

/-- The maximum of the input is at least `least`, and each of its tokens is the maximum or at most the maximum less `gap`. -/
def InRegion (least gap : Nat) (x : List Nat) : Prop :=
  least ≤ maximum x ∧ ∀ t, t ∈ x → t = maximum x ∨ t + gap ≤ maximum x

/-- The gap for the maximum `m`, where those for all maxima are the digits of `gaps` in base `2^bits`, the first lowest. -/
def gapAt (bits gaps m : Nat) : Nat := gaps / 2 ^ (bits * m) % 2 ^ bits

/-- Each token of the input is the maximum or at most the maximum less the gap for this maximum; a gap of 0 leaves all inputs with this
maximum out. -/
def InGaps (bits gaps : Nat) (x : List Nat) : Prop :=
  0 < gapAt bits gaps (maximum x) ∧ ∀ t, t ∈ x → t = maximum x ∨ t + gapAt bits gaps (maximum x) ≤ maximum x

end Compact
