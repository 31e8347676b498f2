prelude
import Compact.Field.Div
/-!
# Natural numbers in an `ExpField`

`ofNat R` keeps and reflects the order, and rounding in `Nat` (truncated subtraction, floor division) is on
the known side of the exact value.  Sums, products and powers are in `Compact.Field.Ring`.
-/
namespace Compact
variable {R : Type} [ExpField R] {m n d : Nat}

theorem ofNat_nonneg (n : Nat) : 0 ≤ ofNat R n := by
  induction n with
  | zero => exact le_refl 0
  | succ n ih => rw [ofNat_succ]; exact add_nonneg ih zero_le_one

theorem ofNat_le (h : m ≤ n) : ofNat R m ≤ ofNat R n := by
  rw [← Nat.add_sub_of_le h, ofNat_add]
  exact le_add_of_nonneg_right (ofNat_nonneg _)

theorem ofNat_lt (h : m < n) : ofNat R m < ofNat R n :=
  lt_of_lt_of_le (lt_add_one (ofNat R m)) (ofNat_succ (R := R) m ▸ ofNat_le h)

theorem ofNat_pos (h : 0 < n) : 0 < ofNat R n := ofNat_lt h
theorem ofNat_ne_zero (h : 0 < n) : ofNat R n ≠ 0 := ne_of_gt (ofNat_pos h)
theorem zero_lt_two : (0 : R) < 2 := ofNat_pos Nat.two_pos

theorem le_of_ofNat_le (h : ofNat R m ≤ ofNat R n) : m ≤ n :=
  (Nat.lt_or_ge n m).elim (fun h' => absurd h (not_le_of_lt (ofNat_lt h'))) id
theorem lt_of_ofNat_lt (h : ofNat R m < ofNat R n) : m < n :=
  (Nat.lt_or_ge m n).elim id fun h' => absurd h (not_lt_of_le (ofNat_le h'))
theorem ofNat_le_iff : ofNat R m ≤ ofNat R n ↔ m ≤ n := ⟨le_of_ofNat_le, ofNat_le⟩
theorem ofNat_lt_iff : ofNat R m < ofNat R n ↔ m < n := ⟨lt_of_ofNat_lt, ofNat_lt⟩
theorem ofNat_inj (h : ofNat R m = ofNat R n) : m = n :=
  Nat.le_antisymm (le_of_ofNat_le (le_of_eq h)) (le_of_ofNat_le (le_of_eq h.symm))

theorem ofNat_sub (h : m ≤ n) : ofNat R (n - m) = ofNat R n - ofNat R m := by
  have e : ofNat R n = ofNat R (n - m) + ofNat R m := by rw [← ofNat_add, Nat.sub_add_cancel h]
  rw [e, add_sub_cancel_right]

/-- Truncated subtraction rounds up. -/
theorem sub_le_ofNat_sub (n m : Nat) : ofNat R n - ofNat R m ≤ ofNat R (n - m) := by
  refine sub_le_iff_le_add.mpr ?_
  rw [← ofNat_add]
  exact ofNat_le (Nat.le_add_of_sub_le (Nat.le_refl _))

theorem ofNat_div_le (n : Nat) (h : 0 < d) : ofNat R (n / d) ≤ ofNat R n / ofNat R d := by
  refine (le_div_iff (ofNat_pos h)).mpr ?_
  rw [← ofNat_mul]
  exact ofNat_le (Nat.div_mul_le_self n d)

theorem lt_ofNat_div_succ (n : Nat) (h : 0 < d) : ofNat R n / ofNat R d < ofNat R (n / d) + 1 := by
  refine (div_lt_iff (ofNat_pos h)).mpr ?_
  rw [← ofNat_succ, ← ofNat_mul]
  exact ofNat_lt (Nat.lt_succ_mul_div n h)

/-- A quotient of casts from an inequality of naturals. -/
theorem ofNat_div_le_ofNat_div {a b c : Nat} (hb : 0 < b) (hd : 0 < d) (h : a * d ≤ c * b) :
    ofNat R a / ofNat R b ≤ ofNat R c / ofNat R d := by
  refine (div_le_div_iff (ofNat_pos hb) (ofNat_pos hd)).mpr ?_
  rw [← ofNat_mul, ← ofNat_mul]
  exact ofNat_le h

end Compact
