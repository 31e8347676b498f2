prelude
import Compact.Averaging.Layers
import Compact.Averaging.Pairs
import Compact.Packed.All
import Compact.Transformer.Loss.Soft
import Compact.Transformer.Strategy.BruteForce
/-!
# Strategy: brute force, for a mean loss

Every input is evaluated, as for accuracy (`Strategy/BruteForce.lean`); of each the kernel bounds the logarithm of `expLoss`.  With the
largest logit `top` taken out, that is what the right logit lacks of it, and the logarithm of a sum `S` of exponentials that are at most 1.
No logarithm is computed: for any `u`, `ln S ≤ u + S exp (-u) - 1` (`newton`), and a `u` that is near `ln S` loses nothing.
-/
namespace Compact
namespace BruteForceLoss
noncomputable section

/-- The sum of `leaf` over all inputs of length `n`, by a loop over tokens: `countTreeCps` with numbers (`Counting/Tree.lean`). -/
def sumTree {σ : Type} (v n : Nat) (step : Nat → σ → (σ → Nat) → Nat) (leaf : σ → Nat) : σ → Nat :=
  Nat.rec (motive := fun _ => σ → Nat) leaf (fun _ sum s => total v fun t => step t s sum) n

/-- What is known of the tokens that are picked: partial sums, and which they are. -/
structure State where
  sums : BruteForce.State
  picked : List Nat

/-- Pick the token `t`, then go on with the new state. -/
def step (t : Nat) (s : State) (k : State → Nat) : Nat :=
  Nat.force t fun t => BruteForce.step t s.sums fun sums => k ⟨sums, t :: s.picked⟩

/-- The sum of the bounds of the softmax factors of the tokens `x` from position `p` on, where `bound` is one of the two: `es` are those of
tokens, `fs` of positions. -/
def weightOf (bound : Nat × Nat → Nat) (es fs : List (Nat × Nat)) (x : List Nat) : Nat → Nat :=
  fold (fun t ih p => Nat.force p fun p => Nat.add (Nat.mul (bound (nth (0, 0) es t)) (bound (nth (0, 0) fs p))) (ih (Nat.succ p))) (fun _ => 0) x

/-- One step of Newton's method for a logarithm, rounded up: in units of `2^-P`. -/
def newton (P steps S u : Nat) : Nat :=
  Nat.sub (Nat.succ (Nat.add u (Nat.shiftRight (Nat.mul S (expUpper P steps u (Nat.pow 2 P))) P))) (Nat.pow 2 P)

/-- An upper bound of the logarithm of `S`, which is at least 1; in units of `2^-P`, as `S` is. -/
def logUpper (P steps S : Nat) : Nat :=
  Nat.force (Nat.div (Nat.mul (Nat.mul 2 (Nat.sub S (Nat.pow 2 P))) (Nat.pow 2 P)) (Nat.add S (Nat.pow 2 P))) fun u =>
  Nat.force (newton P steps S u) fun u => Nat.force (newton P steps S u) fun u => Nat.force (newton P steps S u) fun u => newton P steps S u

/-- The sum of exponentials, the largest logit being `top`; there are `shift / den` of its units to one. -/
def sumExp (P steps shift den top : Nat) (fs : List Nat) : Nat :=
  fold (fun f ih => Nat.add (expUpper P steps (Nat.mul (Nat.sub top f) shift) den) ih) 0 fs

/-- The largest number of a list. -/
def greatestOf (fs : List Nat) : Nat := fold (fun f ih => Nat.force ih fun m => Nat.add f (Nat.sub m f)) 0 fs

/-- A bound of the loss from packed logits, in units of `2^-P`: `unit` and `shift` say what their unit is, times what weighs at least `low`
and at most `high`. -/
def lossOf (P steps L v shift unit low high : Nat) (s : BruteForce.State) : Nat :=
  forceList (unpack L v s.logits) fun fs => Nat.force (greatestOf fs) fun top =>
  Nat.force (sumExp P steps shift (Nat.mul high unit) top fs) fun S =>
  Nat.add (logUpper P steps S) (Nat.succ (Nat.div (Nat.mul (Nat.mul (Nat.add (Nat.sub top (nth 0 fs s.max)) s.slack) shift) (Nat.pow 2 P))
    (Nat.mul low unit)))

/-- A certificate: how to round, tables first and then losses; the mean loss in billionths, and how many inputs are answered correctly. -/
structure Certificate extends Params where
  lossPrec : Nat
  lossSteps : Nat
  loss : Nat
  bound : Nat

/-- The loss of an input, from its state. -/
def leaf (w : Weights) (c : Certificate) (es fs : List (Nat × Nat)) (s : State) : Nat :=
  Nat.force (weightOf (fun b => b.1) es fs s.picked 0) fun low => Nat.force (weightOf (fun b => b.2) es fs s.picked 0) fun high =>
  lossOf c.lossPrec c.lossSteps (BruteForce.laneBits w c.toParams) w.d_vocab (Nat.pow 2 c.shift) (Nat.pow 2 (Nat.mul 4 w.frac)) low high s.sums

/-- The losses of all inputs with one query token. -/
def queryLoss (w : Weights) (c : Certificate) (B : Nat) (Q : BruteForce.Query) (q : Nat) : Nat :=
  forcePairRows (Q.at B (Nat.sub w.n_ctx 1) :: Q.below B (Nat.sub w.n_ctx 1)) fun rest =>
  step q ⟨⟨rest, 0, 0, 0⟩, []⟩ (sumTree w.d_vocab (Nat.sub w.n_ctx 1) step (leaf w c Q.es Q.fs))

/-- Do all inputs with one query token weigh something?  Their last position does. -/
def weighs (w : Weights) (Q : BruteForce.Query) (q : Nat) : Bool :=
  Nat.ble 1 (Nat.mul (nth (0, 0) Q.es q).1 (nth (0, 0) Q.fs (Nat.sub w.n_ctx 1)).1)

/-- The tables of the query token `q`. -/
def queryOf (T : Enclosure) (tokenRows posRows directRows : List Nat) (q : Nat) : BruteForce.Query :=
  ⟨nth [] T.tokenExp q, nth [] T.posExp q, nth 0 directRows q, tokenRows, posRows⟩

/-- The check of the losses. -/
def lossCheck (w : Weights) (c : Certificate) : Bool :=
  roundedTables w c.toParams fun T => T.narrow c.width && Nat.force (BruteForce.laneBits w c.toParams) fun L =>
  Nat.force (Nat.mul 3 (Nat.pow 2 c.width)) fun B => forceList (BruteForce.packAll L T.tokenRow) fun tokenRows =>
  forceList (BruteForce.packAll L T.posRow) fun posRows => forceList (BruteForce.packAll L T.directRow) fun directRows =>
  allBelow w.d_vocab (fun q => weighs w (queryOf T tokenRows posRows directRows q) q) &&
  Nat.ble (Nat.mul (total w.d_vocab fun q => queryLoss w c B (queryOf T tokenRows posRows directRows q) q) billion)
    (Nat.mul (Nat.mul (Nat.pow w.d_vocab w.n_ctx) c.loss) (Nat.pow 2 c.lossPrec))

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (w.wellFormed && Nat.ble c.bound (BruteForce.right w c.toParams)) && lossCheck w c

end

section
variable {R : Type} [ExpField R]

/-- Sums over inputs, the last token picked first. -/
theorem sumTree_ge {σ : Type} {v n : Nat} {step : Nat → σ → (σ → Nat) → Nat} {next : Nat → σ → σ} (h : ∀ t s k, step t s k = k (next t s))
    {leaf : σ → Nat} {l : List Nat → R} {P : R} {s : σ}
    (each : ∀ y, y.length = n → (∀ t, t ∈ y → t < v) → P * l y ≤ ofNat R (leaf (y.foldr next s))) :
    P * sumInputs v n l ≤ ofNat R (sumTree v n step leaf s) := by
  induction n generalizing s l with
  | zero => exact each [] rfl fun _ h => nomatch h
  | succ n ih =>
    show _ ≤ ofNat R (total v fun t => step t s (sumTree v n step leaf))
    rw [sumInputs_last, mul_sum, ofNat_total]
    refine sum_le_sum fun t ht => ?_
    rw [h]
    refine ih fun y hy lt => ?_
    rw [← foldr_append_singleton]
    refine each (y ++ [t]) (by rw [List.length_append, hy]; rfl) fun u hu => ?_
    match List.mem_append.mp hu with
    | .inl hu => exact lt u hu
    | .inr (.head _) => exact ht

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

/-! ## All inputs -/

/-- The state after the token `t` is picked. -/
noncomputable def next (t : Nat) (s : State) : State := ⟨BruteForce.stepped t s.sums, t :: s.picked⟩

theorem step_eq (t : Nat) (s : State) (k : State → Nat) : step t s k = k (next t s) := by
  unfold step
  rw [Nat.force_eq, BruteForce.step_eq]
  rfl

theorem foldr_next (y : List Nat) (s : State) :
    (y.foldr next s).picked = y ++ s.picked ∧ (y.foldr next s).sums = y.foldr BruteForce.stepped s.sums := by
  induction y with
  | nil => exact ⟨rfl, rfl⟩
  | cons t y ih => exact ⟨congrArg (t :: ·) ih.left, congrArg (BruteForce.stepped t) ih.right⟩

/-- The losses of all inputs with the query token `q`. -/
theorem queryLoss_ge (h : w.WellFormed) (hnarrow : (Enclosure.of w c.toParams (Circuits.of w)).narrow c.width = true) (hq : q < w.d_vocab)
    {Q : BruteForce.Query} (hQ : Q.For (Enclosure.of w c.toParams (Circuits.of w)) (BruteForce.laneBits w c.toParams) w.d_vocab w.n_ctx q)
    (hweighs : weighs w Q q = true) {l : List Nat → R} (hl : ∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) :
    ofNat R (2 ^ c.lossPrec) * (sumInputs w.d_vocab (w.n_ctx - 1) fun y => l (y ++ [q])) ≤ ofNat R (queryLoss w c (3 * 2 ^ c.width) Q q) := by
  have hn : w.n_ctx - 1 + 1 = w.n_ctx := Nat.sub_add_cancel h.n_ctx
  unfold queryLoss
  rw [forcePairRows_eq, step_eq]
  refine sumTree_ge step_eq fun y hlen hlt => ?_
  have hx : Valid w (y ++ [q]) := by
    refine ⟨by rw [List.length_append, hlen]; exact hn, fun t ht => ?_⟩
    match List.mem_append.mp ht with
    | .inl ht => exact hlt t ht
    | .inr (.head _) => exact hq
  have folded := foldr_next y (next q ⟨⟨Q.at (3 * 2 ^ c.width) (w.n_ctx - 1) :: Q.below (3 * 2 ^ c.width) (w.n_ctx - 1), 0, 0, 0⟩, []⟩)
  refine loss_le h hnarrow hq hQ hweighs hx (hlen ▸ BruteForce.token_last y q) folded.left (folded.right.trans ?_) (hl _ hx)
  rw [foldr_append_singleton]
  show y.foldr BruteForce.stepped (BruteForce.stepped q ⟨Q.below (3 * 2 ^ c.width) (w.n_ctx - 1 + 1), 0, 0, 0⟩) = _
  rw [hn]

/-- The mean loss. -/
theorem loss_sound (h : w.WellFormed) (hc : lossCheck w c = true) : MeanLossAtMost R c.loss w := fun l hl => by
  unfold lossCheck at hc
  rw [roundedTables_eq h] at hc
  have hnarrow := Bool.and_left hc
  have rest := Bool.and_right hc
  rw [Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceList_eq] at rest
  have fits := Nat.le_of_ble_eq_true (Bool.and_right rest)
  have P0 : (0 : R) < ofNat R (2 ^ c.lossPrec) := ofNat_pos (Nat.two_pow_pos _)
  have bn : (0 : R) < ofNat R billion := ofNat_pos billion_pos
  have each := sum_le_sum fun q hq => queryLoss_ge h hnarrow hq (BruteForce.queryFor h hq) (of_allBelow (Bool.and_left rest) hq) hl
  rw [← mul_sum, ← sumInputs_last, Nat.sub_add_cancel h.n_ctx, ← ofNat_total] at each
  have all := mul_le_mul_of_nonneg_right each (le_of_lt bn)
  rw [← ofNat_mul (total _ _)] at all
  have all := le_trans all (ofNat_le (R := R) fits)
  refine le_of_mul_le_mul_left (a := ofNat R (2 ^ c.lossPrec) * ofNat R billion) ?_ (mul_pos P0 bn)
  refine le_trans (le_of_eq (mul_right_comm _ _ _)) (le_trans all (le_of_eq ?_))
  show ofNat R (w.d_vocab ^ w.n_ctx * c.loss * 2 ^ c.lossPrec) = _
  have e : ofNat R billion * (ofNat R c.loss / ofNat R billion) = ofNat R c.loss := mul_div_cancel (ne_of_gt bn) _
  rw [ofNat_mul, ofNat_mul]
  refine (congrArg (fun y => ofNat R (w.d_vocab ^ w.n_ctx) * y * ofNat R (2 ^ c.lossPrec)) e.symm).trans ?_
  ring [ofNat R (w.d_vocab ^ w.n_ctx), ofNat R billion, ofNat R c.loss / ofNat R billion, ofNat R (2 ^ c.lossPrec)]

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the mean loss is at most `c.loss` billionths,
and the model answers at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    MeanLossAtMost R c.loss w ∧ AtLeast c.bound (Correct R w) :=
  have first := Bool.and_left hc
  have h := Weights.wellFormed_spec (Bool.and_left first)
  ⟨loss_sound h (Bool.and_right hc), AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right first)) (BruteForce.right_sound R h)⟩

end BruteForceLoss
end Compact
