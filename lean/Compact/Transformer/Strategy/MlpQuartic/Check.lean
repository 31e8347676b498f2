prelude
import Compact.Packed.Weighed
import Compact.Transformer.Strategy.MlpBruteForce.Check
import Compact.Transformer.Strategy.MlpQuartic.Class
/-!
# Strategy: quartic, for a model with one head and an MLP: the check

For each query `q` and maximum `m` there are rows of logits by which the model is answered correctly less often: each neuron enters by a slope
that the certificate chooses (0 or 1, for each maximum), and what is left of its ReLU is bounded for each token, over all positions.  These
rows are evaluated here, from rounded tables of models without an MLP (`MlpBruteForce.part`); with them the classes of
inputs are counted as by quartic, with mixture (`countPair`).
Definitions only; `Strategy/MlpQuartic.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
noncomputable section
open BruteForce (packAll)
open HeadsBruteForce (HeadTables)
open MlpBruteForce (withPart withParts withNeuronRows ranges marked mlpFits)

/-! ## Rows -/

/-- What all rows share: bits of a lane, the number of the last output, one in every lane, top bits. -/
structure Lanes where
  L : Nat
  z : Nat
  one : Nat
  tops : Nat

/-- Each row with its number, from `j` on. -/
def mapRows (f : Nat → Nat → Nat) (rows : List Nat) : Nat → List Nat :=
  fold (fun row ih j => Nat.force j fun j => f j row :: ih (Nat.succ j)) (fun _ => []) rows

/-- The slope of a neuron, 0 or 1. -/
def slope (slopes j : Nat) : Nat := Nat.mod (Nat.shiftRight slopes j) 2

/-- A row from above: the largest entry less each. -/
def barRow (xs : List Nat) : List Nat := Nat.force (maxList xs) fun top => mapFold (fun x => Nat.sub top x) xs

/-- The rows of neurons of slope 1, zero for the others. -/
def sloped (slopes : Nat) (rows : List Nat) : List Nat := mapRows (fun j row => Nat.mul (slope slopes j) row) rows 0

/-- The row of a neuron where it is above its entry at `m`, and that entry elsewhere. -/
def overAt (F : Lanes) (m row : Nat) : Nat :=
  Nat.force (Nat.mul (readLane F.L row m) F.one) fun at_ => Nat.add at_ (lanesMonus F.tops (Nat.sub F.L 1) row at_)

/-- These rows of the neurons of slope 0, and of those of slope 1; zero for the others. -/
def overs (F : Lanes) (slopes m : Nat) (rows : List Nat) : List Nat :=
  mapRows (fun j row => Nat.mul (Nat.sub 1 (slope slopes j)) (overAt F m row)) rows 0
def oversSloped (F : Lanes) (slopes m : Nat) (rows : List Nat) : List Nat :=
  mapRows (fun j row => Nat.mul (slope slopes j) (overAt F m row)) rows 0

/-- The lanes of a block above its last, and below it. -/
def above (F : Lanes) (N : Nat) : Nat := lanesMonus F.tops (Nat.sub F.L 1) N (Nat.mul (readLane F.L N F.z) F.one)
def below (F : Lanes) (N : Nat) : Nat := lanesMonus F.tops (Nat.sub F.L 1) (Nat.mul (readLane F.L N F.z) F.one) N

/-- Where a number of neuron `j` is among the lanes of all blocks: the last lane of each is none, and there is one more below all. -/
def placeOf (F : Lanes) (j : Nat) : Nat := Nat.succ (Nat.add (Nat.mul (Nat.succ F.z) (Nat.div j F.z)) (Nat.mod j F.z))

/-- The lanes of all blocks, given by a row of each. -/
def joined (F : Lanes) (mark : Nat) (rows : List Nat) : Nat := marked F.L mark (packList (Nat.mul F.L (Nat.succ F.z)) rows)

/-- The lanes of all blocks, `f` applied to each block's row. -/
def lanesOf (F : Lanes) (f : Nat → Nat) (blocks : List Nat) : Nat :=
  joined F (nth 0 blocks 0) (mapFold (fun N => Nat.force N f) blocks)

/-- `K` times a row of logits, and what neurons of slope 1 add to it (sums of their rows), these given by a row for each block. -/
def unrounded (F : Lanes) (K : Nat) (plus bars : Nat → Nat) (row : Nat) (blocks : List Nat) : Nat :=
  Nat.add (Nat.mul K row) (Nat.add (Nat.force (lanesOf F (above F) blocks) plus) (Nat.force (lanesOf F (below F) blocks) bars))

/-- Lane by lane the highest of some rows with the opposite sign, each shifted so that its lane `m` is `W`. -/
def lowest (L one tops W m : Nat) (rows : List Nat) : Nat :=
  fold (fun N ih => lanesMax tops (Nat.sub L 1) (Nat.sub (Nat.mul (Nat.add W (readLane L N m)) one) N) ih) 0 rows

/-- What is left of a ReLU of slope 0 at most, lane by lane: for a query, a token and all positions. -/
def leftAbove (F : Lanes) (W direct token top : Nat) : Nat :=
  lanesMonus F.tops (Nat.sub F.L 1) (Nat.add (Nat.add (Nat.add direct token) top) (Nat.mul 3 F.one))
    (Nat.mul (Nat.add (Nat.add (readLane F.L direct F.z) (readLane F.L token F.z)) W) F.one)
/-- The same of slope 1. -/
def leftBelow (F : Lanes) (W direct token low : Nat) : Nat :=
  lanesMonus F.tops (Nat.sub F.L 1)
    (Nat.add (Nat.mul (Nat.add (Nat.add (readLane F.L direct F.z) (readLane F.L token F.z)) 3) F.one) low)
    (Nat.add (Nat.add direct token) (Nat.mul W F.one))

/-- These lanes of all blocks; `shifts` has the highest (or lowest) row of each block. -/
def leftOf (F : Lanes) (left : Nat → Nat → Nat → Nat) (q y : Nat) (neurons : List HeadTables) (shifts : List Nat) : Nat :=
  joined F (Nat.add (nth 0 (nth HeadTables.none neurons 0).direct q) (nth 0 (nth HeadTables.none neurons 0).token y))
    (foldZip (fun T shift ih => (Nat.force (nth 0 T.direct q) fun direct => Nat.force (nth 0 T.token y) fun token =>
      left direct token shift) :: ih) [] neurons shifts)

/-! ## One maximum -/

/-- The rows of one maximum. -/
structure AtMax where
  /-- Sums of rows of `W_out W_U`, from below and from above, of neurons of slope 1. -/
  plus : Nat → Nat
  bars : Nat → Nat
  /-- The same of what is left of ReLUs: of neurons of slope 0, and of slope 1. -/
  over : Nat → Nat
  overSloped : Nat → Nat
  /-- Rows of tokens up to the maximum, not rounded, without what is left of ReLUs. -/
  token : List Nat
  /-- Rows of positions but the last, and of the last, rounded. -/
  pos : List Nat
  last : Nat

/-- Nothing. -/
def AtMax.none : AtMax := ⟨fun _ => 0, fun _ => 0, fun _ => 0, fun _ => 0, [], [], 0⟩

/-- What is the same for all maxima. -/
structure Env where
  F : Lanes
  v : Nat
  n : Nat
  K : Nat
  /-- Bits that are dropped. -/
  cut : Nat
  /-- Lanes of the bits of a row. -/
  mask : Nat
  outs : List Nat
  bars : List Nat
  head : HeadTables
  neurons : List HeadTables

/-- Rows of the blocks for a token, a position, a query. -/
def Env.tokens (E : Env) (y : Nat) : List Nat := mapFold (fun T : HeadTables => nth 0 T.token y) E.neurons
def Env.positions (E : Env) (p : Nat) : List Nat := mapFold (fun T : HeadTables => nth 0 T.pos p) E.neurons
def Env.directs (E : Env) (q : Nat) : List Nat := mapFold (fun T : HeadTables => nth 0 T.direct q) E.neurons

/-- The rounded row of a position. -/
def Env.posRow (E : Env) (plus bars : Nat → Nat) (p : Nat) : Nat :=
  lanesShift E.mask E.cut (unrounded E.F E.K plus bars (nth 0 E.head.pos p) (E.positions p))

/-- A sum of rows, with the lanes of neurons. -/
def Lanes.sum (F : Lanes) (rows : List Nat) : Nat → Nat := weighed F.L (placeOf F) rows 0

/-- The rows of the maximum `m`. -/
def Env.atMax (E : Env) (slopes m : Nat) : AtMax where
  plus := E.F.sum (sloped slopes E.outs)
  bars := E.F.sum (sloped slopes E.bars)
  over := E.F.sum (overs E.F slopes m E.outs)
  overSloped := E.F.sum (oversSloped E.F slopes m E.outs)
  token := tabulateFold (fun y => unrounded E.F E.K (E.F.sum (sloped slopes E.outs)) (E.F.sum (sloped slopes E.bars)) (nth 0 E.head.token y)
    (E.tokens y)) (Nat.succ m) 0
  pos := tabulateFold (E.posRow (E.F.sum (sloped slopes E.outs)) (E.F.sum (sloped slopes E.bars))) E.n 0
  last := E.posRow (E.F.sum (sloped slopes E.outs)) (E.F.sum (sloped slopes E.bars)) E.n

/-- Evaluate them, then go on with them. -/
def Env.withMax {α : Type} (E : Env) (slopes m : Nat) (k : AtMax → α) : α :=
  withWeighed E.F.L (placeOf E.F) (sloped slopes E.outs) 0 fun plus => withWeighed E.F.L (placeOf E.F) (sloped slopes E.bars) 0 fun bars =>
  withWeighed E.F.L (placeOf E.F) (overs E.F slopes m E.outs) 0 fun over =>
  withWeighed E.F.L (placeOf E.F) (oversSloped E.F slopes m E.outs) 0 fun overSloped =>
  forceList (tabulateFold (fun y => unrounded E.F E.K plus bars (nth 0 E.head.token y) (E.tokens y)) (Nat.succ m) 0) fun token =>
  forceList (tabulateFold (E.posRow plus bars) E.n 0) fun pos => Nat.force (E.posRow plus bars E.n) fun last =>
  k ⟨plus, bars, over, overSloped, token, pos, last⟩

/-- All maxima from `m` on, `count` of them, evaluated. -/
def Env.withMaxima {α : Type} (E : Env) (slopes : List Nat) (count : Nat) : Nat → (List AtMax → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List AtMax → α) → α) (fun _ k => k [])
    (fun _ ih m k => Nat.force m fun m => E.withMax (nth 0 slopes m) m fun A => ih (Nat.succ m) fun rest => k (A :: rest)) count

/-! ## One query and one maximum -/

/-- The row of a token, rounded: `lefts` are what is left of ReLUs of slope 0 and 1. -/
def Env.tokenRow (E : Env) (A : AtMax) (left leftSloped : List Nat) (y : Nat) : Nat :=
  lanesShift E.mask E.cut (Nat.add (nth 0 A.token y) (Nat.add (Nat.force (nth 0 left y) A.over) (Nat.force (nth 0 leftSloped y) A.overSloped)))

/-- The row of the direct path, rounded, and a little more than rounding may cost for all other outputs. -/
def Env.directRow (E : Env) (A : AtMax) (extra q m : Nat) : Nat :=
  Nat.add (lanesShift E.mask E.cut (unrounded E.F E.K A.plus A.bars (nth 0 E.head.direct q) (E.directs q)))
    (Nat.mul extra (Nat.sub E.F.one (Nat.shiftLeft 1 (Nat.mul E.F.L m))))

/-- How classes are counted. -/
structure Counting where
  parts : Nat
  countBits : Nat
  levelBits : Nat
  /-- For each maximum the slopes of all neurons, a bit each. -/
  slopes : List Nat
  /-- For each maximum and query the levels of the tokens below the maximum, as in `HeadsQuartic.Counting`, and one more; 0 to count nothing. -/
  levels : List (List Nat)

/-- The inputs of one query and one maximum. -/
def countAt (E : Env) (t : Tables) (C : Counting) (X extra : Nat) (A : AtMax) (left leftSloped : List Nat) (q m : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.levels m) q) fun code =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (E.directRow A extra q m) fun D =>
    forceList (tabulateFold (E.tokenRow A left leftSloped) (Nat.succ m) 0) fun toks =>
    Bool.rec (motive := fun _ => Nat) 0
      (countPair (altered t E.F.one E.F.tops toks A.pos A.last) C.parts C.levelBits E.F.one E.F.tops X q m (Nat.pred code) D)
      (lanesWithin E.mask D)) code

/-- The inputs of one query: the maxima from `q` on. -/
def countQuery (E : Env) (t : Tables) (C : Counting) (X W extra : Nat) (highs lows : List Nat) (maxima : List AtMax) (q : Nat) : Nat :=
  forceList (tabulateFold (fun y => leftOf E.F (leftAbove E.F W) q y E.neurons highs) E.v 0) fun left =>
  forceList (tabulateFold (fun y => leftOf E.F (leftBelow E.F W) q y E.neurons lows) E.v 0) fun leftSloped =>
  total (Nat.sub E.v q) fun i => Nat.force (Nat.add q i) fun m =>
    countAt E t C X extra (nth AtMax.none maxima m) left leftSloped q m

/-! ## The check -/

/-- A certificate: how to round, the tables of the head without the neurons with their witnesses, how classes are counted, and the bound.
Queries are checked in blocks, one after the other. -/
structure Certificate extends Params, Tables, TableWitness, Counting where
  /-- Bits of an entry of a rounded row of logits or neurons; `width` is that of an entry of a row that is made of them. -/
  small : Nat
  cut : Nat
  cellBits : Nat
  /-- Of each block: how many queries, and the inputs counted. -/
  blocks : List (List Nat)
  bound : Nat

/-- What stands for an MLP that is not there. -/
def mlpOf (w : Weights) : MLP := Option.rec (motive := fun _ => MLP) ⟨0, w.W_E, none, w.W_E, none⟩ (fun M => M) w.mlp

/-- The number of blocks of neurons. -/
def neuronBlocks (w : Weights) (M : MLP) : Nat := Nat.div (Nat.add M.d_mlp (Nat.sub w.d_vocab 2)) (Nat.sub w.d_vocab 1)

/-- Do lanes hold all numbers? -/
def roomy (c : Certificate) (K ranges : Nat) : Bool :=
  Nat.ble (Nat.mul (Nat.add K (Nat.mul 8 ranges)) (Nat.pow 2 c.small)) (Nat.pow 2 (Nat.add c.cut c.width)) &&
  (Nat.ble (Nat.add c.cut (Nat.succ c.width)) c.bits && (Nat.ble (Nat.add c.small 4) c.bits && Nat.ble (Nat.add c.width 3) c.bits))

/-- The count of a block of queries, given all tables. -/
def countBlock (c : Certificate) (E : Env) (W extra lo len : Nat) : Nat :=
  forceList (mapFold (fun T : HeadTables => highest E.F.L E.F.one E.F.tops W E.F.z T.pos) E.neurons) fun highs =>
  forceList (mapFold (fun T : HeadTables => lowest E.F.L E.F.one E.F.tops W E.F.z T.pos) E.neurons) fun lows =>
  E.withMaxima c.slopes E.v 0 fun maxima => Nat.force (Nat.pow 2 c.countBits) fun X =>
  total len fun i => Nat.force (Nat.add lo i) fun q => countQuery E c.toTables c.toCounting X W extra highs lows maxima q

/-- The check of a block of queries: at least `bound` inputs. -/
def blockCheck (w : Weights) (c : Certificate) (lo len bound : Nat) : Bool :=
  Nat.ble (Nat.add lo len) w.d_vocab && withNeuronRows w (mlpOf w) fun rows => Nat.force (ranges rows) fun ranges =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun K => roomy c K ranges &&
  forceList (packAll c.bits rows) fun outs => forceList (packAll c.bits (mapFold barRow rows)) fun bars =>
  Nat.force w.d_vocab fun v =>
  Nat.force (ones c.bits v) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.bits 1)) one) fun tops =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.width) 1) one) fun mask => Nat.force (neuronBlocks w (mlpOf w)) fun blocks =>
  withParts w (mlpOf w) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.bits 1 1 0 fun heads =>
  withParts w (mlpOf w) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.bits 1 blocks 1 fun neurons =>
  Nat.force (Nat.pow 2 c.small) fun W =>
  Nat.force (Nat.add (Nat.div (Nat.mul 3 (Nat.add K ranges)) (Nat.pow 2 c.cut)) 4) fun extra =>
  Nat.ble bound (countBlock c ⟨⟨c.bits, Nat.sub v 1, one, tops⟩, v, c.n, K, c.cut, mask, outs, bars, nth HeadTables.none heads 0, neurons⟩
    W extra lo len)

/-- The inputs counted in all blocks. -/
def inputsOf (blocks : List (List Nat)) : Nat := fold (fun b ih => Nat.add (nth 0 b 1) ih) 0 blocks

/-- The check of all blocks, the first query being `lo`. -/
def blocksCheck (w : Weights) (c : Certificate) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => blockCheck w c lo (nth 0 b 0) (nth 0 b 1) && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

/-- The check of the shape of the model, and of the tables of its head without the neurons. -/
def tablesCheck (w : Weights) (c : Certificate) : Bool :=
  ((Option.rec (motive := fun _ => Bool) false (fun _ => true) w.mlp && (Nat.beq w.heads.length 1 && mlpFits w c.cellBits (mlpOf w))) &&
    ((Nat.ble 1 c.n && (Nat.ble 1 c.parts && Nat.ble 2 c.v)) &&
      (Nat.ble (Nat.succ (Nat.pow (Nat.succ c.v) c.n)) (Nat.pow 2 c.countBits) &&
        Nat.ble (mlpOf w).d_mlp (Nat.mul (neuronBlocks w (mlpOf w)) (Nat.sub w.d_vocab 1))))) &&
  withPart w c.cellBits (mlpOf w) 0 fun w' => HeadsQuartic.headCheck.forceTensors (w'.headAt (Nat.succ c.cellBits) 0) fun w'' =>
    c.toTables.check w'' c.toParams c.toTableWitness

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (inputsOf c.blocks) && tablesCheck w c) && blocksCheck w c c.blocks 0

end
end MlpQuartic
end Transformer
end Compact
