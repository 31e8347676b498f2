-- A theorem that calls itself for ever.
-- CLAIM: 9
-- REJECTED BY: lean
-- EXPECT: failed to compile 'partial' definition
-- CONTROL: partial def => theorem
-- CONTROL:   bruteForce_correct R =>   BruteForce.sound R weights bruteForce (by decide +kernel)
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

partial def bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  bruteForce_correct R

end Compact.Certificates.Tiny
