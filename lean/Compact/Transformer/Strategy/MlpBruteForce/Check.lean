prelude
import Compact.Packed.Lanewise
import Compact.Transformer.General.Neurons
import Compact.Transformer.Strategy.HeadsBruteForce.Check
/-!
# Strategy: brute force, for a model with an MLP: the check

Every input is evaluated.  A neuron before its ReLU is an output of a model without an MLP (`Weights.reads`), and what is left
of the model is one too (`Weights.linear`), so that of each the heads are made even, as in `HeadsBruteForce`.  With a second row, one that
makes a head of `reads` odd in the other direction, each neuron is bounded from both sides; its ReLU then is known up to what rounding costs,
and enters the logits with its row of `W_out W_U`.
Definitions only; `Strategy/MlpBruteForce.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
noncomputable section
open BruteForce (laneBits packAll)
open HeadsBruteForce (HeadTables HeadState withTables starts stepHeads weigh guess evenHeads)

/-- The claimed bound, bits of a cell of the weights and of a lane, and how to round. -/
structure Certificate extends Params where
  /-- Bits of a cell of the weights; cells of plain models have one more. -/
  cellBits : Nat
  /-- Bits of a lane. -/
  bits : Nat
  bound : Nat

/-! ## Models without an MLP -/

/-- Number 0 is the model without its neurons; the others have the neurons as outputs, block by block. -/
def part (w : Weights) (B : Nat) (M : MLP) (b : Nat) : Weights :=
  Nat.rec (motive := fun _ => Weights) (w.linear B M) (fun b _ => w.reads B M (Nat.mul b (Nat.sub w.d_vocab 1))) b

/-- Evaluate such a model's own tensors, then go on with it. -/
def withPart (w : Weights) (B : Nat) (M : MLP) (b : Nat) (k : Weights → Bool) : Bool :=
  Nat.rec (motive := fun _ => Bool)
    (HeadsQuartic.headCheck.forceTensor (outBias w B M) fun O => k { w with b_O := some O, mlp := none })
    (fun b _ => Nat.force (Nat.mul b (Nat.sub w.d_vocab 1)) fun k₀ =>
      HeadsQuartic.headCheck.forceTensor (readIn w B M k₀) fun U => HeadsQuartic.headCheck.forceTensor (readBias w B M k₀) fun b' =>
      k { w with W_U := U, b_U := some b', mlp := none }) b

/-- One list after the other. -/
def join {α : Type} (xs ys : List α) : List α := fold (fun x ih => x :: ih) ys xs

/-- The tables of the heads of the models from number `b` on, `count` of them; then what is asked of them. -/
def withParts (w : Weights) (M : MLP) (c : Params) (B L H : Nat) (count : Nat) : Nat → (List HeadTables → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List HeadTables → Bool) → Bool) (fun _ K => K [])
    (fun _ ih b K => Nat.force b fun b => withPart w B M b fun w' => withTables w' c (Nat.succ B) L H 0 fun T =>
      ih (Nat.succ b) fun rest => K (join T rest)) count

/-- A row less its smallest entry. -/
def fromLeast (xs : List Nat) : List Nat :=
  Nat.force (minList (maxList xs) xs) fun low => mapFold (fun x => Nat.sub x low) xs

/-- `W_out W_U`: what each neuron adds to the logits, as integers from the least of them on. -/
def neuronMat (w : Weights) (M : MLP) : Mat := (M.W_out.mat w.d_model).mul w.d_model w.d_vocab (w.W_U.mat w.d_vocab)
def neuronRows (w : Weights) (M : MLP) : List (List Nat) := mapFold fromLeast (neuronMat w M).rows

/-- Evaluate these rows, then go on with them. -/
def withNeuronRows (w : Weights) (M : MLP) (k : List (List Nat) → Bool) : Bool :=
  (M.W_out.mat w.d_model).force fun O => (w.W_U.mat w.d_vocab).force fun U => (O.mul w.d_model w.d_vocab U).force fun P =>
  forceRows (mapFold fromLeast P.rows) k

/-- The largest entries of all rows, added up. -/
def ranges (rows : List (List Nat)) : Nat := sumList (mapFold maxList rows)

/-! ## One input -/

/-- All heads, those of the models with neurons as outputs, and the input as far as it is picked. -/
structure Picked where
  heads : List HeadState
  neurons : List HeadState
  input : List Nat

/-- Pick a token. -/
def step (t : Nat) (P : Picked) (k : Picked → Nat) : Nat :=
  stepHeads t P.heads fun heads => stepHeads t P.neurons fun neurons => k ⟨heads, neurons, t :: P.input⟩

/-- Are all other lanes of `Y` above the lane `z` by the slack? -/
def othersAbove (L one tops z S Y : Nat) : Bool :=
  Nat.force Y fun Y => Nat.force (readLane L Y z) fun y =>
  Nat.ble (Nat.succ (Nat.add y S)) (Nat.pow 2 (Nat.sub L 1)) &&
    lanesLe tops (Nat.add (Nat.mul y one) (Nat.mul S (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L z))))) Y

/-- For each head, a row that bounds neurons from above, and by how much less it would bound them from below; then what is asked of all. -/
def evenNeurons (L width one tops z : Nat) (lane : Lane) (mask : Nat) (x : List Nat) (heads : List HeadState) :
    (List (Nat × Nat) → Bool) → Bool :=
  fold (fun h ih K => Nat.force (weigh h.query x 0) fun W => Nat.force (Nat.mul 2 (Nat.add (Nat.div h.state.slack W) 2)) fun extra =>
    Nat.force (Nat.sub (guess L width one z W h.state) (Nat.mul extra one)) fun D =>
    Nat.force (Nat.add D (Nat.mul extra (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L z))))) fun D' =>
    ((lanesWithin mask D && lane.test h.state.slack (Nat.add h.state.logits (Nat.mul W D))) &&
      (lanesWithin mask D' && othersAbove L one tops z h.state.slack (Nat.add h.state.logits (Nat.mul W D')))) &&
    ih fun rest => K ((D, extra) :: rest))
    (fun K => K []) heads

/-- The sum of the rows of a block's heads. -/
def rowSum (H b : Nat) (rows : List (Nat × Nat)) : Nat := total H fun i => (nth (0, 0) rows (Nat.add (Nat.mul H b) i)).1

/-- The ReLU of each neuron of a block, rounded up. -/
def activations (L H one tops z direct b : Nat) (rows : List (Nat × Nat)) : Nat :=
  Nat.force (rowSum H b rows) fun D =>
  lanesMonus tops (Nat.sub L 1) (Nat.add direct (Nat.mul (Nat.succ (readLane L D z)) one)) (Nat.add (Nat.mul (readLane L direct z) one) D)

/-- A packed number with one more lane below.  (Activations are often zero, and literals that agree in their lowest 64 bits collide in
the kernel's caches; so there stands something that differs from input to input.) -/
def marked (L mark N : Nat) : Nat := Nat.add (Nat.mod (Nat.mod mark 2305843009213693951) (Nat.pow 2 L)) (Nat.mul (Nat.pow 2 L) N)

/-- The lanes of a packed number from the lane `j` on, `count` of them. -/
def readLanes (L N count : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih j => Nat.force j fun j => readLane L N j :: ih (Nat.succ j)) count

/-- Those of the blocks from `b` on, `count` of them. -/
def allActivations (L H one tops z : Nat) (directs : List Nat) (rows : List (Nat × Nat)) (count : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => [])
    (fun _ ih b => Nat.force b fun b => Nat.force (nth 0 directs b) fun direct =>
      Nat.force (marked L (rowSum H b rows) (activations L H one tops z direct b rows)) fun N =>
      join (readLanes L N z 1) (ih (Nat.succ b))) count

/-- By how many units a neuron may be less than it is rounded up to. -/
def loss (rows : List (Nat × Nat)) : Nat := Nat.add 2 (fold (fun r ih => Nat.add r.2 ih) 0 rows)

/-- What is known of the model while inputs are looked at. -/
structure Setup where
  L : Nat
  width : Nat
  H : Nat
  v : Nat
  one : Nat
  tops : Nat
  mask : Nat
  /-- The number of blocks of neurons. -/
  blocks : Nat
  /-- `2^(2 frac)` -/
  unit2 : Nat
  ranges : Nat
  /-- Rows of `W_out W_U`, packed. -/
  outs : List Nat

/-- Is the right answer `m` ahead, given the rows of all heads and the neurons? -/
def enough (S : Setup) (direct m : Nat) (rows : List Nat) (acts : List Nat) (loss : Nat) : Bool :=
  Nat.ble loss (Nat.pow 2 S.width) &&
  Nat.force (dot acts S.outs) fun V =>
  lanesLe S.tops
    (Nat.add (Nat.add (Nat.mul S.unit2 (Nat.add (Nat.mul (total S.H fun i => readLane S.L (nth 0 rows i) m) S.one) direct)) V)
      (Nat.mul (Nat.add (Nat.mul 2 S.unit2) (Nat.mul loss S.ranges)) (Nat.sub S.one (Nat.shiftLeft 1 (Nat.mul S.L m)))))
    (Nat.add (Nat.mul S.unit2 (Nat.add (total S.H fun i => nth 0 rows i) (Nat.mul (readLane S.L direct m) S.one)))
      (Nat.mul (readLane S.L V m) S.one))

/-- Does the input pass? -/
def passes (label : List Nat → Nat) (S : Setup) (laneZ : Lane) (direct : Nat) (directs : List Nat) (P : Picked) : Bool :=
  Nat.force (label P.input) fun m => Nat.ble (Nat.succ m) S.v && (Lane.of S.L S.one m).force fun lane =>
  evenHeads S.L S.width S.one m lane S.mask P.input P.heads fun rows =>
  evenNeurons S.L S.width S.one S.tops (Nat.pred S.v) laneZ S.mask P.input P.neurons fun ns =>
  forceList (allActivations S.L S.H S.one S.tops (Nat.pred S.v) directs ns S.blocks 0) fun acts =>
  Nat.force (loss ns) fun loss => enough S direct m rows acts loss

/-- The direct paths of the blocks from `b` on, `count` of them. -/
def directsOf (H q : Nat) (neurons : List HeadTables) (count : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => [])
    (fun _ ih b => nth 0 (nth HeadTables.none neurons (Nat.mul H b)).direct q :: ih (Nat.succ b)) count

/-- The number of inputs that pass, given all tables. -/
def count (label : List Nat → Nat) (n : Nat) (S : Setup) (heads neurons : List HeadTables) : Nat :=
  Nat.force (Nat.mul 3 (Nat.pow 2 S.width)) fun B => (Lane.of S.L S.one (Nat.pred S.v)).force fun laneZ =>
  total S.v fun q => Nat.force q fun q =>
    Nat.force (nth 0 (nth HeadTables.none heads 0).direct q) fun direct => forceList (directsOf S.H q neurons S.blocks 0) fun directs =>
    starts B n q heads fun hs => starts B n q neurons fun ns =>
    step q ⟨hs, ns, []⟩ (countTreeCps S.v (Nat.sub n 1) step (passes label S laneZ direct directs))

/-! ## The check -/

/-- Do cells of `B` bits hold the entries of the MLP, and does it have the shapes that it should? -/
def mlpFits (w : Weights) (B : Nat) (M : MLP) : Bool :=
  (Nat.ble 1 B && (Nat.ble M.W_in.bits B && (HeadsQuartic.fits.biasFits B M.b_in && (HeadsQuartic.fits.biasFits B M.b_out &&
    HeadsQuartic.fits.biasFits B w.b_O)))) && (M.W_out.hasRows M.d_mlp && w.W_U.hasRows w.d_model)

/-- Do lanes hold all numbers? -/
def roomy (L width H unit2 ranges : Nat) : Bool :=
  Nat.ble (Nat.succ (Nat.add (Nat.mul unit2 (Nat.add (Nat.mul (Nat.succ H) (Nat.pow 2 width)) 2))
    (Nat.mul (Nat.mul (Nat.add H 2) (Nat.pow 2 width)) ranges))) (Nat.pow 2 (Nat.sub L 1))

/-- The check, given the number of heads, `2^(2 frac)`, the number of blocks and the rows of neurons. -/
def checkRows (label : List Nat → Nat) (w : Weights) (M : MLP) (c : Certificate) (H unit2 blocks : Nat) (rows : List (List Nat)) : Bool :=
  Nat.force (ranges rows) fun ranges => roomy c.bits c.width H unit2 ranges &&
  forceList (packAll c.bits rows) fun outs =>
  Nat.force (ones c.bits w.d_vocab) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.bits 1)) one) fun tops =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.width) 1) one) fun mask =>
  withParts w M c.toParams c.cellBits c.bits H 1 0 fun heads =>
  withParts w M c.toParams c.cellBits c.bits H blocks 1 fun neurons =>
  Nat.ble c.bound (count label w.n_ctx ⟨c.bits, c.width, H, w.d_vocab, one, tops, mask, blocks, unit2, ranges, outs⟩ heads neurons)

/-- The check of a model with this MLP. -/
def checkMlp (label : List Nat → Nat) (w : Weights) (c : Certificate) (M : MLP) : Bool :=
  (mlpFits w c.cellBits M && (Nat.ble 1 w.heads.length && (Nat.ble 1 w.n_ctx && Nat.ble 2 w.d_vocab))) &&
  ((Nat.ble (Nat.succ c.width) c.bits && Nat.ble (laneBits (w.headAt 0 0) c.toParams) c.bits) &&
  Nat.force w.heads.length fun H => Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun unit2 =>
  Nat.force (Nat.div (Nat.add M.d_mlp (Nat.sub w.d_vocab 2)) (Nat.sub w.d_vocab 1)) fun blocks =>
  Nat.ble M.d_mlp (Nat.mul blocks (Nat.sub w.d_vocab 1)) &&
  withNeuronRows w M fun rows => checkRows label w M c H unit2 blocks rows)

/-- The check of a certificate. -/
def check (label : List Nat → Nat) (w : Weights) (c : Certificate) : Bool :=
  Option.rec (motive := fun _ => Bool) false (checkMlp label w c) w.mlp

end
end MlpBruteForce
end Transformer
end Compact
