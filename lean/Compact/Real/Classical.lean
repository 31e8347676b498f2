prelude
import Compact.Real.Axioms
/-!
# Classical logic

What mathematicians use without a word: functions with the same values are equal (from quotients), there is a
choice of elements, and every proposition is true or false (Diaconescu's argument, from choice).
-/
universe u v

/-- Functions with the same values are equal. -/
theorem funext {α : Sort u} {β : α → Sort v} {f g : (x : α) → β x} (h : ∀ x, f x = g x) : f = g := by
  -- `f` and `g` are equal in the quotient by "same values", and their values can be read off there
  let Same (f g : (x : α) → β x) : Prop := ∀ x, f x = g x
  let value (q : Quot Same) (x : α) : β x := Quot.lift (fun (f : (x : α) → β x) => f x) (fun _ _ h => h x) q
  show value (Quot.mk Same f) = value (Quot.mk Same g)
  exact congrArg value (Quot.sound h)

namespace Classical

/-- An element with a property that some element has. -/
noncomputable def choose {α : Sort u} {p : α → Prop} (h : ∃ x, p x) : α :=
  (choice (match h with | ⟨x, hx⟩ => ⟨⟨x, hx⟩⟩ : Nonempty (Subtype p))).val

theorem choose_spec {α : Sort u} {p : α → Prop} (h : ∃ x, p x) : p (choose h) :=
  (choice (match h with | ⟨x, hx⟩ => ⟨⟨x, hx⟩⟩ : Nonempty (Subtype p))).property

/-- Every proposition is true or false. -/
theorem em (p : Prop) : p ∨ ¬ p := by
  -- two sets of truth values, equal if `p` holds; choose an element of each
  let U (x : Prop) : Prop := x = True ∨ p
  let V (x : Prop) : Prop := x = False ∨ p
  have hU : ∃ x, U x := ⟨True, .inl rfl⟩
  have hV : ∃ x, V x := ⟨False, .inl rfl⟩
  have same : p → choose hU = choose hV := fun hp => by
    have e : U = V := funext fun x => propext ⟨fun _ => .inr hp, fun _ => .inr hp⟩
    have choose_eq : ∀ (W : Prop → Prop) (hW : ∃ x, W x), U = W → choose hU = choose hW := fun W hW e => by
      subst e; rfl
    exact choose_eq V hV e
  match choose_spec hU, choose_spec hV with
  | .inr hp, _ => exact .inl hp
  | _, .inr hp => exact .inl hp
  | .inl eU, .inl eV => exact .inr fun hp => (eU.symm.trans ((same hp).trans eV)) ▸ trivial

theorem byContradiction {p : Prop} (h : ¬ p → False) : p := (em p).elim id fun n => (h n).elim
theorem not_not {p : Prop} (h : ¬ ¬ p) : p := byContradiction h
theorem exists_of_not_forall {α : Sort u} {p : α → Prop} (h : ¬ ∀ x, p x) : ∃ x, ¬ p x :=
  byContradiction fun n => h fun x => byContradiction fun hx => n ⟨x, hx⟩
theorem not_imp {p q : Prop} (h : ¬ (p → q)) : p ∧ ¬ q :=
  ⟨byContradiction fun n => h fun hp => (n hp).elim, fun hq => h fun _ => hq⟩

end Classical
