prelude
import Compact.Mixture.Grades
/-!
# Tokens by levels, each level with a test of its own

As `gradeSum` (`Mixture/Grades.lean`), for strategies that test more than one number of a token: `count l` says how many tokens
pass the test of the level `l`.  It is not asked which these are, nor that the sets grow.
-/
namespace Compact

/-- The sum of `2^(bits * level)` over tokens, of which `count i level` pass the test of the `i`-th level. -/
noncomputable def levelCountsFrom (bits : Nat) (count : Nat → Nat → Nat) (levels : List Nat) : Nat → Nat → Nat :=
  fold (fun level ih i prev => Nat.force i fun i => Nat.force (Nat.sub (count i level) prev) fun new =>
    Nat.add (Nat.shiftLeft new (Nat.mul bits level)) (ih (Nat.succ i) (Nat.add prev new))) (fun _ _ => 0) levels

/-- The same if `count level` pass the test of a level, wherever it stands. -/
noncomputable def levelCounts (bits : Nat) (count : Nat → Nat) (levels : List Nat) : Nat → Nat :=
  fold (fun level ih prev => Nat.force (Nat.sub (count level) prev) fun new =>
    Nat.add (Nat.shiftLeft new (Nat.mul bits level)) (ih (Nat.add prev new))) (fun _ => 0) levels

/-- `size` tokens below `m` pass the test of the level `l`. -/
def Passing (m : Nat) (ok : Nat → Nat → Prop) (l size : Nat) : Prop :=
  ∃ tokens : List Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ ok l s) ∧ size ≤ tokens.length

/-- What `levelCountsFrom` adds up: there are tokens with levels, each of which passes the test of its level. -/
theorem levelCountsFrom_spec {bits m : Nat} {count : Nat → Nat → Nat} {ok : Nat → Nat → Prop}
    (h : ∀ i l, Passing m ok l (count i l)) (levels : List Nat) (i : Nat) (A : List Nat) :
    ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧
      (∀ s, s ∈ tokens → ¬s ∈ A ∧ s < m ∧ ok (level s) s) ∧
      levelCountsFrom bits count levels i A.length = powerSum (2 ^ bits) level tokens := by
  induction levels generalizing i A with
  | nil => exact ⟨[], fun _ => 0, trivial, (fun _ h => nomatch h), rfl⟩
  | cons l levels ih =>
    match h i l with
    | ⟨C, nodupC, hC, hK⟩ =>
      match grade_step (A := A) nodupC hK with
      | ⟨A', nodup', len', sub', new'⟩ =>
        match ih (i + 1) (A ++ A') with
        | ⟨tokens, level, nodup, facts, sum⟩ =>
          have apart : ∀ s, s ∈ tokens → ¬s ∈ A' := fun s hs hA' =>
            (facts s hs).left (List.mem_append.mpr (Or.inr hA'))
          have new {s : Nat} (hs : s ∈ A') : Bool.rec (motive := fun _ => Nat) (level s) l (among s A') = l := by
            rw [among_iff.mpr hs]
          have old {s : Nat} (hs : s ∈ tokens) : Bool.rec (motive := fun _ => Nat) (level s) l (among s A') = level s := by
            rw [Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)]
          refine ⟨A' ++ tokens, fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A'),
            List.nodup_append nodup' nodup fun s hs hs' => apart s hs' hs, fun s hs => ?_, ?_⟩
          · match List.mem_append.mp hs with
            | .inl hs =>
              refine ⟨new' s hs, (hC s (sub' s hs)).left, ?_⟩
              show ok (Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) s
              rw [new hs]
              exact (hC s (sub' s hs)).right
            | .inr hs =>
              refine ⟨fun hA => (facts s hs).left (List.mem_append.mpr (Or.inl hA)), (facts s hs).right.left, ?_⟩
              show ok (Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) s
              rw [old hs]
              exact (facts s hs).right.right
          · have len : (A ++ A').length = A.length + (count i l - A.length) := by rw [List.length_append, len']
            have step : levelCountsFrom bits count (l :: levels) i A.length = Nat.force i fun i =>
                Nat.force (count i l - A.length) fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits l))
                  (levelCountsFrom bits count levels (Nat.succ i) (Nat.add A.length new)) := rfl
            rw [step, Nat.force_eq, Nat.force_eq, powerSum_append, powerSum_const fun s hs => new hs, powerSum_congr fun s hs => old hs,
              ← sum, len, len', ← Nat.pow_mul]
            rfl

theorem levelCounts_eq (bits : Nat) (count : Nat → Nat) (levels : List Nat) (i prev : Nat) :
    levelCounts bits count levels prev = levelCountsFrom bits (fun _ => count) levels i prev := by
  induction levels generalizing i prev with
  | nil => rfl
  | cons l levels ih =>
    show Nat.force (count l - prev) (fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits l)) (levelCounts bits count levels (Nat.add prev new))) =
      Nat.force i fun i => Nat.force (count l - prev) fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits l))
        (levelCountsFrom bits (fun _ => count) levels (Nat.succ i) (Nat.add prev new))
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, ih (Nat.succ i)]

/-- What `levelCounts` adds up. -/
theorem levelCounts_spec {bits m : Nat} {count : Nat → Nat} {ok : Nat → Nat → Prop} (h : ∀ l, Passing m ok l (count l))
    (levels : List Nat) (A : List Nat) :
    ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧
      (∀ s, s ∈ tokens → ¬s ∈ A ∧ s < m ∧ ok (level s) s) ∧
      levelCounts bits count levels A.length = powerSum (2 ^ bits) level tokens := by
  rw [levelCounts_eq bits count levels 0]
  exact levelCountsFrom_spec (fun _ => h) levels 0 A

end Compact
