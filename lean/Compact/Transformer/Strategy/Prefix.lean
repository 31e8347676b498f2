prelude
import Compact.Transformer.Minimum.Check
import Compact.Transformer.Minimum.Prefixes
/-!
# Strategy: prefix

Each class may hold the tokens below a bound that the certificate gives, and is decided by one test of extreme values
(`Minimum/Prefixes.lean`): the least margin of these tokens and the least or largest of their factors.  A margin is
checked by one lane test on a packed row (`Minimum/Check.lean`), so no step looks at outputs one by one.
-/
namespace Compact
namespace Prefix
noncomputable section

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def count (t : Tables) (C : Prefixes.Claims) (lo len : Nat) : Nat :=
  Nat.force t.bits fun L => Nat.force t.width fun width => Nat.force (ones L t.v) fun one =>
  (Margins.rows t).force fun rows =>
  Prefixes.countWith t C (fun m M => M.check L width m one (nth 0 t.position m) rows) lo len

/-- The check of the maxima `lo, ..., lo + len - 1`: at least `bound` inputs. -/
def blockCheck (t : Tables) (C : Prefixes.Claims) (lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) && Nat.ble bound (count t C lo len)

end

section
variable (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}

/-- The check of a block of maxima is sound. -/
theorem block_sound (describe : t.check w params e = true) (C : Prefixes.Claims) (lo len bound : Nat)
    (h : blockCheck t C lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold count
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Margins.Rows.force_eq]
  refine Prefixes.atLeast_countWith R describe C (fun m M hm checked => ?_) hlen
  have hT := (Tables.describe R describe).right.right.right
  rw [nth_eq] at checked
  match hT.position m hm with
  | ⟨X, hX, noBetter, hX'⟩ => exact ⟨X, noBetter, Margins.sound_of_check hT hbits hm hX hX' checked⟩

end

/-- A certificate: how to round, the tables of the model and their witnesses, the margins of all maxima, the numbers of
tokens that classes may hold, and the bound that they prove. -/
structure Certificate extends Params, Tables, TableWitness, Prefixes.Claims where
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the count reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams c.toTableWitness && blockCheck c.toTables c.toClaims 0 c.v c.bound

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  AtLeast.mono_pred (fun _ h => h.left) (block_sound R (Bool.and_left h) _ 0 c.v c.bound (Bool.and_right h))

end Prefix
end Compact
