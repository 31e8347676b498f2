prelude
import Compact.Transformer.Length.Quartic
import Compact.Transformer.Strategy.QuarticMargin
/-! # The length of a quartic proof of a margin -/
namespace Compact

/-- Operations of `QuarticMargin.check`: those of `Quartic.check`; and for each maximum, rows of direct paths raised and tested, three
operations a row. -/
noncomputable def QuarticMargin.operations (w : Weights) (c : QuarticMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.sheets c.toSheets c.bits v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks)))
    (Nat.mul v (Nat.mul v (Nat.mul 3 (Length.wordsOf c.bits v))))

end Compact
