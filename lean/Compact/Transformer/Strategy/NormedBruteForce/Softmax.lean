prelude
import Compact.Transformer.Strategy.NormedBruteForce.Tables
/-!
# Brute force for a model with norms: softmax
-/
namespace Compact
namespace Transformer
namespace NormedBruteForce
namespace Setup
variable {R : Type} [RootField R]

theorem of_atLeastAll {a b : Nat} {xs : List Ball} (h : atLeastAll a b xs = true) {i : Nat} (hi : i < xs.length) :
    b + ((xs.getD i Ball.zero).plus + (xs.getD i Ball.zero).radius) ≤ a + (xs.getD i Ball.zero).minus := by
  induction xs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have h : (Nat.ble (b + (x.plus + x.radius)) (a + x.minus) && atLeastAll a b xs) = true := h
    cases i with
    | zero => exact Nat.le_of_ble_eq_true (Bool.and_left h)
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

/-- Softmax does not change if a number is subtracted from all scores. -/
theorem softmax_shift {n : Nat} (f : Nat → R) (M : R) {p : Nat} (pos : 0 < sum n fun p => exp (f p - M)) :
    exp (f p - M) / (sum n fun p => exp (f p - M)) = exp (f p) / sum n fun p => exp (f p) := by
  have e (p : Nat) : exp (f p) = exp (f p - M) * exp M := by rw [← exp_add, sub_add_cancel]
  have total : (sum n fun p => exp (f p)) = (sum n fun p => exp (f p - M)) * exp M := by
    rw [sum_mul]
    exact sum_congr fun p _ => e p
  rw [total, e p, mul_div_mul_right _ (ne_of_gt pos) (exp_ne_zero M)]

variable {s : Setup} (S : s.Fair)
include S

theorem Fair.of_withSoftmax {xs : List Ball} {n : Nat} {f : Nat → R} {k : List Ball → Bool} (hx : Ball.HoldsAll s.one xs n f)
    (h : s.withSoftmax xs k = true) :
    ∃ ys, k ys = true ∧ Ball.HoldsAll s.one ys n fun p => exp (f p) / sum n fun p => exp (f p) := by
  unfold Setup.withSoftmax at h
  rw [Nat.force_eq, Nat.force_eq] at h
  generalize (fold (fun x ih => Nat.add x.minus ih) 0 xs) = b at h
  generalize (fold (fun x ih => Nat.max (Nat.add (Nat.add x.plus x.radius) (Nat.sub b x.minus)) ih) 0 xs) = a at h
  have large := Bool.and_left h
  have rest := Bool.and_right h
  rw [Ball.forceList_eq, Ball.force_eq] at rest
  have positive := Bool.and_left rest
  have rest := Bool.and_right rest
  rw [Ball.forceList_eq, S.error] at rest
  rw [S.error] at positive
  have es : Ball.HoldsAll (2 ^ s.c.form.prec) (mapFold (Ball.expBelow s.c.form s.c.form.error s.one a b) xs) n
      fun p => exp (f p - (ofNat R a - ofNat R b) / ofNat R s.one) :=
    hx.map fun i hi => (hx.get i hi).expBelow S.fit S.one_pos (of_atLeastAll large (hx.length.symm ▸ hi))
  have W := es.sum
  have P : (0 : R) < sum n fun p => exp (f p - (ofNat R a - ofNat R b) / ofNat R s.one) := by
    match Ball.le_of_isPositive positive W with
    | ⟨low, le⟩ => exact pos_of_mul_pos_left (lt_of_lt_of_le (ofNat_pos low) le) (ofNat_nonneg _)
  refine ⟨_, rest, es.map fun i hi => ?_⟩
  exact softmax_shift f _ P ▸ W.quotient (es.get i hi) (Nat.two_pow_pos _) (Or.inl positive)

end Setup
end NormedBruteForce
end Transformer
end Compact
