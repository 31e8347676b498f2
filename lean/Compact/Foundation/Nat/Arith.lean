prelude
import Compact.Foundation.Nat.Decide
/-!
# How `+` and `*` respect the order

Monotonicity and cancellation for sums and products, and `n ≤ m` as `m = n + k`.
-/
namespace Nat

/-! ## Sums -/

theorem le_add_right (n k : Nat) : n ≤ n + k := by
  induction k with
  | zero => exact Nat.le_refl n
  | succ k ih => exact le_succ_of_le ih

theorem le_add_left (n k : Nat) : n ≤ k + n := Nat.add_comm n k ▸ le_add_right n k
theorem le_add_right_of_le {n m k : Nat} (h : n ≤ m) : n ≤ m + k := Nat.le_trans h (le_add_right m k)
theorem le_add_left_of_le {n m k : Nat} (h : n ≤ m) : n ≤ k + m := Nat.le_trans h (le_add_left m k)
theorem lt_add_right {n m : Nat} (k : Nat) (h : n < m) : n < m + k := le_add_right_of_le h
theorem lt_add_left {n m : Nat} (k : Nat) (h : n < m) : n < k + m := le_add_left_of_le h

theorem le.intro {n m k : Nat} (h : n + k = m) : n ≤ m := h ▸ le_add_right n k

theorem le.dest {n m : Nat} (h : n ≤ m) : ∃ k, n + k = m := by
  induction h with
  | refl => exact ⟨0, rfl⟩
  | step _ ih => exact match ih with | ⟨k, e⟩ => ⟨succ k, congrArg succ e⟩

theorem exists_eq_add_of_le {n m : Nat} (h : n ≤ m) : ∃ k, m = n + k :=
  match le.dest h with
  | ⟨k, e⟩ => ⟨k, e.symm⟩

theorem exists_eq_add_of_le' {n m : Nat} (h : n ≤ m) : ∃ k, m = k + n :=
  match le.dest h with
  | ⟨k, e⟩ => ⟨k, e.symm.trans (Nat.add_comm n k)⟩

theorem exists_eq_add_of_lt {n m : Nat} (h : n < m) : ∃ k, m = n + k + 1 :=
  match le.dest h with
  | ⟨k, e⟩ => ⟨k, e.symm.trans (Nat.succ_add n k)⟩

protected theorem add_le_add_right {n m : Nat} (h : n ≤ m) (k : Nat) : n + k ≤ m + k := by
  induction k with
  | zero => exact h
  | succ k ih => exact succ_le_succ ih

protected theorem add_le_add_left {n m : Nat} (h : n ≤ m) (k : Nat) : k + n ≤ k + m := by
  rw [Nat.add_comm k n, Nat.add_comm k m]
  exact Nat.add_le_add_right h k

protected theorem add_le_add {a b c d : Nat} (h : a ≤ b) (h' : c ≤ d) : a + c ≤ b + d :=
  Nat.le_trans (Nat.add_le_add_right h c) (Nat.add_le_add_left h' b)

protected theorem add_lt_add_left {n m : Nat} (h : n < m) (k : Nat) : k + n < k + m :=
  Nat.add_le_add_left h k

protected theorem add_lt_add_right {n m : Nat} (h : n < m) (k : Nat) : n + k < m + k := by
  rw [Nat.add_comm n k, Nat.add_comm m k]
  exact Nat.add_lt_add_left h k

protected theorem add_lt_add_of_lt_of_le {a b c d : Nat} (h : a < b) (h' : c ≤ d) : a + c < b + d :=
  Nat.lt_of_lt_of_le (Nat.add_lt_add_right h c) (Nat.add_le_add_left h' b)

protected theorem add_lt_add_of_le_of_lt {a b c d : Nat} (h : a ≤ b) (h' : c < d) : a + c < b + d :=
  Nat.lt_of_le_of_lt (Nat.add_le_add_right h c) (Nat.add_lt_add_left h' b)

protected theorem add_lt_add {a b c d : Nat} (h : a < b) (h' : c < d) : a + c < b + d :=
  Nat.add_lt_add_of_lt_of_le h (le_of_lt h')

protected theorem lt_add_of_pos_right {n k : Nat} (h : 0 < k) : n < n + k := Nat.add_lt_add_left h n
protected theorem lt_add_of_pos_left {n k : Nat} (h : 0 < k) : n < k + n :=
  Nat.add_comm n k ▸ Nat.lt_add_of_pos_right h

protected theorem add_pos_left {m : Nat} (h : 0 < m) (n : Nat) : 0 < m + n := le_add_right_of_le h
protected theorem add_pos_right {n : Nat} (m : Nat) (h : 0 < n) : 0 < m + n := le_add_left_of_le h

protected theorem le_of_add_le_add_right {n m k : Nat} (h : n + k ≤ m + k) : n ≤ m := by
  induction k with
  | zero => exact h
  | succ k ih => exact ih (le_of_succ_le_succ h)

protected theorem le_of_add_le_add_left {n m k : Nat} (h : k + n ≤ k + m) : n ≤ m := by
  rw [Nat.add_comm k n, Nat.add_comm k m] at h
  exact Nat.le_of_add_le_add_right h

protected theorem lt_of_add_lt_add_right {n m k : Nat} (h : n + k < m + k) : n < m :=
  Nat.lt_of_not_le fun l => Nat.not_lt_of_le (Nat.add_le_add_right l k) h

protected theorem lt_of_add_lt_add_left {n m k : Nat} (h : k + n < k + m) : n < m :=
  Nat.le_of_add_le_add_left h

/-! ## Products -/

protected theorem mul_le_mul_left {n m : Nat} (k : Nat) (h : n ≤ m) : k * n ≤ k * m := by
  induction k with
  | zero => rw [Nat.zero_mul, Nat.zero_mul]; exact Nat.le_refl 0
  | succ k ih => rw [Nat.succ_mul, Nat.succ_mul]; exact Nat.add_le_add ih h

protected theorem mul_le_mul_right {n m : Nat} (k : Nat) (h : n ≤ m) : n * k ≤ m * k := by
  rw [Nat.mul_comm n k, Nat.mul_comm m k]
  exact Nat.mul_le_mul_left k h

protected theorem mul_le_mul {p q m n : Nat} (h : p ≤ m) (h' : q ≤ n) : p * q ≤ m * n :=
  Nat.le_trans (Nat.mul_le_mul_right q h) (Nat.mul_le_mul_left m h')

protected theorem mul_self_le_mul_self {n m : Nat} (h : n ≤ m) : n * n ≤ m * m := Nat.mul_le_mul h h

protected theorem mul_lt_mul_of_pos_left {n m k : Nat} (h : n < m) (hk : k > 0) : k * n < k * m :=
  Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right hk) (Nat.mul_le_mul_left k h)

protected theorem mul_lt_mul_of_pos_right {n m k : Nat} (h : n < m) (hk : k > 0) : n * k < m * k := by
  rw [Nat.mul_comm n k, Nat.mul_comm m k]
  exact Nat.mul_lt_mul_of_pos_left h hk

protected theorem mul_lt_mul_of_le_of_lt {a b c d : Nat} (h : a ≤ c) (h' : b < d) (hc : 0 < c) :
    a * b < c * d :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_right b h) (Nat.mul_lt_mul_of_pos_left h' hc)

protected theorem mul_lt_mul_of_lt_of_le {a b c d : Nat} (h : a < c) (h' : b ≤ d) (hd : 0 < d) :
    a * b < c * d :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_left a h') (Nat.mul_lt_mul_of_pos_right h hd)

protected theorem mul_lt_mul'' {a b c d : Nat} (h : a < c) (h' : b < d) : a * b < c * d :=
  Nat.mul_lt_mul_of_lt_of_le h (le_of_lt h') (Nat.pos_of_lt h')

protected theorem mul_pos {n m : Nat} (h : n > 0) (h' : m > 0) : n * m > 0 :=
  Nat.mul_lt_mul_of_pos_left h' h

protected theorem le_mul_of_pos_right {m : Nat} (n : Nat) (h : 0 < m) : n ≤ n * m := by
  have h' := Nat.mul_le_mul_left n h
  rw [Nat.mul_one] at h'
  exact h'

protected theorem le_mul_of_pos_left {n : Nat} (m : Nat) (h : 0 < n) : m ≤ n * m :=
  Nat.mul_comm m n ▸ Nat.le_mul_of_pos_right m h

protected theorem le_of_mul_le_mul_left {a b c : Nat} (h : c * a ≤ c * b) (hc : 0 < c) : a ≤ b :=
  Nat.le_of_not_lt fun l => Nat.not_le_of_lt (Nat.mul_lt_mul_of_pos_left l hc) h

protected theorem le_of_mul_le_mul_right {a b c : Nat} (h : a * c ≤ b * c) (hc : 0 < c) : a ≤ b :=
  Nat.le_of_not_lt fun l => Nat.not_le_of_lt (Nat.mul_lt_mul_of_pos_right l hc) h

protected theorem lt_of_mul_lt_mul_left {a b c : Nat} (h : a * b < a * c) : b < c :=
  Nat.lt_of_not_le fun l => Nat.not_lt_of_le (Nat.mul_le_mul_left a l) h

protected theorem lt_of_mul_lt_mul_right {a b c : Nat} (h : b * a < c * a) : b < c :=
  Nat.lt_of_not_le fun l => Nat.not_lt_of_le (Nat.mul_le_mul_right a l) h

protected theorem eq_of_mul_eq_mul_left {a b c : Nat} (ha : 0 < a) (h : a * b = a * c) : b = c :=
  Nat.le_antisymm (Nat.le_of_mul_le_mul_left (Nat.le_of_eq h) ha)
    (Nat.le_of_mul_le_mul_left (Nat.le_of_eq h.symm) ha)

protected theorem eq_of_mul_eq_mul_right {a b c : Nat} (ha : 0 < a) (h : b * a = c * a) : b = c := by
  rw [Nat.mul_comm b a, Nat.mul_comm c a] at h
  exact Nat.eq_of_mul_eq_mul_left ha h

protected theorem pos_of_mul_pos_left {n m : Nat} (h : 0 < n * m) : 0 < m :=
  Nat.pos_of_ne_zero fun e => lt_irrefl 0 (e ▸ h : 0 < n * 0)

protected theorem pos_of_mul_pos_right {n m : Nat} (h : 0 < n * m) : 0 < n :=
  Nat.pos_of_mul_pos_left (Nat.mul_comm n m ▸ h)

protected theorem mul_eq_zero_cases {n m : Nat} (h : n * m = 0) : n = 0 ∨ m = 0 :=
  match eq_zero_or_pos n, eq_zero_or_pos m with
  | .inl e, _ => .inl e
  | _, .inl e => .inr e
  | .inr p, .inr q => absurd h (Nat.ne_of_gt (Nat.mul_pos p q))

end Nat
