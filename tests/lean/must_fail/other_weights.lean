-- A proof about other weights.
-- CLAIM: 5
-- REJECTED BY: lean
-- EXPECT: is expected to have type AtLeast 5 (Correct R weights)
-- CONTROL: { weights with attn_scale := 1 } => weights
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
  BruteForce.sound R { weights with attn_scale := 1 } bruteForce (by decide +kernel)

end Compact.Certificates.Tiny
