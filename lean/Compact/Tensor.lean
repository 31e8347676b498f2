prelude
import Compact.Foundation
/-!
# Weights as exact numbers

How the weights of a model stand in a Lean file, whatever the model is.
-/
namespace Compact

/-- A matrix of exact dyadic numbers.  Row `i` is one natural number whose digits in base `2^bits` are
the entries of the row, first entry lowest, each shifted up by `2^(bits-1)` so that it is not negative. -/
structure Tensor where
  bits : Nat
  rows : List Nat

/-- Digit `j` of the row `i`, still shifted. -/
def Tensor.digit (T : Tensor) (i j : Nat) : Nat := T.rows.getD i 0 / 2 ^ (T.bits * j) % 2 ^ T.bits

end Compact
