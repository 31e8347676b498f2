prelude
import Compact.Transformer.Chain.Signed
/-!
# Products of several matrices

A chain is a product of integer matrices that has not been multiplied out: the first factor, and a list of the
others.  A circuit is such a chain (`EQKE` is that of `W_E + W_pos`, `W_Q`, the transposes of `W_K` and of `W_E`), and so
is what remains of it when a part of low rank has been taken away.
-/
namespace Compact

/-- A factor with its number of columns. -/
structure Factor where
  cols : Nat
  mat : Mat

/-- A product of three is associative. -/
theorem sum_assoc {R : Type} [ExpField R] (c d : Nat) (a : Nat → R) (b : Nat → Nat → R) (e : Nat → R) :
    (sum c fun l => (sum d fun k => a k * b k l) * e l) = sum d fun k => a k * sum c fun l => b k l * e l := by
  have left : (sum c fun l => (sum d fun k => a k * b k l) * e l) = sum c fun l => sum d fun k => a k * b k l * e l :=
    sum_congr fun l _ => sum_mul _ _ _
  rw [left, sum_comm]
  refine sum_congr fun k _ => ?_
  rw [mul_sum]
  exact sum_congr fun l _ => mul_assoc _ _ _

namespace Chain

/-- The entry in row `i` and column `j` of the product of `X` and `Xs`. -/
def val (R : Type) [ExpField R] : List Factor → Factor → Nat → Nat → R
  | [], X, i, j => X.mat.val R i j
  | Y :: Xs, X, i, j => sum X.cols fun l => X.mat.val R i l * val R Xs Y l j

/-- The shapes fit: `r` rows, `v` columns. -/
def Shape : List Factor → Factor → Nat → Nat → Prop
  | [], X, r, v => X.cols = v ∧ X.mat.Shape r v
  | Y :: Xs, X, r, v => X.mat.Shape r X.cols ∧ Shape Xs Y X.cols v

theorem Shape.head {Xs : List Factor} {X : Factor} {r v : Nat} (h : Shape Xs X r v) : X.mat.Shape r X.cols :=
  match Xs, h with
  | [], h => h.left.symm ▸ h.right
  | _ :: _, h => h.left

/-- Replacing the first factor. -/
theorem Shape.replace {Xs : List Factor} {X : Factor} {r r' v : Nat} {M : Mat} (h : Shape Xs X r v) (hM : M.Shape r' X.cols) :
    Shape Xs ⟨X.cols, M⟩ r' v :=
  match Xs, h with
  | [], h => ⟨h.left, h.left ▸ hM⟩
  | _ :: _, h => ⟨hM, h.right⟩

/-- A chain is linear in its first factor. -/
theorem val_eq_of {R : Type} [ExpField R] {c i i' j : Nat} {A B : Mat} (h : ∀ l, l < c → A.val R i l = B.val R i' l) :
    ∀ {Xs : List Factor} {v : Nat}, (Xs = [] → c = v) → j < v → val R Xs ⟨c, A⟩ i j = val R Xs ⟨c, B⟩ i' j
  | [], _, hc, hj => h j ((hc rfl).symm ▸ hj)
  | _ :: _, _, _, _ => sum_congr fun l hl => congrArg (· * _) (h l hl)

/-! ## Multiplying from the left -/

/-- The product `A * X * Xs`, `A` having `d` columns. -/
noncomputable def mulLeft : List Factor → Factor → Nat → Mat → Mat
  | [], X, d, A => A.mul d X.cols X.mat
  | Y :: Xs, X, d, A => (A.mul d X.cols X.mat).force fun B => mulLeft Xs Y X.cols B

theorem mulLeft_spec {Xs : List Factor} {X : Factor} {r d v : Nat} {A : Mat} (hA : A.Shape r d) (h : Shape Xs X d v) :
    (mulLeft Xs X d A).Shape r v ∧ ∀ (R : Type) [ExpField R] (i j : Nat), i < r → j < v →
      (mulLeft Xs X d A).val R i j = sum d fun l => A.val R i l * val R Xs X l j := by
  induction Xs generalizing X A d with
  | nil =>
    match X, h with
    | ⟨_, M⟩, ⟨rfl, hM⟩ => exact ⟨hA.mul hM, fun R _ i j hi hj => hA.val_mul R hM hi hj⟩
  | cons Y Xs ih =>
    have e : mulLeft (Y :: Xs) X d A = mulLeft Xs Y X.cols (A.mul d X.cols X.mat) := Mat.force_eq _ _
    rw [e]
    match ih (hA.mul h.left) h.right with
    | ⟨hs, hv⟩ =>
      refine ⟨hs, fun R _ i j hi hj => (hv R i j hi hj).trans ?_⟩
      refine (sum_congr fun l hl => ?_).trans (sum_assoc _ _ _ _ _)
      rw [hA.val_mul R h.left hi hl]

end Chain
end Compact
