prelude
import Compact.Packed.WeighLanes
import Compact.Transformer.Mixture.Mass
import Compact.Transformer.Mixture.Lacks
import Compact.Transformer.Strategy.PrefixMass
/-!
# Strategy: cubic, for a mass

The checker of the cubic strategy, which weighs the tokens that lack no more than a threshold instead of counting them
(`Transformer/Mixture/Mass.lean`, `Packed/WeighLanes.lean`).
-/
namespace Compact
namespace CubicMass
noncomputable section

/-- Bits of what a token lacks and of a sum of weights, and a top bit. -/
def laneBits (t : Tables) (W : TokenWeights) : Nat := Nat.add (Lacks.lackBits t) W.weightBits

/-- What is the same for all queries of a maximum: a one in each lane, the top bits, and the weights. -/
structure Lanes where
  one : Nat
  tops : Nat
  weights : Nat

/-- Go on with what the tokens weigh that are at most a threshold; thresholds above all that fits below the top bit are cut. -/
def sizesOf (t : Tables) (W : TokenWeights) (s : CountSetup) (m : Nat) (M : Leads) (d : Lanes) (direct : Nat) (Q : Asking)
    (k : (Nat → Nat → Nat) → Nat) : Nat :=
  Nat.force (laneBits t W) fun L => Nat.force (Lacks.lacks s.bits L s.leadBits s.zero m Q.lows direct M.token) fun row =>
  Nat.force (Nat.pred (Nat.pow 2 (Nat.sub L 1))) fun cap => Nat.force (Nat.sub (Nat.pow 2 W.weightBits) 1) fun mask =>
  k fun θ _ => weighAtMost L d.tops d.one mask d.weights row (Nat.sub cap (Nat.sub cap θ))

/-- How tokens are weighed. -/
def method (t : Tables) (W : TokenWeights) : Mixture.Method Lanes where
  extra := fun _ => 0
  prepare := fun _ m _ k => Nat.force (ones (laneBits t W) m) fun one =>
    Nat.force (Nat.mul (Nat.pow 2 (Nat.sub (laneBits t W) 1)) one) fun tops =>
    Nat.force (packFrom (laneBits t W) (readLane W.weightBits W.tokenWeights) m) fun weights => k ⟨one, tops, weights⟩
  sizes := sizesOf t W
  claims := fun _ _ _ => 0

end

/-- The tokens that are counted exist, and weigh as much. -/
theorem method_weighs (t : Tables) (W : TokenWeights) : (method t W).Weighs t W.weight := by
  intro T X m M lv sizeBits classBits hT _ hm _
  refine ⟨⟨ones (laneBits t W) m, 2 ^ (laneBits t W - 1) * ones (laneBits t W) m, pack (laneBits t W) m W.weight⟩, fun k => ?_, fun q hq => ?_⟩
  · unfold method
    show Nat.force _ (fun one => Nat.force _ fun tops => Nat.force _ fun weights => k ⟨one, tops, weights⟩) = _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, packFrom_eq]
    rfl
  · refine ⟨fun θ _ => weighAtMost (laneBits t W) (2 ^ (laneBits t W - 1) * ones (laneBits t W) m) (ones (laneBits t W) m)
      (2 ^ W.weightBits - 1) (pack (laneBits t W) m W.weight)
      (Lacks.lacks t.bits (laneBits t W) (Leads.bits t.width) (Leads.zero t.width) m (nth 0 t.tokenLo q)
        (readLane (Leads.bits t.width) M.direct q) M.token)
      (2 ^ (laneBits t W - 1) - 1 - (2 ^ (laneBits t W - 1) - 1 - θ)), fun k => ?_, fun θ _ => ?_⟩
    · show sizesOf _ _ _ _ _ _ _ _ _ = _
      unfold sizesOf
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
      rfl
    · have hqv := Nat.lt_of_le_of_lt hq hm
      have row_eq : Lacks.lacks t.bits (laneBits t W) (Leads.bits t.width) (Leads.zero t.width) m (nth 0 t.tokenLo q)
          (readLane (Leads.bits t.width) M.direct q) M.token = pack (laneBits t W) m fun k => lackOf (Leads.zero t.width) (T.tokenLo q k)
            (readLane (Leads.bits t.width) M.direct q) (readLane (Leads.bits t.width) M.token k) := by
        refine (Lacks.lacks_eq _ _ _ _ _ _ _ _).trans (pack_congr _ fun k hk => ?_)
        have e : readLane t.bits (nth 0 t.tokenLo q) k = T.tokenLo q k :=
          (congrArg (fun x => digit t.bits x k) (nth_eq _ _ _)).trans (hT.tokenLo q k hqv (Nat.lt_trans hk hm))
        rw [e]
      have cap_lt : 2 ^ (laneBits t W - 1) - 1 - (2 ^ (laneBits t W - 1) - 1 - θ) < 2 ^ (laneBits t W - 1) :=
        Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos)
      have cap_le : 2 ^ (laneBits t W - 1) - 1 - (2 ^ (laneBits t W - 1) - 1 - θ) ≤ θ :=
        Nat.sub_le_of_le_add (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ θ)))
      have wide : Lacks.lackBits t ≤ laneBits t W := Nat.le_add_right _ _
      have pos : 0 < laneBits t W := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) wide
      rw [row_eq]
      refine ⟨_, nodup_below m, fun s hs => ?_, weighAtMost_le pos (Nat.le_add_left _ _) (fun j _ => PrefixMass.weight_lt W j) (fun k hk =>
        Nat.lt_of_lt_of_le (Lacks.lack_lt (hT.tokenLo_le q k hqv (Nat.lt_trans hk hm)))
          (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le_sub_right wide 1))) cap_lt⟩
      have facts := mem_below hs
      exact ⟨facts.left, Nat.le_trans (Nat.le_of_ble_eq_true facts.right) cap_le⟩

/-- A certificate: that of the cubic strategy, with the weights of tokens. -/
structure Certificate extends Params, Tables, TableWitness, LeadTable, Levels, TokenWeights where
  blocks : List (List Nat)
  bound : Nat

/-- The check of one block. -/
noncomputable def blockCheck (t : Tables) (C : LeadTable) (lv : Levels) (W : TokenWeights) : Nat → Nat → Nat → Bool :=
  Mixture.massCheck (method t W) t C W lv 0 0

/-- The check of a certificate: the tables are those of the model, the blocks hold what is weighed, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toLeadTable c.toLevels c.toTokenWeights) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the inputs that the model answers correctly
weigh at least `c.bound`. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    MassAtLeast (tokenWeight c.weightBits c.tokenWeights) c.bound (Correct R w) :=
  have first := Bool.and_left hc
  Blocks.mass_sound (weight := c.toTokenWeights.weight) (fun lo len bound hb => Mixture.mass_sound R (method_weighs c.toTables c.toTokenWeights)
    (Bool.and_right first) c.toLeadTable c.toLevels 0 0 lo len bound hb) (Bool.and_right hc) (Bool.and_left first)

end CubicMass
end Compact
