prelude
import Compact.Transformer.Length.LowRank
import Compact.Transformer.Length.Mass
import Compact.Transformer.Strategy.LowRankMass
/-! # The length of a low-rank proof of a mass -/
namespace Compact

/-- Operations of `LowRankMass.check`: those of `LowRank.check`, three for each step to read what first tokens weigh, and for each block what weights add. -/
noncomputable def LowRankMass.operations (w : Weights) (c : LowRankMass.Certificate) : Nat :=
  Nat.add (Length.shares w c.toShareData 3 c.blocks)
    (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks) (Length.mass w.d_vocab (Nat.sub w.n_ctx 1)))

end Compact
