prelude
import Compact.Foundation.Core.Logic
/-!
# Booleans
-/
universe u

inductive Bool : Type where
  | false : Bool
  | true : Bool
export Bool (false true)

/-! ## Errors inside proofs -/

/-- The elaborator puts `sorryAx` where a proof has an error, and `sorry` expands to it.  Here it is
`unsafe` on purpose: the kernel then refuses every theorem that mentions it, so nothing in this project
can be left unproved. -/
unsafe axiom sorryAx (α : Sort u) (synthetic : Bool) : α

/-! ## Functions -/

/-- `if c then x else y` for a boolean `c`. -/
@[macro_inline] def cond {α : Sort u} (c : Bool) (x y : α) : α :=
  match c with
  | true => x
  | false => y

@[macro_inline] def Bool.or (x y : Bool) : Bool :=
  match x with
  | true => true
  | false => y
@[macro_inline] def Bool.and (x y : Bool) : Bool :=
  match x with
  | false => false
  | true => y
@[inline] def Bool.not (x : Bool) : Bool :=
  match x with
  | true => false
  | false => true
export Bool (or and not)

theorem Bool.ne_true_of_eq_false {b : Bool} (h : Eq b false) (h' : Eq b true) : False :=
  Bool.noConfusion (Eq.trans (Eq.symm h) h')
theorem Bool.ne_false_of_eq_true {b : Bool} (h : Eq b true) (h' : Eq b false) : False :=
  Bool.noConfusion (Eq.trans (Eq.symm h') h)
