prelude
import Compact.Transformer.Length.HeadsTables
import Compact.Transformer.Strategy.HeadsBruteForce
/-! # The length of a proof by brute force for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsBruteForce
noncomputable section
open Compact.Length (wordsOf)

/-- A row for each token at each position of each query, of one head; rows have `r` words. -/
def pieces (v p r : Nat) : Nat := Nat.mul (Nat.mul v (Nat.mul p v)) (Nat.add (Nat.mul 2 r) 6)

/-- A token is picked: its row is added, of one head. -/
def picked (v p r : Nat) : Nat := total p fun k => Nat.mul (Nat.pow v (Nat.succ k)) (Nat.add r 4)

/-- `weigh`, `guess`, `lanesWithin` and `Lane.test` of one head, for one input. -/
def guessed (p r : Nat) : Nat := Nat.add (Nat.mul 10 r) (Nat.add (Nat.mul 3 p) 9)

/-- All rows together, for one input. -/
def onceEach (heads r : Nat) : Nat := Nat.add (Nat.mul (Nat.add heads 7) r) 12

/-- Operations of `HeadsBruteForce.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force w.heads.length fun H => Nat.force (lanes w c.toParams) fun L =>
  Nat.force (wordsOf L v) fun r =>
  Nat.add (Nat.add (Length.evaluated w c.cellBits L c.prec c.steps) (Nat.mul H (Nat.add (pieces v p r) (picked v p r))))
    (Nat.mul (Nat.pow v p) (Nat.add (Nat.mul H (guessed p r)) (onceEach H r)))

end
end HeadsBruteForce
end Transformer
end Compact
