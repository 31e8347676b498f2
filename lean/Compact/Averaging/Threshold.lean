prelude
import Compact.Counting.Total
import Compact.Counting.Words
import Compact.Packed.Fold
import Compact.Transformer.Statement
/-!
# How much weight `k` positions can have

For natural weights `l p` the positions that hold `m` have the weight `massNat l m y`.  If there are `k` of
them, then for any threshold `T` this is at least `k * T - ∑ (T - l p)` and at most `k * T + ∑ (l p - T)`,
with truncated differences.  (With `T` the `k`-th smallest weight, or the `k`-th largest, the bounds are the
exact extremes over all choices of `k` positions; nothing has to be sorted for them to hold.)
-/
namespace Compact

/-! ## Sums over a list of weights -/

/-- `∑ g l` over a list. -/
noncomputable def sumBy (g : Nat → Nat) (ls : List Nat) : Nat := fold (fun l ih => Nat.add (g l) ih) 0 ls

/-- The sum of all weights. -/
noncomputable def listTotal (ls : List Nat) : Nat := sumBy (fun l => l) ls

/-- A lower bound on the weight of `k` positions; any threshold `T` will do. -/
noncomputable def lowMass (ls : List Nat) (k T : Nat) : Nat :=
  Nat.force T fun T => Nat.sub (Nat.mul k T) (sumBy (fun l => Nat.sub T l) ls)

/-- An upper bound on the weight of `k` positions, `F` being the sum of all weights. -/
noncomputable def highMass (ls : List Nat) (F k T : Nat) : Nat :=
  Nat.force T fun T => Nat.force (Nat.add (Nat.mul k T) (sumBy (fun l => Nat.sub l T) ls)) fun h =>
    Bool.rec (motive := fun _ => Nat) F h (Nat.ble h F)

theorem sumBy_eq (g : Nat → Nat) (ls : List Nat) : sumBy g ls = total ls.length fun p => g (ls.getD p 0) := by
  induction ls with
  | nil => rfl
  | cons l ls ih => exact (congrArg (g l + ·) ih).trans (total_succ' ls.length fun p => g ((l :: ls).getD p 0)).symm

theorem lowMass_eq (ls : List Nat) (k T : Nat) : lowMass ls k T = k * T - sumBy (fun l => T - l) ls :=
  Nat.force_eq T fun T => Nat.sub (Nat.mul k T) (sumBy (fun l => Nat.sub T l) ls)

theorem highMass_eq (ls : List Nat) (F k T : Nat) :
    highMass ls F k T = Nat.min (k * T + sumBy (fun l => l - T) ls) F := by
  unfold highMass
  rw [Nat.force_eq, Nat.force_eq]
  show Bool.rec (motive := fun _ => Nat) F (k * T + sumBy (fun l => l - T) ls) (Nat.ble _ F) = _
  cases h : Nat.ble (k * T + sumBy (fun l => l - T) ls) F with
  | true => exact (Nat.min_eq_left (Nat.le_of_ble_eq_true h)).symm
  | false =>
    refine (Nat.min_eq_right (Nat.le_of_not_le fun h' => ?_)).symm
    exact Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))

/-! ## The weight of the positions that hold `m` -/

/-- The weight of the positions of `y` that hold `m`. -/
noncomputable def massNat (l : Nat → Nat) (m : Nat) (y : List Nat) : Nat :=
  total y.length fun p => if token y p = m then l p else 0

theorem total_le_total {n : Nat} {f g : Nat → Nat} (h : ∀ i, i < n → f i ≤ g i) : total n f ≤ total n g := by
  induction n with
  | zero => exact Nat.le_refl 0
  | succ n ih => exact Nat.add_le_add (ih fun i hi => h i (Nat.lt_succ_of_lt hi)) (h n (Nat.lt_succ_self n))

/-- Equal weights count the positions. -/
theorem massNat_const (T m : Nat) (y : List Nat) : massNat (fun _ => T) m y = (y.length - countOther m y) * T := by
  induction y with
  | nil => exact (Nat.zero_mul T).symm
  | cons t y ih =>
    refine (total_succ' _ _).trans ?_
    show (if t = m then T else 0) + massNat (fun _ => T) m y =
      (y.length + 1 - if t = m then countOther m y else countOther m y + 1) * T
    rw [ih]
    by_cases h : t = m
    case pos =>
      rw [ite_eq_left h, ite_eq_left h, Nat.add_comm, ← Nat.succ_mul]
      exact congrArg (· * T) (Nat.succ_sub (countOther_le m y)).symm
    case neg => rw [ite_eq_right h, ite_eq_right h, Nat.zero_add, Nat.succ_sub_succ_eq_sub]

section
variable (l : Nat → Nat) (m T : Nat) (y : List Nat)

theorem massNat_le_total : massNat l m y ≤ total y.length l :=
  total_le_total fun p _ => by
    by_cases h : token y p = m
    case pos => rw [ite_eq_left h]; exact Nat.le_refl _
    case neg => rw [ite_eq_right h]; exact Nat.zero_le _

theorem mul_le_massNat :
    (y.length - countOther m y) * T ≤ massNat l m y + total y.length fun p => T - l p := by
  rw [← massNat_const]
  unfold massNat
  rw [← total_add]
  refine total_le_total fun p _ => ?_
  by_cases h : token y p = m
  case pos => rw [ite_eq_left h, ite_eq_left h, Nat.add_comm]; exact Nat.le_add_of_sub_le (Nat.le_refl _)
  case neg => rw [ite_eq_right h]; exact Nat.zero_le _

theorem massNat_le :
    massNat l m y ≤ (y.length - countOther m y) * T + total y.length fun p => l p - T := by
  rw [← massNat_const]
  unfold massNat
  rw [← total_add]
  refine total_le_total fun p _ => ?_
  by_cases h : token y p = m
  case pos => rw [ite_eq_left h, ite_eq_left h, Nat.add_comm]; exact Nat.le_add_of_sub_le (Nat.le_refl _)
  case neg => rw [ite_eq_right h]; exact Nat.zero_le _

end

/-! ## The bounds that a checker computes -/

section
variable {ls y : List Nat}

theorem lowMass_le_massNat (hlen : ls.length = y.length) (m T : Nat) :
    lowMass ls (y.length - countOther m y) T ≤ massNat (fun p => ls.getD p 0) m y := by
  rw [lowMass_eq, sumBy_eq, hlen]
  exact Nat.sub_le_of_le_add (mul_le_massNat (fun p => ls.getD p 0) m T y)

theorem massNat_le_highMass (hlen : ls.length = y.length) (m T : Nat) :
    massNat (fun p => ls.getD p 0) m y ≤ highMass ls (listTotal ls) (y.length - countOther m y) T := by
  rw [highMass_eq]
  unfold listTotal
  rw [sumBy_eq, sumBy_eq, hlen]
  exact Nat.le_min_of_le (massNat_le (fun p => ls.getD p 0) m T y) (massNat_le_total _ m y)

end

theorem highMass_le (ls : List Nat) (F k T : Nat) : highMass ls F k T ≤ F :=
  highMass_eq ls F k T ▸ Nat.min_le_right _ _

end Compact
