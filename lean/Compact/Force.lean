prelude
import Compact.Foundation
/-!
# Evaluating a value before it is used

The kernel evaluates lazily: without help, an argument travels as an unevaluated term and grows.
`Nat.force n k` is `k n`, but to reduce it the kernel must first compute the literal `n`.
-/
universe u

/-- `k n`, with `n` evaluated first. -/
@[reducible] noncomputable def Nat.force {α : Type u} (n : Nat) (k : Nat → α) : α :=
  Nat.rec (motive := fun _ => α) (k 0) (fun p _ => k (Nat.succ p)) n

theorem Nat.force_eq {α : Type u} (n : Nat) (k : Nat → α) : Nat.force n k = k n := by
  cases n <;> rfl
