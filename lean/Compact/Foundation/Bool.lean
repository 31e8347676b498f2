prelude
import Compact.Foundation.Elab.Tactic
/-!
# Booleans
-/
namespace Bool

theorem and_left {a b : Bool} (h : (a && b) = true) : a = true :=
  match a, h with | true, _ => rfl
theorem and_right {a b : Bool} (h : (a && b) = true) : b = true :=
  match a, h with | true, h => h
theorem and_intro {a b : Bool} (ha : a = true) (hb : b = true) : (a && b) = true := by rw [ha, hb]; rfl
theorem or_cases {a b : Bool} (h : (a || b) = true) : a = true ∨ b = true :=
  match a, h with
  | true, _ => .inl rfl
  | false, h => .inr h
theorem or_intro_left {a b : Bool} (ha : a = true) : (a || b) = true := by rw [ha]; rfl
theorem or_intro_right {a b : Bool} (hb : b = true) : (a || b) = true := by
  cases a with
  | true => rfl
  | false => exact hb

theorem and_eq_true_iff {a b : Bool} : (a && b) = true ↔ a = true ∧ b = true :=
  ⟨fun h => ⟨and_left h, and_right h⟩, fun h => and_intro h.left h.right⟩
theorem or_eq_true_iff {a b : Bool} : (a || b) = true ↔ a = true ∨ b = true :=
  ⟨or_cases, fun h => match h with | .inl h => or_intro_left h | .inr h => or_intro_right h⟩

theorem eq_false_of_ne_true {b : Bool} (h : ¬ b = true) : b = false :=
  match b, h with
  | true, h => absurd rfl h
  | false, _ => rfl
theorem eq_true_of_ne_false {b : Bool} (h : ¬ b = false) : b = true :=
  match b, h with
  | true, _ => rfl
  | false, h => absurd rfl h
theorem not_eq_true' {b : Bool} : (!b) = true ↔ b = false :=
  ⟨fun h => match b, h with | false, _ => rfl, fun h => h ▸ rfl⟩

end Bool
