prelude
import Compact.Foundation.Core.Decidable
/-!
# The classes behind the notation

`a + b` means `HAdd.hAdd a b`, which `instHAdd` takes from `Add.add`, and so on for every operator.  The
numeral `7` means `OfNat.ofNat 7`, which is `7` itself in `Nat`.
-/
universe u v w u1 u2 u3

/-- A type with a chosen element. -/
class Inhabited (α : Sort u) where
  default : α
export Inhabited (default)
/-- A type with some element. -/
class inductive Nonempty (α : Sort u) : Prop where
  | intro (val : α) : Nonempty α
instance instInhabitedSort : Inhabited (Sort u) where default := PUnit
instance instInhabitedPi (α : Sort u) {β : Sort v} [Inhabited β] : Inhabited (α → β) where
  default := fun _ => default
instance instNonemptyOfInhabited {α : Sort u} [Inhabited α] : Nonempty α := Nonempty.intro default
instance instInhabitedNat : Inhabited Nat where default := Nat.zero
instance instInhabitedBool : Inhabited Bool where default := false
instance instInhabitedPUnit : Inhabited PUnit where default := PUnit.unit

/-! ## Numerals and coercions -/

class OfNat (α : Type u) (_ : Nat) where
  ofNat : α
@[default_instance 100] instance instOfNatNat (n : Nat) : OfNat Nat n where ofNat := n

class Coe (α : Sort u) (β : Sort v) where
  coe : α → β
class CoeDep (α : Sort u) (_ : α) (β : Sort v) where
  coe : β
class CoeT (α : Sort u) (_ : α) (β : Sort v) where
  coe : β
class CoeFun (α : Sort u) (γ : outParam (α → Sort v)) where
  coe : (f : α) → γ f
class CoeSort (α : Sort u) (β : outParam (Sort v)) where
  coe : α → β
attribute [coe_decl] Coe.coe CoeDep.coe CoeT.coe CoeFun.coe CoeSort.coe
instance instCoeT {α : Sort u} {β : Sort v} {a : α} [Coe α β] : CoeT α a β where coe := Coe.coe a
instance instCoeDep {α : Sort u} {β : Sort v} {a : α} [CoeDep α a β] : CoeT α a β where coe := CoeDep.coe a
/-- A boolean, read as the proposition that it is `true`. -/
instance boolToProp : Coe Bool Prop where coe b := Eq b true
instance boolToSort : CoeSort Bool Prop where coe b := Eq b true

/-! ## Relations -/

/-- Relations that `calc` can chain. -/
class Trans {α : Sort u1} {β : Sort u2} {γ : Sort u3} (r : α → β → Sort u) (s : β → γ → Sort v)
    (t : outParam (α → γ → Sort w)) where
  trans {a : α} {b : β} {c : γ} : r a b → s b c → t a c
instance instTransEq {α : Sort u1} {γ : Sort u2} (r : α → γ → Sort u) : Trans Eq r r where
  trans h h' := Eq.ndrec (motive := fun x => r x _) h' (Eq.symm h)
instance instTransEq_1 {α : Sort u1} {β : Sort u2} (r : α → β → Sort u) : Trans r Eq r where
  trans h h' := Eq.ndrec (motive := fun x => r _ x) h h'

class BEq (α : Type u) where
  beq : α → α → Bool
instance instBEqOfDecidableEq {α : Type u} [DecidableEq α] : BEq α where
  beq a b := decide (Eq a b)

class LE (α : Type u) where
  le : α → α → Prop
class LT (α : Type u) where
  lt : α → α → Prop
/-- `a ≥ b` is `b ≤ a`. -/
@[reducible] def GE.ge {α : Type u} [LE α] (a b : α) : Prop := LE.le b a
/-- `a > b` is `b < a`. -/
@[reducible] def GT.gt {α : Type u} [LT α] (a b : α) : Prop := LT.lt b a

class Dvd (α : Type u) where
  dvd : α → α → Prop
class Membership (α : outParam (Type u)) (γ : Type v) where
  mem : γ → α → Prop

/-! ## Operations -/

class HAdd (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAdd : α → β → γ
class HSub (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hSub : α → β → γ
class HMul (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hMul : α → β → γ
class HDiv (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hDiv : α → β → γ
class HMod (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hMod : α → β → γ
class HPow (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hPow : α → β → γ
class HAppend (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAppend : α → β → γ
class Add (α : Type u) where
  add : α → α → α
class Sub (α : Type u) where
  sub : α → α → α
class Mul (α : Type u) where
  mul : α → α → α
class Neg (α : Type u) where
  neg : α → α
class Div (α : Type u) where
  div : α → α → α
class Mod (α : Type u) where
  mod : α → α → α
class Pow (α : Type u) (β : Type v) where
  pow : α → β → α
class NatPow (α : Type u) where
  protected pow : α → Nat → α
class Append (α : Type u) where
  append : α → α → α
@[default_instance] instance instHAdd {α : Type u} [Add α] : HAdd α α α where hAdd := Add.add
@[default_instance] instance instHSub {α : Type u} [Sub α] : HSub α α α where hSub := Sub.sub
@[default_instance] instance instHMul {α : Type u} [Mul α] : HMul α α α where hMul := Mul.mul
@[default_instance] instance instHDiv {α : Type u} [Div α] : HDiv α α α where hDiv := Div.div
@[default_instance] instance instHMod {α : Type u} [Mod α] : HMod α α α where hMod := Mod.mod
@[default_instance] instance instHPow {α : Type u} {β : Type v} [Pow α β] : HPow α β α where hPow := Pow.pow
@[default_instance] instance instPowNat {α : Type u} [NatPow α] : Pow α Nat where pow := NatPow.pow
@[default_instance] instance instHAppendOfAppend {α : Type u} [Append α] : HAppend α α α where
  hAppend := Append.append

instance instAddNat : Add Nat where add := Nat.add
instance instMulNat : Mul Nat where mul := Nat.mul
instance instSubNat : Sub Nat where sub := Nat.sub
instance instNatPowNat : NatPow Nat where pow := Nat.pow
instance instLENat : LE Nat where le := Nat.le
instance instLTNat : LT Nat where lt := Nat.lt
attribute [match_pattern] Add.add HAdd.hAdd Neg.neg Mul.mul HMul.hMul
