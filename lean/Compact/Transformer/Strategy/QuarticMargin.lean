prelude
import Compact.Transformer.Mixture.Raised
import Compact.Transformer.Strategy.PrefixMargin
import Compact.Transformer.Strategy.Quartic
import Compact.Transformer.Strategy.Quartic.Sheet.Raised
/-!
# Strategy: quartic, for a margin

The checker of the quartic strategy, for each maximum on direct paths that favour all other outputs by the margin
(`Quartic/Sheet/Raised.lean`).  What it counts is `CorrectBy` (`Claim/Margin.lean`).
-/
namespace Compact
namespace QuarticMargin

/-- A certificate: that of the quartic strategy, with a margin. -/
structure Certificate extends Params, Tables, TableWitness, Sheet.Sheets, MarginOf where
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the tables are those of the model, the margin is at most so many units, the blocks hold what is
counted, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (Blocks.inputs c.blocks) && c.toMarginOf.fits w c.toParams) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (Sheet.raisedCheck c.toTables c.toSheets c.units) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly by the margin of the certificate. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    AtLeast c.bound (CorrectBy R (dyadic R c.marginNum c.marginBits) w) :=
  have first := Bool.and_left hc
  Blocks.bound_sound (fun lo len bound hb => Sheet.raised_sound R (Bool.and_right first) (Bool.and_right (Bool.and_left first)) lo len bound hb)
    (Bool.and_right hc) (Bool.and_left (Bool.and_left first))

end QuarticMargin
end Compact
