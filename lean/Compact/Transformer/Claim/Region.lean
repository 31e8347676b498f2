prelude
import Compact.Claim.Region
import Compact.Transformer.Statement
/-!
# Claim: right on a region

Every valid input of the region is answered correctly.  A certificate also says that at least `N` inputs are answered correctly: those of
the region, as its checker counts them, though the statement does not say that they lie in it.
-/
namespace Compact

/-- The model answers every valid input of the region correctly. -/
def RightOn (R : Type) [ExpField R] (least gap : Nat) (w : Weights) : Prop :=
  ∀ x, Valid w x → InRegion least gap x → Correct R w x

/-- The same for a region with a table of gaps. -/
def RightInGaps (R : Type) [ExpField R] (bits gaps : Nat) (w : Weights) : Prop :=
  ∀ x, Valid w x → InGaps bits gaps x → Correct R w x

end Compact
