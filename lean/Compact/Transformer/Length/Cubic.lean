prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Cubic
/-! # The length of a cubic proof -/
namespace Compact

/-- Operations of `Cubic.check`. -/
noncomputable def Cubic.operations (w : Weights) (c : Cubic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force c.runBits fun runBits =>
  Nat.add (Nat.add (Length.tables w c.toParams) (Length.margins v)) (Length.overPairs c.toRuns v n fun q m code =>
    Nat.add (Nat.add Length.pair (Nat.add 12 (Nat.mul 5 m))) (Runs.decode code fun N =>
      Length.runsOf (fun k => Nat.add (Nat.add Length.bothEnds (Nat.add 12 m)) (Length.inputs k)) runBits n q m N))

end Compact
