prelude
import Compact.Field.ExpBits
/-!
# Bounds of exponentials from both sides, each bit by bit

`ExpParams.upper` multiplies by the upper bounds of constants; here `ExpParams.lower` does the same from below.  So neither bound depends on
how many bits are looked at, as long as an argument has no others (`upper_high`, `lower_high`): `Params.bounds` needs a precision only.
-/
namespace Compact
noncomputable section

/-- The number `x` after the lowest `r` bits of `y`, from below, when the constant of the next bit is `lo`. -/
def expStepsLow (P r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ x _ => x)
    (fun _ ih lo x y => ih (squareLow P lo)
      (Nat.sub x (Nat.mul (Nat.mod y 2) (Nat.sub x (Nat.shiftRight (Nat.mul lo x) P)))) (Nat.div y 2)) r

namespace ExpParams
variable (c : ExpParams)

/-- The lower bound after the low bits. -/
def startLow (y : Nat) : Nat := Nat.sub (Nat.sub (Nat.pow 2 c.prec) c.unit) (Nat.mul c.unit y)

/-- The lower bound. -/
def lower (y : Nat) : Nat := expStepsLow c.prec c.high c.low (c.startLow (Nat.mod y (Nat.pow 2 c.half))) (Nat.div y (Nat.pow 2 c.half))

end ExpParams

/-- `2^-(8 steps)` is the unit of arguments, which has half as many low bits; the bits above them are as many as are needed. -/
def expParams (prec steps high : Nat) : ExpParams := ⟨prec, Nat.mul 4 steps, high⟩

/-- The argument for the exponent `-g / D`, rounded down to units. -/
def unitArg (steps g D : Nat) : Nat := Nat.div (Nat.mul g (Nat.pow 256 steps)) D

/-- Bounds of `2^prec * exp (-G)` for the argument `y` of `G`; if the precision is not that of the proofs, those of any `G`. -/
def expBounds (prec steps y : Nat) : Nat × Nat :=
  Bool.rec (motive := fun _ => Nat × Nat) (0, Nat.pow 2 prec)
    (Nat.force (Nat.succ (Nat.log2 y)) fun high => ((expParams prec steps high).lower y, (expParams prec steps high).upper y))
    (expParams prec steps 0).fit

end

/-! ## How many bits are looked at -/

theorem expSteps_zero (P r hi x : Nat) : expSteps P r hi x 0 = x := by
  induction r generalizing hi with
  | zero => rfl
  | succ r ih =>
    rw [expSteps_succ, Nat.zero_mod, Nat.zero_mul, Nat.sub_zero, Nat.zero_div]
    exact ih _

theorem expStepsLow_succ (P r lo x y : Nat) : expStepsLow P (r + 1) lo x y =
    expStepsLow P r (squareLow P lo) (x - y % 2 * (x - lo * x / 2 ^ P)) (y / 2) := rfl

theorem expStepsLow_zero (P r lo x : Nat) : expStepsLow P r lo x 0 = x := by
  induction r generalizing lo with
  | zero => rfl
  | succ r ih =>
    rw [expStepsLow_succ, Nat.zero_mod, Nat.zero_mul, Nat.sub_zero, Nat.zero_div]
    exact ih _

theorem half_lt {y r : Nat} (h : y < 2 ^ (r + 1)) : y / 2 < 2 ^ r := Nat.div_lt_of_lt_mul (Nat.pow_succ' ▸ h)

/-- Bits that are not set do nothing. -/
theorem expSteps_bits (P : Nat) {r s y : Nat} (hr : y < 2 ^ r) (hs : y < 2 ^ s) (hi x : Nat) : expSteps P r hi x y = expSteps P s hi x y := by
  induction r generalizing s hi x y with
  | zero => rw [Nat.eq_zero_of_lt_one hr, expSteps_zero, expSteps_zero]
  | succ r ih =>
    cases s with
    | zero => rw [Nat.eq_zero_of_lt_one hs, expSteps_zero, expSteps_zero]
    | succ s => rw [expSteps_succ, expSteps_succ]; exact ih (half_lt hr) (half_lt hs) _ _

theorem expStepsLow_bits (P : Nat) {r s y : Nat} (hr : y < 2 ^ r) (hs : y < 2 ^ s) (lo x : Nat) :
    expStepsLow P r lo x y = expStepsLow P s lo x y := by
  induction r generalizing s lo x y with
  | zero => rw [Nat.eq_zero_of_lt_one hr, expStepsLow_zero, expStepsLow_zero]
  | succ r ih =>
    cases s with
    | zero => rw [Nat.eq_zero_of_lt_one hs, expStepsLow_zero, expStepsLow_zero]
    | succ s => rw [expStepsLow_succ, expStepsLow_succ]; exact ih (half_lt hr) (half_lt hs) _ _

theorem bits_above {half high y : Nat} (h : y < 2 ^ (half + high)) : y / 2 ^ half < 2 ^ high :=
  Nat.div_lt_of_lt_mul (by rw [← Nat.pow_add]; exact h)

section
variable {prec steps y a b : Nat} (ha : y < 2 ^ (4 * steps + a)) (hb : y < 2 ^ (4 * steps + b))
include ha hb

theorem upper_high : (expParams prec steps a).upper y = (expParams prec steps b).upper y :=
  expSteps_bits prec (bits_above ha) (bits_above hb) _ _

theorem lower_high : (expParams prec steps a).lower y = (expParams prec steps b).lower y :=
  expStepsLow_bits prec (bits_above ha) (bits_above hb) _ _

end

/-- The bounds, by however many bits. -/
theorem expBounds_eq {prec steps high y : Nat} (fit : (expParams prec steps high).fit = true) (h : y < 2 ^ (4 * steps + high)) :
    expBounds prec steps y = ((expParams prec steps high).lower y, (expParams prec steps high).upper y) := by
  have fit : (expParams prec steps 0).fit = true := fit
  have enough : y < 2 ^ (4 * steps + (Nat.log2 y + 1)) :=
    Nat.lt_of_lt_of_le Nat.lt_log2_self (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_left _ _))
  unfold expBounds
  rw [fit]
  show Nat.force _ (fun high => _) = _
  rw [Nat.force_eq]
  show ((expParams prec steps (Nat.log2 y + 1)).lower y, (expParams prec steps (Nat.log2 y + 1)).upper y) = _
  rw [lower_high enough h, upper_high enough h]

/-! ## Soundness -/

variable {R : Type} [ExpField R]

/-- A step keeps a lower bound. -/
theorem IsLower.step {P x lo b : Nat} {E e : R} (hx : IsLower P x E) (hlo : IsLower P lo e) (hb : b < 2) :
    IsLower P (x - b * (x - lo * x / 2 ^ P)) (E * e ^ b) := by
  match b, hb with
  | 0, _ =>
    rw [Nat.zero_mul, Nat.sub_zero, pow_zero, mul_one]
    exact hx
  | 1, _ =>
    rw [Nat.one_mul, pow_one]
    have le : x - (x - lo * x / 2 ^ P) ≤ lo * x / 2 ^ P :=
      Nat.sub_le_of_le_add (Nat.sub_le_iff_le_add'.mp (Nat.le_refl _))
    refine le_trans (ofNat_le le) (le_trans (ofNat_div_le (lo * x) (Nat.two_pow_pos P)) ((div_le_iff (ofNat_pos (Nat.two_pow_pos P))).mpr ?_))
    rw [ofNat_mul]
    refine le_trans (mul_le_mul hlo hx (ofNat_nonneg _) (le_trans (ofNat_nonneg _) hlo)) (le_of_eq ?_)
    ring [ofNat R (2 ^ P), e, E]

/-- Steps keep a lower bound. -/
theorem expStepsLow_le (r : Nat) {P x y lo : Nat} {E e : R} (hx : IsLower P x E) (hlo : IsLower P lo e) :
    IsLower P (expStepsLow P r lo x y) (E * e ^ (y % 2 ^ r)) := by
  induction r generalizing x y lo E e with
  | zero => rw [Nat.pow_zero, Nat.mod_one, pow_zero, mul_one]; exact hx
  | succ r ih =>
    rw [expStepsLow_succ, pow_mod_two_pow, ← mul_assoc]
    exact ih (hx.step hlo (Nat.mod_lt y Nat.two_pos)) hlo.square

namespace ExpParams
variable {c : ExpParams}

/-- The lower bound after the low bits. -/
theorem startLow_le (h : 2 * c.half ≤ c.prec) (y : Nat) : IsLower c.prec (c.startLow y) (exp (-((ofNat R y + 1) * step R c))) := by
  have value : ofNat R (2 ^ c.prec) * (1 - (ofNat R y + 1) * step R c) ≤
      ofNat R (2 ^ c.prec) * exp (-((ofNat R y + 1) * step R c)) := mul_le_mul_of_nonneg_left (one_sub_le_exp_neg _) (ofNat_nonneg _)
  have e : c.startLow y = 2 ^ c.prec - (c.unit + c.unit * y) := (Nat.sub_add_eq _ _ _).symm
  rw [e]
  cases Nat.le_total (c.unit + c.unit * y) (2 ^ c.prec) with
  | inl le =>
    unfold IsLower
    rw [ofNat_sub le, ofNat_add, ofNat_mul, unit_eq h]
    refine le_trans (le_of_eq ?_) value
    ring [ofNat R (2 ^ c.prec), step R c, ofNat R y]
  | inr le =>
    unfold IsLower
    rw [Nat.sub_eq_zero_of_le le, ofNat_zero]
    exact mul_nonneg (ofNat_nonneg _) (exp_nonneg _)

/-- The bounds of `exp (-G)` for the argument `y`, which is `G` rounded down to units. -/
theorem sides (h : c.fit = true) {y : Nat} (hy : y < 2 ^ (c.half + c.high)) {G : R} (le : ofNat R y * step R c ≤ G)
    (lt : G ≤ (ofNat R y + 1) * step R c) : IsLower c.prec (c.lower y) (exp (-G)) ∧ IsUpper c.prec (c.upper y) (exp (-G)) := by
  have step0 : (0 : R) ≤ step R c := le_of_lt step_pos
  have upper := (bounds (R := R) h hy le (le_trans lt (le_of_linear step0 (by ring [ofNat R y, step R c])))).right
  match fit_spec h with
  | ⟨_, h2, _⟩ =>
    have high : y / 2 ^ c.half % 2 ^ c.high = y / 2 ^ c.half := Nat.mod_eq_of_lt (bits_above hy)
    have low := expStepsLow_le c.high (y := y / 2 ^ c.half) (startLow_le (R := R) h2 (y % 2 ^ c.half)) (low_le h2)
    have whole : (ofNat R (y % 2 ^ c.half) + 1) * step R c + ofNat R (y / 2 ^ c.half) * (ofNat R (2 ^ c.half) * step R c) =
        (ofNat R y + 1) * step R c := by
      refine Eq.trans ?_ (congrArg (fun N => (ofNat R N + 1) * step R c) (Nat.mod_add_div y (2 ^ c.half)))
      rw [ofNat_add, ofNat_mul]
      ring [ofNat R (y % 2 ^ c.half), step R c, ofNat R (y / 2 ^ c.half), ofNat R (2 ^ c.half)]
    have factors : exp (-((ofNat R (y % 2 ^ c.half) + 1) * step R c)) * exp (-(ofNat R (2 ^ c.half) * step R c)) ^ (y / 2 ^ c.half) =
        exp (-((ofNat R y + 1) * step R c)) := by
      rw [← exp_nsmul, ← exp_add, ← whole]
      refine congrArg exp ?_
      ring [ofNat R (y % 2 ^ c.half), step R c, ofNat R (y / 2 ^ c.half), ofNat R (2 ^ c.half)]
    rw [high, factors] at low
    exact ⟨le_trans low (mul_le_mul_of_nonneg_left (exp_le_exp (neg_le_neg lt)) (ofNat_nonneg _)), upper⟩

end ExpParams

section
variable {prec steps g D : Nat}

/-- The unit of arguments. -/
theorem unit_arg (steps : Nat) : 2 ^ (2 * (4 * steps)) = 256 ^ steps := by
  rw [← Nat.mul_assoc]
  exact Nat.pow_mul 2 8 steps

/-- The bounds of `exp (-(g / D))`. -/
theorem expBounds_within (hD : 0 < D) : IsLower prec (expBounds prec steps (unitArg steps g D)).1 (exp (-(ofNat R g / ofNat R D))) ∧
    IsUpper prec (expBounds prec steps (unitArg steps g D)).2 (exp (-(ofNat R g / ofNat R D))) := by
  cases fit : (expParams prec steps 0).fit with
  | false =>
    have e (y : Nat) : expBounds prec steps y = (0, 2 ^ prec) := by unfold expBounds; rw [fit]; rfl
    rw [e]
    refine ⟨?_, ?_⟩
    · show ofNat R 0 ≤ _
      rw [ofNat_zero]
      exact mul_nonneg (ofNat_nonneg _) (exp_nonneg _)
    · have le := exp_le_exp (neg_nonpos.mpr (div_nonneg (ofNat_nonneg (R := R) g) (ofNat_pos (R := R) hD)))
      rw [exp_zero] at le
      exact le_trans (mul_le_mul_of_nonneg_left le (ofNat_nonneg _)) (le_of_eq (mul_one _))
  | true =>
    have enough : unitArg steps g D < 2 ^ (4 * steps + (Nat.log2 (unitArg steps g D) + 1)) :=
      Nat.lt_of_lt_of_le Nat.lt_log2_self (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_left _ _))
    have fit : (expParams prec steps (Nat.log2 (unitArg steps g D) + 1)).fit = true := fit
    rw [expBounds_eq fit enough]
    have U : (0 : R) < ofNat R (256 ^ steps) := ofNat_pos (Nat.pow_pos (Nat.zero_lt_succ 255))
    have D' : (0 : R) < ofNat R D := ofNat_pos hD
    have step_eq : ExpParams.step R (expParams prec steps (Nat.log2 (unitArg steps g D) + 1)) = 1 / ofNat R (256 ^ steps) :=
      congrArg (fun n => 1 / ofNat R n) (unit_arg steps)
    have units : ofNat R (g * 256 ^ steps) / ofNat R D * (1 / ofNat R (256 ^ steps)) = ofNat R g / ofNat R D := by
      rw [ofNat_mul, div_mul_div_comm _ _ (ne_of_gt D') (ne_of_gt U), mul_one]
      exact mul_div_mul_right _ (ne_of_gt D') (ne_of_gt U)
    have step0 : (0 : R) ≤ 1 / ofNat R (256 ^ steps) := le_of_lt (div_pos one_pos U)
    refine ExpParams.sides fit enough ?_ ?_
    · rw [step_eq, ← units]
      exact mul_le_mul_of_nonneg_right (ofNat_div_le _ hD) step0
    · rw [step_eq, ← units]
      exact mul_le_mul_of_nonneg_right (le_of_lt (lt_ofNat_div_succ _ hD)) step0

end
end Compact
