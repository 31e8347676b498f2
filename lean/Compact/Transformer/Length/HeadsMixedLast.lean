prelude
import Compact.Transformer.Length.HeadsAnchoredMixed
import Compact.Transformer.Strategy.HeadsMixedLast
/-! # The length of a mixed proof about the last token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsMixedLast
noncomputable section

/-- Operations of `HeadsMixedLast.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat := HeadsAnchoredMixed.operationsBy w c.toCertificate 0 1

end
end HeadsMixedLast
end Transformer
end Compact
