prelude
import Compact.Ball.Product
import Compact.Packed.Combine
import Compact.Transformer.Strategy.NormedBruteForce.Check
/-!
# Quartic for a model with norms: rows and keys

The certificate, what is known everywhere, packed rows of what outputs read, and what a position with its token adds for a query.
Definitions only.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
noncomputable section
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (gather HeadTable biases centre)

/-- How classes are counted. -/
structure Counting where
  /-- Of what can be spared, in how many parts it is divided. -/
  parts : Nat
  /-- Bits of a number of inputs. -/
  countBits : Nat
  /-- Bits of a level. -/
  levelBits : Nat
  /-- For each maximum and query the levels of the tokens below the maximum in each class, packed: that of the token `s` with `c` other
  tokens is digit `c * m + s`.  A token with a level above `parts` is left out. -/
  levels : List (List Nat)

/-- How balls are rounded, rows made of them, and classes counted. -/
structure Certificate extends NormedBruteForce.Certificate, Counting where
  /-- Rows of logits are shifted up by `2^offset`. -/
  offset : Nat
  /-- Their lanes have so many bits. -/
  width : Nat
  /-- No radius of a logit is larger. -/
  radius : Nat
  /-- Bits of a lane in which rows are added up. -/
  bits : Nat

/-- What is known everywhere. -/
structure Frame where
  s : Setup
  C : Counting
  L : Nat
  /-- A lane of one for each output. -/
  ones : Nat
  /-- The top bits of all lanes. -/
  tops : Nat
  /-- `2^offset` -/
  offset : Nat
  /-- `2^width` -/
  wide : Nat
  radius : Nat
  /-- More than a lane of a row. -/
  most : Nat

namespace Frame
variable (F : Frame)

/-! ## Rows of logits -/

/-- `d_model` times all entries of a vector, less their sum. -/
def withCentred (xs : List Ball) (k : List Ball → Bool) : Bool :=
  Nat.force F.s.w.model.d_model fun d => (Ball.sum xs).force fun T => Ball.forceList (mapFold (centre d T) xs) k

/-- What all outputs read from a vector before the last division. -/
def withReads (unembed : Ball.Matrix) (xs : List Ball) (k : List Ball → Bool) : Bool :=
  Nat.force (Nat.mul F.s.w.model.d_model F.s.unit) fun unit => F.withCentred xs fun cs =>
  Ball.forceList (mapFold (Ball.shrink unit) (unembed.times cs)) k

/-- The centre of a ball, shifted up. -/
def lift (x : Ball) : Nat := Nat.sub (Nat.add F.offset x.plus) x.minus

/-- Does it fit in a lane, and is the radius small? -/
def fits (x : Ball) : Bool :=
  Nat.ble x.minus (Nat.add F.offset x.plus) && (Nat.ble x.radius F.radius && Nat.ble (Nat.succ (F.lift x)) F.wide)

/-- Pack a row, then go on with it. -/
def withRow (xs : List Ball) (k : Nat → Bool) : Bool :=
  fold (fun x ih => F.fits x && ih) true xs && Nat.force (packList F.L (mapFold F.lift xs)) k

/-- The rows of what a head writes from all positions with all tokens. -/
def withRows (T : HeadTable) (unembed : Ball.Matrix) : (List (List Nat) → Bool) → Bool :=
  gather (fun p => gather (fun t k =>
    Ball.forceList (F.s.affine T.outs (biases F.s.one none F.s.w.model.d_model) (nth [] (nth [] T.values p) t)) fun out =>
    F.withReads unembed out fun xs => F.withRow xs k) F.s.w.model.d_vocab 0) F.s.w.model.n_ctx 0

/-- The row of what a query reads without attention. -/
def withOwn (b_O : List Ball) (unembed : Ball.Matrix) (q : Nat) (k : Nat → Bool) : Bool :=
  Ball.forceList (Ball.addAll (F.s.resid (Nat.sub F.s.w.model.n_ctx 1) q) b_O) fun own =>
  F.withReads unembed own fun xs => F.withRow xs k

/-! ## Keys -/

/-- A position with a token, seen from a query: its row times the lower bound of its exponential, and what that may be too much. -/
structure Key where
  row : Nat
  slack : Nat
  /-- The lower bound of the exponential. -/
  weight : Nat
  /-- By how much it may be more. -/
  spread : Nat

def Key.none : Key := ⟨0, 0, 0, 0⟩

def withKey (e : Ball) (own row : Nat) (k : Key → Bool) : Bool :=
  (Nat.beq e.minus 0 && Nat.ble e.plus (Nat.pow 2 F.s.c.prec)) &&
  Nat.force (Nat.mul e.plus (Nat.add own row)) fun F' =>
  Nat.force (Nat.add (Nat.mul e.plus (Nat.mul 4 F.radius)) (Nat.mul e.radius (Nat.add (Nat.mul 2 F.wide) (Nat.mul 4 F.radius)))) fun slack =>
  Nat.ble slack F.most && k ⟨F', slack, e.plus, e.radius⟩

end Frame
end
end NormedQuartic
end Transformer
end Compact
