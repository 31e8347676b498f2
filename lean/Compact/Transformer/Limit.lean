prelude
import Compact.Counting.Limit
import Compact.Transformer.Statement
/-!
# No bound exceeds the number of inputs
-/
namespace Compact

/-- A certified bound is at most the number of inputs. -/
theorem AtLeast.correct_le {R : Type} [ExpField R] {N : Nat} {w : Weights}
    (h : AtLeast N (Correct R w)) : N ≤ w.d_vocab ^ w.n_ctx := AtLeast.le_pow (fun _ hx => hx.left) h

end Compact
