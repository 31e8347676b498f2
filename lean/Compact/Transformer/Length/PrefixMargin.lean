prelude
import Compact.Transformer.Length.Margin
import Compact.Transformer.Strategy.PrefixMargin
/-! # The length of a prefix proof of a margin -/
namespace Compact

/-- Operations of `PrefixMargin.check`. -/
noncomputable def PrefixMargin.operations (w : Weights) (c : PrefixMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.leads c.bits v)) (Nat.mul blocks (Length.running c.bits v)))
    (Length.claimed c.bits v n c.toLevels c.sizeBits c.classBits c.sizes)) (Length.margin c.bits v)

end Compact
