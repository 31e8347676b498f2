-- `AtLeast` in the statement is a notation.
-- CLAIM: 9
-- REJECTED BY: audit
-- EXPECT: has type ∀ (R : Type) [inst : Compact.ExpField R], AtLeast 9 (
-- CONTROL: notation "AtLeast" => notation "Unused"
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

def Fake (_ : Nat) (_ : List Nat → Prop) : Prop := True
notation "AtLeast" => Fake

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 9) (Correct R Compact.Certificates.Tiny.weights) :=
  trivial

end Compact.Certificates.Tiny
