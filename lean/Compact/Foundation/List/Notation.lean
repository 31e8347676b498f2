prelude
import Compact.Foundation.Nat.Decide
/-!
# List literals

`[a, b, c]` is `a :: b :: c :: []`.
-/
syntax:1024 "[" sepBy(term, ",", ", ") "]" : term
macro_rules
  | `([ ]) => `(List.nil)
  | `([ $x ]) => `(List.cons $x List.nil)
  | `([ $x, $xs,* ]) => `(List.cons $x [ $xs,* ])
