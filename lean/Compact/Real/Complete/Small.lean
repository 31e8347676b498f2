prelude
import Compact.Real.Complete.Order
/-!
# Powers of one half are as small as one likes

This is what completeness says first, and it is how limits are taken in this folder: `a ≤ b` if `a ≤ b + c / 2^n` for
all large `n` (`le_of_le_add_small`).
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {a b c d : R}

/-- One half. -/
abbrev half (R : Type) [CompleteRing R] : R := CompleteRing.half
theorem half_add_half : half R + half R = 1 := CompleteRing.half_add_half.trans one_eq.symm
theorem two_mul_half : 2 * half R = 1 := by rw [← half_add_half]; ring [half R]

/-- `2 / 2^(n+1) = 1 / 2^n` -/
theorem half_pow_succ (n : Nat) : half R ^ (n + 1) + half R ^ (n + 1) = half R ^ n := by
  rw [pow_succ]
  calc half R ^ n * half R + half R ^ n * half R = half R ^ n * (half R + half R) := by ring [half R ^ n, half R]
    _ = half R ^ n := by rw [half_add_half, mul_one]

theorem half_nonneg : (0 : R) ≤ half R := le_of_not_lt fun h => by
  have h' := add_lt_add_of_lt_of_le h (le_of_lt h)
  rw [half_add_half, zero_add] at h'
  exact not_le_of_lt h' zero_le_one
theorem half_pow_nonneg (n : Nat) : 0 ≤ half R ^ n := pow_nonneg half_nonneg n

theorem half_pow_le_succ (n : Nat) : half R ^ (n + 1) ≤ half R ^ n :=
  le_of_linear (half_pow_nonneg (R := R) (n + 1)) (by rw [← half_pow_succ n]; ring [half R ^ (n + 1)])
theorem half_pow_le {m n : Nat} (h : m ≤ n) : half R ^ n ≤ half R ^ m := by
  induction h with
  | refl => exact le_refl _
  | step _ ih => exact le_trans (half_pow_le_succ _) ih

/-- For any `c` and `d > 0` some `n` has `c / 2^n < d`. -/
theorem exists_mul_half_pow_lt (c : R) (hd : 0 < d) : ∃ n, c * half R ^ n < d := by
  refine Classical.byContradiction fun none => ?_
  have all : ∀ n, d ≤ c * half R ^ n := fun n => le_of_not_lt fun lt => none ⟨n, lt⟩
  -- the set of all `y` that stay below: with `y`, it contains `2 y`, so its least upper bound `s` is at most `s / 2`
  obtain ⟨s, upper, least⟩ := exists_sup (fun y : R => ∀ n, y ≤ c * half R ^ n) ⟨d, all⟩
    ⟨c, fun y hy => le_trans (hy 0) (le_of_eq (mul_one c))⟩
  have double : ∀ y : R, (∀ n, y ≤ c * half R ^ n) → y + y ≤ s := fun y hy => upper (y + y) fun n => by
    refine le_trans (add_le_add (hy (n + 1)) (hy (n + 1))) (le_of_eq ?_)
    rw [← half_pow_succ n]
    ring [c, half R ^ (n + 1)]
  have halved : s ≤ half R * s := least (half R * s) fun y hy => by
    refine le_trans (le_of_eq ?_) (mul_le_mul_of_nonneg_left (double y hy) half_nonneg)
    calc y = 1 * y := (one_mul y).symm
      _ = half R * (y + y) := by rw [← half_add_half]; ring [half R, y]
  have nonpos : s ≤ 0 := by
    refine le_of_linear (add_le_add halved halved) ?_
    calc 0 + (s + s) = s + 1 * s := by ring [s]
      _ = s + (half R * s + half R * s) := by rw [← half_add_half]; ring [half R, s]
  exact not_le_of_lt hd (le_trans (upper d all) nonpos)

/-- Also with `d` times something nonnegative, and from some `n` on. -/
theorem exists_forall_mul_half_pow_lt (hc : 0 ≤ c) (hd : 0 < d) : ∃ n, ∀ m, n ≤ m → c * half R ^ m < d := by
  obtain ⟨n, hn⟩ := exists_mul_half_pow_lt c hd
  exact ⟨n, fun m hm => lt_of_le_of_lt (mul_le_mul_of_nonneg_left (half_pow_le hm) hc) hn⟩

/-- `a ≤ b` if `a ≤ b + c / 2^n` for all `n` from some number on. -/
theorem le_of_le_add_small (hc : 0 ≤ c) (N : Nat) (h : ∀ n, N ≤ n → a ≤ b + c * half R ^ n) : a ≤ b := by
  refine le_of_not_lt fun lt => ?_
  obtain ⟨n, hn⟩ := exists_forall_mul_half_pow_lt hc (sub_pos.mpr lt)
  cases Nat.le_total n N with
  | inl le => exact not_le_of_lt (hn N le) (le_of_linear (h N (Nat.le_refl N)) (by ring [a, b, c * half R ^ N]))
  | inr le => exact not_le_of_lt (hn n (Nat.le_refl n)) (le_of_linear (h n le) (by ring [a, b, c * half R ^ n]))

theorem half_pos : (0 : R) < half R := lt_of_not_le fun h => by
  have h' := add_le_add h h
  rw [half_add_half, zero_add] at h'
  exact not_le_of_lt zero_lt_one h'
theorem half_pow_pos (n : Nat) : 0 < half R ^ n := by
  induction n with
  | zero => exact zero_lt_one
  | succ n ih =>
    refine lt_of_not_le fun h => not_le_of_lt ih ?_
    rw [← half_pow_succ n]
    exact le_of_linear (add_le_add h h) (by ring [half R ^ (n + 1)])

/-- `2^n / 2^n = 1` -/
theorem two_pow_mul_half_pow (n : Nat) : ofNat R (2 ^ n) * half R ^ n = 1 := by
  induction n with
  | zero => exact mul_one (1 : R)
  | succ n ih =>
    rw [Nat.pow_succ', ofNat_mul, pow_succ]
    calc ofNat R 2 * ofNat R (2 ^ n) * (half R ^ n * half R) = 2 * half R * (ofNat R (2 ^ n) * half R ^ n) := by
          ring [ofNat R (2 ^ n), half R ^ n, half R]
      _ = 1 := by rw [ih, two_mul_half, mul_one]

/-- Each `x` is small against some power of two. -/
theorem exists_forall_abs_lt (x : R) (hd : 0 < d) :
    ∃ N, ∀ n, N ≤ n → -d < x * half R ^ n ∧ x * half R ^ n < d := by
  cases le_total 0 x with
  | inl h =>
    obtain ⟨N, hN⟩ := exists_forall_mul_half_pow_lt h hd
    refine ⟨N, fun n hn => ⟨?_, hN n hn⟩⟩
    exact lt_of_linear (add_lt_add_of_lt_of_le hd (mul_nonneg h (half_pow_nonneg n))) (by ring [x, d, half R ^ n])
  | inr h =>
    have h : 0 ≤ -x := le_of_linear h (by ring [x])
    obtain ⟨N, hN⟩ := exists_forall_mul_half_pow_lt h hd
    refine ⟨N, fun n hn => ⟨lt_of_linear (hN n hn) (by ring [x, d, half R ^ n]), ?_⟩⟩
    exact lt_of_linear (add_lt_add_of_lt_of_le hd (mul_nonneg h (half_pow_nonneg n))) (by ring [x, d, half R ^ n])

end Compact.Complete
