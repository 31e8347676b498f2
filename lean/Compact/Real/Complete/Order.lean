prelude
import Compact.Real.Complete.Basic
import Compact.Real.Classical
/-!
# Order in a complete ring

As in `Compact.Field.Order`: linear facts by `le_of_linear` and `lt_of_linear`, which leave an equation for `ring`.
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {a b c d x y : R}

/-! ## Order alone -/

theorem le_refl (a : R) : a ≤ a := CompleteRing.le_refl a
theorem le_of_eq (h : a = b) : a ≤ b := h ▸ le_refl a
theorem le_trans (h : a ≤ b) (h' : b ≤ c) : a ≤ c := CompleteRing.le_trans a b c h h'
theorem le_antisymm (h : a ≤ b) (h' : b ≤ a) : a = b := CompleteRing.le_antisymm a b h h'
theorem le_total (a b : R) : a ≤ b ∨ b ≤ a := CompleteRing.le_total a b
instance : Trans (α := R) (β := R) (γ := R) LE.le LE.le LE.le where trans := le_trans

theorem le_of_lt (h : a < b) : a ≤ b := And.left h
theorem ne_of_gt (h : b < a) : a ≠ b := fun e => And.right h e.symm
theorem not_le_of_lt (h : a < b) (h' : b ≤ a) : False := And.right h (le_antisymm (le_of_lt h) h')
theorem lt_of_not_le (h : ¬ b ≤ a) : a < b :=
  And.intro ((le_total a b).resolve_right h) fun e => h (le_of_eq e.symm)
/-- To show `a ≤ b`, refute `b < a`. -/
theorem le_of_not_lt (h : b < a → False) : a ≤ b := Classical.byContradiction fun n => h (lt_of_not_le n)
theorem lt_of_lt_of_le (h : a < b) (h' : b ≤ c) : a < c := lt_of_not_le fun n => not_le_of_lt h (le_trans h' n)
theorem lt_of_le_of_lt (h : a ≤ b) (h' : b < c) : a < c := lt_of_not_le fun n => not_le_of_lt h' (le_trans n h)
theorem lt_trans (h : a < b) (h' : b < c) : a < c := lt_of_lt_of_le h (le_of_lt h')
theorem lt_or_le (a b : R) : a < b ∨ b ≤ a := (Classical.em (b ≤ a)).symm.imp lt_of_not_le id

/-- Least upper bounds. -/
theorem exists_sup (s : R → Prop) (some : ∃ a, s a) (bounded : ∃ b, ∀ a, s a → a ≤ b) :
    ∃ c, (∀ a, s a → a ≤ c) ∧ ∀ b, (∀ a, s a → a ≤ b) → c ≤ b := CompleteRing.exists_sup s some bounded

/-! ## Sums -/

theorem add_le_add_left (h : b ≤ c) (a : R) : a + b ≤ a + c := CompleteRing.add_le_add b c a h
theorem add_le_add (h : a ≤ b) (h' : c ≤ d) : a + c ≤ b + d :=
  le_trans (add_comm c a ▸ add_comm c b ▸ add_le_add_left h c) (add_le_add_left h' b)
theorem le_of_add_le_add_right (h : a + c ≤ b + c) : a ≤ b := by
  have h' := add_le_add_left h (-c)
  have e : ∀ x : R, -c + (x + c) = x := fun x => by ring [c, x]
  rw [e, e] at h'
  exact h'

/-- `x ≤ y` follows from `a ≤ b` when `y - x = b - a`; prove the equation by `ring`. -/
theorem le_of_linear (h : a ≤ b) (e : y + a = x + b) : x ≤ y :=
  le_of_add_le_add_right (c := b) (e ▸ add_le_add_left h y)
/-- `x < y` follows from `a < b` when `y - x = b - a`; prove the equation by `ring`. -/
theorem lt_of_linear (h : a < b) (e : y + a = x + b) : x < y :=
  lt_of_not_le fun h' => not_le_of_lt h (le_of_linear h' (by rw [add_comm a, add_comm b]; exact e))
theorem add_lt_add_of_lt_of_le (h : a < b) (h' : c ≤ d) : a + c < b + d :=
  lt_of_lt_of_le (lt_of_linear h (by ring [a, b, c])) (add_le_add_left h' b)

theorem sub_nonneg : 0 ≤ a - b ↔ b ≤ a :=
  ⟨fun h => le_of_linear h (by ring [a, b]), fun h => le_of_linear h (by ring [a, b])⟩
theorem sub_pos : 0 < a - b ↔ b < a :=
  ⟨fun h => lt_of_linear h (by ring [a, b]), fun h => lt_of_linear h (by ring [a, b])⟩

/-! ## Products -/

theorem mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := CompleteRing.mul_nonneg a b ha hb
theorem mul_le_mul_of_nonneg_left (h : b ≤ c) (ha : 0 ≤ a) : a * b ≤ a * c :=
  le_of_linear (mul_nonneg ha (sub_nonneg.mpr h)) (by ring [a, b, c])
theorem mul_le_mul_of_nonneg_right (h : b ≤ c) (ha : 0 ≤ a) : b * a ≤ c * a :=
  le_of_linear (mul_nonneg ha (sub_nonneg.mpr h)) (by ring [a, b, c])
theorem mul_le_mul (h : a ≤ b) (h' : c ≤ d) (hc : 0 ≤ c) (hb : 0 ≤ b) : a * c ≤ b * d :=
  le_trans (mul_le_mul_of_nonneg_right h hc) (mul_le_mul_of_nonneg_left h' hb)
theorem mul_self_nonneg (a : R) : 0 ≤ a * a := by
  cases le_total 0 a with
  | inl h => exact mul_nonneg h h
  | inr h =>
    have h' : 0 ≤ -a := le_of_linear h (by ring [a])
    exact le_of_linear (mul_nonneg h' h') (by ring [a])

theorem zero_ne_one : (0 : R) ≠ 1 := fun h => CompleteRing.zero_ne_one (h.trans one_eq)
theorem zero_le_one : (0 : R) ≤ 1 := le_of_linear (mul_self_nonneg (1 : R)) (by ring [])
theorem zero_lt_one : (0 : R) < 1 := And.intro zero_le_one zero_ne_one

theorem ofNat_nonneg (n : Nat) : 0 ≤ ofNat R n := by
  induction n with
  | zero => exact le_refl 0
  | succ n ih => rw [ofNat_succ]; exact le_trans ih (le_of_linear zero_le_one (by ring [ofNat R n]))
theorem pow_nonneg (h : 0 ≤ a) (n : Nat) : 0 ≤ a ^ n := by
  induction n with
  | zero => exact zero_le_one
  | succ n ih => exact mul_nonneg ih h
theorem pow_le_pow_left (ha : 0 ≤ a) (h : a ≤ b) (n : Nat) : a ^ n ≤ b ^ n := by
  induction n with
  | zero => exact le_refl 1
  | succ n ih => exact mul_le_mul ih h ha (pow_nonneg (le_trans ha h) n)
theorem pow_le_one (ha : 0 ≤ a) (h : a ≤ 1) (n : Nat) : a ^ n ≤ 1 := by
  induction n with
  | zero => exact le_refl 1
  | succ n ih => exact le_trans (mul_le_mul ih h ha zero_le_one) (le_of_eq (mul_one 1))
theorem mul_pow (a b : R) (n : Nat) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => exact (mul_one (1 : R)).symm
  | succ n ih => rw [pow_succ, pow_succ, pow_succ, ih]; ring [a, b, a ^ n, b ^ n]
theorem one_pow (n : Nat) : (1 : R) ^ n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [pow_succ, ih, mul_one]
theorem pow_add (a : R) (m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := CommSemiring.pow_add a m n
theorem pow_mul (a : R) (m n : Nat) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [pow_succ, ← ih]; exact pow_add a (m * n) m

end Compact.Complete
