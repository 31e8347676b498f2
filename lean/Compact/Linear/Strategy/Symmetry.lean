prelude
import Compact.Linear.Product
import Compact.Linear.Few
/-!
# Strategy: symmetry, for two tokens

The model does not see the order of its tokens, so brute force needs only the pairs whose first token is the larger one, and counts
the others with them.  `sound`: for any weights and any certificate, if `check` evaluates to `true`, the mean loss is at most
`bound` billionths.
-/
namespace Compact
namespace Linear
namespace Symmetry
noncomputable section

/-- For each maximum `c`, in billionths: bounds of the loss of `(c, c)`, and of the sum of the losses of all `(c, s)` with `s < c`. -/
structure Certificate extends Claim where
  losses : List (List Nat)

/-- The sum over outputs for the pair of two rows. -/
def paired (row : List Nat) (T : Table) (s : Nat) : Nat := sumZip Nat.mul row (nth [] T.upper s)

/-- All pairs with the maximum `c`. -/
def maximumCheck (cert : Certificate) (T : Table) (c : Nat) : Bool :=
  forceList (nth [] T.upper c) fun row => Nat.force (nth 0 (nth [] T.lower c) c) fun own =>
  cert.fits (step cert.prec (Nat.pow 2 cert.prec) (paired row T c) (Nat.mul own own)) (Nat.pow 2 cert.prec) (nth 0 (nth [] cert.losses c) 0) &&
  cert.fits (times cert.prec (paired row T) (fun s => Nat.mul own (nth 0 (nth [] T.lower s) c)) c (Nat.pow 2 cert.prec))
    (Nat.pow 2 cert.prec) (nth 0 (nth [] cert.losses c) 1)

/-- The check of all pairs. -/
def pairsCheck (w : Weights) (cert : Certificate) (T : Table) : Bool :=
  Nat.beq w.n_ctx 2 && allBelow w.d_vocab fun c => Nat.force c (maximumCheck cert T)

/-- The sum of all losses. -/
def summed (w : Weights) (cert : Certificate) : Nat :=
  total w.d_vocab fun c => Nat.add (nth 0 (nth [] cert.losses c) 0) (Nat.mul 2 (nth 0 (nth [] cert.losses c) 1))

/-- The check of a certificate. -/
def check (w : Weights) (cert : Certificate) : Bool := cert.toClaim.checks w (summed w cert) (pairsCheck w cert)

end

/-- **Symmetry is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (cert : Certificate) (h : check w cert = true) :
    MeanLossAtMost R cert.bound w := by
  match Claim.of_checks (R := R) h with
  | ⟨_, roots, le, hT, go⟩ =>
    refine meanLoss_of le fun l hl => ?_
    have two : w.n_ctx = 2 := Nat.eq_of_beq_eq_true _ _ (Bool.and_left go)
    have go := Bool.and_right go
    rw [two] at hl ⊢
    rw [sumInputs_two]
    show _ ≤ ofNat R (total _ _) / _
    rw [ofNat_total, sum_div]
    refine sum_le_sum fun c hc => ?_
    have here := of_allBelow go hc
    rw [Nat.force_eq] at here
    unfold maximumCheck at here
    rw [forceList_eq, Nat.force_eq, nth_eq [] (w.table cert.toPrecision).upper, Table.nth_low] at here
    have below {s : Nat} (hs : s < w.d_vocab) : Below (sum w.d_vocab fun t => ratio (w.added R) c c t * ratio (w.added R) c s t)
        (paired ((w.table cert.toPrecision).upper.getD c []) (w.table cert.toPrecision) s)
        ((w.table cert.toPrecision).low c c * (w.table cert.toPrecision).low s c) := by
      unfold paired
      rw [nth_eq, sumZip_eq _ (hT.upper_row c hc) (hT.upper_row s hs)]
      exact Below.sum (Nat.mul_pos (hT.low_pos c c hc hc) (hT.low_pos s c hs hc)) fun t ht =>
        (hT.below hc hc ht).mul (hT.below hc hs ht)
    have diagonal : exp (l [c, c]) ≤ exp (nats R (nth 0 (nth [] cert.losses c) 0)) := by
      refine le_trans (hl _ (isInput_two hc hc)) (le_trans (le_of_eq (expLoss_two (maximum_two (Nat.le_refl c) (Nat.le_refl c) (.inl rfl)))) ?_)
      have e := step_le (isUpper_one (R := R) cert.prec) (below hc)
      rw [one_mul] at e
      exact Claim.of_product roots (Bool.and_left here) e
    have product := Claim.of_times roots (Bool.and_right here) (r := fun s => sum w.d_vocab fun t =>
      ratio (w.added R) c c t * ratio (w.added R) c s t) fun s hs => by
        rw [Table.nth_low]
        exact below (Nat.lt_trans hs hc)
    have first : (sum c fun s => l [c, s]) ≤ nats R (nth 0 (nth [] cert.losses c) 1) := sum_le_of_prod (fun s hs => by
      refine le_trans (hl _ (isInput_two hc (Nat.lt_trans hs hc))) (le_of_eq ?_)
      exact expLoss_two (maximum_two (Nat.le_refl c) (Nat.le_of_lt hs) (.inl rfl))) product
    have second : (sum c fun s => l [s, c]) ≤ nats R (nth 0 (nth [] cert.losses c) 1) := sum_le_of_prod (fun s hs => by
      refine le_trans (hl _ (isInput_two (Nat.lt_trans hs hc) hc)) (le_of_eq ?_)
      refine (expLoss_two (maximum_two (Nat.le_of_lt hs) (Nat.le_refl c) (.inr rfl))).trans (sum_congr fun t _ => ?_)
      exact mul_comm _ _) product
    have all := add_le_add (add_le_add first second) (le_of_exp_le_exp diagonal)
    show (sum c fun s => l [c, s] + l [s, c]) + l [c, c] ≤ nats R (_ + 2 * _)
    rw [sum_add, nats_add, nats_mul]
    refine le_trans all (le_of_eq ?_)
    show _ = _ + 2 * _
    rw [two_mul, add_comm]

end Symmetry
end Linear
end Compact
