prelude
import Compact.Transformer.Length.HeadsAnchoredCubic
import Compact.Transformer.Strategy.HeadsMixedFirst
/-! # The length of a mixed proof about the first token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsMixedFirst
noncomputable section

/-- Operations of `HeadsMixedFirst.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force (HeadsAnchored.pairLength c.heads w.d_vocab 1 (Nat.sub w.n_ctx 2) c.parts) fun pair =>
  HeadsAnchoredCubic.operationsBy w c.cubic 1 w.d_vocab fun q j lane =>
    Nat.rec (motive := fun _ => Nat) lane (fun _ _ => pair) (nth 0 (nth [] c.tokenLevels q) j)

end
end HeadsMixedFirst
end Transformer
end Compact
