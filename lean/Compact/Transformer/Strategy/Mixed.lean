prelude
import Compact.Transformer.Strategy.Quartic
/-!
# Strategy: mixed

The checker of the quartic strategy (`Strategy/Quartic.lean`), for certificates that give up inputs where deciding them is dear: more tokens
share a row than lose nothing, and queries and maxima that count for little are left out.  Which, is the certificate's choice, and what a
block of maxima counts is proved once for both (`Sheet.block_judged`).
-/
namespace Compact
namespace Mixed

/-- A certificate: that of the quartic strategy. -/
abbrev Certificate := Quartic.Certificate

/-- The check of a certificate: that of the quartic strategy. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (Sheet.blockCheck c.toTables c.toSheets) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) : AtLeast c.bound (Correct R w) :=
  have first := Bool.and_left h
  match Tables.describe R (Bool.and_right first) with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ => Blocks.bound_sound
    (fun _ _ _ hb => Sheet.block_judged hT (fun _ _ _ => hv ▸ hw.judges c.toParams hn) hb) (Bool.and_right h) (Bool.and_left first)

end Mixed
end Compact
