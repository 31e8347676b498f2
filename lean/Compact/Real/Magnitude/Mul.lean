prelude
import Compact.Real.Magnitude.Add
/-!
# Products of magnitudes
-/
namespace Compact
namespace Magnitude
variable {x y z w : Magnitude}

/-- A fraction is above `x * y` if it is at least `a * b` for an `a` above `x` and a `b` above `y`. -/
instance : Mul Magnitude where
  mul x y := {
    above := fun q => ∃ a, ∃ b, x.above a ∧ y.above b ∧ a * b ≤ q
    up := fun _ _ h h' => match h' with
      | ⟨a, b, ha, hb, le⟩ => ⟨a, b, ha, hb, Fraction.le_trans le h⟩
    open_below := fun _ h => match h with
      | ⟨a, b, ha, hb, le⟩ => match x.open_below a ha, y.open_below b hb with
        | ⟨a', ha', lt⟩, ⟨_, _, lt'⟩ => ⟨a' * b, ⟨a', b, ha', hb, Fraction.le_refl _⟩,
            Fraction.lt_of_lt_of_le (Fraction.mul_lt_mul_right lt (Fraction.pos_of_lt lt')) le⟩
    exists_above := match x.exists_above, y.exists_above with
      | ⟨a, ha⟩, ⟨b, hb⟩ => ⟨a * b, a, b, ha, hb, Fraction.le_refl _⟩ }

theorem mul_comm (x y : Magnitude) : x * y = y * x := by
  have half : ∀ x y : Magnitude, x * y ≤ y * x := fun x y q ⟨b, a, hb, ha, le⟩ =>
    ⟨a, b, ha, hb, Fraction.mul_comm b a ▸ le⟩
  exact le_antisymm (half x y) (half y x)

theorem mul_assoc (x y z : Magnitude) : x * y * z = x * (y * z) := by
  refine ext fun q => ⟨fun ⟨r, c, ⟨a, b, ha, hb, hr⟩, hc, le⟩ => ?_, fun ⟨a, r, ha, ⟨b, c, hb, hc, hr⟩, le⟩ => ?_⟩
  · exact ⟨a, b * c, ha, ⟨b, c, hb, hc, Fraction.le_refl _⟩,
      Fraction.mul_assoc a b c ▸ Fraction.le_trans (Fraction.mul_le_mul_right hr c) le⟩
  · exact ⟨a * b, c, ⟨a, b, ha, hb, Fraction.le_refl _⟩, hc,
      (Fraction.mul_assoc a b c).symm ▸ Fraction.le_trans (Fraction.mul_le_mul_left hr a) le⟩

theorem one_mul (x : Magnitude) : ofFraction (.ofNat 1) * x = x := by
  refine ext fun q => ⟨fun ⟨a, b, ha, hb, le⟩ => ?_, fun hq => ?_⟩
  · refine x.up b q (Fraction.le_trans ?_ le) hb
    calc b = .ofNat 1 * b := (Fraction.one_mul b).symm
      _ ≤ a * b := Fraction.mul_le_mul_right (Fraction.le_of_lt ha) b
  · -- there is room for `(1 + e) * b = b + e * b` between `b`, an element of the cut, and `q`
    obtain ⟨b, hb, lt⟩ := x.open_below q hq
    obtain ⟨d, hd, room⟩ := Fraction.exists_add_le lt
    obtain ⟨e, he, small⟩ := Fraction.exists_mul_le b hd
    refine ⟨Fraction.ofNat 1 + e, b, Fraction.lt_add_right (.ofNat 1) he, hb, ?_⟩
    calc (Fraction.ofNat 1 + e) * b = b * (Fraction.ofNat 1 + e) := Fraction.mul_comm _ b
      _ ≤ b * Fraction.ofNat 1 + b * e := Fraction.mul_add_le b _ e
      _ = b + e * b := by rw [Fraction.mul_comm b, Fraction.one_mul, Fraction.mul_comm b]
      _ ≤ b + d := Fraction.add_le_add_left small b
      _ ≤ q := room

theorem mul_add (x y z : Magnitude) : x * (y + z) = x * y + x * z := by
  refine ext fun q => ⟨fun ⟨a, s, ha, ⟨b, c, hb, hc, hs⟩, le⟩ => ?_,
    fun ⟨r, s, ⟨a, b, ha, hb, hr⟩, ⟨a', c, ha', hc, hs⟩, le⟩ => ?_⟩
  · exact ⟨a * b, a * c, ⟨a, b, ha, hb, Fraction.le_refl _⟩, ⟨a, c, ha, hc, Fraction.le_refl _⟩,
      Fraction.le_trans (Fraction.le_mul_add a b c) (Fraction.le_trans (Fraction.mul_le_mul_left hs a) le)⟩
  · -- take the smaller of `a` and `a'`
    have common : ∀ m, x.above m → m ≤ a → m ≤ a' → (x * (y + z)).above q := fun m hm h h' =>
      ⟨m, b + c, hm, ⟨b, c, hb, hc, Fraction.le_refl _⟩, by
        calc m * (b + c) ≤ m * b + m * c := Fraction.mul_add_le m b c
          _ ≤ a * b + a' * c := Fraction.add_le_add (Fraction.mul_le_mul_right h b) (Fraction.mul_le_mul_right h' c)
          _ ≤ r + s := Fraction.add_le_add hr hs
          _ ≤ q := le⟩
    cases Fraction.le_total a a' with
    | inl h => exact common a ha (Fraction.le_refl a) h
    | inr h => exact common a' ha' h (Fraction.le_refl a')

/-- If `x ≤ y` and `z ≤ w`, then `x w + y z ≤ x z + y w`: large times large counts most. -/
theorem rearrange (h : x ≤ y) (h' : z ≤ w) : x * w + y * z ≤ x * z + y * w := by
  refine fun q ⟨r, s, ⟨a, c, ha, hc, hr⟩, ⟨b, d, hb, hd, hs⟩, le⟩ => ?_
  have le := Fraction.le_trans (Fraction.add_le_add hr hs) le
  -- `a c + b d ≤ q`, with `a`, `b`, `c`, `d` above `x`, `y`, `z`, `w`
  have found : ∀ {r s}, (x * w).above r → (y * z).above s → r + s ≤ a * c + b * d → (x * w + y * z).above q :=
    fun hr hs h => ⟨_, _, hr, hs, Fraction.le_trans h le⟩
  have prod : ∀ {u v : Magnitude} {p r}, u.above p → v.above r → (u * v).above (p * r) :=
    fun hp hr => ⟨_, _, hp, hr, Fraction.le_refl _⟩
  cases Fraction.le_total a b with
  | inr ba => exact found (prod (h b hb) hd) (prod (y.up b a ba hb) hc) (Fraction.le_of_eq (Fraction.add_comm _ _))
  | inl ab =>
    cases Fraction.le_total c d with
    | inr dc => exact found (prod ha (w.up d c dc hd)) (prod hb (h' d hd)) (Fraction.le_refl _)
    | inl cd => exact found (prod ha hd) (prod hb hc) (Fraction.rearrange ab cd)

end Magnitude
end Compact
