prelude
import Compact.Packed.Mat
import Compact.Ring.Nat
/-!
# Combinations of packed rows

A row of a matrix product is a combination of the rows of the second factor; with those rows packed, each
term is one product of naturals.  Entries `x` and `b` stand for `x - α` and `b - β`, whose product is
`term α β x b - α * β`; the terms of a whole row are put right at once, from the sums of the `x` and of the rows.
-/
namespace Compact

/-- `c` lanes of one. -/
def ones (L c : Nat) : Nat := pack L c fun _ => 1

/-- The packed list of lanes. -/
noncomputable def packList (L : Nat) (xs : List Nat) : Nat := fold (fun x ih => Nat.add x (Nat.shiftLeft ih L)) 0 xs

/-- The sum of a list. -/
noncomputable def sumList (xs : List Nat) : Nat := fold Nat.add 0 xs

/-- The sum of the packed rows `rs`, times the entries of `xs`. -/
noncomputable def dot (xs rs : List Nat) : Nat := foldZip (fun x r ih => Nat.add (Nat.mul x r) ih) 0 xs rs

/-- `(x - α) * (b - β) + α * β` -/
def term (α β x b : Nat) : Nat := Nat.sub (Nat.add (Nat.mul x b) (Nat.mul 2 (Nat.mul α β))) (Nat.add (Nat.mul α b) (Nat.mul β x))

/-! ## One term -/

theorem term_le_sum {α β x b : Nat} (hx : x ≤ 2 * α) (hb : b ≤ 2 * β) : α * b + β * x ≤ x * b + 2 * (α * β) := by
  cases Nat.le_total α x with
  | inl h =>
    match Nat.exists_eq_add_of_le h with
    | ⟨u, e⟩ =>
      rw [e] at hx ⊢
      rw [Nat.two_mul] at hx
      have hu := Nat.mul_le_mul_left β (Nat.le_of_add_le_add_left hx)
      exact Nat.le_of_linear (Nat.add_le_add hu (Nat.zero_le (u * b))) (by ring [α, β, u, b])
  | inr h =>
    match Nat.exists_eq_add_of_le h with
    | ⟨u, e⟩ =>
      rw [e]
      have hu := Nat.mul_le_mul_left u hb
      exact Nat.le_of_linear (Nat.add_le_add hu (Nat.zero_le (x * β))) (by ring [x, β, u, b])

theorem term_add {α β x b : Nat} (hx : x ≤ 2 * α) (hb : b ≤ 2 * β) :
    term α β x b + (α * b + β * x) = x * b + 2 * (α * β) := Nat.sub_add_cancel (term_le_sum hx hb)

theorem term_le {α β x b : Nat} (hx : x ≤ 2 * α) (hb : b ≤ 2 * β) : term α β x b ≤ 2 * (α * β) := by
  refine Nat.sub_le_of_le_add ?_
  show x * b + 2 * (α * β) ≤ 2 * (α * β) + (α * b + β * x)
  rw [Nat.add_comm (x * b)]
  refine Nat.add_le_add_left ?_ _
  cases Nat.le_total α x with
  | inl h =>
    match Nat.exists_eq_add_of_le h with
    | ⟨u, e⟩ =>
      rw [e] at hx ⊢
      rw [Nat.two_mul] at hx
      have h1 := Nat.mul_le_mul_left β (Nat.le_of_add_le_add_left hx)
      have h2 := Nat.mul_le_mul_left u hb
      exact Nat.le_of_linear (Nat.add_le_add h1 h2) (by ring [α, β, u, b])
  | inr h => exact Nat.le_add_right_of_le (Nat.mul_le_mul_right b h)

/-! ## Lanes of the packed combination -/

theorem packList_eq (L : Nat) (xs : List Nat) : packList L xs = pack L xs.length fun j => xs.getD j 0 := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    show x + packList L xs * 2 ^ L = x + 2 ^ L * pack L xs.length fun j => xs.getD j 0
    rw [ih, Nat.mul_comm]

/-- Lane `j` of the combination of `rows` with `xs`. -/
noncomputable def laneSum (α β j : Nat) (xs : List Nat) (rows : List (List Nat)) : Nat :=
  foldZip (fun x b ih => Nat.add (term α β x (b.getD j 0)) ih) 0 xs rows

/-- Rows of `c` entries, each at most `m`. -/
def RowsLe (c m : Nat) (rows : List (List Nat)) : Prop :=
  ∀ i, i < rows.length → (rows.getD i []).length = c ∧ ∀ j, j < c → (rows.getD i []).getD j 0 ≤ m

theorem RowsLe.head {c m : Nat} {b : List Nat} {rows : List (List Nat)} (h : RowsLe c m (b :: rows)) :
    b.length = c ∧ ∀ j, j < c → b.getD j 0 ≤ m := h 0 (Nat.zero_lt_succ _)

theorem RowsLe.tail {c m : Nat} {b : List Nat} {rows : List (List Nat)} (h : RowsLe c m (b :: rows)) :
    RowsLe c m rows := fun i hi => h (i + 1) (Nat.succ_lt_succ hi)

theorem pack_zero (L n : Nat) : pack L n (fun _ => 0) = 0 := (pack_const L n 0).trans (Nat.zero_mul _)

/-- Lanes of the sum of packed rows. -/
theorem sumList_packed (L : Nat) {c m : Nat} {rows : List (List Nat)} (h : RowsLe c m rows) :
    sumList (mapFold (packList L) rows) = pack L c fun j => sumList (mapFold (fun b => b.getD j 0) rows) := by
  induction rows with
  | nil => exact (pack_zero L c).symm
  | cons b rows ih =>
    show packList L b + sumList (mapFold (packList L) rows) = _
    rw [packList_eq, h.head.left, ih h.tail, pack_add]
    rfl

/-- Lanes of a combination of packed rows. -/
theorem dot_packed (L : Nat) {c m : Nat} (xs : List Nat) {rows : List (List Nat)} (h : RowsLe c m rows) :
    dot xs (mapFold (packList L) rows) = pack L c fun j => dot xs (mapFold (fun b => b.getD j 0) rows) := by
  induction xs generalizing rows with
  | nil => exact (pack_zero L c).symm
  | cons x xs ih =>
    cases rows with
    | nil => exact (pack_zero L c).symm
    | cons b rows =>
      show x * packList L b + dot xs (mapFold (packList L) rows) = _
      rw [packList_eq, h.head.left, ih h.tail, mul_pack, pack_add]
      rfl

/-- The terms of a whole lane. -/
theorem dot_add {α β c d j : Nat} (hj : j < c) {xs : List Nat} {rows : List (List Nat)} (hx : xs.length = d)
    (hr : rows.length = d) (hxs : ∀ l, l < xs.length → xs.getD l 0 ≤ 2 * α) (h : RowsLe c (2 * β) rows) :
    dot xs (mapFold (fun b => b.getD j 0) rows) + d * (2 * (α * β)) =
      laneSum α β j xs rows + (α * sumList (mapFold (fun b => b.getD j 0) rows) + β * sumList xs) ∧
    sumList (mapFold (fun b => b.getD j 0) rows) ≤ d * (2 * β) ∧ laneSum α β j xs rows ≤ d * (2 * (α * β)) := by
  induction d generalizing xs rows with
  | zero =>
    match xs, rows, hx, hr with
    | [], [], _, _ => exact ⟨(Nat.zero_mul (2 * (α * β))).symm ▸ rfl, Nat.zero_le _, Nat.zero_le _⟩
  | succ d ih =>
    match xs, rows, hx, hr with
    | x :: xs, b :: rows, hx, hr =>
      match ih (Nat.succ.inj hx) (Nat.succ.inj hr) (fun l hl => hxs (l + 1) (Nat.succ_lt_succ hl)) h.tail with
      | ⟨e, hs, hl⟩ =>
        have hb := h.head.right j hj
        have hx := hxs 0 (Nat.zero_lt_succ _)
        refine ⟨?_, ?_, ?_⟩
        · show x * b.getD j 0 + dot xs _ + (d + 1) * (2 * (α * β)) =
            term α β x (b.getD j 0) + laneSum α β j xs rows + (α * (b.getD j 0 + sumList _) + β * (x + sumList xs))
          exact regroup _ _ _ _ _ _ _ _ _ _ _ _ (term_add hx hb) e
        · show b.getD j 0 + sumList _ ≤ (d + 1) * (2 * β)
          rw [Nat.succ_mul, Nat.add_comm]
          exact Nat.add_le_add hs hb
        · show term α β x (b.getD j 0) + laneSum α β j xs rows ≤ (d + 1) * (2 * (α * β))
          rw [Nat.succ_mul, Nat.add_comm]
          exact Nat.add_le_add hl (term_le hx hb)
where
  regroup (xb D d w t l α β x b S s : Nat) (h1 : t + (α * b + β * x) = xb + w) (h2 : D + d * w = l + (α * S + β * s)) :
      xb + D + (d + 1) * w = t + l + (α * (b + S) + β * (x + s)) := by
    have e : xb + D + (d + 1) * w = (xb + w) + (D + d * w) := by ring [xb, D, d, w]
    rw [e, ← h1, h2]
    ring [t, l, α, β, b, S, x, s]

end Compact
