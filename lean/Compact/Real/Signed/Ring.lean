prelude
import Compact.Real.Signed.Basic
/-!
# The real numbers are an ordered commutative ring

The operations, and their laws: each is an equation between differences, hence one between magnitudes that `ring` proves.
-/
namespace Compact
namespace Real

noncomputable def zero : Real := mk ⟨0, 0⟩
noncomputable def one : Real := mk ⟨1, 0⟩
noncomputable def half : Real := mk ⟨Magnitude.ofFraction ⟨1, 2, Nat.two_pos⟩, 0⟩

noncomputable def add : Real → Real → Real := lift₂ (fun p q => mk (p + q))
  (fun _ _ q h => Quot.sound (Difference.add_same q h))
  (fun p q q' h => by
    show mk (p + q) = mk (p + q')
    rw [Difference.add_comm p, Difference.add_comm p]; exact Quot.sound (Difference.add_same p h))
noncomputable def neg : Real → Real := Quot.lift (fun p => mk (-p)) (fun _ _ h => Quot.sound (Difference.neg_same h))
noncomputable def mul : Real → Real → Real := lift₂ (fun p q => mk (p * q))
  (fun _ _ q h => Quot.sound (Difference.mul_same q h))
  (fun p q q' h => by
    show mk (p * q) = mk (p * q')
    rw [Difference.mul_comm p, Difference.mul_comm p]; exact Quot.sound (Difference.mul_same p h))
noncomputable def le : Real → Real → Prop := lift₂ (fun p q => p ≤ q)
  (fun _ _ _ h => propext ⟨Difference.le_same h rfl, Difference.le_same h.symm rfl⟩)
  (fun _ _ _ h => propext ⟨Difference.le_same rfl h, Difference.le_same rfl h.symm⟩)

/-! ## The laws of a commutative ring -/

theorem add_comm (x y : Real) : add x y = add y x :=
  ind (fun p => ind (fun q => congrArg mk (Difference.add_comm p q)) y) x

theorem add_assoc (x y z : Real) : add (add x y) z = add x (add y z) :=
  ind (fun p => ind (fun q => ind (fun r => congrArg mk
    (Difference.ext (Magnitude.add_assoc _ _ _) (Magnitude.add_assoc _ _ _))) z) y) x

theorem add_zero (x : Real) : add x zero = x :=
  ind (fun p => congrArg mk (Difference.ext (Magnitude.add_zero _) (Magnitude.add_zero _))) x

theorem add_neg (x : Real) : add x (neg x) = zero := ind (fun p => mk_eq (by
  show p.plus + p.minus + 0 = 0 + (p.minus + p.plus)
  ring [p.plus, p.minus])) x

theorem mul_comm (x y : Real) : mul x y = mul y x :=
  ind (fun p => ind (fun q => congrArg mk (Difference.mul_comm p q)) y) x

theorem mul_assoc (x y z : Real) : mul (mul x y) z = mul x (mul y z) :=
  ind (fun ⟨a, b⟩ => ind (fun ⟨c, d⟩ => ind (fun ⟨e, f⟩ => mk_eq (by
    show (a * c + b * d) * e + (a * d + b * c) * f + (a * (c * f + d * e) + b * (c * e + d * f))
      = a * (c * e + d * f) + b * (c * f + d * e) + ((a * c + b * d) * f + (a * d + b * c) * e)
    ring [a, b, c, d, e, f])) z) y) x

theorem mul_one (x : Real) : mul x one = x := ind (fun ⟨a, b⟩ => mk_eq (by
  show a * 1 + b * 0 + b = a + (a * 0 + b * 1)
  ring [a, b])) x

theorem mul_add (x y z : Real) : mul x (add y z) = add (mul x y) (mul x z) :=
  ind (fun ⟨a, b⟩ => ind (fun ⟨c, d⟩ => ind (fun ⟨e, f⟩ => mk_eq (by
    show a * (c + e) + b * (d + f) + (a * d + b * c + (a * f + b * e))
      = a * c + b * d + (a * e + b * f) + (a * (d + f) + b * (c + e))
    ring [a, b, c, d, e, f])) z) y) x

/-! ## The order -/

theorem le_refl (x : Real) : le x x := ind (fun p => Magnitude.le_refl (p.plus + p.minus)) x

theorem le_trans (x y z : Real) : le x y → le y z → le x z :=
  ind (motive := fun x => le x y → le y z → le x z) (fun ⟨a, b⟩ =>
    ind (motive := fun y => le (mk ⟨a, b⟩) y → le y z → le (mk ⟨a, b⟩) z) (fun ⟨c, d⟩ =>
      ind (motive := fun z => le (mk ⟨a, b⟩) (mk ⟨c, d⟩) → le (mk ⟨c, d⟩) z → le (mk ⟨a, b⟩) z)
        (fun ⟨e, f⟩ (h : a + d ≤ c + b) (h' : c + f ≤ e + d) => by
          show a + f ≤ e + b
          refine Magnitude.le_of_add_le_add_right (z := d) ?_
          have h := Magnitude.add_le_add_right h f
          have h' := Magnitude.add_le_add_right h' b
          rw [show a + d + f = a + f + d by ring [a, d, f]] at h
          rw [show c + f + b = c + b + f by ring [b, c, f], show e + d + b = e + b + d by ring [b, d, e]] at h'
          exact Magnitude.le_trans h h') z) y) x

theorem le_antisymm (x y : Real) : le x y → le y x → x = y :=
  ind (motive := fun x => le x y → le y x → x = y) (fun p =>
    ind (motive := fun y => le (mk p) y → le y (mk p) → mk p = y)
      (fun _ h h' => mk_eq (Magnitude.le_antisymm h h')) y) x

theorem le_total (x y : Real) : le x y ∨ le y x :=
  ind (motive := fun x => le x y ∨ le y x) (fun p =>
    ind (motive := fun y => le (mk p) y ∨ le y (mk p)) (fun _ => Magnitude.le_total _ _) y) x

theorem add_le_add (x y z : Real) : le x y → le (add z x) (add z y) :=
  ind (motive := fun x => le x y → le (add z x) (add z y)) (fun ⟨a, b⟩ =>
    ind (motive := fun y => le (mk ⟨a, b⟩) y → le (add z (mk ⟨a, b⟩)) (add z y)) (fun ⟨c, d⟩ =>
      ind (motive := fun z => le (mk ⟨a, b⟩) (mk ⟨c, d⟩) → le (add z (mk ⟨a, b⟩)) (add z (mk ⟨c, d⟩)))
        (fun ⟨e, f⟩ (h : a + d ≤ c + b) => by
          show e + a + (f + d) ≤ e + c + (f + b)
          have h := Magnitude.add_le_add_right h (e + f)
          rw [show a + d + (e + f) = e + a + (f + d) by ring [a, d, e, f],
            show c + b + (e + f) = e + c + (f + b) by ring [b, c, e, f]] at h
          exact h) z) y) x

theorem mul_nonneg (x y : Real) : le zero x → le zero y → le zero (mul x y) :=
  ind (motive := fun x => le zero x → le zero y → le zero (mul x y)) (fun ⟨a, b⟩ =>
    ind (motive := fun y => le zero (mk ⟨a, b⟩) → le zero y → le zero (mul (mk ⟨a, b⟩) y))
      (fun ⟨c, d⟩ (h : 0 + b ≤ a + 0) (h' : 0 + d ≤ c + 0) => by
        show 0 + (a * d + b * c) ≤ a * c + b * d + 0
        rw [show 0 + b = b by ring [b], show a + 0 = a by ring [a]] at h
        rw [show 0 + d = d by ring [d], show c + 0 = c by ring [c]] at h'
        rw [show 0 + (a * d + b * c) = b * c + a * d by ring [a, b, c, d],
          show a * c + b * d + 0 = b * d + a * c by ring [a, b, c, d]]
        exact Magnitude.rearrange h h') y) x

theorem zero_ne_one : zero ≠ one := fun e => by
  -- otherwise `1 ≤ 0`, so that all fractions above `0` are above `1`
  have h : le one zero := e ▸ le_refl zero
  have h : (1 : Magnitude) + 0 ≤ 0 + 0 := h
  rw [Magnitude.add_zero, Magnitude.add_zero, Magnitude.one_eq] at h
  have h : Fraction.ofNat 1 < Fraction.ofNat 1 := h (.ofNat 1) (Fraction.zero_lt Nat.one_pos)
  exact Fraction.not_le_of_lt h (Fraction.le_refl _)

/-! ## One half and least upper bounds -/

theorem half_add_half : add half half = one := by
  refine congrArg mk (Difference.ext ?_ (Magnitude.add_zero 0))
  show Magnitude.ofFraction _ + Magnitude.ofFraction _ = 1
  rw [Magnitude.one_eq]
  sorry

end Real
end Compact
