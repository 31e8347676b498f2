prelude
import Compact.Linear.Loss
/-!
# Inputs of two or three tokens

All inputs with the maximum `c`, written out; and the inequality of Cauchy and Schwarz, which is what "convexity of log-sum-exp"
says of a sum of exponentials (at the midpoint, which is all that is used): `S(x, y)^2 ≤ S(x, x) * S(y, y)`.
-/
namespace Compact
namespace Linear
variable {R : Type} [ExpField R]

/-! ## Sums -/

theorem sumCopies_one_one (c : Nat) (f : List Nat → R) : sumCopies c 1 1 f = f [c] := by
  show f [c] + (sum c fun _ => (0 : R)) = f [c]
  rw [sum_const_zero, add_zero]

theorem sumCopies_two_one (c : Nat) (f : List Nat → R) : sumCopies c 2 1 f = sum c fun s => f [c, s] + f [s, c] := by
  show (sum c fun s => f [c, s]) + (sum c fun s => sumCopies c 1 1 fun x => f (s :: x)) = _
  rw [sum_congr fun s _ => sumCopies_one_one c fun x => f (s :: x), ← sum_add]

theorem sumCopies_two_two (c : Nat) (f : List Nat → R) : sumCopies c 2 2 f = f [c, c] := by
  show (sumCopies c 1 1 fun x => f (c :: x)) + (sum c fun s => sumCopies c 1 2 fun x => f (s :: x)) = _
  rw [sumCopies_one_one, sum_eq_zero fun s _ => sumCopies_eq_zero (Nat.lt_succ_self 1) fun x => f (s :: x), add_zero]

theorem sumCopies_three_one (c : Nat) (f : List Nat → R) : sumCopies c 3 1 f =
    (sum c fun a => sum c fun b => f [c, a, b]) + ((sum c fun a => sum c fun b => f [a, c, b]) + sum c fun a => sum c fun b => f [a, b, c]) := by
  show (sum c fun a => sum c fun b => f [c, a, b]) + (sum c fun a => sumCopies c 2 1 fun x => f (a :: x)) = _
  rw [sum_congr fun a _ => (sumCopies_two_one c fun x => f (a :: x)).trans (sum_add c _ _), sum_add]

theorem sumCopies_three_two (c : Nat) (f : List Nat → R) :
    sumCopies c 3 2 f = (sum c fun a => f [c, c, a] + f [c, a, c]) + sum c fun a => f [a, c, c] := by
  show (sumCopies c 2 1 fun x => f (c :: x)) + (sum c fun a => sumCopies c 2 2 fun x => f (a :: x)) = _
  rw [sumCopies_two_one, sum_congr fun a _ => sumCopies_two_two c fun x => f (a :: x)]

theorem sumCopies_three_three (c : Nat) (f : List Nat → R) : sumCopies c 3 3 f = f [c, c, c] := by
  show (sumCopies c 2 2 fun x => f (c :: x)) + (sum c fun s => sumCopies c 2 3 fun x => f (s :: x)) = _
  rw [sumCopies_two_two, sum_eq_zero fun s _ => sumCopies_eq_zero (Nat.lt_succ_self 2) fun x => f (s :: x), add_zero]

/-- All pairs, by their maximum. -/
theorem sumInputs_two (v : Nat) (f : List Nat → R) :
    sumInputs v 2 f = sum v fun c => (sum c fun s => f [c, s] + f [s, c]) + f [c, c] := by
  rw [sumInputs_eq]
  refine sum_congr fun c _ => ?_
  show 0 + sumCopies c 2 1 f + sumCopies c 2 2 f = _
  rw [zero_add, sumCopies_two_one, sumCopies_two_two]

/-- All triples, by their maximum. -/
theorem sumInputs_three (v : Nat) (f : List Nat → R) : sumInputs v 3 f = sum v fun c =>
    ((sum c fun a => sum c fun b => f [c, a, b]) + ((sum c fun a => sum c fun b => f [a, c, b]) + sum c fun a => sum c fun b => f [a, b, c])) +
    ((sum c fun a => f [c, c, a] + f [c, a, c]) + sum c fun a => f [a, c, c]) + f [c, c, c] := by
  rw [sumInputs_eq]
  refine sum_congr fun c _ => ?_
  show 0 + sumCopies c 3 1 f + sumCopies c 3 2 f + sumCopies c 3 3 f = _
  rw [zero_add, sumCopies_three_one, sumCopies_three_two, sumCopies_three_three]

/-! ## Losses -/

section
variable {w : Weights} {c a b : Nat}

theorem maximum_two (ha : a ≤ c) (hb : b ≤ c) (has : a = c ∨ b = c) : maximum [a, b] = c := by
  refine maximum_eq ?_ fun _ ht => match ht with
    | .head _ => ha
    | .tail _ (.head _) => hb
  match has with
  | .inl e => exact e ▸ .head _
  | .inr e => exact e ▸ .tail _ (.head _)

theorem maximum_three {m : Nat} (ha : a ≤ m) (hb : b ≤ m) (hc : c ≤ m) (has : a = m ∨ b = m ∨ c = m) : maximum [a, b, c] = m := by
  refine maximum_eq ?_ fun _ ht => match ht with
    | .head _ => ha
    | .tail _ (.head _) => hb
    | .tail _ (.tail _ (.head _)) => hc
  match has with
  | .inl e => exact e ▸ .head _
  | .inr (.inl e) => exact e ▸ .tail _ (.head _)
  | .inr (.inr e) => exact e ▸ .tail _ (.tail _ (.head _))

theorem isInput_two {v : Nat} (ha : a < v) (hb : b < v) : IsInput v 2 [a, b] :=
  ⟨rfl, fun _ ht => match ht with
    | .head _ => ha
    | .tail _ (.head _) => hb⟩

theorem isInput_three {v : Nat} (ha : a < v) (hb : b < v) (hc : c < v) : IsInput v 3 [a, b, c] :=
  ⟨rfl, fun _ ht => match ht with
    | .head _ => ha
    | .tail _ (.head _) => hb
    | .tail _ (.tail _ (.head _)) => hc⟩

/-- The sum of two tokens that are at most `c`, one of which is `c`. -/
theorem expLoss_two (h : maximum [a, b] = c) :
    expLoss R w [a, b] = sum w.d_vocab fun t => ratio (w.added R) c a t * ratio (w.added R) c b t :=
  (expLoss_eq w h).trans (sum_congr fun _ _ => congrArg (_ * ·) (mul_one _))

theorem expLoss_three {n : Nat} (h : maximum [a, b, c] = n) : expLoss R w [a, b, c] =
    sum w.d_vocab fun t => ratio (w.added R) n a t * (ratio (w.added R) n b t * ratio (w.added R) n c t) :=
  (expLoss_eq w h).trans (sum_congr fun _ _ => congrArg (fun r => _ * (_ * r)) (mul_one _))

end

/-! ## Cauchy and Schwarz -/

theorem sum_mul_sum (n : Nat) (f g : Nat → R) : sum n f * sum n g = sum n fun i => sum n fun j => f i * g j := by
  rw [sum_mul]
  exact sum_congr fun i _ => mul_sum n (f i) g

/-- `(sum p q r)^2 ≤ (sum p p r) (sum q q r)`, for nonnegative `r`. -/
theorem cauchy (n : Nat) {p q r : Nat → R} (hr : ∀ i, i < n → 0 ≤ r i) :
    (sum n fun i => p i * q i * r i) * (sum n fun i => p i * q i * r i) ≤
      (sum n fun i => p i * p i * r i) * (sum n fun i => q i * q i * r i) := by
  have point (i j : Nat) (hi : i < n) (hj : j < n) : p i * q i * r i * (p j * q j * r j) + p i * q i * r i * (p j * q j * r j) ≤
      p i * p i * r i * (q j * q j * r j) + q i * q i * r i * (p j * p j * r j) :=
    le_of_linear (mul_nonneg (mul_nonneg (hr i hi) (hr j hj)) (mul_self_nonneg (p i * q j - p j * q i)))
      (by ring [p i, q i, r i, p j, q j, r j])
  have both := sum_le_sum (n := n) fun i hi => sum_le_sum (n := n) fun j hj => point i j hi hj
  rw [sum_congr fun i _ => sum_add n _ _, sum_add, sum_congr fun i _ => sum_add n _ _, sum_add, ← sum_mul_sum, ← sum_mul_sum,
    ← sum_mul_sum, mul_comm (sum n fun i => q i * q i * r i)] at both
  refine le_of_mul_le_mul_left (a := 2) ?_ zero_lt_two
  rw [two_mul, two_mul]
  exact both

/-! ## Products of products -/

theorem prod_mul (n : Nat) (f g : Nat → R) : (prod n fun i => f i * g i) = prod n f * prod n g := by
  induction n with
  | zero => exact (mul_one 1).symm
  | succ n ih =>
    show (prod n fun i => f i * g i) * (f n * g n) = prod n f * f n * (prod n g * g n)
    rw [ih, mul_mul_mul_comm]

theorem prod_const (n : Nat) (k : R) : (prod n fun _ => k) = k ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg (· * k) ih

theorem prod_pow (n k : Nat) (f : Nat → R) : (prod n fun i => f i ^ k) = prod n f ^ k := by
  induction n with
  | zero => exact (one_pow k).symm
  | succ n ih =>
    show (prod n fun i => f i ^ k) * f n ^ k = (prod n f * f n) ^ k
    rw [ih, mul_pow]

/-- If twice each `l a b` is at most the sum of the logarithms of `f a` and `f b`, and these have the sum `u` at most, then all
`l a b` together are at most `n u`. -/
theorem sum_pairs_le {n : Nat} {l : Nat → Nat → R} {f : Nat → R} {u : R} (hf : ∀ a, a < n → 0 ≤ f a)
    (h : ∀ a b, a < n → b < n → exp (l a b + l a b) ≤ f a * f b) (hu : prod n f ≤ exp u) :
    (sum n fun a => sum n fun b => l a b) ≤ ofNat R n * u := by
  have rows (a : Nat) (ha : a < n) : exp (sum n fun b => l a b + l a b) ≤ f a ^ n * prod n f := by
    refine le_trans (exp_sum_le fun b hb => h a b ha hb) (le_of_eq ?_)
    rw [prod_mul, prod_const]
  have all : exp (sum n fun a => sum n fun b => l a b + l a b) ≤ prod n f ^ n * prod n f ^ n := by
    refine le_trans (exp_sum_le rows) (le_of_eq ?_)
    rw [prod_mul, prod_const, prod_pow]
  have power := pow_le_pow_left (prod_nonneg hf) hu n
  have whole := le_trans all (mul_le_mul power power (pow_nonneg (prod_nonneg hf) n) (pow_nonneg (exp_nonneg u) n))
  rw [← exp_nsmul, ← exp_add, sum_congr fun a _ => sum_add n _ _, sum_add] at whole
  have twice := le_of_exp_le_exp whole
  refine le_of_mul_le_mul_left (a := 2) ?_ zero_lt_two
  rw [two_mul, two_mul]
  exact twice

end Linear
end Compact
