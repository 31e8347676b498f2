-- `Correct` in the statement is not the one of `Statement.lean`, although it means the same.
-- CLAIM: 5
-- REJECTED BY: audit
-- EXPECT: Lean proved something else
-- CONTROL: def Correct => def Unused
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

def Correct (R : Type) [ExpField R] (w : Weights) (x : List Nat) : Prop := Compact.Correct R w x

theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 5) (Correct R Compact.Certificates.Tiny.weights) :=
  BruteForce.sound R weights bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
