prelude
import Compact.Transformer.Chain.Basic
/-!
# How much the entries of a row of a product can differ

A row of `A * B` varies by at most `∑ |A[i, l]| * range (row l of B)` (the row-difference bound of Gross et al.; here
`B` is again a chain, whose ranges are bounded in the same way).  A *plan* says for each product in a chain whether it is
multiplied out or bounded like this; so one definition holds all of their variants: multiplied out in full, split at any
place, or bounded recursively so that nothing is multiplied.  Any plan is sound.  (Their variants with a mean row are
peels with a column of ones, see `Chain/Peel.lean`.)
-/
namespace Compact
namespace Chain
noncomputable section

/-- Bounds of the ranges of the rows of `X * Xs`.  The lowest bit of the plan is that of the first product: 1 to multiply
it out, 0 to bound it. -/
def ranges : List Factor → Factor → Nat → List Nat
  | [], X, _ => mapFold range X.mat.rows
  | Y :: Xs, X, plan => Nat.rec (motive := fun _ => List Nat)
      (forceList (ranges Xs Y (Nat.shiftRight plan 1)) fun ds => mapFold (fun xs => absDot X.mat.off xs ds) X.mat.rows)
      (fun _ _ => (X.mat.mul X.cols Y.cols Y.mat).force fun M => ranges Xs ⟨Y.cols, M⟩ (Nat.shiftRight plan 1))
      (Nat.land plan 1)

/-- The smaller of two bounds, for each row. -/
def leastOf (ds es : List Nat) : List Nat := foldZip (fun d e ih => Bool.rec (motive := fun _ => Nat) e d (Nat.ble d e) :: ih) [] ds es

/-- The best of several plans for each row; the first is given apart. -/
def bestRanges (Xs : List Factor) (X : Factor) (plan : Nat) (plans : List Nat) : List Nat :=
  fold (fun p ih => forceList (ranges Xs X p) fun ds => leastOf ds ih) (ranges Xs X plan) plans

end

/-- The entries of the rows of `X * Xs` differ by no more than `ds` says. -/
def Ranges (R : Type) [ExpField R] (Xs : List Factor) (X : Factor) (r v : Nat) (ds : List Nat) : Prop :=
  ds.length = r ∧ ∀ i j j', i < r → j < v → j' < v → val R Xs X i j - val R Xs X i j' ≤ ofNat R (ds.getD i 0)

section
variable {R : Type} [ExpField R]

/-- Multiplying out the first product. -/
theorem val_mul {Y X : Factor} {Xs : List Factor} {r v i j : Nat} (h : Shape (Y :: Xs) X r v) (hi : i < r) (hj : j < v) :
    val R (Y :: Xs) X i j = val R Xs ⟨Y.cols, X.mat.mul X.cols Y.cols Y.mat⟩ i j := by
  match Xs, h with
  | [], h =>
    match Y, h.right with
    | ⟨_, M⟩, ⟨rfl, hM⟩ => exact (h.left.val_mul R hM hi hj).symm
  | Z :: Xs, h =>
    show (sum X.cols fun l => X.mat.val R i l * sum Y.cols fun k => Y.mat.val R l k * val R Xs Z k j) =
      sum Y.cols fun k => (X.mat.mul X.cols Y.cols Y.mat).val R i k * val R Xs Z k j
    refine (sum_assoc Y.cols X.cols _ _ _).symm.trans (sum_congr fun k hk => ?_)
    rw [h.left.val_mul R h.right.left hi hk]

theorem ranges_spec {Xs : List Factor} {X : Factor} {r v : Nat} (plan : Nat) (h : Shape Xs X r v) :
    Ranges R Xs X r v (ranges Xs X plan) := by
  induction Xs generalizing X r plan with
  | nil =>
    have hX := h.right
    refine ⟨(length_mapFold _ _).trans hX.rows_length, fun i j j' hi hj hj' => ?_⟩
    show X.mat.val R i j - X.mat.val R i j' ≤ ofNat R ((mapFold range X.mat.rows).getD i 0)
    rw [getD_mapFold _ _ (hX.rows_length.symm ▸ hi) []]
    have len := hX.row_length i hi
    exact le_trans (le_of_eq (cancel _ _ _)) (sub_le_range (len.symm ▸ hj) (len.symm ▸ hj'))
  | cons Y Xs ih =>
    unfold ranges
    cases Nat.land plan 1 with
    | zero =>
      show Ranges R _ _ _ _ (forceList _ fun ds => _)
      rw [forceList_eq]
      match ih (Nat.shiftRight plan 1) h.right with
      | ⟨hlen, hds⟩ =>
        have hX := h.left
        refine ⟨(length_mapFold _ _).trans hX.rows_length, fun i j j' hi hj hj' => ?_⟩
        rw [getD_mapFold _ _ (hX.rows_length.symm ▸ hi) []]
        show (sum X.cols fun l => X.mat.val R i l * _) - (sum X.cols fun l => X.mat.val R i l * _) ≤ _
        rw [← sum_sub, sum_congr fun l _ => (mul_sub (X.mat.val R i l) _ _).symm]
        refine sum_le_absDot X.mat.off (hX.row_length i hi) hlen fun l hl => ⟨hds l j j' hl hj hj', ?_⟩
        rw [neg_sub]
        exact hds l j' j hl hj' hj
    | succ b =>
      show Ranges R _ _ _ _ ((X.mat.mul X.cols Y.cols Y.mat).force fun M => _)
      rw [Mat.force_eq]
      have hM := h.left.mul h.right.head
      match ih (Nat.shiftRight plan 1) (h.right.replace hM) with
      | ⟨hlen, hds⟩ =>
        refine ⟨hlen, fun i j j' hi hj hj' => le_trans (le_of_eq ?_) (hds i j j' hi hj hj')⟩
        exact congr (congrArg _ (val_mul h hi hj)) (val_mul h hi hj')
where
  cancel (a b o : R) : a - o - (b - o) = a - b := by ring [a, b, o]

theorem Ranges.leastOf {Xs : List Factor} {X : Factor} {r v : Nat} {ds es : List Nat} (hd : Ranges R Xs X r v ds)
    (he : Ranges R Xs X r v es) : Ranges R Xs X r v (leastOf ds es) := by
  refine ⟨(length_foldZip _ (hd.left.trans he.left.symm)).trans hd.left, fun i j j' hi hj hj' => ?_⟩
  have e : (Chain.leastOf ds es).getD i 0 = Bool.rec (motive := fun _ => Nat) (es.getD i 0) (ds.getD i 0) (Nat.ble (ds.getD i 0) (es.getD i 0)) :=
    getD_foldZip (fun d e => Bool.rec (motive := fun _ => Nat) e d (Nat.ble d e)) (hd.left.symm ▸ hi) (he.left.symm ▸ hi) 0 0 0
  rw [e]
  cases Nat.ble (ds.getD i 0) (es.getD i 0) with
  | true => exact hd.right i j j' hi hj hj'
  | false => exact he.right i j j' hi hj hj'

theorem bestRanges_spec {Xs : List Factor} {X : Factor} {r v : Nat} (plan : Nat) (plans : List Nat) (h : Shape Xs X r v) :
    Ranges R Xs X r v (bestRanges Xs X plan plans) := by
  induction plans with
  | nil => exact ranges_spec plan h
  | cons p plans ih =>
    show Ranges R Xs X r v (forceList _ fun ds => Chain.leastOf ds _)
    rw [forceList_eq]
    exact (ranges_spec p h).leastOf ih

end
end Chain
end Compact
