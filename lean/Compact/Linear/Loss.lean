prelude
import Compact.Linear.Statement
import Compact.Counting.Copies
import Compact.Counting.Maximum
import Compact.Field.Exp
/-!
# The loss of an input, and of a class of inputs

`ratio G c s t` is the factor that the token `s` gives to `exp (logit_t - logit_c)`: the sum `expLoss` of an input with the
maximum `c` is a sum, over outputs, of products of one ratio for each token (`expLoss_eq`).

The *averaging lemma* (`averaging`) bounds the loss of a whole class: if the sums `expLoss` of its inputs have the mean `exp u` at
most, then their losses have the mean `u` at most.  It is the inequality of arithmetic and geometric means, and follows from
`1 + a ≤ exp a` alone.
-/
namespace Compact
namespace Linear
variable {R : Type} [ExpField R]

/-- What the token `s` multiplies `exp (logit_t - logit_c)` by. -/
def ratio (G : Nat → Nat → R) (c s t : Nat) : R := exp (G s t - G s c)

theorem ratio_nonneg (G : Nat → Nat → R) (c s t : Nat) : 0 ≤ ratio G c s t := exp_nonneg _

theorem tokenProduct_nonneg {a : Nat → R} (h : ∀ s, 0 ≤ a s) (x : List Nat) : 0 ≤ tokenProduct a x := by
  induction x with
  | nil => exact zero_le_one
  | cons s x ih => exact mul_nonneg (h s) ih

/-- What a token of the model adds to the logits. -/
abbrev Weights.added (R : Type) [ExpField R] (w : Weights) : Nat → Nat → R := w.adds.entry R w.frac

theorem exp_logit (w : Weights) (x : List Nat) (c t : Nat) :
    exp (logit R w x t - logit R w x c) = tokenProduct (fun s => ratio (w.added R) c s t) x := by
  induction x with
  | nil => exact (congrArg exp (sub_self (0 : R))).trans exp_zero
  | cons s x ih =>
    show exp (w.added R s t + logit R w x t - (w.added R s c + logit R w x c)) = _
    rw [add_sub_add_comm, exp_add, ih]
    rfl

theorem expLoss_eq (w : Weights) {x : List Nat} {c : Nat} (h : maximum x = c) :
    expLoss R w x = sum w.d_vocab fun t => tokenProduct (fun s => ratio (w.added R) c s t) x :=
  sum_congr fun t _ => h ▸ exp_logit w x (maximum x) t

/-- **The averaging lemma**, for a class of `N` inputs. -/
theorem averaging {c n j : Nat} {l S : List Nat → R} {u : R} (hl : ∀ x, InClass c n j x → exp (l x) ≤ S x)
    (h : sumCopies c n j S ≤ ofNat R (Nat.choose n j * c ^ (n - j)) * exp u) :
    sumCopies c n j l ≤ ofNat R (Nat.choose n j * c ^ (n - j)) * u := by
  have point (x : List Nat) (hx : InClass c n j x) : l x ≤ (u - 1) + exp (-u) * S x := by
    have e := add_one_le_exp (l x - u)
    rw [sub_eq_add_neg, exp_add, mul_comm] at e
    exact le_of_linear (le_trans e (mul_le_mul_of_nonneg_left (hl x hx) (exp_nonneg (-u)))) (by ring [l x, u, exp (-u) * S x])
  refine le_trans (sumCopies_le point) ?_
  rw [sumCopies_add, sumCopies_mul, sumCopies_const]
  have scaled := mul_le_mul_of_nonneg_left h (exp_nonneg (-u))
  rw [mul_left_comm, exp_neg_mul_exp] at scaled
  exact le_of_linear scaled (by ring [u, ofNat R (Nat.choose n j * c ^ (n - j)), exp (-u) * sumCopies c n j S])

/-- The sums of the inputs of a class, added up. -/
theorem sumCopies_expLoss (w : Weights) {c j : Nat} :
    sumCopies c w.n_ctx (j + 1) (expLoss R w) = ofNat R (Nat.choose w.n_ctx (j + 1)) * sum w.d_vocab fun t =>
      ratio (w.added R) c c t ^ (j + 1) * (sum c fun s => ratio (w.added R) c s t) ^ (w.n_ctx - (j + 1)) := by
  rw [sumCopies_congr fun x hx => expLoss_eq w hx.maximum, sumCopies_sum, mul_sum]
  exact sum_congr fun t _ => sumCopies_tokenProduct _ c w.n_ctx (j + 1)

/-! ## Products -/

/-- `prod n f = f 0 * f 1 * ... * f (n - 1)` -/
def prod (n : Nat) (f : Nat → R) : R :=
  match n with
  | 0 => 1
  | n + 1 => prod n f * f n

theorem prod_nonneg {n : Nat} {f : Nat → R} (h : ∀ i, i < n → 0 ≤ f i) : 0 ≤ prod n f := by
  induction n with
  | zero => exact zero_le_one
  | succ n ih => exact mul_nonneg (ih fun i hi => h i (Nat.lt_succ_of_lt hi)) (h n (Nat.lt_succ_self n))

/-- The exponential of a sum is at most a product, if it is so factor by factor. -/
theorem exp_sum_le {n : Nat} {l f : Nat → R} (h : ∀ i, i < n → exp (l i) ≤ f i) : exp (sum n l) ≤ prod n f := by
  induction n with
  | zero => exact le_of_eq exp_zero
  | succ n ih =>
    show exp (sum n l + l n) ≤ prod n f * f n
    rw [exp_add]
    have first := ih fun i hi => h i (Nat.lt_succ_of_lt hi)
    exact mul_le_mul first (h n (Nat.lt_succ_self n)) (exp_nonneg _) (le_trans (exp_nonneg _) first)

/-- If the product is at most `exp u`, the sum of the logarithms is at most `u`. -/
theorem sum_le_of_prod {n : Nat} {l f : Nat → R} {u : R} (h : ∀ i, i < n → exp (l i) ≤ f i) (hu : prod n f ≤ exp u) :
    sum n l ≤ u := le_of_exp_le_exp (le_trans (exp_sum_le h) hu)

end Linear
end Compact
