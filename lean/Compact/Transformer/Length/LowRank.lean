prelude
import Compact.Transformer.Length.Grids
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.LowRank
/-! # The length of a low-rank proof -/
namespace Compact
namespace Length
noncomputable section

/-- `W_E`, to which the last row of `W_pos` is added, for `q` queries; and what that takes. -/
def residual (w : Weights) (q : Nat) : GridSize :=
  Nat.force (Nat.add (Nat.pow 2 (Nat.sub w.W_E.bits 1)) (Nat.pow 2 (Nat.sub w.W_pos.bits 1))) fun off => ⟨q, w.d_model, Grid.laneOf off, off⟩
def embedding (w : Weights) : GridSize := GridSize.tensor w.d_vocab w.d_model w.W_E.bits
def residualLength (w : Weights) : Nat :=
  Nat.force (residual w 0).bits fun L => (GridSize.tensor w.n_ctx w.d_model w.W_pos.bits).force fun P => (embedding w).force fun E =>
  Nat.add (Nat.add (Nat.add E.read P.read) (Nat.add (E.widened L) (P.widened L))) (Nat.mul w.d_vocab (wordsOf L w.d_model))

/-- `scoresAs`, for `q` queries. -/
def shareScores (w : Weights) (c : ShareData) (q : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.d_model fun d => Nat.force w.d_head fun h => Nat.rec (motive := fun _ => Nat)
    ((embedding w).force fun E => (GridSize.tensor d h w.W_Q.bits).force fun Q => (GridSize.tensor d h w.W_K.bits).force fun K => (residual w q).force fun X =>
      Nat.add (Nat.add (residualLength w) (Nat.add (Nat.add Q.read K.read) (Nat.add K.transposing E.transposing)))
        (GridSize.enclosed c.vecBits c.scoreBits q v c.finer c.qk X [Q, K.transposed, E.transposed]))
    (fun _ _ => Nat.add (keyCircuits w c.scoreBits v) (packedProduct c.scoreBits q h v)) c.qk.whole

/-- `directAs`, for `q` queries. -/
def shareDirect (w : Weights) (c : ShareData) (q : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.d_model fun d => Nat.rec (motive := fun _ => Nat)
    ((GridSize.tensor d v w.W_U.bits).force fun U => (residual w q).force fun X => GridSize.peel c.vecBits [U] X 0 fun Y Ys _ row t =>
      Nat.add (Nat.add (residualLength w) (Nat.add U.read (Nat.add t (row.widened c.bits))))
        (GridSize.enclosed c.vecBits c.bits q v c.finer c.eu Y Ys))
    (fun _ _ => Nat.add (packedProduct c.bits (Nat.add q 2) d v) (Nat.mul q (wordsOf c.bits v))) c.eu.whole

/-- What is seen from `q` queries: bounds of exponentials, running maxima of factors, weights of positions. -/
def shareSeen (c : ShareData) (v p n q : Nat) : Nat :=
  Nat.add (Nat.add (exponentials c.scoreBits q v c.expHigh) (exponentials c.scoreBits q p c.expHigh))
    (Nat.mul q (Nat.add (Nat.add (checkedRow c.scoreBits v) (Nat.add (checkedRow c.scoreBits p) (Nat.mul (Nat.add (Nat.mul 7 (rounds v)) 2) (wordsOf c.scoreBits v))))
      (Nat.add (Nat.add (Nat.mul p (Nat.add (Nat.mul 4 n) 11)) (Nat.mul (Nat.mul 2 n) (wordsOf c.scoreBits p))) (exponential c.prec c.steps))))

/-- The ends of all maxima; rows have `r` words. -/
def shareEnds (c : ShareData) (v p r : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (Nat.mul (Nat.mul v p) (Nat.add (Nat.mul 15 r) 8))
    (fun _ _ => Nat.mul v (Nat.add (Nat.mul (Nat.add (Nat.mul 15 p) 16) r) 60)) c.attention

/-- A block of `q` queries, without counting: the circuits that it needs, the rows of tokens, the ends and margins of all maxima, and what is
read of its queries. -/
def shareBlock (w : Weights) (c : ShareData) (q : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (Nat.sub p 1) fun n => Nat.force (wordsOf c.bits v) fun r =>
  Nat.add (Nat.add
    (Nat.add (Nat.add (queryCircuits w) (keyCircuits w c.scoreBits p)) (Nat.add (packedProduct c.scoreBits q w.d_head p) (logitRows w c.bits)))
    (Nat.add (shareScores w c q) (shareDirect w c q)))
  (Nat.add (Nat.add (shareSeen c v p n q) (Nat.add (Nat.mul 14 c.expHigh) 180))
    (Nat.add (shareEnds c v p r)
      (Nat.add (Nat.mul (Nat.add p (Nat.add (Nat.mul 2 q) 4)) r) (Nat.add (Nat.mul (Nat.add q v) (Nat.add (Nat.mul 10 r) 12)) (Nat.mul 8 (pairs v))))))

/-- Finding that nothing is said of a query and a maximum, or of a class. -/
def sharePair : Nat := 8
def shareClass : Nat := 5

/-- `countQuery` without its classes; a step of a class, with `first` operations for what first tokens count for; and `countClass` for `others` other
tokens, with one or two ends. -/
def shareQuery (ends : Nat) : Nat := Nat.add 22 (Nat.mul 22 ends)
def shareStep (first ends : Nat) : Nat := Nat.add (Nat.add 14 first) (Nat.mul 9 ends)
def shareCounted (c : ShareData) (first ends count others : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 9 ends) 2) (class_ c.bits c.countBits c.parts (shareStep first ends) count others)

/-- The classes of which a certificate says something. -/
def shareClasses (c : ShareData) (first ends n q m S : Nat) : Nat :=
  total (Nat.pred (classes n q m)) fun i => Nat.force i fun i => Nat.add shareClass (Nat.rec (motive := fun _ => Nat) 0
    (fun S _ => Nat.force (Nat.mod (Nat.succ S) (Nat.pow 2 c.stepsBits)) fun count => shareCounted c first ends count (Nat.succ i)) (readLane c.classBits S i))

/-- All that `LowRank.tallyCheck` does for these blocks of queries. -/
def shares (w : Weights) (c : ShareData) (first : Nat) (blocks : List (List Nat)) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => 2) c.attention) fun ends =>
  Nat.force (Nat.succ (Nat.mul c.classBits n)) fun pairBits =>
  Nat.add (fold (fun b ih => Nat.add (shareBlock w c (nth 0 b 0)) ih) 0 blocks)
    (total v fun q => Nat.force q fun q => Nat.force (nth 0 c.sizes q) fun sizes => total (Nat.sub v q) fun i => Nat.force i fun i =>
      Nat.add sharePair (Nat.rec (motive := fun _ => Nat) 0 (fun S _ => Nat.add (shareQuery ends)
        (shareClasses c first ends n q (Nat.add q i) S)) (readLane pairBits sizes i)))

end
end Length

/-- Operations of `LowRank.check`. -/
noncomputable def LowRank.operations (w : Weights) (c : LowRank.Certificate) : Nat := Length.shares w c.toShareData 0 c.blocks

end Compact
