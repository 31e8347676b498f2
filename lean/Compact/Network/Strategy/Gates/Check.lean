prelude
import Compact.Network.Symmetry
import Compact.Network.Gates.Order
import Compact.Network.Gates.Errors
import Compact.Network.Gates.Ranges
/-!
# The check of gates

Which neurons are active is a *gate* of the pair; what active neurons add to the logits is linear.  With the neurons in an
order in which neighbours tend to be active together, the gate is a few runs, and the logits are a few differences of prefix
sums (`Gates/Walk.lean`).  For networks that add modulo `p` an order by frequency and phase leaves about one run for each
frequency.

The certificate is that order, and where the runs of each pair end and begin.  Any order is sound, and so are any runs: if they are
not exactly those of the active neurons, the margins have to be above an error (`Gates/Errors.lean`).  Nothing else is rounded, so
with exact runs this proves what brute force proves.  What it saves depends on how few runs there are.
-/
namespace Compact
namespace Network
namespace Gates
noncomputable section

/-- The claimed bound, how to see that the table is a group's, an order of the neurons, and how many pairs each block of
first elements holds. -/
structure Certificate extends GroupWitness where
  bound : Nat
  /-- Whether half of the pairs are looked at (`Symmetry.lean`). -/
  half : Nat
  neurons : List Nat
  /-- Bits of a place where a run ends or begins. -/
  endBits : Nat
  /-- For each pair that is looked at the ends and beginnings of its runs, the last run lowest. -/
  gates : List (List Nat)
  /-- For each of these pairs the neurons that are wrong in its runs. -/
  wrong : List (List Nat)
  /-- Whether each neuron has a range of its weights of its own (`Ranges.lean`), or all have one. -/
  errorRows : Nat
  blocks : List (List Nat)
  /-- How many runs all pairs have together, and how many neurons are wrong in them: for the length only, the check does not read
  these. -/
  runs : Nat
  errors : Nat

/-- What is kept of one element on one side: its part of the neurons packed, and prefix sums. -/
structure Side where
  signs : Nat
  /-- In rows, the last one first. -/
  sums : List (List Nat)

/-- What all sides have in common. -/
structure Common where
  /-- Lanes of signs have `bits + 1` bits. -/
  bits : Nat
  /-- `remainderOf bits` -/
  base : Nat
  /-- How many rows of prefix sums there are. -/
  rows : Nat
  /-- The order of the neurons, and the packed rows of the unembedding in that order. -/
  neurons : List Nat
  us : List Nat
  /-- For each neuron how far apart its weights are at most, in rows; and a lane for each output of what no weight is above. -/
  ranges : List (List Nat)
  tops : Nat

/-- Evaluate a side, then go on with it: `step` adds a neuron to its prefix sums, which begin at `start`; `shift` is added to the
signs. -/
def Common.side {α : Type} (c : Common) (step : Nat → Nat → Nat → Nat) (start shift : Nat) (row : List Nat) (k : Side → α) : α :=
  Nat.force (Nat.add (packList (Nat.succ c.bits) (pickLanes (Nat.succ c.bits) c.neurons row)) shift) fun signs =>
  sumsDown step (pickLanes (Nat.succ c.bits) c.neurons row) c.us start [] fun sums =>
  inRows rowSize c.rows sums fun sums => k ⟨signs, sums⟩

/-- Evaluate the sides of all rows. -/
def Common.sides {α : Type} (c : Common) (rows : List (List Nat)) : (List Side → α) → α :=
  fold (fun row ih k => c.side addAll 0 0 row fun side => ih fun sides => k (side :: sides)) (fun k => k []) rows

/-- The active neurons of a pair, a bit for each: lanes that hold a bit are brought together by a remainder. -/
def Common.gate (c : Common) (tops signs : Nat) : Nat :=
  Nat.mod (Nat.shiftRight (Nat.land signs tops) c.bits) c.base

/-- How far what goes into the `q`th neuron is from zero. -/
def Common.distance (c : Common) (signs q : Nat) : Nat :=
  Nat.force (Nat.mod (Nat.shiftRight signs (Nat.mul (Nat.succ c.bits) q)) (Nat.pow 2 (Nat.succ c.bits))) fun v =>
    Nat.add (Nat.sub v (Nat.pow 2 c.bits)) (Nat.sub (Nat.pow 2 c.bits) v)

/-- Is the product `z` above all other outputs, by more than the error of the runs that were added up?  The marks begin at the bit
`mark`, the sums at `start`; where the runs are those of the active neurons, there is no error. -/
def verdict (S : Setup) (c : Common) (tops start mark width z e wrong : Nat) (a b : Side) (added : Nat) : Bool :=
  Nat.force (Nat.add a.signs b.signs) fun signs => Nat.force (Nat.xor (Nat.shiftRight added mark) (c.gate tops signs)) fun M =>
  errors e (c.distance signs) (entryAt rowSize c.ranges)
    (fun sum error => S.aboveBy error z
      (Nat.add (Nat.sub (Nat.add (Nat.mod added (Nat.pow 2 mark)) (Nat.mul sum c.tops)) start) S.last))
    width wrong M 0 0

/-- Does the pair with the product `z` pass? -/
def passes (S : Setup) (c : Common) (tops start mark width z e code wrong : Nat) (a b : Side) : Bool :=
  walk e (sumAt mark width a.sums b.sums)
    (fun plus minus => Nat.force (Nat.sub plus minus) (verdict S c tops start mark width z e wrong a b)) width width code start 0

/-- Where marks begin: above three times the start. -/
def markBits (start : Nat) : Nat := Nat.add (Nat.log2 start) 3

/-- Bits for signs: enough for them, and more than there are neurons. -/
def signBits (origin width : Nat) : Nat := Nat.add (Nat.add (Nat.log2 origin) 2) width

/-- What brings lanes of `bits + 1` bits together. -/
def remainderOf (bits : Nat) : Nat := Nat.sub (Nat.pow 2 (Nat.succ bits)) 2

/-- The number of pairs that pass with the first element `x`. -/
def countFrom (w : Weights) (I : Integers) (S : Setup) (c : Common) (half tops start mark shift e : Nat)
    (codes wrongs : List (List Nat)) (rights : List Side) (x : Nat) : Nat :=
  c.side (addLess I.origin) start shift (nth [] I.left.rows x) fun a =>
  inRows rowSize (rowCount w.order) (nth [] codes x) fun codes => inRows rowSize (rowCount w.order) (nth [] wrongs x) fun wrongs =>
  pairs half w.order x fun y j =>
  passes S c tops start mark w.width (w.table.multiply x y) e (entryAt rowSize codes j) (entryAt rowSize wrongs j) a (nth ⟨0, []⟩ rights y)

/-- The number of pairs that pass with one of the `k` first elements from `lo` on. -/
def count (w : Weights) (half : Nat) (neurons : List Nat) (e : Nat) (codes wrongs : List (List Nat)) (er lo k : Nat) : Nat :=
  integers w fun I => setupOf w.order w.width I fun S =>
  Nat.force (signBits I.origin w.width) fun bits => Nat.force (remainderOf bits) fun base => forceList (pick neurons S.rows) fun us =>
  Nat.force (Nat.mul (Nat.pow 2 bits) (ones (Nat.succ bits) w.width)) fun tops =>
  Nat.force (Nat.mul I.origin (sumList us)) fun start => Nat.force (markBits start) fun mark =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 bits) I.origin) (ones (Nat.succ bits) w.width)) fun shift =>
  Nat.force (Nat.mul 2 I.unembed.off) fun top => Nat.force (Nat.mul top S.one) fun lanes => Nat.force (rowCount w.width) fun rows =>
  forceList (mapFold (rangeOf er top) I.unembed.rows) fun each => forceList (pick neurons each) fun each =>
  inRows rowSize rows each fun ranges => Common.sides ⟨bits, base, rows, neurons, us, ranges, lanes⟩ I.right.rows fun rights =>
  total k fun i => Nat.force (Nat.add lo i) (countFrom w I S ⟨bits, base, rows, neurons, us, ranges, lanes⟩ half tops start mark shift e codes wrongs rights)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (((Nat.ble c.bound (claimed c.blocks) && w.mayHalve c.half) && isOrder w.width c.neurons) && (w.wellFormed && w.table.group w.order c.toGroupWitness)) &&
  blocksCheck w.order (count w c.half c.neurons c.endBits c.gates c.wrong c.errorRows) c.blocks 0

end

end Gates
end Network
end Compact
