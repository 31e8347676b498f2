prelude
import Compact.Transformer.Strategy.MlpQuartic.Check
/-!
# Strategy: cubic, for a model with one head and an MLP: the check

Rows and classes as in quartic (`MlpQuartic/Check.lean`), but what is left of the ReLUs of a token is not evaluated output by output: each neuron counts
with the largest coefficient that any output gives it, so that a query, a maximum and a token have *one* number, the correction.  It is
one product, and is added to the token's row in all lanes but the maximum's.
Definitions only; `Strategy/MlpCubic.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace MlpCubic
noncomputable section
open HeadsBruteForce (HeadTables)
open MlpBruteForce (withNeuronRows ranges)
open MlpQuartic (Env AtMax Counting lanesOfAll rowsAlong barRow leftOf leftAbove leftBelow lowest mlpOf neuronBlocks withParts withShared withLanes placesOf columnsOf roomy
  tablesCheck inputsOf countPair)

/-! ## One maximum -/

/-- The rows of the maximum `m`; `over` is the correction. -/
def atMax (E : Env) (slopes m : Nat) : AtMax where
  steep := MlpQuartic.steep E.F E.full slopes E.P
  level := MlpQuartic.level E.F E.full slopes E.P
  over := columnSums E.F.L E.P E.L [nth 0 E.barColumns m]
  token := tabulateFold (E.tokenSum (MlpQuartic.steep E.F E.full slopes E.P)) (Nat.succ m) 0
  pos := tabulateFold (E.posRow (MlpQuartic.steep E.F E.full slopes E.P)) E.n 0
  last := E.posRow (MlpQuartic.steep E.F E.full slopes E.P) E.n

/-- Evaluate them, then go on with them. -/
def withMax {α : Type} (E : Env) (slopes m : Nat) (k : AtMax → α) : α :=
  Nat.force (MlpQuartic.steep E.F E.full slopes E.P) fun steep => Nat.force (MlpQuartic.level E.F E.full slopes E.P) fun level =>
  Nat.force (Nat.mul m E.v) fun tag =>
  withTagged E.F.L E.P E.L E.columns tag fun outs => withTagged E.F.L E.P E.L E.barColumns tag fun bars =>
  (E.withSums outs bars).withRowsAt steep m fun token pos last =>
  withTagged E.F.L E.P E.L [nth 0 E.barColumns m] tag fun over => k ⟨steep, level, over, token, pos, last⟩

/-- All maxima from `m` on, `count` of them, evaluated. -/
def withMaxima {α : Type} (E : Env) (slopes : List Nat) (count : Nat) : Nat → (List AtMax → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List AtMax → α) → α) (fun _ k => k [])
    (fun _ ih m k => Nat.force m fun m => withMax E (nth 0 slopes m) m fun A => ih (Nat.succ m) fun rest => k (A :: rest)) count

/-! ## One query and one maximum -/

/-- The row of a token, rounded: `left` and `leftSteep` are what is left of its ReLUs of slope 0 and 1; `others` has a one in all lanes but the maximum's. -/
def tokenRow (E : Env) (A : AtMax) (others row left leftSteep : Nat) : Nat :=
  lanesShift E.mask E.cut (Nat.add row
    (Nat.mul (Nat.force (Nat.add (Nat.land left A.level) (Nat.land leftSteep A.steep)) A.over) others))

/-- The inputs of one query and one maximum. -/
def countAt (E : Env) (t : Tables) (C : Counting) (X extra : Nat) (A : AtMax) (left leftSteep : List Nat) (q m : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.levels m) q) fun code =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (E.directRow A extra q m) fun D =>
    Nat.force (Nat.sub E.one (Nat.shiftLeft 1 (Nat.mul E.L m))) fun others =>
    forceList (rowsAlong (tokenRow E A others) A.token left leftSteep) fun toks =>
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

/-- A certificate: the fields are those of quartic. -/
structure Certificate extends MlpQuartic.Certificate

/-- The count of a block of queries, given all tables. -/
def countBlock (c : Certificate) (E : Env) (W extra lo len : Nat) : Nat :=
  forceList (mapFold (fun T : HeadTables => highest E.F.L E.F.one E.F.tops W E.F.z T.pos) E.neurons) fun highs =>
  forceList (mapFold (fun T : HeadTables => lowest E.F.L E.F.one E.F.tops W E.F.z T.pos) E.neurons) fun lows =>
  withMaxima E c.slopes (Nat.sub E.v lo) lo fun maxima => Nat.force (Nat.pow 2 c.countBits) fun X =>
  total len fun i => Nat.force (Nat.add lo i) fun q => countQuery E c.toTables c.toCounting X W extra highs lows maxima lo q

/-- The check of a block of queries: at least `bound` inputs. -/
def blockCheck (w : Weights) (c : Certificate) (lo len bound : Nat) : Bool :=
  Nat.ble (Nat.add lo len) w.d_vocab && withNeuronRows w (mlpOf w) fun rows => Nat.force (ranges rows) fun ranges =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun K => Nat.force w.d_vocab fun v =>
  withLanes c.lane v fun F => Nat.force (placesOf F (mlpOf w).d_mlp) fun P => roomy c.toCertificate K ranges &&
  forceList (columnsOf F P rows) fun columns => withColumns c.lane P c.bits columns fun outs =>
  forceList (columnsOf F P (mapFold barRow rows)) fun barColumns => withColumns c.lane P c.bits barColumns fun bars =>
  Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.lane 1)) (ones c.lane P)) fun columnTops => withLanes c.bits v fun G =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.width) 1) G.one) fun mask => Nat.force (neuronBlocks w (mlpOf w)) fun blocks =>
  withShared (w.headAt (Nat.succ c.cellBits) 0) fun shared =>
  withParts shared w (mlpOf w) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.bits 1 0 fun heads =>
  withParts shared w (mlpOf w) ⟨c.prec, c.steps, c.shift, c.small⟩ c.cellBits c.lane blocks 1 fun neurons =>
  Nat.force (Nat.pow 2 c.small) fun W => Nat.force (Nat.sub (Nat.mul 8 W) 1) fun full =>
  Nat.force (Nat.add (Nat.div (Nat.mul 3 (Nat.add K ranges)) (Nat.pow 2 c.cut)) 4) fun extra =>
  forceList (lanesOfAll F (MlpQuartic.above F) HeadTables.token neurons v) fun tokenAbove =>
  forceList (lanesOfAll F (MlpQuartic.below F) HeadTables.token neurons v) fun tokenBelow =>
  forceList (lanesOfAll F (MlpQuartic.above F) HeadTables.pos neurons (Nat.succ c.n)) fun posAbove =>
  forceList (lanesOfAll F (MlpQuartic.below F) HeadTables.pos neurons (Nat.succ c.n)) fun posBelow =>
  forceList (lanesOfAll F (MlpQuartic.above F) HeadTables.direct neurons v) fun directAbove =>
  forceList (lanesOfAll F (MlpQuartic.below F) HeadTables.direct neurons v) fun directBelow =>
  Nat.ble bound (countBlock c ⟨⟨F, outs, bars⟩, v, c.n, K, c.bits, G.one, G.tops, c.cut, mask, P, full, columns, barColumns, columnTops,
    nth HeadTables.none heads 0, neurons, tokenAbove, tokenBelow, posAbove, posBelow, directAbove, directBelow⟩ W extra lo len)

/-- The check of all blocks, the first query being `lo`. -/
def blocksCheck (w : Weights) (c : Certificate) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => blockCheck w c lo (nth 0 b 0) (nth 0 b 1) && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (inputsOf c.blocks) && tablesCheck w c.toCertificate) && blocksCheck w c c.blocks 0

end
end MlpCubic
end Transformer
end Compact
