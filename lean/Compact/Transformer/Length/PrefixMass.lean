prelude
import Compact.Transformer.Length.Mass
import Compact.Transformer.Strategy.PrefixMass
/-! # The length of a prefix proof of a mass -/
namespace Compact

/-- Operations of `PrefixMass.check`. -/
noncomputable def PrefixMass.operations (w : Weights) (c : PrefixMass.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.leads c.bits v)) (Nat.mul blocks (Length.running c.bits v)))
    (Length.counted c.bits v n c.toLevels (fun _ => 14) fun _ => 2)) (Length.mass v n)

end Compact
