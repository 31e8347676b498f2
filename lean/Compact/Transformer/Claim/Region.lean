prelude
import Compact.Claim.Region
import Compact.Transformer.Statement
/-!
# Claim: right on a region

Every valid input of the region is answered correctly; and there are at least `N` of them, so that the region is not empty unless `N` is 0.
-/
namespace Compact

/-- The model answers every valid input of the region correctly. -/
def RightOn (R : Type) [ExpField R] (least gap : Nat) (w : Weights) : Prop :=
  ∀ x, Valid w x → InRegion least gap x → Correct R w x

end Compact
