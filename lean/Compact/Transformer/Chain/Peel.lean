prelude
import Compact.Transformer.Chain.Basic
/-!
# Taking a part of rank one off a product

Replacing one factor `X` of a chain by `X - u wᵀ`, for any column `u` and row `w`, takes off the product a part of rank
one: what stands left of `X` times `u`, by `w` times what stands right of it.  This is an identity for any `u` and `w`.
The directions of a singular value decomposition, two on each side, give the exact nine-term identity of Gross et al.
(appendix on the decomposition of `EQKE`); a column of ones with a mean row gives their mean row.
-/
namespace Compact
namespace Chain

/-- Take `u wᵀ` off the factor number `index` of the product of `X` and `Xs` (`r` rows; digits of `bits` bits give `u` and `w`),
then go on with the new factors and with the column and the row of what was taken off. -/
noncomputable def peel {α : Type} (bits : Nat) : List Factor → Factor → Nat → Nat → Nat → Nat →
    (List Factor → Factor → Mat → Mat → α) → α
  | [], X, r, _, u, w, k =>
    (Mat.column bits r u).force fun U => (Mat.row bits X.cols w).force fun W =>
    (X.mat.minus (U.mul 1 X.cols W)).force fun M => k [] ⟨X.cols, M⟩ U W
  | Y :: Xs, X, r, index, u, w, k => Nat.rec (motive := fun _ => α)
    ((Mat.column bits r u).force fun U => (Mat.row bits X.cols w).force fun W =>
      (X.mat.minus (U.mul 1 X.cols W)).force fun M => (mulLeft Xs Y X.cols W).force fun V => k (Y :: Xs) ⟨X.cols, M⟩ U V)
    (fun index _ => peel bits Xs Y X.cols index u w fun Ys Y' U V => (X.mat.mul X.cols 1 U).force fun U' => k (Y' :: Ys) X U' V)
    index

/-- What is left of a chain when `U V` is taken off. -/
structure Peeled (R : Type) [ExpField R] (Xs : List Factor) (X : Factor) (r v : Nat) (Ys : List Factor) (Y : Factor) (U V : Mat) : Prop where
  shape : Shape Ys Y r v
  column : U.Shape r 1
  row : V.Shape 1 v
  eq (i j : Nat) : i < r → j < v → val R Xs X i j = U.val R i 0 * V.val R 0 j + val R Ys Y i j

section
variable {R : Type} [ExpField R] {bits : Nat} (hb : 0 < bits)
include hb

/-- The first factor without a part of rank one. -/
theorem minus_spec {X : Mat} {r c : Nat} (hX : X.Shape r c) (u w : Nat) :
    (X.minus ((Mat.column bits r u).mul 1 c (Mat.row bits c w))).Shape r c ∧ ∀ i j, i < r → j < c →
      X.val R i j = (Mat.column bits r u).val R i 0 * (Mat.row bits c w).val R 0 j +
        (X.minus ((Mat.column bits r u).mul 1 c (Mat.row bits c w))).val R i j := by
  have hU := Mat.shape_column hb r u
  have hW := Mat.shape_row hb c w
  match hX.minus (hU.mul hW) with
  | ⟨hs, hv⟩ =>
    refine ⟨hs, fun i j hi hj => ?_⟩
    rw [hv R i j hi hj, hU.val_mul R hW hi hj, sum_one]
    exact (add_sub_cancel _ _).symm
where
  add_sub_cancel (a b : R) : a + (b - a) = b := by ring [a, b]

/-- What `peel` goes on with. -/
theorem peel_spec {Xs : List Factor} {X : Factor} {r v : Nat} (h : Shape Xs X r v) (index u w : Nat)
    {k : List Factor → Factor → Mat → Mat → Bool} (hk : peel bits Xs X r index u w k = true) :
    ∃ Ys, ∃ Y, ∃ U, ∃ V, (Peeled R Xs X r v Ys Y U V ∧ (index = 0 → U = Mat.column bits r u)) ∧ k Ys Y U V = true := by
  induction Xs generalizing X r index k with
  | nil =>
    have hk : (Mat.column bits r u).force (fun U => (Mat.row bits X.cols w).force fun W =>
      (X.mat.minus (U.mul 1 X.cols W)).force fun M => k [] ⟨X.cols, M⟩ U W) = true := hk
    rw [Mat.force_eq, Mat.force_eq, Mat.force_eq] at hk
    have hX := h.right
    rw [h.left] at hk
    match minus_spec (R := R) hb hX u w with
    | ⟨hs, hv⟩ => exact ⟨[], ⟨v, _⟩, _, _, ⟨⟨⟨rfl, hs⟩, Mat.shape_column hb r u, Mat.shape_row hb v w, hv⟩, fun _ => rfl⟩, hk⟩
  | cons Y Xs ih =>
    have hX := h.left
    cases index with
    | zero =>
      have hk : (Mat.column bits r u).force (fun U => (Mat.row bits X.cols w).force fun W =>
        (X.mat.minus (U.mul 1 X.cols W)).force fun M => (mulLeft Xs Y X.cols W).force fun V =>
          k (Y :: Xs) ⟨X.cols, M⟩ U V) = true := hk
      rw [Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq] at hk
      match minus_spec (R := R) hb hX u w, mulLeft_spec (Mat.shape_row hb X.cols w) h.right with
      | ⟨hs, hv⟩, ⟨hs', hv'⟩ =>
        refine ⟨Y :: Xs, ⟨X.cols, _⟩, _, _, ⟨⟨⟨hs, h.right⟩, Mat.shape_column hb r u, hs', fun i j hi hj => ?_⟩, fun _ => rfl⟩, hk⟩
        rw [hv' R 0 j Nat.one_pos hj, mul_sum]
        show (sum X.cols fun l => X.mat.val R i l * _) = _ + sum X.cols fun l => _
        rw [← sum_add]
        refine sum_congr fun l hl => ?_
        rw [hv i l hi hl, add_mul]
        exact congrArg (· + _) (mul_assoc _ _ _)
    | succ index =>
      match ih h.right index hk with
      | ⟨Ys, Y', U, V, ⟨P, _⟩, hk⟩ =>
        rw [Mat.force_eq] at hk
        refine ⟨Y' :: Ys, X, _, _, ⟨⟨⟨hX, P.shape⟩, hX.mul P.column, P.row, fun i j hi hj => ?_⟩, fun e => nomatch e⟩, hk⟩
        rw [hX.val_mul R P.column hi Nat.one_pos, sum_mul]
        show (sum X.cols fun l => X.mat.val R i l * _) = _ + sum X.cols fun l => _
        rw [← sum_add]
        refine sum_congr fun l hl => ?_
        rw [P.eq l j hl hj, mul_add]
        exact congrArg (· + _) (mul_assoc _ _ _).symm

end
end Chain
end Compact
