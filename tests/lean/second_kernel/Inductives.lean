prelude
import Compact.Foundation
set_option genCtorIdx false
set_option genInjectivity false

mutual
inductive Even : Nat → Prop where
  | zero : Even Nat.zero
  | succ {n : Nat} : Odd n → Even (Nat.succ n)
inductive Odd : Nat → Prop where
  | succ {n : Nat} : Even n → Odd (Nat.succ n)
end

mutual
inductive Tree (α : Type) : Type where
  | node : α → Forest α → Tree α
inductive Forest (α : Type) : Type where
  | nil : Forest α
  | cons : Tree α → Forest α → Forest α
end

/-- Nested, twice, and with functions. -/
inductive Rose (α : Type) : Type where
  | node : α → List (Rose α) → Rose α
  | pairs : List (Prod (Rose α) (List (Rose α))) → (Nat → Rose α) → Rose α

/-- Nested at functions. -/
inductive Fun (α : Type) : Type where
  | leaf : α → Fun α
  | node : List (Nat → Fun α) → Fun α

inductive Acc' {α : Type} (r : α → α → Prop) : α → Prop where
  | intro (x : α) (h : (y : α) → r y x → Acc' r y) : Acc' r x

inductive W (α : Type) (β : α → Type) : Type where
  | sup (a : α) (f : β a → W α β) : W α β

theorem two_is_even : Even (nat_lit 2) := Even.succ (Odd.succ Even.zero)

noncomputable def Tree.size {α : Type} (t : Tree α) : Nat :=
  Tree.rec (motive_1 := fun _ => Nat) (motive_2 := fun _ => Nat)
    (fun _ _ n => Nat.succ n) Nat.zero (fun _ _ m n => Nat.add m n) t

theorem size_of_two : Eq (Tree.size (Tree.node true (Forest.cons (Tree.node true Forest.nil) Forest.nil))) 2 := rfl
