prelude
import Compact.Transformer.Apart.Block
/-!
# Strategy: cubic

For each query `q`, maximum `m` and token `s < m` a level says how many of the parts of what the others can spare the token takes.  What it lacks over
all outputs but its own comes from leads, which are minima over outputs; its own output, which it raises most, is looked at by itself, and more can be
spared there.  So the work is `v^3` steps on numbers, and `v^2` lane tests for the leads, where the quartic strategy compares output by output.
-/
namespace Compact
namespace Cubic

/-- A certificate: how to round, the tables of the model and their witnesses, the leads of all maxima, into how many parts what can be spared is
divided, the blocks of maxima, and the bound that they prove. -/
structure Certificate extends Params, Tables, TableWitness, LeadTable, Division where
  blocks : List (List Nat)
  bound : Nat

/-- The check of one block. -/
noncomputable def blockCheck (t : Tables) (C : LeadTable) (p : Division) : Nat → Nat → Nat → Bool := Apart.blockCheck t C p

/-- The check of a certificate: the tables are those of the model, the blocks hold what is counted, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toLeadTable c.toDivision) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  Blocks.bound_sound (fun lo len bound hb => Apart.block_sound R (Bool.and_right (Bool.and_left hc)) c.toLeadTable c.toDivision lo len bound hb)
    (Bool.and_right hc) (Bool.and_left (Bool.and_left hc))

end Cubic
end Compact
