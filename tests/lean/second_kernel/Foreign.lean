prelude
/-! A theory that imports nothing, and nothing of this project: its own logic, numbers, quotients. -/
set_option genCtorIdx false
set_option genInjectivity false
universe u v

/-- Lean's compiler asks for them; no checked term mentions them. -/
unsafe axiom lcErased : Type
unsafe axiom lcAny : Type
unsafe axiom lcVoid : Type

inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a

init_quot

structure Iff (a b : Prop) : Prop where
  intro ::
  mp : a → b
  mpr : b → a

axiom propext {a b : Prop} : Iff a b → Eq a b

inductive Nat : Type where
  | zero : Nat
  | succ (n : Nat) : Nat

/-- By recursion on the first number, where Lean's own is by recursion on the second. -/
noncomputable def Nat.add (n m : Nat) : Nat := Nat.rec (motive := fun _ => Nat) m (fun _ k => Nat.succ k) n

noncomputable def Nat.mul (n m : Nat) : Nat := Nat.rec (motive := fun _ => Nat) Nat.zero (fun _ k => Nat.add m k) n

theorem Nat.zero_add (n : Nat) : Eq (Nat.add Nat.zero n) n := Eq.refl n

theorem two_and_two :
    Eq (Nat.add (Nat.succ (Nat.succ Nat.zero)) (Nat.succ (Nat.succ Nat.zero)))
      (Nat.succ (Nat.succ (Nat.succ (Nat.succ Nat.zero)))) := Eq.refl _

/-- Nested and with an index. -/
inductive Vec (α : Type u) : Nat → Type u where
  | nil : Vec α Nat.zero
  | cons {n : Nat} (head : α) (tail : Vec α n) : Vec α (Nat.succ n)

inductive Term : Type where
  | leaf : Term
  | node (n : Nat) (below : Vec Term n) : Term

structure Pair (α : Type u) (β : Type v) : Type (max u v) where
  fst : α
  snd : β

theorem Pair.eta {α : Type u} {β : Type v} (p : Pair α β) : Eq p (Pair.mk p.fst p.snd) := Eq.refl p

/-- Numbers, all of them alike. -/
def One : Type := Quot (fun (_ _ : Nat) => Eq Nat.zero Nat.zero)

noncomputable def One.toNat (q : One) : Nat := Quot.lift (fun _ => Nat.zero) (fun _ _ _ => Eq.refl Nat.zero) q

theorem One.toNat_mk (n : Nat) : Eq (One.toNat (Quot.mk _ n)) Nat.zero := Eq.refl Nat.zero

theorem same {a : Prop} (h : a → a) : Eq a a := propext (Iff.intro h h)
