prelude
import Compact.Transformer.Strategy.QuarticRegion.Tokens
/-!
# Quartic, for a region: what passes is right

What is shown of one query and one maximum (`Passing`) makes all inputs of the region with them right (`Passing.right`), and the tests of its rows show it
(`passing_of_tests`).
-/
namespace Compact
namespace QuarticRegion

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {N : Narrow} {T : Enclosure} {X : Nat → Nat} {q m slack z k : Nat}

/-- What is shown of the inputs of one query and one maximum: those without other tokens pass, and all tokens of the region if an input can hold
them, whatever the positions with the maximum weigh. -/
structure Passing (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m slack k : Nat) : Prop where
  alone : T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (T.mass q t.n) 0 m
  tokens (s V : Nat) : s < needed t.n q m k → t.entry t.low q (t.n - Nat.pred (classes t.n q m)) ≤ V → V ≤ T.mass q t.n →
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m V (T.mass q t.n - V) s

theorem needed_eq {n q m k c : Nat} (hc : c < classes n q m) (pos : 0 < c) : needed n q m k = k := by
  unfold needed
  cases e : Nat.pred (classes n q m) with
  | zero =>
    have le : classes n q m ≤ 1 := by
      cases h : classes n q m with
      | zero => exact Nat.zero_le 1
      | succ x => rw [h] at e; exact Nat.succ_le_succ (Nat.le_of_eq e)
    exact absurd (Nat.lt_of_lt_of_le hc le) (Nat.not_lt.mpr pos)
  | succ _ => rfl

theorem needed_le (n q m k : Nat) : needed n q m k ≤ k := by
  unfold needed
  cases Nat.pred (classes n q m) with
  | zero => exact Nat.zero_le k
  | succ _ => exact Nat.le_refl k

/-- The weights that positions with the maximum have in a class are between the least and all. -/
theorem weights_within (hT : t.Describe T) (hq : q < t.v) {c : Nat} (hc : c < classes t.n q m) :
    (t.entry t.low q (t.n - Nat.pred (classes t.n q m)) ≤ t.entry t.low q (t.n - c) ∧ t.entry t.low q (t.n - c) ≤ T.mass q t.n) ∧
    (t.entry t.low q (t.n - Nat.pred (classes t.n q m)) ≤ t.entry t.high q (t.n - c) ∧ t.entry t.high q (t.n - c) ≤ T.mass q t.n) := by
  have weights := hT.weights q (t.n - c) hq (Nat.sub_le _ _)
  have low := (hT.weights q (t.n - Nat.pred (classes t.n q m)) hq (Nat.sub_le _ _)).low_mono _
    (Nat.sub_le_sub_left (Nat.le_sub_of_add_le (b := 1) hc) t.n) (Nat.sub_le _ _)
  have high : t.entry t.high q (t.n - c) ≤ T.mass q t.n := by
    match weights.high with
    | ⟨_, e⟩ => exact Nat.le_trans (Nat.le_of_eq e) (highMass_le _ _ _ _)
  have mid := weights.low_le_high
  exact ⟨⟨low, Nat.le_trans mid high⟩, Nat.le_trans low mid, high⟩

/-- Then all inputs of the region are answered correctly. -/
theorem Passing.right (h : Passing t T X q m slack k) (hT : t.Describe T) (K : PairKnown R P prec t.width t.v T X t.n q m slack) (hk : k ≤ m) :
    PairRight P t.n q m k := fun c hc y hy => by
  have hq := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have lt : ∀ s, s ∈ List.range k → s < m := fun s hs => Nat.lt_of_lt_of_le (List.mem_range.mp hs) hk
  refine class_judged K.judges K.narrow K.m_lt K.q_le hc K.noBetter K.slackLe lt ?_ y hy
  cases Nat.eq_zero_or_pos c with
  | inl zero => exact ⟨fun _ => h.alone, fun pos => absurd zero (Nat.ne_of_gt pos)⟩
  | inr pos =>
    have pass (s : Nat) (hs : s ∈ List.range k) (V : Nat) := h.tokens s V ((needed_eq hc pos).symm ▸ List.mem_range.mp hs)
    match weights_within hT hq hc with
    | ⟨low, high⟩ =>
      have D : Decides T X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (t.entry t.low q (t.n - c)) (t.entry t.high q (t.n - c)) k (List.range k) :=
        ⟨List.nodup_range, lt, Nat.le_of_eq List.length_range.symm, fun s hs => pass s hs _ low.left low.right,
          fun s hs => pass s hs _ high.left high.right⟩
      exact D.classPasses hT hq (Nat.le_refl c) (Nat.le_refl c) pos

/-- What is spared by the class with the most other tokens is spared by that without any. -/
theorem gained_mono {U V : Nat} (h : U ≤ V) (j : Nat) : Sheet.gainedAt T X t.n q m z U j ≤ Sheet.gainedAt T X t.n q m z V j :=
  Nat.add_le_add_right (Nat.mul_le_mul_right _ (Nat.div_le_div_right (Nat.mul_le_mul_right _ h))) _

/-- The class in which all positions hold the maximum. -/
theorem alone_of_loss {U : Nat} (hU : U ≤ T.mass q t.n)
    (loss : ∀ j, j < t.v → Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ Sheet.gainedAt T X t.n q m z U j) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (T.mass q t.n) 0 m := fun j hj hne => by
  have le := Nat.le_trans (loss j hj) (gained_mono hU j)
  have s := Sheet.spared_between (k := 0) (Nat.le_refl _) (Nat.le_refl _) hne (Nat.le_trans (Nat.le_of_eq (Nat.zero_add _)) le)
  unfold Enclosure.mix
  rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero, ← Nat.mul_assoc, ← Nat.mul_assoc]
  exact Nat.lt_of_succ_le (Nat.le_trans (Nat.le_of_eq (by rw [Nat.mul_zero])) s)

/-- What the tests of one query and one maximum show. -/
theorem passing_of_tests (A : Sheet.Pair R P prec t (N.sheets t) T X q m slack z) (hk : k ≤ m)
    (none : needed t.n q m k = 0 → lanesLe (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).tops
      (pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)) (pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z (T.mass q t.n))) = true)
    (some : ∀ p, needed t.n q m k = p + 1 → tokensPass N (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m t.bits p z
      (pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z))
      (pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z (t.entry t.low q (t.n - Nat.pred (classes t.n q m))))) (pack N.laneBits t.v fun j => T.direct q j + X j)
      (T.mass q t.n - t.entry t.low q (t.n - Nat.pred (classes t.n q m))) (Sheet.Asked.of t (N.sheets t) q) = true) : Passing t T X q m slack k := by
  cases e : needed t.n q m k with
  | zero => exact ⟨A.alone (none e), fun s _ hs => absurd (Nat.lt_of_lt_of_le hs (Nat.le_of_eq e)) (Nat.not_lt_zero s)⟩
  | succ p =>
    have h := some p e
    have low := (weights_within (m := m) A.describe A.q_lt (Sheet.classes_pos A.fits.n_pos)).left
    have U_le := Nat.le_trans low.left low.right
    have hp : p < m := Nat.lt_of_lt_of_le (Nat.lt_of_succ_le (e ▸ needed_le t.n q m k)) hk
    refine ⟨alone_of_loss U_le fun j hj => A.loss_le_gained U_le (Bool.and_left h) hj, fun s V hs hUV hV => ?_⟩
    exact of_tokensPass A hp U_le h (Nat.le_of_lt_succ (e ▸ hs)) hUV hV

end
end QuarticRegion
end Compact
