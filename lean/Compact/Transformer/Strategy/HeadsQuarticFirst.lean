prelude
import Compact.Task.First
import Compact.Transformer.Strategy.HeadsAnchored
/-!
# Strategy: quartic for the first token, for any number of heads

Inputs fall into classes: one for each query and first token, with any tokens in between (`HeadsAnchored`).
`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered with their first token.
-/
namespace Compact
namespace Transformer
namespace HeadsQuarticFirst
open HeadsAnchored (atLeast_countPair inputOf of_check)
open HeadsBruteForce (HeadTables)
open HeadsFirst (withTerms withTerms_eq)
noncomputable section

/-- A certificate; shares and levels are given for each query and first token. -/
structure Certificate extends HeadsAnchored.Certificate

/-- The inputs that are counted. -/
def count (w : Weights) (c : Certificate) (B one tops : Nat) (tables : List HeadTables) : Nat :=
  total w.d_vocab fun q => Nat.force q fun q => Nat.force (nth 0 (nth HeadTables.none tables 0).direct q) fun direct =>
  withTerms B q tables fun terms => total w.d_vocab fun a => Nat.force a fun a =>
  Nat.force (nth 0 (nth [] c.shares q) a) fun shares => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (nth 0 (nth [] c.levels q) a) fun levels =>
    HeadsAnchored.countPair c.toClaims tables c.width c.heads B w.d_vocab w.n_ctx one tops direct 1 0 q terms shares levels a) shares

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  HeadsAnchored.shapeOk w c.toCertificate 1 && HeadsAnchored.countsOk w c.toCertificate (count w c)

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs with their first token. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R first w) := by
  match of_check (Nat.le_refl 1) h with
  | ⟨H, tables, k, S, le⟩ =>
    refine AtLeast.weaken le (AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_))
    rw [Nat.force_eq, Nat.force_eq, withTerms_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (fun x => x.getD 0 0) fun a ha => ?_)
    rw [Nat.force_eq, Nat.force_eq]
    cases nth 0 (nth [] c.shares q) a with
    | zero => exact AtLeast.zero
    | succ shares =>
      show AtLeast (Nat.force _ _) _
      rw [Nat.force_eq, ← H]
      refine AtLeast.cons a (AtLeast.map (f := (· ++ [q])) (fun _ _ => List.append_singleton_inj) ?_)
      refine AtLeast.mono_pred (fun y hy => ⟨hy, lastToken_append (a :: y) q⟩) (?_ : AtLeast _ fun y => Correct R first w (inputOf 1 a q y))
      exact atLeast_countPair S hq ha fun _ _ => rfl

end HeadsQuarticFirst
end Transformer
end Compact
