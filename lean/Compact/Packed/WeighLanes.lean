prelude
import Compact.Packed.CountLanes
import Compact.Packed.Lanewise
/-!
# What the lanes weigh that are at most a number

Each lane has a weight.  As `countAtMost` counts lanes, `weighAtMost` adds up their weights: the bits that say which lanes are at most the
number are stretched over the bits of the weights.
-/
namespace Compact

/-- The sum of the weights of the lanes of `row` that are at most `θ`; `tops` has the top bit of each lane, `one` a one, `mask` is
the greatest weight, and `weights` has the weights. -/
noncomputable def weighAtMost (L tops one mask weights row θ : Nat) : Nat :=
  Nat.mod (Nat.land (Nat.mul mask (Nat.shiftRight (Nat.land (Nat.sub (Nat.add (Nat.mul θ one) tops) row) tops) (Nat.pred L))) weights)
    (Nat.pred (Nat.pow 2 L))

/-- A sum of numbers with a property. -/
theorem sum_below {p : Nat → Bool} {weight : Nat → Nat} (n : Nat) :
    ((below p n).map weight).sum = total n fun j => if p j = true then weight j else 0 := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [total_succ, ← ih]
    show ((if p n = true then n :: below p n else below p n).map weight).sum = _ + (if p n = true then weight n else 0)
    by_cases e : p n = true
    case pos =>
      rw [ite_eq_left e, ite_eq_left e, Nat.add_comm]
      rfl
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.add_zero]

/-- Lanes add up to no less than what is left modulo all bits of a lane. -/
theorem pack_mod_le (L n : Nat) (f : Nat → Nat) : Nat.mod (pack L n f) (Nat.pred (2 ^ L)) ≤ total n f := by
  match Nat.exists_eq_add_of_le' (Nat.two_pow_pos L) with
  | ⟨x, e⟩ =>
    have key : ∀ n (f : Nat → Nat), ∃ z, pack L n f = total n f + x * z := by
      intro n
      induction n with
      | zero => exact fun _ => ⟨0, rfl⟩
      | succ n ih =>
        intro f
        match ih fun j => f (j + 1) with
        | ⟨z, ez⟩ =>
          refine ⟨total n (fun j => f (j + 1)) + (x + 1) * z, ?_⟩
          show f 0 + 2 ^ L * pack L n (fun j => f (j + 1)) = _
          rw [ez, e, total_succ']
          ring [f 0, total n (fun j => f (j + 1)), x, z]
    match key n f with
    | ⟨z, ez⟩ =>
      rw [e, ez]
      show (total n f + x * z) % x ≤ _
      rw [Nat.add_mul_mod_self_left]
      exact Nat.mod_le _ _

/-- So much weigh the lanes that are at most `θ`. -/
theorem weighAtMost_le {L B n θ : Nat} {f weight : Nat → Nat} (hL : 0 < L) (hB : B ≤ L) (hw : ∀ j, j < n → weight j < 2 ^ B)
    (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) (hθ : θ < 2 ^ (L - 1)) :
    weighAtMost L (2 ^ (L - 1) * ones L n) (ones L n) (2 ^ B - 1) (pack L n weight) (pack L n f) θ ≤
      ((below (fun j => Nat.ble (f j) θ) n).map weight).sum := by
  match L, hL with
  | k + 1, _ =>
    have wide : 2 ^ B ≤ 2 ^ (k + 1) := Nat.pow_le_pow_right Nat.two_pos hB
    have chosen : Nat.land ((2 ^ B - 1) * pack (k + 1) n fun j => if Nat.ble (f j) θ = true then 1 else 0) (pack (k + 1) n weight) =
        pack (k + 1) n fun j => if Nat.ble (f j) θ = true then weight j else 0 := by
      rw [mul_pack, land_pack _ (fun j _ => ?_) fun j hj => Nat.lt_of_lt_of_le (hw j hj) wide]
      · refine pack_congr _ fun j hj => ?_
        by_cases e : Nat.ble (f j) θ = true
        case pos =>
          rw [ite_eq_left e, ite_eq_left e, Nat.mul_one, Nat.land_comm]
          exact (lowBits_eq B (weight j)).trans (Nat.mod_eq_of_lt (hw j hj))
        case neg => rw [ite_eq_right e, ite_eq_right e, Nat.mul_zero, Nat.land_comm, Nat.land_zero]
      · have small : 2 ^ B - 1 < 2 ^ (k + 1) := Nat.lt_of_lt_of_le (Nat.sub_lt (Nat.two_pow_pos B) Nat.one_pos) wide
        by_cases e : Nat.ble (f j) θ = true
        case pos => rw [ite_eq_left e, Nat.mul_one]; exact small
        case neg => rw [ite_eq_right e, Nat.mul_zero]; exact Nat.two_pow_pos _
    have same : weighAtMost (k + 1) (2 ^ k * ones (k + 1) n) (ones (k + 1) n) (2 ^ B - 1) (pack (k + 1) n weight) (pack (k + 1) n f) θ =
        Nat.mod (pack (k + 1) n fun j => if Nat.ble (f j) θ = true then weight j else 0) (Nat.pred (2 ^ (k + 1))) :=
      congrArg (fun y => Nat.mod y (Nat.pred (Nat.pow 2 (k + 1))))
        ((congrArg (fun y => Nat.land (Nat.mul (2 ^ B - 1) y) (pack (k + 1) n weight)) (lanesAtMost_eq hf hθ)).trans chosen)
    rw [sum_below]
    exact Nat.le_trans (Nat.le_of_eq same) (pack_mod_le _ _ _)

end Compact
