prelude
import Compact.Transformer.Length.HeadsTables
import Compact.Transformer.Strategy.HeadsFirst
/-! # The length of a proof about the first token, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsFirst
noncomputable section
open Compact.Length (wordsOf)

/-- `withTerms`: what each token gives at each position of each query, of one head. -/
def terms (v p : Nat) : Nat := Nat.mul 7 (Nat.mul v (Nat.mul p v))

/-- `shortsOk` of one head; rows have `r` words. -/
def shorts (v p r : Nat) : Nat := Nat.mul (Nat.mul v (Nat.add v p)) (Nat.add (Nat.mul 7 r) 2)

/-- One query and first token, if anything is counted: rows; and what each token takes at each position in between. -/
def pairLength (heads v p r : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul r (Nat.add (Nat.mul 17 heads) 11)) (Nat.mul heads (Nat.add 20 (Nat.mul (Nat.mul 4 v) (Nat.sub p 2)))))
    (Nat.add (Nat.mul 2 v) 12)

/-- Operations of `HeadsFirst.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (wordsOf c.bits v) fun r => Nat.force (pairLength c.heads v p r) fun pair =>
  Nat.add (Nat.add (Length.evaluated w c.cellBits c.bits c.prec c.steps) (Nat.mul c.heads (Nat.add (terms v p) (shorts v p r))))
  (total v fun q => Nat.force q fun q => total v fun a => Nat.force a fun a =>
    Nat.force (nth 0 (nth [] c.shares q) a) fun shares => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pair) shares)

end
end HeadsFirst
end Transformer
end Compact
