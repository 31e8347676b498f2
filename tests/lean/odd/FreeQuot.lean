prelude
import Compact.Foundation.Elab.Tactic
/-! `Quot.lift` is a function that is always `false`, but the kernel computes it as if it were Lean's.

This stands on the foundation *without* its line `init_quot`, which makes the names Lean's own. -/

inductive Quot.mk (a b c : Bool) : Type where
  | intro : Quot.mk a b c

def Quot.lift (_ _ _ : Bool) (_ : Bool → Bool) (_ : Bool) (_ : Type) : Bool := Bool.false

def constantly_true (_ : Bool) : Bool := Bool.true

theorem always_false (q : Type) :
    Eq (Quot.lift Bool.true Bool.true Bool.true constantly_true Bool.true q) Bool.false := rfl

theorem by_the_kernel :
    Eq (Quot.lift Bool.true Bool.true Bool.true constantly_true Bool.true (Quot.mk Bool.true Bool.true Bool.true))
      Bool.true := by
  decide +kernel

theorem oops : False := Bool.noConfusion (Eq.trans (Eq.symm (always_false _)) by_the_kernel)
