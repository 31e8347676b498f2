prelude
import Compact.Field.ExpBits
import Compact.Transformer.Chain.Enclose
import Compact.Packed.TableRow
import Compact.Transformer.Enclosure.Correct
import Compact.Transformer.Enclosure.Row
import Compact.Transformer.Enclosure.Term
/-!
# Softmax factors from packed scores

Scores of a query are known as packed integers, times `scoreNum / scoreDen`, up to a constant and up to a rest whose differences
are bounded.  Attention does not depend on the constant; the rest costs a factor of at most `exp (-bound)`.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- Among finitely many numbers one is the largest. -/
theorem exists_greatest {n : Nat} (hn : 0 < n) (g : Nat → R) : ∃ k, k < n ∧ ∀ j, j < n → g j ≤ g k := by
  induction n with
  | zero => exact absurd hn (Nat.lt_irrefl 0)
  | succ n ih =>
    cases Nat.eq_zero_or_pos n with
    | inl h =>
      refine ⟨0, Nat.zero_lt_succ n, fun j hj => ?_⟩
      rw [h] at hj
      rw [Nat.eq_zero_of_lt_one hj]
      exact le_rfl
    | inr h =>
      match ih h with
      | ⟨k, hk, le⟩ =>
        have cases_j {j : Nat} (hj : j < n + 1) : j < n ∨ j = n := Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hj)
        cases le_total (g k) (g n) with
        | inl kn =>
          refine ⟨n, Nat.lt_succ_self n, fun j hj => (cases_j hj).elim (fun h => le_trans (le j h) kn) fun e => e ▸ le_rfl⟩
        | inr nk =>
          exact ⟨k, Nat.lt_succ_of_lt hk, fun j hj => (cases_j hj).elim (fun h => le j h) fun e => e ▸ nk⟩

section
variable {w : Weights} {c : Params} {L k v top Y : Nat} {lane : Nat → Nat}

/-- A gap of scores, in units of `2^-(2 half)` and rounded down, is an argument that `ExpParams.bounds` takes. -/
theorem ExpParams.within (e : ExpParams) (hfit : e.fit = true) {gap num den : Nat} (hden : 0 < den)
    (hy : gap * (num * 2 ^ (2 * e.half)) / den < 2 ^ (e.half + e.high)) :
    Within (e.lowerOf (e.upper (gap * (num * 2 ^ (2 * e.half)) / den)), e.upper (gap * (num * 2 ^ (2 * e.half)) / den))
      (ofNat R (2 ^ e.prec) * exp (-(ofNat R (gap * num) / ofNat R den))) := by
  have U : (0 : R) < ofNat R (2 ^ (2 * e.half)) := ofNat_pos (Nat.two_pow_pos _)
  have D : (0 : R) < ofNat R den := ofNat_pos hden
  have units : ofNat R (gap * (num * 2 ^ (2 * e.half))) / ofNat R den * ExpParams.step R e = ofNat R (gap * num) / ofNat R den := by
    rw [← Nat.mul_assoc, ofNat_mul, div_mul_div_comm _ _ (ne_of_gt D) (ne_of_gt U), mul_one]
    exact mul_div_mul_right _ (ne_of_gt D) (ne_of_gt U)
  have step0 : (0 : R) ≤ ExpParams.step R e := le_of_lt (div_pos one_pos U)
  refine ExpParams.bounds hfit hy ?_ ?_
  · rw [← units]
    exact mul_le_mul_of_nonneg_right (ofNat_div_le _ hden) step0
  · rw [← units]
    refine mul_le_mul_of_nonneg_right (le_of_lt (lt_trans (lt_ofNat_div_succ _ hden) ?_)) step0
    exact lt_of_lt_of_le (lt_add_of_pos_right _ one_pos) (le_of_eq (by ring [ofNat R (gap * (num * 2 ^ (2 * e.half)) / den)]))

/-- A row of packed scores, a row of arguments that is checked against it, and the bounds of their exponentials give bounds of factors. -/
theorem within_of_fallsAs (e : ExpParams) (hfit : e.fit = true) (hp : e.prec = c.prec) (hden : 0 < scoreDen w) (hk : k < L) (hke : k ≤ e.half + e.high)
    (hrow : ∀ j, j < v → lane j * (scoreNum w * 2 ^ (2 * e.half)) < 2 ^ (L - 1)) (hunit : scoreDen w * 2 ^ k ≤ 2 ^ (L - 1)) {y : Nat → Nat}
    (h : (Frame.of L v k).fallsAs (scoreNum w * 2 ^ (2 * e.half)) (scoreDen w) (pack L v lane) top (pack L v y) = true)
    (hy : ∀ j, j < v → y j < 2 ^ k) {j : Nat} (hj : j < v) :
    Within (e.lowerOf (e.upper (y j)), e.upper (y j)) (rowFactor R w c (unpack L v (pack L v lane)) j) := by
  have fit : Fitting L v k (scoreNum w * 2 ^ (2 * e.half)) (scoreDen w) lane :=
    ⟨hk, Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _), hden, hrow, hunit⟩
  have len : (unpack L v (pack L v lane)).length = v := length_unpack _ _ _
  have entry {i : Nat} (hi : i < v) : (unpack L v (pack L v lane)).getD i 0 = lane i := (getD_unpack _ _ hi).trans (fit.read_eq hi)
  match of_fallsAs fit h with
  | ⟨htop, le, entries⟩ =>
    have top_eq : maxList (unpack L v (pack L v lane)) = lane top := by
      refine (maxList_eq (len.symm ▸ htop) fun i hi => ?_).trans (entry htop)
      rw [entry (len ▸ hi), entry htop]
      exact le i (len ▸ hi)
    have read : digit L (pack L v y) j = y j :=
      digit_pack L (fun i hi => Nat.lt_of_lt_of_le (hy i hi) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt hk))) hj
    have arg : (lane top - lane j) * (scoreNum w * 2 ^ (2 * e.half)) / scoreDen w = y j := (entries.eq j hj).trans read
    have within := ExpParams.within (R := R) e hfit (gap := lane top - lane j) (num := scoreNum w) hden
      (arg.symm ▸ Nat.lt_of_lt_of_le (hy j hj) (Nat.pow_le_pow_right Nat.two_pos hke))
    rw [arg, hp] at within
    unfold rowFactor
    rw [top_eq, entry hj]
    exact within

/-- A score, from the largest of its row and the gap. -/
theorem exp_score (w : Weights) (c : Params) {xs : List Nat} {j : Nat} (hj : j < xs.length) (r : R) :
    ofNat R (2 ^ c.prec) * exp ((ofNat R (xs.getD j 0) + r) * ofNat R (scoreNum w) / ofNat R (scoreDen w)) =
      exp ((ofNat R (maxList xs) + r) * ofNat R (scoreNum w) / ofNat R (scoreDen w)) * rowFactor R w c xs j := by
  have e : (ofNat R (xs.getD j 0) + r) * ofNat R (scoreNum w) / ofNat R (scoreDen w) =
      (ofNat R (maxList xs) + r) * ofNat R (scoreNum w) / ofNat R (scoreDen w) +
        -(ofNat R ((maxList xs - xs.getD j 0) * scoreNum w) / ofNat R (scoreDen w)) := by
    rw [ofNat_mul, ofNat_sub (le_maxList hj), ← neg_div, ← add_div]
    refine congrArg (· / _) ?_
    ring [ofNat R (xs.getD j 0), ofNat R (maxList xs), r, ofNat R (scoreNum w)]
  unfold rowFactor
  rw [e, exp_add]
  exact mul_left_comm _ _ _

/-- Factors of scores that are known up to a constant. -/
theorem exact_factors (w : Weights) (c : Params) {xs : List Nat} {n : Nat} (hn : xs.length = n) {f : Nat → R} {r : R}
    (hf : ∀ j, j < n → f j = ofNat R (xs.getD j 0) + r) : ∃ C : R, 0 < C ∧ ∀ j, j < n →
      C * rowFactor R w c xs j = exp (f j * ofNat R (scoreNum w) / ofNat R (scoreDen w)) := by
  have P : (0 : R) < ofNat R (2 ^ c.prec) := ofNat_pos (Nat.two_pow_pos _)
  refine ⟨exp ((ofNat R (maxList xs) + r) * ofNat R (scoreNum w) / ofNat R (scoreDen w)) / ofNat R (2 ^ c.prec),
    div_pos (exp_pos _) P, fun j hj => ?_⟩
  rw [hf j hj, div_mul_eq_mul_div, ← exp_score w c (hn.symm ▸ hj) r]
  exact mul_div_cancel_left _ (ne_of_gt P)

/-- Factors of scores of which a rest is only known to be bounded: differences of the rest are at most `d`. -/
theorem rest_factors (w : Weights) (c : Params) (hden : 0 < scoreDen w) {xs : List Nat} {n : Nat} (hn : xs.length = n) (hpos : 0 < n) {f : Nat → R} {d : Nat}
    (hd : ∀ j i, j < n → i < n → f j - ofNat R (xs.getD j 0) - (f i - ofNat R (xs.getD i 0)) ≤ ofNat R d) :
    ∃ C : R, ∃ tok : Nat → R, 0 < C ∧ (∀ j, 0 ≤ tok j) ∧ ∀ j, j < n →
      C * tok j = exp (f j * ofNat R (scoreNum w) / ofNat R (scoreDen w)) ∧
      ∀ b, Within b (rowFactor R w c xs j) → ofNat R (expLower c.prec c.steps (d * scoreNum w) (scoreDen w) * b.1) ≤ tok j ∧
        tok j ≤ ofNat R (2 ^ c.prec * b.2) := by
  have P : (0 : R) < ofNat R (2 ^ c.prec) := ofNat_pos (Nat.two_pow_pos _)
  have U : (0 : R) ≤ ofNat R (scoreNum w) := ofNat_nonneg _
  have Q : (0 : R) < ofNat R (scoreDen w) := ofNat_pos hden
  match exists_greatest hpos fun j => f j - ofNat R (xs.getD j 0) with
  | ⟨i, hi, greatest⟩ =>
    refine ⟨exp ((ofNat R (maxList xs) + (f i - ofNat R (xs.getD i 0))) * ofNat R (scoreNum w) / ofNat R (scoreDen w)) /
        (ofNat R (2 ^ c.prec) * ofNat R (2 ^ c.prec)),
      fun j => rowFactor R w c xs j * (ofNat R (2 ^ c.prec) *
        exp (-((f i - ofNat R (xs.getD i 0) - (f j - ofNat R (xs.getD j 0))) * ofNat R (scoreNum w) / ofNat R (scoreDen w)))),
      div_pos (exp_pos _) (mul_pos P P), fun j => ?_, fun j hj => ⟨?_, fun b hb => ?_⟩⟩
    · exact mul_nonneg (mul_nonneg (le_of_lt P) (exp_nonneg _)) (mul_nonneg (le_of_lt P) (exp_nonneg _))
    · have e := exp_score (R := R) w c (hn.symm ▸ hj) (f i - ofNat R (xs.getD i 0))
      have split : f j * ofNat R (scoreNum w) / ofNat R (scoreDen w) =
          (ofNat R (xs.getD j 0) + (f i - ofNat R (xs.getD i 0))) * ofNat R (scoreNum w) / ofNat R (scoreDen w) +
          -((f i - ofNat R (xs.getD i 0) - (f j - ofNat R (xs.getD j 0))) * ofNat R (scoreNum w) / ofNat R (scoreDen w)) := by
        rw [← neg_div, ← add_div]
        refine congrArg (· / _) ?_
        ring [f j, f i, ofNat R (xs.getD j 0), ofNat R (xs.getD i 0), ofNat R (scoreNum w)]
      rw [split, exp_add, div_mul_eq_mul_div, ← mul_assoc, ← e]
      exact (div_eq_iff (mul_ne_zero (ne_of_gt P) (ne_of_gt P))).mpr (regroup _ _ _)
    · have le : 0 ≤ f i - ofNat R (xs.getD i 0) - (f j - ofNat R (xs.getD j 0)) := sub_nonneg.mpr (greatest j hj)
      have b0 : 0 ≤ rowFactor R w c xs j := mul_nonneg (le_of_lt P) (exp_nonneg _)
      refine ⟨?_, ?_⟩
      · rw [Nat.mul_comm, ofNat_mul]
        refine mul_le_mul hb.left (le_trans (expLower_le c.prec c.steps _ hden) (mul_le_mul_of_nonneg_left (exp_le_exp ?_) (le_of_lt P)))
          (ofNat_nonneg _) b0
        rw [ofNat_mul]
        exact neg_le_neg (div_le_div_of_pos_right (mul_le_mul_of_nonneg_right (hd i j hi hj) U) Q)
      · rw [Nat.mul_comm, ofNat_mul]
        refine mul_le_mul hb.right ?_ (mul_nonneg (le_of_lt P) (exp_nonneg _)) (le_trans b0 hb.right)
        refine le_trans (mul_le_mul_of_nonneg_left (exp_le_exp (neg_nonpos.mpr (div_nonneg (mul_nonneg le U) Q))) (le_of_lt P)) ?_
        rw [exp_zero, mul_one]
        exact le_rfl
where
  regroup (P a e : R) : P * a * (P * e) = a * e * (P * P) := by ring [P, a, e]

end
end Compact
