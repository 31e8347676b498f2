prelude
import Compact.Mixture.Grades
/-!
# Tokens by levels, of which a certificate says which

The same sum as `gradeSum` (`Mixture/Grades.lean`), for a test that is not a threshold on one number: `Takes level s` says that the
token `s` takes no more than the level, for instance of what each of several ends can spare.  A certificate gives steps, packed: a number of
tokens and a level; `size level κ` of them do take no more.  So a step is only made where there are new tokens.
-/
namespace Compact

/-- The sum of `2^(bits * level)` over the tokens that are new at each of `count` steps. -/
noncomputable def stepSum (bits stepBits sizeBits : Nat) (size : Nat → Nat → Nat) (count : Nat) : Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ _ => 0) (fun _ ih prev S =>
    (fun level κ => (fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits level)) (ih (Nat.add prev new) (Nat.shiftRight S stepBits)))
      (Nat.sub (size level κ) prev)) (Nat.shiftRight (Nat.mod S (Nat.pow 2 stepBits)) sizeBits) (Nat.mod S (Nat.pow 2 sizeBits))) count

/-- `size` tokens below `m` take no more than the level. -/
def Taking (m : Nat) (Takes : Nat → Nat → Prop) (level size : Nat) : Prop :=
  ∃ tokens : List Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ Takes level s) ∧ size ≤ tokens.length

/-- What `stepSum` adds up: there are tokens with levels, each of which takes no more than its level. -/
theorem stepSum_spec {bits stepBits sizeBits m : Nat} {size : Nat → Nat → Nat} {Takes : Nat → Nat → Prop}
    (h : ∀ level κ, Taking m Takes level (size level κ)) (count : Nat) (A : List Nat) (S : Nat) :
    ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧
      (∀ s, s ∈ tokens → ¬s ∈ A ∧ s < m ∧ Takes (level s) s) ∧
      stepSum bits stepBits sizeBits size count A.length S = powerSum (2 ^ bits) level tokens := by
  induction count generalizing A S with
  | zero => exact ⟨[], fun _ => 0, trivial, (fun _ h => nomatch h), rfl⟩
  | succ count ih =>
    match h (S % 2 ^ stepBits / 2 ^ sizeBits) (S % 2 ^ sizeBits) with
    | ⟨C, nodupC, hC, hK⟩ =>
      match grade_step (A := A) nodupC hK with
      | ⟨A', nodup', len', sub', new'⟩ =>
        have len : (A ++ A').length = A.length + (size (S % 2 ^ stepBits / 2 ^ sizeBits) (S % 2 ^ sizeBits) - A.length) := by
          rw [List.length_append, len']
        match ih (A ++ A') (Nat.shiftRight S stepBits) with
        | ⟨tokens, level, nodup, facts, sum⟩ =>
          have apart : ∀ s, s ∈ tokens → ¬s ∈ A' := fun s hs hA' =>
            (facts s hs).left (List.mem_append.mpr (Or.inr hA'))
          refine ⟨A' ++ tokens, fun s => Bool.rec (motive := fun _ => Nat) (level s) (S % 2 ^ stepBits / 2 ^ sizeBits) (among s A'),
            List.nodup_append nodup' nodup fun s hs hs' => apart s hs' hs, fun s hs => ?_, ?_⟩
          · match List.mem_append.mp hs with
            | .inl hs =>
              have fact := hC s (sub' s hs)
              show _ ∧ _ ∧ Takes (Bool.rec (motive := fun _ => Nat) (level s) (S % 2 ^ stepBits / 2 ^ sizeBits) (among s A')) s
              rw [among_iff.mpr hs]
              exact ⟨new' s hs, fact⟩
            | .inr hs =>
              have other : among s A' = false := Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)
              show _ ∧ _ ∧ Takes (Bool.rec (motive := fun _ => Nat) (level s) (S % 2 ^ stepBits / 2 ^ sizeBits) (among s A')) s
              rw [other]
              exact ⟨fun hA => (facts s hs).left (List.mem_append.mpr (Or.inl hA)), (facts s hs).right⟩
          · have first : powerSum (2 ^ bits) (fun s => Bool.rec (motive := fun _ => Nat) (level s) (S % 2 ^ stepBits / 2 ^ sizeBits) (among s A')) A' =
                A'.length * (2 ^ bits) ^ (S % 2 ^ stepBits / 2 ^ sizeBits) := powerSum_const fun s hs => by rw [among_iff.mpr hs]
            have rest : powerSum (2 ^ bits) (fun s => Bool.rec (motive := fun _ => Nat) (level s) (S % 2 ^ stepBits / 2 ^ sizeBits) (among s A')) tokens =
                powerSum (2 ^ bits) level tokens := powerSum_congr fun s hs => by
              rw [Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)]
            rw [powerSum_append, first, rest, ← sum, len, len', ← Nat.pow_mul]
            rfl

end Compact
