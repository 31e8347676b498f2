-- A true theorem about fewer inputs than the manifest claims.
-- CLAIM: 5
-- REJECTED BY: audit
-- EXPECT: Compact.AtLeast 4 (
-- CONTROL: bound := nat_lit 4 => bound := nat_lit 5
-- CONTROL: (nat_lit 4) => (nat_lit 5)
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Tiny.Weights
namespace Compact.Certificates.Tiny

def bruteForce : BruteForce.Certificate where
  bound := nat_lit 4
  prec := nat_lit 14
  steps := nat_lit 1
  shift := nat_lit 64
  width := nat_lit 4

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 4) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
