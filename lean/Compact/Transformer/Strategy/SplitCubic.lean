prelude
import Compact.Transformer.Loss.SplitPair
import Compact.Transformer.Strategy.SoftCubic
/-!
# Strategy: split cubic

A bound of the mean loss that is tighter than soft cubic's (`Strategy/SoftCubic.lean`).  A token of the input that is not the maximum
has an output of its own, which is large on the path through the token and small on the others; the sum over wrong outputs of each path
by itself counts it in full.  So it is taken out of that sum and averaged by itself (`Loss/Split.lean`): each token passes a level if two
means do, and what a level says of the sum over wrong outputs is twice what one mean says.  Certificates are those of soft cubic, with
other numbers.
-/
namespace Compact
namespace SplitCubic

/-- A certificate is one of soft cubic. -/
structure Certificate extends SoftCubic.Certificate

/-- The check of one block. -/
noncomputable def blockCheck (c : Certificate) (lo len saves right : Nat) : Bool :=
  Nat.force (SplitPair.diagonal c.toTables) fun diagonal =>
  c.toLossLevels.blockCheck c.toTables c.toLossTable (SplitPair.counter c.toTables c.toLossTable diagonal) lo len saves right

/-- The check of what is the same for all blocks; lanes have a bit more than those of soft cubic. -/
noncomputable def logsCheck (w : Weights) (c : Certificate) : Bool :=
  SoftCubic.logsCheck w c.toCertificate 2 && Nat.ble (Nat.add (Nat.add c.prec c.width) 6) c.bits

/-- One block, then the others. -/
theorem next {check : Nat → Nat → Nat → Nat → Bool} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : check lo (nth 0 b 0) (nth 0 b 1) (nth 0 b 2) = true) (others : SoftCubic.allBlocks check blocks (Nat.add lo (nth 0 b 0)) = true) :
    SoftCubic.allBlocks check (b :: blocks) lo = true := SoftCubic.next first others

/-- The check of a certificate: the tables are those of the model, too. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams c.toTableWitness && (logsCheck w c && SoftCubic.allBlocks (blockCheck c) c.blocks 0)

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the mean loss is at most `c.loss` billionths,
and the model answers at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    MeanLossAtMost R c.loss w ∧ AtLeast c.bound (Correct R w) :=
  have rest := Bool.and_right hc
  have logs := Bool.and_left (Bool.and_left rest)
  have levels := Bool.and_right logs
  have M := LossModel.of_check R (Bool.and_left hc) (Bool.and_left logs) (Bool.and_left levels)
  have bits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left rest))
  SoftCubic.claims_of_blocks M (fun lo len saves right h => by
    unfold blockCheck at h
    rw [Nat.force_eq] at h
    exact M.block (Nat.le_succ 1) (fun _ => SplitPair.counts M bits) h) (Bool.and_right levels) (Bool.and_right rest)

end SplitCubic
end Compact
