prelude
import Compact.Packed.Fold
/-!
# Many numbers in one

`pack L n f = f 0 + f 1 * 2^L + ... + f (n-1) * 2^(L*(n-1))` puts `n` naturals, the *lanes*, into one.
Packing is linear, so one sum or product of big naturals does a whole row; `digit` reads a lane back,
provided that it is below `2^L`.
-/
namespace Compact

/-- The lanes `f 0, ..., f (n-1)`, each `L` bits wide, in one natural number. -/
def pack (L : Nat) : Nat → (Nat → Nat) → Nat
  | 0, _ => 0
  | n + 1, f => f 0 + 2 ^ L * pack L n fun j => f (j + 1)

/-- Lane `j` of a packed number. -/
def digit (L N j : Nat) : Nat := N / 2 ^ (L * j) % 2 ^ L

theorem pack_congr (L : Nat) {n : Nat} {f g : Nat → Nat} (h : ∀ j, j < n → f j = g j) :
    pack L n f = pack L n g := by
  induction n generalizing f g with
  | zero => rfl
  | succ n ih =>
    show f 0 + _ = g 0 + _
    rw [h 0 (Nat.zero_lt_succ n), ih fun j hj => h (j + 1) (Nat.succ_lt_succ hj)]

theorem pack_add (L n : Nat) (f g : Nat → Nat) :
    pack L n f + pack L n g = pack L n fun j => f j + g j := by
  induction n generalizing f g with
  | zero => rfl
  | succ n ih =>
    show (f 0 + 2 ^ L * _) + (g 0 + 2 ^ L * _) = f 0 + g 0 + 2 ^ L * _
    rw [← ih, Nat.mul_add, Nat.add_add_add_comm]

theorem mul_pack (L n k : Nat) (f : Nat → Nat) : k * pack L n f = pack L n fun j => k * f j := by
  induction n generalizing f with
  | zero => rfl
  | succ n ih =>
    show k * (f 0 + 2 ^ L * _) = k * f 0 + 2 ^ L * _
    rw [← ih, Nat.mul_add, Nat.mul_left_comm]

/-- The lanes of `k` copies of a number. -/
theorem pack_const (L n k : Nat) : pack L n (fun _ => k) = k * pack L n fun _ => 1 := by
  rw [mul_pack, Nat.mul_one]

/-- Subtraction lane by lane, when no lane borrows. -/
theorem pack_sub (L : Nat) {n : Nat} {f g : Nat → Nat} (h : ∀ j, j < n → g j ≤ f j) :
    pack L n f - pack L n g = pack L n fun j => f j - g j := by
  have e : pack L n f = (pack L n fun j => f j - g j) + pack L n g := by
    rw [pack_add]
    exact pack_congr L fun j hj => (Nat.sub_add_cancel (h j hj)).symm
  rw [e, Nat.add_sub_cancel]

theorem pack_lt (L : Nat) {n : Nat} {f : Nat → Nat} (h : ∀ j, j < n → f j < 2 ^ L) :
    pack L n f < 2 ^ (L * n) := by
  induction n generalizing f with
  | zero => exact Nat.zero_lt_one
  | succ n ih =>
    have ih := ih fun j hj => h (j + 1) (Nat.succ_lt_succ hj)
    show f 0 + 2 ^ L * _ < 2 ^ (L * n + L)
    rw [Nat.pow_add, Nat.mul_comm (2 ^ (L * n))]
    calc f 0 + 2 ^ L * _ < 2 ^ L + 2 ^ L * _ := Nat.add_lt_add_right (h 0 (Nat.zero_lt_succ n)) _
      _ = 2 ^ L * (Nat.succ _) := by rw [Nat.mul_succ, Nat.add_comm]
      _ ≤ 2 ^ L * 2 ^ (L * n) := Nat.mul_le_mul_left _ ih

/-- Reading a lane back. -/
theorem digit_pack (L : Nat) {n j : Nat} {f : Nat → Nat} (h : ∀ j, j < n → f j < 2 ^ L) (hj : j < n) :
    digit L (pack L n f) j = f j := by
  have pos : 0 < 2 ^ L := Nat.two_pow_pos L
  induction n generalizing f j with
  | zero => exact absurd hj (Nat.not_lt_zero j)
  | succ n ih =>
    have h0 := h 0 (Nat.zero_lt_succ n)
    cases j with
    | zero =>
      show (f 0 + 2 ^ L * _) / 1 % 2 ^ L = f 0
      rw [Nat.div_one, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt h0]
    | succ j =>
      show (f 0 + 2 ^ L * _) / 2 ^ (L * j + L) % 2 ^ L = f (j + 1)
      rw [Nat.pow_add, Nat.mul_comm (2 ^ (L * j)), ← Nat.div_div_eq_div_mul,
        Nat.add_mul_div_left _ _ pos, Nat.div_eq_of_lt h0, Nat.zero_add]
      exact ih (fun j hj => h (j + 1) (Nat.succ_lt_succ hj)) (Nat.lt_of_succ_lt_succ hj)

end Compact
