prelude
import Compact.Transformer.Length.HeadsQuartic
import Compact.Transformer.Strategy.HeadsFirst
/-! # The length of a proof about the first token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsFirst
noncomputable section

/-- The circuits of a head with its exponentials and rounded rows, for `v` tokens and `p` positions. -/
def headLength (w : Transformer.Weights) (steps : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.add (Nat.mul HeadsQuartic.folding (HeadsQuartic.cells v p (Nat.succ w.d_model) (Nat.succ w.d_head)))
  (Nat.add (Length.circuits v p (Nat.succ w.d_model) (Nat.succ w.d_head))
    (Nat.add (Nat.mul (Nat.mul v (Nat.add v p)) (Length.factor steps)) (Nat.mul 8 (Nat.mul v (Nat.add (Nat.mul 2 v) p)))))

/-- `shortOk`, for each lane. -/
def shortRow : Nat := 7

/-- `term`, for each query, position and token. -/
def termOf : Nat := 7

/-- `rowOf` and `rowOk` of one head, for each lane; `allMargin` and `enough`, for each lane. -/
def rowOfHead : Nat := 18
def rowsOnce : Nat := 10

/-- `takes` and the test of one token at one position. -/
def takesOnce : Nat := 8

/-- Operations of `HeadsFirst.check`: of each head its tables, shortfalls and terms; for each query and first token that anything is
counted of, rows, and what each token takes at each position. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p =>
  Nat.force (Nat.add (Nat.mul v (Nat.add (Nat.mul rowOfHead c.heads) rowsOnce))
    (Nat.mul c.heads (Nat.mul (Nat.succ v) (Nat.mul p takesOnce)))) fun pair =>
  Nat.add (Nat.mul c.heads (Nat.add (headLength w c.steps)
    (Nat.add (Nat.mul (Nat.mul v (Nat.add v p)) (Nat.mul shortRow v)) (Nat.mul (Nat.mul v (Nat.mul p v)) termOf))))
  (total v fun q => Nat.force q fun q => total v fun a => Nat.force a fun a =>
    Nat.force (nth 0 (nth [] c.shares q) a) fun shares => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pair) shares)

end
end HeadsFirst
end Transformer
end Compact
