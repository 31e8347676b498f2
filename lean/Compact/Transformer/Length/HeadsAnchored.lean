prelude
import Compact.Transformer.Length.HeadsFirst
import Compact.Transformer.Strategy.HeadsAnchored.Check
/-! # The length of a quartic proof about the token at one position, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsAnchored
noncomputable section

/-- `withRows` and `rowsOk` of one head, for each lane; `allMargin` and `enough`, for each lane. -/
def rowOfHead : Nat := 14
def rowsOnce : Nat := 10

/-- `pieceAt` of one key, for each lane; and of what a head can spare, `bears`. -/
def keyRow : Nat := 6
def spareRow : Nat := 8

/-- `maskAt` of one token at one position, for each lane; and what there is once. -/
def tokenRow : Nat := 12
def tokenOnce : Nat := 12

/-- One query and one right answer, if anything is counted, with `k` free positions from the position `s` on. -/
def pairLength (H v s k parts : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul v (Nat.add (Nat.mul rowOfHead H) rowsOnce))
    (Nat.mul H (Nat.add (Nat.mul v (Nat.add spareRow (Nat.mul keyRow (Nat.succ s))))
      (Nat.mul k (Nat.mul v (Nat.add (Nat.mul tokenRow v) tokenOnce))))))
    (Nat.add (Nat.mul HeadsQuartic.level v) (HeadsQuartic.powers parts k))

/-- Of each head its tables and terms; of the queries, `each`. -/
def operationsWith (w : Transformer.Weights) (c : Certificate) (each : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.add (Nat.mul c.heads
    (Nat.add (HeadsFirst.headLength w c.steps) (Nat.mul (Nat.mul v (Nat.mul w.n_ctx v)) HeadsFirst.termOf))) each

/-- `one`, where a certificate has shares; else nothing. -/
def ifShared (shares one : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => one) shares

end
end HeadsAnchored
end Transformer
end Compact
