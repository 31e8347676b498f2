prelude
import Compact.Linear.Statement
import Compact.Packed.Mul
import Compact.Field.Div
/-!
# What tokens add to logits, in integers

The entries of a product of `k` stored matrices are integers over `2^(k frac)`; the kernel multiplies them out exactly.
-/
namespace Compact
namespace Linear
noncomputable section

/-- How many stored matrices are multiplied. -/
def Matrix.degree : Matrix → Nat
  | .stored _ => 1
  | .product _ A _ => Nat.succ A.degree

/-- The matrix, with `c` columns, in integers over `2^(degree * frac)`. -/
def Matrix.mat (c : Nat) : Matrix → Mat
  | .stored W => W.mat c
  | .product d A B => (A.mat d).mul d c (B.mat c)

/-- Evaluate the matrix, then go on with it. -/
def Matrix.force {α : Type} (c : Nat) (M : Matrix) (k : Mat → α) : α :=
  match M with
  | .stored W => (W.mat c).force k
  | .product d A B => A.force d fun A => (B.mat c).force fun B => (A.mul d c B).force k

theorem Matrix.force_eq {α : Type} (c : Nat) (M : Matrix) (k : Mat → α) : M.force c k = k (M.mat c) := by
  induction M generalizing c k with
  | stored W => exact Mat.force_eq _ _
  | product d A B ih =>
    show (A.force d fun A => (B.mat c).force fun B => (Mat.mul d c A B).force k) = _
    rw [ih, Mat.force_eq, Mat.force_eq]
    rfl

/-- A tensor of `r` rows. -/
def hasRows (T : Tensor) (r : Nat) : Bool := Nat.beq T.rows.length r && Nat.ble 1 T.bits

/-- A matrix of `r` rows, whose factors fit together. -/
def Matrix.hasRows (r : Nat) : Matrix → Bool
  | .stored W => Linear.hasRows W r
  | .product d A B => A.hasRows r && Linear.hasRows B d

/-- All entries of a product of `k` matrices are integers over this. -/
def unitOf (frac k : Nat) : Nat := Nat.pow (Nat.pow 2 frac) k

end

theorem hasRows_spec {T : Tensor} {r : Nat} (h : hasRows T r = true) : T.rows.length = r ∧ 0 < T.bits :=
  ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), Nat.le_of_ble_eq_true (Bool.and_right h)⟩

theorem shape_of_hasRows {T : Tensor} {r : Nat} (h : hasRows T r = true) (c : Nat) : (T.mat c).Shape r c :=
  Tensor.shape_mat (hasRows_spec h).right (hasRows_spec h).left

theorem Matrix.shape {M : Matrix} {r : Nat} (h : M.hasRows r = true) (c : Nat) : (M.mat c).Shape r c := by
  induction M generalizing c with
  | stored W => exact shape_of_hasRows h c
  | product d A B ih => exact (ih (Bool.and_left h) d).mul (shape_of_hasRows (Bool.and_right h) c)

theorem unitOf_pos (frac k : Nat) : 0 < unitOf frac k := Nat.pow_pos (Nat.two_pow_pos frac)

theorem unitOf_succ (frac k : Nat) : unitOf frac (k + 1) = unitOf frac k * 2 ^ frac := rfl

section values
variable (R : Type) [ExpField R]

theorem entry_eq (frac : Nat) {T : Tensor} {r c : Nat} (h : hasRows T r = true) {i j : Nat} (hi : i < r) (hj : j < c) :
    ofNat R (2 ^ frac) * entry R frac T i j = (T.mat c).val R i j := by
  refine (mul_div_cancel (ofNat_ne_zero (Nat.two_pow_pos _)) _).trans ?_
  show _ = ofNat R ((T.mat c).get i j) - _
  rw [Tensor.get_mat (hasRows_spec h).left hi hj]
  rfl

/-- An entry times the power of two that makes it an integer. -/
theorem Matrix.entry_eq (frac : Nat) {M : Matrix} {r c : Nat} (h : M.hasRows r = true) {i j : Nat} (hi : i < r) (hj : j < c) :
    ofNat R (unitOf frac M.degree) * M.entry R frac i j = (M.mat c).val R i j := by
  induction M generalizing c j with
  | stored W =>
    have e : unitOf frac 1 = 2 ^ frac := Nat.pow_one _
    show ofNat R (unitOf frac 1) * Linear.entry R frac W i j = _
    rw [e]
    exact Linear.entry_eq R frac h hi hj
  | product d A B ih =>
    have hA := Bool.and_left h
    have hB := Bool.and_right h
    show ofNat R (unitOf frac (A.degree + 1)) * (sum d fun k => _) = ((A.mat d).mul d c (B.mat c)).val R i j
    rw [Mat.Shape.val_mul R (A.shape hA d) (shape_of_hasRows hB c) hi hj, unitOf_succ, ofNat_mul, mul_sum]
    refine sum_congr fun k hk => ?_
    rw [← ih hA hk, ← Linear.entry_eq R frac hB hk hj]
    exact mul_mul_mul_comm _ _ _ _

end values
end Linear
end Compact
