prelude
import Compact.Foundation
/-!
# Lean's three axioms

The general theorems of this project use no axiom.  The construction of the real numbers uses the three on which
nearly all of mathematics in Lean rests, declared here word for word as in Lean's own library (`Init/Core.lean`,
`Init/Prelude.lean`).  Only the files of this folder (`Compact.Real`) may import this one: a test sees to it.

They are classical mathematics.  In set theory with choice all three are theorems about sets, functions and truth
values: this is the known model of Lean's logic.
-/
universe u

/-- Propositions that imply each other are equal. -/
axiom propext {a b : Prop} : (a ↔ b) → a = b

/-- Related elements are equal in the quotient.  (`Quot`, `Quot.mk`, `Quot.lift` and `Quot.ind` are part of Lean's
logic, without an axiom.) -/
axiom Quot.sound : ∀ {α : Sort u} {r : α → α → Prop} {a b : α}, r a b → Quot.mk r a = Quot.mk r b

/-- An element of a type that has one. -/
axiom Classical.choice {α : Sort u} : Nonempty α → α
