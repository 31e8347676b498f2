prelude
import Compact.Transformer.Enclosure.Narrow
/-!
# The rounded rows, entry by entry

A checker that is given the place of the largest or smallest entry of an exact row need not look for it.
-/
namespace Compact

theorem maxList_le {xs : List Nat} {b : Nat} (h : ∀ j, j < xs.length → xs.getD j 0 ≤ b) : maxList xs ≤ b := by
  induction xs with
  | nil => exact Nat.zero_le b
  | cons x xs ih =>
    have e : maxList (x :: xs) = Bool.rec (motive := fun _ => Nat) x (maxList xs) (Nat.ble x (maxList xs)) :=
      Nat.force_eq (maxList xs) fun m => Bool.rec (motive := fun _ => Nat) x m (Nat.ble x m)
    rw [e]
    cases Nat.ble x (maxList xs) with
    | true => exact ih fun j hj => h (j + 1) (Nat.succ_lt_succ hj)
    | false => exact h 0 (Nat.zero_lt_succ _)

theorem le_minList {xs : List Nat} {b top : Nat} (htop : b ≤ top) (h : ∀ j, j < xs.length → b ≤ xs.getD j 0) :
    b ≤ minList top xs := by
  induction xs with
  | nil => exact htop
  | cons x xs ih =>
    have e : minList top (x :: xs) = Bool.rec (motive := fun _ => Nat) (minList top xs) x (Nat.ble x (minList top xs)) :=
      Nat.force_eq (minList top xs) fun m => Bool.rec (motive := fun _ => Nat) m x (Nat.ble x m)
    rw [e]
    cases Nat.ble x (minList top xs) with
    | true => exact h 0 (Nat.zero_lt_succ _)
    | false => exact ih fun j hj => h (j + 1) (Nat.succ_lt_succ hj)

section
variable {xs : List Nat} {i : Nat} (hi : i < xs.length)
include hi

/-- A largest entry is the maximum. -/
theorem maxList_eq (h : ∀ j, j < xs.length → xs.getD j 0 ≤ xs.getD i 0) : maxList xs = xs.getD i 0 :=
  Nat.le_antisymm (maxList_le h) (le_maxList hi)

/-- A smallest entry is the minimum. -/
theorem minList_eq (h : ∀ j, j < xs.length → xs.getD i 0 ≤ xs.getD j 0) : minList (maxList xs) xs = xs.getD i 0 :=
  Nat.le_antisymm (minList_le hi) (le_minList (le_maxList hi) h)

/-- An entry of a row of rounded logits, `i` being a place of the smallest. -/
theorem getD_roundRow (c : Params) (num : Nat) (h : ∀ j, j < xs.length → xs.getD i 0 ≤ xs.getD j 0) {j : Nat}
    (hj : j < xs.length) : (roundRow c num xs).getD j 0 = (xs.getD j 0 - xs.getD i 0) * num / 2 ^ c.shift := by
  unfold roundRow
  rw [Nat.force_eq, getD_mapFold _ _ hj 0, minList_eq hi h]
  rfl

end

/-- Bounds of exponentials, from their arguments. -/
noncomputable def exps (c : Params) (ys : List Nat) : List (Nat × Nat) :=
  mapFold c.form.bounds ys

/-- A row of bounds of exponentials, `i` being a place of the largest score. -/
theorem exps_eq (c : Params) (num den : Nat) {xs ys : List Nat} {i : Nat} (hi : i < xs.length)
    (h : ∀ j, j < xs.length → xs.getD j 0 ≤ xs.getD i 0) (len : ys.length = xs.length)
    (hy : ∀ j, j < xs.length →
      ys.getD j 0 = (xs.getD i 0 - xs.getD j 0) * (num * 2 ^ (2 * c.form.half)) / den) :
    exps c ys = expRow c num den xs := by
  unfold expRow exps
  rw [Nat.force_eq, maxList_eq hi h]
  refine List.ext_getD (0, 0) ((length_mapFold _ _).trans (len.trans (length_mapFold _ _).symm)) fun j hj => ?_
  rw [length_mapFold] at hj
  rw [getD_mapFold _ _ hj 0, getD_mapFold _ _ (len ▸ hj) 0, Nat.force_eq, hy j (len ▸ hj), ← Nat.mul_assoc]
  rfl

/-- Rows of small numbers are narrow. -/
theorem narrowRows_of {width : Nat} {rows : List (List Nat)}
    (h : ∀ i, i < rows.length → ∀ j, j < (rows.getD i []).length → (rows.getD i []).getD j 0 < 2 ^ width) :
    narrowRows width rows = true := by
  induction rows with
  | nil => rfl
  | cons xs rows ih =>
    refine Bool.and_eq_true_iff.mpr ⟨Nat.ble_eq_true_of_le (Nat.succ_le_of_lt ?_), ih fun i hi => h (i + 1) (Nat.succ_lt_succ hi)⟩
    have small := h 0 (Nat.zero_lt_succ _)
    have le : maxList xs ≤ 2 ^ width - 1 := maxList_le fun j hj => Nat.le_sub_of_add_le (b := 1) (small j hj)
    exact Nat.lt_of_le_of_lt le (Nat.sub_lt (Nat.two_pow_pos width) Nat.one_pos)

end Compact
