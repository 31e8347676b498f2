prelude
import Compact.Transformer.Statement
import Compact.Field.Sum
/-!
# The averaging lemma

A weighted sum of token values, `∑ f p * u (token y p)`, over positions that hold a distinguished token `m`
or other tokens.  With `massOf m y f` the weight of the positions that hold `m` and `massOther m y f` that
of the others, the sum is positive as soon as *each* other token `s`, put in all the other positions at once,
makes it positive: one test a token instead of one an input.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The weight of the positions of `y` that hold `m`. -/
def massOf (m : Nat) (y : List Nat) (f : Nat → R) : R := sum y.length fun p => if token y p = m then f p else 0

/-- The weight of the other positions. -/
def massOther (m : Nat) (y : List Nat) (f : Nat → R) : R := sum y.length fun p => if token y p = m then 0 else f p

theorem massOf_add_massOther (m : Nat) (y : List Nat) (f : Nat → R) :
    massOf m y f + massOther m y f = sum y.length f := by
  unfold massOf massOther
  rw [← sum_add]
  refine sum_congr fun p _ => ?_
  by_cases h : token y p = m
  case pos => rw [ite_eq_left h, ite_eq_left h, add_zero]
  case neg => rw [ite_eq_right h, ite_eq_right h, zero_add]

theorem massOther_eq (m : Nat) (y : List Nat) (f : Nat → R) : massOther m y f = sum y.length f - massOf m y f := by
  rw [← massOf_add_massOther m y f, add_sub_cancel_left]

/-- Among the tokens of `y` other than `m` one has the least value, if there are any. -/
theorem exists_least (m : Nat) (u : Nat → R) (y : List Nat) :
    (∀ t, t ∈ y → t = m) ∨ ∃ s, (s ∈ y ∧ s ≠ m) ∧ ∀ t, t ∈ y → t ≠ m → u s ≤ u t := by
  induction y with
  | nil => exact Or.inl fun t h => nomatch h
  | cons a y ih =>
    by_cases ha : a = m
    case pos =>
      match ih with
      | .inl h => exact Or.inl (List.forall_mem_cons.mpr ⟨ha, h⟩)
      | .inr ⟨s, hs, h⟩ =>
        exact Or.inr ⟨s, ⟨List.mem_cons_of_mem a hs.left, hs.right⟩,
          List.forall_mem_cons.mpr ⟨fun hne => absurd ha hne, h⟩⟩
    case neg =>
      have least_a : (∀ t, t ∈ y → t ≠ m → u a ≤ u t) →
          ∃ s, (s ∈ a :: y ∧ s ≠ m) ∧ ∀ t, t ∈ a :: y → t ≠ m → u s ≤ u t := fun h =>
        ⟨a, ⟨List.mem_cons_self, ha⟩, List.forall_mem_cons.mpr ⟨fun _ => le_rfl, h⟩⟩
      match ih with
      | .inl h => exact Or.inr (least_a fun t ht hne => absurd (h t ht) hne)
      | .inr ⟨s, hs, h⟩ =>
        cases le_total (u a) (u s) with
        | inl le => exact Or.inr (least_a fun t ht hne => le_trans le (h t ht hne))
        | inr le =>
          exact Or.inr ⟨s, ⟨List.mem_cons_of_mem a hs.left, hs.right⟩,
            List.forall_mem_cons.mpr ⟨fun _ => le, h⟩⟩

section
variable {m : Nat} {y : List Nat} {f u : Nat → R} {C : R}

theorem token_mem {p : Nat} (hp : p < y.length) : token y p ∈ y := List.getD_mem 0 hp

/-- One token in all positions. -/
theorem sum_of_all (h : ∀ t, t ∈ y → t = m) :
    (sum y.length fun p => f p * u (token y p)) = sum y.length f * u m := by
  rw [sum_mul]
  exact sum_congr fun p hp => congrArg (fun t => f p * u t) (h _ (token_mem hp))

/-- The least of the other tokens in place of all of them makes the sum no larger. -/
theorem mass_mul_le (hf : ∀ p, p < y.length → 0 ≤ f p) {s : Nat} (h : ∀ t, t ∈ y → t ≠ m → u s ≤ u t) :
    massOf m y f * u m + massOther m y f * u s ≤ sum y.length fun p => f p * u (token y p) := by
  unfold massOf massOther
  rw [sum_mul, sum_mul, ← sum_add]
  refine sum_le_sum fun p hp => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, zero_mul, add_zero, e]; exact le_rfl
  case neg =>
    rw [ite_eq_right e, ite_eq_right e, zero_mul, zero_add]
    exact mul_le_mul_of_nonneg_left (h _ (token_mem hp) e) (hf p hp)

/-- The averaging lemma. -/
theorem averaging (hf : ∀ p, p < y.length → 0 ≤ f p)
    (h : ∀ s, s ∈ y → s ≠ m → 0 < massOf m y f * u m + massOther m y f * u s + C)
    (all : (∀ t, t ∈ y → t = m) → 0 < sum y.length f * u m + C) :
    0 < (sum y.length fun p => f p * u (token y p)) + C := by
  match exists_least m u y with
  | .inl e => rw [sum_of_all e]; exact all e
  | .inr ⟨_, hs, least⟩ =>
    exact lt_of_lt_of_le (h _ hs.left hs.right) (add_le_add_right (mass_mul_le hf least) C)

end

/-- A function of `U` that is affine is positive between two points where it is positive. -/
theorem affine_pos {l U h F a b C : R} (hl : l ≤ U) (hh : U ≤ h) (pl : 0 < l * a + (F - l) * b + C)
    (ph : 0 < h * a + (F - h) * b + C) : 0 < U * a + (F - U) * b + C := by
  cases le_total b a with
  | inl ba =>
    exact lt_of_lt_of_le pl (le_of_linear (mul_nonneg (sub_nonneg.mpr hl) (sub_nonneg.mpr ba))
      (by ring [l, U, F, a, b, C]))
  | inr ab =>
    exact lt_of_lt_of_le ph (le_of_linear (mul_nonneg (sub_nonneg.mpr hh) (sub_nonneg.mpr ab))
      (by ring [h, U, F, a, b, C]))

end Compact
