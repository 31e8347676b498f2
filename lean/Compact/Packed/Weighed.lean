prelude
import Compact.Packed.Fields
import Compact.Packed.Running
import Compact.Packed.ExpTable
/-!
# A weighed sum of packed rows, as a function

`dot` runs over two lists.  Where the same rows are combined with many different numbers, the rows are better made into a function once
(`withWeighed`) and the numbers into one packed number: to apply a function costs the kernel a fifth of a step along lists.
-/
namespace Compact
noncomputable section

/-- The rows from number `j` on, each times its lane of `X`; rows that are zero are left out. -/
def weighed (L : Nat) (place : Nat → Nat) (rows : List Nat) : Nat → Nat → Nat :=
  fold (fun row ih j => Nat.rec (motive := fun _ => Nat → Nat) (ih (Nat.succ j))
    (fun _ _ X => Nat.add (Nat.mul (readLane L X (place j)) row) (ih (Nat.succ j) X)) row) (fun _ _ => 0) rows

/-- Evaluate the rows and make them a function, then go on with it. -/
def withWeighed {α : Type} (L : Nat) (place : Nat → Nat) (rows : List Nat) : Nat → ((Nat → Nat) → α) → α :=
  fold (fun row ih j k => Nat.force j fun j => Nat.force row fun row => Nat.rec (motive := fun _ => α) (ih (Nat.succ j) k)
    (fun _ _ => Nat.force (Nat.mul L (place j)) fun s => Nat.force (Nat.pow 2 L) fun M => ih (Nat.succ j) fun f =>
      k fun X => Nat.add (Nat.mul (Nat.mod (Nat.shiftRight X s) M) row) (f X)) row) (fun _ k => k fun _ => 0) rows

end

theorem withWeighed_eq {α : Type} (L : Nat) (place : Nat → Nat) (rows : List Nat) (j : Nat) (k : (Nat → Nat) → α) :
    withWeighed L place rows j k = k (weighed L place rows j) := by
  induction rows generalizing j k with
  | nil => rfl
  | cons row rows ih =>
    show Nat.force j (fun j => Nat.force row fun row => Nat.rec (motive := fun _ => α) (withWeighed L place rows (Nat.succ j) k)
      (fun _ _ => Nat.force (Nat.mul L (place j)) fun s => Nat.force (Nat.pow 2 L) fun M => withWeighed L place rows (Nat.succ j) fun f =>
        k fun X => Nat.add (Nat.mul (Nat.mod (Nat.shiftRight X s) M) row) (f X)) row) = _
    rw [Nat.force_eq, Nat.force_eq]
    cases row with
    | zero => exact ih (j + 1) k
    | succ r =>
      show Nat.force (Nat.mul L (place j)) (fun s => Nat.force (Nat.pow 2 L) fun M => withWeighed L place rows (Nat.succ j) fun f =>
        k fun X => Nat.add (Nat.mul (Nat.mod (Nat.shiftRight X s) M) (r + 1)) (f X)) = _
      rw [Nat.force_eq, Nat.force_eq, ih]
      rfl

theorem weighed_cons (L : Nat) (place : Nat → Nat) (row : Nat) (rows : List Nat) (j X : Nat) :
    weighed L place (row :: rows) j X = digit L X (place j) * row + weighed L place rows (j + 1) X := by
  cases row with
  | zero =>
    rw [Nat.mul_zero, Nat.zero_add]
    rfl
  | succ r => rfl

/-- **What the function gives**, where rows are packed. -/
theorem weighed_pack (L v : Nat) (place : Nat → Nat) (X : Nat) {rows : List Nat} {f : Nat → Nat → Nat}
    (h : ∀ i, i < rows.length → rows.getD i 0 = pack L v (f i)) (j : Nat) :
    weighed L place rows j X = pack L v fun t => total rows.length fun i => digit L X (place (j + i)) * f i t := by
  induction rows generalizing f j with
  | nil => exact (pack_zero L v).symm
  | cons row rows ih =>
    have first : row = pack L v (f 0) := h 0 (Nat.zero_lt_succ _)
    rw [weighed_cons, ih (f := fun i => f (i + 1)) fun i hi => h (i + 1) (Nat.succ_lt_succ hi), first, mul_pack, pack_add]
    refine pack_congr L fun t _ => Eq.trans ?_ (total_succ' rows.length fun i => digit L X (place (j + i)) * f i t).symm
    refine congrArg (digit L X (place j) * f 0 t + ·) (total_congr fun i _ => ?_)
    rw [Nat.add_assoc, Nat.add_comm 1]

/-- The lanes of rows that are joined. -/
theorem digit_packList {L n : Nat} {rows : List Nat} {g : Nat → Nat → Nat} (h : ∀ b, b < rows.length → rows.getD b 0 = pack L n (g b))
    (lt : ∀ b j, b < rows.length → j < n → g b j < 2 ^ L) {b j : Nat} (hb : b < rows.length) (hj : j < n) :
    digit L (packList (L * n) rows) (n * b + j) = g b j := by
  have lane (i : Nat) (_ : i < n * rows.length) : digit L (packList (L * n) rows) i < 2 ^ L := Nat.mod_lt _ (Nat.two_pow_pos L)
  have row : digit (L * n) (packList (L * n) rows) b = pack L n (g b) := by
    rw [packList_eq, digit_pack _ (fun i hi => (h i hi).symm ▸ pack_lt _ fun j hj => lt i j hi hj) hb, h b hb]
  have cut := row.symm.trans ((congrArg (fun N => digit (L * n) N b) (packList_rows h lt)).trans (digit_row lane hb))
  exact (pack_inj (fun j hj => lt b j hb hj) (fun j _ => Nat.mod_lt _ (Nat.two_pow_pos L)) cut hj).symm

end Compact
