prelude
import Compact.Linear.Few
import Compact.Linear.Witness
import Compact.Packed.All
import Compact.Averaging.Margin
/-!
# The published convexity bound, and a model whose loss is above it

The convexity proof for two tokens adds up `L s c`, the loss that the input `(s, s)` would have if `c` were right.  What follows from
convexity is `provedTotal`: for each maximum `c`, and for *each* smaller token `s`, the terms `L s c` and `L c c`
(`sum_le_provedTotal`, for any model).  The published code adds `L c c` once for each `c ≥ 1`, outside of the loop over `s < c`
(`publishedTotal`).  Of the weight `d^2` it leaves out `sum_{c ≥ 1} (c - 1)`.

With `d = 12` and all weights zero, every `L s c` and every loss is `ln 12 = 2.4849...`, and the published total stands for 89 inputs of
144: the number that comes out, 89/144 ln 12 = 1.5358, is below the true loss.
-/
namespace Compact
namespace Linear
variable {R : Type} [ExpField R]

/-- What convexity proves of the sum of the losses of all pairs of `d` tokens. -/
def provedTotal (d : Nat) (L : Nat → Nat → R) : R := (sum d fun c => L c c) + sum d fun c => sum c fun s => L s c + L c c

/-- What the published code adds up instead: the last `L c c` stands outside of the inner loop. -/
def publishedTotal (d : Nat) (L : Nat → Nat → R) : R :=
  (sum d fun c => L c c) + (sum d fun c => sum c fun s => L s c) + sum (d - 1) fun c => L (c + 1) (c + 1)

/-- The convexity bound, with all its terms, is a bound: for any model, and any `L` that is not below the logarithms. -/
theorem sum_le_provedTotal {w : Weights} (two : w.n_ctx = 2) {L : Nat → Nat → R}
    (hL : ∀ s c, s < w.d_vocab → c < w.d_vocab → (sum w.d_vocab fun t => ratio (w.added R) c s t * ratio (w.added R) c s t) ≤ exp (L s c))
    {l : List Nat → R} (hl : ∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) :
    sumInputs w.d_vocab w.n_ctx l ≤ provedTotal w.d_vocab L := by
  rw [two] at hl ⊢
  rw [sumInputs_two]
  unfold provedTotal
  rw [← sum_add]
  refine sum_le_sum fun c hc => ?_
  rw [add_comm (L c c)]
  refine add_le_add (sum_le_sum fun s hs => ?_) (le_of_exp_le_exp ?_)
  · have hs' := Nat.lt_trans hs hc
    have one := le_trans (hl _ (isInput_two hc hs')) (le_of_eq (expLoss_two (maximum_two (Nat.le_refl c) (Nat.le_of_lt hs) (.inl rfl))))
    have other := le_trans (hl _ (isInput_two hs' hc)) (le_of_eq ((expLoss_two (maximum_two (Nat.le_of_lt hs) (Nat.le_refl c)
      (.inr rfl))).trans (sum_congr fun t _ => mul_comm _ _)))
    have square := mul_le_mul one other (exp_nonneg _) (le_trans (exp_nonneg _) one)
    rw [← exp_add] at square
    have both := mul_le_mul (hL s c hs' hc) (hL c c hc hc) (sum_nonneg fun t _ => mul_self_nonneg _) (exp_nonneg _)
    rw [← exp_add] at both
    refine le_of_exp_le_exp (le_trans square (le_trans ?_ both))
    have e := cauchy w.d_vocab (p := ratio (w.added R) c s) (q := ratio (w.added R) c c) (r := fun _ => 1) fun _ _ => zero_le_one
    rw [sum_congr fun i _ => mul_one _, sum_congr fun i _ => mul_one _, sum_congr fun i _ => mul_one _,
      sum_congr fun i _ => mul_comm (ratio (w.added R) c s i) _] at e
    exact e
  · exact le_trans (hl _ (isInput_two hc hc))
      (le_trans (le_of_eq (expLoss_two (maximum_two (Nat.le_refl c) (Nat.le_refl c) (.inl rfl)))) (hL c c hc hc))

/-! ## The model -/

/-- Two tokens of twelve, and all weights are zero. -/
def zero : Weights where
  n_ctx := 2
  d_vocab := 12
  frac := 0
  adds := .stored ⟨1, [4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095]⟩

/-- Its weights are zero. -/
theorem added_zero {s t : Nat} (hs : s < 12) (ht : t < 12) : zero.added R s t = 0 := by
  have all : (allBelow 12 fun s => allBelow 12 fun t => Nat.beq
    (Tensor.digit ⟨1, [4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095, 4095]⟩ s t) 1) = true := by decide +kernel
  have e := Nat.eq_of_beq_eq_true _ _ (of_allBelow (of_allBelow all hs) ht)
  show (ofNat R (Tensor.digit _ s t) - ofNat R 1) / _ = 0
  rw [e, sub_self, zero_div]

theorem ratio_zero {c s t : Nat} (hc : c < 12) (hs : s < 12) (ht : t < 12) : ratio (zero.added R) c s t = 1 := by
  show exp (zero.added R s t - zero.added R s c) = 1
  rw [added_zero hs ht, added_zero hs hc, sub_self, exp_zero]

theorem weight_zero {c t : Nat} (hc : c < 12) (ht : t < 12) {x : List Nat} (hx : ∀ s, s ∈ x → s < 12) :
    tokenProduct (fun s => ratio (zero.added R) c s t) x = 1 := by
  induction x with
  | nil => rfl
  | cons s x ih =>
    show ratio (zero.added R) c s t * tokenProduct _ x = 1
    rw [ih fun s hs => hx s (.tail _ hs), ratio_zero hc (hx s (.head _)) ht, mul_one]

/-- The sum over outputs is 12 for every input: the loss is `ln 12`. -/
theorem expLoss_zero {x : List Nat} (hx : IsInput 12 2 x) : expLoss R zero x = ofNat R 12 := by
  have small : maximum x < 12 := Nat.lt_succ_of_le (maximum_le fun t ht => Nat.le_of_lt_succ (hx.right t ht))
  rw [expLoss_eq zero rfl]
  show (sum 12 fun t => _) = _
  rw [sum_congr fun t ht => weight_zero small ht hx.right, sum_const, mul_one]

/-- `exp 2.4849 ≤ 12` -/
theorem exp_le_twelve : exp (nats R 2484900000) ≤ ofNat R 12 := by
  have le : Nat.ble (2 ^ 100) (12 * expLower 100 5 2484900000 billion) = true := by decide +kernel
  have le := ofNat_le (R := R) (Nat.le_of_ble_eq_true le)
  have bound := mul_le_mul_of_nonneg_left (expLower_le (R := R) 100 5 2484900000 billion_pos) (ofNat_nonneg (R := R) 12)
  rw [ofNat_mul] at le
  have all := le_trans le bound
  rw [mul_left_comm] at all
  have one := le_of_mul_le_mul_left (b := 1) (le_trans (le_of_eq (mul_one _)) all) (ofNat_pos (Nat.two_pow_pos 100))
  have scaled := mul_le_mul_of_nonneg_right one (exp_nonneg (nats R 2484900000))
  rw [one_mul, mul_assoc, exp_neg_mul_exp, mul_one] at scaled
  exact scaled

/-- What `(s, s)` would have if `c` were right is the same: `L s c` is `ln 12` too. -/
theorem squares_zero {s c : Nat} (hs : s < 12) (hc : c < 12) :
    (sum 12 fun t => ratio (zero.added R) c s t * ratio (zero.added R) c s t) = ofNat R 12 := by
  rw [sum_congr fun t ht => by rw [ratio_zero hc hs ht, mul_one], sum_const, mul_one]

theorem sumInputs_const (k : R) : (sumInputs 12 2 fun _ => k) = ofNat R 144 * k := by
  show (sum 12 fun _ => sum 12 fun _ => k) = _
  rw [sum_const, sum_const, ← mul_assoc, ← ofNat_mul]

/-- Any bound of the mean loss of this model is at least 2.4849. -/
theorem loss_of_zero (R : Type) [ExpField R] {B : Nat} (h : MeanLossAtMost R B zero) : 2484900000 ≤ B := by
  have all := h (fun _ => nats R 2484900000) fun x hx => le_trans exp_le_twelve (le_of_eq (expLoss_zero hx).symm)
  have all : (sumInputs 12 2 fun _ => nats R 2484900000) ≤ ofNat R 144 * nats R B := all
  rw [sumInputs_const] at all
  have less := le_of_mul_le_mul_left all (ofNat_pos (Nat.zero_lt_succ 143))
  have cross := (div_le_div_iff (ofNat_pos billion_pos) (ofNat_pos billion_pos)).mp less
  exact le_of_ofNat_le (R := R) (le_of_mul_le_mul_right cross (ofNat_pos billion_pos))

/-- **The published number is no bound**: it is false that the mean loss of this model is at most 1.5358. -/
theorem published_number_is_no_bound (R : Type) [ExpField R] : ¬ MeanLossAtMost R 1535800000 zero := fun h =>
  absurd (loss_of_zero R h) (Nat.not_le_of_lt (lt_of_ble (by decide +kernel)))
where
  lt_of_ble {m n : Nat} (h : Nat.ble (m + 1) n = true) : m < n := Nat.le_of_ble_eq_true h

/-- The published total stands for 89 inputs, if every term is the same; there are 144 (`sumInputs_const`). -/
theorem publishedTotal_const (k : R) : publishedTotal 12 (fun _ _ => k) = ofNat R 89 * k := by
  unfold publishedTotal
  rw [sum_const, sum_congr fun c _ => sum_const c k, ← sum_mul, sum_const, ← add_mul, ← add_mul]
  refine congrArg (· * k) ?_
  have e : ofNat R 89 = ofNat R (12 + (total 12 fun c => c) + 11) := congrArg (ofNat R) (by decide +kernel)
  rw [e, ofNat_add, ofNat_add, ofNat_total]

/-- The proved total stands for all 144. -/
theorem provedTotal_const (k : R) : provedTotal 12 (fun _ _ => k) = ofNat R 144 * k := by
  unfold provedTotal
  rw [sum_const, sum_congr fun c _ => (sum_const c (k + k)).trans (twice (ofNat R c) k), ← sum_mul, ← add_mul]
  refine congrArg (· * k) ?_
  have e : ofNat R 144 = ofNat R (12 + total 12 fun c => c + c) := congrArg (ofNat R) (by decide +kernel)
  rw [e, ofNat_add, ofNat_total]
  exact congrArg (_ + ·) (sum_congr fun c _ => (ofNat_add c c).symm)
where
  twice (c k : R) : c * (k + k) = (c + c) * k := by ring [c, k]

/-- **The published total is no bound of the sum of the losses**, whatever the number field: where `k` is the logarithm of 12, which
is each loss and each `L s c` of this model. -/
theorem publishedTotal_is_no_bound {k : R} (hk : exp k = ofNat R 12) : publishedTotal 12 (fun _ _ => k) < sumInputs 12 2 fun _ => k := by
  rw [publishedTotal_const, sumInputs_const]
  have pos : 0 < k := by
    refine lt_of_le_of_ne ?_ fun e => ?_
    · refine le_of_exp_le_exp (exp_zero (R := R) ▸ hk ▸ ?_)
      exact ofNat_le (R := R) (m := 1) (Nat.succ_le_succ (Nat.zero_le 11))
    · have one : ofNat R 1 = ofNat R 12 := (exp_zero (R := R)).symm.trans ((congrArg exp e).trans hk)
      exact absurd (ofNat_inj one) (by decide)
  exact mul_lt_mul_of_pos_right (ofNat_lt (Nat.le_of_ble_eq_true (by decide +kernel))) pos

end Linear
end Compact
