prelude
import Compact.Foundation
/-!
# Sums of natural numbers over `0, ..., n - 1`

`total n f = f 0 + ... + f (n - 1)`, written with the recursor so that the kernel adds number by
number and never builds a list.
-/
namespace Compact

/-- `total n f = f 0 + f 1 + ... + f (n - 1)`. -/
noncomputable def total (n : Nat) (f : Nat → Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun i sum => Nat.add sum (f i)) n

theorem total_succ (n : Nat) (f : Nat → Nat) : total (n + 1) f = total n f + f n := rfl

theorem total_congr {n : Nat} {f g : Nat → Nat} (h : ∀ i, i < n → f i = g i) :
    total n f = total n g := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [total_succ, total_succ, ih fun i hi => h i (Nat.lt_succ_of_lt hi), h n (Nat.lt_succ_self n)]

theorem total_add (n : Nat) (f g : Nat → Nat) :
    total n (fun i => f i + g i) = total n f + total n g := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [total_succ, total_succ, total_succ, ih, Nat.add_add_add_comm]

theorem total_const (n k : Nat) : total n (fun _ => k) = n * k := by
  induction n with
  | zero => exact (Nat.zero_mul k).symm
  | succ n ih => rw [total_succ, ih, Nat.succ_mul]

theorem total_mul (n k : Nat) (f : Nat → Nat) : total n (fun i => k * f i) = k * total n f := by
  induction n with
  | zero => rfl
  | succ n ih => rw [total_succ, total_succ, ih, Nat.left_distrib]

/-- The first term split off. -/
theorem total_succ' (n : Nat) (f : Nat → Nat) : total (n + 1) f = f 0 + total n fun i => f (i + 1) := by
  induction n with
  | zero => exact Nat.add_comm 0 (f 0)
  | succ n ih => rw [total_succ, ih, total_succ, Nat.add_assoc]

end Compact
