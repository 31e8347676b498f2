prelude
import Compact.Transformer.Classes.Tables
import Compact.Transformer.Classes.Query
import Compact.Transformer.Minimum.Check
import Compact.Mixture.Power
import Compact.Packed.CountLanes
import Compact.Packed.Spread
import Compact.Packed.RunningLanes
/-!
# Quartic: one query and one maximum

For one query `q`, one maximum `m` and one number `c` of other tokens, all outputs of all tokens below `m` are compared at once: a
*sheet* is one natural with a row for each token, and in each row a lane for each output.  The first tokens may share a row, which is
their minimum, output by output: then they are compared together.

What the positions with the maximum and the query can spare over each output is one row (`Spare`); a token may take so many of `parts`
parts of it as its *level* says, a number up to 15 that the certificate gives, bit by bit, each bit of all tokens together (`Planes`).
The sheet of a class says for each token and output whether it takes no more.

Lanes are narrow.  What is spared has a mantissa of a few dozen bits, rounded down, whatever the query and the maximum weigh; and a
token is compared after its factor has been divided out, so that one row serves all tokens.  Rounding costs a little of the bound,
never its truth.  Definitions only.
-/
namespace Compact
namespace Sheet
noncomputable section

/-- How sheets are laid out, and what a certificate says of the levels of tokens. -/
structure Sheets where
  /-- Bits of a lane of a sheet. -/
  laneBits : Nat
  /-- For each maximum and query, 16 bits: how many bits are dropped of what weighs the rows of what is spared. -/
  shifts : List Nat
  /-- Bits of what is spared. -/
  spareBits : Nat
  /-- Bits of a token's part of a level, and of its fraction. -/
  partBits : Nat
  fracBits : Nat
  /-- Bits of a number of inputs. -/
  countBits : Nat
  /-- For each number of other tokens, from 1 on: in how many parts is divided what is spared. -/
  parts : List Nat
  /-- For each maximum and query, 16 bits: so many tokens, the first ones, share a row. -/
  firsts : List Nat
  /-- The most rows of a sheet. -/
  mostRows : Nat
  /-- For each maximum and query, packed: a bit that says whether the class with the most other tokens decides for all; then for each number
  of other tokens, or for that class alone, five planes of one bit for each row of a sheet: whether its tokens are counted, and their level. -/
  planes : List (List Nat)

/-- Constants of a block of maxima. -/
structure Frame where
  L : Nat
  v : Nat
  n : Nat
  /-- Above all logits. -/
  unit : Nat
  /-- Bits of a row of a sheet. -/
  rowBits : Nat
  /-- One in each lane of a row; its top bits. -/
  one : Nat
  tops : Nat
  /-- A lane, full. -/
  full : Nat
  /-- The rows of all tokens, and these as a sheet. -/
  rows : List Nat
  tokens : Nat

/-- A packed row of the tables, in lanes of `L` bits. -/
def narrowRow (bits L v row : Nat) : Nat := packFrom L (fun t => readLane bits row t) v

/-- The rows of all tokens. -/
def tokenRows (t : Tables) (S : Sheets) : List Nat := tabulateFold (fun k => narrowRow t.bits S.laneBits t.v (nth 0 t.token k)) t.v 0

/-- The constants. -/
def Frame.of (t : Tables) (S : Sheets) (rows : List Nat) : Frame where
  L := S.laneBits
  v := t.v
  n := t.n
  unit := Nat.pow 2 t.width
  rowBits := Nat.mul S.laneBits (Nat.succ t.v)
  one := onesOf S.laneBits t.v
  tops := Nat.mul (Nat.pow 2 (Nat.sub S.laneBits 1)) (onesOf S.laneBits t.v)
  full := Nat.sub (Nat.pow 2 S.laneBits) 1
  rows := rows
  tokens := packList (Nat.mul S.laneBits (Nat.succ t.v)) rows

/-- Evaluate the constants, then go on with them. -/
def Frame.force {α : Type} (F : Frame) (k : Frame → α) : α :=
  Nat.force F.L fun L => Nat.force F.v fun v => Nat.force F.n fun n => Nat.force F.unit fun unit => Nat.force F.rowBits fun rowBits =>
  Nat.force F.one fun one => Nat.force F.tops fun tops => Nat.force F.full fun full => Nat.force F.tokens fun tokens =>
  k ⟨L, v, n, unit, rowBits, one, tops, full, F.rows, tokens⟩

/-- What is needed of one query. -/
structure Asked where
  q : Nat
  direct : Nat
  lows : Nat
  own : Nat
  mass : Nat
  low : Nat
  slack : Nat
  /-- A little more than the heaviest weight of one position (which may end in many zeros; the kernel's caches tell numbers apart by
  their low 64 bits). -/
  heaviest : Nat
  /-- The greatest factor of the first `1, 2, ...` tokens. -/
  greatest : Nat

/-- The numbers of the query `q`. -/
def Asked.of (t : Tables) (S : Sheets) (q : Nat) : Asked where
  q := q
  direct := narrowRow t.bits S.laneBits t.v (nth 0 t.direct q)
  lows := nth 0 t.tokenLo q
  own := Nat.mul (readLane t.bits (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  mass := nth 0 t.mass q
  low := nth 0 t.low q
  slack := nth 0 t.slack q
  heaviest := Nat.succ (readLane t.bits (nth 0 t.high q) 1)
  greatest := Nat.force (Nat.mul (Nat.pow 2 (Nat.sub t.bits 1)) (onesOf t.bits t.v)) fun tops =>
    lanesRunning t.bits t.v tops (Nat.sub t.bits 1) (lowBits (Nat.mul t.bits t.v) (nth 0 t.tokenLo q))

/-- Evaluate the numbers, then go on with them. -/
def Asked.force {α : Type} (A : Asked) (k : Asked → α) : α :=
  Nat.force A.q fun q => Nat.force A.direct fun direct => Nat.force A.lows fun lows =>
  Nat.force A.own fun own => Nat.force A.mass fun mass => Nat.force A.low fun low => Nat.force A.slack fun slack =>
  Nat.force A.heaviest fun heaviest => Nat.force A.greatest fun greatest => k ⟨q, direct, lows, own, mass, low, slack, heaviest, greatest⟩

/-- Evaluate `n` queries, starting with `q`, then go on with the list. -/
def Asked.forceFrom {α : Type} (t : Tables) (S : Sheets) (n : Nat) : Nat → (List Asked → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Asked → α) → α) (fun _ k => k [])
    (fun _ ih q k => (Asked.of t S q).force fun A => ih (Nat.succ q) fun As => k (A :: As)) n

/-- What is needed of one maximum: there are `m` tokens below it. -/
structure Most where
  m : Nat
  /-- The row that stands for all positions, and that of the query's own. -/
  position : Nat
  last : Nat
  /-- The row of the maximum as a token. -/
  token : Nat
  /-- By how much each token's row is below `m`, plus `unit`: a sheet. -/
  gaps : Nat
  /-- All lanes but that of `m`. -/
  others : Nat

/-- The numbers of the maximum `m`. -/
def Most.of (t : Tables) (F : Frame) (m : Nat) : Most where
  m := m
  position := narrowRow t.bits F.L F.v (nth 0 t.position m)
  last := narrowRow t.bits F.L F.v t.last
  token := nth 0 F.rows m
  gaps := Nat.force (lowBits (Nat.mul F.rowBits m) F.tokens) fun tokens => Nat.force (onesOf F.rowBits m) fun rows =>
    Nat.sub (Nat.mul F.one (Nat.add (lanesShift (Nat.mul F.full rows) (Nat.mul F.L m) tokens) (Nat.mul F.unit rows))) tokens
  others := Nat.sub F.one (Nat.shiftLeft 1 (Nat.mul F.L m))

/-- Evaluate the numbers, then go on with them. -/
def Most.force {α : Type} (M : Most) (k : Most → α) : α :=
  Nat.force M.m fun m => Nat.force M.position fun position => Nat.force M.last fun last => Nat.force M.token fun token =>
  Nat.force M.gaps fun gaps => Nat.force M.others fun others => k ⟨m, position, last, token, gaps, others⟩

/-- The least gaps of the first tokens, output by output.  (The kernel remembers them.) -/
def leastGaps (F : Frame) (m first : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (Nat.mul (Nat.mul 2 F.unit) F.one) (fun s ih => Nat.force ih fun least =>
    Nat.force (nth 0 F.rows s) fun row => Nat.sub least (lanesMonus F.tops (Nat.sub F.L 1) least
      (Nat.sub (Nat.mul (Nat.add (readLane F.L row m) F.unit) F.one) row))) first

/-- What is the same for all sheets with so many rows. -/
structure Grid where
  /-- A one for each row: as bits, as lanes, as lanes with room for powers, as rows. -/
  plane : Nat
  lanes : Nat
  powers : Nat
  rows : Nat
  /-- Copies that move a bit to a lane, to a lane with room for powers, to a row; and a lane to a row. -/
  bitLanes : Nat
  bitPowers : Nat
  bitRows : Nat
  apart : Nat
  /-- A lane of each row, full; and a one in each lane. -/
  mask : Nat
  all : Nat

/-- The numbers for `rows` rows. -/
def Grid.of (F : Frame) (countBits rows : Nat) : Grid where
  plane := Nat.sub (Nat.pow 2 rows) 1
  lanes := onesOf F.L rows
  powers := onesOf (Nat.mul 16 countBits) rows
  rows := onesOf F.rowBits rows
  bitLanes := onesOf (Nat.sub F.L 1) rows
  bitPowers := onesOf (Nat.sub (Nat.mul 16 countBits) 1) rows
  bitRows := onesOf (Nat.sub F.rowBits 1) rows
  apart := onesOf (Nat.mul F.L F.v) rows
  mask := Nat.mul F.full (onesOf F.rowBits rows)
  all := Nat.mul F.one (onesOf F.rowBits rows)

/-- Evaluate the numbers, then go on with them. -/
def Grid.force {α : Type} (G : Grid) (k : Grid → α) : α :=
  Nat.force G.plane fun plane => Nat.force G.lanes fun lanes => Nat.force G.powers fun powers => Nat.force G.rows fun rows =>
  Nat.force G.bitLanes fun bitLanes => Nat.force G.bitPowers fun bitPowers => Nat.force G.bitRows fun bitRows =>
  Nat.force G.apart fun apart => Nat.force G.mask fun mask => Nat.force G.all fun all =>
  k ⟨plane, lanes, powers, rows, bitLanes, bitPowers, bitRows, apart, mask, all⟩

/-- Evaluate the numbers for `rows, rows + 1, ...` rows, so many, then go on with the list. -/
def Grid.forceFrom {α : Type} (F : Frame) (countBits n : Nat) : Nat → (List Grid → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Grid → α) → α) (fun _ k => k [])
    (fun _ ih rows k => (Grid.of F countBits rows).force fun G => ih (Nat.succ rows) fun Gs => k (G :: Gs)) n

/-- What is read when there are too many rows. -/
def Grid.none : Grid := ⟨0, 0, 0, 0, 0, 0, 0, 0, 0, 0⟩

/-- What one query and one maximum can spare: factors, rounded down by `2^shift`, and rows of gains and losses. -/
structure Spare where
  shift : Nat
  /-- The factor of the maximum. -/
  max : Nat
  /-- By how much the path of the maximum is above each output. -/
  gain : Nat
  /-- What the query's own position gains. -/
  own : Nat
  /-- What is lost, whatever the maximum's positions weigh. -/
  loss : Nat

/-- What is gained if the positions with the maximum weigh `U`. -/
def Spare.gained (P : Spare) (U : Nat) : Nat := Nat.add (Nat.mul (Nat.shiftRight (Nat.mul U P.max) P.shift) P.gain) P.own

/-- The planes of one class: which tokens are counted, and the bits of their levels. -/
structure Planes where
  counted : Nat
  b0 : Nat
  b1 : Nat
  b2 : Nat
  b3 : Nat

/-- The planes of the class with `i + 1` other tokens, of `m` bits each, and go on with them. -/
def Planes.read {α : Type} (m plane code i : Nat) (k : Planes → α) : α :=
  Nat.force (Nat.shiftRight code (Nat.mul (Nat.mul 5 m) i)) fun N =>
  Nat.force (Nat.land N plane) fun counted => Nat.force (Nat.land (Nat.shiftRight N m) plane) fun b0 =>
  Nat.force (Nat.land (Nat.shiftRight N (Nat.mul 2 m)) plane) fun b1 => Nat.force (Nat.land (Nat.shiftRight N (Nat.mul 3 m)) plane) fun b2 =>
  Nat.force (Nat.land (Nat.shiftRight N (Nat.mul 4 m)) plane) fun b3 => k ⟨counted, b0, b1, b2, b3⟩

/-- The lanes of `X` whose bit is set in a plane. -/
def picked (copies ones full plane X : Nat) : Nat := lanesSelect full (spread copies ones plane) X

/-- Each token's level, times its lane in `X`. -/
def Planes.times (P : Planes) (copies ones full X : Nat) : Nat :=
  Nat.add (Nat.add (picked copies ones full P.b0 X) (Nat.mul 2 (picked copies ones full P.b1 X)))
    (Nat.add (Nat.mul 4 (picked copies ones full P.b2 X)) (Nat.mul 8 (picked copies ones full P.b3 X)))

/-- One step of `Planes.powers`: lanes with a bit are multiplied with `Y`.  (Nothing is forced: the kernel remembers the value of a closed
expression, and an expression of naturals is cheaper than a value handed on.) -/
def raised {α : Type} (copies ones full Y plane A : Nat) (k : Nat → α) : α :=
  k (Nat.add A (Nat.mul (picked copies ones full plane A) (Nat.sub Y 1)))

/-- The sum of `X ^ level` over the tokens that are counted, `first` of them in the first row; lanes have room for `X ^ 16`. -/
def Planes.powers (P : Planes) (bits first copies ones : Nat) : Nat :=
  (fun full => raised copies ones full (Nat.pow 2 bits) P.b0
    (Nat.sub (Nat.add (spread copies ones P.counted) (Nat.mul first (Nat.mod P.counted 2))) (Nat.mod P.counted 2)) fun A =>
  raised copies ones full (Nat.pow 2 (Nat.mul 2 bits)) P.b1 A fun A => raised copies ones full (Nat.pow 2 (Nat.mul 4 bits)) P.b2 A fun A =>
  raised copies ones full (Nat.pow 2 (Nat.mul 8 bits)) P.b3 A fun A => lanesTotal full A) (Nat.sub (Nat.pow 2 (Nat.mul 16 bits)) 1)

/-- One part of what is spared, for a token of this weight: `N` over one more than that, at most `cap`. -/
def unitPart (N cap w : Nat) : Nat := Nat.sub cap (Nat.sub cap (Nat.div N (Nat.succ w)))

/-- Does each token that is counted take no more than its level says?  `H` is the sheet of gaps, `K` the row of what is spared,
`Z` the levels as rows, `C` a one in the rows of the tokens that are counted. -/
def passes (F : Frame) (all H K scale Z C : Nat) : Bool :=
  Nat.force (Nat.mul C F.tops) fun want => Nat.beq (Nat.land (Nat.add (Nat.add (Nat.mul scale H) (Nat.mul K Z))
    (Nat.mul (Nat.sub (Nat.pow 2 (Nat.sub F.L 1)) (Nat.mul scale (Nat.mul 4 F.unit))) all)) want) want

/-- What inputs count for. -/
structure Tally where
  /-- The class without other tokens, given the maximum. -/
  alone : Nat → Nat
  /-- A class with planes for the rows of its tokens, given the maximum, how many tokens share the first row, in how many parts what is
  spared is divided, and the number of other tokens. -/
  several : Grid → Nat → Nat → Planes → Nat → Nat → Nat
  /-- All inputs that end in a query, given what they count for without it. -/
  query : Nat → Nat → Nat

/-- Each input counts for one. -/
def Tally.plain (S : Sheets) (n : Nat) : Tally where
  alone := fun _ => 1
  several := fun G _ first p parts c =>
    lowCount (Nat.pow 2 S.countBits) parts (Nat.mul (binom n c) (Nat.pow (p.powers S.countBits first G.bitPowers G.powers) c))
  query := fun _ count => count

/-- The planes at a place, if all tokens that they count pass in the class with `i + 1` other tokens, and go on with them; the sheet `H` has
`rows` rows. -/
def withPlanes (S : Sheets) (F : Frame) (G : Grid) (P : Spare) (A : Asked) (bits rows code H J place i : Nat) (k : Planes → Nat) : Nat :=
  Nat.force (P.gained (readLane bits A.low (Nat.sub F.n (Nat.succ i)))) fun gained =>
  Nat.force (nth 0 S.parts i) fun parts => Nat.force (Nat.shiftLeft parts S.fracBits) fun scale =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (Nat.sub gained P.loss) fun K => Planes.read rows G.plane code place fun p =>
      Nat.force (spread G.apart G.mask (p.times G.bitLanes G.lanes F.full J)) fun Z =>
      Bool.rec (motive := fun _ => Nat) 0 (k p) (passes F G.all H K scale Z (spread G.bitRows G.rows p.counted)))
    (lanesLe F.tops P.loss gained && (Nat.ble 1 parts &&
      Nat.ble (Nat.add (Nat.shiftLeft 15 (Nat.add S.partBits S.spareBits)) (Nat.mul scale (Nat.mul 8 F.unit)))
        (Nat.pow 2 (Nat.sub F.L 1))))

/-- The inputs of the class with `i + 1` other tokens; the first row stands for `first` tokens. -/
def countClass (τ : Tally) (S : Sheets) (F : Frame) (G : Grid) (P : Spare) (A : Asked) (bits m first rows code H J i : Nat) : Nat :=
  withPlanes S F G P A bits rows code H J i i fun p => τ.several G m first p (nth 0 S.parts i) (Nat.succ i)

/-- The inputs of the classes with `1, 2, ..., last + 1` other tokens, if the last one decides for all: where the positions with the maximum
weigh no less, they can spare no less. -/
def countClasses (τ : Tally) (S : Sheets) (F : Frame) (G : Grid) (P : Spare) (A : Asked) (bits m first rows code H J last : Nat) : Nat :=
  withPlanes S F G P A bits rows code H J 0 last fun p => total (Nat.succ last) fun i => Nat.force i fun i =>
    Bool.rec (motive := fun _ => Nat) 0 (τ.several G m first p (nth 0 S.parts last) (Nat.succ i))
      (Nat.ble (readLane bits A.low (Nat.sub F.n (Nat.succ last))) (readLane bits A.low (Nat.sub F.n (Nat.succ i))))

/-- By how much each lane of a row is below its lane at the maximum (`up`), and by how much above (`down`), and go on with both. -/
def around {α : Type} (F : Frame) (m row : Nat) (k : Nat → Nat → α) : α :=
  Nat.force row fun row => Nat.force (Nat.mul (readLane F.L row m) F.one) fun top =>
  Nat.force (lanesMonus F.tops (Nat.sub F.L 1) top row) fun up => Nat.force (lanesMonus F.tops (Nat.sub F.L 1) row top) fun down => k up down

/-- The inputs of one query and one maximum. -/
def countPair (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (M : Most) (bits code : Nat) (A : Asked) : Nat :=
  Nat.force (readLane bits A.lows M.m) fun max => Nat.force (Nat.mul A.mass max) fun most =>
  Nat.force (readLane 16 (nth 0 S.shifts M.m) A.q) fun shift =>
  Nat.force (Nat.shiftRight most shift) fun factor => Nat.force (Nat.shiftRight A.own shift) fun own =>
  Nat.force (Nat.succ (Nat.shiftRight (readLane bits A.slack M.m) shift)) fun slack =>
  Nat.force (Nat.add A.direct M.position) fun base =>
  Bool.rec (motive := fun _ => Nat) 0
    (around F M.m (Nat.add M.token base) fun gain down => around F M.m (Nat.add (nth 0 F.rows A.q) (Nat.add A.direct M.last)) fun ownGain ownDown =>
      Nat.force (Nat.mul own ownGain) fun owned =>
      Nat.force (Nat.add (Nat.add (Nat.mul (Nat.succ factor) down) (Nat.mul (Nat.succ own) ownDown)) (Nat.mul slack M.others)) fun loss =>
      Nat.add (Bool.rec (motive := fun _ => Nat) 0 (τ.alone M.m) (lanesLe F.tops loss (Nat.add (Nat.mul factor gain) owned)))
        (Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
          Nat.force (Nat.sub M.m (readLane 16 (nth 0 S.firsts M.m) A.q)) fun rest => Nat.force (Nat.sub M.m rest) fun first =>
          Bool.rec (motive := fun _ => Nat) 0
            (Nat.force (Nat.sub (Nat.mul (Nat.add (readLane F.L base M.m) (Nat.mul 3 F.unit)) F.one) base) fun row =>
            (fun G => Nat.force (Nat.add (Nat.add (leastGaps F M.m first)
              (Nat.shiftLeft (Nat.shiftRight M.gaps (Nat.mul F.rowBits first)) F.rowBits)) (Nat.mul (Grid.rows G) row)) fun H =>
            Nat.force (Nat.pow 2 (Nat.add shift S.fracBits)) fun N => Nat.force (Nat.sub (Nat.pow 2 S.partBits) 1) fun cap =>
            Nat.force (Nat.add (unitPart N cap (Nat.mul A.heaviest (readLane bits A.greatest (Nat.sub first 1))))
              (Nat.shiftLeft (packFrom F.L (fun r => unitPart N cap (Nat.mul A.heaviest (readLane bits A.lows (Nat.add first r)))) rest) F.L)) fun J =>
            Nat.force (Nat.shiftRight code 1) fun planes =>
            Bool.rec (motive := fun _ => Nat)
              (total (Nat.pred (classes F.n A.q M.m)) fun i => Nat.force i fun i =>
                countClass τ S F G ⟨shift, max, gain, owned, loss⟩ A bits M.m first (Nat.succ rest) planes H J i)
              (Nat.rec (motive := fun _ => Nat) 0 (fun last _ => Nat.force last fun last =>
                countClasses τ S F G ⟨shift, max, gain, owned, loss⟩ A bits M.m first (Nat.succ rest) planes H J last)
                (Nat.pred (classes F.n A.q M.m)))
              (Nat.beq (Nat.mod code 2) 1)) (nth Grid.none Gs rest))
            (Nat.ble (Nat.succ rest) S.mostRows)) code))
    (Nat.ble (Nat.add (Nat.mul (Nat.add (Nat.add factor own) 2) (Nat.mul 4 F.unit)) slack) (Nat.sub (Nat.pow 2 S.spareBits) 1))

end
end Sheet
end Compact
