prelude
import Compact.Transformer.Length.Prefix
import Compact.Transformer.Length.Cubic
/-! # What a margin adds to the length of a proof -/
namespace Compact
namespace Length

/-- `Mixture.countRaised`, for all maxima: for each lane of each row of direct paths an addition, a test of two operations, and one for what is added when leads
are tested, which is less. -/
noncomputable def margin (v : Nat) : Nat := Nat.mul 4 (Nat.mul v (Nat.mul v v))

end Length
end Compact
