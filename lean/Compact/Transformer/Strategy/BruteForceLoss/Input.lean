prelude
import Compact.Averaging.Layers
import Compact.Averaging.Pairs
import Compact.Transformer.Strategy.BruteForceLoss.Check
/-!
# Brute force, for a mean loss: one input

`logUpper` is at least a logarithm (`newton_ge`: any step of Newton's is), and what the check finds for an input is at least the loss of
that input (`loss_le`).
-/
namespace Compact
namespace BruteForceLoss
section
variable {R : Type} [ExpField R]

theorem weightOf_eq (bound : Nat × Nat → Nat) (es fs : List (Nat × Nat)) (x : List Nat) (p : Nat) :
    weightOf bound es fs x p = total x.length fun i => bound (es.getD (token x i) (0, 0)) * bound (fs.getD (p + i) (0, 0)) := by
  induction x generalizing p with
  | nil => rfl
  | cons t x ih =>
    show Nat.force p (fun p => Nat.add (Nat.mul (bound (nth (0, 0) es t)) (bound (nth (0, 0) fs p))) (weightOf bound es fs x (Nat.succ p))) = _
    rw [Nat.force_eq, ih, nth_eq, nth_eq]
    refine Eq.trans ?_ (total_succ' x.length fun i => bound (es.getD (token (t :: x) i) (0, 0)) * bound (fs.getD (p + i) (0, 0))).symm
    refine congrArg (_ + ·) (total_congr fun i _ => ?_)
    rw [Nat.succ_add]
    rfl

/-- Newton's step is an upper bound, from any start. -/
theorem newton_ge {P steps S : Nat} {l : R} (h : ofNat R (2 ^ P) * exp l ≤ ofNat R S) (u : Nat) :
    ofNat R (2 ^ P) * l ≤ ofNat R (newton P steps S u) := by
  have pos : (0 : R) < ofNat R (2 ^ P) := ofNat_pos (Nat.two_pow_pos P)
  let y : R := ofNat R u / ofNat R (2 ^ P)
  have line : ofNat R (2 ^ P) * (l - y + 1) ≤ ofNat R (2 ^ P) * exp (l - y) :=
    mul_le_mul_of_nonneg_left (add_one_le_exp _) (le_of_lt pos)
  have factor : ofNat R (2 ^ P) * exp (-y) ≤ ofNat R (expUpper P steps u (2 ^ P)) := le_expUpper P steps u (Nat.two_pow_pos P)
  have both : ofNat R (2 ^ P) * (ofNat R (2 ^ P) * exp (l - y)) ≤ ofNat R (S * expUpper P steps u (2 ^ P)) := by
    rw [sub_eq_add_neg, exp_add, ofNat_mul]
    refine le_trans (le_of_eq ?_) (mul_le_mul h factor (mul_nonneg (le_of_lt pos) (exp_nonneg _)) (ofNat_nonneg _))
    ring [ofNat R (2 ^ P), exp l, exp (-y)]
  have rounded : ofNat R (2 ^ P) * exp (l - y) ≤ ofNat R (S * expUpper P steps u (2 ^ P) / 2 ^ P + 1) := by
    have lt := Nat.lt_mul_div_succ (S * expUpper P steps u (2 ^ P)) (Nat.two_pow_pos P)
    have le := le_trans both (ofNat_le (R := R) (Nat.le_of_lt lt))
    rw [ofNat_mul] at le
    exact le_of_mul_le_mul_left le pos
  have start : ofNat R (2 ^ P) * y = ofNat R u := mul_div_cancel (ne_of_gt pos) _
  have all : ofNat R (2 ^ P) * l + ofNat R (2 ^ P) ≤ ofNat R (u + (S * expUpper P steps u (2 ^ P) / 2 ^ P + 1)) := by
    have e := le_trans line rounded
    rw [ofNat_add, ← start]
    refine le_of_linear e ?_
    ring [ofNat R (2 ^ P), l, y, ofNat R (S * expUpper P steps u (2 ^ P) / 2 ^ P + 1)]
  unfold newton
  show _ ≤ ofNat R (u + S * expUpper P steps u (2 ^ P) / 2 ^ P + 1 - 2 ^ P)
  have cut := le_trans all (ofNat_le (R := R) (Nat.le_add_of_sub_le (b := 2 ^ P) (Nat.le_refl (u + (S * expUpper P steps u (2 ^ P) / 2 ^ P + 1) - 2 ^ P))))
  rw [ofNat_add] at cut
  exact le_of_add_le_add_right cut

theorem logUpper_ge {P steps S : Nat} {l : R} (h : ofNat R (2 ^ P) * exp l ≤ ofNat R S) :
    ofNat R (2 ^ P) * l ≤ ofNat R (logUpper P steps S) := by
  unfold logUpper
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  exact newton_ge h _

theorem le_greatestOf {fs : List Nat} {i : Nat} (hi : i < fs.length) : fs.getD i 0 ≤ greatestOf fs := by
  induction fs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons f fs ih =>
    show _ ≤ Nat.force (greatestOf fs) fun m => Nat.add f (Nat.sub m f)
    rw [Nat.force_eq]
    cases i with
    | zero => exact Nat.le_add_right _ _
    | succ i =>
      refine Nat.le_trans (ih (Nat.lt_of_succ_lt_succ hi)) (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ f)))

theorem sumExp_eq (P steps shift den top : Nat) (fs : List Nat) :
    sumExp P steps shift den top fs = total fs.length fun t => expUpper P steps ((top - fs.getD t 0) * shift) den := by
  induction fs with
  | nil => rfl
  | cons f fs ih =>
    refine (congrArg (_ + ·) ih).trans ?_
    exact (total_succ' fs.length fun t => expUpper P steps ((top - (f :: fs).getD t 0) * shift) den).symm

/-! ## One input -/

variable {w : Weights} {c : Certificate} {q : Nat}

/-- Softmax factors of an input, as its view has them. -/
noncomputable abbrev seen (R : Type) [ExpField R] (w : Weights) (c : Params) (q : Nat) (x : List Nat) (p : Nat) : R :=
  (view R w c q).token (token x p) * (view R w c q).pos p

/-- Differences of logits are margins of the view, over what its factors add up to. -/
theorem margin_eq (h : w.WellFormed) (c : Params) {x : List Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q) {a b : Nat}
    (ha : a < w.d_vocab) (hb : b < w.d_vocab) :
    sum w.n_ctx (seen R w c q x) * logitUnit R w c * (logit R w x a - logit R w x b) = (view R w c q).margin w.n_ctx x a b := by
  have hqv : q < w.d_vocab := hq ▸ token_lt hx h.last_lt
  match h.weight_view (R := R) c hqv with
  | ⟨α, β, hα, _, hw⟩ =>
    have weights (p : Nat) (hp : p < w.n_ctx) : α * seen R w c q x p = β * weight R w q x p := hw x p (token_lt hx hp) hp
    refine mul_left_cancel (ne_of_gt hα) ?_
    unfold View.margin
    rw [← mul_assoc, ← mul_assoc, mul_sum, sum_congr weights, ← mul_sum, mul_right_comm, mul_assoc β, mul_sub,
      logit_mul h.n_ctx hq, logit_mul h.n_ctx hq, ← sum_sub, mul_sum, mul_sum, sum_mul]
    refine sum_congr fun p hp => ?_
    rw [← mul_assoc α, weights p hp, h.logit_sub c ha hb hqv (token_lt hx hp) hp, ← mul_sub]
    exact turn _ _ _ _
where
  turn (b e d k : R) : b * (e * d) * k = b * e * (k * d) := by ring [b, e, d, k]

/-- A quotient by the unit of logits. -/
theorem div_unit (c : Params) (a x : Nat) (hx : 0 < x) : ofNat R a / (ofNat R x * logitUnit R w c) =
    ofNat R (a * 2 ^ c.shift) / ofNat R (x * 2 ^ (4 * w.frac)) := by
  have hs : ofNat R (2 ^ c.shift) ≠ 0 := ofNat_ne_zero (Nat.two_pow_pos _)
  have K := logitUnit_pos (R := R) (w := w) c
  refine (div_eq_div_iff (ne_of_gt (mul_pos (ofNat_pos hx) K)) (ofNat_ne_zero (Nat.mul_pos hx (Nat.two_pow_pos _)))).mpr ?_
  have e : logitUnit R w c * ofNat R (2 ^ c.shift) = ofNat R (2 ^ (4 * w.frac)) := by
    rw [← Weights.WellFormed.unit4_eq]
    exact div_mul_cancel _ hs
  rw [ofNat_mul x, ← e, ofNat_mul a]
  ring [ofNat R a, ofNat R x, logitUnit R w c, ofNat R (2 ^ c.shift)]

/-- **The loss of one input.** -/
theorem loss_le (h : w.WellFormed) (hnarrow : (Enclosure.of w c.toParams (Circuits.of w)).narrow c.width = true) (hq : q < w.d_vocab)
    {Q : BruteForce.Query} (hQ : Q.For (Enclosure.of w c.toParams (Circuits.of w)) (BruteForce.laneBits w c.toParams) w.d_vocab w.n_ctx q)
    (hweighs : weighs w Q q = true) {x : List Nat} (hx : Valid w x) (last : token x (w.n_ctx - 1) = q) {s : State} (picked : s.picked = x)
    (sums : s.sums = x.foldr BruteForce.stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩)
    {l : R} (hl : exp l ≤ expLoss R w x) : ofNat R (2 ^ c.lossPrec) * l ≤ ofNat R (leaf w c Q.es Q.fs s) := by
  have fits := h.view_fits (R := R) c.toParams hq
  have knows := BruteForce.knows_foldr hQ fits (Enclosure.lane_lt hnarrow q) (Nat.le_refl _) hx.right ((Nat.zero_add _).trans hx.left)
  rw [← sums] at knows
  have hm := maximum_lt hx h.n_ctx
  have K := logitUnit_pos (R := R) (w := w) c.toParams
  have factor (bound : Nat × Nat → Nat) (hb : ∀ a b : Nat × Nat, bound a * bound b = bound (a.1 * b.1, a.2 * b.2)) :
      weightOf bound Q.es Q.fs s.picked 0 = total w.n_ctx fun p => bound ((Enclosure.of w c.toParams (Circuits.of w)).factor q (token x p) p) := by
    rw [weightOf_eq, picked, hx.left, hQ.es, hQ.fs]
    refine total_congr fun p _ => ?_
    rw [Nat.zero_add, hb]
    rfl
  have low_eq := factor (fun b => b.1) fun _ _ => rfl
  have high_eq := factor (fun b => b.2) fun _ _ => rfl
  unfold leaf
  rw [Nat.force_eq, Nat.force_eq]
  -- What the factors add up to.
  have low_le : ofNat R (weightOf (fun b => b.1) Q.es Q.fs s.picked 0) ≤ sum w.n_ctx (seen R w c.toParams q x) := by
    rw [low_eq, ofNat_total]
    exact sum_le_sum fun p hp => (fits.factor (token_lt hx hp) hp).left
  have le_high : sum w.n_ctx (seen R w c.toParams q x) ≤ ofNat R (weightOf (fun b => b.2) Q.es Q.fs s.picked 0) := by
    rw [high_eq, ofNat_total]
    exact sum_le_sum fun p hp => (fits.factor (token_lt hx hp) hp).right
  have low_pos : 0 < weightOf (fun b => b.1) Q.es Q.fs s.picked 0 := by
    rw [low_eq, ← Nat.sub_add_cancel h.n_ctx, total_succ, last]
    refine Nat.lt_of_lt_of_le ?_ (Nat.le_add_left _ _)
    have one : 1 ≤ (nth (0, 0) Q.es q).1 * (nth (0, 0) Q.fs (w.n_ctx - 1)).1 := Nat.le_of_ble_eq_true hweighs
    rw [nth_eq, nth_eq, hQ.es, hQ.fs] at one
    exact one
  generalize weightOf (fun b => b.1) Q.es Q.fs s.picked 0 = low at low_le low_pos ⊢
  generalize weightOf (fun b => b.2) Q.es Q.fs s.picked 0 = high at le_high ⊢
  have Z : 0 < sum w.n_ctx (seen R w c.toParams q x) := lt_of_lt_of_le (ofNat_pos low_pos) low_le
  have high_pos : 0 < high := by
    cases high with
    | zero => exact absurd (lt_of_lt_of_le Z le_high) (lt_irrefl _)
    | succ k => exact Nat.zero_lt_succ k
  match knows.logits with
  | ⟨f, hf, hle, hlow⟩ =>
    have small (t : Nat) (ht : t < w.d_vocab) : f t < 2 ^ BruteForce.laneBits w c.toParams := by
      refine Nat.lt_of_le_of_lt (hle t ht) (Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ 1)))
      rw [hx.left]
      exact BruteForce.bits_suffice w c.toParams
    have lane (t : Nat) (ht : t < w.d_vocab) : (unpack (BruteForce.laneBits w c.toParams) w.d_vocab s.sums.logits).getD t 0 = f t := by
      rw [getD_unpack _ _ ht, hf]
      exact digit_pack _ small ht
    unfold lossOf
    rw [forceList_eq, Nat.force_eq, Nat.force_eq, nth_eq, knows.max, lane _ hm]
    have top_ge (t : Nat) (ht : t < w.d_vocab) : f t ≤ greatestOf (unpack (BruteForce.laneBits w c.toParams) w.d_vocab s.sums.logits) :=
      lane t ht ▸ le_greatestOf (by rw [length_unpack]; exact ht)
    have S_eq := sumExp_eq c.lossPrec c.lossSteps (2 ^ c.shift) (high * 2 ^ (4 * w.frac))
      (greatestOf (unpack (BruteForce.laneBits w c.toParams) w.d_vocab s.sums.logits)) (unpack (BruteForce.laneBits w c.toParams) w.d_vocab s.sums.logits)
    rw [length_unpack] at S_eq
    generalize greatestOf (unpack (BruteForce.laneBits w c.toParams) w.d_vocab s.sums.logits) = top at top_ge S_eq ⊢
    have P0 : (0 : R) < ofNat R (2 ^ c.lossPrec) := ofNat_pos (Nat.two_pow_pos _)
    let A : R := ofNat R ((top - f (maximum x) + s.sums.slack) * 2 ^ c.shift) / ofNat R (low * 2 ^ (4 * w.frac))
    let g (t : Nat) : R := ofNat R ((top - f t) * 2 ^ c.shift) / ofNat R (high * 2 ^ (4 * w.frac))
    have each (t : Nat) (ht : t < w.d_vocab) : logit R w x t - logit R w x (maximum x) ≤ A + -(g t) := by
      have ZK := mul_pos Z K
      have margin := hlow (maximum x) t hm ht
      rw [BruteForce.tailMargin_zero, hx.left, ← margin_eq h c.toParams hx last hm ht] at margin
      have up : sum w.n_ctx (seen R w c.toParams q x) * logitUnit R w c.toParams * (logit R w x t - logit R w x (maximum x)) ≤
          ofNat R (top - f (maximum x) + s.sums.slack) - ofNat R (top - f t) := by
        rw [ofNat_add, ofNat_sub (top_ge _ hm), ofNat_sub (top_ge t ht)]
        exact le_of_linear margin (regroup _ _ _ _ _ _ _)
      have quotient : logit R w x t - logit R w x (maximum x) ≤ (ofNat R (top - f (maximum x) + s.sums.slack) - ofNat R (top - f t)) /
          (sum w.n_ctx (seen R w c.toParams q x) * logitUnit R w c.toParams) := (le_div_iff ZK).mpr (mul_comm _ (logit R w x t - _) ▸ up)
      rw [sub_div] at quotient
      refine le_trans quotient ?_
      rw [sub_eq_add_neg]
      refine add_le_add ?_ (neg_le_neg ?_)
      · show _ ≤ ofNat R _ / ofNat R _
        rw [← div_unit c.toParams _ low low_pos]
        exact div_le_div_of_nonneg_left (ofNat_nonneg _) (mul_pos (ofNat_pos low_pos) K) (mul_le_mul_of_nonneg_right low_le (le_of_lt K))
      · show ofNat R _ / ofNat R _ ≤ _
        rw [← div_unit c.toParams _ high high_pos]
        exact div_le_div_of_nonneg_left (ofNat_nonneg _) ZK (mul_le_mul_of_nonneg_right le_high (le_of_lt K))
    have less : exp (l - A) ≤ sum w.d_vocab fun t => exp (-(g t)) := by
      have e : exp l = exp A * exp (l - A) := by rw [← exp_add, add_comm, sub_add_cancel]
      refine le_of_mul_le_mul_left (a := exp A) (e ▸ le_trans hl ?_) (exp_pos A)
      rw [mul_sum]
      exact sum_le_sum fun t ht => le_trans (exp_le_exp (each t ht)) (le_of_eq (exp_add _ _))
    have whole : ofNat R (2 ^ c.lossPrec) * exp (l - A) ≤ ofNat R (sumExp c.lossPrec c.lossSteps (2 ^ c.shift) (high * 2 ^ (4 * w.frac)) top
        (unpack (BruteForce.laneBits w c.toParams) w.d_vocab s.sums.logits)) := by
      refine le_trans (mul_le_mul_of_nonneg_left less (le_of_lt P0)) ?_
      rw [mul_sum, S_eq, ofNat_total]
      refine sum_le_sum fun t ht => ?_
      rw [lane t ht]
      exact le_expUpper c.lossPrec c.lossSteps ((top - f t) * 2 ^ c.shift) (Nat.mul_pos high_pos (Nat.two_pow_pos _))
    have log := logUpper_ge (steps := c.lossSteps) whole
    have extra : ofNat R (2 ^ c.lossPrec) * A ≤ ofNat R ((top - f (maximum x) + s.sums.slack) * 2 ^ c.shift * 2 ^ c.lossPrec / (low * 2 ^ (4 * w.frac)) + 1) := by
      have e : ofNat R (2 ^ c.lossPrec) * A = ofNat R ((top - f (maximum x) + s.sums.slack) * 2 ^ c.shift * 2 ^ c.lossPrec) / ofNat R (low * 2 ^ (4 * w.frac)) := by
        rw [ofNat_mul _ (2 ^ c.lossPrec), mul_comm]
        exact div_mul_eq_mul_div _ _ _
      rw [e]
      exact le_of_lt (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ _ (Nat.mul_pos low_pos (Nat.two_pow_pos _)))
    have both := add_le_add log extra
    rw [← ofNat_add, ← mul_add, sub_add_cancel] at both
    exact both
where
  regroup (a b s z top : R) (u v : R) : top - a + s - (top - b) + (a - b - s) = z * (u - v) + z * (v - u) := by ring [a, b, s, z, top, u, v]

end

end BruteForceLoss
end Compact
