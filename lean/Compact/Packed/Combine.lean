prelude
import Compact.Packed.Mat
/-!
# Combinations of packed rows

A row of a matrix product is a combination of the rows of the second factor; with those rows packed, each
term is one product of naturals.  A coefficient `x` stands for `x - α`, which may be negative: then its
absolute value multiplies the *complement* `2 * β - b` of the row.
-/
namespace Compact

/-- `|x - α|` times `b` if `x - α` is positive, times the complement `b'` if it is negative. -/
noncomputable def signedTerm (α x b b' : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (Nat.mul (Nat.sub α x) b') (Nat.mul (Nat.sub x α) b) (Nat.ble α x)

/-- `|x - α|`. -/
def absDiff (α x : Nat) : Nat := Nat.add (Nat.sub α x) (Nat.sub x α)

/-- `∑ |x - α|` over a row. -/
noncomputable def absSum (α : Nat) (xs : List Nat) : Nat := fold (fun x ih => Nat.add (absDiff α x) ih) 0 xs

/-- The packed combination of the rows (and complements) `rs` with the entries of the row `xs`. -/
noncomputable def combine (α : Nat) (xs : List Nat) (rs : List (Nat × Nat)) (acc : Nat) : Nat :=
  foldZip (γ := Nat → Nat)
    (fun x r ih acc => Nat.force acc fun acc => ih (Nat.add acc (signedTerm α x r.1 r.2))) (fun acc => acc) xs rs acc

/-- `c` lanes of one. -/
def ones (L c : Nat) : Nat := pack L c fun _ => 1

/-- The packed list of lanes. -/
noncomputable def packList (L : Nat) (xs : List Nat) : Nat := fold (fun x ih => Nat.add x (Nat.shiftLeft ih L)) 0 xs

/-- Rows of `B` packed, each with its complement in `2 * B.off`. -/
noncomputable def packRows (L full : Nat) (rows : List (List Nat)) : List (Nat × Nat) :=
  mapFold (fun b => Nat.force (packList L b) fun p => (p, Nat.sub full p)) rows

/-- Evaluate a list of pairs, then go on with it. -/
noncomputable def forcePairs {α : Type} (xs : List (Nat × Nat)) : (List (Nat × Nat) → α) → α :=
  fold (fun x ih k => Nat.force x.1 fun a => Nat.force x.2 fun b => ih fun xs' => k ((a, b) :: xs')) (fun k => k []) xs

theorem forcePairs_eq {α : Type} (xs : List (Nat × Nat)) (k : List (Nat × Nat) → α) : forcePairs xs k = k xs := by
  induction xs generalizing k with
  | nil => rfl
  | cons x xs ih =>
    show Nat.force x.1 (fun a => Nat.force x.2 fun b => forcePairs xs fun xs' => k ((a, b) :: xs')) = _
    rw [Nat.force_eq, Nat.force_eq, ih]

/-! ## Lanes of the packed combination -/

theorem packList_eq (L : Nat) (xs : List Nat) : packList L xs = pack L xs.length fun j => xs.getD j 0 := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    show x + packList L xs * 2 ^ L = x + 2 ^ L * pack L xs.length fun j => xs.getD j 0
    rw [ih, Nat.mul_comm]

theorem signedTerm_pack (L c α x : Nat) (f g : Nat → Nat) :
    signedTerm α x (pack L c f) (pack L c g) = pack L c fun j => signedTerm α x (f j) (g j) := by
  unfold signedTerm
  cases Nat.ble α x with
  | true => exact mul_pack L c _ f
  | false => exact mul_pack L c _ g

/-- Lane `j` of the combination of `rows`, whose entries are at most `2 * β`, with `xs`. -/
noncomputable def laneSum (α β j : Nat) (xs : List Nat) (rows : List (List Nat)) : Nat :=
  foldZip (fun x b ih => Nat.add (signedTerm α x (b.getD j 0) (2 * β - b.getD j 0)) ih) 0 xs rows

/-- Rows of `c` entries, each at most `m`. -/
def RowsLe (c m : Nat) (rows : List (List Nat)) : Prop :=
  ∀ i, i < rows.length → (rows.getD i []).length = c ∧ ∀ j, j < c → (rows.getD i []).getD j 0 ≤ m

theorem RowsLe.head {c m : Nat} {b : List Nat} {rows : List (List Nat)} (h : RowsLe c m (b :: rows)) :
    b.length = c ∧ ∀ j, j < c → b.getD j 0 ≤ m := h 0 (Nat.zero_lt_succ _)

theorem RowsLe.tail {c m : Nat} {b : List Nat} {rows : List (List Nat)} (h : RowsLe c m (b :: rows)) :
    RowsLe c m rows := fun i hi => h (i + 1) (Nat.succ_lt_succ hi)

theorem packRow_eq {L c β : Nat} {b : List Nat} (h : b.length = c ∧ ∀ j, j < c → b.getD j 0 ≤ 2 * β) :
    (packList L b, 2 * β * ones L c - packList L b) =
      (pack L c (fun j => b.getD j 0), pack L c fun j => 2 * β - b.getD j 0) := by
  rw [packList_eq, h.left]
  refine congrArg (Prod.mk _) ?_
  show 2 * β * (pack L c fun _ => 1) - _ = _
  rw [← pack_const]
  exact pack_sub L h.right

theorem combine_packRows (L c α β : Nat) (xs : List Nat) {rows : List (List Nat)} (h : RowsLe c (2 * β) rows)
    (f : Nat → Nat) :
    combine α xs (packRows L (2 * β * ones L c) rows) (pack L c f) =
      pack L c fun j => f j + laneSum α β j xs rows := by
  induction xs generalizing rows f with
  | nil => exact pack_congr L fun j _ => (Nat.add_zero _).symm
  | cons x xs ih =>
    cases rows with
    | nil => exact pack_congr L fun j _ => (Nat.add_zero _).symm
    | cons b rows =>
      have e : packRows L (2 * β * ones L c) (b :: rows) =
          (pack L c (fun j => b.getD j 0), pack L c fun j => 2 * β - b.getD j 0) ::
            packRows L (2 * β * ones L c) rows :=
        congrArg (· :: packRows L (2 * β * ones L c) rows) ((Nat.force_eq _ _).trans (packRow_eq h.head))
      rw [e]
      show Nat.force _ (fun acc => combine α xs _ (acc + signedTerm α x _ _)) = _
      rw [Nat.force_eq, signedTerm_pack, pack_add, ih h.tail]
      exact pack_congr L fun j _ => Nat.add_assoc _ _ _

/-! ## Lanes do not overflow -/

theorem absDiff_le {α x : Nat} (h : x ≤ 2 * α) : absDiff α x ≤ α := by
  show α - x + (x - α) ≤ α
  cases Nat.le_total x α with
  | inl hx => rw [Nat.sub_eq_zero_of_le hx]; exact Nat.sub_le α x
  | inr hx =>
    rw [Nat.sub_eq_zero_of_le hx, Nat.zero_add]
    exact Nat.sub_le_of_le_add (Nat.two_mul α ▸ h)

theorem absSum_le {α : Nat} {xs : List Nat} (h : ∀ l, l < xs.length → xs.getD l 0 ≤ 2 * α) :
    absSum α xs ≤ xs.length * α := by
  induction xs with
  | nil => exact Nat.zero_le _
  | cons x xs ih =>
    show absDiff α x + absSum α xs ≤ (xs.length + 1) * α
    rw [Nat.succ_mul, Nat.add_comm]
    exact Nat.add_le_add (ih fun l hl => h (l + 1) (Nat.succ_lt_succ hl)) (absDiff_le (h 0 (Nat.zero_lt_succ _)))

theorem signedTerm_le {α x b b' m : Nat} (hb : b ≤ m) (hb' : b' ≤ m) :
    signedTerm α x b b' ≤ absDiff α x * m := by
  show signedTerm α x b b' ≤ (α - x + (x - α)) * m
  unfold signedTerm
  cases Nat.ble α x with
  | true => exact Nat.mul_le_mul (Nat.le_add_left _ _) hb
  | false => exact Nat.mul_le_mul (Nat.le_add_right _ _) hb'

theorem laneSum_le {c α β j : Nat} (hj : j < c) (xs : List Nat) {rows : List (List Nat)}
    (h : RowsLe c (2 * β) rows) : laneSum α β j xs rows ≤ absSum α xs * (2 * β) := by
  induction xs generalizing rows with
  | nil => exact Nat.zero_le _
  | cons x xs ih =>
    cases rows with
    | nil => exact Nat.zero_le _
    | cons b rows =>
      show signedTerm α x _ _ + laneSum α β j xs rows ≤ (absDiff α x + absSum α xs) * _
      rw [Nat.add_mul]
      exact Nat.add_le_add (signedTerm_le (h.head.right j hj) (Nat.sub_le _ _)) (ih h.tail)

end Compact
