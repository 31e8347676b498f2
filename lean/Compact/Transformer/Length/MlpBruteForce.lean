prelude
import Compact.Transformer.Length.HeadsBruteForce
import Compact.Transformer.Strategy.MlpBruteForce
/-! # The length of a proof by brute force for a model with an MLP -/
namespace Compact
namespace Transformer
namespace MlpBruteForce
noncomputable section

/-- What is done with a neuron, besides its row of logits. -/
def neuron : Nat := 12

/-- How many neurons there are. -/
def neuronsOf (w : Transformer.Weights) : Nat := Option.rec (motive := fun _ => Nat) 0 (fun M => M.d_mlp) w.mlp

/-- Operations of `MlpBruteForce.check`: those of `HeadsBruteForce.check` for the heads of all models without an MLP, two tests for each head; and
for each input and each neuron its row. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (neuronsOf w) fun J =>
  Nat.force (Nat.mul w.heads.length (Nat.succ (Nat.div (Nat.add J (Nat.sub v 2)) (Nat.sub v 1)))) fun H =>
  Nat.add
    (Nat.add (Nat.mul H (Nat.add (HeadsBruteForce.headLength w ⟨c.toParams, c.cellBits, c.bound⟩)
      (Nat.mul (Nat.mul v (Nat.mul p v)) (Nat.add 6 (Nat.mul 2 v))))) (Nat.mul J (Nat.mul v w.d_model)))
    (Nat.mul (Nat.pow v p) (Nat.add (Nat.add (Nat.mul H (Nat.add (Nat.mul p (Nat.add v 4)) (Nat.mul (Nat.mul 2 HeadsBruteForce.rowOfHead) v)))
      (Nat.mul J (Nat.add v neuron))) (Nat.add (Nat.mul 8 v) p)))

end
end MlpBruteForce
end Transformer
end Compact
