prelude
import Compact.Foundation.Nat.Order
/-!
# Deciding `≤` and `<`, and using them in `calc`

The decision procedures evaluate `Nat.ble`, which the kernel computes on binary numbers.
-/
namespace Nat

theorem le_of_ble_eq_true {n m : Nat} (h : ble n m = true) : n ≤ m := by
  induction n generalizing m with
  | zero => exact zero_le m
  | succ n ih =>
    cases m with
    | zero => exact Bool.noConfusion h
    | succ m => exact succ_le_succ (ih h)

theorem ble_eq_true_of_le {n m : Nat} (h : n ≤ m) : ble n m = true := by
  induction n generalizing m with
  | zero => rfl
  | succ n ih =>
    cases m with
    | zero => exact absurd h (not_succ_le_zero n)
    | succ m => exact ih (le_of_succ_le_succ h)

@[extern "lean_nat_dec_le"]
instance decLe (n m : @& Nat) : Decidable (n ≤ m) where
  decide := ble n m
  reflects_decide := match h : ble n m with
    | true => le_of_ble_eq_true h
    | false => fun h' => Bool.ne_true_of_eq_false h (ble_eq_true_of_le h')

@[extern "lean_nat_dec_lt"]
instance decLt (n m : @& Nat) : Decidable (n < m) := decLe (succ n) m

instance : Trans (α := Nat) (β := Nat) (γ := Nat) LE.le LE.le LE.le where trans := Nat.le_trans
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LT.lt LE.le LT.lt where trans := Nat.lt_of_lt_of_le
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LE.le LT.lt LT.lt where trans := Nat.lt_of_le_of_lt
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LT.lt LT.lt LT.lt where trans := Nat.lt_trans

/-- The greater of two numbers. -/
protected def max (a b : Nat) : Nat := if a ≤ b then b else a
/-- The smaller of two numbers. -/
protected def min (a b : Nat) : Nat := if a ≤ b then a else b

protected theorem max_eq_right {a b : Nat} (h : a ≤ b) : Nat.max a b = b := ite_eq_left h

protected theorem max_eq_left {a b : Nat} (h : b ≤ a) : Nat.max a b = a := by
  by_cases h' : a ≤ b
  case pos => exact (Nat.max_eq_right h').trans (Nat.le_antisymm h h')
  case neg => exact ite_eq_right h'

protected theorem min_eq_left {a b : Nat} (h : a ≤ b) : Nat.min a b = a := ite_eq_left h

protected theorem min_eq_right {a b : Nat} (h : b ≤ a) : Nat.min a b = b := by
  by_cases h' : a ≤ b
  case pos => exact (Nat.min_eq_left h').trans (Nat.le_antisymm h' h)
  case neg => exact ite_eq_right h'

protected theorem le_max_left (a b : Nat) : a ≤ Nat.max a b :=
  match Nat.le_total a b with
  | .inl h => (Nat.max_eq_right h).symm ▸ h
  | .inr h => Nat.le_of_eq (Nat.max_eq_left h).symm

protected theorem le_max_right (a b : Nat) : b ≤ Nat.max a b :=
  match Nat.le_total a b with
  | .inl h => Nat.le_of_eq (Nat.max_eq_right h).symm
  | .inr h => (Nat.max_eq_left h).symm ▸ h

protected theorem max_le_of_le {a b c : Nat} (h : a ≤ c) (h' : b ≤ c) : Nat.max a b ≤ c :=
  match Nat.le_total a b with
  | .inl l => (Nat.max_eq_right l).symm ▸ h'
  | .inr l => (Nat.max_eq_left l).symm ▸ h

protected theorem max_le {a b c : Nat} : Nat.max a b ≤ c ↔ a ≤ c ∧ b ≤ c :=
  ⟨fun h => ⟨Nat.le_trans (Nat.le_max_left a b) h, Nat.le_trans (Nat.le_max_right a b) h⟩,
   fun h => Nat.max_le_of_le h.left h.right⟩

protected theorem max_lt_of_lt {a b c : Nat} (h : a < c) (h' : b < c) : Nat.max a b < c :=
  match Nat.le_total a b with
  | .inl l => (Nat.max_eq_right l).symm ▸ h'
  | .inr l => (Nat.max_eq_left l).symm ▸ h

protected theorem max_lt {a b c : Nat} : Nat.max a b < c ↔ a < c ∧ b < c :=
  ⟨fun h => ⟨Nat.lt_of_le_of_lt (Nat.le_max_left a b) h, Nat.lt_of_le_of_lt (Nat.le_max_right a b) h⟩,
   fun h => Nat.max_lt_of_lt h.left h.right⟩

protected theorem max_comm (a b : Nat) : Nat.max a b = Nat.max b a :=
  match Nat.le_total a b with
  | .inl h => (Nat.max_eq_right h).trans (Nat.max_eq_left h).symm
  | .inr h => (Nat.max_eq_left h).trans (Nat.max_eq_right h).symm

/-- The greater of two numbers is one of them. -/
protected theorem max_eq_or (a b : Nat) : Nat.max a b = a ∨ Nat.max a b = b :=
  match Nat.le_total a b with
  | .inl h => .inr (Nat.max_eq_right h)
  | .inr h => .inl (Nat.max_eq_left h)

protected theorem min_le_left (a b : Nat) : Nat.min a b ≤ a :=
  match Nat.le_total a b with
  | .inl h => Nat.le_of_eq (Nat.min_eq_left h)
  | .inr h => (Nat.min_eq_right h).symm ▸ h

protected theorem min_le_right (a b : Nat) : Nat.min a b ≤ b :=
  match Nat.le_total a b with
  | .inl h => (Nat.min_eq_left h).symm ▸ h
  | .inr h => Nat.le_of_eq (Nat.min_eq_right h)

protected theorem le_min_of_le {a b c : Nat} (h : a ≤ b) (h' : a ≤ c) : a ≤ Nat.min b c :=
  match Nat.le_total b c with
  | .inl l => (Nat.min_eq_left l).symm ▸ h
  | .inr l => (Nat.min_eq_right l).symm ▸ h'

end Nat
