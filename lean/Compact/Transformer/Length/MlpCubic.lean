prelude
import Compact.Transformer.Length.MlpQuartic
import Compact.Transformer.Strategy.MlpCubic
/-! # The length of a proof by cubic for a model with an MLP -/
namespace Compact
namespace Transformer
namespace MlpCubic
noncomputable section
open MlpQuartic (rowOfPair rowOfTest classOfPair levelOfToken testOfToken classesTested)

/-- Operations of what is left of a ReLU, for a query, a token and a neuron: at slope 0 and at slope 1. -/
def leftOfNeuron : Nat := 16

/-- Those of a pair of a query and a maximum that is counted: of each token the correction (a product with each neuron) and a row,
two rows for the direct path, a test of each token, and the classes. -/
def pairLength (c : Certificate) (J v m code : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul v (Nat.add rowOfPair (Nat.mul 4 J))) (Nat.mul (Nat.succ m) (Nat.add (Nat.mul 4 J) (Nat.mul 3 v))))
    (Nat.add (Nat.mul m (Nat.mul rowOfTest v))
      (Nat.mul (classesTested c.toCertificate code) (Nat.add (Nat.mul classOfPair v) (Nat.mul m (Nat.add levelOfToken (Nat.mul testOfToken v))))))

/-- Operations of `MlpCubic.check`: of each block of queries the tables of all heads, and the rows of all maxima; what is left of ReLUs of each
query and token; then the pairs that are counted. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (MlpBruteForce.neuronsOf w) fun J =>
  Nat.force (Nat.div (Nat.add J (Nat.sub v 2)) (Nat.sub v 1)) fun blocks =>
  Nat.add (Nat.add (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks)
    (Nat.add (Nat.mul (Nat.succ blocks) (HeadsBruteForce.headLength w ⟨c.toParams, c.cellBits, c.bound⟩))
      (Nat.mul (Nat.mul v (Nat.add v (Nat.add c.n 2))) (Nat.mul 4 (Nat.mul J v)))))
    (Nat.mul (Nat.mul v v) (Nat.mul leftOfNeuron J)))
    (total v fun m => total (Nat.succ m) fun q =>
      Nat.rec (motive := fun _ => Nat) 0 (fun code _ => pairLength c J v m code) (nth 0 (nth [] c.levels m) q))

end
end MlpCubic
end Transformer
end Compact
