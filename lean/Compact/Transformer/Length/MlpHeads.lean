prelude
import Compact.Transformer.Length.MlpQuartic
import Compact.Transformer.Strategy.MlpHeads
/-! # The length of a proof by quartic for a model with several heads and an MLP -/
namespace Compact
namespace Transformer
namespace MlpHeads
noncomputable section
open Compact.Length (wordsOf)
open MlpQuartic (placesLength operationsOf sumsLength)

/-- What a head has in common with a certificate about one head. -/
def oneHead (c : Certificate) : MlpQuartic.Certificate :=
  { c.toParams, c.toHeadsTables.at 0, c.toHeadsTables.witness 0 with
    parts := c.parts, countBits := c.countBits, levelBits := c.levelBits, slopes := c.slopes, levels := c.levels, small := c.small, cut := c.cut, lane := c.lane,
    cellBits := c.cellBits, blocks := c.blocks, bound := c.bound }

/-- Operations of `MlpHeads.check`: for each head those of quartic for one, and, for each token of a pair, what is left of ReLUs. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force (placesLength w) fun places =>
  Nat.mul w.heads.length (operationsOf w (oneHead c) places (Nat.mul (Nat.mul 4 (wordsOf c.lane places)) w.d_vocab)
    (Nat.add (sumsLength (oneHead c) w.d_vocab places) (Nat.mul 24 (wordsOf c.lane places))))

end
end MlpHeads
end Transformer
end Compact
