prelude
import Compact.Transformer.Length.MlpQuartic
import Compact.Transformer.Strategy.MlpCubic
/-! # The length of a proof by cubic for a model with an MLP -/
namespace Compact
namespace Transformer
namespace MlpCubic

/-- Operations of `MlpCubic.check`: what is added to the row of a token is one product, with no columns of its own for each maximum. -/
noncomputable def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force (MlpQuartic.placesLength w) fun places =>
  MlpQuartic.operationsOf w c.toCertificate places 0 (MlpQuartic.productLength c.toCertificate places)

end MlpCubic
end Transformer
end Compact
