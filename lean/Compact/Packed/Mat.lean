prelude
import Compact.Packed.Pack
import Compact.Transformer.Statement
/-!
# Integer matrices as the kernel computes them

A `Mat` is a list of rows of naturals; the entry `x` stands for the integer `x - off`.  `Mat.val` is that
integer in an ordered field, and each operation comes with the theorem that says what it does to `val`.
-/
namespace Compact

/-- An integer matrix, each entry shifted up by `off` so that it is not negative. -/
structure Mat where
  off : Nat
  rows : List (List Nat)

namespace Mat

/-- The shifted entry in row `i`, column `j`. -/
def get (M : Mat) (i j : Nat) : Nat := (M.rows.getD i []).getD j 0

/-- `r` rows of `c` entries each, every entry between `-off` and `off` once shifted back. -/
structure Shape (M : Mat) (r c : Nat) : Prop where
  rows_length : M.rows.length = r
  row_length (i : Nat) : i < r → (M.rows.getD i []).length = c
  le (i j : Nat) : i < r → j < c → M.get i j ≤ 2 * M.off

/-- The integer in row `i`, column `j`. -/
def val (R : Type) [ExpField R] (M : Mat) (i j : Nat) : R := ofNat R (M.get i j) - ofNat R M.off

/-- Evaluate the matrix, then go on with it. -/
noncomputable def force {α : Type} (M : Mat) (k : Mat → α) : α :=
  Nat.force M.off fun off => forceRows M.rows fun rows => k ⟨off, rows⟩

theorem force_eq {α : Type} (M : Mat) (k : Mat → α) : M.force k = k M :=
  (Nat.force_eq M.off fun off => forceRows M.rows fun rows => k ⟨off, rows⟩).trans (forceRows_eq M.rows _)

end Mat

/-- The lowest `n` digits of `N` in base `2^L`, as a list. -/
noncomputable def unpack (L n : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => [])
    (fun _ ih N => Nat.force N fun N => Nat.mod N (Nat.pow 2 L) :: ih (Nat.shiftRight N L)) n

theorem unpack_succ (L n N : Nat) : unpack L (n + 1) N = N % 2 ^ L :: unpack L n (N / 2 ^ L) :=
  Nat.force_eq N fun N => Nat.mod N (Nat.pow 2 L) :: unpack L n (Nat.shiftRight N L)

theorem length_unpack (L n N : Nat) : (unpack L n N).length = n := by
  induction n generalizing N with
  | zero => rfl
  | succ n ih => rw [unpack_succ]; exact congrArg Nat.succ (ih _)

theorem getD_unpack (L N : Nat) {n j : Nat} (hj : j < n) : (unpack L n N).getD j 0 = digit L N j := by
  induction n generalizing N j with
  | zero => exact absurd hj (Nat.not_lt_zero j)
  | succ n ih =>
    rw [unpack_succ]
    cases j with
    | zero => show N % 2 ^ L = N / 1 % 2 ^ L; rw [Nat.div_one]
    | succ j =>
      show (unpack L n (N / 2 ^ L)).getD j 0 = N / 2 ^ (L * j + L) % 2 ^ L
      rw [ih _ (Nat.lt_of_succ_lt_succ hj), Nat.pow_add, Nat.mul_comm (2 ^ (L * j)),
        ← Nat.div_div_eq_div_mul]
      rfl

/-- The tensor of the statement as a matrix of `c` columns. -/
noncomputable def Tensor.mat (T : Tensor) (c : Nat) : Mat := ⟨2 ^ (T.bits - 1), mapFold (unpack T.bits c) T.rows⟩

namespace Tensor
variable {T : Tensor} {r c : Nat}

theorem get_mat (hr : T.rows.length = r) {i j : Nat} (hi : i < r) (hj : j < c) :
    (T.mat c).get i j = T.digit i j := by
  show ((mapFold (unpack T.bits c) T.rows).getD i []).getD j 0 = _
  rw [getD_mapFold _ _ (hr.symm ▸ hi) 0, getD_unpack _ _ hj]
  rfl

theorem shape_mat (hb : 0 < T.bits) (hr : T.rows.length = r) : (T.mat c).Shape r c where
  rows_length := (length_mapFold _ _).trans hr
  row_length i hi := by
    show ((mapFold (unpack T.bits c) T.rows).getD i []).length = c
    rw [getD_mapFold _ _ (hr.symm ▸ hi) 0, length_unpack]
  le i j hi hj := by
    rw [get_mat hr hi hj]
    show _ % 2 ^ T.bits ≤ 2 * 2 ^ (T.bits - 1)
    have e : 2 * 2 ^ (T.bits - 1) = 2 ^ T.bits := by
      rw [Nat.mul_comm, ← Nat.pow_succ, Nat.sub_add_cancel hb]
    rw [e]
    exact Nat.le_of_lt (Nat.mod_lt _ (Nat.two_pow_pos _))

/-- What the matrix of a tensor means in the statement. -/
theorem entry_eq (R : Type) [ExpField R] (w : Weights) (hr : T.rows.length = r) {i j : Nat} (hi : i < r)
    (hj : j < c) : entry R w T i j = (T.mat c).val R i j / ofNat R (2 ^ w.frac) := by
  show (ofNat R (T.digit i j) - _) / _ = (ofNat R ((T.mat c).get i j) - _) / _
  rw [get_mat hr hi hj]
  rfl

end Tensor
end Compact
