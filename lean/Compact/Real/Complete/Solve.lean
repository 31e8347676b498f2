prelude
import Compact.Real.Complete.Small
/-!
# Equations `f s = c` have solutions

The intermediate value theorem, for functions whose slope is bounded from above; then the two equations that matter:
`x * s = 1` (so `R` is a field) and `s * s = x` (so nonnegative numbers have square roots).
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {x c B L : R}

/-- If `f` grows by at most `L * (z - y)` from `y` to `z`, and `c` lies between `f 0` and `f B`, then `f` takes the
value `c` between `0` and `B`: at the least upper bound of the places where `f` is at most `c`. -/
theorem exists_eq (f : R → R) (hB : 0 ≤ B) (hL : 0 ≤ L)
    (slope : ∀ y z, 0 ≤ y → y ≤ z → z ≤ B → f z ≤ f y + L * (z - y)) (low : f 0 ≤ c) (high : c ≤ f B) :
    ∃ s, 0 ≤ s ∧ s ≤ B ∧ f s = c := by
  obtain ⟨s, upper, least⟩ := exists_sup (fun y : R => 0 ≤ y ∧ y ≤ B ∧ f y ≤ c) ⟨0, le_refl 0, hB, low⟩
    ⟨B, fun y h => h.right.left⟩
  have hs : 0 ≤ s := upper 0 ⟨le_refl 0, hB, low⟩
  have hs' : s ≤ B := least B fun y h => h.right.left
  refine ⟨s, hs, hs', le_antisymm (le_of_not_lt fun above => ?_) (le_of_not_lt fun below => ?_)⟩
  · -- `c < f s`: then `s - 1/2^n` is an upper bound too, for a large `n`
    obtain ⟨n, hn⟩ := exists_mul_half_pow_lt L (sub_pos.mpr above)
    have smaller : s ≤ s - half R ^ n := least (s - half R ^ n) fun y ⟨hy, hyB, hfy⟩ => le_of_not_lt fun near => by
      have hys : y ≤ s := upper y ⟨hy, hyB, hfy⟩
      have gap : L * (s - y) ≤ L * half R ^ n :=
        mul_le_mul_of_nonneg_left (le_of_linear (le_of_lt near) (by ring [s, y, half R ^ n])) hL
      refine not_le_of_lt hn (le_of_linear (add_le_add (slope y s hy hys hs') (add_le_add hfy gap)) ?_)
      ring [f s, f y, c, L, s, y, half R ^ n]
    exact not_le_of_lt (half_pow_pos (R := R) n) (le_of_linear smaller (by ring [s, half R ^ n]))
  · -- `f s < c`: then `s + 1/2^n` is in the set, for a large `n`
    have room : s < B := lt_of_not_le fun h => not_le_of_lt below (le_antisymm hs' h ▸ high)
    obtain ⟨n, hn⟩ := exists_forall_mul_half_pow_lt hL (sub_pos.mpr below)
    obtain ⟨m, hm⟩ := exists_forall_mul_half_pow_lt zero_le_one (sub_pos.mpr room)
    have small := hn (n + m) (Nat.le_add_right n m)
    have inside := hm (n + m) (Nat.le_add_left m n)
    have hpos := half_pow_pos (R := R) (n + m)
    generalize half R ^ (n + m) = e at small inside hpos
    have hse : s ≤ s + e := le_of_linear (le_of_lt hpos) (by ring [s, e])
    have heB : s + e ≤ B := le_of_linear (le_of_lt inside) (by ring [s, e, B])
    have value : f (s + e) ≤ c := le_of_linear (add_le_add (slope s (s + e) hs hse heB) (le_of_lt small))
      (by ring [f (s + e), f s, c, L, s, e])
    exact not_le_of_lt hpos (le_of_linear (upper (s + e) ⟨le_trans hs hse, heB, value⟩) (by ring [s, e]))

/-! ## Inverses -/

theorem exists_mul_eq_one_of_pos (hx : 0 < x) : ∃ s, 0 ≤ s ∧ x * s = 1 := by
  -- `1 ≤ x * 2^n` for some `n`
  obtain ⟨n, hn⟩ := exists_mul_half_pow_lt 1 hx
  have two_pow_nonneg : 0 ≤ ofNat R (2 ^ n) := ofNat_nonneg _
  obtain ⟨s, hs, _, e⟩ := exists_eq (c := 1) (fun y => x * y) two_pow_nonneg (le_of_lt hx)
    (fun y z _ _ _ => le_of_eq (by ring [x, y, z])) (le_trans (le_of_eq (mul_zero x)) zero_le_one) (by
      calc (1 : R) = 1 * half R ^ n * ofNat R (2 ^ n) := by rw [one_mul, mul_comm, two_pow_mul_half_pow]
        _ ≤ x * ofNat R (2 ^ n) := mul_le_mul_of_nonneg_right (le_of_lt hn) two_pow_nonneg)
  exact ⟨s, hs, e⟩

theorem exists_mul_eq_one (h : x ≠ 0) : ∃ s, x * s = 1 := by
  cases le_total 0 x with
  | inl h' =>
    obtain ⟨s, _, e⟩ := exists_mul_eq_one_of_pos (And.intro h' h.symm)
    exact ⟨s, e⟩
  | inr h' =>
    have pos : 0 < -x := lt_of_linear (And.intro h' h : x < 0) (by ring [x])
    obtain ⟨s, _, e⟩ := exists_mul_eq_one_of_pos pos
    exact ⟨-s, Eq.trans (by ring [x, s]) e⟩

/-- `1 / x`, and something or other for `x = 0`. -/
noncomputable def inv (x : R) : R :=
  Classical.choose (p := fun s => x ≠ 0 → x * s = 1) ((Classical.em (x = 0)).elim (fun e => ⟨0, fun n => (n e).elim⟩)
    fun n => match exists_mul_eq_one n with | ⟨s, e⟩ => ⟨s, fun _ => e⟩)
theorem mul_inv (h : x ≠ 0) : x * inv x = 1 := Classical.choose_spec (p := fun s => x ≠ 0 → x * s = 1) _ h

/-- A bound of all `a * x` bounds `s * x` for the least upper bound `s` of the `a`. -/
theorem sup_mul_le {T : R → Prop} {s b : R} (some : ∃ a, T a) (least : ∀ c, (∀ a, T a → a ≤ c) → s ≤ c) (hx : 0 ≤ x)
    (h : ∀ a, T a → a * x ≤ b) : s * x ≤ b := by
  cases Classical.em (x = 0) with
  | inl e =>
    obtain ⟨a, ha⟩ := some
    have h' := h a ha
    rw [e, mul_zero] at h'
    rw [e, mul_zero]
    exact h'
  | inr n =>
    obtain ⟨y, hy, e⟩ := exists_mul_eq_one_of_pos (And.intro hx (Ne.symm n) : 0 < x)
    have bound : s ≤ b * y := least (b * y) fun a ha => by
      calc a = a * (x * y) := by rw [e, mul_one]
        _ = a * x * y := (mul_assoc a x y).symm
        _ ≤ b * y := mul_le_mul_of_nonneg_right (h a ha) hy
    calc s * x ≤ b * y * x := mul_le_mul_of_nonneg_right bound hx
      _ = b * (x * y) := by ring [b, x, y]
      _ = b := by rw [e, mul_one]

theorem mul_pos {x y : R} (hx : 0 < x) (hy : 0 < y) : 0 < x * y := by
  refine lt_of_not_le fun h => ?_
  obtain ⟨s, hs, e⟩ := exists_mul_eq_one_of_pos hx
  refine not_le_of_lt hy ?_
  calc y = s * (x * y) := by rw [← mul_assoc, mul_comm s, e, one_mul]
    _ ≤ s * 0 := mul_le_mul_of_nonneg_left h hs
    _ = 0 := mul_zero s
theorem pow_pos (hx : 0 < x) (n : Nat) : 0 < x ^ n := by
  induction n with
  | zero => exact zero_lt_one
  | succ n ih => exact mul_pos ih hx

/-! ## Square roots -/

theorem exists_mul_self_eq (hx : 0 ≤ x) : ∃ s, 0 ≤ s ∧ s * s = x := by
  -- between `0` and `x + 1`, where `s * s` has slope at most `2 (x + 1)`
  have hB : 0 ≤ x + 1 := le_trans hx (le_of_linear zero_le_one (by ring [x]))
  obtain ⟨s, hs, _, e⟩ := exists_eq (c := x) (L := 2 * (x + 1)) (fun y => y * y) hB
    (le_of_linear (add_le_add hB hB) (by ring [x]))
    (fun y z _ hyz hz => le_of_linear
      (mul_nonneg (sub_nonneg.mpr (add_le_add hz (le_trans hyz hz))) (sub_nonneg.mpr hyz)) (by ring [x, y, z]))
    (le_trans (le_of_eq (mul_zero 0)) hx)
    (le_of_linear (add_le_add (mul_self_nonneg x) (add_le_add hx zero_le_one)) (by ring [x]))
  exact ⟨s, hs, e⟩

end Compact.Complete
