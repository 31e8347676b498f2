prelude
import Compact.Foundation.Nat.Add
/-!
# The order of the natural numbers

`≤` is the inductive relation `Nat.le`, `n < m` is `n + 1 ≤ m`; both are decided by `Nat.ble`, which the
kernel computes.  This file has the laws of a linear order with `0` below everything.
-/

namespace Nat

/-! ## Successors -/

protected theorem le_refl (n : Nat) : n ≤ n := Nat.le.refl
protected theorem le_rfl {n : Nat} : n ≤ n := Nat.le.refl
protected theorem le_of_eq {n m : Nat} (h : n = m) : n ≤ m := h ▸ Nat.le_refl n
theorem le_succ (n : Nat) : n ≤ succ n := Nat.le.step Nat.le.refl
theorem le_succ_of_le {n m : Nat} (h : n ≤ m) : n ≤ succ m := Nat.le.step h

theorem zero_le (n : Nat) : 0 ≤ n := by
  induction n with
  | zero => exact Nat.le.refl
  | succ n ih => exact Nat.le.step ih

theorem succ_le_succ {n m : Nat} (h : n ≤ m) : succ n ≤ succ m := by
  induction h with
  | refl => exact Nat.le.refl
  | step _ ih => exact Nat.le.step ih

protected theorem le_trans {n m k : Nat} (h : n ≤ m) (h' : m ≤ k) : n ≤ k := by
  induction h' with
  | refl => exact h
  | step _ ih => exact Nat.le.step ih

theorem pred_le (n : Nat) : pred n ≤ n :=
  match n with
  | .zero => Nat.le.refl
  | .succ _ => Nat.le.step Nat.le.refl

theorem pred_le_pred {n m : Nat} (h : n ≤ m) : pred n ≤ pred m :=
  match h with
  | .refl => Nat.le.refl
  | .step h => Nat.le_trans (pred_le n) h

theorem le_of_succ_le_succ {n m : Nat} (h : succ n ≤ succ m) : n ≤ m := pred_le_pred h

theorem ne_zero_of_lt {n m : Nat} (h : n < m) : m ≠ 0 :=
  match h with
  | .refl => succ_ne_zero n
  | .step _ => succ_ne_zero _

theorem not_succ_le_zero (n : Nat) : ¬ succ n ≤ 0 := fun h => ne_zero_of_lt h rfl

theorem not_succ_le_self (n : Nat) : ¬ succ n ≤ n := by
  induction n with
  | zero => exact not_succ_le_zero 0
  | succ n ih => exact fun h => ih (le_of_succ_le_succ h)

/-! ## `≤` and `<` -/

theorem lt_irrefl (n : Nat) : ¬ n < n := not_succ_le_self n
theorem not_lt_zero (n : Nat) : ¬ n < 0 := not_succ_le_zero n
theorem lt_succ_self (n : Nat) : n < succ n := Nat.le.refl
theorem lt_add_one (n : Nat) : n < n + 1 := Nat.le.refl
theorem zero_lt_succ (n : Nat) : 0 < succ n := succ_le_succ (zero_le n)
theorem succ_pos (n : Nat) : 0 < succ n := zero_lt_succ n
theorem one_pos : 0 < 1 := Nat.le.refl
theorem zero_lt_one : 0 < 1 := Nat.le.refl
theorem two_pos : 0 < 2 := zero_lt_succ 1
theorem succ_le_of_lt {n m : Nat} (h : n < m) : succ n ≤ m := h
theorem lt_of_succ_le {n m : Nat} (h : succ n ≤ m) : n < m := h
theorem lt_succ_of_le {n m : Nat} (h : n ≤ m) : n < succ m := succ_le_succ h
theorem le_of_lt_succ {n m : Nat} (h : n < succ m) : n ≤ m := le_of_succ_le_succ h
theorem lt_add_one_of_le {n m : Nat} (h : n ≤ m) : n < m + 1 := succ_le_succ h
theorem le_of_lt_add_one {n m : Nat} (h : n < m + 1) : n ≤ m := le_of_succ_le_succ h
theorem succ_lt_succ {n m : Nat} (h : n < m) : succ n < succ m := succ_le_succ h
theorem lt_of_succ_lt_succ {n m : Nat} (h : succ n < succ m) : n < m := le_of_succ_le_succ h
theorem le_of_succ_le {n m : Nat} (h : succ n ≤ m) : n ≤ m := Nat.le_trans (le_succ n) h
theorem le_of_lt {n m : Nat} (h : n < m) : n ≤ m := le_of_succ_le h
theorem lt_of_succ_lt {n m : Nat} (h : succ n < m) : n < m := le_of_lt h
theorem lt_succ_of_lt {n m : Nat} (h : n < m) : n < succ m := le_succ_of_le h

protected theorem lt_of_lt_of_le {n m k : Nat} (h : n < m) (h' : m ≤ k) : n < k := Nat.le_trans h h'
protected theorem lt_of_le_of_lt {n m k : Nat} (h : n ≤ m) (h' : m < k) : n < k :=
  Nat.le_trans (succ_le_succ h) h'
protected theorem lt_trans {n m k : Nat} (h : n < m) (h' : m < k) : n < k :=
  Nat.lt_of_lt_of_le h (le_of_lt h')

protected theorem not_le_of_gt {n m : Nat} (h : n > m) : ¬ n ≤ m :=
  fun h' => lt_irrefl m (Nat.lt_of_lt_of_le h h')
protected theorem not_le_of_lt {n m : Nat} (h : m < n) : ¬ n ≤ m := Nat.not_le_of_gt h
protected theorem not_lt_of_ge {n m : Nat} (h : n ≥ m) : ¬ n < m := fun h' => Nat.not_le_of_gt h' h
protected theorem not_lt_of_le {n m : Nat} (h : m ≤ n) : ¬ n < m := Nat.not_lt_of_ge h
theorem lt_asymm {n m : Nat} (h : n < m) : ¬ m < n := Nat.not_lt_of_le (le_of_lt h)

protected theorem ne_of_lt {n m : Nat} (h : n < m) : n ≠ m := fun e => lt_irrefl m (e ▸ h)
protected theorem ne_of_gt {n m : Nat} (h : m < n) : n ≠ m := fun e => lt_irrefl m (e ▸ h)
protected theorem ne_of_lt' {n m : Nat} (h : m < n) : n ≠ m := Nat.ne_of_gt h

/-! ## Case distinctions -/

protected theorem lt_or_ge (n m : Nat) : n < m ∨ n ≥ m := by
  induction m with
  | zero => exact Or.inr (zero_le n)
  | succ m ih =>
    cases ih with
    | inl h => exact Or.inl (le_succ_of_le h)
    | inr h =>
      cases h with
      | refl => exact Or.inl Nat.le.refl
      | step h => exact Or.inr (succ_le_succ h)

protected theorem lt_or_le (n m : Nat) : n < m ∨ m ≤ n := Nat.lt_or_ge n m

protected theorem le_or_lt (n m : Nat) : n ≤ m ∨ m < n :=
  match Nat.lt_or_ge m n with
  | .inl h => .inr h
  | .inr h => .inl h

protected theorem le_total (n m : Nat) : n ≤ m ∨ m ≤ n :=
  match Nat.lt_or_ge n m with
  | .inl h => .inl (le_of_lt h)
  | .inr h => .inr h

protected theorem lt_or_eq_of_le {n m : Nat} (h : n ≤ m) : n < m ∨ n = m :=
  match h with
  | .refl => .inr rfl
  | .step h => .inl (succ_le_succ h)

protected theorem eq_or_lt_of_le {n m : Nat} (h : n ≤ m) : n = m ∨ n < m :=
  match h with
  | .refl => .inl rfl
  | .step h => .inr (succ_le_succ h)

protected theorem le_antisymm {n m : Nat} (h : n ≤ m) (h' : m ≤ n) : n = m :=
  match Nat.eq_or_lt_of_le h with
  | .inl e => e
  | .inr l => absurd h' (Nat.not_le_of_lt l)

protected theorem lt_of_le_of_ne {n m : Nat} (h : n ≤ m) (h' : n ≠ m) : n < m :=
  match Nat.lt_or_eq_of_le h with
  | .inl l => l
  | .inr e => absurd e h'

theorem lt_trichotomy (n m : Nat) : n < m ∨ n = m ∨ m < n :=
  match Nat.lt_or_ge n m with
  | .inl h => .inl h
  | .inr h => match Nat.eq_or_lt_of_le h with
    | .inl e => .inr (.inl e.symm)
    | .inr l => .inr (.inr l)

theorem lt_or_gt_of_ne {n m : Nat} (h : n ≠ m) : n < m ∨ n > m :=
  match lt_trichotomy n m with
  | .inl l => .inl l
  | .inr (.inl e) => absurd e h
  | .inr (.inr l) => .inr l

protected theorem lt_of_not_ge {n m : Nat} (h : ¬ n ≥ m) : n < m :=
  match Nat.lt_or_ge n m with
  | .inl l => l
  | .inr g => absurd g h
protected theorem lt_of_not_le {n m : Nat} (h : ¬ n ≤ m) : m < n := Nat.lt_of_not_ge h
protected theorem gt_of_not_le {n m : Nat} (h : ¬ n ≤ m) : n > m := Nat.lt_of_not_ge h
protected theorem le_of_not_gt {n m : Nat} (h : ¬ n > m) : n ≤ m :=
  match Nat.lt_or_ge m n with
  | .inl l => absurd l h
  | .inr g => g
protected theorem le_of_not_lt {n m : Nat} (h : ¬ n < m) : m ≤ n := Nat.le_of_not_gt h
protected theorem ge_of_not_lt {n m : Nat} (h : ¬ n < m) : n ≥ m := Nat.le_of_not_gt h
protected theorem le_of_not_le {n m : Nat} (h : ¬ n ≤ m) : m ≤ n := le_of_lt (Nat.lt_of_not_le h)
protected theorem not_le {n m : Nat} : ¬ n ≤ m ↔ m < n := ⟨Nat.lt_of_not_le, Nat.not_le_of_lt⟩
protected theorem not_lt {n m : Nat} : ¬ n < m ↔ m ≤ n := ⟨Nat.le_of_not_lt, Nat.not_lt_of_le⟩

/-! ## Zero -/

theorem eq_zero_of_le_zero {n : Nat} (h : n ≤ 0) : n = 0 := Nat.le_antisymm h (zero_le n)
theorem eq_zero_or_pos (n : Nat) : n = 0 ∨ 0 < n :=
  match n with
  | 0 => .inl rfl
  | _ + 1 => .inr (zero_lt_succ _)
protected theorem pos_of_ne_zero {n : Nat} (h : n ≠ 0) : 0 < n :=
  match eq_zero_or_pos n with
  | .inl e => absurd e h
  | .inr l => l
protected theorem pos_of_lt {n m : Nat} (h : n < m) : 0 < m := Nat.lt_of_le_of_lt (zero_le n) h
protected theorem one_le_of_lt {n m : Nat} (h : n < m) : 1 ≤ m := Nat.pos_of_lt h
theorem eq_zero_of_lt_one {n : Nat} (h : n < 1) : n = 0 := eq_zero_of_le_zero (le_of_lt_succ h)
theorem exists_eq_succ_of_ne_zero {n : Nat} (h : n ≠ 0) : ∃ k, n = succ k :=
  match n with
  | 0 => absurd rfl h
  | k + 1 => ⟨k, rfl⟩
theorem succ_pred_eq_of_pos {n : Nat} (h : 0 < n) : succ (pred n) = n :=
  match n with
  | 0 => absurd h (lt_irrefl 0)
  | _ + 1 => rfl
theorem eq_zero_or_eq_one_of_lt_two {n : Nat} (h : n < 2) : n = 0 ∨ n = 1 :=
  match n with
  | 0 => .inl rfl
  | _ + 1 => .inr (congrArg succ (eq_zero_of_lt_one (lt_of_succ_lt_succ h)))

end Nat
