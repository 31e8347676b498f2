prelude
import Compact.Transformer.General.Tables
/-!
# An MLP, as models without

What the theory knows of models without an MLP is used for models with one.  `Weights.linear` is the model without its
neurons; `Weights.reads` is a model whose outputs are neurons before their ReLU, and whose last output is zero.  Both are exact,
and what is left to say is one equation, `logit_linear`.
-/
namespace Compact
namespace Transformer
noncomputable section

/-- `b_O + b_out`, in cells that are one bit longer. -/
def outBias (w : Weights) (B : Nat) (M : MLP) : Tensor :=
  ofCells (Nat.succ B) 1 w.d_model fun _ i => Nat.add (biasCell B w.b_O i) (biasCell B M.b_out i)

/-- The model without its neurons. -/
def Weights.linear (w : Weights) (B : Nat) (M : MLP) : Weights := { w with b_O := some (outBias w B M), mlp := none }

/-- Is the output `t` a neuron, number `k + t`?  The last output is none. -/
def isNeuron (v J k t : Nat) : Bool := Nat.ble (Nat.add t 2) v && Nat.ble (Nat.succ (Nat.add k t)) J

/-- The cell of an output: that of a neuron, or zero. -/
def readCell (B v J k : Nat) (f : Nat → Nat) (t : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (zeroCell B) (f (Nat.add k t)) (isNeuron v J k t)

/-- `W_in`, of the neurons from number `k` on, and their `b_in`. -/
def readIn (w : Weights) (B : Nat) (M : MLP) (k : Nat) : Tensor :=
  ofCells B w.d_model w.d_vocab fun i => readCell B w.d_vocab M.d_mlp k (cell B M.W_in i)
def readBias (w : Weights) (B : Nat) (M : MLP) (k : Nat) : Tensor :=
  ofCells B 1 w.d_vocab fun _ => readCell B w.d_vocab M.d_mlp k (biasCell B M.b_in)

/-- The model whose outputs are the neurons from number `k` on, before their ReLU; the last output is zero. -/
def Weights.reads (w : Weights) (B : Nat) (M : MLP) (k : Nat) : Weights :=
  { w with W_U := readIn w B M k, b_U := some (readBias w B M k), mlp := none }

end

/-- Cells of `B` bits hold the entries of an MLP, and of what is written before it. -/
structure MLP.Fit (w : Weights) (B : Nat) (M : MLP) : Prop where
  pos : 0 < B
  W_in : M.W_in.bits ≤ B
  b_in (T : Tensor) : M.b_in = some T → T.bits ≤ B
  b_out (T : Tensor) : M.b_out = some T → T.bits ≤ B
  b_O (T : Tensor) : w.b_O = some T → T.bits ≤ B

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {M : MLP} (F : M.Fit w B) {x : List Nat} {q : Nat}
include F

theorem bias_outBias {i : Nat} (hi : i < w.d_model) :
    bias R w (some (outBias w B M)) i = bias R w w.b_O i + bias R w M.b_out i := by
  have lt {i : Nat} : biasCell B w.b_O i + biasCell B M.b_out i < 2 ^ (B + 1) := by
    rw [Nat.two_pow_succ]
    exact Nat.add_lt_add (biasCell_lt F.pos F.b_O i) (biasCell_lt F.pos F.b_out i)
  have digit : (outBias w B M).digit 0 i = biasCell B w.b_O i + biasCell B M.b_out i :=
    digit_ofCells (f := fun _ i => biasCell B w.b_O i + biasCell B M.b_out i) (fun _ _ => lt) Nat.one_pos hi
  have two : 2 ^ B = 2 ^ (B - 1) + 2 ^ (B - 1) := two_half F.pos
  rw [← cellVal_bias F.b_O i, ← cellVal_bias F.b_out i]
  show (ofNat R ((outBias w B M).digit 0 i) - ofNat R (2 ^ B)) / _ = (_ - _) / _ + (_ - _) / _
  rw [digit, two, ofNat_add, ofNat_add, ← add_div]
  exact congrArg (· / _) (add_sub_add_comm _ _ _ _)

/-- **The logits of a model with an MLP**: those without its neurons, and what these add. -/
theorem logit_linear (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = some M) (t : Nat) : logit R w x t =
    logit R (w.linear B M) x t + sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t := by
  have own : ownLogit R (w.linear B M) q t = ownLogit R w q t := by
    unfold ownLogit
    rw [hM]
    show apply R w w.d_model (ownResid R (w.linear B M) q) w.W_U t + bias R w w.b_U t = _
    rw [apply_congr (g := fun i => ownResid R w q i + bias R w M.b_out i) fun i hi => ?_, apply_add]
    show keyResid R w q (w.n_ctx - 1) i + bias R w (some (outBias w B M)) i = keyResid R w q (w.n_ctx - 1) i + _ + _
    rw [bias_outBias F hi]
    exact (add_assoc _ _ _).symm
  have linear : logit R (w.linear B M) x t = _ := logit_eq (w := w.linear B M) hq t
  rw [logit_eq hq, neurons_some hM, linear, neurons_none (w := w.linear B M) rfl, own, add_zero]
  rfl

theorem readCell_lt {v J k t : Nat} {f : Nat → Nat} (hf : ∀ j, f j < 2 ^ B) : readCell B v J k f t < 2 ^ B := by
  unfold readCell
  cases isNeuron v J k t with
  | false => exact zeroCell_lt F.pos
  | true => exact hf _

theorem entry_readIn {k i t : Nat} (hi : i < w.d_model) (ht : t < w.d_vocab) : entry R w (readIn w B M k) i t =
    cellVal R B w.frac (readCell B w.d_vocab M.d_mlp k (cell B M.W_in i) t) := by
  show (ofNat R ((readIn w B M k).digit i t) - _) / _ = (_ - _) / _
  rw [show (readIn w B M k).digit i t = readCell B w.d_vocab M.d_mlp k (cell B M.W_in i) t from
    digit_ofCells (f := fun i => readCell B w.d_vocab M.d_mlp k (cell B M.W_in i))
      (fun _ _ => readCell_lt F fun j => cell_lt F.pos F.W_in _ j) hi ht]
  rfl

theorem bias_readBias {k t : Nat} (ht : t < w.d_vocab) : bias R w (some (readBias w B M k)) t =
    cellVal R B w.frac (readCell B w.d_vocab M.d_mlp k (biasCell B M.b_in) t) := by
  show (ofNat R ((readBias w B M k).digit 0 t) - _) / _ = (_ - _) / _
  rw [show (readBias w B M k).digit 0 t = readCell B w.d_vocab M.d_mlp k (biasCell B M.b_in) t from
    digit_ofCells (f := fun _ => readCell B w.d_vocab M.d_mlp k (biasCell B M.b_in))
      (fun _ _ => readCell_lt F fun j => biasCell_lt F.pos F.b_in j) Nat.one_pos ht]
  rfl

omit F in
theorem headsOut_reads (k i : Nat) (heads : List Head) :
    headsOut R (w.reads B M k) x i heads = headsOut R w x i heads := by
  induction heads with
  | nil => rfl
  | cons A heads ih =>
    show headOut R (w.reads B M k) x A i + headsOut R (w.reads B M k) x i heads = _ + headsOut R w x i heads
    rw [ih]
    rfl

omit F in
/-- It reads the same residual stream. -/
theorem residPost_reads (k i : Nat) : residPost R (w.reads B M k) x i = residMid R w x i := by
  show resid R w x (w.n_ctx - 1) i + (headsOut R (w.reads B M k) x i w.heads + bias R w w.b_O i) = _
  rw [headsOut_reads]
  rfl

omit F in
theorem logit_reads_eq (k t : Nat) : logit R (w.reads B M k) x t =
    (sum w.d_model fun i => residMid R w x i * entry R w (readIn w B M k) i t) + bias R w (some (readBias w B M k)) t :=
  congrArg (· + _) (sum_congr fun i _ => congrArg (· * _) (residPost_reads k i))

/-- An output of such a model is a neuron before its ReLU. -/
theorem logit_reads {k t : Nat} (ht : t + 1 < w.d_vocab) (hj : k + t < M.d_mlp) :
    logit R (w.reads B M k) x t = pre R w x M (k + t) := by
  have is : isNeuron w.d_vocab M.d_mlp k t = true := Bool.and_intro (Nat.ble_eq_true_of_le ht) (Nat.ble_eq_true_of_le hj)
  have htv := Nat.lt_of_succ_lt ht
  have cell_eq {f : Nat → Nat} : readCell B w.d_vocab M.d_mlp k f t = f (k + t) := by unfold readCell; rw [is]; rfl
  rw [logit_reads_eq]
  show _ = (sum w.d_model fun i => residMid R w x i * entry R w M.W_in i (k + t)) + bias R w M.b_in (k + t)
  rw [bias_readBias F htv, cell_eq, cellVal_bias F.b_in]
  refine congrArg (· + _) (sum_congr fun i hi => ?_)
  rw [entry_readIn F hi htv, cell_eq, cellVal_cell F.W_in]

/-- The last output is zero. -/
theorem logit_reads_last {k z : Nat} (hz : z + 1 = w.d_vocab) : logit R (w.reads B M k) x z = 0 := by
  have isnt : isNeuron w.d_vocab M.d_mlp k z = false := by
    cases e : Nat.ble (Nat.add z 2) w.d_vocab with
    | false => unfold isNeuron; rw [e]; rfl
    | true => exact absurd (Nat.le_of_ble_eq_true e) (Nat.not_le_of_lt (hz ▸ Nat.lt_succ_self _))
  have hzv : z < w.d_vocab := hz ▸ Nat.lt_succ_self z
  have cell_eq {f : Nat → Nat} : readCell B w.d_vocab M.d_mlp k f z = zeroCell B := by unfold readCell; rw [isnt]
  rw [logit_reads_eq, bias_readBias F hzv, cell_eq, cellVal_zero, add_zero]
  refine sum_eq_zero fun i hi => ?_
  rw [entry_readIn F hi hzv, cell_eq, cellVal_zero, mul_zero]

end
end Transformer
end Compact
