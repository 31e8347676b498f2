prelude
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.Prefix
/-! # The length of a prefix proof -/
namespace Compact

/-- Operations of `Prefix.check`. -/
noncomputable def Prefix.operations (w : Weights) (c : Prefix.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v)) (Length.running v))
    (Length.counted v n c.toLevels (fun _ => 28) fun _ => 2)

end Compact
