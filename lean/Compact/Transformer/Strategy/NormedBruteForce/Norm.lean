prelude
import Compact.Transformer.Strategy.NormedBruteForce.Check
/-!
# Brute force for a model with norms: weights and norms

What the balls of weights, of a row times a matrix, and of a norm hold.
-/
namespace Compact
namespace Transformer
namespace NormedBruteForce
namespace Setup
variable {R : Type} [RootField R]

/-- What is known of the setup. -/
structure Fair (s : Setup) : Prop where
  unit : s.unit = 2 ^ s.w.model.frac
  finer : 0 < s.finer
  one : s.one = s.unit * s.finer
  d_model : 0 < s.w.model.d_model
  n_ctx : 0 < s.w.model.n_ctx
  scale : 0 < s.w.model.attn_scale
  eps : 0 < s.w.eps_den
  fit : s.c.form.fit = true
  error : s.error = s.c.form.error

variable {s : Setup} (S : s.Fair)
include S

theorem Fair.unit_pos : 0 < s.unit := S.unit ▸ Nat.two_pow_pos _
theorem Fair.one_pos : 0 < s.one := S.one ▸ Nat.mul_pos S.unit_pos S.finer

/-! ## Weights -/

theorem Fair.weight (T : Tensor) (i j : Nat) : (Setup.weight T i j).Holds s.unit (entry R s.w.model T i j) := by
  have z : ofNat R 0 = 0 := ofNat_zero
  have F : (0 : R) < ofNat R (2 ^ s.w.model.frac) := ofNat_pos (Nat.two_pow_pos _)
  have h : Ball.Near (0 : R) 0 := ⟨le_refl 0, le_of_eq neg_zero⟩
  refine Ball.Holds.tidy (h.of_eq ?_ z.symm)
  rw [S.unit]
  show (0 : R) = ofNat R (2 ^ s.w.model.frac) * ((ofNat R (T.digit i j) - ofNat R (2 ^ (T.bits - 1))) / ofNat R (2 ^ s.w.model.frac)) -
    (ofNat R (T.digit i j) - ofNat R (2 ^ (T.bits - 1)))
  rw [mul_div_cancel (ne_of_gt F), sub_self]

omit S in
theorem weight_eq (T : Tensor) (i j : Nat) :
    Setup.weight T i j = ⟨T.digit i j - 2 ^ (T.bits - 1), 2 ^ (T.bits - 1) - T.digit i j, 0⟩ := by
  unfold Setup.weight Ball.tidy
  exact Ball.force_eq _ _

omit S in
theorem length_digits (T : Tensor) (cols i : Nat) : (digits T cols i).length = cols := length_unpack _ _ _

omit S in
theorem getD_digits (T : Tensor) {cols j : Nat} (i : Nat) (hj : j < cols) : (digits T cols i).getD j 0 = T.digit i j := by
  unfold digits
  rw [nth_eq]
  exact getD_unpack _ _ hj

theorem Fair.column (T : Tensor) (rows cols : Nat) {j : Nat} (hj : j < cols) :
    Ball.HoldsAll s.unit ((Setup.columns T rows cols).getD j []) rows fun i => entry R s.w.model T i j := by
  unfold Setup.columns
  rw [Ball.getD_table_zero _ [] hj]
  exact Ball.HoldsAll.table fun i _ => S.weight T i j

omit S in
theorem length_columns (T : Tensor) (rows cols : Nat) : (Setup.columns T rows cols).length = cols := Ball.length_table _ _ _

theorem Fair.biases (k : Nat) (b : Option Tensor) (n : Nat) : Ball.HoldsAll (s.unit * k) (Setup.biases k b n) n (bias R s.w.model b) := by
  cases b with
  | none => exact Ball.HoldsAll.table fun _ _ => Ball.holds_zero _
  | some T => exact Ball.HoldsAll.table fun j _ => ((S.weight T 0 j).scale k).to_unit

omit S in
/-- A matrix has the rows and columns of its tensor; a weight takes no more bits than that has. -/
theorem matrix_fits (T : Tensor) (n m : Nat) : (s.matrix T n m).Fits m (Setup.weight T) n := by
  have e : s.matrix T n m = ⟨columns T n m, m, Ball.table (fun i => forceList (digits T m i) fun ds =>
      (packList (2 * Nat.log2 s.one + 80) (mapFold (fun d => Nat.sub d (2 ^ (T.bits - 1))) ds),
        packList (2 * Nat.log2 s.one + 80) (mapFold (fun d => Nat.sub (2 ^ (T.bits - 1)) d) ds))) n 0, 2 * Nat.log2 s.one + 80, 2 ^ T.bits⟩ := by
    unfold matrix
    rw [Nat.force_eq, Nat.force_eq]
    rfl
  rw [e]
  refine ⟨length_columns T n m, rfl, Ball.length_table _ _ _, fun i hi => ?_, fun j hj => Ball.getD_table_zero _ [] hj, fun i j _ _ => ?_, fun i j _ _ => ?_⟩
  · show (Ball.table _ n 0).getD i (0, 0) = _
    rw [Ball.getD_table_zero _ _ hi, forceList_eq, packList_eq, packList_eq, length_mapFold, length_mapFold, length_digits]
    refine congr (congrArg Prod.mk ?_) ?_ <;> exact pack_congr _ fun j hj => by
      rw [getD_mapFold _ _ ((length_digits T m i).symm ▸ hj) 0, getD_digits T i hj, weight_eq]
      rfl
  · rw [weight_eq]
  · rw [weight_eq]
    show T.digit i j - 2 ^ (T.bits - 1) + (2 ^ (T.bits - 1) - T.digit i j) ≤ 2 ^ T.bits
    have digit : T.digit i j < 2 ^ T.bits := Nat.mod_lt _ (Nat.two_pow_pos _)
    cases Nat.le_total (2 ^ (T.bits - 1)) (T.digit i j) with
    | inl le =>
      rw [Nat.sub_eq_zero_of_le le, Nat.add_zero]
      exact Nat.le_trans (Nat.sub_le _ _) (Nat.le_of_lt digit)
    | inr le =>
      rw [Nat.sub_eq_zero_of_le le, Nat.zero_add]
      exact Nat.le_trans (Nat.sub_le _ _) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))

/-- A row times a matrix, exactly. -/
theorem Fair.times {U : Nat} {xs : List Ball} {n : Nat} {f : Nat → R} (h : Ball.HoldsAll U xs n f) (T : Tensor) (m : Nat) :
    Ball.HoldsAll (U * s.unit) ((s.matrix T n m).times xs) m fun j => sum n fun i => f i * entry R s.w.model T i j := by
  have fits := matrix_fits (s := s) T n m
  rw [Ball.Matrix.times_eq fits h.length]
  refine ⟨(length_mapFold _ _).trans fits.cols, fun j hj => ?_⟩
  unfold Ball.Matrix.slow
  rw [getD_mapFold _ _ (fits.cols.symm ▸ hj) [], fits.col j hj]
  exact h.dot (Ball.HoldsAll.table fun i _ => S.weight T i j)

/-- A row times a matrix, plus a bias. -/
theorem Fair.affine {xs : List Ball} {n m : Nat} {f : Nat → R} (h : Ball.HoldsAll s.one xs n f) (T : Tensor) (b : Option Tensor) :
    Ball.HoldsAll s.one (s.affine (s.matrix T n m) (Setup.biases s.one b m) xs) m
      fun j => (sum n fun i => f i * entry R s.w.model T i j) + bias R s.w.model b j := by
  have B := S.biases (R := R) s.one b m
  rw [Nat.mul_comm s.unit s.one] at B
  have X := S.times h T m
  unfold Setup.affine
  generalize (s.matrix T n m).times xs = ys at X ⊢
  generalize Setup.biases s.one b m = bs at B ⊢
  exact X.zip (F := fun x b => Ball.shrink s.unit (Ball.add x b)) B fun j hj => ((X.get j hj).add (B.get j hj)).shrink S.unit_pos

omit S in
theorem resid_eq (p t : Nat) : s.resid p t =
    Ball.table (fun i => ((Setup.weight s.w.model.W_E t i).add (Setup.weight s.w.model.W_pos p i)).scale s.finer) s.w.model.d_model 0 := by
  unfold Setup.resid
  rw [Nat.force_eq, Nat.force_eq]
  have e := length_digits s.w.model.W_E s.w.model.d_model t
  have e' := length_digits s.w.model.W_pos s.w.model.d_model p
  have all := length_foldZip (fun d d' => (Ball.add ⟨Nat.sub d (2 ^ (s.w.model.W_E.bits - 1)), Nat.sub (2 ^ (s.w.model.W_E.bits - 1)) d, 0⟩
    ⟨Nat.sub d' (2 ^ (s.w.model.W_pos.bits - 1)), Nat.sub (2 ^ (s.w.model.W_pos.bits - 1)) d', 0⟩).scale s.finer) (e.trans e'.symm)
  refine List.ext_getD Ball.zero ?_ fun i hi => ?_
  · exact all.trans (e.trans (Ball.length_table _ _ _).symm)
  · have hi : i < s.w.model.d_model := e ▸ all ▸ hi
    refine (getD_foldZip _ (e.symm ▸ hi) (e'.symm ▸ hi) 0 0 Ball.zero).trans ?_
    rw [Ball.getD_table_zero _ Ball.zero hi, weight_eq, weight_eq, getD_digits _ _ hi, getD_digits _ _ hi]
    rfl

/-- The residual stream. -/
theorem Fair.resid {x : List Nat} {p t : Nat} (h : token x p = t) :
    Ball.HoldsAll s.one (s.resid p t) s.w.model.d_model (Transformer.resid R s.w.model x p) := by
  rw [resid_eq, ← h]
  refine Ball.HoldsAll.table fun i _ => ?_
  rw [S.one]
  exact (((S.weight _ _ i).add (S.weight _ p i)).scale s.finer).to_unit

/-! ## The norm -/

omit S in
theorem of_allZero {xs : List Ball} (h : allZero xs = true) {i : Nat} (hi : i < xs.length) : (xs.getD i Ball.zero).isZero = true := by
  induction xs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have h : (x.isZero && allZero xs) = true := h
    cases i with
    | zero => exact Bool.and_left h
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

/-- `d` times an entry less the sum is `d` times the entry less the mean. -/
theorem Fair.centre {T x : Ball} {f : Nat → R} {i : Nat} (hT : T.Holds s.one (sum s.w.model.d_model f)) (hx : x.Holds s.one (f i)) :
    (centre s.w.model.d_model T x).Holds (s.one * s.w.model.d_model) (Normed.centred R s.w f i) := by
  refine Ball.Holds.to_unit (Ball.Holds.tidy ?_)
  refine ((Ball.Near.add (hx.scale s.w.model.d_model) (Ball.Near.neg hT))).of_eq ?_ (ofNat_add _ _).symm
  have e : ofNat R s.w.model.d_model * Normed.centred R s.w f i = ofNat R s.w.model.d_model * f i - sum s.w.model.d_model f := by
    show ofNat R s.w.model.d_model * (f i - sum s.w.model.d_model f / ofNat R s.w.model.d_model) = _
    rw [mul_sub, mul_div_cancel (ofNat_ne_zero S.d_model)]
  rw [e]
  show ofNat R s.one * (ofNat R s.w.model.d_model * f i) - (ofNat R (s.w.model.d_model * x.plus) - ofNat R (s.w.model.d_model * x.minus)) +
      -(ofNat R s.one * sum s.w.model.d_model f - (ofNat R T.plus - ofNat R T.minus)) =
    ofNat R s.one * (ofNat R s.w.model.d_model * f i - sum s.w.model.d_model f) -
      (ofNat R (s.w.model.d_model * x.plus + T.minus) - ofNat R (s.w.model.d_model * x.minus + T.plus))
  generalize sum s.w.model.d_model f = total
  generalize f i = entry
  ring [ofNat R s.one, ofNat R s.w.model.d_model, entry, total, ofNat R x.plus, ofNat R x.minus, ofNat R T.plus, ofNat R T.minus]

theorem Fair.epsilon (U : Nat) : (s.eps U).Holds U (Normed.eps R s.w) := by
  have D : (0 : R) < ofNat R s.w.eps_den := ofNat_pos S.eps
  have lo := ofNat_div_le (R := R) (U * s.w.eps_num) S.eps
  have hi := le_of_lt (lt_ofNat_div_succ (R := R) (U * s.w.eps_num) S.eps)
  have e : ofNat R U * Normed.eps R s.w = ofNat R (U * s.w.eps_num) / ofNat R s.w.eps_den := by
    show ofNat R U * (ofNat R s.w.eps_num / ofNat R s.w.eps_den) = _
    rw [← mul_div_assoc, ofNat_mul]
  show Ball.Near (ofNat R U * Normed.eps R s.w - (ofNat R (U * s.w.eps_num / s.w.eps_den) - ofNat R 0)) (ofNat R 1)
  rw [e, ofNat_zero, sub_zero, ofNat_one]
  generalize ofNat R (U * s.w.eps_num) / ofNat R s.w.eps_den = q at lo hi ⊢
  constructor
  · exact le_of_linear hi (by ring [q, ofNat R (U * s.w.eps_num / s.w.eps_den)])
  · exact le_trans (neg_nonpos.mpr zero_le_one) (sub_nonneg.mpr lo)

theorem Fair.variance_nonneg (f : Nat → R) : 0 ≤ Normed.variance R s.w f + Normed.eps R s.w :=
  add_nonneg (div_nonneg (sum_nonneg fun _ _ => mul_self_nonneg _) (ofNat_pos S.d_model)) (div_nonneg (ofNat_nonneg _) (ofNat_pos S.eps))

/-- The norm. -/
theorem Fair.of_withNorm {xs : List Ball} {f : Nat → R} {k : List Ball → Bool} (hx : Ball.HoldsAll s.one xs s.w.model.d_model f)
    (h : s.withNorm xs k = true) : ∃ ys, k ys = true ∧ Ball.HoldsAll s.one ys s.w.model.d_model (Normed.norm R s.w f) := by
  unfold Setup.withNorm at h
  rw [Nat.force_eq, Nat.force_eq, Ball.force_eq, Ball.forceList_eq, Ball.force_eq, Ball.force_eq] at h
  have zeros := Bool.and_left h
  have rest := Bool.and_right h
  rw [Ball.forceList_eq] at rest
  have V : 0 < s.one * s.w.model.d_model := Nat.mul_pos S.one_pos S.d_model
  have cs : Ball.HoldsAll (s.one * s.w.model.d_model) (mapFold (Setup.centre s.w.model.d_model (Ball.sum xs)) xs) s.w.model.d_model
      (Normed.centred R s.w f) := hx.map fun i hi => S.centre hx.sum (hx.get i hi)
  have squares := cs.dot cs
  have mean : Ball.Holds _ _ (Normed.variance R s.w f) := (Ball.Holds.to_unit (k := s.w.model.d_model)
    (squares.of_eq (mul_div_cancel (ofNat_ne_zero S.d_model) _).symm)).shrink S.d_model
  have sigma := (mean.add (S.epsilon (R := R) (s.one * s.w.model.d_model * (s.one * s.w.model.d_model)))).root s.c.steps (S.variance_nonneg f)
  refine ⟨_, rest, cs.map fun i hi => sigma.quotient (cs.get i hi) V ?_⟩
  exact (Bool.or_cases zeros).elim Or.inl fun zeros => Or.inr (of_allZero zeros (cs.length.symm ▸ hi))

end Setup
end NormedBruteForce
end Transformer
end Compact
