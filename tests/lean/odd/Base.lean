prelude
/-! What the odd theories next to this file stand on: a little logic of their own, import-free. -/
set_option genCtorIdx false
set_option genInjectivity false
universe u v

/-- Lean's compiler asks for them; no checked term mentions them. -/
unsafe axiom lcErased : Type
unsafe axiom lcAny : Type
unsafe axiom lcVoid : Type

inductive False : Prop

inductive True : Prop where
  | intro : True

inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a

inductive Bool : Type where
  | false : Bool
  | true : Bool

theorem Eq.move {α : Sort u} {a b : α} (h : Eq a b) (p : α → Prop) (x : p a) : p b :=
  Eq.rec (motive := fun c _ => p c) x h

def Bool.holds (b : Bool) : Prop := Bool.rec (motive := fun _ => Prop) False True b

