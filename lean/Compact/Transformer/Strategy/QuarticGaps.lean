prelude
import Compact.Transformer.Strategy.QuarticRegion
/-!
# Strategy: quartic, for a region with a table of gaps

As for a region with one gap (`QuarticRegion.lean`), with a gap for each maximum (`Claim/Region.lean`).
-/
namespace Compact
namespace QuarticGaps

/-- What a certificate says of a table of gaps. -/
structure Gaps where
  gapBits : Nat
  gaps : Nat

/-- All tokens below the gap for this maximum; nothing where that is 0. -/
noncomputable def ask (G : Gaps) (m : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun g _ => Nat.succ (Nat.sub m g)) (readLane G.gapBits G.gaps m)

theorem ask_of_pos {G : Gaps} {m : Nat} (h : 0 < gapAt G.gapBits G.gaps m) : ask G m = belowGap (gapAt G.gapBits G.gaps m) m + 1 := by
  unfold ask
  have same : readLane G.gapBits G.gaps m = gapAt G.gapBits G.gaps m := rfl
  rw [same]
  cases e : gapAt G.gapBits G.gaps m with
  | zero => rw [e] at h; exact absurd h (Nat.lt_irrefl 0)
  | succ g => rfl

theorem le_of_ask {G : Gaps} {m k : Nat} (h : ask G m = k + 1) : k ≤ m := by
  unfold ask at h
  cases e : readLane G.gapBits G.gaps m with
  | zero => rw [e] at h; exact nomatch h
  | succ g =>
    rw [e] at h
    have h : m - g = k := Nat.succ.inj h
    exact h ▸ Nat.sub_le m g

/-- A certificate: how to round, the tables of the model and their witnesses, how rows are compared, the gaps, blocks of all maxima (of each how
many, and how many inputs of the region have them), and the number of inputs of the region. -/
structure Certificate extends Params, Tables, TableWitness, QuarticRegion.Narrow, Gaps where
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the blocks hold all maxima and enough inputs. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (Blocks.inputs c.blocks) && Nat.beq (QuarticRegion.maxima c.blocks) c.v) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (QuarticRegion.blockCheck c.toTables c.toNarrow (ask c.toGaps)) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers every input of the
region correctly, and there are at least `c.bound` of them. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    RightInGaps R c.gapBits c.gaps w ∧ AtLeast c.bound (Correct R w) :=
  have first := Bool.and_left hc
  have tables := Bool.and_right first
  have covers : 0 + QuarticRegion.maxima c.blocks = c.v :=
    (Nat.zero_add _).trans (Nat.eq_of_beq_eq_true _ _ (Bool.and_right (Bool.and_left first)))
  ⟨fun _ hx region => QuarticRegion.right R tables (Bool.and_right hc) covers hx (Nat.zero_le _) (ask_of_pos region.left) region.right,
    AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left first))) (QuarticRegion.counted R tables (Bool.and_right hc) fun _ _ => le_of_ask)⟩

end QuarticGaps
end Compact
