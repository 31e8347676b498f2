prelude
import Compact.Ring.Nat
/-!
# Margins of a row, as one number

`Ahead v m off d f` says that in the row `f` the output `m` is above each of the other `v - 1` outputs by at
least `d - off`, which may be negative.  Such minima over outputs add up and scale like the rows themselves, so
a weighted sum of rows needs only one comparison of numbers instead of one for each output.
-/
namespace Compact

/-- In the row `f` the output `m` is above every other output by at least `d - off`. -/
def Ahead (v m off d : Nat) (f : Nat → Nat) : Prop := ∀ t, t < v → t ≠ m → d + f t ≤ off + f m

namespace Ahead
variable {v m off off' d d' : Nat} {f g : Nat → Nat}

/-- Less is promised. -/
theorem mono (hd : d' ≤ d) (h : Ahead v m off d f) : Ahead v m off d' f := fun t ht hne =>
  Nat.le_trans (Nat.add_le_add_right hd _) (h t ht hne)

/-- Rows add up. -/
theorem add (h : Ahead v m off d f) (h' : Ahead v m off' d' g) :
    Ahead v m (off + off') (d + d') fun t => f t + g t := fun t ht hne => by
  rw [Nat.add_add_add_comm d, Nat.add_add_add_comm off]
  exact Nat.add_le_add (h t ht hne) (h' t ht hne)

/-- Rows scale. -/
theorem mul (k : Nat) (h : Ahead v m off d f) : Ahead v m (k * off) (k * d) fun t => k * f t := fun t ht hne => by
  rw [← Nat.mul_add, ← Nat.mul_add]
  exact Nat.mul_le_mul_left k (h t ht hne)

/-- The row may be replaced by one that is equal to it. -/
theorem congr (e : ∀ t, t < v → f t = g t) (hm : m < v) (h : Ahead v m off d f) : Ahead v m off d g := fun t ht hne =>
  e t ht ▸ e m hm ▸ h t ht hne

/-- A margin above the slack `S`. -/
theorem lt {S : Nat} (h : Ahead v m off d f) (test : off + S < d) : ∀ t, t < v → t ≠ m → f t + S < f m :=
  fun t ht hne => by
    refine Nat.lt_of_add_lt_add_left (k := off) ?_
    rw [Nat.add_comm (f t), ← Nat.add_assoc]
    exact Nat.lt_of_lt_of_le (Nat.add_lt_add_right test (f t)) (h t ht hne)

end Ahead
end Compact
