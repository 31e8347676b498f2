prelude
import Compact.Ball.Matrix
import Compact.Packed.Running
/-!
# A row of balls times many rows of balls, all at once

The centres of the rows are the columns of a matrix of exact numbers, so one row is multiplied by all of them at once
(`Ball/Matrix.lean`).  What their radii may add to a product is bounded by the largest of them.
-/
namespace Compact
namespace Ball

/-- Some rows of balls: a matrix with their centres as its columns, and a bound of their radii. -/
structure Rows where
  centres : Matrix
  radius : Nat

noncomputable section

/-- The centre of a ball, exactly. -/
def centre (b : Ball) : Ball := ⟨b.plus, b.minus, 0⟩

/-- A ball with a larger radius. -/
def widen (e : Nat) (b : Ball) : Ball := ⟨b.plus, b.minus, Nat.add b.radius e⟩

/-- The greatest of the numbers `f` of all entries. -/
def largest (f : Ball → Nat) (rows : List (List Ball)) : Nat := fold (fun row ih => fold (fun x ih => greatest (f x) ih) ih row) 0 rows

/-- Is no entry larger than `most`, and no radius than `radius`? -/
def within (most radius : Nat) (row : List Ball) : Bool :=
  fold (fun x ih => (Nat.ble (Nat.add x.plus x.minus) most && Nat.ble x.radius radius) && ih) true row

/-- The matrix of the centres of rows of `n` entries, in lanes of `L` bits. -/
def centresOf (L n most : Nat) (rows : List (List Ball)) : Matrix :=
  ⟨mapFold (mapFold centre) rows, rows.length, table (fun i => (packList L (mapFold (fun row => (nth zero row i).plus) rows),
    packList L (mapFold (fun row => (nth zero row i).minus) rows))) n 0, L, most⟩

/-- Evaluate some rows of `n` entries, then go on with them. -/
def withCentres (L n : Nat) (rows : List (List Ball)) (k : Rows → Bool) : Bool :=
  Nat.force (largest (fun x => Nat.add x.plus x.minus) rows) fun most => Nat.force (largest radius rows) fun radius =>
  fold (fun row ih => within most radius row && ih) true rows && (centresOf L n most rows).force fun M => k ⟨M, radius⟩

/-- A row times all rows. -/
def Rows.times (M : Rows) (xs : List Ball) : List Ball := Nat.force (amount M.radius xs) fun e => mapFold (widen e) (M.centres.times xs)

end

section
variable {ρ : Nat}

/-- Without the radii of one side, no more is missing of the radius than they can amount to. -/
theorem dotFrom_centre (xs ys : List Ball) (p n : Nat) {e e' k : Nat} (he : e ≤ e' + k) (length : ys.length = xs.length)
    (small : ∀ i, i < ys.length → (ys.getD i zero).radius ≤ ρ) :
    (dotFrom xs ys p n e).plus = (dotFrom xs (mapFold centre ys) p n e').plus ∧
      (dotFrom xs ys p n e).minus = (dotFrom xs (mapFold centre ys) p n e').minus ∧
      (dotFrom xs ys p n e).radius ≤ (dotFrom xs (mapFold centre ys) p n e').radius + (k + amount ρ xs) := by
  induction xs generalizing ys p n e e' k with
  | nil => exact ⟨rfl, rfl, he⟩
  | cons x xs ih =>
    match ys, length with
    | y :: ys, length =>
      have first : y.radius ≤ ρ := small 0 (Nat.zero_lt_succ _)
      have cons : mapFold centre (y :: ys) = centre y :: mapFold centre ys := rfl
      rw [cons, dotFrom_cons, dotFrom_cons]
      have each : e + (mul x y).radius ≤ e' + (mul x (centre y)).radius + (k + (x.plus + x.minus + x.radius) * ρ) := by
        show e + ((x.plus + x.minus) * y.radius + x.radius * (y.plus + y.minus) + x.radius * y.radius) ≤
          e' + ((x.plus + x.minus) * 0 + x.radius * (y.plus + y.minus) + x.radius * 0) + (k + (x.plus + x.minus + x.radius) * ρ)
        have more := Nat.mul_le_mul_left (x.plus + x.minus + x.radius) first
        rw [Nat.mul_zero, Nat.mul_zero, Nat.zero_add, Nat.add_zero]
        generalize x.radius * (y.plus + y.minus) = z at *
        rw [Nat.add_mul] at more
        generalize (x.plus + x.minus) * y.radius = a at *
        generalize x.radius * y.radius = b at *
        generalize (x.plus + x.minus + x.radius) * ρ = s at *
        refine Nat.le_of_linear (Nat.add_le_add he more) ?_
        ring [e, a, z, b, e', k, s]
      match ih ys (p + (mul x y).plus) (n + (mul x y).minus) each (Nat.succ.inj length) (fun i hi => small (i + 1) (Nat.succ_lt_succ hi)) with
      | ⟨plus, minus, radius⟩ =>
        refine ⟨plus, minus, Nat.le_trans radius (Nat.le_of_eq (congrArg _ ?_))⟩
        exact Nat.add_assoc _ _ _

theorem of_within {most ρ : Nat} {xs : List Ball} (h : within most ρ xs = true) {i : Nat} (hi : i < xs.length) :
    (xs.getD i zero).plus + (xs.getD i zero).minus ≤ most ∧ (xs.getD i zero).radius ≤ ρ := by
  induction xs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have h : ((Nat.ble (x.plus + x.minus) most && Nat.ble x.radius ρ) && within most ρ xs) = true := h
    cases i with
    | zero => exact ⟨Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))⟩
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

theorem of_allWithin {most ρ : Nat} {rows : List (List Ball)} (h : fold (fun row ih => within most ρ row && ih) true rows = true) {j : Nat}
    (hj : j < rows.length) : within most ρ (rows.getD j []) = true := by
  induction rows generalizing j with
  | nil => exact absurd hj (Nat.not_lt_zero j)
  | cons row rows ih =>
    have h : (within most ρ row && fold (fun row ih => within most ρ row && ih) true rows) = true := h
    cases j with
    | zero => exact Bool.and_left h
    | succ j => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hj)

theorem centresOf_fits {L n most : Nat} {rows : List (List Ball)} (length : ∀ j, j < rows.length → (rows.getD j []).length = n)
    (small : ∀ j, j < rows.length → within most ρ (rows.getD j []) = true) :
    (centresOf L n most rows).Fits rows.length (fun i j => centre ((rows.getD j []).getD i zero)) n := by
  refine ⟨length_mapFold _ _, rfl, length_table _ _ _, fun i hi => ?_, fun j hj => ?_, fun _ _ _ _ => rfl, fun i j hi hj => ?_⟩
  · show (table _ n 0).getD i (0, 0) = _
    rw [getD_table_zero _ _ hi, packList_eq, packList_eq, length_mapFold, length_mapFold]
    refine congr (congrArg Prod.mk ?_) ?_ <;> exact pack_congr _ fun j hj => by rw [getD_mapFold _ rows hj [], nth_eq]; rfl
  · show (mapFold (mapFold centre) rows).getD j [] = _
    rw [getD_mapFold _ rows hj []]
    refine List.ext_getD zero ?_ fun i hi => ?_
    · rw [length_mapFold, length_table, length j hj]
    · rw [length_mapFold] at hi
      rw [getD_mapFold _ _ hi zero, getD_table_zero _ _ (length j hj ▸ hi)]
  · exact (of_within (small j hj) (length j hj ▸ hi)).left

end

variable {R : Type} [ExpField R]

theorem Holds.widen {U k e : Nat} {a b : Ball} {y : R} (h : a.Holds U y) (plus : a.plus = b.plus) (minus : a.minus = b.minus)
    (radius : a.radius ≤ b.radius + e) (le : e ≤ k) : (b.widen k).Holds U y := by
  show Near (ofNat R U * y - (ofNat R b.plus - ofNat R b.minus)) (ofNat R (b.radius + k))
  rw [← plus, ← minus]
  exact Near.mono h (ofNat_le (Nat.le_trans radius (Nat.add_le_add_left le _)))

/-- What rows times a row hold. -/
theorem of_withCentres {L V n : Nat} {rows : List (List Ball)} {g : Nat → Nat → R}
    (each : ∀ j, j < rows.length → HoldsAll V (rows.getD j []) n (g j)) {k : Rows → Bool} (h : withCentres L n rows k = true) :
    ∃ M, k M = true ∧ ∀ (U : Nat) (xs : List Ball) (f : Nat → R), HoldsAll U xs n f →
      HoldsAll (U * V) (M.times xs) rows.length fun j => Compact.sum n fun i => f i * g j i := by
  unfold withCentres at h
  rw [Nat.force_eq, Nat.force_eq] at h
  generalize largest (fun x => Nat.add x.plus x.minus) rows = most at h
  generalize largest radius rows = ρ at h
  have small (j : Nat) (hj : j < rows.length) := of_allWithin (Bool.and_left h) hj
  have rest := Bool.and_right h
  rw [Matrix.force_eq] at rest
  refine ⟨_, rest, fun U xs f hx => ?_⟩
  have length (j : Nat) (hj : j < rows.length) : (rows.getD j []).length = n := (each j hj).length
  have fits := centresOf_fits (L := L) length small
  unfold Rows.times
  rw [Nat.force_eq, Matrix.times_eq fits hx.length]
  unfold Matrix.slow
  have cols : (centresOf L n most rows).cols.length = rows.length := fits.cols
  refine ⟨(length_mapFold _ _).trans ((length_mapFold _ _).trans cols), fun j hj => ?_⟩
  have hj' : j < (mapFold (fun col => dot xs col) (centresOf L n most rows).cols).length := ((length_mapFold _ _).trans cols).symm ▸ hj
  rw [getD_mapFold _ _ hj' zero, getD_mapFold _ _ (cols.symm ▸ hj) []]
  have col : (centresOf L n most rows).cols.getD j [] = mapFold centre (rows.getD j []) := getD_mapFold _ rows hj [] []
  rw [col]
  match dotFrom_centre (ρ := ρ) xs (rows.getD j []) 0 0 (e := 0) (e' := 0) (k := 0) (Nat.le_refl 0)
      ((length j hj).trans hx.length.symm) (fun i hi => (of_within (small j hj) hi).right) with
  | ⟨plus, minus, radius⟩ =>
    exact (hx.dot (each j hj)).widen plus minus radius (Nat.le_of_eq (Nat.zero_add _))

end Ball
end Compact
