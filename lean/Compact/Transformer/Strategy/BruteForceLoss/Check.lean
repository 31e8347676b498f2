prelude
import Compact.Packed.All
import Compact.Transformer.Loss.Soft
import Compact.Transformer.Strategy.BruteForce
/-!
# The check of brute force, for a mean loss

Every input is evaluated, as for accuracy (`Strategy/BruteForce.lean`); of each the kernel bounds the logarithm of `expLoss`.  With the
largest logit `top` taken out, that is what the right logit lacks of it, and the logarithm of a sum `S` of exponentials that are at most 1.
No logarithm is computed: for any `u`, `ln S ≤ u + S exp (-u) - 1` (`newton`), and a `u` that is near `ln S` loses nothing.
-/
namespace Compact
namespace BruteForceLoss
noncomputable section

/-- The sum of `leaf` over all inputs of length `n`, by a loop over tokens: `countTreeCps` with numbers (`Counting/Tree.lean`). -/
def sumTree {σ : Type} (v n : Nat) (step : Nat → σ → (σ → Nat) → Nat) (leaf : σ → Nat) : σ → Nat :=
  Nat.rec (motive := fun _ => σ → Nat) leaf (fun _ sum s => total v fun t => step t s sum) n

/-- What is known of the tokens that are picked: partial sums, and which they are. -/
structure State where
  sums : BruteForce.State
  picked : List Nat

/-- Pick the token `t`, then go on with the new state. -/
def step (t : Nat) (s : State) (k : State → Nat) : Nat :=
  Nat.force t fun t => BruteForce.step t s.sums fun sums => k ⟨sums, t :: s.picked⟩

/-- The sum of the bounds of the softmax factors of the tokens `x` from position `p` on, where `bound` is one of the two: `es` are those of
tokens, `fs` of positions. -/
def weightOf (bound : Nat × Nat → Nat) (es fs : List (Nat × Nat)) (x : List Nat) : Nat → Nat :=
  fold (fun t ih p => Nat.force p fun p => Nat.add (Nat.mul (bound (nth (0, 0) es t)) (bound (nth (0, 0) fs p))) (ih (Nat.succ p))) (fun _ => 0) x

/-- One step of Newton's method for a logarithm, rounded up: in units of `2^-P`. -/
def newton (P steps S u : Nat) : Nat :=
  Nat.sub (Nat.succ (Nat.add u (Nat.shiftRight (Nat.mul S (expUpper P steps u (Nat.pow 2 P))) P))) (Nat.pow 2 P)

/-- An upper bound of the logarithm of `S`, which is at least 1; in units of `2^-P`, as `S` is. -/
def logUpper (P steps S : Nat) : Nat :=
  Nat.force (Nat.div (Nat.mul (Nat.mul 2 (Nat.sub S (Nat.pow 2 P))) (Nat.pow 2 P)) (Nat.add S (Nat.pow 2 P))) fun u =>
  Nat.force (newton P steps S u) fun u => Nat.force (newton P steps S u) fun u => Nat.force (newton P steps S u) fun u => newton P steps S u

/-- The sum of exponentials, the largest logit being `top`; there are `shift / den` of its units to one. -/
def sumExp (P steps shift den top : Nat) (fs : List Nat) : Nat :=
  fold (fun f ih => Nat.add (expUpper P steps (Nat.mul (Nat.sub top f) shift) den) ih) 0 fs

/-- The largest number of a list. -/
def greatestOf (fs : List Nat) : Nat := fold (fun f ih => Nat.force ih fun m => Nat.add f (Nat.sub m f)) 0 fs

/-- A bound of the loss from packed logits, in units of `2^-P`: `unit` and `shift` say what their unit is, times what weighs at least `low`
and at most `high`. -/
def lossOf (P steps L v shift unit low high : Nat) (s : BruteForce.State) : Nat :=
  forceList (unpack L v s.logits) fun fs => Nat.force (greatestOf fs) fun top =>
  Nat.force (sumExp P steps shift (Nat.mul high unit) top fs) fun S =>
  Nat.add (logUpper P steps S) (Nat.succ (Nat.div (Nat.mul (Nat.mul (Nat.add (Nat.sub top (nth 0 fs s.max)) s.slack) shift) (Nat.pow 2 P))
    (Nat.mul low unit)))

/-- A certificate: how to round, tables first and then losses; the mean loss in billionths, and how many inputs are answered correctly. -/
structure Certificate extends Params where
  lossPrec : Nat
  lossSteps : Nat
  loss : Nat
  bound : Nat

/-- The loss of an input, from its state. -/
def leaf (w : Weights) (c : Certificate) (es fs : List (Nat × Nat)) (s : State) : Nat :=
  Nat.force (weightOf (fun b => b.1) es fs s.picked 0) fun low => Nat.force (weightOf (fun b => b.2) es fs s.picked 0) fun high =>
  lossOf c.lossPrec c.lossSteps (BruteForce.laneBits w c.toParams) w.d_vocab (Nat.pow 2 c.shift) (Nat.pow 2 (Nat.mul 4 w.frac)) low high s.sums

/-- The losses of all inputs with one query token. -/
def queryLoss (w : Weights) (c : Certificate) (B : Nat) (Q : BruteForce.Query) (q : Nat) : Nat :=
  forcePairRows (Q.at B (Nat.sub w.n_ctx 1) :: Q.below B (Nat.sub w.n_ctx 1)) fun rest =>
  step q ⟨⟨rest, 0, 0, 0⟩, []⟩ (sumTree w.d_vocab (Nat.sub w.n_ctx 1) step (leaf w c Q.es Q.fs))

/-- Do all inputs with one query token weigh something?  Their last position does. -/
def weighs (w : Weights) (Q : BruteForce.Query) (q : Nat) : Bool :=
  Nat.ble 1 (Nat.mul (nth (0, 0) Q.es q).1 (nth (0, 0) Q.fs (Nat.sub w.n_ctx 1)).1)

/-- The tables of the query token `q`. -/
def queryOf (T : Enclosure) (tokenRows posRows directRows : List Nat) (q : Nat) : BruteForce.Query :=
  ⟨nth [] T.tokenExp q, nth [] T.posExp q, nth 0 directRows q, tokenRows, posRows⟩

/-- The check of the losses. -/
def lossCheck (w : Weights) (c : Certificate) : Bool :=
  roundedTables w c.toParams fun T => T.narrow c.width && Nat.force (BruteForce.laneBits w c.toParams) fun L =>
  Nat.force (Nat.mul 3 (Nat.pow 2 c.width)) fun B => forceList (BruteForce.packAll L T.tokenRow) fun tokenRows =>
  forceList (BruteForce.packAll L T.posRow) fun posRows => forceList (BruteForce.packAll L T.directRow) fun directRows =>
  allBelow w.d_vocab (fun q => weighs w (queryOf T tokenRows posRows directRows q) q) &&
  Nat.ble (Nat.mul (total w.d_vocab fun q => queryLoss w c B (queryOf T tokenRows posRows directRows q) q) billion)
    (Nat.mul (Nat.mul (Nat.pow w.d_vocab w.n_ctx) c.loss) (Nat.pow 2 c.lossPrec))

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (w.wellFormed && Nat.ble c.bound (BruteForce.right w c.toParams)) && lossCheck w c

end

end BruteForceLoss
end Compact
