prelude
import Compact.Transformer.Length.Mass
import Compact.Transformer.Strategy.CubicMass
/-! # The length of a cubic proof of a mass -/
namespace Compact

/-- Operations of `CubicMass.check`. -/
noncomputable def CubicMass.operations (w : Weights) (c : CubicMass.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.force (CubicMass.laneBits c.toTables c.toTokenWeights) fun W =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.leads c.bits v))
    (Length.counted c.bits v n c.toLevels (fun m => Nat.add (Nat.mul 2 (Length.wordsOf W m)) (Length.lackLevel W m)) (Length.lacks W))) (Length.mass v n)

end Compact
