prelude
import Compact.Foundation
/-!
# Lists without repetitions

Which lists are repetition-free (`Nodup`), who belongs to them, and how long they are: for `map`,
`filter`, `++` and `flatMap`.  Counting inputs is building such a list and taking its length.
-/
universe u v
namespace List
variable {α : Type u} {β : Type v}

/-- `flatMap f [a, b, ...] = f a ++ f b ++ ...` -/
def flatMap (f : α → List β) : List α → List β
  | [] => []
  | a :: l => f a ++ flatMap f l

theorem append_singleton_ne_nil {a : α} {l : List α} (h : [] = l ++ [a]) : False := by
  cases l with
  | nil => exact nomatch h
  | cons b l => exact nomatch h

theorem append_singleton_inj {a : α} {l m : List α} (h : l ++ [a] = m ++ [a]) : l = m := by
  induction l generalizing m with
  | nil =>
    cases m with
    | nil => rfl
    | cons b m => injection h with _ h; exact (append_singleton_ne_nil h).elim
  | cons b l ih =>
    cases m with
    | nil => injection h with _ h; exact (append_singleton_ne_nil h.symm).elim
    | cons c m => injection h with hb hl; rw [hb, ih hl]

theorem mem_flatMap {f : α → List β} {b : β} {l : List α} :
    b ∈ flatMap f l ↔ ∃ a, a ∈ l ∧ b ∈ f a := by
  induction l with
  | nil => exact ⟨(nomatch ·), fun ⟨_, h, _⟩ => nomatch h⟩
  | cons a l ih =>
    constructor
    · intro h
      cases mem_append.mp h with
      | inl h => exact ⟨a, Mem.head _, h⟩
      | inr h => match ih.mp h with
        | ⟨x, hx, h⟩ => exact ⟨x, Mem.tail _ hx, h⟩
    · intro h
      match h with
      | ⟨_, .head _, h⟩ => exact mem_append.mpr (Or.inl h)
      | ⟨x, .tail _ hx, h⟩ => exact mem_append.mpr (Or.inr (ih.mpr ⟨x, hx, h⟩))

/-- A `flatMap` with pieces of one length. -/
theorem length_flatMap_const {f : α → List β} {l : List α} {k : Nat}
    (h : ∀ a, a ∈ l → (f a).length = k) : (flatMap f l).length = l.length * k := by
  induction l with
  | nil => exact (Nat.zero_mul k).symm
  | cons a l ih =>
    show (f a ++ flatMap f l).length = (l.length + 1) * k
    rw [length_append, h a (Mem.head l), ih fun x hx => h x (Mem.tail a hx), Nat.succ_mul,
      Nat.add_comm]

/-! ## Lists without repetitions -/

theorem nodup_append {l m : List α} (hl : l.Nodup) (hm : m.Nodup)
    (disjoint : ∀ a, a ∈ l → a ∈ m → False) : (l ++ m).Nodup := by
  induction l with
  | nil => exact hm
  | cons a l ih =>
    refine ⟨fun h => ?_, ih hl.right fun x hx => disjoint x (Mem.tail a hx)⟩
    cases mem_append.mp h with
    | inl h => exact hl.left h
    | inr h => exact disjoint a (Mem.head l) h

theorem nodup_map {f : α → β} {l : List α} (hl : l.Nodup)
    (inj : ∀ a b, f a = f b → a = b) : (l.map f).Nodup := by
  induction l with
  | nil => exact trivial
  | cons a l ih =>
    refine ⟨fun h => ?_, ih hl.right⟩
    match mem_map.mp h with
    | ⟨b, hb, e⟩ => exact hl.left (inj b a e ▸ hb)

theorem nodup_filter {p : α → Bool} {l : List α} (hl : l.Nodup) : (l.filter p).Nodup := by
  induction l with
  | nil => exact trivial
  | cons a l ih =>
    by_cases ha : p a = true
    case pos =>
      rw [filter_cons_of_pos ha]
      exact ⟨fun h => hl.left (mem_filter.mp h).left, ih hl.right⟩
    case neg =>
      rw [filter_cons_of_neg ha]
      exact ih hl.right

/-- The pieces `f a` have no repetition, and from a member of `f a` the index `a` can be read off
by `key`: then `flatMap f l` has no repetition. -/
theorem nodup_flatMap {f : α → List β} {l : List α} (key : β → α) (hl : l.Nodup)
    (hf : ∀ a, a ∈ l → (f a).Nodup) (hkey : ∀ a, a ∈ l → ∀ b, b ∈ f a → key b = a) :
    (flatMap f l).Nodup := by
  induction l with
  | nil => exact trivial
  | cons a l ih =>
    refine nodup_append (hf a (Mem.head l))
      (ih hl.right (fun x hx => hf x (Mem.tail a hx)) fun x hx => hkey x (Mem.tail a hx)) ?_
    intro b hb hb'
    match mem_flatMap.mp hb' with
    | ⟨x, hx, hbx⟩ =>
      have e : x = a := (hkey x (Mem.tail a hx) b hbx).symm.trans (hkey a (Mem.head l) b hb)
      exact hl.left (e ▸ hx)

end List
