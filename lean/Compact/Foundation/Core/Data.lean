prelude
import Compact.Foundation.Core.Classes
/-!
# Lists and optional values
-/
universe u v w

inductive Option (α : Type u) where
  | none : Option α
  | some (val : α) : Option α
export Option (none some)
instance instInhabitedOption {α : Type u} : Inhabited (Option α) where default := none

inductive List (α : Type u) where
  | nil : List α
  | cons (head : α) (tail : List α) : List α

def List.length {α : Type u} : List α → Nat
  | .nil => Nat.zero
  | .cons _ t => Nat.succ (List.length t)

/-- `xs ++ ys` -/
def List.append {α : Type u} : List α → List α → List α
  | .nil, ys => ys
  | .cons x xs, ys => .cons x (List.append xs ys)
instance instAppendList {α : Type u} : Append (List α) where append := List.append

/-- `[f x₀, f x₁, ...]` -/
def List.map {α : Type u} {β : Type v} (f : α → β) : List α → List β
  | .nil => .nil
  | .cons x xs => .cons (f x) (List.map f xs)

/-- `f (f (f b x₀) x₁) x₂ ...`, from the left. -/
def List.foldl {α : Type u} {β : Type v} (f : β → α → β) : β → List α → β
  | b, .nil => b
  | b, .cons x xs => List.foldl f (f b x) xs

/-- `f x₀ (f x₁ (f x₂ ... z))`, from the right. -/
def List.foldr {α : Type u} {β : Type v} (f : α → β → β) (z : β) : List α → β
  | .nil => z
  | .cons x xs => f x (List.foldr f z xs)
