prelude
import Compact.Transformer.Length.HeadsAnchoredCubic
import Compact.Transformer.Strategy.HeadsCubicFirst
/-! # The length of a cubic proof about the first token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsCubicFirst
noncomputable section

/-- Operations of `HeadsCubicFirst.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat := HeadsAnchoredCubic.operationsBy w c.toCertificate 1 w.d_vocab fun _ _ lane => lane

end
end HeadsCubicFirst
end Transformer
end Compact
