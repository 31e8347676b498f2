prelude
import Compact.Counting.Total
import Compact.Packed.Pack
/-!
# Rows of running sums
-/
namespace Compact

/-- Lanes of sums, the first being `sum`: what is added next is the weight of `s`, then of the tokens after it. -/
noncomputable def sumsFrom (L : Nat) (weight : Nat → Nat) (n : Nat) : Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ _ => 0)
    (fun _ ih s sum => Nat.force (Nat.add sum (weight s)) fun next => Nat.force (Nat.succ s) fun s => Nat.add sum (Nat.shiftLeft (ih s next) L)) n

theorem sumsFrom_eq (L : Nat) (weight : Nat → Nat) (n s : Nat) :
    sumsFrom L weight n s (total s weight) = pack L n fun κ => total (s + κ) weight := by
  induction n generalizing s with
  | zero => rfl
  | succ n ih =>
    show Nat.force _ (fun next => Nat.force _ fun s' => total s weight + sumsFrom L weight n s' next * 2 ^ L) = _
    rw [Nat.force_eq, Nat.force_eq]
    show total s weight + sumsFrom L weight n (s + 1) (total (s + 1) weight) * 2 ^ L =
      total s weight + 2 ^ L * pack L n fun κ => total (s + (κ + 1)) weight
    rw [ih, Nat.mul_comm]
    refine congrArg (fun y => total s weight + 2 ^ L * y) (pack_congr L fun κ _ => ?_)
    rw [Nat.add_assoc, Nat.add_comm 1]

end Compact
