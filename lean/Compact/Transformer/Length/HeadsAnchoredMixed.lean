prelude
import Compact.Transformer.Length.HeadsAnchoredCubic
import Compact.Transformer.Strategy.HeadsAnchoredMixed.Check
/-! # The length of a mixed proof about the token at one position, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsAnchoredMixed
noncomputable section
open Compact.Length (wordsOf)

/-- What quartic's certificate has, too. -/
def Certificate.quartic (c : Certificate) : HeadsAnchored.Certificate := ⟨c.toParams, c.toClaims.quartic, c.heads, c.cellBits, c.bound⟩

/-- As cubic; a query and right answer whose tokens have levels takes what it takes quartic.  Free positions begin at `s`; a query has `m` right answers. -/
def operationsBy (w : Transformer.Weights) (c : Certificate) (s m : Nat) : Nat :=
  Nat.force (wordsOf c.bits w.d_vocab) fun r => Nat.force (Nat.sub (Nat.sub w.n_ctx 1) s) fun k =>
  HeadsAnchoredCubic.operationsBy w c.cubic s m fun q j lane =>
    Nat.rec (motive := fun _ => Nat) lane (fun levels _ => HeadsAnchored.pairLength c.quartic w.d_vocab r s k levels)
      (nth 0 (nth [] c.tokenLevels q) j)

end
end HeadsAnchoredMixed
end Transformer
end Compact
