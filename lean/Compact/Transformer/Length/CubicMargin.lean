prelude
import Compact.Transformer.Length.Margin
import Compact.Transformer.Strategy.CubicMargin
/-! # The length of a cubic proof of a margin -/
namespace Compact

/-- Operations of `CubicMargin.check`. -/
noncomputable def CubicMargin.operations (w : Weights) (c : CubicMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.force (Lacks.lackBits c.toTables) fun W =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.leads c.bits v))
    (Length.counted c.bits v n c.toLevels (Length.lackLevel W) (Length.lacks W))) (Length.margin c.bits v)

end Compact
