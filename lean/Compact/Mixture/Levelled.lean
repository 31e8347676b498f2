prelude
import Compact.Mixture.Grades
/-!
# Tokens by levels, whatever a level means

The same sum as `gradeSum` (`Mixture/Grades.lean`), for a test that is not a threshold on one number: `Takes level s` says that the
token `s` takes no more than the level, for instance of what each of several ends can spare.  `size level S` of tokens do, and of `S` a
checker may read what a certificate says of each level.
-/
namespace Compact

/-- The sum of `2^(bits * level)` over the tokens that are new at each of ascending levels. -/
noncomputable def levelledSum (bits sizeBits : Nat) (size : Nat → Nat → Nat) (levels : List Nat) : Nat → Nat → Nat :=
  fold (fun level ih prev S => (fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits level))
    (ih (Nat.add prev new) (Nat.shiftRight S sizeBits))) (Nat.sub (size level S) prev)) (fun _ _ => 0) levels

/-- `size` tokens below `m` take no more than the level. -/
def Taking (m : Nat) (Takes : Nat → Nat → Prop) (level size : Nat) : Prop :=
  ∃ tokens : List Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ Takes level s) ∧ size ≤ tokens.length

/-- What `levelledSum` adds up: there are tokens with levels, each of which takes no more than its level. -/
theorem levelledSum_spec {bits sizeBits m : Nat} {size : Nat → Nat → Nat} {Takes : Nat → Nat → Prop}
    (h : ∀ level S, Taking m Takes level (size level S)) (levels : List Nat) (A : List Nat) (S : Nat) :
    ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧
      (∀ s, s ∈ tokens → ¬s ∈ A ∧ s < m ∧ Takes (level s) s) ∧
      levelledSum bits sizeBits size levels A.length S = powerSum (2 ^ bits) level tokens := by
  induction levels generalizing A S with
  | nil => exact ⟨[], fun _ => 0, trivial, (fun _ h => nomatch h), rfl⟩
  | cons l levels ih =>
    match h l S with
    | ⟨C, nodupC, hC, hK⟩ =>
      match grade_step (A := A) nodupC hK with
      | ⟨A', nodup', len', sub', new'⟩ =>
        have len : (A ++ A').length = A.length + (size l S - A.length) := by
          rw [List.length_append, len']
        match ih (A ++ A') (Nat.shiftRight S sizeBits) with
        | ⟨tokens, level, nodup, facts, sum⟩ =>
          have apart : ∀ s, s ∈ tokens → ¬s ∈ A' := fun s hs hA' =>
            (facts s hs).left (List.mem_append.mpr (Or.inr hA'))
          refine ⟨A' ++ tokens, fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A'),
            List.nodup_append nodup' nodup fun s hs hs' => apart s hs' hs, fun s hs => ?_, ?_⟩
          · match List.mem_append.mp hs with
            | .inl hs =>
              have fact := hC s (sub' s hs)
              show _ ∧ _ ∧ Takes (Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) s
              rw [among_iff.mpr hs]
              exact ⟨new' s hs, fact⟩
            | .inr hs =>
              have other : among s A' = false := Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)
              show _ ∧ _ ∧ Takes (Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) s
              rw [other]
              exact ⟨fun hA => (facts s hs).left (List.mem_append.mpr (Or.inl hA)), (facts s hs).right⟩
          · have first : powerSum (2 ^ bits) (fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) A' =
                A'.length * (2 ^ bits) ^ l := powerSum_const fun s hs => by rw [among_iff.mpr hs]
            have rest : powerSum (2 ^ bits) (fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) tokens =
                powerSum (2 ^ bits) level tokens := powerSum_congr fun s hs => by
              rw [Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)]
            rw [powerSum_append, first, rest, ← sum, len, len', ← Nat.pow_mul]
            rfl

end Compact
