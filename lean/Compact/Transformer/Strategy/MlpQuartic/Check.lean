prelude
import Compact.Transformer.General.HeadPair
import Compact.Transformer.Strategy.MlpBruteForce.Check
/-!
# Strategy: quartic, for a model with one head and an MLP: the check

For each query `q` and maximum `m` there is a model without an MLP that is answered correctly less often: each neuron enters by a slope
that the certificate chooses (0 or 1, for each maximum), and what is left of its ReLU is bounded for each token, over all positions.  Its
rows of logits are evaluated here (`tokenRow`, `posRow`, `directRow`), from rounded tables of models without an MLP
(`MlpBruteForce.part`); with these rows the classes of inputs are counted as by quartic, with mixture.
Definitions only; `Strategy/MlpQuartic.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
noncomputable section
open BruteForce (packAll)
open HeadsBruteForce (HeadTables)
open MlpBruteForce (withParts withNeuronRows ranges readLanes marked join mlpFits)

/-! ## Rows -/

/-- What all rows share: bits of a lane, tokens, the last output, one in every lane, top bits. -/
structure Lanes where
  L : Nat
  v : Nat
  z : Nat
  one : Nat
  tops : Nat

/-- Each row with its number. -/
def mapRows (f : Nat → Nat → Nat) (rows : List Nat) : Nat → List Nat :=
  fold (fun row ih j => f j row :: ih (Nat.succ j)) (fun _ => []) rows

/-- The slope of a neuron, 0 or 1. -/
def slope (slopes j : Nat) : Nat := Nat.mod (Nat.shiftRight slopes j) 2

/-- Rows of `W_out W_U` from above: the largest entry less each. -/
def barRow (xs : List Nat) : List Nat := Nat.force (maxList xs) fun top => mapFold (fun x => Nat.sub top x) xs

/-- The rows of neurons of slope 1, zero for the others. -/
def sloped (slopes : Nat) (rows : List Nat) : List Nat := mapRows (fun j row => Nat.mul (slope slopes j) row) rows 0

/-- The row of a neuron, where it is above its entry at `m`, and that entry elsewhere. -/
def overAt (F : Lanes) (m row : Nat) : Nat := lanesMax F.tops (Nat.sub F.L 1) row (Nat.mul (readLane F.L row m) F.one)

/-- These rows for the neurons of slope 0, and for those of slope 1; zero for the others. -/
def overs (F : Lanes) (slopes m : Nat) (rows : List Nat) : List Nat :=
  mapRows (fun j row => Nat.mul (Nat.sub 1 (slope slopes j)) (overAt F m row)) rows 0
def oversSloped (F : Lanes) (slopes m : Nat) (rows : List Nat) : List Nat :=
  mapRows (fun j row => Nat.mul (slope slopes j) (overAt F m row)) rows 0

/-- A block's lanes above its last, and below it. -/
def above (F : Lanes) (N : Nat) : Nat := lanesMonus F.tops (Nat.sub F.L 1) N (Nat.mul (readLane F.L N F.z) F.one)
def below (F : Lanes) (N : Nat) : Nat := lanesMonus F.tops (Nat.sub F.L 1) (Nat.mul (readLane F.L N F.z) F.one) N

/-- The lanes of all blocks, `f` applied to each block's row. -/
def lanesOf (F : Lanes) (f : Nat → Nat) (blocks : List Nat) : List Nat :=
  fold (fun N ih => Nat.force (marked F.L N (f N)) fun A => join (readLanes F.L A F.z 1) ih) [] blocks

/-- What a number of neurons, given by a row for each block, adds to the logits: slopes 1 only. -/
def combined (F : Lanes) (outs bars blocks : List Nat) : Nat :=
  Nat.add (dot (lanesOf F (above F) blocks) outs) (dot (lanesOf F (below F) blocks) bars)

/-- The lanes of the positions, shifted up by `W` at the last lane; the largest of them, lane by lane. -/
def posTop (F : Lanes) (W : Nat) (rows : List Nat) : Nat :=
  fold (fun N ih => lanesMax F.tops (Nat.sub F.L 1) (Nat.add N (Nat.mul (Nat.sub W (readLane F.L N F.z)) F.one)) ih) 0 rows
/-- The same with the opposite sign. -/
def posLow (F : Lanes) (W : Nat) (rows : List Nat) : Nat :=
  fold (fun N ih => lanesMax F.tops (Nat.sub F.L 1) (Nat.sub (Nat.mul (Nat.add W (readLane F.L N F.z)) F.one) N) ih) 0 rows

/-- What is left of a ReLU of slope 0 at most, lane by lane: for a query, a token and all positions. -/
def leftAbove (F : Lanes) (W direct token top : Nat) : Nat :=
  lanesMonus F.tops (Nat.sub F.L 1) (Nat.add (Nat.add (Nat.add direct token) top) (Nat.mul 3 F.one))
    (Nat.mul (Nat.add (Nat.add (readLane F.L direct F.z) (readLane F.L token F.z)) W) F.one)
/-- The same of slope 1. -/
def leftBelow (F : Lanes) (W direct token low : Nat) : Nat :=
  lanesMonus F.tops (Nat.sub F.L 1)
    (Nat.add low (Nat.mul (Nat.add (Nat.add (readLane F.L direct F.z) (readLane F.L token F.z)) 3) F.one))
    (Nat.add (Nat.add direct token) (Nat.mul W F.one))

end
end MlpQuartic
end Transformer
end Compact
