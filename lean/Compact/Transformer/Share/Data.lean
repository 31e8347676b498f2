prelude
import Compact.Transformer.Chain.Enclose
import Compact.Field.ExpBits
import Compact.Literal
import Compact.Transformer.Enclosure.Compute
import Compact.Packed.Widen
import Compact.Transformer.Share.Tops
/-!
# What a certificate of shares holds

Of the circuits nothing: these are evaluated from the weights.  It says how they are enclosed, where rows are largest, what `exp` is
asked for, and how many tokens each class may hold at which levels.
-/
namespace Compact

/-- How a model is enclosed and which tokens classes may hold.  Any values are sound. -/
structure ShareData extends Params where
  /-- Of what can be spared, in how many parts it is divided, and bits of a number of inputs. -/
  parts : Nat
  countBits : Nat
  /-- Bits of a lane of logits; in `Params`, `shift` bits are dropped from margins, and `2^width` stands for the margin 0. -/
  bits : Nat
  /-- Bits of a lane of scores and of softmax factors. -/
  scoreBits : Nat
  /-- Bits of an argument of `exp`. -/
  argBits : Nat
  /-- The low and the high bits of an argument of `exp`; see `ExpParams`. -/
  expHalf : Nat
  expHigh : Nat
  /-- Bits of an entry of a column or row that is taken off a circuit. -/
  vecBits : Nat
  /-- Factors are multiplied by `2^` so much before parts are taken off: parts of a scale of their own. -/
  finer : Nat
  /-- Number of tokens, and of positions less one. -/
  v : Nat
  n : Nat
  /-- How scores of tokens (`EQKE`) are enclosed; see `Part`. -/
  qkExact : Nat
  qkPeels : List (List Nat)
  qkPlans : List Nat
  /-- How the direct path is enclosed: a row that is taken off all rows of `W_E + W_pos`, and then see `Part`. -/
  euBase : Nat
  euExact : Nat
  euPeels : List (List Nat)
  euPlans : List Nat
  /-- For each query: a key token and a key position with the largest score, and the arguments of `exp` of all. -/
  tokenTop : List Nat
  tokenArg : List Nat
  posTop : List Nat
  posArg : List Nat
  /-- For each query: the least and the greatest weight of `0, 1, ..., n` positions. -/
  low : List Nat
  high : List Nat
  /-- For each token: the outputs with the largest and the second largest logit when the head attends to it. -/
  tokenFirst : List Nat
  tokenSecond : List Nat
  /-- For each query: the same of what is left of the direct path. -/
  directFirst : List Nat
  directSecond : List Nat
  /-- How attention is bounded: 0 for plain ends; else mean + difference, with bases in units of `2^-baseBits`. -/
  attention : Nat
  baseBits : Nat
  /-- For each maximum, the numbers of its ends (`Ends.of`). -/
  ends : List (List Nat)
  /-- Bits of a number of tokens; of a step, which is that and a level; of the number of steps of a class; and of all that is said of a class. -/
  sizeBits : Nat
  stepBits : Nat
  stepsBits : Nat
  classBits : Nat
  /-- For each query, packed: for each maximum from it on, 0 if nothing is counted, else one more than what is said of its `n` classes. -/
  sizes : List Nat

namespace ShareData

/-- How exponentials of scores are bounded. -/
def exps (c : ShareData) : ExpParams := ⟨c.prec, c.expHalf, c.expHigh⟩

/-- How scores are enclosed. -/
def qk (c : ShareData) : Part := ⟨c.qkExact, c.qkPeels, c.qkPlans⟩

/-- How the direct path is enclosed. -/
def eu (c : ShareData) : Part := ⟨c.euExact, c.euPeels, c.euPlans⟩

/-- How rows of logits are read. -/
def scale (c : ShareData) : Scale := ⟨c.bits, c.v, c.shift, Nat.pow 2 c.width⟩

end ShareData

/-- What is known of one query. -/
structure Seen where
  /-- Lower and upper bounds of the factors of all tokens, packed, and running maxima of the latter. -/
  lows : Nat
  highs : Nat
  large : Nat
  /-- The weight of the query's own position, from below and above. -/
  own : Nat
  ownHigh : Nat
  /-- The weight of all other positions, from below, and what it may exceed that by; and what none of them exceeds. -/
  mass : Nat
  spread : Nat
  heaviest : Nat
  /-- The least and greatest weights of `0, 1, ..., n` positions, packed. -/
  low : Nat
  high : Nat
  /-- The unit of lower bounds of factors. -/
  unit : Nat
  /-- What is said of classes. -/
  sizes : Nat
  /-- What is left of the direct path. -/
  direct : Tops
  /-- The row of the query's token. -/
  token : Tops

/-- What is read when there is no such query. -/
noncomputable def noSeen : Seen := ⟨0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, noTops, noTops⟩

/-- Evaluate the numbers, then go on with them. -/
noncomputable def Seen.force {α : Type} (s : Seen) (k : Seen → α) : α :=
  Nat.literal s.lows fun lows => Nat.literal s.highs fun highs => Nat.literal s.large fun large =>
  Nat.literal s.own fun own => Nat.literal s.ownHigh fun ownHigh => Nat.literal s.mass fun mass => Nat.literal s.spread fun spread =>
  Nat.literal s.heaviest fun heaviest => Nat.literal s.low fun low => Nat.literal s.high fun high => Nat.literal s.unit fun unit =>
  Nat.literal s.sizes fun sizes => k ⟨lows, highs, large, own, ownHigh, mass, spread, heaviest, low, high, unit, sizes, s.direct, s.token⟩

theorem Seen.force_eq {α : Type} (s : Seen) (k : Seen → α) : s.force k = k s := by
  unfold force
  rw [Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq,
    Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq]

end Compact
