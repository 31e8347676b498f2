prelude
import Compact.Packed.Fields
import Compact.Transformer.Chain.Signed
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

end Grid
end Compact
