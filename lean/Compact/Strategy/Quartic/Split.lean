prelude
import Compact.Ring.Nat
import Compact.Strategy.Quartic.Lanes
/-!
# Quartic: counting the tokens of a class

`split` counts the tokens that pass all mixtures of a query and a maximum and keeps the others; with those of the
others that pass the mixtures of one class, that is the number of tokens of the class (`split_spec`).
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

namespace Quartic

/-- The gaps of all tokens, times their factors. -/
noncomputable def scaledList (s : Setup) (direct : Nat) (factors : List (Nat × Nat)) (rows : List Nat) : List Nat :=
  foldZip (fun e row ih => scaled s direct e row :: ih) [] factors rows

theorem countClass_eq (T : Test) (gs : List Nat) : countClass T gs = countIf T.run gs := by
  cases gs with
  | nil => rfl
  | cons g gs =>
    show T.force (fun T => countPass T (g :: gs)) = _
    rw [Test.force_eq]
    rfl

/-- What `split` goes on with. -/
theorem split_spec {α : Type} (s : Setup) (direct : Nat) (T : Test) (k : Nat → List Nat → α)
    (factors : List (Nat × Nat)) (rows : List Nat) (passed : Nat) (failed : List Nat) :
    ∃ passed', ∃ failed', split s direct T k factors rows passed failed = k passed' failed' ∧
      ∀ p : Nat → Bool, (∀ G, G ∈ scaledList s direct factors rows → T.run G = true → p G = true) →
        passed' + countIf p failed' = passed + countIf p failed + countIf p (scaledList s direct factors rows) := by
  induction factors generalizing rows passed failed with
  | nil => exact ⟨passed, failed, rfl, fun _ _ => rfl⟩
  | cons e factors ih =>
    cases rows with
    | nil => exact ⟨passed, failed, rfl, fun _ _ => rfl⟩
    | cons row rows =>
      have unfolds : split s direct T k (e :: factors) (row :: rows) passed failed =
          Bool.rec (motive := fun _ => α) (split s direct T k factors rows passed (scaled s direct e row :: failed))
            (split s direct T k factors rows (Nat.succ passed) failed) (T.run (scaled s direct e row)) :=
        congrArg (fun x => Bool.rec (motive := fun _ => α) x _ (T.run (scaled s direct e row)))
          (Nat.force_eq (scaled s direct e row) fun G => split s direct T k factors rows passed (G :: failed))
      have list : scaledList s direct (e :: factors) (row :: rows) =
        scaled s direct e row :: scaledList s direct factors rows := rfl
      rw [unfolds, list]
      cases h : T.run (scaled s direct e row) with
      | true =>
        match ih rows (passed + 1) failed with
        | ⟨passed', failed', eq, spec⟩ =>
          refine ⟨passed', failed', eq, fun p hp => ?_⟩
          rw [spec p fun G hG => hp G (List.Mem.tail _ hG), countIf_cons_true (hp _ (List.Mem.head _) h)]
          exact shift _ _ _
      | false =>
        match ih rows passed (scaled s direct e row :: failed) with
        | ⟨passed', failed', eq, spec⟩ =>
          refine ⟨passed', failed', eq, fun p hp => ?_⟩
          rw [spec p fun G hG => hp G (List.Mem.tail _ hG)]
          cases hg : p (scaled s direct e row) with
          | true => rw [countIf_cons_true hg, countIf_cons_true hg]; exact shift' _ _ _
          | false => rw [countIf_cons_false hg, countIf_cons_false hg]
where
  shift (a b c : Nat) : a + 1 + b + c = a + b + (c + 1) := by ring [a, b, c]
  shift' (a b c : Nat) : a + (b + 1) + c = a + b + (c + 1) := by ring [a, b, c]

end Quartic
end Compact
