prelude
import Compact.Transformer.Circuit.Exact
import Compact.Transformer.Enclosure.Correct
import Compact.Transformer.Share.Seen
/-!
# The circuits of a model, enclosed as a certificate says

`shareRows` evaluates from the weights: scores of tokens as a product of four matrices that is enclosed (`Chain/Enclose.lean`), the
direct path likewise after a row has been taken off that all queries share, and the rest exactly (`W_V W_O W_U` once, for tokens and positions).
-/
namespace Compact
noncomputable section

/-- A column of ones, as digits of `bits` bits. -/
def onesColumn (bits r : Nat) : Nat := Nat.mul (Nat.succ (Nat.pow 2 (Nat.sub bits 1))) (ones bits r)

/-- Are lanes wide enough, for rows with these offsets? -/
def roomyAs (w : Weights) (c : ShareData) (scores posScores token pos base direct : Nat) : Bool :=
  (Nat.ble (Nat.succ c.argBits) c.scoreBits &&
    (Nat.ble (Nat.mul (scoreDen w) (Nat.pow 2 c.argBits)) (Nat.pow 2 (Nat.sub c.scoreBits 1)) &&
    Nat.ble (Nat.succ (Nat.mul (Nat.mul 2 (Nat.add scores posScores)) (Nat.mul (scoreNum w) (Nat.pow 2 (Nat.mul 2 c.expHalf))))) (Nat.pow 2 (Nat.sub c.scoreBits 1)))) &&
  ((Nat.ble 4 c.bits && Nat.ble (Nat.mul (Nat.pow 2 c.width) (Nat.pow 2 (Nat.add c.shift c.baseBits))) (Nat.pow 2 (Nat.sub c.bits 4))) &&
    (Nat.ble (Nat.succ (Nat.mul (Nat.pow 2 c.baseBits) (Nat.mul 2 (Nat.add (Nat.add pos (Nat.mul (Nat.pow 2 (Nat.mul 2 w.frac)) base)) token)))) (Nat.pow 2 (Nat.sub c.bits 3)) &&
    Nat.ble (Nat.succ (Nat.mul (Nat.pow 2 (Nat.mul 2 w.frac)) (Nat.mul 2 direct))) (Nat.pow 2 (Nat.sub c.bits 3))))

/-- Evaluate the rows, then go on with them. -/
def shareRows (w : Weights) (c : ShareData) (k : ShareRows → Bool) : Bool :=
  Nat.ble 2 c.vecBits && (w.W_E.mat w.d_model).force fun E => (w.W_pos.mat w.d_model).force fun P =>
  (w.W_Q.mat w.d_head).force fun Q => (w.W_K.mat w.d_head).force fun K =>
  (w.W_V.mat w.d_head).force fun V => (w.W_O.mat w.d_model).force fun O =>
  (w.W_U.mat w.d_vocab).force fun U => (E.addRow P (w.n_ctx - 1)).force fun X => (K.transpose w.d_head).force fun KT =>
  (E.transpose w.d_model).force fun ET => (P.transpose w.d_model).force fun PT =>
  Chain.enclose c.vecBits c.scoreBits w.d_vocab w.d_vocab c.qk [⟨w.d_head, Q⟩, ⟨w.d_model, KT⟩, ⟨w.d_vocab, ET⟩] ⟨w.d_model, X⟩
    fun scores scoreOff scoreRest =>
  Chain.product c.scoreBits w.n_ctx [⟨w.d_head, Q⟩, ⟨w.d_model, KT⟩, ⟨w.n_ctx, PT⟩] ⟨w.d_model, X⟩ fun posScores posScoreOff =>
  Chain.product c.bits w.d_vocab [⟨w.d_model, O⟩, ⟨w.d_vocab, U⟩] ⟨w.d_head, V⟩ fun out outOff =>
  Chain.times c.bits w.d_model w.d_vocab E out outOff fun token tokenOff =>
  Chain.times c.bits w.d_model w.d_vocab P out outOff fun pos posOff =>
  Chain.peel c.vecBits [⟨w.d_vocab, U⟩] ⟨w.d_model, X⟩ w.d_vocab 0 (onesColumn c.vecBits w.d_vocab) c.euBase fun Ys Y _ base =>
  Chain.enclose c.vecBits c.bits w.d_vocab w.d_vocab c.eu Ys Y fun direct directOff directRest =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun num =>
  Nat.force (Nat.mul num (packList c.bits (nth [] base.rows 0))) fun row =>
  roomyAs w c scoreOff posScoreOff tokenOff posOff base.off directOff &&
  forceList (mapFold (fun X => Nat.add X row) pos) fun common => forceList (mapFold (fun X => Nat.mul num X) direct) fun direct =>
  k ⟨scores, scoreRest, posScores, token, common, direct, directRest⟩

end

/-- What the rows say of a model. -/
structure RowsOf (R : Type) [ExpField R] (w : Weights) (c : ShareData) (K : ShareRows) : Prop where
  /-- Scores of tokens, up to a constant and up to a rest. -/
  score (q : Nat) : q < w.d_vocab → ∃ lane : Nat → Nat, K.scores.getD q 0 = pack c.scoreBits w.d_vocab lane ∧
    (∀ j, j < w.d_vocab → lane j * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1)) ∧
    ∀ j i, j < w.d_vocab → i < w.d_vocab → unit4 R w * EQKE R w q j - ofNat R (lane j) - (unit4 R w * EQKE R w q i - ofNat R (lane i)) ≤
      ofNat R (K.scoreRest.getD q 0)
  /-- Scores of positions, up to a constant. -/
  posScore (q : Nat) : q < w.d_vocab → ∃ lane : Nat → Nat, ∃ r : R, K.posScores.getD q 0 = pack c.scoreBits w.n_ctx lane ∧
    ∀ p, p < w.n_ctx → lane p * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1) ∧ unit4 R w * EQKP R w q p = ofNat R (lane p) + r
  /-- Logits: rows, and what is left of the direct path. -/
  logits : ∃ f : Nat → Nat → Nat, ∃ ov : Nat → Nat → Nat, ∃ g : Nat → Nat → Nat, ∃ D : Nat → Nat → Nat → R,
    ((∀ p, p < w.n_ctx → K.common.getD p 0 = pack c.bits w.d_vocab (f p)) ∧
      (∀ k, k < w.d_vocab → K.token.getD k 0 = pack c.bits w.d_vocab (ov k)) ∧
      ∀ q, q < w.d_vocab → K.direct.getD q 0 = pack c.bits w.d_vocab (g q)) ∧
    ((∀ p k j, p < w.n_ctx → k < w.d_vocab → j < w.d_vocab → 2 ^ c.baseBits * (f p j + ov k j) < 2 ^ (c.bits - 3)) ∧
      ∀ q j, q < w.d_vocab → j < w.d_vocab → g q j < 2 ^ (c.bits - 3)) ∧
    (∀ q k p m t, q < w.d_vocab → k < w.d_vocab → p < w.n_ctx → m < w.d_vocab → t < w.d_vocab →
      unit4 R w * (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) =
        (ofNat R (f p m) - ofNat R (f p t)) + (ofNat R (ov k m) - ofNat R (ov k t)) + D q m t) ∧
    ∀ q m t, q < w.d_vocab → m < w.d_vocab → t < w.d_vocab →
      ofNat R (g q m) - ofNat R (g q t) - ofNat R (2 ^ (2 * w.frac) * K.directRest.getD q 0) ≤ D q m t

/-- What the check of widths shows. -/
structure Widths (c : ShareData) : Prop where
  vec : 0 < c.vecBits
  arg : c.argBits < c.scoreBits
  scale : c.scale.Roomy
  wide : (c.scale.times c.baseBits).Roomy

namespace Chain

/-- A product of four, in the order that is multiplied out in the statement's circuits. -/
theorem val_four {R : Type} [ExpField R] {A B C D : Mat} {r a b d v : Nat} (hA : A.Shape r a) (hB : B.Shape a b) (hC : C.Shape b d) (hD : D.Shape d v)
    {i j : Nat} (hi : i < r) (hj : j < v) : val R [⟨b, B⟩, ⟨d, C⟩, ⟨v, D⟩] ⟨a, A⟩ i j = ((A.mul a b B).mul b v (C.mul d v D)).val R i j := by
  rw [(hA.mul hB).val_mul R (hC.mul hD) hi hj]
  show (sum a fun l => A.val R i l * sum b fun k => B.val R l k * sum d fun e => C.val R k e * D.val R e j) = _
  rw [← sum_assoc]
  refine sum_congr fun k hk => ?_
  rw [hA.val_mul R hB hi hk, hC.val_mul R hD hk hj]

end Chain
end Compact
