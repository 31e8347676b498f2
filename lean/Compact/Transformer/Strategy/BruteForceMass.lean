prelude
import Compact.Counting.WeighTree
import Compact.Transformer.Mixture.Mass
import Compact.Transformer.Strategy.BruteForce
/-!
# Strategy: brute force, for a mass

The checker of brute force, which adds up the weights of the inputs that pass instead of counting them (`Counting/WeighTree.lean`).
-/
namespace Compact
namespace BruteForceMass
noncomputable section

/-- The weight of the inputs with one query token that pass. -/
def weighQuery (W : TokenWeights) (lanes : List Lane) (v n : Nat) (first : List (Nat × Nat)) (rest : List (List (Nat × Nat))) (q : Nat) : Nat :=
  Nat.mul (readLane W.weightBits W.tokenWeights q) (forcePairRows rest fun rest => BruteForce.step q ⟨first :: rest, 0, 0, 0⟩
    (weighTree v n (readLane W.weightBits W.tokenWeights) BruteForce.step (BruteForce.passes lanes)))

/-- A certificate: how to round, the weights of tokens, and the bound. -/
structure Certificate extends Params, TokenWeights where
  bound : Nat

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  w.wellFormed && Nat.ble c.bound (BruteForce.overQueries w c.toParams (weighQuery c.toTokenWeights))

end

/-- The inputs that pass weigh as much. -/
theorem weigh_sound (R : Type) [ExpField R] {w : Weights} {c : Params} (W : TokenWeights) (h : w.WellFormed) :
    AtLeast (BruteForce.overQueries w c (weighQuery W)) fun z =>
      Correct R w (spelled W.weight w.d_vocab z) ∧ ∀ u, u ∈ z → u < weightBelow W.weight w.d_vocab := by
  unfold BruteForce.overQueries
  rw [roundedTables_eq h]
  cases hnarrow : (Enclosure.of w c (Circuits.of w)).narrow c.width with
  | false => exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force _ fun L => Nat.force _ fun one => Nat.force _ fun B => _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, BruteForce.forceLanes_eq, forceList_eq, forceList_eq, forceList_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (fun z => lastToken (spelled W.weight w.d_vocab z)) fun q hq => ?_)
    show AtLeast (weighQuery W _ _ _ _ _ q) _
    unfold weighQuery
    rw [forcePairRows_eq, BruteForce.step_eq]
    exact AtLeast.append_letters (weight := W.weight) hq (AtLeast.weighTree (weight := W.weight) (fun t s k => BruteForce.step_eq t s k) fun y hlen hlt pass =>
      BruteForce.passes_correct h hnarrow hq (BruteForce.queryFor h hq) hlen hlt pass)

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the inputs that the model answers correctly
weigh at least `c.bound`. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    MassAtLeast (tokenWeight c.weightBits c.tokenWeights) c.bound (Correct R w) :=
  match Bool.and_eq_true_iff.mp h with
  | ⟨hw, hb⟩ => MassAtLeast.weaken (Nat.le_of_ble_eq_true hb)
    (MassAtLeast.of_spelled (weigh_sound R c.toTokenWeights (Weights.wellFormed_spec hw)))

end BruteForceMass
end Compact
