prelude
import Compact.Foundation
/-! `False` without an axiom, for a foundation that leaves the names of quotients free.

Lean's kernel computes `Quot.lift` on `Quot.mk` by name: the fourth argument of the one is applied to the last argument
of the other.  Here `Quot.lift` is declared as a function that is always `false`.  By its definition it is `false`, by
the kernel's rule it is what the fourth argument says, `true`. -/

inductive Quot.mk (a b c : Nat) : Type where
  | intro : Quot.mk a b c

def Quot.lift (_ _ _ : Nat) (_ : Nat → Bool) (_ : Nat) (_ : Type) : Bool := false

def yes (_ : Nat) : Bool := true

theorem always_false (q : Type) : Quot.lift 0 0 0 yes 0 q = false := rfl
theorem by_definition : Quot.lift 0 0 0 yes 0 (Quot.mk 0 0 0) = false := always_false _
theorem by_the_kernel : Quot.lift 0 0 0 yes 0 (Quot.mk 0 0 0) = true := by decide +kernel

theorem boom : False := Bool.noConfusion (Eq.trans (Eq.symm by_definition) by_the_kernel)

#print axioms boom
