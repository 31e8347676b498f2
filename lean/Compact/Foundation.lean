prelude
import Compact.Foundation.Logic
import Compact.Foundation.Bool
import Compact.Foundation.Int
import Compact.Foundation.Option
import Compact.Foundation.Nat.KernelCheck
import Compact.Foundation.List.Fold
import Compact.Foundation.List.Nodup
/-!
# Foundation: logic, numbers and lists from nothing

You may skip this folder.  The project imports nothing, not even Lean's own `Init`, so what other projects
get from there is defined here: with the same names, the same statements, and no axioms at all.

* `Core`: the definitions that Lean's elaborator expects, in the order in which it needs them
  (`Eq`, `Logic`, `Bool`, `Nat`, `Decidable`, `Classes`, `Data`).
* `Elab`: what the compiled elaborator must be told before notation and tactics work (`Data`, `Syntax`,
  `Macro`), then the notation (`Notation`) and the tactics (`Tactic`).  No proof depends on the first three.
* `Logic`, `Bool`: small lemmas about connectives and booleans.
* `Nat`: arithmetic (`Add`, `Order`, `Decide`, `Arith`, `Sub`, `Pow`), division (`Defs`, `DivMod`, `Div`),
  `Gcd`, `Bits`.  The kernel computes the functions on natural numbers with its own arithmetic; `Kernel` has
  the theorems saying that our definitions are the functions it computes, `KernelCheck` tries them out.
* `List`: functions and lengths (`Basic`), entries (`GetD`), members (`Mem`), folds and sums (`Fold`),
  repetition (`Nodup`).
* `Int`: the definition of the integers; `Option`: something that may be absent.

`Core.Bool` declares `sorryAx` as `unsafe`, so the kernel refuses every unfinished proof.  `simp` is not
declared: it closes goals with propositional extensionality, which would be an axiom.
-/
