prelude
import Compact.Strategy.Quartic.Tables
/-!
# Quartic: the tests of one query and one maximum

What the checker's tests prove, in terms of the rounded tables: `Context.class_passes` and `Context.run_class`.
-/
namespace Compact
namespace Quartic
noncomputable section

section pair
variable {R : Type} [ExpField R] {w : Weights} {params : Params} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat}

/-- What is known of the model, of one query `q` and of one maximum `m`. -/
structure Context (w : Weights) (params : Params) (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S k : Nat) :
    Prop where
  wellFormed : w.WellFormed
  tables : T = Enclosure.of w params (Circuits.of w)
  v_eq : w.d_vocab = t.v
  n_eq : w.n_ctx = t.n + 1
  width_eq : params.width = t.width
  describe : t.Describe T
  bits : t.bits = k + 1
  width_le : t.width + 2 ≤ t.bits
  m_lt : m < t.v
  q_le : q ≤ m
  position : t.position.getD m 0 = pack t.bits t.v X
  noBetter : T.NoBetter X t.v t.n m
  small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width
  slack : t.entry t.slack q m = T.totalSlack t.ceiling t.n q S
  slackLe : T.SlackLe t.ceiling t.n q m S
  level : T.totalSlack t.ceiling t.n q S + 1 +
    (T.mass q t.n * (Setup.of t).offset + T.tokenLo q q * T.posLo q t.n * (3 * 2 ^ t.width)) ≤ (Setup.of t).top

variable (c : Context w params t T X q m S k)

/-- The gaps of a token, lane by lane. -/
def tokenRow (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m s : Nat) : Nat → Nat :=
  tokenLane T X q m (2 ^ t.width) (Setup.of t).offset (T.tokenLo q s) s

/-- The gaps of the query, lane by lane. -/
def queryRow (t : Tables) (T : Enclosure) (q m S : Nat) : Nat → Nat :=
  queryLane T t.n q m (2 ^ t.width) (T.tokenLo q q * T.posLo q t.n)
    (T.totalSlack t.ceiling t.n q S + 1 +
      (T.mass q t.n * (Setup.of t).offset + T.tokenLo q q * T.posLo q t.n * (3 * 2 ^ t.width))) (Setup.of t).top

/-- The lanes of a mixture with the weight `U` on the maximum. -/
def mixLane (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S s U : Nat) : Nat → Nat :=
  lane (T.mass q t.n) (tokenRow t T X q m s) (tokenRow t T X q m m) (queryRow t T q m S) U

/-- The test of mixtures with the weights `us`. -/
def testOf (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S : Nat) (us : List Nat) : Test :=
  (Ends.of (t.bits * t.v) (T.mass q t.n) us).test (Lane.of t.bits (ones t.bits t.v) m).mask
    (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S))

/-- The weights of the maximum in the class with `i` other tokens. -/
def weights (t : Tables) (q i : Nat) : List Nat :=
  classEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) i

include c

theorem Context.q_lt : q < t.v := Nat.lt_of_le_of_lt c.q_le c.m_lt

theorem Context.top_eq : (Setup.of t).top = 2 ^ k := by
  show 2 ^ (t.bits - 1) = 2 ^ k
  rw [c.bits]
  rfl

theorem Context.rows : Rows T X t.v t.n q m (2 ^ t.width) := Quartic.rows c.describe c.m_lt c.small

theorem Context.lane_lt {s U j : Nat} (hs : s < t.v) (hU : U ≤ T.mass q t.n) (hj : j < t.v) :
    mixLane t T X q m S s U j < 2 ^ (k + 1) := by
  rw [Nat.two_pow_succ, ← Nat.two_mul, ← c.top_eq]
  exact Quartic.lane_lt c.rows hU c.level (tokenLo_offset c.describe c.q_lt hs) (tokenLo_offset c.describe c.q_lt c.m_lt) hj

/-- Lanes with a top bit: the mixture passes. -/
theorem Context.passes {s U : Nat} (hs : s < t.v) (hU : U ≤ T.mass q t.n)
    (h : ∀ j, j < t.v → j ≠ m → 2 ^ k ≤ mixLane t T X q m S s U j) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m U (T.mass q t.n - U) s :=
  passes_of_lanes c.rows hU c.level (tokenLo_offset c.describe c.q_lt hs) (tokenLo_offset c.describe c.q_lt c.m_lt)
    fun j hj hne => Nat.le_trans (Nat.le_of_eq c.top_eq) (h j hj hne)

/-- The test of mixtures. -/
theorem Context.run_iff {us : List Nat} (hus : ∀ U, U ∈ us → U ≤ T.mass q t.n) {s : Nat} (hs : s < t.v) :
    (testOf t T X q m S us).run (pack t.bits t.v (tokenRow t T X q m s)) = true ↔
      ∀ U, U ∈ us → ∀ j, j < t.v → j ≠ m → 2 ^ k ≤ mixLane t T X q m S s U j := by
  unfold testOf
  rw [c.bits]
  exact Ends.run_iff c.m_lt fun U hU j hj => c.lane_lt hs (hus U hU) hj

theorem Context.weights_le (i : Nat) : ∀ U, U ∈ weights t q i → U ≤ T.mass q t.n := fun _ hU =>
  classEnds_le c.describe c.q_lt hU

/-- The test of all classes implies the test of each. -/
theorem Context.run_class {C i : Nat} (hi : i < C) {s : Nat} (hs : s < t.v)
    (h : (testOf t T X q m S (allEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) C)).run
      (pack t.bits t.v (tokenRow t T X q m s)) = true) :
    (testOf t T X q m S (weights t q (i + 1))).run (pack t.bits t.v (tokenRow t T X q m s)) = true := by
  have all_le : ∀ U, U ∈ allEnds t.bits t.n (t.low.getD q 0) (t.high.getD q 0) C → U ≤ T.mass q t.n := fun U hU =>
    match mem_allEnds.mp hU with
    | ⟨i, _, hU⟩ => c.weights_le (i + 1) U hU
  exact (c.run_iff (c.weights_le (i + 1)) hs).mpr fun U hU =>
    (c.run_iff all_le hs).mp h U (mem_allEnds.mpr ⟨i, hi, hU⟩)

/-- A token that passes the test of a class passes both of its mixtures. -/
theorem Context.class_passes {i : Nat} {s : Nat} (hs : s < t.v)
    (h : (testOf t T X q m S (weights t q i)).run (pack t.bits t.v (tokenRow t T X q m s)) = true) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (t.entry t.low q (t.n - i))
      (T.mass q t.n - t.entry t.low q (t.n - i)) s ∧
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (t.entry t.high q (t.n - i))
      (T.mass q t.n - t.entry t.high q (t.n - i)) s := by
  have h := (c.run_iff (c.weights_le i) hs).mp h
  have low : t.entry t.low q (t.n - i) ∈ weights t q i := List.Mem.head _
  have high : t.entry t.high q (t.n - i) ∈ weights t q i := List.Mem.tail _ (List.Mem.head _)
  exact ⟨c.passes hs (c.weights_le i _ low) (h _ low), c.passes hs (c.weights_le i _ high) (h _ high)⟩

/-- The gaps of the tokens below the maximum. -/
theorem Context.gapsList : (scaledList (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
    (Query.at (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others).length = m ∧
    ∀ s, s < m → (scaledList (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (Query.at (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others).getD s 0 =
      pack t.bits t.v (tokenRow t T X q m s) := by
  have len : (Query.at (Setup.of t) t q).factors.length = t.v := (length_mapFold _ _).trans (length_unpack _ _ _)
  have eOthers : (Maximum.of (Setup.of t) t m).others =
      tokenGaps (Setup.of t) m (gaps (Setup.of t) m (2 * 2 ^ t.width) (t.position.getD m 0)) m t.token := by
    refine (Nat.force_eq _ fun X => tokenGaps (Setup.of t) m X m t.token).trans ?_
    rw [nth_eq]
    rfl
  have lenOthers : (Maximum.of (Setup.of t) t m).others.length = m := by rw [eOthers]; exact length_tokenGaps _ _ _ _ _
  refine ⟨(length_scaledList _ _ (lenOthers.symm ▸ len.symm ▸ Nat.le_of_lt c.m_lt)).trans lenOthers, fun s hs => ?_⟩
  have hsv := Nat.lt_trans hs c.m_lt
  unfold scaledList
  rw [getD_foldZip _ (len.symm ▸ hsv) (lenOthers.symm ▸ hs) (0, 0) 0, getD_factors c.describe c.q_lt hsv, eOthers,
    getD_tokenGaps _ _ _ _ hs]
  exact scaled_gaps c.describe c.width_le c.rows c.position c.q_lt hsv

end pair
end
end Quartic
end Compact
