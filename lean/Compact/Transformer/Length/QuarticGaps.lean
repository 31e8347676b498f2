prelude
import Compact.Transformer.Length.QuarticRegion
import Compact.Transformer.Strategy.QuarticGaps
/-! # The length of a quartic proof of a region with a table of gaps -/
namespace Compact

/-- Operations of `QuarticGaps.check`. -/
noncomputable def QuarticGaps.operations (w : Weights) (c : QuarticGaps.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.region c.toNarrow c.toTables (QuarticGaps.ask c.toGaps) v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks))

end Compact
