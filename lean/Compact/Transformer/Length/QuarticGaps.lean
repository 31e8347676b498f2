prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.QuarticGaps
/-! # The length of a quartic proof of a region with a table of gaps -/
namespace Compact

/-- Operations of `QuarticGaps.check`: rows of `v` lanes, for each maximum, each query and each token up to it. -/
noncomputable def QuarticGaps.operations (w : Weights) (c : QuarticGaps.Certificate) : Nat :=
  Nat.force w.d_vocab fun v =>
  Nat.add (Length.tables w c.toParams) (Nat.mul v (Nat.add (Nat.mul Length.gaps (Nat.mul v (Nat.add v 6)))
    (total v fun m => Nat.force m fun m => Nat.mul (Nat.succ m) (Nat.add Length.mixtures (Nat.mul Length.mixture m)))))

end Compact
