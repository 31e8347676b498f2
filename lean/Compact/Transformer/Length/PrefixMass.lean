prelude
import Compact.Transformer.Length.Mass
import Compact.Transformer.Strategy.PrefixMass
/-! # The length of a prefix proof of a mass -/
namespace Compact

/-- Operations of `PrefixMass.check`. -/
noncomputable def PrefixMass.operations (w : Weights) (c : PrefixMass.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v)) (Length.running v))
    (Length.counted v n c.toLevels (fun _ => 31) fun _ => 2)) (Length.mass v n)

end Compact
