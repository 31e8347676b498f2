prelude
import Compact.Real.Complete.Approx
import Compact.Real.Complete.Inverse
/-!
# The exponential function of a complete ring

`exp x` is the least upper bound of the numbers `(1 + x / 2^n) ^ (2^n)` with `|x| ≤ 2^n`.  The three laws of an
`ExpField` follow from the estimates in `Compact.Real.Complete.Approx` by letting `n` grow, and no other function has the
first and the third.
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {x y : R} {m n : Nat}

/-- `a` is one of the approximations. -/
def IsApprox (x a : R) : Prop := ∃ n, Large n x ∧ a = approx n x

theorem exists_isApprox (x : R) : ∃ a, IsApprox x a := match exists_large x with
  | ⟨n, h⟩ => ⟨approx n x, n, h, rfl⟩

/-- For every `x`, some approximation of it is positive. -/
theorem exists_approx_pos (x : R) : ∃ n, Large n x ∧ 0 < approx n x := by
  obtain ⟨N, hN⟩ := exists_forall_part_lt x zero_lt_one
  have h := hN N (Nat.le_refl N)
  have pos : 0 < 1 + part N x := lt_of_linear h.left (by ring [part N x])
  exact ⟨N, ⟨le_of_lt pos, le_of_linear (le_of_lt h.right) (by ring [part N x])⟩, pow_pos pos _⟩

/-- The approximations are bounded, by `1 / approx n (-x)` for some `n`. -/
theorem exists_bound (x : R) : ∃ b, ∀ a, IsApprox x a → a ≤ b := by
  obtain ⟨n, hn, pos⟩ := exists_approx_pos (-x)
  obtain ⟨b, hb, e⟩ := exists_mul_eq_one_of_pos pos
  refine ⟨b, fun a ⟨m, hm, ea⟩ => ?_⟩
  have hnm := hn.mono (Nat.le_add_left n m)
  have hmn := hm.mono (Nat.le_add_right m n)
  calc a ≤ approx (m + n) x := ea ▸ approx_mono hm (Nat.le_add_right m n)
    _ = approx (m + n) x * approx n (-x) * b := by rw [mul_assoc, e, mul_one]
    _ ≤ approx (m + n) x * approx (m + n) (-x) * b := mul_le_mul_of_nonneg_right
        (mul_le_mul_of_nonneg_left (approx_mono hn (Nat.le_add_left n m)) (approx_nonneg hmn)) hb
    _ ≤ 1 * b := mul_le_mul_of_nonneg_right (approx_mul_approx_neg_le hmn) hb
    _ = b := one_mul b

/-- The exponential of `x`. -/
noncomputable def exp (x : R) : R := Classical.choose (exists_sup (IsApprox x) (exists_isApprox x) (exists_bound x))

theorem approx_le_exp (h : Large n x) : approx n x ≤ exp x :=
  (Classical.choose_spec (exists_sup (IsApprox x) (exists_isApprox x) (exists_bound x))).left _ ⟨n, h, rfl⟩
theorem exp_le {b : R} (h : ∀ n, Large n x → approx n x ≤ b) : exp x ≤ b :=
  (Classical.choose_spec (exists_sup (IsApprox x) (exists_isApprox x) (exists_bound x))).right b
    fun _ ⟨n, hn, e⟩ => e ▸ h n hn
/-- A bound of all products `approx n x * c` bounds `exp x * c`. -/
theorem exp_mul_le {b c : R} (hc : 0 ≤ c) (h : ∀ n, Large n x → approx n x * c ≤ b) : exp x * c ≤ b :=
  sup_mul_le (exists_isApprox x) (fun _ bound => exp_le fun n hn => bound _ ⟨n, hn, rfl⟩) hc
    fun _ ⟨n, hn, e⟩ => e ▸ h n hn

theorem exp_pos (x : R) : 0 < exp x := match exists_approx_pos x with
  | ⟨_, h, pos⟩ => lt_of_lt_of_le pos (approx_le_exp h)
theorem exp_nonneg (x : R) : 0 ≤ exp x := le_of_lt (exp_pos x)

/-- `1 + x ≤ exp x`: by Bernoulli's inequality for any one of the approximations. -/
theorem one_add_le_exp (x : R) : 1 + x ≤ exp x := by
  obtain ⟨n, h⟩ := exists_large x
  refine le_trans (le_trans (le_of_eq ?_) (bernoulli h.left (2 ^ n))) (approx_le_exp h)
  have e : ofNat R (2 ^ n) * part n x = x := by
    unfold part
    calc ofNat R (2 ^ n) * (x * half R ^ n) = x * (ofNat R (2 ^ n) * half R ^ n) := by
          ring [ofNat R (2 ^ n), x, half R ^ n]
      _ = x := by rw [two_pow_mul_half_pow, mul_one]
  rw [e]

theorem exp_zero : exp (0 : R) = 1 := by
  have e : ∀ n, approx n (0 : R) = 1 := fun n => by
    unfold approx part
    have base : 1 + 0 * half R ^ n = 1 := by ring [half R ^ n]
    rw [base]
    exact one_pow _
  refine le_antisymm (exp_le fun n _ => le_of_eq (e n)) ?_
  exact le_trans (le_of_eq (add_zero (1 : R)).symm) (one_add_le_exp 0)

/-! ## The exponential of a sum -/

/-- Products of approximations are at most `exp (x + y)`. -/
theorem approx_mul_approx_le_exp {i j : Nat} (hi : Large i x) (hj : Large j y) :
    approx i x * approx j y ≤ exp (x + y) := by
  obtain ⟨k, hk⟩ := exists_forall_part_lt x (half_pos (R := R))
  obtain ⟨l, hl⟩ := exists_forall_part_lt y (half_pos (R := R))
  obtain ⟨m, hm⟩ := exists_forall_part_lt (x + y) (half_pos (R := R))
  have squares : 0 ≤ x * x + y * y :=
    le_trans (mul_self_nonneg x) (le_of_linear (mul_self_nonneg y) (by ring [x, y]))
  have bound : 0 ≤ exp x * exp y := mul_nonneg (exp_nonneg x) (exp_nonneg y)
  refine le_of_le_add_small (mul_nonneg bound squares) (i + j + (k + l + m)) fun n hn => ?_
  -- now all numbers are at most `n`
  have hij := Nat.le_trans (Nat.le_add_right (i + j) _) hn
  have hin := Nat.le_trans (Nat.le_add_right i j) hij
  have hjn := Nat.le_trans (Nat.le_add_left j i) hij
  have hklm := Nat.le_trans (Nat.le_add_left (k + l + m) (i + j)) hn
  have hkl := Nat.le_trans (Nat.le_add_right (k + l) m) hklm
  have hxy := hm n (Nat.le_trans (Nat.le_add_left m (k + l)) hklm)
  have hx := hi.mono hin
  have hy := hj.mono hjn
  have small := add_le_add (square_le_half (hk n (Nat.le_trans (Nat.le_add_right k l) hkl)))
    (square_le_half (hl n (Nat.le_trans (Nat.le_add_left l k) hkl)))
  rw [half_add_half] at small
  have main := le_trans (approx_mul_approx_le hx hy (one_le_of_half hxy) small) (approx_le_exp (large_of_half hxy))
  calc approx i x * approx j y ≤ approx n x * approx n y :=
      mul_le_mul (approx_mono hi hin) (approx_mono hj hjn) (approx_nonneg hj) (approx_nonneg hx)
    _ ≤ exp (x + y) + approx n x * approx n y * ((x * x + y * y) * half R ^ n) :=
      le_of_linear main (by ring [exp (x + y), approx n x * approx n y, (x * x + y * y) * half R ^ n])
    _ ≤ exp (x + y) + exp x * exp y * ((x * x + y * y) * half R ^ n) := add_le_add_left
      (mul_le_mul_of_nonneg_right
        (mul_le_mul (approx_le_exp hx) (approx_le_exp hy) (approx_nonneg hy) (exp_nonneg x))
        (mul_nonneg squares (half_pow_nonneg n))) _
    _ = exp (x + y) + exp x * exp y * (x * x + y * y) * half R ^ n := by rw [mul_assoc (exp x * exp y)]

theorem exp_mul_exp_le (x y : R) : exp x * exp y ≤ exp (x + y) := by
  refine exp_mul_le (exp_nonneg y) fun i hi => ?_
  rw [mul_comm]
  refine exp_mul_le (approx_nonneg hi) fun j hj => ?_
  rw [mul_comm]
  exact approx_mul_approx_le_exp hi hj

theorem exp_mul_exp_neg (x : R) : exp x * exp (-x) = 1 := by
  refine le_antisymm (le_trans (exp_mul_exp_le x (-x)) (le_of_eq ?_)) ?_
  · rw [add_neg]; exact exp_zero
  · obtain ⟨N, hN⟩ := exists_large x
    refine le_of_le_add_small (mul_self_nonneg x) N fun n hn => ?_
    have h := hN.mono hn
    exact le_trans (le_approx_mul_approx_neg h) (add_le_add
      (mul_le_mul (approx_le_exp h) (approx_le_exp h.neg) (approx_nonneg h.neg) (exp_nonneg x)) (le_refl _))

/-- `exp (x + y) = exp x * exp y` -/
theorem exp_add (x y : R) : exp (x + y) = exp x * exp y := by
  refine le_antisymm ?_ (exp_mul_exp_le x y)
  calc exp (x + y) = exp (x + y) * exp (-y) * exp y := by rw [mul_assoc, mul_comm (exp (-y)), exp_mul_exp_neg, mul_one]
    _ ≤ exp (x + y + -y) * exp y := mul_le_mul_of_nonneg_right (exp_mul_exp_le (x + y) (-y)) (exp_nonneg y)
    _ = exp x * exp y := by rw [add_assoc, add_neg, add_zero]

/-! ## There is no other exponential function -/

/-- A function with `f (x + y) = f x * f y` and `1 + x ≤ f x` is the exponential function: it lies above all
approximations of `exp x`, and its inverse `f (-x)` above those of `exp (-x)`. -/
theorem eq_exp (f : R → R) (add : ∀ x y, f (x + y) = f x * f y) (one_add_le : ∀ x, 1 + x ≤ f x) (x : R) :
    f x = exp x := by
  have whole : ∀ n x, f x = f (part n x) ^ 2 ^ n := fun n x => by
    induction n with
    | zero =>
      have e : part 0 x = x := mul_one x
      rw [e]; exact (one_mul _).symm
    | succ n ih =>
      rw [Nat.pow_succ', pow_mul, ih, ← part_succ n x, add]
      exact congrArg (fun a => a ^ 2 ^ n) (by ring [f (part (n + 1) x)])
  have above : ∀ x, exp x ≤ f x := fun x => exp_le fun n hn => by
    rw [whole n x]
    exact pow_le_pow_left hn.left (one_add_le (part n x)) _
  have unit : f x * f (-x) ≤ 1 := by
    rw [← add, add_neg]
    -- `f 0 = f 0 * f 0` is at least `1`
    have e : f 0 = f 0 * f 0 := by rw [← add, add_zero]
    have pos : 0 < f 0 := lt_of_lt_of_le zero_lt_one (le_trans (le_of_eq (add_zero (1 : R)).symm) (one_add_le 0))
    obtain ⟨s, _, hs⟩ := exists_mul_eq_one_of_pos pos
    refine le_of_eq ?_
    calc f 0 = f 0 * (f 0 * s) := by rw [hs, mul_one]
      _ = f 0 * s := by rw [← mul_assoc, ← e]
      _ = 1 := hs
  refine le_antisymm ?_ (above x)
  have hfx : 0 ≤ f x := le_trans (exp_nonneg x) (above x)
  calc f x = exp x * (f x * exp (-x)) := by rw [mul_comm (f x), ← mul_assoc, exp_mul_exp_neg, one_mul]
    _ ≤ exp x * (f x * f (-x)) :=
        mul_le_mul_of_nonneg_left (mul_le_mul_of_nonneg_left (above (-x)) hfx) (exp_nonneg x)
    _ ≤ exp x * 1 := mul_le_mul_of_nonneg_left unit (exp_nonneg x)
    _ = exp x := mul_one _

end Compact.Complete
