prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.Gates
/-! # The length of a proof by gates -/
namespace Compact
namespace Network
namespace Gates
noncomputable section
open Compact.Length (wordsOf joined)

/-- `rangeOf`, for each weight: two operations in each `largest`, and a difference. -/
def rangeLength (errorRows : Nat) : Nat := Bool.rec (motive := fun _ => Nat) 5 0 (Nat.beq errorRows 0)

/-- `Common.side`: lanes of signs, `S` bits each, picked and joined; prefix sums of rows of `r` words. -/
def sideLength (S r width : Nat) : Nat := Nat.add (Nat.mul 2 (joined S width)) (Nat.mul width (Nat.add (Nat.mul 2 r) 2))

/-- What all sides have in common, logits having lanes of `L` bits: rows, the order of neurons, ranges. -/
def commonLength (L n width range : Nat) : Nat := Nat.mul width (Nat.add (joined L n) (Nat.add (Nat.mul 2 width) (Nat.mul range n)))

/-- The verdict on a pair; a run: four rows, and the operations that find it; a neuron that is wrong. -/
def pairLength (S r width : Nat) : Nat := Nat.add (Nat.add (Nat.mul 5 r) (wordsOf S width)) (Nat.add Length.pair 4)
def runLength (r : Nat) : Nat := Nat.add (Nat.mul 6 r) 8
def errorLength (r : Nat) : Nat := Nat.add 20 r

/-- Operations of `Gates.check`.  How many runs and wrong neurons there are altogether are fields of the certificate that nothing rests on. -/
def operations (w : Weights) (c : Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d => Nat.force ((Integers.of w).bits d) fun L => Nat.force (wordsOf L n) fun r =>
  Nat.force (Nat.succ (signBits (Integers.of w).origin d)) fun S => Nat.force (Nat.mul n (sideLength S r d)) fun sides =>
  Nat.add (Nat.add (Nat.add (Length.shared w c.generators c.half) sides)
      (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks) (Nat.add sides (commonLength L n d (rangeLength c.errorRows)))))
    (Nat.add (Nat.add Length.once (Nat.mul (Length.looks c.half n) (pairLength S r d)))
      (Nat.add (Nat.mul c.runs (runLength r)) (Nat.mul c.errors (errorLength r))))

end
end Gates
end Network
end Compact
