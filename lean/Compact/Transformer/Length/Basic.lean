prelude
import Compact.Transformer.Classes.Runs
/-!
# How long a proof is

The length of a proof is the number of operations that its check takes, whatever the machine.  An operation is an addition,
subtraction, multiplication, division, power or comparison of naturals.  It counts once for each 256 binary digits begun of the
longest of its numbers, its result among them (not an exponent).  That is about a lane of a packed row, and formulas count once
for each lane: packing buys time and not a shorter proof.  Moving digits (shifts, masks, remainders) and reading an entry of a
list are not counted, nor what is done once for the whole check.

`operations` of each strategy (the other files here) is an upper bound of that, for the sizes of the model and for what the
certificate asks: rounding, runs of classes, numbers of tokens, parts.  It is evaluated by the kernel like the check.  Its constants were counted by hand
from the definitions that are named with them, and held against a count of what is done (`tests/test_length_counted.py`,
`docs/length.md`); nothing is proved about them: no claim rests on a length.
-/
namespace Compact
namespace Length
noncomputable section

/-- Words of 256 digits that `n` lanes of `L` bits take: what one operation on such a row counts for. -/
def wordsOf (L n : Nat) : Nat := Nat.div (Nat.add (Nat.mul L n) 255) 256

/-- Rows of `1, 2, ..., n` lanes: joining `n` entries of `L` bits, one by one. -/
def joined (L n : Nat) : Nat := Nat.add n (Nat.div (Nat.mul L (Nat.mul n (Nat.succ n))) 512)

/-- Rows of `c` lanes, `d` of them, side by side and added up: they are ready to be the second factor of a product (`Right.of`, `Right.base`). -/
def beside (L c d : Nat) : Nat := Nat.add (joined (Nat.mul L c) d) (Nat.mul d (wordsOf L c))

/-- The same, and their entries read one by one (`Tensor.right`, `Tensor.transposed`). -/
def right (L c d : Nat) : Nat := Nat.add (Nat.mul d (joined L c)) (beside L c d)

/-- A product of an `r × d` and a `d × c` matrix, rows packed in lanes of `L` bits (`productRows`). -/
def packedProduct (L r d c : Nat) : Nat := Nat.mul r (Nat.add (Nat.mul (Nat.add (Nat.mul 2 d) 4) (wordsOf L c)) d)

/-- A product of an `r × d` and a `d × c` matrix, a word for each entry. -/
def product (r d c : Nat) : Nat := Nat.mul 2 (Nat.mul r (Nat.mul d c))

/-- A 16th power of a number with `prec` digits (`pow16`). -/
def power16 (prec : Nat) : Nat := Nat.div (Nat.add prec 15) 16

/-- The bounds of one exponential, from its argument: two powers in each step. -/
def exponential (prec steps : Nat) : Nat := Nat.add 5 (Nat.mul (Nat.mul 2 steps) (power16 prec))

/-- `sideRows` and `expTable`, for each lane: nine operations for each bit of an argument above the low ones.  There are `4 * steps` of these with a
fractional part, and eight are counted for whole numbers, as scores of one query hardly differ by more than 256. -/
def factor (steps : Nat) : Nat := Nat.add 20 (Nat.mul 9 (Nat.add (Nat.mul 4 steps) 8))

/-- `slacksAs`, for each lane of a row of `v` lanes: running maxima take as many steps as `v` has digits. -/
def slacks (v : Nat) : Nat := Nat.add 12 (Nat.mul 9 (Nat.succ (Nat.log2 v)))

/-- `Frame.risesAs` and `Frame.fallsAs`, for each lane. -/
def rowCheck : Nat := 20

/-- The weights of `0, 1, ..., n` positions of all queries (`massesAs`). -/
def masses (v n : Nat) : Nat := Nat.mul (Nat.mul v (Nat.succ n)) (Nat.add (Nat.mul 4 n) 11)

/-- `sumPowers`, for each class. -/
def inputs (count : Nat) : Nat := Nat.mul 3 count

/-- The number of queries and maxima. -/
def pairs (v : Nat) : Nat := Nat.div (Nat.mul v (Nat.succ v)) 2

end
end Length
end Compact
