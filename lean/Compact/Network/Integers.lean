prelude
import Compact.Network.Statement
import Compact.Packed.Mul
import Compact.Packed.Reshape
import Compact.Field.Div
/-!
# The network in integers

All that goes into a neuron is an integer over one power of two, and so is every logit.  `Integers.of w` are these
integers (`integers w k` evaluates them once), and the theorems say that they are the weights of the statement.
-/
namespace Compact
namespace Network
noncomputable section

/-- How often `2^frac` divides the entries, as integers: once, or twice for a product. -/
def Matrix.degree : Matrix → Nat
  | .stored _ => 1
  | .product _ _ _ => 2

/-- The matrix, with `c` columns, in integers over `2^(degree * frac)`. -/
def Matrix.mat (c : Nat) : Matrix → Mat
  | .stored W => W.mat c
  | .product d A B => (A.mat d).mul d c (B.mat c)

/-- Go on with the lowest `n` digits of `N` in base `2^L`, evaluated one by one. -/
def unpackThen {α : Type} (L n : Nat) : Nat → (List Nat → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Nat → α) → α) (fun _ k => k [])
    (fun _ ih N k => Nat.force (Nat.mod N (Nat.pow 2 L)) fun x => Nat.force (Nat.shiftRight N L) fun N => ih N fun xs => k (x :: xs)) n

theorem unpackThen_eq {α : Type} (L n N : Nat) (k : List Nat → α) : unpackThen L n N k = k (unpack L n N) := by
  induction n generalizing N k with
  | zero => rfl
  | succ n ih =>
    show (Nat.force (Nat.mod N (Nat.pow 2 L)) fun x => Nat.force (Nat.shiftRight N L) fun N =>
      unpackThen L n N fun xs => k (x :: xs)) = _
    rw [Nat.force_eq, Nat.force_eq, ih, unpack_succ]
    rfl

/-- The same for a list of numbers. -/
def unpackRows {α : Type} (L n : Nat) (Ns : List Nat) : (List (List Nat) → α) → α :=
  fold (fun N ih k => unpackThen L n N fun row => ih fun rows => k (row :: rows)) (fun k => k []) Ns

theorem unpackRows_eq {α : Type} (L n : Nat) (Ns : List Nat) (k : List (List Nat) → α) :
    unpackRows L n Ns k = k (mapFold (unpack L n) Ns) := by
  induction Ns generalizing k with
  | nil => rfl
  | cons N Ns ih =>
    show (unpackThen L n N fun row => unpackRows L n Ns fun rows => k (row :: rows)) = _
    rw [unpackThen_eq, ih]

/-- Evaluate a stored matrix with `c` columns, then go on with it. -/
def forceTensor {α : Type} (c : Nat) (T : Tensor) (k : Mat → α) : α :=
  Nat.force T.bits fun bits => Nat.force (Nat.pow 2 (Nat.sub bits 1)) fun off => unpackRows bits c T.rows fun rows => k ⟨off, rows⟩

theorem forceTensor_eq {α : Type} (c : Nat) (T : Tensor) (k : Mat → α) : forceTensor c T k = k (T.mat c) := by
  unfold forceTensor
  rw [Nat.force_eq, Nat.force_eq, unpackRows_eq]
  rfl

/-- Evaluate the matrix, then go on with it. -/
def Matrix.force {α : Type} (c : Nat) (M : Matrix) (k : Mat → α) : α :=
  match M with
  | .stored W => forceTensor c W k
  | .product d A B => forceTensor d A fun A => forceTensor c B fun B => (A.mul d c B).force k

theorem Matrix.force_eq {α : Type} (c : Nat) (M : Matrix) (k : Mat → α) : M.force c k = k (M.mat c) := by
  match M with
  | .stored W => exact forceTensor_eq _ _ _
  | .product d A B =>
    show (forceTensor d A fun A => forceTensor c B fun B => (Mat.mul d c A B).force k) = _
    rw [forceTensor_eq, forceTensor_eq, Mat.force_eq]
    rfl

/-- All entries times `m`. -/
def scaled (m : Nat) (M : Mat) : Mat :=
  Bool.rec (motive := fun _ => Mat) ⟨Nat.mul m M.off, mapFold (mapFold (Nat.mul m)) M.rows⟩ M (Nat.beq m 1)

/-- Evaluate it, then go on with it. -/
def forceScaled {α : Type} (m : Nat) (M : Mat) (k : Mat → α) : α :=
  Bool.rec (motive := fun _ => α) ((scaled m M).force k) (k M) (Nat.beq m 1)

theorem forceScaled_eq {α : Type} (m : Nat) (M : Mat) (k : Mat → α) : forceScaled m M k = k (scaled m M) := by
  unfold forceScaled
  cases h : Nat.beq m 1 with
  | true =>
    unfold scaled
    rw [h]
  | false => exact Mat.force_eq _ _

/-- The integers of the network. -/
structure Integers where
  /-- What the first element adds to the neurons, `[order, width]`. -/
  left : Mat
  /-- What the second element adds to the neurons, with the biases. -/
  right : Mat
  /-- `[width, order]` -/
  unembed : Mat
  /-- `[1, order]`, over the power of two of the logits. -/
  last : Mat

variable (w : Weights)

/-- What goes into a neuron is an integer over this power of `2^frac`. -/
def Weights.degree : Nat := Nat.max w.W_L.degree w.W_R.degree

/-- `(2^frac)^k` -/
def Weights.one (k : Nat) : Nat := Nat.pow (Nat.pow 2 w.frac) k

/-- The integers of the network with these weights. -/
def Integers.of : Integers where
  left := scaled (w.one (w.degree - w.W_L.degree)) (w.W_L.mat w.width)
  right := (scaled (w.one (w.degree - w.W_R.degree)) (w.W_R.mat w.width)).addRow
    (scaled (w.one (w.degree - 1)) (w.b.mat w.width)) 0
  unembed := w.W_U.mat w.order
  last := scaled (w.one (w.degree + w.W_U.degree - 1)) (w.b_U.mat w.order)

/-- Evaluate the integers and go on with them. -/
def integers {α : Type} (k : Integers → α) : α :=
  w.W_L.force w.width fun L => forceScaled (w.one (w.degree - w.W_L.degree)) L fun left =>
  w.W_R.force w.width fun R => forceScaled (w.one (w.degree - w.W_R.degree)) R fun R =>
  (R.addRow (scaled (w.one (w.degree - 1)) (w.b.mat w.width)) 0).force fun right =>
  w.W_U.force w.order fun unembed =>
  (scaled (w.one (w.degree + w.W_U.degree - 1)) (w.b_U.mat w.order)).force fun last =>
  k ⟨left, right, unembed, last⟩

theorem integers_eq {α : Type} (k : Integers → α) : integers w k = k (Integers.of w) := by
  unfold integers
  rw [Matrix.force_eq, forceScaled_eq, Matrix.force_eq, forceScaled_eq, Mat.force_eq, Matrix.force_eq, Mat.force_eq]
  rfl

/-! ## Shapes -/

/-- A tensor of `r` rows. -/
def hasRows (T : Tensor) (r : Nat) : Bool := Nat.beq T.rows.length r && Nat.ble 1 T.bits

/-- A matrix of `r` rows. -/
def Matrix.hasRows (r : Nat) : Matrix → Bool
  | .stored W => Network.hasRows W r
  | .product d A B => Network.hasRows A r && Network.hasRows B d

/-- The tensors have the shapes that the statement documents. -/
def Weights.wellFormed : Bool :=
  (w.W_L.hasRows w.order && w.W_R.hasRows w.order) && (hasRows w.b 1 && (w.W_U.hasRows w.width && hasRows w.b_U 1))

end

theorem hasRows_spec {T : Tensor} {r : Nat} (h : hasRows T r = true) : T.rows.length = r ∧ 0 < T.bits :=
  ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), Nat.le_of_ble_eq_true (Bool.and_right h)⟩

theorem shape_of_hasRows {T : Tensor} {r : Nat} (h : hasRows T r = true) (c : Nat) : (T.mat c).Shape r c :=
  Tensor.shape_mat (hasRows_spec h).right (hasRows_spec h).left

theorem Matrix.shape {M : Matrix} {r : Nat} (h : M.hasRows r = true) (c : Nat) : (M.mat c).Shape r c := by
  match M, h with
  | .stored W, h => exact shape_of_hasRows h c
  | .product d A B, h => exact (shape_of_hasRows (Bool.and_left h) d).mul (shape_of_hasRows (Bool.and_right h) c)

section scaled
variable {M : Mat} {r c : Nat}

theorem scaled_cases (m : Nat) (M : Mat) : (m = 1 ∧ scaled m M = M) ∨
    scaled m M = ⟨m * M.off, mapFold (mapFold (Nat.mul m)) M.rows⟩ := by
  unfold scaled
  cases h : Nat.beq m 1 with
  | true => exact .inl ⟨Nat.eq_of_beq_eq_true _ _ h, rfl⟩
  | false => exact .inr rfl

theorem get_scaled (m : Nat) (hM : M.Shape r c) {i j : Nat} (hi : i < r) (hj : j < c) :
    (scaled m M).get i j = m * M.get i j := by
  match scaled_cases m M with
  | .inl ⟨e, h⟩ => rw [h, e, Nat.one_mul]
  | .inr h =>
    rw [h]
    show ((mapFold (mapFold (Nat.mul m)) M.rows).getD i []).getD j 0 = _
    rw [getD_mapFold _ _ (hM.rows_length.symm ▸ hi) [], getD_mapFold _ _ ((hM.row_length i hi).symm ▸ hj) 0]
    rfl

theorem off_scaled (m : Nat) (M : Mat) : (scaled m M).off = m * M.off := by
  match scaled_cases m M with
  | .inl ⟨e, h⟩ => rw [h, e, Nat.one_mul]
  | .inr h => rw [h]

theorem shape_scaled (m : Nat) (hM : M.Shape r c) : (scaled m M).Shape r c := by
  refine ⟨?_, fun i hi => ?_, fun i j hi hj => ?_⟩
  · match scaled_cases m M with
    | .inl ⟨_, h⟩ => rw [h]; exact hM.rows_length
    | .inr h => rw [h]; exact (length_mapFold _ _).trans hM.rows_length
  · match scaled_cases m M with
    | .inl ⟨_, h⟩ => rw [h]; exact hM.row_length i hi
    | .inr h =>
      rw [h]
      show ((mapFold (mapFold (Nat.mul m)) M.rows).getD i []).length = c
      rw [getD_mapFold _ _ (hM.rows_length.symm ▸ hi) [], length_mapFold]
      exact hM.row_length i hi
  · rw [get_scaled m hM hi hj, off_scaled, Nat.mul_left_comm]
    exact Nat.mul_le_mul_left m (hM.le i j hi hj)

theorem val_scaled (R : Type) [ExpField R] (m : Nat) (hM : M.Shape r c) {i j : Nat} (hi : i < r) (hj : j < c) :
    (scaled m M).val R i j = ofNat R m * M.val R i j := by
  show ofNat R ((scaled m M).get i j) - ofNat R (scaled m M).off = ofNat R m * (ofNat R (M.get i j) - ofNat R M.off)
  rw [get_scaled m hM hi hj, off_scaled, ofNat_mul, ofNat_mul, mul_sub]

end scaled

/-! ## Values -/

section values
variable (R : Type) [ExpField R]

theorem one_zero (w : Weights) : w.one 0 = 1 := rfl

theorem one_add (w : Weights) (j k : Nat) : w.one (j + k) = w.one j * w.one k := Nat.pow_add _ _ _

theorem one_pos (w : Weights) (k : Nat) : 0 < w.one k := Nat.pow_pos (Nat.two_pow_pos _)

/-- A stored entry times `2^frac`. -/
theorem entry_eq (w : Weights) {T : Tensor} {r c : Nat} (h : hasRows T r = true) {i j : Nat} (hi : i < r) (hj : j < c) :
    ofNat R (w.one 1) * entry R w T i j = (T.mat c).val R i j := by
  have e : w.one 1 = 2 ^ w.frac := Nat.pow_one _
  rw [e]
  refine (mul_div_cancel (ofNat_ne_zero (Nat.two_pow_pos _)) _).trans ?_
  show _ = ofNat R ((T.mat c).get i j) - _
  rw [Tensor.get_mat (hasRows_spec h).left hi hj]
  rfl

/-- An entry times the power of two that makes it an integer. -/
theorem Matrix.entry_eq (w : Weights) {M : Matrix} {r c : Nat} (h : M.hasRows r = true) {i j : Nat} (hi : i < r)
    (hj : j < c) : ofNat R (w.one M.degree) * M.entry R w i j = (M.mat c).val R i j := by
  match M, h with
  | .stored W, h => exact Network.entry_eq R w h hi hj
  | .product d A B, h =>
    have hA := Bool.and_left h
    have hB := Bool.and_right h
    show ofNat R (w.one (1 + 1)) * (sum d fun k => _) = ((A.mat d).mul d c (B.mat c)).val R i j
    rw [Mat.Shape.val_mul R (shape_of_hasRows hA d) (shape_of_hasRows hB c) hi hj, one_add, ofNat_mul, mul_sum]
    refine sum_congr fun k hk => ?_
    rw [← Network.entry_eq R w hA hi hk, ← Network.entry_eq R w hB hk hj]
    exact mul_mul_mul_comm _ _ _ _

/-- The same over a higher power. -/
theorem Matrix.entry_scaled (w : Weights) {M : Matrix} {r c k : Nat} (h : M.hasRows r = true) (hk : M.degree ≤ k) {i j : Nat}
    (hi : i < r) (hj : j < c) :
    ofNat R (w.one k) * M.entry R w i j = (scaled (w.one (k - M.degree)) (M.mat c)).val R i j := by
  rw [val_scaled R _ (M.shape h c) hi hj, ← Matrix.entry_eq R w h hi hj, ← mul_assoc, ← ofNat_mul, ← one_add,
    Nat.sub_add_cancel hk]

theorem entry_scaled (w : Weights) {T : Tensor} {r c k : Nat} (h : hasRows T r = true) (hk : 1 ≤ k) {i j : Nat}
    (hi : i < r) (hj : j < c) : ofNat R (w.one k) * entry R w T i j = (scaled (w.one (k - 1)) (T.mat c)).val R i j :=
  Matrix.entry_scaled R w (M := .stored T) h hk hi hj

end values
end Network
end Compact
