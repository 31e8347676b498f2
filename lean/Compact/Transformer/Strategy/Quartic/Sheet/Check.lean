prelude
import Compact.Transformer.Strategy.Quartic.Sheet.Fast
/-!
# Quartic: the checker

The check of a block of maxima: what one query and one maximum count (`Sheet/Pair.lean`, evaluated as `Sheet/Fast.lean` says), for all of them.
Definitions only.
-/
namespace Compact
namespace Sheet
noncomputable section

/-- The inputs of one maximum. -/
def countMaximum (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (bits : Nat) (As : List Asked) (M : Most) : Nat :=
  walk τ S F Gs M bits (fun A => A) As (nth [] S.planes M.m) (Nat.succ M.m)

/-- The inputs of the maxima `lo, ..., lo + len - 1`. -/
def countBlock (τ : Tally) (t : Tables) (S : Sheets) (lo len : Nat) : Nat :=
  forceList (tokenRows t S) fun rows => (Frame.of t S rows).force fun F => Asked.forceFrom t S (Nat.add lo len) 0 fun As =>
  Grid.forceFrom F S.countBits S.mostRows 1 fun Gs =>
  total len fun i => Nat.force (Nat.add lo i) fun m => (Most.of t F m).force fun M => countMaximum τ S F Gs t.bits As M

/-- There are such maxima, and lanes have room for rows and planes. -/
def hasRoom (t : Tables) (S : Sheets) (lo len : Nat) : Bool :=
  ((Nat.ble (Nat.add lo len) t.v && Nat.ble 1 t.n) && (Nat.ble (Nat.add t.width 5) S.laneBits && (Nat.ble (Nat.add t.width 3) t.bits && Nat.ble (Nat.add t.prec 2) t.bits))) &&
  ((Nat.ble (Nat.succ t.v) S.laneBits && (Nat.ble (Nat.succ t.v) (Nat.mul 16 S.countBits) && (Nat.ble (Nat.succ S.spareBits) S.laneBits && Nat.ble (Nat.succ S.partBits) S.laneBits))) &&
    Nat.ble (Nat.succ (Nat.pow (Nat.succ t.v) t.n)) (Nat.pow 2 S.countBits))

/-- The check of one block of maxima: it counts for at least `bound`. -/
def tallyCheck (τ : Tally) (t : Tables) (S : Sheets) (lo len bound : Nat) : Bool :=
  hasRoom t S lo len && Nat.ble bound (countBlock τ t S lo len)

/-- The check of one block of maxima: at least `bound` inputs are counted. -/
def blockCheck (t : Tables) (S : Sheets) (lo len bound : Nat) : Bool := tallyCheck (Tally.plain S t.n) t S lo len bound

end
end Sheet
end Compact
