prelude
import Compact.Transformer.Length.HeadsAnchored
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
/-! # The length of a cubic proof about the token at one position, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsAnchoredCubic
noncomputable section

/-- `rowShortOk`, for each right answer beside its lanes; `spread`, for each lane. -/
def shortOnce : Nat := 2
def spreadOnce : Nat := 4

/-- `leadAt` and `spareAt`, packed, for each head and lane. -/
def spareOnce : Nat := 30

/-- `gainOf`, for each lane, and what there is once. -/
def gainRow : Nat := 8
def gainOnce : Nat := 8

/-- `headsOk` of one head: for each lane of outputs, and once; a level of one right answer. -/
def leadRow : Nat := 8
def headOnce : Nat := 20
def levelOnce : Nat := 8

/-- One query with `m` right answers and `count` levels, for `k` free positions: what is made of all right answers at once. -/
def queryLength (H v m k count : Nat) : Nat :=
  Nat.add (Nat.mul H (Nat.add (Nat.mul m (Nat.add spareOnce (Nat.mul k spreadOnce)))
      (Nat.mul v (Nat.mul k (Nat.add (Nat.mul gainRow m) gainOnce)))))
    (Nat.mul count (Nat.mul m (Nat.add H (Nat.mul v (Nat.succ (Nat.mul H k))))))

/-- One query and right answer, if anything is counted. -/
def laneLength (H v k parts count : Nat) : Nat :=
  Nat.add (Nat.mul v (Nat.add (Nat.mul HeadsAnchored.rowOfHead H) HeadsAnchored.rowsOnce))
    (Nat.add (Nat.mul H (Nat.add (Nat.mul leadRow v) headOnce)) (Nat.add (Nat.mul levelOnce count) (HeadsQuartic.powers parts k)))

/-- Of each head its tables, terms and shortfalls; of each query what is made of its `m` right answers, and of each that is
counted `one`, of the query, the lane and what it takes by numbers. -/
def operationsBy (w : Transformer.Weights) (c : Certificate) (s m : Nat) (one : Nat → Nat → Nat → Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun n => Nat.force (Nat.sub (Nat.sub n 1) s) fun k =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count =>
  Nat.force (queryLength c.heads v m k count) fun query => Nat.force (laneLength c.heads v k c.parts count) fun lane =>
  HeadsAnchored.operationsWith w c.anchored (Nat.add
    (Nat.mul c.heads (Nat.add (Nat.mul (Nat.mul v (Nat.add v n)) (Nat.add (Nat.mul HeadsFirst.shortRow v) shortOnce))
      (Nat.mul (Nat.mul v v) spreadOnce)))
    (total v fun q => Nat.force q fun q => Nat.add query (total m fun j => Nat.force j fun j =>
      Nat.force (nth 0 (nth [] c.shares q) j) fun shares => HeadsAnchored.ifShared shares (one q j lane))))

end
end HeadsAnchoredCubic
end Transformer
end Compact
