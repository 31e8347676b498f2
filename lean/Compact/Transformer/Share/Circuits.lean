prelude
import Compact.Transformer.Chain.Sources
import Compact.Transformer.Circuit.Joined
import Compact.Transformer.Share.Exact
/-!
# Circuits that are multiplied out, from packed matrices

What a certificate does not enclose in parts is multiplied out from packed rows, without lists of entries (`Circuit/Joined.lean`), and only for
the queries of a block: `scoresAs` and `directAs` go on with packed rows, their offset and bounds of the rest, as `Chain.enclose` does.
-/
namespace Compact
noncomputable section

/-- 1 if a part multiplies everything out, else 0. -/
def Part.whole (p : Part) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => List.rec (motive := fun _ => Nat) 1 (fun _ _ _ => 0) p.peels) p.exact

/-- The scores of tokens, for the queries `lo, ..., lo + len - 1`, whose query vectors are the rows `query` (lanes of `Lq` bits). -/
def scoresAs (w : Weights) (c : ShareData) (lo len Lq mask : Nat) (query : List Nat) (k : List Nat → Nat → List Nat → Bool) : Bool :=
  Nat.rec (motive := fun _ => Bool)
    ((w.W_E.grid w.d_model).force fun E => Chain.encloseGrids c.vecBits c.scoreBits len w.d_vocab c.finer (c.qk.from c.vecBits lo)
      [⟨w.d_head, w.W_Q.grid w.d_head⟩, ⟨w.d_model, (w.W_K.grid w.d_head).transpose w.d_model w.d_head⟩, ⟨w.d_vocab, E.transpose w.d_vocab w.d_model⟩]
      ⟨w.d_model, (E.addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len⟩ k)
    (fun _ _ => joinedKey w c.scoreBits w.W_E w.d_vocab fun key =>
      forceList (productRows c.scoreBits w.d_vocab w.d_head (queryMat w).off Lq mask 0 0 query key) fun rows =>
      Nat.force (Circuits.of w).EQKE.off fun off => k rows off (Chain.zeros len)) c.qk.whole

/-- The logits of tokens and positions; goes on with `W_U` as a second factor, too. -/
def logitsAs (w : Weights) (L : Nat) (k : Right → List Nat → List Nat → Bool) : Bool :=
  (w.W_U.right L w.d_vocab).force fun U => Nat.force w.W_O.mask fun mask =>
  forceList (productRows L w.d_vocab w.d_model (w.W_O.mat w.d_model).off w.W_O.bits mask 0 0 w.W_O.rows U) fun out =>
  (Right.of L w.d_vocab (outMat w).off out).force fun out =>
  joinedValue w w.W_E fun LE mask value =>
  forceList (productRows L w.d_vocab w.d_head (valueMat w w.W_E).off LE mask 0 0 value out) fun token =>
  joinedValue w w.W_pos fun LP mask value =>
  forceList (productRows L w.d_vocab w.d_head (valueMat w w.W_pos).off LP mask 0 0 value out) fun pos => k U token pos

/-- The direct path: a row that all queries share, its offset, and what is left for the queries `lo, ..., lo + len - 1`. -/
def directAs (w : Weights) (c : ShareData) (lo len : Nat) (U : Right) (k : Nat → Nat → List Nat → Nat → List Nat → Bool) : Bool :=
  Nat.rec (motive := fun _ => Bool)
    ((((w.W_E.grid w.d_model).addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len).force fun X => (w.W_U.grid w.d_vocab).force fun U =>
      Chain.peelGrids c.vecBits [⟨w.d_vocab, U⟩] ⟨w.d_model, X⟩ len 0 (onesColumn c.vecBits len) c.euBase fun Ys Y _ base =>
      Nat.force (nth 0 (base.widen c.bits w.d_vocab) 0) fun row =>
      Chain.encloseGrids c.vecBits c.bits len w.d_vocab c.finer (c.eu.from c.vecBits lo) Ys Y fun direct off rest => k row base.off direct off rest)
    (fun _ _ => Nat.force (Nat.sub (Nat.pow 2 c.vecBits) 1) fun mask =>
      Nat.force (nth 0 (productRows c.bits w.d_vocab w.d_model (Nat.pow 2 (Nat.sub c.vecBits 1)) c.vecBits mask 0 0 [c.euBase] U) 0) fun row =>
      Nat.force (Nat.mul U.off (Nat.mul w.d_model (Nat.pow 2 (Nat.sub c.vecBits 1)))) fun rowOff =>
      Nat.force w.W_E.mask fun mE => Nat.force w.W_pos.mask fun mP => Nat.force (nth 0 w.W_pos.rows (Nat.sub w.n_ctx 1)) fun last =>
      Nat.force (fieldDot w.W_pos.bits mP last U.bits U.mask U.rows w.d_model) fun product =>
      Nat.force (fieldSum w.W_pos.bits mP last w.d_model) fun sum =>
      Nat.force (Nat.sub (Nat.mul (Nat.mul 2 rowOff) (onesOf c.bits w.d_vocab)) row) fun less =>
      forceList (mapFold (fun X => Nat.add X less)
        (productRows c.bits w.d_vocab w.d_model (residMat w).off w.W_E.bits mE product sum (slice lo len w.W_E.rows) U)) fun direct =>
      Nat.force (Nat.add (Circuits.of w).EU.off rowOff) fun off => k row rowOff direct off (Chain.zeros len)) c.eu.whole

end

/-! ## What they go on with -/

theorem slice_mapFold {α β : Type} (f : α → β) (lo len : Nat) (xs : List α) : slice lo len (mapFold f xs) = mapFold f (slice lo len xs) := by
  have first (n : Nat) (ys : List α) : firstOf n (mapFold f ys) = mapFold f (firstOf n ys) := by
    induction n generalizing ys with
    | zero => rfl
    | succ n ih =>
      cases ys with
      | nil => rfl
      | cons y ys => exact congrArg (f y :: ·) (ih ys)
  have drop (n : Nat) (ys : List α) : dropped n (mapFold f ys) = mapFold f (dropped n ys) := by
    induction n generalizing ys with
    | zero => rfl
    | succ n ih =>
      cases ys with
      | nil => rfl
      | cons y ys => exact ih ys
  exact (congrArg (firstOf len) (drop lo xs)).trans (first len _)

theorem productRows_slice (L c d off s m product sum lo len : Nat) (Ns : List Nat) (B : Right) :
    productRows L c d off s m product sum (slice lo len Ns) B = slice lo len (productRows L c d off s m product sum Ns B) := by
  unfold productRows
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, slice_mapFold]

namespace Chain
variable {R : Type} [ExpField R]

/-- Some of the rows. -/
theorem Holds.slice {L r v off lo len : Nat} {rows : List Nat} {f : Nat → Nat → R} (h : Holds R L r v rows off f) (hr : lo + len ≤ r) :
    Holds R L len v (slice lo len rows) off fun i j => f (lo + i) j :=
  ⟨length_slice (h.left.symm ▸ hr), fun i hi => by
    rw [getD_slice hi]
    exact h.right (lo + i) (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hr)⟩

/-- What is held leaves no rest. -/
theorem Holds.enclosed {L r v off : Nat} {rows : List Nat} {f : Nat → Nat → R} (h : Holds R L r v rows off f) :
    Enclosed R L r v rows off (zeros r) f :=
  ⟨h.left, fun i hi => match h.right i hi with
    | ⟨lane, packed, hl⟩ => ⟨lane, packed, fun j hj => (hl j hj).left, fun j j' hj hj' => by
      rw [(hl j hj).right, (hl j' hj').right, getD_zeros]
      exact le_of_eq (cancel _ _ _)⟩⟩
where
  cancel (a b o : R) : a - o - a - (b - o - b) = 0 := by ring [a, b, o]

/-- A row taken off each row. -/
theorem Holds.less {L r v off rowOff : Nat} {rows : List Nat} {f : Nat → Nat → R} (h : Holds R L r v rows off f) {b : Nat → Nat}
    (hb : ∀ j, j < v → b j ≤ 2 * rowOff) :
    Holds R L r v (mapFold (fun X => Nat.add X (2 * rowOff * ones L v - pack L v b)) rows) (off + rowOff)
      fun i j => f i j - (ofNat R (b j) - ofNat R rowOff) :=
  ⟨(length_mapFold _ _).trans h.left, fun i hi => match h.right i hi with
    | ⟨lane, packed, hl⟩ => ⟨fun j => lane j + (2 * rowOff - b j), by
        rw [getD_mapFold _ _ (h.left.symm ▸ hi) 0, packed, mul_ones L v, pack_sub L hb]
        exact pack_add _ _ _ _, fun j hj => ⟨by
          rw [Nat.mul_add]
          exact Nat.add_le_add (hl j hj).left (Nat.sub_le _ _), by
          show f i j - (ofNat R (b j) - ofNat R rowOff) = ofNat R (lane j + (2 * rowOff - b j)) - ofNat R (off + rowOff)
          rw [(hl j hj).right, ofNat_add, ofNat_sub (hb j hj), ofNat_add, Nat.two_mul, ofNat_add]
          exact regroup _ _ _ _⟩⟩⟩
where
  regroup (a o b p : R) : a - o - (b - p) = a + (p + p - b) - (o + p) := by ring [a, o, b, p]

end Chain

section
variable (R : Type) [ExpField R] {w : Weights} (hw : w.WellFormed) {c : ShareData} {lo len : Nat} (hlen : lo + len ≤ w.d_vocab)

theorem joinedFit_pos {S L : Nat} (fit : joinedFit w S L = true) : 0 < S ∧ 0 < L :=
  ⟨Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left (Bool.and_left fit))), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left (Bool.and_left fit)))⟩

/-- The chain of the scores of tokens. -/
noncomputable abbrev qkChain (w : Weights) : List Factor :=
  [⟨w.d_head, w.W_Q.mat w.d_head⟩, ⟨w.d_model, (w.W_K.mat w.d_head).transpose w.d_head⟩, ⟨w.d_vocab, (w.W_E.mat w.d_model).transpose w.d_model⟩]

include hw

theorem shape_qkChain : Chain.Shape (qkChain w) ⟨w.d_model, residMat w⟩ w.d_vocab w.d_vocab :=
  ⟨hw.shape_resid, hw.W_Q, hw.W_K.transpose, rfl, hw.W_E.transpose⟩

/-- What `logitsAs` goes on with. -/
theorem logitsAs_eq {S L : Nat} (fit : joinedFit w S L = true) (k : Right → List Nat → List Nat → Bool) : logitsAs w L k =
    k (w.W_U.right L w.d_vocab) ((valueMat w w.W_E).mulRows L w.d_head w.d_vocab (outMat w)) ((valueMat w w.W_pos).mulRows L w.d_head w.d_vocab (outMat w)) := by
  have f3 := Bool.and_right (Bool.and_right fit)
  have rest := Bool.and_right f3
  have posL := (joinedFit_pos fit).right
  have fU := Bool.and_left (Bool.and_right rest)
  have fO := Bool.and_right (Bool.and_right rest)
  unfold logitsAs
  rw [Right.force_eq, Nat.force_eq, forceList_eq, hw.out_eq posL fU, Right.force_eq,
    hw.joinedValue_eq hw.rows_E hw.W_E (Bool.and_right (Bool.and_left f3)), forceList_eq, hw.logits_eq posL hw.W_E fO,
    hw.joinedValue_eq hw.rows_pos hw.W_pos (Bool.and_left rest), forceList_eq, hw.logits_eq posL hw.W_pos fO]

/-- The rows of exact scores. -/
theorem holds_scores {T : Tensor} {r S : Nat} (hT : (T.mat w.d_model).Shape r w.d_model) {f : Nat → Nat → R}
    (hf : ∀ q j, q < w.d_vocab → j < r → f q j = ((queryMat w).mul w.d_head r (keyMat w T r)).val R q j) :
    Chain.Holds R S w.d_vocab r ((queryMat w).mulRows S w.d_head r (keyMat w T r)) ((queryMat w).mul w.d_head r (keyMat w T r)).off f :=
  (Chain.holds_mulRows hw.shape_query (hw.shape_key hT)).congr hf

include hlen

theorem holds_resid : (((w.W_E.grid w.d_model).addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len).Holds
    ((residMat w).slice lo len) len w.d_model :=
  ((Tensor.holds_grid hw.rows_E hw.W_E).addRow (Tensor.holds_grid hw.rows_pos hw.W_pos) hw.last_lt).slice hlen

/-- The grids of the scores. -/
theorem alike_qk : Chain.Alike [⟨w.d_head, w.W_Q.grid w.d_head⟩, ⟨w.d_model, (w.W_K.grid w.d_head).transpose w.d_model w.d_head⟩,
      ⟨w.d_vocab, (w.W_E.grid w.d_model).transpose w.d_vocab w.d_model⟩]
    ⟨w.d_model, ((w.W_E.grid w.d_model).addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len⟩
    (qkChain w) ⟨w.d_model, (residMat w).slice lo len⟩ len w.d_vocab :=
  .cons (holds_resid hw hlen) (.cons (Tensor.holds_grid hw.rows_Q hw.W_Q) (.cons (Tensor.holds_grid hw.rows_K hw.W_K).transpose
    (.last (Tensor.holds_grid hw.rows_E hw.W_E).transpose)))

/-- The grids of the direct path. -/
theorem alike_eu : Chain.Alike [⟨w.d_vocab, w.W_U.grid w.d_vocab⟩]
    ⟨w.d_model, ((w.W_E.grid w.d_model).addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len⟩
    [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, (residMat w).slice lo len⟩ len w.d_vocab :=
  .cons (holds_resid hw hlen) (.last (Tensor.holds_grid hw.rows_U hw.W_U))

/-- What `scoresAs` goes on with. -/
theorem of_scoresAs (hv : 0 < c.vecBits) (fit : joinedFit w c.scoreBits c.bits = true) {k : List Nat → Nat → List Nat → Bool}
    (h : scoresAs w c lo len (laneOf (queryMat w).off) (2 ^ laneOf (queryMat w).off - 1)
      (slice lo len ((residMat w).mulRows (laneOf (queryMat w).off) w.d_model w.d_head (w.W_Q.mat w.d_head))) k = true) :
    ∃ rows, ∃ off, ∃ rest, Chain.Enclosed R c.scoreBits len w.d_vocab rows off rest (fun i j => unit4 R w * EQKE R w (lo + i) j) ∧
      k rows off rest = true := by
  unfold scoresAs at h
  have below {i : Nat} (hi : i < len) : lo + i < w.d_vocab := Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen
  cases e : c.qk.whole with
  | zero =>
    rw [e] at h
    have h : ((w.W_E.grid w.d_model).force fun E => Chain.encloseGrids c.vecBits c.scoreBits len w.d_vocab c.finer (c.qk.from c.vecBits lo)
      [⟨w.d_head, w.W_Q.grid w.d_head⟩, ⟨w.d_model, (w.W_K.grid w.d_head).transpose w.d_model w.d_head⟩, ⟨w.d_vocab, E.transpose w.d_vocab w.d_model⟩]
      ⟨w.d_model, (E.addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len⟩ k) = true := h
    rw [Grid.force_eq, Chain.encloseGrids_eq hv (joinedFit_pos fit).left (alike_qk hw hlen)] at h
    match Chain.encloseFiner_spec (R := R) hv ((shape_qkChain hw).slice hlen) h with
    | ⟨rows, off, rest, encloses, h⟩ =>
      refine ⟨rows, off, rest, ⟨encloses.length, fun i hi => ?_⟩, h⟩
      match encloses.row i hi with
      | ⟨lane, packed, le, bound⟩ =>
        refine ⟨lane, packed, le, fun j j' hj hj' => ?_⟩
        rw [unit4_EQKE hw (below hi) hj, unit4_EQKE hw (below hi) hj', ← Chain.val_slice R (shape_qkChain hw) hi hj,
          ← Chain.val_slice R (shape_qkChain hw) hi hj']
        exact bound j j' hj hj'
  | succ _ =>
    rw [e] at h
    have posS := (joinedFit_pos fit).left
    have f1 := Bool.and_left fit
    have keys := Bool.and_left (Bool.and_right fit)
    have h : (joinedKey w c.scoreBits w.W_E w.d_vocab fun key => forceList (productRows c.scoreBits w.d_vocab w.d_head (queryMat w).off
      (laneOf (queryMat w).off) (2 ^ laneOf (queryMat w).off - 1) 0 0 (slice lo len ((residMat w).mulRows (laneOf (queryMat w).off) w.d_model w.d_head
        (w.W_Q.mat w.d_head))) key) fun rows => Nat.force (Circuits.of w).EQKE.off fun off => k rows off (Chain.zeros len)) = true := h
    rw [hw.joinedKey_eq posS hw.rows_E hw.W_E (Bool.and_left (Bool.and_right f1)), forceList_eq, Nat.force_eq, productRows_slice,
      hw.scores_eq posS hw.W_E (Bool.and_left keys)] at h
    refine ⟨_, _, _, ((holds_scores R hw (S := c.scoreBits) (f := fun q j => unit4 R w * EQKE R w q j) hw.W_E
      fun q j hq hj => ?_).slice hlen).enclosed, h⟩
    rw [hw.val_EQKE hq hj, unit4_mul_div]
    rfl

/-- What `directAs` goes on with: `F` is what is left of the direct path. -/
theorem of_directAs (hv : 2 ≤ c.vecBits) (fit : joinedFit w c.scoreBits c.bits = true) {k : Nat → Nat → List Nat → Nat → List Nat → Bool}
    (h : directAs w c lo len (w.W_U.right c.bits w.d_vocab) k = true) :
    ∃ base : Mat, ∃ F : Nat → Nat → R, ∃ direct, ∃ off, ∃ rest, (base.Shape 1 w.d_vocab ∧
      ∀ q t, q < len → t < w.d_vocab → unit4 R w * EU R w (lo + q) t = ofNat R (2 ^ (2 * w.frac)) * (base.val R 0 t + F q t)) ∧
      Chain.Enclosed R c.bits len w.d_vocab direct off rest F ∧
      k (pack c.bits w.d_vocab fun j => base.get 0 j) base.off direct off rest = true := by
  unfold directAs at h
  have below {i : Nat} (hi : i < len) : lo + i < w.d_vocab := Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen
  have shapeEU : Chain.Shape [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, residMat w⟩ w.d_vocab w.d_vocab := ⟨hw.shape_resid, rfl, hw.W_U⟩
  have vec : 0 < c.vecBits := Nat.lt_of_lt_of_le Nat.two_pos hv
  cases e : c.eu.whole with
  | zero =>
    rw [e] at h
    have h : ((((w.W_E.grid w.d_model).addRow w.d_model (w.W_pos.grid w.d_model) (w.n_ctx - 1)).slice lo len).force fun X => (w.W_U.grid w.d_vocab).force fun U =>
      Chain.peelGrids c.vecBits [⟨w.d_vocab, U⟩] ⟨w.d_model, X⟩ len 0 (onesColumn c.vecBits len) c.euBase fun Ys Y _ base =>
      Nat.force (nth 0 (base.widen c.bits w.d_vocab) 0) fun row =>
      Chain.encloseGrids c.vecBits c.bits len w.d_vocab c.finer (c.eu.from c.vecBits lo) Ys Y fun direct off rest => k row base.off direct off rest) = true := h
    rw [Grid.force_eq, Grid.force_eq, (alike_eu hw hlen).peel_eq vec (k' := fun Ys Y _ base => Nat.force (packList c.bits (nth [] base.rows 0)) fun row =>
      Chain.encloseFiner c.vecBits c.bits len w.d_vocab c.finer (c.eu.from c.vecBits lo) Ys Y fun direct off rest => k row base.off direct off rest)
      0 _ _ fun alike _ hV => by
        have posL := (joinedFit_pos fit).right
        rw [Nat.force_eq, Nat.force_eq, Chain.encloseGrids_eq vec posL alike, nth_eq, nth_eq, hV.getD_widen _ Nat.one_pos, packList_eq,
          hV.shape.row_length 0 Nat.one_pos, hV.off]
        rfl] at h
    match Chain.peel_spec (R := R) vec (shapeEU.slice hlen) 0 _ _ h with
    | ⟨Ys, Y, U, base, ⟨P, hU⟩, h⟩ =>
      rw [Nat.force_eq] at h
      match Chain.encloseFiner_spec (R := R) vec P.shape h with
      | ⟨direct, off, rest, encloses, h⟩ =>
        have row : packList c.bits (nth [] base.rows 0) = pack c.bits w.d_vocab fun j => base.get 0 j := by
          rw [nth_eq, packList_eq, P.row.row_length 0 Nat.one_pos]
          rfl
        rw [row] at h
        refine ⟨base, Chain.val R Ys Y, direct, off, rest, ⟨P.row, fun q t hq ht => ?_⟩, encloses, h⟩
        rw [unit4_EU hw (below hq) ht, ← Chain.val_slice R shapeEU hq ht, P.eq q t hq ht, hU rfl, val_onesColumn hv hq, one_mul]
  | succ _ =>
    rw [e] at h
    have posL := (joinedFit_pos fit).right
    have fU := Bool.and_left (Bool.and_right (Bool.and_right (Bool.and_right (Bool.and_right fit))))
    have hB := Mat.shape_row (bits := c.vecBits) vec w.d_model c.euBase
    have baseRow : productRows c.bits w.d_vocab w.d_model (2 ^ (c.vecBits - 1)) c.vecBits (2 ^ c.vecBits - 1) 0 0 [c.euBase] (w.W_U.right c.bits w.d_vocab) =
        (Mat.row c.vecBits w.d_model c.euBase).mulRows c.bits w.d_model w.d_vocab (w.W_U.mat w.d_vocab) :=
      productRows_eq (A := Mat.row c.vecBits w.d_model c.euBase) posL hB hw.W_U (Tensor.right_holds hw.rows_U hw.W_U fU) rfl
        (Weights.WellFormed.no_more fun i hi l hl => by
          rw [Nat.eq_zero_of_lt_one hi]
          exact (getD_unpack _ _ hl).trans (field_eq c.vecBits c.vecBits _ l).symm) (total_zero _ _) (total_zero' _)
    have h : (Nat.force (2 ^ c.vecBits - 1) fun mask => Nat.force (nth 0 (productRows c.bits w.d_vocab w.d_model (2 ^ (c.vecBits - 1)) c.vecBits mask 0 0
        [c.euBase] (w.W_U.right c.bits w.d_vocab)) 0) fun row => Nat.force ((w.W_U.right c.bits w.d_vocab).off * (w.d_model * 2 ^ (c.vecBits - 1))) fun rowOff =>
      Nat.force w.W_E.mask fun mE => Nat.force w.W_pos.mask fun mP => Nat.force (nth 0 w.W_pos.rows (w.n_ctx - 1)) fun last =>
      Nat.force (fieldDot w.W_pos.bits mP last (w.W_U.right c.bits w.d_vocab).bits (w.W_U.right c.bits w.d_vocab).mask (w.W_U.right c.bits w.d_vocab).rows
        w.d_model) fun product => Nat.force (fieldSum w.W_pos.bits mP last w.d_model) fun sum =>
      Nat.force (2 * rowOff * onesOf c.bits w.d_vocab - row) fun less =>
      forceList (mapFold (fun X => Nat.add X less) (productRows c.bits w.d_vocab w.d_model (residMat w).off w.W_E.bits mE product sum
        (slice lo len w.W_E.rows) (w.W_U.right c.bits w.d_vocab))) fun direct =>
      Nat.force ((Circuits.of w).EU.off + rowOff) fun off => k row rowOff direct off (Chain.zeros len)) = true := h
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq,
      Nat.force_eq, baseRow, nth_eq, nth_eq, hB.getD_mulRows c.bits hw.W_U Nat.one_pos, productRows_slice, hw.direct_eq posL fU, onesOf_eq posL] at h
    have shape := hB.mul hw.W_U
    refine ⟨(Mat.row c.vecBits w.d_model c.euBase).mul w.d_model w.d_vocab (w.W_U.mat w.d_vocab), _, _, _, _, ⟨shape, fun q t hq ht => ?_⟩,
      (((Chain.holds_mulRows (R := R) (L := c.bits) hw.shape_resid hw.W_U).slice hlen).less fun j hj => shape.le 0 j Nat.one_pos hj).enclosed, h⟩
    have e : (Circuits.of w).EU.val R (lo + q) t = Chain.val R [⟨w.d_vocab, w.W_U.mat w.d_vocab⟩] ⟨w.d_model, residMat w⟩ (lo + q) t :=
      hw.shape_resid.val_mul R hw.W_U (below hq) ht
    rw [unit4_EU hw (below hq) ht, ← e]
    refine congrArg (ofNat R (2 ^ (2 * w.frac)) * ·) ?_
    exact (cancel _ _).symm
where
  cancel (a b : R) : b + (a - b) = a := by ring [a, b]

end

end Compact
