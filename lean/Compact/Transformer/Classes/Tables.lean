prelude
import Compact.Transformer.Classes.Masses
import Compact.Transformer.Classes.Mix
import Compact.Packed.Lanes
import Compact.Packed.Widen
/-!
# Tables of a model, as data

The rounded tables of a model are costly to evaluate.  A certificate repeats, as packed literals, what strategies
that count classes need of them; one theorem checks the literals (`Classes/Check.lean`), and the counting, which may
be split over many theorems, starts from the literals.  `Tables.Describe` says what each literal stands for.
-/
namespace Compact

/-- What strategies that count classes know of a model: packed lists of lanes of `bits` bits. -/
structure Tables where
  /-- Bits of a lane. -/
  bits : Nat
  /-- Number of tokens. -/
  v : Nat
  /-- Number of positions less one: the query's own position. -/
  n : Nat
  /-- Bits of an entry of a row of logits. -/
  width : Nat
  /-- Factors of tokens and of positions are at most `2^prec`. -/
  prec : Nat
  /-- For each token `k`: the row of logits when the head attends to it. -/
  token : List Nat
  /-- For each query: the row of logits of the direct path. -/
  direct : List Nat
  /-- The row of logits when the head attends to the query's own position. -/
  last : Nat
  /-- For each maximum: a row that stands for the rows of logits of all other positions. -/
  position : List Nat
  /-- For each query: the lower bounds of the factors of all tokens. -/
  tokenLo : List Nat
  /-- For each query: the lower bound of the factor of its own position. -/
  own : List Nat
  /-- For each query: the weight of all other positions. -/
  mass : List Nat
  /-- For each query: the least weight of `0, 1, ..., n` of the other positions. -/
  low : List Nat
  /-- For each query: the greatest weight of `0, 1, ..., n` of the other positions. -/
  high : List Nat
  /-- For each query: the slack for all maxima. -/
  slack : List Nat

/-- What makes the check of tables fast, and is checked with them.  Wrong witnesses prove nothing. -/
structure TableWitness where
  /-- Bits of a lane of scores. -/
  scoreBits : Nat
  /-- Bits of an argument of `exp`. -/
  argBits : Nat
  /-- For each query: a key token with the largest score. -/
  tokenTop : List Nat
  /-- For each query: the arguments of `exp` of all key tokens, in lanes of scores. -/
  tokenArg : List Nat
  /-- For each query: a key position with the largest score. -/
  posTop : List Nat
  /-- For each query: the arguments of `exp` of all key positions, in lanes of scores. -/
  posArg : List Nat
  /-- For each token `k`: an output with the smallest logit when the head attends to it. -/
  tokenLeast : List Nat
  /-- For each query: an output with the smallest logit of the direct path. -/
  directLeast : List Nat
  /-- For each position: an output with the smallest logit when the head attends to it. -/
  posLeast : List Nat
  /-- For each position: the row of logits when the head attends to it. -/
  posRow : List Nat

namespace Tables

/-- The row `i` of a table, read at the lane `j`. -/
def entry (t : Tables) (rows : List Nat) (i j : Nat) : Nat := digit t.bits (rows.getD i 0) j

/-- All sums of three logits are at most this. -/
def ceiling (t : Tables) : Nat := 3 * 2 ^ t.width

/-- The literals `t` say the truth about the rounded tables `T`. -/
structure Describe (t : Tables) (T : Enclosure) : Prop where
  narrow : T.narrow t.width = true
  tokenLo_le (q k : Nat) : q < t.v → k < t.v → T.tokenLo q k ≤ 2 ^ t.prec
  token (k : Nat) : k < t.v → t.token.getD k 0 = pack t.bits t.v (T.token k)
  direct (q : Nat) : q < t.v → t.direct.getD q 0 = pack t.bits t.v (T.direct q)
  last : t.last = pack t.bits t.v (T.pos t.n)
  position (m : Nat) : m < t.v → ∃ X, t.position.getD m 0 = pack t.bits t.v X ∧ T.NoBetter X t.v t.n m ∧
    ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width
  tokenLo (q k : Nat) : q < t.v → k < t.v → t.entry t.tokenLo q k = T.tokenLo q k
  own (q : Nat) : q < t.v → t.own.getD q 0 = T.posLo q t.n
  mass (q : Nat) : q < t.v → t.mass.getD q 0 = T.mass q t.n
  weights (q k : Nat) : q < t.v → k ≤ t.n →
    MassDescribe t.bits t.n (T.mass q t.n) (t.low.getD q 0) (t.high.getD q 0) (T.posLows q t.n) k
  slack (q m : Nat) : q < t.v → m < t.v →
    ∃ S, t.entry t.slack q m = T.totalSlack t.ceiling t.n q S ∧ T.SlackLe t.ceiling t.n q m S

end Tables
end Compact
