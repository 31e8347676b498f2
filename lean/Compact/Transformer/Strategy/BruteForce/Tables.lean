prelude
import Compact.Packed.Greatest
import Compact.Packed.TableRow
import Compact.Transformer.Enclosure.Row
/-!
# The rounded tables, from packed rows

`roundedTables w c` goes on with the tables that `Enclosure.of` describes.  Where lanes are wide enough, each row of an exact circuit is
rounded as a whole, one number, and only what is left of it after rounding is taken apart: small numbers, unlike each other.
-/
namespace Compact
noncomputable section

/-- The lanes of `X`, less the least of them, without their last `s` bits. -/
def Frame.rises (F : Frame) (s X : Nat) : List Nat :=
  Nat.force (leastLane F.tops (Nat.sub F.tops F.one) F.bits F.count X) fun low =>
  unpack F.bits F.count (lanesShift F.mask s (Nat.sub X (Nat.mul low F.one)))

/-- The lanes of `X`, taken from the greatest of them, without their last `s` bits. -/
def Frame.falls (F : Frame) (s X : Nat) : List Nat :=
  Nat.force (greatestLane F.tops F.bits F.count X) fun top =>
  unpack F.bits F.count (lanesShift F.mask s (Nat.sub (Nat.mul top F.one) X))

/-- Bounds of the exponentials of a row of scores. -/
def Frame.factors (F : Frame) (c : Params) (scale s X : Nat) : List (Nat × Nat) :=
  mapFold (fun z => Nat.force (Nat.div z scale) fun y =>
    (expLowerFrom c.prec c.steps y, expUpperFrom c.prec c.steps y)) (F.falls s X)

/-- The bits that an argument of `exp` loses: the fractional bits of a score and of its division by `256^steps`, less those it gains. -/
def scoreShift (w : Weights) (c : Params) : Nat :=
  Nat.sub (Nat.add (Nat.mul 4 w.frac) (Nat.mul 8 c.steps)) (Nat.add w.scale_frac c.prec)

/-- The bits that logits of the direct path lose, which have half as many fractional bits as the others. -/
def directShift (w : Weights) (c : Params) : Nat := Nat.sub c.shift (Nat.mul 2 w.frac)

/-- Can rows be rounded by leaving bits away?  (They cannot if they have fewer bits than they should have afterwards.) -/
def shiftsFit (w : Weights) (c : Params) (S L : Nat) : Bool :=
  (Nat.ble (Nat.add w.scale_frac c.prec) (Nat.add (Nat.mul 4 w.frac) (Nat.mul 8 c.steps)) && Nat.ble (scoreShift w c) S) &&
  (Nat.ble (Nat.mul 2 w.frac) c.shift && Nat.ble c.shift L)

/-- Evaluate the tables from packed rows, with lanes of `S` bits for scores and of `L` bits for logits, and go on with them. -/
def tablesFromRows {α : Type} (w : Weights) (c : Params) (S L : Nat) (k : Enclosure → α) : α :=
  joinedCircuits w S L fun C =>
  Nat.force (scoreShift w c) fun s => Nat.force (directShift w c) fun d =>
  (Frame.of S w.d_vocab (Nat.sub S s)).force fun F => (Frame.of S w.n_ctx (Nat.sub S s)).force fun G =>
  (Frame.of L w.d_vocab (Nat.sub L c.shift)).force fun H => (Frame.of L w.d_vocab (Nat.sub L d)).force fun D =>
  forcePairRows (mapFold (F.factors c w.attn_scale s) C.EQKE) fun tokenExp =>
  forcePairRows (mapFold (G.factors c w.attn_scale s) C.EQKP) fun posExp =>
  forceRows (mapFold (H.rises c.shift) C.EVOU) fun tokenRow => forceRows (mapFold (H.rises c.shift) C.PVOU) fun posRow =>
  forceRows (mapFold (D.rises d) C.EU) fun directRow => k ⟨tokenExp, posExp, tokenRow, posRow, directRow⟩

/-- Evaluate the tables of the model, then go on with them. -/
def roundedTables {α : Type} (w : Weights) (c : Params) (k : Enclosure → α) : α :=
  Nat.force (Nat.succ (scoreLane w)) fun S => Nat.force (Nat.succ (logitLane w)) fun L =>
  Bool.rec (motive := fun _ => α) (enclosure w c k) (tablesFromRows w c S L k) (joinedFit w S L && shiftsFit w c S L)

end

section
variable {L s n : Nat} {xs : List Nat}

/-- The bits of small numbers that a shift leaves. -/
theorem unpack_lanesShift {j : Nat} {f : Nat → Nat} (hs : s ≤ L) (hf : ∀ j, j < n → f j < 2 ^ L) (hj : j < n) :
    (unpack L n (lanesShift ((2 ^ (L - s) - 1) * ones L n) s (pack L n f))).getD j 0 = f j / 2 ^ s := by
  have small (j : Nat) (hj : j < n) : f j / 2 ^ s < 2 ^ (L - s) := by
    refine Nat.div_lt_of_lt_mul ?_
    rw [← Nat.pow_add, Nat.add_sub_of_le hs]
    exact hf j hj
  rw [lanesShift_pack (Nat.le_of_eq (Nat.sub_add_cancel hs)) hf, getD_unpack _ _ hj, digit_pack _ (fun j _ => ?_) hj]
  · exact Nat.mod_eq_of_lt (small j hj)
  · exact Nat.lt_of_lt_of_le (Nat.mod_lt _ (Nat.two_pow_pos _)) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le L s))

variable (hL : 0 < L) (hs : s ≤ L) (len : xs.length = n) (hx : ∀ j, j < n → xs.getD j 0 < 2 ^ (L - 1))
include hL hs len hx

/-- Rows of logits are rounded as `roundRow` says. -/
theorem Frame.rises_eq (c : Params) {a : Nat} (ha : a + s = c.shift) :
    (Frame.of L n (L - s)).rises s (pack L n fun j => xs.getD j 0) = roundRow c (2 ^ a) xs := by
  subst len
  unfold Frame.rises roundRow
  rw [Nat.force_eq, Nat.force_eq]
  refine List.ext_getD 0 ((length_unpack _ _ _).trans (length_mapFold _ _).symm) fun j hj => ?_
  rw [length_unpack] at hj
  have hj : j < xs.length := hj
  have full : Nat.sub (Frame.of L xs.length (L - s)).tops (Frame.of L xs.length (L - s)).one = (2 ^ (L - 1) - 1) * ones L xs.length := by
    rw [Nat.sub_mul, Nat.one_mul]
    rfl
  have low := leastLane_pack hL (Nat.lt_of_le_of_lt (Nat.zero_le j) hj) hx rfl
  have e : leastLane (Frame.of L xs.length (L - s)).tops (Nat.sub (Frame.of L xs.length (L - s)).tops (Frame.of L xs.length (L - s)).one)
      L xs.length (pack L xs.length fun j => xs.getD j 0) = minList (maxList xs) xs := by
    rw [full]
    refine Nat.le_antisymm (le_minList (Nat.le_trans (low.left j hj) (le_maxList hj)) low.left) ?_
    exact low.right _ fun j hj => minList_le hj
  have wide (j : Nat) (hj : j < xs.length) : xs.getD j 0 - minList (maxList xs) xs < 2 ^ L :=
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.lt_of_lt_of_le (hx j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le L 1)))
  rw [getD_mapFold _ _ hj 0]
  show (unpack L xs.length (lanesShift ((2 ^ (L - s) - 1) * ones L xs.length) s ((pack L xs.length fun j => xs.getD j 0) -
    leastLane _ _ L xs.length _ * ones L xs.length))).getD j 0 = (xs.getD j 0 - minList (maxList xs) xs) * 2 ^ a / 2 ^ c.shift
  rw [e, mul_ones L xs.length (minList _ _), pack_sub L fun j hj => minList_le hj, unpack_lanesShift hs wide hj, ← ha, Nat.pow_add,
    ← Nat.div_div_eq_div_mul, Nat.mul_div_cancel _ (Nat.two_pow_pos a)]

/-- Rows of scores give the bounds that `expRow` says. -/
theorem Frame.factors_eq (c : Params) {num den scale : Nat} (arg : ∀ z, z / 2 ^ s / scale = expArg c.prec c.steps (z * num) den) :
    (Frame.of L n (L - s)).factors c scale s (pack L n fun j => xs.getD j 0) = expRow c num den xs := by
  subst len
  unfold Frame.factors Frame.falls expRow
  rw [Nat.force_eq, Nat.force_eq]
  refine List.ext_getD (0, 0) ((length_mapFold _ _).trans ((length_unpack _ _ _).trans (length_mapFold _ _).symm)) fun j hj => ?_
  rw [length_mapFold, length_unpack] at hj
  have hj : j < xs.length := hj
  have top := greatestLane_pack hL (Nat.lt_of_le_of_lt (Nat.zero_le j) hj) hx
  have e : greatestLane (Frame.of L xs.length (L - s)).tops L xs.length (pack L xs.length fun j => xs.getD j 0) = maxList xs :=
    Nat.le_antisymm (top.le _ fun j hj => le_maxList hj) (maxList_le top.ge)
  have wide (j : Nat) (hj : j < xs.length) : maxList xs - xs.getD j 0 < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (maxList_le (b := 2 ^ L - 1) fun j hj => ?_)) (two_pow_sub_one_lt L)
    refine Nat.le_sub_of_add_le (b := 1) (Nat.lt_of_lt_of_le (hx j hj) ?_)
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le L 1)
  have lane : (unpack L xs.length (lanesShift ((2 ^ (L - s) - 1) * ones L xs.length) s
      (greatestLane (Frame.of L xs.length (L - s)).tops L xs.length (pack L xs.length fun j => xs.getD j 0) * ones L xs.length -
        pack L xs.length fun j => xs.getD j 0))).getD j 0 = (maxList xs - xs.getD j 0) / 2 ^ s := by
    rw [e, mul_ones L xs.length (maxList xs), pack_sub L fun j hj => le_maxList hj, unpack_lanesShift hs wide hj]
  rw [getD_mapFold _ _ hj 0, getD_mapFold _ _ ((length_unpack _ _ _).symm ▸ hj) 0, Nat.force_eq, Nat.force_eq]
  refine congrArg (fun y => (expLowerFrom c.prec c.steps y, expUpperFrom c.prec c.steps y)) ?_
  exact (congrArg (· / scale) lane).trans (arg _)

end

/-- Bits left away, and a division, give the argument of `exp`. -/
theorem expArg_shift (w : Weights) (c : Params) (h : w.scale_frac + c.prec ≤ 4 * w.frac + 8 * c.steps) (z : Nat) :
    z / 2 ^ scoreShift w c / w.attn_scale = expArg c.prec c.steps (z * scoreNum w) (scoreDen w) := by
  have e : 256 ^ c.steps = 2 ^ (8 * c.steps) := (Nat.pow_mul 2 8 c.steps).symm
  have bits : 2 ^ (4 * w.frac) * 2 ^ (8 * c.steps) = 2 ^ (w.scale_frac + c.prec) * 2 ^ scoreShift w c := by
    rw [← Nat.pow_add, ← Nat.pow_add]
    exact congrArg (2 ^ ·) (Nat.add_sub_of_le h).symm
  show _ = z * 2 ^ w.scale_frac * 2 ^ c.prec / (w.attn_scale * 2 ^ (4 * w.frac) * 256 ^ c.steps)
  rw [e, Nat.mul_assoc z, ← Nat.pow_add, Nat.mul_assoc w.attn_scale, bits, Nat.mul_left_comm, ← Nat.div_div_eq_div_mul,
    Nat.mul_div_cancel _ (Nat.two_pow_pos _), Nat.mul_comm w.attn_scale, Nat.div_div_eq_div_mul]

/-- What is made of the packed rows of a product, if it is right row by row. -/
theorem mapFold_mulRows {β : Type} {A M : Mat} {r d n K : Nat} (hA : A.Shape r d) (hM : M.Shape d n)
    (fit : 2 * (A.mul d n M).off < 2 ^ K) {f : Nat → β} {g : List Nat → β} (z : β)
    (h : ∀ xs : List Nat, xs.length = n → (∀ j, j < n → xs.getD j 0 < 2 ^ K) → f (pack (K + 1) n fun j => xs.getD j 0) = g xs) :
    mapFold f (A.mulRows (K + 1) d n M) = mapFold g (A.mul d n M).rows := by
  have hAM := hA.mul hM
  refine List.ext_getD z ((length_mapFold _ _).trans ((hA.length_mulRows _).trans
    (hAM.rows_length.symm.trans (length_mapFold _ _).symm))) fun i hi => ?_
  rw [length_mapFold, hA.length_mulRows] at hi
  rw [getD_mapFold _ _ ((hA.length_mulRows _).symm ▸ hi) 0, getD_mapFold _ _ (hAM.rows_length.symm ▸ hi) [], hA.getD_mulRows _ hM hi]
  exact h _ (hAM.row_length i hi) fun j hj => Nat.lt_of_le_of_lt (hAM.le i j hi hj) fit

/-- The tables are those that `Enclosure.of` describes. -/
theorem roundedTables_eq {α : Type} {w : Weights} (h : w.WellFormed) (c : Params) (k : Enclosure → α) :
    roundedTables w c k = k (Enclosure.of w c (Circuits.of w)) := by
  unfold roundedTables
  rw [Nat.force_eq, Nat.force_eq]
  cases fit : joinedFit w (Nat.succ (scoreLane w)) (Nat.succ (logitLane w)) && shiftsFit w c (Nat.succ (scoreLane w)) (Nat.succ (logitLane w)) with
  | false => exact enclosure_eq h c k
  | true =>
    have shifts := Bool.and_right fit
    have bits := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left shifts))
    have hs := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left shifts))
    have two : 2 * w.frac ≤ c.shift := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right shifts))
    have hshift := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right shifts))
    have hd : directShift w c ≤ Nat.succ (logitLane w) := Nat.le_trans (Nat.sub_le _ _) hshift
    have scores (S : Nat) (hS : 0 < S) (hs : scoreShift w c ≤ S) (n : Nat) (xs : List Nat) (len : xs.length = n)
        (hx : ∀ j, j < n → xs.getD j 0 < 2 ^ (S - 1)) : (Frame.of S n (S - scoreShift w c)).factors c w.attn_scale (scoreShift w c)
          (pack S n fun j => xs.getD j 0) = expRow c (scoreNum w) (scoreDen w) xs :=
      Frame.factors_eq hS hs len hx c (expArg_shift w c bits)
    have tokenExp := mapFold_mulRows h.shape_query (h.shape_key h.W_E) (two_mul_lt_laneOf (Nat.le_add_right _ _))
      (z := []) (scores _ (Nat.zero_lt_succ (scoreLane w)) hs w.d_vocab)
    have posExp := mapFold_mulRows h.shape_query (h.shape_key h.W_pos) (two_mul_lt_laneOf (Nat.le_add_left _ _))
      (z := []) (scores _ (Nat.zero_lt_succ (scoreLane w)) hs w.n_ctx)
    have logits (xs : List Nat) (len : xs.length = w.d_vocab) (hx : ∀ j, j < w.d_vocab → xs.getD j 0 < 2 ^ logitLane w) :=
      Frame.rises_eq (Nat.zero_lt_succ (logitLane w)) hshift len hx c (Nat.zero_add _)
    have direct (xs : List Nat) (len : xs.length = w.d_vocab) (hx : ∀ j, j < w.d_vocab → xs.getD j 0 < 2 ^ logitLane w) :=
      Frame.rises_eq (Nat.zero_lt_succ (logitLane w)) hd len hx c (Nat.add_sub_of_le two)
    have tokenRow := mapFold_mulRows (h.shape_value h.W_E) h.shape_out (two_mul_lt_laneOf (Nat.le_add_right _ _)) (z := []) logits
    have posRow := mapFold_mulRows (h.shape_value h.W_pos) h.shape_out
      (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _))) (z := []) logits
    have directRow := mapFold_mulRows h.shape_resid h.W_U
      (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_left _ _) (Nat.le_add_left _ _))) (z := []) direct
    show tablesFromRows w c (Nat.succ (scoreLane w)) (Nat.succ (logitLane w)) k = _
    unfold tablesFromRows
    rw [h.joinedCircuits_eq (Bool.and_left fit), Nat.force_eq, Nat.force_eq, Frame.force_eq, Frame.force_eq, Frame.force_eq, Frame.force_eq,
      forcePairRows_eq, forcePairRows_eq, forceRows_eq, forceRows_eq, forceRows_eq]
    exact congrArg k (same tokenExp posExp tokenRow posRow directRow)
where
  same {T T' : Enclosure} (h1 : T.tokenExp = T'.tokenExp) (h2 : T.posExp = T'.posExp) (h3 : T.tokenRow = T'.tokenRow)
      (h4 : T.posRow = T'.posRow) (h5 : T.directRow = T'.directRow) : T = T' := by
    cases T; cases T'
    cases h1; cases h2; cases h3; cases h4; cases h5
    rfl

end Compact
