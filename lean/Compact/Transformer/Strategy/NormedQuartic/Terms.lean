prelude
import Compact.Transformer.Normed.Biased
import Compact.Transformer.Strategy.NormedBruteForce.Softmax
import Compact.Transformer.Strategy.NormedQuartic.Check
/-!
# Quartic for a model with norms: what is added up

The numbers of the statement that depend on the query and one position with its token.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
namespace Frame
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (residOf vectorOf)

/-- The score of a position with its token, seen from a query. -/
noncomputable def keyScore (R : Type) [RootField R] (s : Setup) (A : Head) (q p y : Nat) : R :=
  (sum s.w.model.d_head fun h => vectorOf R s A.W_Q A.b_Q (s.w.model.n_ctx - 1) q h * vectorOf R s A.W_K A.b_K p y h) /
    (ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac))

/-- What a head writes from there. -/
noncomputable def outAt (R : Type) [RootField R] (s : Setup) (A : Head) (p y i : Nat) : R :=
  sum s.w.model.d_head fun h => vectorOf R s A.W_V A.b_V p y h * entry R s.w.model A.W_O h i

/-- What a query's residual stream is without attention. -/
noncomputable def ownAt (R : Type) [RootField R] (s : Setup) (q i : Nat) : R :=
  residOf R s (s.w.model.n_ctx - 1) q i + bias R s.w.model s.w.model.b_O i

/-- What the output `t` reads of both. -/
noncomputable def termAt (R : Type) [RootField R] (s : Setup) (A : Head) (q p y t : Nat) : R :=
  Normed.reads R s.w t (ownAt R s q) + Normed.reads R s.w t (outAt R s A p y)

/-- What the residual stream is before the last norm if all attention goes there. -/
noncomputable def wholeAt (R : Type) [RootField R] (s : Setup) (A : Head) (q p y i : Nat) : R := ownAt R s q i + outAt R s A p y i

/-- By how much the bias of the output `a` is above that of `b`; zero if it is below. -/
noncomputable def upOf (R : Type) [RootField R] (s : Setup) (a b : Nat) : R :=
  match s.w.model.b_U with
  | none => 0
  | some T => ofNat R (T.digit 0 a - T.digit 0 b) / ofNat R (2 ^ s.w.model.frac)

/-- What the biases add to the margin of `m` over `t`, times the root. -/
noncomputable def leanAt (R : Type) [RootField R] (s : Setup) (A : Head) (q m p y t : Nat) : R :=
  Normed.inner R s.w (wholeAt R s A q p y) (wholeAt R s A q 0 m) / Normed.root R s.w (wholeAt R s A q 0 m) * upOf R s m t -
    Normed.root R s.w (wholeAt R s A q p y) * upOf R s t m

/-- The margin of `m` over `t`. -/
noncomputable def marginAt (R : Type) [RootField R] (s : Setup) (A : Head) (q m p y t : Nat) : R :=
  termAt R s A q p y m - termAt R s A q p y t + leanAt R s A q m p y t

theorem ne_none {α : Type} {o : Option α} {a : α} (h : o = some a) : o ≠ none := fun e => by cases h.symm.trans e

variable {R : Type} [RootField R] {s : Setup}

theorem upOf_nonneg (a b : Nat) : 0 ≤ upOf R s a b := by
  unfold upOf
  cases s.w.model.b_U with
  | none => exact le_refl 0
  | some T => exact div_nonneg (ofNat_nonneg _) (ofNat_pos (Nat.two_pow_pos _))

theorem bias_sub (a b : Nat) : bias R s.w.model s.w.model.b_U a - bias R s.w.model s.w.model.b_U b = upOf R s a b - upOf R s b a := by
  unfold upOf
  cases s.w.model.b_U with
  | none => show (0 : R) - 0 = 0 - 0; rfl
  | some T =>
    show entry R s.w.model T 0 a - entry R s.w.model T 0 b = ofNat R _ / _ - ofNat R _ / _
    unfold entry
    rw [← sub_div, ← sub_div, Ball.cut]
    refine congrArg (· / _) ?_
    ring [ofNat R (T.digit 0 a), ofNat R (T.digit 0 b), ofNat R (2 ^ (T.bits - 1))]

/-- Without biases the margin is what outputs read. -/
theorem margin_of_none (h : s.w.model.b_U = none) (A : Head) (q m p y t : Nat) :
    termAt R s A q p y m - termAt R s A q p y t = marginAt R s A q m p y t := by
  have z (a b : Nat) : upOf R s a b = 0 := by
    unfold upOf
    rw [h]
  unfold marginAt leanAt
  rw [z, z, mul_zero, mul_zero, sub_zero, add_zero]

end Frame
end NormedQuartic
end Transformer
end Compact
