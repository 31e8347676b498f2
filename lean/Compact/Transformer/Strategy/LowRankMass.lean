prelude
import Compact.Transformer.Share.Weighed
import Compact.Transformer.Strategy.LowRank
/-!
# Strategy: low rank, for a mass

The checker of all low-rank strategies, which counts inputs for what they weigh (`Share/Weighed.lean`).
-/
namespace Compact
namespace LowRankMass
noncomputable section

/-- A certificate: that of a low-rank strategy, with the weights of tokens. -/
structure Certificate extends ShareData, TokenWeights where
  blocks : List (List Nat)
  bound : Nat

/-- Bits of the weight of so many tokens. -/
def sumBits (W : TokenWeights) (v : Nat) : Nat := Nat.add W.weightBits v

/-- The check of a block of queries: a weight of at least `bound`. -/
def massCheck (w : Weights) (c : ShareData) (W : TokenWeights) (lo len bound : Nat) : Bool :=
  Nat.force (sumBits W c.v) fun L => Nat.force (sumsFrom L (readLane W.weightBits W.tokenWeights) c.v 0 0) fun sums =>
  LowRank.tallyCheck (ShareTally.weighed c.n W L sums)
    (Nat.ble (Nat.succ (Nat.pow (total c.v fun s => readLane W.weightBits W.tokenWeights s) c.n)) (Nat.pow 2 c.countBits)) w c lo len bound

/-- The check of a certificate: all blocks hold what is weighed, and that reaches the bound. -/
def check (w : Weights) (c : Certificate) : Bool :=
  Nat.ble c.bound (Blocks.inputs c.blocks) && Blocks.all (massCheck w c.toShareData c.toTokenWeights) c.blocks 0

end

/-- The sums are those of weights. -/
theorem sums_right (W : TokenWeights) {v κ : Nat} (hκ : κ < v) :
    readLane (sumBits W v) (sumsFrom (sumBits W v) (readLane W.weightBits W.tokenWeights) v 0 0) κ = weightBelow W.weight κ := by
  have row : sumsFrom (sumBits W v) (readLane W.weightBits W.tokenWeights) v 0 0 = pack (sumBits W v) v fun κ => total (0 + κ) W.weight :=
    sumsFrom_eq (sumBits W v) W.weight v 0
  have lane : ∀ k, k < v → total (0 + k) W.weight < 2 ^ sumBits W v := fun k hk => by
    rw [Nat.zero_add]
    refine Nat.lt_of_le_of_lt (Nat.le_trans (total_le_total fun s _ => Nat.le_of_lt (Nat.mod_lt _ (Nat.two_pow_pos _)))
      (Nat.le_of_eq (total_const k (2 ^ W.weightBits)))) ?_
    show k * 2 ^ W.weightBits < 2 ^ (W.weightBits + v)
    rw [Nat.pow_add, Nat.mul_comm]
    exact Nat.mul_lt_mul_of_pos_left (Nat.lt_trans hk Nat.lt_two_pow_self) (Nat.two_pow_pos _)
  rw [row]
  show digit _ _ _ = _
  rw [digit_pack _ lane hκ, Nat.zero_add]
  rfl

/-- The check of a block is sound. -/
theorem mass_sound (R : Type) [ExpField R] (w : Weights) (c : ShareData) (W : TokenWeights) (lo len bound : Nat)
    (h : massCheck w c W lo len bound = true) :
    AtLeast bound fun z => (Correct R w (spelled W.weight c.v z) ∧ ∀ u, u ∈ z → u < weightBelow W.weight c.v) ∧
      lo ≤ lastToken (spelled W.weight c.v z) ∧ lastToken (spelled W.weight c.v z) < lo + len := by
  unfold massCheck at h
  rw [Nat.force_eq, Nat.force_eq] at h
  exact AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (LowRank.tally_sound R (μ := Measure.spelled W.weight c.v)
    w c (fun room => Measure.spelled_fitsShares (Nat.le_of_ble_eq_true room) fun _ hκ => sums_right W hκ) lo len bound h)

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the inputs that the model answers correctly
weigh at least `c.bound`. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    MassAtLeast (tokenWeight c.weightBits c.tokenWeights) c.bound (Correct R w) :=
  MassAtLeast.of_spelled (Blocks.bound_sound_by_query (query := fun z => lastToken (spelled c.toTokenWeights.weight c.v z))
    (mass_sound R w c.toShareData c.toTokenWeights) (Bool.and_right h) (Bool.and_left h))

end LowRankMass
end Compact
