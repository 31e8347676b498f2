prelude
import Compact.Minimum.Mixture
import Compact.Classes.Mix
/-!
# Mixtures that pass, by their margins

One inequality of numbers, the margins of the three rows of a mixture, shows that the mixture passes.
-/
namespace Compact.Prefix
namespace Enclosure
variable {T : Enclosure} {X : Nat → Nat} {v n q m s SL U V o A B C : Nat}

/-- The test of one mixture by margins, all relative to the offset `o`. -/
theorem passes_of_margins (hA : Ahead v m o A (T.path X q m)) (hB : Ahead v m o B (T.path X q s))
    (hC : Ahead v m o C (T.lane q q n))
    (h : U * (T.tokenLo q m * o) + (T.tokenLo q q * T.posLo q n * o + SL) + V * (T.tokenLo q s * o) <
      U * (T.tokenLo q m * A) + T.tokenLo q q * T.posLo q n * C + V * (T.tokenLo q s * B)) :
    T.Passes X v n SL q m U V s :=
  (((hA.mul _).mul U).add ((hB.mul _).mul V) |>.add (hC.mul _)).lt
    (Nat.lt_of_linear h (by ring [U, V, T.tokenLo q m, T.tokenLo q s, T.tokenLo q q, T.posLo q n, o, SL, A, B, C]))

/-- The direct path and a token's row make a path. -/
theorem ahead_path {k o' D E : Nat} (hD : Ahead v m o D (T.direct q)) (hE : Ahead v m o' E fun t => T.token k t + X t) :
    Ahead v m (o + o') (D + E) (T.path X q k) := fun t ht hne => by
  have h := hD.add hE t ht hne
  show D + E + (T.direct q t + T.token k t + X t) ≤ o + o' + (T.direct q m + T.token k m + X m)
  rw [Nat.add_assoc (T.direct q t), Nat.add_assoc (T.direct q m)]
  exact h

/-- The test when all positions hold the maximum. -/
theorem passes_zero (hA : Ahead v m o A (T.path X q m)) (hC : Ahead v m o C (T.lane q q n))
    (h : U * (T.tokenLo q m * o) + (T.tokenLo q q * T.posLo q n * o + SL) <
      U * (T.tokenLo q m * A) + T.tokenLo q q * T.posLo q n * C) :
    T.Passes X v n SL q m U 0 m := by
  refine passes_of_margins hA hA hC ?_
  rw [Nat.zero_mul, Nat.zero_mul]
  exact h

/-- The test of a token `s` by a margin `B` and a factor `f` that are no better than its own. -/
theorem passes_of_extremes {B' f : Nat} (hA : Ahead v m o A (T.path X q m)) (hB : Ahead v m o B' (T.path X q s))
    (hC : Ahead v m o C (T.lane q q n)) (hle : B ≤ B') (hf : o ≤ B ∧ f ≤ T.tokenLo q s ∨ B ≤ o ∧ T.tokenLo q s ≤ f)
    (h : U * (T.tokenLo q m * o) + (T.tokenLo q q * T.posLo q n * o + SL) + V * (f * o) <
      U * (T.tokenLo q m * A) + T.tokenLo q q * T.posLo q n * C + V * (f * B)) :
    T.Passes X v n SL q m U V s :=
  passes_of_margins hA hB hC (of_extremes hle hf h)

end Enclosure
end Compact.Prefix
