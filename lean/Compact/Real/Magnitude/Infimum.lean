prelude
import Compact.Real.Magnitude.Ring
/-!
# Greatest lower bounds and differences of magnitudes

This is what the cuts are for: any non-empty set of magnitudes has a greatest lower bound, the union.
-/
namespace Compact
namespace Magnitude
variable {x y z : Magnitude}

/-- The greatest lower bound of a non-empty set: a fraction is above it if it is above some element. -/
def inf (T : Magnitude → Prop) (h : ∃ x, T x) : Magnitude where
  above q := ∃ x, T x ∧ x.above q
  up := fun p q le ⟨x, hx, hp⟩ => ⟨x, hx, x.up p q le hp⟩
  open_below := fun q ⟨x, hx, hq⟩ => match x.open_below q hq with
    | ⟨p, hp, lt⟩ => ⟨p, ⟨x, hx, hp⟩, lt⟩
  exists_above := match h with
    | ⟨x, hx⟩ => match x.exists_above with
      | ⟨q, hq⟩ => ⟨q, x, hx, hq⟩

variable {T : Magnitude → Prop} {h : ∃ x, T x}

theorem inf_le (hx : T x) : inf T h ≤ x := fun _ hq => ⟨x, hx, hq⟩

/-- Addition keeps greatest lower bounds. -/
theorem le_add_inf (le : ∀ x, T x → z ≤ y + x) : z ≤ y + inf T h :=
  fun q ⟨a, b, ha, ⟨x, hx, hb⟩, hq⟩ => le x hx q ⟨a, b, ha, hb, hq⟩

/-- If `x ≤ y`, then `x + z = y` for some `z`: the greatest lower bound of all `w` with `y ≤ x + w`. -/
theorem exists_add_eq (le : x ≤ y) : ∃ z, x + z = y := by
  refine ⟨inf (fun w => y ≤ x + w) ⟨y, le_add_left y x⟩, le_antisymm (fun q hq => ?_) (le_add_inf fun _ h => h)⟩
  -- fractions `a < q` above `y` with `a + (d + d) ≤ q`, and `b` above `x`, less than `d` away from it
  obtain ⟨a, ha, lt⟩ := y.open_below q hq
  obtain ⟨d', hd', room⟩ := Fraction.exists_add_le lt
  obtain ⟨d, hd, half⟩ := Fraction.exists_add_self_le hd'
  obtain ⟨b, hb, close⟩ := exists_close x hd
  -- `b + t = a + d`: then `y ≤ x + t`
  obtain ⟨t, ht, ht'⟩ := Fraction.exists_add_eq (Fraction.le_of_lt (close a (le a ha)))
  refine ⟨b, t + d, hb, ⟨ofFraction t, fun r ⟨b', t', hb', lt', hr⟩ => ?_, Fraction.lt_add_right t hd⟩, ?_⟩
  · refine y.up a r (Fraction.le_trans (Fraction.le_of_add_le_add_right (r := d) ?_) hr) ha
    calc a + d ≤ b + t := ht'
      _ ≤ b' + d + t' := Fraction.add_le_add (Fraction.le_of_lt (close b' hb')) (Fraction.le_of_lt lt')
      _ = b' + t' + d := by rw [Fraction.add_assoc, Fraction.add_comm d, Fraction.add_assoc]
  · calc b + (t + d) = b + t + d := (Fraction.add_assoc b t d).symm
      _ ≤ a + d + d := Fraction.add_le_add_right ht d
      _ = a + (d + d) := Fraction.add_assoc a d d
      _ ≤ a + d' := Fraction.add_le_add_left half a
      _ ≤ q := room

end Magnitude
end Compact
