prelude
import Compact.Field.Sum
import Compact.Field.Arith
import Compact.Transformer.General.Statement
/-!
# The forward pass as paths, for any number of heads

A *key* is a position together with the token that it holds.  What a head does with a key, seen from the query token,
depends on nothing else: its score, what it adds to a logit, and what it adds to a neuron before its ReLU.  So logits
are the direct path plus, for each head, an average over keys; a neuron likewise.
-/
namespace Compact
namespace Transformer

/-- A sum over heads. -/
def overHeads {R : Type} [ExpField R] (f : Head → R) : List Head → R
  | [] => 0
  | A :: heads => f A + overHeads f heads

section
variable (R : Type) [ExpField R] (w : Weights)

/-- The residual stream at the key: token `y` at position `p`. -/
def keyResid (y p i : Nat) : R := entry R w w.W_E y i + entry R w w.W_pos p i

/-- A row vector times a matrix. -/
def apply (n : Nat) (f : Nat → R) (T : Tensor) (j : Nat) : R := sum n fun i => f i * entry R w T i j

/-- A query, key or value vector at the key. -/
def keyVector (W : Tensor) (b : Option Tensor) (y p h : Nat) : R :=
  apply R w w.d_model (keyResid R w y p) W h + bias R w b h

/-- The score of the key, seen from the query token `q`. -/
def keyScore (A : Head) (q y p : Nat) : R :=
  (sum w.d_head fun h => keyVector R w A.W_Q A.b_Q q (w.n_ctx - 1) h * keyVector R w A.W_K A.b_K y p h)
    / (ofNat R w.attn_scale / ofNat R (2 ^ w.scale_frac))

/-- What the head writes into the residual stream when all its attention goes to the key. -/
def keyOut (A : Head) (y p i : Nat) : R := apply R w w.d_head (keyVector R w A.W_V A.b_V y p) A.W_O i

/-- The same, read off as a logit of `t` (or, by `W_in`, as a neuron). -/
def keyRead (A : Head) (T : Tensor) (y p t : Nat) : R := apply R w w.d_model (keyOut R w A y p) T t

/-- The residual stream of the query token without attention. -/
def ownResid (q i : Nat) : R := keyResid R w q (w.n_ctx - 1) i + bias R w w.b_O i

/-- An average of a number of keys, weighted by a head's attention. -/
def average (x : List Nat) (A : Head) (u : Nat → Nat → R) : R :=
  sum w.n_ctx fun p => attention R w x A p * u (token x p) p

end

variable {R : Type} [ExpField R] {w : Weights} {x : List Nat} {q : Nat}

theorem overHeads_congr {f g : Head → R} {heads : List Head} (h : ∀ A, A ∈ heads → f A = g A) :
    overHeads f heads = overHeads g heads := by
  induction heads with
  | nil => rfl
  | cons A heads ih =>
    show f A + overHeads f heads = g A + overHeads g heads
    rw [h A List.mem_cons_self, ih fun B hB => h B (List.mem_cons_of_mem A hB)]

theorem headsOut_eq (i : Nat) (heads : List Head) :
    headsOut R w x i heads = overHeads (fun A => headOut R w x A i) heads := by
  induction heads with
  | nil => rfl
  | cons A heads ih =>
    show headOut R w x A i + headsOut R w x i heads = headOut R w x A i + overHeads _ heads
    rw [ih]

theorem overHeads_mul (f : Head → R) (c : R) (heads : List Head) :
    overHeads f heads * c = overHeads (fun A => f A * c) heads := by
  induction heads with
  | nil => exact zero_mul c
  | cons A heads ih =>
    show (f A + overHeads f heads) * c = f A * c + overHeads _ heads
    rw [← ih]
    ring [f A, overHeads f heads, c]

/-- Sums over a finite range and over heads change places. -/
theorem sum_overHeads (n : Nat) (f : Nat → Head → R) (heads : List Head) :
    (sum n fun i => overHeads (f i) heads) = overHeads (fun A => sum n fun i => f i A) heads := by
  induction heads with
  | nil => exact sum_const_zero n
  | cons A heads ih =>
    show (sum n fun i => f i A + overHeads (f i) heads) = (sum n fun i => f i A) + overHeads _ heads
    rw [sum_add, ih]

theorem apply_congr {n : Nat} {f g : Nat → R} {T : Tensor} {j : Nat} (h : ∀ i, i < n → f i = g i) :
    apply R w n f T j = apply R w n g T j := sum_congr fun i hi => by rw [h i hi]

theorem apply_add (n : Nat) (f g : Nat → R) (T : Tensor) (j : Nat) :
    apply R w n (fun i => f i + g i) T j = apply R w n f T j + apply R w n g T j := by
  unfold apply
  rw [← sum_add]
  exact sum_congr fun i _ => by ring [f i, g i, entry R w T i j]

theorem apply_overHeads (n : Nat) (f : Head → Nat → R) (heads : List Head) (T : Tensor) (j : Nat) :
    apply R w n (fun i => overHeads (fun A => f A i) heads) T j = overHeads (fun A => apply R w n (f A) T j) heads := by
  unfold apply
  rw [← sum_overHeads]
  exact sum_congr fun i _ => overHeads_mul _ _ heads

/-- A matrix is applied to an average by averaging what it gives at each key. -/
theorem apply_average (n : Nat) (A : Head) (u : Nat → Nat → Nat → R) (T : Tensor) (j : Nat) :
    apply R w n (fun i => average R w x A fun y p => u y p i) T j = average R w x A fun y p => apply R w n (u y p) T j := by
  show (sum n fun i => (sum w.n_ctx fun p => attention R w x A p * u (token x p) p i) * entry R w T i j) =
    sum w.n_ctx fun p => attention R w x A p * sum n fun i => u (token x p) p i * entry R w T i j
  have e : ∀ i, i < n → (sum w.n_ctx fun p => attention R w x A p * u (token x p) p i) * entry R w T i j =
      sum w.n_ctx fun p => attention R w x A p * (u (token x p) p i * entry R w T i j) := fun i _ => by
    rw [sum_mul]
    exact sum_congr fun p _ => by ring [attention R w x A p, u (token x p) p i, entry R w T i j]
  rw [sum_congr e, sum_comm]
  exact sum_congr fun p _ => (mul_sum n _ _).symm

theorem resid_eq (p : Nat) : (fun i => resid R w x p i) = keyResid R w (token x p) p := rfl

theorem vector_eq (W : Tensor) (b : Option Tensor) (p h : Nat) :
    vector R w x W b p h = keyVector R w W b (token x p) p h := rfl

theorem score_eq (A : Head) (hq : token x (w.n_ctx - 1) = q) (p : Nat) :
    score R w x A p = keyScore R w A q (token x p) p := by
  subst hq
  rfl

theorem headOut_eq (A : Head) (i : Nat) : headOut R w x A i = average R w x A fun y p => keyOut R w A y p i :=
  apply_average w.d_head A (fun y p h => keyVector R w A.W_V A.b_V y p h) A.W_O i

/-- What is read off the residual stream after attention. -/
theorem apply_residMid (hq : token x (w.n_ctx - 1) = q) (T : Tensor) (t : Nat) :
    apply R w w.d_model (residMid R w x) T t =
      apply R w w.d_model (ownResid R w q) T t + overHeads (fun A => average R w x A fun y p => keyRead R w A T y p t) w.heads := by
  subst hq
  refine (apply_congr (g := fun i => ownResid R w (token x (w.n_ctx - 1)) i +
    overHeads (fun A => average R w x A fun y p => keyOut R w A y p i) w.heads) (fun i _ => ?_)).trans ?_
  · show resid R w x (w.n_ctx - 1) i + (headsOut R w x i w.heads + bias R w w.b_O i) =
      (resid R w x (w.n_ctx - 1) i + bias R w w.b_O i) + _
    rw [headsOut_eq, overHeads_congr fun A _ => headOut_eq A i]
    ring [resid R w x (w.n_ctx - 1) i, bias R w w.b_O i,
      overHeads (fun A => average R w x A fun y p => keyOut R w A y p i) w.heads]
  rw [apply_add, apply_overHeads]
  exact congrArg (_ + ·) (overHeads_congr fun A _ => apply_average w.d_model A (fun y p i => keyOut R w A y p i) T t)

end Transformer
end Compact
