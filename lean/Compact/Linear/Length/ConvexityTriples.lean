prelude
import Compact.Linear.Length.Basic
import Compact.Linear.Strategy.ConvexityTriples
/-! # The length of a proof by convexity, for three tokens -/
namespace Compact
namespace Linear

/-- Operations of `ConvexityTriples.check`: squares; for each maximum two row operations an output, with its squares, and two for each
lane, twice; two factors for each pair whose first token is not the smaller one; three witnesses for each maximum. -/
noncomputable def ConvexityTriples.operations (w : Weights) (c : ConvexityTriples.Certificate) : Nat :=
  Nat.force w.d_vocab fun d => Nat.add (Length.table w c.toPrecision) (Nat.add
    (Nat.add (Nat.mul d (Nat.add (Nat.mul 4 (Nat.mul d d)) (Nat.mul 6 d))) (Nat.mul (Nat.mul d d) Length.factor))
    (Nat.mul d (Nat.add (Nat.mul 3 (Length.fits c.toPrecision)) Length.factor)))

end Linear
end Compact
