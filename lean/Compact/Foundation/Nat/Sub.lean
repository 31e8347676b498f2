prelude
import Compact.Foundation.Nat.Arith
/-!
# Truncated subtraction: `n - m` is zero when `n ≤ m`
-/
namespace Nat

protected theorem sub_zero (n : Nat) : n - 0 = n := rfl
protected theorem sub_succ (n m : Nat) : n - succ m = pred (n - m) := rfl
theorem pred_zero : pred 0 = 0 := rfl
theorem pred_succ (n : Nat) : pred (succ n) = n := rfl
theorem sub_one (n : Nat) : n - 1 = pred n := rfl
theorem add_one_sub_one (n : Nat) : n + 1 - 1 = n := rfl

protected theorem zero_sub (n : Nat) : 0 - n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg pred ih

theorem succ_sub_succ (n m : Nat) : succ n - succ m = n - m := by
  induction m with
  | zero => rfl
  | succ m ih => exact congrArg pred ih

theorem succ_sub_succ_eq_sub (n m : Nat) : succ n - succ m = n - m := succ_sub_succ n m

protected theorem add_sub_add_right (n k m : Nat) : n + k - (m + k) = n - m := by
  induction k with
  | zero => rfl
  | succ k ih => exact (succ_sub_succ _ _).trans ih

protected theorem add_sub_add_left (k n m : Nat) : k + n - (k + m) = n - m := by
  rw [Nat.add_comm k n, Nat.add_comm k m, Nat.add_sub_add_right]

protected theorem add_sub_cancel {n m : Nat} : n + m - m = n := by
  have h := Nat.add_sub_add_right n m 0
  rw [Nat.zero_add] at h
  exact h

protected theorem add_sub_cancel_left {n m : Nat} : n + m - n = m := by
  rw [Nat.add_comm, Nat.add_sub_cancel]

protected theorem sub_self (n : Nat) : n - n = 0 := Nat.add_sub_cancel_left (m := 0)

protected theorem sub_sub (n m k : Nat) : n - m - k = n - (m + k) := by
  induction k with
  | zero => rfl
  | succ k ih => exact congrArg pred ih

protected theorem sub_right_comm (n m k : Nat) : n - m - k = n - k - m := by
  rw [Nat.sub_sub, Nat.sub_sub, Nat.add_comm]

theorem sub_le (n m : Nat) : n - m ≤ n := by
  induction m with
  | zero => exact Nat.le_refl n
  | succ m ih => exact Nat.le_trans (pred_le _) ih

/-! ## Subtraction undoes addition -/

protected theorem sub_add_cancel {n m : Nat} (h : m ≤ n) : n - m + m = n :=
  match exists_eq_add_of_le' h with
  | ⟨k, e⟩ => by rw [e, Nat.add_sub_cancel]

protected theorem add_sub_of_le {a b : Nat} (h : a ≤ b) : a + (b - a) = b := by
  rw [Nat.add_comm, Nat.sub_add_cancel h]

protected theorem add_sub_cancel' {n m : Nat} (h : m ≤ n) : m + (n - m) = n := Nat.add_sub_of_le h

protected theorem eq_sub_of_add_eq {a b c : Nat} (h : a + b = c) : a = c - b :=
  h ▸ Nat.add_sub_cancel.symm

protected theorem eq_sub_of_add_eq' {a b c : Nat} (h : b + a = c) : a = c - b :=
  h ▸ Nat.add_sub_cancel_left.symm

protected theorem sub_eq_of_eq_add {a b c : Nat} (h : a = c + b) : a - b = c :=
  h ▸ Nat.add_sub_cancel

protected theorem sub_eq_of_eq_add' {a b c : Nat} (h : a = b + c) : a - b = c :=
  h ▸ Nat.add_sub_cancel_left

protected theorem eq_add_of_sub_eq {a b c : Nat} (hle : b ≤ a) (h : a - b = c) : a = c + b :=
  h ▸ (Nat.sub_add_cancel hle).symm

protected theorem sub_sub_self {n m : Nat} (h : m ≤ n) : n - (n - m) = m :=
  Nat.sub_eq_of_eq_add' (Nat.sub_add_cancel h).symm

protected theorem add_sub_assoc {m k : Nat} (h : k ≤ m) (n : Nat) : n + m - k = n + (m - k) :=
  Nat.sub_eq_of_eq_add (by rw [Nat.add_assoc, Nat.sub_add_cancel h])

protected theorem sub_add_comm {n m k : Nat} (h : k ≤ n) : n + m - k = n - k + m := by
  rw [Nat.add_comm n m, Nat.add_sub_assoc h, Nat.add_comm]

protected theorem sub_add_eq (a b c : Nat) : a - (b + c) = a - b - c := (Nat.sub_sub a b c).symm

theorem succ_sub {m n : Nat} (h : n ≤ m) : succ m - n = succ (m - n) := Nat.sub_add_comm (m := 1) h

protected theorem sub_one_add_one {n : Nat} (h : n ≠ 0) : n - 1 + 1 = n :=
  Nat.sub_add_cancel (Nat.pos_of_ne_zero h)

/-! ## Order -/

protected theorem sub_eq_zero_of_le {n m : Nat} (h : n ≤ m) : n - m = 0 :=
  match exists_eq_add_of_le h with
  | ⟨k, e⟩ => by rw [e, ← Nat.sub_sub, Nat.sub_self, Nat.zero_sub]

protected theorem sub_le_sub_right {n m : Nat} (h : n ≤ m) (k : Nat) : n - k ≤ m - k := by
  induction k with
  | zero => exact h
  | succ k ih => exact pred_le_pred ih

protected theorem sub_le_sub_left {n m : Nat} (h : n ≤ m) (k : Nat) : k - m ≤ k - n :=
  match exists_eq_add_of_le h with
  | ⟨d, e⟩ => by rw [e, ← Nat.sub_sub]; exact sub_le _ _

protected theorem le_add_of_sub_le {a b c : Nat} (h : a - b ≤ c) : a ≤ c + b :=
  match Nat.le_total b a with
  | .inl l => Nat.sub_add_cancel l ▸ Nat.add_le_add_right h b
  | .inr l => le_add_left_of_le l

protected theorem sub_le_of_le_add {a b c : Nat} (h : a ≤ c + b) : a - b ≤ c := by
  have h' := Nat.sub_le_sub_right h b
  rw [Nat.add_sub_cancel] at h'
  exact h'

protected theorem sub_le_iff_le_add {a b c : Nat} : a - b ≤ c ↔ a ≤ c + b :=
  ⟨Nat.le_add_of_sub_le, Nat.sub_le_of_le_add⟩

protected theorem sub_le_iff_le_add' {a b c : Nat} : a - b ≤ c ↔ a ≤ b + c :=
  Nat.add_comm c b ▸ Nat.sub_le_iff_le_add

protected theorem le_sub_of_add_le {a b c : Nat} (h : a + b ≤ c) : a ≤ c - b := by
  have h' := Nat.sub_le_sub_right h b
  rw [Nat.add_sub_cancel] at h'
  exact h'

protected theorem add_le_of_le_sub {a b c : Nat} (hle : b ≤ c) (h : a ≤ c - b) : a + b ≤ c :=
  Nat.sub_add_cancel hle ▸ Nat.add_le_add_right h b

protected theorem le_sub_iff_add_le {x y k : Nat} (h : k ≤ y) : x ≤ y - k ↔ x + k ≤ y :=
  ⟨Nat.add_le_of_le_sub h, Nat.le_sub_of_add_le⟩

protected theorem sub_pos_of_lt {m n : Nat} (h : m < n) : 0 < n - m :=
  Nat.le_sub_of_add_le (Nat.one_add m ▸ h)

protected theorem lt_of_sub_pos {m n : Nat} (h : 0 < n - m) : m < n :=
  Nat.lt_of_not_le fun l => lt_irrefl 0 (Nat.sub_eq_zero_of_le l ▸ h)

theorem le_of_sub_eq_zero {n m : Nat} (h : n - m = 0) : n ≤ m :=
  Nat.le_of_not_lt fun l => Nat.ne_of_gt (Nat.sub_pos_of_lt l) h

protected theorem sub_lt {n m : Nat} (hn : 0 < n) (hm : 0 < m) : n - m < n :=
  Nat.lt_of_le_of_lt (Nat.sub_le_sub_left hm n)
    (match n with
     | 0 => absurd hn (lt_irrefl 0)
     | n + 1 => lt_succ_self n)

protected theorem sub_one_lt {n : Nat} (h : n ≠ 0) : n - 1 < n := Nat.sub_lt (Nat.pos_of_ne_zero h) one_pos

protected theorem sub_lt_sub_right {a b c : Nat} (hc : c ≤ a) (h : a < b) : a - c < b - c :=
  Nat.le_sub_of_add_le (by rw [Nat.succ_add, Nat.sub_add_cancel hc]; exact h)

protected theorem sub_lt_sub_left {k m n : Nat} (hk : k < m) (h : k < n) : m - n < m - k :=
  Nat.lt_of_le_of_lt (Nat.sub_le_sub_left h m)
    (Nat.sub_one_lt (Nat.ne_of_gt (Nat.sub_pos_of_lt hk)))

protected theorem sub_lt_right_of_lt_add {n k m : Nat} (H : n ≤ k) (h : k < m + n) : k - n < m := by
  have h' := Nat.sub_lt_sub_right H h
  rw [Nat.add_sub_cancel] at h'
  exact h'

protected theorem sub_lt_left_of_lt_add {n k m : Nat} (H : n ≤ k) (h : k < n + m) : k - n < m :=
  Nat.sub_lt_right_of_lt_add H (Nat.add_comm n m ▸ h)

protected theorem lt_add_of_sub_lt {a b c : Nat} (h : a - b < c) : a < c + b :=
  match Nat.le_total b a with
  | .inl l => Nat.sub_add_cancel l ▸ Nat.add_lt_add_right h b
  | .inr l => Nat.lt_of_le_of_lt l (Nat.lt_add_of_pos_left (Nat.pos_of_lt h))

protected theorem lt_sub_of_add_lt {a b c : Nat} (h : a + b < c) : a < c - b :=
  Nat.le_sub_of_add_le (Nat.succ_add a b ▸ h)

protected theorem add_lt_of_lt_sub {a b c : Nat} (h : a < c - b) : a + b < c := by
  have h' := Nat.add_le_of_le_sub (le_of_lt (Nat.lt_of_sub_pos (Nat.pos_of_lt h))) h
  rw [Nat.succ_add] at h'
  exact h'

/-! ## Products -/

protected theorem mul_sub (k m n : Nat) : k * (m - n) = k * m - k * n :=
  match Nat.le_total n m with
  | .inl h => (Nat.sub_eq_of_eq_add (by rw [← Nat.mul_add, Nat.sub_add_cancel h])).symm
  | .inr h => by rw [Nat.sub_eq_zero_of_le h, Nat.sub_eq_zero_of_le (Nat.mul_le_mul_left k h), Nat.mul_zero]

protected theorem sub_mul (n m k : Nat) : (n - m) * k = n * k - m * k := by
  rw [Nat.mul_comm, Nat.mul_sub, Nat.mul_comm k n, Nat.mul_comm k m]

end Nat
