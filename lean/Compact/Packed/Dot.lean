prelude
import Compact.Packed.Fields
import Compact.Counting.Total
/-!
# Combinations of rows as sums

What `dot` makes of a list of numbers and a list of packed rows, lane by lane.
-/
namespace Compact

/-- A sum of packed rows. -/
theorem pack_total (W n k : Nat) (f : Nat → Nat → Nat) : (pack W n fun t => total k fun s => f s t) = total k fun s => pack W n (f s) := by
  induction k with
  | zero => exact pack_zero W n
  | succ k ih =>
    show (pack W n fun t => (total k fun s => f s t) + f k t) = _
    rw [← pack_add, ih]
    rfl

/-- The lanes of a combination of packed rows. -/
theorem dot_pack {L n d : Nat} {xs rs : List Nat} {f : Nat → Nat → Nat} (hx : xs.length = d) (hr : rs.length = d)
    (h : ∀ t, t < d → rs.getD t 0 = pack L n (f t)) : dot xs rs = pack L n fun s => total d fun t => xs.getD t 0 * f t s := by
  rw [dot_eq_total hx hr, pack_total]
  refine total_congr fun t ht => ?_
  rw [h t ht, mul_pack]

end Compact
