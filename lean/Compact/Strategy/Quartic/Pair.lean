prelude
import Compact.Classes.Decides
import Compact.Strategy.Quartic.Context
/-!
# Quartic: one query and one maximum

What the checker counts for one query and one maximum is answered correctly (`Context.countSplit_atLeast`).
-/
namespace Compact
namespace Quartic

section
variable {R : Type} [ExpField R] {w : Weights} {params : Params} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat} (c : Context w params t T X q m S k)
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

/-- How many of the values that failed pass the test of two ends. -/
theorem Context.size_eq (passed : Nat) (failed : List Nat) (U U' : Nat) :
    size (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q) (pack t.bits t.v (tokenRow t T X q m m))
      (pack t.bits t.v (queryRow t T q m S)) passed failed U U' =
    passed + countIf (testOf t T X q m S [U, U']).run failed := by
  unfold size
  cases failed with
  | nil => rfl
  | cons G failed =>
    show passed + Nat.force U (fun U => Nat.force U' fun U' => Test.force _ fun T => countIf T.run (G :: failed)) = _
    rw [Nat.force_eq, Nat.force_eq, Test.force_eq, query_mass c.describe c.q_lt]
    rfl

/-- The tokens from `first` on, with the gaps `gs`, that pass the test of two ends pass both mixtures. -/
theorem Context.selects {first : Nat} {gs : List Nat} (len : first + gs.length ≤ m)
    (row : ∀ i, i < gs.length → gs.getD i 0 = pack t.bits t.v (tokenRow t T X q m (first + i))) {V V' : Nat}
    (hV : V ≤ T.mass q t.n) (hV' : V' ≤ T.mass q t.n) :
    Decides T X t.v t.n (T.totalSlack t.ceiling t.n q S) q m V V' (countIf (testOf t T X q m S [V, V']).run gs)
      (select (testOf t T X q m S [V, V']).run first gs) := by
  have facts {s : Nat} (hs : s ∈ select (testOf t T X q m S [V, V']).run first gs) : s < m ∧
      (T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m V (T.mass q t.n - V) s ∧
      T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m V' (T.mass q t.n - V') s) := by
    match mem_select hs with
    | ⟨j, hj, es, hp⟩ =>
      have hj' : first + j < m := Nat.lt_of_lt_of_le (Nat.add_lt_add_left hj first) len
      rw [row j hj] at hp
      exact es ▸ ⟨hj', c.ends_pass hV hV' (Nat.lt_trans hj' c.m_lt) hp⟩
  exact ⟨nodup_select first gs, fun s hs => (facts hs).left, Nat.le_of_eq (length_select first gs).symm,
    fun s hs => (facts hs).right.left, fun s hs => (facts hs).right.right⟩

/-- What is left after the test of all classes together is counted rightly: a milder test passes all that has passed. -/
theorem Context.size_spec {first : Nat} {gs : List Nat} (len : first + gs.length ≤ m)
    (row : ∀ i, i < gs.length → gs.getD i 0 = pack t.bits t.v (tokenRow t T X q m (first + i))) {passed already : Nat}
    {failed : List Nat} {U U' V V' : Nat} (hU' : U' ≤ T.mass q t.n) (low : U ≤ V ∧ V ≤ U') (high : U ≤ V' ∧ V' ≤ U')
    (spec : ∀ r : Nat → Bool, (∀ G, G ∈ gs → (testOf t T X q m S [U, U']).run G = true → r G = true) →
      passed + countIf r failed = already + countIf r [] + countIf r gs) :
    size (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q) (pack t.bits t.v (tokenRow t T X q m m))
      (pack t.bits t.v (queryRow t T q m S)) passed failed V V' =
    already + countIf (testOf t T X q m S [V, V']).run gs := by
  rw [c.size_eq]
  refine spec _ fun G hG h => ?_
  match List.exists_getD_of_mem 0 hG with
  | ⟨i, hi, e⟩ =>
    have hi' := Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi first) len
    rw [← e, row i hi] at h ⊢
    exact c.run_between (Nat.le_trans low.right hU') (Nat.le_trans high.right hU') hU' low high (Nat.lt_trans hi' c.m_lt) h

/-- The number of tokens that pass at two ends is right, if these lie between the ends of all classes together. -/
theorem Context.decides {gs : List Nat} (len : gs.length = m)
    (row : ∀ s, s < m → gs.getD s 0 = pack t.bits t.v (tokenRow t T X q m s)) {passed : Nat} {failed : List Nat}
    {U U' V V' : Nat} (hU' : U' ≤ T.mass q t.n) (low : U ≤ V ∧ V ≤ U') (high : U ≤ V' ∧ V' ≤ U')
    (spec : ∀ r : Nat → Bool, (∀ G, G ∈ gs → (testOf t T X q m S [U, U']).run G = true → r G = true) →
      passed + countIf r failed = 0 + countIf r [] + countIf r gs) :
    Decides T X t.v t.n (T.totalSlack t.ceiling t.n q S) q m V V'
      (size (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q) (pack t.bits t.v (tokenRow t T X q m m))
        (pack t.bits t.v (queryRow t T q m S)) passed failed V V') (select (testOf t T X q m S [V, V']).run 0 gs) := by
  have len : 0 + gs.length ≤ m := Nat.le_of_eq ((Nat.zero_add _).trans len)
  have row : ∀ i, i < gs.length → gs.getD i 0 = pack t.bits t.v (tokenRow t T X q m (0 + i)) := fun i hi => by
    rw [Nat.zero_add]
    exact row i (Nat.lt_of_lt_of_le hi (Nat.zero_add gs.length ▸ len))
  rw [c.size_spec len row hU' low high spec, Nat.zero_add]
  exact c.selects len row (Nat.le_trans low.right hU') (Nat.le_trans high.right hU')

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
    fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
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
  refine atLeast_runs R ⟨c.wellFormed, c.tables, c.v_eq, c.n_eq, c.width_eq, c.describe, c.m_lt, c.q_le, c.noBetter, c.slackLe⟩
    (nth_eq _ _ _) (nth_eq _ _ _) (fun h => c.alone_passes h) (fun _ c₁ c₂ h₁ h₁₂ h₂ => ?_) runBits N
  match weights_between c.describe c.q_lt h₁ h₁₂ h₂ with
  | ⟨le, low, high⟩ => exact ⟨_, c.decides len row le low high spec⟩

end
end Quartic
end Compact
