prelude
import Compact.Real.Complete.Small
/-!
# The approximations `(1 + x / 2^n) ^ (2^n)` of the exponential

For `n` with `|x| ≤ 2^n` they increase with `n` (because `1 + 2 u ≤ (1 + u)^2`) and are bounded, so they have a least
upper bound: the exponential of `x`, in `Compact.Real.Complete.Exp`.  This file has the estimates.
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {x y : R} {m n : Nat}

/-- Bernoulli's inequality: `1 + n u ≤ (1 + u)^n`. -/
theorem bernoulli {u : R} (hu : 0 ≤ 1 + u) (n : Nat) : 1 + ofNat R n * u ≤ (1 + u) ^ n := by
  induction n with
  | zero => exact le_of_eq (by show 1 + 0 * u = 1; ring [u])
  | succ n ih =>
    have square : 0 ≤ ofNat R n * (u * u) := mul_nonneg (ofNat_nonneg n) (mul_self_nonneg u)
    refine le_of_linear (add_le_add (mul_le_mul_of_nonneg_right ih hu) square) ?_
    rw [pow_succ, ofNat_succ]
    ring [u, ofNat R n, (1 + u) ^ n]

/-- `x / 2^n` -/
def part (n : Nat) (x : R) : R := x * half R ^ n

/-- `(1 + x / 2^n) ^ (2^n)` -/
def approx (n : Nat) (x : R) : R := (1 + part n x) ^ 2 ^ n

/-- `|x| ≤ 2^n`, in the form `0 ≤ 1 + x / 2^n` and `0 ≤ 1 - x / 2^n`. -/
def Large (n : Nat) (x : R) : Prop := 0 ≤ 1 + part n x ∧ 0 ≤ 1 - part n x

theorem part_succ (n : Nat) (x : R) : part (n + 1) x + part (n + 1) x = part n x := by
  unfold part
  rw [← half_pow_succ n]
  ring [x, half R ^ (n + 1)]
theorem part_neg (n : Nat) (x : R) : part n (-x) = -part n x := by unfold part; ring [x, half R ^ n]
theorem part_add (n : Nat) (x y : R) : part n (x + y) = part n x + part n y := by unfold part; ring [x, y, half R ^ n]

theorem Large.neg (h : Large n x) : Large n (-x) := by
  unfold Large
  rw [part_neg]
  exact ⟨h.right, le_of_linear h.left (by ring [part n x])⟩

theorem Large.succ (h : Large n x) : Large (n + 1) x := by
  have e := part_succ n x
  unfold Large at h
  rw [← e] at h
  have halve : ∀ v : R, 0 ≤ 1 + (v + v) → 0 ≤ 1 + v := fun v hv => le_of_not_lt fun neg =>
    not_le_of_lt (add_lt_add_of_lt_of_le neg (le_of_lt neg))
      (le_of_linear (add_le_add hv (zero_le_one (R := R))) (by ring [v]))
  have minus := halve (-part (n + 1) x) (le_of_linear h.right (by ring [part (n + 1) x]))
  exact ⟨halve _ h.left, le_of_linear minus (by ring [part (n + 1) x])⟩

theorem Large.mono (h : Large m x) (le : m ≤ n) : Large n x := by
  induction le with
  | refl => exact h
  | step _ ih => exact ih.succ

theorem approx_nonneg (h : Large n x) : 0 ≤ approx n x := pow_nonneg h.left _

theorem approx_le_succ (h : Large n x) : approx n x ≤ approx (n + 1) x := by
  unfold approx
  rw [Nat.pow_succ', pow_mul]
  refine pow_le_pow_left h.left ?_ _
  rw [← part_succ n x]
  exact le_of_linear (mul_self_nonneg (part (n + 1) x)) (by ring [part (n + 1) x])

/-- The approximations increase. -/
theorem approx_mono (h : Large m x) (le : m ≤ n) : approx m x ≤ approx n x := by
  induction le with
  | refl => exact le_refl _
  | step le ih => exact le_trans ih (approx_le_succ (h.mono le))

/-- For every `x`, all large `n` are large enough: even `-d < x / 2^n < d`. -/
theorem exists_forall_part_lt (x : R) {d : R} (hd : 0 < d) : ∃ N, ∀ n, N ≤ n → -d < part n x ∧ part n x < d :=
  exists_forall_abs_lt x hd
theorem exists_large (x : R) : ∃ n, Large n x := by
  obtain ⟨N, hN⟩ := exists_forall_part_lt x zero_lt_one
  have h := hN N (Nat.le_refl N)
  exact ⟨N, le_of_linear (le_of_lt h.left) (by ring [part N x]), le_of_linear (le_of_lt h.right) (by ring [part N x])⟩

/-- `u^2 ≤ 1/2` for `u` between `-1/2` and `1/2`. -/
theorem square_le_half {u : R} (h : -half R < u ∧ u < half R) : u * u ≤ half R := by
  have product := mul_nonneg (sub_nonneg.mpr (le_of_lt h.right)) (sub_nonneg.mpr (le_of_lt h.left))
  refine le_trans (b := half R * half R) (le_of_linear product (by ring [u, half R])) ?_
  refine le_trans (b := half R * half R + half R * half R) ?_ (le_of_eq ?_)
  · exact le_of_linear (mul_self_nonneg (half R)) (by ring [half R])
  · rw [← mul_add, half_add_half, mul_one]

theorem one_le_of_half (h : -half R < part n x ∧ part n x < half R) : 1 ≤ 2 * (1 + part n x) :=
  le_of_linear (add_le_add (add_le_add (le_of_lt h.left) (le_of_lt h.left)) (le_of_eq (half_add_half (R := R))))
    (by ring [half R, part n x])
theorem large_of_half (h : -half R < part n x ∧ part n x < half R) : Large n x := by
  have half_le_one : half R ≤ 1 := le_of_linear (half_nonneg (R := R)) (by rw [← half_add_half]; ring [half R])
  exact ⟨le_of_linear (add_le_add (le_of_lt h.left) half_le_one) (by ring [half R, part n x]),
    le_of_linear (add_le_add (le_of_lt h.right) half_le_one) (by ring [half R, part n x])⟩

/-! ## The approximations of `x` and `-x` -/

theorem approx_mul_approx_neg (n : Nat) (x : R) :
    approx n x * approx n (-x) = (1 + -(part n x * part n x)) ^ 2 ^ n := by
  unfold approx
  rw [part_neg, ← mul_pow]
  exact congrArg (fun a => a ^ 2 ^ n) (by ring [part n x])

/-- `2^n * (x / 2^n)^2 = x^2 / 2^n` -/
theorem two_pow_mul_part (n : Nat) (x : R) : ofNat R (2 ^ n) * (part n x * part n x) = x * x * half R ^ n := by
  unfold part
  calc ofNat R (2 ^ n) * (x * half R ^ n * (x * half R ^ n)) = x * x * half R ^ n * (ofNat R (2 ^ n) * half R ^ n) := by
        ring [ofNat R (2 ^ n), x, half R ^ n]
    _ = x * x * half R ^ n := by rw [two_pow_mul_half_pow, mul_one]

theorem Large.square_le (h : Large n x) : 0 ≤ 1 + -(part n x * part n x) :=
  le_of_linear (mul_nonneg h.left h.right) (by ring [part n x])

theorem approx_mul_approx_neg_le (h : Large n x) : approx n x * approx n (-x) ≤ 1 := by
  rw [approx_mul_approx_neg]
  exact pow_le_one h.square_le (le_of_linear (mul_self_nonneg (part n x)) (by ring [part n x])) _

theorem le_approx_mul_approx_neg (h : Large n x) : 1 ≤ approx n x * approx n (-x) + x * x * half R ^ n := by
  rw [approx_mul_approx_neg]
  refine le_of_linear (bernoulli h.square_le (2 ^ n)) ?_
  rw [← two_pow_mul_part n x]
  ring [ofNat R (2 ^ n), part n x, (1 + -(part n x * part n x)) ^ 2 ^ n]

/-! ## The approximations of a sum

With `u = x / 2^n`, `v = y / 2^n` and `t = u^2 + v^2`: if `u + v` is at least `-1/2`, then
`(1 + u) (1 + v) ≤ (1 + u + v) (1 + t)`.  And `(1 + t)^(2^n)` is close to `1` because it is at most the inverse of
`(1 - t)^(2^n)`, which is at least `1 - 2^n t`, and `2^n t = (x^2 + y^2) / 2^n`. -/

theorem one_add_mul_one_add_le {u v : R} (h : 1 ≤ 2 * (1 + (u + v))) :
    (1 + u) * (1 + v) ≤ (1 + (u + v)) * (1 + (u * u + v * v)) := by
  have squares : 0 ≤ u * u + v * v := le_trans (mul_self_nonneg u) (le_of_linear (mul_self_nonneg v) (by ring [u, v]))
  -- twice the difference is `(2 (1 + u + v) - 1) (u^2 + v^2) + (u - v)^2`
  have twice := add_le_add (mul_nonneg (sub_nonneg.mpr h) squares) (mul_self_nonneg (u - v))
  refine le_of_not_lt fun lt => not_le_of_lt (add_lt_add_of_lt_of_le lt (le_of_lt lt)) (le_of_linear twice ?_)
  ring [u, v]

theorem one_add_pow_le {t : R} (ht : 0 ≤ t) (ht' : t ≤ 1) (n : Nat) : (1 + t) ^ n * (1 - ofNat R n * t) ≤ 1 := by
  have base : 0 ≤ 1 + -t := le_of_linear ht' (by ring [t])
  have h : (1 + t) ^ n * (1 + -t) ^ n ≤ 1 := by
    rw [← mul_pow]
    have square : 0 ≤ t * t := mul_self_nonneg t
    refine pow_le_one (mul_nonneg (le_trans zero_le_one (le_of_linear ht (by ring [t]))) base) ?_ n
    exact le_of_linear square (by ring [t])
  refine le_trans (mul_le_mul_of_nonneg_left ?_ (pow_nonneg (le_trans zero_le_one (le_of_linear ht (by ring [t]))) n)) h
  exact le_trans (le_of_eq (by ring [ofNat R n, t])) (bernoulli base n)

/-- `(1 + x/2^n)^(2^n) (1 + y/2^n)^(2^n) (1 - (x^2 + y^2)/2^n) ≤ (1 + (x+y)/2^n)^(2^n)` -/
theorem approx_mul_approx_le (hx : Large n x) (hy : Large n y) (hxy : 1 ≤ 2 * (1 + part n (x + y)))
    (small : part n x * part n x + part n y * part n y ≤ 1) :
    approx n x * approx n y * (1 - (x * x + y * y) * half R ^ n) ≤ approx n (x + y) := by
  have e : (x * x + y * y) * half R ^ n = ofNat R (2 ^ n) * (part n x * part n x + part n y * part n y) := by
    rw [mul_add, two_pow_mul_part, two_pow_mul_part]
    ring [x, y, half R ^ n]
  have ht : 0 ≤ part n x * part n x + part n y * part n y :=
    le_trans (mul_self_nonneg (part n x)) (le_of_linear (mul_self_nonneg (part n y)) (by ring [part n x, part n y]))
  have sum : 0 ≤ approx n (x + y) := pow_nonneg (le_of_not_lt fun neg =>
    not_le_of_lt (add_lt_add_of_lt_of_le neg (le_of_lt neg))
      (le_of_linear (add_le_add hxy (zero_le_one (R := R))) (by ring [part n (x + y)]))) _
  have product : approx n x * approx n y
      ≤ approx n (x + y) * (1 + (part n x * part n x + part n y * part n y)) ^ 2 ^ n := by
    unfold approx
    rw [← mul_pow, ← mul_pow]
    rw [part_add] at hxy
    rw [part_add]
    exact pow_le_pow_left (mul_nonneg hx.left hy.left) (one_add_mul_one_add_le hxy) _
  rw [e]
  cases le_total 0 (1 - ofNat R (2 ^ n) * (part n x * part n x + part n y * part n y)) with
  | inl pos =>
    refine le_trans (mul_le_mul_of_nonneg_right product pos) ?_
    rw [mul_assoc]
    exact le_trans (mul_le_mul_of_nonneg_left (one_add_pow_le ht small _) sum) (le_of_eq (mul_one _))
  | inr neg =>
    refine le_trans ?_ sum
    exact le_trans (mul_le_mul_of_nonneg_left neg (mul_nonneg (approx_nonneg hx) (approx_nonneg hy)))
      (le_of_eq (mul_zero _))

end Compact.Complete
