prelude
import Compact.Packed.Fold
import Compact.Ring.Nat
/-!
# Counting the entries of a list that pass a test

`split` counts those that pass a strict test, and keeps the others, so that a milder test need only look at these
(`split_spec`).  `select` lists the places of the entries that pass.
-/
namespace Compact

/-- How many entries have the property `p`. -/
noncomputable def countIf (p : Nat → Bool) (gs : List Nat) : Nat :=
  fold (fun g ih => Bool.rec (motive := fun _ => Nat) ih (Nat.succ ih) (p g)) 0 gs

/-- The places, counted from `i`, of the entries with the property `p`. -/
noncomputable def select (p : Nat → Bool) (i : Nat) : List Nat → List Nat
  | [] => []
  | g :: gs => Bool.rec (motive := fun _ => List Nat) (select p (i + 1) gs) (i :: select p (i + 1) gs) (p g)

section
variable {p : Nat → Bool}

theorem select_cons_true {i g : Nat} {gs : List Nat} (h : p g = true) : select p i (g :: gs) = i :: select p (i + 1) gs := by
  show Bool.rec (motive := fun _ => List Nat) _ _ (p g) = _
  rw [h]

theorem select_cons_false {i g : Nat} {gs : List Nat} (h : p g = false) : select p i (g :: gs) = select p (i + 1) gs := by
  show Bool.rec (motive := fun _ => List Nat) _ _ (p g) = _
  rw [h]

theorem countIf_cons_true {g : Nat} {gs : List Nat} (h : p g = true) : countIf p (g :: gs) = countIf p gs + 1 := by
  show Bool.rec (motive := fun _ => Nat) _ _ (p g) = _
  rw [h]
  rfl

theorem countIf_cons_false {g : Nat} {gs : List Nat} (h : p g = false) : countIf p (g :: gs) = countIf p gs := by
  show Bool.rec (motive := fun _ => Nat) _ _ (p g) = _
  rw [h]
  rfl

theorem length_select (i : Nat) (gs : List Nat) : (select p i gs).length = countIf p gs := by
  induction gs generalizing i with
  | nil => rfl
  | cons g gs ih =>
    cases h : p g with
    | true => rw [select_cons_true h, countIf_cons_true h]; exact congrArg Nat.succ (ih (i + 1))
    | false => rw [select_cons_false h, countIf_cons_false h]; exact ih (i + 1)

theorem mem_select {i s : Nat} {gs : List Nat} (hs : s ∈ select p i gs) :
    ∃ j, j < gs.length ∧ s = i + j ∧ p (gs.getD j 0) = true := by
  induction gs generalizing i with
  | nil => exact nomatch hs
  | cons g gs ih =>
    have later (h : s ∈ select p (i + 1) gs) : ∃ j, j < (g :: gs).length ∧ s = i + j ∧ p ((g :: gs).getD j 0) = true :=
      match ih h with
      | ⟨j, hj, e, hp⟩ => ⟨j + 1, Nat.succ_lt_succ hj, e.trans (Nat.succ_add i j), hp⟩
    cases h : p g with
    | true =>
      rw [select_cons_true h] at hs
      cases hs with
      | head => exact ⟨0, Nat.zero_lt_succ _, rfl, h⟩
      | tail _ hs => exact later hs
    | false => rw [select_cons_false h] at hs; exact later hs

theorem nodup_select (i : Nat) (gs : List Nat) : (select p i gs).Nodup := by
  induction gs generalizing i with
  | nil => exact trivial
  | cons g gs ih =>
    cases h : p g with
    | true =>
      rw [select_cons_true h]
      refine ⟨fun hi => ?_, ih (i + 1)⟩
      match mem_select hi with
      | ⟨j, _, e, _⟩ => exact Nat.ne_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self i) (Nat.le_add_right (i + 1) j)) e
    | false => rw [select_cons_false h]; exact ih (i + 1)

end

/-- Run the test on the values of all pairs of entries, then go on with the number of those that pass and with the
values of the others. -/
noncomputable def split {α β γ : Type} (value : α → β → Nat) (p : Nat → Bool) (k : Nat → List Nat → γ) (xs : List α)
    (ys : List β) : Nat → List Nat → γ :=
  foldZip (γ := Nat → List Nat → γ)
    (fun x y ih passed failed =>
      Bool.rec (motive := fun _ => γ) (Nat.force (value x y) fun G => ih passed (G :: failed)) (ih (Nat.succ passed) failed)
        (p (value x y)))
    k xs ys

/-- The values of all pairs of entries. -/
noncomputable def values {α β : Type} (value : α → β → Nat) (xs : List α) (ys : List β) : List Nat :=
  foldZip (fun x y ih => value x y :: ih) [] xs ys

theorem length_values {α β : Type} (value : α → β → Nat) {xs : List α} {ys : List β} (h : ys.length ≤ xs.length) :
    (values value xs ys).length = ys.length := by
  induction xs generalizing ys with
  | nil => exact (Nat.eq_zero_of_le_zero h).symm
  | cons x xs ih =>
    cases ys with
    | nil => rfl
    | cons y ys => exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ h))

/-- What `split` goes on with: a test that is passed by all that pass the strict one counts the same. -/
theorem split_spec {α β γ : Type} (value : α → β → Nat) (p : Nat → Bool) (k : Nat → List Nat → γ) (xs : List α) (ys : List β)
    (passed : Nat) (failed : List Nat) :
    ∃ passed', ∃ failed', split value p k xs ys passed failed = k passed' failed' ∧
      ∀ r : Nat → Bool, (∀ G, G ∈ values value xs ys → p G = true → r G = true) →
        passed' + countIf r failed' = passed + countIf r failed + countIf r (values value xs ys) := by
  induction xs generalizing ys passed failed with
  | nil => exact ⟨passed, failed, rfl, fun _ _ => rfl⟩
  | cons x xs ih =>
    cases ys with
    | nil => exact ⟨passed, failed, rfl, fun _ _ => rfl⟩
    | cons y ys =>
      have unfolds : split value p k (x :: xs) (y :: ys) passed failed =
          Bool.rec (motive := fun _ => γ) (split value p k xs ys passed (value x y :: failed))
            (split value p k xs ys (Nat.succ passed) failed) (p (value x y)) :=
        congrArg (fun z => Bool.rec (motive := fun _ => γ) z _ (p (value x y)))
          (Nat.force_eq (value x y) fun G => split value p k xs ys passed (G :: failed))
      have list : values value (x :: xs) (y :: ys) = value x y :: values value xs ys := rfl
      rw [unfolds, list]
      cases h : p (value x y) with
      | true =>
        match ih ys (passed + 1) failed with
        | ⟨passed', failed', eq, spec⟩ =>
          refine ⟨passed', failed', eq, fun r hr => ?_⟩
          rw [spec r fun G hG => hr G (List.Mem.tail _ hG), countIf_cons_true (hr _ (List.Mem.head _) h)]
          exact shift _ _ _
      | false =>
        match ih ys passed (value x y :: failed) with
        | ⟨passed', failed', eq, spec⟩ =>
          refine ⟨passed', failed', eq, fun r hr => ?_⟩
          rw [spec r fun G hG => hr G (List.Mem.tail _ hG)]
          cases hg : r (value x y) with
          | true => rw [countIf_cons_true hg, countIf_cons_true hg]; exact shift' _ _ _
          | false => rw [countIf_cons_false hg, countIf_cons_false hg]
where
  shift (a b c : Nat) : a + 1 + b + c = a + b + (c + 1) := by ring [a, b, c]
  shift' (a b c : Nat) : a + (b + 1) + c = a + b + (c + 1) := by ring [a, b, c]

end Compact
