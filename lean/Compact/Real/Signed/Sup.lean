prelude
import Compact.Real.Signed.Ring
/-!
# Every non-empty bounded set of real numbers has a least upper bound

Let `x` be an element of the set.  The upper bounds of the set are the numbers `x + s` for certain magnitudes `s`, and
the magnitudes have greatest lower bounds.
-/
namespace Compact
namespace Real

theorem exists_sup (S : Real → Prop) (some : ∃ x, S x) (bounded : ∃ b, ∀ x, S x → le x b) :
    ∃ c, (∀ x, S x → le x c) ∧ ∀ b, (∀ x, S x → le x b) → le c b := by
  obtain ⟨x, hx⟩ := some
  obtain ⟨⟨a, b⟩, ex⟩ := exists_mk x; subst ex
  -- the magnitudes `s` for which `x + s` is an upper bound
  let T (s : Magnitude) : Prop := ∀ y, S y → le y (mk ⟨a + s, b⟩)
  have upper_bound : ∀ c d, (∀ y, S y → le y (mk ⟨c, d⟩)) → ∃ s, a + s + d = c + b ∧ T s := fun c d h => by
    obtain ⟨s, e⟩ := Magnitude.exists_add_eq (show a + d ≤ c + b from h _ hx)
    have e : a + s + d = c + b := Eq.trans (by ring [a, d, s]) e
    have same : mk ⟨c, d⟩ = mk ⟨a + s, b⟩ := mk_eq e.symm
    exact ⟨s, e, fun y hy => same ▸ h y hy⟩
  have someT : ∃ s, T s := by
    obtain ⟨u, hu⟩ := bounded
    obtain ⟨⟨c, d⟩, eu⟩ := exists_mk u; subst eu
    obtain ⟨s, _, hs⟩ := upper_bound c d hu
    exact ⟨s, hs⟩
  refine ⟨mk ⟨a + Magnitude.inf T someT, b⟩, fun y hy => ?_, fun u hu => ?_⟩
  · obtain ⟨⟨c, d⟩, ey⟩ := exists_mk y; subst ey
    show c + b ≤ a + Magnitude.inf T someT + d
    have e : ∀ s, a + s + d = a + d + s := fun s => by ring [a, d, s]
    rw [e]
    exact Magnitude.le_add_inf fun s hs => e s ▸ (hs _ hy : c + b ≤ a + s + d)
  · obtain ⟨⟨c, d⟩, eu⟩ := exists_mk u; subst eu
    obtain ⟨s, e, hs⟩ := upper_bound c d hu
    show a + Magnitude.inf T someT + d ≤ c + b
    rw [← e]
    exact Magnitude.add_le_add_right (Magnitude.add_le_add_left (Magnitude.inf_le hs) a) d

end Real
end Compact
