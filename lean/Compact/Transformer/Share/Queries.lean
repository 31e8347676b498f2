prelude
import Compact.Packed.ExpRows
import Compact.Transformer.Share.Data
import Compact.Transformer.Share.Table
/-!
# What stands of each query

The packed rows of circuits, and what a certificate says of each query; `queryLists` are put side by side before queries are checked.
-/
namespace Compact
noncomputable section

/-- The packed rows of circuits: scores of tokens and positions (in lanes of `scoreBits` bits), logits (in lanes of `bits` bits). -/
structure ShareRows where
  scores : List Nat
  /-- Bounds of what is left of the scores. -/
  scoreRest : List Nat
  posScores : List Nat
  token : List Nat
  /-- For each position: its own row and the base of the direct path. -/
  common : List Nat
  direct : List Nat
  /-- Bounds of what is left of the direct path. -/
  directRest : List Nat

/-- Arguments of `exp`, and lower and upper bounds of the exponentials, for each query. -/
structure ExpRows where
  args : List Nat
  lows : List Nat
  highs : List Nat

/-- What stands of one query in the rows of circuits and in the lists of a certificate. -/
structure QueryData where
  scores : Nat
  scoreRest : Nat
  posScores : Nat
  direct : Nat
  directRest : Nat
  tokenTop : Nat
  /-- The arguments of `exp` of all key tokens, and bounds of the exponentials. -/
  tokenArg : Nat
  tokenLow : Nat
  tokenHigh : Nat
  posTop : Nat
  /-- The same of all key positions. -/
  posArg : Nat
  posLow : Nat
  posHigh : Nat
  low : Nat
  high : Nat
  directFirst : Nat
  directSecond : Nat

/-- The lists that hold what stands of queries. -/
def ShareData.queryLists (c : ShareData) (K : ShareRows) (A B : ExpRows) : List (List Nat) :=
  [K.scores, K.scoreRest, K.posScores, K.direct, K.directRest, c.tokenTop, A.args, A.lows, A.highs, c.posTop, B.args, B.lows, B.highs,
    c.low, c.high, c.directFirst, c.directSecond]

/-- A row of the table of these lists. -/
def QueryData.of (xs : List Nat) : QueryData :=
  ⟨nth 0 xs 0, nth 0 xs 1, nth 0 xs 2, nth 0 xs 3, nth 0 xs 4, nth 0 xs 5, nth 0 xs 6, nth 0 xs 7, nth 0 xs 8, nth 0 xs 9, nth 0 xs 10, nth 0 xs 11,
    nth 0 xs 12, nth 0 xs 13, nth 0 xs 14, nth 0 xs 15, nth 0 xs 16⟩

/-- Units that all queries share: of scores and of arguments of `exp`, and of the direct path. -/
structure Units where
  num : Nat
  den : Nat
  argNum : Nat
  argDen : Nat
  direct : Nat

/-- The units of a model and a certificate. -/
def Units.of (w : Weights) (c : ShareData) : Units :=
  ⟨scoreNum w, scoreDen w, Nat.mul (scoreNum w) (Nat.pow 2 (Nat.mul 2 c.expHalf)), scoreDen w, Nat.pow 2 (Nat.mul 2 w.frac)⟩

/-- Evaluate the units, then go on with them. -/
def Units.force {α : Type} (u : Units) (k : Units → α) : α :=
  Nat.force u.num fun num => Nat.force u.den fun den => Nat.force u.argNum fun argNum => Nat.force u.argDen fun argDen =>
  Nat.force u.direct fun direct => k ⟨num, den, argNum, argDen, direct⟩

end

/-- What the table of lists says of a query. -/
theorem QueryData.of_table (c : ShareData) (K : ShareRows) (A B : ExpRows) {n q : Nat} (hq : q < n) :
    QueryData.of ((table n (c.queryLists K A B)).getD q []) =
    ⟨K.scores.getD q 0, K.scoreRest.getD q 0, K.posScores.getD q 0, K.direct.getD q 0, K.directRest.getD q 0, c.tokenTop.getD q 0,
      A.args.getD q 0, A.lows.getD q 0, A.highs.getD q 0, c.posTop.getD q 0, B.args.getD q 0, B.lows.getD q 0, B.highs.getD q 0, c.low.getD q 0, c.high.getD q 0, c.directFirst.getD q 0, c.directSecond.getD q 0⟩ := by
  rw [getD_table _ hq]
  rfl

theorem Units.force_eq {α : Type} (u : Units) (k : Units → α) : u.force k = k u := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

end Compact
