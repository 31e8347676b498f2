prelude
import Compact.Transformer.Length.HeadsAnchored
import Compact.Transformer.Strategy.HeadsQuarticFirst
/-! # The length of a quartic proof about the first token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsQuarticFirst
noncomputable section

/-- Operations of `HeadsQuarticFirst.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Compact.Length.wordsOf c.bits v) fun r => Nat.force (Nat.sub w.n_ctx 2) fun k =>
  HeadsAnchored.operationsWith w c.toCertificate (total v fun q => Nat.force q fun q =>
    total v fun a => Nat.force a fun a =>
      Nat.force (nth 0 (nth [] c.shares q) a) fun shares => HeadsAnchored.ifShared shares
        (HeadsAnchored.pairLength c.toCertificate v r 1 k (nth 0 (nth [] c.levels q) a)))

end
end HeadsQuarticFirst
end Transformer
end Compact
