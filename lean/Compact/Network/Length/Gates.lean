prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.Gates
/-! # The length of a proof by gates -/
namespace Compact
namespace Network

/-- Operations of `Gates.check`: prefix sums of both sides, four for each output; the packed signs of each pair, five operations
a neuron; for each run of active neurons four rows and the operations that find it; one comparison.  How many runs there are
altogether is a field of the certificate that nothing rests on. -/
noncomputable def Gates.operations (w : Weights) (c : Gates.Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d =>
  Nat.add (Nat.add (Nat.add (Length.group n c.generators) (Length.integers w)) (Nat.mul (Nat.mul 2 (Nat.mul n d)) (Nat.mul 4 n)))
    (Nat.add (Nat.mul (Nat.mul n n) (Nat.add (Nat.mul 5 d) (Nat.mul n (Nat.add 2 Length.test))))
      (Nat.mul c.runs (Nat.add (Nat.mul 4 n) 16)))

end Network
end Compact
