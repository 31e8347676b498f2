prelude
import Compact.Counting.Measure
import Compact.Mixture.Steps
import Compact.Transformer.Classes.Runs
/-!
# What classes count for

A certificate of shares says of each class which tokens it may hold, as steps of first tokens (`Share/Count.lean`).  What the inputs of such a class count for
is a `ShareTally`: each for one, or for the product of the weights of its tokens (`Share/Weighed.lean`).  `Measure.FitsShares` says that it is right.
-/
namespace Compact

/-- What inputs count for. -/
structure ShareTally where
  /-- Given the maximum: the inputs that hold nothing else before the query. -/
  alone : Nat → Nat
  /-- Given the maximum: all choices of positions for 1, 2, ... other tokens, with the maximum at the others. -/
  several : Nat → List Nat
  /-- So many first tokens. -/
  first : Nat → Nat
  /-- Inputs with this query that count for so much without it. -/
  query : Nat → Nat → Nat

/-- Each input counts for one. -/
noncomputable def ShareTally.plain (n : Nat) : ShareTally := ⟨fun _ => 1, fun _ => binoms n n 1, fun κ => κ, fun _ N => N⟩

/-- Of the first tokens below `m` none, or so many that all `takes` that what they count for is `size`. -/
def Firsts (first : Nat → Nat) (m : Nat) (takes : Nat → Prop) (size : Nat) : Prop :=
  size = 0 ∨ ∃ κ, κ ≤ m ∧ (∀ s, s < κ → takes s) ∧ size = first κ

/-- What a test says of the first `κ` tokens: none of them if it is not 0. -/
theorem Firsts.of_test {first : Nat → Nat} {m κ test : Nat} {takes : Nat → Prop} (h : test = 0 → κ ≤ m ∧ ∀ s, s < κ → takes s) :
    Firsts first m takes (first κ * (1 - test)) := by
  cases test with
  | zero => exact Or.inr ⟨κ, (h rfl).left, (h rfl).right, Nat.mul_one _⟩
  | succ x =>
    have none : 1 - (x + 1) = 0 := by rw [Nat.add_comm x, Nat.sub_add_eq, Nat.sub_self, Nat.zero_sub]
    exact Or.inl ((congrArg (first κ * ·) none).trans (Nat.mul_zero _))

/-- A checker computes what inputs count for, in lanes of `bits` bits. -/
structure Measure.FitsShares (μ : Measure) (τ : ShareTally) (v n bits : Nat) : Prop where
  query {q N : Nat} {P : List Nat → Prop} : q < v → (μ.At N fun y => P (y ++ [q])) → μ.At (τ.query q N) fun x => P x ∧ lastToken x = q
  alone {m : Nat} {P : List Nat → Prop} : m < v → (∀ y, y ∈ words m [] n 0 → P y) → μ.At (τ.alone m) fun y => P y ∧ countOther m y = 0
  several {m i parts : Nat} {size : Nat → Nat → Nat} {Takes : Nat → Nat → Prop} {P : List Nat → Prop} (stepBits sizeBits count S : Nat) : m < v → i < n →
    (∀ level κ, Firsts τ.first m (Takes level) (size level κ)) →
    (∀ tokens : List Nat, ∀ level : Nat → Nat, (∀ s, s ∈ tokens → s < m ∧ Takes (level s) s) →
      ∀ y, y ∈ words m tokens n (i + 1) → levelSum m level y ≤ parts → P y) →
    μ.At (lowCount (2 ^ bits) parts (nth 0 (τ.several m) i * stepSum bits stepBits sizeBits size count 0 S ^ (i + 1))) fun y => P y ∧ countOther m y = i + 1

/-- The first tokens, as a list. -/
theorem Firsts.taking {m size : Nat} {takes : Nat → Prop} (h : Firsts (fun κ => κ) m takes size) (Takes : Nat → Nat → Prop) (level : Nat)
    (same : ∀ s, takes s → Takes level s) : Taking m Takes level size := by
  match h with
  | .inl e => exact ⟨[], trivial, (fun _ h => nomatch h), Nat.le_of_eq e⟩
  | .inr ⟨κ, le, all, e⟩ =>
    refine ⟨List.range κ, List.nodup_range, fun s hs => ?_, Nat.le_of_eq (e.trans List.length_range.symm)⟩
    have hs := List.mem_range.mp hs
    exact ⟨Nat.lt_of_lt_of_le hs le, same s (all s hs)⟩

/-- Counting inputs is right. -/
theorem Measure.plain_fitsShares {v n bits : Nat} (room : v ^ n < 2 ^ bits) : Measure.plain.FitsShares (ShareTally.plain n) v n bits where
  query _ h := AtLeast.append_query _ h
  alone _ sound := AtLeast.weaken (Nat.le_of_eq (Nat.mul_one 1).symm) (AtLeast.words List.nodup_nil (fun h => nomatch h) (Nat.le_refl 0) sound)
  several {m i parts size Takes P} stepBits sizeBits count S hm hi firsts sound := by
    match stepSum_spec (bits := bits) (stepBits := stepBits) (sizeBits := sizeBits) (m := m)
      (fun level κ => (firsts level κ).taking Takes level fun _ h => h) count [] S with
    | ⟨tokens, level, nodup, facts, sum⟩ =>
      have bin : nth 0 ((ShareTally.plain n).several m) i = binom n (i + 1) := by
        refine (nth_eq _ _ _).trans ((getD_binoms n 1 hi).trans ?_)
        rw [Nat.add_comm]
      have lt : ∀ s, s ∈ tokens → s < m := fun s hs => (facts s hs).right.left
      rw [bin]
      exact atLeast_lowWords nodup (fun h => Nat.lt_irrefl m (lt m h))
        (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left (Nat.le_trans (Nat.succ_le_succ (length_le_of_lt nodup lt)) hm) n) room) sum
        (sound tokens level fun s hs => (facts s hs).right)

end Compact
