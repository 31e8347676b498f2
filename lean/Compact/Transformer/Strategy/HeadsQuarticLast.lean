prelude
import Compact.Task.Last
import Compact.Transformer.Strategy.HeadsAnchored
/-!
# Strategy: quartic for the last token, for any number of heads

Inputs fall into classes: one for each query, which is the right answer, with any tokens before it (`HeadsAnchored`).
`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered with their last token.
-/
namespace Compact
namespace Transformer
namespace HeadsQuarticLast
open HeadsAnchored (atLeast_countPair of_check)
open HeadsBruteForce (HeadTables)
open HeadsFirst (withTerms withTerms_eq)
noncomputable section

/-- A certificate; shares and levels are given once for each query. -/
structure Certificate extends HeadsAnchored.Certificate

/-- The inputs that are counted. -/
def count (w : Weights) (c : Certificate) (B one tops : Nat) (tables : List HeadTables) : Nat :=
  total w.d_vocab fun q => Nat.force q fun q => Nat.force (nth 0 (nth HeadTables.none tables 0).direct q) fun direct =>
  Nat.force (nth 0 (nth [] c.shares q) 0) fun shares => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    withTerms B q tables fun terms => Nat.force (nth 0 (nth [] c.levels q) 0) fun levels =>
    HeadsAnchored.countPair c.toClaims tables c.width c.heads B w.d_vocab w.n_ctx one tops direct 0 (Nat.sub w.n_ctx 1) q terms shares levels q) shares

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  HeadsAnchored.shapeOk w c.toCertificate 0 && HeadsAnchored.countsOk w c.toCertificate (count w c)

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs with their last token. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R last w) := by
  match of_check (Nat.zero_le 1) h with
  | ⟨H, tables, k, S, le⟩ =>
    refine AtLeast.weaken le (AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_))
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
    cases nth 0 (nth [] c.shares q) 0 with
    | zero => exact AtLeast.zero
    | succ shares =>
      show AtLeast (withTerms _ q tables fun terms => Nat.force _ _) _
      rw [withTerms_eq, Nat.force_eq, ← H]
      refine AtLeast.append_query q (atLeast_countPair S hq hq fun y _ => ?_)
      show token (y ++ [q]) ((y ++ [q]).length - 1) = q
      rw [List.length_append]
      exact token_append_last y

end HeadsQuarticLast
end Transformer
end Compact
