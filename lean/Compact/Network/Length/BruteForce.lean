prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.BruteForce
/-! # The length of a proof by brute force -/
namespace Compact
namespace Network

/-- Operations of `BruteForce.check`: for each pair and neuron nine for what comes out and its lane (`Layout.hidden`, `lanesShift`),
and a product and a sum for each output; then one comparison. -/
noncomputable def BruteForce.operations (w : Weights) (c : BruteForce.Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d =>
  Nat.add (Nat.add (Nat.add (Length.group n c.generators) (Length.symmetry c.half n))
      (Nat.add (Length.integers w) (Nat.mul (Nat.mul n d) (Nat.add (Nat.mul 2 (Length.spread d)) (Length.spread n)))))
    (Nat.mul (Length.looks c.half n) (Nat.add (Nat.mul d (Nat.add 9 (Nat.mul 2 n))) (Nat.mul n (Nat.succ Length.test))))

end Network
end Compact
