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
  Nat.force (HeadsAnchored.pairLength c.heads w.d_vocab 0 (Nat.sub w.n_ctx 1) c.parts) fun pair =>
  HeadsAnchored.operationsWith w c.toCertificate (total w.d_vocab fun q => Nat.force q fun q =>
    Nat.force (nth 0 (nth [] c.shares q) 0) fun shares => HeadsAnchored.ifShared shares pair)

end
end HeadsQuarticLast
end Transformer
end Compact
