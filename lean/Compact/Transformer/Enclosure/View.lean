prelude
import Compact.Transformer.Enclosure.Compute
/-!
# What a strategy knows of a model

For a query token `q`, a `View` is the model's behaviour in five families of numbers: token and position
factors of the softmax, and the three parts of a path's logit.  `view_correct` (Enclosure/Correct.lean) turns a
fact about them into a correct answer; `view_fits` (Enclosure/Fits.lean) says that the computed tables enclose them.  A strategy's soundness proof uses
these two theorems and nothing else about the model.
-/
namespace Compact

/-- The numbers that decide the answers for one query token. -/
structure View (R : Type) where
  /-- Factor of the key token `k`. -/
  token : Nat → R
  /-- Factor of the key position `p`. -/
  pos : Nat → R
  /-- Logit of `t` along the direct path. -/
  direct : Nat → R
  /-- Logit of `t` when attending to the token `k`. -/
  tokenLogit : Nat → Nat → R
  /-- Logit of `t` when attending to the position `p`. -/
  posLogit : Nat → Nat → R

section
variable {R : Type} [ExpField R]

/-- Logit of `t` along the path through position `p`, where the token is `k`. -/
def View.logit (V : View R) (k p t : Nat) : R := V.direct t + V.tokenLogit k t + V.posLogit p t

/-- The margin of `m` over `t`, times a positive number. -/
def View.margin (V : View R) (n : Nat) (x : List Nat) (m t : Nat) : R :=
  sum n fun p => V.token (Compact.token x p) * V.pos p * (V.logit (Compact.token x p) p m - V.logit (Compact.token x p) p t)

/-- A number within the bounds `b`. -/
def Within (b : Nat × Nat) (a : R) : Prop := ofNat R b.1 ≤ a ∧ a ≤ ofNat R b.2

/-- A number that rounds down to `n`. -/
def Near (n : Nat) (a : R) : Prop := ofNat R n ≤ a ∧ a ≤ ofNat R n + 1

/-- The numbers are as the tables say; factors are at most `2^prec`. -/
structure View.Fits (V : View R) (T : Enclosure) (prec v n q : Nat) : Prop where
  token_le (k : Nat) : V.token k ≤ ofNat R (2 ^ prec)
  pos_le (p : Nat) : V.pos p ≤ ofNat R (2 ^ prec)
  token (k : Nat) : k < v → Within ((T.tokenExp.getD q []).getD k (0, 0)) (V.token k)
  pos (p : Nat) : p < n → Within ((T.posExp.getD q []).getD p (0, 0)) (V.pos p)
  direct (t : Nat) : t < v → Near ((T.directRow.getD q []).getD t 0) (V.direct t)
  tokenLogit (k t : Nat) : k < v → t < v → Near ((T.tokenRow.getD k []).getD t 0) (V.tokenLogit k t)
  posLogit (p t : Nat) : p < n → t < v → Near ((T.posRow.getD p []).getD t 0) (V.posLogit p t)

end

/-! ## The view of a model -/

variable (R : Type) [ExpField R]

/-- `2^prec * exp (score - largest score)`. -/
noncomputable def rowFactor (w : Weights) (c : Params) (xs : List Nat) (j : Nat) : R :=
  ofNat R (2 ^ c.prec) * exp (-(ofNat R ((maxList xs - xs.getD j 0) * scoreNum w) / ofNat R (scoreDen w)))

/-- A logit relative to the smallest of its row, in units of `2^shift / num`. -/
noncomputable def rowLogit (c : Params) (num : Nat) (xs : List Nat) (t : Nat) : R :=
  ofNat R ((xs.getD t 0 - minList (maxList xs) xs) * num) / ofNat R (2 ^ c.shift)

/-- The view of the model from the query token `q`. -/
noncomputable def view (w : Weights) (c : Params) (q : Nat) : View R where
  token := rowFactor R w c ((Circuits.of w).EQKE.rows.getD q [])
  pos := rowFactor R w c ((Circuits.of w).EQKP.rows.getD q [])
  direct := rowLogit R c (2 ^ (2 * w.frac)) ((Circuits.of w).EU.rows.getD q [])
  tokenLogit k := rowLogit R c 1 ((Circuits.of w).EVOU.rows.getD k [])
  posLogit p := rowLogit R c 1 ((Circuits.of w).PVOU.rows.getD p [])

end Compact
