prelude
import Compact.Minimum.Row
import Compact.Classes.Slack
/-!
# What a count by margins needs of a query token

All numbers that depend on the query token alone are computed once: its softmax factors with their running minima
and maxima, the cost of rounding, and the bounds on the weight of the positions that hold the maximum.
-/
namespace Compact
noncomputable section

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
  /-- Bounds on the weight of the positions that hold the maximum, by the number of those that do not. -/
  masses : List (Nat × Nat)
  /-- Rows of logits, as the strategy wants them. -/
  rows : List Nat

namespace Query

/-- Put a number into a sorted list. -/
def insert (x : Nat) : List Nat → List Nat :=
  List.rec (motive := fun _ => List Nat) [x]
    (fun y ys ih => Bool.rec (motive := fun _ => List Nat) (y :: ih) (x :: y :: ys) (Nat.ble x y))

/-- Bounds on the weight of `n - c` positions; `sorted` are all weights in order, which makes the bounds good but is
not needed for them to hold. -/
def massBounds (ls sorted : List Nat) (F n c : Nat) : Nat × Nat :=
  (lowMass ls (Nat.sub n c) (nth 0 sorted (Nat.sub (Nat.sub n c) 1)), highMass ls F (Nat.sub n c) (nth F sorted c))

/-- `[f 0, f 1, ..., f (n - 1)]` -/
def table {α : Type} (f : Nat → α) (n : Nat) : List α :=
  Nat.rec (motive := fun _ => Nat → List α) (fun _ => []) (fun _ ih i => f i :: ih (Nat.succ i)) n 0

/-- The numbers of the query `q` in a model with `n + 1` positions; `B` bounds its lanes. -/
def of (B n q : Nat) (es fs : List (Nat × Nat)) (rows : List Nat) : Query where
  index := q
  lo := Row.of (mapFold (fun e => e.1) es)
  least := Row.least (mapFold (fun e => e.1) es)
  greatest := Row.greatest (mapFold (fun e => e.1) es)
  weight := Nat.mul (nth (0, 0) es q).1 (nth (0, 0) fs n).1
  slack := Row.of (slacks B n q es fs)
  mass := listTotal (entries (fun f => f.1) n fs)
  masses := table (massBounds (entries (fun f => f.1) n fs) (fold insert [] (entries (fun f => f.1) n fs))
    (listTotal (entries (fun f => f.1) n fs)) n) (Nat.succ n)
  rows := rows

/-- Evaluate the numbers of a query, then go on with them. -/
def force {α : Type} (Q : Query) (k : Query → α) : α :=
  Nat.force Q.index fun index => Q.lo.force fun lo => Q.least.force fun least => Q.greatest.force fun greatest =>
  Nat.force Q.weight fun weight => Q.slack.force fun slack => Nat.force Q.mass fun mass =>
  forcePairs Q.masses fun masses => forceList Q.rows fun rows =>
  k ⟨index, lo, least, greatest, weight, slack, mass, masses, rows⟩

theorem force_eq {α : Type} (Q : Query) (k : Query → α) : Q.force k = k Q := by
  unfold force
  rw [Nat.force_eq, Row.force_eq, Row.force_eq, Row.force_eq, Nat.force_eq, Row.force_eq, Nat.force_eq,
    forcePairs_eq, forceList_eq]

/-- The number at `i` of a table. -/
theorem getD_table {α : Type} (f : Nat → α) (d : α) {n i : Nat} (hi : i < n) : (table f n).getD i d = f i :=
  (go n 0 i hi).trans (congrArg f (Nat.zero_add i))
where
  go (n j i : Nat) (hi : i < n) :
      ((Nat.rec (motive := fun _ => Nat → List α) (fun _ => []) (fun _ ih i => f i :: ih (Nat.succ i)) n j : List α)).getD i d =
        f (j + i) := by
    induction n generalizing j i with
    | zero => exact absurd hi (Nat.not_lt_zero i)
    | succ n ih =>
      cases i with
      | zero => rfl
      | succ i =>
        refine (ih (j + 1) i (Nat.lt_of_succ_lt_succ hi)).trans (congrArg f ?_)
        exact Nat.succ_add j i

end Query
end
end Compact
