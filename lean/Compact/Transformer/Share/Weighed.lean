prelude
import Compact.Mixture.Spelled
import Compact.Packed.Sums
import Compact.Transformer.Mixture.Mass
import Compact.Transformer.Share.Tally
/-!
# What classes weigh

A class counts for what its inputs weigh.  First tokens weigh a running sum of weights; the rest of the count is as it was.  It is sound because a weight is a
number of spellings (`Counting/Mass.lean`): the letters of the first `κ` tokens are the first letters.
-/
namespace Compact

/-- Inputs count for what they weigh; `sums` are the weights of the first 0, 1, ... tokens, in lanes of `L` bits. -/
noncomputable def ShareTally.weighed (n : Nat) (W : TokenWeights) (L sums : Nat) : ShareTally where
  alone := fun m => Nat.pow (readLane W.weightBits W.tokenWeights m) n
  several := fun m => Mixture.weighedBinoms n (readLane W.weightBits W.tokenWeights m) n 1
  first := fun κ => readLane L sums κ
  query := fun q N => Nat.mul (readLane W.weightBits W.tokenWeights q) N

/-- Of all levels that the letters of a token have, the least. -/
theorem exists_need (f level : Nat → Nat) (S : List Nat) : ∃ need : Nat → Nat, ∀ u, u ∈ S → need (f u) ≤ level u ∧
    ∃ u', u' ∈ S ∧ f u' = f u ∧ level u' = need (f u) := by
  induction S with
  | nil => exact ⟨fun _ => 0, fun _ h => nomatch h⟩
  | cons a S ih =>
    match ih with
    | ⟨need, facts⟩ =>
      -- the letter `a` sets the level of its token if no other letter of it has a lower one
      cases lower : S.any fun u => Nat.beq (f u) (f a) && Nat.ble (level u) (level a) with
      | true =>
        match List.any_eq_true.mp lower with
        | ⟨u, hu, both⟩ =>
          have same : f u = f a := Nat.eq_of_beq_eq_true _ _ (Bool.and_left both)
          have fact := facts u hu
          rw [same] at fact
          refine ⟨need, fun b hb => ?_⟩
          cases hb with
          | head =>
            refine ⟨Nat.le_trans fact.left (Nat.le_of_ble_eq_true (Bool.and_right both)), ?_⟩
            match fact.right with
            | ⟨u', hu', e⟩ => exact ⟨u', List.Mem.tail _ hu', e⟩
          | tail _ hb =>
            refine ⟨(facts b hb).left, ?_⟩
            match (facts b hb).right with
            | ⟨u', hu', e⟩ => exact ⟨u', List.Mem.tail _ hu', e⟩
      | false =>
        have higher (u : Nat) (hu : u ∈ S) (e : f u = f a) : level a ≤ level u := by
          cases Nat.lt_or_ge (level u) (level a) with
          | inr ge => exact ge
          | inl lt =>
            have yes : (S.any fun u => Nat.beq (f u) (f a) && Nat.ble (level u) (level a)) = true :=
              List.any_eq_true.mpr ⟨u, hu, Bool.and_intro (e ▸ Nat.beq_self (f u)) (Nat.ble_eq_true_of_le (Nat.le_of_lt lt))⟩
            rw [lower] at yes
            exact Bool.noConfusion yes
        refine ⟨fun t => if t = f a then level a else need t, fun b hb => ?_⟩
        by_cases e : f b = f a
        case pos =>
          have value : (fun t => if t = f a then level a else need t) (f b) = level a := ite_eq_left e
          rw [value]
          refine ⟨?_, a, List.Mem.head _, e.symm, rfl⟩
          cases hb with
          | head => exact Nat.le_refl _
          | tail _ hb => exact higher b hb e
        case neg =>
          have value : (fun t => if t = f a then level a else need t) (f b) = need (f b) := ite_eq_right e
          rw [value]
          cases hb with
          | head => exact absurd rfl e
          | tail _ hb =>
            refine ⟨(facts b hb).left, ?_⟩
            match (facts b hb).right with
            | ⟨u', hu', same⟩ => exact ⟨u', List.Mem.tail _ hu', same⟩

/-- The letters of first tokens, as a list. -/
theorem Firsts.letters {weight : Nat → Nat} {v m size : Nat} {takes : Nat → Prop} (h : Firsts (weightBelow weight) m takes size) (hm : m ≤ v)
    (Takes : Nat → Nat → Prop) (level : Nat) (same : ∀ s, takes s → Takes level s) :
    Taking (weightBelow weight m) (fun level u => Takes level (tokenOf weight v u)) level size := by
  match h with
  | .inl e => exact ⟨[], trivial, (fun _ h => nomatch h), Nat.le_of_eq e⟩
  | .inr ⟨κ, le, all, e⟩ =>
    refine ⟨List.range (weightBelow weight κ), List.nodup_range, fun u hu => ?_, Nat.le_of_eq (e.trans List.length_range.symm)⟩
    have hu := List.mem_range.mp hu
    exact ⟨Nat.lt_of_lt_of_le hu (weightBelow_mono (weight := weight) le), same _ (all _ (tokenOf_lt (Nat.le_trans le hm) hu))⟩

/-- Weighing inputs is right, if the sums are, for as many tokens as a class may hold. -/
theorem Measure.spelled_fitsShares {v n bits L sums : Nat} {W : TokenWeights} (room : weightBelow W.weight v ^ n < 2 ^ bits)
    (right : ∀ κ, κ < v → readLane L sums κ = weightBelow W.weight κ) :
    (Measure.spelled W.weight v).FitsShares (ShareTally.weighed n W L sums) v n bits where
  query hq h := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (AtLeast.append_letters hq h)
  alone hm sound := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (atLeast_spelled_alone hm sound)
  several {m i parts size Takes P} stepBits sizeBits count S hm hi firsts sound := by
    have firsts (level κ : Nat) : Firsts (weightBelow W.weight) m (Takes level) (size level κ) := by
      match firsts level κ with
      | .inl e => exact Or.inl e
      | .inr ⟨k, le, all, e⟩ => exact Or.inr ⟨k, le, all, e.trans (right k (Nat.lt_of_le_of_lt le hm))⟩
    match stepSum_spec (bits := bits) (stepBits := stepBits) (sizeBits := sizeBits) (m := weightBelow W.weight m)
      (fun level κ => (firsts level κ).letters (Nat.le_of_lt hm) Takes level fun _ h => h) count [] S with
    | ⟨tokens, level, nodup, facts, sum⟩ =>
      have bin : nth 0 ((ShareTally.weighed n W L sums).several m) i = binom n (i + 1) * W.weight m ^ (n - (i + 1)) := by
        refine (nth_eq _ _ _).trans ((Mixture.getD_weighedBinoms n _ 1 hi).trans ?_)
        rw [Nat.add_comm 1 i]
        rfl
      rw [bin]
      match exists_need (tokenOf W.weight v) level tokens with
      | ⟨need, least⟩ =>
        refine AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (atLeast_lowSpelled (need := need) hm nodup
          (fun u hu => (facts u hu).right.left) (fun u hu => (least u hu).left) room sum fun y hy small => ?_)
        refine sound (tokens.map (tokenOf W.weight v)) need (fun s hs => ?_) y hy small
        match List.mem_map.mp hs with
        | ⟨u, hu, e⟩ =>
          match (least u hu).right with
          | ⟨u', hu', same, level_eq⟩ =>
            have fact := facts u' hu'
            rw [same, level_eq, e] at fact
            exact ⟨e ▸ tokenOf_lt (Nat.le_of_lt hm) (facts u hu).right.left, fact.right.right⟩

end Compact
