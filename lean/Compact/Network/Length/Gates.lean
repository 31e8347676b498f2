prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.Gates
/-! # The length of a proof by gates -/
namespace Compact
namespace Network

/-- `oneRun`, the places of four prefix sums (`entryAt`) and two marks. -/
def Length.run : Nat := nat_lit 30

/-- Operations of `Gates.check`: prefix sums of both sides, two for each output; the signs of each pair, four
operations a neuron; what is added up for a pair is taken apart, four operations for each output, and compared; for each run of
active neurons four rows, and the operations that find it.  How many runs there are altogether is a field of the certificate
that nothing rests on. -/
noncomputable def Gates.operations (w : Weights) (c : Gates.Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.group n c.generators) (Length.symmetry c.half n)) (Length.integers w))
      (Nat.mul (Nat.mul n d) (Nat.mul 4 n)))
    (Nat.add (Nat.mul (Length.looks c.half n) (Nat.add (Nat.mul 4 d) (Nat.mul n (Nat.add 4 Length.test))))
      (Nat.mul c.runs (Nat.add (Nat.mul 4 n) Length.run)))

end Network
end Compact
