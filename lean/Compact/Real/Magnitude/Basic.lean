prelude
import Compact.Real.Fraction
import Compact.Real.Classical
/-!
# Magnitudes: the non-negative real numbers, as cuts

A magnitude is given by the fractions that are above it (Dedekind).  So it is a set of fractions that
* holds with each fraction all larger ones,
* has no least element,
* is not empty.

The larger the magnitude, the smaller the set.  Two magnitudes that have the same fractions above them are equal; this
is where function and propositional extensionality are used.
-/
namespace Compact

/-- A set of fractions: those above some non-negative real number. -/
structure Magnitude where
  above : Fraction → Prop
  up (p q : Fraction) : p ≤ q → above p → above q
  open_below (q : Fraction) : above q → ∃ p, above p ∧ p < q
  exists_above : ∃ q, above q

namespace Magnitude
variable {x y z : Magnitude}

theorem ext (h : ∀ q, x.above q ↔ y.above q) : x = y := by
  cases x with
  | mk above up open_below exists_above =>
    cases y with
    | mk above' up' open_below' exists_above' =>
      have e : above = above' := funext fun q => propext (h q)
      subst e
      rfl

/-! ## Order -/

/-- `x ≤ y`: what is above `y` is above `x`. -/
instance : LE Magnitude where le x y := ∀ q, y.above q → x.above q

theorem le_refl (x : Magnitude) : x ≤ x := fun _ h => h
theorem le_of_eq (h : x = y) : x ≤ y := h ▸ le_refl x
theorem le_trans (h : x ≤ y) (h' : y ≤ z) : x ≤ z := fun q hq => h q (h' q hq)
theorem le_antisymm (h : x ≤ y) (h' : y ≤ x) : x = y := ext fun q => ⟨h' q, h q⟩

/-- A fraction that is not above `x` is below all that are. -/
theorem lt_of_not_above {p q : Fraction} (h : ¬ x.above p) (hq : x.above q) : p < q :=
  Fraction.lt_of_not_le fun n => h (x.up q p n hq)

theorem le_total (x y : Magnitude) : x ≤ y ∨ y ≤ x := by
  cases Classical.em (x ≤ y) with
  | inl h => exact .inl h
  | inr h =>
    -- some `p` is above `y` and not above `x`, so all that is above `x` is beyond `p`
    refine .inr fun q hq => ?_
    obtain ⟨p, hp⟩ := Classical.exists_of_not_forall h
    obtain ⟨py, px⟩ := Classical.not_imp hp
    exact y.up p q (Fraction.le_of_lt (lt_of_not_above px hq)) py

/-! ## Fractions as magnitudes -/

/-- The fraction `p` as a magnitude. -/
def ofFraction (p : Fraction) : Magnitude where
  above q := p < q
  up _ _ h h' := Fraction.lt_of_lt_of_le h' h
  open_below _ h := match Fraction.exists_between h with | ⟨r, h, h'⟩ => ⟨r, h, h'⟩
  exists_above := ⟨p + Fraction.ofNat 1, Fraction.lt_add_right p Nat.one_pos⟩

/-- Every magnitude has a fraction above it that it comes as close to as one likes. -/
theorem exists_close (x : Magnitude) {d : Fraction} (hd : 0 < d.num) :
    ∃ q, x.above q ∧ ∀ p, x.above p → q < p + d := by
  refine Classical.byContradiction fun none => ?_
  -- otherwise one can go down from any `q` above `x` by `d`, again and again
  have step : ∀ q, x.above q → ∃ p, x.above p ∧ p + d ≤ q := fun q hq => by
    obtain ⟨p, hp⟩ := Classical.exists_of_not_forall fun all => none ⟨q, hq, all⟩
    obtain ⟨px, far⟩ := Classical.not_imp hp
    exact ⟨p, px, Classical.not_not fun n => far (Fraction.lt_of_not_le n)⟩
  have multiples : ∀ n q, x.above q → Fraction.ofNat n * d ≤ q := fun n => by
    induction n with
    | zero => exact fun q _ => Fraction.zero_mul_le d q
    | succ n ih =>
      intro q hq
      obtain ⟨p, hp, le⟩ := step q hq
      exact Fraction.le_trans (Fraction.succ_mul_le n d) (Fraction.le_trans (Fraction.add_le_add_right (ih p hp) d) le)
  obtain ⟨q, hq⟩ := x.exists_above
  obtain ⟨n, hn⟩ := Fraction.exists_lt_mul q hd
  exact Fraction.not_le_of_lt hn (multiples n q hq)

end Magnitude
end Compact
