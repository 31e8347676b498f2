prelude
import Compact.Transformer.Normed.Margin
/-!
# The square root of a mixture, from both sides

A bias of the unembedding is not divided by the square root of the last norm, so times that root it is worth as much as the root is.  The root of a
mixture of vectors is at most the mixture of their roots, and at least the mixture of their products with any one vector over that vector's root
(Cauchy and Schwarz).  Both are sums over positions.
-/
namespace Compact
namespace Transformer
namespace Normed
variable {R : Type} [RootField R] {w : Weights} {f g : Nat → R}

/-- The product of two vectors less their means, and epsilon. -/
noncomputable def inner (R : Type) [RootField R] (w : Weights) (f g : Nat → R) : R :=
  (mean R w fun i => centred R w f i * centred R w g i) + eps R w

/-- What the norm of a vector divides by. -/
noncomputable def root (R : Type) [RootField R] (w : Weights) (f : Nat → R) : R := sqrt (variance R w f + eps R w)

theorem inner_comm (f g : Nat → R) : inner R w f g = inner R w g f := by
  unfold inner mean
  rw [sum_congr fun i _ => mul_comm (centred R w f i) (centred R w g i)]

theorem inner_congr {f' : Nat → R} (h : ∀ i, i < w.model.d_model → f i = f' i) : inner R w f g = inner R w f' g := by
  have m : mean R w f = mean R w f' := congrArg (· / _) (sum_congr h)
  refine congrArg (· / _ + _) (sum_congr fun i hi => ?_)
  unfold centred
  rw [h i hi, m]

theorem root_congr {f' : Nat → R} (h : ∀ i, i < w.model.d_model → f i = f' i) : root R w f = root R w f' := by
  have m : mean R w f = mean R w f' := congrArg (· / _) (sum_congr h)
  have v : variance R w f = variance R w f' := congrArg (· / _) (sum_congr fun i hi => by
    unfold centred
    rw [h i hi, m])
  exact congrArg (fun v => sqrt (v + eps R w)) v

section
variable (hd : 0 < w.model.d_model) (he : 0 < w.eps_num) (he' : 0 < w.eps_den)
include hd he he'

theorem inner_pos (f : Nat → R) : 0 < inner R w f f :=
  add_pos_of_nonneg_of_pos (div_nonneg (sum_nonneg fun _ _ => mul_self_nonneg _) (ofNat_pos hd)) (div_pos (ofNat_pos he) (ofNat_pos he'))

theorem root_mul_self (f : Nat → R) : root R w f * root R w f = inner R w f f := sqrt_mul_self (le_of_lt (inner_pos hd he he' f))

theorem root_pos (f : Nat → R) : 0 < root R w f := by
  have square := inner_pos hd he he' f
  refine lt_of_le_of_ne (sqrt_nonneg (le_of_lt square)) fun e => ne_of_lt square ?_
  rw [← root_mul_self hd he he' f]
  have e : 0 = root R w f := e
  rw [← e, mul_zero]

/-- Cauchy and Schwarz. -/
theorem inner_le (f g : Nat → R) : inner R w f g ≤ root R w f * root R w g := by
  have F := root_pos hd he he' f
  have G := root_pos hd he he' g
  have ff := root_mul_self hd he he' f
  have gg := root_mul_self hd he he' g
  -- The square of the difference of both vectors, each times the root of the other.
  have square : 0 ≤ (mean R w fun i => (root R w g * centred R w f i - root R w f * centred R w g i) *
      (root R w g * centred R w f i - root R w f * centred R w g i)) + (root R w g - root R w f) * (root R w g - root R w f) * eps R w :=
    add_nonneg (div_nonneg (sum_nonneg fun _ _ => mul_self_nonneg _) (ofNat_pos hd))
      (mul_nonneg (mul_self_nonneg _) (div_nonneg (ofNat_nonneg _) (ofNat_pos he')))
  have open_square : (mean R w fun i => (root R w g * centred R w f i - root R w f * centred R w g i) *
      (root R w g * centred R w f i - root R w f * centred R w g i)) =
      root R w g * root R w g * (mean R w fun i => centred R w f i * centred R w f i) +
        root R w f * root R w f * (mean R w fun i => centred R w g i * centred R w g i) -
        (root R w f * root R w g + root R w f * root R w g) * (mean R w fun i => centred R w f i * centred R w g i) := by
    unfold mean
    rw [← mul_div_assoc, ← mul_div_assoc, ← mul_div_assoc, mul_sum, mul_sum, mul_sum, ← add_div, ← sub_div, ← sum_add, ← sum_sub]
    refine congrArg (· / _) (sum_congr fun i _ => ?_)
    generalize centred R w f i = a
    generalize centred R w g i = b
    ring [root R w f, root R w g, a, b]
  rw [open_square] at square
  unfold inner at ff gg ⊢
  refine le_of_mul_le_mul_left (a := root R w f * root R w g + root R w f * root R w g) ?_ (add_pos (mul_pos F G) (mul_pos F G))
  generalize (mean R w fun i => centred R w f i * centred R w f i) = A at *
  generalize (mean R w fun i => centred R w g i * centred R w g i) = B at *
  generalize (mean R w fun i => centred R w f i * centred R w g i) = C at *
  generalize root R w f = s at *
  generalize root R w g = t at *
  generalize eps R w = e at *
  have a : A = s * s - e := eq_sub_of_add_eq ff.symm
  have b : B = t * t - e := eq_sub_of_add_eq gg.symm
  rw [a, b] at square
  exact le_of_linear square (by ring [s, t, C, e])

section
variable {n : Nat} {a : Nat → R} (one : sum n a = 1) (F : Nat → Nat → R)
include one

omit hd he he' in
/-- The product with a mixture. -/
theorem inner_combination (g : Nat → R) :
    inner R w (fun i => sum n fun p => a p * F p i) g = sum n fun p => a p * inner R w (F p) g := by
  have c (i : Nat) : centred R w (fun i => sum n fun p => a p * F p i) i = sum n fun p => a p * centred R w (F p) i := by
    unfold centred
    rw [mean_combination, ← sum_sub]
    exact sum_congr fun p _ => (mul_sub _ _ _).symm
  have spread : eps R w = sum n fun p => a p * eps R w := by rw [← sum_mul, one, one_mul]
  unfold inner
  have e : (mean R w fun i => centred R w (fun i => sum n fun p => a p * F p i) i * centred R w g i) =
      mean R w fun i => sum n fun p => a p * (centred R w (F p) i * centred R w g i) := congrArg (· / _) (sum_congr fun i _ => by
    rw [c, sum_mul]
    exact sum_congr fun p _ => mul_assoc _ _ _)
  rw [e, mean_combination]
  refine (congrArg (_ + ·) spread).trans ?_
  rw [← sum_add]
  exact sum_congr fun p _ => (mul_add _ _ _).symm

variable (nonneg : ∀ p, p < n → 0 ≤ a p)
include nonneg

/-- The root of a mixture is at most the mixture of roots. -/
theorem root_combination_le :
    root R w (fun i => sum n fun p => a p * F p i) ≤ sum n fun p => a p * root R w (F p) := by
  refine le_of_mul_le_mul_right ?_ (root_pos hd he he' fun i => sum n fun p => a p * F p i)
  rw [root_mul_self hd he he', inner_combination one, sum_mul]
  refine sum_le_sum fun p hp => ?_
  rw [mul_assoc]
  exact mul_le_mul_of_nonneg_left (inner_le hd he he' _ _) (nonneg p hp)

omit nonneg in
/-- And at least the mixture of the products with any vector, over its root. -/
theorem le_root_combination (u : Nat → R) :
    (sum n fun p => a p * (inner R w (F p) u / root R w u)) ≤ root R w (fun i => sum n fun p => a p * F p i) := by
  have U := root_pos hd he he' u
  refine le_of_mul_le_mul_right (a := root R w u) ?_ U
  refine le_trans (le_of_eq ?_) (inner_le hd he he' _ u)
  rw [inner_combination one, sum_mul]
  refine sum_congr fun p _ => ?_
  rw [mul_assoc, div_mul_cancel _ (ne_of_gt U)]

end
end

end Normed
end Transformer
end Compact
