prelude
import Compact.Linear.Product
import Compact.Linear.Few
/-!
# Strategy: convexity, for two tokens

As in the published proof: `log-sum-exp` is convex, so the loss of `(s, c)` is at most the mean of what it would be for `(s, s)` and
for `(c, c)`, all with the label `c`.  So `d_vocab^2` sums are enough, instead of one for each pair with a sum over outputs of its own.

The weights matter.  In the sum over all inputs, `(c, c)` stands for itself and, with weight one half, for each of the `2 c` inputs
with another token: its weight is `c + 1`.  (The published code gives it the weight 2, and the number that comes out is no bound:
`Counterexample.lean`.)  `sound`: for any weights and any certificate, if `check` evaluates to `true`, the mean loss is at most
`bound` billionths.
-/
namespace Compact
namespace Linear
namespace ConvexityPairs
noncomputable section

/-- For each maximum `c`, in billionths: bounds of the loss of `(c, c)`, and of the sum of the losses that `(s, s)` with `s < c`
would have if `c` were right. -/
structure Certificate extends Claim where
  losses : List (List Nat)

/-- All pairs with the maximum `c`; the entries of `sums` are sums of squares of upper bounds. -/
def maximumCheck (cert : Certificate) (T : Table) (sums : List Nat) (c : Nat) : Bool :=
  Nat.force (nth 0 (nth [] T.lower c) c) fun own =>
  cert.fits (step cert.prec (Nat.pow 2 cert.prec) (nth 0 sums c) (Nat.mul own own)) (Nat.pow 2 cert.prec) (nth 0 (nth [] cert.losses c) 0) &&
  cert.fits (times cert.prec (fun s => nth 0 sums s) (fun s => Nat.pow (nth 0 (nth [] T.lower s) c) 2) c (Nat.pow 2 cert.prec))
    (Nat.pow 2 cert.prec) (nth 0 (nth [] cert.losses c) 1)

/-- The check of all pairs. -/
def pairsCheck (w : Weights) (cert : Certificate) (T : Table) : Bool :=
  Nat.beq w.n_ctx 2 && forceList (mapFold (fun row => sumZip Nat.mul row row) T.upper) fun sums =>
  allBelow w.d_vocab fun c => Nat.force c (maximumCheck cert T sums)

/-- The sum of all losses. -/
def summed (w : Weights) (cert : Certificate) : Nat :=
  total w.d_vocab fun c => Nat.add (Nat.mul (Nat.succ c) (nth 0 (nth [] cert.losses c) 0)) (nth 0 (nth [] cert.losses c) 1)

/-- The check of a certificate. -/
def check (w : Weights) (cert : Certificate) : Bool := cert.toClaim.checks w (summed w cert) (pairsCheck w cert)

end

/-- **Convexity is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (cert : Certificate) (h : check w cert = true) :
    MeanLossAtMost R cert.bound w := by
  match Claim.of_checks (R := R) h with
  | ⟨_, roots, le, hT, go⟩ =>
    refine meanLoss_of le fun l hl => ?_
    have two : w.n_ctx = 2 := Nat.eq_of_beq_eq_true _ _ (Bool.and_left go)
    have go := Bool.and_right go
    rw [forceList_eq] at go
    rw [two] at hl ⊢
    rw [sumInputs_two]
    show _ ≤ ofNat R (total _ _) / _
    rw [ofNat_total, sum_div]
    refine sum_le_sum fun c hc => ?_
    have here := of_allBelow go hc
    rw [Nat.force_eq] at here
    unfold maximumCheck at here
    rw [Nat.force_eq, Table.nth_low] at here
    have below {s : Nat} (hs : s < w.d_vocab) : Below (sum w.d_vocab fun t => ratio (w.added R) c s t * ratio (w.added R) c s t)
        (nth 0 (mapFold (fun row => sumZip Nat.mul row row) (w.table cert.toPrecision).upper) s)
        ((w.table cert.toPrecision).low s c * (w.table cert.toPrecision).low s c) := by
      rw [nth_eq, getD_mapFold _ _ (hT.upper_length.symm ▸ hs) [] 0, sumZip_eq _ (hT.upper_row s hs) (hT.upper_row s hs)]
      exact Below.sum (Nat.mul_pos (hT.low_pos s c hs hc) (hT.low_pos s c hs hc)) fun t ht =>
        (hT.below hc hs ht).mul (hT.below hc hs ht)
    have own : (sum w.d_vocab fun t => ratio (w.added R) c c t * ratio (w.added R) c c t) ≤
        exp (nats R (nth 0 (nth [] cert.losses c) 0)) := by
      have e := step_le (isUpper_one (R := R) cert.prec) (below hc)
      rw [one_mul] at e
      exact Claim.of_product roots (Bool.and_left here) e
    have product := Claim.of_times roots (Bool.and_right here) (r := fun s => sum w.d_vocab fun t =>
      ratio (w.added R) c s t * ratio (w.added R) c s t) fun s hs => by
        have e : Nat.pow ((w.table cert.toPrecision).low s c) 2 = _ := Nat.pow_two _
        rw [Table.nth_low, e]
        exact below (Nat.lt_trans hs hc)
    have pairs : (sum c fun s => l [c, s] + l [s, c] - nats R (nth 0 (nth [] cert.losses c) 0)) ≤
        nats R (nth 0 (nth [] cert.losses c) 1) := sum_le_of_prod (fun s hs => by
      have hs' := Nat.lt_trans hs hc
      have one := le_trans (hl _ (isInput_two hc hs')) (le_of_eq (expLoss_two (maximum_two (Nat.le_refl c) (Nat.le_of_lt hs) (.inl rfl))))
      have other := le_trans (hl _ (isInput_two hs' hc)) (le_of_eq ((expLoss_two (maximum_two (Nat.le_of_lt hs) (Nat.le_refl c)
        (.inr rfl))).trans (sum_congr fun t _ => mul_comm _ _)))
      have square := mul_le_mul one other (exp_nonneg _) (le_trans (exp_nonneg _) one)
      rw [← exp_add] at square
      have bound := le_trans square (le_trans (product_le _ _ _) (mul_le_mul_of_nonneg_right own (below hs').nonneg))
      have scaled := mul_le_mul_of_nonneg_left bound (exp_nonneg (-(nats R (nth 0 (nth [] cert.losses c) 0))))
      rw [← mul_assoc, exp_neg_mul_exp, one_mul, ← exp_add, add_comm] at scaled
      exact scaled) product
    have diagonal : l [c, c] ≤ nats R (nth 0 (nth [] cert.losses c) 0) := le_of_exp_le_exp (le_trans (le_trans (hl _ (isInput_two hc hc))
      (le_of_eq (expLoss_two (maximum_two (Nat.le_refl c) (Nat.le_refl c) (.inl rfl))))) own)
    have all := add_le_add pairs diagonal
    rw [sum_sub, sum_const] at all
    show (sum c fun s => l [c, s] + l [s, c]) + l [c, c] ≤ nats R ((c + 1) * _ + _)
    rw [nats_add, nats_mul, ofNat_succ]
    exact regroup _ _ _ _ _ all
where
  regroup (a d k u v : R) (h : a - k * u + d ≤ v + u) : a + d ≤ (k + 1) * u + v := le_of_linear h (by ring [a, d, k, u, v])
  product_le (n : Nat) (p q : Nat → R) : (sum n fun t => p t * q t) * (sum n fun t => p t * q t) ≤
      (sum n fun t => p t * p t) * (sum n fun t => q t * q t) := by
    have e := cauchy n (p := p) (q := q) (r := fun _ => 1) fun _ _ => zero_le_one
    rw [sum_congr fun i _ => mul_one _, sum_congr fun i _ => mul_one _, sum_congr fun i _ => mul_one _] at e
    exact e

end ConvexityPairs
end Linear
end Compact
