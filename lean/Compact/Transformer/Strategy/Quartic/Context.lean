prelude
import Compact.Transformer.Strategy.Quartic.Tables
/-!
# Quartic: the tests of one query and one maximum

What the checker's tests prove, in terms of the rounded tables: `Context.ends_pass` and `Context.run_between`.
-/
namespace Compact
namespace Quartic
noncomputable section

section pair
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat}

/-- What is known of the model, of one query `q` and of one maximum `m`. -/
structure Context (R : Type) [ExpField R] (P : List Nat → Prop) (prec : Nat) (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m S k : Nat) :
    Prop where
  judges : T.Judges R prec t.v t.n m P
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

variable (c : Context R P prec t T X q m S k)

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

/-- What passes at the ends of all classes together passes between them. -/
theorem Context.run_between {U U' V V' s : Nat} (hV : V ≤ T.mass q t.n) (hV' : V' ≤ T.mass q t.n) (hU' : U' ≤ T.mass q t.n)
    (low : U ≤ V ∧ V ≤ U') (high : U ≤ V' ∧ V' ≤ U') (hs : s < t.v)
    (h : (testOf t T X q m S [U, U']).run (pack t.bits t.v (tokenRow t T X q m s)) = true) :
    (testOf t T X q m S [V, V']).run (pack t.bits t.v (tokenRow t T X q m s)) = true := by
  have le_mass {A B : Nat} (hA : A ≤ T.mass q t.n) (hB : B ≤ T.mass q t.n) : ∀ W, W ∈ [A, B] → W ≤ T.mass q t.n :=
    fun W hW => (List.mem_cons.mp hW).elim (fun e => e ▸ hA) fun hW => List.mem_singleton.mp hW ▸ hB
  have ends := (c.run_iff (le_mass (Nat.le_trans low.left (Nat.le_trans low.right hU')) hU') hs).mp h
  have both {W : Nat} (hW : U ≤ W ∧ W ≤ U') : ∀ j, j < t.v → j ≠ m → 2 ^ k ≤ mixLane t T X q m S s W j := fun j hj hne =>
    lane_between hW.left hW.right hU' (ends U (List.Mem.head _) j hj hne)
      (ends U' (List.Mem.tail _ (List.Mem.head _)) j hj hne)
  exact (c.run_iff (le_mass hV hV') hs).mpr fun W hW =>
    (List.mem_cons.mp hW).elim (fun e => e ▸ both low) fun hW => List.mem_singleton.mp hW ▸ both high

/-- A token that passes the test of two ends passes both mixtures. -/
theorem Context.ends_pass {U U' s : Nat} (hU : U ≤ T.mass q t.n) (hU' : U' ≤ T.mass q t.n) (hs : s < t.v)
    (h : (testOf t T X q m S [U, U']).run (pack t.bits t.v (tokenRow t T X q m s)) = true) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m U (T.mass q t.n - U) s ∧
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q S) q m U' (T.mass q t.n - U') s := by
  have h := (c.run_iff (fun W hW => (List.mem_cons.mp hW).elim (fun e => e ▸ hU) fun hW => List.mem_singleton.mp hW ▸ hU') hs).mp h
  exact ⟨c.passes hs hU (h U (List.Mem.head _)), c.passes hs hU' (h U' (List.Mem.tail _ (List.Mem.head _)))⟩

/-- The gaps of the tokens below the maximum. -/
theorem Context.gapsList : (values (scaled (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct))
    (Query.at (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others).length = m ∧
    ∀ s, s < m → (values (scaled (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct))
      (Query.at (Setup.of t) t q).factors (Maximum.of (Setup.of t) t m).others).getD s 0 =
      pack t.bits t.v (tokenRow t T X q m s) := by
  have len : (Query.at (Setup.of t) t q).factors.length = t.v := (length_mapFold _ _).trans (length_unpack _ _ _)
  have eOthers : (Maximum.of (Setup.of t) t m).others =
      tokenGaps (Setup.of t) m (gaps (Setup.of t) m (2 * 2 ^ t.width) (t.position.getD m 0)) m t.token := by
    refine (Nat.force_eq _ fun X => tokenGaps (Setup.of t) m X m t.token).trans ?_
    rw [nth_eq]
    rfl
  have lenOthers : (Maximum.of (Setup.of t) t m).others.length = m := by rw [eOthers]; exact length_tokenGaps _ _ _ _ _
  refine ⟨(length_values _ (lenOthers.symm ▸ len.symm ▸ Nat.le_of_lt c.m_lt)).trans lenOthers, fun s hs => ?_⟩
  have hsv := Nat.lt_trans hs c.m_lt
  unfold values
  rw [getD_foldZip _ (len.symm ▸ hsv) (lenOthers.symm ▸ hs) (0, 0) 0, getD_factors c.describe c.q_lt hsv, eOthers,
    getD_tokenGaps _ _ _ _ hs]
  exact scaled_gaps c.describe c.width_le c.rows c.position c.q_lt hsv

end pair
end
end Quartic
end Compact
