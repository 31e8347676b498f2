prelude
import Compact.Packed.Words
import Compact.Transformer.Classes.Runs
/-!
# How long a proof is

The length of a proof is the number of operations that its check takes, whatever the machine.  An operation is an addition,
subtraction, multiplication, division, power or comparison of naturals.  It counts once for each 256 binary digits begun of the
longest of its numbers, its result among them (not an exponent): a *word*.  A row of `n` lanes of `L` bits has `wordsOf L n` of these.  Moving digits
(shifts, masks, remainders) and reading an entry of a list are not counted.

`operations` of each strategy (the other files here) is an upper bound of that, for the sizes of the model and for what the
certificate asks: widths of lanes, rounding, runs of classes, numbers of tokens, parts.  It is evaluated by the kernel like the check.  Its constants were counted
from the definitions that are named with them, and held against a count of what is done (`tests/test_length_counted.py`,
`docs/length.md`); nothing is proved about them: no claim rests on a length.
-/
namespace Compact
namespace Length
noncomputable section

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

/-- The number of queries and maxima. -/
def pairs (v : Nat) : Nat := Nat.div (Nat.mul v (Nat.succ v)) 2

end
end Length
end Compact
