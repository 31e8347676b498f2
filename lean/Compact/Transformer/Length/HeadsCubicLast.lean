prelude
import Compact.Transformer.Length.HeadsAnchoredCubic
import Compact.Transformer.Strategy.HeadsCubicLast
/-! # The length of a cubic proof about the last token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsCubicLast
noncomputable section

/-- Operations of `HeadsCubicLast.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat := HeadsAnchoredCubic.operationsBy w c.toCertificate 0 1 fun _ _ lane => lane

end
end HeadsCubicLast
end Transformer
end Compact
