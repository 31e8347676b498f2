prelude
import Compact.Field.ExpBits
/-!
# Bounds of exponentials from one number

As in `Field/ExpBits.lean` an argument has low bits, for which `1 - z` is close enough, and each bit above them stands for a factor
`exp (-2^k)`: where the bit is set, a number is multiplied by it.  Here the number is a lower bound, and the factors are known to twice as many
bits.  So the truth exceeds the number by little: by a fraction for the low bits, and by some units of the last place for the others (`expError`), however many
of these are set.  The lower bound does not depend on how many bits are looked at (`expLow_bits`), and neither does the upper one.
-/
namespace Compact
noncomputable section

/-- How an exponential is bounded: `prec` fractional bits of the result, `2 * half` of the argument. -/
structure ExpForm where
  prec : Nat
  half : Nat

namespace ExpForm
variable (c : ExpForm)

/-- The factor of the lowest of the higher bits, from below and from above, with `2 * prec` fractional bits. -/
def low : Nat := (ExpParams.mk (Nat.mul 2 c.prec) c.half 0).low
def top : Nat := (ExpParams.mk (Nat.mul 2 c.prec) c.half 0).top

/-- The unit of an argument, as a number with `prec` fractional bits. -/
def unit : Nat := Nat.pow 2 (Nat.sub c.prec (Nat.mul 2 c.half))

/-- The number after the low bits. -/
def start (y : Nat) : Nat := Nat.sub (Nat.sub (Nat.pow 2 c.prec) c.unit) (Nat.mul c.unit y)

end ExpForm

/-- The number `x` after the lowest `r` bits of `y`, when the factor of the next bit is `lo`. -/
def expLowSteps (P r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ x _ => x)
    (fun _ ih lo x y => ih (squareLow (Nat.mul 2 P) lo)
      (Nat.sub x (Nat.mul (Nat.mod y 2) (Nat.sub x (Nat.shiftRight (Nat.mul (Nat.shiftRight lo P) x) P)))) (Nat.div y 2)) r

/-- By how many units of the last place the truth may exceed the number, for the factors of `r` bits. -/
def expErrors (P r : Nat) : Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ _ => 0)
    (fun _ ih lo hi => Nat.force lo fun lo => Nat.force hi fun hi =>
      Nat.add (Nat.add (Nat.sub (Nat.succ (Nat.shiftRight hi P)) (Nat.shiftRight lo P)) 1)
        (ih (squareLow (Nat.mul 2 P) lo) (squareHigh (Nat.mul 2 P) hi))) r

namespace ExpForm
variable (c : ExpForm)

/-- The lower bound; the argument has at most `high` bits above the low ones. -/
def lower (high y : Nat) : Nat := expLowSteps c.prec high c.low (c.start (Nat.mod y (Nat.pow 2 c.half))) (Nat.div y (Nat.pow 2 c.half))

/-- The error of `prec` bits above the low ones. -/
def error : Nat := expErrors c.prec c.prec c.low c.top

/-- The upper bound, from the lower one and the error. -/
def upperOf (error x : Nat) : Nat :=
  Nat.succ (Nat.add (Nat.add x error) (Nat.shiftRight (Nat.mul (Nat.mul 4 c.unit) (Nat.add x error)) c.prec))

/-- Is the argument precise enough for the proofs, and the result close enough to be of use? -/
def fit : Bool := (Nat.ble 1 c.half && Nat.ble (Nat.mul 2 c.half) c.prec) &&
  Nat.ble (Nat.succ (c.upperOf c.error (Nat.pow 2 c.prec))) (Nat.pow 2 (Nat.succ c.prec))

/-- Bounds of `2^prec * exp (-G)` for the argument `y` of `G`: if the form is not fit, or the argument too large, those of any `G`. -/
def bounds (y : Nat) : Nat × Nat :=
  Bool.rec (motive := fun _ => Nat × Nat) (0, Nat.pow 2 c.prec)
    (Nat.force (c.lower (Nat.succ (Nat.log2 y)) y) fun x => (x, c.upperOf c.error x))
    (c.fit && Nat.ble (Nat.succ y) (Nat.pow 2 (Nat.add c.half c.prec)))

end ExpForm

/-- The argument for the exponent `-g / D`, rounded down to units. -/
def ExpForm.arg (c : ExpForm) (g D : Nat) : Nat := Nat.div (Nat.mul g (Nat.pow 2 (Nat.mul 2 c.half))) D

end

/-! ## How many bits are looked at -/

theorem expLowSteps_succ (P r lo x y : Nat) : expLowSteps P (r + 1) lo x y =
    expLowSteps P r (squareLow (2 * P) lo) (x - y % 2 * (x - lo / 2 ^ P * x / 2 ^ P)) (y / 2) := rfl

theorem expLowSteps_zero (P r lo x : Nat) : expLowSteps P r lo x 0 = x := by
  induction r generalizing lo with
  | zero => rfl
  | succ r ih =>
    rw [expLowSteps_succ, Nat.zero_mod, Nat.zero_mul, Nat.sub_zero, Nat.zero_div]
    exact ih _

theorem expLowSteps_le (P r lo x y : Nat) : expLowSteps P r lo x y ≤ x := by
  induction r generalizing lo x y with
  | zero => exact Nat.le_refl x
  | succ r ih => rw [expLowSteps_succ]; exact Nat.le_trans (ih _ _ _) (Nat.sub_le _ _)

/-- Bits that are not set do nothing. -/
theorem expLow_bits (P : Nat) {r s y : Nat} (hr : y < 2 ^ r) (hs : y < 2 ^ s) (lo x : Nat) : expLowSteps P r lo x y = expLowSteps P s lo x y := by
  have half {y r : Nat} (h : y < 2 ^ (r + 1)) : y / 2 < 2 ^ r := Nat.div_lt_of_lt_mul (Nat.pow_succ' ▸ h)
  induction r generalizing s lo x y with
  | zero => rw [Nat.eq_zero_of_lt_one hr, expLowSteps_zero, expLowSteps_zero]
  | succ r ih =>
    cases s with
    | zero => rw [Nat.eq_zero_of_lt_one hs, expLowSteps_zero, expLowSteps_zero]
    | succ s => rw [expLowSteps_succ, expLowSteps_succ]; exact ih (half hr) (half hs) _ _

theorem bits_above {half high y : Nat} (h : y < 2 ^ (half + high)) : y / 2 ^ half < 2 ^ high :=
  Nat.div_lt_of_lt_mul (by rw [← Nat.pow_add]; exact h)

theorem ExpForm.lower_high (c : ExpForm) {y a b : Nat} (ha : y < 2 ^ (c.half + a)) (hb : y < 2 ^ (c.half + b)) : c.lower a y = c.lower b y :=
  expLow_bits c.prec (bits_above ha) (bits_above hb) _ _

/-- A lower bound is at most one. -/
theorem ExpForm.lower_le (c : ExpForm) (high y : Nat) : c.lower high y ≤ 2 ^ c.prec :=
  Nat.le_trans (expLowSteps_le _ _ _ _ _) (Nat.le_trans (Nat.sub_le _ _) (Nat.sub_le _ _))

theorem ExpForm.lower_lt (c : ExpForm) (high y : Nat) : c.lower high y < 2 ^ (c.prec + 1) :=
  Nat.lt_of_le_of_lt (c.lower_le high y) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))

/-- What `fit` checks. -/
theorem ExpForm.fit_spec {c : ExpForm} (h : c.fit = true) :
    1 ≤ c.half ∧ 2 * c.half ≤ c.prec ∧ c.upperOf c.error (2 ^ c.prec) < 2 ^ (c.prec + 1) :=
  ⟨Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)),
    Nat.le_of_ble_eq_true (Bool.and_right h)⟩

theorem ExpForm.upperOf_mono (c : ExpForm) (error : Nat) {x z : Nat} (h : x ≤ z) : c.upperOf error x ≤ c.upperOf error z := by
  have le := Nat.add_le_add_right h error
  exact Nat.succ_le_succ (Nat.add_le_add le (Nat.div_le_div_right (Nat.mul_le_mul_left _ le)))

/-- An upper bound is less than two. -/
theorem ExpForm.upper_lt {c : ExpForm} (h : c.fit = true) (high y : Nat) : c.upperOf c.error (c.lower high y) < 2 ^ (c.prec + 1) :=
  Nat.lt_of_le_of_lt (c.upperOf_mono c.error (c.lower_le high y)) (ExpForm.fit_spec h).right.right

theorem ExpForm.lower_le_upper (c : ExpForm) (error x : Nat) : x ≤ c.upperOf error x :=
  Nat.le_trans (Nat.le_add_right x error) (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_succ _))

/-- The bounds, by however many bits. -/
theorem ExpForm.bounds_eq {c : ExpForm} (fit : c.fit = true) {y high : Nat} (h : y < 2 ^ (c.half + high)) (hp : high ≤ c.prec) :
    c.bounds y = (c.lower high y, c.upperOf c.error (c.lower high y)) := by
  have enough : y < 2 ^ (c.half + (Nat.log2 y + 1)) :=
    Nat.lt_of_lt_of_le Nat.lt_log2_self (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_left _ _))
  have small : Nat.ble (Nat.succ y) (Nat.pow 2 (Nat.add c.half c.prec)) = true :=
    Nat.ble_eq_true_of_le (Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos (Nat.add_le_add_left hp _)))
  unfold ExpForm.bounds
  rw [fit, small]
  show Nat.force _ (fun x => _) = _
  rw [Nat.force_eq, c.lower_high enough h]

/-! ## Soundness -/

variable {R : Type} [ExpField R]

section
variable {P x lo hi a b : Nat} {E e s : R}

/-- Half the bits of a bound. -/
theorem IsLower.halve (h : IsLower (2 * P) lo e) : IsLower P (lo / 2 ^ P) e := by
  refine le_trans (ofNat_div_le lo (Nat.two_pow_pos P)) ((div_le_iff (ofNat_pos (Nat.two_pow_pos P))).mpr (le_trans h (le_of_eq ?_)))
  rw [Nat.two_mul, Nat.pow_add, ofNat_mul]
  exact mul_right_comm _ _ _

theorem IsUpper.halve (h : IsUpper (2 * P) hi e) : IsUpper P (hi / 2 ^ P + 1) e := by
  have B : (0 : R) < ofNat R (2 ^ P) := ofNat_pos (Nat.two_pow_pos P)
  refine le_trans ((le_div_iff B).mpr (le_trans (le_of_eq ?_) h)) (le_of_lt (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ hi (Nat.two_pow_pos P)))
  rw [Nat.two_mul, Nat.pow_add, ofNat_mul]
  exact mul_right_comm _ _ _

/-- A step keeps a lower bound. -/
theorem IsLower.step (hx : IsLower P x E) (hlo : IsLower P lo e) (hb : b < 2) :
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

/-- Up to a factor `s` the number `x` is at most `a` units below the truth. -/
abbrev IsNear (P x a : Nat) (s E : R) : Prop := ofNat R (2 ^ P) * E ≤ s * (ofNat R x + ofNat R a)

/-- A step keeps the number near. -/
theorem IsNear.step (hs : 0 ≤ s) (he : 0 ≤ e) (he1 : e ≤ 1) (hx : IsNear P x a s E) (one : x ≤ 2 ^ P) (hlo : lo ≤ 2 ^ P) (hhi : IsUpper P hi e) (hb : b < 2) :
    IsNear P (x - b * (x - lo * x / 2 ^ P)) (a + (hi - lo + 1)) s (E * e ^ b) := by
  match b, hb with
  | 0, _ =>
    rw [Nat.zero_mul, Nat.sub_zero, pow_zero, mul_one]
    refine le_trans hx (mul_le_mul_of_nonneg_left (add_le_add_left (ofNat_le (Nat.le_add_right _ _)) _) hs)
  | 1, _ =>
    have drop : lo * x / 2 ^ P ≤ x := Nat.div_le_of_le_mul (Nat.mul_le_mul_right x hlo)
    unfold IsNear
    rw [Nat.one_mul, pow_one, Nat.sub_sub_self drop, ofNat_add a]
    have B : (0 : R) < ofNat R (2 ^ P) := ofNat_pos (Nat.two_pow_pos P)
    have first : ofNat R (2 ^ P) * (E * e) ≤ s * (ofNat R x + ofNat R a) * e := by
      rw [← mul_assoc]
      exact mul_le_mul_of_nonneg_right hx he
    refine le_trans first ?_
    rw [mul_assoc]
    refine mul_le_mul_of_nonneg_left ?_ hs
    -- What is left: (x + a) * e ≤ lo * x / 2^P + (a + (hi - lo + 1)).
    have second : ofNat R a * e ≤ ofNat R a * 1 := mul_le_mul_of_nonneg_left he1 (ofNat_nonneg _)
    have upper : ofNat R x * e ≤ ofNat R (lo * x / 2 ^ P) + ofNat R (hi - lo + 1) := by
      refine le_of_mul_le_mul_left (a := ofNat R (2 ^ P)) ?_ B
      have hi_le : ofNat R hi ≤ ofNat R lo + ofNat R (hi - lo) := by
        rw [← ofNat_add]
        exact ofNat_le (Nat.sub_le_iff_le_add'.mp (Nat.le_refl _))
      have h1 := mul_le_mul_of_nonneg_left (le_trans hhi hi_le) (ofNat_nonneg (R := R) x)
      have h2 := mul_le_mul_of_nonneg_right (ofNat_le (R := R) one) (ofNat_nonneg (R := R) (hi - lo))
      have h3 := (div_le_iff (R := R) B).mp (le_of_lt (lt_ofNat_div_succ (R := R) (lo * x) (Nat.two_pow_pos P)))
      rw [ofNat_mul] at h3
      rw [ofNat_succ]
      exact le_of_linear (add_le_add (add_le_add h1 h2) h3)
        (by ring [ofNat R (2 ^ P), ofNat R x, ofNat R lo, ofNat R (hi - lo), ofNat R (lo * x / 2 ^ P), e])
    exact le_of_linear (add_le_add upper second)
      (by ring [ofNat R x, ofNat R a, ofNat R (lo * x / 2 ^ P), ofNat R (hi - lo + 1), e])

/-- A constant of at most one makes nothing greater. -/
theorem squareLow_le (h : lo ≤ 2 ^ P) : squareLow P lo ≤ 2 ^ P :=
  Nat.le_trans (Nat.div_le_of_le_mul (Nat.mul_le_mul_right lo h)) h

theorem half_le (h : lo ≤ 2 ^ (2 * P)) : lo / 2 ^ P ≤ 2 ^ P :=
  Nat.div_le_of_le_mul (by rw [← Nat.pow_add, ← Nat.two_mul]; exact h)

theorem expErrors_succ (P r lo hi : Nat) : expErrors P (r + 1) lo hi =
    (hi / 2 ^ P + 1 - lo / 2 ^ P + 1) + expErrors P r (squareLow (2 * P) lo) (squareHigh (2 * P) hi) :=
  (Nat.force_eq lo fun lo => Nat.force hi fun hi => (hi / 2 ^ P + 1 - lo / 2 ^ P + 1) + expErrors P r (squareLow (2 * P) lo) (squareHigh (2 * P) hi)).trans
    (Nat.force_eq hi fun hi => (hi / 2 ^ P + 1 - lo / 2 ^ P + 1) + expErrors P r (squareLow (2 * P) lo) (squareHigh (2 * P) hi))

/-- Steps keep a lower bound, and keep it near. -/
theorem expLowSteps_sound (r : Nat) {y : Nat} (hs : 0 ≤ s) (he : 0 ≤ e) (he1 : e ≤ 1) (hx : IsLower P x E) (near : IsNear P x a s E) (one : x ≤ 2 ^ P)
    (hlo1 : lo ≤ 2 ^ (2 * P)) (hlo : IsLower (2 * P) lo e) (hhi : IsUpper (2 * P) hi e) :
    IsLower P (expLowSteps P r lo x y) (E * e ^ (y % 2 ^ r)) ∧
      IsNear P (expLowSteps P r lo x y) (a + expErrors P r lo hi) s (E * e ^ (y % 2 ^ r)) := by
  induction r generalizing x y lo hi a E e with
  | zero => rw [Nat.pow_zero, Nat.mod_one, pow_zero, mul_one]; exact ⟨hx, near⟩
  | succ r ih =>
    have bit := Nat.mod_lt y Nat.two_pos
    have e1 : e * e ≤ 1 := le_trans (mul_le_mul he1 he1 he zero_le_one) (le_of_eq (mul_one 1))
    rw [expLowSteps_succ, pow_mod_two_pow, ← mul_assoc, expErrors_succ, ← Nat.add_assoc]
    exact ih (mul_nonneg he he) e1 (hx.step hlo.halve bit)
      (near.step hs he he1 one (half_le hlo1) hhi.halve bit) (Nat.le_trans (Nat.sub_le _ _) one) (squareLow_le hlo1) hlo.square (hhi.square he)

/-- More bits have more errors. -/
theorem expErrors_mono {r r' : Nat} (h : r ≤ r') (lo hi : Nat) : expErrors P r lo hi ≤ expErrors P r' lo hi := by
  induction r generalizing r' lo hi with
  | zero => exact Nat.zero_le _
  | succ r ih =>
    match r', h with
    | r' + 1, h =>
      rw [expErrors_succ, expErrors_succ]
      exact Nat.add_le_add_left (ih (Nat.le_of_succ_le_succ h) _ _) _

end

namespace ExpForm
variable {c : ExpForm}

/-- `2^-(2 half)`, the unit of arguments. -/
abbrev step (R : Type) [ExpField R] (c : ExpForm) : R := 1 / ofNat R (2 ^ (2 * c.half))

theorem step_pos : 0 < step R c := div_pos one_pos (ofNat_pos (Nat.two_pow_pos _))

theorem unit_eq (h : 2 * c.half ≤ c.prec) : ofNat R c.unit = ofNat R (2 ^ c.prec) * step R c :=
  ExpParams.unit_eq (c := ⟨c.prec, c.half, 0⟩) h

theorem low_le_one : c.low ≤ 2 ^ (2 * c.prec) := by
  have go (k : Nat) : repeated (squareLow (2 * c.prec)) k (firstLow (2 * c.prec)) ≤ 2 ^ (2 * c.prec) := by
    induction k with
    | zero => exact Nat.sub_le _ _
    | succ k ih => exact squareLow_le ih
  exact go _

/-- The number after the low bits. -/
theorem start_sound (h1 : 1 ≤ c.half) (h : 2 * c.half ≤ c.prec) {y : Nat} (hy : y < 2 ^ c.half) :
    IsLower c.prec (c.start y) (exp (-((ofNat R y + 1) * step R c))) ∧
      IsNear c.prec (c.start y) 0 (1 + 4 * step R c) (exp (-(ofNat R y * step R c))) := by
  have U := step_pos (R := R) (c := c)
  have small := ExpParams.small (R := R) (c := ⟨c.prec, c.half, 0⟩) h1 hy
  -- All low bits together stand for at most a half.
  have whole : (ofNat R y + 1) * step R c + (ofNat R y + 1) * step R c ≤ 1 := by
    rw [← add_mul, ← ofNat_succ, ← ofNat_add, mul_one_div]
    refine (div_le_one (ofNat_pos (Nat.two_pow_pos _))).mpr (ofNat_le ?_)
    refine Nat.le_trans (Nat.add_le_add (Nat.succ_le_of_lt hy) (Nat.succ_le_of_lt hy)) ?_
    rw [← Nat.two_pow_succ, Nat.two_mul]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.add_le_add_left h1 _)
  have value : ofNat R (c.start y) = ofNat R (2 ^ c.prec) * (1 - (ofNat R y + 1) * step R c) := by
    have le : c.unit + c.unit * y ≤ 2 ^ c.prec := by
      refine le_of_ofNat_le (R := R) ?_
      rw [ofNat_add, ofNat_mul, unit_eq h]
      refine le_trans (le_of_eq (show _ = ofNat R (2 ^ c.prec) * ((ofNat R y + 1) * step R c) by ring [ofNat R (2 ^ c.prec), step R c, ofNat R y])) ?_
      refine le_trans (mul_le_mul_of_nonneg_left (le_trans (le_add_of_nonneg_right ?_) whole) (ofNat_nonneg _)) (le_of_eq (mul_one _))
      exact mul_nonneg (add_nonneg (ofNat_nonneg _) zero_le_one) (le_of_lt U)
    rw [show c.start y = 2 ^ c.prec - (c.unit + c.unit * y) from (Nat.sub_add_eq _ _ _).symm, ofNat_sub le, ofNat_add, ofNat_mul, unit_eq h]
    ring [ofNat R (2 ^ c.prec), step R c, ofNat R y]
  refine ⟨?_, ?_⟩
  · unfold IsLower
    rw [value]
    exact mul_le_mul_of_nonneg_left (one_sub_le_exp_neg _) (ofNat_nonneg _)
  · unfold IsNear
    rw [value, ofNat_zero, add_zero, ← mul_assoc, mul_comm (1 + 4 * step R c), mul_assoc]
    refine mul_le_mul_of_nonneg_left (le_trans (ExpParams.exp_neg_le_square small.nonneg) ?_) (ofNat_nonneg _)
    have slope := mul_nonneg (le_of_lt U) (sub_nonneg.mpr whole)
    exact le_of_linear (add_le_add (add_le_add small.square slope) slope) (by ring [ofNat R y, step R c])

/-- The bounds of `exp (-G)` for the argument `y`, which is `G` rounded down to units. -/
theorem sides (h : c.fit = true) {high y : Nat} (hp : high ≤ c.prec) (hy : y < 2 ^ (c.half + high)) {G : R} (le : ofNat R y * step R c ≤ G)
    (lt : G ≤ (ofNat R y + 1) * step R c) :
    IsLower c.prec (c.lower high y) (exp (-G)) ∧ IsUpper c.prec (c.upperOf c.error (c.lower high y)) (exp (-G)) := by
  match fit_spec h with
  | ⟨h1, h2, _⟩ =>
    have h2' : 2 * c.half ≤ 2 * c.prec := Nat.le_trans h2 (Nat.le_mul_of_pos_left _ Nat.two_pos)
    have U := step_pos (R := R) (c := c)
    have S : (0 : R) ≤ 1 + 4 * step R c := add_nonneg zero_le_one (mul_nonneg (ofNat_nonneg (R := R) 4) (le_of_lt U))
    have above : y / 2 ^ c.half % 2 ^ high = y / 2 ^ c.half := Nat.mod_eq_of_lt (bits_above hy)
    have factor1 : exp (-(ofNat R (2 ^ c.half) * step R c)) ≤ 1 := by
      have e := exp_le_exp (neg_nonpos.mpr (mul_nonneg (ofNat_nonneg (R := R) (2 ^ c.half)) (le_of_lt U)))
      rw [exp_zero] at e
      exact e
    match start_sound (R := R) h1 h2 (Nat.mod_lt y (Nat.two_pow_pos c.half)) with
    | ⟨low, near⟩ =>
      -- The arguments `y` and `y + 1`, of which `G` lies between.
      have less : exp (-((ofNat R (y % 2 ^ c.half) + 1) * step R c)) ≤ exp (-(ofNat R (y % 2 ^ c.half) * step R c)) :=
        exp_le_exp (neg_le_neg (mul_le_mul_of_nonneg_right (le_add_of_nonneg_right zero_le_one) (le_of_lt U)))
      have parts (z : R) : exp (-((ofNat R (y % 2 ^ c.half) + z) * step R c)) * exp (-(ofNat R (2 ^ c.half) * step R c)) ^ (y / 2 ^ c.half) =
          exp (-((ofNat R y + z) * step R c)) := by
        rw [← exp_nsmul, ← exp_add]
        refine congrArg exp (Eq.trans ?_ (congrArg (fun N => -((ofNat R N + z) * step R c)) (Nat.mod_add_div y (2 ^ c.half))))
        show _ = -((ofNat R (y % 2 ^ c.half + 2 ^ c.half * (y / 2 ^ c.half)) + z) * step R c)
        rw [ofNat_add, ofNat_mul]
        ring [ofNat R (y % 2 ^ c.half), step R c, ofNat R (y / 2 ^ c.half), ofNat R (2 ^ c.half), z]
      have one : c.start (y % 2 ^ c.half) ≤ 2 ^ c.prec := Nat.le_trans (Nat.sub_le _ _) (Nat.sub_le _ _)
      have first := (expLowSteps_sound high (y := y / 2 ^ c.half) S (exp_nonneg _) factor1 low
        (le_trans (mul_le_mul_of_nonneg_left less (ofNat_nonneg _)) near) one low_le_one (ExpParams.low_le (c := ⟨2 * c.prec, c.half, 0⟩) h2') (ExpParams.le_top (c := ⟨2 * c.prec, c.half, 0⟩) h2')).left
      have second := (expLowSteps_sound high (y := y / 2 ^ c.half) S (exp_nonneg _) factor1
        (le_trans low (mul_le_mul_of_nonneg_left less (ofNat_nonneg _))) near one low_le_one (ExpParams.low_le (c := ⟨2 * c.prec, c.half, 0⟩) h2') (ExpParams.le_top (c := ⟨2 * c.prec, c.half, 0⟩) h2')).right
      have all := parts 0
      rw [add_zero, add_zero] at all
      rw [above, all, Nat.zero_add] at second
      rw [above, parts 1] at first
      refine ⟨le_trans first (mul_le_mul_of_nonneg_left (exp_le_exp (neg_le_neg lt)) (ofNat_nonneg _)), ?_⟩
      refine le_trans (mul_le_mul_of_nonneg_left (exp_le_exp (neg_le_neg le)) (ofNat_nonneg _)) (le_trans second ?_)
      -- The error of `high` bits is at most that of `prec` bits, and the fraction is rounded up.
      have errors : ofNat R (c.lower high y) + ofNat R (expErrors c.prec high c.low c.top) ≤ ofNat R (c.lower high y + c.error) := by
        rw [← ofNat_add]
        exact ofNat_le (Nat.add_le_add_left (expErrors_mono hp _ _) _)
      refine le_trans (mul_le_mul_of_nonneg_left errors S) ?_
      have B : (0 : R) < ofNat R (2 ^ c.prec) := ofNat_pos (Nat.two_pow_pos _)
      have round := le_of_lt (lt_ofNat_div_succ (R := R) (4 * c.unit * (c.lower high y + c.error)) (Nat.two_pow_pos c.prec))
      rw [ofNat_mul, ofNat_mul, unit_eq h2] at round
      have fraction : 4 * step R c * ofNat R (c.lower high y + c.error) ≤
          ofNat R (4 * c.unit * (c.lower high y + c.error) / 2 ^ c.prec) + 1 := by
        refine le_trans (le_of_eq ?_) round
        refine (div_eq_iff (ne_of_gt B)).mpr ?_ |>.symm
        show ofNat R 4 * (ofNat R (2 ^ c.prec) * step R c) * _ = ofNat R 4 * step R c * _ * ofNat R (2 ^ c.prec)
        generalize ofNat R (c.lower high y + c.error) = x
        ring [ofNat R 4, ofNat R (2 ^ c.prec), step R c, x]
      show _ ≤ ofNat R (c.lower high y + c.error + 4 * c.unit * (c.lower high y + c.error) / 2 ^ c.prec + 1)
      rw [ofNat_succ, ofNat_add (c.lower high y + c.error)]
      generalize 4 * c.unit * (c.lower high y + c.error) / 2 ^ c.prec = z at fraction ⊢
      generalize c.lower high y + c.error = x at fraction ⊢
      exact le_of_linear fraction (by ring [step R c, ofNat R x, ofNat R z])

end ExpForm

section
variable {c : ExpForm} {g D : Nat}

/-- The bounds of `exp (-(g / D))`. -/
theorem ExpForm.bounds_within (hD : 0 < D) : IsLower c.prec (c.bounds (c.arg g D)).1 (exp (-(ofNat R g / ofNat R D))) ∧
    IsUpper c.prec (c.bounds (c.arg g D)).2 (exp (-(ofNat R g / ofNat R D))) := by
  cases fits : (c.fit && Nat.ble (Nat.succ (c.arg g D)) (Nat.pow 2 (Nat.add c.half c.prec))) with
  | false =>
    have e : c.bounds (c.arg g D) = (0, 2 ^ c.prec) := by unfold ExpForm.bounds; rw [fits]; rfl
    rw [e]
    refine ⟨?_, ?_⟩
    · show ofNat R 0 ≤ _
      rw [ofNat_zero]
      exact mul_nonneg (ofNat_nonneg _) (exp_nonneg _)
    · have le := exp_le_exp (neg_nonpos.mpr (div_nonneg (ofNat_nonneg (R := R) g) (ofNat_pos (R := R) hD)))
      rw [exp_zero] at le
      exact le_trans (mul_le_mul_of_nonneg_left le (ofNat_nonneg _)) (le_of_eq (mul_one _))
  | true =>
    have small : c.arg g D < 2 ^ (c.half + c.prec) := Nat.le_of_ble_eq_true (Bool.and_right fits)
    rw [ExpForm.bounds_eq (Bool.and_left fits) small (Nat.le_refl _)]
    have U : (0 : R) < ofNat R (2 ^ (2 * c.half)) := ofNat_pos (Nat.two_pow_pos _)
    have D' : (0 : R) < ofNat R D := ofNat_pos hD
    have units : ofNat R (g * 2 ^ (2 * c.half)) / ofNat R D * ExpForm.step R c = ofNat R g / ofNat R D := by
      rw [ofNat_mul, div_mul_div_comm _ _ (ne_of_gt D') (ne_of_gt U), mul_one]
      exact mul_div_mul_right _ (ne_of_gt D') (ne_of_gt U)
    have step0 := le_of_lt (ExpForm.step_pos (R := R) (c := c))
    refine ExpForm.sides (Bool.and_left fits) (Nat.le_refl _) small ?_ ?_
    · rw [← units]
      exact mul_le_mul_of_nonneg_right (ofNat_div_le _ hD) step0
    · rw [← units]
      exact mul_le_mul_of_nonneg_right (le_of_lt (lt_ofNat_div_succ _ hD)) step0

end
end Compact
