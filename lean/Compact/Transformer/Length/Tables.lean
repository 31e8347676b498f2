prelude
import Compact.Transformer.Classes.Tables
import Compact.Transformer.Length.Basic
/-!
# The length of what strategies share that count classes by tables
-/
namespace Compact
namespace Length
noncomputable section

/-- `joinedQuery` -/
def queryCircuits (w : Weights) : Nat :=
  Nat.force (laneOf (queryMat w).off) fun l =>
  Nat.add (right l w.d_head w.d_model) (packedProduct l (Nat.succ w.d_vocab) w.d_model w.d_head)

/-- `joinedKey`: the keys of `r` rows, in lanes of `S` bits. -/
def keyCircuits (w : Weights) (S r : Nat) : Nat :=
  Nat.force w.d_model fun d => Nat.force w.d_head fun h =>
  Nat.add (Nat.add (Nat.mul h (joined w.W_K.bits d)) (right S r d)) (Nat.add (packedProduct S h d r) (beside S r h))

/-- Values of the `r` rows of `T`, and logits, in lanes of `L` bits. -/
def valued (w : Weights) (L : Nat) (T : Tensor) (r : Nat) : Nat :=
  Nat.force w.d_model fun d => Nat.force w.d_head fun h => Nat.force (laneOf (valueMat w T).off) fun l =>
  Nat.add (right l h d) (Nat.add (packedProduct l r d h) (packedProduct L r h w.d_vocab))

/-- `logitsAs`: the logits of tokens and positions. -/
def logitRows (w : Weights) (L : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.d_model fun d => Nat.force w.d_head fun h =>
  Nat.add (Nat.add (right L v d) (Nat.add (packedProduct L h d v) (beside L v h))) (Nat.add (valued w L w.W_E v) (valued w L w.W_pos w.n_ctx))

/-- `joinedLogits`: the circuits of logits, in lanes of `L` bits. -/
def logitCircuits (w : Weights) (L : Nat) : Nat := Nat.add (logitRows w L) (packedProduct L (Nat.succ w.d_vocab) w.d_model w.d_vocab)

/-- `joinedCircuits`: the five circuits, with lanes of `S` bits for scores and of `L` bits for logits. -/
def circuits (w : Weights) (S L : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force w.d_head fun h =>
  Nat.add (Nat.add (queryCircuits w) (Nat.add (keyCircuits w S v) (keyCircuits w S p)))
    (Nat.add (Nat.add (packedProduct S v h v) (packedProduct S v h p)) (logitCircuits w L))

/-- The steps in which running maxima of `v` lanes are taken. -/
def rounds (v : Nat) : Nat := Nat.succ (Nat.log2 v)

/-- The bounds of the exponentials of `r` rows of `c` lanes, whose arguments have `high` bits above the low ones (`sideRows`): four operations on
all lanes for each of these bits. -/
def exponentials (L r c high : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add 13 (Nat.mul 4 high)) (wordsOf L (Nat.mul r c))) (Nat.mul 3 (joined (Nat.mul L c) r))

/-- The factors of single bits, and what the bounds err by (`ExpForm.error`), once for a matrix. -/
def bitFactors (prec : Nat) : Nat := Nat.add (Nat.mul prec (Nat.add (Nat.mul 2 (wordsOf (Nat.mul 4 prec) 1)) 2)) 60

/-- `Frame.risesAs` or `Frame.fallsAs` of a row of `c` lanes. -/
def checkedRow (L c : Nat) : Nat := Nat.add (Nat.mul 15 (wordsOf L c)) 6

/-- `queryAs` with `slacksAs` and `massesAs`. -/
def queryCheck (L v n : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add 21 (Nat.mul 7 (rounds v))) (wordsOf L v))
    (Nat.add (Nat.add 20 (Nat.mul (Nat.succ n) (Nat.add (Nat.mul 4 n) 11))) (Nat.mul (Nat.mul 2 n) (wordsOf L (Nat.succ n))))

/-- `Tables.check`, with lanes of `L` bits and arguments of `argBits` bits. -/
def tables (w : Weights) (c : Params) (L argBits : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (Nat.sub p 1) fun n => Nat.force (Nat.sub argBits (Nat.mul 4 c.steps)) fun high =>
  Nat.add (Nat.add (circuits w L L) (Nat.add (Nat.mul (Nat.add (Nat.mul 3 v) p) (checkedRow L v)) (Nat.mul v (checkedRow L p))))
    (Nat.add (Nat.add (Nat.mul v (Nat.add 2 (Nat.mul n (Nat.add (Nat.mul 7 (wordsOf L v)) 2)))) (Nat.mul v (queryCheck L v n)))
      (Nat.add (bitFactors c.prec) (Nat.add (exponentials L v v high) (exponentials L v p high))))

end
end Length
end Compact
