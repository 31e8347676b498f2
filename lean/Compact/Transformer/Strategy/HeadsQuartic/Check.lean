prelude
import Compact.Packed.CountLanes
import Compact.Packed.RunningLanes
import Compact.Transformer.General.HeadPrefix
import Compact.Transformer.General.HeadsClass
import Compact.Transformer.Minimum.Check
/-!
# Strategy: quartic, for any number of heads: the check

For each query `q` and maximum `m` the share of each head in the margin is a number of the certificate (`shares`), which gives the
head a row in place of the direct path; for each other token, all outputs are compared in one operation, head by head, at
the level (of what can be spared) that the certificate gives the token.  Definitions only; `Strategy/HeadsQuartic.lean` proves them
sound.
-/
namespace Compact
namespace Transformer
namespace HeadsQuartic
noncomputable section

/-- The tables of all heads (`Tables`, `TableWitness`): what is the same for all, and lists with an entry for each head.  Rows are
written in lanes that are as narrow as their numbers, so that certificates are small; they are moved apart before they are read. -/
structure HeadsTables where
  bits : Nat
  v : Nat
  n : Nat
  width : Nat
  prec : Nat
  /-- Bits of a lane of scores, and of an argument of `exp`. -/
  scoreBits : Nat
  argBits : Nat
  /-- Bits of a lane, as it is written: of rows of logits; of factors and weights.  (Arguments of `exp` have `argBits`.) -/
  rowBits : Nat
  factorBits : Nat
  /-- By how much the upper bound of a factor is above the lower one: by `gapError + 1`, and what remains of the two numbers' sum when so many
  bits are dropped. -/
  gapError : Nat
  gapShift : Nat
  token : List (List Nat)
  direct : List (List Nat)
  last : List Nat
  position : List (List Nat)
  tokenLo : List (List Nat)
  own : List (List Nat)
  mass : List (List Nat)
  low : List (List Nat)
  high : List (List Nat)
  /-- For each query: what the slack is for each unit of a factor, for each unit of the gap of its bounds, and what is added. -/
  slackFactor : List (List Nat)
  slackGap : List (List Nat)
  slackOwn : List (List Nat)
  tokenTop : List (List Nat)
  tokenArg : List (List Nat)
  posTop : List (List Nat)
  posArg : List (List Nat)
  tokenLeast : List (List Nat)
  directLeast : List (List Nat)
  posLeast : List (List Nat)
  posRow : List (List Nat)

/-- A row of `n` lanes of `l` bits, in lanes of `L` bits. -/
def apart (l L n row : Nat) : Nat := Nat.force row fun row => packFrom L (fun j => readLane l row j) n

/-- All rows of a list, moved apart. -/
def rowsApart (l L n : Nat) (rows : List Nat) : List Nat :=
  Nat.force l fun l => Nat.force L fun L => Nat.force n fun n => fold (fun row ih => apart l L n row :: ih) [] rows

/-- The slacks of all maxima, from the lower bounds of the factors of all tokens: rounding costs the more the greater a factor is. -/
def slackRow (L v error shift factor gap own lows : Nat) : Nat :=
  Nat.force (ones L v) fun one => Nat.force (lanesRunning L v (Nat.mul (Nat.pow 2 (Nat.sub L 1)) one) (Nat.sub L 1) lows) fun most =>
  Nat.add (Nat.add (Nat.mul factor most) (Nat.mul gap (Nat.add (Nat.mul (Nat.succ error) one)
    (Nat.land (Nat.shiftRight (Nat.add most (Nat.mul error one)) shift) (Nat.mul (Nat.sub (Nat.pow 2 (Nat.sub L shift)) 1) one)))))
    (Nat.mul own one)

/-- The slacks of all queries of head `i`. -/
def HeadsTables.slackRows (h : HeadsTables) (i : Nat) : List Nat :=
  Nat.force h.bits fun L => Nat.force h.v fun v => tabulateFold (fun q => Nat.force q fun q =>
    slackRow L v h.gapError h.gapShift (nth 0 (nth [] h.slackFactor i) q) (nth 0 (nth [] h.slackGap i) q) (nth 0 (nth [] h.slackOwn i) q)
      (apart h.factorBits L v (nth 0 (nth [] h.tokenLo i) q))) v 0

/-- The tables of head `i`. -/
def HeadsTables.at (h : HeadsTables) (i : Nat) : Tables where
  bits := h.bits
  v := h.v
  n := h.n
  width := h.width
  prec := h.prec
  token := rowsApart h.rowBits h.bits h.v (nth [] h.token i)
  direct := rowsApart h.rowBits h.bits h.v (nth [] h.direct i)
  last := apart h.rowBits h.bits h.v (nth 0 h.last i)
  position := rowsApart h.rowBits h.bits h.v (nth [] h.position i)
  tokenLo := rowsApart h.factorBits h.bits h.v (nth [] h.tokenLo i)
  own := nth [] h.own i
  mass := nth [] h.mass i
  low := rowsApart h.factorBits h.bits (Nat.succ h.n) (nth [] h.low i)
  high := rowsApart h.factorBits h.bits (Nat.succ h.n) (nth [] h.high i)
  slack := h.slackRows i

/-- The witnesses of the tables of head `i`. -/
def HeadsTables.witness (h : HeadsTables) (i : Nat) : TableWitness where
  scoreBits := h.scoreBits
  argBits := h.argBits
  tokenTop := nth [] h.tokenTop i
  tokenArg := rowsApart h.argBits h.scoreBits h.v (nth [] h.tokenArg i)
  posTop := nth [] h.posTop i
  posArg := rowsApart h.argBits h.scoreBits (Nat.succ h.n) (nth [] h.posArg i)
  tokenLeast := nth [] h.tokenLeast i
  directLeast := nth [] h.directLeast i
  posLeast := nth [] h.posLeast i
  posRow := rowsApart h.rowBits h.bits h.v (nth [] h.posRow i)

/-- How classes are counted. -/
structure Counting where
  /-- Of what can be spared, in how many parts it is divided. -/
  parts : Nat
  /-- Bits of a number of inputs. -/
  countBits : Nat
  /-- A head's share is a number of `shareBits` bits, over `2^shareBits`. -/
  shareBits : Nat
  /-- Bits of a level. -/
  levelBits : Nat
  /-- For each maximum and query: the shares of the heads, packed; 0 to count nothing. -/
  shares : List (List Nat)
  /-- For each maximum and query: a bit that says whether the class with the most other tokens decides for all.  If not, then the levels of
  the tokens below the maximum in each class, packed: that of the token `s` with `c` other tokens is digit `c * m + s`.  If so, then 16 bits
  that say how many tokens, the first ones, are compared at once; their level; the levels of the others, packed. -/
  levels : List (List Nat)

/-- A head with its row. -/
structure HeadRow where
  D : Nat
  P : HeadPair

/-- The path of the maximum without the direct path: its row. -/
def bare (t : Tables) (m : Nat) : Nat := Nat.add (nth 0 t.token m) (nth 0 t.position m)

/-- The row of a head: its own margin less its share of that of all heads, in the middle of what a row can hold.  (Nothing depends
on how it is computed: what must hold of it is tested.) -/
def rowOf (t : Tables) (one m k share margin extra : Nat) : Nat :=
  Nat.force (bare t m) fun R =>
  Nat.add (Nat.land (Nat.shiftRight (Nat.sub (Nat.mul (Nat.shiftLeft (Nat.add (Nat.pow 2 (Nat.pred t.width)) (readLane t.bits R m)) k) one)
    (Nat.add (Nat.shiftLeft R k) (Nat.mul share margin))) k) (Nat.mul (Nat.pred (Nat.pow 2 t.width)) one)) extra

/-- The margin of all heads and the direct path, when all positions hold the maximum. -/
def allMargin (S : HeadsTables) (H one q m : Nat) : Nat :=
  Nat.force (Nat.add (nth 0 (S.at 0).direct q) (total H fun i => bare (S.at i) m)) fun R =>
  Nat.sub (Nat.mul (readLane S.bits R m) one) R

/-- All rows from the `i`-th on, evaluated. -/
def withRows (S : HeadsTables) (one q m k shares margin : Nat) (count : Nat) : Nat → Nat → (List HeadRow → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → (List HeadRow → Nat) → Nat) (fun _ _ K => K [])
    (fun _ ih i extra K => Nat.force i fun i =>
      Nat.force (rowOf (S.at i) one m k (readLane k shares i) margin extra) fun D =>
      (HeadPair.of (S.at i) q m D).force fun P => ih (Nat.succ i) 0 fun rest => K (⟨D, P⟩ :: rest)) count

/-- Nothing. -/
def HeadRow.none : HeadRow := ⟨0, ⟨0, 0, 0, 0, 0, 0, 0, 0, 0, 0⟩⟩

/-- Do the rows keep to their width, are they enough together, and does the maximum lead in each head? -/
def rowsOk (S : HeadsTables) (H one tops q m parts : Nat) (rows : List HeadRow) : Bool :=
  (allBelow H (fun i => lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 S.width) 1) one) (nth HeadRow.none rows i).D &&
    ((nth HeadRow.none rows i).P.roomy (S.at i) parts (nth 0 (S.at i).mass q)
        (Nat.succ (Nat.mul 2 (Nat.mul (readLane S.bits (nth 0 (S.at i).high q) 1) parts))) &&
      (nth HeadRow.none rows i).P.leads tops one))) &&
  (Nat.ble (Nat.succ (Nat.add (Nat.mul (Nat.succ H) (Nat.pow 2 S.width)) 2)) (Nat.pow 2 (Nat.pred S.bits)) &&
  lanesLe tops (Nat.add (Nat.add (Nat.mul (total H fun i => readLane S.bits (nth HeadRow.none rows i).D m) one) (nth 0 (S.at 0).direct q))
    (Nat.mul 2 (Nat.sub one (Nat.shiftLeft 1 (Nat.mul S.bits m)))))
    (Nat.add (total H fun i => (nth HeadRow.none rows i).D) (Nat.mul (readLane S.bits (nth 0 (S.at 0).direct q) m) one)))

/-- What a head can spare in one class. -/
structure HeadClass where
  P : HeadPair
  top : Nat
  row : Nat
  whole : Nat

/-- The numbers of all heads from the `i`-th on, for the class with `c` other tokens, evaluated. -/
def withClasses (S : HeadsTables) (q c parts : Nat) (rows : List HeadRow) (count : Nat) : Nat → (List HeadClass → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (List HeadClass → Nat) → Nat) (fun _ K => K [])
    (fun _ ih i K => Nat.force i fun i =>
      Nat.force (readLane S.bits (nth 0 (S.at i).low q) (Nat.sub S.n c)) fun U =>
      Nat.force ((nth HeadRow.none rows i).P.top U) fun top => Nat.force ((nth HeadRow.none rows i).P.row U) fun row =>
      Nat.force (Nat.mul (readLane S.bits (nth 0 (S.at i).high q) 1) parts) fun whole =>
      ih (Nat.succ i) fun rest => K (⟨(nth HeadRow.none rows i).P, top, row, whole⟩ :: rest)) count

/-- Nothing. -/
def HeadClass.none : HeadClass := ⟨HeadRow.none.P, 0, 0, 0⟩

/-- Does the token take no more than its level in any head? -/
def tokenOk (S : HeadsTables) (H one tops m l s : Nat) (cs : List HeadClass) : Bool :=
  allBelow H fun i =>
    Nat.force (Nat.add (nth 0 (S.at i).token s) (nth HeadClass.none cs i).P.base) fun R =>
    takes tops one (nth HeadClass.none cs i).top (nth HeadClass.none cs i).row (nth HeadClass.none cs i).whole l
      (readLane S.bits (nth HeadClass.none cs i).P.tokens s) R (readLane S.bits R m)

/-- `∑ X ^ level` over the tokens below `m` that pass. -/
def levelPowers (X : Nat) (level : Nat → Nat) (test : Nat → Bool) (m : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun s ih => Nat.force ih fun N =>
    Bool.rec (motive := fun _ => Nat) N (Nat.add (Nat.pow X (level s)) N) (test s)) m

/-- The level of a token, among those of one maximum and query. -/
def levelOf (bits m levels c s : Nat) : Nat := readLane bits levels (Nat.add (Nat.mul c m) s)

/-- Do the first `f` tokens take no more than the level `l` in any head, all at once? -/
def firstOk (S : HeadsTables) (H one tops q m l f : Nat) (cs : List HeadClass) : Bool :=
  allBelow H fun i =>
    firstTakes (S.at i) tops one (nth HeadClass.none cs i).top (nth HeadClass.none cs i).row (nth HeadClass.none cs i).whole l q m f
      (nth HeadClass.none cs i).P.base

/-- What the first `f` tokens add, at the level `l`: nothing, if they do not pass. -/
def firstPowers (X l f : Nat) (ok : Bool) : Nat := Bool.rec (motive := fun _ => Nat) 0 (Nat.mul f (Nat.pow X l)) ok

/-- `N` and `∑ X ^ level k` over the `k` below `r` that pass. -/
def restPowers (X N : Nat) (level : Nat → Nat) (test : Nat → Bool) (r : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) N (fun k ih => Nat.force ih fun N =>
    Bool.rec (motive := fun _ => Nat) N (Nat.add (Nat.pow X (level k)) N) (test k)) r

/-- The sum of the powers of the levels of the tokens that pass in the class with `c` other tokens. -/
def eachToken (S : HeadsTables) (C : Counting) (H one tops X m levels c : Nat) (cs : List HeadClass) : Nat :=
  levelPowers X (levelOf C.levelBits m levels c)
    (fun s => Nat.ble (levelOf C.levelBits m levels c s) C.parts && tokenOk S H one tops m (levelOf C.levelBits m levels c s) s cs) m

/-- The same, the first tokens being compared at once. -/
def firstThenEach (S : HeadsTables) (C : Counting) (H one tops X q m code : Nat) (cs : List HeadClass) : Nat :=
  Nat.force (Nat.sub m (Nat.mod code 65536)) fun rest => Nat.force (Nat.sub m rest) fun f =>
  Nat.force (Nat.shiftRight code 16) fun levels => Nat.force (readLane C.levelBits levels 0) fun l =>
  Nat.force (firstPowers X l f (Nat.ble l C.parts && firstOk S H one tops q m l f cs)) fun N =>
  restPowers X N (fun k => readLane C.levelBits levels (Nat.succ k)) (fun k => Nat.ble (readLane C.levelBits levels (Nat.succ k)) C.parts &&
    tokenOk S H one tops m (readLane C.levelBits levels (Nat.succ k)) (Nat.add f k) cs) rest

/-- Go on with the sum of the powers of levels in the class with `c` other tokens; nothing is counted if a head has nothing to spare. -/
def withPowers (S : HeadsTables) (C : Counting) (H one tops q : Nat) (rows : List HeadRow) (c : Nat) (sum : List HeadClass → Nat)
    (K : Nat → Nat) : Nat :=
  withClasses S q c C.parts rows H 0 fun cs =>
  Bool.rec (motive := fun _ => Nat) 0 (Nat.force (sum cs) K)
    (allBelow H fun i => spares tops one (nth HeadClass.none cs i).top (nth HeadClass.none cs i).row)

/-- The inputs of the class with `c` other tokens, given the sum of powers. -/
def inputsOfClass (C : Counting) (X n c N : Nat) : Nat := lowCount X C.parts (Nat.mul (binom n c) (Nat.pow N c))

/-- The inputs of the class with `c` other tokens. -/
def countClass (S : HeadsTables) (C : Counting) (H one tops X q m levels : Nat) (rows : List HeadRow) (c : Nat) : Nat :=
  withPowers S C H one tops q rows c (eachToken S C H one tops X m levels c) fun N => inputsOfClass C X S.n c N

/-- The inputs of the classes with up to `last` other tokens, if that one decides for all: where the positions with the maximum weigh no
less, they can spare no less. -/
def countClasses (S : HeadsTables) (C : Counting) (H one tops X q m code : Nat) (rows : List HeadRow) (last : Nat) : Nat :=
  withPowers S C H one tops q rows last (firstThenEach S C H one tops X q m code) fun N => total (Nat.succ last) fun c => Nat.force c fun c =>
    Bool.rec (motive := fun _ => Nat) 0 (inputsOfClass C X S.n c N) (allBelow H fun i =>
      Nat.ble (readLane S.bits (nth 0 (S.at i).low q) (Nat.sub S.n last)) (readLane S.bits (nth 0 (S.at i).low q) (Nat.sub S.n c)))

/-- The inputs of one query and one maximum. -/
def countPair (S : HeadsTables) (C : Counting) (H one tops X m q : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.shares m) q) fun shares =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (allMargin S H one q m) fun margin =>
    Nat.force (nth 0 (nth [] C.levels m) q) fun code => Nat.force (Nat.shiftRight code 1) fun levels =>
    withRows S one q m C.shareBits shares margin H 0
      (Nat.mul (Nat.add H 2) (Nat.sub one (Nat.shiftLeft 1 (Nat.mul S.bits m)))) fun rows =>
    Bool.rec (motive := fun _ => Nat) 0
      (Bool.rec (motive := fun _ => Nat)
        (total (classes S.n q m) fun c => Nat.force c fun c => countClass S C H one tops X q m levels rows c)
        (Nat.force (Nat.pred (classes S.n q m)) fun last => countClasses S C H one tops X q m levels rows last)
        (Nat.beq (Nat.mod code 2) 1))
      (rowsOk S H one tops q m C.parts rows)) shares

/-- The inputs of the maxima `lo, ..., lo + len - 1`. -/
def countBlock (S : HeadsTables) (C : Counting) (H lo len : Nat) : Nat :=
  Nat.force S.bits fun _ => Nat.force (ones S.bits S.v) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub S.bits 1)) one) fun tops =>
  Nat.force (Nat.pow 2 C.countBits) fun X =>
  total len fun i => Nat.force (Nat.add lo i) fun m => total (Nat.succ m) fun q => Nat.force q fun q => countPair S C H one tops X m q

/-- The check of one block: at least `bound` inputs. -/
def blockCheck (S : HeadsTables) (C : Counting) (H lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) S.v && (Nat.ble 1 S.n && Nat.ble 1 C.parts)) &&
  ((Nat.ble (Nat.succ S.width) S.bits && Nat.ble (Nat.succ (Nat.pow (Nat.succ S.v) S.n)) (Nat.pow 2 C.countBits)) &&
    Nat.ble bound (countBlock S C H lo len))

/-- The inputs counted in all blocks. -/
def inputsOf (blocks : List (List Nat)) : Nat := fold (fun b ih => Nat.add (nth 0 b 1) ih) 0 blocks

/-- The check of all blocks, the first maximum being `lo`: of each block, how many maxima, and the inputs counted. -/
def blocksCheck (S : HeadsTables) (C : Counting) (H : Nat) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => blockCheck S C H lo (nth 0 b 0) (nth 0 b 1) && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

/-- Do cells of `B` bits hold the weights of a head? -/
def fits (w : Weights) (B : Nat) (A : Head) : Bool :=
  (Nat.ble (Nat.add w.frac 2) B && (Nat.ble w.W_E.bits B && (Nat.ble w.W_pos.bits B && Nat.ble w.W_U.bits B))) &&
  ((Nat.ble A.W_Q.bits B && (Nat.ble A.W_K.bits B && (Nat.ble A.W_V.bits B && Nat.ble A.W_O.bits B))) &&
  ((biasFits B A.b_Q && (biasFits B A.b_K && biasFits B A.b_V)) && (biasFits B w.b_O && biasFits B w.b_U)))
where
  biasFits (B : Nat) (b : Option Tensor) : Bool := Option.rec (motive := fun _ => Bool) true (fun T => Nat.ble T.bits B) b

/-- The check of one head's tables. -/
def headCheck (w : Weights) (params : Params) (S : HeadsTables) (B i : Nat) : Bool :=
  fits w B (w.headNo i) && forceTensors (w.headAt B i) fun w' => (S.at i).check w' params (S.witness i)
where
  /-- Evaluate a tensor, then go on with it. -/
  forceTensor (T : Tensor) (k : Tensor → Bool) : Bool := forceList T.rows fun rows => k ⟨T.bits, rows⟩
  /-- Evaluate all tensors of a plain model, then go on with it. -/
  forceTensors (w : Compact.Weights) (k : Compact.Weights → Bool) : Bool :=
    forceTensor w.W_E fun W_E => forceTensor w.W_pos fun W_pos => forceTensor w.W_Q fun W_Q => forceTensor w.W_K fun W_K =>
    forceTensor w.W_V fun W_V => forceTensor w.W_O fun W_O => forceTensor w.W_U fun W_U =>
    k { w with W_E := W_E, W_pos := W_pos, W_Q := W_Q, W_K := W_K, W_V := W_V, W_O := W_O, W_U := W_U }

/-- A certificate: how to round, the tables of all heads with their witnesses, how classes are counted, and the bound.
The maxima are checked in blocks, one after the other. -/
structure Certificate extends Params, HeadsTables, Counting where
  /-- The number of heads. -/
  heads : Nat
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  /-- Of each block: how many maxima, and the inputs counted. -/
  blocks : List (List Nat)
  bound : Nat

/-- The tables of the heads from the `i`-th on, `count` of them, then what comes after them. -/
def headsThen (w : Weights) (params : Params) (S : HeadsTables) (B : Nat) (rest : Bool) (count : Nat) : Nat → Bool :=
  Nat.rec (motive := fun _ => Nat → Bool) (fun _ => rest) (fun _ ih i => headCheck w params S B i && ih (Nat.succ i)) count

/-- The check of a certificate: the model is one that this strategy is about, the tables of all heads are those of the model, and
the blocks hold what is counted. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (inputsOf c.blocks) && (w.mlp.isNone && (Nat.beq w.heads.length c.heads && Nat.ble 1 c.heads))) &&
  headsThen w c.toParams c.toHeadsTables c.cellBits (blocksCheck c.toHeadsTables c.toCounting c.heads c.blocks 0) c.heads 0

end
end HeadsQuartic
end Transformer
end Compact
