-- A proof that nobody may look at.
-- CLAIM: 9
-- REJECTED BY: lean
-- EXPECT: failed to synthesize 'Inhabited' or 'Nonempty' instance
-- CONTROL: opaque oracle : BruteForce.check weights bruteForce = true => opaque oracle : BruteForce.check weights bruteForce = true := by decide +kernel
-- CONTROL: 9 => 5
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

opaque oracle : BruteForce.check weights bruteForce = true

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce oracle

end Compact.Certificates.Tiny
