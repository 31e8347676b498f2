prelude
import Compact.Transformer.Strategy.NormedBruteForce
/-! # The length of a proof by brute force for a model with norms -/
namespace Compact
namespace Transformer
namespace NormedBruteForce
noncomputable section

/-- `Ball.mul`, and what `Ball.dotFrom` adds. -/
def ofProduct : Nat := 19

/-- An entry of a row times a matrix with `n` rows. -/
def ofEntry (n : Nat) : Nat := Nat.add (Nat.mul ofProduct n) 8

/-- A norm of `d` entries: their sum, `centre`, squares, `Ball.quotient`; and the square root. -/
def ofNorm (d steps : Nat) : Nat := Nat.add (Nat.add (Nat.mul d 36) 24) (Nat.mul 3 steps)

/-- A head's output for an input of `p` tokens: scores, softmax, values mixed, `W_O`. -/
def ofHead (p d h prec : Nat) : Nat :=
  Nat.add (Nat.mul p (Nat.add (Nat.mul ofProduct h) (Nat.add 50 (Nat.mul 6 prec)))) (Nat.add (Nat.mul h (ofEntry p)) (Nat.mul d (ofEntry h)))

/-- An MLP of `J` neurons with its norm. -/
def ofMlp (d steps : Nat) (M : Option MLP) : Nat :=
  Option.rec (motive := fun _ => Nat) 0
    (fun M => Nat.add (Nat.add (Nat.mul M.d_mlp (ofEntry d)) (Nat.mul d (ofEntry M.d_mlp))) (ofNorm d steps)) M

/-- Operations of `NormedBruteForce.check`: once the norms of all positions and tokens, with queries, keys and values; for each input its heads,
its MLP, its last norm and its logits. -/
def operations (w : Normed.Weights) (c : Certificate) : Nat :=
  Nat.force w.model.d_vocab fun v => Nat.force w.model.n_ctx fun p => Nat.force w.model.d_model fun d => Nat.force w.model.d_head fun h =>
  Nat.force w.model.heads.length fun H =>
  Nat.add
    (Nat.add (Nat.mul (Nat.mul v p) (ofNorm d c.steps)) (Nat.mul (Nat.mul H v) (Nat.mul (Nat.succ (Nat.mul 2 p)) (Nat.mul h (ofEntry d)))))
    (Nat.mul (Nat.pow v p) (Nat.add (Nat.add (Nat.mul H (ofHead p d h c.prec)) (ofNorm d c.steps))
      (Nat.add (ofMlp d c.steps w.model.mlp) (Nat.mul v (ofEntry d)))))

end
end NormedBruteForce
end Transformer
end Compact
