prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.BruteForce
/-! # The length of a proof by brute force -/
namespace Compact
namespace Length
noncomputable section

/-- The greatest or the least of `c` lanes, and the row without it (`Frame.rises`, `Frame.falls`). -/
def extreme (L c : Nat) : Nat := Nat.mul (Nat.add (Nat.mul 6 (rounds c)) 5) (wordsOf L c)

/-- The exponentials of `r` rows of `c` scores in lanes of `S` bits.  How many bits an argument has is not known before it is evaluated: eight are counted
for whole numbers, as scores of one query hardly differ by more than 256. -/
def factored (S r c steps : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul r (Nat.add (extreme S c) (Nat.add c (joined S c)))) (extreme S (Nat.mul r c))) (exponentials S r c (Nat.add (Nat.mul 4 steps) 8))

/-- `roundedTables`, with lanes of `S` bits for scores and of `L` bits for logits. -/
def rounded (w : Weights) (c : Params) (S L : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (Nat.add (circuits w S L) (Nat.mul (Nat.add (Nat.mul 2 v) p) (Nat.add (extreme L v) 6)))
    (Nat.add (bitFactors c.prec) (Nat.add (factored S v v c.steps) (factored S v p c.steps)))

/-- Lanes of scores and of logits of `roundedTables`. -/
def scoreBits (w : Weights) (c : Params) : Nat := Nat.succ (Nat.add (scoreLane w) (Nat.add (scoreGain w c) (Nat.add c.prec (Nat.add c.prec 3))))
def logitBits (w : Weights) : Nat := Nat.succ (logitLane w)

/-- What is packed before inputs are looked at: tests of lanes, rows of logits, and a row for each token at each position of each query. -/
def pieces (L v p : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul v (Nat.add (Nat.mul 8 (wordsOf L v)) 8)) (Nat.mul (Nat.add (Nat.mul 2 v) p) (joined L v)))
    (Nat.mul (Nat.mul v (Nat.mul p v)) (Nat.add (Nat.mul 2 (wordsOf L v)) 6))

/-- All inputs: the test of one lane for each, and a row added for each token that is picked. -/
def allInputs (L v p : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.pow v p) (Nat.add (Nat.mul 3 (wordsOf L v)) 4))
    (total (Nat.pred p) fun k => Nat.mul (Nat.pow v (Nat.add k 2)) (Nat.add (wordsOf L v) 4))

end
end Length

/-- Operations of `BruteForce.check`: one row for each position of each input, and one test. -/
noncomputable def BruteForce.operations (w : Weights) (c : BruteForce.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (BruteForce.laneBits w c.toParams) fun L =>
  Nat.force (Length.scoreBits w c.toParams) fun S => Nat.force (Length.logitBits w) fun l =>
  Nat.add (Length.rounded w c.toParams S l) (Nat.add (Length.pieces L v p) (Length.allInputs L v p))

end Compact
