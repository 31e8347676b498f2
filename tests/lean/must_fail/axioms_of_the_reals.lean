-- A true theorem, but with Lean's own axioms in its proof: they are for the real numbers only.
-- CLAIM: 5
-- REJECTED BY: audit
-- EXPECT: the proof uses axioms: propext
-- CONTROL: (Classical.not_not (not_not_intro (by decide +kernel))) => (by decide +kernel)
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Tiny.Weights
import Compact.Real.Classical
namespace Compact.Certificates.Tiny

def bruteForce : BruteForce.Certificate where
  bound := nat_lit 5
  prec := nat_lit 14
  steps := nat_lit 1
  shift := nat_lit 64
  width := nat_lit 4

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 5) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (Classical.not_not (not_not_intro (by decide +kernel)))

end Compact.Certificates.Tiny
