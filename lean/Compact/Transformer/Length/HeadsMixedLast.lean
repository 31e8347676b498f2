prelude
import Compact.Transformer.Length.HeadsAnchoredCubic
import Compact.Transformer.Strategy.HeadsMixedLast
/-! # The length of a mixed proof about the last token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsMixedLast
noncomputable section

/-- Operations of `HeadsMixedLast.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force (HeadsAnchored.pairLength c.heads w.d_vocab 0 (Nat.sub w.n_ctx 1) c.parts) fun pair =>
  HeadsAnchoredCubic.operationsBy w c.cubic 0 1 fun q j lane =>
    Nat.rec (motive := fun _ => Nat) lane (fun _ _ => pair) (nth 0 (nth [] c.tokenLevels q) j)

end
end HeadsMixedLast
end Transformer
end Compact
