-- A namespace `Compact` inside the namespace `Compact`.
-- CLAIM: 9
-- REJECTED BY: audit
-- EXPECT: Compact.Certificates.Tiny.Compact.AtLeast 9 (
-- CONTROL: def Compact.AtLeast => def Compact.Unused
-- CONTROL:   trivial =>   BruteForce.sound R weights bruteForce (by decide +kernel)
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

def Compact.AtLeast (_ : Nat) (_ : List Nat → Prop) : Prop := True

theorem bruteForce_correct (R : Type) [ExpField R] :
    Compact.AtLeast (nat_lit 9) (_root_.Compact.Correct R weights) :=
  trivial

end Compact.Certificates.Tiny
