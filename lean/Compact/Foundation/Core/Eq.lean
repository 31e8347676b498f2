prelude
/-!
# Equality, truth, falsehood

The very first definitions, and some constants that Lean's elaborator and code generator look up by name.
The names, statements and universe levels of this folder (`Core`) are those of Lean's own library, because
the elaborator expects them.
-/
universe u v w

/-! ## What the elaborator asks for

`unsafe` constants cannot occur in a definition or a theorem: the kernel refuses them. -/

unsafe axiom lcErased : Type
unsafe axiom lcAny : Type
unsafe axiom lcVoid : Type
unsafe axiom lcProof {α : Prop} : α
unsafe axiom lcCast {α : Sort u} {β : Sort v} (a : α) : β
unsafe axiom lcUnreachable {α : Sort u} : α

/-- The identity function. -/
@[inline] def id {α : Sort u} (a : α) : α := a
@[inline] def Function.const {α : Sort u} (β : Sort v) (a : α) : β → α := fun _ => a
set_option checkBinderAnnotations false in
/-- The instance that type class search finds. -/
abbrev inferInstance {α : Sort u} [i : α] : α := i
/-- Marks a class parameter that is computed from the others. -/
@[reducible] def outParam (α : Sort u) : Sort u := α
@[reducible] def semiOutParam (α : Sort u) : Sort u := α
/-- A parameter with a default value. -/
@[reducible] def optParam (α : Sort u) (_default : α) : Sort u := α

/-! ## Truth and falsehood -/

set_option bootstrap.inductiveCheckResultingUniverse false in
/-- The type with one element. -/
inductive PUnit : Sort u where
  | unit : PUnit
abbrev Unit : Type := PUnit
@[match_pattern] abbrev Unit.unit : Unit := PUnit.unit

inductive True : Prop where
  | intro : True
inductive False : Prop
/-- `¬ a`: from `a` follows a contradiction. -/
def Not (a : Prop) : Prop := a → False

theorem trivial : True := True.intro
@[macro_inline] def False.elim {C : Sort u} (h : False) : C := False.rec (fun _ => C) h
@[macro_inline] def absurd {a : Prop} {b : Sort v} (h₁ : a) (h₂ : Not a) : b :=
  False.rec (fun _ => b) (h₂ h₁)

/-! ## Equality -/

/-- `a = b`: the two are equal.  The only way to prove it is `a = a`. -/
inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a

/-! ## Quotients

Declared and never used.  The kernel computes with `Quot`, `Quot.mk`, `Quot.lift` and `Quot.ind` by name, in every
module that imports another one, whoever declared them and whatever as.  Were the names free, five lines would prove
`False` without an axiom (`tests/lean/quotient`).  Now they are Lean's own, and nothing else can have them. -/

init_quot

set_option linter.defProp false in
@[match_pattern] def rfl {α : Sort u} {a : α} : Eq a a := Eq.refl a

abbrev Eq.ndrec.{w1, w2} {α : Sort w2} {a : α} {motive : α → Sort w1}
    (m : motive a) {b : α} (h : Eq a b) : motive b :=
  Eq.rec (motive := fun x _ => motive x) m h

abbrev Eq.ndrec_symm.{w1, w2} {α : Sort w2} {a : α} {motive : α → Sort w1}
    (m : motive a) {b : α} (h : Eq b a) : motive b :=
  Eq.rec (motive := fun x _ => motive x → motive b) (fun z => z) h m

theorem Eq.subst {α : Sort u} {motive : α → Prop} {a b : α} (h₁ : Eq a b) (h₂ : motive a) : motive b :=
  Eq.ndrec h₂ h₁
theorem Eq.symm {α : Sort u} {a b : α} (h : Eq a b) : Eq b a :=
  Eq.ndrec (motive := fun x => Eq x a) (Eq.refl a) h
theorem Eq.trans {α : Sort u} {a b c : α} (h₁ : Eq a b) (h₂ : Eq b c) : Eq a c :=
  Eq.ndrec (motive := fun x => Eq a x) h₁ h₂

/-- `a ≠ b` -/
@[reducible] def Ne {α : Sort u} (a b : α) : Prop := Not (Eq a b)
theorem Ne.symm {α : Sort u} {a b : α} (h : Ne a b) : Ne b a := fun e => h (Eq.symm e)

theorem congrArg {α : Sort u} {β : Sort v} {a b : α} (f : α → β) (h : Eq a b) : Eq (f a) (f b) :=
  Eq.ndrec (motive := fun x => Eq (f a) (f x)) (Eq.refl (f a)) h
theorem congrFun {α : Sort u} {β : α → Sort v} {f g : (x : α) → β x} (h : Eq f g) (a : α) :
    Eq (f a) (g a) :=
  Eq.ndrec (motive := fun (x : (y : α) → β y) => Eq (f a) (x a)) (Eq.refl (f a)) h
theorem congrFun' {α : Sort u} {β : Sort v} {f g : α → β} (h : Eq f g) (a : α) : Eq (f a) (g a) :=
  congrFun h a
theorem congr {α : Sort u} {β : Sort v} {f g : α → β} {a b : α} (h : Eq f g) (h2 : Eq a b) :
    Eq (f a) (g b) := Eq.trans (congrFun h a) (congrArg g h2)

/-! ## Equality of types, and equality across types -/

@[macro_inline] def cast {α β : Sort u} (h : Eq α β) (a : α) : β :=
  Eq.ndrec (motive := fun x => x) a h
@[macro_inline] def Eq.mp {α β : Sort u} (h : Eq α β) (a : α) : β := cast h a
@[macro_inline] def Eq.mpr {α β : Sort u} (h : Eq α β) (b : β) : α := cast (Eq.symm h) b

/-- Equality of things whose types need not be the same by definition. -/
inductive HEq : {α : Sort u} → α → {β : Sort u} → β → Prop where
  | refl {α : Sort u} (a : α) : HEq a a
set_option linter.defProp false in
@[match_pattern] protected def HEq.rfl {α : Sort u} {a : α} : HEq a a := HEq.refl a

theorem eq_of_heq {α : Sort u} {a a' : α} (h : HEq a a') : Eq a a' :=
  HEq.rec (motive := fun {β} b _ => (e : Eq α β) → Eq (cast e a) b)
    (fun _ => Eq.refl a) h (Eq.refl α)
theorem heq_of_eq {α : Sort u} {a a' : α} (h : Eq a a') : HEq a a' :=
  Eq.ndrec (motive := fun x => HEq a x) (HEq.refl a) h
theorem HEq.symm {α β : Sort u} {a : α} {b : β} (h : HEq a b) : HEq b a :=
  HEq.rec (motive := fun x _ => HEq x a) (HEq.refl a) h

theorem type_eq_of_heq {α β : Sort u} {a : α} {b : β} (h : HEq a b) : Eq α β :=
  HEq.rec (motive := fun {γ} _ _ => Eq α γ) (Eq.refl α) h

/-- How the elaborator writes the pattern `x@h:p`. -/
abbrev namedPattern {α : Sort u} (x a : α) (_h : Eq x a) : α := a

/-! ## What recursion is compiled to -/

structure PProd (α : Sort u) (β : Sort v) where
  fst : α
  snd : β

/-- A copy of a type in a higher universe. -/
structure PULift.{r, s} (α : Sort s) : Sort (max s r 1) where
  up ::
  down : α
