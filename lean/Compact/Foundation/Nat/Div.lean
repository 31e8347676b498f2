prelude
import Compact.Foundation.Nat.DivMod
import Compact.Foundation.Nat.Pow
/-!
# More about division: order, iteration, divisibility
-/
namespace Nat

/-! ## Order -/

theorem div_le_self (n d : Nat) : n / d ≤ n :=
  match d with
  | 0 => zero_le n
  | d + 1 => Nat.le_trans (Nat.le_mul_of_pos_left _ (succ_pos d)) (mul_div_le n (d + 1))

theorem le_div_iff_mul_le {k x y : Nat} (h : 0 < k) : x ≤ y / k ↔ x * k ≤ y :=
  ⟨fun l => Nat.le_trans (Nat.mul_le_mul_right k l) (div_mul_le_self y k),
   fun l => le_of_lt_succ (Nat.lt_of_mul_lt_mul_right (Nat.lt_of_le_of_lt l (lt_succ_mul_div y h)))⟩

theorem div_lt_iff_lt_mul {k x y : Nat} (h : 0 < k) : x / k < y ↔ x < y * k :=
  ⟨fun l => Nat.lt_of_not_le fun g => Nat.not_le_of_lt l ((le_div_iff_mul_le h).mpr g),
   fun l => Nat.lt_of_not_le fun g => Nat.not_le_of_lt l ((le_div_iff_mul_le h).mp g)⟩

theorem div_lt_of_lt_mul {m n k : Nat} (h : m < n * k) : m / n < k :=
  (div_lt_iff_lt_mul (Nat.pos_of_mul_pos_right (Nat.pos_of_lt h))).mpr (Nat.mul_comm n k ▸ h)

theorem div_le_of_le_mul {m n k : Nat} (h : m ≤ k * n) : m / k ≤ n :=
  match k with
  | 0 => zero_le n
  | k + 1 => Nat.le_of_mul_le_mul_left (Nat.le_trans (mul_div_le m (k + 1)) h) (succ_pos k)

protected theorem div_le_div_right {a b c : Nat} (h : a ≤ b) : a / c ≤ b / c :=
  match c with
  | 0 => Nat.le_refl 0
  | c + 1 => (le_div_iff_mul_le (succ_pos c)).mpr (Nat.le_trans (div_mul_le_self a (c + 1)) h)

protected theorem div_le_div_left {a b c : Nat} (hcb : c ≤ b) (hc : 0 < c) : a / b ≤ a / c :=
  (le_div_iff_mul_le hc).mpr (Nat.le_trans (Nat.mul_le_mul_left _ hcb) (div_mul_le_self a b))

theorem div_pos {a b : Nat} (hba : b ≤ a) (hb : 0 < b) : 0 < a / b :=
  (le_div_iff_mul_le hb).mpr ((Nat.one_mul b).symm ▸ hba)

theorem div_lt_self {n k : Nat} (hn : 0 < n) (hk : 1 < k) : n / k < n :=
  (div_lt_iff_lt_mul (le_of_lt hk)).mpr
    (Nat.lt_of_le_of_lt (Nat.le_of_eq (Nat.mul_one n).symm) (Nat.mul_lt_mul_of_pos_left hk hn))

/-! ## Dividing again -/

theorem div_div_eq_div_mul (m n k : Nat) : m / n / k = m / (n * k) :=
  match n, k with
  | 0, _ => by rw [Nat.zero_mul, Nat.div_zero, Nat.zero_div]
  | n + 1, 0 => by rw [Nat.mul_zero, Nat.div_zero, Nat.div_zero]
  | n + 1, k + 1 => by
    apply Eq.symm
    apply div_eq_of_lt_le
    · rw [Nat.mul_comm (n + 1), ← Nat.mul_assoc]
      exact (le_div_iff_mul_le (succ_pos n)).mp (div_mul_le_self _ _)
    · rw [Nat.mul_comm (n + 1), ← Nat.mul_assoc]
      exact (div_lt_iff_lt_mul (succ_pos n)).mp (lt_succ_mul_div _ (succ_pos k))

/-- The last two digits: base `a`, then base `b`. -/
theorem mod_mul (x a b : Nat) : x % (a * b) = x % a + a * (x / a % b) := by
  have e : a * b * (x / (a * b)) + (x % a + a * (x / a % b)) = x := by
    rw [← div_div_eq_div_mul, Nat.mul_assoc, Nat.add_left_comm, ← Nat.mul_add, div_add_mod, mod_add_div]
  exact Nat.add_left_cancel ((div_add_mod x (a * b)).trans e.symm)

theorem mod_pow_succ {b k x : Nat} : x % b ^ (k + 1) = x % b ^ k + b ^ k * (x / b ^ k % b) :=
  mod_mul x (b ^ k) b

theorem mod_mul_mod (x a b : Nat) : x % (a * b) % a = x % a := by
  rw [mod_mul, add_mul_mod_self_left]
  match a with
  | 0 => rw [mod_zero]
  | a + 1 => exact mod_eq_of_lt (mod_lt x (succ_pos a))

theorem mod_mul_div (x a b : Nat) (h : 0 < a) : x % (a * b) / a = x / a % b := by
  rw [mod_mul, add_mul_div_left _ _ h, div_eq_of_lt (mod_lt x h), Nat.zero_add]

/-! ## Remainders of sums and products -/

theorem mod_mod (a n : Nat) : a % n % n = a % n :=
  match n with
  | 0 => mod_zero _
  | n + 1 => mod_eq_of_lt (mod_lt a (succ_pos n))

theorem mod_add_mod (m n k : Nat) : (m % n + k) % n = (m + k) % n := by
  have e := add_mul_mod_self_left (m % n + k) n (m / n)
  rw [Nat.add_right_comm, mod_add_div] at e
  exact e.symm

theorem add_mod_mod (m n k : Nat) : (m + n % k) % k = (m + n) % k := by
  rw [Nat.add_comm, mod_add_mod, Nat.add_comm]

theorem add_mod (a b n : Nat) : (a + b) % n = (a % n + b % n) % n := by
  rw [add_mod_mod, mod_add_mod]

theorem mod_mul_mod_left (a b n : Nat) : (a % n) * b % n = a * b % n := by
  have e := add_mul_mod_self_left (a % n * b) n (a / n * b)
  rw [← Nat.mul_assoc, ← Nat.add_mul, mod_add_div] at e
  exact e.symm

theorem mul_mod (a b n : Nat) : a * b % n = (a % n) * (b % n) % n := by
  rw [mod_mul_mod_left, Nat.mul_comm a, Nat.mul_comm a, mod_mul_mod_left]

theorem mod_two_eq_zero_or_one (n : Nat) : n % 2 = 0 ∨ n % 2 = 1 :=
  eq_zero_or_eq_one_of_lt_two (mod_lt n two_pos)

/-! ## Divisibility -/

/-- `d ∣ n`: `n` is a multiple of `d`. -/
instance : Dvd Nat where dvd d n := ∃ c, n = d * c

protected theorem dvd_refl (a : Nat) : a ∣ a := ⟨1, (Nat.mul_one a).symm⟩
protected theorem dvd_zero (a : Nat) : a ∣ 0 := ⟨0, rfl⟩
protected theorem one_dvd (a : Nat) : 1 ∣ a := ⟨a, (Nat.one_mul a).symm⟩
protected theorem dvd_mul_right (a b : Nat) : a ∣ a * b := ⟨b, rfl⟩
protected theorem dvd_mul_left (a b : Nat) : a ∣ b * a := ⟨b, Nat.mul_comm b a⟩

protected theorem dvd_trans {a b c : Nat} (h : a ∣ b) (h' : b ∣ c) : a ∣ c :=
  match h, h' with
  | ⟨x, e⟩, ⟨y, e'⟩ => ⟨x * y, by rw [e', e, Nat.mul_assoc]⟩

protected theorem dvd_add {a b c : Nat} (h : a ∣ b) (h' : a ∣ c) : a ∣ b + c :=
  match h, h' with
  | ⟨x, e⟩, ⟨y, e'⟩ => ⟨x + y, by rw [e', e, Nat.mul_add]⟩

protected theorem dvd_sub {a b c : Nat} (h : a ∣ b) (h' : a ∣ c) : a ∣ b - c :=
  match h, h' with
  | ⟨x, e⟩, ⟨y, e'⟩ => ⟨x - y, by rw [e', e, Nat.mul_sub]⟩

theorem mod_eq_zero_of_dvd {a b : Nat} (h : a ∣ b) : b % a = 0 :=
  match h with
  | ⟨_, e⟩ => e ▸ mul_mod_right a _

theorem dvd_of_mod_eq_zero {a b : Nat} (h : b % a = 0) : a ∣ b :=
  ⟨b / a, by have e := div_add_mod b a; rw [h] at e; exact e.symm⟩

protected theorem mul_div_cancel' {a b : Nat} (h : a ∣ b) : a * (b / a) = b := by
  have e := div_add_mod b a
  rw [mod_eq_zero_of_dvd h] at e
  exact e

protected theorem div_mul_cancel {a b : Nat} (h : a ∣ b) : b / a * a = b := by
  rw [Nat.mul_comm, Nat.mul_div_cancel' h]

theorem dvd_mod {a b d : Nat} (ha : d ∣ a) (hb : d ∣ b) : d ∣ a % b :=
  Nat.dvd_sub ha (Nat.dvd_trans hb (Nat.dvd_mul_right b (a / b)))

theorem le_of_dvd {a b : Nat} (hb : 0 < b) (h : a ∣ b) : a ≤ b :=
  match h with
  | ⟨_, e⟩ => e ▸ Nat.le_mul_of_pos_right a (Nat.pos_of_mul_pos_left (e ▸ hb))

protected theorem dvd_antisymm {a b : Nat} (h : a ∣ b) (h' : b ∣ a) : a = b :=
  match eq_zero_or_pos a, eq_zero_or_pos b with
  | .inl e, _ => match h with | ⟨_, e'⟩ => by rw [e', e, Nat.zero_mul]
  | _, .inl e => match h' with | ⟨_, e'⟩ => by rw [e', e, Nat.zero_mul]
  | .inr p, .inr q => Nat.le_antisymm (le_of_dvd q h) (le_of_dvd p h')

end Nat
