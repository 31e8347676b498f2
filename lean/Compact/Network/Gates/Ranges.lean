prelude
import Compact.Network.Setup
/-!
# How far apart the weights of a neuron are

What a wrong neuron can change in a margin is what goes into it times the range of its weights (`Errors.lean`): its own (*error
rows*), or one number that is so of all neurons and costs nothing to find (*scalar errors*).
-/
namespace Compact
namespace Network
noncomputable section

/-- The largest entry. -/
def largest (row : List Nat) : Nat := fold (fun u m => Nat.add u (Nat.sub m u)) 0 row

/-- How far apart entries are, none of which is above `top`. -/
def rangeIn (top : Nat) (row : List Nat) : Nat :=
  Nat.sub (Nat.add (largest row) (largest (mapFold (Nat.sub top) row))) top

/-- How far apart the weights of a neuron are at most: exactly, or as far as any two weights can be if `rows` is zero. -/
def rangeOf (rows top : Nat) (row : List Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (rangeIn top row) top (Nat.beq rows 0)

end

theorem le_largest (row : List Nat) {t : Nat} (ht : t < row.length) : row.getD t 0 ≤ largest row := by
  induction row generalizing t with
  | nil => exact absurd ht (Nat.not_lt_zero t)
  | cons u row ih =>
    show _ ≤ u + (largest row - u)
    match t with
    | 0 => exact Nat.le_add_right u _
    | t + 1 =>
      refine Nat.le_trans (ih (Nat.lt_of_succ_lt_succ ht)) ?_
      match Nat.le_total (largest row) u with
      | .inl le => exact Nat.le_trans le (Nat.le_add_right _ _)
      | .inr le => exact Nat.le_of_eq (Nat.add_sub_of_le le).symm

/-- No weight is above another by more than the range. -/
theorem le_add_rangeOf (rows : Nat) {top : Nat} {row : List Nat} (h : ∀ t, t < row.length → row.getD t 0 ≤ top) {t z : Nat}
    (ht : t < row.length) (hz : z < row.length) : row.getD t 0 ≤ row.getD z 0 + rangeOf rows top row := by
  unfold rangeOf
  cases Nat.beq rows 0 with
  | true => exact Nat.le_trans (h t ht) (Nat.le_add_left _ _)
  | false =>
    show _ ≤ _ + (largest row + largest (mapFold (Nat.sub top) row) - top)
    have A {t : Nat} (ht : t < row.length) : row.getD t 0 ≤ largest row := le_largest row ht
    have B : top - row.getD z 0 ≤ largest (mapFold (Nat.sub top) row) := by
      have b := le_largest (mapFold (Nat.sub top) row) (t := z) ((length_mapFold _ _).symm ▸ hz)
      rw [getD_mapFold _ _ hz 0] at b
      exact b
    have whole := Nat.add_sub_of_le (h z hz)
    have above : top ≤ largest row + largest (mapFold (Nat.sub top) row) :=
      Nat.le_trans (Nat.le_of_eq whole.symm) (Nat.add_le_add (A hz) B)
    refine Nat.le_of_add_le_add_right (k := top) ?_
    rw [Nat.add_assoc, Nat.sub_add_cancel above]
    refine Nat.le_trans (Nat.add_le_add_left (Nat.le_of_eq whole.symm) _) ?_
    rw [Nat.add_left_comm]
    exact Nat.add_le_add_left (Nat.add_le_add (A ht) B) _

end Network
end Compact
