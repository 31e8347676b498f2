prelude
import Compact.Transformer.Strategy.HeadsCubic.Check
import Compact.Transformer.Strategy.Prefix
/-!
# Strategies: mixed and prefix, for any number of heads: the check

For each query and maximum a certificate names the way in which tokens are counted: their outputs are compared, as in quartic
(`Strategy/HeadsQuartic/Check.lean`); or each token is a number, as in cubic (`Strategy/HeadsCubic/Check.lean`); or, at each level, all tokens
below a bound of the certificate are decided by one test in each head, of the greatest factor and the greatest shortfall among them
(*prefixes*).  Definitions only; `Strategy/HeadsMixed.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsMixed
open HeadsQuartic (HeadsTables)
open HeadsCubic (HeadLack shortBits lackBits shortsOk levelsFor)
noncomputable section

/-- What a certificate says beside the tables of all heads and the levels that are distinguished. -/
structure Ways extends HeadsCubic.Claims where
  /-- For each maximum and query, in which way tokens are counted: 0 by their outputs, 1 by their numbers, `N + 2` by the prefixes `N`. -/
  ways : List (List Nat)
  /-- Bits of a level, and the levels of tokens that are counted by their outputs, as in quartic. -/
  levelBits : Nat
  tokenLevels : List (List Nat)
  /-- Bits of a bound of tokens, and of those of a class. -/
  sizeBits : Nat
  classBits : Nat

/-- The claims of quartic among them. -/
def Ways.counting (C : Ways) (lv : Levels) : HeadsQuartic.Counting where
  parts := lv.parts
  countBits := lv.countBits
  shareBits := C.shareBits
  levelBits := C.levelBits
  shares := C.shares
  levels := C.tokenLevels

/-! ## Prefixes -/

/-- Lists `f i, f (i + 1), ...`, evaluated. -/
def withLists (f : Nat → List Nat) (count : Nat) : Nat → (List (List Nat) → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (List (List Nat) → Nat) → Nat) (fun _ K => K [])
    (fun _ ih i K => Nat.force i fun i => forceList (f i) fun xs => ih (Nat.succ i) fun rest => K (xs :: rest)) count

/-- The greatest factors of the first tokens, of head `i`, for the queries below `count`. -/
def factorTops (S : HeadsTables) (count i : Nat) : List Nat :=
  Nat.force S.bits fun L => Nat.force S.v fun v => tabulateFold (fun q => Prefix.greatestOf L v (nth 0 (S.at i).tokenLo q)) count 0

/-- The greatest shortfalls of the first tokens below `m`, of each head. -/
def shortTops (C : HeadsCubic.Claims) (H b m : Nat) : List Nat :=
  tabulateFold (fun i => Prefix.greatestOf b m (nth 0 (nth [] C.tokenShort i) m)) H 0

/-- Do the tokens up to `s` take no more than the level `l` in any head? -/
def prefixOk (L b H : Nat) (factors shorts : List Nat) (heads : List HeadLack) (spares : List Nat) (l s : Nat) : Bool :=
  allBelow H fun i => Nat.ble
    (Nat.mul (Nat.mul (readLane L (nth 0 factors i) s) (Nat.sub (readLane b (nth 0 shorts i) s) (nth HeadLack.none heads i).lead))
      (nth HeadLack.none heads i).whole)
    (Nat.mul l (nth 0 spares i))

/-- So many tokens, if they pass, and if there are so many. -/
def sizeIf (L b H m : Nat) (factors shorts : List Nat) (heads : List HeadLack) (spares : List Nat) (l size : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun s _ => Bool.rec (motive := fun _ => Nat) 0 (Nat.succ s)
    (Nat.ble (Nat.succ s) m && prefixOk L b H factors shorts heads spares l s)) size

/-- What the prefixes `N` say of the class with `c` other tokens and its `i`-th level. -/
def sizeOf (sizeBits classBits N c i : Nat) : Nat :=
  Nat.mod (Nat.shiftRight N (Nat.add (Nat.mul classBits (Nat.pred c)) (Nat.mul sizeBits i))) (Nat.pow 2 sizeBits)

/-- The tokens that are counted in the class with `c` others, by prefixes: `∑ X ^ level`. -/
def sumPrefixes (C : Ways) (lv : Levels) (L b H m N : Nat) (factors shorts : List Nat) (heads : List HeadLack) (c : Nat)
    (spares : List Nat) : Nat :=
  levelCountsFrom lv.countBits (fun i l => Nat.force (sizeOf C.sizeBits C.classBits N c i) fun size =>
    sizeIf L b H m factors shorts heads spares l size) (levelsFor lv.parts lv.levels c) 0 0

/-! ## Counting -/

/-- The inputs of one query and one maximum, in the way that the certificate names. -/
def countPair (S : HeadsTables) (C : Ways) (lv : Levels) (H one tops X b W cap m tokenOne tokenTops : Nat) (factors : List (List Nat))
    (shorts : List Nat) (q : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.ways m) q) fun way =>
  Nat.rec (motive := fun _ => Nat) (HeadsQuartic.countPair S (C.counting lv) H one tops X m q) (fun way _ =>
    Nat.rec (motive := fun _ => Nat) (HeadsCubic.countPair S C.toClaims lv H one tops X b W cap m tokenOne tokenTops q)
      (fun N _ => Nat.force N fun N => forceList (tabulateFold (fun i => nth 0 (nth [] factors i) q) H 0) fun factors =>
        HeadsCubic.countPairBy S C.toClaims lv H one tops X b W m 0 (sumPrefixes C lv S.bits b H m N factors shorts) q) way) way

/-- The inputs of one maximum; none if its shortfalls are wrong. -/
def countMaximum (S : HeadsTables) (C : Ways) (lv : Levels) (H one tops X : Nat) (factors : List (List Nat)) (m : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (shortBits S) fun b => Nat.force (lackBits S) fun W => Nat.force (Nat.pred (Nat.pow 2 (Nat.pred W))) fun cap =>
      Nat.force (ones W m) fun tokenOne => Nat.force (Nat.mul (Nat.pow 2 (Nat.pred W)) tokenOne) fun tokenTops =>
      forceList (shortTops C.toClaims H b m) fun shorts =>
      total (Nat.succ m) fun q => Nat.force q fun q => countPair S C lv H one tops X b W cap m tokenOne tokenTops factors shorts q)
    (shortsOk S C.toClaims H tops one m)

/-- The inputs of the maxima `lo, ..., lo + len - 1`. -/
def countBlock (S : HeadsTables) (C : Ways) (lv : Levels) (H lo len : Nat) : Nat :=
  Nat.force (ones S.bits S.v) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub S.bits 1)) one) fun tops =>
  Nat.force (Nat.pow 2 lv.countBits) fun X => Nat.force (Nat.add lo len) fun count =>
  withLists (factorTops S count) H 0 fun factors =>
  total len fun i => Nat.force (Nat.add lo i) fun m => countMaximum S C lv H one tops X factors m

/-- The check of one block: at least `bound` inputs. -/
def blockCheck (S : HeadsTables) (C : Ways) (lv : Levels) (H lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) S.v && (Nat.ble 1 S.n && Nat.ble 1 lv.parts)) &&
  ((Nat.ble (Nat.add S.width 5) S.bits && Nat.ble (Nat.succ (Nat.pow (Nat.succ S.v) S.n)) (Nat.pow 2 lv.countBits)) &&
    Nat.ble bound (countBlock S C lv H lo len))

/-- A certificate: how to round, the tables of all heads with their witnesses, the levels, what is claimed of shares, leads and
shortfalls and of the way in which tokens are counted, and the bound.  The maxima are checked in blocks, one after the other. -/
structure Certificate extends Params, HeadsTables, Levels, Ways where
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
    (Blocks.all (blockCheck c.toHeadsTables c.toWays c.toLevels c.heads) c.blocks 0) c.heads 0

end
end HeadsMixed
end Transformer
end Compact
