prelude
import Compact.Packed.Sums
import Compact.Packed.WeighLanes
import Compact.Transformer.Mixture.Mass
import Compact.Transformer.Strategy.Prefix
/-!
# Strategy: prefix, for a mass

The checker of the prefix strategy, which weighs the tokens below a bound instead of counting them (`Transformer/Mixture/Mass.lean`): their
weights are read from a row of running sums.
-/
namespace Compact
namespace PrefixMass
noncomputable section

/-- What is computed for a maximum: what prefix does, and the weights of all tokens below 0, 1, ... -/
structure Prepared extends Prefix.Prepared where
  sums : Nat

/-- Bits of a sum of weights. -/
def sumBits (t : Tables) (W : TokenWeights) : Nat := Nat.add W.weightBits t.v

/-- How tokens are weighed. -/
def method (t : Tables) (W : TokenWeights) (sizes : List Nat) : Mixture.Method Prepared where
  extra := (Prefix.method t sizes).extra
  prepare := fun s m M k => (Prefix.method t sizes).prepare s m M fun d =>
    Nat.force (sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (Nat.succ m) 0 0) fun sums => k ⟨d, sums⟩
  sizes := fun s m M d direct Q k => (Prefix.method t sizes).sizes s m M d.toPrepared direct Q fun size =>
    Nat.force (sumBits t W) fun L => Nat.force d.sums fun sums => k fun θ S => Nat.force (size θ S) fun κ => readLane L sums κ
  claims := fun s d q => (Prefix.method t sizes).claims s d.toPrepared q

end

theorem weight_lt (W : TokenWeights) (s : Nat) : W.weight s < 2 ^ W.weightBits := Nat.mod_lt _ (Nat.two_pow_pos _)

/-- A sum of weights fits. -/
theorem total_lt {t : Tables} (W : TokenWeights) {κ : Nat} (h : κ < t.v) : total κ W.weight < 2 ^ sumBits t W := by
  have le : total κ W.weight ≤ κ * 2 ^ W.weightBits := Nat.le_trans (total_le_total fun s _ => Nat.le_of_lt (weight_lt W s))
    (Nat.le_of_eq (total_const κ _))
  refine Nat.lt_of_le_of_lt le ?_
  show κ * 2 ^ W.weightBits < 2 ^ (W.weightBits + t.v)
  rw [Nat.pow_add, Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_left (Nat.lt_trans h Nat.lt_two_pow_self) (Nat.two_pow_pos _)

/-- All tokens below a bound weigh the sum of their weights. -/
theorem sum_all (weight : Nat → Nat) (n : Nat) : ((below (fun _ => true) n).map weight).sum = total n weight :=
  (sum_below n).trans (total_congr fun _ _ => ite_eq_left rfl)

/-- The tokens that are counted exist, and weigh as much. -/
theorem method_weighs (t : Tables) (W : TokenWeights) (sizes : List Nat) : (method t W sizes).Weighs t W.weight := by
  intro T X m M lv sizeBits classBits hT _ hm _
  match Prefix.method_first t sizes lv sizeBits classBits (M := M) hT hm with
  | ⟨d, prepared, queries⟩ =>
    refine ⟨⟨d, sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (Nat.succ m) 0 0⟩, fun k => ?_, fun q hq => ?_⟩
    · show (Prefix.method t sizes).prepare (CountSetup.of t lv sizeBits classBits) m M (fun d => Nat.force _ fun sums => k ⟨d, sums⟩) = _
      rw [prepared, Nat.force_eq]
    · match queries q hq with
      | ⟨size, sized, first⟩ =>
        refine ⟨fun θ S => Nat.force (size θ S) fun κ => readLane (sumBits t W)
          (sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (Nat.succ m) 0 0) κ, fun k => ?_, fun θ N => ?_⟩
        · show (Prefix.method t sizes).sizes (CountSetup.of t lv sizeBits classBits) m M d (readLane (Leads.bits t.width) M.direct q)
            (Asking.of t (Prefix.method t sizes).extra q) (fun size => Nat.force _ fun L => Nat.force _ fun sums => k fun θ S =>
              Nat.force (size θ S) fun κ => readLane L sums κ) = _
          rw [sized, Nat.force_eq, Nat.force_eq]
        · show LackingWeight W.weight m _ θ (Nat.force (size θ N) fun κ => readLane (sumBits t W)
            (sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (Nat.succ m) 0 0) κ)
          rw [Nat.force_eq]
          have le : size θ N ≤ m := by
            cases e : size θ N with
            | zero => exact Nat.zero_le m
            | succ i => exact (first θ N i (e ▸ Nat.lt_succ_self i)).left
          have row : sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (m + 1) 0 0 =
              pack (sumBits t W) (m + 1) fun κ => total (0 + κ) W.weight := sumsFrom_eq (sumBits t W) W.weight (m + 1) 0
          have lane : readLane (sumBits t W) (sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (Nat.succ m) 0 0) (size θ N) =
              total (size θ N) W.weight := by
            show digit (sumBits t W) (sumsFrom (sumBits t W) (readLane W.weightBits W.tokenWeights) (m + 1) 0 0) (size θ N) = _
            rw [row, digit_pack _ (fun κ hκ => ?_) (Nat.lt_succ_of_le le), Nat.zero_add]
            rw [Nat.zero_add]
            exact total_lt W (Nat.lt_of_lt_of_le hκ hm)
          refine ⟨below (fun _ => true) (size θ N), nodup_below _, fun s hs => first θ N s (mem_below hs).left, Nat.le_of_eq ?_⟩
          rw [sum_all, lane]

/-- A certificate: that of the prefix strategy, with the weights of tokens. -/
structure Certificate extends Params, Tables, TableWitness, LeadTable, Levels, Prefix.Sizes, TokenWeights where
  blocks : List (List Nat)
  bound : Nat

/-- The check of one block. -/
noncomputable def blockCheck (t : Tables) (C : LeadTable) (lv : Levels) (S : Prefix.Sizes) (W : TokenWeights) : Nat → Nat → Nat → Bool :=
  Mixture.massCheck (method t W S.sizes) t C W lv S.sizeBits S.classBits

/-- The check of a certificate: the tables are those of the model, the blocks hold what is weighed, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toLeadTable c.toLevels c.toSizes c.toTokenWeights) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the inputs that the model answers correctly
weigh at least `c.bound`. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    MassAtLeast (tokenWeight c.weightBits c.tokenWeights) c.bound (Correct R w) :=
  have first := Bool.and_left hc
  Blocks.mass_sound (weight := c.toTokenWeights.weight) (fun lo len bound hb => Mixture.mass_sound R (method_weighs c.toTables c.toTokenWeights c.toSizes.sizes)
    (Bool.and_right first) c.toLeadTable c.toLevels c.toSizes.sizeBits c.toSizes.classBits lo len bound hb)
    (Bool.and_right hc) (Bool.and_left first)

end PrefixMass
end Compact
