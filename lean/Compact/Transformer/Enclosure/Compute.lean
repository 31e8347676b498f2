prelude
import Compact.Transformer.Circuit.Joined
import Compact.Field.ExpSides
/-!
# Rounded tables of a model

What strategies work with instead of exact circuits: intervals for the factor by which a token or a position
enters softmax, and rows of logits rounded to few bits.  Attention does not change when a constant is added to
all scores, and answers do not change when a constant is added to all logits, so each row is taken relative to
its own largest score or smallest logit; everything is a natural number.
-/
namespace Compact
noncomputable section

/-- How to round.  Any values are sound; a certificate chooses them. -/
structure Params where
  /-- Fractional bits of the exponentials. -/
  prec : Nat
  /-- An argument of an exponential has `8 * steps` fractional bits. -/
  steps : Nat
  /-- Bits dropped from rows of logits. -/
  shift : Nat
  /-- Bits of an entry of a rounded row of logits. -/
  width : Nat

/-- The largest entry of a row. -/
def maxList (xs : List Nat) : Nat :=
  fold (fun x ih => Nat.force ih fun m => Bool.rec (motive := fun _ => Nat) x m (Nat.ble x m)) 0 xs

/-- The smallest entry of a row (and at most `top`). -/
def minList (top : Nat) (xs : List Nat) : Nat :=
  fold (fun x ih => Nat.force ih fun m => Bool.rec (motive := fun _ => Nat) m x (Nat.ble x m)) top xs

/-- How exponentials are bounded. -/
def Params.form (c : Params) : ExpForm := ⟨c.prec, Nat.mul 4 c.steps⟩

/-- Lower and upper bounds of `2^prec * exp (score - largest score)` along a row of scores, which are integers
times `num / den`.  (What is evaluated for the kernel is the argument: literals that agree in their lowest
64 bits, as multiples of a power of two do, collide in the kernel's caches.) -/
def expRow (c : Params) (num den : Nat) (xs : List Nat) : List (Nat × Nat) :=
  Nat.force (maxList xs) fun top =>
  mapFold (fun x => Nat.force (c.form.arg (Nat.mul (Nat.sub top x) num) den) fun y => c.form.bounds y) xs

/-- A row of logits, integers times `num / 2^shift`, relative to the smallest one and rounded down. -/
def roundRow (c : Params) (num : Nat) (xs : List Nat) : List Nat :=
  Nat.force (minList (maxList xs) xs) fun low =>
  mapFold (fun x => Nat.shiftRight (Nat.mul (Nat.sub x low) num) c.shift) xs

/-- The rounded tables.  Rows and columns are those of `Circuits`. -/
structure Enclosure where
  tokenExp : List (List (Nat × Nat))
  posExp : List (List (Nat × Nat))
  tokenRow : List (List Nat)
  posRow : List (List Nat)
  directRow : List (List Nat)

/-- Scores are entries of `EQKE` and `EQKP` times `scoreNum / scoreDen`. -/
def scoreNum (w : Weights) : Nat := Nat.pow 2 w.scale_frac
def scoreDen (w : Weights) : Nat := Nat.mul w.attn_scale (Nat.pow 2 (Nat.mul 4 w.frac))

/-- The tables of exact circuits. -/
def Enclosure.of (w : Weights) (c : Params) (C : Circuits) : Enclosure where
  tokenExp := mapFold (expRow c (scoreNum w) (scoreDen w)) C.EQKE.rows
  posExp := mapFold (expRow c (scoreNum w) (scoreDen w)) C.EQKP.rows
  tokenRow := mapFold (roundRow c 1) C.EVOU.rows
  posRow := mapFold (roundRow c 1) C.PVOU.rows
  directRow := mapFold (roundRow c (Nat.pow 2 (Nat.mul 2 w.frac))) C.EU.rows

/-- Evaluate rows of pairs, then go on with them. -/
def forcePairRows {α : Type} (xs : List (List (Nat × Nat))) : (List (List (Nat × Nat)) → α) → α :=
  fold (fun x ih k => forcePairs x fun x' => ih fun xs' => k (x' :: xs')) (fun k => k []) xs

theorem forcePairRows_eq {α : Type} (xs : List (List (Nat × Nat))) (k : List (List (Nat × Nat)) → α) :
    forcePairRows xs k = k xs := by
  induction xs generalizing k with
  | nil => rfl
  | cons x xs ih =>
    show forcePairs x (fun x' => forcePairRows xs fun xs' => k (x' :: xs')) = _
    rw [forcePairs_eq, ih]

/-- Evaluate the tables of the model, then go on with them. -/
def enclosure {α : Type} (w : Weights) (c : Params) (k : Enclosure → α) : α :=
  circuitsOf w fun C =>
  Nat.force (scoreNum w) fun num => Nat.force (scoreDen w) fun den =>
  Nat.force (Nat.pow 2 (Nat.mul 2 w.frac)) fun unit2 =>
  forcePairRows (mapFold (expRow c num den) C.EQKE.rows) fun tokenExp =>
  forcePairRows (mapFold (expRow c num den) C.EQKP.rows) fun posExp =>
  forceRows (mapFold (roundRow c 1) C.EVOU.rows) fun tokenRow =>
  forceRows (mapFold (roundRow c 1) C.PVOU.rows) fun posRow =>
  forceRows (mapFold (roundRow c unit2) C.EU.rows) fun directRow =>
  k ⟨tokenExp, posExp, tokenRow, posRow, directRow⟩

theorem enclosure_eq {α : Type} {w : Weights} (h : w.WellFormed) (c : Params) (k : Enclosure → α) :
    enclosure w c k = k (Enclosure.of w c (Circuits.of w)) := by
  unfold enclosure
  rw [circuitsOf_eq h, Nat.force_eq, Nat.force_eq, Nat.force_eq, forcePairRows_eq, forcePairRows_eq, forceRows_eq,
    forceRows_eq, forceRows_eq]
  rfl

/-- Are all entries of all rows below `2^width`? -/
def narrowRows (width : Nat) (rows : List (List Nat)) : Bool :=
  fold (fun xs ih => Nat.ble (Nat.succ (maxList xs)) (Nat.pow 2 width) && ih) true rows

/-- Do the rounded logits keep to the declared width? -/
def Enclosure.narrow (T : Enclosure) (width : Nat) : Bool :=
  narrowRows width T.tokenRow && (narrowRows width T.posRow && narrowRows width T.directRow)

end
end Compact
