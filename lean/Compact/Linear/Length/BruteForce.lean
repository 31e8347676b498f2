prelude
import Compact.Linear.Length.Basic
import Compact.Linear.Strategy.BruteForce
/-! # The length of a proof by brute force -/
namespace Compact
namespace Linear

/-- Operations of `BruteForce.check`: a row operation for each output of all inputs but their last token, two for each lane, and a
factor for each input; two products an output where tokens are added; a witness for each first token. -/
noncomputable def BruteForce.operations (w : Weights) (c : BruteForce.Certificate) : Nat :=
  Nat.force w.d_vocab fun d => Nat.add (Length.table w c.toPrecision) (Nat.add
    (Nat.mul (Nat.pow d (Nat.sub w.n_ctx 1)) (Nat.add (Nat.mul 2 (Nat.mul d d)) (Nat.mul d (Nat.add 2 Length.factor))))
    (Nat.add (total (Nat.sub w.n_ctx 2) fun k => Nat.mul (Nat.pow d (Nat.add k 2)) (Nat.mul 2 d))
      (Nat.mul d (Length.fits c.toPrecision))))

end Linear
end Compact
