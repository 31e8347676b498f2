prelude
import Compact.Packed.Combine
import Compact.Field.Cast
import Compact.Field.Sum
/-!
# Matrix products with packed rows

Row `i` of `A * B` is a combination of the rows of `B` with the entries of row `i` of `A`.  The result
carries an offset of its own, large enough that every entry is non-negative and every lane fits.
-/
namespace Compact

/-- The offset of a product whose inner dimension is `d`. -/
def Mat.mulOff (d : Nat) (A B : Mat) : Nat := Nat.mul B.off (Nat.mul d A.off)

/-- The row of the product `A * B` (inner dimension `d`, `c` columns) that the row `xs` of `A` gives. -/
noncomputable def Mat.mulRow (γ L c : Nat) (A B : Mat) (rs : List (Nat × Nat)) (xs : List Nat) : List Nat :=
  unpack L c (combine A.off xs rs (Nat.mul (Nat.sub γ (Nat.mul B.off (absSum A.off xs))) (ones L c)))

/-- The product of `A` (`d` columns) and `B` (`d` rows, `c` columns). -/
noncomputable def Mat.mul (d c : Nat) (A B : Mat) : Mat :=
  ⟨A.mulOff d B,
   Nat.force (A.mulOff d B) fun γ =>
   Nat.force (Nat.succ (Nat.log2 (Nat.mul 2 γ))) fun L =>
   forcePairs (packRows L (Nat.mul (Nat.mul 2 B.off) (ones L c)) B.rows) fun rs =>
   mapFold (A.mulRow γ L c B rs) A.rows⟩

section value
variable {R : Type} [ExpField R]

theorem ofNat_signedTerm (α x : Nat) {b β : Nat} (hb : b ≤ 2 * β) :
    ofNat R (signedTerm α x b (2 * β - b)) =
      (ofNat R x - ofNat R α) * (ofNat R b - ofNat R β) + ofNat R (absDiff α x * β) := by
  show _ = _ + ofNat R ((α - x + (x - α)) * β)
  unfold signedTerm
  cases h : Nat.ble α x with
  | true =>
    have h := Nat.le_of_ble_eq_true h
    show ofNat R ((x - α) * b) = _
    rw [Nat.sub_eq_zero_of_le h, Nat.zero_add, ofNat_mul, ofNat_mul, ofNat_sub h]
    ring [ofNat R x, ofNat R α, ofNat R b, ofNat R β]
  | false =>
    have h : x ≤ α := Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))
    show ofNat R ((α - x) * (2 * β - b)) = _
    rw [Nat.sub_eq_zero_of_le h, Nat.add_zero, ofNat_mul, ofNat_mul, ofNat_sub h, ofNat_sub hb, ofNat_mul]
    ring [ofNat R x, ofNat R α, ofNat R b, ofNat R β]

/-- A lane is a dot product of signed numbers, shifted up. -/
theorem ofNat_laneSum {c α β j : Nat} (hj : j < c) {d : Nat} {xs : List Nat} {rows : List (List Nat)}
    (hx : xs.length = d) (hr : rows.length = d) (h : RowsLe c (2 * β) rows) :
    ofNat R (laneSum α β j xs rows) =
      (sum d fun l => (ofNat R (xs.getD l 0) - ofNat R α) * (ofNat R ((rows.getD l []).getD j 0) - ofNat R β))
        + ofNat R (absSum α xs * β) := by
  induction d generalizing xs rows with
  | zero =>
    cases xs with
    | nil => show ofNat R 0 = 0 + ofNat R (0 * β); rw [Nat.zero_mul, zero_add]
    | cons _ _ => exact absurd hx (Nat.succ_ne_zero _)
  | succ d ih =>
    match xs, rows, hx, hr with
    | x :: xs, b :: rows, hx, hr =>
      have ih := ih (Nat.succ.inj hx) (Nat.succ.inj hr) h.tail
      rw [sum_succ']
      show ofNat R (signedTerm α x _ _ + laneSum α β j xs rows) =
        (ofNat R x - ofNat R α) * (ofNat R (b.getD j 0) - ofNat R β) + (sum d fun l => _) +
          ofNat R ((absDiff α x + absSum α xs) * β)
      rw [ofNat_add, ih, ofNat_signedTerm α x (h.head.right j hj), Nat.add_mul, ofNat_add]
      exact add_add_add_comm _ _ _ _

end value

namespace Mat.Shape
variable {A B : Mat} {r d c : Nat}

theorem rowsLe (h : B.Shape d c) : RowsLe c (2 * B.off) B.rows := fun i hi =>
  have hi := h.rows_length ▸ hi
  ⟨h.row_length i hi, fun j hj => h.le i j hi hj⟩

theorem absSum_le (h : A.Shape r d) {i : Nat} (hi : i < r) :
    absSum A.off (A.rows.getD i []) ≤ d * A.off := by
  have e := Compact.absSum_le fun l hl => h.le i l hi (h.row_length i hi ▸ hl)
  rw [h.row_length i hi] at e
  exact e

/-- The entry of the product before unpacking. -/
noncomputable def lane (d : Nat) (A B : Mat) (i j : Nat) : Nat :=
  (A.mulOff d B - B.off * absSum A.off (A.rows.getD i [])) + laneSum A.off B.off j (A.rows.getD i []) B.rows

theorem offset_le (hA : A.Shape r d) {i : Nat} (hi : i < r) :
    B.off * absSum A.off (A.rows.getD i []) ≤ A.mulOff d B :=
  Nat.mul_le_mul_left B.off (hA.absSum_le hi)

theorem lane_le (hA : A.Shape r d) (hB : B.Shape d c) {i j : Nat} (hi : i < r) (hj : j < c) :
    lane d A B i j ≤ 2 * A.mulOff d B := by
  have h := laneSum_le (α := A.off) hj (A.rows.getD i []) hB.rowsLe
  have h' := offset_le (B := B) hA hi
  have e : absSum A.off (A.rows.getD i []) * (2 * B.off) = 2 * (B.off * absSum A.off (A.rows.getD i [])) := by
    rw [Nat.mul_comm, Nat.mul_assoc]
  rw [e, Nat.two_mul] at h
  calc lane d A B i j ≤ _ := Nat.add_le_add_left h _
    _ = A.mulOff d B + B.off * absSum A.off (A.rows.getD i []) := by
      rw [← Nat.add_assoc, Nat.sub_add_cancel h']
    _ ≤ 2 * A.mulOff d B := by rw [Nat.two_mul]; exact Nat.add_le_add_left h' _

theorem row_mul (hA : A.Shape r d) (hB : B.Shape d c) {i : Nat} (hi : i < r) :
    (A.mul d c B).rows.getD i [] =
      unpack (Nat.succ (Nat.log2 (2 * A.mulOff d B))) c
        (pack (Nat.succ (Nat.log2 (2 * A.mulOff d B))) c fun j => lane d A B i j) := by
  unfold Mat.mul
  rw [Nat.force_eq, Nat.force_eq, forcePairs_eq]
  show (mapFold _ A.rows).getD i [] = _
  rw [getD_mapFold _ _ (hA.rows_length.symm ▸ hi) []]
  unfold mulRow ones
  refine congrArg (unpack _ c) ?_
  show combine _ _ _ ((_ - _) * pack _ c fun _ => 1) = _
  rw [← pack_const]
  exact combine_packRows _ _ _ _ _ hB.rowsLe _

theorem get_mul (hA : A.Shape r d) (hB : B.Shape d c) {i j : Nat} (hi : i < r) (hj : j < c) :
    (A.mul d c B).get i j = lane d A B i j := by
  show ((A.mul d c B).rows.getD i []).getD j 0 = _
  rw [row_mul hA hB hi, getD_unpack _ _ hj]
  exact digit_pack _ (fun j hj => Nat.lt_of_le_of_lt (lane_le hA hB hi hj) (Nat.lt_log2_self)) hj

/-- The product has the shape it should have. -/
theorem mul (hA : A.Shape r d) (hB : B.Shape d c) : (A.mul d c B).Shape r c where
  rows_length := by
    unfold Mat.mul
    rw [Nat.force_eq, Nat.force_eq, forcePairs_eq]
    exact (length_mapFold _ _).trans hA.rows_length
  row_length i hi := by rw [row_mul hA hB hi, length_unpack]
  le i j hi hj := by rw [get_mul hA hB hi hj]; exact lane_le hA hB hi hj

theorem shift_cancel {R : Type} [ExpField R] (a b s : R) : a - b + (s + b) - a = s := by ring [a, b, s]

/-- The product is the matrix product. -/
theorem val_mul (R : Type) [ExpField R] (hA : A.Shape r d) (hB : B.Shape d c) {i j : Nat} (hi : i < r) (hj : j < c) :
    (A.mul d c B).val R i j = sum d fun l => A.val R i l * B.val R l j := by
  show ofNat R ((A.mul d c B).get i j) - ofNat R (A.mulOff d B) = _
  rw [get_mul hA hB hi hj]
  unfold lane
  rw [ofNat_add, ofNat_sub (offset_le hA hi), ofNat_laneSum hj (hA.row_length i hi) hB.rows_length hB.rowsLe,
    Nat.mul_comm B.off]
  exact shift_cancel _ _ _

end Mat.Shape
end Compact
