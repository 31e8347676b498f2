prelude
import Compact.Transformer.Length.HeadsFirst
import Compact.Transformer.Length.HeadsQuartic
import Compact.Transformer.Strategy.HeadsAnchored.Check
/-! # The length of a quartic proof about the token at one position, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsAnchored
noncomputable section
open Compact.Length (wordsOf)

/-- How many of `v` levels of `bits` bits are at most `parts`: their tokens are tested. -/
def tested (bits parts v : Nat) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat) (fun _ => 0)
    (fun _ ih N => Nat.force N fun N => Nat.add (Nat.sub 1 (Nat.sub (Nat.mod N (Nat.pow 2 bits)) parts)) (ih (Nat.shiftRight N bits))) v

/-- `allMargin`, `withRows` and `rowsOk`; rows have `r` words. -/
def rowsLength (heads r : Nat) : Nat := Nat.add (Nat.mul r (Nat.add (Nat.mul 9 heads) 11)) (Nat.add (Nat.mul 12 heads) 12)

/-- `spareOf` and `bears` of one head, if free positions begin at `s`. -/
def spareLength (s r : Nat) : Nat := Nat.add (Nat.mul r (Nat.add (Nat.mul 5 (Nat.succ s)) 7)) (Nat.add (Nat.mul 8 (Nat.succ s)) 12)

/-- `maskAt` of one head at one position. -/
def maskLength (v r tested : Nat) : Nat := Nat.add (Nat.add r (Nat.mul 2 v)) (Nat.mul tested (Nat.add (Nat.mul 11 r) 12))

/-- One query and one right answer, if anything is counted, with `k` free positions from the position `s` on. -/
def pairLength (c : Certificate) (v r s k levels : Nat) : Nat :=
  Nat.add (Nat.add (rowsLength c.heads r)
    (Nat.mul c.heads (Nat.add (spareLength s r) (Nat.mul k (maskLength v r (tested c.levelBits c.parts v levels))))))
    (Nat.add (Nat.mul v (Nat.add 4 (HeadsQuartic.level c.countBits c.parts))) (HeadsQuartic.powers c.countBits c.parts k))

/-- Tables, terms and what there is for each query and right answer. -/
def operationsWith (w : Transformer.Weights) (c : Certificate) (each : Nat) : Nat :=
  Nat.add (Nat.add (Length.evaluated w c.cellBits c.bits c.prec c.steps) (Nat.mul c.heads (HeadsFirst.terms w.d_vocab w.n_ctx))) each

/-- Nothing, or what there is for a query and a right answer that have shares. -/
def ifShared (shares one : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => one) shares

end
end HeadsAnchored
end Transformer
end Compact
