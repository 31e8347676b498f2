prelude
import Compact.Transformer.Strategy.MlpHeads.Class
import Compact.Transformer.Strategy.MlpHeads.Lanes
import Compact.Transformer.General.NeuronHeads
/-!
# Strategy: quartic, for a model with several heads and an MLP: the check

Each head alone has rows of logits as a model with one head has (`MlpQuartic/Check.lean`), but of what is left of ReLUs only its own part: a neuron's own number
is shared among the heads by numbers of the certificate, for each maximum; head 0 has what remains of it.  With these rows the heads share the margin
(`HeadsQuartic.rowOf`), and the classes of inputs are counted (`Class.lean`).
Definitions only; `Strategy/MlpHeads.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace MlpHeads
noncomputable section
open HeadsBruteForce (HeadTables)
open HeadsQuartic (HeadsTables bare rowOf)
open MlpBruteForce (withPart withNeuronRows ranges mlpFits)
open MlpQuartic (Env AtMax withLanes placesOf columnsOf withParts withShared lanesOfAll above rowsAlong barRow mlpOf neuronBlocks inputsOf)

/-- How classes are counted. -/
structure Counting where
  parts : Nat
  countBits : Nat
  levelBits : Nat
  /-- A head's share of the margin is a number of `shareBits` bits, over `2^shareBits`. -/
  shareBits : Nat
  /-- For each maximum the slopes of all neurons, a bit each. -/
  slopes : List Nat
  /-- For each maximum and each head but the first: its shares of the neurons' own numbers, in lanes of neurons; of those above zero, and below. -/
  above : List (List Nat)
  below : List (List Nat)
  /-- For each maximum and query: the shares of the heads in the margin, packed. -/
  shares : List (List Nat)
  /-- For each maximum and query one more than what `countPair` says of the levels of the tokens below the maximum; 0 to count nothing. -/
  levels : List (List Nat)

/-- A certificate: how to round, the tables of all heads without the neurons with their witnesses, how classes are counted, and the bound.
Queries are checked in blocks, one after the other. -/
structure Certificate extends Params, HeadsTables, Counting where
  heads : Nat
  /-- Bits of an entry of a rounded row of logits or neurons; `width` is that of an entry of a row that is made of them. -/
  small : Nat
  cut : Nat
  /-- Bits of a lane of neurons. -/
  lane : Nat
  cellBits : Nat
  /-- Of each block: how many queries, and the inputs counted. -/
  blocks : List (List Nat)
  bound : Nat

/-! ## One head -/

/-- The rows of a head: of all maxima (`Env`); a token's numbers of neurons, above zero and below, and the highest and lowest of positions. -/
structure HeadEnv where
  E : Env
  tokUp : List Nat
  tokDown : List Nat
  high : Nat
  low : Nat

/-- A head, and its rows of maxima. -/
structure HeadState where
  env : HeadEnv
  maxima : List AtMax

/-- What all heads and queries share. -/
structure Common where
  /-- Bits of a lane of neurons, top bits of these lanes, lanes of 3, the offset of positions, the bits that are kept. -/
  l : Nat
  tops : Nat
  three : Nat
  V : Nat
  mask : Nat
  /-- Lanes of the bits of a rounded number. -/
  smallMask : Nat

/-- What is left of ReLUs for a token, of slope 0 and of slope 1: its row, rounded. -/
def tokenRow (G : Common) (h : HeadEnv) (A : AtMax) (op on row up down : Nat) : Nat :=
  h.E.tokenRow A row (leftLanes G.tops (Nat.sub G.l 1) G.three G.V op on up down h.high)
    (leftLanes G.tops (Nat.sub G.l 1) G.three G.V on op down up h.low)

/-- A head's shares of the neurons' own numbers, of one sign: those of the certificate, or, for head 0, what remains of the model's. -/
def shareOf (H own : Nat) (mine others : List Nat) (i : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (Nat.add own (total (Nat.pred H) fun k => nth 0 others k)) (fun k _ => nth 0 mine k) i

/-- Do shares keep to their bits? -/
def sharesOk (G : Common) (H : Nat) (ups downs : List Nat) : Bool :=
  allBelow (Nat.pred H) fun k => lanesWithin G.smallMask (nth 0 ups k) && lanesWithin G.smallMask (nth 0 downs k)

/-- The tables of all heads from the `i`-th on, with the rows of one query and one maximum. -/
def withAltered (S : HeadsTables) (G : Common) (H one tops m lo ownUp ownDown : Nat) (ups downs : List Nat) (states : List HeadState) :
    Nat → (List Tables → Nat) → Nat :=
  fold (fun (s : HeadState) ih i K => Nat.force i fun i => Nat.force (shareOf H ownUp ups downs i) fun op => Nat.force (shareOf H ownDown downs ups i) fun on =>
    forceList (rowsAlong (tokenRow G s.env (nth AtMax.none s.maxima (Nat.sub m lo)) op on) (nth AtMax.none s.maxima (Nat.sub m lo)).token s.env.tokUp
      s.env.tokDown) fun toks =>
    ih (Nat.succ i) fun rest => K (altered (S.at i) one tops toks (nth AtMax.none s.maxima (Nat.sub m lo)).pos
      (nth AtMax.none s.maxima (Nat.sub m lo)).last :: rest)) (fun _ K => K []) states

/-! ## One query and one maximum -/

/-- The margin of all heads and the direct path, when all positions hold the maximum. -/
def allMargin (alts : List Tables) (one direct m : Nat) : Nat :=
  Nat.force (fold (fun (t : Tables) ih => Nat.add (bare t m) ih) direct alts) fun R =>
  Nat.sub (Nat.mul (readLane (nth HeadAt.none.t alts 0).bits R m) one) R

/-- All heads with their rows in place of the direct path. -/
def withHeads (one q m k shares margin : Nat) (alts : List Tables) : Nat → Nat → (List HeadAt → Nat) → Nat :=
  fold (fun (t : Tables) ih i extra K => Nat.force i fun i => Nat.force (rowOf t one m k (readLane k shares i) margin extra) fun D =>
    (HeadPair.of t q m D).force fun P => ih (Nat.succ i) 0 fun rest => K (⟨t, D, P⟩ :: rest)) (fun _ _ K => K []) alts

/-- Does a head's row keep to its width, do lanes have room, and does the maximum lead? -/
def headOk (mask one tops q parts : Nat) (h : HeadAt) : Bool :=
  lanesWithin mask h.D && (h.P.roomy h.t parts (nth 0 h.t.mass q) (Nat.mul (readLane h.t.bits (nth 0 h.t.high q) 1) parts) && h.P.leads tops one)

/-- Do all heads? -/
def headsOk (mask one tops q parts : Nat) (hs : List HeadAt) : Bool := fold (fun h ih => headOk mask one tops q parts h && ih) true hs

/-- Are the rows enough together? -/
def enough (L width H one tops direct extra m : Nat) (hs : List HeadAt) : Bool :=
  Nat.ble (Nat.succ (Nat.add (Nat.mul (Nat.succ H) (Nat.pow 2 width)) extra)) (Nat.pow 2 (Nat.sub L 1)) &&
  lanesLe tops (Nat.add (Nat.add (Nat.mul (fold (fun (h : HeadAt) ih => Nat.add (readLane L h.D m) ih) 0 hs) one) direct)
      (Nat.mul extra (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L m)))))
    (Nat.add (fold (fun (h : HeadAt) ih => Nat.add h.D ih) 0 hs) (Nat.mul (readLane L direct m) one))

/-- The direct path of the first head, and neurons' own numbers: above the last of their block, and below it. -/
def directOf (h : HeadState) (steep q : Nat) : Nat := lanesShift h.env.E.mask h.env.E.cut (h.env.E.directSum steep q)

/-- The inputs of one query and one maximum. -/
def countAt (S : HeadsTables) (C : Counting) (G : Common) (H one tops mask X extra lo q m : Nat) (states : List HeadState) (first : HeadState) : Nat :=
  Nat.force (nth 0 (nth [] C.levels m) q) fun code =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (directOf first (nth AtMax.none first.maxima (Nat.sub m lo)).steep q) fun direct =>
    Nat.force (bared G.l G.mask (nth 0 first.env.E.directAbove q)) fun ownUp => Nat.force (clean G.mask (nth 0 first.env.E.directBelow q)) fun ownDown =>
    withAltered S G H one tops m lo ownUp ownDown (nth [] C.above m) (nth [] C.below m) states 0 fun alts =>
    Nat.force (allMargin alts one direct m) fun margin =>
    withHeads one q m C.shareBits (nth 0 (nth [] C.shares m) q) margin alts 0
      (Nat.mul (Nat.add H extra) (Nat.sub one (Nat.shiftLeft 1 (Nat.mul S.bits m)))) fun hs =>
    Bool.rec (motive := fun _ => Nat) 0 (countPair S.n C.parts C.levelBits one tops X q m (Nat.pred code) hs)
      (sharesOk G H (nth [] C.above m) (nth [] C.below m) && (headsOk mask one tops q C.parts hs && enough S.bits S.width H one tops direct extra m hs)))
    code

/-! ## The check -/

/-- The rows of a head, from those of all. -/
def rowsOf (E : Env) (head : HeadTables) (neurons : List HeadTables) (tokA tokB posA posB dirA dirB : List Nat) : Env :=
  ⟨E.toSums, E.v, E.n, E.K, E.L, E.one, E.tops, E.cut, E.mask, E.P, E.full, E.columns, E.barColumns, E.columnTops, head, neurons, tokA, tokB, posA, posB, dirA, dirB⟩

/-- Evaluate the rows of head `i`, then go on with them; `E` is what all heads share. -/
def withEnv (w : Weights) (c : Certificate) (M : MLP) (E : Env) (G : Common) (blocks i : Nat) (K : HeadEnv → Bool) : Bool :=
  withShared ((w.solo M i).headAt (Nat.succ c.cellBits) 0) fun shared =>
  withParts shared (w.solo M i) (M.alone i) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.bits 1 0 fun heads =>
  withParts shared (w.solo M i) (M.alone i) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.lane blocks 1 fun neurons =>
  forceList (lanesOfAll E.F (above E.F) HeadTables.token neurons E.v) fun tokA =>
  forceList (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.token neurons E.v) fun tokB =>
  forceList (lanesOfAll E.F (above E.F) HeadTables.pos neurons (Nat.succ E.n)) fun posA =>
  forceList (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.pos neurons (Nat.succ E.n)) fun posB =>
  forceList (lanesOfAll E.F (above E.F) HeadTables.direct neurons E.v) fun dirA =>
  forceList (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.direct neurons E.v) fun dirB =>
  forceList (mapFold (bared G.l G.mask) tokA) fun tokUp => forceList (mapFold (clean G.mask) tokB) fun tokDown =>
  forceList (mapFold (bared G.l G.mask) posA) fun posUp => forceList (mapFold (clean G.mask) posB) fun posDown =>
  Nat.force (mostLanes G.tops (Nat.sub G.l 1) G.V posUp posDown (Nat.succ E.n)) fun high =>
  Nat.force (mostLanes G.tops (Nat.sub G.l 1) G.V posDown posUp (Nat.succ E.n)) fun low =>
  K ⟨rowsOf E (nth HeadTables.none heads 0) neurons tokA tokB posA posB dirA dirB, tokUp, tokDown, high, low⟩

/-- Those of the heads from the `i`-th on, `count` of them. -/
def withEnvs (w : Weights) (c : Certificate) (M : MLP) (E : Env) (G : Common) (blocks count : Nat) : Nat → (List HeadEnv → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List HeadEnv → Bool) → Bool) (fun _ K => K [])
    (fun _ ih i K => Nat.force i fun i => withEnv w c M E G blocks i fun e => ih (Nat.succ i) fun rest => K (e :: rest)) count

/-- The rows of the maxima from `lo` on, of all heads. -/
def withStates (slopes : List Nat) (lo : Nat) (envs : List HeadEnv) : (List HeadState → Nat) → Nat :=
  fold (fun (e : HeadEnv) ih K => e.E.withMaxima slopes (Nat.sub e.E.v lo) lo fun maxima => ih fun rest => K (⟨e, maxima⟩ :: rest)) (fun K => K []) envs

/-- Nothing. -/
def HeadEnv.none : HeadEnv :=
  ⟨⟨⟨⟨0, 0, 0, 0⟩, fun _ => 0, fun _ => 0⟩, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, [], [], 0, HeadTables.none, [], [], [], [], [], [], []⟩, [], [], 0, 0⟩
def HeadState.none : HeadState := ⟨HeadEnv.none, []⟩

/-- The count of a block of queries, given all tables. -/
def countBlock (c : Certificate) (G : Common) (one tops mask extra v lo len : Nat) (envs : List HeadEnv) : Nat :=
  withStates c.slopes lo envs fun states => Nat.force (Nat.pow 2 c.countBits) fun X =>
  total len fun i => Nat.force (Nat.add lo i) fun q => total (Nat.sub v q) fun k => Nat.force (Nat.add q k) fun m =>
    countAt c.toHeadsTables c.toCounting G c.heads one tops mask X extra lo q m states (nth HeadState.none states 0)

/-- Do lanes hold all numbers? -/
def roomy (c : Certificate) (K ranges : Nat) : Bool :=
  (Nat.ble (Nat.mul (Nat.add K (Nat.mul 8 ranges)) (Nat.pow 2 c.small)) (Nat.pow 2 (Nat.add c.cut c.width)) &&
    Nat.ble (Nat.add (Nat.mul (Nat.add c.heads 2) (Nat.pow 2 c.small)) 3) (Nat.mul 7 (Nat.pow 2 c.small))) &&
  (Nat.ble (Nat.add c.cut (Nat.succ c.width)) c.lane && (Nat.ble (Nat.add c.small 7) c.lane && (Nat.ble (Nat.add c.width 3) c.bits && Nat.ble c.lane c.bits)))

/-- The check of a block of queries: at least `bound` inputs. -/
def blockCheck (w : Weights) (c : Certificate) (lo len bound : Nat) : Bool :=
  Nat.ble (Nat.add lo len) w.d_vocab && withNeuronRows w (mlpOf w) fun rows => Nat.force (ranges rows) fun ranges =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun K => Nat.force w.d_vocab fun v =>
  withLanes c.lane v fun F => Nat.force (placesOf F (mlpOf w).d_mlp) fun P => roomy c K ranges &&
  forceList (columnsOf F P rows) fun columns => withColumns c.lane P c.bits columns fun outs =>
  forceList (columnsOf F P (mapFold barRow rows)) fun barColumns => withColumns c.lane P c.bits barColumns fun bars =>
  Nat.force (ones c.lane P) fun onesP => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.lane 1)) onesP) fun columnTops => withLanes c.bits v fun G =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.width) 1) G.one) fun mask => Nat.force (neuronBlocks w (mlpOf w)) fun blocks =>
  Nat.force (Nat.pow 2 (Nat.add c.small 3)) fun V => Nat.force (Nat.sub V 1) fun full =>
  Nat.force (Nat.mul (Nat.succ c.heads) (Nat.add (Nat.div (Nat.mul 3 (Nat.add K ranges)) (Nat.pow 2 c.cut)) 4)) fun extra =>
  Nat.force (Nat.mul 3 onesP) fun three => Nat.force (Nat.mul V onesP) fun offset => Nat.force (Nat.mul full onesP) fun laneMask =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.small) 1) onesP) fun smallMask =>
  withEnvs w c (mlpOf w) ⟨⟨F, outs, bars⟩, v, c.n, K, c.bits, G.one, G.tops, c.cut, mask, P, full, columns, barColumns, columnTops, HeadTables.none, [], [], [], [], [], [], []⟩
    ⟨c.lane, columnTops, three, offset, laneMask, smallMask⟩ blocks c.heads 0 fun envs =>
  Nat.ble bound (countBlock c ⟨c.lane, columnTops, three, offset, laneMask, smallMask⟩ G.one G.tops mask extra v lo len envs)

/-- The check of all blocks, the first query being `lo`. -/
def blocksCheck (w : Weights) (c : Certificate) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => blockCheck w c lo (nth 0 b 0) (nth 0 b 1) && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

/-- The check of the tables of head `i` without the neurons. -/
def headCheck (w : Weights) (c : Certificate) (i : Nat) : Bool :=
  withPart (w.solo (mlpOf w) i) c.cellBits ((mlpOf w).alone i) 0 fun w' => HeadsQuartic.headCheck.forceTensors (w'.headAt (Nat.succ c.cellBits) 0) fun w'' =>
    (c.toHeadsTables.at i).check w'' c.toParams (c.toHeadsTables.witness i)

/-- The tables of the heads from the `i`-th on, `count` of them, then what comes after them. -/
def headsThen (w : Weights) (c : Certificate) (rest : Bool) (count : Nat) : Nat → Bool :=
  Nat.rec (motive := fun _ => Nat → Bool) (fun _ => rest) (fun _ ih i => headCheck w c i && ih (Nat.succ i)) count

/-- The check of the shape of the model. -/
def shapeCheck (w : Weights) (c : Certificate) : Bool :=
  (Option.rec (motive := fun _ => Bool) false (fun _ => true) w.mlp && ((Nat.beq w.heads.length c.heads && Nat.ble 1 c.heads) && mlpFits w c.cellBits (mlpOf w))) &&
    (((Nat.ble 1 c.n && (Nat.ble 1 c.parts && Nat.ble 2 c.v)) && Nat.ble (Nat.add c.parts 2) (Nat.pow 2 c.levelBits)) &&
      (Nat.ble (Nat.succ (Nat.pow (Nat.succ c.v) c.n)) (Nat.pow 2 c.countBits) &&
        Nat.ble (mlpOf w).d_mlp (Nat.mul (neuronBlocks w (mlpOf w)) (Nat.sub w.d_vocab 1))))

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (inputsOf c.blocks) && shapeCheck w c) && headsThen w c (blocksCheck w c c.blocks 0) c.heads 0

end
end MlpHeads
end Transformer
end Compact
