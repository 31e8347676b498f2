prelude
import Compact.Transformer.Length.Mass
import Compact.Transformer.Length.Quartic
import Compact.Transformer.Strategy.QuarticMass
/-! # The length of a quartic proof of a mass -/
namespace Compact

/-- Operations of `QuarticMass.check`: those of `Quartic.check`, and what weights add. -/
noncomputable def QuarticMass.operations (w : Weights) (c : QuarticMass.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.sheets c.toSheets c.bits v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks))) (Length.mass v n)

end Compact
