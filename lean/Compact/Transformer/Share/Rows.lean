prelude
import Compact.Packed.Slice
import Compact.Transformer.Circuit.Exact
import Compact.Transformer.Enclosure.Correct
import Compact.Transformer.Share.Seen
/-!
# The circuits of a model, enclosed as a certificate says

`RowsOf` says what rows say of a model, for a block of queries; `shareRows` (`Share/RowsOf.lean`) evaluates them.
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

/-- The same parts for the rows from `lo` on: columns of the first factor begin there.  (Any columns are sound.) -/
def Part.from (bits lo : Nat) (p : Part) : Part :=
  ⟨p.exact, mapFold (fun xs => [nth 0 xs 0, Nat.rec (motive := fun _ => Nat) (Nat.shiftRight (nth 0 xs 1) (Nat.mul bits lo)) (fun _ _ => nth 0 xs 1) (nth 0 xs 0),
    nth 0 xs 2]) p.peels, p.plans⟩

end

/-- What the rows say of a model. -/
structure RowsOf (R : Type) [ExpField R] (w : Weights) (c : ShareData) (lo len : Nat) (K : ShareRows) : Prop where
  /-- Scores of tokens, up to a constant and up to a rest. -/
  score (i : Nat) : i < len → ∃ lane : Nat → Nat, K.scores.getD i 0 = pack c.scoreBits w.d_vocab lane ∧
    (∀ j, j < w.d_vocab → lane j * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1)) ∧
    ∀ j k, j < w.d_vocab → k < w.d_vocab →
      unit4 R w * EQKE R w (lo + i) j - ofNat R (lane j) - (unit4 R w * EQKE R w (lo + i) k - ofNat R (lane k)) ≤ ofNat R (K.scoreRest.getD i 0)
  /-- Scores of positions, up to a constant. -/
  posScore (i : Nat) : i < len → ∃ lane : Nat → Nat, ∃ r : R, K.posScores.getD i 0 = pack c.scoreBits w.n_ctx lane ∧
    ∀ p, p < w.n_ctx → lane p * (scoreNum w * 2 ^ (2 * c.expHalf)) < 2 ^ (c.scoreBits - 1) ∧ unit4 R w * EQKP R w (lo + i) p = ofNat R (lane p) + r
  /-- Logits: rows, and what is left of the direct path. -/
  logits : ∃ f : Nat → Nat → Nat, ∃ ov : Nat → Nat → Nat, ∃ g : Nat → Nat → Nat, ∃ D : Nat → Nat → Nat → R,
    ((∀ p, p < w.n_ctx → K.common.getD p 0 = pack c.bits w.d_vocab (f p)) ∧
      (∀ k, k < w.d_vocab → K.token.getD k 0 = pack c.bits w.d_vocab (ov k)) ∧
      ∀ i, i < len → K.direct.getD i 0 = pack c.bits w.d_vocab (g i)) ∧
    ((∀ p k j, p < w.n_ctx → k < w.d_vocab → j < w.d_vocab → 2 ^ c.baseBits * (f p j + ov k j) < 2 ^ (c.bits - 3)) ∧
      ∀ i j, i < len → j < w.d_vocab → g i j < 2 ^ (c.bits - 3)) ∧
    (∀ i k p m t, i < len → k < w.d_vocab → p < w.n_ctx → m < w.d_vocab → t < w.d_vocab →
      unit4 R w * (EU R w (lo + i) m + (EVOU R w k m + PVOU R w p m) - (EU R w (lo + i) t + (EVOU R w k t + PVOU R w p t))) =
        (ofNat R (f p m) - ofNat R (f p t)) + (ofNat R (ov k m) - ofNat R (ov k t)) + D i m t) ∧
    ∀ i m t, i < len → m < w.d_vocab → t < w.d_vocab →
      ofNat R (g i m) - ofNat R (g i t) - ofNat R (2 ^ (2 * w.frac) * K.directRest.getD i 0) ≤ D i m t

/-- What the check of widths shows. -/
structure Widths (c : ShareData) : Prop where
  vec : 0 < c.vecBits
  arg : c.argBits < c.scoreBits
  scale : c.scale.Roomy
  wide : (c.scale.times c.baseBits).Roomy

namespace Chain

/-- The rows of a chain from `lo` on. -/
theorem Shape.slice {Xs : List Factor} {A : Mat} {a r v lo len : Nat} (h : Shape Xs ⟨a, A⟩ r v) (hr : lo + len ≤ r) :
    Shape Xs ⟨a, A.slice lo len⟩ len v := h.replace (h.head.slice hr)

theorem val_slice (R : Type) [ExpField R] {Xs : List Factor} {A : Mat} {a r v lo len i j : Nat} (h : Shape Xs ⟨a, A⟩ r v) (hi : i < len) (hj : j < v) :
    val R Xs ⟨a, A.slice lo len⟩ i j = val R Xs ⟨a, A⟩ (lo + i) j :=
  val_eq_of (fun l _ => Mat.val_slice R hi l) (fun e => by subst e; exact h.left) hj

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
