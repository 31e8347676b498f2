prelude
import Compact.Counting.Total
import Compact.Packed.Fold
/-!
# Lists that are checked as they are built, and sums along two lists
-/
namespace Compact
noncomputable section

/-- The sum of `f q x y` along two lists, `q` counting from a start. -/
def zipTotal {β : Type} (f : Nat → Nat → β → Nat) (xs : List Nat) (ys : List β) : Nat → Nat :=
  foldZip (fun x y ih q => Nat.force q fun q => Nat.add (f q x y) (ih (Nat.succ q))) (fun _ => 0) xs ys

/-- Check and evaluate `f i`, `f (i + 1)`, ... (`n` of them), then go on with the list. -/
def collect {α : Type} (f : Nat → (α → Bool) → Bool) (n : Nat) : Nat → (List α → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List α → Bool) → Bool) (fun _ k => k [])
    (fun _ ih i k => Nat.force i fun i => f i fun a => ih (Nat.succ i) fun as => k (a :: as)) n

end

section

theorem zipTotal_eq {β : Type} (f : Nat → Nat → β → Nat) {xs : List Nat} {ys : List β} (h : xs.length ≤ ys.length) (i : Nat) (d : β) :
    zipTotal f xs ys i = total xs.length fun j => f (i + j) (xs.getD j 0) (ys.getD j d) := by
  induction xs generalizing ys i with
  | nil => rfl
  | cons x xs ih =>
    match ys, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero _)
    | y :: ys, h =>
      show Nat.force i (fun q => Nat.add (f q x y) (zipTotal f xs ys (Nat.succ q))) = total (xs.length + 1) _
      rw [Nat.force_eq, total_succ', ih (Nat.le_of_succ_le_succ h)]
      refine congrArg (Nat.add _) (total_congr fun j _ => ?_)
      rw [Nat.succ_add]
      rfl

theorem of_collect {α : Type} {P : Nat → α → Prop} {f : Nat → (α → Bool) → Bool} {N : Nat}
    (hf : ∀ i k, i < N → f i k = true → ∃ a, P i a ∧ k a = true) (d : α) {n i : Nat} {k : List α → Bool} (hi : i + n ≤ N)
    (h : collect f n i k = true) : ∃ as, (as.length = n ∧ ∀ j, j < n → P (i + j) (as.getD j d)) ∧ k as = true := by
  induction n generalizing i k with
  | zero => exact ⟨[], ⟨rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩, h⟩
  | succ n ih =>
    have h : Nat.force i (fun i => f i fun a => collect f n (Nat.succ i) fun as => k (a :: as)) = true := h
    rw [Nat.force_eq] at h
    match hf i _ (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ n)) hi) h with
    | ⟨a, ha, h⟩ =>
      match ih (i := i + 1) (Nat.le_trans (Nat.le_of_eq (Nat.succ_add i n)) hi) h with
      | ⟨as, ⟨len, all⟩, h⟩ =>
        refine ⟨a :: as, ⟨congrArg Nat.succ len, fun j hj => ?_⟩, h⟩
        cases j with
        | zero => exact ha
        | succ j => exact (Nat.succ_add i j ▸ all j (Nat.lt_of_succ_lt_succ hj) : P (i + j + 1) _)

end
end Compact
