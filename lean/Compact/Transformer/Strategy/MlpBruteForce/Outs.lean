prelude
import Compact.Averaging.Margin
import Compact.Packed.Fields
import Compact.Transformer.Strategy.MlpBruteForce.Check
/-!
# Brute force for a model with an MLP: what neurons add to logits

Rows of `W_out W_U` as integers; a ReLU between two bounds; the sum over neurons.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (packAll)

/-! ## Rows of `W_out W_U` -/

theorem withNeuronRows_eq (w : Weights) (M : MLP) (k : List (List Nat) → Bool) :
    withNeuronRows w M k = k (neuronRows w M) := by
  unfold withNeuronRows
  rw [Mat.force_eq, Mat.force_eq, Mat.force_eq, forceRows_eq]
  rfl

theorem fromLeast_eq (xs : List Nat) : fromLeast xs = mapFold (fun x => x - minList (maxList xs) xs) xs :=
  Nat.force_eq (minList (maxList xs) xs) fun low => mapFold (fun x => Nat.sub x low) xs

section
variable {R : Type} [ExpField R] {w : Weights} {M : MLP} (hO : M.W_out.hasRows M.d_mlp = true) (hU : w.W_U.hasRows w.d_model = true)
include hO hU

theorem shape_neuronMat : (neuronMat w M).Shape M.d_mlp w.d_vocab :=
  (Tensor.hasRows_spec hO w.d_model).right.mul (Tensor.hasRows_spec hU w.d_vocab).right

theorem length_neuronRows : (neuronRows w M).length = M.d_mlp :=
  (length_mapFold _ _).trans (shape_neuronMat hO hU).rows_length

/-- A row of a neuron. -/
theorem getD_neuronRows {j : Nat} (hj : j < M.d_mlp) :
    (neuronRows w M).getD j [] = fromLeast ((neuronMat w M).rows.getD j []) :=
  getD_mapFold _ _ ((shape_neuronMat hO hU).rows_length.symm ▸ hj) [] []

theorem length_neuronRow {j : Nat} (hj : j < M.d_mlp) : ((neuronRows w M).getD j []).length = w.d_vocab := by
  rw [getD_neuronRows hO hU hj, fromLeast_eq, length_mapFold]
  exact (shape_neuronMat hO hU).row_length j hj

/-- What a neuron adds to a logit, over `2^(2 frac)`. -/
theorem neuronRead_eq {j t : Nat} (hj : j < M.d_mlp) (ht : t < w.d_vocab) :
    neuronRead R w M j t = (neuronMat w M).val R j t / (ofNat R (2 ^ w.frac) * ofNat R (2 ^ w.frac)) := by
  have O := Tensor.hasRows_spec hO w.d_model
  have U := Tensor.hasRows_spec hU w.d_vocab
  have entry_eq {T : Tensor} {r k i l : Nat} (hr : T.rows.length = r) (hi : i < r) (hl : l < k) :
      entry R w T i l = (T.mat k).val R i l / ofNat R (2 ^ w.frac) := by
    show (ofNat R (T.digit i l) - _) / _ = (ofNat R ((T.mat k).get i l) - _) / _
    rw [Tensor.get_mat hr hi hl]
    rfl
  unfold neuronMat
  rw [O.right.val_mul R U.right hj ht]
  exact sum_div_mul_div (ofNat_pos (Nat.two_pow_pos _)) (ofNat_pos (Nat.two_pow_pos _)) (fun i hi => entry_eq O.left hj hi)
    fun i hi => entry_eq U.left hi ht

/-- Differences along a row. -/
theorem neuronRead_sub {j s t : Nat} (hj : j < M.d_mlp) (hs : s < w.d_vocab) (ht : t < w.d_vocab) :
    ofNat R (2 ^ (2 * w.frac)) * (neuronRead R w M j s - neuronRead R w M j t) =
      ofNat R (((neuronRows w M).getD j []).getD s 0) - ofNat R (((neuronRows w M).getD j []).getD t 0) := by
  have shape := shape_neuronMat hO hU
  have lane {t : Nat} (ht : t < w.d_vocab) : ofNat R (((neuronRows w M).getD j []).getD t 0) =
      ofNat R ((neuronMat w M).get j t) -
        ofNat R (minList (maxList ((neuronMat w M).rows.getD j [])) ((neuronMat w M).rows.getD j [])) := by
    have ht' : t < ((neuronMat w M).rows.getD j []).length := (shape.row_length j hj).symm ▸ ht
    rw [getD_neuronRows hO hU hj, fromLeast_eq, getD_mapFold _ _ ht' 0, ofNat_sub (minList_le ht')]
    rfl
  have square : ofNat R (2 ^ (2 * w.frac)) = ofNat R (2 ^ w.frac) * ofNat R (2 ^ w.frac) := by
    rw [Nat.mul_comm, Nat.pow_mul, ofNat_pow (2 ^ w.frac)]
    exact pow_two _
  have pos : (0 : R) < ofNat R (2 ^ w.frac) * ofNat R (2 ^ w.frac) :=
    mul_pos (ofNat_pos (Nat.two_pow_pos _)) (ofNat_pos (Nat.two_pow_pos _))
  rw [neuronRead_eq hO hU hj hs, neuronRead_eq hO hU hj ht, ← sub_div, square, mul_div_cancel (ne_of_gt pos), lane hs, lane ht]
  unfold Mat.val
  exact regroup _ _ _ _
where
  regroup (a b o l : R) : a - o - (b - o) = a - l - (b - l) := by ring [a, b, o, l]

omit hU hO in
/-- All entries of a row are at most its largest. -/
theorem neuronRow_le (j t : Nat) : ((neuronRows w M).getD j []).getD t 0 ≤ maxList ((neuronRows w M).getD j []) := getD_le_maxList _ t

/-- The largest entries, added up. -/
theorem ofNat_ranges : ofNat R (ranges (neuronRows w M)) = sum M.d_mlp fun j => ofNat R (maxList ((neuronRows w M).getD j [])) := by
  have length := length_neuronRows hO hU
  unfold ranges
  rw [sumList_eq_total ((length_mapFold _ _).trans length), ofNat_total]
  exact sum_congr fun j hj => congrArg (ofNat R) (getD_mapFold maxList _ (length.symm ▸ hj) [] 0)

/-- A combination of the packed rows. -/
theorem dot_outs (L : Nat) (acts : List Nat) : dot acts (packAll L (neuronRows w M)) =
    pack L w.d_vocab fun t => dot acts (mapFold (fun row => row.getD t 0) (neuronRows w M)) := by
  have length := length_neuronRows hO hU
  refine dot_packed L (m := ranges (neuronRows w M)) acts fun i hi => ⟨?_, fun t _ => ?_⟩
  · exact length_neuronRow hO hU (length ▸ hi)
  · refine Nat.le_trans (neuronRow_le i t) ?_
    unfold ranges
    rw [sumList_eq_total ((length_mapFold _ _).trans rfl)]
    refine Nat.le_trans (Nat.le_of_eq (getD_mapFold maxList _ hi [] 0).symm) ?_
    exact le_total_of_lt (fun l => (mapFold maxList (neuronRows w M)).getD l 0) hi

omit hU hO in
theorem ofNat_dot (xs ys : List Nat) : ofNat R (dot xs ys) = sum ys.length fun j => ofNat R (xs.getD j 0) * ofNat R (ys.getD j 0) := by
  induction xs generalizing ys with
  | nil =>
    refine Eq.symm (sum_eq_zero fun j _ => ?_)
    exact zero_mul _
  | cons x xs ih =>
    cases ys with
    | nil => rfl
    | cons y ys =>
      show ofNat R (x * y + dot xs ys) = sum (ys.length + 1) _
      rw [ofNat_add, ofNat_mul, ih, sum_succ']
      rfl

/-- One lane of it. -/
theorem ofNat_dot_outs (acts : List Nat) (t : Nat) : ofNat R (dot acts (mapFold (fun row => row.getD t 0) (neuronRows w M))) =
    sum M.d_mlp fun j => ofNat R (acts.getD j 0) * ofNat R (((neuronRows w M).getD j []).getD t 0) := by
  have length := length_neuronRows hO hU
  rw [ofNat_dot, length_mapFold, length]
  refine sum_congr fun j hj => ?_
  rw [getD_mapFold (fun row : List Nat => row.getD t 0) _ (length.symm ▸ hj) [] 0]

end

/-! ## Sums over neurons -/

section
variable {R : Type} [ExpField R]

/-- A ReLU, rounded up: it is at most the difference, cut off at zero, if this is an upper bound. -/
theorem relu_le_sub {U p : R} {X Y : Nat} (h : U * p + ofNat R Y ≤ ofNat R X) : U * relu p ≤ ofNat R (X - Y) := by
  cases le_total 0 p with
  | inl hp =>
    rw [relu_of_nonneg hp]
    exact le_trans (le_sub_iff_add_le.mpr h) (sub_le_ofNat_sub X Y)
  | inr hp =>
    rw [relu_of_nonpos hp, mul_zero]
    exact ofNat_nonneg _

/-- And not much less, if the difference is not much above a lower bound. -/
theorem sub_le_relu {U p : R} {X Y e : Nat} (hU : 0 < U) (h : ofNat R X ≤ U * p + ofNat R Y + ofNat R e) :
    ofNat R (X - Y) ≤ U * relu p + ofNat R e := by
  have le : U * p ≤ U * relu p := mul_le_mul_of_nonneg_left (le_relu p) (le_of_lt hU)
  cases Nat.le_total Y X with
  | inl hXY =>
    rw [ofNat_sub hXY]
    exact le_of_linear (add_le_add h le) (by ring [ofNat R X, ofNat R Y, ofNat R e, U * p, U * relu p])
  | inr hXY =>
    rw [Nat.sub_eq_zero_of_le hXY]
    exact add_nonneg (mul_nonneg (le_of_lt hU) (relu_nonneg p)) (ofNat_nonneg e)

/-- What neurons add to a difference of logits, if each is known up to `e`. -/
theorem neuron_sum_ge {J : Nat} {g a s t top : Nat → R} {e : R} (he : 0 ≤ e) (le : ∀ j, j < J → g j ≤ a j) (ge : ∀ j, j < J → a j ≤ g j + e)
    (hs : ∀ j, j < J → 0 ≤ s j) (ht : ∀ j, j < J → 0 ≤ t j) (hst : ∀ j, j < J → s j ≤ top j) :
    (sum J fun j => a j * s j) - (sum J fun j => a j * t j) - e * sum J top ≤ sum J fun j => g j * (s j - t j) := by
  rw [mul_sum, ← sum_sub, ← sum_sub]
  refine sum_le_sum fun j hj => ?_
  have h1 := mul_nonneg (sub_nonneg.mpr (le j hj)) (ht j hj)
  have h2 := mul_nonneg (sub_nonneg.mpr (ge j hj)) (hs j hj)
  have h3 := mul_nonneg he (sub_nonneg.mpr (hst j hj))
  exact le_of_linear (add_nonneg (add_nonneg h1 h2) h3) (by ring [g j, a j, s j, t j, top j, e])

end
end MlpBruteForce
end Transformer
end Compact
