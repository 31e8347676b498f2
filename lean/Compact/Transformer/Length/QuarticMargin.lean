prelude
import Compact.Transformer.Length.Quartic
import Compact.Transformer.Strategy.QuarticMargin
/-! # The length of a quartic proof of a margin -/
namespace Compact

/-- Operations of `QuarticMargin.check`: those of `Quartic.check`; and for each maximum, rows of direct paths raised and tested, three
operations a lane, and what is computed once of a query (`Quartic.Query.of`). -/
noncomputable def QuarticMargin.operations (w : Weights) (c : QuarticMargin.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force c.runBits fun runBits =>
  Nat.add (Nat.add (Length.tables w c.toParams) (Nat.mul v (Nat.add (Nat.mul Length.gaps (Nat.mul v (Nat.add v 6))) (Length.overPairs c.toRuns v n fun q m code =>
    Runs.decode code fun N => Nat.add (Nat.add Length.mixtures (Nat.mul Length.mixture m))
      (Length.runsOf (fun _ => Length.retest m) runBits n q m N)))))
    (Nat.mul v (Nat.mul 6 (Nat.mul v v)))

end Compact
