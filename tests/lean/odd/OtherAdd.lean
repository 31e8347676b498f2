prelude
import Odd.Base
/-! `Nat.add` is another function, but the kernel computes it as if it were addition. -/
set_option genCtorIdx false
set_option genInjectivity false

inductive Nat : Type where
  | zero : Nat
  | succ (n : Nat) : Nat

/-- The second number. -/
noncomputable def Nat.add : Nat → Nat → Nat := fun _ m => m

noncomputable def Nat.isOne (n : Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool) Bool.false
    (fun m _ => Nat.rec (motive := fun _ => Bool) Bool.true (fun _ _ => Bool.false) m) n

noncomputable def Nat.one : Nat := Nat.succ Nat.zero

/-- By the definition of `Nat.add`, one and one are one: it is what it is whatever it is called. -/
theorem by_definition (f : Nat → Nat → Nat) (h : Eq (fun _ m => m) f) : Bool.holds (Nat.isOne (f Nat.one Nat.one)) :=
  Eq.move h (fun g => Bool.holds (Nat.isOne (g Nat.one Nat.one))) True.intro

/-- By the kernel, they are two. -/
theorem by_the_kernel : Eq (Nat.add (Nat.succ Nat.zero) (Nat.succ Nat.zero)) (Nat.succ (Nat.succ Nat.zero)) :=
  Eq.refl (Nat.succ (Nat.succ Nat.zero))

theorem oops : False :=
  Eq.move by_the_kernel (fun n => Bool.holds (Nat.isOne n)) (by_definition Nat.add (Eq.refl Nat.add))
