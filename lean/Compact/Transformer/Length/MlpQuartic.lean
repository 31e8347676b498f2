prelude
import Compact.Transformer.Length.MlpBruteForce
import Compact.Transformer.Strategy.MlpQuartic
/-! # The length of a proof by quartic for a model with an MLP -/
namespace Compact
namespace Transformer
namespace MlpQuartic
noncomputable section
open Compact.Length (wordsOf)
open MlpBruteForce (neuronsOf partsOf neuronsLength)

/-- How many lanes of neurons there are (`placesOf`). -/
def placesLength (w : Transformer.Weights) : Nat :=
  Nat.force (Nat.add 1 (Nat.sub w.d_vocab 2)) fun z =>
  Nat.succ (Nat.add (Nat.mul w.d_vocab (Nat.div (neuronsOf w) z)) (Nat.mod (neuronsOf w) z))

/-- A product of a row of neurons with one column; its products with the columns of all outputs (`withColumns`). -/
def productLength (c : Certificate) (places : Nat) : Nat := Nat.add (wordsOf c.lane (Nat.mul 2 places)) 2
def sumsLength (c : Certificate) (v places : Nat) : Nat := Nat.add (Nat.mul v (productLength c places)) (Compact.Length.joined c.bits v)

/-- A row of logits of `r` words with what neurons of slope 1 add to it (`Sums.unrounded`), where these take so much. -/
def unrounded (r sums : Nat) : Nat := Nat.add (Nat.mul 2 sums) (Nat.mul 4 r)

/-- `tablesCheck` -/
def tablesLength (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force (Nat.succ c.cellBits) fun B =>
  Nat.add (Length.folded (w.headAt B 0) B) (Compact.Length.tables (w.headAt B 0) c.toParams c.bits c.argBits)

/-- Lanes of neurons above and below the last of their block, of all rows, and what is left of ReLUs of each query and token. -/
def lanesLength (v p parts each all : Nat) : Nat :=
  Nat.add (Nat.mul (Nat.mul 2 (Nat.add (Nat.mul 2 v) p)) (Nat.add (Nat.mul (Nat.mul 5 parts) each) (Nat.mul 4 all)))
    (Nat.mul (Nat.mul 2 (Nat.mul v v)) (Nat.add (Nat.mul (Nat.mul 8 parts) each) (Nat.mul 3 all)))

/-- Of each block of queries: rows of logits and of neurons. -/
def blockLength (w : Transformer.Weights) (c : Certificate) (places : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (partsOf w) fun parts => Nat.force (Nat.succ c.cellBits) fun B =>
  Nat.add (Nat.add (Nat.mul (Nat.succ parts) (Nat.add (Length.folded (w.headAt B 0) B) (Compact.Length.logitCircuits (w.headAt B 0) (logitLane (w.headAt B 0)))))
      (Nat.add (Length.listed v p c.bits) (Nat.mul parts (Length.listed v p c.lane))))
    (Nat.add (Nat.add (neuronsLength w c.cellBits c.lane) (Nat.mul (Nat.mul 4 v) (Compact.Length.joined c.lane places)))
      (lanesLength v p parts (wordsOf c.lane v) (wordsOf c.lane places)))

/-- The rows of all maxima; `over` for the columns of each. -/
def maximaLength (c : Certificate) (v p r places each over : Nat) : Nat :=
  Nat.add (total v fun m => Nat.mul (Nat.add (Nat.succ m) p) each)
    (Nat.mul v (Nat.add (Nat.mul 2 (Nat.add (Compact.Length.joined c.lane places) (Nat.mul 3 places))) (Nat.add over (Nat.mul (Nat.mul 5 p) r))))

/-- How many classes of a pair are tested: all, or that with the most other tokens, which decides for all. -/
def classesTested (c : Certificate) (code : Nat) : Nat := Bool.rec (motive := fun _ => Nat) c.n 1 (Nat.beq (Nat.mod code 2) 1)

/-- The rows of a pair that are compared, and its classes. -/
def testsLength (c : Certificate) (r m code : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 20 r) (Nat.mul (Nat.mul 5 m) r))
    (Nat.mul (classesTested c code) (Nat.add (Nat.mul 10 r) (Nat.mul m (Nat.add 12 (Nat.mul 4 r)))))

/-- A pair of a query and a maximum that is counted: the direct path; a row for each token, for which `over` is added; and tests. -/
def pairLength (c : Certificate) (r each over m code : Nat) : Nat :=
  Nat.add (Nat.add each (Nat.mul 2 r)) (Nat.add (Nat.mul (Nat.succ m) (Nat.add over (Nat.mul 3 r))) (testsLength c r m code))

/-- The operations, if the columns of each maximum take `columns`, and what is added to the row of each token `over`. -/
def operationsOf (w : Transformer.Weights) (c : Certificate) (places columns over : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (wordsOf c.bits v) fun r =>
  Nat.force (unrounded r (sumsLength c v places)) fun each =>
  Nat.add (Nat.add (tablesLength w c) (Nat.mul (fold (fun _ ih => Nat.succ ih) 0 c.blocks)
      (Nat.add (blockLength w c places) (maximaLength c v p r places each columns))))
    (total v fun m => Nat.force m fun m => total (Nat.succ m) fun q => Nat.rec (motive := fun _ => Nat) 0
      (fun code _ => pairLength c r each over m code) (nth 0 (nth [] c.levels m) q))

/-- Operations of `MlpQuartic.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force (placesLength w) fun places =>
  operationsOf w c places (Nat.mul (Nat.mul 4 (wordsOf c.lane places)) w.d_vocab) (sumsLength c w.d_vocab places)

end
end MlpQuartic
end Transformer
end Compact
