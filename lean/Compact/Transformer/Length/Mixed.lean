prelude
import Compact.Transformer.Length.Quartic
import Compact.Transformer.Strategy.Mixed
/-! # The length of a mixed proof -/
namespace Compact

/-- Operations of `Mixed.check`: those of `Quartic.check`. -/
noncomputable def Mixed.operations (w : Weights) (c : Mixed.Certificate) : Nat :=
  Quartic.operations w c

end Compact
