prelude
import Compact.Claim
/-!
# Task: read from a table
-/
namespace Compact

/-- The place of an input among all inputs over `v` tokens, in the order in which the last token changes fastest. -/
def place (v : Nat) (x : List Nat) : Nat := List.foldl (fun place t => v * place + t) 0 x

/-- The right answer: what a table says, which has an entry for each input. -/
def lookup (v : Nat) (entries : List Nat) (x : List Nat) : Nat := entries.getD (place v x) 0

end Compact
