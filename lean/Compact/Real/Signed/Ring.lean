prelude
import Compact.Real.Signed.Basic
/-!
# The real numbers are an ordered commutative ring

The operations, and their laws: each is an equation between differences, hence one between magnitudes that `ring`
proves.
-/
namespace Compact
namespace Real

noncomputable def zero : Real := mk ⟨0, 0⟩
noncomputable def one : Real := mk ⟨1, 0⟩
noncomputable def half : Real := mk ⟨Magnitude.ofFraction Fraction.half, 0⟩

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

theorem add_comm (x y : Real) : add x y = add y x := by
  obtain ⟨p, ex⟩ := exists_mk x; subst ex
  obtain ⟨q, ey⟩ := exists_mk y; subst ey
  exact congrArg mk (Difference.add_comm p q)

theorem add_assoc (x y z : Real) : add (add x y) z = add x (add y z) := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  obtain ⟨⟨e, f⟩, ez⟩ := exists_mk z; subst ez
  exact congrArg mk (Difference.ext (Magnitude.add_assoc a c e) (Magnitude.add_assoc b d f))

theorem add_zero (x : Real) : add x zero = x := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  exact congrArg mk (Difference.ext (Magnitude.add_zero a) (Magnitude.add_zero b))

theorem add_neg (x : Real) : add x (neg x) = zero := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  refine mk_eq (p := ⟨a + b, b + a⟩) (q := ⟨0, 0⟩) ?_
  show a + b + 0 = 0 + (b + a)
  ring [a, b]

theorem mul_comm (x y : Real) : mul x y = mul y x := by
  obtain ⟨p, ex⟩ := exists_mk x; subst ex
  obtain ⟨q, ey⟩ := exists_mk y; subst ey
  exact congrArg mk (Difference.mul_comm p q)

theorem mul_assoc (x y z : Real) : mul (mul x y) z = mul x (mul y z) := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  obtain ⟨⟨e, f⟩, ez⟩ := exists_mk z; subst ez
  refine congrArg mk (Difference.ext ?_ ?_)
  · show (a * c + b * d) * e + (a * d + b * c) * f = a * (c * e + d * f) + b * (c * f + d * e)
    ring [a, b, c, d, e, f]
  · show (a * c + b * d) * f + (a * d + b * c) * e = a * (c * f + d * e) + b * (c * e + d * f)
    ring [a, b, c, d, e, f]

theorem mul_one (x : Real) : mul x one = x := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  refine congrArg mk (Difference.ext ?_ ?_)
  · show a * 1 + b * 0 = a
    ring [a, b]
  · show a * 0 + b * 1 = b
    ring [a, b]

theorem mul_add (x y z : Real) : mul x (add y z) = add (mul x y) (mul x z) := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  obtain ⟨⟨e, f⟩, ez⟩ := exists_mk z; subst ez
  refine congrArg mk (Difference.ext ?_ ?_)
  · show a * (c + e) + b * (d + f) = a * c + b * d + (a * e + b * f)
    ring [a, b, c, d, e, f]
  · show a * (d + f) + b * (c + e) = a * d + b * c + (a * f + b * e)
    ring [a, b, c, d, e, f]

/-! ## The order -/

theorem le_refl (x : Real) : le x x := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  exact Magnitude.le_refl (a + b)

theorem le_trans (x y z : Real) (hxy : le x y) (hyz : le y z) : le x z := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  obtain ⟨⟨e, f⟩, ez⟩ := exists_mk z; subst ez
  have h := Magnitude.add_le_add_right (show a + d ≤ c + b from hxy) f
  have h' := Magnitude.add_le_add_right (show c + f ≤ e + d from hyz) b
  refine Magnitude.le_of_add_le_add_right (z := d) (?_ : a + f + d ≤ e + b + d)
  have e₁ : a + f + d = a + d + f := by ring [a, d, f]
  have e₂ : c + b + f = c + f + b := by ring [b, c, f]
  have e₃ : e + d + b = e + b + d := by ring [b, d, e]
  rw [e₁]
  exact Magnitude.le_trans h (e₂ ▸ e₃ ▸ h')

theorem le_antisymm (x y : Real) (hxy : le x y) (hyx : le y x) : x = y := by
  obtain ⟨p, ex⟩ := exists_mk x; subst ex
  obtain ⟨q, ey⟩ := exists_mk y; subst ey
  exact mk_eq (Magnitude.le_antisymm hxy hyx)

theorem le_total (x y : Real) : le x y ∨ le y x := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  exact Magnitude.le_total (a + d) (c + b)

theorem add_le_add (x y z : Real) (hxy : le x y) : le (add z x) (add z y) := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  obtain ⟨⟨e, f⟩, ez⟩ := exists_mk z; subst ez
  have h := Magnitude.add_le_add_right (show a + d ≤ c + b from hxy) (e + f)
  show e + a + (f + d) ≤ e + c + (f + b)
  have e₁ : a + d + (e + f) = e + a + (f + d) := by ring [a, d, e, f]
  have e₂ : c + b + (e + f) = e + c + (f + b) := by ring [b, c, e, f]
  exact e₁ ▸ e₂ ▸ h

/-- A difference is nonnegative if its second part is at most the first. -/
theorem zero_le {a b : Magnitude} : le zero (mk ⟨a, b⟩) ↔ b ≤ a := by
  show 0 + b ≤ a + 0 ↔ b ≤ a
  rw [Magnitude.add_zero, Magnitude.add_comm 0, Magnitude.add_zero]
  exact Iff.rfl

theorem mul_nonneg (x y : Real) (hx : le zero x) (hy : le zero y) : le zero (mul x y) := by
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
  refine zero_le.mpr ?_
  show a * d + b * c ≤ a * c + b * d
  have h := Magnitude.rearrange (zero_le.mp hx) (zero_le.mp hy)
  have e₁ : b * c + a * d = a * d + b * c := by ring [a, b, c, d]
  have e₂ : b * d + a * c = a * c + b * d := by ring [a, b, c, d]
  exact e₁ ▸ e₂ ▸ h

theorem zero_ne_one : zero ≠ one := fun e => by
  -- otherwise `1 ≤ 0`, so that all fractions above `0` are above `1`
  have h : le one zero := e ▸ le_refl zero
  have h : (1 : Magnitude) + 0 ≤ 0 + 0 := h
  rw [Magnitude.add_zero, Magnitude.add_zero, Magnitude.one_eq] at h
  have h : Fraction.ofNat 1 < Fraction.ofNat 1 := h (.ofNat 1) (Fraction.zero_lt Nat.one_pos)
  exact Fraction.not_le_of_lt h (Fraction.le_refl _)

theorem half_add_half : add half half = one := by
  refine congrArg mk (Difference.ext ?_ (Magnitude.add_zero 0))
  show Magnitude.ofFraction _ + Magnitude.ofFraction _ = 1
  rw [Magnitude.one_eq]
  refine Magnitude.ext fun q => ⟨fun ⟨a, b, ha, hb, le⟩ => ?_, fun hq => ?_⟩
  · refine Fraction.lt_of_lt_of_le ?_ le
    exact Fraction.lt_of_le_of_lt (Fraction.one_le_half_add_half) (Fraction.lt_trans (Fraction.add_lt_add_right ha _)
      (Fraction.add_lt_add_left hb _))
  · -- `1 + d ≤ q` with `d = e + e`: then `1/2 + e`, twice
    obtain ⟨d, hd, room⟩ := Fraction.exists_add_le (show Fraction.ofNat 1 < q from hq)
    obtain ⟨e, he, small⟩ := Fraction.exists_add_self_le hd
    refine ⟨Fraction.half + e, Fraction.half + e, Fraction.lt_add_right _ he, Fraction.lt_add_right _ he, ?_⟩
    calc Fraction.half + e + (Fraction.half + e) = Fraction.half + Fraction.half + (e + e) := by
          rw [Fraction.add_assoc, ← Fraction.add_assoc e, Fraction.add_comm e, Fraction.add_assoc Fraction.half e,
            ← Fraction.add_assoc]
      _ ≤ Fraction.ofNat 1 + d := Fraction.add_le_add Fraction.half_add_half_le small
      _ ≤ q := room

end Real
end Compact
