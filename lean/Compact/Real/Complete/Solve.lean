prelude
import Compact.Real.Complete.Small
/-!
# Equations `f s = c` have solutions

The intermediate value theorem, for functions whose slope is bounded from above.  It serves two equations: `x * s = 1`
(so `R` is a field, `Compact.Real.Complete.Inverse`) and `s * s = x` (square roots, `Compact.Real.Complete.Sqrt`).
-/
namespace Compact.Complete
variable {R : Type} [CompleteRing R] {x c B L : R}

/-- If `f` grows by at most `L * (z - y)` from `y` to `z`, and `c` lies between `f 0` and `f B`, then `f` takes the
value `c` between `0` and `B`: at the least upper bound of the places where `f` is at most `c`. -/
theorem exists_eq (f : R → R) (hB : 0 ≤ B) (hL : 0 ≤ L)
    (slope : ∀ y z, 0 ≤ y → y ≤ z → z ≤ B → f z ≤ f y + L * (z - y)) (low : f 0 ≤ c) (high : c ≤ f B) :
    ∃ s, 0 ≤ s ∧ s ≤ B ∧ f s = c := by
  obtain ⟨s, upper, least⟩ := exists_sup (fun y : R => 0 ≤ y ∧ y ≤ B ∧ f y ≤ c) ⟨0, le_refl 0, hB, low⟩
    ⟨B, fun y h => h.right.left⟩
  have hs : 0 ≤ s := upper 0 ⟨le_refl 0, hB, low⟩
  have hs' : s ≤ B := least B fun y h => h.right.left
  refine ⟨s, hs, hs', le_antisymm (le_of_not_lt fun above => ?_) (le_of_not_lt fun below => ?_)⟩
  · -- `c < f s`: then `s - 1/2^n` is an upper bound too, for a large `n`
    obtain ⟨n, hn⟩ := exists_mul_half_pow_lt L (sub_pos.mpr above)
    have smaller : s ≤ s - half R ^ n := least (s - half R ^ n) fun y ⟨hy, hyB, hfy⟩ => le_of_not_lt fun near => by
      have hys : y ≤ s := upper y ⟨hy, hyB, hfy⟩
      have gap : L * (s - y) ≤ L * half R ^ n :=
        mul_le_mul_of_nonneg_left (le_of_linear (le_of_lt near) (by ring [s, y, half R ^ n])) hL
      refine not_le_of_lt hn (le_of_linear (add_le_add (slope y s hy hys hs') (add_le_add hfy gap)) ?_)
      ring [f s, f y, c, L, s, y, half R ^ n]
    exact not_le_of_lt (half_pow_pos (R := R) n) (le_of_linear smaller (by ring [s, half R ^ n]))
  · -- `f s < c`: then `s + 1/2^n` is in the set, for a large `n`
    have room : s < B := lt_of_not_le fun h => not_le_of_lt below (le_antisymm hs' h ▸ high)
    obtain ⟨n, hn⟩ := exists_forall_mul_half_pow_lt hL (sub_pos.mpr below)
    obtain ⟨m, hm⟩ := exists_forall_mul_half_pow_lt zero_le_one (sub_pos.mpr room)
    have small := hn (n + m) (Nat.le_add_right n m)
    have inside := hm (n + m) (Nat.le_add_left m n)
    have hpos := half_pow_pos (R := R) (n + m)
    generalize half R ^ (n + m) = e at small inside hpos
    have hse : s ≤ s + e := le_of_linear (le_of_lt hpos) (by ring [s, e])
    have heB : s + e ≤ B := le_of_linear (le_of_lt inside) (by ring [s, e, B])
    have value : f (s + e) ≤ c := le_of_linear (add_le_add (slope s (s + e) hs hse heB) (le_of_lt small))
      (by ring [f (s + e), f s, c, L, s, e])
    exact not_le_of_lt hpos (le_of_linear (upper (s + e) ⟨le_trans hs hse, heB, value⟩) (by ring [s, e]))

end Compact.Complete
