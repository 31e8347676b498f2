prelude
import Compact.Ball.Quotient
import Compact.Transformer.Strategy.NormedQuartic.Frame
/-!
# Quartic for a model with norms: a bias of the unembedding

Such a bias is not divided by the square root of the last norm; times that root it is worth as much as the root is, which is bounded from both sides
by sums over positions (`Normed/Root.lean`).  From above by the root `σ(z)` of what the residual stream is if all attention goes to one position;
from below by the product of that vector `z` with a vector `u`, over the root of `u`.  The vector `u` is what the stream is if all attention
goes to the maximum, at the first position.  Products of vectors are sums of four, which are known for all queries and tokens.
For a query and a maximum the rows of keys are tilted by what biases are worth.
Definitions only; `Tilt.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
noncomputable section
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (gather HeadTable biases)

/-- Two vectors less their means, multiplied, for what a head writes from a position with a token; all in one unit. -/
structure Products where
  /-- For each position, all tokens. -/
  rows : List Ball.Rows
  /-- Each with itself, by position and token. -/
  squares : List (List Ball)
  /-- By token: that at the first position with all, by position and token. -/
  cross : List (List (List Ball))

/-- What is known of a query, a position and a token. -/
structure Reach where
  /-- The product of the query's own vector with what the stream is there, and `d_model` times epsilon. -/
  mixed : Ball
  /-- The square root. -/
  root : Ball
  /-- It is at most so much, in units of `2^-extra`. -/
  top : Nat

/-- What is known of a query. -/
structure Side where
  /-- By position and token. -/
  reaches : List (List Reach)
  /-- The product of the query's own vector with what the head writes from the first position, by token. -/
  first : List Ball

/-- For a maximum: by how much the bias of each output is above and below its own, packed, and how much is missing to `most`. -/
structure Leaning where
  above : Nat
  below : Nat
  missing : Nat
  most : Nat

/-- Three lists, entry by entry, `n` entries at most. -/
def zip3 {α β γ δ : Type} (f : α → β → γ → δ) (n : Nat) : List α → List β → List γ → List δ :=
  Nat.rec (motive := fun _ => List α → List β → List γ → List δ) (fun _ _ _ => [])
    (fun _ ih xs ys zs => List.rec (motive := fun _ => List δ) [] (fun x xs _ => List.rec (motive := fun _ => List δ) []
      (fun y ys _ => List.rec (motive := fun _ => List δ) [] (fun z zs _ => f x y z :: ih xs ys zs) zs) ys) xs) n

namespace Frame

/-- Evaluate a key, then go on with it; once it is tilted, nothing is done with its weight. -/
def Key.force {α : Type} (K : Key) (k : Key → α) : α :=
  Key.rec (motive := fun _ => α) (fun row slack weight spread => Nat.force row fun row => Nat.force slack fun slack => k ⟨row, slack, weight, spread⟩) K

/-- Those of a list. -/
def forceKeys {α : Type} (Ks : List Key) : (List Key → α) → α :=
  fold (fun K ih k => K.force fun K => ih fun Ks => k (K :: Ks)) (fun k => k []) Ks

/-- Those of a list of lists. -/
def forceAllKeys {α : Type} (rows : List (List Key)) : (List (List Key) → α) → α :=
  fold (fun row ih k => forceKeys row fun row => ih fun rows => k (row :: rows)) (fun k => k []) rows

variable (F : Frame)

/-! ## Products -/

/-- The vectors of all positions and tokens, less their means. -/
def withOuts (T : HeadTable) : (List (List (List Ball)) → Bool) → Bool :=
  gather (fun p => gather (fun t k =>
    Ball.forceList (F.s.affine T.outs (biases F.s.one none F.s.w.model.d_model) (nth [] (nth [] T.values p) t)) fun out => F.withCentred out k)
    F.s.w.model.d_vocab 0) F.s.w.model.n_ctx 0

/-- Evaluate the products of all, then go on with them. -/
def withProducts (T : HeadTable) (k : Products → Bool) : Bool :=
  F.withOuts T fun outs => Nat.force (Nat.add (Nat.mul 2 (Nat.log2 (Nat.mul F.s.one F.s.w.model.d_model))) 80) fun L =>
  gather (fun p => Ball.withCentres L F.s.w.model.d_model (nth [] outs p)) F.s.w.model.n_ctx 0 fun rows =>
  Ball.forceRows (mapFold (mapFold fun c => Ball.dot c c) outs) fun squares =>
  Ball.forceTables (Ball.table (fun m => mapFold (fun M : Ball.Rows => M.times (nth [] (nth [] outs 0) m)) rows) F.s.w.model.d_vocab 0) fun cross =>
  k ⟨rows, squares, cross⟩

/-- Evaluate what is known of a query, a position and a token: `own` is the query's product with itself and `d_model` times epsilon, `other` that with
what the head writes, `square` that of the latter with itself. -/
def withReach (own other square : Ball) (k : Reach → Bool) : Bool :=
  (own.add other).force fun mixed => (Ball.root F.s.c.steps (Ball.shrink F.s.w.model.d_model (mixed.add (other.add square)))).force fun root =>
  (Ball.shrink (Nat.mul F.s.unit F.s.w.model.d_model) root).force fun small => Nat.force (Nat.add small.plus small.radius) fun top =>
  k ⟨mixed, root, top⟩

/-- Evaluate what is known of a query, then go on with it. -/
def withSide (P : Products) (b_O : List Ball) (q : Nat) (k : Side → Bool) : Bool :=
  Ball.forceList (Ball.addAll (F.s.resid (Nat.sub F.s.w.model.n_ctx 1) q) b_O) fun own => F.withCentred own fun own =>
  Nat.force (Nat.mul F.s.one F.s.w.model.d_model) fun V =>
  (Ball.add (Ball.dot own own) (Ball.scale F.s.w.model.d_model (F.s.eps (Nat.mul V V)))).force fun square =>
  Ball.forceRows (mapFold (fun M : Ball.Rows => M.times own) P.rows) fun others =>
  gather (fun p => gather (fun y => F.withReach square (nth Ball.zero (nth [] others p) y) (nth Ball.zero (nth [] P.squares p) y))
    F.s.w.model.d_vocab 0) F.s.w.model.n_ctx 0 fun reaches => k ⟨reaches, nth [] others 0⟩

/-! ## Keys of a query and a maximum -/

/-- The biases of all outputs, seen from the maximum. -/
def withLeaning (T : Tensor) (m : Nat) (k : Leaning → Nat) : Nat :=
  Nat.force (T.digit 0 m) fun b => Nat.force F.s.w.model.d_vocab fun v => Nat.force (Nat.pow 2 T.bits) fun most =>
  forceList (Ball.table (fun t => T.digit 0 t) v 0) fun bs =>
  Nat.force (packList F.L (mapFold (fun x => Nat.sub x b) bs)) fun above => Nat.force (packList F.L (mapFold (fun x => Nat.sub b x) bs)) fun below =>
  Nat.force (Nat.sub (Nat.mul most F.ones) below) fun missing => k ⟨above, below, missing, most⟩

/-- A key, tilted: `ℓ` is a lower bound of the root, up to its radius. -/
def tiltBy (B : Leaning) (K : Key) (top : Nat) (ℓ : Ball) : Key :=
  Nat.force (Nat.add ℓ.minus ℓ.radius) fun less =>
  Bool.rec (motive := fun _ => Key) ⟨0, Nat.succ F.most, 0, 0⟩
    ⟨Nat.add K.row (Nat.mul K.weight (Nat.add (Nat.mul top B.above) (Nat.add (Nat.mul ℓ.plus B.missing) (Nat.mul less B.below)))),
      Nat.add K.slack (Nat.mul K.spread F.wide), 0, 0⟩
    (Nat.ble (Nat.mul (Nat.add top (Nat.add ℓ.plus less)) B.most) F.wide)

/-- `first` is the product of what the head writes from the maximum, at the first position, with the query's own vector; `cross` that with what it writes
from the position of the key; `guide` the root of `u`, in a larger unit. -/
def tilt (B : Leaning) (guide first : Ball) (K : Key) (r : Reach) (cross : Ball) : Key :=
  (Ball.quotient F.s.finer (r.mixed.add (first.add cross)) guide).force fun ℓ => F.tiltBy B K r.top ℓ

/-- Are all slacks small? -/
def small (Ks : List Key) : Bool := fold (fun K ih => Nat.ble K.slack F.most && ih) true Ks

/-- Evaluate the keys of a query, tilted for a maximum, then go on with them. -/
def tilted (P : Products) (B : Leaning) (S : Side) (others : List (List Key)) (last : Key) (q m : Nat) (k : List (List Key) → Key → Nat) : Nat :=
  Nat.force (Nat.sub F.s.w.model.n_ctx 1) fun n => Nat.force (Nat.mul F.s.w.model.d_model (Nat.mul F.s.one F.s.w.model.d_model)) fun V =>
  Reach.rec (motive := fun _ => Nat) (fun _ root _ => (Ball.scale V root).force fun guide => (nth Ball.zero S.first m).force fun first =>
    (F.tilt B guide first last (nth ⟨Ball.zero, Ball.zero, 0⟩ (nth [] S.reaches n) q) (nth Ball.zero (nth [] (nth [] P.cross m) n) q)).force fun last =>
    forceAllKeys (zip3 (fun keys reaches cross => zip3 (F.tilt B guide first) (Nat.succ m) keys reaches cross) n others S.reaches (nth [] P.cross m)) fun others =>
    Bool.rec (motive := fun _ => Nat) 0 (k others last)
      (guide.isPositive && (Nat.ble last.slack F.most && fold (fun row ih => F.small row && ih) true others)))
    (nth ⟨Ball.zero, Ball.zero, 0⟩ (nth [] S.reaches 0) m)

end Frame
end
end NormedQuartic
end Transformer
end Compact
