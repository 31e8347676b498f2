prelude
import Compact.Transformer.Length.HeadsAnchored
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
/-! # The length of a cubic proof about the token at one position, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsAnchoredCubic
noncomputable section
open Compact.Length (wordsOf joined)

/-- `spread` of a row of numbers to `m` lanes of `W` bits. -/
def spreadLength (W m : Nat) : Nat := Nat.add (Nat.mul 4 m) (joined W m)

/-- `leadAt`, `spareAt` of one head, in `m` lanes of `W` bits, and its shortfalls at `k` free positions. -/
def headLength (W m k : Nat) : Nat := Nat.add (Nat.mul 24 m) (Nat.add (Nat.mul 2 (joined W m)) (Nat.mul k (spreadLength W m)))

/-- One query with `count` levels, for `k` free positions: what is made of all `m` right answers at once, in rows of `R` words. -/
def queryLength (H v W m R k count : Nat) : Nat :=
  Nat.add (Nat.mul H (Nat.add (headLength W m k) (Nat.mul v (Nat.mul k (Nat.add (Nat.mul 6 R) 7)))))
    (Nat.mul count (Nat.mul R (Nat.add H (Nat.mul v (Nat.succ (Nat.mul (Nat.mul 2 H) k))))))

/-- One query and right answer, if anything is counted; rows of outputs have `r` words. -/
def laneLength (c : Certificate) (r k count : Nat) : Nat :=
  Nat.add (Nat.add (HeadsAnchored.rowsLength c.heads r) (Nat.mul c.heads (Nat.add (Nat.mul 5 r) 16)))
    (Nat.add (Nat.mul (Nat.add 6 (HeadsQuartic.level c.countBits c.parts)) count) (HeadsQuartic.powers c.countBits c.parts k))

/-- Of each head its tables, terms and shortfalls; of each query what is made of its `m` right answers, and of each that is
counted `one`, of the query, the lane and what it takes by numbers. -/
def operationsBy (w : Transformer.Weights) (c : Certificate) (s m : Nat) (one : Nat → Nat → Nat → Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun n => Nat.force (Nat.sub (Nat.sub n 1) s) fun k => Nat.force (wordsOf c.bits v) fun r =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count =>
  Nat.force (queryLength c.heads v c.lane m (wordsOf c.lane m) k count) fun query => Nat.force (laneLength c r k count) fun lane =>
  HeadsAnchored.operationsWith w c.anchored (Nat.add
    (Nat.mul c.heads (Nat.add (Nat.mul (Nat.mul v (Nat.add v n)) (Nat.add (Nat.mul 7 r) 2)) (Nat.mul v (spreadLength c.lane v))))
    (total v fun q => Nat.force q fun q => Nat.add query (total m fun j => Nat.force j fun j =>
      Nat.force (nth 0 (nth [] c.shares q) j) fun shares => HeadsAnchored.ifShared shares (one q j lane))))

end
end HeadsAnchoredCubic
end Transformer
end Compact
