prelude
import Compact.Linear.Witness
/-!
# How long a proof about a linear model is

Operations on naturals, each lane of a packed row counted (`Compact/Transformer/Length/Basic.lean` says what is counted).  The
constants were counted by hand from the definitions that are named with them; no claim rests on a length.
-/
namespace Compact
namespace Linear
namespace Length
noncomputable section

/-- What a matrix of `r` rows and `c` columns costs before it can be used: its products. -/
def matrix (r c : Nat) : Matrix → Nat
  | .stored _ => 0
  | .product d A _ => Nat.add (matrix r d A) (Nat.mul 2 (Nat.mul r (Nat.mul d c)))

/-- `expLower`, `expUpper`: the start, and two rounded 16th powers for each step. -/
def exponential (p : Precision) : Nat := Nat.add 8 (Nat.mul (Nat.mul 2 p.steps) (Nat.div (Nat.add p.prec 15) 16))

/-- `Weights.withTable` and `Table.sound`: the largest entry, and two exponentials and two tests for each entry. -/
def table (w : Weights) (p : Precision) : Nat :=
  Nat.add (matrix w.d_vocab w.d_vocab w.adds) (Nat.mul (Nat.mul w.d_vocab w.d_vocab) (Nat.add 6 (Nat.mul 2 (exponential p))))

/-- `Claim.fits`, and the witness in the sum. -/
def fits (p : Precision) : Nat := Nat.add 10 (exponential p)

/-- `step`, and the denominator of its quotient. -/
def factor : Nat := 8

end
end Length
end Linear
end Compact
