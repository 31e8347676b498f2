prelude
import Compact.Transformer.Loss.Logs
import Compact.Transformer.Loss.Class
import Compact.Averaging.Layers
import Compact.Field.ExpBound
/-!
# Levels of the loss

A certificate gives a ladder of levels: a mean of gains `μ`, and a loss `u` (in billionths) with `1 + times * exp l ≤ exp u`, where
`times * exp l` is what `μ` says of the sum over wrong outputs (`times` is 1 for soft cubic).  No logarithm is computed: the kernel
compares `exp (-u) + times * exp (l - u)` with 1.
-/
namespace Compact

/-- The levels of a certificate.  A level that is not there says nothing: any input has a loss of at most `top`. -/
structure LossLevels where
  /-- How the exponentials of levels are bounded: fractional bits, and how often an argument is divided by 256. -/
  lossPrec : Nat
  lossSteps : Nat
  /-- A loss that no input exceeds, in billionths. -/
  top : Nat
  /-- How many levels there are; of each, in lanes of `Tables.bits` bits, the gains, and by how much its loss is below `top`. -/
  count : Nat
  levels : Nat
  drops : Nat
  /-- A level with a negative logarithm: its inputs are answered correctly. -/
  right : Nat
  /-- Bits of the number of a level, and how many levels are used for each query and maximum. -/
  pickBits : Nat
  picksEach : Nat
  /-- For each maximum, packed: for each query the numbers of the levels that are used, the largest loss first (any order is sound). -/
  picks : List Nat

namespace LossLevels
noncomputable section
variable (lv : LossLevels) (t : Tables) (C : LossTable) (times : Nat)

/-- Is the loss of the level `μ` at most `u`? -/
def fitsAt (μ u : Nat) : Bool :=
  Nat.ble μ (Nat.mul 2 (Nat.mul 3 (Nat.pow 2 t.width))) &&
  Nat.force (Nat.pow 2 (Nat.mul 2 C.expHalf)) fun unit => Nat.force (Nat.mul u unit) fun a => Nat.force (Nat.add (Nat.mul μ billion) a) fun b =>
  Nat.force (Nat.mul (Nat.add C.ceiling 3) billion) fun s => Nat.force (Nat.mul billion unit) fun D =>
  Nat.ble s b && Nat.ble (Nat.add (expUpper lv.lossPrec lv.lossSteps a D) (Nat.mul times (expUpper lv.lossPrec lv.lossSteps (Nat.sub b s) D))) (Nat.pow 2 lv.lossPrec)

/-- The gains of a level, and its loss. -/
def gainsOf (i : Nat) : Nat := readLane t.bits lv.levels i
def lossOf (i : Nat) : Nat := Nat.sub lv.top (readLane t.bits lv.drops i)

/-- The check of the levels. -/
def check : Bool :=
  (Nat.ble (Nat.succ (Nat.add C.ceiling 3)) lv.right && Nat.ble lv.right (Nat.mul 2 (Nat.mul 3 (Nat.pow 2 t.width)))) &&
  ((Nat.ble (Nat.succ lv.levels) (Nat.pow 2 (Nat.mul t.bits lv.count)) && Nat.ble (Nat.succ lv.drops) (Nat.pow 2 (Nat.mul t.bits lv.count))) &&
  (lv.fitsAt t C times 0 lv.top && allBelow lv.count fun i => Nat.force i fun i => lv.fitsAt t C times (lv.gainsOf t i) (lv.lossOf t i)))

end

section
variable {R : Type} [ExpField R] {lv : LossLevels} {t : Tables} {C : LossTable} {w : Weights} {params : Params} {times : Nat}

theorem levels_regroup (m u s : R) : m + u - s = u - (s - m) := by ring [m, u, s]

theorem of_fitsAt (unit : logitUnit R w params = ofNat R (2 ^ (2 * C.expHalf))) {μ u : Nat} (h : lv.fitsAt t C times μ u = true) :
    μ ≤ 2 * (3 * 2 ^ t.width) ∧ 1 + ofNat R times * exp (levelOf R w params C.ceiling μ) ≤ exp (nats R u) := by
  unfold fitsAt at h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
  refine ⟨Nat.le_of_ble_eq_true (Bool.and_left h), ?_⟩
  have h := Bool.and_right h
  have le : (C.ceiling + 3) * billion ≤ μ * billion + u * 2 ^ (2 * C.expHalf) := Nat.le_of_ble_eq_true (Bool.and_left h)
  have sum : expUpper lv.lossPrec lv.lossSteps (u * 2 ^ (2 * C.expHalf)) (billion * 2 ^ (2 * C.expHalf)) +
      times * expUpper lv.lossPrec lv.lossSteps (μ * billion + u * 2 ^ (2 * C.expHalf) - (C.ceiling + 3) * billion)
        (billion * 2 ^ (2 * C.expHalf)) ≤ 2 ^ lv.lossPrec := Nat.le_of_ble_eq_true (Bool.and_right h)
  have K : (0 : R) < ofNat R (2 ^ (2 * C.expHalf)) := ofNat_pos (Nat.two_pow_pos _)
  have D : 0 < billion * 2 ^ (2 * C.expHalf) := Nat.mul_pos billion_pos (Nat.two_pow_pos _)
  have bn : (0 : R) < ofNat R billion := ofNat_pos billion_pos
  have one := le_expUpper (R := R) lv.lossPrec lv.lossSteps (u * 2 ^ (2 * C.expHalf)) D
  have two := le_expUpper (R := R) lv.lossPrec lv.lossSteps
    (μ * billion + u * 2 ^ (2 * C.expHalf) - (C.ceiling + 3) * billion) D
  have x_eq : ofNat R (u * 2 ^ (2 * C.expHalf)) / ofNat R (billion * 2 ^ (2 * C.expHalf)) = nats R u := by
    rw [ofNat_mul, ofNat_mul]
    exact mul_div_mul_right _ (ne_of_gt bn) (ne_of_gt K)
  have y_eq : ofNat R (μ * billion + u * 2 ^ (2 * C.expHalf) - (C.ceiling + 3) * billion) / ofNat R (billion * 2 ^ (2 * C.expHalf)) =
      nats R u - levelOf R w params C.ceiling μ := by
    have level : levelOf R w params C.ceiling μ =
        (ofNat R ((C.ceiling + 3) * billion) - ofNat R (μ * billion)) / ofNat R (billion * 2 ^ (2 * C.expHalf)) := by
      unfold levelOf
      rw [unit, ofNat_mul _ billion, ofNat_mul μ billion, ← sub_mul, ofNat_mul billion, mul_comm (ofNat R billion), mul_div_mul_right _ (ne_of_gt K) (ne_of_gt bn),
        ofNat_add]
      rfl
    rw [level, ← x_eq, ← sub_div, ofNat_sub le, ofNat_add]
    exact congrArg (· / _) (levels_regroup _ _ _)
  rw [x_eq] at one
  rw [y_eq] at two
  have two := mul_le_mul_of_nonneg_left two (ofNat_nonneg (R := R) times)
  rw [mul_left_comm, ← ofNat_mul] at two
  have both := le_trans (le_trans (add_le_add one two) (le_of_eq (ofNat_add _ _).symm)) (ofNat_le sum)
  rw [← mul_add] at both
  have small : exp (-nats R u) + ofNat R times * exp (-(nats R u - levelOf R w params C.ceiling μ)) ≤ 1 :=
    le_of_mul_le_mul_left (le_trans both (le_of_eq (mul_one _).symm)) (ofNat_pos (Nat.two_pow_pos _))
  have scaled := mul_le_mul_of_nonneg_right small (exp_nonneg (nats R u))
  rw [add_mul, exp_neg_mul_exp, one_mul, mul_assoc, ← exp_add, neg_sub, sub_add_cancel] at scaled
  exact scaled

/-- **What the check of the levels shows**: of each level, whatever its number. -/
theorem of_check (unit : logitUnit R w params = ofNat R (2 ^ (2 * C.expHalf))) (h : lv.check t C times = true) :
    (∀ i, lv.gainsOf t i ≤ 2 * (3 * 2 ^ t.width) ∧
      1 + ofNat R times * exp (levelOf R w params C.ceiling (lv.gainsOf t i)) ≤ exp (nats R (lv.lossOf t i))) ∧
    1 + ofNat R times * exp (levelOf R w params C.ceiling 0) ≤ exp (nats R lv.top) ∧
    lv.right ≤ 2 * (3 * 2 ^ t.width) ∧ levelOf R w params C.ceiling lv.right < 0 := by
  have first := Bool.and_left h
  have h := Bool.and_right h
  have sizes := Bool.and_left h
  have h := Bool.and_right h
  have whole := of_fitsAt unit (Bool.and_left h)
  refine ⟨fun i => ?_, whole.right, Nat.le_of_ble_eq_true (Bool.and_right first), ?_⟩
  · cases Nat.lt_or_ge i lv.count with
    | inl lt =>
      have one := of_allBelow (Bool.and_right h) lt
      rw [Nat.force_eq] at one
      exact of_fitsAt unit one
    | inr ge =>
      have none {N : Nat} (hN : N < 2 ^ (t.bits * lv.count)) : readLane t.bits N i = 0 := by
        show N / 2 ^ (t.bits * i) % 2 ^ t.bits = 0
        rw [Nat.div_eq_of_lt (Nat.lt_of_lt_of_le hN (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left _ ge)))]
        exact Nat.zero_mod _
      have level : lv.gainsOf t i = 0 := none (Nat.le_of_ble_eq_true (Bool.and_left sizes))
      have drop : lv.lossOf t i = lv.top := congrArg (lv.top - ·) (none (Nat.le_of_ble_eq_true (Bool.and_right sizes)))
      rw [level, drop]
      exact whole
  · unfold levelOf
    have lt : C.ceiling + 3 < lv.right := Nat.le_of_ble_eq_true (Bool.and_left first)
    have lt := ofNat_lt (R := R) lt
    rw [ofNat_add] at lt
    have pos := logitUnit_pos (R := R) (w := w) params
    refine lt_of_lt_of_le (div_lt_div_of_pos_right (lt_of_linear lt ?_ : ofNat R C.ceiling + 3 - ofNat R lv.right < 0) pos)
      (le_of_eq (zero_div _))
    show 0 + (ofNat R C.ceiling + 3) = ofNat R C.ceiling + 3 - ofNat R lv.right + ofNat R lv.right
    rw [sub_add_cancel, zero_add]

end
end LossLevels
end Compact
