prelude
import Compact.Field.ExpBound
import Compact.Force
/-!
# Bounds of exponentials, bit by bit

An argument `y`, in units of `2^-(2 half)`, has `half` low bits and `high` bits above them.  For the low bits, which stand for
something small, `1 - z ≤ exp (-z) ≤ 1 - z + z^2` is close enough.  Each higher bit stands for a factor `exp (-2^k)` with constant
bounds: where the bit is set, the number is multiplied by it.  That is done for many arguments at once
(`Packed/ExpLanes.lean`): a step is the same for all of them but for the choice by a bit.

One number bounds from both sides.  With the upper bounds of the constants it stays an upper bound; `expRatio` says how much the
constants may exceed the truth together, and a unit for each step what rounding may add.
-/
namespace Compact
noncomputable section

/-- How exponentials are bounded. -/
structure ExpParams where
  /-- Fractional bits of the result. -/
  prec : Nat
  /-- Half the number of fractional bits of an argument, and the number of its low bits. -/
  half : Nat
  /-- The number of bits above the low ones. -/
  high : Nat

/-- The square of a number with `P` fractional bits, rounded down and rounded up. -/
def squareLow (P c : Nat) : Nat := Nat.shiftRight (Nat.mul c c) P
def squareHigh (P c : Nat) : Nat := Nat.succ (Nat.shiftRight (Nat.mul c c) P)

/-- `f` repeated. -/
def repeated (f : Nat → Nat) (k c : Nat) : Nat := Nat.rec (motive := fun _ => Nat) c (fun _ ih => f ih) k

/-- `exp (-2^-(P/2))`, from below and from above. -/
def firstLow (P : Nat) : Nat := Nat.sub (Nat.pow 2 P) (Nat.pow 2 (Nat.sub P (Nat.div P 2)))
def firstHigh (P : Nat) : Nat := Nat.succ (Nat.div (Nat.pow 2 (Nat.add P (Nat.div P 2))) (Nat.succ (Nat.pow 2 (Nat.div P 2))))

namespace ExpParams
variable (c : ExpParams)

/-- `exp (-2^-half)`, the factor of the lowest of the high bits, from below and from above. -/
def low : Nat := repeated (squareLow c.prec) (Nat.sub (Nat.div c.prec 2) c.half) (firstLow c.prec)
def top : Nat := repeated (squareHigh c.prec) (Nat.sub (Nat.div c.prec 2) c.half) (firstHigh c.prec)

/-- The unit of an argument, as a number with `prec` fractional bits. -/
def unit : Nat := Nat.pow 2 (Nat.sub c.prec (Nat.mul 2 c.half))

/-- Are the bounds of the constants what the proofs take them to be? -/
def fit : Bool := (Nat.ble 1 c.half && Nat.ble (Nat.mul 2 c.half) c.prec) && Nat.ble (Nat.succ c.top) (Nat.pow 2 c.prec)

end ExpParams

/-- The number `x` after the lowest `r` bits of `y`, when the constant of the next bit is `hi`. -/
def expSteps (P r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ x _ => x)
    (fun _ ih hi x y => ih (squareHigh P hi)
      (Nat.sub x (Nat.mul (Nat.mod y 2) (Nat.shiftRight (Nat.mul (Nat.sub (Nat.pow 2 P) hi) x) P))) (Nat.div y 2)) r

/-- How far the constants of `r` bits can be trusted: `l` times the product of `lo / hi`. -/
def expRatio (P r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ _ l => l)
    (fun _ ih lo hi l => Nat.force lo fun lo => Nat.force hi fun hi => Nat.force l fun l =>
      ih (squareLow P lo) (squareHigh P hi) (Nat.div (Nat.mul l lo) hi)) r

namespace ExpParams
variable (c : ExpParams)

/-- What to multiply by for the lower bound. -/
def ratio : Nat := expRatio c.prec c.high c.low c.top (Nat.sub (Nat.pow 2 c.prec) (Nat.mul 4 c.unit))

/-- The upper bound after the low bits. -/
def start (y : Nat) : Nat := Nat.sub (Nat.add (Nat.pow 2 c.prec) c.unit) (Nat.mul c.unit y)

/-- The upper bound. -/
def upper (y : Nat) : Nat := expSteps c.prec c.high c.top (c.start (Nat.mod y (Nat.pow 2 c.half))) (Nat.div y (Nat.pow 2 c.half))

/-- The lower bound, from the upper one. -/
def lowerOf (x : Nat) : Nat := Nat.shiftRight (Nat.mul c.ratio (Nat.sub x c.high)) c.prec

end ExpParams
end

/-! ## Soundness -/

variable {R : Type} [ExpField R]

theorem IsLower.square {P x : Nat} {e : R} (h : IsLower P x e) : IsLower P (squareLow P x) (e * e) := by
  refine le_trans (ofNat_div_le (x * x) (Nat.two_pow_pos P)) ((div_le_iff (ofNat_pos (Nat.two_pow_pos P))).mpr ?_)
  rw [ofNat_mul]
  refine le_trans (mul_le_mul h h (ofNat_nonneg _) (le_trans (ofNat_nonneg _) h)) (le_of_eq ?_)
  ring [ofNat R (2 ^ P), e]

theorem IsUpper.square {P x : Nat} {e : R} (he : 0 ≤ e) (h : IsUpper P x e) : IsUpper P (squareHigh P x) (e * e) := by
  refine le_trans ?_ (le_of_lt (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ (x * x) (Nat.two_pow_pos P)))
  refine (le_div_iff (ofNat_pos (Nat.two_pow_pos P))).mpr ?_
  have hs : (0 : R) ≤ ofNat R (2 ^ P) * e := mul_nonneg (ofNat_nonneg _) he
  rw [ofNat_mul]
  refine le_trans (le_of_eq ?_) (mul_le_mul h h hs (ofNat_nonneg _))
  ring [ofNat R (2 ^ P), e]

theorem expSteps_succ (P r hi x y : Nat) : expSteps P (r + 1) hi x y =
    expSteps P r (squareHigh P hi) (x - y % 2 * ((2 ^ P - hi) * x / 2 ^ P)) (y / 2) := rfl

theorem expRatio_succ (P r lo hi l : Nat) :
    expRatio P (r + 1) lo hi l = expRatio P r (squareLow P lo) (squareHigh P hi) (l * lo / hi) :=
  (Nat.force_eq lo fun lo => Nat.force hi fun hi => Nat.force l fun l =>
    expRatio P r (squareLow P lo) (squareHigh P hi) (Nat.div (Nat.mul l lo) hi)).trans
  ((Nat.force_eq hi fun hi => Nat.force l fun l => expRatio P r (squareLow P lo) (squareHigh P hi) (Nat.div (Nat.mul l lo) hi)).trans
  (Nat.force_eq l fun l => expRatio P r (squareLow P lo) (squareHigh P hi) (Nat.div (Nat.mul l lo) hi)))

/-- The constants stay below one. -/
theorem squareHigh_lt {P c : Nat} (pos : 0 < c) (h : c + 1 ≤ 2 ^ P) : squareHigh P c + 1 ≤ 2 ^ P :=
  Nat.le_trans (Nat.succ_le_succ (Nat.succ_le_of_lt (Nat.div_lt_of_lt_mul (Nat.mul_lt_mul_of_pos_right h pos)))) h

/-- An exponent, bit by bit. -/
theorem pow_mod_two_pow (e : R) (r y : Nat) : e ^ (y % 2 ^ (r + 1)) = e ^ (y % 2) * (e * e) ^ (y / 2 % 2 ^ r) := by
  have e2 : y % 2 ^ (r + 1) = y % 2 + 2 * (y / 2 % 2 ^ r) := by rw [Nat.pow_succ', Nat.mod_mul]
  rw [e2, pow_add, pow_mul, pow_two]

section
variable {P x hi lo l : Nat} {E e : R}

/-- What is subtracted in a step, times `2^P`. -/
theorem step_le (h : hi ≤ 2 ^ P) : ofNat R (2 ^ P) * ofNat R ((2 ^ P - hi) * x / 2 ^ P) ≤
    (ofNat R (2 ^ P) - ofNat R hi) * ofNat R x := by
  rw [mul_comm, ← ofNat_sub h, ← ofNat_mul (2 ^ P - hi)]
  exact (le_div_iff (R := R) (ofNat_pos (Nat.two_pow_pos P))).mp (ofNat_div_le _ (Nat.two_pow_pos P))

theorem le_step (h : hi ≤ 2 ^ P) : (ofNat R (2 ^ P) - ofNat R hi) * ofNat R x ≤
    ofNat R (2 ^ P) * (ofNat R ((2 ^ P - hi) * x / 2 ^ P) + 1) := by
  rw [mul_comm (ofNat R (2 ^ P)), ← ofNat_sub h, ← ofNat_mul (2 ^ P - hi)]
  exact (div_le_iff (R := R) (ofNat_pos (Nat.two_pow_pos P))).mp (le_of_lt (lt_ofNat_div_succ _ (Nat.two_pow_pos P)))

theorem step_le_self (P hi x : Nat) : (2 ^ P - hi) * x / 2 ^ P ≤ x :=
  Nat.div_le_of_le_mul (Nat.mul_comm x (2 ^ P) ▸ Nat.mul_le_mul_right x (Nat.sub_le _ _))

/-- A step keeps an upper bound. -/
theorem IsUpper.step (he : 0 ≤ e) (hx : IsUpper P x E) (hhi : IsUpper P hi e) (small : hi ≤ 2 ^ P) {b : Nat}
    (hb : b < 2) : IsUpper P (x - b * ((2 ^ P - hi) * x / 2 ^ P)) (E * e ^ b) := by
  match b, hb with
  | 0, _ => rw [Nat.zero_mul, pow_zero, mul_one]; exact hx
  | 1, _ =>
    rw [Nat.one_mul, pow_one]
    refine le_of_mul_le_mul_left (a := ofNat R (2 ^ P)) ?_ (ofNat_pos (Nat.two_pow_pos P))
    rw [ofNat_sub (step_le_self P hi x)]
    have product := mul_le_mul hx hhi (mul_nonneg (ofNat_nonneg _) he) (ofNat_nonneg x)
    exact le_of_linear (add_le_add product (step_le (R := R) (x := x) small))
      (by ring [ofNat R (2 ^ P), E, e, ofNat R x, ofNat R hi, ofNat R ((2 ^ P - hi) * x / 2 ^ P)])

/-- The number `x`, less `j` units, times `l`, is at most `4^P * E`. -/
abbrev IsClose (P l x j : Nat) (E : R) : Prop :=
  ofNat R l * (ofNat R x - ofNat R j) ≤ ofNat R (2 ^ P) * (ofNat R (2 ^ P) * E)

/-- A step keeps it, with one unit more. -/
theorem IsClose.step {j : Nat} (hE : 0 ≤ E) (he : 0 ≤ e) (hx : IsClose P l x j E) (hlo : IsLower P lo e)
    (hhi : IsUpper P hi e) (pos : 0 < hi) (small : hi ≤ 2 ^ P) {b : Nat} (hb : b < 2) :
    IsClose P (l * lo / hi) (x - b * ((2 ^ P - hi) * x / 2 ^ P)) (j + 1) (E * e ^ b) := by
  have hpos : (0 : R) < ofNat R hi := ofNat_pos pos
  have Bpos : (0 : R) < ofNat R (2 ^ P) := ofNat_pos (Nat.two_pow_pos P)
  have right : ∀ b : Nat, (0 : R) ≤ ofNat R (2 ^ P) * (ofNat R (2 ^ P) * (E * e ^ b)) := fun b =>
    mul_nonneg (ofNat_nonneg _) (mul_nonneg (ofNat_nonneg _) (mul_nonneg hE (pow_nonneg he b)))
  have ratio : ofNat R (l * lo / hi) * ofNat R hi ≤ ofNat R l * ofNat R lo := by
    rw [← ofNat_mul l lo]
    exact (le_div_iff hpos).mp (ofNat_div_le (l * lo) pos)
  -- Nothing is to be shown unless the left side is positive.
  have positive (b : Nat) {y : Nat} (h : (0 : R) ≤ ofNat R y - ofNat R (j + 1) → IsClose P (l * lo / hi) y (j + 1) (E * e ^ b)) :
      IsClose P (l * lo / hi) y (j + 1) (E * e ^ b) := by
    cases le_total (0 : R) (ofNat R y - ofNat R (j + 1)) with
    | inl h0 => exact h h0
    | inr h0 =>
      have h := mul_le_mul_of_nonneg_left h0 (ofNat_nonneg (R := R) (l * lo / hi))
      rw [mul_zero] at h
      exact le_trans h (right b)
  match b, hb with
  | 0, _ =>
    rw [Nat.zero_mul, Nat.sub_zero]
    refine positive 0 fun h0 => ?_
    rw [pow_zero, mul_one]
    rw [ofNat_succ] at h0
    have hD : (0 : R) ≤ ofNat R x - ofNat R j := le_of_linear (add_le_add h0 (zero_le_one (R := R))) (by ring [ofNat R x, ofNat R j])
    have hl : ofNat R (l * lo / hi) ≤ ofNat R l := by
      refine le_of_mul_le_mul_right (le_trans ratio ?_) hpos
      exact mul_le_mul_of_nonneg_left (le_trans hlo hhi) (ofNat_nonneg _)
    refine le_trans (mul_le_mul hl ?_ (ofNat_succ (R := R) j ▸ h0) (ofNat_nonneg _)) hx
    rw [ofNat_succ]
    exact le_of_linear (zero_le_one (R := R)) (by ring [ofNat R x, ofNat R j])
  | 1, _ =>
    rw [Nat.one_mul]
    refine positive 1 fun h0 => ?_
    rw [pow_one]
    have move : ofNat R (2 ^ P) * (ofNat R (x - (2 ^ P - hi) * x / 2 ^ P) - ofNat R (j + 1)) ≤
        ofNat R hi * (ofNat R x - ofNat R j) := by
      rw [ofNat_sub (step_le_self P hi x), ofNat_succ]
      have hj := mul_le_mul_of_nonneg_right (ofNat_le (R := R) small) (ofNat_nonneg (R := R) j)
      exact le_of_linear (add_le_add hj (le_step (R := R) (x := x) small))
        (by ring [ofNat R (2 ^ P), ofNat R x, ofNat R hi, ofNat R j, ofNat R ((2 ^ P - hi) * x / 2 ^ P)])
    have hD : (0 : R) ≤ ofNat R x - ofNat R j := by
      refine le_of_mul_le_mul_left (a := ofNat R hi) ?_ hpos
      rw [mul_zero]
      exact le_trans (mul_nonneg (ofNat_nonneg _) h0) move
    refine le_of_mul_le_mul_left (a := ofNat R (2 ^ P)) ?_ Bpos
    have h1 := mul_le_mul_of_nonneg_left move (ofNat_nonneg (R := R) (l * lo / hi))
    have h2 := mul_le_mul_of_nonneg_right ratio hD
    have h3 := mul_le_mul_of_nonneg_left hx (ofNat_nonneg (R := R) lo)
    have h4 := mul_le_mul_of_nonneg_right hlo (mul_nonneg (ofNat_nonneg (R := R) (2 ^ P)) (mul_nonneg (ofNat_nonneg (R := R) (2 ^ P)) hE))
    exact le_of_linear (add_le_add (add_le_add h1 h2) (add_le_add h3 h4))
      (by ring [ofNat R (2 ^ P), ofNat R (l * lo / hi), ofNat R (x - (2 ^ P - hi) * x / 2 ^ P), ofNat R (j + 1), ofNat R hi,
        ofNat R x, ofNat R j, ofNat R l, ofNat R lo, E, e])

/-- Steps keep an upper bound. -/
theorem le_expSteps (r : Nat) {y : Nat} (hE : 0 ≤ E) (he : 0 ≤ e) (hx : IsUpper P x E) (hhi : IsUpper P hi e) (pos : 0 < hi)
    (small : hi + 1 ≤ 2 ^ P) : IsUpper P (expSteps P r hi x y) (E * e ^ (y % 2 ^ r)) := by
  induction r generalizing x y hi E e with
  | zero => rw [Nat.pow_zero, Nat.mod_one, pow_zero, mul_one]; exact hx
  | succ r ih =>
    rw [expSteps_succ, pow_mod_two_pow, ← mul_assoc]
    exact ih (mul_nonneg hE (pow_nonneg he _)) (mul_nonneg he he)
      (hx.step he hhi (Nat.le_of_lt small) (Nat.mod_lt y Nat.two_pos)) (hhi.square he) (Nat.zero_lt_succ _) (squareHigh_lt pos small)

/-- Steps keep it close. -/
theorem expSteps_close (r : Nat) {y j : Nat} (hE : 0 ≤ E) (he : 0 ≤ e) (hx : IsClose P l x j E) (hlo : IsLower P lo e)
    (hhi : IsUpper P hi e) (pos : 0 < hi) (small : hi + 1 ≤ 2 ^ P) :
    IsClose P (expRatio P r lo hi l) (expSteps P r hi x y) (j + r) (E * e ^ (y % 2 ^ r)) := by
  induction r generalizing x y hi lo l j E e with
  | zero => rw [Nat.pow_zero, Nat.mod_one, pow_zero, mul_one]; exact hx
  | succ r ih =>
    rw [expSteps_succ, expRatio_succ, pow_mod_two_pow, ← mul_assoc]
    have e : j + r.succ = j + 1 + r := by rw [Nat.add_assoc, Nat.add_comm 1 r]
    rw [e]
    exact ih (mul_nonneg hE (pow_nonneg he _)) (mul_nonneg he he)
      (hx.step hE he hlo hhi pos (Nat.le_of_lt small) (Nat.mod_lt y Nat.two_pos)) hlo.square (hhi.square he) (Nat.zero_lt_succ _)
      (squareHigh_lt pos small)

end

/-- Repeated squares of `exp (-y)`. -/
theorem exp_double (k : Nat) (y : R) : exp (-(ofNat R (2 ^ k) * y)) * exp (-(ofNat R (2 ^ k) * y)) = exp (-(ofNat R (2 ^ (k + 1)) * y)) := by
  rw [← exp_add]
  refine congrArg exp ?_
  rw [Nat.pow_succ, ofNat_mul]
  show _ = -(ofNat R (2 ^ k) * 2 * y)
  ring [ofNat R (2 ^ k), y]

theorem repeated_low {P c : Nat} {y : R} (h : IsLower P c (exp (-y))) (k : Nat) :
    IsLower P (repeated (squareLow P) k c) (exp (-(ofNat R (2 ^ k) * y))) := by
  induction k with
  | zero => rw [Nat.pow_zero, ofNat_one, one_mul]; exact h
  | succ k ih => rw [← exp_double]; exact ih.square

theorem repeated_high {P c : Nat} {y : R} (h : IsUpper P c (exp (-y))) (k : Nat) :
    IsUpper P (repeated (squareHigh P) k c) (exp (-(ofNat R (2 ^ k) * y))) := by
  induction k with
  | zero => rw [Nat.pow_zero, ofNat_one, one_mul]; exact h
  | succ k ih => rw [← exp_double]; exact ih.square (exp_nonneg _)

theorem repeated_pos {P c : Nat} (h : 0 < c) (k : Nat) : 0 < repeated (squareHigh P) k c := by
  cases k with
  | zero => exact h
  | succ k => exact Nat.zero_lt_succ _

theorem firstLow_le (P : Nat) : IsLower P (firstLow P) (exp (-(1 / ofNat R (2 ^ (P / 2))))) := by
  have le : P / 2 ≤ P := Nat.div_le_self P 2
  refine le_trans ?_ (mul_le_mul_of_nonneg_left (one_sub_le_exp_neg _) (ofNat_nonneg _))
  show ofNat R (2 ^ P - 2 ^ (P - P / 2)) ≤ _
  rw [ofNat_sub (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)), mul_sub, mul_one, mul_one_div]
  refine le_of_eq (congrArg (ofNat R (2 ^ P) - ·) ?_)
  refine eq_div_of_mul_eq (ofNat_ne_zero (Nat.two_pow_pos _)) ?_
  rw [← ofNat_mul, ← Nat.pow_add, Nat.sub_add_cancel le]

theorem le_firstHigh (P : Nat) : IsUpper P (firstHigh P) (exp (-(1 / ofNat R (2 ^ (P / 2))))) := by
  have S : (0 : R) < ofNat R (2 ^ (P / 2)) := ofNat_pos (Nat.two_pow_pos _)
  refine le_trans (mul_le_mul_of_nonneg_left (exp_neg_le (div_nonneg zero_le_one S)) (ofNat_nonneg _)) ?_
  have last := le_of_lt (lt_ofNat_div_succ (R := R) (2 ^ (P + P / 2)) (Nat.zero_lt_succ (2 ^ (P / 2))))
  rw [← ofNat_succ] at last
  refine le_trans ?_ last
  rw [mul_one_div, Nat.pow_add, ofNat_mul, ofNat_succ (2 ^ (P / 2))]
  refine (div_le_div_iff (add_pos_of_pos_of_nonneg one_pos (div_nonneg zero_le_one S)) (add_pos_of_nonneg_of_pos (le_of_lt S) one_pos)).mpr ?_
  refine le_of_eq ?_
  have e : ofNat R (2 ^ (P / 2)) * (1 / ofNat R (2 ^ (P / 2))) = 1 := mul_div_cancel (ne_of_gt S) 1
  rw [mul_add, mul_add, mul_one, mul_one, mul_assoc _ _ (1 / _), e, mul_one]

namespace ExpParams
variable {c : ExpParams}

/-- `2^-(2 half)`, the unit of arguments. -/
abbrev step (R : Type) [ExpField R] (c : ExpParams) : R := 1 / ofNat R (2 ^ (2 * c.half))

theorem fit_spec (h : c.fit = true) : 1 ≤ c.half ∧ 2 * c.half ≤ c.prec ∧ c.top + 1 ≤ 2 ^ c.prec :=
  ⟨Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)),
    Nat.le_of_ble_eq_true (Bool.and_right h)⟩

/-- The factor of the lowest of the high bits. -/
theorem factor_eq (h : 2 * c.half ≤ c.prec) : ofNat R (2 ^ (c.prec / 2 - c.half)) * (1 / ofNat R (2 ^ (c.prec / 2))) =
    ofNat R (2 ^ c.half) * step R c := by
  have le : c.half ≤ c.prec / 2 := (Nat.le_div_iff_mul_le Nat.two_pos).mpr (Nat.mul_comm c.half 2 ▸ h)
  rw [mul_one_div, mul_one_div]
  refine (div_eq_div_iff (ofNat_ne_zero (Nat.two_pow_pos _)) (ofNat_ne_zero (Nat.two_pow_pos _))).mpr ?_
  rw [← ofNat_mul, ← ofNat_mul, ← Nat.pow_add, ← Nat.pow_add, Nat.two_mul, ← Nat.add_assoc, Nat.sub_add_cancel le,
    Nat.add_comm c.half]

theorem low_le (h : 2 * c.half ≤ c.prec) : IsLower c.prec c.low (exp (-(ofNat R (2 ^ c.half) * step R c))) :=
  factor_eq (R := R) h ▸ repeated_low (firstLow_le c.prec) _

theorem le_top (h : 2 * c.half ≤ c.prec) : IsUpper c.prec c.top (exp (-(ofNat R (2 ^ c.half) * step R c))) :=
  factor_eq (R := R) h ▸ repeated_high (le_firstHigh c.prec) _

theorem top_pos : 0 < c.top := repeated_pos (Nat.zero_lt_succ _) _

theorem unit_eq (h : 2 * c.half ≤ c.prec) : ofNat R c.unit = ofNat R (2 ^ c.prec) * step R c := by
  rw [mul_one_div]
  refine eq_div_of_mul_eq (ofNat_ne_zero (Nat.two_pow_pos _)) ?_
  rw [← ofNat_mul]
  show ofNat R (2 ^ (c.prec - 2 * c.half) * 2 ^ (2 * c.half)) = _
  rw [← Nat.pow_add, Nat.sub_add_cancel h]

theorem step_pos : 0 < step R c := div_pos one_pos (ofNat_pos (Nat.two_pow_pos _))

/-- What the low bits stand for: `z`, at most a half, whose square is at most a unit. -/
structure Small (R : Type) [ExpField R] (c : ExpParams) (z : R) : Prop where
  nonneg : 0 ≤ z
  half : z + z ≤ 1
  square : z * z ≤ step R c

theorem small (h : 1 ≤ c.half) {y : Nat} (hy : y < 2 ^ c.half) : Small R c (ofNat R y * step R c) where
  nonneg := mul_nonneg (ofNat_nonneg _) (le_of_lt step_pos)
  half := by
    rw [mul_one_div, ← add_div, ← ofNat_add]
    refine (div_le_one (ofNat_pos (Nat.two_pow_pos _))).mpr (ofNat_le ?_)
    refine Nat.le_trans (Nat.add_le_add (Nat.le_of_lt hy) (Nat.le_of_lt hy)) ?_
    rw [← Nat.two_pow_succ, Nat.two_mul]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.add_le_add_left h _)
  square := by
    have hN : ofNat R y * ofNat R y ≤ ofNat R (2 ^ (2 * c.half)) := by
      rw [← ofNat_mul, Nat.two_mul, Nat.pow_add]
      exact ofNat_le (Nat.mul_le_mul (Nat.le_of_lt hy) (Nat.le_of_lt hy))
    have e : ofNat R (2 ^ (2 * c.half)) * step R c = 1 := mul_div_cancel (ofNat_ne_zero (Nat.two_pow_pos _)) 1
    have h := mul_le_mul_of_nonneg_right hN (mul_nonneg (le_of_lt (step_pos (R := R) (c := c))) (le_of_lt (step_pos (R := R) (c := c))))
    rw [← mul_assoc (ofNat R (2 ^ (2 * c.half))), e, one_mul] at h
    refine le_trans (le_of_eq ?_) h
    exact mul_mul_mul_comm _ _ _ _

/-- The upper bound of a small exponential. -/
theorem exp_neg_le_square {z : R} (h : 0 ≤ z) : exp (-z) ≤ 1 - z + z * z := by
  refine le_trans (exp_neg_le h) ((div_le_iff (add_pos_of_pos_of_nonneg one_pos h)).mpr ?_)
  exact le_of_linear (mul_nonneg h (mul_nonneg h h)) (by ring [z])

theorem start_eq (h : 2 * c.half ≤ c.prec) {y : Nat} (hs : Small R c (ofNat R y * step R c)) :
    ofNat R (c.start y) = ofNat R (2 ^ c.prec) * (1 - ofNat R y * step R c + step R c) := by
  have le : c.unit * y ≤ 2 ^ c.prec + c.unit := by
    refine le_of_ofNat_le (R := R) ?_
    rw [ofNat_mul, unit_eq h, mul_assoc, mul_comm (step R c), ofNat_add]
    refine le_trans (mul_le_mul_of_nonneg_left (c := 1) ?_ (ofNat_nonneg _)) ?_
    · exact le_trans (le_add_of_nonneg_right hs.nonneg) hs.half
    · rw [mul_one]
      exact le_add_of_nonneg_right (ofNat_nonneg _)
  show ofNat R (2 ^ c.prec + c.unit - c.unit * y) = _
  rw [ofNat_sub le, ofNat_add, ofNat_mul, unit_eq h]
  ring [ofNat R (2 ^ c.prec), step R c, ofNat R y]

theorem le_start (h : 2 * c.half ≤ c.prec) {y : Nat} (hs : Small R c (ofNat R y * step R c)) :
    IsUpper c.prec (c.start y) (exp (-(ofNat R y * step R c))) := by
  unfold IsUpper
  rw [start_eq h hs]
  refine mul_le_mul_of_nonneg_left (le_trans (exp_neg_le_square hs.nonneg) ?_) (ofNat_nonneg _)
  exact add_le_add_left hs.square _

theorem start_close (h1 : 1 ≤ c.half) (h : 2 * c.half ≤ c.prec) {y : Nat} (hs : Small R c (ofNat R y * step R c)) :
    IsClose c.prec (2 ^ c.prec - 4 * c.unit) (c.start y) 0 (exp (-(ofNat R y * step R c)) * exp (-(2 * step R c))) := by
  have four : 4 * c.unit ≤ 2 ^ c.prec := by
    have e : 4 * c.unit = 2 ^ (2 + (c.prec - 2 * c.half)) := (Nat.pow_add 2 2 _).symm
    rw [e]
    refine Nat.pow_le_pow_right Nat.two_pos ?_
    rw [← Nat.add_sub_assoc h]
    refine Nat.sub_le_of_le_add ?_
    rw [Nat.add_comm]
    exact Nat.add_le_add_left (Nat.mul_le_mul_left 2 h1) c.prec
  have quarter : 4 * step R c ≤ 1 := by
    have h4 := ofNat_le (R := R) four
    rw [ofNat_mul, unit_eq h, mul_left_comm] at h4
    refine le_of_mul_le_mul_left (a := ofNat R (2 ^ c.prec)) ?_ (ofNat_pos (Nat.two_pow_pos _))
    rw [mul_one]
    exact h4
  unfold IsClose
  rw [ofNat_sub four, ofNat_mul, unit_eq h, start_eq h hs, ofNat_zero, sub_zero]
  have hu : (0 : R) ≤ 1 - 2 * step R c :=
    le_of_linear (add_le_add quarter (add_nonneg (le_of_lt (step_pos (R := R) (c := c))) (le_of_lt (step_pos (R := R) (c := c)))))
      (by ring [step R c])
  have hz : (0 : R) ≤ 1 - ofNat R y * step R c := sub_nonneg.mpr (le_trans (le_add_of_nonneg_right hs.nonneg) hs.half)
  have bounds := mul_le_mul (one_sub_le_exp_neg (ofNat R y * step R c)) (one_sub_le_exp_neg (2 * step R c)) hu (exp_nonneg _)
  have rest := mul_nonneg (le_of_lt (step_pos (R := R) (c := c))) (sub_nonneg.mpr hs.half)
  have squares := mul_self_nonneg (step R c)
  have key : (1 - 4 * step R c) * (1 - ofNat R y * step R c + step R c) ≤
      exp (-(ofNat R y * step R c)) * exp (-(2 * step R c)) := by
    refine le_trans ?_ bounds
    exact le_of_linear (add_le_add rest (add_nonneg (add_nonneg squares squares) (add_nonneg squares squares)))
      (by ring [step R c, ofNat R y])
  have scaled := mul_le_mul_of_nonneg_left (mul_le_mul_of_nonneg_left key (ofNat_nonneg (R := R) (2 ^ c.prec)))
    (ofNat_nonneg (R := R) (2 ^ c.prec))
  refine le_trans (le_of_eq ?_) scaled
  show (ofNat R (2 ^ c.prec) - 4 * (ofNat R (2 ^ c.prec) * step R c)) * _ = _
  ring [ofNat R (2 ^ c.prec), step R c, ofNat R y]

/-- The bounds of `exp (-G)` for the argument `y`, which is `G` rounded down to units, or one less. -/
theorem bounds (h : c.fit = true) {y : Nat} (hy : y < 2 ^ (c.half + c.high)) {G : R} (le : ofNat R y * step R c ≤ G)
    (lt : G ≤ (ofNat R y + 2) * step R c) :
    IsLower c.prec (c.lowerOf (c.upper y)) (exp (-G)) ∧ IsUpper c.prec (c.upper y) (exp (-G)) := by
  match fit_spec h with
  | ⟨h1, h2, h3⟩ =>
    have hs : Small R c (ofNat R (y % 2 ^ c.half) * step R c) := small h1 (Nat.mod_lt y (Nat.two_pow_pos _))
    have hhigh : y / 2 ^ c.half % 2 ^ c.high = y / 2 ^ c.half := by
      refine Nat.mod_eq_of_lt (Nat.div_lt_of_lt_mul ?_)
      rw [← Nat.pow_add]
      exact hy
    have whole : ofNat R (y % 2 ^ c.half) * step R c + ofNat R (y / 2 ^ c.half) * (ofNat R (2 ^ c.half) * step R c) =
        ofNat R y * step R c := by
      refine Eq.trans ?_ (congrArg (fun N => ofNat R N * step R c) (Nat.mod_add_div y (2 ^ c.half)))
      rw [ofNat_add, ofNat_mul]
      ring [ofNat R (y % 2 ^ c.half), step R c, ofNat R (y / 2 ^ c.half), ofNat R (2 ^ c.half)]
    have factors : exp (-(ofNat R (y % 2 ^ c.half) * step R c)) * exp (-(ofNat R (2 ^ c.half) * step R c)) ^ (y / 2 ^ c.half) =
        exp (-(ofNat R y * step R c)) := by
      rw [← exp_nsmul, ← exp_add, ← whole]
      refine congrArg exp ?_
      ring [ofNat R (y % 2 ^ c.half), step R c, ofNat R (y / 2 ^ c.half), ofNat R (2 ^ c.half)]
    refine ⟨?_, ?_⟩
    · have close := expSteps_close c.high (y := y / 2 ^ c.half) (mul_nonneg (exp_nonneg _) (exp_nonneg _)) (exp_nonneg _)
        (start_close h1 h2 hs) (low_le h2) (le_top h2) top_pos h3
      rw [hhigh, mul_right_comm, factors, ← exp_add, Nat.zero_add] at close
      have close : ofNat R c.ratio * (ofNat R (c.upper y) - ofNat R c.high) ≤ _ := close
      refine le_trans (ofNat_div_le (c.ratio * (c.upper y - c.high)) (Nat.two_pow_pos c.prec)) ?_
      refine (div_le_iff (ofNat_pos (Nat.two_pow_pos c.prec))).mpr ?_
      have less : exp (-(ofNat R y * step R c) + -(2 * step R c)) ≤ exp (-G) :=
        exp_le_exp (le_of_linear lt (by ring [ofNat R y, step R c, G]))
      rw [ofNat_mul]
      cases Nat.le_total c.high (c.upper y) with
      | inl le =>
        rw [ofNat_sub le]
        refine le_trans close (le_trans (mul_le_mul_of_nonneg_left (mul_le_mul_of_nonneg_left less (ofNat_nonneg _)) (ofNat_nonneg _)) ?_)
        exact le_of_eq (mul_comm _ _)
      | inr le =>
        rw [Nat.sub_eq_zero_of_le le, ofNat_zero, mul_zero]
        exact mul_nonneg (mul_nonneg (ofNat_nonneg _) (exp_nonneg _)) (ofNat_nonneg _)
    · have up := le_expSteps c.high (y := y / 2 ^ c.half) (exp_nonneg _) (exp_nonneg _) (le_start h2 hs) (le_top h2) top_pos h3
      rw [hhigh, factors] at up
      exact le_trans (mul_le_mul_of_nonneg_left (exp_le_exp (neg_le_neg le)) (ofNat_nonneg _)) up

end ExpParams
end Compact
