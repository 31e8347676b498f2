prelude
import Compact.Ring.Nat
/-!
# Fractions: numerator over positive denominator

The non-negative rationals, except that `1/2` and `2/4` are different fractions here.  That does no harm, for fractions
are only compared: `1/2 ≤ 2/4` and `2/4 ≤ 1/2`.  Where two sides are the same number but not the same fraction, as in
the distributive law, there are two inequalities instead of an equation.  That `p` is positive is written `0 < p.num`.
-/
namespace Compact

/-- `num / den` -/
structure Fraction where
  num : Nat
  den : Nat
  den_pos : 0 < den

namespace Fraction
variable {p q r s : Fraction}

/-! ## Order -/

instance : LE Fraction where le p q := p.num * q.den ≤ q.num * p.den
instance : LT Fraction where lt p q := p.num * q.den < q.num * p.den

theorem le_refl (p : Fraction) : p ≤ p := Nat.le_refl (p.num * p.den)
theorem le_of_eq (h : p = q) : p ≤ q := h ▸ le_refl p
theorem le_total (p q : Fraction) : p ≤ q ∨ q ≤ p := Nat.le_total (p.num * q.den) (q.num * p.den)
theorem le_of_lt (h : p < q) : p ≤ q := Nat.le_of_lt h
theorem not_le_of_lt (h : p < q) : ¬ q ≤ p := Nat.not_le_of_lt h
theorem lt_of_not_le (h : ¬ q ≤ p) : p < q := Nat.lt_of_not_le h

theorem le_trans (h : p ≤ q) (h' : q ≤ r) : p ≤ r := by
  have h : p.num * q.den ≤ q.num * p.den := h
  have h' : q.num * r.den ≤ r.num * q.den := h'
  refine Nat.le_of_mul_le_mul_right (c := q.den) ?_ q.den_pos
  calc p.num * r.den * q.den = p.num * q.den * r.den := by ring [p.num, q.den, r.den]
    _ ≤ q.num * p.den * r.den := Nat.mul_le_mul_right _ h
    _ = q.num * r.den * p.den := by ring [q.num, p.den, r.den]
    _ ≤ r.num * q.den * p.den := Nat.mul_le_mul_right _ h'
    _ = r.num * p.den * q.den := by ring [r.num, p.den, q.den]

instance : Trans (α := Fraction) (β := Fraction) (γ := Fraction) LE.le LE.le LE.le where trans := le_trans

theorem lt_of_le_of_lt (h : p ≤ q) (h' : q < r) : p < r := lt_of_not_le fun n => not_le_of_lt h' (le_trans n h)
theorem lt_trans (h : p < q) (h' : q < r) : p < r := lt_of_le_of_lt (le_of_lt h) h'
theorem lt_of_lt_of_le (h : p < q) (h' : q ≤ r) : p < r := lt_of_not_le fun n => not_le_of_lt h (le_trans h' n)

/-- Between two fractions lies a third: `(a + c) / (b + d)` lies between `a/b` and `c/d`. -/
theorem exists_between (h : p < q) : ∃ r : Fraction, p < r ∧ r < q := by
  have h : p.num * q.den < q.num * p.den := h
  refine ⟨⟨p.num + q.num, p.den + q.den, Nat.add_pos_left p.den_pos q.den⟩, ?_, ?_⟩
  · exact Nat.lt_of_linear h (by ring [p.num, p.den, q.num, q.den])
  · exact Nat.lt_of_linear h (by ring [p.num, p.den, q.num, q.den])

/-! ## Sums -/

instance : Add Fraction where
  add p q := ⟨p.num * q.den + q.num * p.den, p.den * q.den, Nat.mul_pos p.den_pos q.den_pos⟩

/-- Fractions with equal parts are equal. -/
theorem ext (h : p.num = q.num) (h' : p.den = q.den) : p = q := by
  cases p; cases q; cases h; cases h'; rfl

theorem add_comm (p q : Fraction) : p + q = q + p := ext (Nat.add_comm _ _) (Nat.mul_comm _ _)

theorem add_assoc (p q r : Fraction) : p + q + r = p + (q + r) := by
  refine ext ?_ (Nat.mul_assoc _ _ _)
  show (p.num * q.den + q.num * p.den) * r.den + r.num * (p.den * q.den)
    = p.num * (q.den * r.den) + (q.num * r.den + r.num * q.den) * p.den
  ring [p.num, p.den, q.num, q.den, r.num, r.den]

theorem add_le_add_left (h : p ≤ q) (r : Fraction) : r + p ≤ r + q := by
  have h : p.num * q.den ≤ q.num * p.den := h
  show (r.num * p.den + p.num * r.den) * (r.den * q.den) ≤ (r.num * q.den + q.num * r.den) * (r.den * p.den)
  exact Nat.le_of_linear (Nat.mul_le_mul_right (r.den * r.den) h) (by ring [p.num, p.den, q.num, q.den, r.num, r.den])

theorem le_of_add_le_add_left (h : r + p ≤ r + q) : p ≤ q := by
  have h : (r.num * p.den + p.num * r.den) * (r.den * q.den) ≤ (r.num * q.den + q.num * r.den) * (r.den * p.den) := h
  refine Nat.le_of_mul_le_mul_right (c := r.den * r.den) ?_ (Nat.mul_pos r.den_pos r.den_pos)
  exact Nat.le_of_linear h (by ring [p.num, p.den, q.num, q.den, r.num, r.den])

theorem add_le_add_right (h : p ≤ q) (r : Fraction) : p + r ≤ q + r :=
  add_comm r p ▸ add_comm r q ▸ add_le_add_left h r
theorem add_le_add (h : p ≤ q) (h' : r ≤ s) : p + r ≤ q + s := le_trans (add_le_add_right h r) (add_le_add_left h' q)
theorem le_of_add_le_add_right (h : p + r ≤ q + r) : p ≤ q :=
  le_of_add_le_add_left (r := r) (add_comm p r ▸ add_comm q r ▸ h)
theorem add_lt_add_left (h : p < q) (r : Fraction) : r + p < r + q :=
  lt_of_not_le fun n => not_le_of_lt h (le_of_add_le_add_left n)
theorem add_lt_add_right (h : p < q) (r : Fraction) : p + r < q + r :=
  lt_of_not_le fun n => not_le_of_lt h (le_of_add_le_add_right n)

theorem le_add_left (p q : Fraction) : p ≤ q + p := by
  show p.num * (q.den * p.den) ≤ (q.num * p.den + p.num * q.den) * p.den
  exact Nat.le.intro (k := q.num * p.den * p.den) (by ring [p.num, p.den, q.num, q.den])

/-- A difference: `p + d = q` for some `d`, if `p ≤ q`. -/
theorem exists_add_eq (h : p ≤ q) : ∃ d : Fraction, p + d ≤ q ∧ q ≤ p + d := by
  obtain ⟨k, e⟩ := Nat.exists_eq_add_of_le (show p.num * q.den ≤ q.num * p.den from h)
  have e' : (p.num * (p.den * q.den) + k * p.den) * q.den = q.num * (p.den * (p.den * q.den)) := by
    calc (p.num * (p.den * q.den) + k * p.den) * q.den = (p.num * q.den + k) * (p.den * q.den) := by
          ring [p.num, p.den, q.den, k]
      _ = q.num * p.den * (p.den * q.den) := by rw [e]
      _ = q.num * (p.den * (p.den * q.den)) := Nat.mul_assoc _ _ _
  exact ⟨⟨k, p.den * q.den, Nat.mul_pos p.den_pos q.den_pos⟩, Nat.le_of_eq e', Nat.le_of_eq e'.symm⟩

/-- If `p < q`, there is room for some `d > 0` between them. -/
theorem exists_add_le (h : p < q) : ∃ d : Fraction, 0 < d.num ∧ p + d ≤ q := by
  obtain ⟨d, hd, hd'⟩ := exists_add_eq (le_of_lt h)
  refine ⟨d, Nat.pos_of_ne_zero fun e => not_le_of_lt h (le_trans hd' ?_), hd⟩
  show (p.num * d.den + d.num * p.den) * p.den ≤ p.num * (p.den * d.den)
  rw [e]
  exact Nat.le_of_eq (by ring [p.num, p.den, d.den])

theorem lt_add_right (p : Fraction) (h : 0 < q.num) : p < p + q := by
  show p.num * (p.den * q.den) < (p.num * q.den + q.num * p.den) * p.den
  refine Nat.lt_of_linear (Nat.mul_pos (Nat.mul_pos h p.den_pos) p.den_pos) ?_
  ring [p.num, p.den, q.num, q.den]

/-- Half of `d`. -/
theorem exists_add_self_le (h : 0 < q.num) : ∃ d : Fraction, 0 < d.num ∧ d + d ≤ q := by
  refine ⟨⟨q.num, 2 * q.den, Nat.mul_pos Nat.two_pos q.den_pos⟩, h, ?_⟩
  show (q.num * (2 * q.den) + q.num * (2 * q.den)) * q.den ≤ q.num * (2 * q.den * (2 * q.den))
  exact Nat.le_of_eq (by ring [q.num, q.den])

/-! ## Products -/

instance : Mul Fraction where mul p q := ⟨p.num * q.num, p.den * q.den, Nat.mul_pos p.den_pos q.den_pos⟩

/-- The natural number `n`, as `n / 1`. -/
def ofNat (n : Nat) : Fraction := ⟨n, 1, Nat.one_pos⟩

theorem mul_comm (p q : Fraction) : p * q = q * p := ext (Nat.mul_comm _ _) (Nat.mul_comm _ _)
theorem mul_assoc (p q r : Fraction) : p * q * r = p * (q * r) := ext (Nat.mul_assoc _ _ _) (Nat.mul_assoc _ _ _)
theorem one_mul (p : Fraction) : ofNat 1 * p = p := ext (Nat.one_mul _) (Nat.one_mul _)

theorem mul_add_le (p q r : Fraction) : p * (q + r) ≤ p * q + p * r := by
  show p.num * (q.num * r.den + r.num * q.den) * (p.den * q.den * (p.den * r.den))
    ≤ (p.num * q.num * (p.den * r.den) + p.num * r.num * (p.den * q.den)) * (p.den * (q.den * r.den))
  exact Nat.le_of_eq (by ring [p.num, p.den, q.num, q.den, r.num, r.den])
theorem le_mul_add (p q r : Fraction) : p * q + p * r ≤ p * (q + r) := by
  show (p.num * q.num * (p.den * r.den) + p.num * r.num * (p.den * q.den)) * (p.den * (q.den * r.den))
    ≤ p.num * (q.num * r.den + r.num * q.den) * (p.den * q.den * (p.den * r.den))
  exact Nat.le_of_eq (by ring [p.num, p.den, q.num, q.den, r.num, r.den])

theorem mul_le_mul_left (h : p ≤ q) (r : Fraction) : r * p ≤ r * q := by
  have h : p.num * q.den ≤ q.num * p.den := h
  show r.num * p.num * (r.den * q.den) ≤ r.num * q.num * (r.den * p.den)
  exact Nat.le_of_linear (Nat.mul_le_mul_left (r.num * r.den) h) (by ring [p.num, p.den, q.num, q.den, r.num, r.den])
theorem mul_le_mul_right (h : p ≤ q) (r : Fraction) : p * r ≤ q * r :=
  mul_comm r p ▸ mul_comm r q ▸ mul_le_mul_left h r

/-- If `p ≤ q` and `r ≤ s`, then `p s + q r ≤ p r + q s`. -/
theorem rearrange (h : p ≤ q) (h' : r ≤ s) : p * s + q * r ≤ p * r + q * s := by
  obtain ⟨e, he, he'⟩ := exists_add_eq h
  calc p * s + q * r ≤ p * s + (p + e) * r := add_le_add_left (mul_le_mul_right he' r) _
    _ ≤ p * s + (p * r + r * e) := add_le_add_left (mul_comm r (p + e) ▸ mul_comm r p ▸ mul_add_le r p e) _
    _ ≤ p * s + (p * r + s * e) := add_le_add_left (add_le_add_left (mul_le_mul_right h' e) _) _
    _ = p * r + (s * p + s * e) := by rw [← add_assoc, add_comm (p * s), add_assoc, mul_comm s p]
    _ ≤ p * r + (p + e) * s := add_le_add_left (mul_comm s (p + e) ▸ le_mul_add s p e) _
    _ ≤ p * r + q * s := add_le_add_left (mul_le_mul_right he s) _

theorem mul_lt_mul_right (h : p < q) (hr : 0 < r.num) : p * r < q * r := by
  have h : p.num * q.den < q.num * p.den := h
  show p.num * r.num * (q.den * r.den) < q.num * r.num * (p.den * r.den)
  rw [Nat.mul_mul_mul_comm, Nat.mul_mul_mul_comm q.num]
  exact Nat.mul_lt_mul_of_pos_right h (Nat.mul_pos hr r.den_pos)

theorem zero_mul_le (p q : Fraction) : ofNat 0 * p ≤ q := by
  show 0 * p.num * q.den ≤ q.num * (1 * p.den)
  rw [Nat.zero_mul, Nat.zero_mul]
  exact Nat.zero_le _
theorem zero_lt (h : 0 < p.num) : ofNat 0 < p := by
  show 0 * p.den < p.num * 1
  rw [Nat.zero_mul, Nat.mul_one]
  exact h

/-- One half. -/
def half : Fraction := ⟨1, 2, Nat.two_pos⟩
theorem half_add_half_le : half + half ≤ ofNat 1 := Nat.le_of_eq rfl
theorem one_le_half_add_half : ofNat 1 ≤ half + half := Nat.le_of_eq rfl

/-- What is above something is positive. -/
theorem pos_of_lt (h : p < q) : 0 < q.num :=
  Nat.pos_of_mul_pos_right (Nat.pos_of_lt (show p.num * q.den < q.num * p.den from h))

/-- However large `p` is: some positive `e` has `e * p ≤ d`. -/
theorem exists_mul_le (p : Fraction) {d : Fraction} (h : 0 < d.num) : ∃ e : Fraction, 0 < e.num ∧ e * p ≤ d := by
  refine ⟨⟨d.num, d.den * (p.num + 1), Nat.mul_pos d.den_pos (Nat.succ_pos _)⟩, h, ?_⟩
  show d.num * p.num * d.den ≤ d.num * (d.den * (p.num + 1) * p.den)
  calc d.num * p.num * d.den = d.num * d.den * p.num := Nat.mul_right_comm _ _ _
    _ ≤ d.num * d.den * ((p.num + 1) * p.den) := 
      Nat.mul_le_mul_left _ (Nat.le_trans (Nat.le_succ _) (Nat.le_mul_of_pos_right _ p.den_pos))
    _ = d.num * (d.den * (p.num + 1) * p.den) := by ring [d.num, d.den, p.num, p.den]

/-- Archimedes: some multiple of `d > 0` is above `p`. -/
theorem exists_lt_mul (p : Fraction) {d : Fraction} (h : 0 < d.num) : ∃ n, p < ofNat n * d := by
  refine ⟨p.num * d.den + 1, ?_⟩
  show p.num * (1 * d.den) < (p.num * d.den + 1) * d.num * p.den
  rw [Nat.one_mul, Nat.mul_assoc]
  exact Nat.le_mul_of_pos_right _ (Nat.mul_pos h p.den_pos)

theorem succ_mul_le (n : Nat) (d : Fraction) : ofNat (n + 1) * d ≤ ofNat n * d + d := by
  show (n + 1) * d.num * (1 * d.den * d.den) ≤ (n * d.num * d.den + d.num * (1 * d.den)) * (1 * d.den)
  exact Nat.le_of_eq (by ring [n, d.num, d.den])

end Fraction
end Compact
