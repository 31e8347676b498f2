prelude
import Compact.Ball.Basic
import Compact.Field.ExpSides
/-!
# Exponentials of numbers in balls

A softmax does not change if the same number is subtracted from all scores: here one that is at least each of them, `a - b` in units.
So all exponentials are at most one.
-/
namespace Compact
namespace Ball
noncomputable section

/-- Bounds of `2^prec * exp (-G)` for the argument `y` of `G`, where the form is fit and `error` is its error (`ExpForm.bounds`). -/
def expSides (c : ExpForm) (error y : Nat) : Nat × Nat :=
  Bool.rec (motive := fun _ => Nat × Nat) (0, Nat.pow 2 c.prec)
    (Nat.force (c.lower (Nat.succ (Nat.log2 y)) y) fun x => (x, c.upperOf error x))
    (Nat.ble (Nat.succ y) (Nat.pow 2 (Nat.add c.half c.prec)))

/-- The exponential of a number between two arguments; one evaluation is enough where they are the same. -/
def expBetween (c : ExpForm) (error far near : Nat) : Ball :=
  Bool.rec (motive := fun _ => Ball)
    (Nat.force (expSides c error far).1 fun low => ⟨low, 0, Nat.sub (expSides c error near).2 low⟩)
    (Prod.rec (motive := fun _ => Ball) (fun low high => Nat.force low fun low => ⟨low, 0, Nat.sub high low⟩) (expSides c error far))
    (Nat.beq far near)

/-- The exponential of a score, in units of `2^prec`, less the number `a - b` that is at least as large. -/
def expBelow (c : ExpForm) (error U a b : Nat) (s : Ball) : Ball :=
  Nat.force (c.arg (Nat.sub (Nat.add a (Nat.add s.minus s.radius)) (Nat.add b s.plus)) U) fun far =>
  Nat.force (c.arg (Nat.sub (Nat.add a s.minus) (Nat.add b (Nat.add s.plus s.radius))) U) fun near =>
  expBetween c error far near

end

theorem expSides_eq {c : ExpForm} (fit : c.fit = true) (y : Nat) : expSides c c.error y = c.bounds y := by
  unfold expSides ExpForm.bounds
  rw [fit]
  rfl

theorem expBetween_eq (c : ExpForm) (error far near : Nat) :
    expBetween c error far near = ⟨(expSides c error far).1, 0, (expSides c error near).2 - (expSides c error far).1⟩ := by
  unfold expBetween
  cases same : Nat.beq far near with
  | false => exact Nat.force_eq _ _
  | true =>
    rw [← Nat.eq_of_beq_eq_true _ _ same]
    match expSides c error far with
    | (low, high) => exact Nat.force_eq _ _

variable {R : Type} [ExpField R] {U a b : Nat} {s : Ball} {y : R}

theorem Holds.expBelow {c : ExpForm} (fit : c.fit = true) (hU : 0 < U) (h : s.Holds U y)
    (le : b + (s.plus + s.radius) ≤ a + s.minus) :
    (expBelow c c.error U a b s).Holds (2 ^ c.prec) (exp (y - (ofNat R a - ofNat R b) / ofNat R U)) := by
  unfold Ball.expBelow
  rw [Nat.force_eq, Nat.force_eq, expBetween_eq, expSides_eq fit, expSides_eq fit]
  have K : (0 : R) < ofNat R U := ofNat_pos hU
  have le' : b + s.plus ≤ a + (s.minus + s.radius) :=
    Nat.le_trans (Nat.add_le_add_left (Nat.le_add_right _ _) b) (Nat.le_trans le (Nat.add_le_add_left (Nat.le_add_right _ _) a))
  have low := (ExpForm.bounds_within (R := R) (c := c) (g := a + (s.minus + s.radius) - (b + s.plus)) hU).left
  have high := (ExpForm.bounds_within (R := R) (c := c) (g := a + s.minus - (b + (s.plus + s.radius))) hU).right
  have e : y - (ofNat R a - ofNat R b) / ofNat R U = (ofNat R U * y - (ofNat R a - ofNat R b)) / ofNat R U := by
    rw [sub_div (ofNat R U * y), mul_div_cancel_left y (ne_of_gt K)]
  -- The true exponent lies between the two that are looked at.
  have above : exp (-(ofNat R (a + (s.minus + s.radius) - (b + s.plus)) / ofNat R U)) ≤ exp (y - (ofNat R a - ofNat R b) / ofNat R U) := by
    rw [e, ← neg_div]
    refine exp_le_exp (div_le_div_of_pos_right ?_ K)
    rw [ofNat_sub le']
    exact le_of_linear h.ge (by ring [ofNat R U, y, ofNat R a, ofNat R b, ofNat R s.plus, ofNat R s.minus, ofNat R s.radius])
  have below : exp (y - (ofNat R a - ofNat R b) / ofNat R U) ≤ exp (-(ofNat R (a + s.minus - (b + (s.plus + s.radius))) / ofNat R U)) := by
    rw [e, ← neg_div]
    refine exp_le_exp (div_le_div_of_pos_right ?_ K)
    rw [ofNat_sub le]
    exact le_of_linear h.le (by ring [ofNat R U, y, ofNat R a, ofNat R b, ofNat R s.plus, ofNat R s.minus, ofNat R s.radius])
  have low := le_trans low (mul_le_mul_of_nonneg_left above (ofNat_nonneg _))
  have high := le_trans (mul_le_mul_of_nonneg_left below (ofNat_nonneg _)) high
  generalize exp (y - (ofNat R a - ofNat R b) / ofNat R U) = z at low high ⊢
  show Near (ofNat R (2 ^ c.prec) * z - (ofNat R (c.bounds (c.arg (a + (s.minus + s.radius) - (b + s.plus)) U)).1 - ofNat R 0))
    (ofNat R ((c.bounds (c.arg (a + s.minus - (b + (s.plus + s.radius))) U)).2 -
      (c.bounds (c.arg (a + (s.minus + s.radius) - (b + s.plus)) U)).1))
  generalize (c.bounds (c.arg (a + (s.minus + s.radius) - (b + s.plus)) U)).1 = l at low ⊢
  generalize (c.bounds (c.arg (a + s.minus - (b + (s.plus + s.radius))) U)).2 = u at high ⊢
  rw [ofNat_zero, sub_zero]
  have far := sub_le_ofNat_sub (R := R) u l
  constructor
  · exact le_trans (sub_le_sub_right high _) far
  · exact le_trans (neg_nonpos.mpr (ofNat_nonneg _)) (sub_nonneg.mpr low)

end Ball
end Compact
