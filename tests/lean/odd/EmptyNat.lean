prelude
import Odd.Base
/-! `Nat` has no elements, but the kernel says that its literals are some. -/
set_option genCtorIdx false
set_option genInjectivity false
universe u

inductive Nat : Type

class OfNat (α : Type u) (_ : Nat) where
  ofNat : α

instance Nat.literal (n : Nat) : OfNat Nat n := OfNat.mk n

theorem oops : False := Nat.rec (motive := fun _ => False) (OfNat.ofNat 0)
