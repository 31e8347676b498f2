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
theorem Context.all_eq : Bool.rec (motive := fun _ => Ends) (Query.of (Setup.of t) t q).less
    (Query.of (Setup.of t) t q).same (Nat.beq q m) =
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
theorem Context.class_eq {i : Nat} (hi : i < t.n) : nth ⟨0, 0, 0⟩ (Query.of (Setup.of t) t q).classes i =
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

/-- What the checker counts for the query and the maximum, once their gaps are evaluated. -/
theorem Context.countSplit_atLeast : AtLeast
    (countSplit (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.of (Setup.of t) t q)
      (gaps (Setup.of t) m (Setup.of t).unit (Query.of (Setup.of t) t q).direct)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S)))
    fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
  match c.gapsList with
  | ⟨len, row⟩ =>
  unfold countSplit
  rw [Test.force_eq]
  refine match split_spec (Setup.of t) _ _ _ (Query.of (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others 0 [] with
    | ⟨passed, failed, eq, spec⟩ => ?_
  rw [eq, Nat.force_eq]
  refine AtLeast.pair (n := t.n) c.q_le (S := chosen (fun i => (testOf t T X q m S (weights t q (i + 1))).run) _)
    (classesSound c.wellFormed c.tables (c.width_eq ▸ c.describe.narrow) c.n_eq (c.v_eq ▸ c.m_lt) c.q_le
      (c.v_eq ▸ c.noBetter) (S := S) (c.width_eq ▸ c.slackLe) ?_ ?_ ?_ ?_)
  · sorry
  · sorry
  · sorry
  · sorry

end
end Quartic
end Compact
