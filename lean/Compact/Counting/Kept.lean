prelude
import Compact.Counting.Words
import Compact.Counting.Total
import Compact.Counting.Tree
import Compact.Packed.Fold
/-!
# Tokens that pass a test, and what words made of them add up to
-/
namespace Compact

/-- The places of a list, from `i` on, whose entries pass. -/
noncomputable def kept (test : Nat → Bool) (xs : List Nat) : Nat → List Nat :=
  fold (fun x ih i => Bool.rec (motive := fun _ => List Nat) (ih (i + 1)) (i :: ih (i + 1)) (test x)) (fun _ => []) xs

theorem kept_true {test : Nat → Bool} {x : Nat} (e : test x = true) (xs : List Nat) (i : Nat) : kept test (x :: xs) i = i :: kept test xs (i + 1) := by
  show Bool.rec (motive := fun _ => List Nat) _ _ (test x) = _
  rw [e]
  rfl

theorem kept_false {test : Nat → Bool} {x : Nat} (e : test x = false) (xs : List Nat) (i : Nat) : kept test (x :: xs) i = kept test xs (i + 1) := by
  show Bool.rec (motive := fun _ => List Nat) _ _ (test x) = _
  rw [e]
  rfl

/-- How many pass. -/
noncomputable def countKept (test : Nat → Bool) (xs : List Nat) : Nat := fold (fun x ih => Nat.add (one? (test x)) ih) 0 xs

theorem of_mem_kept {test : Nat → Bool} {xs : List Nat} {i y : Nat} (h : y ∈ kept test xs i) :
    i ≤ y ∧ y < i + xs.length ∧ test (xs.getD (y - i) 0) = true := by
  induction xs generalizing i with
  | nil => exact nomatch h
  | cons x xs ih =>
    have later (h : y ∈ kept test xs (i + 1)) : i ≤ y ∧ y < i + (xs.length + 1) ∧ test ((x :: xs).getD (y - i) 0) = true := by
      match ih h with
      | ⟨lo, hi, pass⟩ =>
        refine ⟨Nat.le_of_succ_le lo, ?_, ?_⟩
        · rw [Nat.add_right_comm] at hi; exact hi
        · have e : y - i = y - (i + 1) + 1 := by
            rw [← Nat.sub_sub, Nat.sub_add_cancel (Nat.le_sub_of_add_le (by rw [Nat.add_comm]; exact lo))]
          rw [e]
          exact pass
    cases e : test x with
    | false => exact later (kept_false e xs i ▸ h)
    | true =>
      rw [kept_true e] at h
      cases h with
      | head =>
        refine ⟨Nat.le_refl _, Nat.lt_add_of_pos_right (Nat.zero_lt_succ _), ?_⟩
        rw [Nat.sub_self]
        exact e
      | tail _ h => exact later h

theorem nodup_kept (test : Nat → Bool) (xs : List Nat) (i : Nat) : (kept test xs i).Nodup := by
  induction xs generalizing i with
  | nil => exact trivial
  | cons x xs ih =>
    cases e : test x with
    | false => rw [kept_false e]; exact ih (i + 1)
    | true => rw [kept_true e]; exact ⟨fun h => Nat.lt_irrefl i (of_mem_kept h).left, ih (i + 1)⟩

theorem length_kept (test : Nat → Bool) (xs : List Nat) (i : Nat) : countKept test xs = (kept test xs i).length := by
  induction xs generalizing i with
  | nil => rfl
  | cons x xs ih =>
    show one? (test x) + countKept test xs = _
    cases e : test x with
    | false => rw [kept_false e]; exact (Nat.zero_add _).trans (ih (i + 1))
    | true => rw [kept_true e]; exact (Nat.add_comm _ _).trans (congrArg Nat.succ (ih (i + 1)))

/-- What letters add up to. -/
def worth (h : Nat → Nat) : List Nat → Nat
  | [] => 0
  | t :: x => h t + worth h x

/-- If `C` copies of each letter of `S` and `B` stay within `r`, then on the average so does each letter of a word. -/
theorem worth_le {h : Nat → Nat} {m C B r : Nat} {S : List Nat} (each : ∀ s, s ∈ S → B + C * h s ≤ r) (n c : Nat) {y : List Nat} (hy : y ∈ words m S n c) :
    ∃ k, n = k + c ∧ C * worth h y + c * B ≤ C * (k * h m) + c * r := by
  refine words_induction (p := fun n c y => ∃ k, n = k + c ∧ C * worth h y + c * B ≤ C * (k * h m) + c * r) ?_ ?_ ?_ n c y hy
  · refine ⟨0, rfl, ?_⟩
    rw [Nat.zero_mul, Nat.zero_mul, Nat.zero_mul]
    exact Nat.le_refl _
  · intro n c y ih
    match ih with
    | ⟨k, hn, le⟩ =>
      refine ⟨k + 1, by rw [hn, Nat.add_right_comm], ?_⟩
      show C * (h m + worth h y) + c * B ≤ C * ((k + 1) * h m) + c * r
      rw [Nat.succ_mul, Nat.mul_add, Nat.mul_add, Nat.add_assoc, Nat.add_comm (C * (k * h m)), Nat.add_assoc]
      exact Nat.add_le_add_left le _
  · intro n c y s hs ih
    match ih with
    | ⟨k, hn, le⟩ =>
      refine ⟨k, by rw [hn]; rfl, ?_⟩
      show C * (h s + worth h y) + (c + 1) * B ≤ C * (k * h m) + (c + 1) * r
      rw [Nat.succ_mul, Nat.succ_mul, Nat.mul_add]
      have sum := Nat.add_le_add (each s hs) le
      have e : C * h s + C * worth h y + (c * B + B) = B + C * h s + (C * worth h y + c * B) := by
        rw [Nat.add_assoc, Nat.add_comm B, Nat.add_assoc (C * h s), ← Nat.add_assoc (C * worth h y), Nat.add_comm B]
      rw [e]
      refine Nat.le_trans sum (Nat.le_of_eq ?_)
      rw [Nat.add_comm r, Nat.add_assoc]

/-- A word without other letters. -/
theorem worth_zero (h : Nat → Nat) {m : Nat} {S : List Nat} (n : Nat) {y : List Nat} (hy : y ∈ words m S n 0) : worth h y = n * h m := by
  induction n generalizing y with
  | zero =>
    rw [words_zero_zero] at hy
    cases hy with
    | head => exact (Nat.zero_mul _).symm
    | tail _ hy => exact nomatch hy
  | succ n ih =>
    rw [words_succ_zero] at hy
    match List.mem_map.mp hy with
    | ⟨z, hz, e⟩ =>
      rw [← e, Nat.succ_mul, Nat.add_comm]
      exact congrArg (h m + ·) (ih hz)

end Compact
