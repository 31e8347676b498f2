prelude
import Compact.Transformer.Length.HeadsAnchoredMixed
import Compact.Transformer.Strategy.HeadsMixedFirst
/-! # The length of a mixed proof about the first token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsMixedFirst
noncomputable section

/-- Operations of `HeadsMixedFirst.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat := HeadsAnchoredMixed.operationsBy w c.toCertificate 1 w.d_vocab

end
end HeadsMixedFirst
end Transformer
end Compact
