prelude
import Compact.Mixture.LevelSum
import Compact.Packed.CountPassing
import Compact.Transformer.Mixture.Block
import Compact.Transformer.Strategy.HeadsQuartic.Check
/-!
# Strategy: cubic, for any number of heads: the check

As quartic (`Strategy/HeadsQuartic/Check.lean`), each head has a row in place of the direct path, for each query and maximum.  But
tokens are not compared output by output: a number says by how much the path of the maximum leads over all other outputs (`leads`), and for
each token one by how much less its own path may (`tokenShort`), whatever the query is.  So a token takes a number for each query, maximum
and head, and these numbers are packed side by side over the tokens: how many are small enough at a level, in all heads, is
found in a few operations.  Definitions only; `Strategy/HeadsCubic.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsCubic
open HeadsQuartic (HeadsTables HeadRow bare)
noncomputable section

/-- What a certificate says beside the tables of all heads and the levels. -/
structure Claims where
  /-- A head's share is a number of `shareBits` bits, over `2^shareBits`. -/
  shareBits : Nat
  /-- For each maximum and query: the shares of the heads, packed; 0 to count nothing. -/
  shares : List (List Nat)
  /-- For each maximum and query: of each head, packed, by how much the maximum's path leads. -/
  leads : List (List Nat)
  /-- For each head and maximum: by how much less the path of each smaller token may lead, packed. -/
  tokenShort : List (List Nat)
  /-- For each head and maximum: the same of each query, at its own position. -/
  ownShort : List (List Nat)

/-- Bits of a lead or shortfall, and of what a token lacks with a top bit. -/
def shortBits (S : HeadsTables) : Nat := Nat.add S.width 2
def lackBits (S : HeadsTables) : Nat := Nat.succ (Nat.add S.prec (shortBits S))

/-- Is the row `R` nowhere above the row `M` by more than at `m`, and `a`? -/
def shortOk (L tops one m M R a : Nat) : Bool :=
  lanesLe tops (Nat.add R (Nat.mul (readLane L M m) one)) (Nat.add M (Nat.mul (Nat.add (readLane L R m) a) one))

/-- The shortfalls of the tokens below `m`, and of the queries up to `m`, of one head. -/
def tokensOk (t : Tables) (b tops one m short : Nat) : Bool :=
  Nat.force (nth 0 t.token m) fun M => allBelow m fun s =>
    Nat.force (nth 0 t.token s) fun R => shortOk t.bits tops one m M R (readLane b short s)
def queriesOk (t : Tables) (b tops one m short : Nat) : Bool :=
  Nat.force (bare t m) fun M => Nat.force t.last fun last => allBelow (Nat.succ m) fun q =>
    Nat.force (Nat.add (nth 0 t.token q) last) fun R => shortOk t.bits tops one m M R (readLane b short q)

/-- The shortfalls of all heads, for one maximum. -/
def shortsOk (S : HeadsTables) (C : Claims) (H tops one m : Nat) : Bool :=
  Nat.force (shortBits S) fun b => allBelow H fun i => Nat.force i fun i =>
    Nat.force (nth 0 (nth [] C.tokenShort i) m) fun token => Nat.force (nth 0 (nth [] C.ownShort i) m) fun own =>
    tokensOk (S.at i) b tops one m token && queriesOk (S.at i) b tops one m own

/-- Does the maximum's path lead by so much in each head? -/
def leadsOk (H L b tops one m leads : Nat) (rows : List HeadRow) : Bool :=
  allBelow H fun i => lanesLe tops (Nat.add (nth HeadRow.none rows i).P.maxRow
    (Nat.mul (readLane b leads i) (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L m)))))
    (Nat.mul (nth HeadRow.none rows i).P.maxTop one)

/-- A head for one query and one maximum: its lead, its factors, what it loses, the heaviest times all parts, and what the tokens lack,
packed. -/
structure HeadLack where
  lead : Nat
  max : Nat
  own : Nat
  loss : Nat
  whole : Nat
  lows : Nat
  lacks : Nat

/-- Nothing. -/
def HeadLack.none : HeadLack := ⟨0, 0, 0, 0, 0, 0, 0⟩

/-- What the tokens below `m` lack, packed: `factors` and `short` are packed, too. -/
def lacksOf (L W b m factors short lead : Nat) : Nat :=
  packFrom W (fun s => Nat.mul (readLane L factors s) (Nat.sub (readLane b short s) lead)) m

/-- Evaluate the numbers of head `i`, whose row is `r`, then go on with them; what is lacked, of the tokens below `among`. -/
def withLack (S : HeadsTables) (C : Claims) (b W q m among parts leads : Nat) (r : HeadRow) (i : Nat) (K : HeadLack → Nat) : Nat :=
  Nat.force (readLane b leads i) fun lead => Nat.force r.P.max fun max => Nat.force r.P.own fun own =>
  Nat.force (Nat.add (Nat.mul own (readLane b (nth 0 (nth [] C.ownShort i) m) q)) r.P.loss) fun loss =>
  Nat.force (Nat.mul (readLane S.bits (nth 0 (S.at i).high q) 1) parts) fun whole =>
  Nat.force (nth 0 (S.at i).low q) fun lows => Nat.force r.P.tokens fun factors =>
  Nat.force (nth 0 (nth [] C.tokenShort i) m) fun short =>
  Nat.force (lacksOf S.bits W b among factors short lead) fun lacks => K ⟨lead, max, own, loss, whole, lows, lacks⟩

/-- The numbers of all heads from the `i`-th on, evaluated. -/
def withLacks (S : HeadsTables) (C : Claims) (b W q m among parts leads : Nat) (rows : List HeadRow) (count : Nat) :
    Nat → (List HeadLack → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (List HeadLack → Nat) → Nat) (fun _ K => K [])
    (fun _ ih i K => Nat.force i fun i => withLack S C b W q m among parts leads (nth HeadRow.none rows i) i fun h =>
      ih (Nat.succ i) fun rest => K (h :: rest)) count

/-- One more than what a head can spare if the positions that hold the maximum weigh `U`; 0 if it cannot. -/
def HeadLack.spare (h : HeadLack) (U : Nat) : Nat :=
  Nat.sub (Nat.succ (Nat.mul (Nat.add (Nat.mul U h.max) h.own) h.lead)) h.loss

/-- Go on with what the heads can spare in the class with `c` other tokens, if all can. -/
def withSpares (L n c : Nat) (heads : List HeadLack) (count : Nat) : Nat → (List Nat → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (List Nat → Nat) → Nat) (fun _ K => K [])
    (fun _ ih i K => Nat.force i fun i =>
      Nat.rec (motive := fun _ => Nat) 0 (fun κ _ => Nat.force κ fun κ => ih (Nat.succ i) fun rest => K (κ :: rest))
        ((nth HeadLack.none heads i).spare (readLane L (nth HeadLack.none heads i).lows (Nat.sub n c)))) count

/-- How much a token may lack at the level `l`; numbers that do not fit below a top bit are cut. -/
def threshold (cap l spare whole : Nat) : Nat := Nat.sub cap (Nat.sub cap (Nat.div (Nat.mul l spare) whole))

/-- How many tokens lack no more than the level `l` says, in all heads. -/
def countLevel (W cap tops one H : Nat) (heads : List HeadLack) (spares : List Nat) (l : Nat) : Nat :=
  countTops W (allAtMost tops one (fun i => (nth HeadLack.none heads i).lacks)
    (fun i => threshold cap l (nth 0 spares i) (nth HeadLack.none heads i).whole) H)

/-- The levels that are distinguished in the class with `c` other tokens. -/
def levelsFor (parts : Nat) (levels : List Nat) (c : Nat) : List Nat :=
  Nat.rec (motive := fun _ => List Nat) [] (fun c _ => Nat.rec (motive := fun _ => List Nat) [parts] (fun _ _ => levels) c) c

/-- The tokens that are counted in the class with `c` others, by what the heads can spare: `∑ X ^ level`. -/
def sumLevels (lv : Levels) (W cap tops one H : Nat) (heads : List HeadLack) (c : Nat) (spares : List Nat) : Nat :=
  levelCounts lv.countBits (countLevel W cap tops one H heads spares) (levelsFor lv.parts lv.levels c) 0

/-- The inputs of the class with `c` other tokens, of which `sum` is made up. -/
def countClass (S : HeadsTables) (lv : Levels) (H X : Nat) (heads : List HeadLack) (c : Nat) (sum : List Nat → Nat) : Nat :=
  withSpares S.bits S.n c heads H 0 fun spares =>
    Nat.force (sum spares) fun N => lowCount X lv.parts (Nat.mul (binom S.n c) (Nat.pow N c))

/-- The inputs of one query and one maximum: what is lacked is known of the tokens below `among`; `sum` says which tokens are counted. -/
def countPairBy (S : HeadsTables) (C : Claims) (lv : Levels) (H one tops X b W m among : Nat)
    (sum : List HeadLack → Nat → List Nat → Nat) (q : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.shares m) q) fun shares =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (HeadsQuartic.allMargin S H one q m) fun margin =>
    Nat.force (nth 0 (nth [] C.leads m) q) fun leads =>
    HeadsQuartic.withRows S one q m C.shareBits shares margin H 0
      (Nat.mul (Nat.add H 2) (Nat.sub one (Nat.shiftLeft 1 (Nat.mul S.bits m)))) fun rows =>
    Bool.rec (motive := fun _ => Nat) 0
      (withLacks S C b W q m among lv.parts leads rows H 0 fun heads =>
        total (classes S.n q m) fun c => Nat.force c fun c => countClass S lv H X heads c (sum heads c))
      (HeadsQuartic.rowsOk S H one tops q m lv.parts rows && leadsOk H S.bits b tops one m leads rows)) shares

/-- The inputs of one query and one maximum: the lanes of tokens have top bits `tokenTops`. -/
def countPair (S : HeadsTables) (C : Claims) (lv : Levels) (H one tops X b W cap m tokenOne tokenTops q : Nat) : Nat :=
  countPairBy S C lv H one tops X b W m m (sumLevels lv W cap tokenTops tokenOne H) q

/-- The inputs of one maximum; none if its shortfalls are wrong. -/
def countMaximum (S : HeadsTables) (C : Claims) (lv : Levels) (H one tops X m : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (shortBits S) fun b => Nat.force (lackBits S) fun W => Nat.force (Nat.pred (Nat.pow 2 (Nat.pred W))) fun cap =>
      Nat.force (ones W m) fun tokenOne => Nat.force (Nat.mul (Nat.pow 2 (Nat.pred W)) tokenOne) fun tokenTops =>
      total (Nat.succ m) fun q => Nat.force q fun q => countPair S C lv H one tops X b W cap m tokenOne tokenTops q)
    (shortsOk S C H tops one m)

/-- The inputs of the maxima `lo, ..., lo + len - 1`. -/
def countBlock (S : HeadsTables) (C : Claims) (lv : Levels) (H lo len : Nat) : Nat :=
  Nat.force (ones S.bits S.v) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub S.bits 1)) one) fun tops =>
  Nat.force (Nat.pow 2 lv.countBits) fun X =>
  total len fun i => Nat.force (Nat.add lo i) fun m => countMaximum S C lv H one tops X m

/-- The check of one block: at least `bound` inputs. -/
def blockCheck (S : HeadsTables) (C : Claims) (lv : Levels) (H lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) S.v && (Nat.ble 1 S.n && Nat.ble 1 lv.parts)) &&
  ((Nat.ble (Nat.add S.width 5) S.bits && Nat.ble (Nat.succ (Nat.pow (Nat.succ S.v) S.n)) (Nat.pow 2 lv.countBits)) &&
    Nat.ble bound (countBlock S C lv H lo len))

/-- A certificate: how to round, the tables of all heads with their witnesses, the levels, what is claimed of shares, leads and
shortfalls, and the bound.  The maxima are checked in blocks, one after the other. -/
structure Certificate extends Params, HeadsTables, Levels, Claims where
  /-- The number of heads. -/
  heads : Nat
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  /-- Of each block: how many maxima, and the inputs counted. -/
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the model is one that this strategy is about, the tables of all heads are those of the model, and
the blocks hold what is counted. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && (w.mlp.isNone && (Nat.beq w.heads.length c.heads && Nat.ble 1 c.heads))) &&
  HeadsQuartic.headsThen w c.toParams c.toHeadsTables c.cellBits
    (Blocks.all (blockCheck c.toHeadsTables c.toClaims c.toLevels c.heads) c.blocks 0) c.heads 0

end
end HeadsCubic
end Transformer
end Compact
