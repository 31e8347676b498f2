prelude
import Compact.Ball.Exp
import Compact.Ball.Quotient
import Compact.Ball.Matrix
import Compact.Packed.Mat
import Compact.Counting.Tree
import Compact.Transformer.Normed.Statement
/-!
# Strategy: brute force, for a model with norms: the check

Every input is evaluated as the statement says, line by line, each number in a ball (`Ball`): what is rounded, a quotient, a square root, an
exponential, makes the ball larger.  An input counts if at the end the ball of the right answer's logit is above all others.
What depends on a position and its token only, its normed vector, keys and values, is computed once.
Definitions only; `Strategy/NormedBruteForce.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace NormedBruteForce
noncomputable section

/-- The claimed bound, and how to round. -/
structure Certificate where
  /-- Bits of numbers after the point, besides those that weights have. -/
  extra : Nat
  /-- Bits of an exponential. -/
  prec : Nat
  /-- Half the bits of its argument. -/
  half : Nat
  /-- Newton's steps towards a square root. -/
  steps : Nat
  bound : Nat

def Certificate.form (c : Certificate) : ExpForm := ⟨c.prec, c.half⟩

/-- What is known everywhere. -/
structure Setup where
  w : Normed.Weights
  c : Certificate
  /-- `2^frac`, the unit of weights. -/
  unit : Nat
  /-- `2^extra` -/
  finer : Nat
  /-- Their product, the unit of all other numbers. -/
  one : Nat
  /-- The error of exponentials. -/
  error : Nat

namespace Setup
variable (s : Setup)

/-! ## Weights -/

/-- A weight, in the unit of weights. -/
def weight (T : Tensor) (i j : Nat) : Ball := Ball.tidy ⟨T.digit i j, Nat.pow 2 (Nat.sub T.bits 1), 0⟩

/-- The columns of a matrix. -/
def columns (T : Tensor) (rows cols : Nat) : List (List Ball) := Ball.table (fun j => Ball.table (fun i => weight T i j) rows 0) cols 0

/-- The digits of a row. -/
def digits (T : Tensor) (cols i : Nat) : List Nat := unpack T.bits cols (nth 0 T.rows i)

/-- A matrix, in lanes that have room for sums of products of its entries with numbers of the size that is usual. -/
def matrix (T : Tensor) (rows cols : Nat) : Ball.Matrix :=
  Nat.force (Nat.add (Nat.mul 2 (Nat.log2 s.one)) 80) fun L => Nat.force (Nat.pow 2 (Nat.sub T.bits 1)) fun off =>
  ⟨columns T rows cols, cols, Ball.table (fun i => forceList (digits T cols i) fun ds =>
    (packList L (mapFold (fun d => Nat.sub d off) ds), packList L (mapFold (fun d => Nat.sub off d) ds))) rows 0, L, Nat.pow 2 T.bits⟩

/-- A bias, in a `k`-th of the unit of weights. -/
def biases (k : Nat) (b : Option Tensor) (n : Nat) : List Ball :=
  Option.rec (motive := fun _ => List Ball) (Ball.table (fun _ => Ball.zero) n 0) (fun T => Ball.table (fun j => (weight T 0 j).scale k) n 0) b

/-- A row times a matrix, plus a bias. -/
def affine (M : Ball.Matrix) (b : List Ball) (xs : List Ball) : List Ball :=
  foldZip (fun x b ih => Ball.shrink s.unit (Ball.add x b) :: ih) [] (M.times xs) b

/-- The residual stream at the position `p` with the token `t`. -/
def resid (p t : Nat) : List Ball :=
  Nat.force (Nat.pow 2 (Nat.sub s.w.model.W_E.bits 1)) fun off => Nat.force (Nat.pow 2 (Nat.sub s.w.model.W_pos.bits 1)) fun off' =>
  foldZip (fun d d' ih => (Ball.add ⟨Nat.sub d off, Nat.sub off d, 0⟩ ⟨Nat.sub d' off', Nat.sub off' d', 0⟩).scale s.finer :: ih) []
    (digits s.w.model.W_E s.w.model.d_model t) (digits s.w.model.W_pos s.w.model.d_model p)

/-! ## The norm -/

/-- `d` times an entry, less the sum of all `d` entries. -/
def centre (d : Nat) (T x : Ball) : Ball :=
  Ball.tidy ⟨Nat.add (Nat.mul d x.plus) T.minus, Nat.add (Nat.mul d x.minus) T.plus, Nat.add (Nat.mul d x.radius) T.radius⟩

/-- Epsilon in units of `1 / U`. -/
def eps (U : Nat) : Ball := ⟨Nat.div (Nat.mul U s.w.eps_num) s.w.eps_den, 0, 1⟩

/-- Are all entries zero and no other number? -/
def allZero (xs : List Ball) : Bool := fold (fun x ih => x.isZero && ih) true xs

/-- Evaluate the norm of a vector, then go on with it. -/
def withNorm (xs : List Ball) (k : List Ball → Bool) : Bool :=
  Nat.force s.w.model.d_model fun d => Nat.force (Nat.mul s.one d) fun V => (Ball.sum xs).force fun T =>
  Ball.forceList (mapFold (centre d T) xs) fun cs =>
  (((Ball.dot cs cs).shrink d).add (s.eps (Nat.mul V V))).force fun variance => (Ball.root s.c.steps variance).force fun sigma =>
  (sigma.isPositive || allZero cs) && Ball.forceList (mapFold (fun c => Ball.quotient s.one c sigma) cs) k

/-! ## Tables -/

/-- Evaluate `f i, ..., f (i + n - 1)`, then go on with all. -/
def gather {α : Type} (f : Nat → (α → Bool) → Bool) (n : Nat) : Nat → (List α → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List α → Bool) → Bool) (fun _ k => k [])
    (fun _ ih i k => Nat.force i fun i => f i fun a => ih (Nat.succ i) fun rest => k (a :: rest)) n

/-- The normed vectors of all positions and tokens. -/
def withNorms : (List (List (List Ball)) → Bool) → Bool :=
  gather (fun p => gather (fun t => Ball.forceList (s.resid p t) fun xs => s.withNorm xs) s.w.model.d_vocab 0) s.w.model.n_ctx 0

/-- What is known of a head. -/
structure HeadTable where
  /-- Queries at the last position, by token. -/
  queries : List (List Ball)
  /-- Keys and values, by position and token. -/
  keys : List (List (List Ball))
  values : List (List (List Ball))
  /-- `W_O` -/
  outs : Ball.Matrix

/-- Vectors of a head at all positions with all tokens. -/
def withVectors (norms : List (List (List Ball))) (W : Tensor) (b : Option Tensor) (k : List (List (List Ball)) → Bool) : Bool :=
  (s.matrix W s.w.model.d_model s.w.model.d_head).force fun cols => Ball.forceList (biases s.one b s.w.model.d_head) fun b =>
  Ball.forceTables (mapFold (mapFold (s.affine cols b)) norms) k

/-- Evaluate the table of a head, then go on with it. -/
def withHead (norms : List (List (List Ball))) (A : Head) (k : HeadTable → Bool) : Bool :=
  s.withVectors [nth [] norms (Nat.sub s.w.model.n_ctx 1)] A.W_Q A.b_Q fun queries =>
  s.withVectors norms A.W_K A.b_K fun keys => s.withVectors norms A.W_V A.b_V fun values =>
  (s.matrix A.W_O s.w.model.d_head s.w.model.d_model).force fun outs => k ⟨nth [] queries 0, keys, values, outs⟩

/-- The tables of some heads. -/
def withHeads (norms : List (List (List Ball))) (heads : List Head) : (List HeadTable → Bool) → Bool :=
  fold (fun A ih k => s.withHead norms A fun T => ih fun rest => k (T :: rest)) (fun k => k []) heads

/-- What is known of the MLP. -/
structure MlpTable where
  ins : Ball.Matrix
  b_in : List Ball
  outs : Ball.Matrix
  b_out : List Ball

/-- Evaluate it, if there is one, then go on with it. -/
def withMlp (M : Option MLP) (k : Option MlpTable → Bool) : Bool :=
  Option.rec (motive := fun _ => Bool) (k none)
    (fun M => (s.matrix M.W_in s.w.model.d_model M.d_mlp).force fun ins => Ball.forceList (biases s.one M.b_in M.d_mlp) fun b_in =>
      (s.matrix M.W_out M.d_mlp s.w.model.d_model).force fun outs => Ball.forceList (biases s.one M.b_out s.w.model.d_model) fun b_out =>
      k (some ⟨ins, b_in, outs, b_out⟩)) M

/-- All that does not depend on the input. -/
structure Known where
  heads : List HeadTable
  mlp : Option MlpTable
  b_O : List Ball
  unembed : Ball.Matrix
  b_U : List Ball

/-! ## One input -/

/-- The score that a dot product of a query and a key stands for. -/
def score (x : Ball) : Ball := (x.scale (Nat.pow 2 s.w.model.scale_frac)).shrink (Nat.mul s.one s.w.model.attn_scale)

/-- The scores of all positions. -/
def scores (T : HeadTable) (q : Nat) (x : List Nat) : List Ball :=
  foldZip (fun t row ih => s.score (Ball.dot (nth [] T.queries q) (nth [] row t)) :: ih) [] x T.keys

/-- The values of all positions. -/
def values (T : HeadTable) (x : List Nat) : List (List Ball) := foldZip (fun t row ih => nth [] row t :: ih) [] x T.values

/-- Is `a - b` at least as large as all numbers in these balls? -/
def atLeastAll (a b : Nat) (xs : List Ball) : Bool :=
  fold (fun x ih => Nat.ble (Nat.add b (Nat.add x.plus x.radius)) (Nat.add a x.minus) && ih) true xs

/-- Evaluate the softmax of some scores, then go on with it. -/
def withSoftmax (xs : List Ball) (k : List Ball → Bool) : Bool :=
  Nat.force (fold (fun x ih => Nat.add x.minus ih) 0 xs) fun b =>
  Nat.force (fold (fun x ih => Nat.max (Nat.add (Nat.add x.plus x.radius) (Nat.sub b x.minus)) ih) 0 xs) fun a =>
  atLeastAll a b xs && Ball.forceList (mapFold (Ball.expBelow s.c.form s.error s.one a b) xs) fun es =>
  (Ball.sum es).force fun W => W.isPositive && Ball.forceList (mapFold (fun e => Ball.quotient s.one e W) es) k

/-- Evaluate a head's output, then go on with it. -/
def withHeadOut (q : Nat) (x : List Nat) (T : HeadTable) (k : List Ball → Bool) : Bool :=
  Ball.forceList (s.scores T q x) fun scores => s.withSoftmax scores fun attention => Ball.forceRows (values T x) fun values =>
  Ball.forceList (Ball.table (fun h => Ball.shrink s.one (Ball.dot attention (Ball.column h values))) s.w.model.d_head 0) fun mixed =>
  Ball.forceList (s.affine T.outs (biases s.one none s.w.model.d_model) mixed) k

/-- The outputs of some heads, added up. -/
def withHeadsOut (q : Nat) (x : List Nat) (heads : List HeadTable) : (List Ball → Bool) → Bool :=
  fold (fun T ih k => s.withHeadOut q x T fun out => ih fun rest => Ball.forceList (Ball.addAll out rest) k)
    (fun k => k (Ball.table (fun _ => Ball.zero) s.w.model.d_model 0)) heads

/-- The residual stream after the MLP, if there is one. -/
def withPost (M : Option MlpTable) (mid : List Ball) (k : List Ball → Bool) : Bool :=
  Option.rec (motive := fun _ => Bool) (k mid)
    (fun M => s.withNorm mid fun ln => Ball.forceList (mapFold Ball.relu (s.affine M.ins M.b_in ln)) fun acts =>
      Ball.forceList (Ball.addAll mid (s.affine M.outs M.b_out acts)) k) M

/-- Are all logits but the one number `m` below that one? -/
def ahead (m : Nat) (logits : List Ball) : Bool :=
  (nth Ball.zero logits m).force fun top =>
  fold (fun x ih i => (Nat.beq i m || x.below top) && ih (Nat.succ i)) (fun _ => true) logits 0

/-- Does the input pass? -/
def passes (label : List Nat → Nat) (K : Known) (q : Nat) (x : List Nat) : Bool :=
  Nat.force (label x) fun m => Nat.ble (Nat.succ m) s.w.model.d_vocab &&
  s.withHeadsOut q x K.heads fun heads =>
  Ball.forceList (Ball.addAll (s.resid (Nat.sub s.w.model.n_ctx 1) q) (Ball.addAll heads K.b_O)) fun mid =>
  s.withPost K.mlp mid fun post => s.withNorm post fun ln => Ball.forceList (s.affine K.unembed K.b_U ln) (ahead m)

/-- Pick a token. -/
def step (t : Nat) (x : List Nat) (k : List Nat → Nat) : Nat := Nat.force t fun t => k (t :: x)

/-- The number of inputs that pass. -/
def count (label : List Nat → Nat) (K : Known) : Nat :=
  total s.w.model.d_vocab fun q => Nat.force q fun q =>
    countTreeCps s.w.model.d_vocab (Nat.sub s.w.model.n_ctx 1) step (s.passes label K q) [q]

/-- Do at least as many inputs pass as the certificate claims? -/
def enough (label : List Nat → Nat) : Bool :=
  s.withNorms fun norms => s.withHeads norms s.w.model.heads fun heads => s.withMlp s.w.model.mlp fun mlp =>
  Ball.forceList (biases s.finer s.w.model.b_O s.w.model.d_model) fun b_O =>
  (s.matrix s.w.model.W_U s.w.model.d_model s.w.model.d_vocab).force fun unembed =>
  Ball.forceList (biases s.one s.w.model.b_U s.w.model.d_vocab) fun b_U =>
  Nat.ble s.c.bound (s.count label ⟨heads, mlp, b_O, unembed, b_U⟩)

end Setup

/-- The check of a certificate. -/
def check (label : List Nat → Nat) (w : Normed.Weights) (c : Certificate) : Bool :=
  ((Nat.ble 1 w.model.n_ctx && Nat.ble 1 w.model.d_model) && (Nat.ble 1 w.model.attn_scale && (Nat.ble 1 w.eps_den && c.form.fit))) &&
  Nat.force (Nat.pow 2 w.model.frac) fun unit => Nat.force (Nat.pow 2 c.extra) fun finer => Nat.force (Nat.mul unit finer) fun one =>
  Nat.force c.form.error fun error => (Setup.mk w c unit finer one error).enough label

end
end NormedBruteForce
end Transformer
end Compact
