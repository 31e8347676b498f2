prelude
import Compact.Task.First
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
namespace Compact
namespace Transformer
namespace HeadsCubicFirst
open HeadsAnchoredCubic (checkBy countQuery spread)
open HeadsBruteForce (HeadTables)
noncomputable section

/-- A certificate; lanes are first tokens. -/
structure Certificate extends HeadsAnchoredCubic.Certificate

/-- The inputs that are counted. -/
def count (w : Weights) (c : Certificate) (B one tops : Nat) (tables : List HeadTables) : Nat :=
  Nat.force (Nat.add c.width 2) fun b =>
  forceRows (listFrom (fun i => listFrom (fun y => spread c.lane b 1 0 w.d_vocab (nth 0 (nth [] c.tokenShort i) y)) w.d_vocab 0) c.heads 0)
    fun shorts => total w.d_vocab fun q => Nat.force q fun q =>
    countQuery c.toClaims tables c.width c.heads w.d_vocab w.n_ctx one tops 1 q (fun i y => nth 0 (nth [] shorts i) y) B

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool := checkBy w c.toCertificate 1 (count w c)

end
end HeadsCubicFirst
end Transformer
end Compact
