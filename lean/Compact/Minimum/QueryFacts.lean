prelude
import Compact.Minimum.Query
/-!
# The numbers of a query token are what they should be

`Query.For` collects what a soundness proof needs to know of a `Query`; `Query.of_for` proves it for the numbers
computed from the tables.
-/
namespace Compact
namespace Query

/-- The numbers of the query `q`, for tables `T` with `v` tokens and `n + 1` positions. -/
structure For (Q : Query) (T : Enclosure) (B v n q : Nat) : Prop where
  index : Q.index = q
  lo (k : Nat) : k < v → Q.lo.get k = T.tokenLo q k
  least (s i : Nat) : s ≤ i → i < v → Q.least.get i ≤ T.tokenLo q s
  greatest (s i : Nat) : s ≤ i → i < v → T.tokenLo q s ≤ Q.greatest.get i
  weight : Q.weight = T.tokenLo q q * T.posLo q n
  slack (m : Nat) : m < v → ∃ S, Q.slack.get m = T.totalSlack B n q S ∧ T.SlackLe B n q m S
  mass : Q.mass = T.mass q n
  masses (c : Nat) : c ≤ n → ∃ low, ∃ high, Q.masses.getD c (0, 0) =
    (lowMass (T.posLows q n) (n - c) low, highMass (T.posLows q n) (T.mass q n) (n - c) high)

variable {T : Enclosure} {B v n q : Nat}

/-- The numbers computed from the tables. -/
theorem of_for (hq : q < v) (he : (T.tokenExp.getD q []).length = v) (rows : List Nat) : (Query.of B n q (T.tokenExp.getD q []) (T.posExp.getD q []) rows).For T B v n q where
  index := rfl
  lo k hk := by
    refine (Row.get_of (xs := mapFold (fun e => e.1) _) ?_).trans ?_
    · rw [length_mapFold]; exact he.symm ▸ hk
    · exact getD_mapFold _ _ (he.symm ▸ hk) (0, 0) 0
  least s i hs hi := by
    refine Nat.le_trans (Row.get_least ?_ hs) (Nat.le_of_eq ?_)
    · rw [length_mapFold]; exact he.symm ▸ hi
    · exact getD_mapFold _ _ (he.symm ▸ Nat.lt_of_le_of_lt hs hi) (0, 0) 0
  greatest s i hs hi := by
    refine Nat.le_trans (Nat.le_of_eq ?_) (Row.get_greatest ?_ hs)
    · exact (getD_mapFold (fun e : Nat × Nat => e.1) _ (he.symm ▸ Nat.lt_of_le_of_lt hs hi) (0, 0) 0).symm
    · rw [length_mapFold]; exact he.symm ▸ hi
  weight := by
    show (nth _ _ q).1 * (nth _ _ n).1 = _
    rw [nth_eq, nth_eq]
    rfl
  slack m hm := by
    match getD_slacks T B n (q := q) (he.symm ▸ hm) with
    | ⟨S, e, hS⟩ =>
      refine ⟨S, (Row.get_of (xs := slacks B n q _ _) ?_).trans e, hS⟩
      rw [length_slacks]
      exact he.symm ▸ hm
  mass := rfl
  masses c hc := ⟨_, _, getD_table _ _ (Nat.lt_succ_of_le hc)⟩

end Query
end Compact
