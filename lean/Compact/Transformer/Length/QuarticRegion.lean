prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.QuarticRegion
/-! # The length of a quartic proof of a region -/
namespace Compact

/-- Operations of `QuarticRegion.check`: rows of `v` lanes, for each maximum of the region, each query and each token up to it. -/
noncomputable def QuarticRegion.operations (w : Weights) (c : QuarticRegion.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force c.least fun least =>
  Nat.add (Length.tables w c.toParams) (Nat.mul v (Nat.add (Nat.mul Length.gaps (Nat.mul v (Nat.add v 6)))
    (total (Nat.sub v least) fun i => Nat.force (Nat.add least i) fun m => Nat.mul (Nat.succ m) (Nat.add Length.mixtures (Nat.mul Length.mixture m)))))

end Compact
