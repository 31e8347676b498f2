prelude
import Compact.Transformer.Statement
import Compact.Field.Sum
import Compact.Field.Arith
/-!
# The forward pass as paths through circuits

The standard reading of a one-layer attention-only transformer (Elhage et al. 2021; Gross et al. 2024,
section 3): a score is a QK-circuit entry for the key token plus one for the key position, and a logit is
the direct path plus what the OV circuit reads at each position, weighted by attention.  Both are
identities for any weights.
-/
namespace Compact
section
variable (R : Type) [ExpField R] (w : Weights)

/-- A row vector times a matrix: `∑ i, f i * T[i, j]`. -/
def apply (n : Nat) (f : Nat → R) (T : Tensor) (j : Nat) : R := sum n fun i => f i * entry R w T i j

/-- The residual stream at the last position when the query token is `q`. -/
def residQ (q i : Nat) : R := entry R w w.W_E q i + entry R w w.W_pos (w.n_ctx - 1) i

/-- The query vector of the query token `q`. -/
def queryVec (q h : Nat) : R := apply R w w.d_model (residQ R w q) w.W_Q h

/-- QK circuit, key token `k`: its unscaled score for the query token `q`. -/
def EQKE (q k : Nat) : R :=
  sum w.d_head fun h => queryVec R w q h * apply R w w.d_model (entry R w w.W_E k) w.W_K h

/-- QK circuit, key position `p`: its unscaled score for the query token `q`. -/
def EQKP (q p : Nat) : R :=
  sum w.d_head fun h => queryVec R w q h * apply R w w.d_model (entry R w w.W_pos p) w.W_K h

/-- `W_O W_U`. -/
def OU (h t : Nat) : R := apply R w w.d_model (entry R w w.W_O h) w.W_U t

/-- OV circuit: what attending to the token `k` adds to the logit of `t`. -/
def EVOU (k t : Nat) : R :=
  sum w.d_head fun h => apply R w w.d_model (entry R w w.W_E k) w.W_V h * OU R w h t

/-- OV circuit: what attending to the position `p` adds to the logit of `t`. -/
def PVOU (p t : Nat) : R :=
  sum w.d_head fun h => apply R w w.d_model (entry R w w.W_pos p) w.W_V h * OU R w h t

/-- Direct path: what the query token `q` adds to the logit of `t` by itself. -/
def EU (q t : Nat) : R := apply R w w.d_model (residQ R w q) w.W_U t

/-- The divisor of the scores. -/
def scale : R := ofNat R w.attn_scale / ofNat R (2 ^ w.scale_frac)

/-- What position `p` of the input adds to the logit of `t` when all attention goes there. -/
def readOff (x : List Nat) (p t : Nat) : R := EVOU R w (token x p) t + PVOU R w p t

end

variable {R : Type} [ExpField R] {w : Weights} {x : List Nat} {q : Nat}

theorem apply_add (n : Nat) (f g : Nat → R) (T : Tensor) (j : Nat) :
    apply R w n (fun i => f i + g i) T j = apply R w n f T j + apply R w n g T j := by
  unfold apply
  rw [← sum_add]
  exact sum_congr fun i _ => add_mul _ _ _

/-- The two parts of a score. -/
theorem score_eq (hq : token x (w.n_ctx - 1) = q) (p : Nat) :
    score R w x p = (EQKE R w q (token x p) + EQKP R w q p) / scale R w := by
  subst hq
  refine congrArg (· / scale R w) ?_
  unfold EQKE EQKP
  rw [← sum_add]
  refine sum_congr fun h _ => ?_
  rw [← mul_add]
  exact congrArg (queryVec R w _ h * ·) (apply_add _ _ _ _ _)

theorem value_unembed (x : List Nat) (p t : Nat) :
    (sum w.d_head fun h => value R w x p h * OU R w h t) = readOff R w x p t := by
  unfold readOff EVOU PVOU
  rw [← sum_add]
  refine sum_congr fun h _ => ?_
  rw [← add_mul]
  exact congrArg (· * OU R w h t) (apply_add _ _ _ _ _)

/-- The attention head's contribution to a logit. -/
theorem attnOut_unembed (x : List Nat) (t : Nat) :
    apply R w w.d_model (attnOut R w x) w.W_U t =
      sum w.n_ctx fun p => attention R w x p * readOff R w x p t := by
  calc apply R w w.d_model (attnOut R w x) w.W_U t
      = sum w.d_model fun i => sum w.d_head fun h => mixed R w x h * (entry R w w.W_O h i * entry R w w.W_U i t) :=
        sum_congr fun i _ => (sum_mul _ _ _).trans (sum_congr fun h _ => mul_assoc _ _ _)
    _ = sum w.d_head fun h => mixed R w x h * OU R w h t :=
        (sum_comm _ _ _).trans (sum_congr fun h _ => (mul_sum _ _ _).symm)
    _ = sum w.d_head fun h => sum w.n_ctx fun p => attention R w x p * (value R w x p h * OU R w h t) :=
        sum_congr fun h _ => (sum_mul _ _ _).trans (sum_congr fun p _ => mul_assoc _ _ _)
    _ = sum w.n_ctx fun p => attention R w x p * readOff R w x p t :=
        (sum_comm _ _ _).trans (sum_congr fun p _ => by rw [← mul_sum, value_unembed])

/-- The two parts of a logit. -/
theorem logit_eq (hq : token x (w.n_ctx - 1) = q) (t : Nat) :
    logit R w x t = EU R w q t + sum w.n_ctx fun p => attention R w x p * readOff R w x p t := by
  subst hq
  rw [← attnOut_unembed]
  exact apply_add _ _ _ _ _

end Compact
