prelude
import Compact.Transformer.Classes.Tables
import Compact.Transformer.Length.Basic
/-!
# The length of what strategies share that count classes by tables
-/
namespace Compact
namespace Length
noncomputable section

/-- What attends to the `r` rows of `T`: their keys and values, scores in lanes of `S` bits, and logits in lanes of `L` bits. -/
def attended (w : Weights) (S L : Nat) (T : Tensor) (r : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.d_model fun d => Nat.force w.d_head fun h => Nat.force (laneOf (valueMat w T).off) fun l =>
  Nat.add
    (Nat.add (Nat.add (Nat.mul h (joined w.W_K.bits d)) (right S r d)) (Nat.add (packedProduct S h d r) (Nat.add (beside S r h) (packedProduct S v h r))))
    (Nat.add (right l h d) (Nat.add (packedProduct l r d h) (packedProduct L r h v)))

/-- `joinedCircuits`: the five circuits. -/
def circuits (w : Weights) (S L : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.d_model fun d => Nat.force w.d_head fun h => Nat.force (laneOf (queryMat w).off) fun l =>
  Nat.add (Nat.add (Nat.add (right l h d) (packedProduct l (Nat.succ v) d h)) (Nat.add (attended w S L w.W_E v) (attended w S L w.W_pos w.n_ctx)))
    (Nat.add (right L v d) (Nat.add (packedProduct L h d v) (Nat.add (beside L v h) (packedProduct L (Nat.succ v) d v))))

/-- The steps in which running maxima of `v` lanes are taken. -/
def rounds (v : Nat) : Nat := Nat.succ (Nat.log2 v)

/-- The bounds of the exponentials of `r` rows of `c` lanes, whose arguments have `high` bits above the low ones (`sideRows`): four operations on
all lanes for each of these bits. -/
def exponentials (L r c high : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add 13 (Nat.mul 4 high)) (words L (Nat.mul r c))) (Nat.mul 3 (joined (Nat.mul L c) r))

/-- The factors of single bits, and what the bounds err by (`ExpForm.error`), once for a matrix. -/
def bitFactors (prec high : Nat) : Nat := Nat.add (Nat.mul 30 high) (Nat.mul 5 prec)

/-- `Frame.risesAs` or `Frame.fallsAs` of a row of `c` lanes. -/
def checkedRow (L c : Nat) : Nat := Nat.add (Nat.mul 15 (words L c)) 6

/-- `queryAs` with `slacksAs` and `massesAs`. -/
def queryCheck (L v n : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add 21 (Nat.mul 7 (rounds v))) (words L v))
    (Nat.add (Nat.add 20 (Nat.mul (Nat.succ n) (Nat.add (Nat.mul 4 n) 11))) (Nat.mul (Nat.mul 2 n) (words L (Nat.succ n))))

/-- `Tables.check`, with lanes of `L` bits and arguments of `argBits` bits. -/
def tables (w : Weights) (c : Params) (L argBits : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (Nat.sub p 1) fun n => Nat.force (Nat.sub argBits (Nat.mul 4 c.steps)) fun high =>
  Nat.add (Nat.add (circuits w L L) (Nat.add (Nat.mul (Nat.add (Nat.mul 3 v) p) (checkedRow L v)) (Nat.mul v (checkedRow L p))))
    (Nat.add (Nat.add (Nat.mul v (Nat.add 2 (Nat.mul n (Nat.add (Nat.mul 7 (words L v)) 2)))) (Nat.mul v (queryCheck L v n)))
      (Nat.add (bitFactors c.prec high) (Nat.add (exponentials L v v high) (exponentials L v p high))))

end
end Length
end Compact
