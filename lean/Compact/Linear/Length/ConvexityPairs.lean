prelude
import Compact.Linear.Length.Basic
import Compact.Linear.Strategy.ConvexityPairs
/-! # The length of a proof by convexity, for two tokens -/
namespace Compact
namespace Linear

/-- Operations of `ConvexityPairs.check`: two for each entry, a factor for each pair whose first token is not the smaller one, and two
witnesses for each maximum. -/
noncomputable def ConvexityPairs.operations (w : Weights) (c : ConvexityPairs.Certificate) : Nat :=
  Nat.force w.d_vocab fun d => Nat.add (Length.table w c.toPrecision) (Nat.add
    (Nat.add (Nat.mul 2 (Nat.mul d d)) (Nat.mul (Nat.div (Nat.mul d (Nat.add d 1)) 2) Length.factor))
    (Nat.mul d (Nat.mul 2 (Length.fits c.toPrecision))))

end Linear
end Compact
