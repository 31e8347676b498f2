prelude
import Compact.Counting.Full
import Compact.Counting.Tree
import Compact.Force
/-!
# The counts, evaluated by the kernel

Small cases of every count, so that a reader sees what the definitions say.
-/
namespace Compact

example : total 5 (fun i => i) = 10 := by decide +kernel

/-! Binomial coefficients: the slow definition and the quick one. -/
example : Nat.choose 6 2 = 15 := by decide +kernel
example : binom 6 2 = 15 := by decide +kernel
example : binom 40 20 = 137846528820 := by decide +kernel
example : binom 3 5 = 0 := by decide +kernel

/-! Inputs: three tokens, two positions. -/
example : inputs 3 2 = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2]] := rfl
example : words 9 [1, 2] 2 1 = [[9, 1], [9, 2], [1, 9], [2, 9]] := rfl

/-! Loops over tokens: the inputs `[a, b]` below 10 with `a + b = 9`, and those with last token 3. -/
example : countTree 10 2 (fun t s => t + s) (fun s => Nat.beq s 9) 0 = 10 := by decide +kernel
example : countInputs 10 2 (fun x => Nat.beq (lastToken x) 3) = 10 := by decide +kernel

/-- The same with the running sum evaluated at each step. -/
noncomputable def forcedSum (t s : Nat) (k : Nat → Nat) : Nat := Nat.force (Nat.add t s) k

example : countTreeCps 10 2 forcedSum (fun s => Nat.beq s 9) 0 = 10 := by decide +kernel
example : AtLeast (countTreeCps 10 2 forcedSum (fun s => Nat.beq s 9) 0) (fun x => x.foldr Nat.add 0 = 9) :=
  AtLeast.countTreeCps (fun t s k => Nat.force_eq (t + s) k)
    fun x _ _ h => Nat.eq_of_beq_eq_true (x.foldr Nat.add 0) 9 h

/-! Classes: all of them, none, and only those without a smaller token. -/
example : classCount 5 3 (fun _ _ _ => true) (fun _ m _ => m) = 5 ^ 4 := by decide +kernel
example : classCount 5 3 (fun _ _ _ => false) (fun _ m _ => m) = 0 := by decide +kernel
example : classCount 5 3 (fun q m c => Nat.beq q m && Nat.beq c 0) (fun _ _ _ => 0) = 5 := by
  decide +kernel
example : classCount 64 3 (fun _ _ _ => true) (fun _ m _ => m) = 64 ^ 4 := by decide +kernel

end Compact
