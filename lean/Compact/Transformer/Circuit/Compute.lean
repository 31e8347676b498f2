prelude
import Compact.Packed.Mul
import Compact.Packed.Reshape
import Compact.Transformer.Circuit.Paths
import Compact.Field.Div
/-!
# The circuits, evaluated from the weights

`Circuits.of w` multiplies the weights out exactly, as integer matrices, in the order that is cheapest for
the kernel; `circuits w k` is the same with every intermediate matrix evaluated once.  The theorems
`val_EQKE` ... say that the integers are the circuits of `Circuit/Paths.lean`, over powers of two.
-/
namespace Compact
noncomputable section

/-- The exact circuits.  Rows of `EQKE`, `EQKP` are query tokens, of `EVOU` key tokens, of `PVOU` key
positions, of `EU` query tokens; columns of `EQKE` are key tokens, of `EQKP` key positions, of the others
output tokens. -/
structure Circuits where
  EQKE : Mat
  EQKP : Mat
  EVOU : Mat
  PVOU : Mat
  EU : Mat

variable (w : Weights)

/-- The residual stream at the last position, for every query token. -/
def residMat : Mat := (w.W_E.mat w.d_model).addRow (w.W_pos.mat w.d_model) (w.n_ctx - 1)
/-- The query vectors of all query tokens. -/
def queryMat : Mat := (residMat w).mul w.d_model w.d_head (w.W_Q.mat w.d_head)
/-- The key vectors of the rows of `T`, as columns. -/
def keyMat (T : Tensor) (r : Nat) : Mat :=
  ((w.W_K.mat w.d_head).transpose w.d_head).mul w.d_model r ((T.mat w.d_model).transpose w.d_model)
/-- The value vectors of the rows of `T`. -/
def valueMat (T : Tensor) : Mat := (T.mat w.d_model).mul w.d_model w.d_head (w.W_V.mat w.d_head)
/-- `W_O W_U`. -/
def outMat : Mat := (w.W_O.mat w.d_model).mul w.d_model w.d_vocab (w.W_U.mat w.d_vocab)

/-- The circuits of the model. -/
def Circuits.of : Circuits where
  EQKE := (queryMat w).mul w.d_head w.d_vocab (keyMat w w.W_E w.d_vocab)
  EQKP := (queryMat w).mul w.d_head w.n_ctx (keyMat w w.W_pos w.n_ctx)
  EVOU := (valueMat w w.W_E).mul w.d_head w.d_vocab (outMat w)
  PVOU := (valueMat w w.W_pos).mul w.d_head w.d_vocab (outMat w)
  EU := (residMat w).mul w.d_model w.d_vocab (w.W_U.mat w.d_vocab)

/-- What the circuits are products of. -/
structure Factors where
  resid : Mat
  unembed : Mat
  query : Mat
  tokenKey : Mat
  posKey : Mat
  tokenValue : Mat
  posValue : Mat
  out : Mat

/-- The factors of the model. -/
def Factors.of : Factors where
  resid := residMat w
  unembed := w.W_U.mat w.d_vocab
  query := queryMat w
  tokenKey := keyMat w w.W_E w.d_vocab
  posKey := keyMat w w.W_pos w.n_ctx
  tokenValue := valueMat w w.W_E
  posValue := valueMat w w.W_pos
  out := outMat w

/-- Evaluate the factors, sharing what they have in common, and go on with them. -/
def factors {α : Type} (k : Factors → α) : α :=
  (w.W_E.mat w.d_model).force fun E => (w.W_pos.mat w.d_model).force fun P =>
  (w.W_Q.mat w.d_head).force fun Q => (w.W_K.mat w.d_head).force fun K =>
  (w.W_V.mat w.d_head).force fun V => (w.W_O.mat w.d_model).force fun O =>
  (w.W_U.mat w.d_vocab).force fun U => (E.addRow P (w.n_ctx - 1)).force fun X =>
  (X.mul w.d_model w.d_head Q).force fun XQ => (K.transpose w.d_head).force fun KT =>
  (KT.mul w.d_model w.d_vocab (E.transpose w.d_model)).force fun KE =>
  (KT.mul w.d_model w.n_ctx (P.transpose w.d_model)).force fun KP =>
  (E.mul w.d_model w.d_head V).force fun EV => (P.mul w.d_model w.d_head V).force fun PV =>
  (O.mul w.d_model w.d_vocab U).force fun OU => k ⟨X, U, XQ, KE, KP, EV, PV, OU⟩

theorem factors_eq {α : Type} (k : Factors → α) : factors w k = k (Factors.of w) := by
  unfold factors
  rw [Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq,
    Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq]
  rfl

/-- Evaluate the circuits and go on with them. -/
def circuits {α : Type} (k : Circuits → α) : α :=
  factors w fun F =>
  (F.query.mul w.d_head w.d_vocab F.tokenKey).force fun EQKE => (F.query.mul w.d_head w.n_ctx F.posKey).force fun EQKP =>
  (F.tokenValue.mul w.d_head w.d_vocab F.out).force fun EVOU => (F.posValue.mul w.d_head w.d_vocab F.out).force fun PVOU =>
  (F.resid.mul w.d_model w.d_vocab F.unembed).force fun EU => k ⟨EQKE, EQKP, EVOU, PVOU, EU⟩

theorem circuits_eq {α : Type} (k : Circuits → α) : circuits w k = k (Circuits.of w) := by
  unfold circuits
  rw [factors_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq]
  rfl

/-- The circuits with each row packed, those of scores in lanes of `S` bits, the others in lanes of `L` bits. -/
structure PackedCircuits where
  EQKE : List Nat
  EQKP : List Nat
  EVOU : List Nat
  PVOU : List Nat
  EU : List Nat

/-- The packed circuits of the model. -/
def PackedCircuits.of (S L : Nat) : PackedCircuits where
  EQKE := (queryMat w).mulRows S w.d_head w.d_vocab (keyMat w w.W_E w.d_vocab)
  EQKP := (queryMat w).mulRows S w.d_head w.n_ctx (keyMat w w.W_pos w.n_ctx)
  EVOU := (valueMat w w.W_E).mulRows L w.d_head w.d_vocab (outMat w)
  PVOU := (valueMat w w.W_pos).mulRows L w.d_head w.d_vocab (outMat w)
  EU := (residMat w).mulRows L w.d_model w.d_vocab (w.W_U.mat w.d_vocab)

/-- Evaluate the packed circuits and go on with them. -/
def packedCircuits {α : Type} (S L : Nat) (k : PackedCircuits → α) : α :=
  factors w fun F =>
  forceList (F.query.mulRows S w.d_head w.d_vocab F.tokenKey) fun EQKE =>
  forceList (F.query.mulRows S w.d_head w.n_ctx F.posKey) fun EQKP =>
  forceList (F.tokenValue.mulRows L w.d_head w.d_vocab F.out) fun EVOU =>
  forceList (F.posValue.mulRows L w.d_head w.d_vocab F.out) fun PVOU =>
  forceList (F.resid.mulRows L w.d_model w.d_vocab F.unembed) fun EU => k ⟨EQKE, EQKP, EVOU, PVOU, EU⟩

theorem packedCircuits_eq {α : Type} (S L : Nat) (k : PackedCircuits → α) :
    packedCircuits w S L k = k (PackedCircuits.of w S L) := by
  unfold packedCircuits
  rw [factors_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq]
  rfl

/-- A tensor of `r` rows. -/
def Tensor.hasRows (T : Tensor) (r : Nat) : Bool := Nat.beq T.rows.length r && Nat.ble 1 T.bits

/-- The tensors have the shapes that `Statement.lean` documents, and nothing is divided by zero. -/
def Weights.wellFormed : Bool :=
  (Nat.ble 1 w.n_ctx && Nat.ble 1 w.attn_scale) && (w.W_E.hasRows w.d_vocab && w.W_pos.hasRows w.n_ctx) &&
  ((w.W_Q.hasRows w.d_model && w.W_K.hasRows w.d_model) && (w.W_V.hasRows w.d_model && w.W_O.hasRows w.d_head) &&
    w.W_U.hasRows w.d_model)

end
end Compact
