prelude
import Compact.Packed.ExpRows
import Compact.Packed.Slice
import Compact.Transformer.Share.Data
import Compact.Transformer.Share.Table
/-!
# What stands of each query

The packed rows of circuits, and what a certificate says of each query; `queryLists` are put side by side before queries are checked.
A check looks at a block of queries: rows of queries are those of the block.
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
  sizes : Nat

/-- The lists that hold what stands of queries, the first of which is `lo`. -/
def ShareData.queryLists (c : ShareData) (lo : Nat) (K : ShareRows) (A B : ExpRows) : List (List Nat) :=
  [K.scores, K.scoreRest, K.posScores, K.direct, K.directRest, dropped lo c.tokenTop, A.args, A.lows, A.highs, dropped lo c.posTop, B.args, B.lows,
    B.highs, dropped lo c.low, dropped lo c.high, dropped lo c.directFirst, dropped lo c.directSecond, dropped lo c.sizes]

/-- A row of the table of these lists. -/
def QueryData.of (xs : List Nat) : QueryData :=
  ⟨nth 0 xs 0, nth 0 xs 1, nth 0 xs 2, nth 0 xs 3, nth 0 xs 4, nth 0 xs 5, nth 0 xs 6, nth 0 xs 7, nth 0 xs 8, nth 0 xs 9, nth 0 xs 10, nth 0 xs 11,
    nth 0 xs 12, nth 0 xs 13, nth 0 xs 14, nth 0 xs 15, nth 0 xs 16, nth 0 xs 17⟩

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
theorem QueryData.of_table (c : ShareData) (lo : Nat) (K : ShareRows) (A B : ExpRows) {n i : Nat} (hi : i < n) :
    QueryData.of ((table n (c.queryLists lo K A B)).getD i []) =
    ⟨K.scores.getD i 0, K.scoreRest.getD i 0, K.posScores.getD i 0, K.direct.getD i 0, K.directRest.getD i 0, (dropped lo c.tokenTop).getD i 0,
      A.args.getD i 0, A.lows.getD i 0, A.highs.getD i 0, (dropped lo c.posTop).getD i 0, B.args.getD i 0, B.lows.getD i 0, B.highs.getD i 0,
      (dropped lo c.low).getD i 0, (dropped lo c.high).getD i 0, (dropped lo c.directFirst).getD i 0, (dropped lo c.directSecond).getD i 0,
      (dropped lo c.sizes).getD i 0⟩ := by
  rw [getD_table _ hi]
  rfl

theorem Units.force_eq {α : Type} (u : Units) (k : Units → α) : u.force k = k u := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

end Compact
