prelude
import Compact.Transformer.Length.Margin
import Compact.Transformer.Strategy.PrefixMargin
/-! # The length of a prefix proof of a margin -/
namespace Compact

/-- Operations of `PrefixMargin.check`. -/
noncomputable def PrefixMargin.operations (w : Weights) (c : PrefixMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v)) (Length.running v))
    (Length.claimed v n c.toLevels c.sizeBits c.classBits 2 c.sizes)) (Length.margin v)

end Compact
