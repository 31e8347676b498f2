prelude
import Compact.Transformer.Circuit.Joined
import Compact.Transformer.Strategy.MlpBruteForce.Outs
/-!
# Rows of `W_out W_U`, multiplied out in lanes

The same rows as `MlpBruteForce.withNeuronRows` goes on with (`withJoinedRows_eq`); the product of the two matrices is evaluated a row at once.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open MlpBruteForce (withNeuronRows withNeuronRows_eq neuronRows neuronMat fromLeast)
noncomputable section

/-- Evaluate the rows of neurons, then go on with them. -/
def withJoinedRows (w : Weights) (M : MLP) (k : List (List Nat) → Bool) : Bool :=
  Nat.force (laneOf (neuronMat w M).off) fun L =>
  Bool.rec (motive := fun _ => Bool) (withNeuronRows w M k)
    ((w.W_U.right L w.d_vocab).force fun U => Nat.force M.W_out.mask fun mask =>
      forceList (productRows L w.d_vocab w.d_model (M.W_out.mat w.d_model).off M.W_out.bits mask 0 0 M.W_out.rows U) fun rows =>
      matOf L w.d_vocab (neuronMat w M).off rows fun P => forceRows (mapFold fromLeast P.rows) k)
    (laneFits L (w.W_U.mat w.d_vocab).off)

end

theorem withJoinedRows_eq {w : Weights} {M : MLP} (hO : M.W_out.hasRows M.d_mlp = true) (hU : w.W_U.hasRows w.d_model = true)
    (k : List (List Nat) → Bool) : withJoinedRows w M k = k (neuronRows w M) := by
  unfold withJoinedRows
  rw [Nat.force_eq]
  cases fit : laneFits (laneOf (neuronMat w M).off) (w.W_U.mat w.d_vocab).off with
  | false => exact withNeuronRows_eq w M k
  | true =>
    have O := Tensor.hasRows_spec hO w.d_model
    have U := Tensor.hasRows_spec hU w.d_vocab
    show Right.force _ _ = _
    rw [Right.force_eq, Nat.force_eq, forceList_eq,
      productRows_eq (laneOf_pos _) O.right U.right (Tensor.right_holds U.left U.right fit) O.left
        (Weights.WellFormed.no_more fun _ hi _ hl => Tensor.get_eq_field O.left hi hl) (total_zero _ _) (total_zero' _)]
    refine (matOf_mulRows O.right U.right (two_mul_lt_laneOf (Nat.le_refl _)) _).trans ?_
    rw [forceRows_eq]
    rfl

end MlpQuartic
end Transformer
end Compact
