prelude
import Compact.Foundation.Elab.Macro
/-!
# Notation

Operators with the usual precedences, `∃`, `if then else`.
-/

/-! ## Operators -/

infixl:65 " + " => HAdd.hAdd
infixl:65 " - " => HSub.hSub
infixl:70 " * " => HMul.hMul
infixl:70 " / " => HDiv.hDiv
infixl:70 " % " => HMod.hMod
infixr:75 " ^ " => HPow.hPow
infixl:65 " ++ " => HAppend.hAppend
prefix:75 "-" => Neg.neg
infix:50 " = " => Eq
infix:50 " ≠ " => Ne
infix:50 " ≤ " => LE.le
infix:50 " < " => LT.lt
infix:50 " ≥ " => GE.ge
infix:50 " > " => GT.gt
infix:50 " == " => BEq.beq
infix:50 " ∣ " => Dvd.dvd
notation:50 a:50 " ∈ " b:50 => Membership.mem b a
notation:50 a:50 " ∉ " b:50 => Not (Membership.mem b a)
infixr:35 " ∧ " => And
infixr:30 " ∨ " => Or
infix:20 " ↔ " => Iff
infixl:35 " && " => and
infixl:30 " || " => or
notation:1024 "¬" p:40 => Not p
notation:1024 "!" b:40 => not b
infixr:67 " :: " => List.cons
infixr:35 " × " => Prod

/-! Let the arithmetic elaborator unify numerals and insert coercions. -/

macro_rules | `($x + $y) => `(binop% HAdd.hAdd $x $y)
macro_rules | `($x - $y) => `(binop% HSub.hSub $x $y)
macro_rules | `($x * $y) => `(binop% HMul.hMul $x $y)
macro_rules | `($x / $y) => `(binop% HDiv.hDiv $x $y)
macro_rules | `($x % $y) => `(binop% HMod.hMod $x $y)
macro_rules | `($x ^ $y) => `(rightact% HPow.hPow $x $y)
macro_rules | `(- $x) => `(unop% Neg.neg $x)
macro_rules | `($x = $y) => `(binrel% Eq $x $y)
macro_rules | `($x ≤ $y) => `(binrel% LE.le $x $y)
macro_rules | `($x < $y) => `(binrel% LT.lt $x $y)
macro_rules | `($x ≥ $y) => `(binrel% GE.ge $x $y)
macro_rules | `($x > $y) => `(binrel% GT.gt $x $y)
macro_rules | `($x == $y) => `(binrel_no_prop% BEq.beq $x $y)

/-! ## Binders and conditionals -/

/-- `∃ x, p x` -/
syntax:1022 (name := existsOne) "∃ " ident ", " term:10 : term
syntax:1022 (name := existsTyped) "∃ " ident " : " term ", " term:10 : term
macro_rules (kind := existsOne)
  | `(∃ $x:ident, $b) => `(Exists (fun $x => $b))
macro_rules (kind := existsTyped)
  | `(∃ $x:ident : $t, $b) => `(Exists (fun ($x : $t) => $b))

syntax:1022 (name := termIfThenElse) "if " term " then " term " else " term : term
syntax:1022 (name := termDepIfThenElse) "if " ident " : " term " then " term " else " term : term
macro_rules
  | `(if $c then $t else $e) => `(ite $c $t $e)
  | `(if $h:ident : $c then $t else $e) => `(dite $c (fun $h => $t) (fun $h => $e))

/-- A numeral without the `OfNat` wrapper: much cheaper to elaborate. -/
syntax (name := rawNatLit) "nat_lit " num : term
