prelude
import Compact.Counting.Mass
/-!
# What is counted: inputs, or their weights

A checker shows which inputs are answered correctly.  What these count for is another matter: each for one, or for the product of the weights of
its tokens (`Claim/Mass.lean`).  A `Measure` is what a proof needs to know of such a count.
-/
namespace Compact

/-- A way to say "at least so much". -/
structure Measure where
  /-- The inputs with the property count for at least so much. -/
  At : Nat → (List Nat → Prop) → Prop
  zero {P : List Nat → Prop} : At 0 P
  weaken {M N : Nat} {P : List Nat → Prop} : M ≤ N → At N P → At M P
  mono {N : Nat} {P Q : List Nat → Prop} : (∀ x, P x → Q x) → At N P → At N Q
  /-- What can be told apart by a number adds up. -/
  total {n : Nat} {f : Nat → Nat} {P : List Nat → Prop} (key : List Nat → Nat) :
    (∀ i, i < n → At (f i) fun x => P x ∧ key x = i) → At (Compact.total n f) fun x => P x ∧ key x < n

namespace Measure

/-- The same for the numbers `lo, ..., lo + n - 1`. -/
theorem totalFrom (μ : Measure) {lo n : Nat} {f : Nat → Nat} {P : List Nat → Prop} (key : List Nat → Nat)
    (h : ∀ i, i < n → μ.At (f i) fun x => P x ∧ key x = lo + i) :
    μ.At (Compact.total n f) fun x => P x ∧ lo ≤ key x ∧ key x < lo + n := by
  have step : ∀ i, i < n → μ.At (f i) fun x => (P x ∧ lo ≤ key x) ∧ key x - lo = i := by
    refine fun i hi => μ.mono (fun x hx => ?_) (h i hi)
    rw [hx.right, Nat.add_sub_cancel_left]
    exact ⟨⟨hx.left, Nat.le_add_right lo i⟩, rfl⟩
  refine μ.mono (fun x hx => ⟨hx.left.left, hx.left.right, ?_⟩) (μ.total (key · - lo) step)
  exact Nat.add_comm n lo ▸ Nat.lt_add_of_sub_lt hx.right

/-- Each input counts for one. -/
def plain : Measure where
  At := AtLeast
  zero := AtLeast.zero
  weaken := AtLeast.weaken
  mono := AtLeast.mono_pred
  total := AtLeast.total

/-- Inputs count for what they weigh. -/
def spelled (weight : Nat → Nat) (v : Nat) : Measure where
  At N P := AtLeast N fun z => P (Compact.spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v
  zero := AtLeast.zero
  weaken := AtLeast.weaken
  mono h := AtLeast.mono_pred fun _ hz => ⟨h _ hz.left, hz.right⟩
  total {n f P} key h := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩)
    (AtLeast.total (n := n) (f := f) (P := fun z => P (Compact.spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v)
      (fun z => key (Compact.spelled weight v z)) fun i hi => AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (h i hi))

end Measure
end Compact
