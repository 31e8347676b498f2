-- The kernel is told to look away.  Lean accepts this, and `#print axioms` has nothing to say against it:
-- that is why `pipeline.verify` derives every generated file again and takes no other.
-- CLAIM: 9
-- REJECTED BY: template
-- EXPECT: BruteForce.lean is not what its witnesses give
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Tiny.Weights
namespace Compact.Certificates.Tiny

def bruteForce : BruteForce.Certificate where
  bound := nat_lit 9
  prec := nat_lit 14
  steps := nat_lit 1
  shift := nat_lit 64
  width := nat_lit 4

set_option debug.skipKernelTC true in
theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
