prelude
import Compact.Packed.ExpTable
import Compact.Packed.TableRow
import Compact.Transformer.Enclosure.Row
/-!
# The rounded tables, from packed rows

`roundedTables w c` goes on with the tables that `Enclosure.of` describes.  Where lanes are wide enough, each row of an exact circuit is
rounded as a whole, one number, and only what is left of it after rounding is taken apart: small numbers, unlike each other.
-/
namespace Compact
noncomputable section

/-- How many of `s` bits are left away late: rows of very small numbers, of which many are alike, would take the kernel long to tell apart. -/
def late (s : Nat) : Nat := Nat.sub s (Nat.sub s 48)

/-- The lanes of `X`, less the least of them, without their last `s` bits; the last `late s` of these are left away one by one. -/
def Frame.rises (F : Frame) (s X : Nat) : List Nat :=
  Nat.force (leastLane F.tops (Nat.sub F.tops F.one) F.bits F.count X) fun low =>
  mapFold (fun z => Nat.shiftRight z (late s)) (unpack F.bits F.count (lanesShift F.mask (Nat.sub s (late s)) (Nat.sub X (Nat.mul low F.one))))

/-- The lanes of `X`, taken from the greatest of them, with `a` more bits and without their last `s` bits. -/
def Frame.falls (F : Frame) (a s X : Nat) : List Nat :=
  Nat.force (greatestLane F.tops F.bits F.count X) fun top =>
  unpack F.bits F.count (lanesShift F.mask s (Nat.mul (Nat.pow 2 a) (Nat.sub (Nat.mul top F.one) X)))

/-- The arguments of the exponentials of a row of scores, packed. -/
def Frame.args (F : Frame) (scale a s X : Nat) : Nat := packList F.bits (mapFold (fun z => Nat.div z scale) (F.falls a s X))

/-- The bits that an argument of `exp` has more than a score, and the bits that it has less: a score has `4 * frac` fractional bits. -/
def argFraction (w : Weights) (c : Params) : Nat := Nat.add w.scale_frac (Nat.mul 2 c.form.half)
def scoreGain (w : Weights) (c : Params) : Nat := Nat.sub (argFraction w c) (Nat.mul 4 w.frac)
def scoreShift (w : Weights) (c : Params) : Nat := Nat.sub (Nat.mul 4 w.frac) (argFraction w c)

/-- The bits that logits of the direct path lose, which have half as many fractional bits as the others. -/
def directShift (w : Weights) (c : Params) : Nat := Nat.sub c.shift (Nat.mul 2 w.frac)

/-- Can rows be rounded by leaving bits away?  (They cannot if they have fewer bits than they should have afterwards.) -/
def shiftsFit (w : Weights) (c : Params) (S L : Nat) : Bool :=
  Nat.ble (scoreShift w c) S && (Nat.ble (Nat.mul 2 w.frac) c.shift && Nat.ble c.shift L)

/-- Evaluate the tables from packed rows, with lanes of `S` bits for scores and of `L` bits for logits, and go on with them. -/
def tablesFromRows {α : Type} (w : Weights) (c : Params) (S L : Nat) (k : Enclosure → α) : α :=
  joinedCircuits w S L fun C =>
  Nat.force (scoreGain w c) fun a => Nat.force (scoreShift w c) fun s => Nat.force (directShift w c) fun d =>
  (Frame.of S w.d_vocab (Nat.sub S s)).force fun F => (Frame.of S w.n_ctx (Nat.sub S s)).force fun G =>
  (Frame.of L w.d_vocab (Nat.sub L (Nat.sub c.shift (late c.shift)))).force fun H =>
  (Frame.of L w.d_vocab (Nat.sub L (Nat.sub d (late d)))).force fun D =>
  forceList (mapFold (F.args w.attn_scale a s) C.EQKE) fun tokenArg => forceList (mapFold (G.args w.attn_scale a s) C.EQKP) fun posArg =>
  expTable c.form S w.d_vocab w.d_vocab tokenArg fun tokenExp => forcePairRows tokenExp fun tokenExp =>
  expTable c.form S w.n_ctx w.d_vocab posArg fun posExp => forcePairRows posExp fun posExp =>
  forceRows (mapFold (H.rises c.shift) C.EVOU) fun tokenRow => forceRows (mapFold (H.rises c.shift) C.PVOU) fun posRow =>
  forceRows (mapFold (D.rises d) C.EU) fun directRow => k ⟨tokenExp, posExp, tokenRow, posRow, directRow⟩

/-- Evaluate the tables of the model, then go on with them. -/
def roundedTables {α : Type} (w : Weights) (c : Params) (k : Enclosure → α) : α :=
  Nat.force (Nat.succ (Nat.add (scoreLane w) (Nat.add (scoreGain w c) (Nat.add c.prec (Nat.add c.prec 3))))) fun S => Nat.force (Nat.succ (logitLane w)) fun L =>
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
    (Frame.of L n (L - (s - late s))).rises s (pack L n fun j => xs.getD j 0) = roundRow c (2 ^ a) xs := by
  subst len
  unfold Frame.rises roundRow
  rw [Nat.force_eq, Nat.force_eq]
  refine List.ext_getD 0 ((length_mapFold _ _).trans ((length_unpack _ _ _).trans (length_mapFold _ _).symm)) fun j hj => ?_
  rw [length_mapFold, length_unpack] at hj
  have hj : j < xs.length := hj
  have full : Nat.sub (Frame.of L xs.length (L - (s - late s))).tops (Frame.of L xs.length (L - (s - late s))).one = (2 ^ (L - 1) - 1) * ones L xs.length := by
    rw [Nat.sub_mul, Nat.one_mul]
    rfl
  have low := leastLane_pack hL (Nat.lt_of_le_of_lt (Nat.zero_le j) hj) hx rfl
  have e : leastLane (Frame.of L xs.length (L - (s - late s))).tops (Nat.sub (Frame.of L xs.length (L - (s - late s))).tops (Frame.of L xs.length (L - (s - late s))).one)
      L xs.length (pack L xs.length fun j => xs.getD j 0) = minList (maxList xs) xs := by
    rw [full]
    refine Nat.le_antisymm (le_minList (Nat.le_trans (low.left j hj) (le_maxList hj)) low.left) ?_
    exact low.right _ fun j hj => minList_le hj
  have wide (j : Nat) (hj : j < xs.length) : xs.getD j 0 - minList (maxList xs) xs < 2 ^ L :=
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.lt_of_lt_of_le (hx j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le L 1)))
  rw [getD_mapFold _ _ hj 0, getD_mapFold _ _ ((length_unpack _ _ _).symm ▸ hj) 0]
  show (unpack L xs.length (lanesShift ((2 ^ (L - (s - late s)) - 1) * ones L xs.length) (s - late s) ((pack L xs.length fun j => xs.getD j 0) -
    leastLane _ _ L xs.length _ * ones L xs.length))).getD j 0 / 2 ^ late s = (xs.getD j 0 - minList (maxList xs) xs) * 2 ^ a / 2 ^ c.shift
  rw [e, mul_ones L xs.length (minList _ _), pack_sub L fun j hj => minList_le hj, unpack_lanesShift (Nat.le_trans (Nat.sub_le _ _) hs) wide hj,
    Nat.div_div_eq_div_mul, ← Nat.pow_add, Nat.sub_add_cancel (show late s ≤ s from Nat.sub_le _ _), ← ha, Nat.pow_add,
    ← Nat.div_div_eq_div_mul, Nat.mul_div_cancel _ (Nat.two_pow_pos a)]

end

/-- Rows of scores give the arguments that `expRow` says. -/
theorem Frame.args_eq (c : Params) {L n s a b num den scale : Nat} {xs : List Nat} (hab : b + a < L) (hs : s ≤ L) (len : xs.length = n)
    (hx : ∀ j, j < n → xs.getD j 0 < 2 ^ b) (arg : ∀ z, 2 ^ a * z / 2 ^ s / scale = c.form.arg (z * num) den) :
    (Frame.of L n (L - s)).args scale a s (pack L n fun j => xs.getD j 0) =
      pack L n fun j => c.form.arg ((maxList xs - xs.getD j 0) * num) den := by
  subst len
  have hL : 0 < L := Nat.lt_of_le_of_lt (Nat.zero_le _) hab
  have hbL : b ≤ L - 1 := Nat.le_sub_of_add_le (Nat.lt_of_le_of_lt (Nat.le_add_right b a) hab)
  have small (j : Nat) (hj : j < xs.length) : xs.getD j 0 < 2 ^ (L - 1) := Nat.lt_of_lt_of_le (hx j hj) (Nat.pow_le_pow_right Nat.two_pos hbL)
  unfold Frame.args Frame.falls
  rw [Nat.force_eq, packList_eq]
  have count : (mapFold (fun z => Nat.div z scale) (unpack (Frame.of L xs.length (L - s)).bits (Frame.of L xs.length (L - s)).count
      (lanesShift (Frame.of L xs.length (L - s)).mask s (Nat.mul (Nat.pow 2 a) (Nat.sub (Nat.mul (greatestLane (Frame.of L xs.length (L - s)).tops
        (Frame.of L xs.length (L - s)).bits (Frame.of L xs.length (L - s)).count (pack L xs.length fun j => xs.getD j 0))
          (Frame.of L xs.length (L - s)).one) (pack L xs.length fun j => xs.getD j 0)))))).length = xs.length :=
    (length_mapFold _ _).trans (length_unpack _ _ _)
  rw [count]
  refine pack_congr L fun j hj => ?_
  have top := greatestLane_pack hL (Nat.lt_of_le_of_lt (Nat.zero_le j) hj) small
  have e : greatestLane (2 ^ (L - 1) * ones L xs.length) L xs.length (pack L xs.length fun j => xs.getD j 0) = maxList xs :=
    Nat.le_antisymm (top.le _ fun j hj => le_maxList hj) (maxList_le top.ge)
  have wide (j : Nat) (hj : j < xs.length) : 2 ^ a * (maxList xs - xs.getD j 0) < 2 ^ L := by
    have lt : maxList xs - xs.getD j 0 < 2 ^ b := by
      refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (maxList_le (b := 2 ^ b - 1) fun j hj => ?_)) (two_pow_sub_one_lt b)
      exact Nat.le_sub_of_add_le (b := 1) (hx j hj)
    refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_left lt (Nat.two_pow_pos a)) ?_
    rw [← Nat.pow_add, Nat.add_comm]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt hab)
  rw [getD_mapFold _ _ ((length_unpack _ _ _).symm ▸ hj) 0]
  show (unpack L xs.length (lanesShift ((2 ^ (L - s) - 1) * ones L xs.length) s (2 ^ a * (greatestLane (2 ^ (L - 1) * ones L xs.length) L xs.length
    (pack L xs.length fun j => xs.getD j 0) * ones L xs.length - pack L xs.length fun j => xs.getD j 0)))).getD j 0 / scale = _
  rw [e, mul_ones L xs.length (maxList xs), pack_sub L fun j hj => le_maxList hj, mul_pack, unpack_lanesShift hs wide hj]
  exact arg _

/-- The bounds of exponentials of rows whose arguments these are. -/
theorem boundsOf_args (c : Params) {L n num den : Nat} {rows : List (List Nat)} {args : List Nat} (len : args.length = rows.length)
    (row : ∀ i, i < rows.length → (rows.getD i []).length = n)
    (h : ∀ i, i < rows.length → args.getD i 0 = pack L n fun j => c.form.arg ((maxList (rows.getD i []) - (rows.getD i []).getD j 0) * num) den)
    (wide : ∀ i j, i < rows.length → j < n → c.form.arg ((maxList (rows.getD i []) - (rows.getD i []).getD j 0) * num) den < 2 ^ L) :
    boundsOf c.form L n args = mapFold (expRow c num den) rows := by
  unfold boundsOf
  refine List.ext_getD [] ((length_mapFold _ _).trans (len.trans (length_mapFold _ _).symm)) fun i hi => ?_
  rw [length_mapFold, len] at hi
  rw [getD_mapFold _ _ (len.symm ▸ hi) 0, getD_mapFold _ _ hi []]
  unfold expRow
  rw [Nat.force_eq]
  refine List.ext_getD (0, 0) ((length_mapFold _ _).trans ((length_unpack _ _ _).trans ((length_mapFold _ _).trans (row i hi)).symm)) fun j hj => ?_
  rw [length_mapFold, length_unpack] at hj
  rw [getD_mapFold _ _ ((length_unpack _ _ _).symm ▸ hj) 0, getD_unpack _ _ hj, h i hi, digit_pack L (fun j hj => wide i j hi hj) hj,
    getD_mapFold _ _ ((row i hi).symm ▸ hj) 0, Nat.force_eq]
  rfl

/-- Bits left away or added, and a division, give the argument of `exp`. -/
theorem arg_shift (w : Weights) (c : Params) (z : Nat) :
    2 ^ scoreGain w c * z / 2 ^ scoreShift w c / w.attn_scale = c.form.arg (z * scoreNum w) (scoreDen w) := by
  have fold : c.form.arg (z * scoreNum w) (scoreDen w) = z * 2 ^ argFraction w c / 2 ^ (4 * w.frac) / w.attn_scale := by
    show z * 2 ^ w.scale_frac * 2 ^ (2 * c.form.half) / (w.attn_scale * 2 ^ (4 * w.frac)) = _
    rw [Nat.mul_assoc z, ← Nat.pow_add, Nat.mul_comm w.attn_scale, ← Nat.div_div_eq_div_mul]
    rfl
  rw [fold]
  refine congrArg (· / w.attn_scale) ?_
  show 2 ^ (argFraction w c - 4 * w.frac) * z / 2 ^ (4 * w.frac - argFraction w c) = z * 2 ^ argFraction w c / 2 ^ (4 * w.frac)
  generalize argFraction w c = A
  generalize 4 * w.frac = B
  cases Nat.le_total A B with
  | inl le =>
    match Nat.exists_eq_add_of_le le with
    | ⟨d, e⟩ =>
      show 2 ^ (A - B) * z / 2 ^ (B - A) = z * 2 ^ A / 2 ^ B
      rw [Nat.sub_eq_zero_of_le le, Nat.pow_zero, Nat.one_mul, e, Nat.add_sub_cancel_left, Nat.pow_add, ← Nat.div_div_eq_div_mul,
        Nat.mul_div_cancel _ (Nat.two_pow_pos A)]
  | inr le =>
    match Nat.exists_eq_add_of_le le with
    | ⟨d, e⟩ =>
      show 2 ^ (A - B) * z / 2 ^ (B - A) = z * 2 ^ A / 2 ^ B
      rw [Nat.sub_eq_zero_of_le le, Nat.pow_zero, Nat.div_one, e, Nat.add_sub_cancel_left, Nat.pow_add, Nat.mul_comm (2 ^ B), ← Nat.mul_assoc,
        Nat.mul_div_cancel _ (Nat.two_pow_pos B), Nat.mul_comm]

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

/-- The bounds of exponentials of the rows of a product of matrices. -/
theorem expTable_scores {α : Type} (w : Weights) (c : Params) {A M : Mat} {r d n b S : Nat} (hA : A.Shape r d) (hM : M.Shape d n)
    (fit : 2 * (A.mul d n M).off < 2 ^ b) (hab : b + scoreGain w c < S) (hs : scoreShift w c ≤ S) (go : List (List (Nat × Nat)) → α) :
    expTable c.form S n r (mapFold ((Frame.of S n (S - scoreShift w c)).args w.attn_scale (scoreGain w c) (scoreShift w c)) (A.mulRows S d n M)) go =
      go (mapFold (expRow c (scoreNum w) (scoreDen w)) (A.mul d n M).rows) := by
  have hAM := hA.mul hM
  have entry (i j : Nat) (hi : i < r) (hj : j < n) : ((A.mul d n M).rows.getD i []).getD j 0 < 2 ^ b := Nat.lt_of_le_of_lt (hAM.le i j hi hj) fit
  have len : (mapFold ((Frame.of S n (S - scoreShift w c)).args w.attn_scale (scoreGain w c) (scoreShift w c)) (A.mulRows S d n M)).length = r :=
    (length_mapFold _ _).trans (hA.length_mulRows S)
  have args (i : Nat) (hi : i < r) : (mapFold ((Frame.of S n (S - scoreShift w c)).args w.attn_scale (scoreGain w c) (scoreShift w c))
      (A.mulRows S d n M)).getD i 0 = pack S n fun j => c.form.arg ((maxList ((A.mul d n M).rows.getD i []) -
        ((A.mul d n M).rows.getD i []).getD j 0) * scoreNum w) (scoreDen w) := by
    rw [getD_mapFold _ _ ((hA.length_mulRows S).symm ▸ hi) 0, hA.getD_mulRows S hM hi]
    exact Frame.args_eq c hab hs (hAM.row_length i hi) (fun j hj => entry i j hi hj) (arg_shift w c)
  have wide (i j : Nat) (hi : i < r) (_ : j < n) : c.form.arg ((maxList ((A.mul d n M).rows.getD i []) -
      ((A.mul d n M).rows.getD i []).getD j 0) * scoreNum w) (scoreDen w) < 2 ^ S := by
    have top : maxList ((A.mul d n M).rows.getD i []) < 2 ^ b := by
      refine Nat.lt_of_le_of_lt (maxList_le (b := 2 ^ b - 1) fun j hj => ?_) (two_pow_sub_one_lt b)
      exact Nat.le_sub_of_add_le (b := 1) (entry i j hi (hAM.row_length i hi ▸ hj))
    rw [← arg_shift]
    refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.div_le_self _ _) (Nat.div_le_self _ _)) ?_
    refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_left (Nat.lt_of_le_of_lt (Nat.sub_le _ _) top) (Nat.two_pow_pos _)) ?_
    rw [← Nat.pow_add, Nat.add_comm]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt hab)
  refine Eq.trans ?_ (congrArg go (boundsOf_args c (L := S) (len.trans hAM.rows_length.symm) (fun i hi => hAM.row_length i (hAM.rows_length ▸ hi))
    (fun i hi => args i (hAM.rows_length ▸ hi)) fun i j hi => wide i j (hAM.rows_length ▸ hi)))
  refine Eq.trans ?_ (expTable_eq c.form (Nat.lt_of_le_of_lt (Nat.zero_le _) hab) (fun i hi => args i (len ▸ hi)) (fun i j hi => wide i j (len ▸ hi)) go)
  rw [len]

/-- The tables are those that `Enclosure.of` describes. -/
theorem roundedTables_eq {α : Type} {w : Weights} (h : w.WellFormed) (c : Params) (k : Enclosure → α) :
    roundedTables w c k = k (Enclosure.of w c (Circuits.of w)) := by
  unfold roundedTables
  rw [Nat.force_eq, Nat.force_eq]
  have room : scoreLane w + scoreGain w c < Nat.succ (Nat.add (scoreLane w) (Nat.add (scoreGain w c) (Nat.add c.prec (Nat.add c.prec 3)))) :=
    Nat.lt_succ_of_le (Nat.add_le_add_left (Nat.le_add_right _ _) _)
  generalize Nat.succ (Nat.add (scoreLane w) (Nat.add (scoreGain w c) (Nat.add c.prec (Nat.add c.prec 3)))) = S at room ⊢
  cases fit : joinedFit w S (Nat.succ (logitLane w)) && shiftsFit w c S (Nat.succ (logitLane w)) with
  | false => exact enclosure_eq h c k
  | true =>
    have shifts := Bool.and_right fit
    have hs := Nat.le_of_ble_eq_true (Bool.and_left shifts)
    have two : 2 * w.frac ≤ c.shift := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right shifts))
    have hshift := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right shifts))
    have hd : directShift w c ≤ Nat.succ (logitLane w) := Nat.le_trans (Nat.sub_le _ _) hshift
    have logits (xs : List Nat) (len : xs.length = w.d_vocab) (hx : ∀ j, j < w.d_vocab → xs.getD j 0 < 2 ^ logitLane w) :=
      Frame.rises_eq (Nat.zero_lt_succ (logitLane w)) hshift len hx c (Nat.zero_add _)
    have direct (xs : List Nat) (len : xs.length = w.d_vocab) (hx : ∀ j, j < w.d_vocab → xs.getD j 0 < 2 ^ logitLane w) :=
      Frame.rises_eq (Nat.zero_lt_succ (logitLane w)) hd len hx c (Nat.add_sub_of_le two)
    have tokenRow := mapFold_mulRows (h.shape_value h.W_E) h.shape_out (two_mul_lt_laneOf (Nat.le_add_right _ _)) (z := []) logits
    have posRow := mapFold_mulRows (h.shape_value h.W_pos) h.shape_out
      (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _))) (z := []) logits
    have directRow := mapFold_mulRows h.shape_resid h.W_U
      (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_left _ _) (Nat.le_add_left _ _))) (z := []) direct
    show tablesFromRows w c S (Nat.succ (logitLane w)) k = _
    unfold tablesFromRows
    rw [h.joinedCircuits_eq (Bool.and_left fit), Nat.force_eq, Nat.force_eq, Nat.force_eq, Frame.force_eq, Frame.force_eq, Frame.force_eq,
      Frame.force_eq, forceList_eq, forceList_eq]
    refine (expTable_scores w c h.shape_query (h.shape_key h.W_E) (two_mul_lt_laneOf (Nat.le_add_right _ _)) room hs _).trans ?_
    rw [forcePairRows_eq]
    refine (expTable_scores w c h.shape_query (h.shape_key h.W_pos) (two_mul_lt_laneOf (Nat.le_add_left _ _)) room hs _).trans ?_
    rw [forcePairRows_eq, forceRows_eq, forceRows_eq, forceRows_eq]
    exact congrArg k (same rfl rfl tokenRow posRow directRow)
where
  same {T T' : Enclosure} (h1 : T.tokenExp = T'.tokenExp) (h2 : T.posExp = T'.posExp) (h3 : T.tokenRow = T'.tokenRow)
      (h4 : T.posRow = T'.posRow) (h5 : T.directRow = T'.directRow) : T = T' := by
    cases T; cases T'
    cases h1; cases h2; cases h3; cases h4; cases h5
    rfl

end Compact
