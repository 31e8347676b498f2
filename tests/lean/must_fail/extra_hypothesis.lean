-- A theorem that nobody can use.
-- CLAIM: 9
-- REJECTED BY: audit
-- EXPECT: False → Compact.AtLeast 9 (
-- CONTROL: (h : False) => 
-- CONTROL:   h.elim =>   BruteForce.sound R weights bruteForce (by decide +kernel)
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

theorem bruteForce_correct (R : Type) [ExpField R] (h : False) :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  h.elim

end Compact.Certificates.Tiny
