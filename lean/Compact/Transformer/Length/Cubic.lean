prelude
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.Cubic
/-! # The length of a cubic proof -/
namespace Compact

/-- Operations of `Cubic.check`. -/
noncomputable def Cubic.operations (w : Weights) (c : Cubic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v))
    (Length.counted v n c.toLevels (fun m => Nat.add 10 (Nat.mul 6 m)) fun m => Nat.mul 9 m)

end Compact
