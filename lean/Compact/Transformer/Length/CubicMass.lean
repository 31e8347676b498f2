prelude
import Compact.Transformer.Length.Mass
import Compact.Transformer.Strategy.CubicMass
/-! # The length of a cubic proof of a mass -/
namespace Compact

/-- Operations of `CubicMass.check`. -/
noncomputable def CubicMass.operations (w : Weights) (c : CubicMass.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v))
    (Length.counted v n c.toLevels (fun m => Nat.add 10 (Nat.mul 8 m)) fun m => Nat.mul 12 m)) (Length.mass v n)

end Compact
