prelude
import Compact.Field.Cast
/-!
# At most so far from zero

`Near a r` says `-r ≤ a ≤ r`.
-/
namespace Compact
namespace Ball
variable {R : Type} [ExpField R] {a b r s m k : R}

/-- The number `a` is at most `r` away from zero. -/
structure Near (a r : R) : Prop where
  le : a ≤ r
  ge : -r ≤ a

theorem nonneg_of_two {a : R} (h : 0 ≤ a + a) : 0 ≤ a :=
  (le_total 0 a).elim id fun h' => le_trans h (le_of_linear h' (by ring [a]))

namespace Near

theorem nonneg (h : Near a r) : 0 ≤ r :=
  nonneg_of_two (le_of_linear (le_trans h.ge h.le) (by ring [r]))

theorem of_eq (h : Near a r) (e : a = b) (e' : r = s) : Near b s := e ▸ e' ▸ h

theorem mono (h : Near a r) (le : r ≤ s) : Near a s := ⟨le_trans h.le le, le_trans (neg_le_neg le) h.ge⟩

theorem neg (h : Near a r) : Near (-a) r := ⟨le_of_linear h.ge (by ring [a, r]), neg_le_neg h.le⟩

theorem add (h : Near a r) (h' : Near b s) : Near (a + b) (r + s) :=
  ⟨add_le_add h.le h'.le, le_of_linear (add_le_add h.ge h'.ge) (by ring [a, b, r, s])⟩

theorem mul (h : Near a r) (h' : Near b s) : Near (a * b) (r * s) := by
  have p1 := mul_nonneg (sub_nonneg.mpr h.le) (sub_nonneg.mpr h'.le)
  have p2 := mul_nonneg (sub_nonneg.mpr h.ge) (sub_nonneg.mpr h'.ge)
  have p3 := mul_nonneg (sub_nonneg.mpr h.le) (sub_nonneg.mpr h'.ge)
  have p4 := mul_nonneg (sub_nonneg.mpr h.ge) (sub_nonneg.mpr h'.le)
  constructor
  · exact sub_nonneg.mp (nonneg_of_two (le_of_linear (add_nonneg p3 p4) (by ring [a, b, r, s])))
  · exact sub_nonneg.mp (nonneg_of_two (le_of_linear (add_nonneg p1 p2) (by ring [a, b, r, s])))

/-- A number that is not negative is as near as it is large. -/
theorem self (h : 0 ≤ a) : Near a a := ⟨le_refl a, le_trans (neg_nonpos.mpr h) h⟩

/-- A factor that is known to be large can be divided out. -/
theorem of_mul (hk : 0 < k) (hb : k ≤ b) (h : Near (a * b) m) : Near a (m / k) := by
  have H : 0 ≤ m := h.nonneg
  cases le_total 0 a with
  | inl ha =>
    have le : a ≤ m / k := (le_div_iff hk).mpr (le_trans (mul_le_mul_of_nonneg_left hb ha) h.le)
    exact ⟨le, le_trans (neg_nonpos.mpr (div_nonneg H hk)) ha⟩
  | inr ha =>
    have ha' : 0 ≤ -a := neg_nonneg.mpr ha
    have low : -a * k ≤ m := le_trans (mul_le_mul_of_nonneg_left hb ha') (le_of_linear h.ge (by ring [a, b, m]))
    refine ⟨le_trans ha (div_nonneg H hk), ?_⟩
    have le : -a ≤ m / k := (le_div_iff hk).mpr low
    exact le_of_linear le (by ring [a, m / k])

theorem ofNat_sub (m n : Nat) : Near (ofNat R m - ofNat R n) (ofNat R (m + n)) := by
  have hm := ofNat_nonneg (R := R) m
  have hn := ofNat_nonneg (R := R) n
  constructor
  · exact le_of_linear (add_nonneg hn hn) (by ring [ofNat R m, ofNat R n])
  · exact le_of_linear (add_nonneg hm hm) (by ring [ofNat R m, ofNat R n])

/-- The distance of two naturals. -/
theorem dist (m n : Nat) : Near (ofNat R m - ofNat R n) (ofNat R (m - n + (n - m))) := by
  have le : ofNat R m - ofNat R n ≤ ofNat R (m - n) := sub_le_ofNat_sub m n
  have ge : ofNat R n - ofNat R m ≤ ofNat R (n - m) := sub_le_ofNat_sub n m
  have hm := ofNat_nonneg (R := R) (m - n)
  have hn := ofNat_nonneg (R := R) (n - m)
  rw [ofNat_add]
  constructor
  · exact le_trans le (le_add_of_nonneg_right hn)
  · exact le_of_linear (add_le_add ge hm) (by ring [ofNat R m, ofNat R n, ofNat R (m - n), ofNat R (n - m)])

end Near

/-- A natural number divided, rounded up. -/
theorem ofNat_div_le_succ (m : Nat) {k : Nat} (hk : 0 < k) : ofNat R m / ofNat R k ≤ ofNat R (m / k + 1) := by
  rw [ofNat_succ]
  exact le_of_lt (lt_ofNat_div_succ m hk)

end Ball
end Compact
