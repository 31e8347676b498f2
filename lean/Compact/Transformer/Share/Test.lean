prelude
import Compact.Transformer.Share.Ends
/-!
# The test of a class

A margin is known as `up - down`, only one of which is not 0; a weight `x` is known to lie between two numbers.  So
`x * (up - down)` is at least the lower bound times `up`, less the upper bound times `down`: no sign has to be guessed.
Lower bounds of weights share a factor `lowUnit`, upper bounds a factor `highUnit`.
-/
namespace Compact
noncomputable section

/-- What all classes of one query and one maximum share, for one end: numbers for positions that hold the maximum, for the
query's own position (both times the factor of their tokens), and for positions that hold other tokens. -/
structure SharePair where
  sameUp : Nat
  sameDown : Nat
  ownUp : Nat
  ownDown : Nat
  otherUp : Nat
  otherDown : Nat

/-- Evaluate the numbers, then go on with them. -/
def SharePair.force {α : Type} (P : SharePair) (k : SharePair → α) : α :=
  Nat.force P.sameUp fun sameUp => Nat.force P.sameDown fun sameDown => Nat.force P.ownUp fun ownUp =>
  Nat.force P.ownDown fun ownDown => Nat.force P.otherUp fun otherUp => Nat.force P.otherDown fun otherDown =>
  k ⟨sameUp, sameDown, ownUp, ownDown, otherUp, otherDown⟩

/-- The weights of the positions that hold the maximum, and of those that hold other tokens: bounds of each. -/
structure Loads where
  low : Nat
  high : Nat
  otherLow : Nat
  otherHigh : Nat

/-- Do all inputs pass with these weights, if the factors of other tokens lie between `lo` and `hi` and their margin is `T`? -/
def SharePair.passes (P : SharePair) (lowUnit highUnit : Nat) (W : Loads) (lo hi T : Nat) : Bool :=
  Nat.force (Nat.add P.otherUp T) fun A =>
  Nat.ble (Nat.succ (Nat.mul highUnit (Nat.add (Nat.add (Nat.mul W.high P.sameDown)
      (Nat.mul W.otherHigh (Nat.mul hi (Nat.sub P.otherDown A)))) P.ownDown)))
    (Nat.mul lowUnit (Nat.add (Nat.add (Nat.mul W.low P.sameUp) (Nat.mul W.otherLow (Nat.mul lo (Nat.sub A P.otherDown)))) P.ownUp))

end

theorem SharePair.force_eq {α : Type} (P : SharePair) (k : SharePair → α) : P.force k = k P := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

section
variable {R : Type} [ExpField R] {f g : Nat}

/-- A number between two bounds, the lower in units of `f`, the upper in units of `g`. -/
def Share (f g l h : Nat) (x : R) : Prop := ofNat R (f * l) ≤ x ∧ x ≤ ofNat R (g * h)

/-- What a share of a margin is at least. -/
theorem Share.mul_ge {l h : Nat} {x : R} (hx : Share f g l h x) (A B : Nat) :
    ofNat R (f * (l * (A - B))) - ofNat R (g * (h * (B - A))) ≤ x * (ofNat R A - ofNat R B) := by
  cases Nat.le_total B A with
  | inl le =>
    rw [Nat.sub_eq_zero_of_le le, Nat.mul_zero, Nat.mul_zero, ← Nat.mul_assoc, ofNat_mul, ofNat_sub le]
    show _ - 0 ≤ _
    rw [sub_zero]
    exact mul_le_mul_of_nonneg_right hx.left (sub_nonneg.mpr (ofNat_le le))
  | inr le =>
    rw [Nat.sub_eq_zero_of_le le, Nat.mul_zero, Nat.mul_zero, ← Nat.mul_assoc, ofNat_mul, ofNat_sub le]
    show 0 - _ ≤ _
    have e := mul_le_mul_of_nonneg_right hx.right (sub_nonneg.mpr (ofNat_le (R := R) le))
    exact le_of_linear e (by ring [ofNat R (g * h), x, ofNat R A, ofNat R B])

theorem six_terms (p q r p' q' r' x y z : R) :
    x + y + z + (p - p' + (q - q') + (r - r')) = p + q + r - (p' + q' + r') + (x + y + z) := by
  ring [p, q, r, p', q', r', x, y, z]

/-- A passed test: the mixture of three margins is positive. -/
theorem SharePair.pos_of_passes {A₁ B₁ A₃ B₃ T lo hi lo₁ hi₁ lo₃ hi₃ : Nat} {W : Loads} {P : SharePair} {a b w : R}
    (same : P.sameUp = lo₁ * (A₁ - B₁) ∧ P.sameDown = hi₁ * (B₁ - A₁)) (own : P.ownUp = lo₃ * (A₃ - B₃) ∧ P.ownDown = hi₃ * (B₃ - A₃))
    (ha : Share f g (W.low * lo₁) (W.high * hi₁) a) (hb : Share f g (W.otherLow * lo) (W.otherHigh * hi) b)
    (hw : Share f g lo₃ hi₃ w) (h : P.passes f g W lo hi T = true) :
    0 < a * (ofNat R A₁ - ofNat R B₁) + b * (ofNat R (P.otherUp + T) - ofNat R P.otherDown) + w * (ofNat R A₃ - ofNat R B₃) := by
  unfold passes at h
  rw [Nat.force_eq, same.left, same.right, own.left, own.right] at h
  have h : g * (W.high * (hi₁ * (B₁ - A₁)) + W.otherHigh * (hi * (P.otherDown - (P.otherUp + T))) + hi₃ * (B₃ - A₃)) <
    f * (W.low * (lo₁ * (A₁ - B₁)) + W.otherLow * (lo * (P.otherUp + T - P.otherDown)) + lo₃ * (A₃ - B₃)) := Nat.le_of_ble_eq_true h
  rw [← Nat.mul_assoc W.high, ← Nat.mul_assoc W.otherHigh, ← Nat.mul_assoc W.low, ← Nat.mul_assoc W.otherLow, Nat.mul_add, Nat.mul_add,
    Nat.mul_add, Nat.mul_add] at h
  have h := ofNat_lt (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add] at h
  exact lt_of_lt_of_le (sub_pos.mpr h) (le_of_linear (add_le_add (add_le_add (ha.mul_ge A₁ B₁) (hb.mul_ge (P.otherUp + T) P.otherDown))
    (hw.mul_ge A₃ B₃)) (six_terms _ _ _ _ _ _ _ _ _))

end
end Compact
