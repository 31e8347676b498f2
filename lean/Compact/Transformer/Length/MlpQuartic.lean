prelude
import Compact.Transformer.Length.MlpBruteForce
import Compact.Transformer.Strategy.MlpQuartic
/-! # The length of a proof by quartic for a model with an MLP -/
namespace Compact
namespace Transformer
namespace MlpQuartic
noncomputable section

/-- Operations of a row of a pair, of a level, and of a test of a token, for each lane where there are lanes. -/
def rowOfPair : Nat := 40
def levelOfToken : Nat := 12
def testOfToken : Nat := 10

/-- Those of a pair of a query and a maximum that is counted: a row for each token, two for the direct path
(in each a product with each neuron), and the classes. -/
def pairLength (c : Certificate) (J v m : Nat) : Nat :=
  Nat.add (Nat.mul v (Nat.add rowOfPair (Nat.mul (Nat.add m 3) (Nat.mul 2 J))))
    (Nat.mul c.n (Nat.add (Nat.mul testOfToken v) (Nat.mul m (Nat.add levelOfToken (Nat.mul testOfToken v)))))

/-- Operations of `MlpQuartic.check`: of each block of queries the tables of all heads, and the rows of all maxima; then the pairs that are counted. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (MlpBruteForce.neuronsOf w) fun J =>
  Nat.force (Nat.div (Nat.add J (Nat.sub v 2)) (Nat.sub v 1)) fun blocks =>
  Nat.add (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks)
    (Nat.add (Nat.mul (Nat.succ blocks) (HeadsBruteForce.headLength w ⟨c.toParams, c.cellBits, c.bound⟩))
      (Nat.mul (Nat.mul v (Nat.add v (Nat.add c.n 2))) (Nat.mul 4 (Nat.mul J v)))))
    (total v fun m => total (Nat.succ m) fun q =>
      Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pairLength c J v m) (nth 0 (nth [] c.levels m) q))

end
end MlpQuartic
end Transformer
end Compact
