prelude
import Compact.Transformer.Strategy.BruteForceLoss.Input
/-!
# Strategy: brute force, for a mean loss, is sound

`sound`: for any weights and any certificate, if `check` (`BruteForceLoss/Check.lean`) evaluates to `true`, the mean loss is at most
`loss` and at least `bound` inputs are answered correctly.
-/
namespace Compact
namespace BruteForceLoss
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

variable {w : Weights} {c : Certificate} {q : Nat}

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
