prelude
import Compact.Counting.Words
import Compact.Counting.Tree
/-!
# The inputs of one class

An input with `n + 1` positions is a word `y` for the first `n` positions followed by the query `q`.
For `y` in `words m S n c`, with `S` below `m` and at least one position holding `m`, its maximum is
`m`, its length `n + 1` and its last token `q`.
-/
namespace Compact

theorem le_maximum {t : Nat} {x : List Nat} (h : t ∈ x) : t ≤ maximum x := by
  induction h with
  | head x => exact Nat.le_max_left t (maximum x)
  | tail u _ ih => exact Nat.le_trans ih (Nat.le_max_right u _)

theorem maximum_le {m : Nat} {x : List Nat} (h : ∀ t, t ∈ x → t ≤ m) : maximum x ≤ m := by
  induction x with
  | nil => exact Nat.zero_le m
  | cons t x ih =>
    exact Nat.max_le_of_le (h t (List.Mem.head x)) (ih fun u hu => h u (List.Mem.tail t hu))

theorem maximum_eq {m : Nat} {x : List Nat} (mem : m ∈ x) (le : ∀ t, t ∈ x → t ≤ m) :
    maximum x = m := Nat.le_antisymm (maximum_le le) (le_maximum mem)

/-- The number of classes for the query `q` and the maximum `m`: `c = 0, ..., n` letters of the other
`n` positions may differ from `m` if the query is `m`, else one of them at least has to be `m`. -/
noncomputable def classes (n q m : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) n (n + 1) (Nat.beq q m)

theorem classes_self (n m : Nat) : classes n m m = n + 1 := by
  unfold classes; rw [Nat.beq_self]

theorem classes_of_ne (n : Nat) {q m : Nat} (h : q ≠ m) : classes n q m = n := by
  unfold classes
  cases e : Nat.beq q m with
  | true => exact absurd (Nat.eq_of_beq_eq_true q m e) h
  | false => rfl

section
variable {m q n c : Nat} {S : List Nat} {y : List Nat}

theorem length_append_query (h : y ∈ words m S n c) : (y ++ [q]).length = n + 1 := by
  rw [List.length_append, length_of_mem_words h]; rfl

/-- Every token is at most `m`. -/
theorem le_of_mem_append_query (hS : ∀ s, s ∈ S → s < m) (hq : q ≤ m) (h : y ∈ words m S n c) :
    ∀ t, t ∈ y ++ [q] → t ≤ m := by
  intro t ht
  match List.mem_append.mp ht with
  | .inr (.head _) => exact hq
  | .inl ht =>
    match letter_of_mem_words h t ht with
    | .inl e => exact Nat.le_of_eq e
    | .inr hs => exact Nat.le_of_lt (hS t hs)

/-- The maximum is `m`. -/
theorem maximum_append_query (hS : ∀ s, s ∈ S → s < m) (hq : q ≤ m) (hc : c < classes n q m)
    (h : y ∈ words m S n c) : maximum (y ++ [q]) = m := by
  refine maximum_eq (List.mem_append.mpr ?_) (le_of_mem_append_query hS hq h)
  by_cases e : q = m
  case pos => exact Or.inr (e ▸ List.Mem.head _)
  case neg =>
    rw [classes_of_ne n e] at hc
    exact Or.inl (max_mem_of_mem_words hc h)

/-- The input has `n + 1` tokens, all below `v` if `m` is. -/
theorem valid_append_query {n_ctx v : Nat} (hn : n_ctx = n + 1) (hm : m < v) (hS : ∀ s, s ∈ S → s < m) (hq : q ≤ m)
    (h : y ∈ words m S n c) : (y ++ [q]).length = n_ctx ∧ ∀ t, t ∈ y ++ [q] → t < v :=
  ⟨(length_append_query h).trans hn.symm,
    fun t ht => Nat.lt_of_le_of_lt (le_of_mem_append_query hS hq h t ht) hm⟩

end
end Compact
