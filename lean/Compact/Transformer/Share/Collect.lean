prelude
import Compact.Packed.Fold
/-!
# Lists that are checked as they are built
-/
namespace Compact
noncomputable section

/-- Check and evaluate `f i` for each entry of a list, `i` counting from a start, then go on with the list of what came of it. -/
def collect {α β : Type} (f : β → Nat → (α → Bool) → Bool) (xs : List β) : Nat → (List α → Bool) → Bool :=
  fold (fun x ih i k => Nat.force i fun i => f x i fun a => ih (Nat.succ i) fun as => k (a :: as)) (fun _ k => k []) xs

end

section

/-- What `collect` goes on with, if it counts from `s`. -/
theorem of_collectFrom {α β : Type} {P : Nat → α → Prop} {f : β → Nat → (α → Bool) → Bool} {ys : List β} (e : β) (d : α) {s : Nat}
    (hf : ∀ i t k, i < ys.length → t = s + i → f (ys.getD i e) t k = true → ∃ a, P t a ∧ k a = true) {k : List α → Bool}
    (h : collect f ys s k = true) : ∃ as, (as.length = ys.length ∧ ∀ j t, j < ys.length → t = s + j → P t (as.getD j d)) ∧ k as = true := by
  induction ys generalizing s k with
  | nil => exact ⟨[], ⟨rfl, fun j _ hj => absurd hj (Nat.not_lt_zero j)⟩, h⟩
  | cons y ys ih =>
    have h : Nat.force s (fun s => f y s fun a => collect f ys (Nat.succ s) fun as => k (a :: as)) = true := h
    rw [Nat.force_eq] at h
    match hf 0 s _ (Nat.zero_lt_succ _) rfl h with
    | ⟨a, ha, h⟩ =>
      match ih (fun i t k hi ht => hf (i + 1) t k (Nat.succ_lt_succ hi) (ht.trans (Nat.succ_add s i))) h with
      | ⟨as, ⟨len, all⟩, h⟩ =>
        refine ⟨a :: as, ⟨congrArg Nat.succ len, fun j t hj ht => ?_⟩, h⟩
        cases j with
        | zero => exact ht ▸ ha
        | succ j => exact all j t (Nat.lt_of_succ_lt_succ hj) (ht.trans (Nat.succ_add s j).symm)

/-- What `collect` goes on with. -/
theorem of_collect {α β : Type} {P : Nat → α → Prop} {f : β → Nat → (α → Bool) → Bool} {ys : List β} {n : Nat} (hn : ys.length = n) (e : β) (d : α)
    (hf : ∀ i k, i < n → f (ys.getD i e) i k = true → ∃ a, P i a ∧ k a = true) {k : List α → Bool}
    (h : collect f ys 0 k = true) : ∃ as, (as.length = n ∧ ∀ j, j < n → P j (as.getD j d)) ∧ k as = true := by
  subst hn
  have shifted (i t : Nat) (k : α → Bool) (hi : i < ys.length) (ht : t = 0 + i) (h : f (ys.getD i e) t k = true) : ∃ a, P t a ∧ k a = true := by
    have ht := ht.trans (Nat.zero_add i)
    subst ht
    exact hf t k hi h
  match of_collectFrom e d shifted h with
  | ⟨as, ⟨len, all⟩, h⟩ => exact ⟨as, ⟨len, fun j hj => all j j hj (Nat.zero_add j).symm⟩, h⟩

end
end Compact
