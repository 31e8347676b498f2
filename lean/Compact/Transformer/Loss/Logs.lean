prelude
import Compact.Packed.Dot
import Compact.Packed.ExpRows
import Compact.Packed.CountLanes
import Compact.Transformer.Minimum.Check
import Compact.Transformer.Classes.Tables
import Compact.Packed.TableRow
/-!
# Checking the logarithms of a certificate

For each query and each token a certificate gives two logarithms (`full`, `but`), as arguments of exponentials.  `logsAs` compares the
exponentials with sums over outputs of products: one factor for the direct path, one for the token together with a row `positions`
that stands for all positions.  All exponentials of a table are bounded at once (`Packed/ExpRows.lean`), and the sums of a query for
all tokens are one combination of packed rows.  What it shows is in `Loss/Describe.lean`.
-/
namespace Compact
noncomputable section

/-- The logarithms of a model, as data: packed lists of lanes of `Tables.bits` bits. -/
structure LossTable where
  /-- How exponentials of logits are bounded (`ExpParams`). -/
  expPrec : Nat
  expHalf : Nat
  expHigh : Nat
  /-- The same for logarithms, which are smaller: `expHalf` and this are the bits that they have. -/
  logHigh : Nat
  /-- No rounded logit of a direct path is larger; none of a token and the row for positions together. -/
  topDirect : Nat
  topToken : Nat
  /-- The row that stands for all positions. -/
  positions : Nat
  /-- For each maximum: what its own entry in that row has to be. -/
  entries : List Nat
  /-- For each query, of each token: `ceiling` less the logarithm of the sum over all outputs. -/
  full : List Nat
  /-- The same without the output that is the token. -/
  but : List Nat

namespace LossTable
variable (C : LossTable) (t : Tables)

/-- How exponentials are bounded. -/
def params : ExpParams := ⟨C.expPrec, C.expHalf, C.expHigh⟩

/-- How exponentials of logarithms are bounded. -/
def logParams : ExpParams := ⟨C.expPrec, C.expHalf, C.logHigh⟩

/-- What logarithms are subtracted from. -/
def ceiling : Nat := Nat.add C.topDirect C.topToken

/-- Arguments of the direct paths, for each query a row over outputs. -/
def directArgs (one : Nat) : List Nat :=
  Nat.force (Nat.mul C.topDirect one) fun top => tabulateFold (fun q => Nat.sub top (nth 0 t.direct q)) t.v 0

/-- A column of the table of tokens: the rounded logits of one output, for all tokens. -/
def column (m : Nat) : Nat := packFrom t.bits (fun s => readLane t.bits (nth 0 t.token s) m) t.v

/-- The largest rounded logit of the output `m` that a token may have. -/
def tokenTop (m : Nat) : Nat := Nat.sub C.topToken (readLane t.bits C.positions m)

/-- Arguments of tokens, for each output a row over tokens. -/
def tokenArgs (one : Nat) (columns : List Nat) : List Nat :=
  tabulateFold (fun m => Nat.force m fun m => Nat.sub (Nat.mul (C.tokenTop t m) one) (nth 0 columns m)) t.v 0

/-- Are all rounded logits as small as is said? -/
def topsFit (tops one : Nat) (columns : List Nat) : Bool :=
  (Nat.ble C.topDirect (Nat.pow 2 t.width) && Nat.ble C.topToken (Nat.mul 2 (Nat.pow 2 t.width))) &&
  Nat.force (Nat.mul C.topDirect one) fun top => allBelow t.v fun m => Nat.force m fun m =>
    lanesLe tops (nth 0 t.direct m) top && (Nat.ble (readLane t.bits C.positions m) C.topToken &&
      lanesLe tops (nth 0 columns m) (Nat.mul (C.tokenTop t m) one))

/-- A row, without the lane `m`. -/
def without (L m N : Nat) : Nat := Nat.sub N (Nat.shiftLeft (readLane L N m) (Nat.mul L m))

/-- Are the first `n` entries of two lists the same? -/
def sameLists (n : Nat) (xs ys : List Nat) : Bool := allBelow n fun i => Nat.beq (nth 0 xs i) (nth 0 ys i)

/-- Are the combinations of the rows `bs` at most the bounds `lows`, for all queries? -/
def sumsFit (tops : Nat) (as : List (List Nat)) (bs lows : List Nat) : Bool :=
  Nat.force (Nat.pow 2 C.expPrec) fun one =>
  allBelow t.v fun q => lanesLe tops (dot (nth [] as q) bs) (Nat.mul one (nth 0 lows q))

/-- The exponentials of logarithms are at least the combinations of the rows `bs`. -/
def rowsAs (tops : Nat) (as : List (List Nat)) (bs logs : List Nat) : Bool :=
  expRows C.logParams t.bits t.v t.v (Nat.add C.expHalf C.logHigh) logs fun ys lows _ => sameLists t.v logs ys && C.sumsFit t tops as bs lows

/-- Do the logarithms agree with the rounded logits? -/
def logsAs : Bool :=
  ((C.params.rowsFit t.bits (Nat.add t.width 2) && (C.logParams.rowsFit t.bits (Nat.add C.expHalf C.logHigh) && Nat.ble (Nat.add C.expHalf C.logHigh) (Nat.add t.width 2))) && Nat.ble (Nat.succ (Nat.mul t.v (Nat.pow 2 (Nat.add (Nat.mul 2 C.expPrec) 2)))) (Nat.pow 2 (Nat.sub t.bits 1))) &&
  Nat.force (ones t.bits t.v) fun one => lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 t.width) 1) one) C.positions &&
  Nat.force (Nat.mul (Nat.pow 2 (Nat.sub t.bits 1)) one) fun tops =>
  forceList (tabulateFold (column t) t.v 0) fun columns => C.topsFit t tops one columns &&
  forceList (C.directArgs t one) fun args => expRows C.params t.bits t.v t.v (Nat.add t.width 2) args fun ys _ highs => sameLists t.v args ys &&
  forceRows (tabulateFold (fun q => unpack t.bits t.v (nth 0 highs q)) t.v 0) fun as =>
  forceList (C.tokenArgs t one columns) fun args => expRows C.params t.bits t.v t.v (Nat.add t.width 2) args fun ys _ highs => sameLists t.v args ys &&
  forceList (tabulateFold (fun m => nth 0 highs m) t.v 0) fun bs => C.rowsAs t tops as bs C.full &&
  forceList (tabulateFold (fun m => Nat.force m fun m => without t.bits m (nth 0 highs m)) t.v 0) fun bs => C.rowsAs t tops as bs C.but

/-- The row that stands for positions, with the entry of the maximum `m`. -/
def positionsFor (m : Nat) : Nat := Nat.add (without t.bits m C.positions) (Nat.shiftLeft (nth 0 C.entries m) (Nat.mul t.bits m))

/-- Does that row favour no maximum more than any position does? -/
def positionsAs : Bool :=
  Nat.ble (Nat.add t.width 4) t.bits && (Frame.of t.bits t.v (Nat.add t.width 2)).force fun F => allBelow t.v fun m => Nat.force m fun m =>
    Nat.ble (Nat.succ (nth 0 C.entries m)) (Nat.pow 2 t.width) && Nat.force (C.positionsFor t m) fun X =>
    F.noBetterThan m X (nth 0 t.position m) && F.noBetterThan m X t.last

/-- Is the unit of rounded logits that of the exponentials? -/
def unitAs (w : Weights) (c : Params) : Bool := Nat.beq (Nat.add (Nat.mul 2 C.expHalf) c.shift) (Nat.mul 4 w.frac)

/-- The check of the logarithms. -/
def check (w : Weights) (c : Params) : Bool := (C.unitAs w c && C.positionsAs t) && C.logsAs t

end LossTable
end
end Compact
