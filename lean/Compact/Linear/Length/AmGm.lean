prelude
import Compact.Linear.Length.Basic
import Compact.Linear.Strategy.AmGm
/-! # The length of a proof by arithmetic and geometric means -/
namespace Compact
namespace Linear

/-- Operations of `AmGm.check`: for each maximum a row, a quotient, for each smaller token; then for each number of copies four
operations an output, and a witness. -/
noncomputable def AmGm.operations (w : Weights) (c : AmGm.Certificate) : Nat :=
  Nat.force w.d_vocab fun d => Nat.add (Length.table w c.toPrecision) (Nat.add
    (Nat.mul (Nat.div (Nat.mul d (Nat.sub d 1)) 2) (Nat.add (Nat.mul 2 d) 2))
    (Nat.mul d (Nat.add (Nat.mul 2 d) (Nat.mul w.n_ctx (Nat.add (Nat.mul 4 d) (Nat.add 8 (Length.fits c.toPrecision)))))))

end Linear
end Compact
