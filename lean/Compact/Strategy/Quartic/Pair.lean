prelude
import Compact.Strategy.Quartic.Context
/-!
# Quartic: one query and one maximum

What the checker counts for one query and one maximum is answered correctly (`count_atLeast`).
-/
namespace Compact
namespace Quartic

section
variable {R : Type} [ExpField R] {w : Weights} {params : Params} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat} (c : Context w params t T X q m S k)

theorem le_of_lt_classes {n q m c : Nat} (h : c < classes n q m) : c ≤ n := by
  unfold classes at h
  cases e : Nat.beq q m with
  | true => rw [e] at h; exact Nat.le_of_lt_succ h
  | false => rw [e] at h; exact Nat.le_of_lt h

include c

/-- The mixtures that are tested together. -/
theorem Context.all_eq : Bool.rec (motive := fun _ => Ends) (Query.at (Setup.of t) t q).less
    (Query.at (Setup.of t) t q).same (Nat.beq q m) =
    Ends.of (t.bits * t.v) (T.mass q t.n)
      (allEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) (classes t.n q m - 1)) := by
  show Bool.rec (motive := fun _ => Ends)
    (Ends.of _ (nth 0 t.mass q) (allEnds t.bits t.n (nth 0 t.low q) (nth 0 t.high q) _))
    (Ends.of _ (nth 0 t.mass q) (allEnds t.bits t.n (nth 0 t.low q) (nth 0 t.high q) _)) _ = _
  rw [nth_eq, nth_eq, nth_eq, c.describe.mass q c.q_lt]
  unfold classes
  cases Nat.beq q m with
  | true => rfl
  | false => rfl

/-- The mixtures of one class. -/
theorem Context.class_eq {i : Nat} (hi : i < t.n) : nth ⟨0, 0, 0⟩ (Query.at (Setup.of t) t q).classes i =
    Ends.of (t.bits * t.v) (T.mass q t.n) (weights t q (i + 1)) := by
  show nth _ (classList (Setup.of t) (nth 0 t.mass q) (nth 0 t.low q) (nth 0 t.high q) t.n 1) i = _
  rw [nth_eq, nth_eq, nth_eq, nth_eq, c.describe.mass q c.q_lt, getD_classList _ _ _ _ 1 hi, Nat.add_comm 1 i]
  rfl

/-- The tokens that pass, from the gaps of all tokens. -/
noncomputable def chosen (P : Nat → Nat → Bool) (gs : List Nat) (c : Nat) : List Nat :=
  Nat.rec (motive := fun _ => List Nat) [] (fun i _ => select (P i) 0 gs) c

/-- A token that passes the test of a class passes its mixtures, with some thresholds. -/
theorem Context.class_passes_of_select {gs : List Nat} (len : gs.length = m)
    (row : ∀ s, s < m → gs.getD s 0 = pack t.bits t.v (tokenRow t T X q m s)) (i : Nat) :
    ∃ low, ∃ high, ∀ s, s ∈ select (testOf t T X q m S (weights t q i)).run 0 gs →
      T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (lowMass (T.posLows q t.n) (t.n - i) low)
        (T.mass q t.n - lowMass (T.posLows q t.n) (t.n - i) low) s ∧
      T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (highMass (T.posLows q t.n) (T.mass q t.n) (t.n - i) high)
        (T.mass q t.n - highMass (T.posLows q t.n) (T.mass q t.n) (t.n - i) high) s := by
  match c.describe.low q (t.n - i) c.q_lt (Nat.sub_le _ _), c.describe.high q (t.n - i) c.q_lt (Nat.sub_le _ _) with
  | ⟨low, elow⟩, ⟨high, ehigh⟩ =>
    refine ⟨low, high, fun s hs => ?_⟩
    match mem_select hs with
    | ⟨j, hj, ej, hp⟩ =>
      have hj : j < m := len ▸ hj
      have es : s = j := ej.trans (Nat.zero_add j)
      rw [row j hj] at hp
      have h := c.class_passes (Nat.lt_trans hj c.m_lt) hp
      rw [elow, ehigh] at h
      exact es ▸ h

/-- The check that all positions may hold the maximum. -/
noncomputable def admits (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S : Nat) (c : Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool) (Test.run ⟨0, Nat.add (Nat.mul (Query.at (Setup.of t) t q).mass
    (pack t.bits t.v (tokenRow t T X q m m))) (pack t.bits t.v (queryRow t T q m S)),
    (Maximum.of (Setup.of t) t m).mask⟩ 0) (fun _ _ => true) c

/-- The number of tokens that pass in the class `c`. -/
noncomputable def sizeOf (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S passed : Nat) (failed : List Nat) (c : Nat) :
    Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun c _ => Nat.add passed (countClass
    ((nth ⟨0, 0, 0⟩ (Query.at (Setup.of t) t q).classes c).test (Maximum.of (Setup.of t) t m).mask
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S))) failed)) c

/-- The class where all positions hold the maximum. -/
theorem Context.zero_passes (h : admits t T X q m S 0 = true) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (T.mass q t.n) 0 m := by
  have h : Test.run ⟨0, (Query.at (Setup.of t) t q).mass * pack t.bits t.v (tokenRow t T X q m m)
    + pack t.bits t.v (queryRow t T q m S), (Lane.of t.bits (ones t.bits t.v) m).mask⟩ 0 = true := h
  rw [query_mass c.describe c.q_lt, c.bits] at h
  have lanes := run_all (g := tokenRow t T X q m m) c.m_lt (fun j hj => c.lane_lt c.m_lt (Nat.le_refl _) hj) h
  have p := c.passes c.m_lt (Nat.le_refl _) lanes
  rw [Nat.sub_self] at p
  exact p

/-- The classes are counted soundly. -/
theorem Context.sound {gs : List Nat} (len : gs.length = m)
    (row : ∀ s, s < m → gs.getD s 0 = pack t.bits t.v (tokenRow t T X q m s)) {passed : Nat} {failed : List Nat}
    (spec : ∀ p : Nat → Bool, (∀ G, G ∈ gs → (testOf t T X q m S
        (allEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) (classes t.n q m - 1))).run G = true → p G = true) →
      passed + countIf p failed = 0 + countIf p [] + countIf p gs) :
    ClassesSound (Correct R w) t.n q m (admits t T X q m S) (sizeOf t T X q m S passed failed)
      (chosen (fun i => (testOf t T X q m S (weights t q (i + 1))).run) gs) := by
  refine classesSound c.wellFormed c.tables (c.width_eq ▸ c.describe.narrow) c.n_eq (c.v_eq ▸ c.m_lt) c.q_le
      (c.v_eq ▸ c.noBetter) (S := S) (c.width_eq ▸ c.slackLe) (fun i _ _ => ?_) (fun i _ _ s hs => ?_)
      (fun i hi _ => ?_) fun i _ ok => ?_
  · cases i with
    | zero => exact trivial
    | succ i => exact nodup_select 0 gs
  · cases i with
    | zero => exact nomatch hs
    | succ i =>
      match mem_select hs with
      | ⟨j, hj, e, _⟩ => exact e ▸ (Nat.zero_add j).symm ▸ len ▸ hj
  · cases i with
    | zero => exact Nat.zero_le _
    | succ i =>
      show passed + countClass _ failed ≤ (select _ 0 gs).length
      rw [countClass_eq, length_select, c.class_eq (le_of_lt_classes hi)]
      refine Nat.le_of_eq ((spec _ fun G hG h => ?_).trans (Nat.zero_add _))
      match List.exists_getD_of_mem 0 hG with
      | ⟨s, hs, e⟩ =>
        have hs : s < m := len ▸ hs
        rw [← e, row s hs] at h ⊢
        exact c.run_class (Nat.lt_sub_of_add_lt hi) (Nat.lt_trans hs c.m_lt) h
  · rw [c.v_eq, c.width_eq]
    cases i with
    | zero => exact ⟨fun _ => c.zero_passes ok, fun h => absurd h (Nat.lt_irrefl 0)⟩
    | succ i => exact ⟨fun h => absurd h (Nat.succ_ne_zero i), fun _ => c.class_passes_of_select len row (i + 1)⟩

/-- What the checker counts for the query and the maximum, once their gaps are evaluated. -/
theorem Context.countSplit_atLeast : AtLeast
    (countSplit (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
      (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)))
    fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
  match c.gapsList with
  | ⟨len, row⟩ =>
  have split_eq : countSplit (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
      (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)) =
      split (Setup.of t) _ (testOf t T X q m S
        (allEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) (classes t.n q m - 1)))
        (countClasses (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q) _ _) _ _ 0 [] := by
    unfold countSplit
    rw [Test.force_eq]
    exact congrArg (fun e => split (Setup.of t) _ (Ends.test e _ _ _) _ _ _ 0 []) c.all_eq
  rw [split_eq]
  match split_spec (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
    (testOf t T X q m S (allEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) (classes t.n q m - 1)))
    (countClasses (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)))
    (Query.at (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others 0 [] with
  | ⟨passed, failed, eq, spec⟩ =>
  rw [eq]
  unfold countClasses
  rw [Nat.force_eq]
  exact AtLeast.pair c.q_le (c.sound len row spec)

end
end Quartic
end Compact
