prelude
import Compact.Field.Cast
/-!
# Finite sums in an `ExpField`

Two functions that agree below `n` have the same sum (`sum_congr`): this is how to rewrite under the binder,
since function extensionality is an axiom and not used.
-/
namespace Compact
variable {R : Type} [ExpField R] {n : Nat} {f g : Nat → R}

theorem sum_zero (f : Nat → R) : sum 0 f = 0 := rfl
theorem sum_succ (n : Nat) (f : Nat → R) : sum (n + 1) f = sum n f + f n := rfl
theorem sum_one (f : Nat → R) : sum 1 f = f 0 := zero_add (f 0)

/-- Induction in the form the lemmas below need: what holds at `0` and is kept by `i < n ↦ i + 1`. -/
theorem sum_induction {n : Nat} {p : Nat → Prop} (zero : p 0) (step : ∀ i, i < n → p i → p (i + 1)) : p n := by
  induction n with
  | zero => exact zero
  | succ n ih => exact step n (Nat.lt_succ_self n) (ih fun i h => step i (Nat.lt_succ_of_lt h))

theorem sum_congr (h : ∀ i, i < n → f i = g i) : sum n f = sum n g :=
  sum_induction (p := fun n => sum n f = sum n g) rfl fun i hi ih => by
    rw [sum_succ, sum_succ, ih, h i hi]

theorem sum_const (n : Nat) (c : R) : (sum n fun _ => c) = ofNat R n * c := by
  induction n with
  | zero => exact (zero_mul c).symm
  | succ n ih => rw [sum_succ, ih, ofNat_succ]; ring [ofNat R n, c]
theorem sum_const_zero (n : Nat) : (sum n fun _ => (0 : R)) = 0 := (sum_const n 0).trans (mul_zero _)
theorem sum_eq_zero (h : ∀ i, i < n → f i = 0) : sum n f = 0 := (sum_congr h).trans (sum_const_zero n)

theorem sum_add (n : Nat) (f g : Nat → R) : (sum n fun i => f i + g i) = sum n f + sum n g := by
  induction n with
  | zero => exact (add_zero 0).symm
  | succ n ih => rw [sum_succ, ih, add_add_add_comm]; rfl
theorem sum_sub (n : Nat) (f g : Nat → R) : (sum n fun i => f i - g i) = sum n f - sum n g := by
  induction n with
  | zero => exact (sub_self 0).symm
  | succ n ih => rw [sum_succ, ih]; exact (add_sub_add_comm _ _ _ _).symm
theorem sum_neg (n : Nat) (f : Nat → R) : (sum n fun i => -f i) = -sum n f := by
  induction n with
  | zero => exact neg_zero.symm
  | succ n ih => rw [sum_succ, ih]; exact (neg_add _ _).symm
theorem mul_sum (n : Nat) (c : R) (f : Nat → R) : c * sum n f = sum n fun i => c * f i := by
  induction n with
  | zero => exact mul_zero c
  | succ n ih => rw [sum_succ, sum_succ, ← ih, mul_add]
theorem sum_mul (n : Nat) (c : R) (f : Nat → R) : sum n f * c = sum n fun i => f i * c := by
  induction n with
  | zero => exact zero_mul c
  | succ n ih => rw [sum_succ, sum_succ, ← ih, add_mul]
theorem sum_div (n : Nat) (c : R) (f : Nat → R) : sum n f / c = sum n fun i => f i / c := sum_mul n _ f

/-- The first term apart. -/
theorem sum_succ' (n : Nat) (f : Nat → R) : sum (n + 1) f = f 0 + sum n fun i => f (i + 1) := by
  induction n with
  | zero => exact add_comm 0 (f 0)
  | succ n ih => rw [sum_succ, ih, sum_succ, add_assoc]
theorem sum_split (m n : Nat) (f : Nat → R) : sum (m + n) f = sum m f + sum n fun i => f (m + i) := by
  induction n with
  | zero => exact (add_zero _).symm
  | succ n ih => rw [sum_succ, ← add_assoc, ← ih]; rfl
theorem sum_comm (m n : Nat) (f : Nat → Nat → R) :
    (sum m fun i => sum n fun j => f i j) = sum n fun j => sum m fun i => f i j := by
  induction m with
  | zero => exact (sum_const_zero n).symm
  | succ m ih => rw [sum_succ, ih, ← sum_add]; rfl
/-- The terms in the opposite order. -/
theorem sum_reverse (n : Nat) (f : Nat → R) : (sum n fun i => f (n - 1 - i)) = sum n f := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [sum_succ', sum_succ, ← ih, add_comm (f _)]
    refine congrArg (fun x => x + f n) (sum_congr fun i _ => congrArg f ?_)
    rw [Nat.add_one_sub_one, Nat.sub_sub, Nat.add_comm]

/-! ## Order -/

theorem sum_le_sum (h : ∀ i, i < n → f i ≤ g i) : sum n f ≤ sum n g :=
  sum_induction (p := fun n => sum n f ≤ sum n g) (le_refl 0) fun i hi ih => add_le_add ih (h i hi)
theorem sum_lt_sum (hn : 0 < n) (h : ∀ i, i < n → f i < g i) : sum n f < sum n g := by
  cases n with
  | zero => exact (Nat.lt_irrefl 0 hn).elim
  | succ n =>
    exact add_lt_add_of_le_of_lt (sum_le_sum fun i hi => le_of_lt (h i (Nat.lt_succ_of_lt hi)))
      (h n (Nat.lt_succ_self n))
theorem sum_nonneg (h : ∀ i, i < n → 0 ≤ f i) : 0 ≤ sum n f := sum_const_zero (R := R) n ▸ sum_le_sum h
theorem sum_pos (hn : 0 < n) (h : ∀ i, i < n → 0 < f i) : 0 < sum n f :=
  sum_const_zero (R := R) n ▸ sum_lt_sum hn h
theorem sum_le_mul (c : R) (h : ∀ i, i < n → f i ≤ c) : sum n f ≤ ofNat R n * c :=
  sum_const (R := R) n c ▸ sum_le_sum h
theorem mul_le_sum (c : R) (h : ∀ i, i < n → c ≤ f i) : ofNat R n * c ≤ sum n f :=
  sum_const (R := R) n c ▸ sum_le_sum h
/-- Each term of a sum of nonnegative terms is at most the sum. -/
theorem le_sum {i : Nat} (hi : i < n) (h : ∀ j, j < n → 0 ≤ f j) : f i ≤ sum n f := by
  induction n with
  | zero => exact (Nat.not_lt_zero i hi).elim
  | succ n ih =>
    have h' := fun j hj => h j (Nat.lt_succ_of_lt hj)
    cases Nat.eq_or_lt_of_le (Nat.le_of_lt_succ hi) with
    | inl e => exact e ▸ le_add_of_nonneg_left (sum_nonneg (e ▸ h'))
    | inr lt => exact le_trans (ih lt h') (le_add_of_nonneg_right (h n (Nat.lt_succ_self n)))

end Compact
