prelude
import Compact.Counting.Region
import Compact.Packed.All
import Compact.Transformer.Mixture.Block
import Compact.Transformer.Strategy.Quartic.Sheet.Check
/-!
# Quartic, for a region: the checker

Of a region *all* inputs have to pass.  So there is nothing to count and there are no levels: for each query and maximum the class with the most other
tokens decides for all, and in it each token below the bound may fill all positions with other tokens by itself.  What the others can spare over
each output is a row in narrow lanes, as in a sheet of the strategy for accuracy (`Quartic/Sheet/Pair.lean`); the first tokens are compared with it
together, by their least gaps and their greatest factor, and the others one by one.  Definitions only.
-/
namespace Compact
namespace QuarticRegion
noncomputable section

/-- What a certificate says of rows in narrow lanes. -/
structure Narrow where
  /-- Bits of a lane, and of what is spared. -/
  laneBits : Nat
  spareBits : Nat
  /-- For each maximum and query, 16 bits: how many bits are dropped of what weighs the rows of what is spared. -/
  shifts : List Nat
  /-- For each maximum and query, 16 bits: one less than how many tokens, the first ones, are compared together. -/
  firsts : List Nat

/-- The same as sheets without planes. -/
def Narrow.sheets (N : Narrow) (t : Tables) : Sheet.Sheets :=
  ⟨N.laneBits, N.shifts, N.spareBits, 0, 0, Nat.mul (Nat.succ t.v) t.n, [], N.firsts, 0, []⟩

/-- `k` if there are classes with other tokens at all, else 0: such tokens need not pass. -/
def needed (n q m k : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => k) (Nat.pred (classes n q m))

/-- Do tokens with the gaps `H` and factors of at most `e` take no more than the row `K`, if they have the weight `W`? -/
def rowPasses (F : Sheet.Frame) (spareBits shift W K H e : Nat) : Bool :=
  Nat.force (Nat.succ (Nat.shiftRight (Nat.mul W e) shift)) fun c =>
  Nat.ble (Nat.add (Nat.mul c (Nat.mul 8 F.unit)) (Nat.pow 2 spareBits)) (Nat.pow 2 (Nat.sub F.L 1)) &&
    lanesLe F.tops (Nat.mul (Nat.mul c (Nat.mul 4 F.unit)) F.one) (Nat.add (Nat.mul c H) K)

/-- By how much each lane of a row is below its lane at `m`, plus `C`. -/
def gapsOf (F : Sheet.Frame) (m C row : Nat) : Nat := Nat.sub (Nat.mul (Nat.add (readLane F.L row m) C) F.one) row

/-- Do the tokens up to `p` pass, if what is lost is `loss`, `base` is the row that all their paths share, and `U` is what the positions with the
maximum weigh at least? -/
def tokensPass (N : Narrow) (F : Sheet.Frame) (m bits p shift loss gained base W : Nat) (A : Sheet.Asked) : Bool :=
  lanesLe F.tops loss gained && (Nat.force (Nat.sub gained loss) fun K => Nat.force (gapsOf F m (Nat.mul 3 F.unit) base) fun base =>
    Nat.force (Nat.sub p (readLane 16 (nth 0 N.firsts m) A.q)) fun rest => Nat.force (Nat.sub p rest) fun last =>
    rowPasses F N.spareBits shift W K (Nat.add (Sheet.leastGaps F m (Nat.succ last)) base) (readLane bits A.greatest last) &&
      allBelow rest fun i => Nat.force (Nat.add (Nat.succ last) i) fun s => Nat.force (nth 0 F.rows s) fun row =>
        rowPasses F N.spareBits shift W K (Nat.add (gapsOf F m F.unit row) base) (readLane bits A.lows s))

/-- What is gained over each output by positions with the maximum that weigh `U`, and by the query's own. -/
def gainedBy (shift max gain owned U : Nat) : Nat := Nat.add (Nat.mul (Nat.shiftRight (Nat.mul U max) shift) gain) owned

/-- Do all inputs of one query and one maximum pass whose other tokens are below `k`? -/
def pairPasses (N : Narrow) (F : Sheet.Frame) (M : Sheet.Most) (bits k : Nat) (A : Sheet.Asked) : Bool :=
  Nat.force (readLane 16 (nth 0 N.shifts M.m) A.q) fun shift => Nat.force (readLane bits A.lows M.m) fun max =>
  Nat.force (Nat.shiftRight (Nat.mul A.mass max) shift) fun factor => Nat.force (Nat.shiftRight A.own shift) fun own =>
  Nat.force (Nat.succ (Nat.shiftRight (readLane bits A.slack M.m) shift)) fun slack => Nat.force (Nat.add A.direct M.position) fun base =>
  Nat.ble (Nat.add (Nat.mul (Nat.add (Nat.add factor own) 2) (Nat.mul 4 F.unit)) slack) (Nat.sub (Nat.pow 2 N.spareBits) 1) &&
    Sheet.around F M.m (Nat.add M.token base) fun gain down => Sheet.around F M.m (Nat.add (nth 0 F.rows A.q) (Nat.add A.direct M.last)) fun ownGain ownDown =>
    Nat.force (Nat.mul own ownGain) fun owned =>
    Nat.force (Nat.add (Nat.add (Nat.mul (Nat.succ factor) down) (Nat.mul (Nat.succ own) ownDown)) (Nat.mul slack M.others)) fun loss =>
    Nat.rec (motive := fun _ => Bool) (lanesLe F.tops loss (gainedBy shift max gain owned A.mass))
      (fun p _ => Nat.force p fun p => Nat.force (readLane bits A.low (Nat.sub F.n (Nat.pred (classes F.n A.q M.m)))) fun U =>
        Nat.force (gainedBy shift max gain owned U) fun gained => tokensPass N F M.m bits p shift loss gained base (Nat.sub A.mass U) A)
      (needed F.n A.q M.m k)

/-- All tokens below the gap, for each maximum. -/
def askGap (gap m : Nat) : Nat := Nat.succ (belowGap gap m)

/-- How many maxima the blocks hold. -/
def maxima (blocks : List (List Nat)) : Nat := fold (fun b ih => Nat.add (nth 0 b 0) ih) 0 blocks

end
end QuarticRegion
end Compact
