prelude
import Compact.Packed.All
/-!
# A list as rows

The kernel needs a step for each entry of a list that it passes.  With the list in rows of `k` entries, an entry is found
after a few rows and a few places in its row.
-/
namespace Compact
namespace Network
noncomputable section

/-- Go on with the first `k` entries, and with what follows them. -/
def split {α : Type} (k : Nat) : List Nat → (List Nat → List Nat → α) → α :=
  Nat.rec (motive := fun _ => List Nat → (List Nat → List Nat → α) → α) (fun xs next => next [] xs)
    (fun _ ih xs next => List.rec (motive := fun _ => α) (next [] [])
      (fun x xs _ => ih xs fun row rest => next (x :: row) rest) xs) k

/-- Go on with `m` rows of `k` entries. -/
def inRows {α : Type} (k m : Nat) : List Nat → (List (List Nat) → α) → α :=
  Nat.rec (motive := fun _ => List Nat → (List (List Nat) → α) → α) (fun _ next => next [])
    (fun _ ih xs next => split k xs fun row rest => ih rest fun rows => next (row :: rows)) m

/-- The entry `i` of the list that was put in rows. -/
def entryAt (k : Nat) (rows : List (List Nat)) (i : Nat) : Nat := nth 0 (nth [] rows (Nat.div i k)) (Nat.mod i k)

end

/-! ## What they are -/

/-- The first `k` entries. -/
def first : Nat → List Nat → List Nat
  | 0, _ => []
  | _ + 1, [] => []
  | k + 1, x :: xs => x :: first k xs

/-- What follows the first `k` entries. -/
def after : Nat → List Nat → List Nat
  | 0, xs => xs
  | _ + 1, [] => []
  | k + 1, _ :: xs => after k xs

/-- `m` rows of `k` entries. -/
def rowsOf (k : Nat) : Nat → List Nat → List (List Nat)
  | 0, _ => []
  | m + 1, xs => first k xs :: rowsOf k m (after k xs)

theorem split_eq {α : Type} (k : Nat) (xs : List Nat) (next : List Nat → List Nat → α) :
    split k xs next = next (first k xs) (after k xs) := by
  induction k generalizing xs next with
  | zero => rfl
  | succ k ih =>
    match xs with
    | [] => rfl
    | x :: xs => exact ih xs fun row rest => next (x :: row) rest

theorem inRows_eq {α : Type} (k m : Nat) (xs : List Nat) (next : List (List Nat) → α) :
    inRows k m xs next = next (rowsOf k m xs) := by
  induction m generalizing xs next with
  | zero => rfl
  | succ m ih =>
    show (split k xs fun row rest => inRows k m rest fun rows => next (row :: rows)) = _
    rw [split_eq, ih]
    rfl

theorem getD_first {k r : Nat} (hr : r < k) (xs : List Nat) : (first k xs).getD r 0 = xs.getD r 0 := by
  induction k generalizing r xs with
  | zero => exact absurd hr (Nat.not_lt_zero r)
  | succ k ih =>
    match xs, r with
    | [], _ => rfl
    | _ :: _, 0 => rfl
    | _ :: xs, r + 1 => exact ih (Nat.lt_of_succ_lt_succ hr) xs

theorem getD_after (k i : Nat) (xs : List Nat) : (after k xs).getD i 0 = xs.getD (k + i) 0 := by
  induction k generalizing xs with
  | zero => exact congrArg (xs.getD · 0) (Nat.zero_add i).symm
  | succ k ih =>
    rw [Nat.succ_add]
    match xs with
    | [] => rfl
    | _ :: xs => exact ih xs

theorem getD_rowsOf {k m c r : Nat} (hc : c < m) (hr : r < k) (xs : List Nat) :
    ((rowsOf k m xs).getD c []).getD r 0 = xs.getD (k * c + r) 0 := by
  induction m generalizing c xs with
  | zero => exact absurd hc (Nat.not_lt_zero c)
  | succ m ih =>
    cases c with
    | zero =>
      rw [Nat.mul_zero, Nat.zero_add]
      exact getD_first hr xs
    | succ c =>
      refine (ih (Nat.lt_of_succ_lt_succ hc) (after k xs)).trans ?_
      rw [getD_after, Nat.mul_succ, Nat.add_comm (k * c) k, Nat.add_assoc]

/-- An entry is found where it belongs. -/
theorem entryAt_rowsOf {k m i : Nat} (hi : i < m * k) (xs : List Nat) : entryAt k (rowsOf k m xs) i = xs.getD i 0 := by
  have hk : 0 < k := Nat.pos_of_ne_zero fun e => by
    rw [e, Nat.mul_zero] at hi
    exact Nat.not_lt_zero i hi
  unfold entryAt
  rw [nth_eq, nth_eq]
  show ((rowsOf k m xs).getD (i / k) []).getD (i % k) 0 = _
  rw [getD_rowsOf ((Nat.div_lt_iff_lt_mul hk).mpr hi) (Nat.mod_lt i hk), Nat.add_comm, Nat.mod_add_div]

end Network
end Compact
