prelude
import Compact.Transformer.Enclosure.Correct
/-!
# What rounded tables decide

A strategy that counts classes shows, from rounded tables, that margins are positive.  What follows from that for an input is a
matter of which numbers the tables enclose: `Judges` says that positive margins of them show the property `P`.  For the tables of
a model, `P` is `Correct` (`Weights.WellFormed.judges`); for tables whose direct paths favour all other outputs by some `Δ`, it
is a margin (`Classes/Raised.lean`).
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- Whatever the tables `T` enclose, if all its margins over the maximum `m` are positive, an input has the property `P`. -/
def Enclosure.Judges (R : Type) [ExpField R] (T : Enclosure) (prec v n m : Nat) (P : List Nat → Prop) : Prop :=
  ∀ q, q < v → ∃ V : View R, V.Fits T prec v (n + 1) q ∧ ∀ x, (x.length = n + 1 ∧ ∀ t, t ∈ x → t < v) →
    token x n = q → maximum x = m → (∀ t, t < v → t ≠ m → 0 < V.margin (n + 1) x m t) → P x

/-- The tables of a model decide whether it answers correctly. -/
theorem Weights.WellFormed.judges {w : Weights} (hw : w.WellFormed) (params : Params) {n m : Nat} (hn : w.n_ctx = n + 1) :
    (Enclosure.of w params (Circuits.of w)).Judges R params.prec w.d_vocab n m (Correct R w) := fun q hq => by
  refine ⟨view R w params q, hn ▸ hw.view_fits params hq, fun x hx hlast hmax pos => ?_⟩
  subst hmax
  rw [← hn] at hx pos
  exact hw.view_correct params (q := q) hx (hn ▸ hlast) pos

end Compact
