prelude
import Compact.Packed.Mat
/-!
# Some rows of a list

`slice lo len xs` are the entries `lo, ..., lo + len - 1`: what a check of one block looks at.
-/
namespace Compact
noncomputable section

/-- A list without its first `lo` entries. -/
def dropped {α : Type} (lo : Nat) : List α → List α :=
  Nat.rec (motive := fun _ => List α → List α) (fun xs => xs)
    (fun _ ih xs => List.rec (motive := fun _ => List α) [] (fun _ xs _ => ih xs) xs) lo

/-- The first `n` entries. -/
def firstOf {α : Type} (n : Nat) : List α → List α :=
  Nat.rec (motive := fun _ => List α → List α) (fun _ => [])
    (fun _ ih xs => List.rec (motive := fun _ => List α) [] (fun x xs _ => x :: ih xs) xs) n

/-- The entries `lo, ..., lo + len - 1`. -/
def slice {α : Type} (lo len : Nat) (xs : List α) : List α := firstOf len (dropped lo xs)

/-- The rows `lo, ..., lo + len - 1` of a matrix. -/
def Mat.slice (lo len : Nat) (M : Mat) : Mat := ⟨M.off, Compact.slice lo len M.rows⟩

end

section
variable {α : Type}

theorem getD_dropped (lo : Nat) (xs : List α) (i : Nat) (d : α) : (dropped lo xs).getD i d = xs.getD (lo + i) d := by
  induction lo generalizing xs with
  | zero => rw [Nat.zero_add]; rfl
  | succ lo ih =>
    rw [Nat.succ_add]
    cases xs with
    | nil => rfl
    | cons x xs => exact ih xs

theorem length_dropped (lo : Nat) (xs : List α) : (dropped lo xs).length = xs.length - lo := by
  induction lo generalizing xs with
  | zero => rfl
  | succ lo ih =>
    cases xs with
    | nil => exact (Nat.zero_sub _).symm
    | cons x xs =>
      refine (ih xs).trans ?_
      show _ = xs.length + 1 - (lo + 1)
      rw [Nat.add_sub_add_right]

theorem getD_firstOf {n i : Nat} (hi : i < n) (xs : List α) (d : α) : (firstOf n xs).getD i d = xs.getD i d := by
  induction n generalizing i xs with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ n ih =>
    cases xs with
    | nil => rfl
    | cons x xs =>
      cases i with
      | zero => rfl
      | succ i => exact ih (Nat.lt_of_succ_lt_succ hi) xs

theorem length_firstOf {n : Nat} {xs : List α} (h : n ≤ xs.length) : (firstOf n xs).length = n := by
  induction n generalizing xs with
  | zero => rfl
  | succ n ih =>
    cases xs with
    | nil => exact absurd h (Nat.not_succ_le_zero n)
    | cons x xs => exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ h))

theorem getD_slice {lo len i : Nat} (hi : i < len) (xs : List α) (d : α) : (slice lo len xs).getD i d = xs.getD (lo + i) d :=
  (getD_firstOf hi _ d).trans (getD_dropped lo xs i d)

theorem length_slice {lo len : Nat} {xs : List α} (h : lo + len ≤ xs.length) : (slice lo len xs).length = len :=
  length_firstOf (length_dropped lo xs ▸ Nat.le_sub_of_add_le (Nat.add_comm lo len ▸ h))

end

namespace Mat
variable {M : Mat} {r c lo len : Nat}

theorem get_slice {i : Nat} (hi : i < len) (j : Nat) : (M.slice lo len).get i j = M.get (lo + i) j :=
  congrArg (fun row => List.getD row j 0) (getD_slice hi M.rows [])

theorem val_slice (R : Type) [ExpField R] {i : Nat} (hi : i < len) (j : Nat) : (M.slice lo len).val R i j = M.val R (lo + i) j :=
  congrArg (fun x => ofNat R x - ofNat R M.off) (get_slice hi j)

theorem Shape.slice (h : M.Shape r c) (hr : lo + len ≤ r) : (M.slice lo len).Shape len c where
  rows_length := length_slice (h.rows_length.symm ▸ hr)
  row_length i hi := by
    show (List.getD (Compact.slice lo len M.rows) i []).length = c
    rw [getD_slice hi M.rows []]
    exact h.row_length _ (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hr)
  le i j hi hj := by
    rw [get_slice hi j]
    exact h.le _ j (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hr) hj

end Mat
end Compact
