prelude
import Compact.Packed.Fields
import Compact.Transformer.Chain.Scale
import Compact.Transformer.Enclosure.Row
/-!
# Matrices with packed rows

A `Grid` is a matrix whose rows are packed, in lanes that have a bit to spare; `Grid.Holds` says which `Mat` it holds.  A step that takes some tens of
microseconds an entry with lists takes a few with grids: products (`Grid.mul`), what is left when a part of rank one is taken off (`Grid.less`), the ranges
of rows (`Grid.ranges`) and what rows add up to at most (`Grid.absDots`).  Each is that of the matrices.
-/
namespace Compact
noncomputable section

/-- Rows of lanes of `bits` bits, each entry shifted up by `off`. -/
structure Grid where
  bits : Nat
  off : Nat
  rows : List Nat

/-- Bits of a lane for entries up to `2 * off`, with one to spare. -/
def Grid.laneOf (off : Nat) : Nat := Nat.succ (Nat.succ (Nat.log2 (Nat.mul 2 off)))

namespace Grid

/-- All bits of a lane. -/
def mask (G : Grid) : Nat := Nat.sub (Nat.pow 2 G.bits) 1

/-- Evaluate the grid, then go on with it. -/
def force {α : Type} (G : Grid) (k : Grid → α) : α :=
  Nat.force G.bits fun bits => Nat.force G.off fun off => forceList G.rows fun rows => k ⟨bits, off, rows⟩

/-- The rows, of `c` entries, in lanes of `L` bits. -/
def widen (L c : Nat) (G : Grid) : List Nat := Nat.force G.mask fun m => mapFold (fieldPack G.bits m L c) G.rows

/-- A column of `r` entries of `bits` bits, the digits of `N`. -/
def column (bits r N : Nat) : Grid := ⟨Nat.add bits 2, Nat.pow 2 (Nat.sub bits 1), unpack bits r N⟩

/-- A row of `c` entries of `bits` bits, the digits of `N`. -/
def row (bits c N : Nat) : Grid :=
  ⟨Nat.add bits 2, Nat.pow 2 (Nat.sub bits 1), [Nat.force (Nat.sub (Nat.pow 2 bits) 1) fun m => fieldPack bits m (Nat.add bits 2) c N]⟩

/-- The product of `A` (`d` columns) and `B` (`c` columns). -/
def mul (d c : Nat) (A B : Grid) : Grid where
  bits := laneOf (Nat.add (Nat.mul B.off (Nat.mul d A.off)) B.off)
  off := Nat.mul B.off (Nat.mul d A.off)
  rows := Nat.force (laneOf (Nat.add (Nat.mul B.off (Nat.mul d A.off)) B.off)) fun L => Nat.force A.mask fun m =>
    (Right.of L c B.off (B.widen L c)).force fun B => productRows L c d A.off A.bits m 0 0 A.rows B

/-- A row of `c` entries as the second factor of a product, in lanes of `L` bits, which may be too narrow. -/
def single (L c : Nat) (V : Grid) : Right := ⟨V.off, 0, Nat.sub (Nat.pow 2 (Nat.add V.bits (Nat.mul L c))) 1, nth 0 (V.widen L c) 0⟩

/-- The packed rows, in lanes of `L` bits, of the product of the column `U` and the row `V`, which has `c` entries. -/
def outer (L c : Nat) (U V : Grid) : List Nat :=
  Nat.force U.mask fun m => (single L c V).force fun B => productRows L c 1 U.off U.bits m 0 0 U.rows B

/-- `X` without the product of the column `U` and the row `W`, which has `c` entries. -/
def less (c : Nat) (X U W : Grid) : Grid where
  bits := laneOf (Nat.add X.off (Nat.mul W.off (Nat.mul 1 U.off)))
  off := Nat.add X.off (Nat.mul W.off (Nat.mul 1 U.off))
  rows := Nat.force (laneOf (Nat.add X.off (Nat.mul W.off (Nat.mul 1 U.off)))) fun L =>
    Nat.force (Nat.mul (Nat.mul 2 (Nat.mul W.off (Nat.mul 1 U.off))) (onesOf L c)) fun top =>
    foldZip (fun X Y ih => Nat.add X (Nat.sub top Y) :: ih) [] (X.widen L c) (outer L c U W)

/-- All entries times `2^e`; nothing is done if `e` is 0. -/
def finer (e c : Nat) (G : Grid) : Grid :=
  Nat.rec (motive := fun _ => Grid) G (fun _ _ => ⟨Nat.add G.bits e, Nat.mul (Nat.pow 2 e) G.off, Nat.force (Nat.add G.bits e) fun L =>
    mapFold (fun N => Nat.mul (Nat.pow 2 e) N) (G.widen L c)⟩) e

/-- The greatest of the first `d` fields. -/
def fieldMost (s m N d : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun l ih => Nat.add ih (Nat.sub (field s m N l) ih)) d

/-- The most that one of the first `d` fields lacks to `top`. -/
def fieldLack (s m N top d : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun l ih => Nat.add ih (Nat.sub (Nat.sub top (field s m N l)) ih)) d

/-- The ranges of the rows, of `c` entries. -/
def ranges (c : Nat) (G : Grid) : List Nat :=
  Nat.force G.bits fun L => Nat.force G.mask fun m => mapFold (fun N => Nat.force (fieldMost L m N c) fun top => fieldLack L m N top c) G.rows

/-- `∑ |x - off| * d` for the fields `x` of `N` and the numbers `d` of a list. -/
def fieldAbsDot (s m off : Nat) (ds : List Nat) : Nat → Nat :=
  List.rec (motive := fun _ => Nat → Nat) (fun _ => 0)
    (fun d _ ih N => Nat.add (Nat.mul (distance (Nat.land N m) off) d) (ih (Nat.shiftRight N s))) ds

/-- `absDot` of each row with the numbers `ds`. -/
def absDots (G : Grid) (ds : List Nat) : List Nat :=
  Nat.force G.bits fun b => Nat.force G.mask fun m => Nat.force G.off fun off => mapFold (fieldAbsDot b m off ds) G.rows

/-- The entries as a list. -/
def mat (c : Nat) (G : Grid) : Mat := ⟨G.off, mapFold (unpack G.bits c) G.rows⟩

end Grid
end

namespace Grid

theorem force_eq {α : Type} (G : Grid) (k : Grid → α) : G.force k = k G := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, forceList_eq]

/-- The rows of `G` are those of `M`. -/
structure Holds (G : Grid) (M : Mat) (r c : Nat) : Prop where
  off : G.off = M.off
  pos : 0 < G.bits
  fit : 2 * M.off < 2 ^ (G.bits - 1)
  shape : M.Shape r c
  length : G.rows.length = r
  row (i : Nat) : i < r → G.rows.getD i 0 = pack G.bits c fun j => M.get i j

theorem laneOf_pos (off : Nat) : 0 < laneOf off := Nat.zero_lt_succ _

theorem lt_laneOf (off : Nat) : 2 * off < 2 ^ (laneOf off - 1) := Nat.lt_log2_self

theorem lt_laneOf_of_le {a off : Nat} (h : a ≤ off) : 2 * a < 2 ^ (laneOf off - 1) :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_left 2 h) (lt_laneOf off)

section
variable {G : Grid} {M : Mat} {r c : Nat} (h : G.Holds M r c)
include h

theorem Holds.small {i j : Nat} (hi : i < r) (hj : j < c) : M.get i j < 2 ^ (G.bits - 1) := Nat.lt_of_le_of_lt (h.shape.le i j hi hj) h.fit

theorem Holds.lt {i j : Nat} (hi : i < r) (hj : j < c) : M.get i j < 2 ^ G.bits :=
  Nat.lt_of_lt_of_le (h.small hi hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))

/-- An entry is a field of its row. -/
theorem Holds.field {i j : Nat} (hi : i < r) (hj : j < c) : M.get i j = Compact.field G.bits G.mask (G.rows.getD i 0) j := by
  rw [h.row i hi]
  exact (field_pack (fun _ hj => h.lt hi hj) hj).symm

theorem Holds.length_widen (L : Nat) : (G.widen L c).length = r := by
  unfold widen
  rw [Nat.force_eq, length_mapFold, h.length]

theorem Holds.getD_widen (L : Nat) {i : Nat} (hi : i < r) : (G.widen L c).getD i 0 = pack L c fun j => M.get i j := by
  unfold widen
  rw [Nat.force_eq, getD_mapFold _ _ (h.length.symm ▸ hi) 0, fieldPack_eq]
  exact pack_congr L fun j hj => (h.field hi hj).symm

/-- A grid is the matrix that it holds. -/
theorem Holds.mat_eq : G.mat c = M := by
  have rows : (G.mat c).rows = M.rows := by
    refine List.ext_getD [] ((length_mapFold _ _).trans (h.length.trans h.shape.rows_length.symm)) fun i hi => ?_
    rw [show (G.mat c).rows.length = r from (length_mapFold _ _).trans h.length] at hi
    have e : (G.mat c).rows.getD i [] = unpack G.bits c (G.rows.getD i 0) := getD_mapFold _ _ (h.length.symm ▸ hi) 0 []
    rw [e]
    refine List.ext_getD 0 ((length_unpack _ _ _).trans (h.shape.row_length i hi).symm) fun j hj => ?_
    rw [length_unpack] at hj
    rw [getD_unpack _ _ hj, h.row i hi]
    exact digit_pack _ (fun _ hj => h.lt hi hj) hj
  match M, h.off, rows with
  | ⟨_, _⟩, rfl, rfl => rfl

end

section
variable {A B : Grid} {M N : Mat} {r d c : Nat}

theorem Holds.mul (hA : A.Holds M r d) (hB : B.Holds N d c) : (A.mul d c B).Holds (M.mul d c N) r c := by
  have offs : B.off * (d * A.off) = (M.mul d c N).off := by
    rw [hA.off, hB.off]
    rfl
  have fit : 2 * N.off < 2 ^ laneOf (B.off * (d * A.off) + B.off) :=
    Nat.lt_of_lt_of_le (lt_laneOf_of_le (hB.off ▸ Nat.le_add_left _ _)) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
  have right := Right.holds hB.shape fit (hB.length_widen _) fun l hl => hB.getD_widen _ hl
  have rows : (A.mul d c B).rows = M.mulRows (laneOf (B.off * (d * A.off) + B.off)) d c N := by
    show (Nat.force (laneOf (B.off * (d * A.off) + B.off)) fun L => Nat.force A.mask fun m =>
      (Right.of L c B.off (B.widen L c)).force fun B => productRows L c d A.off A.bits m 0 0 A.rows B) = _
    rw [Nat.force_eq, Nat.force_eq, Right.force_eq, hA.off, hB.off]
    rw [hA.off, hB.off] at right
    refine productRows_eq (y := fun _ => 0) (laneOf_pos _) hA.shape hB.shape right hA.length (fun i hi l hl => ?_) ?_ ?_
    · rw [Nat.add_zero]; exact hA.field hi hl
    · rw [total_congr (g := fun _ => 0) fun l _ => Nat.zero_mul _, total_const, Nat.mul_zero]
    · rw [total_const, Nat.mul_zero]
  exact ⟨offs, laneOf_pos _, offs ▸ lt_laneOf_of_le (Nat.le_add_right _ _), hA.shape.mul hB.shape,
    rows ▸ hA.shape.length_mulRows _, fun i hi => rows ▸ hA.shape.getD_mulRows _ hB.shape hi⟩

theorem holds_column {bits : Nat} (hb : 0 < bits) (r N : Nat) : (column bits r N).Holds (Mat.column bits r N) r 1 := by
  refine ⟨rfl, Nat.zero_lt_succ _, ?_, Mat.shape_column hb r N, length_unpack _ _ _, fun i hi => ?_⟩
  · show 2 * 2 ^ (bits - 1) < 2 ^ (bits + 1)
    rw [Nat.mul_comm, ← Nat.pow_succ, Nat.sub_add_cancel hb]
    exact Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
  · have entry : (Mat.column bits r N).get i 0 = digit bits N i := by
      show ((mapFold (fun x => [x]) (unpack bits r N)).getD i []).getD 0 0 = _
      rw [getD_mapFold _ _ ((length_unpack bits r N).symm ▸ hi) 0, getD_unpack _ _ hi]
      rfl
    show (unpack bits r N).getD i 0 = (Mat.column bits r N).get i 0 + 2 ^ _ * 0
    rw [entry, getD_unpack _ _ hi, Nat.mul_zero, Nat.add_zero]

theorem holds_row {bits : Nat} (hb : 0 < bits) (c N : Nat) : (row bits c N).Holds (Mat.row bits c N) 1 c := by
  refine ⟨rfl, Nat.zero_lt_succ _, ?_, Mat.shape_row hb c N, rfl, fun i hi => ?_⟩
  · show 2 * 2 ^ (bits - 1) < 2 ^ (bits + 1)
    rw [Nat.mul_comm, ← Nat.pow_succ, Nat.sub_add_cancel hb]
    exact Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
  · rw [Nat.eq_zero_of_lt_one hi]
    show Nat.force (2 ^ bits - 1) (fun m => fieldPack bits m (bits + 2) c N) = pack (bits + 2) c fun j => (Mat.row bits c N).get 0 j
    rw [Nat.force_eq, fieldPack_eq]
    exact pack_congr _ fun j hj => (field_eq bits bits N j).trans (getD_unpack bits N hj).symm

/-- The product of a column and a row. -/
theorem Holds.outer {L : Nat} (hL : 0 < L) (hU : A.Holds M r 1) (hV : B.Holds N 1 c) : outer L c A B = M.mulRows L 1 c N := by
  have e : nth 0 (B.widen L c) 0 = packList L (N.rows.getD 0 []) := by
    rw [nth_eq, hV.getD_widen L Nat.one_pos, packList_eq, hV.shape.row_length 0 Nat.one_pos]
    rfl
  have small : packList L (N.rows.getD 0 []) < 2 ^ (B.bits + L * c) := by
    rw [← e, nth_eq, hV.getD_widen L Nat.one_pos, Nat.pow_add]
    have le : pack L c (fun j => N.get 0 j) ≤ 2 ^ B.bits * ones L c := by
      rw [mul_ones]
      exact pack_le L fun j hj => Nat.le_of_lt (hV.lt Nat.one_pos hj)
    exact Nat.lt_of_le_of_lt le (Nat.mul_lt_mul_of_pos_left (pack_lt L fun _ _ => Nat.lt_of_lt_of_le (Nat.lt_succ_self 1) (Nat.pow_le_pow_right Nat.two_pos hL)) (Nat.two_pow_pos _))
  have right : (single L c B).Holds L c 1 N := by
    refine ⟨hV.off, fun l hl => ?_⟩
    rw [Nat.eq_zero_of_lt_one hl]
    show Compact.field 0 (2 ^ (B.bits + L * c) - 1) (nth 0 (B.widen L c) 0) 0 = _
    rw [field_eq, Nat.mul_zero, Nat.pow_zero, Nat.div_one, e]
    exact Nat.mod_eq_of_lt small
  unfold Grid.outer
  rw [Nat.force_eq, Right.force_eq, hU.off]
  refine productRows_eq (y := fun _ => 0) hL hU.shape hV.shape right hU.length (fun i hi l hl => ?_) ?_ ?_
  · rw [Nat.add_zero]; exact hU.field hi hl
  · rw [total_congr (g := fun _ => 0) fun l _ => Nat.zero_mul _, total_const, Nat.mul_zero]
  · rw [total_const, Nat.mul_zero]

end

/-- A matrix without the product of a column and a row. -/
theorem Holds.less {X U W : Grid} {M A B : Mat} {r c : Nat} (hX : X.Holds M r c) (hU : U.Holds A r 1) (hW : W.Holds B 1 c) :
    (Grid.less c X U W).Holds (M.minus (A.mul 1 c B)) r c := by
  have offs : X.off + W.off * (1 * U.off) = (M.minus (A.mul 1 c B)).off := by
    rw [hX.off, hU.off, hW.off]
    rfl
  have shape := hU.shape.mul hW.shape
  have pos := laneOf_pos (X.off + W.off * (1 * U.off))
  have rows : (Grid.less c X U W).rows = foldZip (fun x y ih => Nat.add x (Nat.sub (2 * (A.mul 1 c B).off * ones (laneOf (X.off + W.off * (1 * U.off))) c) y) :: ih) []
      (X.widen (laneOf (X.off + W.off * (1 * U.off))) c) (A.mulRows (laneOf (X.off + W.off * (1 * U.off))) 1 c B) := by
    unfold Grid.less
    rw [Nat.force_eq, Nat.force_eq]
    show foldZip (fun x y ih => Nat.add x (Nat.sub (2 * (W.off * (1 * U.off)) * onesOf (laneOf (X.off + W.off * (1 * U.off))) c) y) :: ih) []
      (X.widen (laneOf (X.off + W.off * (1 * U.off))) c) (Grid.outer (laneOf (X.off + W.off * (1 * U.off))) c U W) = _
    rw [hU.outer pos hW, onesOf_eq pos, hU.off, hW.off]
    rfl
  have lenX := hX.length_widen (laneOf (X.off + W.off * (1 * U.off)))
  have lenY : (A.mulRows (laneOf (X.off + W.off * (1 * U.off))) 1 c B).length = r := hU.shape.length_mulRows _
  refine ⟨offs, pos, offs ▸ lt_laneOf _, (hX.shape.minus shape).left, ?_, fun i hi => ?_⟩
  · rw [rows]
    exact (length_foldZip _ (lenX.trans lenY.symm)).trans lenX
  · rw [rows, getD_foldZip (fun X Y => Nat.add X (Nat.sub _ Y)) (lenX.symm ▸ hi) (lenY.symm ▸ hi) 0 0 0, hX.getD_widen _ hi,
      hU.shape.getD_mulRows _ hW.shape hi, mul_ones]
    refine (congrArg (_ + ·) (pack_sub _ fun j hj => shape.le i j hi hj)).trans ?_
    refine (pack_add _ _ _ _).trans (pack_congr _ fun j hj => ?_)
    exact (hX.shape.get_minus shape hi hj).symm

theorem Holds.finer {G : Grid} {M : Mat} {r c : Nat} (h : G.Holds M r c) (e : Nat) : (G.finer e c).Holds (M.finer e) r c := by
  cases e with
  | zero => exact h
  | succ e =>
    have rows : (G.finer (e + 1) c).rows = mapFold (fun N => 2 ^ (e + 1) * N) (G.widen (G.bits + (e + 1)) c) :=
      Nat.force_eq (G.bits + (e + 1)) fun L => mapFold (fun N => Nat.mul (2 ^ (e + 1)) N) (G.widen L c)
    have length : (G.widen (G.bits + (e + 1)) c).length = r := h.length_widen _
    refine ⟨show 2 ^ (e + 1) * G.off = 2 ^ (e + 1) * M.off from congrArg (2 ^ (e + 1) * ·) h.off, Nat.zero_lt_succ _, ?_, (Mat.finer_spec (e + 1) h.shape).left, ?_, fun i hi => ?_⟩
    · show 2 * (2 ^ (e + 1) * M.off) < 2 ^ (G.bits + (e + 1) - 1)
      have e' : G.bits + (e + 1) - 1 = e + 1 + (G.bits - 1) := by rw [Nat.add_comm G.bits, Nat.add_sub_assoc h.pos]
      rw [Nat.mul_left_comm, e', Nat.pow_add 2 (e + 1)]
      exact Nat.mul_lt_mul_of_pos_left h.fit (Nat.two_pow_pos _)
    · rw [rows, length_mapFold, length]
    · rw [rows, getD_mapFold _ _ (length.symm ▸ hi) 0, h.getD_widen _ hi, mul_pack]
      refine pack_congr _ fun j hj => ?_
      refine (getD_mapFold _ _ ?_ 0 0).symm.trans (congrArg (List.getD · j 0) (getD_mapFold _ _ ?_ [] []).symm)
      · rw [h.shape.row_length i hi]; exact hj
      · rw [h.shape.rows_length]; exact hi

theorem le_most (a x : Nat) : a ≤ a + (x - a) ∧ x ≤ a + (x - a) :=
  ⟨Nat.le_add_right _ _, Nat.sub_le_iff_le_add'.mp (Nat.le_refl _)⟩

theorem most_le {a x b : Nat} (ha : a ≤ b) (hx : x ≤ b) : a + (x - a) ≤ b := by
  cases Nat.le_total a x with
  | inl le => rw [Nat.add_sub_of_le le]; exact hx
  | inr le => rw [Nat.sub_eq_zero_of_le le]; exact ha

theorem field_le_most (s m N : Nat) {d l : Nat} (hl : l < d) : field s m N l ≤ fieldMost s m N d := by
  induction d with
  | zero => exact absurd hl (Nat.not_lt_zero l)
  | succ d ih =>
    cases Nat.lt_or_ge l d with
    | inl lt => exact Nat.le_trans (ih lt) (le_most _ _).left
    | inr ge =>
      rw [Nat.le_antisymm (Nat.le_of_lt_succ hl) ge]
      exact (le_most (fieldMost s m N d) _).right

theorem fieldMost_le {s m N b d : Nat} (h : ∀ l, l < d → field s m N l ≤ b) : fieldMost s m N d ≤ b := by
  induction d with
  | zero => exact Nat.zero_le b
  | succ d ih => exact most_le (ih fun l hl => h l (Nat.lt_trans hl (Nat.lt_succ_self d))) (h d (Nat.lt_succ_self d))

theorem lack_le (s m N top : Nat) {d l : Nat} (hl : l < d) : top - field s m N l ≤ fieldLack s m N top d := by
  induction d with
  | zero => exact absurd hl (Nat.not_lt_zero l)
  | succ d ih =>
    cases Nat.lt_or_ge l d with
    | inl lt => exact Nat.le_trans (ih lt) (le_most _ _).left
    | inr ge =>
      rw [Nat.le_antisymm (Nat.le_of_lt_succ hl) ge]
      exact (le_most (fieldLack s m N top d) _).right

theorem fieldLack_le {s m N top b d : Nat} (h : ∀ l, l < d → top - field s m N l ≤ b) : fieldLack s m N top d ≤ b := by
  induction d with
  | zero => exact Nat.zero_le b
  | succ d ih => exact most_le (ih fun l hl => h l (Nat.lt_trans hl (Nat.lt_succ_self d))) (h d (Nat.lt_succ_self d))

/-- What a row of fields lacks at most to its greatest is its range. -/
theorem range_eq {s m N c : Nat} {xs : List Nat} (len : xs.length = c) (h : ∀ j, j < c → xs.getD j 0 = field s m N j) :
    fieldLack s m N (fieldMost s m N c) c = range xs := by
  subst len
  have r : range xs = maxList xs - minList (maxList xs) xs := Nat.force_eq (maxList xs) fun top => Nat.sub top (minList top xs)
  have top : fieldMost s m N xs.length = maxList xs := Nat.le_antisymm (fieldMost_le fun l hl => h l hl ▸ le_maxList hl)
    (maxList_le fun j hj => h j hj ▸ field_le_most s m N hj)
  rw [r, top]
  refine Nat.le_antisymm (fieldLack_le fun l hl => Nat.sub_le_sub_left (h l hl ▸ minList_le hl) _) ?_
  have least : maxList xs - fieldLack s m N (maxList xs) xs.length ≤ minList (maxList xs) xs := by
    refine le_minList (Nat.sub_le _ _) fun j hj => ?_
    rw [h j hj]
    exact Nat.sub_le_iff_le_add.mpr (Nat.sub_le_iff_le_add'.mp (lack_le s m N (maxList xs) hj))
  exact Nat.le_trans (Nat.sub_le_sub_left least _) (Nat.sub_le_iff_le_add'.mpr (Nat.sub_le_iff_le_add.mp (Nat.le_refl _)))

/-- The ranges of the rows. -/
theorem Holds.ranges {G : Grid} {M : Mat} {r c : Nat} (h : G.Holds M r c) : G.ranges c = mapFold range M.rows := by
  unfold Grid.ranges
  rw [Nat.force_eq, Nat.force_eq]
  refine List.ext_getD 0 ((length_mapFold _ _).trans (h.length.trans (h.shape.rows_length.symm.trans (length_mapFold _ _).symm))) fun i hi => ?_
  rw [length_mapFold, h.length] at hi
  rw [getD_mapFold _ _ (h.length.symm ▸ hi) 0, getD_mapFold _ _ (h.shape.rows_length.symm ▸ hi) [], Nat.force_eq]
  exact range_eq (h.shape.row_length i hi) fun j hj => h.field hi hj

theorem fieldAbsDot_eq (s m off : Nat) (ds : List Nat) (N : Nat) :
    fieldAbsDot s m off ds N = total ds.length fun l => distance (field s m N l) off * ds.getD l 0 := by
  induction ds generalizing N with
  | nil => rfl
  | cons d ds ih =>
    have first : Nat.land N m = field s m N 0 := by
      show _ = Nat.land (N / 2 ^ (s * 0)) m
      rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one]
    have next (l : Nat) : field s m (Nat.shiftRight N s) l = field s m N (l + 1) := by
      show Nat.land (N / 2 ^ s / 2 ^ (s * l)) m = Nat.land (N / 2 ^ (s * l + s)) m
      rw [Nat.div_div_eq_div_mul, ← Nat.pow_add, Nat.add_comm s]
    show distance (Nat.land N m) off * d + fieldAbsDot s m off ds (Nat.shiftRight N s) = total (ds.length + 1) _
    rw [total_succ', ih, first]
    exact congrArg (_ + ·) (total_congr fun l _ => congrArg (distance · off * _) (next l))

theorem absDot_eq_total {off d : Nat} {xs ds : List Nat} (hx : xs.length = d) (hd : ds.length = d) :
    absDot off xs ds = total d fun l => distance (xs.getD l 0) off * ds.getD l 0 := by
  induction d generalizing xs ds with
  | zero =>
    match xs, hx with
    | [], _ => rfl
  | succ d ih =>
    match xs, ds, hx, hd with
    | x :: xs, y :: ds, hx, hd =>
      rw [total_succ']
      exact congrArg (distance x off * y + ·) (ih (Nat.succ.inj hx) (Nat.succ.inj hd))

/-- What the rows add up to at most. -/
theorem Holds.absDots {G : Grid} {M : Mat} {r d : Nat} (h : G.Holds M r d) {ds : List Nat} (len : ds.length = d) :
    G.absDots ds = mapFold (fun xs => absDot M.off xs ds) M.rows := by
  unfold Grid.absDots
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine List.ext_getD 0 ((length_mapFold _ _).trans (h.length.trans (h.shape.rows_length.symm.trans (length_mapFold _ _).symm))) fun i hi => ?_
  rw [length_mapFold, h.length] at hi
  rw [getD_mapFold _ _ (h.length.symm ▸ hi) 0, getD_mapFold _ _ (h.shape.rows_length.symm ▸ hi) [], fieldAbsDot_eq, len,
    absDot_eq_total (h.shape.row_length i hi) len, h.off]
  exact total_congr fun l hl => congrArg (distance · M.off * ds.getD l 0) (h.field hi hl).symm

end Grid
end Compact
