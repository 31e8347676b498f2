prelude
import Compact.Foundation.Nat.Defs
import Compact.Foundation.Nat.Div
/-!
# Bitwise functions

`land`, `lor` and `xor` are instances of `bits f`, which applies `f` to each pair of binary digits.  The
equations `bits_zero` and `bits_digit` determine such a function.
-/
namespace Nat

/-! ## Any function of digits -/

theorem bits_zero_zero {f : Nat → Nat → Nat} (f0 : f 0 0 = 0) (k : Nat) : bits f k 0 0 = 0 := by
  induction k with
  | zero => rfl
  | succ k ih =>
    show 2 * bits f k (0 / 2) (0 / 2) + f (0 % 2) (0 % 2) = 0
    rw [Nat.zero_div, zero_mod, ih, f0]

/-- Halving both numbers takes at least one off their sum. -/
theorem half_add_half_le {n m k : Nat} (h : n + m ≤ k + 1) : n / 2 + m / 2 ≤ k := by
  refine Nat.le_of_not_lt fun l => ?_
  have h2 : 2 * (n / 2 + m / 2) ≤ n + m := by
    rw [Nat.mul_add]
    exact Nat.add_le_add (mul_div_le n 2) (mul_div_le m 2)
  have h3 : 2 * (k + 1) ≤ k + 1 := Nat.le_trans (Nat.mul_le_mul_left 2 l) (Nat.le_trans h2 h)
  rw [Nat.two_mul] at h3
  exact Nat.not_le_of_lt (Nat.lt_add_of_pos_right (succ_pos k)) h3

/-- More fuel than needed changes nothing. -/
theorem bits_fuel {f : Nat → Nat → Nat} (f0 : f 0 0 = 0) {k l n m : Nat} (hk : n + m ≤ k) (hl : n + m ≤ l) :
    bits f k n m = bits f l n m := by
  have zero : ∀ {k l n m : Nat}, n + m ≤ 0 → bits f k n m = bits f l n m := fun h => by
    have e := eq_zero_of_le_zero h
    rw [eq_zero_of_add_eq_zero_right e, eq_zero_of_add_eq_zero_left e, bits_zero_zero f0, bits_zero_zero f0]
  induction k generalizing l n m with
  | zero => exact zero hk
  | succ k ih =>
    cases l with
    | zero => exact zero hl
    | succ l =>
      show 2 * bits f k (n / 2) (m / 2) + _ = 2 * bits f l (n / 2) (m / 2) + _
      rw [ih (half_add_half_le hk) (half_add_half_le hl)]

/-- The recursion equation, with as much fuel as `land`, `lor` and `xor` have. -/
theorem bits_step {f : Nat → Nat → Nat} (f0 : f 0 0 = 0) (n m : Nat) :
    bits f (n + m) n m = 2 * bits f (n / 2 + m / 2) (n / 2) (m / 2) + f (n % 2) (m % 2) := by
  rw [bits_fuel f0 (Nat.le_refl (n + m)) (le_succ (n + m))]
  show 2 * bits f (n + m) (n / 2) (m / 2) + _ = _
  rw [bits_fuel f0 (Nat.add_le_add (div_le_self n 2) (div_le_self m 2)) (Nat.le_refl _)]

/-- The equation in terms of the last digits. -/
theorem bits_digit {f : Nat → Nat → Nat} (f0 : f 0 0 = 0) {i j : Nat} (a b : Nat) (hi : i < 2) (hj : j < 2) :
    bits f (2 * a + i + (2 * b + j)) (2 * a + i) (2 * b + j) = 2 * bits f (a + b) a b + f i j := by
  rw [bits_step f0, mul_add_div two_pos, mul_add_div two_pos, mul_add_mod, mul_add_mod,
    div_eq_of_lt hi, div_eq_of_lt hj, mod_eq_of_lt hi, mod_eq_of_lt hj, Nat.add_zero, Nat.add_zero]

theorem bits_comm {f : Nat → Nat → Nat} (comm : ∀ i j, f i j = f j i) (k n m : Nat) :
    bits f k n m = bits f k m n := by
  induction k generalizing n m with
  | zero => rfl
  | succ k ih =>
    show 2 * bits f k (n / 2) (m / 2) + _ = 2 * bits f k (m / 2) (n / 2) + _
    rw [ih, comm]

/-- Low and high parts do not touch each other. -/
theorem bits_add_mul_two_pow {f : Nat → Nat → Nat} (f0 : f 0 0 = 0) (L : Nat) {a c : Nat} (b d : Nat)
    (ha : a < 2 ^ L) (hc : c < 2 ^ L) :
    bits f (a + 2 ^ L * b + (c + 2 ^ L * d)) (a + 2 ^ L * b) (c + 2 ^ L * d)
      = bits f (a + c) a c + 2 ^ L * bits f (b + d) b d := by
  induction L generalizing a c with
  | zero =>
    rw [eq_zero_of_lt_one ha, eq_zero_of_lt_one hc, bits_zero_zero f0, Nat.pow_zero]
    rw [Nat.one_mul, Nat.one_mul, Nat.one_mul, Nat.zero_add, Nat.zero_add, Nat.zero_add]
  | succ L ih =>
    have half : ∀ {x : Nat}, x < 2 ^ (L + 1) → x / 2 < 2 ^ L := fun h =>
      div_lt_of_lt_mul (Nat.pow_succ' ▸ h)
    have shift : ∀ x y : Nat, x + 2 ^ (L + 1) * y = 2 * (x / 2 + 2 ^ L * y) + x % 2 := fun x y => by
      rw [Nat.pow_succ', Nat.mul_assoc, Nat.mul_add, Nat.add_right_comm, div_add_mod]
    have bit : ∀ x : Nat, x % 2 < 2 := fun x => mod_lt x two_pos
    rw [shift a b, shift c d, bits_digit f0 _ _ (bit a) (bit c), ih (half ha) (half hc), bits_step f0 a c]
    rw [Nat.pow_succ', Nat.mul_assoc, Nat.mul_add, Nat.add_right_comm]

/-! ## `land` -/

theorem land_zero_zero : land 0 0 = 0 := rfl

/-- With the next two equations this determines `land`. -/
theorem land_digit (a b : Nat) {i j : Nat} (hi : i < 2) (hj : j < 2) :
    land (2 * a + i) (2 * b + j) = 2 * land a b + i * j :=
  bits_digit (f := fun i j => i * j) rfl a b hi hj

theorem land_comm (n m : Nat) : land n m = land m n := by
  unfold land
  rw [bits_comm (f := fun i j => i * j) Nat.mul_comm, Nat.add_comm]

theorem bits_mul_le (k n m : Nat) : bits (fun i j => i * j) k n m ≤ n := by
  induction k generalizing n m with
  | zero => exact zero_le n
  | succ k ih =>
    have hj : m % 2 ≤ 1 := le_of_lt_succ (mod_lt m two_pos)
    have hij : n % 2 * (m % 2) ≤ n % 2 := Nat.le_trans (Nat.mul_le_mul_left _ hj) (Nat.le_of_eq (Nat.mul_one _))
    calc 2 * bits (fun i j => i * j) k (n / 2) (m / 2) + n % 2 * (m % 2)
      _ ≤ 2 * (n / 2) + n % 2 := Nat.add_le_add (Nat.mul_le_mul_left 2 (ih _ _)) hij
      _ = n := div_add_mod n 2

theorem land_le_left (n m : Nat) : land n m ≤ n := bits_mul_le (n + m) n m
theorem land_le_right (n m : Nat) : land n m ≤ m := land_comm n m ▸ land_le_left m n
theorem zero_land (n : Nat) : land 0 n = 0 := eq_zero_of_le_zero (land_le_left 0 n)
theorem land_zero (n : Nat) : land n 0 = 0 := eq_zero_of_le_zero (land_le_right n 0)

/-- `land` works on low and high parts separately. -/
theorem land_add_mul_two_pow (L : Nat) {a c : Nat} (b d : Nat) (ha : a < 2 ^ L) (hc : c < 2 ^ L) :
    land (a + 2 ^ L * b) (c + 2 ^ L * d) = land a c + 2 ^ L * land b d :=
  bits_add_mul_two_pow (f := fun i j => i * j) rfl L b d ha hc

/-- A number that has all bits of `m` is at least `m`. -/
theorem le_of_land_eq {n m : Nat} (h : land n m = m) : m ≤ n := h ▸ land_le_left n m

/-- A number in which bit `k` is set is at least `2 ^ k`. -/
theorem two_pow_le_of_land_eq {x k : Nat} (h : land x (2 ^ k) = 2 ^ k) : 2 ^ k ≤ x := le_of_land_eq h

/-! ## `lor` and `xor` -/

theorem lor_zero_zero : lor 0 0 = 0 := rfl

/-- With `lor_zero_zero` this determines `lor`. -/
theorem lor_digit (a b : Nat) {i j : Nat} (hi : i < 2) (hj : j < 2) :
    lor (2 * a + i) (2 * b + j) = 2 * lor a b + (i + j - i * j) :=
  bits_digit (f := fun i j => i + j - i * j) rfl a b hi hj

theorem lor_comm (n m : Nat) : lor n m = lor m n := by
  unfold lor
  rw [bits_comm (f := fun i j => i + j - i * j) fun i j => by rw [Nat.add_comm, Nat.mul_comm], Nat.add_comm]

theorem xor_zero_zero : xor 0 0 = 0 := rfl

/-- With `xor_zero_zero` this determines `xor`. -/
theorem xor_digit (a b : Nat) {i j : Nat} (hi : i < 2) (hj : j < 2) :
    xor (2 * a + i) (2 * b + j) = 2 * xor a b + (i + j) % 2 :=
  bits_digit (f := fun i j => (i + j) % 2) (zero_mod 2) a b hi hj

theorem xor_comm (n m : Nat) : xor n m = xor m n := by
  unfold xor
  rw [bits_comm (f := fun i j => (i + j) % 2) fun i j => by rw [Nat.add_comm], Nat.add_comm]

end Nat
