prelude
import Compact.Transformer.Length.HeadsAnchored
import Compact.Transformer.Strategy.HeadsQuarticLast
/-! # The length of a quartic proof about the last token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsQuarticLast
noncomputable section

/-- Operations of `HeadsQuarticLast.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Compact.Length.wordsOf c.bits v) fun r => Nat.force (Nat.sub w.n_ctx 1) fun k =>
  HeadsAnchored.operationsWith w c.toCertificate (total v fun q => Nat.force q fun q =>
    Nat.force (nth 0 (nth [] c.shares q) 0) fun shares => HeadsAnchored.ifShared shares
      (HeadsAnchored.pairLength c.toCertificate v r 0 k (nth 0 (nth [] c.levels q) 0)))

end
end HeadsQuarticLast
end Transformer
end Compact
