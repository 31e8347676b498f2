prelude
import Compact.Transformer.Length.SoftCubic
import Compact.Transformer.Strategy.SplitCubic
/-! # The length of a split cubic proof -/
namespace Compact
namespace Length
noncomputable section

/-- `SplitPair.withInputs` less what `LossPair.withPair` does: rows over own outputs, and for each of `k` classes what each of `m` tokens needs. -/
def needs (v m k : Nat) : Nat := Nat.add (Nat.add 20 (Nat.add (Nat.mul 9 v) (Nat.mul 3 m))) (Nat.mul k (Nat.add 22 (Nat.mul 28 m)))

/-- What is added for all pairs of a query and a maximum. -/
def splitBlocks (v n : Nat) : Nat :=
  total v fun m => Nat.force m fun m => Nat.add (Nat.mul m (needs v m (Nat.sub n 1))) (needs v m n)

end
end Length

/-- Operations of `SplitCubic.check`: those of soft cubic, the diagonal of each block, and what tokens need. -/
noncomputable def SplitCubic.operations (w : Weights) (c : SplitCubic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (SoftCubic.operations w c.toCertificate) (Nat.add (Nat.mul (Nat.mul 4 v) (fold (fun _ ih => Nat.succ ih) 0 c.blocks)) (Length.splitBlocks v n))

end Compact
