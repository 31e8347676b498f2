prelude
import Compact.Foundation.Nat.Defs
import Compact.Foundation.Nat.Div
/-!
# Greatest common divisors and logarithms
-/
namespace Nat

/-! ## `gcd` -/

/-- More fuel than needed changes nothing. -/
theorem gcdGo_fuel {k l m n : Nat} (hk : m ≤ k) (hl : m ≤ l) : gcdGo k m n = gcdGo l m n := by
  have zero : ∀ k, gcdGo k 0 n = n := fun k => by cases k with | zero => rfl | succ k => rfl
  induction k generalizing l m n with
  | zero => rw [eq_zero_of_le_zero hk]; exact (zero 0).trans (zero l).symm
  | succ k ih =>
    match m, l with
    | 0, l => exact (zero (k + 1)).trans (zero l).symm
    | m + 1, 0 => exact absurd hl (not_succ_le_zero m)
    | m + 1, l + 1 =>
      have hm : n % (m + 1) ≤ m := le_of_lt_succ (mod_lt n (succ_pos m))
      exact ih (Nat.le_trans hm (le_of_succ_le_succ hk)) (Nat.le_trans hm (le_of_succ_le_succ hl))
        fun k => by cases k with | zero => rfl | succ k => rfl

theorem gcd_zero_left (n : Nat) : gcd 0 n = n := rfl

theorem gcd_succ (m n : Nat) : gcd (succ m) n = gcd (n % succ m) (succ m) :=
  gcdGo_fuel (le_of_lt_succ (mod_lt n (succ_pos m))) (Nat.le_refl _)

/-- The two equations above as an induction principle. -/
theorem gcd.induction {p : Nat → Nat → Prop} (m n : Nat) (zero : ∀ n, p 0 n)
    (step : ∀ m n, 0 < m → p (n % m) m → p m n) : p m n := by
  have all : ∀ k m n, m ≤ k → p m n := fun k => by
    induction k with
    | zero => exact fun m n h => eq_zero_of_le_zero h ▸ zero n
    | succ k ih =>
      exact fun m n h => match m with
        | 0 => zero n
        | m + 1 => step (m + 1) n (succ_pos m)
          (ih _ _ (Nat.le_trans (le_of_lt_succ (mod_lt n (succ_pos m))) (le_of_succ_le_succ h)))
  exact all m m n (Nat.le_refl m)

theorem gcd_rec {m : Nat} (n : Nat) (h : 0 < m) : gcd m n = gcd (n % m) m :=
  match m with
  | 0 => absurd h (lt_irrefl 0)
  | m + 1 => gcd_succ m n

theorem gcd_dvd (m n : Nat) : gcd m n ∣ m ∧ gcd m n ∣ n := by
  refine gcd.induction (p := fun m n => gcd m n ∣ m ∧ gcd m n ∣ n) m n
    (fun n => ⟨Nat.dvd_zero _, Nat.dvd_refl n⟩) fun m n h ih => ?_
  rw [gcd_rec n h]
  refine ⟨ih.right, ?_⟩
  have e := Nat.dvd_add (Nat.dvd_trans ih.right (Nat.dvd_mul_right m (n / m))) ih.left
  rw [div_add_mod] at e
  exact e

theorem gcd_dvd_left (m n : Nat) : gcd m n ∣ m := (gcd_dvd m n).left
theorem gcd_dvd_right (m n : Nat) : gcd m n ∣ n := (gcd_dvd m n).right

theorem dvd_gcd {d m n : Nat} (hm : d ∣ m) (hn : d ∣ n) : d ∣ gcd m n :=
  gcd.induction (p := fun m n => d ∣ m → d ∣ n → d ∣ gcd m n) m n (fun _ _ hn => hn)
    (fun _ n h ih hm hn => (gcd_rec n h).symm ▸ ih (dvd_mod hn hm) hm) hm hn

/-- The greatest: a common divisor of numbers that are not both zero is at most `gcd m n`. -/
theorem le_gcd {d m n : Nat} (h : 0 < gcd m n) (hm : d ∣ m) (hn : d ∣ n) : d ≤ gcd m n :=
  le_of_dvd h (dvd_gcd hm hn)

/-! ## `log2` -/

theorem log2_zero : log2 0 = 0 := rfl

theorem log2Go_spec (k n : Nat) (hk : n ≤ k) (hn : 0 < n) :
    2 ^ log2Go k n ≤ n ∧ n < 2 ^ (log2Go k n + 1) := by
  induction k generalizing n with
  | zero => exact absurd (Nat.lt_of_lt_of_le hn hk) (lt_irrefl 0)
  | succ k ih =>
    unfold log2Go
    split
    case h_1 hb =>
      have h2 : 2 ≤ n := le_of_ble_eq_true hb
      have hk' : n / 2 ≤ k := le_of_lt_succ (Nat.lt_of_lt_of_le (div_lt_self hn (lt_succ_self 1)) hk)
      have h := ih (n / 2) hk' (div_pos h2 two_pos)
      exact ⟨(le_div_iff_mul_le two_pos).mp h.left, (div_lt_iff_lt_mul two_pos).mp h.right⟩
    case h_2 hb =>
      exact ⟨hn, Nat.lt_of_not_le fun l => Bool.ne_true_of_eq_false hb (ble_eq_true_of_le l)⟩

theorem log2_self_le {n : Nat} (h : n ≠ 0) : 2 ^ log2 n ≤ n :=
  (log2Go_spec n n (Nat.le_refl n) (Nat.pos_of_ne_zero h)).left

theorem lt_log2_self {n : Nat} : n < 2 ^ (log2 n + 1) :=
  match eq_zero_or_pos n with
  | .inl e => e ▸ two_pos
  | .inr h => (log2Go_spec n n (Nat.le_refl n) h).right

end Nat
