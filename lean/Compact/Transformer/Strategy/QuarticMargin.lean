prelude
import Compact.Transformer.Mixture.Raised
import Compact.Transformer.Strategy.PrefixMargin
import Compact.Transformer.Strategy.Quartic
/-!
# Strategy: quartic, for a margin

The checker of the quartic strategy, for each maximum by itself, on tables whose direct paths favour all other outputs by the margin
(`Classes/RaisedTables.lean`).  What it counts is `CorrectBy` (`Claim/Margin.lean`).
-/
namespace Compact
namespace QuarticMargin

/-- A certificate: that of the quartic strategy, with a margin.  Its blocks hold one maximum each. -/
structure Certificate extends Params, Tables, TableWitness, Sheet.Sheets, MarginOf where
  blocks : List (List Nat)
  bound : Nat

/-- The check of one block: it holds one maximum `lo`, and the inputs counted of raised tables are as many as it says. -/
noncomputable def blockCheck (t : Tables) (S : Sheet.Sheets) (Δ lo len bound : Nat) : Bool :=
  ((Nat.beq len 1 && Nat.ble (Nat.succ lo) t.v) && t.mayRaise Δ) &&
  forceList (Tables.addRows (t.raiseLanes (ones t.bits t.v) Δ lo) t.direct) fun direct =>
    Tables.allWithin (Nat.mul (Nat.sub (Nat.pow 2 t.width) 1) (ones t.bits t.v)) direct && Sheet.blockCheck (t.withDirect direct) S lo len bound

/-- The check of a certificate: the tables are those of the model, the margin is at most so many units, the blocks hold what is
counted, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (Blocks.inputs c.blocks) && c.toMarginOf.fits w c.toParams) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toSheets c.units) c.blocks 0

/-- The check of a block is sound: its inputs are answered correctly by the margin. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (tables : t.check w params e = true) {num bits Δ : Nat} (units : unitsFit w params num bits Δ = true) (S : Sheet.Sheets)
    (lo len bound : Nat) (h : blockCheck t S Δ lo len bound = true) :
    AtLeast bound fun x => CorrectBy R (dyadic R num bits) w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have shape := Bool.and_left h
  have one : len = 1 := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_left shape))
  have hm : lo < t.v := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left shape))
  have room := Tables.room_of_mayRaise (Bool.and_right shape)
  have raised := Bool.and_right h
  rw [forceList_eq] at raised
  have counted : Sheet.blockCheck (t.raised Δ lo) S lo len bound = true := Bool.and_right raised
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ =>
    have describe := hT.raised room hm ((hw.length_directRows params).trans hv) (fun q hq => (hw.length_directRow params (hv.symm ▸ hq)).trans hv)
      (Bool.and_left raised)
    have judges (m : Nat) := hw.judges_raised_only (R := R) (m := lo) hn units m
    rw [hv] at judges
    have block := Sheet.block_judged (P := fun x => maximum x = lo → CorrectBy R (dyadic R num bits) w x) describe
      (fun m _ _ => judges m) counted
    refine AtLeast.mono_pred (fun x hx => ⟨hx.left (Nat.le_antisymm (Nat.le_of_lt_succ ?_) hx.right.left), hx.right⟩) block
    have lt := hx.right.right
    rw [one] at lt
    exact lt

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly by the margin of the certificate. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    AtLeast c.bound (CorrectBy R (dyadic R c.marginNum c.marginBits) w) :=
  have first := Bool.and_left hc
  Blocks.bound_sound (fun lo len bound hb => block_sound R (Bool.and_right first) (Bool.and_right (Bool.and_left first)) c.toSheets lo len bound hb)
    (Bool.and_right hc) (Bool.and_left (Bool.and_left first))

end QuarticMargin
end Compact
