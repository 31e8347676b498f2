prelude
import Compact.Counting.Inputs
/-!
# No count exceeds the number of inputs

`AtLeast N P` cannot claim too much: if `P` only holds of inputs of `n` tokens below `v`, then `N` is at
most their number, `v ^ n`.
-/
universe u
namespace List
variable {α : Type u}

/-- A member splits the list. -/
theorem exists_append_of_mem {a : α} {l : List α} (h : a ∈ l) : ∃ s, ∃ t, l = s ++ a :: t := by
  induction h with
  | head l => exact ⟨[], l, rfl⟩
  | tail b _ ih => match ih with | ⟨s, t, e⟩ => exact ⟨b :: s, t, congrArg (b :: ·) e⟩

/-- A list without repetitions is no longer than a list that has all its members. -/
theorem length_le_of_nodup {l m : List α} (hl : l.Nodup) (h : ∀ a, a ∈ l → a ∈ m) :
    l.length ≤ m.length := by
  induction l generalizing m with
  | nil => exact Nat.zero_le _
  | cons a l ih =>
    match exists_append_of_mem (h a (Mem.head l)) with
    | ⟨s, t, e⟩ =>
      have rest : l.length ≤ (s ++ t).length := ih hl.right fun b hb => by
        have hb' : b ∈ s ++ a :: t := e ▸ h b (Mem.tail a hb)
        match mem_append.mp hb' with
        | .inl hs => exact mem_append.mpr (Or.inl hs)
        | .inr (.tail _ ht) => exact mem_append.mpr (Or.inr ht)
        | .inr (.head _) => exact absurd hb hl.left
      rw [length_append] at rest
      rw [e, length_append]
      exact Nat.succ_le_succ rest

end List

namespace Compact

/-- A count of valid inputs is at most the number of inputs. -/
theorem AtLeast.le_pow {N n v : Nat} {P : List Nat → Prop}
    (valid : ∀ x, P x → x.length = n ∧ ∀ t, t ∈ x → t < v) (h : AtLeast N P) : N ≤ v ^ n :=
  match h with
  | ⟨_, nodup, all, len⟩ => by
    rw [← len, ← length_inputs]
    exact List.length_le_of_nodup nodup fun x hx => mem_inputs.mpr (valid x (all x hx))

end Compact
