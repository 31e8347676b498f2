prelude
import Compact.Foundation.Core.Nat
/-!
# Propositions that can be decided

`decide p` is the boolean that tells whether `p` holds.  To prove `p` it suffices that the kernel evaluates
`decide p` to `true`: that is what `by decide +kernel` does.
-/
universe u v w

/-- `b.Reflects p`: `b` tells whether `p` holds. -/
abbrev Bool.Reflects : Bool → Prop → Prop
  | false, p => Not p
  | true, p => p

/-- A way to tell whether `p` holds. -/
class Decidable (p : Prop) where
  intro ::
  decide : Bool
  reflects_decide (p) : decide.Reflects p
@[match_pattern] abbrev Decidable.isFalse {p : Prop} (h : Not p) : Decidable p := Decidable.intro false h
@[match_pattern] abbrev Decidable.isTrue {p : Prop} (h : p) : Decidable p := Decidable.intro true h
export Decidable (isTrue isFalse decide)

abbrev DecidablePred {α : Sort u} (r : α → Prop) := (a : α) → Decidable (r a)
abbrev DecidableRel {α : Sort u} {β : Sort v} (r : α → β → Prop) := (a : α) → (b : β) → Decidable (r a b)
abbrev DecidableEq (α : Sort u) := (a b : α) → Decidable (Eq a b)
def decEq {α : Sort u} [inst : DecidableEq α] (a b : α) : Decidable (Eq a b) := inst a b

theorem decide_eq_true {p : Prop} [inst : Decidable p] (h : p) : Eq (decide p) true :=
  match inst with
  | isTrue _ => rfl
  | isFalse n => False.elim (n h)
theorem decide_eq_false {p : Prop} [inst : Decidable p] (h : Not p) : Eq (decide p) false :=
  match inst with
  | isTrue y => False.elim (h y)
  | isFalse _ => rfl
theorem of_decide_eq_true {p : Prop} [inst : Decidable p] : Eq (decide p) true → p :=
  match inst with
  | isTrue y => fun _ => y
  | isFalse _ => fun h => Bool.noConfusion h
theorem of_decide_eq_false {p : Prop} [inst : Decidable p] : Eq (decide p) false → Not p :=
  match inst with
  | isTrue _ => fun h => Bool.noConfusion h
  | isFalse n => fun _ => n
theorem Decidable.byContradiction {p : Prop} [inst : Decidable p] (h : Not p → False) : p :=
  match inst with
  | isTrue y => y
  | isFalse n => False.elim (h n)
theorem Decidable.em (p : Prop) [inst : Decidable p] : Or p (Not p) :=
  match inst with
  | isTrue y => Or.inl y
  | isFalse n => Or.inr n

/-! ## Conditionals -/

/-- `if h : c then t h else e h` -/
@[macro_inline] def dite {α : Sort u} (c : Prop) [h : Decidable c] (t : c → α) (e : Not c → α) : α :=
  match h with
  | isTrue y => t y
  | isFalse n => e n
/-- `if c then t else e` -/
@[macro_inline] def ite {α : Sort u} (c : Prop) [h : Decidable c] (t e : α) : α :=
  match h with
  | isTrue _ => t
  | isFalse _ => e
theorem ite_eq_left {c : Prop} {h : Decidable c} (hc : c) {α : Sort u} {t e : α} : Eq (ite c t e) t :=
  match h with
  | isTrue _ => rfl
  | isFalse n => False.elim (n hc)
theorem ite_eq_right {c : Prop} {h : Decidable c} (hc : Not c) {α : Sort u} {t e : α} : Eq (ite c t e) e :=
  match h with
  | isTrue y => False.elim (hc y)
  | isFalse _ => rfl
theorem dite_eq_left {c : Prop} {h : Decidable c} (hc : c) {α : Sort u} {t : c → α} {e : Not c → α} :
    Eq (dite c t e) (t hc) :=
  match h with
  | isTrue _ => rfl
  | isFalse n => False.elim (n hc)
theorem dite_eq_right {c : Prop} {h : Decidable c} (hc : Not c) {α : Sort u} {t : c → α} {e : Not c → α} :
    Eq (dite c t e) (e hc) :=
  match h with
  | isTrue y => False.elim (hc y)
  | isFalse _ => rfl

/-- A type with at most one element.  `split` uses that `Decidable p` is one. -/
class Subsingleton (α : Sort u) : Prop where
  intro ::
  allEq : (a b : α) → Eq a b
protected theorem Subsingleton.elim {α : Sort u} [h : Subsingleton α] : (a b : α) → Eq a b := h.allEq
instance instSubsingletonDecidable (p : Prop) : Subsingleton (Decidable p) where
  allEq a b := match a, b with
    | isTrue _, isTrue _ => rfl
    | isFalse _, isFalse _ => rfl
    | isTrue h, isFalse n => absurd h n
    | isFalse n, isTrue h => absurd h n

/-! ## Deciding connectives and equality -/

@[macro_inline] instance instDecidableAnd {p q : Prop} [dp : Decidable p] [dq : Decidable q] :
    Decidable (And p q) :=
  match dp with
  | isFalse n => isFalse (fun h => n h.left)
  | isTrue y => match dq with
    | isTrue z => isTrue (And.intro y z)
    | isFalse n => isFalse (fun h => n h.right)
@[macro_inline] instance instDecidableOr {p q : Prop} [dp : Decidable p] [dq : Decidable q] :
    Decidable (Or p q) :=
  match dp with
  | isTrue y => isTrue (Or.inl y)
  | isFalse n => match dq with
    | isTrue z => isTrue (Or.inr z)
    | isFalse m => isFalse (fun h => match h with | .inl a => n a | .inr b => m b)
instance instDecidableNot {p : Prop} [dp : Decidable p] : Decidable (Not p) :=
  match dp with
  | isTrue y => isFalse (fun n => n y)
  | isFalse n => isTrue n
instance instDecidableTrue : Decidable True := isTrue True.intro
instance instDecidableFalse : Decidable False := isFalse (fun h => h)

def Bool.decEq (a b : Bool) : Decidable (Eq a b) :=
  match a, b with
  | false, false => isTrue rfl
  | true, true => isTrue rfl
  | false, true => isFalse (fun h => Bool.noConfusion h)
  | true, false => isFalse (fun h => Bool.noConfusion h)
@[inline] instance instDecidableEqBool : DecidableEq Bool := Bool.decEq

@[extern "lean_nat_dec_eq"]
def Nat.decEq (n m : @& Nat) : Decidable (Eq n m) where
  decide := Nat.beq n m
  reflects_decide := match h : Nat.beq n m with
    | true => Nat.eq_of_beq_eq_true n m h
    | false => Nat.ne_of_beq_eq_false h
@[inline] instance instDecidableEqNat : DecidableEq Nat := Nat.decEq

/-- The number of the constructor; the elaborator asks for it. -/
@[reducible] def Nat.ctorIdx (n : Nat) : Nat :=
  Nat.casesOn (motive := fun _ => Nat) n Nat.zero (fun _ => Nat.succ Nat.zero)
