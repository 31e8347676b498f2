prelude
import Compact.Transformer.Length.MlpCubic
import Compact.Transformer.Strategy.MlpHeads
/-! # The length of a proof by quartic for a model with several heads and an MLP -/
namespace Compact
namespace Transformer
namespace MlpHeads
noncomputable section
open MlpQuartic (rowOfPair levelOfToken rowOfTest testOfToken classOfPair)

/-- How many classes of a pair are tested: all, or that with the most other tokens, which decides for all. -/
def classesTested (c : Certificate) (code : Nat) : Nat := Bool.rec (motive := fun _ => Nat) c.n 1 (Nat.beq (Nat.mod code 2) 1)

/-- Operations of what is left of a neuron's ReLU. -/
def leftOfNeuron : Nat := 16

/-- Those of a head, for a pair of a query and a maximum that is counted: a row for each token, two for the direct path (in each a product with each neuron), what is left
of ReLUs for each token, a test of each token, and the classes. -/
def pairLength (c : Certificate) (J v m code : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul v (Nat.add rowOfPair (Nat.mul (Nat.add m 3) (Nat.mul 2 J)))) (Nat.mul (Nat.succ m) (Nat.mul leftOfNeuron J)))
    (Nat.add (Nat.mul m (Nat.mul rowOfTest v))
      (Nat.mul (classesTested c code) (Nat.add (Nat.mul classOfPair v) (Nat.mul m (Nat.add levelOfToken (Nat.mul testOfToken v))))))

/-- Operations of `MlpHeads.check`, for each head: of each block of queries its tables, and the rows of all maxima; then the pairs that are counted. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (MlpBruteForce.neuronsOf w) fun J =>
  Nat.force (Nat.div (Nat.add J (Nat.sub v 2)) (Nat.sub v 1)) fun blocks =>
  Nat.mul w.heads.length (Nat.add (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks)
    (Nat.add (Nat.mul (Nat.succ blocks) (HeadsBruteForce.headLength w ⟨c.toParams, c.cellBits, c.bound⟩))
      (Nat.mul (Nat.mul v (Nat.add v (Nat.add c.n 2))) (Nat.mul 4 (Nat.mul J v)))))
    (total v fun m => total (Nat.succ m) fun q =>
      Nat.rec (motive := fun _ => Nat) 0 (fun code _ => pairLength c J v m code) (nth 0 (nth [] c.levels m) q)))

end
end MlpHeads
end Transformer
end Compact
