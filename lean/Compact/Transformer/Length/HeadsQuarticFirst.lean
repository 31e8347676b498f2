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
  Nat.force (HeadsAnchored.pairLength c.heads w.d_vocab 1 (Nat.sub w.n_ctx 2) c.parts) fun pair =>
  HeadsAnchored.operationsWith w c.toCertificate (total w.d_vocab fun q => Nat.force q fun q =>
    total w.d_vocab fun a => Nat.force a fun a =>
      Nat.force (nth 0 (nth [] c.shares q) a) fun shares => HeadsAnchored.ifShared shares pair)

end
end HeadsQuarticFirst
end Transformer
end Compact
