-- No proof at all.  `sorryAx` is unsafe in this foundation, so the kernel itself refuses it.
-- CLAIM: 5
-- REJECTED BY: lean
-- EXPECT: invalid declaration, it uses unsafe declaration 'sorryAx'
-- CONTROL:   sorry =>   BruteForce.sound R weights bruteForce (by decide +kernel)
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

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 5) (Correct R Compact.Certificates.Tiny.weights) :=
  sorry

end Compact.Certificates.Tiny
