-- Compiled code instead of the kernel.  The tactic does not exist here.
-- CLAIM: 5
-- REJECTED BY: lean
-- EXPECT: unknown tactic
-- CONTROL: native_decide => decide +kernel
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
  BruteForce.sound R weights bruteForce (by native_decide)

end Compact.Certificates.Tiny
