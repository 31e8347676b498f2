prelude
import Compact.Real.Magnitude.Basic
/-!
# Sums of magnitudes
-/
namespace Compact
namespace Magnitude
variable {x y z : Magnitude}

/-- A fraction is above `x + y` if it is at least `a + b` for an `a` above `x` and a `b` above `y`. -/
instance : Add Magnitude where
  add x y := {
    above := fun q => ∃ a, ∃ b, x.above a ∧ y.above b ∧ a + b ≤ q
    up := fun _ _ h h' => match h' with
      | ⟨a, b, ha, hb, le⟩ => ⟨a, b, ha, hb, Fraction.le_trans le h⟩
    open_below := fun _ h => match h with
      | ⟨a, b, ha, hb, le⟩ => match x.open_below a ha with
        | ⟨a', ha', lt⟩ => ⟨a' + b, ⟨a', b, ha', hb, Fraction.le_refl _⟩,
            Fraction.lt_of_lt_of_le (Fraction.add_lt_add_right lt b) le⟩
    exists_above := match x.exists_above, y.exists_above with
      | ⟨a, ha⟩, ⟨b, hb⟩ => ⟨a + b, a, b, ha, hb, Fraction.le_refl _⟩ }

theorem add_le_add_left (h : x ≤ y) (z : Magnitude) : z + x ≤ z + y :=
  fun _ ⟨a, b, ha, hb, le⟩ => ⟨a, b, ha, h b hb, le⟩

theorem add_comm (x y : Magnitude) : x + y = y + x := by
  have half : ∀ x y : Magnitude, x + y ≤ y + x := fun x y q ⟨b, a, hb, ha, le⟩ =>
    ⟨a, b, ha, hb, Fraction.add_comm b a ▸ le⟩
  exact le_antisymm (half x y) (half y x)

theorem add_le_add_right (h : x ≤ y) (z : Magnitude) : x + z ≤ y + z :=
  add_comm z x ▸ add_comm z y ▸ add_le_add_left h z

theorem add_assoc (x y z : Magnitude) : x + y + z = x + (y + z) := by
  refine ext fun q => ⟨fun ⟨r, c, ⟨a, b, ha, hb, hr⟩, hc, le⟩ => ?_, fun ⟨a, r, ha, ⟨b, c, hb, hc, hr⟩, le⟩ => ?_⟩
  · exact ⟨a, b + c, ha, ⟨b, c, hb, hc, Fraction.le_refl _⟩,
      Fraction.add_assoc a b c ▸ Fraction.le_trans (Fraction.add_le_add_right hr c) le⟩
  · exact ⟨a + b, c, ⟨a, b, ha, hb, Fraction.le_refl _⟩, hc,
      (Fraction.add_assoc a b c).symm ▸ Fraction.le_trans (Fraction.add_le_add_left hr a) le⟩

theorem zero_add (x : Magnitude) : ofFraction (.ofNat 0) + x = x := by
  refine ext fun q => ⟨fun ⟨a, b, _, hb, le⟩ => ?_, fun hq => ?_⟩
  · exact x.up b q (Fraction.le_trans (Fraction.le_add_left b a) le) hb
  · -- there is room for some `d > 0` between an element of the cut and `q`
    obtain ⟨b, hb, lt⟩ := x.open_below q hq
    obtain ⟨d, hd, le⟩ := Fraction.exists_add_le lt
    exact ⟨d, b, Fraction.zero_lt hd, hb, Fraction.add_comm b d ▸ le⟩

/-- `x + z ≤ y + z` only if `x ≤ y`. -/
theorem le_of_add_le_add_right (h : x + z ≤ y + z) : x ≤ y := by
  intro q hq
  -- `b + d ≤ q` with `b` above `y`; `c` is above `z` and less than `d` away from it
  obtain ⟨b, hb, lt⟩ := y.open_below q hq
  obtain ⟨d, hd, room⟩ := Fraction.exists_add_le lt
  obtain ⟨c, hc, close⟩ := exists_close z hd
  obtain ⟨a, c', ha, hc', le⟩ := h (b + c) ⟨b, c, hb, hc, Fraction.le_refl _⟩
  refine x.up a q (Fraction.le_of_add_le_add_right (r := c') ?_) ha
  calc a + c' ≤ b + c := le
    _ ≤ b + (c' + d) := Fraction.add_le_add_left (Fraction.le_of_lt (close c' hc')) b
    _ = b + d + c' := by rw [Fraction.add_comm c', Fraction.add_assoc]
    _ ≤ q + c' := Fraction.add_le_add_right room c'

theorem add_right_cancel (x y z : Magnitude) (h : x + z = y + z) : x = y :=
  le_antisymm (le_of_add_le_add_right (le_of_eq h)) (le_of_add_le_add_right (le_of_eq h.symm))

theorem le_add_left (x y : Magnitude) : x ≤ y + x :=
  fun q ⟨a, b, _, hb, le⟩ => x.up b q (Fraction.le_trans (Fraction.le_add_left b a) le) hb

end Magnitude
end Compact
