prelude
import Compact.Ball.Basic
import Compact.Field.Root
/-!
# Quotients and square roots of numbers in balls

A first guess is computed in naturals, by any means; how far the truth may be from it is computed from what is left over
(`b - guess * a`, or `a - guess * guess`), divided by a lower bound.  So nothing depends on how good a guess is.
-/
namespace Compact
namespace Ball
noncomputable section

/-- How far apart two naturals are. -/
def gap (m n : Nat) : Nat := Nat.add (Nat.sub m n) (Nat.sub n m)

/-- A ball around the guess `plus - minus` of the quotient `b / a`, in units of `1 / U`. -/
def around (U : Nat) (b a : Ball) (plus minus : Nat) : Ball :=
  ⟨plus, minus, Nat.succ (Nat.div
    (Nat.add (gap (Nat.add (Nat.mul U b.plus) (Nat.add (Nat.mul plus a.minus) (Nat.mul minus a.plus)))
      (Nat.add (Nat.mul U b.minus) (Nat.add (Nat.mul plus a.plus) (Nat.mul minus a.minus))))
      (Nat.add (Nat.mul U b.radius) (Nat.mul (Nat.add plus minus) a.radius)))
    (Nat.sub a.plus (Nat.add a.minus a.radius)))⟩

/-- The quotient `b / a`, in units of `1 / U`, for a positive `a`; if `b` is zero and no other, so is the quotient, whatever `a` is. -/
def quotient (U : Nat) (b a : Ball) : Ball :=
  Bool.rec (motive := fun _ => Ball)
    (Nat.force (Nat.div (Nat.mul U (Nat.sub b.plus b.minus)) (Nat.sub a.plus a.minus)) fun plus =>
      Nat.force (Nat.div (Nat.mul U (Nat.sub b.minus b.plus)) (Nat.sub a.plus a.minus)) fun minus => around U b a plus minus)
    zero b.isZero

/-- Newton's steps towards the square root of `x`. -/
def newton (x steps : Nat) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat) (fun s => s)
    (fun _ ih s => Nat.force (Nat.div (Nat.add s (Nat.div x s)) 2) fun s => ih s) steps

/-- A guess of the square root of `x`: from a power of two on, that many of Newton's steps. -/
def rootGuess (steps x : Nat) : Nat := newton x steps (Nat.pow 2 (Nat.div (Nat.succ (Nat.succ (Nat.log2 x))) 2))

/-- A ball around the guess `s + 1` of the square root. -/
def rootAround (a : Ball) (s : Nat) : Ball :=
  ⟨Nat.succ s, 0, Nat.succ (Nat.div (Nat.add (gap a.plus (Nat.add a.minus (Nat.mul (Nat.succ s) (Nat.succ s)))) a.radius) (Nat.succ s))⟩

/-- The square root, in a unit whose square is that of `a`. -/
def root (steps : Nat) (a : Ball) : Ball := Nat.force (rootGuess steps (Nat.sub a.plus a.minus)) fun s => rootAround a s

end

section
variable {R : Type} [ExpField R] {U V : Nat} {a b : Ball} {x y : R}

theorem near_gap (m n : Nat) : Near (ofNat R m - ofNat R n) (ofNat R (gap m n)) := Near.dist m n

theorem Holds.around {plus minus : Nat} (ha : a.Holds V x) (hb : b.Holds V y) (positive : a.isPositive = true) :
    (around U b a plus minus).Holds U (y / x) := by
  match le_of_isPositive positive ha with
  | ⟨low_pos, low⟩ =>
    have X : 0 < ofNat R V * x := lt_of_lt_of_le (ofNat_pos low_pos) low
    have x_pos : 0 < x := pos_of_mul_pos_left X (ofNat_nonneg V)
    have left := (Near.mul (Near.self (ofNat_nonneg (R := R) U)) hb).add
      (Near.mul (Near.ofNat_sub (R := R) plus minus) (Near.neg ha))
    have gap := near_gap (R := R) (U * b.plus + (plus * a.minus + minus * a.plus)) (U * b.minus + (plus * a.plus + minus * a.minus))
    have both : Near ((ofNat R U * (y / x) - (ofNat R plus - ofNat R minus)) * (ofNat R V * x)) _ := (gap.add left).of_eq (by
      have e : y = y / x * x := (div_mul_cancel y (ne_of_gt x_pos)).symm
      generalize y / x = z at e ⊢
      rw [e]
      ring [ofNat R U, ofNat R V, x, z, ofNat R plus, ofNat R minus, ofNat R a.plus, ofNat R a.minus, ofNat R b.plus, ofNat R b.minus])
      (by rw [← ofNat_mul, ← ofNat_mul, ← ofNat_add, ← ofNat_add])
    exact (both.of_mul (ofNat_pos low_pos) low).mono (ofNat_div_le_succ _ low_pos)

/-- What is asked of a divisor: that it is positive, unless what is divided is zero. -/
def divides (b a : Ball) : Prop := a.isPositive = true ∨ b.isZero = true

theorem Holds.quotient (ha : a.Holds V x) (hb : b.Holds V y) (hV : 0 < V) (h : divides b a) : (quotient U b a).Holds U (y / x) := by
  unfold Ball.quotient
  cases e : b.isZero with
  | true =>
    rw [eq_zero_of_isZero hV e hb, zero_div]
    exact holds_zero U
  | false =>
    have positive : a.isPositive = true := h.elim id fun h => Bool.noConfusion (e.symm.trans h)
    show Ball.Holds U (Nat.force _ fun plus => Nat.force _ fun minus => Ball.around U b a plus minus) (y / x)
    rw [Nat.force_eq, Nat.force_eq]
    exact Holds.around ha hb positive

end

section
variable {R : Type} [RootField R] {V : Nat} {a : Ball} {x : R}

theorem Holds.root (steps : Nat) (hx : 0 ≤ x) (h : a.Holds (V * V) x) : (root steps a).Holds V (sqrt x) := by
  unfold Ball.root
  rw [Nat.force_eq]
  generalize rootGuess steps (Nat.sub a.plus a.minus) = s
  have k : (0 : R) < ofNat R (s + 1) := ofNat_pos (Nat.zero_lt_succ s)
  have S : 0 ≤ ofNat R V * sqrt x := mul_nonneg (ofNat_nonneg V) (sqrt_nonneg hx)
  have square := sqrt_mul_self hx
  generalize sqrt x = r at S square ⊢
  have both : Near ((ofNat R V * r - ofNat R (s + 1)) * (ofNat R V * r + ofNat R (s + 1))) _ :=
    ((near_gap (R := R) a.plus (a.minus + (s + 1) * (s + 1))).add h).of_eq (by
      rw [← square]
      ring [ofNat R V, r, ofNat R a.plus, ofNat R a.minus, ofNat R (s + 1)]) (ofNat_add _ _).symm
  have le : ofNat R (s + 1) ≤ ofNat R V * r + ofNat R (s + 1) := le_add_of_nonneg_left S
  refine ((both.of_mul k le).mono (ofNat_div_le_succ _ (Nat.zero_lt_succ s))).of_eq ?_ rfl
  show _ = ofNat R V * r - (ofNat R (s + 1) - ofNat R 0)
  rw [ofNat_zero, sub_zero]

end
end Ball
end Compact
