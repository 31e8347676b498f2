prelude
import Compact.Transformer.Limit
import Compact.Certificates.Tiny.BruteForce
/-!
# The certificate of the tiny model says something, and not too much

Three tokens, two positions, five of nine inputs answered correctly.
-/
namespace Compact.Certificates.Tiny

/-- The checker finds exactly five inputs ... -/
example : BruteForce.count weights bruteForce.toParams = 5 := by decide +kernel

/-- ... so it accepts this bound, which is not zero, ... -/
example : BruteForce.check weights bruteForce = true ∧ 0 < bruteForce.bound := by decide +kernel

/-- ... and every smaller bound, ... -/
example : BruteForce.check weights { bruteForce with bound := 4 } = true := by decide +kernel

/-- ... but not the next one. -/
example : BruteForce.check weights { bruteForce with bound := 6 } = false := by decide +kernel

/-- What the accepted bound means: there are five inputs, all different, all answered correctly. -/
example (R : Type) [ExpField R] :
    ∃ xs : List (List Nat), xs.Nodup ∧ (∀ x, x ∈ xs → Correct R weights x) ∧ xs.length = 5 :=
  bruteForce_correct R

/-- No bound above the number of inputs is true. -/
example (R : Type) [ExpField R] (h : AtLeast 10 (Correct R weights)) : False :=
  absurd (AtLeast.correct_le h) (by decide)

/-- An input is a list of two tokens below three. -/
example (R : Type) [ExpField R] (x : List Nat) (h : Correct R weights x) :
    x.length = 2 ∧ ∀ t, t ∈ x → t < 3 := h.left

end Compact.Certificates.Tiny
