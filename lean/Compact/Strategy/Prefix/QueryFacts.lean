prelude
import Compact.Strategy.Prefix.Query
/-!
# The numbers of a query token are what they should be

`Query.For` collects what a soundness proof needs to know of a `Query`; `Query.of_for` proves it for the numbers
read from tables that describe a model.
-/
namespace Compact.Prefix
namespace Query

/-- The numbers of the query `q`, for rounded tables `T` with `v` tokens and `n + 1` positions. -/
structure For (Q : Query) (T : Enclosure) (B v n q : Nat) : Prop where
  index : Q.index = q
  lo (k : Nat) : k < v → Q.lo.get k = T.tokenLo q k
  least (s i : Nat) : s ≤ i → i < v → Q.least.get i ≤ T.tokenLo q s
  greatest (s i : Nat) : s ≤ i → i < v → T.tokenLo q s ≤ Q.greatest.get i
  weight : Q.weight = T.tokenLo q q * T.posLo q n
  slack (m : Nat) : m < v → ∃ S, Q.slack.get m = T.totalSlack B n q S ∧ T.SlackLe B n q m S
  mass : Q.mass = T.mass q n
  low (k : Nat) : k ≤ n → ∃ threshold, Q.low.get k = lowMass (T.posLows q n) k threshold
  high (k : Nat) : k ≤ n → ∃ threshold, Q.high.get k = highMass (T.posLows q n) (T.mass q n) k threshold

variable {t : Tables} {T : Enclosure} {q : Nat}

theorem readLane_nth (L : Nat) (rows : List Nat) (i j : Nat) : readLane L (nth 0 rows i) j = digit L (rows.getD i 0) j := by
  rw [nth_eq, readLane_eq]

/-- The numbers read from tables that describe `T`. -/
theorem of_for (h : t.Describe T) (hq : q < t.v) (rows : List Nat) :
    (Query.of t t.bits t.v q rows).For T t.ceiling t.v t.n q := by
  have len : (unpack t.bits t.v (nth 0 t.tokenLo q)).length = t.v := length_unpack _ _ _
  have entry : ∀ k, k < t.v → (unpack t.bits t.v (nth 0 t.tokenLo q)).getD k 0 = T.tokenLo q k := fun k hk => by
    rw [getD_unpack _ _ hk, nth_eq]
    exact h.tokenLo q k hq hk
  have small : ∀ k, k < (unpack t.bits t.v (nth 0 t.tokenLo q)).length →
      (unpack t.bits t.v (nth 0 t.tokenLo q)).getD k 0 < 2 ^ t.bits := fun k hk => by
    rw [getD_unpack _ _ (len ▸ hk)]
    exact Nat.mod_lt _ (Nat.two_pow_pos _)
  have lt {s i : Nat} (hs : s ≤ i) (hi : i < t.v) := entry s (Nat.lt_of_le_of_lt hs hi)
  refine ⟨rfl, fun k hk => (readLane_nth _ _ q k).trans (h.tokenLo q k hq hk), fun s i hs hi => ?_, fun s i hs hi => ?_, ?_,
    fun m hm => ?_, (nth_eq 0 _ q).trans (h.mass q hq), fun k hk => ?_, fun k hk => ?_⟩
  · exact lt hs hi ▸ Row.get_least (len.symm ▸ hi) hs
  · exact lt hs hi ▸ Row.get_greatest small (len.symm ▸ hi) hs
  · show readLane t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
    rw [readLane_nth, nth_eq, h.own q hq, ← h.tokenLo q q hq hq]
    rfl
  · match h.slack q m hq hm with
    | ⟨S, e, hS⟩ => exact ⟨S, (readLane_nth _ _ q m).trans e, hS⟩
  · match h.low q k hq hk with
    | ⟨threshold, e⟩ => exact ⟨threshold, (readLane_nth _ _ q k).trans e⟩
  · match h.high q k hq hk with
    | ⟨threshold, e⟩ => exact ⟨threshold, (readLane_nth _ _ q k).trans e⟩

end Query
end Compact.Prefix
