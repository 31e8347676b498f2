prelude
import Compact.Task.First
import Compact.Transformer.Strategy.HeadsAnchoredCubic
/-!
# Strategy: cubic for the first token, for any number of heads

Inputs fall into classes: one for each query and first token, with any tokens in between (`HeadsAnchoredCubic`).
`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered with their first token.
-/
namespace Compact
namespace Transformer
namespace HeadsCubicFirst
open HeadsAnchored (inputOf)
open HeadsAnchoredCubic (atLeast_countLane countLane countQuery countsOk of_check of_countQuery sizesOk spread)
open HeadsBruteForce (HeadTables)
noncomputable section

/-- A certificate; lanes are first tokens. -/
structure Certificate extends HeadsAnchoredCubic.Certificate

/-- The inputs that are counted. -/
def count (w : Weights) (c : Certificate) (B one tops : Nat) (tables : List HeadTables) : Nat :=
  Nat.force (Nat.add c.width 2) fun b =>
  forceRows (listFrom (fun i => listFrom (fun y => spread c.lane b 1 0 w.d_vocab (nth 0 (nth [] c.tokenShort i) y)) w.d_vocab 0) c.heads 0)
    fun shorts => total w.d_vocab fun q => Nat.force q fun q =>
    countQuery c.toClaims tables c.width c.heads w.d_vocab w.n_ctx 1 q (fun i y => nth 0 (nth [] shorts i) y) B
      (countLane c.toClaims tables c.width c.heads b w.n_ctx one tops 1 q)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool := sizesOk w c.toCertificate 1 && countsOk w c.toCertificate 1 (count w c)

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs with their first token. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R first w) := by
  match of_check (Nat.le_refl 1) h with
  | ⟨_, .inl zero⟩ => rw [zero]; exact AtLeast.zero
  | ⟨H, .inr ⟨tables, k, S, le⟩⟩ =>
    refine AtLeast.weaken le ?_
    unfold count
    rw [Nat.force_eq, forceRows_eq, ← H]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    rw [Nat.force_eq]
    match of_countQuery S (q := q) (short := fun i y => nth 0 (nth [] (listFrom (fun i => listFrom (fun y =>
        spread c.lane (Nat.add c.width 2) 1 0 w.d_vocab (nth 0 (nth [] c.tokenShort i) y)) w.d_vocab 0) w.heads.length 0) i) y)
        (fun i hi y hy => by
          rw [nth_eq [], getD_listFrom _ hi, nth_eq, getD_listFrom _ hy, Nat.zero_add, Nat.zero_add]
          exact packFrom_eq _ _ _)
        (countLane c.toClaims tables c.width w.heads.length (c.width + 2) w.n_ctx (ones c.bits w.d_vocab)
          (2 ^ (c.bits - 1) * ones c.bits w.d_vocab) 1 q) with
    | ⟨passes, levels, e⟩ =>
      refine AtLeast.weaken (Nat.le_of_eq e) ?_
      refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (fun x => x.getD 0 0) fun a ha => ?_)
      refine AtLeast.cons a (AtLeast.map (f := (· ++ [q])) (fun _ _ => List.append_singleton_inj) ?_)
      refine AtLeast.mono_pred (fun y hy => ⟨hy, lastToken_append (a :: y) q⟩) (?_ : AtLeast _ fun y => Correct R first w (inputOf 1 a q y))
      exact atLeast_countLane S hq ha (fun _ _ => rfl) (levels a ha)

end HeadsCubicFirst
end Transformer
end Compact
