prelude
import Compact.Transformer.Mixture.Block
import Compact.Transformer.Strategy.Quartic.Sheet
/-!
# Strategy: quartic

For each query `q`, maximum `m`, number `c` of other tokens and token `s < m`, all outputs are compared: `v^4` comparisons, `m * v` of
them in one step (`Quartic/Sheet/Check.lean`).  An input may hold tokens that fail, if its others make good for them
(`Mixture/Average.lean`).  `sound`: for any weights and any certificate, if the check is true, at least `bound` inputs are answered
correctly.
-/
namespace Compact
namespace Quartic

/-- A certificate: how to round, the tables of the model and their witnesses, the levels of tokens, and the bound that they prove.
The maxima are checked in blocks, one after the other: of each, how many maxima, and the inputs counted. -/
structure Certificate extends Params, Tables, TableWitness, Sheet.Sheets where
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the tables are those of the model, the blocks hold what is counted, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (Sheet.blockCheck c.toTables c.toSheets) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  have first := Bool.and_left h
  match Tables.describe R (Bool.and_right first) with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ => Blocks.bound_sound
    (fun _ _ _ hb => Sheet.block_judged hT (fun _ _ _ => hv ▸ hw.judges c.toParams hn) hb) (Bool.and_right h) (Bool.and_left first)

end Quartic
end Compact
