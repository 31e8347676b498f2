prelude
import Compact.Counting.Inputs
/-!
# Boxes: all words over some letters
-/
namespace Compact

/-- All lists of length `n` with entries in `S`. -/
def wordsOver (S : List Nat) : Nat → List (List Nat)
  | 0 => [[]]
  | n + 1 => S.flatMap fun t => (wordsOver S n).map (t :: ·)

theorem of_mem_wordsOver {S : List Nat} {n : Nat} {x : List Nat} (h : x ∈ wordsOver S n) : x.length = n ∧ ∀ t, t ∈ x → t ∈ S := by
  induction n generalizing x with
  | zero =>
    have h : x ∈ [[]] := h
    cases h with
    | head => exact ⟨rfl, fun _ h => nomatch h⟩
    | tail _ h => exact nomatch h
  | succ n ih =>
    match List.mem_flatMap.mp h with
    | ⟨t, ht, h⟩ =>
      match List.mem_map.mp h with
      | ⟨y, hy, e⟩ =>
        subst e
        refine ⟨congrArg Nat.succ (ih hy).left, fun u hu => ?_⟩
        match hu with
        | .head _ => exact ht
        | .tail _ hu => exact (ih hy).right u hu

theorem nodup_wordsOver {S : List Nat} (h : S.Nodup) (n : Nat) : (wordsOver S n).Nodup := by
  induction n with
  | zero => exact ⟨(nomatch ·), trivial⟩
  | succ n ih =>
    refine List.nodup_flatMap (fun x => x.getD 0 0) h ?_ ?_
    · exact fun t _ => List.nodup_map ih fun x y e => (List.cons_inj e).right
    · intro t _ x hx
      match List.mem_map.mp hx with
      | ⟨y, _, e⟩ => exact e ▸ rfl

theorem length_wordsOver (S : List Nat) (n : Nat) : (wordsOver S n).length = S.length ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    show (S.flatMap fun t => (wordsOver S n).map (t :: ·)).length = S.length ^ n * S.length
    rw [List.length_flatMap_const (k := S.length ^ n), Nat.mul_comm]
    exact fun t _ => List.length_map.trans ih

/-- A box of words with a property. -/
theorem AtLeast.box {S : List Nat} (h : S.Nodup) (n : Nat) {P : List Nat → Prop}
    (all : ∀ y, y.length = n → (∀ t, t ∈ y → t ∈ S) → P y) : AtLeast (S.length ^ n) P :=
  length_wordsOver S n ▸ AtLeast.of_list (nodup_wordsOver h n) fun y hy =>
    all y (of_mem_wordsOver hy).left (of_mem_wordsOver hy).right

/-- The same first letter before all of them. -/
theorem AtLeast.cons {N : Nat} {P : List Nat → Prop} (a : Nat) (h : AtLeast N fun y => P (a :: y)) :
    AtLeast N fun x => P x ∧ x.getD 0 0 = a :=
  AtLeast.map (f := (a :: ·)) (fun _ _ e => (List.cons_inj e).right) (AtLeast.mono_pred (fun _ hy => ⟨hy, rfl⟩) h)

end Compact
