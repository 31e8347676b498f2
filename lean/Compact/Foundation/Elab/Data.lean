prelude
import Compact.Foundation.Core.Data
/-!
# The elaborator's data: strings, arrays, monads

The files of this folder (`Elab`) describe objects that Lean's compiled elaborator already has, so that
notation and tactics can be declared.  No proof depends on them.  An `extern` opaque is run through the
compiled function of the same name.
-/
universe u v w

/-! ## Strings and arrays -/

opaque String : Type
structure String.Pos.Raw where
  byteIdx : Nat
structure Substring.Raw where
  str : String
  startPos : String.Pos.Raw
  stopPos : String.Pos.Raw
instance : Inhabited Substring.Raw where
  default := Substring.Raw.mk "" (String.Pos.Raw.mk Nat.zero) (String.Pos.Raw.mk Nat.zero)
@[extern "a"] opaque String.toRawSubstring' (s : String) : Substring.Raw

set_option genCtorIdx false in
structure Array (α : Type u) where
  mk ::
  toList : List α
instance {α : Type u} : Inhabited (Array α) where default := Array.mk List.nil
@[extern "a"] opaque Array.empty {α : Type u} : Array α
@[extern "a"] opaque Array.mkArray0 {α : Type u} : Array α
@[extern "a"] opaque Array.mkArray1 {α : Type u} (a1 : α) : Array α
@[extern "a"] opaque Array.mkArray2 {α : Type u} (a1 a2 : α) : Array α
@[extern "a"] opaque Array.mkArray3 {α : Type u} (a1 a2 a3 : α) : Array α
@[extern "a"] opaque Array.mkArray4 {α : Type u} (a1 a2 a3 a4 : α) : Array α
@[extern "a"] opaque Array.extract {α : Type u} (as : Array α) (start : @& Nat) (stop : @& Nat) : Array α
@[extern "a"] opaque Array.append {α : Type u} (as bs : Array α) : Array α

/-! ## Monads -/

class Pure (f : Type u → Type v) where
  pure {α : Type u} : α → f α
export Pure (pure)
class Bind (m : Type u → Type v) where
  bind {α β : Type u} : m α → (α → m β) → m β
export Bind (bind)
class Monad (m : Type u → Type v) extends Pure m, Bind m where
class MonadExcept (ε : outParam (Type u)) (m : Type v → Type w) where
  throw {α : Type v} : ε → m α
