prelude
import Compact.Claim
import Compact.Field.Basic
import Compact.Tensor
/-!
# The statement about networks that multiply in a group

This file is the whole claim, with three short ones that it names: how weights are written down (`Tensor.lean`), "at
least `N` inputs" (`Claim.lean`) and ordered fields (`Field/Basic.lean`).  A network reads two elements `x`, `y` of a
finite group and should answer with their product; its logits are

    relu(W_L[x] + W_R[y] + b) W_U + b_U

with exact weights.  A certified bound is the theorem

    AtLeast 3481 (Network.Correct R weights)        -- for every ordered field with exponential `R`

Nothing here is used by a checker or tuned to one; read it as you would read a paper's definitions.
-/
namespace Compact
namespace Network

/-! ## Groups -/

/-- A multiplication table.  Row `x` is one natural number; its digit `y` in base `2^bits`, lowest first, is the number of
the element `x * y`. -/
structure Table where
  bits : Nat
  rows : List Nat

/-- The product of two elements. -/
def Table.times (T : Table) (x y : Nat) : Nat := T.rows.getD x 0 / 2 ^ (T.bits * y) % 2 ^ T.bits

/-- The table is that of a group with the elements `0, ..., n - 1`. -/
structure Table.IsGroup (T : Table) (n : Nat) : Prop where
  closed (x y : Nat) : x < n → y < n → T.times x y < n
  assoc (x y z : Nat) : x < n → y < n → z < n → T.times (T.times x y) z = T.times x (T.times y z)
  /-- There is an identity, and every element has an inverse. -/
  inverse : ∃ e, e < n ∧ (∀ x, x < n → T.times e x = x ∧ T.times x e = x) ∧
    ∀ x, x < n → ∃ y, y < n ∧ T.times x y = e ∧ T.times y x = e

/-! ## Weights -/

/-- A matrix of weights: as it is stored, or the product of two stored ones with the inner dimension `d`. -/
inductive Matrix where
  | stored (W : Tensor)
  | product (d : Nat) (A B : Tensor)

/-- The weights of the network.  Every stored weight is an integer over `2^frac`, as every finite float is for some
`frac`; biases that a network does not have are zeros. -/
structure Weights where
  /-- How many elements the group has. -/
  order : Nat
  /-- How many neurons there are. -/
  width : Nat
  /-- All stored weights are integers over `2^frac`. -/
  frac : Nat
  /-- The multiplication table of the group. -/
  table : Table
  /-- What the first element adds to the neurons, `[order, width]`. -/
  W_L : Matrix
  /-- What the second element adds to the neurons, `[order, width]`. -/
  W_R : Matrix
  /-- `[1, width]` -/
  b : Tensor
  /-- `[width, order]` -/
  W_U : Matrix
  /-- `[1, order]` -/
  b_U : Tensor

/-- The right answer to a pair of elements: their product. -/
def answer (w : Weights) (x : List Nat) : Nat := w.table.times (token x 0) (token x 1)

/-- The table is a group's, and the input is a pair of its elements. -/
def Valid (w : Weights) (x : List Nat) : Prop :=
  w.table.IsGroup w.order ∧ x.length = 2 ∧ ∀ t, t ∈ x → t < w.order

section forward
variable (R : Type) [ExpField R] (w : Weights) (x : List Nat)

/-- The entry `T[i, j]` of a stored matrix as an element of `R`. -/
def entry (T : Tensor) (i j : Nat) : R :=
  (ofNat R (T.digit i j) - ofNat R (2 ^ (T.bits - 1))) / ofNat R (2 ^ w.frac)

/-- The entry `M[i, j]`. -/
def Matrix.entry : Matrix → Nat → Nat → R
  | .stored W, i, j => Network.entry R w W i j
  | .product d A B, i, j => sum d fun k => Network.entry R w A i k * Network.entry R w B k j

/-- What goes into the neuron `i`. -/
def preactivation (i : Nat) : R :=
  w.W_L.entry R w (token x 0) i + w.W_R.entry R w (token x 1) i + entry R w w.b 0 i

/-- `r` is the larger of `a` and `0`.  (A relation: nobody has said how to decide `0 ≤ a` in `R`.  There is exactly one
such `r`.) -/
def IsRelu {R : Type} [ExpField R] (a r : R) : Prop := (0 ≤ a ∧ r = a) ∨ (a ≤ 0 ∧ r = 0)

/-- The logit of the output `t`, when the neurons give out `h 0`, `h 1`, ... -/
def logit (h : Nat → R) (t : Nat) : R :=
  (sum w.width fun i => h i * w.W_U.entry R w i t) + entry R w w.b_U 0 t

end forward

/-- The input is a pair of elements of a group and the network answers it correctly: with neurons that give out the ReLU
of what goes in, the logit of the product is strictly above the logit of every other element. -/
def Correct (R : Type) [ExpField R] (w : Weights) (x : List Nat) : Prop :=
  Valid w x ∧ ∃ h : Nat → R, (∀ i, i < w.width → IsRelu (preactivation R w x i) (h i)) ∧
    ∀ t, t < w.order → t ≠ answer w x → logit R w h t < logit R w h (answer w x)

end Network
end Compact
