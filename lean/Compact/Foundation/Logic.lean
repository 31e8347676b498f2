prelude
import Compact.Foundation.Elab.Tactic
/-!
# Propositional logic: the small lemmas
-/
universe u

theorem Or.elim {a b c : Prop} (h : a ∨ b) (left : a → c) (right : b → c) : c :=
  match h with
  | .inl h => left h
  | .inr h => right h
theorem Or.symm {a b : Prop} (h : a ∨ b) : b ∨ a := h.elim .inr .inl
theorem Or.imp {a b c d : Prop} (f : a → c) (g : b → d) (h : a ∨ b) : c ∨ d :=
  h.elim (fun h => .inl (f h)) (fun h => .inr (g h))
theorem Or.resolve_left {a b : Prop} (h : a ∨ b) (na : ¬ a) : b := h.elim (fun h => absurd h na) id
theorem Or.resolve_right {a b : Prop} (h : a ∨ b) (nb : ¬ b) : a := h.elim id (fun h => absurd h nb)
theorem And.symm {a b : Prop} (h : a ∧ b) : b ∧ a := ⟨h.right, h.left⟩
theorem And.imp {a b c d : Prop} (f : a → c) (g : b → d) (h : a ∧ b) : c ∧ d := ⟨f h.left, g h.right⟩
theorem Iff.refl (a : Prop) : a ↔ a := ⟨id, id⟩
theorem Iff.rfl {a : Prop} : a ↔ a := ⟨id, id⟩
theorem Iff.symm {a b : Prop} (h : a ↔ b) : b ↔ a := ⟨h.mpr, h.mp⟩
theorem Iff.trans {a b c : Prop} (h : a ↔ b) (h' : b ↔ c) : a ↔ c :=
  ⟨fun x => h'.mp (h.mp x), fun x => h.mpr (h'.mpr x)⟩
theorem Exists.elim {α : Sort u} {p : α → Prop} {b : Prop} (h : ∃ x, p x) (f : ∀ a, p a → b) : b :=
  match h with
  | ⟨a, h⟩ => f a h
theorem mt {a b : Prop} (h : a → b) (nb : ¬ b) : ¬ a := fun x => nb (h x)
theorem not_not_intro {a : Prop} (h : a) : ¬ ¬ a := fun n => n h
theorem not_or_intro {a b : Prop} (ha : ¬ a) (hb : ¬ b) : ¬ (a ∨ b) := fun h => h.elim ha hb
def Not.elim {a : Prop} {α : Sort u} (h : ¬ a) (x : a) : α := absurd x h
theorem ne_of_eq_of_ne {α : Sort u} {a b c : α} (h : a = b) (h' : b ≠ c) : a ≠ c := fun e => h' (h.symm.trans e)
theorem Decidable.not_and_iff_or_not {a b : Prop} [Decidable a] : ¬ (a ∧ b) ↔ ¬ a ∨ ¬ b :=
  ⟨fun h => (Decidable.em a).elim (fun x => .inr fun y => h ⟨x, y⟩) .inl,
   fun h x => h.elim (fun n => n x.left) (fun n => n x.right)⟩
theorem Decidable.of_not_not {a : Prop} [Decidable a] (h : ¬ ¬ a) : a := Decidable.byContradiction h
