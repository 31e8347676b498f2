prelude
import Compact.Minimum.Running
/-!
# Rows of numbers that are read in any order

A `Row` holds numbers in one natural; reading one of them takes a few operations on naturals instead of a walk
along a list.
-/
namespace Compact.Prefix

/-- Numbers packed into lanes of `bits` bits. -/
structure Row where
  bits : Nat
  lanes : Nat

namespace Row

/-- The number at `i`. -/
noncomputable def get (r : Row) (i : Nat) : Nat := readLane r.bits r.lanes i

/-- At `i` the least of the first `i + 1` numbers of a list. -/
noncomputable def least (L : Nat) (xs : List Nat) : Row := ⟨L, running Compact.least L xs (Nat.sub (Nat.pow 2 L) 1)⟩

/-- At `i` the greatest of the first `i + 1` numbers of a list. -/
noncomputable def greatest (L : Nat) (xs : List Nat) : Row := ⟨L, running Compact.greatest L xs 0⟩

variable {L : Nat} {xs : List Nat}

theorem get_least {i j : Nat} (hi : i < xs.length) (hj : j ≤ i) : (least L xs).get i ≤ xs.getD j 0 :=
  running_least (Nat.sub_lt (Nat.two_pow_pos L) Nat.one_pos) hi hj

theorem get_greatest (hx : ∀ j, j < xs.length → xs.getD j 0 < 2 ^ L) {i j : Nat} (hi : i < xs.length) (hj : j ≤ i) :
    xs.getD j 0 ≤ (greatest L xs).get i := running_greatest (Nat.two_pow_pos L) hx hi hj

end Row
end Compact.Prefix
