prelude
import Compact.Transformer.Length.Margin
import Compact.Transformer.Strategy.CubicMargin
/-! # The length of a cubic proof of a margin -/
namespace Compact

/-- Operations of `CubicMargin.check`. -/
noncomputable def CubicMargin.operations (w : Weights) (c : CubicMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v))
    (Length.counted v n c.toLevels (fun m => Nat.add 10 (Nat.mul 6 m)) fun m => Nat.mul 9 m)) (Length.margin v)

end Compact
