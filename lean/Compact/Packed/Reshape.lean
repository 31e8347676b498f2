prelude
import Compact.Packed.Mat
import Compact.Field.Cast
import Compact.Field.Arith
/-!
# Transposing a matrix, and adding a row to every row

Both on lists, one step an entry.
-/
namespace Compact

/-- Put the entries of a row in front of the columns. -/
noncomputable def consRow (xs : List Nat) (cols : List (List Nat)) : List (List Nat) :=
  foldZip (fun x col ih => (x :: col) :: ih) [] xs cols

/-- `c` empty columns. -/
noncomputable def emptyCols (c : Nat) : List (List Nat) :=
  Nat.rec (motive := fun _ => List (List Nat)) [] (fun _ ih => [] :: ih) c

/-- The columns of rows of length `c`. -/
noncomputable def columns (c : Nat) (rows : List (List Nat)) : List (List Nat) := fold consRow (emptyCols c) rows

/-- The transpose of a matrix with `c` columns. -/
noncomputable def Mat.transpose (c : Nat) (M : Mat) : Mat := ⟨M.off, columns c M.rows⟩

/-- Entrywise sum of two rows. -/
noncomputable def addLists (xs ys : List Nat) : List Nat := foldZip (fun x y ih => Nat.add x y :: ih) [] xs ys

/-- Row `i` of `B` added to every row of `A`. -/
noncomputable def Mat.addRow (A B : Mat) (i : Nat) : Mat :=
  ⟨Nat.add A.off B.off, forceList (B.rows.getD i []) fun ys => mapFold (fun xs => addLists xs ys) A.rows⟩

section lists

theorem length_consRow {xs : List Nat} {cols : List (List Nat)} (h : xs.length = cols.length) :
    (consRow xs cols).length = cols.length := by
  induction xs generalizing cols with
  | nil => exact h
  | cons x xs ih =>
    match cols, h with
    | _ :: cols, h => exact congrArg Nat.succ (ih (Nat.succ.inj h))

theorem getD_consRow {xs : List Nat} {cols : List (List Nat)} (h : xs.length = cols.length) {j : Nat}
    (hj : j < xs.length) : (consRow xs cols).getD j [] = xs.getD j 0 :: cols.getD j [] := by
  induction xs generalizing cols j with
  | nil => exact absurd hj (Nat.not_lt_zero j)
  | cons x xs ih =>
    match cols, h, j, hj with
    | _ :: cols, h, 0, _ => rfl
    | _ :: cols, h, j + 1, hj => exact ih (Nat.succ.inj h) (Nat.lt_of_succ_lt_succ hj)

theorem length_emptyCols (c : Nat) : (emptyCols c).length = c := by
  induction c with
  | zero => rfl
  | succ c ih => exact congrArg Nat.succ ih

theorem getD_emptyCols (c j : Nat) : (emptyCols c).getD j [] = [] := by
  induction c generalizing j with
  | zero => rfl
  | succ c ih =>
    cases j with
    | zero => rfl
    | succ j => exact ih j

/-- All rows have `c` entries. -/
def RowsLength (c : Nat) (rows : List (List Nat)) : Prop := ∀ i, i < rows.length → (rows.getD i []).length = c

theorem RowsLength.tail {c : Nat} {xs : List Nat} {rows : List (List Nat)} (h : RowsLength c (xs :: rows)) :
    RowsLength c rows := fun i hi => h (i + 1) (Nat.succ_lt_succ hi)

theorem length_columns {c : Nat} {rows : List (List Nat)} (h : RowsLength c rows) : (columns c rows).length = c := by
  induction rows with
  | nil => exact length_emptyCols c
  | cons xs rows ih =>
    have ih := ih h.tail
    exact (length_consRow ((h 0 (Nat.zero_lt_succ _)).trans ih.symm)).trans ih

theorem getD_columns {c : Nat} {rows : List (List Nat)} (h : RowsLength c rows) {j : Nat} (hj : j < c) :
    ((columns c rows).getD j []).length = rows.length ∧
      ∀ i, ((columns c rows).getD j []).getD i 0 = (rows.getD i []).getD j 0 := by
  induction rows with
  | nil =>
    have e : (columns c []).getD j [] = [] := getD_emptyCols c j
    rw [e]
    exact ⟨rfl, fun _ => rfl⟩
  | cons xs rows ih =>
    have hx : xs.length = c := h 0 (Nat.zero_lt_succ _)
    have e : (columns c (xs :: rows)).getD j [] = xs.getD j 0 :: (columns c rows).getD j [] :=
      getD_consRow (hx.trans (length_columns h.tail).symm) (hx.symm ▸ hj)
    rw [e]
    refine ⟨congrArg Nat.succ (ih h.tail).left, fun i => ?_⟩
    cases i with
    | zero => rfl
    | succ i => exact (ih h.tail).right i

theorem addLists_spec {c : Nat} {xs ys : List Nat} (hx : xs.length = c) (hy : ys.length = c) :
    (addLists xs ys).length = c ∧ ∀ j, (addLists xs ys).getD j 0 = xs.getD j 0 + ys.getD j 0 := by
  induction xs generalizing c ys with
  | nil =>
    match ys, hx.trans hy.symm with
    | [], _ => exact ⟨hx, fun _ => rfl⟩
  | cons x xs ih =>
    match ys, hx.trans hy.symm with
    | y :: ys, e =>
      subst hx
      have ih := ih rfl (Nat.succ.inj e).symm
      refine ⟨congrArg Nat.succ ih.left, fun j => ?_⟩
      cases j with
      | zero => rfl
      | succ j => exact ih.right j

end lists

namespace Mat.Shape
variable {A B M : Mat} {r c d : Nat}

theorem rowsLength (h : M.Shape r c) : RowsLength c M.rows := fun i hi => h.row_length i (h.rows_length ▸ hi)

theorem get_transpose (h : M.Shape r c) {j : Nat} (hj : j < c) (i : Nat) :
    (M.transpose c).get j i = M.get i j := (getD_columns h.rowsLength hj).right i

theorem val_transpose (R : Type) [ExpField R] (h : M.Shape r c) {j : Nat} (hj : j < c) (i : Nat) :
    (M.transpose c).val R j i = M.val R i j :=
  congrArg (fun x => ofNat R x - ofNat R M.off) (h.get_transpose hj i)

theorem transpose (h : M.Shape r c) : (M.transpose c).Shape c r where
  rows_length := length_columns h.rowsLength
  row_length _ hj := (getD_columns h.rowsLength hj).left.trans h.rows_length
  le j i hj hi := h.get_transpose hj i ▸ h.le i j hi hj

theorem row_addRow (hA : A.Shape r c) {i p : Nat} (hi : i < r) :
    (A.addRow B p).rows.getD i [] = addLists (A.rows.getD i []) (B.rows.getD p []) := by
  unfold addRow
  rw [forceList_eq]
  exact getD_mapFold _ _ (hA.rows_length.symm ▸ hi) [] []

theorem get_addRow (hA : A.Shape r c) (hB : B.Shape d c) {i p : Nat} (hi : i < r) (hp : p < d) (j : Nat) :
    (A.addRow B p).get i j = A.get i j + B.get p j := by
  show ((A.addRow B p).rows.getD i []).getD j 0 = _
  rw [hA.row_addRow hi]
  exact (addLists_spec (hA.row_length i hi) (hB.row_length p hp)).right j

theorem addRow (hA : A.Shape r c) (hB : B.Shape d c) {p : Nat} (hp : p < d) : (A.addRow B p).Shape r c where
  rows_length := by
    unfold Mat.addRow
    rw [forceList_eq]
    exact (length_mapFold _ _).trans hA.rows_length
  row_length i hi := by
    rw [hA.row_addRow hi]
    exact (addLists_spec (hA.row_length i hi) (hB.row_length p hp)).left
  le i j hi hj := by
    rw [hA.get_addRow hB hi hp]
    show _ ≤ 2 * (A.off + B.off)
    rw [Nat.mul_add]
    exact Nat.add_le_add (hA.le i j hi hj) (hB.le p j hp hj)

theorem val_addRow (R : Type) [ExpField R] (hA : A.Shape r c) (hB : B.Shape d c) {i p : Nat} (hi : i < r) (hp : p < d)
    (j : Nat) : (A.addRow B p).val R i j = A.val R i j + B.val R p j := by
  show ofNat R ((A.addRow B p).get i j) - ofNat R (A.off + B.off) = _
  rw [hA.get_addRow hB hi hp, ofNat_add, ofNat_add]
  exact add_sub_add_comm _ _ _ _

end Mat.Shape
end Compact
