prelude
import Compact.Transformer.Strategy.BruteForce.Tables
import Compact.Packed.Lanes
import Compact.Counting.Tree
/-!
# Brute force: the checker

Every input is evaluated.  For each query token the checker packs, for every position and token, the logits that
a path through them gives, scaled by the lower bound of their softmax factor (one natural: a lane an output token),
and the slack that rounding may cost.  The margin of an input is separable, so its packed logits are the sum over
its positions, and one lane test compares all outputs with the right answer.

`check` counts the inputs that pass (`right`).  The certificate chooses the rounding; inputs that do not pass are skipped, so a
partly wrong model gets its true count.  That `check` is sound is proved in `Strategy/BruteForce.lean`.
-/
namespace Compact
namespace BruteForce
noncomputable section

/-- The claimed bound, and how to round. -/
structure Certificate extends Params where
  bound : Nat

/-- Bits of a lane: path logits below `3 * 2^width`, factors at most `2^(2 prec)`, `n_ctx` terms, one top bit. -/
def laneBits (w : Weights) (c : Params) : Nat :=
  Nat.add (Nat.add (Nat.add c.prec c.prec) c.width) (Nat.add (Nat.log2 w.n_ctx) 4)

/-- Packed logits and slack of one position, for a softmax factor with bounds `e.1 * f.1`, `e.2 * f.2`.  (The lower one is not forced: many
are multiples of a large power of two, and the kernel's caches tell numbers apart by their low 64 bits.) -/
def piece (B : Nat) (e f : Nat × Nat) (row : Nat) : Nat × Nat :=
  Nat.force (Nat.mul e.2 f.2) fun hi =>
  (Nat.mul (Nat.mul e.1 f.1) row, Nat.add (Nat.mul (Nat.sub hi (Nat.mul e.1 f.1)) B) (Nat.mul 3 hi))

/-- The pieces of position `p` for all tokens: `es` the token factors, `f` the position's factor, `base` the packed
direct path plus position logits, `rows` the packed token logits. -/
def pieces (B : Nat) (f : Nat × Nat) (base : Nat) (es : List (Nat × Nat)) (rows : List Nat) : List (Nat × Nat) :=
  foldZip (fun e row ih => piece B e f (Nat.add base row) :: ih) [] es rows

/-- Packed tables for one query token. -/
structure Query where
  es : List (Nat × Nat)
  fs : List (Nat × Nat)
  direct : Nat
  tokenRows : List Nat
  posRows : List Nat

/-- The pieces of the position `p`. -/
def Query.at (Q : Query) (B p : Nat) : List (Nat × Nat) :=
  pieces B (nth (0, 0) Q.fs p) (Nat.add Q.direct (nth 0 Q.posRows p)) Q.es Q.tokenRows

/-- The pieces of the positions below `p`, last first. -/
def Query.below (Q : Query) (B : Nat) : Nat → List (List (Nat × Nat)) :=
  Nat.rec (motive := fun _ => List (List (Nat × Nat))) [] fun p ih => Q.at B p :: ih

/-- Partial sums while the tokens of an input are picked, last token first. -/
structure State where
  /-- Pieces of the positions still to come. -/
  rest : List (List (Nat × Nat))
  /-- Packed logits so far. -/
  logits : Nat
  /-- Slack so far. -/
  slack : Nat
  /-- Largest token so far. -/
  max : Nat

/-- Pick the token `t`, then go on with the new state. -/
def step {α : Type} (t : Nat) (s : State) (k : State → α) : α :=
  List.rec (motive := fun _ => α) (k s)
    (fun row rest _ =>
      Nat.force (Nat.add (nth (0, 0) row t).1 s.logits) fun logits =>
      Nat.force (Nat.add (nth (0, 0) row t).2 s.slack) fun slack =>
      k ⟨rest, logits, slack, Bool.rec (motive := fun _ => Nat) t s.max (Nat.ble t s.max)⟩) s.rest

/-- What the tests of the lanes `m, m + 1, ...` need, `n` of them, evaluated; then go on with the list. -/
def forceLanes {α : Type} (L one n : Nat) : Nat → (List Lane → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Lane → α) → α) (fun _ k => k [])
    (fun _ ih m k => Nat.force m fun m => (Lane.of L one m).force fun lane => ih (Nat.succ m) fun lanes => k (lane :: lanes)) n

/-- Does the input pass? -/
def passes (lanes : List Lane) (s : State) : Bool := (nth ⟨0, 0, 0, 0, 0⟩ lanes s.max).test s.slack s.logits

/-- The number of inputs with one query token that pass: `first` are the pieces of the query's own position. -/
def countQuery (lanes : List Lane) (v n : Nat) (first : List (Nat × Nat)) (rest : List (List (Nat × Nat))) (q : Nat) : Nat :=
  forcePairRows rest fun rest => step q ⟨first :: rest, 0, 0, 0⟩ (countTreeCps v n step (passes lanes))

/-- Rows packed with lanes of `L` bits. -/
def packAll (L : Nat) (rows : List (List Nat)) : List Nat := mapFold (packList L) rows

/-- What all queries give together, if the tables are narrow enough; `each lanes v n first rest q` is what one query gives. -/
def overQueries (w : Weights) (c : Params) (each : List Lane → Nat → Nat → List (Nat × Nat) → List (List (Nat × Nat)) → Nat → Nat) : Nat :=
  roundedTables w c fun T => Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (laneBits w c) fun L => Nat.force (ones L w.d_vocab) fun one =>
     Nat.force (Nat.mul 3 (Nat.pow 2 c.width)) fun B => forceLanes L one w.d_vocab 0 fun lanes =>
     forceList (packAll L T.tokenRow) fun tokenRows => forceList (packAll L T.posRow) fun posRows =>
     forceList (packAll L T.directRow) fun directRows =>
     total w.d_vocab fun q =>
       (fun Q : Query => each lanes w.d_vocab (Nat.sub w.n_ctx 1) (Q.at B (Nat.sub w.n_ctx 1))
          (Q.below B (Nat.sub w.n_ctx 1)) q)
       ⟨nth [] T.tokenExp q, nth [] T.posExp q, nth 0 directRows q, tokenRows, posRows⟩)
    (T.narrow c.width)

end
end BruteForce
end Compact
