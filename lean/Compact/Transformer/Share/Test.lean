prelude
import Compact.Transformer.Share.Ends
/-!
# What a class can spare, and what a token lacks

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

/-- One more than what the positions that hold the maximum, and the query, can spare, or 0: with factors of the former, their weight is between
`low` and `high`. -/
def SharePair.spare (P : SharePair) (lowUnit highUnit low high : Nat) : Nat :=
  Nat.sub (Nat.mul lowUnit (Nat.add (Nat.mul low P.sameUp) P.ownUp)) (Nat.mul highUnit (Nat.add (Nat.mul high P.sameDown) P.ownDown))

/-- What a token with a factor of at most `hi` and a margin of at least `T` lacks. -/
def SharePair.lack (P : SharePair) (hi T : Nat) : Nat := Nat.mul hi (Nat.sub P.otherDown (Nat.add P.otherUp T))

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

theorem spare_terms (k p q r s : R) : k + (r + s) = r - p + (s - q) + (k + (p + q)) := by ring [k, p, q, r, s]

/-- What can be spared. -/
theorem SharePair.spare_lt {A₁ B₁ A₃ B₃ lo₁ hi₁ lo₃ hi₃ low high k : Nat} {P : SharePair} {a w : R}
    (same : P.sameUp = lo₁ * (A₁ - B₁) ∧ P.sameDown = hi₁ * (B₁ - A₁)) (own : P.ownUp = lo₃ * (A₃ - B₃) ∧ P.ownDown = hi₃ * (B₃ - A₃))
    (ha : Share f g (low * lo₁) (high * hi₁) a) (hw : Share f g lo₃ hi₃ w) (h : P.spare f g low high = k + 1) :
    ofNat R k < a * (ofNat R A₁ - ofNat R B₁) + w * (ofNat R A₃ - ofNat R B₃) := by
  unfold spare at h
  rw [same.left, same.right, own.left, own.right] at h
  have h : f * (low * (lo₁ * (A₁ - B₁)) + lo₃ * (A₃ - B₃)) - g * (high * (hi₁ * (B₁ - A₁)) + hi₃ * (B₃ - A₃)) = k + 1 := h
  rw [← Nat.mul_assoc low, ← Nat.mul_assoc high, Nat.mul_add, Nat.mul_add] at h
  have le : k + 1 + (g * (high * hi₁ * (B₁ - A₁)) + g * (hi₃ * (B₃ - A₃))) ≤ f * (low * lo₁ * (A₁ - B₁)) + f * (lo₃ * (A₃ - B₃)) := by
    refine Nat.add_le_of_le_sub (Nat.le_of_lt (Nat.lt_of_sub_pos ?_)) (Nat.le_of_eq h.symm)
    exact Nat.lt_of_lt_of_le (Nat.zero_lt_succ k) (Nat.le_of_eq h.symm)
  have le := ofNat_le (R := R) le
  rw [ofNat_add (k + 1), ofNat_add (g * _), ofNat_add (f * _)] at le
  refine lt_of_lt_of_le (ofNat_lt (Nat.lt_succ_self k)) (le_trans ?_ (add_le_add (ha.mul_ge A₁ B₁) (hw.mul_ge A₃ B₃)))
  exact le_of_linear le (spare_terms _ _ _ _ _).symm

/-- What a token lacks at most. -/
theorem SharePair.lack_ge (P : SharePair) {hi T : Nat} {x : R} (h0 : 0 ≤ x) (hx : x ≤ ofNat R (g * hi)) :
    -ofNat R (g * P.lack hi T) ≤ x * (ofNat R (P.otherUp + T) - ofNat R P.otherDown) := by
  have share : Share 0 g 0 hi x := ⟨h0, hx⟩
  have h := share.mul_ge (P.otherUp + T) P.otherDown
  rw [Nat.zero_mul] at h
  refine le_trans (le_of_eq ?_) h
  show -ofNat R (g * (hi * (P.otherDown - (P.otherUp + T)))) = 0 - _
  exact (zero_sub _).symm

end
end Compact
