prelude
import Compact.Transformer.Classes.Decides
import Compact.Transformer.Strategy.Quartic.Context
/-!
# Quartic: the tokens that pass

The tokens that pass the test of two ends, from any first token on (`Context.selects`), and how many they are when those
that pass at the ends of all classes together are not tested again (`Context.size_spec`).
-/
namespace Compact
namespace Quartic

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat} (c : Context R P prec t T X q m S k)
include c

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

end
end Quartic
end Compact
