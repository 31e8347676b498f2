prelude
import Compact.Packed.All
import Compact.Packed.CountLanes
/-!
# How many lanes pass several tests

As `countAtMost` (`Packed/CountLanes.lean`) for several rows, each with a number of its own: the top bits that stay in all of
them are added up.
-/
namespace Compact

/-- The top bits of the lanes of `row` that are at most `θ`. -/
noncomputable def atMost (tops one row θ : Nat) : Nat := Nat.land (Nat.sub (Nat.add (Nat.mul θ one) tops) row) tops

/-- How many lanes have a top bit. -/
noncomputable def countTops (L N : Nat) : Nat := Nat.mod (Nat.shiftRight N (Nat.pred L)) (Nat.pred (Nat.pow 2 L))

/-- The top bits of the lanes with a property. -/
noncomputable def topBits (k n : Nat) (p : Nat → Bool) : Nat := pack (k + 1) n fun j => if p j = true then 2 ^ k else 0

theorem atMost_eq {k n θ : Nat} {f : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ k) (hθ : θ < 2 ^ k) :
    atMost (2 ^ k * ones (k + 1) n) (ones (k + 1) n) (pack (k + 1) n f) θ = topBits k n fun j => Nat.ble (f j) θ := by
  have tops : 2 ^ k * ones (k + 1) n = pack (k + 1) n fun _ => 2 ^ k := (pack_const (k + 1) n _).symm
  have thetas : θ * ones (k + 1) n = pack (k + 1) n fun _ => θ := (pack_const (k + 1) n _).symm
  have lane : ∀ j, j < n → θ + 2 ^ k - f j < 2 ^ (k + 1) := fun j _ => by
    refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
    rw [Nat.two_pow_succ]
    exact Nat.add_lt_add_right hθ _
  have top : ∀ j, j < n → 2 ^ k < 2 ^ (k + 1) := fun _ _ => Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
  show Nat.land (θ * ones (k + 1) n + 2 ^ k * ones (k + 1) n - pack (k + 1) n f) (2 ^ k * ones (k + 1) n) = _
  rw [tops, thetas, pack_add, pack_sub _ fun j hj => Nat.le_add_left_of_le (Nat.le_of_lt (hf j hj)), land_pack _ lane top]
  refine pack_congr _ fun j hj => ?_
  by_cases e : Nat.ble (f j) θ = true
  case pos =>
    rw [ite_eq_left e]
    refine (land_two_pow_iff (lane j hj)).mpr ?_
    rw [Nat.add_comm, Nat.add_sub_assoc (Nat.le_of_ble_eq_true e)]
    exact Nat.le_add_right _ _
  case neg =>
    rw [ite_eq_right e]
    refine land_two_pow_of_lt (Nat.sub_lt_left_of_lt_add (Nat.le_add_left_of_le (Nat.le_of_lt (hf j hj))) ?_)
    exact Nat.add_lt_add_right (Nat.lt_of_not_le fun h => e (Nat.ble_eq_true_of_le h)) _

theorem land_topBits (k n : Nat) (p p' : Nat → Bool) :
    Nat.land (topBits k n p) (topBits k n p') = topBits k n fun j => p j && p' j := by
  have small (p : Nat → Bool) : ∀ j, j < n → (if p j = true then 2 ^ k else 0) < 2 ^ (k + 1) := fun j _ => by
    by_cases e : p j = true
    case pos => rw [ite_eq_left e]; exact Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
    case neg => rw [ite_eq_right e]; exact Nat.two_pow_pos _
  unfold topBits
  rw [land_pack _ (small p) (small p')]
  refine pack_congr _ fun j _ => ?_
  show Nat.land (if p j = true then 2 ^ k else 0) (if p' j = true then 2 ^ k else 0) = if (p j && p' j) = true then 2 ^ k else 0
  cases p j with
  | false => rw [ite_eq_right (fun h => Bool.noConfusion h), Nat.land_comm, Nat.land_zero]; rfl
  | true =>
    cases p' j with
    | false => rw [ite_eq_right (c := false = true) (fun h => Bool.noConfusion h), Nat.land_zero]; rfl
    | true => exact (land_two_pow_iff (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))).mpr (Nat.le_refl _)

/-- The top bits that stay in all of `H` rows. -/
noncomputable def allAtMost (tops one : Nat) (row θ : Nat → Nat) (H : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) tops (fun i ih => Nat.force ih fun N => Nat.land (atMost tops one (row i) (θ i)) N) H

theorem allAtMost_eq {k n H : Nat} {row θ : Nat → Nat} {f : Nat → Nat → Nat} (hrow : ∀ i, i < H → row i = pack (k + 1) n (f i))
    (hf : ∀ i, i < H → ∀ j, j < n → f i j < 2 ^ k) (hθ : ∀ i, i < H → θ i < 2 ^ k) :
    allAtMost (2 ^ k * ones (k + 1) n) (ones (k + 1) n) row θ H =
      topBits k n fun j => allBelow H fun i => Nat.ble (f i j) (θ i) := by
  induction H with
  | zero => exact (pack_const (k + 1) n _).symm
  | succ H ih =>
    show Nat.force (allAtMost _ _ row θ H) (fun N => Nat.land (atMost _ _ (row H) (θ H)) N) = _
    rw [Nat.force_eq, ih (fun i hi => hrow i (Nat.lt_succ_of_lt hi)) (fun i hi => hf i (Nat.lt_succ_of_lt hi))
      (fun i hi => hθ i (Nat.lt_succ_of_lt hi)), hrow H (Nat.lt_succ_self H),
      atMost_eq (hf H (Nat.lt_succ_self H)) (hθ H (Nat.lt_succ_self H)), land_topBits]
    rfl

/-- So many lanes have the property. -/
theorem countTops_le (k n : Nat) (p : Nat → Bool) : countTops (k + 1) (topBits k n p) ≤ (below p n).length := by
  have shifted : Nat.shiftRight (topBits k n p) k = powerSum (2 ^ (k + 1)) (fun j => j) (below p n) := by
    have e : topBits k n p = 2 ^ k * pack (k + 1) n fun j => if p j = true then 1 else 0 := by
      rw [mul_pack]
      refine pack_congr _ fun j _ => ?_
      by_cases e : p j = true
      case pos => rw [ite_eq_left e, ite_eq_left e, Nat.mul_one]
      case neg => rw [ite_eq_right e, ite_eq_right e, Nat.mul_zero]
    rw [e, ← pack_eq_powerSum]
    exact Nat.mul_div_cancel_left _ (Nat.two_pow_pos k)
  have count : countTops (k + 1) (topBits k n p) =
      powerSum (2 ^ (k + 1)) (fun j => j) (below p n) % Nat.pred (2 ^ (k + 1)) :=
    congrArg (fun y => Nat.mod y (Nat.pred (Nat.pow 2 (k + 1)))) shifted
  refine Nat.le_trans (Nat.le_of_eq count) ?_
  match Nat.exists_eq_add_of_le' (Nat.two_pow_pos (k + 1)) with
  | ⟨x, e⟩ =>
    rw [e]
    exact Nat.le_trans (Nat.le_of_eq (powerSum_mod x _)) (Nat.mod_le _ _)

end Compact
