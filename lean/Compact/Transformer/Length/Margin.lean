prelude
import Compact.Transformer.Length.Prefix
import Compact.Transformer.Length.Cubic
/-! # What a margin adds to the length of a proof -/
namespace Compact
namespace Length

/-- `Margin.blockCheck`, for all maxima: rows of direct paths raised and tested, three operations a lane; and what a block computes
once, `each` for its queries besides the rows of their own positions. -/
noncomputable def margin (v each : Nat) : Nat := Nat.mul v (Nat.add (Nat.mul 5 (Nat.mul v v)) each)

end Length
end Compact
