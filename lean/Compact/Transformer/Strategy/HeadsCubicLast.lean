prelude
import Compact.Task.Last
import Compact.Transformer.Strategy.HeadsAnchoredCubic
/-!
# Strategy: cubic for the last token, for any number of heads

Inputs fall into classes: one for each query, which is the right answer, with any tokens before it (`HeadsAnchoredCubic`).
`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered with their last token.
-/
namespace Compact
namespace Transformer
namespace HeadsCubicLast
open HeadsAnchoredCubic (atLeast_countLane countLane countQuery countsOk of_check of_countQuery sizesOk spread)
open HeadsBruteForce (HeadTables)
noncomputable section

/-- A certificate; there is one lane for each query. -/
structure Certificate extends HeadsAnchoredCubic.Certificate

/-- The inputs that are counted. -/
def count (w : Weights) (c : Certificate) (B one tops : Nat) (tables : List HeadTables) : Nat :=
  total w.d_vocab fun q => Nat.force q fun q => countQuery c.toClaims tables c.width c.heads w.d_vocab w.n_ctx 0 q
    (fun i y => spread c.lane (Nat.add c.width 2) 0 q 1 (nth 0 (nth [] c.tokenShort i) y)) B
    (countLane c.toClaims tables c.width c.heads (Nat.add c.width 2) w.n_ctx one tops 0 q)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool := sizesOk w c.toCertificate 0 && countsOk w c.toCertificate 0 (count w c)

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs with their last token. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R last w) := by
  match of_check (Nat.zero_le 1) h with
  | ⟨_, .inl zero⟩ => rw [zero]; exact AtLeast.zero
  | ⟨H, .inr ⟨tables, k, S, le⟩⟩ =>
    refine AtLeast.weaken le ?_
    unfold count
    rw [← H]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    rw [Nat.force_eq]
    match of_countQuery S (q := q) (short := fun i y => spread c.lane (Nat.add c.width 2) 0 q 1 (nth 0 (nth [] c.tokenShort i) y))
        (fun _ _ _ _ => packFrom_eq _ _ _) (countLane c.toClaims tables c.width w.heads.length (c.width + 2) w.n_ctx (ones c.bits w.d_vocab)
          (2 ^ (c.bits - 1) * ones c.bits w.d_vocab) 0 q) with
    | ⟨passes, levels, e⟩ =>
      refine AtLeast.weaken (Nat.le_of_eq (e.trans (Nat.zero_add _))) (AtLeast.append_query q ?_)
      refine atLeast_countLane S hq hq (fun y _ => ?_) (levels 0 Nat.one_pos)
      show token (y ++ [q]) ((y ++ [q]).length - 1) = q
      rw [List.length_append]
      exact token_append_last y

end HeadsCubicLast
end Transformer
end Compact
