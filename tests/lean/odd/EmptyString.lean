prelude
import Odd.Base
/-! `String` has no elements, but the kernel says that its literals are some. -/
set_option genCtorIdx false

inductive String : Type

theorem oops : False := String.rec (motive := fun _ => False) "an element"
