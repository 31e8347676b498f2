prelude
import Compact.Transformer.Length.BruteForce
import Compact.Transformer.Strategy.BruteForceMass
/-! # The length of a proof of a mass by brute force -/
namespace Compact

/-- Operations of `BruteForceMass.check`: those of brute force; and a weight is read, multiplied with and added for each token of each input. -/
noncomputable def BruteForceMass.operations (w : Weights) (c : BruteForceMass.Certificate) : Nat :=
  Nat.add (BruteForce.operations w { toParams := c.toParams, bound := c.bound })
    (Nat.mul (Nat.mul 4 w.n_ctx) (Nat.pow w.d_vocab w.n_ctx))

end Compact
