prelude
import Compact.Minimum.CheckTopTwo
import Compact.Minimum.Prefixes
/-!
# Strategy: prefix, with the two largest entries of each row

As in the prefix strategy each class may hold the tokens below a bound that the certificate gives, and is decided by
one test of extreme values (`Minimum/Prefixes.lean`).  But margins are bounded row by row, from the two largest entries
of each row (`Minimum/CheckTopTwo.lean`): no step of the check looks at more than a number.
-/
namespace Compact
namespace PrefixTop2
noncomputable section

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def count (t : Tables) (C : Prefixes.Certificate) (lo len : Nat) : Nat :=
  Nat.force t.bits fun L => Nat.force t.width fun width => Nat.force t.v fun v =>
  TopRow.make L v t.last fun last => TopRows.forceFrom t v 0 fun rs =>
  Prefixes.countWith t C (fun m M => M.checkTopTwo L width v m (nth 0 t.position m) last rs) lo len

/-- The check of the maxima `lo, ..., lo + len - 1`: at least `bound` inputs. -/
def check (t : Tables) (C : Prefixes.Certificate) (lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) && Nat.ble bound (count t C lo len)

end

section
variable (R : Type) [ExpField R] {w : Weights} {params : Params} {t : Tables} (describe : t.check w params = true)
include describe

/-- The check of a block of maxima is sound. -/
theorem block_sound (C : Prefixes.Certificate) (lo len bound : Nat) (h : check t C lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold count
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, TopRow.make_eq, TopRows.forceFrom_eq]
  refine Prefixes.atLeast_countWith R describe C (fun m M hm checked => ?_) hlen
  have hT := (Tables.describe R describe).right.right.right
  rw [nth_eq] at checked
  match hT.position m hm with
  | ⟨X, hX, noBetter, hX'⟩ => exact ⟨X, noBetter, Margins.sound_of_checkTopTwo hT hbits hm hX hX' checked⟩

/-- If the tables describe the model and all blocks of maxima pass, the model answers at least `N` inputs correctly. -/
theorem sound (C : Prefixes.Certificate) (blocks : List (Nat × Nat)) (h : Blocks (check t C) 0 blocks) {N : Nat}
    (hN : Nat.ble N (totalBound blocks) = true) : AtLeast N (Correct R w) :=
  AtLeast.weaken (Nat.le_of_ble_eq_true hN) (atLeast_blocks (block_sound R describe C) h)

end
end PrefixTop2
end Compact
