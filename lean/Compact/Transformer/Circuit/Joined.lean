prelude
import Compact.Packed.Fields
import Compact.Transformer.Circuit.Exact
/-!
# The packed circuits, read from packed matrices

`joinedCircuits w S L` evaluates what `PackedCircuits.of w S L` describes, in the same order of products, but reads the entries of each
factor from packed rows (`Packed/Fields.lean`): the kernel builds no list of entries.
-/
namespace Compact
noncomputable section

/-- Is an entry of a matrix with offset `off` smaller than a lane of `L` bits? -/
def laneFits (L off : Nat) : Bool := Nat.ble (Nat.succ (Nat.mul 2 off)) (Nat.pow 2 L)

/-- Bits of any entry of a matrix with offset `off`. -/
def laneOf (off : Nat) : Nat := Nat.succ (Nat.log2 (Nat.mul 2 off))

/-- The bits of an entry. -/
def Tensor.mask (T : Tensor) : Nat := Nat.sub (Nat.pow 2 T.bits) 1

/-- A tensor with `c` columns as a second factor, in lanes of `L` bits. -/
def Tensor.right (T : Tensor) (L c : Nat) : Right :=
  Right.of L c (T.mat c).off (mapFold (fieldPack T.bits T.mask L c) T.rows)

/-- A transposed tensor as a second factor; the tensor has `r` rows and `c` columns. -/
def Tensor.transposed (T : Tensor) (L r c : Nat) : Right :=
  Right.of L r (T.mat c).off (fieldColumns T.bits T.mask L c T.rows)

variable (w : Weights)

/-- Are the lanes wide enough for the factors? -/
def joinedFit (S L : Nat) : Bool :=
  ((Nat.ble 1 S && Nat.ble 1 L) && (laneFits S (w.W_E.mat w.d_model).off && laneFits S (w.W_pos.mat w.d_model).off)) &&
  ((laneFits S (keyMat w w.W_E w.d_vocab).off && laneFits S (keyMat w w.W_pos w.n_ctx).off) &&
  ((laneFits (laneOf (queryMat w).off) (w.W_Q.mat w.d_head).off && laneFits (laneOf (valueMat w w.W_E).off) (w.W_V.mat w.d_head).off) &&
  (laneFits (laneOf (valueMat w w.W_pos).off) (w.W_V.mat w.d_head).off &&
  (laneFits L (w.W_U.mat w.d_vocab).off && laneFits L (outMat w).off))))

/-- The packed rows of the query vectors. -/
def joinedQuery {α : Type} (k : Nat → Nat → List Nat → α) : α :=
  Nat.force (laneOf (queryMat w).off) fun Lq => Nat.force (Nat.sub (Nat.pow 2 Lq) 1) fun mask =>
  Nat.force w.W_E.mask fun mE => Nat.force w.W_pos.mask fun mP => Nat.force (nth 0 w.W_pos.rows (Nat.sub w.n_ctx 1)) fun last =>
  (w.W_Q.right Lq w.d_head).force fun Q =>
  Nat.force (fieldDot w.W_pos.bits mP last Q.bits Q.mask Q.rows w.d_model) fun product =>
  Nat.force (fieldSum w.W_pos.bits mP last w.d_model) fun sum =>
  forceList (productRows Lq w.d_head w.d_model (residMat w).off w.W_E.bits mE product sum w.W_E.rows Q) fun rows => k Lq mask rows

/-- The key vectors of the rows of `T` as a second factor. -/
def joinedKey {α : Type} (S : Nat) (T : Tensor) (r : Nat) (k : Right → α) : α :=
  Nat.force w.W_K.mask fun mK => forceList (fieldColumns w.W_K.bits mK w.W_K.bits w.d_head w.W_K.rows) fun K =>
  (T.transposed S r w.d_model).force fun T' =>
  forceList (productRows S r w.d_model (w.W_K.mat w.d_head).off w.W_K.bits mK 0 0 K T') fun rows =>
  (Right.of S r (keyMat w T r).off rows).force k

/-- The packed rows of the value vectors of the rows of `T`. -/
def joinedValue {α : Type} (T : Tensor) (k : Nat → Nat → List Nat → α) : α :=
  Nat.force (laneOf (valueMat w T).off) fun Lv => Nat.force (Nat.sub (Nat.pow 2 Lv) 1) fun mask =>
  Nat.force T.mask fun mT => (w.W_V.right Lv w.d_head).force fun V =>
  forceList (productRows Lv w.d_head w.d_model (T.mat w.d_model).off T.bits mT 0 0 T.rows V) fun rows => k Lv mask rows

/-- Evaluate the packed circuits and go on with them. -/
def joinedCircuits {α : Type} (S L : Nat) (k : PackedCircuits → α) : α :=
  joinedQuery w fun Lq mQ query =>
  joinedKey w S w.W_E w.d_vocab fun tokenKey =>
  forceList (productRows S w.d_vocab w.d_head (queryMat w).off Lq mQ 0 0 query tokenKey) fun EQKE =>
  joinedKey w S w.W_pos w.n_ctx fun posKey =>
  forceList (productRows S w.n_ctx w.d_head (queryMat w).off Lq mQ 0 0 query posKey) fun EQKP =>
  (w.W_U.right L w.d_vocab).force fun U =>
  Nat.force w.W_E.mask fun mE => Nat.force w.W_pos.mask fun mP => Nat.force w.W_O.mask fun mO =>
  forceList (productRows L w.d_vocab w.d_model (w.W_O.mat w.d_model).off w.W_O.bits mO 0 0 w.W_O.rows U) fun out =>
  (Right.of L w.d_vocab (outMat w).off out).force fun out =>
  joinedValue w w.W_E fun LE mask value =>
  forceList (productRows L w.d_vocab w.d_head (valueMat w w.W_E).off LE mask 0 0 value out) fun EVOU =>
  joinedValue w w.W_pos fun LP mask value =>
  forceList (productRows L w.d_vocab w.d_head (valueMat w w.W_pos).off LP mask 0 0 value out) fun PVOU =>
  Nat.force (nth 0 w.W_pos.rows (Nat.sub w.n_ctx 1)) fun last =>
  Nat.force (fieldDot w.W_pos.bits mP last U.bits U.mask U.rows w.d_model) fun product =>
  Nat.force (fieldSum w.W_pos.bits mP last w.d_model) fun sum =>
  forceList (productRows L w.d_vocab w.d_model (residMat w).off w.W_E.bits mE product sum w.W_E.rows U) fun EU =>
  k ⟨EQKE, EQKP, EVOU, PVOU, EU⟩

end

/-! ## The same circuits -/

theorem fits_of {L off : Nat} (h : laneFits L off = true) : 2 * off < 2 ^ L := Nat.le_of_ble_eq_true h

theorem lt_laneOf (off : Nat) : 2 * off < 2 ^ laneOf off := Nat.lt_log2_self

theorem laneOf_pos (off : Nat) : 0 < laneOf off := Nat.zero_lt_succ _

theorem total_zero (d : Nat) (f : Nat → Nat) : 0 = total d fun l => 0 * f l := by
  rw [total_congr (g := fun _ => 0) fun l _ => Nat.zero_mul (f l), total_const, Nat.mul_zero]

theorem total_zero' (d : Nat) : 0 = total d fun _ => 0 := by rw [total_const, Nat.mul_zero]

section
variable {T : Tensor} {r c L : Nat}

/-- An entry of a tensor is a field of its row. -/
theorem Tensor.get_eq_field (hr : T.rows.length = r) {i j : Nat} (hi : i < r) (hj : j < c) :
    (T.mat c).get i j = field T.bits T.mask (T.rows.getD i 0) j :=
  (Tensor.get_mat hr hi hj).trans (field_eq T.bits T.bits _ j).symm

theorem Tensor.right_holds (hr : T.rows.length = r) (hT : (T.mat c).Shape r c) (fit : laneFits L (T.mat c).off = true) :
    (T.right L c).Holds L c r (T.mat c) := by
  refine Right.holds hT (fits_of fit) ((length_mapFold _ _).trans hr) fun l hl => ?_
  rw [getD_mapFold _ _ (hr.symm ▸ hl) 0, fieldPack_eq]
  exact pack_congr L fun j hj => (Tensor.get_eq_field hr hl hj).symm

theorem Tensor.transposed_holds (hr : T.rows.length = r) (hT : (T.mat c).Shape r c) (fit : laneFits L (T.mat c).off = true) :
    (T.transposed L r c).Holds L r c ((T.mat c).transpose c) := by
  refine Right.holds (M := (T.mat c).transpose c) hT.transpose (fits_of fit) (length_fieldColumns _ _ _ _ _) fun l hl => ?_
  rw [getD_fieldColumns _ _ _ _ hl, fieldColumn_eq, hr]
  exact pack_congr L fun k hk => ((hT.get_transpose hl k).trans (Tensor.get_eq_field hr hk hl)).symm

/-- The rows of a product as the first factor of another. -/
theorem field_mulRows {A M : Mat} {d : Nat} (hA : A.Shape r d) (hM : M.Shape d c) (fit : 2 * (A.mul d c M).off < 2 ^ L)
    {i j : Nat} (hi : i < r) (hj : j < c) :
    (A.mul d c M).get i j = field L (2 ^ L - 1) ((A.mulRows L d c M).getD i 0) j := by
  rw [hA.getD_mulRows L hM hi, field_pack (fun k hk => Nat.lt_of_le_of_lt ((hA.mul hM).le i k hi hk) fit) hj]

/-- The rows of a product as a second factor. -/
theorem mulRows_holds {A M : Mat} {d : Nat} (hA : A.Shape r d) (hM : M.Shape d c) (fit : 2 * (A.mul d c M).off < 2 ^ L) :
    (Right.of L c (A.mul d c M).off (A.mulRows L d c M)).Holds L c r (A.mul d c M) :=
  Right.holds (hA.mul hM) fit (hA.length_mulRows L) fun _ hl => hA.getD_mulRows L hM hl

end

namespace Weights.WellFormed
variable {w : Weights} (h : w.WellFormed)
include h

theorem resid_field {q l : Nat} (hq : q < w.d_vocab) (hl : l < w.d_model) :
    (residMat w).get q l = field w.W_E.bits w.W_E.mask (w.W_E.rows.getD q 0) l +
      field w.W_pos.bits w.W_pos.mask (w.W_pos.rows.getD (w.n_ctx - 1) 0) l := by
  unfold residMat
  rw [h.W_E.get_addRow h.W_pos hq h.last_lt, Tensor.get_eq_field h.rows_E hq hl, Tensor.get_eq_field h.rows_pos h.last_lt hl]

theorem joinedQuery_eq {α : Type} (fit : laneFits (laneOf (queryMat w).off) (w.W_Q.mat w.d_head).off = true)
    (k : Nat → Nat → List Nat → α) : joinedQuery w k = k (laneOf (queryMat w).off) (2 ^ laneOf (queryMat w).off - 1)
      ((residMat w).mulRows (laneOf (queryMat w).off) w.d_model w.d_head (w.W_Q.mat w.d_head)) := by
  unfold joinedQuery
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Right.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq,
    nth_eq]
  exact congrArg (k _ _) (productRows_eq (laneOf_pos _) h.shape_resid h.W_Q (Tensor.right_holds h.rows_Q h.W_Q fit) h.rows_E
    (fun i hi l hl => h.resid_field hi hl) (fieldDot_eq _ _ _ _ _ _ _) (fieldSum_eq _ _ _ _))

theorem joinedKey_eq {α : Type} {S r : Nat} {T : Tensor} (pos : 0 < S) (hr : T.rows.length = r) (hT : (T.mat w.d_model).Shape r w.d_model)
    (fitT : laneFits S (T.mat w.d_model).off = true) (k : Right → α) :
    joinedKey w S T r k = k (Right.of S r (keyMat w T r).off (((w.W_K.mat w.d_head).transpose w.d_head).mulRows S w.d_model r
      ((T.mat w.d_model).transpose w.d_model))) := by
  have bits : ∀ i, i < w.d_head → ∀ l, l < w.d_model → ((w.W_K.mat w.d_head).transpose w.d_head).get i l =
      field w.W_K.bits w.W_K.mask ((fieldColumns w.W_K.bits w.W_K.mask w.W_K.bits w.d_head w.W_K.rows).getD i 0) l + 0 := fun i hi l hl => by
    rw [h.W_K.get_transpose hi, Tensor.get_eq_field h.rows_K hl hi, getD_fieldColumns _ _ _ _ hi, fieldColumn_eq, h.rows_K, Nat.add_zero]
    refine (field_pack (f := fun k => field w.W_K.bits w.W_K.mask (w.W_K.rows.getD k 0) i) (fun j _ => ?_) hl).symm
    exact Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (two_pow_sub_one_lt _)
  unfold joinedKey
  rw [Nat.force_eq, forceList_eq, Right.force_eq, forceList_eq, Right.force_eq]
  rw [show (w.W_K.mat w.d_head).off = ((w.W_K.mat w.d_head).transpose w.d_head).off from rfl,
    productRows_eq pos h.W_K.transpose hT.transpose (Tensor.transposed_holds hr hT fitT) (length_fieldColumns _ _ _ _ _) bits
      (total_zero _ _) (total_zero' _)]

theorem joinedValue_eq {α : Type} {r : Nat} {T : Tensor} (hr : T.rows.length = r) (hT : (T.mat w.d_model).Shape r w.d_model)
    (fit : laneFits (laneOf (valueMat w T).off) (w.W_V.mat w.d_head).off = true) (k : Nat → Nat → List Nat → α) :
    joinedValue w T k = k (laneOf (valueMat w T).off) (2 ^ laneOf (valueMat w T).off - 1)
      ((T.mat w.d_model).mulRows (laneOf (valueMat w T).off) w.d_model w.d_head (w.W_V.mat w.d_head)) := by
  unfold joinedValue
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Right.force_eq, forceList_eq,
    productRows_eq (laneOf_pos _) hT h.W_V (Tensor.right_holds h.rows_V h.W_V fit) hr
      (fun i hi l hl => (Tensor.get_eq_field hr hi hl).trans (Nat.add_zero _).symm) (total_zero _ _) (total_zero' _)]
  rfl

omit h in
theorem no_more {A : Mat} {s m r d : Nat} {Ns : List Nat} (e : ∀ i, i < r → ∀ l, l < d → A.get i l = field s m (Ns.getD i 0) l) :
    ∀ i, i < r → ∀ l, l < d → A.get i l = field s m (Ns.getD i 0) l + 0 := fun i hi l hl => (e i hi l hl).trans (Nat.add_zero _).symm

/-- Scores, from query and key vectors. -/
theorem scores_eq {S r : Nat} {T : Tensor} (pos : 0 < S) (hT : (T.mat w.d_model).Shape r w.d_model)
    (fit : laneFits S (keyMat w T r).off = true) :
    productRows S r w.d_head (queryMat w).off (laneOf (queryMat w).off) (2 ^ laneOf (queryMat w).off - 1) 0 0
      ((residMat w).mulRows (laneOf (queryMat w).off) w.d_model w.d_head (w.W_Q.mat w.d_head))
      (Right.of S r (keyMat w T r).off (((w.W_K.mat w.d_head).transpose w.d_head).mulRows S w.d_model r
        ((T.mat w.d_model).transpose w.d_model))) = (queryMat w).mulRows S w.d_head r (keyMat w T r) :=
  productRows_eq pos h.shape_query (h.shape_key hT) (mulRows_holds h.W_K.transpose hT.transpose (fits_of fit))
    (h.shape_resid.length_mulRows _) (no_more fun _ hi _ hl => field_mulRows h.shape_resid h.W_Q (lt_laneOf _) hi hl)
    (total_zero _ _) (total_zero' _)

/-- Logits, from value vectors. -/
theorem logits_eq {L r : Nat} {T : Tensor} (pos : 0 < L) (hT : (T.mat w.d_model).Shape r w.d_model) (fit : laneFits L (outMat w).off = true) :
    productRows L w.d_vocab w.d_head (valueMat w T).off (laneOf (valueMat w T).off) (2 ^ laneOf (valueMat w T).off - 1) 0 0
      ((T.mat w.d_model).mulRows (laneOf (valueMat w T).off) w.d_model w.d_head (w.W_V.mat w.d_head))
      (Right.of L w.d_vocab (outMat w).off ((w.W_O.mat w.d_model).mulRows L w.d_model w.d_vocab (w.W_U.mat w.d_vocab))) =
      (valueMat w T).mulRows L w.d_head w.d_vocab (outMat w) :=
  productRows_eq pos (h.shape_value hT) h.shape_out (mulRows_holds h.W_O h.W_U (fits_of fit)) (hT.length_mulRows _)
    (no_more fun _ hi _ hl => field_mulRows hT h.W_V (lt_laneOf _) hi hl) (total_zero _ _) (total_zero' _)

section
variable {L : Nat} (pos : 0 < L) (fit : laneFits L (w.W_U.mat w.d_vocab).off = true)
include pos fit

theorem out_eq : productRows L w.d_vocab w.d_model (w.W_O.mat w.d_model).off w.W_O.bits w.W_O.mask 0 0 w.W_O.rows (w.W_U.right L w.d_vocab) =
    (w.W_O.mat w.d_model).mulRows L w.d_model w.d_vocab (w.W_U.mat w.d_vocab) :=
  productRows_eq pos h.W_O h.W_U (Tensor.right_holds h.rows_U h.W_U fit) h.rows_O
    (no_more fun _ hi _ hl => Tensor.get_eq_field h.rows_O hi hl) (total_zero _ _) (total_zero' _)

theorem direct_eq : productRows L w.d_vocab w.d_model (residMat w).off w.W_E.bits w.W_E.mask
      (fieldDot w.W_pos.bits w.W_pos.mask (w.W_pos.rows.getD (w.n_ctx - 1) 0) (w.W_U.right L w.d_vocab).bits (w.W_U.right L w.d_vocab).mask
        (w.W_U.right L w.d_vocab).rows w.d_model)
      (fieldSum w.W_pos.bits w.W_pos.mask (w.W_pos.rows.getD (w.n_ctx - 1) 0) w.d_model) w.W_E.rows (w.W_U.right L w.d_vocab) =
    (residMat w).mulRows L w.d_model w.d_vocab (w.W_U.mat w.d_vocab) :=
  productRows_eq pos h.shape_resid h.W_U (Tensor.right_holds h.rows_U h.W_U fit) h.rows_E (fun _ hi _ hl => h.resid_field hi hl)
    (fieldDot_eq _ _ _ _ _ _ _) (fieldSum_eq _ _ _ _)

end

/-- `joinedCircuits` goes on with the packed circuits. -/
theorem joinedCircuits_eq {α : Type} {S L : Nat} (fit : joinedFit w S L = true) (k : PackedCircuits → α) :
    joinedCircuits w S L k = k (PackedCircuits.of w S L) := by
  have f1 := Bool.and_left fit
  have posS := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left f1))
  have posL := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left f1))
  have f2 := Bool.and_right fit
  have keys := Bool.and_left f2
  have f3 := Bool.and_right f2
  have rest := Bool.and_right f3
  have fU := Bool.and_left (Bool.and_right rest)
  have fO := Bool.and_right (Bool.and_right rest)
  unfold joinedCircuits
  rw [h.joinedQuery_eq (Bool.and_left (Bool.and_left f3)),
    h.joinedKey_eq posS h.rows_E h.W_E (Bool.and_left (Bool.and_right f1)), forceList_eq, h.scores_eq posS h.W_E (Bool.and_left keys),
    h.joinedKey_eq posS h.rows_pos h.W_pos (Bool.and_right (Bool.and_right f1)), forceList_eq,
    h.scores_eq posS h.W_pos (Bool.and_right keys), Right.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq,
    h.out_eq posL fU, Right.force_eq, h.joinedValue_eq h.rows_E h.W_E (Bool.and_right (Bool.and_left f3)), forceList_eq,
    h.logits_eq posL h.W_E fO, h.joinedValue_eq h.rows_pos h.W_pos (Bool.and_left rest), forceList_eq, h.logits_eq posL h.W_pos fO,
    Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, nth_eq]
  exact congrArg (fun EU => k ⟨_, _, _, _, EU⟩) (h.direct_eq posL fU)

end Weights.WellFormed

/-! ## The circuits as lists of entries -/

noncomputable section

/-- Lanes for scores, and lanes for logits. -/
def scoreLane (w : Weights) : Nat := laneOf (Nat.add (Circuits.of w).EQKE.off (Circuits.of w).EQKP.off)
def logitLane (w : Weights) : Nat :=
  laneOf (Nat.add (Circuits.of w).EVOU.off (Nat.add (Circuits.of w).PVOU.off (Circuits.of w).EU.off))

/-- Evaluate packed rows as lists of `c` entries, and go on with the matrix. -/
def matOf {α : Type} (L c off : Nat) (rows : List Nat) (k : Mat → α) : α :=
  Nat.force off fun off => forceRows (mapFold (unpack L c) rows) fun rows => k ⟨off, rows⟩

/-- Evaluate the circuits, entry by entry, and go on with them: as `circuits`, from packed matrices where lanes are wide enough. -/
def circuitsOf {α : Type} (w : Weights) (k : Circuits → α) : α :=
  Nat.force (scoreLane w) fun S => Nat.force (logitLane w) fun L =>
  Bool.rec (motive := fun _ => α) (circuits w k)
    (joinedCircuits w S L fun C =>
      matOf S w.d_vocab (Circuits.of w).EQKE.off C.EQKE fun EQKE => matOf S w.n_ctx (Circuits.of w).EQKP.off C.EQKP fun EQKP =>
      matOf L w.d_vocab (Circuits.of w).EVOU.off C.EVOU fun EVOU => matOf L w.d_vocab (Circuits.of w).PVOU.off C.PVOU fun PVOU =>
      matOf L w.d_vocab (Circuits.of w).EU.off C.EU fun EU => k ⟨EQKE, EQKP, EVOU, PVOU, EU⟩)
    (joinedFit w S L)

end

theorem two_mul_lt_laneOf {a b : Nat} (h : a ≤ b) : 2 * a < 2 ^ laneOf b :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_left 2 h) (lt_laneOf b)

theorem matOf_mulRows {α : Type} {A M : Mat} {r d c L : Nat} (hA : A.Shape r d) (hM : M.Shape d c)
    (fit : 2 * (A.mul d c M).off < 2 ^ L) (k : Mat → α) : matOf L c (A.mul d c M).off (A.mulRows L d c M) k = k (A.mul d c M) := by
  have hAM := hA.mul hM
  have rows : mapFold (unpack L c) (A.mulRows L d c M) = (A.mul d c M).rows := by
    refine List.ext_getD [] ((length_mapFold _ _).trans ((hA.length_mulRows L).trans hAM.rows_length.symm)) fun i hi => ?_
    rw [length_mapFold, hA.length_mulRows L] at hi
    rw [getD_mapFold _ _ ((hA.length_mulRows L).symm ▸ hi) 0, hA.getD_mulRows L hM hi]
    refine List.ext_getD 0 ((length_unpack _ _ _).trans (hAM.row_length i hi).symm) fun j hj => ?_
    rw [length_unpack] at hj
    rw [getD_unpack _ _ hj, digit_pack L (fun j hj => Nat.lt_of_le_of_lt (hAM.le i j hi hj) fit) hj]
    rfl
  unfold matOf
  rw [Nat.force_eq, forceRows_eq, rows]

/-- `circuitsOf` goes on with the circuits. -/
theorem circuitsOf_eq {α : Type} {w : Weights} (h : w.WellFormed) (k : Circuits → α) : circuitsOf w k = k (Circuits.of w) := by
  unfold circuitsOf
  rw [Nat.force_eq, Nat.force_eq]
  cases fit : joinedFit w (scoreLane w) (logitLane w) with
  | false => exact circuits_eq w k
  | true =>
    refine (h.joinedCircuits_eq fit _).trans ?_
    refine (matOf_mulRows h.shape_query (h.shape_key h.W_E) (two_mul_lt_laneOf (Nat.le_add_right _ _)) _).trans ?_
    refine (matOf_mulRows h.shape_query (h.shape_key h.W_pos) (two_mul_lt_laneOf (Nat.le_add_left _ _)) _).trans ?_
    refine (matOf_mulRows (h.shape_value h.W_E) h.shape_out (two_mul_lt_laneOf (Nat.le_add_right _ _)) _).trans ?_
    refine (matOf_mulRows (h.shape_value h.W_pos) h.shape_out
      (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _))) _).trans ?_
    exact matOf_mulRows h.shape_resid h.W_U (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_left _ _) (Nat.le_add_left _ _))) _

end Compact
