prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.BruteForce
/-! # The length of a proof by brute force -/
namespace Compact
namespace Network

/-- Operations of `BruteForce.check`: for each pair and neuron two for what comes out, and a product and a sum for each output;
then one comparison. -/
noncomputable def BruteForce.operations (w : Weights) (c : BruteForce.Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d =>
  Nat.add (Nat.add (Length.group n c.generators) (Length.integers w))
    (Nat.mul (Nat.mul n n) (Nat.add (Nat.mul d (Nat.add 2 (Nat.mul 2 n))) (Nat.mul n (Nat.succ Length.test))))

end Network
end Compact
