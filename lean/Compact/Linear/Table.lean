prelude
import Compact.Linear.Integers
import Compact.Linear.Loss
import Compact.Field.ExpBound
/-!
# Bounds of exponentials, two for each entry

For each token `s` the largest entry of its row is taken off, and the exponential of what is left (at most 1) is bounded from above
and from below.  A quotient of an upper and a lower bound in one row is a bound of a `ratio`, whatever the label is
(`Table.Holds`): so `d_vocab^2` exponentials are enough for all inputs and all labels.
-/
namespace Compact
namespace Linear
noncomputable section

/-- Upper and lower bounds, with rows for tokens and columns for outputs. -/
structure Table where
  upper : List (List Nat)
  lower : List (List Nat)

/-- An upper bound of what the token `s` multiplies the exponential of the logit `t` by. -/
def Table.up (T : Table) (s t : Nat) : Nat := (T.upper.getD s []).getD t 0
/-- A lower bound of it. -/
def Table.low (T : Table) (s t : Nat) : Nat := (T.lower.getD s []).getD t 0

/-- How exponentials are bounded: fractional bits, and how often an argument is divided by 256. -/
structure Precision where
  prec : Nat
  steps : Nat

/-- The largest entry of a row. -/
def largest (xs : List Nat) : Nat := fold (fun x m => Nat.add x (Nat.sub m x)) 0 xs

/-- Bounds for a row, whose entries are over `D`. -/
def boundRow (bound : Nat → Nat) (xs : List Nat) : List Nat :=
  Nat.force (largest xs) fun m => mapFold (fun x => bound (Nat.sub m x)) xs

variable (w : Weights) (p : Precision)

/-- The bounds for the rows of a matrix whose entries are over `D`. -/
def tableOf (D : Nat) (M : Mat) : Table where
  upper := mapFold (boundRow fun g => expUpper p.prec p.steps g D) M.rows
  lower := mapFold (boundRow fun g => expLower p.prec p.steps g D) M.rows

/-- The bounds for a model. -/
def Weights.table : Table := tableOf p (unitOf w.frac w.adds.degree) (w.adds.mat w.d_vocab)

/-- Evaluate the bounds for a model, then go on with them. -/
def Weights.withTable {α : Type} (k : Table → α) : α :=
  w.adds.force w.d_vocab fun M => Nat.force (unitOf w.frac w.adds.degree) fun D =>
  forceRows (tableOf p D M).upper fun upper => forceRows (tableOf p D M).lower fun lower => k ⟨upper, lower⟩

theorem Weights.withTable_eq {α : Type} (k : Table → α) : w.withTable p k = k (w.table p) := by
  unfold withTable
  rw [Matrix.force_eq, Nat.force_eq, forceRows_eq, forceRows_eq]
  rfl

/-- All entries pass a test. -/
def allEntries (f : Nat → Bool) (rows : List (List Nat)) : Bool :=
  fold (fun row ih => fold (fun x ih => f x && ih) true row && ih) true rows

/-- No upper bound is larger than this. -/
def Precision.cap : Nat := Nat.pow 2 (Nat.succ p.prec)

/-- No lower bound is zero, and no upper bound larger than `cap`. -/
def Table.sound (T : Table) (cap : Nat) : Bool := allEntries (Nat.ble 1) T.lower && allEntries (fun x => Nat.ble x cap) T.upper

/-- The shapes fit together, and there is an input. -/
def Weights.wellFormed : Bool := Nat.ble 1 w.n_ctx && w.adds.hasRows w.d_vocab

end

/-! ## What the table says -/

theorem le_largest {xs : List Nat} {i : Nat} (hi : i < xs.length) : xs.getD i 0 ≤ largest xs := by
  induction xs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    cases i with
    | zero => exact Nat.le_add_right x _
    | succ i => exact Nat.le_trans (ih (Nat.lt_of_succ_lt_succ hi)) (Nat.le_add_of_sub_le' (largest xs) x)
where
  Nat.le_add_of_sub_le' (m x : Nat) : m ≤ x + (m - x) := by
    rw [Nat.add_comm]
    exact Nat.le_add_of_sub_le (Nat.le_refl _)

theorem of_allEntries {f : Nat → Bool} {rows : List (List Nat)} (h : allEntries f rows = true) {i j : Nat} (hi : i < rows.length)
    (hj : j < (rows.getD i []).length) : f ((rows.getD i []).getD j 0) = true := by
  induction rows generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons row rows ih =>
    have h : ((fold (fun x ih => f x && ih) true row) && allEntries f rows) = true := h
    cases i with
    | zero => exact entry (Bool.and_left h) hj
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi) hj
where
  entry {row : List Nat} (h : (fold (fun x ih => f x && ih) true row) = true) {j : Nat} (hj : j < row.length) :
      f (row.getD j 0) = true := by
    induction row generalizing j with
    | nil => exact absurd hj (Nat.not_lt_zero j)
    | cons x row ih =>
      have h : (f x && fold (fun x ih => f x && ih) true row) = true := h
      cases j with
      | zero => exact Bool.and_left h
      | succ j => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hj)

/-- Entries, as checks read them. -/
theorem Table.nth_low (T : Table) (s t : Nat) : nth 0 (nth [] T.lower s) t = T.low s t := by
  rw [nth_eq, nth_eq]
  rfl

theorem boundRow_eq (bound : Nat → Nat) (xs : List Nat) : boundRow bound xs = mapFold (fun x => bound (largest xs - x)) xs :=
  Nat.force_eq (largest xs) fun m => mapFold (fun x => bound (Nat.sub m x)) xs

/-- The shapes of a table, and what its entries bound. -/
structure Table.Holds (R : Type) [ExpField R] (T : Table) (d cap : Nat) (G : Nat → Nat → R) : Prop where
  upper_length : T.upper.length = d
  lower_length : T.lower.length = d
  upper_row (s : Nat) : s < d → (T.upper.getD s []).length = d
  lower_row (s : Nat) : s < d → (T.lower.getD s []).length = d
  ratio_le (c s t : Nat) : c < d → s < d → t < d → ratio G c s t * ofNat R (T.low s c) ≤ ofNat R (T.up s t)
  low_pos (s t : Nat) : s < d → t < d → 0 < T.low s t
  up_le (s t : Nat) : s < d → t < d → T.up s t ≤ cap

section
variable {w : Weights} {p : Precision}

theorem Weights.shape (h : w.wellFormed = true) : (w.adds.mat w.d_vocab).Shape w.d_vocab w.d_vocab :=
  Matrix.shape (Bool.and_right h) w.d_vocab

theorem Weights.one_le (h : w.wellFormed = true) : 1 ≤ w.n_ctx := Nat.le_of_ble_eq_true (Bool.and_left h)

/-- The row of a table. -/
theorem row_tableOf {M : Mat} {r c : Nat} (hM : M.Shape r c) (bound : Nat → Nat) {s : Nat} (hs : s < r) :
    (mapFold (boundRow bound) M.rows).getD s [] =
      mapFold (fun x => bound (largest (M.rows.getD s []) - x)) (M.rows.getD s []) :=
  (getD_mapFold _ _ (hM.rows_length.symm ▸ hs) [] []).trans (boundRow_eq bound _)

theorem entry_tableOf {M : Mat} {r c : Nat} (hM : M.Shape r c) (bound : Nat → Nat) {s t : Nat} (hs : s < r) (ht : t < c) :
    ((mapFold (boundRow bound) M.rows).getD s []).getD t 0 = bound (largest (M.rows.getD s []) - M.get s t) := by
  rw [row_tableOf hM bound hs]
  exact getD_mapFold _ _ ((hM.row_length s hs).symm ▸ ht) 0 0

variable (R : Type) [ExpField R]

/-- What a table that passes the test says of a model. -/
theorem Weights.table_holds (h : w.wellFormed = true) (ok : (w.table p).sound p.cap = true) :
    (w.table p).Holds R w.d_vocab p.cap (w.added R) := by
  have hM := w.shape h
  have upper : (w.table p).upper.length = w.d_vocab := (length_mapFold _ _).trans hM.rows_length
  have lower : (w.table p).lower.length = w.d_vocab := (length_mapFold _ _).trans hM.rows_length
  have upperRow (s : Nat) (hs : s < w.d_vocab) : ((w.table p).upper.getD s []).length = w.d_vocab := by
    refine (congrArg List.length (row_tableOf hM (fun g => expUpper p.prec p.steps g _) hs)).trans ?_
    exact (length_mapFold _ _).trans (hM.row_length s hs)
  have lowerRow (s : Nat) (hs : s < w.d_vocab) : ((w.table p).lower.getD s []).length = w.d_vocab := by
    refine (congrArg List.length (row_tableOf hM (fun g => expLower p.prec p.steps g _) hs)).trans ?_
    exact (length_mapFold _ _).trans (hM.row_length s hs)
  refine ⟨upper, lower, upperRow, lowerRow, fun c s t hc hs ht => ?_, fun s t hs ht => ?_, fun s t hs ht => ?_⟩
  · have D := unitOf_pos w.frac w.adds.degree
    have up := entry_tableOf hM (fun g => expUpper p.prec p.steps g (unitOf w.frac w.adds.degree)) hs ht
    have low := entry_tableOf hM (fun g => expLower p.prec p.steps g (unitOf w.frac w.adds.degree)) hs hc
    show _ * ofNat R (((w.table p).lower.getD s []).getD c 0) ≤ ofNat R (((w.table p).upper.getD s []).getD t 0)
    refine le_trans (mul_le_mul_of_nonneg_left (le_trans (le_of_eq (congrArg (ofNat R) low)) (expLower_le p.prec p.steps _ D))
      (ratio_nonneg _ _ _ _)) (le_trans (le_of_eq ?_) (le_trans (le_expUpper p.prec p.steps _ D) (le_of_eq (congrArg (ofNat R) up.symm))))
    have gap {j : Nat} (hj : j < w.d_vocab) : ofNat R (largest ((w.adds.mat w.d_vocab).rows.getD s []) - (w.adds.mat w.d_vocab).get s j) =
        ofNat R (largest ((w.adds.mat w.d_vocab).rows.getD s [])) - ofNat R (w.adds.mat w.d_vocab).off
          - ofNat R (unitOf w.frac w.adds.degree) * w.added R s j := by
      have le : (w.adds.mat w.d_vocab).get s j ≤ largest ((w.adds.mat w.d_vocab).rows.getD s []) :=
        le_largest ((hM.row_length s hs).symm ▸ hj)
      rw [Matrix.entry_eq R w.frac (Bool.and_right h) hs hj, ofNat_sub le]
      show _ = _ - _ - (ofNat R ((w.adds.mat w.d_vocab).get s j) - _)
      exact regroup _ _ _
    have div {j : Nat} (hj : j < w.d_vocab) := exp_gap (ofNat_ne_zero (R := R) D) (gap hj)
    rw [div ht, div hc]
    refine (mul_left_comm _ _ _).trans (congrArg (_ * ·) ?_)
    unfold ratio
    rw [← exp_add]
    refine congrArg exp ?_
    exact cancel _ _ _
  · exact Nat.le_of_ble_eq_true (of_allEntries (Bool.and_left ok) (lower.symm ▸ hs) ((lowerRow s hs).symm ▸ ht))
  · exact Nat.le_of_ble_eq_true (of_allEntries (Bool.and_right ok) (upper.symm ▸ hs) ((upperRow s hs).symm ▸ ht))
where
  regroup (m g o : R) : m - g = m - o - (g - o) := by ring [m, g, o]
  cancel (a b k : R) : a - b + -(k - b) = -(k - a) := by ring [a, b, k]
  exp_gap {g k D a : R} (hD : D ≠ 0) (e : g = k - D * a) : exp (-(g / D)) = exp (-(k / D - a)) := by
    rw [e, sub_div, mul_div_cancel_left _ hD]

end
end Linear
end Compact
