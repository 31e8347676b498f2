prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Quartic
/-! # The length of a quartic proof -/
namespace Compact

/-- Operations of `Quartic.check`: rows of `v` lanes. -/
noncomputable def Quartic.operations (w : Weights) (c : Quartic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force c.runBits fun runBits =>
  Nat.add (Length.tables w c.toParams) (Nat.mul v (Nat.add (Nat.mul Length.gaps (Nat.mul v (Nat.add v 6))) (Length.overPairs c.toRuns v n fun q m code =>
    Runs.decode code fun N => Nat.add (Nat.add Length.mixtures (Nat.mul Length.mixture m))
      (Length.runsOf (fun _ => Length.retest m) runBits n q m N))))

end Compact
