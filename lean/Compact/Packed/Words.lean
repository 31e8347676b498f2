prelude
import Compact.Foundation.Nat.Defs
/-!
# Rows of lanes in words

What an operation on a row of lanes counts for in the length of a proof (`docs/length.md`): one for each 256 binary digits begun of the row.
-/
namespace Compact
namespace Length
noncomputable section

/-- Words of 256 digits that `n` lanes of `L` bits take: what one operation on such a row counts for. -/
def wordsOf (L n : Nat) : Nat := Nat.div (Nat.add (Nat.mul L n) 255) 256

/-- Rows of `1, 2, ..., n` lanes: joining `n` entries of `L` bits, one by one. -/
def joined (L n : Nat) : Nat := Nat.add n (Nat.div (Nat.mul L (Nat.mul n (Nat.succ n))) 512)

end
end Length
end Compact
