prelude
import Compact.Transformer.Length.BruteForce
import Compact.Transformer.Strategy.BruteForceLoss
/-! # The length of a proof of a mean loss by brute force -/
namespace Compact

/-- Operations of `BruteForceLoss.check`: those of brute force; and for each input an exponential for each output, four for the logarithm, and
the bounds of its factors. -/
noncomputable def BruteForceLoss.operations (w : Weights) (c : BruteForceLoss.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (BruteForce.operations w { toParams := c.toParams, bound := c.bound })
    (Nat.mul (Nat.pow v p) (Nat.add (Nat.mul (Nat.add v 4) (Nat.add (Length.exponential c.lossPrec c.lossSteps) 8)) (Nat.add (Nat.mul 8 p) 30)))

end Compact
