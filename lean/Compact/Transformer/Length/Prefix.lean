prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Prefix
/-! # The length of a prefix proof -/
namespace Compact

/-- Operations of `Prefix.check`. -/
noncomputable def Prefix.operations (w : Weights) (c : Prefix.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force c.runBits fun runBits =>
  Nat.add (Nat.add (Length.tables w c.toParams) (Length.margins v)) (Nat.add (Length.running v) (Length.overPairs c.toRuns v n fun q m code =>
    Nat.add Length.pair (Runs.decode code fun N => Length.runsOf (fun k => Nat.add (Nat.add Length.bothEnds 6) (Length.inputs k)) runBits n q m N)))

end Compact
