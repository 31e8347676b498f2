prelude
import Compact.Network.Length.Basic
import Compact.Network.Strategy.BruteForce
/-! # The length of a proof by brute force -/
namespace Compact
namespace Network
namespace BruteForce
noncomputable section
open Compact.Length (wordsOf joined)

/-- The rows of all weights, in lanes for neurons and for logits, and blocks of second elements. -/
def rowsLength (Y : Layout) (L n width : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (Nat.mul 2 n) (Length.spread Y.bits width)) (Nat.mul width (Length.spread L n)))
    (Nat.add (joined Y.block n) (Nat.mul 4 (wordsOf Y.block n)))

/-- `countFrom` for `c` second elements: a product and a sum for each neuron, of all pairs at once; then a test for each pair. -/
def fromLength (Y : Layout) (L n width c : Nat) : Nat :=
  Nat.add (Nat.mul (wordsOf Y.block c) (Nat.add (Nat.mul 2 width) 10)) (Nat.mul c (Nat.add (Nat.mul 4 (wordsOf L n)) Length.pair))

/-- Operations of `BruteForce.check`. -/
def operations (w : Weights) (c : Certificate) : Nat :=
  Nat.force w.order fun n => Nat.force w.width fun d => Nat.force ((Integers.of w).bits d) fun L => (Layout.of (Integers.of w).origin L n d).force fun Y =>
  Nat.add (Nat.add (Length.shared w c.generators c.half) (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks) (rowsLength Y L n d)))
    (Nat.add Length.once (total n fun x => Nat.force (Nat.sub n (Nat.mul c.half x)) fun k => fromLength Y L n d k))

end
end BruteForce
end Network
end Compact
