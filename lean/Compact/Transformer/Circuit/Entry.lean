prelude
import Compact.Packed.Mat
import Compact.Transformer.Statement
/-!
# The entries of the statement's tensors, as integer matrices
-/
namespace Compact
namespace Tensor
variable {T : Tensor} {r c : Nat}

/-- What the matrix of a tensor means in the statement. -/
theorem entry_eq (R : Type) [ExpField R] (w : Weights) (hr : T.rows.length = r) {i j : Nat} (hi : i < r)
    (hj : j < c) : entry R w T i j = (T.mat c).val R i j / ofNat R (2 ^ w.frac) := by
  show (ofNat R (T.digit i j) - _) / _ = (ofNat R ((T.mat c).get i j) - _) / _
  rw [get_mat hr hi hj]
  rfl

end Tensor
end Compact
