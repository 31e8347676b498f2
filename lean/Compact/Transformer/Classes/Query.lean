prelude
import Compact.Transformer.Classes.Masses
import Compact.Transformer.Classes.Slack
import Compact.Transformer.Classes.Tables
/-!
# Checking what the tables say of one query

From the bounds of its factors: those of tokens, the weights of positions and the slacks.
-/
namespace Compact
noncomputable section

/-- Are the entries of the row the lanes of `lit`? -/
def readsAs (L : Nat) (row : List Nat) (lit : Nat) : Bool := allZip Nat.beq row (unpack L row.length lit)

namespace Tables

/-- Do the literals about the query `q` agree with its rows of factors? -/
def queryAs (t : Tables) (B q : Nat) (es fs : List (Nat × Nat)) : Bool :=
  readsAs t.bits (mapFold (fun e => e.1) es) (nth 0 t.tokenLo q) &&
  (Nat.beq (nth (0, 0) fs t.n).1 (nth 0 t.own q) &&
  (forceList (entries (fun f => f.1) t.n fs)
    (massesAs t.bits t.n (nth 0 t.mass q) (nth 0 t.low q) (nth 0 t.high q)) &&
  readsAs t.bits (slacks B t.n q es fs) (nth 0 t.slack q)))

end Tables
end

theorem digit_of_readsAs {L lit : Nat} {row : List Nat} (h : readsAs L row lit = true) {j : Nat} (hj : j < row.length) :
    digit L lit j = row.getD j 0 := by
  rw [← getD_unpack L lit hj]
  exact (Nat.eq_of_beq_eq_true _ _ (of_allZip h hj 0 0)).symm

namespace Tables
variable {t : Tables} {T : Enclosure}

/-- What is shown of one query. -/
structure QueryDescribe (t : Tables) (T : Enclosure) (q : Nat) : Prop where
  tokenLo (k : Nat) : k < t.v → t.entry t.tokenLo q k = T.tokenLo q k
  own : t.own.getD q 0 = T.posLo q t.n
  mass : t.mass.getD q 0 = T.mass q t.n
  weights (k : Nat) : k ≤ t.n →
    MassDescribe t.bits t.n (t.mass.getD q 0) (t.low.getD q 0) (t.high.getD q 0) (T.posLows q t.n) k
  slack (m : Nat) : m < t.v →
    ∃ S, t.entry t.slack q m = T.totalSlack t.ceiling t.n q S ∧ T.SlackLe t.ceiling t.n q m S

theorem queryDescribe {q : Nat} (hlen : (T.tokenExp.getD q []).length = t.v)
    (h : t.queryAs t.ceiling q (T.tokenExp.getD q []) (T.posExp.getD q []) = true) : t.QueryDescribe T q := by
  unfold queryAs at h
  rw [nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, forceList_eq] at h
  have hlo := Bool.and_left h
  have h := Bool.and_right h
  have hown := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  have hmass := of_massesAs (Bool.and_left h)
  have hslack := Bool.and_right h
  refine ⟨fun k hk => ?_, hown.symm, hmass.left.symm, hmass.right, fun m hm => ?_⟩
  · refine (digit_of_readsAs hlo ((length_mapFold _ _).symm ▸ hlen.symm ▸ hk)).trans ?_
    exact getD_mapFold _ _ (hlen.symm ▸ hk) (0, 0) 0
  · match getD_slacks T t.ceiling t.n (hlen.symm ▸ hm) with
    | ⟨S, e, hS⟩ =>
      exact ⟨S, (digit_of_readsAs hslack ((length_slacks _ _ _ _ _).symm ▸ hlen.symm ▸ hm)).trans e, hS⟩

end Tables
end Compact
