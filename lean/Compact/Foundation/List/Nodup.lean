prelude
import Compact.Foundation.List.Mem
/-!
# Lists without repetitions: the first examples
-/
universe u v
variable {α : Type u} {β : Type v}
namespace List

theorem nodup_nil : Nodup ([] : List α) := True.intro
theorem nodup_cons {a : α} {l : List α} : Nodup (a :: l) ↔ a ∉ l ∧ Nodup l := ⟨fun h => h, fun h => h⟩
theorem nodup_singleton (a : α) : Nodup [a] := ⟨not_mem_nil, True.intro⟩

theorem nodup_range_loop (n : Nat) (l : List Nat) (h : l.Nodup) (h' : ∀ x, x ∈ l → n ≤ x) :
    (range.loop n l).Nodup := by
  induction n generalizing l with
  | zero => exact h
  | succ n ih =>
    exact ih (n :: l) ⟨fun m => Nat.lt_irrefl n (h' n m), h⟩
      (forall_mem_cons.mpr ⟨Nat.le_refl n, fun x hx => Nat.le_of_succ_le (h' x hx)⟩)

theorem nodup_range {n : Nat} : Nodup (range n) := nodup_range_loop n [] nodup_nil fun _ h => nomatch h

end List
