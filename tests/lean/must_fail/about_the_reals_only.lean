-- A true theorem about the real numbers only, where the manifest claims one about every ordered field with exponential.
-- CLAIM: 5
-- REJECTED BY: audit
-- EXPECT: but is expected to have type ∀ (R : Type) [inst : Compact.ExpField R]
-- CONTROL: theorem bruteForce_correct : => theorem bruteForce_correct (R : Type) [ExpField R] :
-- CONTROL: (Correct Real => (Correct R
-- CONTROL: sound Real => sound R
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Tiny.Weights
import Compact.Real.Instance
namespace Compact.Certificates.Tiny

def bruteForce : BruteForce.Certificate where
  bound := nat_lit 5
  prec := nat_lit 14
  steps := nat_lit 1
  shift := nat_lit 64
  width := nat_lit 4

theorem bruteForce_correct :
    AtLeast (nat_lit 5) (Correct Real Compact.Certificates.Tiny.weights) :=
  BruteForce.sound Real weights bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
