-- A circular proof, which Lean only accepts as `unsafe`.
-- CLAIM: 9
-- REJECTED BY: lean
-- EXPECT: invalid declaration, it uses unsafe declaration 'Compact.Certificates.Tiny.oracle'
-- CONTROL: unsafe def => theorem
-- CONTROL: := oracle => := by decide +kernel
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

unsafe def oracle : BruteForce.check weights bruteForce = true := oracle

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce oracle

end Compact.Certificates.Tiny
