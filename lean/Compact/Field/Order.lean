prelude
import Compact.Field.Ring
/-!
# Order and addition in an `ExpField`

Names as in Lean's own library and Mathlib.  The order is not decidable here, and no proof needs it to be:
`le_total` is the only case distinction.  For linear facts use `le_of_linear` and `lt_of_linear`, which
leave an equation for `ring`.
-/
namespace Compact
variable {R : Type} [ExpField R] {a b c d x y : R}

/-! ## Order alone -/

theorem le_refl (a : R) : a ≤ a := ExpField.le_refl a
theorem le_rfl : a ≤ a := le_refl a
theorem le_of_eq (h : a = b) : a ≤ b := h ▸ le_refl a
theorem le_trans (h : a ≤ b) (h' : b ≤ c) : a ≤ c := ExpField.le_trans a b c h h'
theorem le_antisymm (h : a ≤ b) (h' : b ≤ a) : a = b := ExpField.le_antisymm a b h h'
theorem le_total (a b : R) : a ≤ b ∨ b ≤ a := ExpField.le_total a b

theorem le_of_lt (h : a < b) : a ≤ b := And.left h
theorem ne_of_lt (h : a < b) : a ≠ b := And.right h
theorem ne_of_gt (h : b < a) : a ≠ b := (ne_of_lt h).symm
theorem lt_of_le_of_ne (h : a ≤ b) (h' : a ≠ b) : a < b := And.intro h h'
theorem lt_irrefl (a : R) : ¬ a < a := fun h => ne_of_lt h rfl

theorem lt_of_lt_of_le (h : a < b) (h' : b ≤ c) : a < c :=
  lt_of_le_of_ne (le_trans (le_of_lt h) h') fun e => ne_of_lt h (le_antisymm (le_of_lt h) (e ▸ h'))
theorem lt_of_le_of_lt (h : a ≤ b) (h' : b < c) : a < c :=
  lt_of_le_of_ne (le_trans h (le_of_lt h')) fun e => ne_of_lt h' (le_antisymm (le_of_lt h') (e ▸ h))
theorem lt_trans (h : a < b) (h' : b < c) : a < c := lt_of_lt_of_le h (le_of_lt h')
theorem not_le_of_lt (h : a < b) : ¬ b ≤ a := fun h' => lt_irrefl a (lt_of_lt_of_le h h')
theorem not_lt_of_le (h : a ≤ b) : ¬ b < a := fun h' => not_le_of_lt h' h
theorem lt_asymm (h : a < b) : ¬ b < a := not_lt_of_le (le_of_lt h)

instance : Trans (α := R) (β := R) (γ := R) LE.le LE.le LE.le where trans := le_trans
instance : Trans (α := R) (β := R) (γ := R) LT.lt LE.le LT.lt where trans := lt_of_lt_of_le
instance : Trans (α := R) (β := R) (γ := R) LE.le LT.lt LT.lt where trans := lt_of_le_of_lt
instance : Trans (α := R) (β := R) (γ := R) LT.lt LT.lt LT.lt where trans := lt_trans

/-! ## Sums -/

theorem add_le_add_left (h : b ≤ c) (a : R) : a + b ≤ a + c := ExpField.add_le_add b c a h
theorem add_le_add_right (h : b ≤ c) (a : R) : b + a ≤ c + a := by
  rw [add_comm b, add_comm c]; exact add_le_add_left h a
theorem add_le_add (h : a ≤ b) (h' : c ≤ d) : a + c ≤ b + d :=
  le_trans (add_le_add_right h c) (add_le_add_left h' b)

theorem le_of_add_le_add_right (h : a + c ≤ b + c) : a ≤ b := by
  have h' := add_le_add_right h (-c)
  rw [add_assoc, add_assoc, add_neg_cancel, add_zero, add_zero] at h'
  exact h'
theorem le_of_add_le_add_left (h : c + a ≤ c + b) : a ≤ b := by
  rw [add_comm c, add_comm c] at h; exact le_of_add_le_add_right h
theorem lt_of_add_lt_add_right (h : a + c < b + c) : a < b :=
  lt_of_le_of_ne (le_of_add_le_add_right (le_of_lt h)) fun e => ne_of_lt h (e ▸ rfl)
theorem lt_of_add_lt_add_left (h : c + a < c + b) : a < b :=
  lt_of_le_of_ne (le_of_add_le_add_left (le_of_lt h)) fun e => ne_of_lt h (e ▸ rfl)

theorem add_lt_add_right (h : b < c) (a : R) : b + a < c + a :=
  lt_of_le_of_ne (add_le_add_right (le_of_lt h) a) fun e => ne_of_lt h (add_right_cancel b c a e)
theorem add_lt_add_left (h : b < c) (a : R) : a + b < a + c := by
  rw [add_comm a, add_comm a]; exact add_lt_add_right h a
theorem add_lt_add_of_lt_of_le (h : a < b) (h' : c ≤ d) : a + c < b + d :=
  lt_of_lt_of_le (add_lt_add_right h c) (add_le_add_left h' b)
theorem add_lt_add_of_le_of_lt (h : a ≤ b) (h' : c < d) : a + c < b + d :=
  lt_of_le_of_lt (add_le_add_right h c) (add_lt_add_left h' b)
theorem add_lt_add (h : a < b) (h' : c < d) : a + c < b + d := add_lt_add_of_lt_of_le h (le_of_lt h')

/-- `x ≤ y` follows from `a ≤ b` when `y - x = b - a`; prove the equation by `ring`. -/
theorem le_of_linear (h : a ≤ b) (e : y + a = x + b) : x ≤ y :=
  le_of_add_le_add_right (c := b) (e ▸ add_le_add_left h y)
/-- `x < y` follows from `a < b` when `y - x = b - a`; prove the equation by `ring`. -/
theorem lt_of_linear (h : a < b) (e : y + a = x + b) : x < y :=
  lt_of_add_lt_add_right (c := b) (e ▸ add_lt_add_left h y)

theorem add_nonneg (h : 0 ≤ a) (h' : 0 ≤ b) : 0 ≤ a + b := le_of_linear (add_le_add h h') (by ring [a, b])
theorem add_pos (h : 0 < a) (h' : 0 < b) : 0 < a + b := lt_of_linear (add_lt_add h h') (by ring [a, b])
theorem add_pos_of_pos_of_nonneg (h : 0 < a) (h' : 0 ≤ b) : 0 < a + b :=
  lt_of_linear (add_lt_add_of_lt_of_le h h') (by ring [a, b])
theorem add_pos_of_nonneg_of_pos (h : 0 ≤ a) (h' : 0 < b) : 0 < a + b :=
  lt_of_linear (add_lt_add_of_le_of_lt h h') (by ring [a, b])
theorem le_add_of_nonneg_right (h : 0 ≤ b) : a ≤ a + b := le_of_linear h (by ring [a, b])
theorem le_add_of_nonneg_left (h : 0 ≤ b) : a ≤ b + a := le_of_linear h (by ring [a, b])
theorem lt_add_of_pos_right (a : R) (h : 0 < b) : a < a + b := lt_of_linear h (by ring [a, b])

/-! ## Differences -/

theorem neg_le_neg (h : a ≤ b) : -b ≤ -a := le_of_linear h (by ring [a, b])
theorem neg_lt_neg (h : a < b) : -b < -a := lt_of_linear h (by ring [a, b])
theorem le_of_neg_le_neg (h : -b ≤ -a) : a ≤ b := le_of_linear h (by ring [a, b])
theorem lt_of_neg_lt_neg (h : -b < -a) : a < b := lt_of_linear h (by ring [a, b])
theorem neg_nonneg : 0 ≤ -a ↔ a ≤ 0 := ⟨fun h => le_of_linear h (by ring [a]), fun h => le_of_linear h (by ring [a])⟩
theorem neg_nonpos : -a ≤ 0 ↔ 0 ≤ a := ⟨fun h => le_of_linear h (by ring [a]), fun h => le_of_linear h (by ring [a])⟩

theorem sub_nonneg : 0 ≤ a - b ↔ b ≤ a :=
  ⟨fun h => le_of_linear h (by ring [a, b]), fun h => le_of_linear h (by ring [a, b])⟩
theorem sub_pos : 0 < a - b ↔ b < a :=
  ⟨fun h => lt_of_linear h (by ring [a, b]), fun h => lt_of_linear h (by ring [a, b])⟩
theorem sub_le_sub (h : a ≤ b) (h' : c ≤ d) : a - d ≤ b - c :=
  le_of_linear (add_le_add h h') (by ring [a, b, c, d])
theorem sub_le_sub_left (h : a ≤ b) (c : R) : c - b ≤ c - a := le_of_linear h (by ring [a, b, c])
theorem sub_le_sub_right (h : a ≤ b) (c : R) : a - c ≤ b - c := le_of_linear h (by ring [a, b, c])
theorem sub_lt_sub_left (h : a < b) (c : R) : c - b < c - a := lt_of_linear h (by ring [a, b, c])
theorem sub_lt_sub_right (h : a < b) (c : R) : a - c < b - c := lt_of_linear h (by ring [a, b, c])
theorem sub_le_self (a : R) (h : 0 ≤ b) : a - b ≤ a := le_of_linear h (by ring [a, b])
theorem sub_le_iff_le_add : a - c ≤ b ↔ a ≤ b + c :=
  ⟨fun h => le_of_linear h (by ring [a, b, c]), fun h => le_of_linear h (by ring [a, b, c])⟩
theorem le_sub_iff_add_le : a ≤ c - b ↔ a + b ≤ c :=
  ⟨fun h => le_of_linear h (by ring [a, b, c]), fun h => le_of_linear h (by ring [a, b, c])⟩
theorem sub_lt_iff_lt_add : a - c < b ↔ a < b + c :=
  ⟨fun h => lt_of_linear h (by ring [a, b, c]), fun h => lt_of_linear h (by ring [a, b, c])⟩
theorem lt_sub_iff_add_lt : a < c - b ↔ a + b < c :=
  ⟨fun h => lt_of_linear h (by ring [a, b, c]), fun h => lt_of_linear h (by ring [a, b, c])⟩

end Compact
