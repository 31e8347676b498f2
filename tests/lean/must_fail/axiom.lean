-- The check is assumed instead of evaluated.
-- CLAIM: 9
-- REJECTED BY: audit
-- EXPECT: the proof uses axioms: Compact.Certificates.Tiny.oracle
-- CONTROL: axiom oracle : BruteForce.check weights bruteForce = true => theorem oracle : BruteForce.check weights bruteForce = true := by decide +kernel
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

axiom oracle : BruteForce.check weights bruteForce = true

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce oracle

end Compact.Certificates.Tiny
