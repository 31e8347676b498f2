prelude
import Compact.Minimum.Running
import Compact.Enclosure.Narrow
/-!
# Rows of numbers that are read in any order

A `Row` holds the numbers of a list, or its running minima or maxima, in one natural; reading one of them takes
a few operations on naturals instead of a walk along the list.
-/
namespace Compact

/-- Numbers packed into lanes of `bits` bits. -/
structure Row where
  bits : Nat
  lanes : Nat

namespace Row

/-- The number at `i`. -/
noncomputable def get (r : Row) (i : Nat) : Nat := readLane r.bits r.lanes i

/-- Bits that suffice for each number of a list. -/
noncomputable def bitsOf (xs : List Nat) : Nat := Nat.succ (Nat.log2 (maxList xs))

/-- The numbers of a list. -/
noncomputable def of (xs : List Nat) : Row := ⟨bitsOf xs, packList (bitsOf xs) xs⟩

/-- At `i` the least of the first `i + 1` numbers of a list. -/
noncomputable def least (xs : List Nat) : Row := ⟨bitsOf xs, running Compact.least (bitsOf xs) xs (maxList xs)⟩

/-- At `i` the greatest of the first `i + 1` numbers of a list. -/
noncomputable def greatest (xs : List Nat) : Row := ⟨bitsOf xs, running Compact.greatest (bitsOf xs) xs 0⟩

/-- Evaluate a row, then go on with it. -/
noncomputable def force {α : Type} (r : Row) (k : Row → α) : α :=
  Nat.force r.bits fun bits => Nat.force r.lanes fun lanes => k ⟨bits, lanes⟩

theorem force_eq {α : Type} (r : Row) (k : Row → α) : r.force k = k r := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq]

variable {xs : List Nat}

theorem maxList_lt (xs : List Nat) : maxList xs < 2 ^ bitsOf xs := Nat.lt_log2_self

theorem getD_lt (xs : List Nat) (j : Nat) : xs.getD j 0 < 2 ^ bitsOf xs :=
  Nat.lt_of_le_of_lt (getD_le_maxList xs j) (maxList_lt xs)

theorem get_of {i : Nat} (hi : i < xs.length) : (of xs).get i = xs.getD i 0 := by
  show digit (bitsOf xs) (packList (bitsOf xs) xs) i = _
  rw [packList_eq]
  exact digit_pack _ (fun j _ => getD_lt xs j) hi

theorem get_least {i j : Nat} (hi : i < xs.length) (hj : j ≤ i) : (least xs).get i ≤ xs.getD j 0 :=
  running_least (maxList_lt xs) hi hj

theorem get_greatest {i j : Nat} (hi : i < xs.length) (hj : j ≤ i) : xs.getD j 0 ≤ (greatest xs).get i :=
  running_greatest (Nat.two_pow_pos _) (fun j _ => getD_lt xs j) hi hj

end Row
end Compact
