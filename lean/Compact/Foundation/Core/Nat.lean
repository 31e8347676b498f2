prelude
import Compact.Foundation.Core.Bool
/-!
# Natural numbers

The functions on natural numbers that the elaborator needs from the start.  Lean's kernel evaluates them on
binary numbers, whatever the definitions say; `Foundation.Nat.Kernel` proves that the definitions are the
usual functions.
-/
universe u v w

set_option genCtorIdx false in
/-- The natural numbers. -/
inductive Nat where
  | zero : Nat
  | succ (n : Nat) : Nat

/-! ## Arithmetic -/

set_option bootstrap.genMatcherCode false in
@[extern "lean_nat_add", match_pattern]
protected def Nat.add : (@& Nat) → (@& Nat) → Nat
  | n, .zero => n
  | n, .succ m => .succ (Nat.add n m)

set_option bootstrap.genMatcherCode false in
@[extern "lean_nat_mul", match_pattern]
protected def Nat.mul : (@& Nat) → (@& Nat) → Nat
  | _, .zero => .zero
  | n, .succ m => Nat.add (Nat.mul n m) n

set_option bootstrap.genMatcherCode false in
@[extern "lean_nat_pow"]
protected def Nat.pow (b : @& Nat) : (@& Nat) → Nat
  | .zero => .succ .zero
  | .succ e => Nat.mul (Nat.pow b e) b

set_option bootstrap.genMatcherCode false in
@[extern "lean_nat_pred"]
def Nat.pred : (@& Nat) → Nat
  | .zero => .zero
  | .succ n => n

set_option bootstrap.genMatcherCode false in
/-- Subtraction stops at zero. -/
@[extern "lean_nat_sub"]
protected def Nat.sub : (@& Nat) → (@& Nat) → Nat
  | n, .zero => n
  | n, .succ m => Nat.pred (Nat.sub n m)

/-! ## Comparison -/

set_option bootstrap.genMatcherCode false in
/-- Whether two numbers are equal. -/
@[extern "lean_nat_dec_eq"]
def Nat.beq : (@& Nat) → (@& Nat) → Bool
  | .zero, .zero => true
  | .zero, .succ _ => false
  | .succ _, .zero => false
  | .succ n, .succ m => Nat.beq n m

set_option bootstrap.genMatcherCode false in
/-- Whether the first number is at most the second. -/
@[extern "lean_nat_dec_le"]
def Nat.ble : (@& Nat) → (@& Nat) → Bool
  | .zero, _ => true
  | .succ _, .zero => false
  | .succ n, .succ m => Nat.ble n m

/-- `n ≤ m`: reached from `n` by successors. -/
protected inductive Nat.le (n : Nat) : Nat → Prop where
  | refl : Nat.le n n
  | step {m} : Nat.le n m → Nat.le n (Nat.succ m)

/-- `n < m` is `n + 1 ≤ m`. -/
protected def Nat.lt (n m : Nat) : Prop := Nat.le (Nat.succ n) m

theorem Nat.eq_of_beq_eq_true : (n m : Nat) → Eq (Nat.beq n m) true → Eq n m
  | .zero, .zero, _ => rfl
  | .zero, .succ _, h => Bool.noConfusion h
  | .succ _, .zero, h => Bool.noConfusion h
  | .succ n, .succ m, h => congrArg Nat.succ (Nat.eq_of_beq_eq_true n m h)

theorem Nat.beq_self : (n : Nat) → Eq (Nat.beq n n) true
  | .zero => rfl
  | .succ n => Nat.beq_self n

theorem Nat.ne_of_beq_eq_false {n m : Nat} (h : Eq (Nat.beq n m) false) (e : Eq n m) : False :=
  Bool.ne_true_of_eq_false h (Eq.ndrec (motive := fun x => Eq (Nat.beq n x) true) (Nat.beq_self n) e)

/-- The number of the constructor; the elaborator asks for it. -/
@[reducible] def Bool.ctorIdx (b : Bool) : Nat :=
  Bool.casesOn (motive := fun _ => Nat) b Nat.zero (Nat.succ Nat.zero)

/-- The elaborator tells the constructors of an enumeration apart by their numbers. -/
theorem noConfusion_of_Nat {α : Sort u} (f : α → Nat) {a b : α} (h : Eq a b) :
    (Nat.beq (f a) (f b)).rec False True :=
  Eq.ndrec (a := true) (motive := fun (x : Bool) => Bool.rec (motive := fun _ => Prop) False True x) True.intro
    (Eq.symm (Eq.ndrec (motive := fun x => Eq (Nat.beq (f a) (f x)) true) (Nat.beq_self (f a)) h))
