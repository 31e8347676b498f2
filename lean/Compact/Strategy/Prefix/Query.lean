prelude
import Compact.Strategy.Prefix.Row
import Compact.Classes.Tables
/-!
# What a count by margins needs of a query token

All numbers that depend on the query token alone are computed once: its softmax factors with their running minima
and maxima, the cost of rounding, and the bounds on the weight of the positions that hold the maximum.
-/
namespace Compact.Prefix

/-- The numbers of one query token. -/
structure Query where
  index : Nat
  /-- Token factors (lower bounds). -/
  lo : Row
  /-- Their running minima. -/
  least : Row
  /-- Their running maxima. -/
  greatest : Row
  /-- Factor of the query's own position. -/
  weight : Nat
  /-- What rounding may cost an input, by its maximum. -/
  slack : Row
  /-- Weight of all other positions. -/
  mass : Nat
  /-- The least weight of `0, 1, ..., n` positions. -/
  low : Row
  /-- The greatest weight of `0, 1, ..., n` positions. -/
  high : Row
  /-- Rows of logits, as the strategy wants them. -/
  rows : List Nat

namespace Query

/-- The numbers of the query `q`. -/
noncomputable def of (t : Tables) (L v q : Nat) (rows : List Nat) : Query where
  index := q
  lo := ⟨L, nth 0 t.tokenLo q⟩
  least := Row.least L (unpack L v (nth 0 t.tokenLo q))
  greatest := Row.greatest L (unpack L v (nth 0 t.tokenLo q))
  weight := Nat.mul (readLane L (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  slack := ⟨L, nth 0 t.slack q⟩
  mass := nth 0 t.mass q
  low := ⟨L, nth 0 t.low q⟩
  high := ⟨L, nth 0 t.high q⟩
  rows := rows

/-- Evaluate the numbers of the query `q`, then go on with them. -/
noncomputable def eval {α : Type} (t : Tables) (L v q : Nat) (rows : List Nat) (k : Query → α) : α :=
  Nat.force q fun q => Nat.force (nth 0 t.tokenLo q) fun lo => forceList (unpack L v lo) fun los =>
  Nat.force (Row.least L los).lanes fun least => Nat.force (Row.greatest L los).lanes fun greatest =>
  Nat.force (Nat.mul (readLane L lo q) (nth 0 t.own q)) fun weight => Nat.force (nth 0 t.slack q) fun slack =>
  Nat.force (nth 0 t.mass q) fun mass => Nat.force (nth 0 t.low q) fun low => Nat.force (nth 0 t.high q) fun high =>
  forceList rows fun rows => k ⟨q, ⟨L, lo⟩, ⟨L, least⟩, ⟨L, greatest⟩, weight, ⟨L, slack⟩, mass, ⟨L, low⟩, ⟨L, high⟩, rows⟩

theorem eval_eq {α : Type} (t : Tables) (L v q : Nat) (rows : List Nat) (k : Query → α) :
    eval t L v q rows k = k (of t L v q rows) := by
  unfold eval
  rw [Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq, forceList_eq]
  rfl

/-- Evaluate the numbers of the queries `0, 1, ..., j - 1` with the rows `rows q`, and put them in front of `Qs`. -/
noncomputable def evalAll {α : Type} (t : Tables) (L v : Nat) (rows : Nat → List Nat) (j : Nat) :
    List Query → (List Query → α) → α :=
  Nat.rec (motive := fun _ => List Query → (List Query → α) → α) (fun Qs k => k Qs)
    (fun q ih Qs k => eval t L v q (rows q) fun Q => ih (Q :: Qs) k) j

/-- The numbers of the queries `0, 1, ..., j - 1` in front of `Qs`. -/
noncomputable def all (t : Tables) (L v : Nat) (rows : Nat → List Nat) (j : Nat) : List Query → List Query :=
  Nat.rec (motive := fun _ => List Query → List Query) (fun Qs => Qs)
    (fun q ih Qs => ih (of t L v q (rows q) :: Qs)) j

theorem evalAll_eq {α : Type} (t : Tables) (L v : Nat) (rows : Nat → List Nat) (j : Nat) (Qs : List Query)
    (k : List Query → α) : evalAll t L v rows j Qs k = k (all t L v rows j Qs) := by
  induction j generalizing Qs with
  | zero => rfl
  | succ q ih => exact (eval_eq t L v q (rows q) fun Q => evalAll t L v rows q (Q :: Qs) k).trans (ih _)

theorem length_all (t : Tables) (L v : Nat) (rows : Nat → List Nat) (j : Nat) (Qs : List Query) :
    (all t L v rows j Qs).length = j + Qs.length := by
  induction j generalizing Qs with
  | zero => exact (Nat.zero_add _).symm
  | succ q ih => exact (ih _).trans (Nat.succ_add q Qs.length).symm

theorem getD_all (t : Tables) (L v : Nat) (rows : Nat → List Nat) (j : Nat) (Qs : List Query) (d : Query) :
    (∀ i, i < j → (all t L v rows j Qs).getD i d = of t L v i (rows i)) ∧
      ∀ i, (all t L v rows j Qs).getD (j + i) d = Qs.getD i d := by
  induction j generalizing Qs with
  | zero => exact ⟨fun i h => absurd h (Nat.not_lt_zero i), fun i => by rw [Nat.zero_add]; rfl⟩
  | succ q ih =>
    have ih := ih (of t L v q (rows q) :: Qs)
    refine ⟨fun i hi => ?_, fun i => ?_⟩
    · match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hi) with
      | .inl h => exact ih.left i h
      | .inr e => rw [e]; exact ih.right 0
    · rw [Nat.succ_add]
      exact ih.right (i + 1)

end Query
end Compact.Prefix
