prelude
import Compact.Foundation.List.GetD
/-!
# Members of lists, and lists without repetitions
-/
universe u v
variable {α : Type u} {β : Type v}

/-- `List.Mem a l`: the value `a` occurs in the list `l`, written `a ∈ l`. -/
inductive List.Mem (a : α) : List α → Prop where
  | head (as : List α) : Mem a (a :: as)
  | tail (b : α) {as : List α} : Mem a as → Mem a (b :: as)
instance : Membership α (List α) where mem l a := List.Mem a l

namespace List

/-- No two members are equal. -/
def Nodup : List α → Prop
  | [] => True
  | x :: xs => ¬ x ∈ xs ∧ Nodup xs

/-! ## Who is a member -/

theorem not_mem_nil {a : α} : a ∉ [] := fun h => nomatch h
theorem mem_cons_self {a : α} {l : List α} : a ∈ a :: l := Mem.head l
theorem mem_cons_of_mem (b : α) {a : α} {l : List α} (h : a ∈ l) : a ∈ b :: l := Mem.tail b h

theorem mem_cons {a b : α} {l : List α} : a ∈ b :: l ↔ a = b ∨ a ∈ l :=
  ⟨fun h => match h with
    | .head _ => .inl rfl
    | .tail _ h => .inr h,
   fun h => match h with
    | .inl e => e ▸ Mem.head l
    | .inr h => Mem.tail b h⟩

theorem mem_singleton {a b : α} : a ∈ [b] ↔ a = b :=
  ⟨fun h => match h with | .head _ => rfl, fun e => e ▸ Mem.head []⟩

theorem not_mem_of_not_mem_cons {a b : α} {l : List α} (h : a ∉ b :: l) : a ∉ l := fun m => h (Mem.tail b m)

theorem forall_mem_cons {p : α → Prop} {a : α} {l : List α} :
    (∀ x, x ∈ a :: l → p x) ↔ p a ∧ ∀ x, x ∈ l → p x :=
  ⟨fun h => ⟨h a (Mem.head l), fun x hx => h x (Mem.tail a hx)⟩,
   fun h x hx => match hx with
    | .head _ => h.left
    | .tail _ hx => h.right x hx⟩

theorem mem_append_left {a : α} {l : List α} (m : List α) (h : a ∈ l) : a ∈ l ++ m := by
  induction h with
  | head l => exact Mem.head (l ++ m)
  | tail b _ ih => exact Mem.tail b ih

theorem mem_append_right {a : α} (l : List α) {m : List α} (h : a ∈ m) : a ∈ l ++ m := by
  induction l with
  | nil => exact h
  | cons b l ih => exact Mem.tail b ih

theorem mem_append {a : α} {l m : List α} : a ∈ l ++ m ↔ a ∈ l ∨ a ∈ m := by
  refine ⟨fun h => ?_, fun h => match h with
    | .inl h => mem_append_left m h
    | .inr h => mem_append_right l h⟩
  induction l with
  | nil => exact .inr h
  | cons b l ih =>
    cases h with
    | head => exact .inl (Mem.head l)
    | tail _ h =>
      cases ih h with
      | inl h => exact .inl (Mem.tail b h)
      | inr h => exact .inr h

theorem mem_map_of_mem {f : α → β} {a : α} {l : List α} (h : a ∈ l) : f a ∈ map f l := by
  induction h with
  | head l => exact Mem.head (map f l)
  | tail b _ ih => exact Mem.tail (f b) ih

theorem exists_of_mem_map {f : α → β} {b : β} {l : List α} (h : b ∈ map f l) : ∃ a, a ∈ l ∧ f a = b := by
  induction l with
  | nil => exact nomatch h
  | cons a l ih =>
    cases h with
    | head => exact ⟨a, Mem.head l, rfl⟩
    | tail _ h => exact match ih h with | ⟨x, hx, e⟩ => ⟨x, Mem.tail a hx, e⟩

theorem mem_map {f : α → β} {b : β} {l : List α} : b ∈ map f l ↔ ∃ a, a ∈ l ∧ f a = b :=
  ⟨exists_of_mem_map, fun h => match h with | ⟨_, ha, e⟩ => e ▸ mem_map_of_mem ha⟩

theorem mem_filter {p : α → Bool} {a : α} {l : List α} : a ∈ filter p l ↔ a ∈ l ∧ p a = true := by
  induction l with
  | nil => exact ⟨fun h => absurd h not_mem_nil, fun h => absurd h.left not_mem_nil⟩
  | cons b l ih =>
    by_cases hb : p b = true
    case pos =>
      rw [filter_cons_of_pos hb]
      exact ⟨fun h => match h with
        | .head _ => ⟨Mem.head l, hb⟩
        | .tail _ h => ⟨Mem.tail b (ih.mp h).left, (ih.mp h).right⟩,
       fun h => match h with
        | ⟨.head _, _⟩ => Mem.head _
        | ⟨.tail _ h, ha⟩ => Mem.tail b (ih.mpr ⟨h, ha⟩)⟩
    case neg =>
      rw [filter_cons_of_neg hb]
      exact ⟨fun h => ⟨Mem.tail b (ih.mp h).left, (ih.mp h).right⟩,
       fun h => match h with
        | ⟨.head _, ha⟩ => absurd ha hb
        | ⟨.tail _ h, ha⟩ => ih.mpr ⟨h, ha⟩⟩

theorem getD_mem {l : List α} {n : Nat} (d : α) (h : n < l.length) : l.getD n d ∈ l := by
  induction l generalizing n with
  | nil => exact absurd h (Nat.not_lt_zero n)
  | cons a l ih =>
    cases n with
    | zero => exact Mem.head l
    | succ n => exact Mem.tail a (ih (Nat.lt_of_succ_lt_succ h))

theorem exists_getD_of_mem {a : α} {l : List α} (d : α) (h : a ∈ l) : ∃ n, n < l.length ∧ l.getD n d = a := by
  induction h with
  | head l => exact ⟨0, Nat.zero_lt_succ _, rfl⟩
  | tail b _ ih => exact match ih with | ⟨n, hn, e⟩ => ⟨n + 1, Nat.succ_lt_succ hn, e⟩

theorem mem_tabulate {n : Nat} {f : Nat → α} {a : α} : a ∈ tabulate n f ↔ ∃ i, i < n ∧ f i = a := by
  constructor
  · intro h
    match exists_getD_of_mem (f 0) h with
    | ⟨i, hi, e⟩ =>
      rw [length_tabulate] at hi
      exact ⟨i, hi, (getD_tabulate (f 0) hi).symm.trans e⟩
  · intro h
    match h with
    | ⟨i, hi, e⟩ =>
      rw [← e, ← getD_tabulate (f := f) (f i) hi]
      exact getD_mem (f i) (by rw [length_tabulate]; exact hi)

theorem mem_range_loop {m n : Nat} {l : List Nat} : m ∈ range.loop n l ↔ m < n ∨ m ∈ l := by
  induction n generalizing l with
  | zero => exact ⟨Or.inr, fun h => match h with
    | .inl h => absurd h (Nat.not_lt_zero m)
    | .inr h => h⟩
  | succ n ih =>
    refine ⟨fun h => ?_, fun h => ih.mpr ?_⟩
    · cases ih.mp h with
      | inl h => exact .inl (Nat.lt_succ_of_lt h)
      | inr h => cases h with
        | head => exact .inl (Nat.lt_succ_self m)
        | tail _ h => exact .inr h
    · cases h with
      | inl h => cases Nat.lt_or_eq_of_le (Nat.le_of_lt_succ h) with
        | inl h => exact .inl h
        | inr h => exact .inr (h ▸ Mem.head _)
      | inr h => exact .inr (Mem.tail n h)

theorem mem_range {m n : Nat} : m ∈ range n ↔ m < n :=
  ⟨fun h => match mem_range_loop.mp h with
    | .inl h => h
    | .inr h => absurd h not_mem_nil,
   fun h => mem_range_loop.mpr (.inl h)⟩

theorem eq_of_mem_replicate {n : Nat} {a b : α} (h : b ∈ replicate n a) : b = a := by
  induction n with
  | zero => exact nomatch h
  | succ n ih => exact match h with
    | .head _ => rfl
    | .tail _ h => ih h

theorem map_congr_left {f g : α → β} {l : List α} (h : ∀ a, a ∈ l → f a = g a) : map f l = map g l := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, map_cons, h a (Mem.head l), ih fun x hx => h x (Mem.tail a hx)]

end List
