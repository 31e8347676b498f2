prelude
import Compact.Foundation.Bool
/-!
# `Option`: something that may be absent
-/
universe u

namespace Option

/-- Is nothing there? -/
noncomputable def isNone {α : Type u} : Option α → Bool :=
  Option.rec (motive := fun _ => Bool) true fun _ => false

theorem eq_none_of_isNone {α : Type u} {o : Option α} (h : o.isNone = true) : o = none := by
  cases o with
  | none => rfl
  | some a => exact Bool.noConfusion h

end Option
