-- A notation that is printed like `Compact.AtLeast`, and also captures it in every file that imports this one.
-- Lean accepts this, and the audit cannot see it: that is why `pipeline.verify` derives every generated file
-- again and takes no other.
-- CLAIM: 9
-- REJECTED BY: template
-- EXPECT: BruteForce.lean is not what its witnesses give
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

def Fake (_ : Nat) (_ : List Nat → Prop) : Prop := True
notation:1024 "Compact.AtLeast" n:1024 => Fake n

theorem bruteForce_correct (R : Type) [ExpField R] :
    Fake (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  trivial

end Compact.Certificates.Tiny
