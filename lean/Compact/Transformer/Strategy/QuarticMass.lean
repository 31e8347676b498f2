prelude
import Compact.Transformer.Strategy.Quartic
import Compact.Transformer.Strategy.Quartic.Sheet.Weighed
/-!
# Strategy: quartic, for a mass

The checker of the quartic strategy, which counts inputs for what they weigh (`Quartic/Sheet/Weighed.lean`).
-/
namespace Compact
namespace QuarticMass

/-- A certificate: that of the quartic strategy, with the weights of tokens. -/
structure Certificate extends Params, Tables, TableWitness, Sheet.Sheets, TokenWeights where
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the tables are those of the model, the blocks hold what is weighed, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (Sheet.massCheck c.toTables c.toSheets c.toTokenWeights) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the inputs that the model answers correctly
weigh at least `c.bound`. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    MassAtLeast (tokenWeight c.weightBits c.tokenWeights) c.bound (Correct R w) :=
  have first := Bool.and_left hc
  Blocks.mass_sound (weight := c.toTokenWeights.weight) (fun lo len bound hb => Sheet.mass_sound R (Bool.and_right first) lo len bound hb)
    (Bool.and_right hc) (Bool.and_left first)

end QuarticMass
end Compact
