prelude
import Compact.Mixture.Spelled
/-!
# Weighing inputs by a loop over tokens

As `Counting/Tree.lean`, for inputs that weigh the product of the weights of their tokens (`Claim/Mass.lean`).
-/
namespace Compact
variable {σ : Type}

/-- The weight of the inputs of length `n` over the tokens below `v` whose final state passes `leaf`; `step t s k` has to be `k` applied to the new
state. -/
noncomputable def weighTree (v n : Nat) (weight : Nat → Nat) (step : Nat → σ → (σ → Nat) → Nat) (leaf : σ → Bool) : σ → Nat :=
  Nat.rec (motive := fun _ => σ → Nat) (fun s => one? (leaf s))
    (fun _ weigh s => total v fun t => Nat.mul (weight t) (step t s weigh)) n

/-- What `weighTree` weighs: it is enough that a final state that passes speaks for its input. -/
theorem AtLeast.weighTree {v n : Nat} {weight : Nat → Nat} {step : Nat → σ → (σ → Nat) → Nat} {step' : Nat → σ → σ} {leaf : σ → Bool} {s : σ}
    {P : List Nat → Prop} (h : ∀ t s k, step t s k = k (step' t s))
    (sound : ∀ x, x.length = n → (∀ t, t ∈ x → t < v) → leaf (x.foldr step' s) = true → P x) :
    AtLeast (weighTree v n weight step leaf s) fun z => P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v := by
  induction n generalizing s P with
  | zero => exact of_one? (x := []) fun pass => ⟨sound [] rfl (fun _ h => nomatch h) pass, fun _ h => nomatch h⟩
  | succ n ih =>
    refine mono_pred (fun _ h => h.left) (total (fun z => lastToken (spelled weight v z)) fun q hq => ?_)
    have e : step q s (Compact.weighTree v n weight step leaf) = Compact.weighTree v n weight step leaf (step' q s) := h q s _
    show AtLeast (weight q * step q s (Compact.weighTree v n weight step leaf)) _
    rw [e]
    exact append_letters hq (ih (P := fun y => P (y ++ [q])) (sound_append_query hq sound))

end Compact
