prelude
import Compact.Task.Last
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
namespace Compact
namespace Transformer
namespace HeadsCubicLast
open HeadsAnchoredCubic (checkBy countQuery spread)
open HeadsBruteForce (HeadTables)
noncomputable section

/-- A certificate; there is one lane for each query. -/
structure Certificate extends HeadsAnchoredCubic.Certificate

/-- The inputs that are counted. -/
def count (w : Weights) (c : Certificate) (B one tops : Nat) (tables : List HeadTables) : Nat :=
  total w.d_vocab fun q => Nat.force q fun q => countQuery c.toClaims tables c.width c.heads w.d_vocab w.n_ctx one tops 0 q
    (fun i y => spread c.lane (Nat.add c.width 2) 0 q 1 (nth 0 (nth [] c.tokenShort i) y)) B

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool := checkBy w c.toCertificate 0 (count w c)

end
end HeadsCubicLast
end Transformer
end Compact
