prelude
import Compact.Foundation.Core.Eq
/-!
# The logical connectives
-/
universe u v w

/-- `a ∧ b` -/
structure And (a b : Prop) : Prop where
  intro ::
  left : a
  right : b

/-- `a ∨ b` -/
inductive Or (a b : Prop) : Prop where
  | inl (h : a) : Or a b
  | inr (h : b) : Or a b

/-- `a ↔ b` -/
structure Iff (a b : Prop) : Prop where
  intro ::
  mp : a → b
  mpr : b → a

/-- `∃ x, p x` -/
inductive Exists {α : Sort u} (p : α → Prop) : Prop where
  | intro (w : α) (h : p w) : Exists p

/-- The elements with a property. -/
structure Subtype {α : Sort u} (p : α → Prop) where
  val : α
  property : p val

/-- Pairs, written `α × β`. -/
structure Prod (α : Type u) (β : Type v) where
  mk ::
  fst : α
  snd : β
