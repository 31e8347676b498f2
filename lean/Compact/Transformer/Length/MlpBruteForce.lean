prelude
import Compact.Transformer.Length.HeadsBruteForce
import Compact.Transformer.Strategy.MlpBruteForce
/-! # The length of a proof by brute force for a model with an MLP -/
namespace Compact
namespace Transformer
namespace MlpBruteForce
noncomputable section
open Compact.Length (wordsOf joined packedProduct right)
open HeadsBruteForce (pieces picked guessed onceEach)

/-- How many neurons there are. -/
def neuronsOf (w : Transformer.Weights) : Nat := Option.rec (motive := fun _ => Nat) 0 (fun M => M.d_mlp) w.mlp

/-- How many models have all neurons as outputs. -/
def partsOf (w : Transformer.Weights) : Nat := Nat.div (Nat.add (neuronsOf w) (Nat.sub w.d_vocab 2)) (Nat.sub w.d_vocab 1)

/-- `withNeuronRows`: what each neuron adds to logits, cells having `B` bits; and these rows in lanes of `L` bits. -/
def neuronsLength (w : Transformer.Weights) (B L : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.d_model fun d => Nat.force (neuronsOf w) fun J =>
  Nat.force (Nat.add (Nat.mul 2 B) (Nat.succ (Nat.log2 d))) fun l =>
  Nat.add (Nat.add (packedProduct l J d v) (right l v d)) (Nat.mul J (Nat.add (Nat.mul 3 v) (joined L v)))

/-- The circuits of a model that has neurons as outputs. -/
def partLength (w : Compact.Weights) (B L : Nat) : Nat :=
  Nat.add (Nat.add (Length.folded w B) (Compact.Length.circuits w (scoreLane w) (logitLane w))) (Length.listed w.d_vocab w.n_ctx L)

/-- What is done with neurons for one input: two tests for each head, and of each neuron its row. -/
def neuronsEach (parts J r : Nat) : Nat := Nat.add (Nat.mul parts (Nat.add (Nat.mul 10 r) 11)) (Nat.mul J (Nat.add (Nat.mul 2 r) 2))

/-- Operations of `MlpBruteForce.check`: those of `HeadsBruteForce.check` for the heads of all models without an MLP; and what is done with neurons. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force w.heads.length fun heads => Nat.force (Nat.succ c.cellBits) fun B =>
  Nat.force (wordsOf c.bits v) fun r => Nat.force (Nat.mul heads (partsOf w)) fun parts =>
  Nat.add (Nat.add (Nat.add (Length.evaluated w B c.bits c.prec c.steps) (neuronsLength w c.cellBits c.bits))
      (Nat.add (Nat.mul (Nat.add heads parts) (Nat.add (pieces v p r) (picked v p r))) (Nat.mul parts (partLength (w.headAt B 0) B c.bits))))
    (Nat.mul (Nat.pow v p) (Nat.add (Nat.add (Nat.mul (Nat.add heads parts) (guessed p r)) (neuronsEach parts (neuronsOf w) r))
      (Nat.add (onceEach heads r) (Nat.mul 4 r))))

end
end MlpBruteForce
end Transformer
end Compact
