prelude
import Compact.Foundation.List.Notation
import Compact.Foundation.Nat.Sub
/-!
# Lists: functions, and what they do to the length

The functions and lemmas bear the names of Lean's own library; `tabulate` is ours.
-/
universe u v w
variable {α : Type u} {β : Type v} {γ : Type w}

namespace List

/-- The entry number `n`, or `d` when the list is too short. -/
def getD : List α → Nat → α → α
  | [], _, d => d
  | x :: _, 0, _ => x
  | _ :: xs, n + 1, d => getD xs n d

/-- The members that pass the test. -/
def filter (p : α → Bool) : List α → List α
  | [] => []
  | a :: as => match p a with
    | true => a :: filter p as
    | false => filter p as

/-- Whether all members pass the test. -/
def all : List α → (α → Bool) → Bool
  | [], _ => true
  | a :: as, p => p a && all as p

/-- Whether some member passes the test. -/
def any : List α → (α → Bool) → Bool
  | [], _ => false
  | a :: as, p => p a || any as p

/-- The sum of a list of numbers. -/
def sum : List Nat → Nat
  | [] => 0
  | x :: xs => x + sum xs

/-- `[a, a, ..., a]`, `n` times. -/
def replicate : Nat → α → List α
  | 0, _ => []
  | n + 1, a => a :: replicate n a

/-- `range.loop n ns = [0, ..., n - 1] ++ ns` -/
def range.loop : Nat → List Nat → List Nat
  | 0, ns => ns
  | n + 1, ns => loop n (n :: ns)

/-- `[0, ..., n - 1]` -/
def range (n : Nat) : List Nat := range.loop n []

/-- `[f k, f (k + 1), ..., f (k + n - 1)]` -/
def tabulateFrom (k : Nat) : Nat → (Nat → α) → List α
  | 0, _ => []
  | n + 1, f => f k :: tabulateFrom (k + 1) n f

/-- `[f 0, ..., f (n - 1)]` -/
def tabulate (n : Nat) (f : Nat → α) : List α := tabulateFrom 0 n f

/-! ## Equations -/

theorem nil_append (as : List α) : [] ++ as = as := rfl
theorem cons_append {a : α} {as bs : List α} : (a :: as) ++ bs = a :: (as ++ bs) := rfl
theorem singleton_append {a : α} {as : List α} : [a] ++ as = a :: as := rfl

theorem append_nil (as : List α) : as ++ [] = as := by
  induction as with
  | nil => rfl
  | cons a as ih => exact congrArg (cons a) ih

theorem append_assoc (as bs cs : List α) : as ++ bs ++ cs = as ++ (bs ++ cs) := by
  induction as with
  | nil => rfl
  | cons a as ih => exact congrArg (cons a) ih

theorem cons_inj {a b : α} {as bs : List α} (h : a :: as = b :: bs) : a = b ∧ as = bs := by
  injection h with h₁ h₂
  exact ⟨h₁, h₂⟩

theorem map_nil {f : α → β} : map f [] = [] := rfl
theorem map_cons {f : α → β} {a : α} {l : List α} : map f (a :: l) = f a :: map f l := rfl

theorem map_append {f : α → β} {l m : List α} : map f (l ++ m) = map f l ++ map f m := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (cons (f a)) ih

theorem map_map {g : β → γ} {f : α → β} {l : List α} : map g (map f l) = map (fun a => g (f a)) l := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (cons (g (f a))) ih

theorem map_id (l : List α) : map (fun a => a) l = l := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (cons a) ih

theorem filter_nil {p : α → Bool} : filter p [] = [] := rfl

theorem filter_cons_of_pos {p : α → Bool} {a : α} {l : List α} (h : p a = true) :
    filter p (a :: l) = a :: filter p l := by
  show (match p a with | true => a :: filter p l | false => filter p l) = a :: filter p l
  rw [h]

theorem filter_cons_of_neg {p : α → Bool} {a : α} {l : List α} (h : ¬ p a = true) :
    filter p (a :: l) = filter p l := by
  show (match p a with | true => a :: filter p l | false => filter p l) = filter p l
  cases hp : p a with
  | true => exact absurd hp h
  | false => rfl

/-! ## Lengths -/

theorem length_nil : length ([] : List α) = 0 := rfl
theorem length_cons {a : α} {as : List α} : (a :: as).length = as.length + 1 := rfl

theorem length_append {as bs : List α} : (as ++ bs).length = as.length + bs.length := by
  induction as with
  | nil => exact (Nat.zero_add _).symm
  | cons a as ih => exact (congrArg Nat.succ ih).trans (Nat.succ_add _ _).symm

theorem length_map {f : α → β} {as : List α} : (map f as).length = as.length := by
  induction as with
  | nil => rfl
  | cons a as ih => exact congrArg Nat.succ ih

theorem length_replicate {n : Nat} {a : α} : (replicate n a).length = n := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ ih

theorem length_tabulateFrom {k n : Nat} {f : Nat → α} : (tabulateFrom k n f).length = n := by
  induction n generalizing k with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ ih

theorem length_tabulate {n : Nat} {f : Nat → α} : (tabulate n f).length = n := length_tabulateFrom

theorem length_range_loop (n : Nat) (l : List Nat) : (range.loop n l).length = n + l.length := by
  induction n generalizing l with
  | zero => exact (Nat.zero_add _).symm
  | succ n ih => exact (ih (n :: l)).trans (Nat.succ_add _ _).symm

theorem length_range {n : Nat} : (range n).length = n := length_range_loop n []

theorem length_filter_le {p : α → Bool} {l : List α} : (filter p l).length ≤ l.length := by
  induction l with
  | nil => exact Nat.le_refl 0
  | cons a l ih =>
    by_cases h : p a = true
    case pos => rw [filter_cons_of_pos h]; exact Nat.succ_le_succ ih
    case neg => rw [filter_cons_of_neg h]; exact Nat.le_succ_of_le ih

theorem eq_nil_of_length_eq_zero {l : List α} (h : l.length = 0) : l = [] :=
  match l with
  | [] => rfl
  | _ :: _ => Nat.noConfusion h

end List
