prelude
import Compact.Foundation.Elab.Syntax
/-!
# The elaborator's data: the macro monad
-/
universe u v w

namespace Lean
abbrev MacroScope := Nat
class MonadRef (m : Type → Type) where
  getRef : m Syntax
  withRef {α} : Syntax → m α → m α
def withRef {m : Type → Type} [Monad m] [MonadRef m] {α : Type} (ref : Syntax) (x : m α) : m α :=
  MonadRef.withRef ref x
class MonadQuotation (m : Type → Type) extends MonadRef m where
  getCurrMacroScope : m MacroScope
  getContext : m Name
  withFreshMacroScope {α : Type} : m α → m α
def MonadRef.mkInfoFromRefPos {m : Type → Type} [Monad m] [MonadRef m] : m SourceInfo :=
  bind getRef (fun r => pure (SourceInfo.fromRef r))

namespace Macro
opaque MethodsRef : Type
structure Context where
  methods : MethodsRef
  quotContext : Name
  currMacroScope : MacroScope
  currRecDepth : Nat
  maxRecDepth : Nat
  ref : Syntax
inductive Exception where
  | error : Syntax → String → Exception
  | unsupportedSyntax : Exception
opaque State : Type
end Macro

/-- Outcome of a run: a value or an error, with the new state. -/
inductive Run (ε σ α : Type) where
  | ok : α → σ → Run ε σ α
  | error : ε → σ → Run ε σ α
/-- Programs that read a `ρ`, change a `σ` and may stop with an `ε`. -/
def StM (ρ ε σ α : Type) : Type := ρ → σ → Run ε σ α
instance {ρ ε σ : Type} : Monad (StM ρ ε σ) where
  pure a := fun _ s => Run.ok a s
  bind x f := fun r s => match x r s with
    | .ok a s' => f a r s'
    | .error e s' => .error e s'

def MacroM (α : Type) : Type := StM Macro.Context Macro.Exception Macro.State α
abbrev Macro := Syntax → MacroM Syntax
instance : Monad MacroM where
  pure := @Pure.pure (StM Macro.Context Macro.Exception Macro.State) _
  bind := @Bind.bind (StM Macro.Context Macro.Exception Macro.State) _
instance : MonadExcept Macro.Exception MacroM where
  throw e := fun _ s => Run.error e s
instance : MonadQuotation MacroM where
  getRef := fun c s => Run.ok c.ref s
  withRef r x := fun c s =>
    x (Macro.Context.mk c.methods c.quotContext c.currMacroScope c.currRecDepth c.maxRecDepth r) s
  getCurrMacroScope := fun c s => Run.ok c.currMacroScope s
  getContext := fun c s => Run.ok c.quotContext s
  withFreshMacroScope x := x

/-! How notation is printed back. -/
namespace PrettyPrinter
def UnexpandM (α : Type) : Type := StM Syntax Unit Unit α
abbrev Unexpander := Syntax → UnexpandM Syntax
instance : Monad UnexpandM where
  pure := @Pure.pure (StM Syntax Unit Unit) _
  bind := @Bind.bind (StM Syntax Unit Unit) _
instance : MonadExcept Unit UnexpandM where
  throw e := fun _ s => Run.error e s
instance : MonadQuotation UnexpandM where
  getRef := fun c s => Run.ok c s
  withRef r x := fun _ s => x r s
  getCurrMacroScope := fun _ s => Run.ok Nat.zero s
  getContext := fun _ s => Run.ok Name.anonymous s
  withFreshMacroScope x := x
end PrettyPrinter
end Lean
