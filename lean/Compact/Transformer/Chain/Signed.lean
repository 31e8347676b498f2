prelude
import Compact.Transformer.Enclosure.Fits
import Compact.Packed.Mul
import Compact.Packed.Reshape
/-!
# Differences, absolute values and ranges of integer matrices

What a proof needs that replaces a matrix by a simpler one and bounds the rest.
-/
namespace Compact
noncomputable section

/-- `x + (top - y)` for all entries of two rows. -/
def minusRow (top : Nat) (xs ys : List Nat) : List Nat :=
  foldZip (fun x y ih => Nat.add x (Nat.sub top y) :: ih) [] xs ys

/-- The difference of two matrices. -/
def Mat.minus (A B : Mat) : Mat where
  off := Nat.add A.off B.off
  rows := Nat.force (Nat.mul 2 B.off) fun top => foldZip (fun xs ys ih => minusRow top xs ys :: ih) [] A.rows B.rows

/-- A column of `r` entries of `bits` bits, the digits of `N`. -/
def Mat.column (bits r N : Nat) : Mat := ⟨Nat.pow 2 (Nat.sub bits 1), mapFold (fun x => [x]) (unpack bits r N)⟩

/-- A row of `c` entries of `bits` bits, the digits of `N`. -/
def Mat.row (bits c N : Nat) : Mat := ⟨Nat.pow 2 (Nat.sub bits 1), [unpack bits c N]⟩

/-- `|x - y|` -/
def distance (x y : Nat) : Nat := Nat.add (Nat.sub x y) (Nat.sub y x)

/-- `∑ |x - off| * r` along two lists. -/
def absDot (off : Nat) (xs rs : List Nat) : Nat :=
  foldZip (fun x r ih => Nat.add (Nat.mul (distance x off) r) ih) 0 xs rs

/-- The largest entry less the smallest. -/
def range (xs : List Nat) : Nat := Nat.force (maxList xs) fun top => Nat.sub top (minList top xs)

end

section
variable {A B : Mat} {r c : Nat}

theorem Mat.rows_minus (A B : Mat) : (A.minus B).rows = foldZip (fun xs ys ih => minusRow (2 * B.off) xs ys :: ih) [] A.rows B.rows :=
  Nat.force_eq _ fun top => foldZip (fun xs ys ih => minusRow top xs ys :: ih) [] A.rows B.rows

section
variable (hA : A.Shape r c) (hB : B.Shape r c)
include hA hB

theorem Mat.Shape.row_minus {i : Nat} (hi : i < r) : (A.minus B).rows.getD i [] = minusRow (2 * B.off) (A.rows.getD i []) (B.rows.getD i []) := by
  rw [Mat.rows_minus]
  exact getD_foldZip _ (hA.rows_length.symm ▸ hi) (hB.rows_length.symm ▸ hi) [] [] []

/-- An entry of a difference. -/
theorem Mat.Shape.get_minus {i j : Nat} (hi : i < r) (hj : j < c) : (A.minus B).get i j = A.get i j + (2 * B.off - B.get i j) := by
  show ((A.minus B).rows.getD i []).getD j 0 = _
  rw [hA.row_minus hB hi]
  exact getD_foldZip (fun x y => Nat.add x (Nat.sub (2 * B.off) y)) (hA.row_length i hi ▸ hj) (hB.row_length i hi ▸ hj) 0 0 0

theorem Mat.Shape.minus : (A.minus B).Shape r c ∧
    ∀ (R : Type) [ExpField R] (i j : Nat), i < r → j < c → (A.minus B).val R i j = A.val R i j - B.val R i j := by
  refine ⟨⟨?_, fun i hi => ?_, fun i j hi hj => ?_⟩, fun R _ i j hi hj => ?_⟩
  · rw [Mat.rows_minus]
    exact (length_foldZip _ (hA.rows_length.trans hB.rows_length.symm)).trans hA.rows_length
  · rw [hA.row_minus hB hi]
    exact (length_foldZip _ ((hA.row_length i hi).trans (hB.row_length i hi).symm)).trans (hA.row_length i hi)
  · rw [hA.get_minus hB hi hj]
    show _ ≤ 2 * (A.off + B.off)
    rw [Nat.mul_add]
    exact Nat.add_le_add (hA.le i j hi hj) (Nat.sub_le _ _)
  · show ofNat R ((A.minus B).get i j) - ofNat R (A.off + B.off) = _
    rw [hA.get_minus hB hi hj, ofNat_add, ofNat_add, ofNat_sub (hB.le i j hi hj), Nat.two_mul, ofNat_add]
    exact regroup _ _ _ _
where
  regroup {R : Type} [ExpField R] (a b o p : R) : a + (p + p - b) - (o + p) = a - o - (b - p) := by ring [a, b, o, p]

end

theorem digits_le {bits : Nat} (hb : 0 < bits) (N j : Nat) : digit bits N j ≤ 2 * 2 ^ (bits - 1) := by
  have e : 2 * 2 ^ (bits - 1) = 2 ^ bits := by rw [Nat.mul_comm, ← Nat.pow_succ, Nat.sub_add_cancel hb]
  exact e ▸ Nat.le_of_lt (Nat.mod_lt _ (Nat.two_pow_pos _))

theorem Mat.shape_column {bits : Nat} (hb : 0 < bits) (r N : Nat) : (Mat.column bits r N).Shape r 1 := by
  have row {i : Nat} (hi : i < r) : (Mat.column bits r N).rows.getD i [] = [digit bits N i] := by
    refine (getD_mapFold _ _ ((length_unpack bits r N).symm ▸ hi) 0 []).trans ?_
    rw [getD_unpack _ _ hi]
  refine ⟨(length_mapFold _ _).trans (length_unpack _ _ _), fun i hi => ?_, fun i j hi hj => ?_⟩
  · rw [row hi]; rfl
  · show ((Mat.column bits r N).rows.getD i []).getD j 0 ≤ _
    rw [row hi, Nat.eq_zero_of_lt_one hj]
    exact digits_le hb N i

theorem Mat.shape_row {bits : Nat} (hb : 0 < bits) (c N : Nat) : (Mat.row bits c N).Shape 1 c := by
  refine ⟨rfl, fun i hi => ?_, fun i j hi hj => ?_⟩
  · rw [Nat.eq_zero_of_lt_one hi]; exact length_unpack _ _ _
  · rw [Nat.eq_zero_of_lt_one hi]
    show (unpack bits c N).getD j 0 ≤ _
    rw [getD_unpack _ _ hj]
    exact digits_le hb N j

end

section
variable {R : Type} [ExpField R]

/-- A product is at most that of bounds of absolute values. -/
theorem mul_le_distance {x off d : Nat} {D : R} (h : D ≤ ofNat R d) (h' : -D ≤ ofNat R d) :
    (ofNat R x - ofNat R off) * D ≤ ofNat R (distance x off * d) := by
  rw [ofNat_mul]
  unfold distance
  cases Nat.le_total off x with
  | inl le =>
    show _ ≤ ofNat R (x - off + (off - x)) * _
    rw [Nat.sub_eq_zero_of_le le, Nat.add_zero, ofNat_sub le]
    exact mul_le_mul_of_nonneg_left h (sub_nonneg.mpr (ofNat_le le))
  | inr le =>
    show _ ≤ ofNat R (x - off + (off - x)) * _
    rw [Nat.sub_eq_zero_of_le le, Nat.zero_add, ofNat_sub le]
    refine le_trans (le_of_eq ?_) (mul_le_mul_of_nonneg_left h' (sub_nonneg.mpr (ofNat_le le)))
    ring [ofNat R x, ofNat R off, D]

/-- A sum of products is at most that of bounds of absolute values. -/
theorem sum_le_absDot (off : Nat) {n : Nat} {xs ds : List Nat} (hx : xs.length = n) (hd : ds.length = n) {D : Nat → R}
    (h : ∀ l, l < n → D l ≤ ofNat R (ds.getD l 0) ∧ -D l ≤ ofNat R (ds.getD l 0)) :
    (sum n fun l => (ofNat R (xs.getD l 0) - ofNat R off) * D l) ≤ ofNat R (absDot off xs ds) := by
  induction n generalizing xs ds D with
  | zero =>
    match xs, hx with
    | [], _ => exact le_refl 0
  | succ n ih =>
    match xs, ds, hx, hd with
    | x :: xs, d :: ds, hx, hd =>
      rw [sum_succ']
      show _ ≤ ofNat R (distance x off * d + absDot off xs ds)
      rw [ofNat_add]
      exact add_le_add (mul_le_distance (h 0 (Nat.zero_lt_succ n)).left (h 0 (Nat.zero_lt_succ n)).right)
        (ih (Nat.succ.inj hx) (Nat.succ.inj hd) fun l hl => h (l + 1) (Nat.succ_lt_succ hl))

/-- Two entries of a row differ by its range at most. -/
theorem sub_le_range {xs : List Nat} {j j' : Nat} (hj : j < xs.length) (hj' : j' < xs.length) :
    ofNat R (xs.getD j 0) - ofNat R (xs.getD j' 0) ≤ ofNat R (range xs) := by
  unfold range
  rw [Nat.force_eq]
  refine le_trans ?_ (sub_le_ofNat_sub _ _)
  exact sub_le_sub (ofNat_le (le_maxList hj)) (ofNat_le (minList_le hj'))

end
end Compact
