prelude
import Compact.Transformer.Circuit.Joined
/-!
# The circuits of logits alone

`logitCircuits` goes on with all circuits, as `circuitsOf` does, but evaluates no score: what is told of logits only needs none.
-/
namespace Compact
noncomputable section

variable (w : Weights)

/-- Evaluate the packed circuits of logits and go on with them. -/
def joinedLogits {α : Type} (L : Nat) (k : List Nat → List Nat → List Nat → α) : α :=
  (w.W_U.right L w.d_vocab).force fun U =>
  Nat.force w.W_E.mask fun mE => Nat.force w.W_pos.mask fun mP => Nat.force w.W_O.mask fun mO =>
  forceList (productRows L w.d_vocab w.d_model (w.W_O.mat w.d_model).off w.W_O.bits mO 0 0 w.W_O.rows U) fun out =>
  (Right.of L w.d_vocab (outMat w).off out).force fun out =>
  joinedValue w w.W_E fun LE mask value =>
  forceList (productRows L w.d_vocab w.d_head (valueMat w w.W_E).off LE mask 0 0 value out) fun EVOU =>
  joinedValue w w.W_pos fun LP mask value =>
  forceList (productRows L w.d_vocab w.d_head (valueMat w w.W_pos).off LP mask 0 0 value out) fun PVOU =>
  Nat.force (nth 0 w.W_pos.rows (Nat.sub w.n_ctx 1)) fun last =>
  Nat.force (fieldDot w.W_pos.bits mP last U.bits U.mask U.rows w.d_model) fun product =>
  Nat.force (fieldSum w.W_pos.bits mP last w.d_model) fun sum =>
  forceList (productRows L w.d_vocab w.d_model (residMat w).off w.W_E.bits mE product sum w.W_E.rows U) fun EU =>
  k EVOU PVOU EU

/-- Evaluate the circuits of logits, entry by entry, and go on with all circuits. -/
def logitCircuits {α : Type} (k : Circuits → α) : α :=
  Nat.force (scoreLane w) fun S => Nat.force (logitLane w) fun L =>
  Bool.rec (motive := fun _ => α) (circuits w k)
    (joinedLogits w L fun EVOU PVOU EU =>
      matOf L w.d_vocab (Circuits.of w).EVOU.off EVOU fun EVOU => matOf L w.d_vocab (Circuits.of w).PVOU.off PVOU fun PVOU =>
      matOf L w.d_vocab (Circuits.of w).EU.off EU fun EU => k ⟨(Circuits.of w).EQKE, (Circuits.of w).EQKP, EVOU, PVOU, EU⟩)
    (joinedFit w S L)

end

namespace Weights.WellFormed
variable {w : Weights} (h : w.WellFormed)
include h

theorem joinedLogits_eq {α : Type} {S L : Nat} (fit : joinedFit w S L = true) (k : List Nat → List Nat → List Nat → α) :
    joinedLogits w L k = k (PackedCircuits.of w S L).EVOU (PackedCircuits.of w S L).PVOU (PackedCircuits.of w S L).EU := by
  have f1 := Bool.and_left fit
  have posL := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left f1))
  have f3 := Bool.and_right (Bool.and_right fit)
  have rest := Bool.and_right f3
  have fU := Bool.and_left (Bool.and_right rest)
  have fO := Bool.and_right (Bool.and_right rest)
  unfold joinedLogits
  rw [Right.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq,
    h.out_eq posL fU, Right.force_eq, h.joinedValue_eq h.rows_E h.W_E (Bool.and_right (Bool.and_left f3)), forceList_eq,
    h.logits_eq posL h.W_E fO, h.joinedValue_eq h.rows_pos h.W_pos (Bool.and_left rest), forceList_eq, h.logits_eq posL h.W_pos fO,
    Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, nth_eq]
  exact congrArg (fun EU => k _ _ EU) (h.direct_eq posL fU)

end Weights.WellFormed

/-- `logitCircuits` goes on with the circuits. -/
theorem logitCircuits_eq {α : Type} {w : Weights} (h : w.WellFormed) (k : Circuits → α) : logitCircuits w k = k (Circuits.of w) := by
  unfold logitCircuits
  rw [Nat.force_eq, Nat.force_eq]
  cases fit : joinedFit w (scoreLane w) (logitLane w) with
  | false => exact circuits_eq w k
  | true =>
    refine (h.joinedLogits_eq fit _).trans ?_
    refine (matOf_mulRows (h.shape_value h.W_E) h.shape_out (two_mul_lt_laneOf (Nat.le_add_right _ _)) _).trans ?_
    refine (matOf_mulRows (h.shape_value h.W_pos) h.shape_out
      (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _))) _).trans ?_
    exact matOf_mulRows h.shape_resid h.W_U (two_mul_lt_laneOf (Nat.le_trans (Nat.le_add_left _ _) (Nat.le_add_left _ _))) _

end Compact
