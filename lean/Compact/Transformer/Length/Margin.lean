prelude
import Compact.Transformer.Length.Prefix
import Compact.Transformer.Length.Cubic
/-! # What a margin adds to the length of a proof -/
namespace Compact
namespace Length

/-- `Mixture.countRaised`, for all maxima: one addition a lane of each row of direct paths and of own positions, and a test of two
operations of each row of direct paths. -/
noncomputable def margin (v : Nat) : Nat := Nat.mul 4 (Nat.mul v (Nat.mul v v))

end Length
end Compact
