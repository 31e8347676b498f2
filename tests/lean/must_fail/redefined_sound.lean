-- A second theorem `sound`, with a statement that suits.
-- CLAIM: 9
-- REJECTED BY: lean
-- EXPECT: `Compact.BruteForce.sound` has already been declared
-- CONTROL: _root_.Compact.BruteForce.sound (w => unused (w
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

axiom _root_.Compact.BruteForce.sound (w : Weights) (c : BruteForce.Certificate) (R : Type) [ExpField R] :
    AtLeast c.bound (Correct R w)

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
