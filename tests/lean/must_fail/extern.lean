-- Foreign code would say yes; the kernel evaluates the definition.
-- CLAIM: 6
-- REJECTED BY: lean
-- EXPECT: proved that the proposition verdict = true is false
-- CONTROL: 6 => 5
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Tiny.Weights
namespace Compact.Certificates.Tiny

def bruteForce : BruteForce.Certificate where
  bound := nat_lit 6
  prec := nat_lit 14
  steps := nat_lit 1
  shift := nat_lit 64
  width := nat_lit 4

@[extern "yes"]
noncomputable def verdict : Bool := BruteForce.check weights bruteForce

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 6) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (show verdict = true by decide +kernel)

end Compact.Certificates.Tiny
