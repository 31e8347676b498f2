prelude
import Compact.Counting.Inputs
/-!
# Counting inputs by a loop over tokens

`countTree v n step leaf s` counts, without building any list, the inputs of length `n` over the
tokens below `v` that pass a test.  The test sees the input through a state: the outermost loop picks
the LAST token of the input (the query), the next one the token before it, and so on; each pick `t`
turns the state `s` into `step t s`, and `leaf` decides from the final state.  So a checker computes
what depends on the query once for each query, and partial sums once for each prefix of picks.

For the kernel: the sum is written with `Nat.add`, whose arguments the kernel evaluates to literals, so
that no accumulator has to be forced.  `countTree` does not force the state; `countTreeCps` takes the
step in continuation-passing style, so that a step can evaluate the new state first, as in
`fun t s k => Nat.force (f t s) k`.  That is four times faster on three positions.
-/
namespace Compact
variable {σ : Type}

/-- `1` if the test passed, else `0`. -/
noncomputable def one? (b : Bool) : Nat := Bool.rec (motive := fun _ => Nat) 0 1 b

/-- Counts the inputs of length `n` over the tokens below `v` whose final state passes `leaf`. -/
noncomputable def countTree (v n : Nat) (step : Nat → σ → σ) (leaf : σ → Bool) : σ → Nat :=
  Nat.rec (motive := fun _ => σ → Nat) (fun s => one? (leaf s))
    (fun _ count s => total v fun t => count (step t s)) n

/-- The same count; `step t s k` has to be `k` applied to the new state, and may evaluate it first
(`Nat.force`). -/
noncomputable def countTreeCps (v n : Nat) (step : Nat → σ → (σ → Nat) → Nat) (leaf : σ → Bool) :
    σ → Nat :=
  Nat.rec (motive := fun _ => σ → Nat) (fun s => one? (leaf s))
    (fun _ count s => total v fun t => step t s count) n

theorem countTreeCps_eq (v n : Nat) {step : Nat → σ → (σ → Nat) → Nat} {step' : Nat → σ → σ}
    (h : ∀ t s k, step t s k = k (step' t s)) (leaf : σ → Bool) (s : σ) :
    countTreeCps v n step leaf s = countTree v n step' leaf s := by
  induction n generalizing s with
  | zero => rfl
  | succ n ih =>
    exact total_congr fun t _ => (h t s _).trans (ih (step' t s))

theorem AtLeast.of_one? {b : Bool} {x : List Nat} {P : List Nat → Prop} (h : b = true → P x) :
    AtLeast (one? b) P :=
  match b, h with
  | true, h => one (h rfl)
  | false, _ => zero

/-- The last token of an input, the query. -/
def lastToken : List Nat → Nat
  | [] => 0
  | [t] => t
  | _ :: x => lastToken x

theorem lastToken_append (y : List Nat) (q : Nat) : lastToken (y ++ [q]) = q := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    cases y with
    | nil => rfl
    | cons u y => exact ih

theorem foldr_append_singleton (step : Nat → σ → σ) (s : σ) (y : List Nat) (q : Nat) :
    (y ++ [q]).foldr step s = y.foldr step (step q s) := by
  induction y with
  | nil => rfl
  | cons t y ih => exact congrArg (step t) ih

/-- Inputs for `n + 1` positions from inputs for `n` positions by putting the query `q` last. -/
theorem AtLeast.append_query {N : Nat} {P : List Nat → Prop} (q : Nat)
    (h : AtLeast N fun y => P (y ++ [q])) : AtLeast N fun x => P x ∧ lastToken x = q :=
  map (f := (· ++ [q])) (fun _ _ => List.append_singleton_inj)
    (mono_pred (fun y hy => ⟨hy, lastToken_append y q⟩) h)

/-- Soundness for `n + 1` positions is soundness for `n` positions after the query is picked. -/
theorem sound_append_query {v n : Nat} {step : Nat → σ → σ} {leaf : σ → Bool} {s : σ}
    {P : List Nat → Prop} {q : Nat} (hq : q < v)
    (sound : ∀ x, x.length = n + 1 → (∀ t, t ∈ x → t < v) → leaf (x.foldr step s) = true → P x) :
    ∀ y, y.length = n → (∀ t, t ∈ y → t < v) → leaf (y.foldr step (step q s)) = true →
      P (y ++ [q]) := by
  intro y len lt pass
  refine sound (y ++ [q]) ?_ ?_ ?_
  · rw [List.length_append, len]; rfl
  · intro t ht
    match List.mem_append.mp ht with
    | .inl ht => exact lt t ht
    | .inr (.head _) => exact hq
  · rw [foldr_append_singleton]; exact pass

/-- What `countTree` counts: it is enough that a final state that passes speaks for its input. -/
theorem AtLeast.countTree {v n : Nat} {step : Nat → σ → σ} {leaf : σ → Bool} {s : σ}
    {P : List Nat → Prop}
    (sound : ∀ x, x.length = n → (∀ t, t ∈ x → t < v) → leaf (x.foldr step s) = true → P x) :
    AtLeast (countTree v n step leaf s) P := by
  induction n generalizing s P with
  | zero => exact of_one? (sound [] rfl fun _ h => nomatch h)
  | succ n ih =>
    refine mono_pred (fun _ h => h.left) (total lastToken fun q hq => append_query q (ih ?_))
    exact sound_append_query hq sound

/-- One branch of the outermost loop: the inputs with the query `q`.  Blocks with different queries
are joined by `AtLeast.total lastToken`. -/
theorem AtLeast.countTree_query {v n : Nat} {step : Nat → σ → σ} {leaf : σ → Bool} {s : σ}
    {P : List Nat → Prop} (q : Nat) (hq : q < v)
    (sound : ∀ x, x.length = n + 1 → (∀ t, t ∈ x → t < v) → leaf (x.foldr step s) = true → P x) :
    AtLeast (Compact.countTree v n step leaf (step q s)) fun x => P x ∧ lastToken x = q :=
  append_query q (countTree (sound_append_query hq sound))

/-- The same for steps in continuation-passing style. -/
theorem AtLeast.countTreeCps {v n : Nat} {step : Nat → σ → (σ → Nat) → Nat} {step' : Nat → σ → σ}
    {leaf : σ → Bool} {s : σ} {P : List Nat → Prop} (h : ∀ t s k, step t s k = k (step' t s))
    (sound : ∀ x, x.length = n → (∀ t, t ∈ x → t < v) → leaf (x.foldr step' s) = true → P x) :
    AtLeast (countTreeCps v n step leaf s) P :=
  countTreeCps_eq v n h leaf s ▸ countTree sound

/-! ## Testing whole inputs -/

/-- Counts the inputs that pass `test`; the state is the input itself, as far as it is picked. -/
noncomputable def countInputs (v n : Nat) (test : List Nat → Bool) : Nat :=
  countTree v n (· :: ·) test []

theorem foldr_cons_nil (x : List Nat) : x.foldr (· :: ·) [] = x := by
  induction x with
  | nil => rfl
  | cons t x ih => exact congrArg (t :: ·) ih

theorem AtLeast.countInputs {v n : Nat} {P : List Nat → Prop} {test : List Nat → Bool}
    (sound : ∀ x, x ∈ inputs v n → test x = true → P x) : AtLeast (countInputs v n test) P := by
  refine countTree fun x len lt pass => sound x (mem_inputs.mpr ⟨len, lt⟩) ?_
  rw [foldr_cons_nil] at pass
  exact pass

end Compact
