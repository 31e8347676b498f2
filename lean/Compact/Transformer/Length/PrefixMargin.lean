prelude
import Compact.Transformer.Length.Margin
import Compact.Transformer.Strategy.PrefixMargin
/-! # The length of a prefix proof of a margin -/
namespace Compact

/-- Operations of `PrefixMargin.check`. -/
noncomputable def PrefixMargin.operations (w : Weights) (c : PrefixMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v)) (Length.running v))
    (Length.counted v n c.toLevels (fun _ => 28) fun _ => 2)) (Length.margin v)

end Compact
