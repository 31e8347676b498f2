prelude
import Compact.Classes.Mix
import Compact.Enclosure.Narrow
import Compact.Minimum.Running
/-!
# One row in place of all positions

`positionRow W m rows` is, entry by entry, the largest of the rows once each is shifted to have the entry `W` at
the output `m`.  So it favours `m` no more than any of the rows does, and may stand for all of them.
-/
namespace Compact

/-- `n` zeros. -/
noncomputable def zeros (n : Nat) : List Nat := Nat.rec (motive := fun _ => List Nat) [] (fun _ ih => 0 :: ih) n

/-- The entrywise larger of `ys` and of `xs` shifted by `d`. -/
noncomputable def raise (d : Nat) (xs ys : List Nat) : List Nat :=
  foldZip (fun x y ih => Nat.force (greatest (Nat.add x d) y) fun z => z :: ih) [] xs ys

/-- The largest of the first `n` rows, each shifted to have `W` at `m`, and of zeros. -/
noncomputable def positionRow (v W m n : Nat) (rows : List (List Nat)) : List Nat :=
  Nat.rec (motive := fun _ => List Nat) (zeros v)
    (fun p ih => forceList ih fun ys =>
      Nat.force (Nat.sub W (nth 0 (nth [] rows p) m)) fun d => raise d (nth [] rows p) ys) n

theorem length_zeros (n : Nat) : (zeros n).length = n := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ ih

theorem getD_zeros (n t : Nat) : (zeros n).getD t 0 = 0 := by
  induction n generalizing t with
  | zero => rfl
  | succ n ih =>
    cases t with
    | zero => rfl
    | succ t => exact ih t

theorem raise_cons (d x y : Nat) (xs ys : List Nat) :
    raise d (x :: xs) (y :: ys) = greatest (x + d) y :: raise d xs ys :=
  Nat.force_eq _ fun z => z :: raise d xs ys

theorem length_raise (d : Nat) {xs ys : List Nat} (h : xs.length = ys.length) : (raise d xs ys).length = ys.length := by
  induction xs generalizing ys with
  | nil => exact h
  | cons x xs ih =>
    match ys, h with
    | y :: ys, h => rw [raise_cons]; exact congrArg Nat.succ (ih (Nat.succ.inj h))

theorem getD_raise (d : Nat) {xs ys : List Nat} (h : xs.length = ys.length) {t : Nat} (ht : t < ys.length) :
    (raise d xs ys).getD t 0 = greatest (xs.getD t 0 + d) (ys.getD t 0) := by
  induction xs generalizing ys t with
  | nil => exact absurd ht (h ▸ Nat.not_lt_zero t)
  | cons x xs ih =>
    match ys, h with
    | y :: ys, h =>
      rw [raise_cons]
      cases t with
      | zero => rfl
      | succ t => exact ih (Nat.succ.inj h) (Nat.lt_of_succ_lt_succ ht)

section
variable {v W m : Nat} {rows : List (List Nat)}

theorem positionRow_succ (v W m n : Nat) (rows : List (List Nat)) :
    positionRow v W m (n + 1) rows =
      raise (W - (rows.getD n []).getD m 0) (rows.getD n []) (positionRow v W m n rows) := by
  show forceList (positionRow v W m n rows) (fun ys =>
      Nat.force (Nat.sub W (nth 0 (nth [] rows n) m)) fun d => raise d (nth [] rows n) ys) = _
  rw [forceList_eq, Nat.force_eq, nth_eq, nth_eq]
  rfl

variable {n : Nat} (h : ∀ p, p < n → (rows.getD p []).length = v)
include h

theorem length_positionRow : (positionRow v W m n rows).length = v := by
  induction n with
  | zero => exact length_zeros v
  | succ n ih =>
    have ih := ih fun p hp => h p (Nat.lt_succ_of_lt hp)
    rw [positionRow_succ]
    exact (length_raise _ ((h n (Nat.lt_succ_self n)).trans ih.symm)).trans ih

theorem getD_positionRow_succ (hn : ∀ p, p < n + 1 → (rows.getD p []).length = v) {t : Nat} (ht : t < v) :
    (positionRow v W m (n + 1) rows).getD t 0 =
      greatest ((rows.getD n []).getD t 0 + (W - (rows.getD n []).getD m 0)) ((positionRow v W m n rows).getD t 0) := by
  have len := length_positionRow (W := W) (m := m) h
  rw [positionRow_succ, getD_raise _ ((hn n (Nat.lt_succ_self n)).trans len.symm) (len.symm ▸ ht)]

/-- The row is above each shifted row. -/
theorem le_positionRow {p t : Nat} (hp : p < n) (ht : t < v) :
    (rows.getD p []).getD t 0 + (W - (rows.getD p []).getD m 0) ≤ (positionRow v W m n rows).getD t 0 := by
  induction n with
  | zero => exact absurd hp (Nat.not_lt_zero p)
  | succ n ih =>
    have h' := fun p hp => h p (Nat.lt_succ_of_lt hp)
    rw [getD_positionRow_succ h' h ht]
    match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hp) with
    | .inl hp => exact Nat.le_trans (ih h' hp) (le_greatest_right _ _)
    | .inr e => rw [e]; exact le_greatest_left _ _

/-- Its entries are at most `C` if those of the shifted rows are. -/
theorem positionRow_le {C t : Nat} (hC : ∀ p, p < n → (rows.getD p []).getD t 0 + (W - (rows.getD p []).getD m 0) ≤ C)
    (ht : t < v) : (positionRow v W m n rows).getD t 0 ≤ C := by
  induction n with
  | zero => exact Nat.le_trans (Nat.le_of_eq (getD_zeros v t)) (Nat.zero_le C)
  | succ n ih =>
    have h' := fun p hp => h p (Nat.lt_succ_of_lt hp)
    rw [getD_positionRow_succ h' h ht]
    exact Nat.le_of_lt_succ (greatest_lt (Nat.lt_succ_of_le (hC n (Nat.lt_succ_self n)))
      (Nat.lt_succ_of_le (ih h' fun p hp => hC p (Nat.lt_succ_of_lt hp))))

end

/-- The row favours `m` no more than any position does, and its entries are small. -/
theorem noBetter_positionRow {T : Enclosure} {v m n width : Nat} (h : ∀ p, p < n → (T.posRow.getD p []).length = v)
    (narrow : ∀ p t, T.pos p t < 2 ^ width) (hm : m < v) :
    T.NoBetter (fun t => (positionRow v (2 ^ width) m n T.posRow).getD t 0) v n m ∧
      ∀ t, t < v → (positionRow v (2 ^ width) m n T.posRow).getD t 0 ≤ 2 * 2 ^ width := by
  have at_max : (positionRow v (2 ^ width) m n T.posRow).getD m 0 ≤ 2 ^ width :=
    positionRow_le h (fun p _ => Nat.le_of_eq (Nat.add_sub_of_le (Nat.le_of_lt (narrow p m)))) hm
  refine ⟨fun p hp t ht => ?_, fun t ht => positionRow_le h (fun p _ => ?_) ht⟩
  · have high := le_positionRow (W := 2 ^ width) (m := m) h hp ht
    refine Nat.le_trans (Nat.add_le_add_left at_max _) (Nat.le_trans (Nat.le_of_eq ?_) (Nat.add_le_add_left high _))
    show T.pos p t + 2 ^ width = T.pos p m + (T.pos p t + (2 ^ width - T.pos p m))
    rw [Nat.add_left_comm, Nat.add_sub_of_le (Nat.le_of_lt (narrow p m))]
  · rw [Nat.two_mul]
    exact Nat.add_le_add (Nat.le_of_lt (narrow p t)) (Nat.sub_le _ _)

end Compact
