prelude
import Compact.Transformer.General.Neurons
/-!
# A difference of logits, from below, from a row for each head

What `correct_of_margins` shows of all outputs at once, for two outputs: if each head makes good its row, the rows and the direct
path bound the difference.  Units are those of rounded logits (`Weights.unitAt`).
-/
namespace Compact
namespace Transformer

/-- How many units of rounded tables a logit of 1 is. -/
noncomputable def Weights.unitAt (R : Type) [ExpField R] (w : Weights) (B : Nat) (c : Params) : R :=
  unit4 R (w.headAt B 0) / ofNat R (2 ^ c.shift)

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {c : Params} {x : List Nat} {q : Nat}

theorem unitAt_pos : 0 < w.unitAt R B c := div_pos (unit4_pos R (w.headAt B 0)) (ofNat_pos (Nat.two_pow_pos _))

/-- The table of the direct path, which is the same for all heads. -/
noncomputable def directAt (w : Weights) (B : Nat) (c : Params) (q t : Nat) : Nat :=
  (Enclosure.of (w.headAt B 0) c (Circuits.of (w.headAt B 0))).direct q t

theorem le_sub_of_rows (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = none)
    (some : 0 < w.heads.length) (fit : ∀ i, i < w.heads.length → w.Fit B (w.headNo i))
    (wf : ∀ i, i < w.heads.length → (w.headAt B i).WellFormed) (rows : Nat → List Nat) {a b : Nat} (ha : a < w.d_vocab)
    (hb : b < w.d_vocab) (heads : ∀ i, i < w.heads.length →
      0 ≤ (viewWithDirect R (w.headAt B i) c q (rows i)).margin w.n_ctx x a b) :
    ofNat R (directAt w B c q a) + ofNat R (total w.heads.length fun i => (rows i).getD b 0) ≤
      w.unitAt R B c * (logit R w x a - logit R w x b) +
        (ofNat R (directAt w B c q b) + 1 + ofNat R (total w.heads.length fun i => (rows i).getD a 0)) := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt hn Nat.one_pos)
  have hu : 0 < w.unitAt R B c := unitAt_pos
  have average_ge {i : Nat} (hi : i < w.heads.length) :
      (ofNat R ((rows i).getD b 0) - ofNat R ((rows i).getD a 0)) / w.unitAt R B c ≤
        average R w x (w.headNo i) fun y p => plainRead R (w.headAt B i) y p a - plainRead R (w.headAt B i) y p b := by
    refine le_average hn hq (le_trans (head_of_margin (wf i hi) c hqv (fun p hp => token_lt' hx hp) (rows i) ha hb (heads i hi))
      (le_of_eq (sum_congr fun p hp => ?_)))
    exact congrArg (· * _) ((fit i hi).weight_eq hqv hp (token_lt' hx hp))
  have margin := margin_headAt (R := R) hx hn hq hM some fit ha hb
  have sums : w.unitAt R B c * (sum w.heads.length fun i =>
      (ofNat R ((rows i).getD b 0) - ofNat R ((rows i).getD a 0)) / w.unitAt R B c) ≤ _ :=
    mul_le_mul_of_nonneg_left (sum_le_sum fun i hi => average_ge hi) (le_of_lt hu)
  rw [← sum_div, mul_div_cancel (ne_of_gt hu), sum_sub] at sums
  have direct := (wf 0 some).direct_sub (R := R) c ha hb hqv
  have fits := (wf 0 some).view_fits (R := R) c hqv
  have lower := sub_le_sub (fits.direct a ha).left (fits.direct b hb).right
  rw [direct] at lower
  rw [margin, ofNat_total, ofNat_total, mul_add]
  exact le_of_linear (add_le_add lower sums) (gather _ _ _ _ _ _)
where
  gather (a b s t e f : R) : e + f + (b + 1 + t) + (a - (b + 1) + (s - t)) = a + s + (e + f) := by ring [a, b, s, t, e, f]

end
end Transformer
end Compact
