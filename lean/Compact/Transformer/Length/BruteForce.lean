prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.BruteForce
/-! # The length of a proof by brute force -/
namespace Compact

/-- Operations of `BruteForce.check`: one row for each position of each input, and one test. -/
noncomputable def BruteForce.operations (w : Weights) (c : BruteForce.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (Nat.add (Length.circuits v p w.d_model w.d_head)
    (Nat.add (Nat.mul (Nat.mul v (Nat.add v p)) (Length.factor c.steps)) (Nat.mul 8 (Nat.mul v (Nat.add (Nat.mul 2 v) p)))))
  (Nat.add (Nat.mul (Nat.mul v (Nat.mul p v)) (Nat.add 6 (Nat.mul 2 v)))
    (Nat.mul (Nat.pow v p) (Nat.add (Nat.mul p (Nat.succ v)) (Nat.mul 4 v))))

end Compact
