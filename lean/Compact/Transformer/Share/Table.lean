prelude
import Compact.Packed.Fold
/-!
# Lists side by side

What is known of each query or token stands in several lists.  `table` puts them side by side, one short list for each query,
so that checks walk along all of them together instead of looking up each entry from the start.
-/
namespace Compact
noncomputable section

/-- The first entry of a list, 0 if there is none. -/
def headOf (xs : List Nat) : Nat := List.rec (motive := fun _ => Nat) 0 (fun x _ _ => x) xs

/-- A list without its first entry. -/
def tailOf (xs : List Nat) : List Nat := List.rec (motive := fun _ => List Nat) [] (fun _ xs _ => xs) xs

/-- The entries number `0, ..., n - 1` of all lists. -/
def table (n : Nat) : List (List Nat) → List (List Nat) :=
  Nat.rec (motive := fun _ => List (List Nat) → List (List Nat)) (fun _ => []) (fun _ ih lists => mapFold headOf lists :: ih (mapFold tailOf lists)) n

end

theorem mapFold_mapFold {α β γ : Type} (f : α → β) (g : β → γ) (xs : List α) : mapFold g (mapFold f xs) = mapFold (fun x => g (f x)) xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih => exact congrArg (g (f x) :: ·) ih

theorem mapFold_congr {α β : Type} {f g : α → β} (h : ∀ x, f x = g x) (xs : List α) : mapFold f xs = mapFold g xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    show f x :: mapFold f xs = g x :: mapFold g xs
    rw [h, ih]

theorem length_table (n : Nat) (lists : List (List Nat)) : (table n lists).length = n := by
  induction n generalizing lists with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ (ih _)

theorem getD_tailOf (xs : List Nat) (i : Nat) : (tailOf xs).getD i 0 = xs.getD (i + 1) 0 := by
  cases xs with
  | nil => rfl
  | cons x xs => rfl

theorem getD_table {n : Nat} (lists : List (List Nat)) {i : Nat} (hi : i < n) :
    (table n lists).getD i [] = mapFold (fun xs => xs.getD i 0) lists := by
  induction n generalizing lists i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ n ih =>
    cases i with
    | zero =>
      refine mapFold_congr (fun xs => ?_) lists
      cases xs with
      | nil => rfl
      | cons x xs => rfl
    | succ i =>
      show (table n (mapFold tailOf lists)).getD i [] = _
      rw [ih _ (Nat.lt_of_succ_lt_succ hi)]
      refine (mapFold_mapFold tailOf (fun xs => xs.getD i 0) lists).trans ?_
      exact mapFold_congr (fun xs => getD_tailOf xs i) lists
end Compact
