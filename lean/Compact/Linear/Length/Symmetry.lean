prelude
import Compact.Linear.Length.Basic
import Compact.Linear.Strategy.Symmetry
/-! # The length of a proof by symmetry -/
namespace Compact
namespace Linear

/-- Operations of `Symmetry.check`: for each pair whose first token is not the smaller one, two operations an output and a factor;
two witnesses for each maximum. -/
noncomputable def Symmetry.operations (w : Weights) (c : Symmetry.Certificate) : Nat :=
  Nat.force w.d_vocab fun d => Nat.add (Length.table w c.toPrecision) (Nat.add
    (Nat.mul (Nat.div (Nat.mul d (Nat.add d 1)) 2) (Nat.add (Nat.mul 2 d) Length.factor))
    (Nat.mul d (Nat.mul 2 (Length.fits c.toPrecision))))

end Linear
end Compact
