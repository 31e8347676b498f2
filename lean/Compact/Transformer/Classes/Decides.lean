prelude
import Compact.Transformer.Classes.Bound
import Compact.Transformer.Classes.CountRuns
/-!
# A run of classes is decided at its extreme weights

`atLeast_runs`: if a strategy decides soundly how many tokens pass at two weights, the count by runs is sound.
-/
namespace Compact

/-- The tokens `S`, at least `size` of them, pass with the weights `U` and `U'` of the maximum. -/
structure Decides (T : Enclosure) (X : Nat → Nat) (v n SL q m U U' size : Nat) (S : List Nat) : Prop where
  nodup : S.Nodup
  lt : ∀ s, s ∈ S → s < m
  size_le : size ≤ S.length
  low : ∀ s, s ∈ S → T.Passes X v n SL q m U (T.mass q n - U) s
  high : ∀ s, s ∈ S → T.Passes X v n SL q m U' (T.mass q n - U') s

/-- No tokens. -/
theorem Decides.nil (T : Enclosure) (X : Nat → Nat) (v n SL q m U U' : Nat) : Decides T X v n SL q m U U' 0 [] :=
  ⟨List.nodup_nil, (fun _ h => nomatch h), Nat.le_refl 0, (fun _ h => nomatch h), fun _ h => nomatch h⟩

/-- The class with `c` other tokens passes, if it is in a run from `c₁` to `c₂` whose extreme weights do. -/
theorem Decides.classPasses {t : Tables} {T : Enclosure} (hT : t.Describe T) {X : Nat → Nat} {SL q m c c₁ c₂ size : Nat}
    {S : List Nat} (hq : q < t.v) (h₁ : c₁ ≤ c) (h₂ : c ≤ c₂) (hc : 0 < c)
    (h : Decides T X t.v t.n SL q m (t.entry t.low q (t.n - c₂)) (t.entry t.high q (t.n - c₁)) size S) :
    ClassPasses T X t.v t.n SL q m c S where
  zero h0 := absurd h0 (Nat.ne_of_gt hc)
  pos _ := by
    have weights := hT.weights q (t.n - c) hq (Nat.sub_le _ _)
    have last := hT.weights q (t.n - c₂) hq (Nat.sub_le _ _)
    have first := hT.weights q (t.n - c₁) hq (Nat.sub_le _ _)
    have up : t.entry t.low q (t.n - c₂) ≤ t.entry t.low q (t.n - c) :=
      last.low_mono _ (Nat.sub_le_sub_left h₂ _) (Nat.sub_le _ _)
    have mid : t.entry t.low q (t.n - c) ≤ t.entry t.high q (t.n - c) := weights.low_le_high
    have down : t.entry t.high q (t.n - c) ≤ t.entry t.high q (t.n - c₁) :=
      weights.high_mono _ (Nat.sub_le_sub_left h₁ _) (Nat.sub_le _ _)
    have le_mass : t.entry t.high q (t.n - c₁) ≤ T.mass q t.n := match first.high with
      | ⟨_, e⟩ => Nat.le_trans (Nat.le_of_eq e) (highMass_le _ _ _ _)
    match weights.low, weights.high with
    | ⟨low, elow⟩, ⟨high, ehigh⟩ =>
      refine ⟨low, high, fun s hs => ?_⟩
      rw [← elow, ← ehigh]
      exact ⟨(h.low s hs).between up (Nat.le_trans mid down) le_mass (h.high s hs),
        (h.low s hs).between (Nat.le_trans up mid) down le_mass (h.high s hs)⟩

section
variable {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure}

/-- What is known of a model, a query and a maximum when the classes are counted. -/
structure PairOf (R : Type) [ExpField R] (P : List Nat → Prop) (prec : Nat) (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S : Nat) :
    Prop where
  judges : T.Judges R prec t.v t.n m P
  describe : t.Describe T
  m_lt : m < t.v
  q_le : q ≤ m
  noBetter : T.NoBetter X t.v t.n m
  slackLe : T.SlackLe t.ceiling t.n q m S

/-- The inputs of one class. -/
theorem atLeast_class (R : Type) [ExpField R] {X : Nat → Nat} {q m S c size : Nat} (K : PairOf R P prec t T X q m S)
    (hc : c < classes t.n q m) {tokens : List Nat} (nodup : tokens.Nodup) (lt : ∀ s, s ∈ tokens → s < m)
    (size_le : size ≤ tokens.length)
    (passes : ClassPasses T X t.v t.n (T.totalSlack t.ceiling t.n q S) q m c tokens) :
    AtLeast (binom t.n c * size ^ c) fun y => (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c := by
  refine AtLeast.words nodup (fun hm => Nat.lt_irrefl m (lt m hm)) size_le fun y hy => ⟨?_, maximum_append_query lt K.q_le hc hy⟩
  exact class_judged K.judges K.describe.narrow K.m_lt K.q_le hc K.noBetter K.slackLe lt passes y hy

/-- Counting by runs is sound if the strategy decides soundly. -/
theorem atLeast_runs (R : Type) [ExpField R] {X : Nat → Nat} {q m S : Nat} (K : PairOf R P prec t T X q m S)
    {low high : Nat} (hlow : low = t.low.getD q 0) (hhigh : high = t.high.getD q 0) {zero : Bool}
    (hzero : zero = true → T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (T.mass q t.n) 0 m)
    {decide : Nat → Nat → Nat → Nat}
    (h : ∀ j c₁ c₂, 0 < c₁ → c₁ ≤ c₂ → c₂ < classes t.n q m → ∃ tokens, Decides T X t.v t.n
      (T.totalSlack t.ceiling t.n q S) q m (t.entry t.low q (t.n - c₂)) (t.entry t.high q (t.n - c₁))
      (decide j (t.entry t.low q (t.n - c₂)) (t.entry t.high q (t.n - c₁))) tokens) (runBits N : Nat) :
    AtLeast (countRuns t.bits t.n runBits low high (binoms t.n t.n 1) zero decide N q m)
      fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  subst hlow hhigh
  refine atLeast_countRuns (P := fun x => P x ∧ maximum x = m) (fun hc hz => ?_)
    fun j c₁ c₂ c h₁ h₂ h₃ h₄ => ?_
  · exact atLeast_class R K (size := 0) (tokens := []) hc List.nodup_nil (fun _ h => nomatch h)
      (Nat.le_refl 0) ⟨fun _ => hzero hz, fun h => absurd h (Nat.lt_irrefl 0)⟩
  · match h j c₁ c₂ h₁ (Nat.le_trans h₂ h₃) h₄ with
    | ⟨tokens, D⟩ =>
      exact atLeast_class R K (Nat.lt_of_le_of_lt h₃ h₄) D.nodup D.lt D.size_le
        (D.classPasses K.describe (Nat.lt_of_le_of_lt K.q_le K.m_lt) h₂ h₃ (Nat.lt_of_lt_of_le h₁ h₂))

end
end Compact
