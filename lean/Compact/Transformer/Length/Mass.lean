prelude
import Compact.Transformer.Length.Mixture
/-! # What weights of tokens add to the length of a proof -/
namespace Compact
namespace Length

/-- `Mixture.weighedBinoms` for each maximum, and the sums of weights and the weights of queries. -/
noncomputable def mass (v n : Nat) : Nat := Nat.mul v (Nat.add (Nat.mul 4 (Nat.succ n)) (Nat.mul 3 v))

end Length
end Compact
