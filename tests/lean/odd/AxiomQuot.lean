prelude
import Compact.Foundation.Elab.Tactic
/-! `Quot.sound` says what Lean's axiom of this name says, word for word; but `Quot` is a definition of one's own.

This stands on the foundation *without* its line `init_quot`.  Whoever allows the axiom `Quot.sound` by its name and its
statement accepts this. -/
universe u

def Quot {α : Sort u} (_ : α → α → Prop) : Sort u := α

def Quot.mk {α : Sort u} (r : α → α → Prop) (a : α) : Quot r := a

axiom Quot.sound {α : Sort u} {r : α → α → Prop} {a b : α} : r a b → Eq (Quot.mk r a) (Quot.mk r b)

theorem equal : Eq Bool.true Bool.false :=
  Quot.sound (r := fun _ _ => True) (a := Bool.true) (b := Bool.false) True.intro

theorem oops : False := Bool.noConfusion equal
