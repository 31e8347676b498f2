prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.Gates
/-! # The length of a proof by gates -/
namespace Compact
namespace Network

/-- `oneRun`, the places of four prefix sums (`entryAt`) and two marks. -/
def Length.run : Nat := nat_lit 30

/-- One round of `errors`, `Common.distance`, and the range of the neuron (`entryAt`). -/
def Length.error : Nat := nat_lit 20

/-- `rangeOf`, for each weight: two operations in each `largest`, and a difference. -/
def Length.range : Nat := nat_lit 5

/-- Operations of `Gates.check`: prefix sums of both sides, two for each output; the signs of each pair, five operations a neuron;
what is added up for a pair is taken apart, six operations for each output, and compared; for each run four rows, and the operations
that find it; for each neuron that is wrong, its error; the ranges, if each neuron has its own.  How many runs and wrong neurons there are altogether are fields of the
certificate that nothing rests on. -/
noncomputable def Gates.operations (w : Weights) (c : Gates.Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d =>
  Nat.add (Nat.add (Nat.add (Nat.add (Length.group n c.generators) (Length.symmetry c.half n)) (Length.integers w))
      (Nat.mul (Nat.mul n d) (Nat.add (Nat.mul 4 n) (Bool.rec (motive := fun _ => Nat) Length.range 0 (Nat.beq c.errorRows 0)))))
    (Nat.add (Nat.mul (Length.looks c.half n) (Nat.add (Nat.mul 5 d) (Nat.mul n (Nat.add 6 Length.test))))
      (Nat.add (Nat.mul c.runs (Nat.add (Nat.mul 4 n) Length.run)) (Nat.mul c.errors Length.error)))

end Network
end Compact
