prelude
import Compact.Field.Exp
/-!
# Bounds of `exp (-g/D)` in natural numbers

`expLower P steps g D` and `expUpper P steps g D` enclose `2^P * exp (-(g/D))`.  They start from
`1 - y ≤ exp (-y) ≤ 1 / (1 + y)` for the small `y = g / (D * 256^steps)` and take `steps` times the 256th power,
cut to `P` fractional bits after each 16th power.  More steps mean a smaller `y` and closer bounds.
-/
namespace Compact

/-! ## The bounds -/

/-- `y = g / (D * 256^steps)` in units of `2^-P`, rounded down. -/
noncomputable def expArg (P steps g D : Nat) : Nat :=
  Nat.div (Nat.mul g (Nat.pow (nat_lit 2) P)) (Nat.mul D (Nat.pow (nat_lit 256) steps))

/-- `x^16` for a number `x` with `P` fractional bits, rounded down. -/
noncomputable def pow16 (P x : Nat) : Nat :=
  Nat.shiftRight (Nat.pow x (nat_lit 16)) (Nat.mul (nat_lit 15) P)

/-- The lower bound, from the small argument `y` in units of `2^-P`. -/
noncomputable def expLowerFrom (P steps y : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (Nat.sub (Nat.pow (nat_lit 2) P) (Nat.succ y))
    (fun _ lo => pow16 P (pow16 P lo)) steps

/-- The upper bound, from the small argument `y` in units of `2^-P`. -/
noncomputable def expUpperFrom (P steps y : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat)
    (Nat.succ (Nat.div (Nat.pow (nat_lit 2) (Nat.mul (nat_lit 2) P)) (Nat.add (Nat.pow (nat_lit 2) P) y)))
    (fun _ hi => Nat.succ (pow16 P (Nat.succ (pow16 P hi)))) steps

/-- A lower bound of `2^P * exp (-(g/D))`. -/
noncomputable def expLower (P steps g D : Nat) : Nat := expLowerFrom P steps (expArg P steps g D)

/-- An upper bound of `2^P * exp (-(g/D))`. -/
noncomputable def expUpper (P steps g D : Nat) : Nat := expUpperFrom P steps (expArg P steps g D)

/-! ## Rounded powers -/

variable {R : Type} [ExpField R]

/-- `x` is at most `2^P * e`. -/
abbrev IsLower (P x : Nat) (e : R) : Prop := ofNat R x ≤ ofNat R (2 ^ P) * e
/-- `x` is at least `2^P * e`. -/
abbrev IsUpper (P x : Nat) (e : R) : Prop := ofNat R (2 ^ P) * e ≤ ofNat R x

theorem pow16_eq (P x : Nat) : pow16 P x = x ^ 16 / 2 ^ (15 * P) := rfl

/-- `(2^P * e)^16 = 2^P * e^16 * 2^(15 P)`. -/
theorem scaled_pow16 (P : Nat) (e : R) :
    (ofNat R (2 ^ P) * e) ^ 16 = ofNat R (2 ^ P) * e ^ 16 * ofNat R (2 ^ (15 * P)) := by
  rw [Nat.pow_mul', ofNat_pow (2 ^ P) 15, mul_pow]
  ring [ofNat R (2 ^ P), e ^ 16]

theorem IsLower.pow16 {P x : Nat} {e : R} (h : IsLower P x e) : IsLower P (pow16 P x) (e ^ 16) := by
  unfold IsLower
  rw [pow16_eq]
  refine le_trans (ofNat_div_le (x ^ 16) (Nat.two_pow_pos (15 * P))) ?_
  refine (div_le_iff (ofNat_pos (Nat.two_pow_pos _))).mpr ?_
  rw [← scaled_pow16, ofNat_pow x]
  exact pow_le_pow_left (ofNat_nonneg x) h 16

theorem IsUpper.pow16 {P x : Nat} {e : R} (he : 0 ≤ e) (h : IsUpper P x e) :
    IsUpper P (Nat.succ (pow16 P x)) (e ^ 16) := by
  unfold IsUpper
  rw [pow16_eq]
  refine le_trans ?_ (le_of_lt (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ (x ^ 16) (Nat.two_pow_pos (15 * P))))
  refine (le_div_iff (ofNat_pos (Nat.two_pow_pos _))).mpr ?_
  rw [← scaled_pow16, ofNat_pow x]
  exact pow_le_pow_left (mul_nonneg (ofNat_nonneg _) he) h 16

/-! ## Soundness -/

/-- `exp (-y)` after `k` steps is `exp (-(256^k * y))`. -/
theorem exp_step (k : Nat) (y : R) : (exp (-(ofNat R (256 ^ k) * y)) ^ 16) ^ 16 = exp (-(ofNat R (256 ^ (k + 1)) * y)) := by
  rw [← exp_nsmul, ← exp_nsmul]
  refine congrArg exp ?_
  ring [ofNat R 256 ^ k, y]

section
variable {P steps g D : Nat}

/-- The small argument `y`. -/
abbrev expSmall (R : Type) [ExpField R] (steps g D : Nat) : R := ofNat R g / ofNat R (D * 256 ^ steps)

theorem den_pos (hD : 0 < D) : 0 < D * 256 ^ steps := Nat.mul_pos hD (Nat.pow_pos (Nat.zero_lt_succ 255))

theorem mul_expSmall (hD : 0 < D) : ofNat R (256 ^ steps) * expSmall R steps g D = ofNat R g / ofNat R D := by
  rw [← mul_div_assoc, mul_comm, ofNat_mul]
  exact mul_div_mul_right _ (ofNat_ne_zero hD) (ofNat_ne_zero (Nat.pow_pos (Nat.zero_lt_succ 255)))

theorem scaled_expSmall (P steps g D : Nat) :
    ofNat R (g * 2 ^ P) / ofNat R (D * 256 ^ steps) = ofNat R (2 ^ P) * expSmall R steps g D := by
  rw [Nat.mul_comm, ofNat_mul (2 ^ P), mul_div_assoc]

theorem expArg_le (hD : 0 < D) : ofNat R (expArg P steps g D) ≤ ofNat R (2 ^ P) * expSmall R steps g D :=
  scaled_expSmall (R := R) P steps g D ▸ ofNat_div_le (g * 2 ^ P) (den_pos hD)

theorem lt_expArg_succ (hD : 0 < D) :
    ofNat R (2 ^ P) * expSmall R steps g D < ofNat R (Nat.succ (expArg P steps g D)) :=
  ofNat_succ (R := R) _ ▸ scaled_expSmall (R := R) P steps g D ▸ lt_ofNat_div_succ (g * 2 ^ P) (den_pos hD)

theorem lower_start (hD : 0 < D) :
    IsLower P (2 ^ P - Nat.succ (expArg P steps g D)) (exp (-expSmall R steps g D)) := by
  cases Nat.le_total (Nat.succ (expArg P steps g D)) (2 ^ P) with
  | inl h =>
    refine le_trans ?_ (mul_le_mul_of_nonneg_left (one_sub_le_exp_neg _) (ofNat_nonneg _))
    rw [ofNat_sub h, mul_sub, mul_one]
    exact sub_le_sub_left (le_of_lt (lt_expArg_succ hD)) _
  | inr h =>
    rw [Nat.sub_eq_zero_of_le h]
    exact mul_nonneg (ofNat_nonneg _) (exp_nonneg _)

theorem upper_start (hD : 0 < D) :
    IsUpper P (Nat.succ (2 ^ (2 * P) / (2 ^ P + expArg P steps g D))) (exp (-expSmall R steps g D)) := by
  have hpos : 0 < 2 ^ P + expArg P steps g D := Nat.add_pos_left (Nat.two_pow_pos P) _
  have hy : 0 ≤ expSmall R steps g D := div_nonneg (ofNat_nonneg g) (ofNat_pos (den_pos hD))
  refine le_trans ?_ (le_of_lt (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ (2 ^ (2 * P)) hpos))
  refine le_trans (mul_le_mul_of_nonneg_left (exp_neg_le hy) (ofNat_nonneg _)) ?_
  rw [← mul_div_assoc, mul_one]
  refine (div_le_div_iff (add_pos_of_pos_of_nonneg one_pos hy) (ofNat_pos hpos)).mpr ?_
  rw [Nat.pow_mul', ofNat_pow (2 ^ P), pow_two, mul_assoc, ofNat_add, mul_add (ofNat R (2 ^ P)) 1, mul_one]
  exact mul_le_mul_of_nonneg_left (add_le_add_left (expArg_le hD) _) (ofNat_nonneg _)

/-- `expLower` is a lower bound. -/
theorem expLower_le (P steps g : Nat) {D : Nat} (hD : 0 < D) :
    ofNat R (expLower P steps g D) ≤ ofNat R (2 ^ P) * exp (-(ofNat R g / ofNat R D)) := by
  rw [← mul_expSmall (steps := steps) hD]
  refine Nat.rec (motive := fun k => IsLower P (Nat.rec (motive := fun _ => Nat) _ _ k)
    (exp (-(ofNat R (256 ^ k) * expSmall R steps g D)))) ?_ (fun k ih => ?_) steps
  · rw [Nat.pow_zero, ofNat_one, one_mul]
    exact lower_start hD
  · rw [← exp_step]
    exact ih.pow16.pow16

/-- `expUpper` is an upper bound. -/
theorem le_expUpper (P steps g : Nat) {D : Nat} (hD : 0 < D) :
    ofNat R (2 ^ P) * exp (-(ofNat R g / ofNat R D)) ≤ ofNat R (expUpper P steps g D) := by
  rw [← mul_expSmall (steps := steps) hD]
  refine Nat.rec (motive := fun k => IsUpper P (Nat.rec (motive := fun _ => Nat) _ _ k)
    (exp (-(ofNat R (256 ^ k) * expSmall R steps g D)))) ?_ (fun k ih => ?_) steps
  · rw [Nat.pow_zero, ofNat_one, one_mul]
    exact upper_start hD
  · rw [← exp_step]
    exact (ih.pow16 (exp_nonneg _)).pow16 (pow_nonneg (exp_nonneg _) 16)

end

/-! The bounds of `exp (-1)` say something: they are within `2^-32` of each other. -/
example : Nat.ble (expUpper 128 4 1 1) (expLower 128 4 1 1 + 2 ^ 96) = true := by decide +kernel

end Compact
