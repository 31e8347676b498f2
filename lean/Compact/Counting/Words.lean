prelude
import Compact.Counting.Inputs
import Compact.Counting.Choose
/-!
# Words with a given number of non-maximum letters

`words m S n c` lists the words of length `n` in which `c` letters come from the list `S` and the
other `n - c` letters are `m`.  If `m` is not in `S` and `S` has no repetition, then neither has the
list of words, and there are `choose n c * |S| ^ c` of them.
-/
namespace Compact

/-- The words of length `n` with `c` letters from `S` and `n - c` letters `m`. -/
def words (m : Nat) (S : List Nat) : (n c : Nat) → List (List Nat)
  | 0, 0 => [[]]
  | 0, _ + 1 => []
  | n + 1, 0 => (words m S n 0).map (m :: ·)
  | n + 1, c + 1 => (words m S n (c + 1)).map (m :: ·) ++
      S.flatMap fun s => (words m S n c).map (s :: ·)

/-- The number of letters of a word other than `m`. -/
def countOther (m : Nat) : List Nat → Nat
  | [] => 0
  | t :: x => if t = m then countOther m x else countOther m x + 1

variable {m : Nat} {S : List Nat}

theorem words_zero_zero : words m S 0 0 = [[]] := rfl
theorem words_zero_succ (c : Nat) : words m S 0 (c + 1) = [] := rfl
theorem words_succ_zero (n : Nat) : words m S (n + 1) 0 = (words m S n 0).map (m :: ·) := rfl
theorem words_succ_succ (n c : Nat) : words m S (n + 1) (c + 1) =
    (words m S n (c + 1)).map (m :: ·) ++ S.flatMap fun s => (words m S n c).map (s :: ·) := rfl

/-- A property of words that holds of the empty word and is kept by putting in front a letter `m`, or
a letter from `S`, holds of every word of `words m S n c`. -/
theorem words_induction {p : Nat → Nat → List Nat → Prop} (nil : p 0 0 [])
    (cons_max : ∀ n c y, p n c y → p (n + 1) c (m :: y))
    (cons_other : ∀ n c y s, s ∈ S → p n c y → p (n + 1) (c + 1) (s :: y)) :
    ∀ n c y, y ∈ words m S n c → p n c y := by
  intro n
  induction n with
  | zero =>
    intro c y h
    cases c with
    | zero =>
      rw [words_zero_zero] at h
      cases h with
      | head => exact nil
      | tail _ h => exact nomatch h
    | succ c => rw [words_zero_succ] at h; exact nomatch h
  | succ n ih =>
    intro c y h
    cases c with
    | zero =>
      rw [words_succ_zero] at h
      match List.mem_map.mp h with
      | ⟨z, hz, e⟩ => exact e ▸ cons_max n 0 z (ih 0 z hz)
    | succ c =>
      rw [words_succ_succ] at h
      match List.mem_append.mp h with
      | .inl h =>
        match List.mem_map.mp h with
        | ⟨z, hz, e⟩ => exact e ▸ cons_max n (c + 1) z (ih (c + 1) z hz)
      | .inr h =>
        match List.mem_flatMap.mp h with
        | ⟨s, hs, h⟩ =>
          match List.mem_map.mp h with
          | ⟨z, hz, e⟩ => exact e ▸ cons_other n c z s hs (ih c z hz)

/-- Each word has length `n`. -/
theorem length_of_mem_words {n c : Nat} {y : List Nat} (h : y ∈ words m S n c) : y.length = n :=
  words_induction (p := fun n _ y => y.length = n) rfl (fun _ _ _ h => congrArg Nat.succ h)
    (fun _ _ _ _ _ h => congrArg Nat.succ h) n c y h

/-- Each letter is `m` or comes from `S`. -/
theorem letter_of_mem_words {n c : Nat} {y : List Nat} (h : y ∈ words m S n c) :
    ∀ t, t ∈ y → t = m ∨ t ∈ S := by
  refine words_induction (p := fun _ _ y => ∀ t, t ∈ y → t = m ∨ t ∈ S) ?_ ?_ ?_ n c y h
  · exact fun _ h => nomatch h
  · intro _ _ y hy t ht
    cases ht with
    | head => exact Or.inl rfl
    | tail _ ht => exact hy t ht
  · intro _ _ y s hs hy t ht
    cases ht with
    | head => exact Or.inr hs
    | tail _ ht => exact hy t ht

/-- The number of letters other than `m` is `c`. -/
theorem countOther_of_mem_words (hm : ¬m ∈ S) {n c : Nat} {y : List Nat} (h : y ∈ words m S n c) :
    countOther m y = c := by
  refine words_induction (p := fun _ c y => countOther m y = c) rfl ?_ ?_ n c y h
  · intro _ _ y hy
    exact (ite_eq_left rfl).trans hy
  · intro _ _ y s hs hy
    exact (ite_eq_right fun e : s = m => hm (e ▸ hs)).trans (congrArg Nat.succ hy)

theorem countOther_le (m : Nat) (y : List Nat) : countOther m y ≤ y.length := by
  induction y with
  | nil => exact Nat.le_refl 0
  | cons t y ih =>
    show (if t = m then countOther m y else countOther m y + 1) ≤ y.length + 1
    by_cases h : t = m
    case pos => rw [ite_eq_left h]; exact Nat.le_succ_of_le ih
    case neg => rw [ite_eq_right h]; exact Nat.succ_le_succ ih

/-- A word with fewer than `n` letters from `S` has a letter `m`. -/
theorem max_mem_of_mem_words {n c : Nat} (hc : c < n) {y : List Nat} (h : y ∈ words m S n c) :
    m ∈ y := by
  refine words_induction (p := fun n c y => c < n → m ∈ y) ?_ ?_ ?_ n c y h hc
  · exact fun h => absurd h (Nat.lt_irrefl 0)
  · exact fun _ _ y _ _ => List.Mem.head y
  · exact fun _ _ _ s _ hy hc => List.Mem.tail s (hy (Nat.lt_of_succ_lt_succ hc))

/-- Conversely, a word over `m` and `S` is listed under its length and its number of letters
other than `m`. -/
theorem mem_words {y : List Nat} (h : ∀ t, t ∈ y → t = m ∨ t ∈ S) :
    y ∈ words m S y.length (countOther m y) := by
  induction y with
  | nil => show [] ∈ words m S 0 0; rw [words_zero_zero]; exact List.Mem.head _
  | cons t y ih =>
    have ih := ih fun u hu => h u (List.Mem.tail t hu)
    show t :: y ∈ words m S (y.length + 1) (if t = m then countOther m y else countOther m y + 1)
    by_cases e : t = m
    case pos =>
      rw [ite_eq_left e, e]
      generalize countOther m y = c at ih
      cases c with
      | zero => rw [words_succ_zero]; exact List.mem_map.mpr ⟨y, ih, rfl⟩
      | succ c =>
        rw [words_succ_succ]
        exact List.mem_append.mpr (Or.inl (List.mem_map.mpr ⟨y, ih, rfl⟩))
    case neg =>
      rw [ite_eq_right e, words_succ_succ]
      refine List.mem_append.mpr (Or.inr (List.mem_flatMap.mpr ⟨t, ?_, List.mem_map.mpr ⟨y, ih, rfl⟩⟩))
      match h t (List.Mem.head y) with
      | .inl h => exact absurd h e
      | .inr h => exact h

/-- The words of `words m S n c` are different from each other. -/
theorem nodup_words (hS : S.Nodup) (hm : ¬m ∈ S) (n c : Nat) : (words m S n c).Nodup := by
  have inj : ∀ (t : Nat) (x y : List Nat), t :: x = t :: y → x = y := fun _ _ _ e =>
    (List.cons_inj e).right
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => rw [words_zero_zero]; exact ⟨(nomatch ·), trivial⟩
    | succ c => rw [words_zero_succ]; exact trivial
  | succ n ih =>
    cases c with
    | zero => rw [words_succ_zero]; exact List.nodup_map (ih 0) (inj m)
    | succ c =>
      have key : ∀ (s : Nat) (y : List Nat), y ∈ (words m S n c).map (s :: ·) → y.getD 0 0 = s :=
        fun s y hy => match List.mem_map.mp hy with | ⟨_, _, e⟩ => e ▸ rfl
      rw [words_succ_succ]
      refine List.nodup_append (List.nodup_map (ih (c + 1)) (inj m)) ?_ ?_
      · exact List.nodup_flatMap (fun y => y.getD 0 0) hS (fun s _ => List.nodup_map (ih c) (inj s))
          fun s _ => key s
      · intro y hy hy'
        match List.mem_map.mp hy, List.mem_flatMap.mp hy' with
        | ⟨z, _, e⟩, ⟨s, hs, hy'⟩ =>
          have head_eq : (m :: z).getD 0 0 = s := e.symm ▸ key s y hy'
          have e' : m = s := head_eq
          exact hm (e' ▸ hs)

/-- There are `choose n c * |S| ^ c` words. -/
theorem length_words (n c : Nat) : (words m S n c).length = Nat.choose n c * S.length ^ c := by
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => rw [words_zero_zero]; rfl
    | succ c => rw [words_zero_succ, Nat.choose_zero_succ, Nat.zero_mul]; rfl
  | succ n ih =>
    cases c with
    | zero =>
      rw [words_succ_zero, List.length_map, ih, Nat.choose_zero_right, Nat.choose_zero_right]
    | succ c =>
      rw [words_succ_succ, List.length_append, List.length_map, ih,
        List.length_flatMap_const (k := (words m S n c).length) fun s _ => List.length_map, ih,
        Nat.choose_succ_succ, Nat.right_distrib, Nat.add_comm, Nat.mul_left_comm,
        Nat.mul_comm S.length]
      rfl

end Compact
