prelude
import Compact.Foundation.Nat.Defs
import Compact.Foundation.Nat.Sub
/-!
# Division with remainder

Quotient and remainder are determined by `n = d * q + r` with `r < d` (`div_mod_unique'`), and everything
else here follows from that.
-/
namespace Nat

/-! ## Quotient and remainder -/

/-- What the division loop does, if its fuel is not below the dividend. -/
theorem divGo_spec {d : Nat} (hd : 0 < d) (f n : Nat) (h : n ≤ f) :
    d * divGo d f n ≤ n ∧ n < d * divGo d f n + d := by
  induction f generalizing n with
  | zero =>
    rw [eq_zero_of_le_zero h]
    exact ⟨Nat.le_refl 0, Nat.lt_of_lt_of_le hd (le_add_left d _)⟩
  | succ f ih =>
    unfold divGo
    split
    case h_1 hb =>
      have hdn : d ≤ n := le_of_ble_eq_true hb
      have hf : n - d ≤ f :=
        Nat.le_trans (Nat.sub_le_sub_left hd n) (Nat.sub_le_sub_right h 1)
      have q := ih (n - d) hf
      exact ⟨Nat.add_le_of_le_sub hdn q.left, Nat.lt_add_of_sub_lt q.right⟩
    case h_2 hb =>
      have hnd : n < d :=
        Nat.lt_of_not_le fun l => Bool.ne_true_of_eq_false hb (ble_eq_true_of_le l)
      exact ⟨zero_le n, Nat.lt_of_lt_of_le hnd (le_add_left d _)⟩

protected theorem div_zero (n : Nat) : n / 0 = 0 := rfl

theorem mul_div_le (n d : Nat) : d * (n / d) ≤ n :=
  match d with
  | 0 => by rw [Nat.zero_mul]; exact zero_le n
  | d + 1 => (divGo_spec (succ_pos d) n n (Nat.le_refl n)).left

theorem div_mul_le_self (n d : Nat) : n / d * d ≤ n := Nat.mul_comm d (n / d) ▸ mul_div_le n d

theorem lt_mul_div_succ (n : Nat) {d : Nat} (h : 0 < d) : n < d * (n / d + 1) :=
  match d with
  | 0 => absurd h (lt_irrefl 0)
  | d + 1 => (divGo_spec (succ_pos d) n n (Nat.le_refl n)).right

theorem lt_succ_mul_div (n : Nat) {d : Nat} (h : 0 < d) : n < (n / d + 1) * d :=
  Nat.mul_comm d (n / d + 1) ▸ lt_mul_div_succ n h

theorem mod_eq_sub (n d : Nat) : n % d = n - d * (n / d) := rfl

theorem div_add_mod (n d : Nat) : d * (n / d) + n % d = n := Nat.add_sub_of_le (mul_div_le n d)
theorem mod_add_div (n d : Nat) : n % d + d * (n / d) = n := by rw [Nat.add_comm, div_add_mod]
theorem div_add_mod' (n d : Nat) : n / d * d + n % d = n := by rw [Nat.mul_comm, div_add_mod]
theorem mod_add_div' (n d : Nat) : n % d + n / d * d = n := by rw [Nat.mul_comm, mod_add_div]

theorem mod_lt (n : Nat) {d : Nat} (h : d > 0) : n % d < d :=
  Nat.sub_lt_left_of_lt_add (mul_div_le n d) (lt_mul_div_succ n h)

theorem mod_le (n d : Nat) : n % d ≤ n := sub_le n _

theorem mod_zero (n : Nat) : n % 0 = n := by rw [mod_eq_sub, Nat.zero_mul, Nat.sub_zero]

/-! ## Uniqueness -/

theorem div_eq_of_lt_le {k n m : Nat} (lo : k * n ≤ m) (hi : m < (k + 1) * n) : m / n = k := by
  have hn : 0 < n := Nat.pos_of_mul_pos_left (Nat.pos_of_lt hi)
  have h1 : m / n < k + 1 := Nat.lt_of_mul_lt_mul_right (Nat.lt_of_le_of_lt (div_mul_le_self m n) hi)
  have h2 : k < m / n + 1 := Nat.lt_of_mul_lt_mul_right (Nat.lt_of_le_of_lt lo (lt_succ_mul_div m hn))
  exact Nat.le_antisymm (le_of_lt_succ h1) (le_of_lt_succ h2)

/-- Quotient and remainder are the only numbers with `n = d * q + r` and `r < d`. -/
theorem div_mod_unique' {n d q r : Nat} (h : n = d * q + r) (hr : r < d) : n / d = q ∧ n % d = r := by
  have hq : n / d = q := by
    apply div_eq_of_lt_le
    · rw [h, Nat.mul_comm]; exact le_add_right _ r
    · rw [h, Nat.mul_comm, Nat.add_one_mul, Nat.mul_comm]; exact Nat.add_lt_add_left hr _
  exact ⟨hq, by rw [mod_eq_sub, hq, h, Nat.add_sub_cancel_left]⟩

theorem div_eq_of_lt {a b : Nat} (h : a < b) : a / b = 0 :=
  (div_mod_unique' (q := 0) (Nat.zero_add a).symm h).left

theorem mod_eq_of_lt {a b : Nat} (h : a < b) : a % b = a :=
  (div_mod_unique' (q := 0) (Nat.zero_add a).symm h).right

protected theorem zero_div (d : Nat) : 0 / d = 0 :=
  match d with
  | 0 => rfl
  | d + 1 => div_eq_of_lt (succ_pos d)

theorem zero_mod (d : Nat) : 0 % d = 0 := Nat.zero_sub _

/-! ## Adding a multiple of the divisor -/

private theorem add_mul_div_mod (x z : Nat) {y : Nat} (h : 0 < y) :
    (x + y * z) / y = x / y + z ∧ (x + y * z) % y = x % y := by
  apply div_mod_unique' _ (mod_lt x h)
  rw [Nat.mul_add, Nat.add_right_comm, div_add_mod]

theorem add_mul_div_left (x z : Nat) {y : Nat} (h : 0 < y) : (x + y * z) / y = x / y + z :=
  (add_mul_div_mod x z h).left

theorem add_mul_div_right (x y : Nat) {z : Nat} (h : 0 < z) : (x + y * z) / z = x / z + y := by
  rw [Nat.mul_comm, add_mul_div_left x y h]

theorem add_mul_mod_self_left (x y z : Nat) : (x + y * z) % y = x % y :=
  match y with
  | 0 => by rw [Nat.zero_mul, Nat.add_zero]
  | y + 1 => (add_mul_div_mod x z (succ_pos y)).right

theorem add_mul_mod_self_right (x y z : Nat) : (x + y * z) % z = x % z := by
  rw [Nat.mul_comm, add_mul_mod_self_left]

theorem mul_add_div {m : Nat} (h : m > 0) (x y : Nat) : (m * x + y) / m = x + y / m := by
  rw [Nat.add_comm, add_mul_div_left y x h, Nat.add_comm]

theorem mul_add_mod (a b c : Nat) : (a * b + c) % a = c % a := by
  rw [Nat.add_comm, add_mul_mod_self_left]

theorem mul_add_mod' (a b c : Nat) : (a * b + c) % b = c % b := by
  rw [Nat.add_comm, add_mul_mod_self_right]

theorem mul_add_mod_of_lt {a b c : Nat} (h : c < b) : (a * b + c) % b = c := by
  rw [mul_add_mod', mod_eq_of_lt h]

theorem add_div_right (x : Nat) {z : Nat} (h : 0 < z) : (x + z) / z = x / z + 1 := by
  have e := add_mul_div_left x 1 h
  rw [Nat.mul_one] at e
  exact e

theorem add_div_left (x : Nat) {z : Nat} (h : 0 < z) : (z + x) / z = x / z + 1 := by
  rw [Nat.add_comm, add_div_right x h]

theorem add_mod_right (x z : Nat) : (x + z) % z = x % z := by
  have e := add_mul_mod_self_left x z 1
  rw [Nat.mul_one] at e
  exact e

theorem add_mod_left (x z : Nat) : (x + z) % x = z % x := by
  rw [Nat.add_comm, add_mod_right]

theorem mul_mod_right (m n : Nat) : m * n % m = 0 := by
  have e := mul_add_mod m n 0
  rw [Nat.add_zero, zero_mod] at e
  exact e

theorem mul_mod_left (m n : Nat) : m * n % n = 0 := by rw [Nat.mul_comm, mul_mod_right]

protected theorem mul_div_cancel_left (m : Nat) {n : Nat} (h : 0 < n) : n * m / n = m := by
  have e := mul_add_div h m 0
  rw [Nat.add_zero, Nat.zero_div, Nat.add_zero] at e
  exact e

protected theorem mul_div_cancel (m : Nat) {n : Nat} (h : 0 < n) : m * n / n = m := by
  rw [Nat.mul_comm, Nat.mul_div_cancel_left m h]

protected theorem div_self {n : Nat} (h : 0 < n) : n / n = 1 := by
  have e := Nat.mul_div_cancel_left 1 h
  rw [Nat.mul_one] at e
  exact e

protected theorem mod_self (n : Nat) : n % n = 0 := by
  have e := mul_mod_right n 1
  rw [Nat.mul_one] at e
  exact e

theorem div_one (n : Nat) : n / 1 = n := by
  have e := Nat.mul_div_cancel n one_pos
  rw [Nat.mul_one] at e
  exact e

theorem mod_one (n : Nat) : n % 1 = 0 := eq_zero_of_lt_one (mod_lt n one_pos)

end Nat
