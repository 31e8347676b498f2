prelude
import Compact.Claim.Region
import Compact.Counting.Classes
import Compact.Force
/-!
# The classes of a region

The inputs of a region with the maximum `m` are those whose other tokens are below `m - (gap - 1)`: with a query that is `m` or
such a token, all classes with all such tokens.
-/
namespace Compact

/-- All tokens below this, and the maximum `m`, may be in an input of the region. -/
noncomputable def belowGap (gap m : Nat) : Nat := Nat.sub m (Nat.pred gap)

theorem belowGap_le (gap m : Nat) : belowGap gap m ≤ m := Nat.sub_le _ _

/-- A token other than the maximum. -/
theorem lt_belowGap {gap m t : Nat} (h : t + gap ≤ m) (hne : t ≠ m) : t < belowGap gap m := by
  have lt : t < m := Nat.lt_of_le_of_ne (Nat.le_trans (Nat.le_add_right t gap) h) hne
  cases gap with
  | zero => exact lt
  | succ g => exact Nat.le_sub_of_add_le (Nat.le_trans (Nat.le_of_eq (Nat.add_right_comm t 1 g)) h)

/-- What is shown of the inputs with the query `q` and the maximum `m` whose other tokens are below `k`. -/
def PairRight (P : List Nat → Prop) (n q m k : Nat) : Prop :=
  ∀ c, c < classes n q m → ∀ y, y ∈ words m (List.range k) n c → P (y ++ [q])

/-- An input of the region is in one of these classes. -/
theorem of_pairRight {P : List Nat → Prop} {n gap : Nat} {y : List Nat} {q : Nat} (hy : y.length = n)
    (h : ∀ t, t ∈ y ++ [q] → t = maximum (y ++ [q]) ∨ t + gap ≤ maximum (y ++ [q]))
    (right : q = maximum (y ++ [q]) ∨ q < belowGap gap (maximum (y ++ [q])) → PairRight P n q (maximum (y ++ [q])) (belowGap gap (maximum (y ++ [q])))) :
    P (y ++ [q]) := by
  generalize hm : maximum (y ++ [q]) = m at h right
  have letter (t : Nat) (ht : t ∈ y ++ [q]) : t = m ∨ t < belowGap gap m := by
    by_cases e : t = m
    case pos => exact Or.inl e
    case neg => exact Or.inr (lt_belowGap ((h t ht).elim (absurd · e) id) e)
  have words := mem_words (S := List.range (belowGap gap m)) (m := m) (y := y) fun t ht =>
    (letter t (List.mem_append.mpr (Or.inl ht))).elim Or.inl fun lt => Or.inr (List.mem_range.mpr lt)
  rw [hy] at words
  refine right (letter q (List.mem_append.mpr (Or.inr (List.Mem.head _)))) _ ?_ y words
  have le : countOther m y ≤ n := hy ▸ countOther_le m y
  by_cases e : q = m
  case pos => rw [e, classes_self]; exact Nat.lt_succ_of_le le
  case neg =>
    rw [classes_of_ne n e]
    refine Nat.lt_of_le_of_ne le fun full => ?_
    have not : ¬ m ∈ y := fun hin => Nat.ne_of_lt (lt_of_mem hin) (full.trans hy.symm)
    have attained : m ∈ y ++ [q] := by
      rw [← hm]
      exact maximum_mem (List.mem_append.mpr (Or.inr (List.Mem.head _)))
    exact (List.mem_append.mp attained).elim not fun hq => e (List.mem_singleton.mp hq).symm
where
  lt_of_mem {m : Nat} {y : List Nat} (h : m ∈ y) : countOther m y < y.length := by
    induction h with
    | head y => show (if m = m then _ else _) < _; rw [ite_eq_left rfl]; exact Nat.lt_succ_of_le (countOther_le m y)
    | tail t _ ih =>
      show (if t = m then _ else _) < _
      by_cases e : t = m
      case pos => rw [ite_eq_left e]; exact Nat.lt_succ_of_lt ih
      case neg => rw [ite_eq_right e]; exact Nat.succ_lt_succ ih
  maximum_mem {x : List Nat} {t : Nat} (h : t ∈ x) : maximum x ∈ x := by
    induction h with
    | head x => exact either _ _
    | tail u _ ih => exact either _ _
  either (t : Nat) (x : List Nat) : maximum (t :: x) ∈ t :: x := by
    induction x generalizing t with
    | nil =>
      have e : maximum [t] = t := Nat.le_antisymm (maximum_le fun u hu => Nat.le_of_eq (List.mem_singleton.mp hu)) (le_maximum (List.Mem.head _))
      rw [e]; exact List.Mem.head _
    | cons u x ih =>
      cases Nat.le_total t (maximum (u :: x)) with
      | inl h =>
        have e : maximum (t :: u :: x) = maximum (u :: x) := Nat.le_antisymm
          (maximum_le fun s hs => (List.mem_cons.mp hs).elim (fun e => e ▸ h) le_maximum)
          (maximum_le fun s hs => le_maximum (List.Mem.tail _ hs))
        rw [e]; exact List.Mem.tail _ (ih u)
      | inr h =>
        have e : maximum (t :: u :: x) = t := Nat.le_antisymm
          (maximum_le fun s hs => (List.mem_cons.mp hs).elim Nat.le_of_eq fun hs => Nat.le_trans (le_maximum hs) h)
          (le_maximum (List.Mem.head _))
        rw [e]; exact List.Mem.head _

/-- Is the query `q` one of the region? -/
noncomputable def queried (k m q : Nat) : Bool := Nat.beq q m || Nat.ble (Nat.succ q) k

/-- The inputs of the region with the maximum `m`, whose other tokens are below `k`. -/
noncomputable def regionCount (n k m : Nat) : Nat := blockCount n m (fun q _ => queried k m q) fun _ _ => k

theorem atLeast_region {P : List Nat → Prop} {n k m : Nat} (hk : k ≤ m)
    (right : ∀ q, q ≤ m → queried k m q = true → PairRight P n q m k) : AtLeast (regionCount n k m) fun x => P x ∧ maximum x = m :=
  AtLeast.block (S := fun _ _ => List.range k) fun q hq => ⟨fun _ _ _ => List.nodup_range, fun _ _ _ _ hs =>
    Nat.lt_of_lt_of_le (List.mem_range.mp hs) hk, fun _ _ _ => Nat.le_of_eq List.length_range.symm, fun c hc ok y hy => right q hq ok c hc y hy⟩

end Compact
