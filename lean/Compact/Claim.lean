prelude
import Compact.Foundation
/-!
# What is claimed: at least `N` inputs

Inputs are lists of tokens, whatever the model does with them.
-/
namespace Compact

/-- The token at position `p`. -/
def token (x : List Nat) (p : Nat) : Nat := x.getD p 0

/-- At least `N` inputs have the property `P`: there is a list of `N` inputs, no two of them equal,
that all have it. -/
def AtLeast (N : Nat) (P : List Nat → Prop) : Prop :=
  ∃ xs : List (List Nat), xs.Nodup ∧ (∀ x, x ∈ xs → P x) ∧ xs.length = N

end Compact
