prelude
import Compact.Transformer.Strategy.Quartic.Tokens
/-!
# Quartic: one query and one maximum

What the checker counts for one query and one maximum is answered correctly (`Context.countSplit_atLeast`).
-/
namespace Compact
section
variable {T : Enclosure} {X : Nat → Nat} {v n SL q m U U' V V' : Nat}

/-- Tokens that pass at two weights pass at weights between them. -/
theorem Decides.between {size : Nat} {S : List Nat} (h : Decides T X v n SL q m U U' size S) (hU' : U' ≤ T.mass q n)
    (low : U ≤ V ∧ V ≤ U') (high : U ≤ V' ∧ V' ≤ U') : Decides T X v n SL q m V V' size S :=
  ⟨h.nodup, h.lt, h.size_le, fun s hs => (h.low s hs).between low.left low.right hU' (h.high s hs),
    fun s hs => (h.low s hs).between high.left high.right hU' (h.high s hs)⟩

end

namespace Quartic

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat} (c : Context R P prec t T X q m S k)
include c

/-- The least number of positions that hold the maximum. -/
noncomputable def fewest (n q m : Nat) : Nat := n - Nat.pred (classes n q m)

omit c in
theorem fewest_eq {n q m : Nat} (hn : 0 < n) : Bool.rec (motive := fun _ => Nat) 1 0 (Nat.beq q m) = fewest n q m := by
  unfold fewest classes
  cases Nat.beq q m with
  | true => exact (Nat.sub_self n).symm
  | false =>
    match n, hn with
    | n + 1, _ => exact (Nat.eq_sub_of_add_eq (Nat.add_comm 1 n)).trans rfl

/-- The mixtures that are tested together. -/
theorem Context.all_eq (hn : 0 < t.n) : Bool.rec (motive := fun _ => Ends) (Query.at (Setup.of t) t q).less
    (Query.at (Setup.of t) t q).same (Nat.beq q m) = Ends.of (t.bits * t.v) (T.mass q t.n)
      [t.entry t.low q (fewest t.n q m), t.entry t.high q (t.n - 1)] := by
  rw [← fewest_eq hn]
  show Bool.rec (motive := fun _ => Ends) (Ends.of _ (nth 0 t.mass q) (allEnds t.bits t.n (nth 0 t.low q) (nth 0 t.high q) 1))
    (Ends.of _ (nth 0 t.mass q) (allEnds t.bits t.n (nth 0 t.low q) (nth 0 t.high q) 0)) _ = _
  rw [nth_eq, nth_eq, nth_eq, c.describe.mass q c.q_lt]
  cases Nat.beq q m with
  | true => rfl
  | false => rfl

/-- The class where all positions hold the maximum. -/
theorem Context.alone_passes (h : alone (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
    (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)) = true) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (T.mass q t.n) 0 m := by
  have h : Test.run ⟨0, (Query.at (Setup.of t) t q).mass * pack t.bits t.v (tokenRow t T X q m m)
    + pack t.bits t.v (queryRow t T q m S), (Lane.of t.bits (ones t.bits t.v) m).mask⟩ 0 = true := h
  rw [query_mass c.describe c.q_lt, c.bits] at h
  have lanes := run_all (g := tokenRow t T X q m m) c.m_lt (fun j hj => c.lane_lt c.m_lt (Nat.le_refl _) hj) h
  have p := c.passes c.m_lt (Nat.le_refl _) lanes
  rw [Nat.sub_self] at p
  exact p

omit c in
/-- The weights of a run of classes are between those of all classes together. -/
theorem weights_between (hT : t.Describe T) (hq : q < t.v) {c₁ c₂ : Nat} (h₁ : 0 < c₁) (h₁₂ : c₁ ≤ c₂) (h₂ : c₂ < classes t.n q m) :
    t.entry t.high q (t.n - 1) ≤ T.mass q t.n ∧
    (t.entry t.low q (fewest t.n q m) ≤ t.entry t.low q (t.n - c₂) ∧
      t.entry t.low q (t.n - c₂) ≤ t.entry t.high q (t.n - 1)) ∧
    (t.entry t.low q (fewest t.n q m) ≤ t.entry t.high q (t.n - c₁) ∧
      t.entry t.high q (t.n - c₁) ≤ t.entry t.high q (t.n - 1)) := by
  have weights (i : Nat) := hT.weights q (t.n - i) hq (Nat.sub_le _ _)
  have few : fewest t.n q m ≤ t.n - c₂ := Nat.sub_le_sub_left (Nat.le_sub_of_add_le (b := 1) h₂) _
  have fewer := (hT.weights q (fewest t.n q m) hq (Nat.sub_le _ _)).low_mono
  have up (i : Nat) (hi : 0 < i) : t.entry t.high q (t.n - i) ≤ t.entry t.high q (t.n - 1) :=
    (weights i).high_mono _ (Nat.sub_le_sub_left hi _) (Nat.sub_le _ _)
  have mid (i : Nat) : t.entry t.low q (t.n - i) ≤ t.entry t.high q (t.n - i) := (weights i).low_le_high
  refine ⟨?_, ⟨fewer _ few (Nat.sub_le _ _), Nat.le_trans (mid c₂) (up c₂ (Nat.lt_of_lt_of_le h₁ h₁₂))⟩,
    ⟨Nat.le_trans (fewer _ (Nat.le_trans few (Nat.sub_le_sub_left h₁₂ _)) (Nat.sub_le _ _)) (mid c₁), up c₁ h₁⟩⟩
  match (weights 1).high with
  | ⟨_, e⟩ => exact Nat.le_trans (Nat.le_of_eq e) (highMass_le _ _ _ _)

/-- What the checker counts for the query and the maximum, once their gaps are evaluated. -/
theorem Context.countSplit_atLeast (hn : 0 < t.n) (runBits N : Nat) : AtLeast
    (countSplit (Setup.of t) (binoms t.n t.n 1) runBits N (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
      (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)))
    fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  match c.gapsList with
  | ⟨len, row⟩ =>
  have split_eq : countSplit (Setup.of t) (binoms t.n t.n 1) runBits N (Maximum.of (Setup.of t) t m)
      (Query.at (Setup.of t) t q) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)) =
      split (scaled (Setup.of t) _) (testOf t T X q m S
        [t.entry t.low q (fewest t.n q m), t.entry t.high q (t.n - 1)]).run _ _ _ 0 [] := by
    unfold countSplit
    rw [Test.force_eq]
    exact congrArg (fun e => split (scaled (Setup.of t) _) (Ends.test e _ _ _).run _ _ _ 0 []) (c.all_eq hn)
  rw [split_eq]
  match split_spec (scaled (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct))
    (testOf t T X q m S [t.entry t.low q (fewest t.n q m), t.entry t.high q (t.n - 1)]).run
    (fun passed failed => Nat.force passed fun passed => countRuns t.bits t.n runBits (Query.at (Setup.of t) t q).low
      (Query.at (Setup.of t) t q).high (binoms t.n t.n 1) (alone (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
        (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)))
      (fun _ => size (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
        (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)) passed failed) N q m)
    (Query.at (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others 0 [] with
  | ⟨passed, failed, eq, spec⟩ =>
  refine AtLeast.weaken (Nat.le_of_eq (eq.trans (Nat.force_eq _ _))) ?_
  refine atLeast_runs R ⟨c.judges, c.describe, c.m_lt, c.q_le, c.noBetter, c.slackLe⟩
    (nth_eq _ _ _) (nth_eq _ _ _) (fun h => c.alone_passes h) (fun _ c₁ c₂ h₁ h₁₂ h₂ => ?_) runBits N
  match weights_between c.describe c.q_lt h₁ h₁₂ h₂ with
  | ⟨le, low, high⟩ => exact ⟨_, c.decides len row le low high spec⟩

end
end Quartic
end Compact
