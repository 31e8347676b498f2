prelude
import Compact.Transformer.Circuit.Joined
import Compact.Transformer.General.Heads
import Compact.Transformer.Length.Tables
/-! # The length of the tables of heads -/
namespace Compact
namespace Transformer
namespace Length
noncomputable section
open Compact.Length (joined wordsOf right packedProduct bitFactors rounds tables)

/-- A head as a plain model (`Weights.head`), of `B` bits a cell: its cells are read and joined. -/
def folded (w : Compact.Weights) (B : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force w.d_model fun d => Nat.force w.d_head fun h =>
  Nat.add (Nat.add (Nat.mul (Nat.add (Nat.add v p) h) (joined B d)) (Nat.add (Nat.mul (Nat.mul 3 d) (joined B h)) (Nat.mul d (joined B v))))
    (Nat.mul (Nat.mul 2 d) (Nat.add (Nat.add (Nat.mul 2 v) p) (Nat.mul 4 h)))

/-- Rows of logits that are rounded lane by lane, and packed in lanes of `L` bits. -/
def listed (v p L : Nat) : Nat := Nat.mul (Nat.add (Nat.mul 2 v) p) (Nat.add (Nat.mul 12 v) (joined L v))

/-- What all heads have in common: embeddings and `W_U`, as cells and as second factors, and the direct path. -/
def common (w : Compact.Weights) (B S L : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force w.d_model fun d =>
  Nat.add (Nat.add (Nat.mul (Nat.add v p) (joined B d)) (Nat.add (Nat.mul d (joined B v)) (Nat.mul (Nat.mul 2 d) (Nat.add (Nat.mul 2 v) p))))
    (Nat.add (Nat.add (right S v d) (right S p d)) (Nat.add (right L v d) (packedProduct L (Nat.succ v) d v)))

/-- The tables of one head, every exponential one by one: six operations for each of the high bits of an argument, of which eight are counted for
whole numbers. -/
def evaluatedHead (w : Compact.Weights) (B L prec steps S l : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (Nat.add (folded w B) (Compact.Length.circuits w S l)) (Nat.add (listed v p L)
    (Nat.mul (Nat.mul v (Nat.add v p)) (Nat.mul (Nat.add (Nat.mul 6 (Nat.add (Nat.mul 4 steps) 8)) 13) (wordsOf (Nat.add (Nat.mul 2 prec) 3) 1))))

/-- The tables of all heads (`withTables`), with rows in lanes of `L` bits. -/
def evaluated (w : Transformer.Weights) (B L prec steps : Nat) : Nat :=
  Nat.force (scoreLane (w.headAt B 0)) fun S => Nat.force (logitLane (w.headAt B 0)) fun l => Nat.force w.heads.length fun H =>
  Nat.add (Nat.sub (Nat.mul H (evaluatedHead (w.headAt B 0) B L prec steps S l)) (Nat.mul (Nat.pred H) (common (w.headAt B 0) B S l))) (bitFactors prec)

/-- The tables of one head that a certificate gives (`HeadsQuartic.headCheck`): rows are checked, and moved apart in each block. -/
def given (w : Compact.Weights) (c : Params) (B L argBits blocks : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (joined L v) fun row =>
  Nat.add (Nat.add (Nat.add (folded w B) (tables w c L argBits)) (Nat.add (Nat.mul (Nat.add v p) row) (Nat.mul v (joined L p))))
    (Nat.mul (Nat.add 1 (Nat.pred blocks)) (Nat.add (Nat.add (Nat.mul (Nat.succ (Nat.mul 4 v)) row) (Nat.mul (Nat.mul 2 v) (joined L p)))
      (Nat.mul v (Nat.mul (Nat.add (Nat.mul 7 (rounds v)) 12) (wordsOf L v)))))

end
end Length
end Transformer
end Compact
