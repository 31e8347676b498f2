prelude
import Compact.Packed.Columns
import Compact.Packed.CountLanes
import Compact.Transformer.Circuit.Logits
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
open MlpBruteForce (withPart join withNeuronRows ranges marked mlpFits)

/-! ## Tables of rows -/

/-- Evaluate the rounded rows of logits, then go on with them; no factor of softmax is evaluated. -/
def logitRows {α : Type} (w : Compact.Weights) (c : Params) (k : Enclosure → α) : α :=
  logitCircuits w fun C => Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun unit2 =>
  forceRows (mapFold (roundRow c 1) C.EVOU.rows) fun tokenRow =>
  forceRows (mapFold (roundRow c 1) C.PVOU.rows) fun posRow =>
  forceRows (mapFold (roundRow c unit2) C.EU.rows) fun directRow =>
  k ⟨mapFold (expRow c (scoreNum w) (scoreDen w)) C.EQKE.rows, mapFold (expRow c (scoreNum w) (scoreDen w)) C.EQKP.rows,
    tokenRow, posRow, directRow⟩

/-- Evaluate what all models without an MLP share, then go on with it. -/
def withShared (w : Compact.Weights) (k : Compact.Weights → Bool) : Bool :=
  HeadsQuartic.headCheck.forceTensor w.W_E fun W_E => HeadsQuartic.headCheck.forceTensor w.W_pos fun W_pos =>
  HeadsQuartic.headCheck.forceTensor w.W_Q fun W_Q => HeadsQuartic.headCheck.forceTensor w.W_K fun W_K =>
  HeadsQuartic.headCheck.forceTensor w.W_V fun W_V => k { w with W_E := W_E, W_pos := W_pos, W_Q := W_Q, W_K := W_K, W_V := W_V }

/-- Evaluate a model's own tensors, then go on with it. -/
def withOwn (shared w : Compact.Weights) (k : Compact.Weights → Bool) : Bool :=
  HeadsQuartic.headCheck.forceTensor w.W_O fun W_O => HeadsQuartic.headCheck.forceTensor w.W_U fun W_U =>
  k { shared with W_O := W_O, W_U := W_U }

/-- The tables of the only head of a model without an MLP, their rows evaluated; then what is asked of them. -/
def withRows (shared : Compact.Weights) (w : Weights) (c : Params) (B L : Nat) (K : HeadTables → Bool) : Bool :=
  HeadsQuartic.fits w B (w.headNo 0) &&
  withOwn shared (w.headAt B 0) fun w' => w'.wellFormed && logitRows w' c fun T => T.narrow c.width &&
  forceList (packAll L T.tokenRow) fun token => forceList (packAll L T.posRow) fun pos =>
  forceList (packAll L T.directRow) fun direct => K ⟨T.tokenExp, T.posExp, token, pos, direct⟩

/-- The tables of the models from number `b` on, `count` of them; then what is asked of them. -/
def withParts (shared : Compact.Weights) (w : Weights) (M : MLP) (c : Params) (B L : Nat) (count : Nat) : Nat → (List HeadTables → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List HeadTables → Bool) → Bool) (fun _ K => K [])
    (fun _ ih b K => Nat.force b fun b => withPart w B M b fun w' => withRows shared w' c (Nat.succ B) L fun T =>
      ih (Nat.succ b) fun rest => K (T :: rest)) count

/-! ## Rows -/

/-- What all rows of neurons share: bits of a lane, the number of the last output, one in every lane, top bits. -/
structure Lanes where
  L : Nat
  z : Nat
  one : Nat
  tops : Nat

/-- The slope of a neuron, 0 or 1. -/
def slope (slopes j : Nat) : Nat := Nat.mod (Nat.shiftRight slopes j) 2

/-- A row from above: the largest entry less each. -/
def barRow (xs : List Nat) : List Nat := Nat.force (maxList xs) fun top => mapFold (fun x => Nat.sub top x) xs

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

/-- The neuron of a lane among those of all blocks (some number, where there is none). -/
def neuronOf (F : Lanes) (p : Nat) : Nat := Nat.sub (Nat.pred p) (Nat.div (Nat.pred p) (Nat.succ F.z))

/-- The slope of a lane among those of all blocks: that of its neuron, and 1 of the lane below all.  (There stands a mark that tells literals
apart, and the kernel's caches look at their lowest 64 bits.) -/
def slopeAt (F : Lanes) (slopes p : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => slope slopes (neuronOf F p)) p

/-- `full` in the lanes of slope 1, or of slope 0, `P` lanes in all. -/
def steep (F : Lanes) (full slopes P : Nat) : Nat := packFrom F.L (fun p => Nat.mul full (slopeAt F slopes p)) P
def level (F : Lanes) (full slopes P : Nat) : Nat := packFrom F.L (fun p => Nat.mul full (Nat.sub 1 (slopeAt F slopes p))) P

/-- What sums of rows are taken with: the lanes of neurons, and sums of rows of `W_out W_U`, from below and from above. -/
structure Sums where
  F : Lanes
  outs : Nat → Nat
  bars : Nat → Nat

/-- `K` times a row of logits, and what neurons of slope 1 (their lanes are in `steep`) add to it, these given by lanes above and below. -/
def Sums.unrounded (S : Sums) (K steep row above below : Nat) : Nat :=
  Nat.add (Nat.mul K row) (Nat.add (Nat.force (Nat.land above steep) S.outs) (Nat.force (Nat.land below steep) S.bars))

/-- The lanes of all blocks, `f` applied to each block's row, for each of `count` tokens or positions. -/
def lanesOfAll (F : Lanes) (f : Nat → Nat) (rows : HeadTables → List Nat) (neurons : List HeadTables) (count : Nat) : List Nat :=
  tabulateFold (fun i => lanesOf F f (mapFold (fun T : HeadTables => nth 0 (rows T) i) neurons)) count 0

/-- A row for each of `rows`, from it and its neighbours in two other lists. -/
def rowsAlong (f : Nat → Nat → Nat → Nat) (rows : List Nat) : List Nat → List Nat → List Nat :=
  List.rec (motive := fun _ => List Nat → List Nat → List Nat) (fun _ _ => []) (fun row _ ih xs ys =>
    List.rec (motive := fun _ => List Nat) [] (fun x xs _ =>
      List.rec (motive := fun _ => List Nat) [] (fun y ys _ => f row x y :: ih xs ys) ys) xs) rows

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
  /-- The lanes of neurons of slope 1, and of slope 0. -/
  steep : Nat
  level : Nat
  /-- Sums of rows of `W_out W_U` where these are above their entries at the maximum, and these entries elsewhere. -/
  over : Nat → Nat
  /-- Rows of tokens up to the maximum, not rounded, without what is left of ReLUs. -/
  token : List Nat
  /-- Rows of positions but the last, and of the last, rounded. -/
  pos : List Nat
  last : Nat

/-- Nothing. -/
def AtMax.none : AtMax := ⟨0, 0, fun _ => 0, [], [], 0⟩

/-- What is the same for all maxima. -/
structure Env extends Sums where
  v : Nat
  n : Nat
  K : Nat
  /-- Of rows of logits: bits of a lane, one in every lane, top bits. -/
  L : Nat
  one : Nat
  tops : Nat
  /-- Bits that are dropped. -/
  cut : Nat
  /-- Lanes of the bits of a row. -/
  mask : Nat
  /-- How many lanes of neurons there are, and the largest number of one of them. -/
  P : Nat
  full : Nat
  /-- Columns of `W_out W_U`, in lanes of neurons, of how far they are below the largest entries, and the top bits of these lanes. -/
  columns : List Nat
  barColumns : List Nat
  columnTops : Nat
  head : HeadTables
  neurons : List HeadTables
  /-- Lanes of neurons above the last of their block, and below it: of tokens, of positions, of queries. -/
  tokenAbove : List Nat
  tokenBelow : List Nat
  posAbove : List Nat
  posBelow : List Nat
  directAbove : List Nat
  directBelow : List Nat

/-- The same with these sums of rows (they are the same ones, told apart from those of other maxima). -/
def Env.withSums (E : Env) (outs bars : Nat → Nat) : Env := { E with outs := outs, bars := bars }

/-- The rows of a token, a position, a query, not rounded. -/
def Env.tokenSum (E : Env) (steep y : Nat) : Nat := E.unrounded E.K steep (nth 0 E.head.token y) (nth 0 E.tokenAbove y) (nth 0 E.tokenBelow y)
def Env.posSum (E : Env) (steep p : Nat) : Nat := E.unrounded E.K steep (nth 0 E.head.pos p) (nth 0 E.posAbove p) (nth 0 E.posBelow p)
def Env.directSum (E : Env) (steep q : Nat) : Nat := E.unrounded E.K steep (nth 0 E.head.direct q) (nth 0 E.directAbove q) (nth 0 E.directBelow q)

/-- The rounded row of a position. -/
def Env.posRow (E : Env) (steep p : Nat) : Nat :=
  lanesShift E.mask E.cut (E.posSum steep p)

/-- The columns where they are above the column `m`, and that elsewhere. -/
def Env.overAt (E : Env) (m : Nat) : List Nat :=
  Nat.force (nth 0 E.columns m) fun own => mapFold (fun column => lanesMax E.columnTops (Nat.sub E.F.L 1) column own) E.columns

/-- The rows of the maximum `m`. -/
def Env.atMax (E : Env) (slopes m : Nat) : AtMax where
  steep := MlpQuartic.steep E.F E.full slopes E.P
  level := MlpQuartic.level E.F E.full slopes E.P
  over := columnSums E.F.L E.P E.L (E.overAt m)
  token := tabulateFold (E.tokenSum (MlpQuartic.steep E.F E.full slopes E.P)) (Nat.succ m) 0
  pos := tabulateFold (E.posRow (MlpQuartic.steep E.F E.full slopes E.P)) E.n 0
  last := E.posRow (MlpQuartic.steep E.F E.full slopes E.P) E.n

/-- Evaluate rows of tokens and positions, then go on with them. -/
def Env.withRowsAt {α : Type} (E : Env) (steep m : Nat) (k : List Nat → List Nat → Nat → α) : α :=
  forceList (tabulateFold (E.tokenSum steep) (Nat.succ m) 0) fun token =>
  forceList (tabulateFold (E.posRow steep) E.n 0) fun pos => Nat.force (E.posRow steep E.n) fun last => k token pos last

/-- Evaluate all of them, then go on with them.  (What is multiplied by many columns is often alike in its lowest lanes from maximum to maximum; so
columns have tags of this maximum.) -/
def Env.withMax {α : Type} (E : Env) (slopes m : Nat) (k : AtMax → α) : α :=
  Nat.force (MlpQuartic.steep E.F E.full slopes E.P) fun steep => Nat.force (MlpQuartic.level E.F E.full slopes E.P) fun level =>
  Nat.force (Nat.mul m E.v) fun tag =>
  withTagged E.F.L E.P E.L E.columns tag fun outs => withTagged E.F.L E.P E.L E.barColumns tag fun bars =>
  (E.withSums outs bars).withRowsAt steep m fun token pos last =>
  withTagged E.F.L E.P E.L (E.overAt m) tag fun over => k ⟨steep, level, over, token, pos, last⟩

/-- All maxima from `m` on, `count` of them, evaluated. -/
def Env.withMaxima {α : Type} (E : Env) (slopes : List Nat) (count : Nat) : Nat → (List AtMax → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List AtMax → α) → α) (fun _ k => k [])
    (fun _ ih m k => Nat.force m fun m => E.withMax (nth 0 slopes m) m fun A => ih (Nat.succ m) fun rest => k (A :: rest)) count

/-! ## One query and one maximum -/

/-- The row of a token, rounded: `left` and `leftSteep` are what is left of its ReLUs of slope 0 and 1. -/
def Env.tokenRow (E : Env) (A : AtMax) (row left leftSteep : Nat) : Nat :=
  lanesShift E.mask E.cut (Nat.add row (Nat.force (Nat.add (Nat.land left A.level) (Nat.land leftSteep A.steep)) A.over))

/-- The row of the direct path, rounded, and a little more than rounding may cost for all other outputs. -/
def Env.directRow (E : Env) (A : AtMax) (extra q m : Nat) : Nat :=
  Nat.add (lanesShift E.mask E.cut (E.directSum A.steep q))
    (Nat.mul extra (Nat.sub E.one (Nat.shiftLeft 1 (Nat.mul E.L m))))

/-- How classes are counted. -/
structure Counting where
  parts : Nat
  countBits : Nat
  levelBits : Nat
  /-- For each maximum the slopes of all neurons, a bit each. -/
  slopes : List Nat
  /-- For each maximum and query one more than what `countPair` says of the levels of the tokens below the maximum; 0 to count nothing. -/
  levels : List (List Nat)

/-- The inputs of one query and one maximum. -/
def countAt (E : Env) (t : Tables) (C : Counting) (X extra : Nat) (A : AtMax) (left leftSteep : List Nat) (q m : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.levels m) q) fun code =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (E.directRow A extra q m) fun D =>
    forceList (rowsAlong (E.tokenRow A) A.token left leftSteep) fun toks =>
    Bool.rec (motive := fun _ => Nat) 0
      (countPair (altered t E.one E.tops toks A.pos A.last) C.parts C.levelBits E.one E.tops X q m (Nat.pred code) D)
      (lanesWithin E.mask D)) code

/-- The inputs of one query: the maxima from `q` on.  `maxima` are those from `lo` on. -/
def countQuery (E : Env) (t : Tables) (C : Counting) (X W extra : Nat) (highs lows : List Nat) (maxima : List AtMax) (lo q : Nat) : Nat :=
  forceList (tabulateFold (fun y => leftOf E.F (leftAbove E.F W) q y E.neurons highs) E.v 0) fun left =>
  forceList (tabulateFold (fun y => leftOf E.F (leftBelow E.F W) q y E.neurons lows) E.v 0) fun leftSteep =>
  total (Nat.sub E.v q) fun i => Nat.force (Nat.add q i) fun m =>
    countAt E t C X extra (nth AtMax.none maxima (Nat.sub m lo)) left leftSteep q m

/-! ## The check -/

/-- A certificate: how to round, the tables of the head without the neurons with their witnesses, how classes are counted, and the bound.
Queries are checked in blocks, one after the other. -/
structure Certificate extends Params, Tables, TableWitness, Counting where
  /-- Bits of an entry of a rounded row of logits or neurons; `width` is that of an entry of a row that is made of them. -/
  small : Nat
  cut : Nat
  /-- Bits of a lane of neurons. -/
  lane : Nat
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
  (Nat.ble (Nat.add c.cut (Nat.succ c.width)) c.lane && (Nat.ble (Nat.add c.small 4) c.lane && (Nat.ble (Nat.add c.width 3) c.bits && Nat.ble c.lane c.bits)))

/-- The count of a block of queries, given all tables. -/
def countBlock (c : Certificate) (E : Env) (W extra lo len : Nat) : Nat :=
  forceList (mapFold (fun T : HeadTables => highest E.F.L E.F.one E.F.tops W E.F.z T.pos) E.neurons) fun highs =>
  forceList (mapFold (fun T : HeadTables => lowest E.F.L E.F.one E.F.tops W E.F.z T.pos) E.neurons) fun lows =>
  E.withMaxima c.slopes (Nat.sub E.v lo) lo fun maxima => Nat.force (Nat.pow 2 c.countBits) fun X =>
  total len fun i => Nat.force (Nat.add lo i) fun q => countQuery E c.toTables c.toCounting X W extra highs lows maxima lo q

/-- Lanes of `L` bits for `v` outputs, evaluated. -/
def withLanes {α : Type} (L v : Nat) (k : Lanes → α) : α :=
  Nat.force (ones L v) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub L 1)) one) fun tops => k ⟨L, Nat.sub v 1, one, tops⟩

/-- The lanes of all neurons, and one more. -/
def placesOf (F : Lanes) (J : Nat) : Nat := Nat.succ (placeOf F (Nat.pred J))

/-- The columns of some rows. -/
def columnsOf (F : Lanes) (P : Nat) (rows : List (List Nat)) : List Nat := columnsAlong F.L P (placeOf F) (Nat.succ F.z) rows

/-- The check of a block of queries: at least `bound` inputs. -/
def blockCheck (w : Weights) (c : Certificate) (lo len bound : Nat) : Bool :=
  Nat.ble (Nat.add lo len) w.d_vocab && withNeuronRows w (mlpOf w) fun rows => Nat.force (ranges rows) fun ranges =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun K => Nat.force w.d_vocab fun v =>
  withLanes c.lane v fun F => Nat.force (placesOf F (mlpOf w).d_mlp) fun P => roomy c K ranges &&
  forceList (columnsOf F P rows) fun columns => withColumns c.lane P c.bits columns fun outs =>
  forceList (columnsOf F P (mapFold barRow rows)) fun barColumns => withColumns c.lane P c.bits barColumns fun bars =>
  Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.lane 1)) (ones c.lane P)) fun columnTops => withLanes c.bits v fun G =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.width) 1) G.one) fun mask => Nat.force (neuronBlocks w (mlpOf w)) fun blocks =>
  withShared (w.headAt (Nat.succ c.cellBits) 0) fun shared =>
  withParts shared w (mlpOf w) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.bits 1 0 fun heads =>
  withParts shared w (mlpOf w) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.lane blocks 1 fun neurons =>
  Nat.force (Nat.pow 2 c.small) fun W => Nat.force (Nat.sub (Nat.mul 8 W) 1) fun full =>
  Nat.force (Nat.add (Nat.div (Nat.mul 3 (Nat.add K ranges)) (Nat.pow 2 c.cut)) 4) fun extra =>
  forceList (lanesOfAll F (above F) HeadTables.token neurons v) fun tokenAbove =>
  forceList (lanesOfAll F (below F) HeadTables.token neurons v) fun tokenBelow =>
  forceList (lanesOfAll F (above F) HeadTables.pos neurons (Nat.succ c.n)) fun posAbove =>
  forceList (lanesOfAll F (below F) HeadTables.pos neurons (Nat.succ c.n)) fun posBelow =>
  forceList (lanesOfAll F (above F) HeadTables.direct neurons v) fun directAbove =>
  forceList (lanesOfAll F (below F) HeadTables.direct neurons v) fun directBelow =>
  Nat.ble bound (countBlock c ⟨⟨F, outs, bars⟩, v, c.n, K, c.bits, G.one, G.tops, c.cut, mask, P, full, columns, barColumns, columnTops,
    nth HeadTables.none heads 0, neurons, tokenAbove, tokenBelow, posAbove, posBelow, directAbove, directBelow⟩ W extra lo len)

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
