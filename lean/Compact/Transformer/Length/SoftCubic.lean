prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.SoftCubic
/-! # The length of a soft cubic proof -/
namespace Compact
namespace Length
noncomputable section

/-- One exponential among those of a matrix (`expRows`). -/
def exponentialIn (high : Nat) : Nat := Nat.add 23 (Nat.mul 8 high)

/-- `LossTable.check`: four matrices of exponentials, two products of matrices and their tests, the columns of tokens, and two tests of
rows for each maximum. -/
def logs (v high : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.mul v v) (Nat.add (Nat.mul 4 (exponentialIn high)) 30)) (Nat.mul 2 (product v v v))

/-- `LossLevels.check`: two exponentials for each level. -/
def levels (prec steps count : Nat) : Nat := Nat.mul count (Nat.add 14 (Nat.mul 2 (exponential prec steps)))

/-- `LossPair.inputs`, with `k` classes that have other tokens, and `m` tokens below the maximum. -/
def level (m k : Nat) : Nat := Nat.add (Nat.add 16 (Nat.mul 3 m)) (Nat.mul k (Nat.add 30 (Nat.mul 6 m)))

/-- `LossPair.withPair`: the row of gains, and their products with factors. -/
def lossPair (v m : Nat) : Nat := Nat.add 20 (Nat.add (Nat.mul 3 v) (Nat.mul 3 m))

/-- All blocks: for each maximum `m` its `m` smaller queries, and itself; so many levels for each. -/
def lossBlocks (v n picks : Nat) : Nat :=
  total v fun m => Nat.force m fun m =>
  Nat.add (Nat.mul m (Nat.add (lossPair v m) (Nat.mul picks (level m (Nat.sub n 1))))) (Nat.add (lossPair v m) (Nat.mul picks (level m n)))

end
end Length

/-- Operations of `SoftCubic.check`. -/
noncomputable def SoftCubic.operations (w : Weights) (c : SoftCubic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.logs v c.expHigh))
    (Nat.add (Length.levels c.lossPrec c.lossSteps c.count) (Length.lossBlocks v n (Nat.succ c.picksEach)))

end Compact
