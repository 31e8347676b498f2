prelude
import Compact.Transformer.Length.HeadsQuartic
import Compact.Transformer.Strategy.HeadsBruteForce
/-! # The length of a proof by brute force for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsBruteForce
noncomputable section

/-- The circuits of a head with its exponentials and rounded rows, for `v` tokens and `p` positions. -/
def headLength (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (Nat.mul HeadsQuartic.folding (HeadsQuartic.cells v p (Nat.succ w.d_model) (Nat.succ w.d_head)))
  (Nat.add (Length.circuits v p (Nat.succ w.d_model) (Nat.succ w.d_head))
    (Nat.add (Nat.mul (Nat.mul v (Nat.add v p)) (Length.factor c.steps)) (Nat.mul 8 (Nat.mul v (Nat.add (Nat.mul 2 v) p)))))

/-- `guess`, `lanesWithin` and `Lane.test` of one head, for each lane. -/
def rowOfHead : Nat := 20

/-- Operations of `HeadsBruteForce.check`: of each head its tables, a row for each position of each query, and for each input a row for each
position and what is asked of the head; once for each input, all rows together, and the right answer. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (Nat.mul w.heads.length (Nat.add (headLength w c) (Nat.mul (Nat.mul v (Nat.mul p v)) (Nat.add 6 (Nat.mul 2 v)))))
  (Nat.mul (Nat.pow v p) (Nat.add (Nat.mul w.heads.length (Nat.add (Nat.mul p (Nat.add v 4)) (Nat.mul rowOfHead v)))
    (Nat.add (Nat.mul 8 v) p)))

end
end HeadsBruteForce
end Transformer
end Compact
