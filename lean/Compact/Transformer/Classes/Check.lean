prelude
import Compact.Transformer.Circuit.Joined
import Compact.Transformer.Classes.Query
import Compact.Packed.ExpSides
import Compact.Packed.TableRow
import Compact.Transformer.Enclosure.Row
/-!
# The check of the tables

`Tables.check` evaluates the exact circuits of a model, a row a number, and compares them with the literals of a
certificate.  That it shows what it should is `Tables.describe` (`Classes/Describe.lean`).
-/
namespace Compact
namespace Tables
noncomputable section

/-- The factor of a gap of scores in an argument of `exp`; its divisor is `scoreDen`. -/
def argNum (w : Weights) (c : Params) : Nat := Nat.mul (scoreNum w) (Nat.pow 2 (Nat.mul 2 c.form.half))

/-- The factor of a logit of the direct path, which has half as many fractional bits as the others. -/
def directNum (w : Weights) : Nat := Nat.pow 2 (Nat.mul 2 w.frac)

/-- Does a matrix with offset `off`, times `num`, stay below the top bit of lanes of `L` bits? -/
def roomy (L num : Nat) (M : Mat) : Bool := Nat.ble (Nat.succ (Nat.mul (Nat.mul 2 M.off) num)) (Nat.pow 2 (Nat.sub L 1))

/-- Are the lanes wide enough? -/
def lanesFit (t : Tables) (w : Weights) (c : Params) (e : TableWitness) : Bool :=
  ((Nat.beq e.scoreBits t.bits && c.form.lanesFit e.scoreBits e.argBits) && (Nat.ble (Nat.succ e.argBits) e.scoreBits &&
    Nat.ble (Nat.mul (scoreDen w) (Nat.pow 2 e.argBits)) (Nat.pow 2 (Nat.sub e.scoreBits 1)))) &&
  ((roomy e.scoreBits (argNum w c) (Circuits.of w).EQKE && roomy e.scoreBits (argNum w c) (Circuits.of w).EQKP) &&
  ((Nat.ble (Nat.add t.width 3) t.bits &&
    Nat.ble (Nat.mul (Nat.pow 2 c.shift) (Nat.pow 2 t.width)) (Nat.pow 2 (Nat.sub t.bits 1))) &&
  (roomy t.bits 1 (Circuits.of w).EVOU && (roomy t.bits 1 (Circuits.of w).PVOU &&
    roomy t.bits (directNum w) (Circuits.of w).EU))))

/-- Are the literals the rounded rows of logits? -/
def logitsAs (t : Tables) (w : Weights) (c : Params) (e : TableWitness) (C : PackedCircuits) : Bool :=
  (Frame.of t.bits t.v t.width).force fun F => Nat.force (Nat.pow 2 c.shift) fun unit =>
  Nat.force (directNum w) fun num =>
  allZip3 (F.risesAs 1 unit) C.EVOU e.tokenLeast t.token &&
  (allZip3 (F.risesAs 1 unit) C.PVOU e.posLeast e.posRow && allZip3 (F.risesAs num unit) C.EU e.directLeast t.direct)

/-- Do the rows that stand for all positions favour no maximum more than any position does? -/
def positionsAs (t : Tables) (e : TableWitness) : Bool :=
  Nat.beq (nth 0 e.posRow t.n) t.last &&
  (Frame.of t.bits t.v (Nat.succ t.width)).force fun F => allBelow t.v fun m =>
    Nat.force (nth 0 t.position m) fun X =>
    lanesWithin F.mask X && allBelow t.n fun p => F.noBetterThan m X (nth 0 e.posRow p)

/-- Do the literals about the query `q` agree with the scores?  `lows`, `highs` bound the factors of tokens, `posLows`, `posHighs` those of
positions, for the arguments `args`, `posArgs`. -/
def scoresAs (t : Tables) (e : TableWitness) (F G : Frame) (num den B : Nat) (C : PackedCircuits)
    (args lows highs posArgs posLows posHighs : List Nat) (q : Nat) : Bool :=
  (F.fallsAs num den (nth 0 C.EQKE q) (nth 0 e.tokenTop q) (nth 0 args q) &&
    G.fallsAs num den (nth 0 C.EQKP q) (nth 0 e.posTop q) (nth 0 posArgs q)) &&
  forcePairs (lanePair G.bits G.count (nth 0 posLows q) (nth 0 posHighs q)) fun fs =>
  t.queryAs F B q (nth 0 lows q) (nth 0 highs q) fs

/-- Do the literals about all queries agree with the scores? -/
def queriesAs (t : Tables) (w : Weights) (c : Params) (e : TableWitness) (C : PackedCircuits) : Bool :=
  (Frame.of e.scoreBits t.v e.argBits).force fun F => (Frame.of e.scoreBits (Nat.succ t.n) e.argBits).force fun G =>
  Nat.force (argNum w c) fun num => Nat.force (scoreDen w) fun den => Nat.force (Nat.mul 3 (Nat.pow 2 t.width)) fun B =>
  Nat.force c.form.error fun error => sideRows c.form error e.scoreBits t.v t.v e.argBits e.tokenArg fun args lows highs =>
  sideRows c.form error e.scoreBits (Nat.succ t.n) t.v e.argBits e.posArg fun posArgs posLows posHighs =>
  allBelow t.v (t.scoresAs e F G num den B C args lows highs posArgs posLows posHighs)

/-- Do the literals agree with the model? -/
def check (t : Tables) (w : Weights) (c : Params) (e : TableWitness) : Bool :=
  (w.wellFormed && (Nat.beq w.d_vocab t.v && Nat.beq w.n_ctx (Nat.succ t.n))) &&
  ((Nat.beq c.width t.width && Nat.beq c.prec t.prec) && ((t.lanesFit w c e && joinedFit w e.scoreBits t.bits) &&
  joinedCircuits w e.scoreBits t.bits fun C =>
    t.logitsAs w c e C && (t.positionsAs e && t.queriesAs w c e C)))

end
end Tables
end Compact
