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

/-- What all rows of the product `A * B` have in common, for the packed rows `rs` of `B`. -/
noncomputable def Mat.mulBase (d one : Nat) (A B : Mat) (rs : List Nat) : Nat :=
  Nat.sub (Nat.mul (Nat.mul d (Nat.mul 2 (Nat.mul A.off B.off))) one) (Nat.mul A.off (sumList rs))

/-- The packed row of the product that the row `xs` of `A` gives. -/
noncomputable def Mat.mulRow (one base : Nat) (B : Mat) (rs xs : List Nat) : Nat :=
  Nat.sub (Nat.add (dot xs rs) base) (Nat.mul (Nat.mul B.off (sumList xs)) one)

/-- The packed rows, in lanes of `L` bits, of the product of `A` (`d` columns) and `B` (`d` rows, `c` columns). -/
noncomputable def Mat.mulRows (L d c : Nat) (A B : Mat) : List Nat :=
  Nat.force (ones L c) fun one => forceList (mapFold (packList L) B.rows) fun rs =>
  Nat.force (A.mulBase d one B rs) fun base => mapFold (B.mulRow one base rs) A.rows

/-- The product of `A` (`d` columns) and `B` (`d` rows, `c` columns). -/
noncomputable def Mat.mul (d c : Nat) (A B : Mat) : Mat :=
  ⟨A.mulOff d B,
   Nat.force (Nat.succ (Nat.log2 (Nat.mul 2 (A.mulOff d B)))) fun L => mapFold (unpack L c) (A.mulRows L d c B)⟩

section value
variable {R : Type} [ExpField R]

theorem ofNat_term {α β x b : Nat} (hx : x ≤ 2 * α) (hb : b ≤ 2 * β) : ofNat R (term α β x b) =
    (ofNat R x - ofNat R α) * (ofNat R b - ofNat R β) + ofNat R α * ofNat R β := by
  have e := congrArg (ofNat R) (term_add hx hb)
  rw [Nat.two_mul, ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul] at e
  exact solve _ _ _ _ _ e
where
  solve (t α β x b : R) (h : t + (α * b + β * x) = x * b + (α * β + α * β)) :
      t = (x - α) * (b - β) + α * β := by
    have e : t = t + (α * b + β * x) - (α * b + β * x) := (add_sub_cancel_right _ _).symm
    rw [e, h]
    ring [α, β, x, b]

/-- A lane is a dot product of signed numbers, shifted up. -/
theorem ofNat_laneSum {c α β j : Nat} (hj : j < c) {d : Nat} {xs : List Nat} {rows : List (List Nat)}
    (hx : xs.length = d) (hr : rows.length = d) (hxs : ∀ l, l < xs.length → xs.getD l 0 ≤ 2 * α)
    (h : RowsLe c (2 * β) rows) :
    ofNat R (laneSum α β j xs rows) =
      (sum d fun l => (ofNat R (xs.getD l 0) - ofNat R α) * (ofNat R ((rows.getD l []).getD j 0) - ofNat R β))
        + ofNat R d * (ofNat R α * ofNat R β) := by
  induction d generalizing xs rows with
  | zero =>
    match xs, hx with
    | [], _ => exact (congrArg (0 + ·) (zero_mul _)).trans (add_zero 0) |>.symm
  | succ d ih =>
    match xs, rows, hx, hr with
    | x :: xs, b :: rows, hx, hr =>
      have ih := ih (Nat.succ.inj hx) (Nat.succ.inj hr) (fun l hl => hxs (l + 1) (Nat.succ_lt_succ hl)) h.tail
      rw [sum_succ']
      show ofNat R (term α β x (b.getD j 0) + laneSum α β j xs rows) =
        (ofNat R x - ofNat R α) * (ofNat R (b.getD j 0) - ofNat R β) + (sum d fun l => _) + ofNat R (d + 1) * _
      have hx : x ≤ 2 * α := hxs 0 (Nat.zero_lt_succ _)
      rw [ofNat_add, ih, ofNat_term hx (h.head.right j hj), ofNat_succ]
      exact regroup _ _ _ _
where
  regroup (a s n g : R) : a + g + (s + n * g) = a + s + (n + 1) * g := by ring [a, s, n, g]

end value

namespace Mat.Shape
variable {A B : Mat} {r d c : Nat}

theorem rowsLe (h : B.Shape d c) : RowsLe c (2 * B.off) B.rows := fun i hi =>
  have hi := h.rows_length ▸ hi
  ⟨h.row_length i hi, fun j hj => h.le i j hi hj⟩

theorem row_le (h : A.Shape r d) {i : Nat} (hi : i < r) :
    ∀ l, l < (A.rows.getD i []).length → (A.rows.getD i []).getD l 0 ≤ 2 * A.off :=
  fun l hl => h.le i l hi (h.row_length i hi ▸ hl)

/-- The shifted entry of the product. -/
noncomputable def lane (A B : Mat) (i j : Nat) : Nat := laneSum A.off B.off j (A.rows.getD i []) B.rows

theorem two_mulOff (d : Nat) (A B : Mat) : d * (2 * (A.off * B.off)) = 2 * A.mulOff d B := by
  show _ = 2 * (B.off * (d * A.off))
  ring [d, A.off, B.off]

theorem lane_le (hA : A.Shape r d) (hB : B.Shape d c) {i j : Nat} (hi : i < r) (hj : j < c) :
    lane A B i j ≤ 2 * A.mulOff d B :=
  two_mulOff d A B ▸ (dot_add hj (hA.row_length i hi) hB.rows_length (hA.row_le hi) hB.rowsLe).right.right

/-- A packed row of the product. -/
theorem mulRow_eq (L : Nat) (hA : A.Shape r d) (hB : B.Shape d c) {i : Nat} (hi : i < r) :
    B.mulRow (ones L c) (A.mulBase d (ones L c) B (mapFold (packList L) B.rows)) (mapFold (packList L) B.rows)
      (A.rows.getD i []) = pack L c fun j => lane A B i j := by
  have terms {j : Nat} (hj : j < c) := dot_add hj (hA.row_length i hi) hB.rows_length (hA.row_le hi) hB.rowsLe
  have base : A.mulBase d (ones L c) B (mapFold (packList L) B.rows) = pack L c fun j =>
      d * (2 * (A.off * B.off)) - A.off * sumList (mapFold (fun b => b.getD j 0) B.rows) := by
    show _ * (pack L c fun _ => 1) - A.off * sumList (mapFold (packList L) B.rows) = _
    rw [← pack_const, sumList_packed L hB.rowsLe, mul_pack]
    exact pack_sub L fun j hj => colSum_le (terms hj).right.left
  show dot _ _ + Mat.mulBase _ _ _ _ _ - B.off * sumList (A.rows.getD i []) * (pack L c fun _ => 1) = _
  rw [dot_packed L _ hB.rowsLe, base, pack_add, ← pack_const]
  have e {j : Nat} (hj : j < c) := solve (colSum_le (terms hj).right.left) (terms hj).left
  rw [pack_sub L fun j hj => (e hj).left]
  exact pack_congr L fun j hj => (e hj).right
where
  colSum_le {d α β S : Nat} (h : S ≤ d * (2 * β)) : α * S ≤ d * (2 * (α * β)) :=
    Nat.le_trans (Nat.mul_le_mul_left α h) (Nat.le_of_eq (by ring [d, α, β]))
  solve {D w l a s : Nat} (ha : a ≤ w) (h : D + w = l + (a + s)) : s ≤ D + (w - a) ∧ D + (w - a) - s = l := by
    have e : D + (w - a) = l + s := by
      refine Nat.add_right_cancel (m := a) ?_
      rw [Nat.add_assoc, Nat.sub_add_cancel ha, h, Nat.add_right_comm, Nat.add_assoc]
    rw [e]
    exact ⟨Nat.le_add_left _ _, Nat.add_sub_cancel⟩

/-- The packed rows of the product. -/
theorem row_mulRows (L : Nat) (hA : A.Shape r d) (hB : B.Shape d c) {i : Nat} (hi : i < r) :
    (A.mulRows L d c B).getD i 0 = pack L c fun j => lane A B i j := by
  unfold Mat.mulRows
  rw [Nat.force_eq, forceList_eq, Nat.force_eq, getD_mapFold _ _ (hA.rows_length.symm ▸ hi) []]
  exact mulRow_eq L hA hB hi

theorem length_mulRows (L : Nat) (hA : A.Shape r d) : (A.mulRows L d c B).length = r := by
  unfold Mat.mulRows
  rw [Nat.force_eq, forceList_eq, Nat.force_eq, length_mapFold]
  exact hA.rows_length

theorem row_mul (hA : A.Shape r d) (hB : B.Shape d c) {i : Nat} (hi : i < r) :
    (A.mul d c B).rows.getD i [] = unpack (Nat.succ (Nat.log2 (2 * A.mulOff d B))) c
      (pack (Nat.succ (Nat.log2 (2 * A.mulOff d B))) c fun j => lane A B i j) := by
  show (Nat.force (Nat.succ (Nat.log2 (2 * A.mulOff d B))) fun L => mapFold (unpack L c) (A.mulRows L d c B)).getD i [] = _
  rw [Nat.force_eq, getD_mapFold _ _ ((hA.length_mulRows _).symm ▸ hi) 0, hA.row_mulRows _ hB hi]

theorem get_mul (hA : A.Shape r d) (hB : B.Shape d c) {i j : Nat} (hi : i < r) (hj : j < c) :
    (A.mul d c B).get i j = lane A B i j := by
  show ((A.mul d c B).rows.getD i []).getD j 0 = _
  rw [row_mul hA hB hi, getD_unpack _ _ hj]
  exact digit_pack _ (fun j hj => Nat.lt_of_le_of_lt (lane_le hA hB hi hj) (Nat.lt_log2_self)) hj

/-- The packed rows of the product hold its entries. -/
theorem getD_mulRows (L : Nat) (hA : A.Shape r d) (hB : B.Shape d c) {i : Nat} (hi : i < r) :
    (A.mulRows L d c B).getD i 0 = pack L c fun j => (A.mul d c B).get i j :=
  (hA.row_mulRows L hB hi).trans (pack_congr L fun _ hj => (get_mul hA hB hi hj).symm)

/-- The product has the shape it should have. -/
theorem mul (hA : A.Shape r d) (hB : B.Shape d c) : (A.mul d c B).Shape r c where
  rows_length := by
    show (Nat.force (Nat.succ (Nat.log2 (2 * A.mulOff d B))) fun L => mapFold (unpack L c) (A.mulRows L d c B)).length = _
    rw [Nat.force_eq, length_mapFold, hA.length_mulRows]
  row_length i hi := by rw [row_mul hA hB hi, length_unpack]
  le i j hi hj := by rw [get_mul hA hB hi hj]; exact lane_le hA hB hi hj

theorem shift_cancel {R : Type} [ExpField R] (a s : R) : s + a - a = s := add_sub_cancel_right s a

/-- The product is the matrix product. -/
theorem val_mul (R : Type) [ExpField R] (hA : A.Shape r d) (hB : B.Shape d c) {i j : Nat} (hi : i < r) (hj : j < c) :
    (A.mul d c B).val R i j = sum d fun l => A.val R i l * B.val R l j := by
  show ofNat R ((A.mul d c B).get i j) - ofNat R (B.off * (d * A.off)) = _
  rw [get_mul hA hB hi hj]
  unfold lane
  rw [ofNat_laneSum hj (hA.row_length i hi) hB.rows_length (hA.row_le hi) hB.rowsLe, ofNat_mul, ofNat_mul,
    mul_comm (ofNat R B.off), mul_assoc]
  exact add_sub_cancel_right _ _

end Mat.Shape
end Compact
