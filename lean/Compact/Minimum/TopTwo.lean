prelude
import Compact.Minimum.Running
import Compact.Packed.Mat
/-!
# The two largest entries of a row

Every entry but one is at most the largest of the row, or the second largest if that one is the largest (`others`).
So one pass over a row bounds, for each output, all other outputs.
-/
namespace Compact

/-- The largest and the second largest number of a list (equal if the largest occurs twice). -/
noncomputable def topTwo (xs : List Nat) : Nat × Nat :=
  fold (fun x p => Bool.rec (motive := fun _ => Nat × Nat) (p.1, greatest p.2 x) (x, p.1) (Nat.ble p.1 x)) (0, 0) xs

/-- Evaluate them, then go on with them. -/
noncomputable def forceTopTwo {α : Type} (xs : List Nat) : (Nat → Nat → α) → α :=
  fold (fun x ih k => Nat.force x fun x => ih fun a b =>
    Bool.rec (motive := fun _ => α) (Nat.force (greatest b x) fun b => k a b) (k x a) (Nat.ble a x))
    (fun k => k 0 0) xs

/-- The largest of the other numbers, next to a number `x` of the list. -/
noncomputable def others (a b x : Nat) : Nat := Bool.rec (motive := fun _ => Nat) a b (Nat.beq x a)

theorem forceTopTwo_eq {α : Type} (xs : List Nat) (k : Nat → Nat → α) :
    forceTopTwo xs k = k (topTwo xs).1 (topTwo xs).2 := by
  induction xs generalizing k with
  | nil => rfl
  | cons x xs ih =>
    show Nat.force x (fun x => forceTopTwo xs fun a b =>
      Bool.rec (motive := fun _ => α) (Nat.force (greatest b x) fun b => k a b) (k x a) (Nat.ble a x)) =
      k (Bool.rec (motive := fun _ => Nat × Nat) ((topTwo xs).1, greatest (topTwo xs).2 x) (x, (topTwo xs).1)
        (Nat.ble (topTwo xs).1 x)).1 (Bool.rec (motive := fun _ => Nat × Nat) ((topTwo xs).1, greatest (topTwo xs).2 x)
        (x, (topTwo xs).1) (Nat.ble (topTwo xs).1 x)).2
    rw [Nat.force_eq, ih, Nat.force_eq]
    cases Nat.ble (topTwo xs).1 x with
    | true => rfl
    | false => rfl

theorem topTwo_cons (x : Nat) (xs : List Nat) :
    topTwo (x :: xs) = ((topTwo xs).1, greatest (topTwo xs).2 x) ∧ x ≤ (topTwo xs).1 ∨
      topTwo (x :: xs) = (x, (topTwo xs).1) ∧ (topTwo xs).1 ≤ x := by
  have e : topTwo (x :: xs) = Bool.rec (motive := fun _ => Nat × Nat) ((topTwo xs).1, greatest (topTwo xs).2 x)
    (x, (topTwo xs).1) (Nat.ble (topTwo xs).1 x) := rfl
  rw [e]
  cases h : Nat.ble (topTwo xs).1 x with
  | true => exact Or.inr ⟨rfl, Nat.le_of_ble_eq_true h⟩
  | false => exact Or.inl ⟨rfl, Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))⟩

theorem le_topTwo {xs : List Nat} {j : Nat} (hj : j < xs.length) : xs.getD j 0 ≤ (topTwo xs).1 := by
  induction xs generalizing j with
  | nil => exact absurd hj (Nat.not_lt_zero j)
  | cons x xs ih =>
    cases j with
    | zero =>
      match topTwo_cons x xs with
      | .inl ⟨e, h⟩ => rw [e]; exact h
      | .inr ⟨e, _⟩ => rw [e]; exact Nat.le_refl x
    | succ j =>
      have ih := ih (Nat.lt_of_succ_lt_succ hj)
      match topTwo_cons x xs with
      | .inl ⟨e, _⟩ => rw [e]; exact ih
      | .inr ⟨e, h⟩ => rw [e]; exact Nat.le_trans ih h

/-- Of two entries at different places one is at most the second largest. -/
theorem le_second {xs : List Nat} {i j : Nat} (hi : i < xs.length) (hj : j < xs.length) (hne : i ≠ j) :
    xs.getD i 0 ≤ (topTwo xs).2 ∨ xs.getD j 0 ≤ (topTwo xs).2 := by
  have head : ∀ (x : Nat) (xs : List Nat) (j : Nat), j < xs.length →
      x ≤ (topTwo (x :: xs)).2 ∨ xs.getD j 0 ≤ (topTwo (x :: xs)).2 := fun x xs j hj => by
    match topTwo_cons x xs with
    | .inl ⟨e, _⟩ => rw [e]; exact Or.inl (le_greatest_right _ _)
    | .inr ⟨e, _⟩ => rw [e]; exact Or.inr (le_topTwo hj)
  induction xs generalizing i j with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    cases i with
    | zero =>
      cases j with
      | zero => exact absurd rfl hne
      | succ j => exact head x xs j (Nat.lt_of_succ_lt_succ hj)
    | succ i =>
      cases j with
      | zero => exact (head x xs i (Nat.lt_of_succ_lt_succ hi)).symm
      | succ j =>
        have ih := ih (Nat.lt_of_succ_lt_succ hi) (Nat.lt_of_succ_lt_succ hj) fun e => hne (congrArg Nat.succ e)
        match topTwo_cons x xs with
        | .inl ⟨e, _⟩ =>
          rw [e]
          exact ih.imp (Nat.le_trans · (le_greatest_left _ _)) (Nat.le_trans · (le_greatest_left _ _))
        | .inr ⟨e, _⟩ => rw [e]; exact Or.inl (le_topTwo (Nat.lt_of_succ_lt_succ hi))

/-- All entries but that at `m`. -/
theorem le_others {xs : List Nat} {m j : Nat} (hm : m < xs.length) (hj : j < xs.length) (hne : j ≠ m) :
    xs.getD j 0 ≤ others (topTwo xs).1 (topTwo xs).2 (xs.getD m 0) := by
  unfold others
  cases h : Nat.beq (xs.getD m 0) (topTwo xs).1 with
  | false => exact le_topTwo hj
  | true =>
    match le_second hj hm hne with
    | .inl h' => exact h'
    | .inr h' => exact Nat.le_trans (le_topTwo hj) (Nat.eq_of_beq_eq_true _ _ h ▸ h')

/-! ## Packed rows with their two largest entries -/

/-- A packed row with its two largest entries. -/
structure TopRow where
  row : Nat
  first : Nat
  second : Nat

namespace TopRow

/-- From the packed row, `v` lanes of `L` bits. -/
noncomputable def of (L v row : Nat) : TopRow := ⟨row, (topTwo (unpack L v row)).1, (topTwo (unpack L v row)).2⟩

/-- Evaluate it, then go on with it. -/
noncomputable def make {α : Type} (L v row : Nat) (k : TopRow → α) : α :=
  Nat.force row fun row => forceTopTwo (unpack L v row) fun a b => k ⟨row, a, b⟩

theorem make_eq {α : Type} (L v row : Nat) (k : TopRow → α) : make L v row k = k (of L v row) := by
  unfold make
  rw [Nat.force_eq, forceTopTwo_eq]
  rfl

/-- The entry at `m`. -/
noncomputable def get (r : TopRow) (L m : Nat) : Nat := readLane L r.row m

/-- A bound of all entries but that at `m`. -/
noncomputable def rest (r : TopRow) (L m : Nat) : Nat := others r.first r.second (readLane L r.row m)

theorem get_of {L v m : Nat} {f : Nat → Nat} (hf : ∀ j, j < v → f j < 2 ^ L) (hm : m < v) :
    (of L v (pack L v f)).get L m = f m := digit_pack L hf hm

theorem le_rest {L v m j : Nat} {f : Nat → Nat} (hf : ∀ j, j < v → f j < 2 ^ L) (hm : m < v) (hj : j < v) (hne : j ≠ m) :
    f j ≤ (of L v (pack L v f)).rest L m := by
  have entry : ∀ i, i < v → (unpack L v (pack L v f)).getD i 0 = f i := fun i hi =>
    (getD_unpack _ _ hi).trans (digit_pack L hf hi)
  have h := le_others (xs := unpack L v (pack L v f)) (m := m) (j := j) (by rw [length_unpack]; exact hm)
    (by rw [length_unpack]; exact hj) hne
  rw [entry j hj, entry m hm] at h
  unfold rest
  have e : readLane L (of L v (pack L v f)).row m = f m := digit_pack L hf hm
  rw [e]
  exact h

end TopRow
end Compact
