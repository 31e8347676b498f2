prelude
import Compact.Transformer.Length.NormedBruteForce
import Compact.Transformer.Strategy.NormedQuartic
/-! # The length of a proof by quartic for a model with norms -/
namespace Compact
namespace Transformer
namespace NormedQuartic
noncomputable section
open NormedBruteForce (ofProduct ofEntry ofNorm)

/-- What a bias of the unembedding adds: products of vectors for all positions and tokens, and for all queries with them, with square roots; and for each query
and maximum the tilted rows of tokens at all positions. -/
def ofBias (v p d h steps tokens : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (Nat.mul v p) (Nat.add (Nat.mul d (ofEntry h)) (Nat.mul ofProduct d)))
      (Nat.mul (Nat.mul v (Nat.mul v p)) (Nat.add (Nat.mul (Nat.mul 2 ofProduct) d) (Nat.add 40 (Nat.mul 3 steps)))))
    (Nat.mul (Nat.mul tokens p) (Nat.add 40 (Nat.mul 6 v)))

/-- Operations of `NormedQuartic.check`: norms, queries, keys and values of all positions and tokens; what all outputs read of them and of each
query; the keys of all queries; for each query and maximum and each token below, rows at all positions, and the tests of classes. -/
def operations (w : Normed.Weights) (c : Certificate) : Nat :=
  Nat.force w.model.d_vocab fun v => Nat.force w.model.n_ctx fun p => Nat.force w.model.d_model fun d => Nat.force w.model.d_head fun h =>
  Nat.force (Nat.add (Nat.mul (Nat.mul v p) (ofNorm d c.steps))
    (Nat.add (Nat.mul v (Nat.mul (Nat.succ (Nat.mul 2 p)) (Nat.mul h (ofEntry d))))
      (Nat.add (Nat.mul (Nat.mul v p) (Nat.mul d (ofEntry h))) (Nat.mul (Nat.mul v (Nat.succ p)) (Nat.mul v (ofEntry d)))))) fun once =>
  Nat.force (Nat.mul (Nat.mul v (Nat.mul v p)) (Nat.add (Nat.mul ofProduct h) (Nat.add (Nat.add 50 (Nat.mul 6 c.prec)) (Nat.mul 2 v)))) fun keys =>
  Nat.force (Nat.div (Nat.mul v (Nat.mul (Nat.add v 1) (Nat.add v 2))) 6) fun tokens =>
  Nat.add (Nat.add (Nat.add once keys) (Option.rec (motive := fun _ => Nat) 0 (fun _ => ofBias v p d h c.steps tokens) w.model.b_U)) (Nat.add
    (Nat.mul tokens (Nat.add (Nat.mul v (Nat.add (Nat.mul 8 (Nat.sub p 1)) (Nat.mul 8 p))) (Nat.mul 4 p)))
    (Nat.mul (Nat.mul (Nat.div (Nat.mul v (Nat.add v 1)) 2) p) (Nat.add (Nat.mul 6 v) 24)))

end
end NormedQuartic
end Transformer
end Compact
