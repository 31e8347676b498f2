prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Mixed
/-! # The length of a mixed proof -/
namespace Compact

/-- Operations of `Mixed.check`: numbers for margins, and rows of `v` lanes for the tokens that they leave. -/
noncomputable def Mixed.operations (w : Weights) (c : Mixed.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force c.runBits fun runBits => Nat.force c.sizeBits fun sizeBits =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.margins v)) (Length.running v)) (Nat.add (Nat.mul v (Nat.mul Length.gaps (Nat.mul 6 v)))
    (Length.overPairs c.toRuns v n fun q m code => Runs.decode code fun part =>
      Nat.add (Nat.add (Nat.add Length.pair (Nat.add Length.bothEnds 6)) (Length.inputs (Nat.pred (classes n q m)))) (Runs.decode part fun N =>
        Nat.force (Nat.sub m (readLane sizeBits (nth 0 c.sizes m) (Nat.mul q n))) fun left =>
        Nat.mul v (Nat.add (Nat.add (Nat.add Length.mixtures Length.gaps) (Nat.mul (Nat.add Length.mixture (Nat.succ Length.gaps)) left))
          (Length.runsOf (fun _ => Length.retest left) runBits n q m N)))))

end Compact
