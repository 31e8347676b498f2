prelude
import Compact.Claim
/-!
# Task: the smallest token
-/
namespace Compact

/-- The right answer: the smallest token of the input. -/
def minimum : List Nat → Nat
  | [] => 0
  | t :: x => match x with
    | [] => t
    | _ :: _ => Nat.min t (minimum x)

end Compact
