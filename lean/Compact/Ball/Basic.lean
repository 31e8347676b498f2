prelude
import Compact.Ball.Near
import Compact.Packed.Fold
/-!
# Numbers up to an error

A ball is a centre, as a difference of two naturals, and a radius; with a unit `U` it stands for all numbers `y` such that `U * y` is
at most the radius away from the centre (`Ball.Holds`).  Each operation comes with the theorem that says what it does to numbers in
balls.  Nothing is claimed of how small a radius is: an operation that rounds badly only makes a check fail.
-/
namespace Compact

/-- The centre is `plus - minus`. -/
structure Ball where
  plus : Nat
  minus : Nat
  radius : Nat

namespace Ball
variable {R : Type} [ExpField R]

/-- In units of `1 / U`, the number `y` is in the ball. -/
def Holds (U : Nat) (b : Ball) (y : R) : Prop :=
  Near (ofNat R U * y - (ofNat R b.plus - ofNat R b.minus)) (ofNat R b.radius)

noncomputable section

/-- Evaluate a ball, then go on with it. -/
def force {α : Type} (b : Ball) (k : Ball → α) : α :=
  Ball.rec (motive := fun _ => α) (fun p n e => Nat.force p fun p => Nat.force n fun n => Nat.force e fun e => k ⟨p, n, e⟩) b

/-- The number zero. -/
def zero : Ball := ⟨0, 0, 0⟩
/-- The number one, if the unit is `1`. -/
def one : Ball := ⟨1, 0, 0⟩

def add (a b : Ball) : Ball := ⟨Nat.add a.plus b.plus, Nat.add a.minus b.minus, Nat.add a.radius b.radius⟩

/-- The product, in the product of the units. -/
def mul (a b : Ball) : Ball :=
  ⟨Nat.add (Nat.mul a.plus b.plus) (Nat.mul a.minus b.minus), Nat.add (Nat.mul a.plus b.minus) (Nat.mul a.minus b.plus),
    Nat.add (Nat.add (Nat.mul (Nat.add a.plus a.minus) b.radius) (Nat.mul a.radius (Nat.add b.plus b.minus))) (Nat.mul a.radius b.radius)⟩

/-- In a unit that is a `k`-th of what it was. -/
def shrink (k : Nat) (b : Ball) : Ball :=
  ⟨Nat.div (Nat.sub b.plus b.minus) k, Nat.div (Nat.sub b.minus b.plus) k, Nat.add (Nat.div b.radius k) 2⟩

/-- The same ball, one of the two naturals zero. -/
def tidy (b : Ball) : Ball := b.force fun b => ⟨Nat.sub b.plus b.minus, Nat.sub b.minus b.plus, b.radius⟩

/-- `k` times the number. -/
def scale (k : Nat) (b : Ball) : Ball := ⟨Nat.mul k b.plus, Nat.mul k b.minus, Nat.mul k b.radius⟩

/-- The ReLU. -/
def relu (b : Ball) : Ball := ⟨Nat.sub b.plus b.minus, 0, b.radius⟩

/-- Is this the number zero and no other? -/
def isZero (b : Ball) : Bool := Nat.beq b.plus b.minus && Nat.beq b.radius 0

/-- Are all numbers of the ball positive? -/
def isPositive (b : Ball) : Bool := Nat.ble (Nat.succ (Nat.add b.minus b.radius)) b.plus

/-- Is the ball `a` below the ball `b`? -/
def below (a b : Ball) : Bool :=
  Nat.ble (Nat.succ (Nat.add (Nat.add a.plus a.radius) (Nat.add b.minus b.radius))) (Nat.add b.plus a.minus)

end

theorem force_eq {α : Type} (b : Ball) (k : Ball → α) : b.force k = k b := by
  cases b with
  | mk p n e =>
    show Nat.force p (fun p => Nat.force n fun n => Nat.force e fun e => k ⟨p, n, e⟩) = _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

variable {U V k : Nat} {a b : Ball} {x y : R}

theorem Holds.of_eq (h : b.Holds U x) (e : x = y) : b.Holds U y := e ▸ h

/-- What is known of a number without its ball. -/
theorem holds_zero (U : Nat) : zero.Holds U (0 : R) := by
  have z : ofNat R 0 = 0 := ofNat_zero
  have h : Near (0 : R) 0 := ⟨le_refl 0, le_of_eq neg_zero⟩
  refine h.of_eq ?_ z.symm
  show (0 : R) = ofNat R U * 0 - (ofNat R 0 - ofNat R 0)
  rw [z]
  ring [ofNat R U]

theorem holds_one : one.Holds 1 (1 : R) := by
  have z : ofNat R 0 = 0 := ofNat_zero
  have o : ofNat R 1 = 1 := ofNat_one
  have h : Near (0 : R) 0 := ⟨le_refl 0, le_of_eq neg_zero⟩
  refine h.of_eq ?_ z.symm
  show (0 : R) = ofNat R 1 * 1 - (ofNat R 1 - ofNat R 0)
  rw [z, o]
  ring []

theorem Holds.add (h : a.Holds U x) (h' : b.Holds U y) : (a.add b).Holds U (x + y) := by
  refine (Near.add h h').of_eq ?_ (ofNat_add _ _).symm
  show _ = ofNat R U * (x + y) - (ofNat R (a.plus + b.plus) - ofNat R (a.minus + b.minus))
  ring [ofNat R U, x, y, ofNat R a.plus, ofNat R b.plus, ofNat R a.minus, ofNat R b.minus]

theorem Holds.mul (h : a.Holds U x) (h' : b.Holds V y) : (a.mul b).Holds (U * V) (x * y) := by
  have first := (Near.ofNat_sub (R := R) a.plus a.minus).mul h'
  have second := Near.mul h (Near.ofNat_sub (R := R) b.plus b.minus)
  refine ((first.add second).add (Near.mul h h')).of_eq ?_ ?_
  · show _ = ofNat R (U * V) * (x * y) - (ofNat R (a.plus * b.plus + a.minus * b.minus) - ofNat R (a.plus * b.minus + a.minus * b.plus))
    ring [ofNat R U, ofNat R V, x, y, ofNat R a.plus, ofNat R b.plus, ofNat R a.minus, ofNat R b.minus]
  · show _ = ofNat R ((a.plus + a.minus) * b.radius + a.radius * (b.plus + b.minus) + a.radius * b.radius)
    ring [ofNat R a.plus, ofNat R b.plus, ofNat R a.minus, ofNat R b.minus, ofNat R a.radius, ofNat R b.radius]

/-- A difference of naturals may be cut off at zero on both sides. -/
theorem cut (p n : Nat) : ofNat R (p - n) - ofNat R (n - p) = ofNat R p - ofNat R n := by
  cases Nat.le_total p n with
  | inl h => rw [Nat.sub_eq_zero_of_le h, ofNat_sub h, ofNat_zero]; ring [ofNat R p, ofNat R n]
  | inr h => rw [Nat.sub_eq_zero_of_le h, ofNat_sub h, ofNat_zero]; ring [ofNat R p, ofNat R n]

theorem Holds.tidy (h : b.Holds U y) : b.tidy.Holds U y := by
  unfold Ball.tidy
  rw [force_eq]
  refine Near.of_eq h ?_ rfl
  show _ = ofNat R U * y - (ofNat R (b.plus - b.minus) - ofNat R (b.minus - b.plus))
  rw [cut]

/-- What is lost when a natural number is divided and rounded down. -/
theorem near_div (p n : Nat) (hk : 0 < k) :
    Near (ofNat R p / ofNat R k - ofNat R n / ofNat R k - (ofNat R (p / k) - ofNat R (n / k))) 1 := by
  have p1 := ofNat_div_le (R := R) p hk
  have p2 := le_of_lt (lt_ofNat_div_succ (R := R) p hk)
  have n1 := ofNat_div_le (R := R) n hk
  have n2 := le_of_lt (lt_ofNat_div_succ (R := R) n hk)
  generalize ofNat R p / ofNat R k = P at *
  generalize ofNat R n / ofNat R k = N at *
  constructor
  · exact le_of_linear (add_le_add p2 n1) (by ring [P, N, ofNat R (p / k), ofNat R (n / k)])
  · exact le_of_linear (add_le_add p1 n2) (by ring [P, N, ofNat R (p / k), ofNat R (n / k)])

theorem Holds.shrink (hk : 0 < k) (h : b.Holds (U * k) y) : (b.shrink k).Holds U y := by
  have K : (0 : R) < ofNat R k := ofNat_pos hk
  -- Divided by `k`, before rounding.
  have whole : Near ((ofNat R U * y - (ofNat R (b.plus - b.minus) / ofNat R k - ofNat R (b.minus - b.plus) / ofNat R k)) * ofNat R k)
      (ofNat R b.radius) := by
    refine Near.of_eq h ?_ rfl
    rw [sub_mul, sub_mul, div_mul_cancel _ (ne_of_gt K), div_mul_cancel _ (ne_of_gt K), cut]
    ring [ofNat R U, ofNat R k, y, ofNat R b.plus, ofNat R b.minus]
  have far := (whole.of_mul K (le_refl _)).mono (ofNat_div_le_succ b.radius hk)
  refine (far.add (near_div (b.plus - b.minus) (b.minus - b.plus) hk)).of_eq ?_ ?_
  · show _ = ofNat R U * y - (ofNat R ((b.plus - b.minus) / k) - ofNat R ((b.minus - b.plus) / k))
    generalize ofNat R (b.plus - b.minus) / ofNat R k = P
    generalize ofNat R (b.minus - b.plus) / ofNat R k = N
    ring [ofNat R U, y, P, N, ofNat R ((b.plus - b.minus) / k), ofNat R ((b.minus - b.plus) / k)]
  · exact (ofNat_succ _).symm

theorem Holds.scale (k : Nat) (h : b.Holds U y) : (b.scale k).Holds U (ofNat R k * y) := by
  refine (Near.mul (Near.self (ofNat_nonneg (R := R) k)) h).of_eq ?_ (ofNat_mul _ _).symm
  show _ = ofNat R U * (ofNat R k * y) - (ofNat R (k * b.plus) - ofNat R (k * b.minus))
  ring [ofNat R U, ofNat R k, y, ofNat R b.plus, ofNat R b.minus]

/-- A factor of the number may go to the unit, and back. -/
theorem Holds.to_unit (h : b.Holds U (ofNat R k * y)) : b.Holds (U * k) y := by
  refine Near.of_eq h ?_ rfl
  ring [ofNat R U, ofNat R k, y, ofNat R b.plus, ofNat R b.minus]

theorem Holds.of_unit (h : b.Holds (U * k) y) : b.Holds U (ofNat R k * y) := by
  refine Near.of_eq h ?_ rfl
  ring [ofNat R U, ofNat R k, y, ofNat R b.plus, ofNat R b.minus]

theorem eq_zero_of_isZero (hU : 0 < U) (zero : b.isZero = true) (h : b.Holds U y) : y = 0 := by
  have e : b.plus = b.minus := Nat.eq_of_beq_eq_true _ _ (Bool.and_left zero)
  have r : b.radius = 0 := Nat.eq_of_beq_eq_true _ _ (Bool.and_right zero)
  unfold Holds at h
  rw [e, r, ofNat_zero, sub_self, sub_zero] at h
  have both : ofNat R U * y = 0 := le_antisymm h.le (le_trans (le_of_eq neg_zero.symm) h.ge)
  exact mul_left_cancel (ofNat_ne_zero hU) (both.trans (mul_zero _).symm)

/-- A lower bound of a positive ball. -/
theorem le_of_isPositive (positive : b.isPositive = true) (h : b.Holds U y) :
    0 < b.plus - (b.minus + b.radius) ∧ ofNat R (b.plus - (b.minus + b.radius)) ≤ ofNat R U * y := by
  have lt : b.minus + b.radius < b.plus := Nat.le_of_ble_eq_true positive
  refine ⟨Nat.sub_pos_of_lt lt, ?_⟩
  rw [ofNat_sub (Nat.le_of_lt lt), ofNat_add]
  exact le_of_linear h.ge (by ring [ofNat R U, y, ofNat R b.plus, ofNat R b.minus, ofNat R b.radius])

theorem lt_of_below (ha : a.Holds U x) (hb : b.Holds U y) (h : a.below b = true) : x < y := by
  have lt : a.plus + a.radius + (b.minus + b.radius) < b.plus + a.minus := Nat.le_of_ble_eq_true h
  have lt := ofNat_lt (R := R) lt
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add] at lt
  refine lt_of_mul_lt_mul_left (a := ofNat R U) ?_ (ofNat_nonneg U)
  exact lt_of_linear (add_lt_add_of_lt_of_le lt (add_le_add ha.le hb.ge))
    (by ring [ofNat R U, x, y, ofNat R a.plus, ofNat R a.minus, ofNat R a.radius, ofNat R b.plus, ofNat R b.minus, ofNat R b.radius])

theorem Holds.relu (h : b.Holds U y) : b.relu.Holds U (ExpField.max y 0) := by
  have hU : (0 : R) ≤ ofNat R U := ofNat_nonneg U
  have c := cut (R := R) b.plus b.minus
  have pos := ofNat_nonneg (R := R) (b.plus - b.minus)
  have neg := ofNat_nonneg (R := R) (b.minus - b.plus)
  have e := h.nonneg
  have goal {z : R} (up : ofNat R U * z ≤ ofNat R (b.plus - b.minus) + ofNat R b.radius)
      (down : ofNat R (b.plus - b.minus) ≤ ofNat R U * z + ofNat R b.radius) : b.relu.Holds U z := by
    show Near (ofNat R U * z - (ofNat R (b.plus - b.minus) - ofNat R 0)) (ofNat R b.radius)
    rw [ofNat_zero]
    constructor
    · exact le_of_linear up (by ring [ofNat R U, z, ofNat R (b.plus - b.minus), ofNat R b.radius])
    · exact le_of_linear down (by ring [ofNat R U, z, ofNat R (b.plus - b.minus), ofNat R b.radius])
  cases le_total 0 y with
  | inl hy =>
    rw [ExpField.max_of_ge y 0 hy]
    refine goal ?_ ?_
    · have le := h.le
      rw [← c] at le
      exact le_of_linear (add_le_add le neg) (by
        ring [ofNat R U, y, ofNat R (b.plus - b.minus), ofNat R (b.minus - b.plus), ofNat R b.radius])
    · cases Nat.le_total b.plus b.minus with
      | inl le => rw [Nat.sub_eq_zero_of_le le, ofNat_zero]; exact add_nonneg (mul_nonneg hU hy) e
      | inr le =>
        rw [ofNat_sub le]
        exact le_of_linear h.ge (by ring [ofNat R U, y, ofNat R b.plus, ofNat R b.minus, ofNat R b.radius])
  | inr hy =>
    rw [ExpField.max_of_le y 0 hy]
    refine goal ?_ ?_
    · rw [mul_zero]; exact add_nonneg pos e
    · rw [mul_zero, zero_add]
      have low : ofNat R U * y ≤ 0 := le_trans (mul_le_mul_of_nonneg_left hy hU) (le_of_eq (mul_zero _))
      cases Nat.le_total b.plus b.minus with
      | inl le => rw [Nat.sub_eq_zero_of_le le, ofNat_zero]; exact e
      | inr le =>
        rw [ofNat_sub le]
        exact le_of_linear (add_le_add h.ge low) (by ring [ofNat R U, y, ofNat R b.plus, ofNat R b.minus, ofNat R b.radius])

end Ball
end Compact
