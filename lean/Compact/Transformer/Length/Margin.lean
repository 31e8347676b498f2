prelude
import Compact.Transformer.Length.Prefix
import Compact.Transformer.Length.Cubic
import Compact.Transformer.Length.Prefix
/-! # What a margin adds to the length of a proof -/
namespace Compact
namespace Length

/-- `Mixture.countRaised`, for all maxima: each row of direct paths is raised and tested; and what is added when leads are tested. -/
noncomputable def margin (L v : Nat) : Nat := Nat.mul v (Nat.mul (wordsOf L v) (Nat.add (Nat.mul 2 v) 8))

end Length
end Compact
