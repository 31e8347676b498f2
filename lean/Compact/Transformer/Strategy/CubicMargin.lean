prelude
import Compact.Transformer.Mixture.Lacks
import Compact.Transformer.Strategy.PrefixMargin
/-!
# Strategy: cubic, for a margin

The checker of the cubic strategy, with leads that are checked against direct paths that favour all other outputs by the margin
(`Transformer/Mixture/Raised.lean`).  What it counts is `CorrectBy` (`Claim/Margin.lean`).
-/
namespace Compact
namespace CubicMargin

/-- A certificate: that of the cubic strategy, with a margin. -/
structure Certificate extends Params, Tables, TableWitness, LeadTable, Levels, MarginOf where
  blocks : List (List Nat)
  bound : Nat

/-- The check of one block. -/
noncomputable def blockCheck (t : Tables) (C : LeadTable) (lv : Levels) (Δ : Nat) : Nat → Nat → Nat → Bool :=
  Mixture.raisedCheck (Lacks.method t) t C lv 0 0 Δ

/-- The check of a certificate: the tables are those of the model, the margin is at most so many units, the blocks hold what is
counted, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (Blocks.inputs c.blocks) && c.toMarginOf.fits w c.toParams) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toLeadTable c.toLevels c.units) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly by the margin of the certificate. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    AtLeast c.bound (CorrectBy R (dyadic R c.marginNum c.marginBits) w) :=
  have first := Bool.and_left hc
  Blocks.bound_sound (fun lo len bound hb => Mixture.raised_sound R (F := Lacks.method c.toTables)
      (fun d _ _ _ _ lv a b hT _ hm _ => Lacks.method_sound (c.toTables.withDirect d) lv a b hT hm)
    (Bool.and_right first) (Bool.and_right (Bool.and_left first)) c.toLeadTable c.toLevels 0 0 lo len bound hb)
    (Bool.and_right hc) (Bool.and_left (Bool.and_left first))

end CubicMargin
end Compact
