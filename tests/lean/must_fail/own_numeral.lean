-- The numeral 9 of the statement means 5.  (What is printed looks the same.)
-- CLAIM: 9
-- REJECTED BY: audit
-- EXPECT: Type mismatch
-- CONTROL: 9 => 5
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Tiny.Weights
namespace Compact.Certificates.Tiny

def bruteForce : BruteForce.Certificate where
  bound := nat_lit 5
  prec := nat_lit 14
  steps := nat_lit 1
  shift := nat_lit 64
  width := nat_lit 4

instance (priority := 10000) : OfNat Nat 9 where ofNat := nat_lit 5

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast 9 (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
