prelude
import Scratch.Foreign
/-! What the second kernel does not cover: a text literal where `String` is a type with a structure. -/
set_option genCtorIdx false
set_option genInjectivity false

structure String : Type where
  length : Nat

theorem text : Eq "a" "a" := Eq.refl _
