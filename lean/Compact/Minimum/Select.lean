prelude
import Compact.Packed.Fold
import Compact.Counting.Words
/-!
# Counting the tokens above a threshold

`countAbove Θ gs` counts the numbers of a list that are at least `Θ`; `above Θ 0 gs` lists their places, each
once.
-/
namespace Compact

/-- How many of the numbers are at least `Θ`. -/
noncomputable def countAbove (Θ : Nat) (gs : List Nat) : Nat :=
  fold (fun g ih => Bool.rec (motive := fun _ => Nat) ih (Nat.succ ih) (Nat.ble Θ g)) 0 gs

/-- The places, counted from `k`, of the numbers that are at least `Θ`. -/
noncomputable def above (Θ : Nat) : Nat → List Nat → List Nat
  | _, [] => []
  | k, g :: gs => Bool.rec (motive := fun _ => List Nat) (above Θ (k + 1) gs) (k :: above Θ (k + 1) gs) (Nat.ble Θ g)

theorem length_above (Θ k : Nat) (gs : List Nat) : (above Θ k gs).length = countAbove Θ gs := by
  induction gs generalizing k with
  | nil => rfl
  | cons g gs ih =>
    show List.length (Bool.rec (motive := fun _ => List Nat) (above Θ (k + 1) gs) (k :: above Θ (k + 1) gs) (Nat.ble Θ g)) =
      Bool.rec (motive := fun _ => Nat) (countAbove Θ gs) (Nat.succ (countAbove Θ gs)) (Nat.ble Θ g)
    cases Nat.ble Θ g with
    | true => exact congrArg Nat.succ (ih (k + 1))
    | false => exact ih (k + 1)

theorem mem_above {Θ k i : Nat} {gs : List Nat} (h : i ∈ above Θ k gs) :
    ∃ j, i = k + j ∧ j < gs.length ∧ Θ ≤ gs.getD j 0 := by
  induction gs generalizing k with
  | nil => exact nomatch h
  | cons g gs ih =>
    have tail : i ∈ above Θ (k + 1) gs → ∃ j, i = k + j ∧ j < (g :: gs).length ∧ Θ ≤ (g :: gs).getD j 0 := fun h =>
      match ih h with
      | ⟨j, e, hj, le⟩ => ⟨j + 1, e.trans (Nat.succ_add k j), Nat.succ_lt_succ hj, le⟩
    have h : i ∈ Bool.rec (motive := fun _ => List Nat) (above Θ (k + 1) gs) (k :: above Θ (k + 1) gs) (Nat.ble Θ g) := h
    cases e : Nat.ble Θ g with
    | false => rw [e] at h; exact tail h
    | true =>
      rw [e] at h
      match List.mem_cons.mp h with
      | .inl h => exact ⟨0, h, Nat.zero_lt_succ _, Nat.le_of_ble_eq_true e⟩
      | .inr h => exact tail h

theorem nodup_above (Θ k : Nat) (gs : List Nat) : (above Θ k gs).Nodup := by
  induction gs generalizing k with
  | nil => exact List.nodup_nil
  | cons g gs ih =>
    show List.Nodup (Bool.rec (motive := fun _ => List Nat) (above Θ (k + 1) gs) (k :: above Θ (k + 1) gs) (Nat.ble Θ g))
    cases Nat.ble Θ g with
    | false => exact ih (k + 1)
    | true =>
      refine List.nodup_cons.mpr ⟨fun h => ?_, ih (k + 1)⟩
      match mem_above h with
      | ⟨j, e, _, _⟩ => exact Nat.ne_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self k) (Nat.le_add_right (k + 1) j)) e

end Compact
