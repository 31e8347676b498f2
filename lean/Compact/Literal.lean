prelude
import Compact.Foundation
/-!
# Evaluating a number to a literal

`Nat.force n k` evaluates `n` and goes on with `Nat.succ p`, `p` the literal before it: cheap, but wherever the number is used the kernel looks that
expression up under the lowest 64 bits of `p`, and numbers that are multiples of `2^64` (rows whose first lane is zero) all look alike there: each is compared with
all others.  `Nat.literal n k` goes on with the literal itself, which is looked up nowhere.  Use it for long numbers that are used often.
-/
universe u

/-- `k n`, with `n` evaluated to a literal first. -/
@[reducible] noncomputable def Nat.literal {α : Type u} (n : Nat) (k : Nat → α) : α :=
  Nat.rec (motive := fun _ => α) (k n) (fun p _ => k p) (Nat.succ n)

theorem Nat.literal_eq {α : Type u} (n : Nat) (k : Nat → α) : Nat.literal n k = k n := rfl
