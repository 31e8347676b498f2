prelude
import Compact.Real.Magnitude.Infimum
/-!
# The real numbers: differences of magnitudes

A real number is a difference `a - b` of two magnitudes, where `a - b` and `c - d` are the same number if
`a + d = c + b`: a quotient, by that relation, of the pairs of magnitudes.
-/
namespace Compact

/-- A pair of magnitudes, read as a difference: `plus - minus`. -/
structure Difference where
  plus : Magnitude
  minus : Magnitude

namespace Difference

/-- `a - b` and `c - d` are the same number: `a + d = c + b`. -/
def Same (p q : Difference) : Prop := p.plus + q.minus = q.plus + p.minus

/-- `(a - b) + (c - d) = (a + c) - (b + d)` -/
instance : Add Difference where add p q := ⟨p.plus + q.plus, p.minus + q.minus⟩
/-- `-(a - b) = b - a` -/
instance : Neg Difference where neg p := ⟨p.minus, p.plus⟩
/-- `(a - b) (c - d) = (a c + b d) - (a d + b c)` -/
instance : Mul Difference where
  mul p q := ⟨p.plus * q.plus + p.minus * q.minus, p.plus * q.minus + p.minus * q.plus⟩
/-- `a - b ≤ c - d` if `a + d ≤ c + b`. -/
instance : LE Difference where le p q := p.plus + q.minus ≤ q.plus + p.minus

theorem Same.symm {p q : Difference} (h : Same p q) : Same q p := Eq.symm h

/-! The operations and the order respect `Same`. -/

theorem add_same {p p' : Difference} (q : Difference) (h : Same p p') : Same (p + q) (p' + q) := by
  have h : p.plus + p'.minus = p'.plus + p.minus := h
  show p.plus + q.plus + (p'.minus + q.minus) = p'.plus + q.plus + (p.minus + q.minus)
  calc _ = p.plus + p'.minus + (q.plus + q.minus) := by ring [p.plus, p'.minus, q.plus, q.minus]
    _ = p'.plus + p.minus + (q.plus + q.minus) := by rw [h]
    _ = _ := by ring [p'.plus, p.minus, q.plus, q.minus]

theorem neg_same {p p' : Difference} (h : Same p p') : Same (-p) (-p') := by
  have h : p.plus + p'.minus = p'.plus + p.minus := h
  show p.minus + p'.plus = p'.minus + p.plus
  rw [Magnitude.add_comm, ← h, Magnitude.add_comm]

theorem mul_same {p p' : Difference} (q : Difference) (h : Same p p') : Same (p * q) (p' * q) := by
  have h : p.plus + p'.minus = p'.plus + p.minus := h
  show p.plus * q.plus + p.minus * q.minus + (p'.plus * q.minus + p'.minus * q.plus)
    = p'.plus * q.plus + p'.minus * q.minus + (p.plus * q.minus + p.minus * q.plus)
  calc _ = (p.plus + p'.minus) * q.plus + (p'.plus + p.minus) * q.minus := by
        ring [p.plus, p.minus, q.plus, q.minus, p'.plus, p'.minus]
    _ = (p'.plus + p.minus) * q.plus + (p.plus + p'.minus) * q.minus := by rw [h]
    _ = _ := by ring [p.plus, p.minus, q.plus, q.minus, p'.plus, p'.minus]

theorem le_same {p p' q q' : Difference} (hp : Same p p') (hq : Same q q') (h : p ≤ q) : p' ≤ q' := by
  have hp : p.plus + p'.minus = p'.plus + p.minus := hp
  have hq : q.plus + q'.minus = q'.plus + q.minus := hq
  show p'.plus + q'.minus ≤ q'.plus + p'.minus
  have h := Magnitude.add_le_add_right (show p.plus + q.minus ≤ q.plus + p.minus from h) (p'.minus + q'.minus)
  refine Magnitude.le_of_add_le_add_right (z := p.minus + q.minus) ?_
  have e : p'.plus + q'.minus + (p.minus + q.minus) = p.plus + q.minus + (p'.minus + q'.minus) := by
    calc _ = (p'.plus + p.minus) + (q'.minus + q.minus) := by ring [p'.plus, p.minus, q'.minus, q.minus]
      _ = _ := by rw [← hp]; ring [p.plus, p'.minus, q'.minus, q.minus]
  have e' : q'.plus + p'.minus + (p.minus + q.minus) = q.plus + p.minus + (p'.minus + q'.minus) := by
    calc _ = (q'.plus + q.minus) + (p'.minus + p.minus) := by ring [q'.plus, p.minus, p'.minus, q.minus]
      _ = _ := by rw [← hq]; ring [q.plus, q'.minus, p'.minus, p.minus]
  rw [e, e']
  exact h

theorem ext {p q : Difference} (h : p.plus = q.plus) (h' : p.minus = q.minus) : p = q := by
  cases p; cases q; cases h; cases h'; rfl
theorem add_comm (p q : Difference) : p + q = q + p := ext (Magnitude.add_comm _ _) (Magnitude.add_comm _ _)
theorem mul_comm (p q : Difference) : p * q = q * p := by
  refine ext ?_ ?_
  · show p.plus * q.plus + p.minus * q.minus = q.plus * p.plus + q.minus * p.minus
    ring [p.plus, p.minus, q.plus, q.minus]
  · show p.plus * q.minus + p.minus * q.plus = q.plus * p.minus + q.minus * p.plus
    ring [p.plus, p.minus, q.plus, q.minus]

end Difference

/-- The real numbers. -/
def Real : Type := Quot Difference.Same

namespace Real

/-- The real number `p.plus - p.minus`. -/
def mk (p : Difference) : Real := Quot.mk Difference.Same p

theorem mk_eq {p q : Difference} (h : p.plus + q.minus = q.plus + p.minus) : mk p = mk q := Quot.sound h

/-- Every real number is a difference. -/
theorem exists_mk (x : Real) : ∃ p, x = mk p := Quot.ind (β := fun x => ∃ p, x = mk p) (fun p => ⟨p, rfl⟩) x
theorem ind {motive : Real → Prop} (h : ∀ p, motive (mk p)) (x : Real) : motive x := Quot.ind h x

/-- A function of two differences that respects `Same`, as a function of two real numbers. -/
noncomputable def lift₂ {α : Type} (f : Difference → Difference → α)
    (left : ∀ p p' q, Difference.Same p p' → f p q = f p' q)
    (right : ∀ p q q', Difference.Same q q' → f p q = f p q') (x y : Real) : α :=
  Quot.lift (fun p => Quot.lift (f p) (right p) y) (fun p p' h => ind (motive := fun y =>
    Quot.lift (f p) (right p) y = Quot.lift (f p') (right p') y) (fun q => left p p' q h) y) x

end Real
end Compact
