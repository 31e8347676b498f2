prelude
import Compact.Packed.Lanewise
/-!
# Running maxima and minima of the lanes of a row

`lanesRunning` takes as many steps as the number of lanes has binary digits: after a step of distance `s`, a lane is at least each of the
`2 s` lanes up to its own.  What a checker needs is this alone, so nothing is proved about which lane it is equal to.
-/
namespace Compact
noncomputable section

/-- A row moved up by `s` lanes; `size` is the number of bits of a row. -/
def lanesUp (L size s X : Nat) : Nat := lowBits size (Nat.shiftLeft X (Nat.mul L s))

/-- `r` steps of running maxima, from the distance `s` on. -/
def lanesRunningFrom (L size tops low r : Nat) : Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ X => X)
    (fun _ ih s X => Nat.force s fun s => Nat.force (lanesMax tops low (lanesUp L size s X) X) fun X => ih (Nat.mul 2 s) X) r

/-- Running maxima of the `n` lanes of a row. -/
def lanesRunning (L n tops low X : Nat) : Nat := lanesRunningFrom L (Nat.mul L n) tops low (Nat.succ (Nat.log2 n)) 1 X

/-- Running minima of the lanes of a row, which are at most `top`; `tops` has the top bit of each lane, `full` has `top` in each. -/
def lanesRunningLeast (L n tops low full X : Nat) : Nat := Nat.sub full (lanesRunning L n tops low (Nat.sub full X))

end

section
variable {L n : Nat} {f : Nat → Nat}

/-- A row moved up: the lanes that come in are zero. -/
theorem lanesUp_pack (hf : ∀ j, j < n → f j < 2 ^ L) (s : Nat) :
    lanesUp L (L * n) s (pack L n f) = pack L n fun j => if j < s then 0 else f (j - s) := by
  have above : (pack L n fun j => if s + j < s then 0 else f (s + j - s)) = pack L n f := pack_congr L fun j _ => by
    rw [ite_eq_right (Nat.not_lt_of_le (Nat.le_add_right s j)), Nat.add_sub_cancel_left]
  have below : (pack L s fun j => if j < s then 0 else f (j - s)) = 0 :=
    (pack_congr L fun j hj => ite_eq_left hj).trans ((pack_const L s 0).trans (Nat.zero_mul _))
  have moved : pack L n f * 2 ^ (L * s) = pack L (s + n) fun j => if j < s then 0 else f (j - s) := by
    rw [pack_append, above, below, Nat.zero_add]
  have small : ∀ j, j < s + n → (if j < s then 0 else f (j - s)) < 2 ^ L := fun j hj => by
    by_cases h : j < s
    case pos => rw [ite_eq_left h]; exact Nat.two_pow_pos L
    case neg =>
      rw [ite_eq_right h]
      exact hf _ (Nat.sub_lt_left_of_lt_add (Nat.le_of_not_lt h) hj)
  show lowBits (L * n) (pack L n f * 2 ^ (L * s)) = _
  rw [lowBits_eq, moved, pack_mod small (Nat.le_add_left n s)]

/-- Each lane of `g` is at least the `s` lanes of `f` up to its own, and below `top`. -/
structure Reaching (n s top : Nat) (f g : Nat → Nat) : Prop where
  reach (i k : Nat) : i < n → k ≤ i → i < k + s → f k ≤ g i
  lt (i : Nat) : i < n → g i < top

theorem lanesRunningFrom_pack (hL : 0 < L) (r : Nat) {s top : Nat} (htop : top ≤ 2 ^ (L - 1)) {g : Nat → Nat} (h : Reaching n s top f g) :
    ∃ g', lanesRunningFrom L (L * n) (2 ^ (L - 1) * ones L n) (L - 1) r s (pack L n g) = pack L n g' ∧ Reaching n (s * 2 ^ r) top f g' := by
  induction r generalizing s g with
  | zero => exact ⟨g, rfl, (Nat.mul_one s).symm ▸ h⟩
  | succ r ih =>
    have small (i : Nat) (hi : i < n) : g i < 2 ^ (L - 1) := Nat.lt_of_lt_of_le (h.lt i hi) htop
    have wide (i : Nat) (hi : i < n) : g i < 2 ^ L :=
      Nat.lt_of_lt_of_le (small i hi) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
    have smallUp (i : Nat) (hi : i < n) : (if i < s then 0 else g (i - s)) < 2 ^ (L - 1) := by
      by_cases e : i < s
      case pos => rw [ite_eq_left e]; exact Nat.two_pow_pos _
      case neg => rw [ite_eq_right e]; exact small _ (Nat.lt_of_le_of_lt (Nat.sub_le _ _) hi)
    have step : Reaching n (s * 2) top f fun j => g j + ((if j < s then 0 else g (j - s)) - g j) := by
      refine ⟨fun i k hi hk hs => ?_, fun i hi => ?_⟩
      · by_cases near : i < k + s
        case pos => exact Nat.le_trans (h.reach i k hi hk near) (Nat.le_add_right _ _)
        case neg =>
          have far := Nat.le_of_not_lt near
          have hsi : s ≤ i := Nat.le_trans (Nat.le_add_left s k) far
          rw [ite_eq_right (Nat.not_lt_of_le hsi)]
          refine Nat.le_trans (h.reach (i - s) k (Nat.lt_of_le_of_lt (Nat.sub_le _ _) hi) (Nat.le_sub_of_add_le far) ?_) ?_
          · refine Nat.sub_lt_right_of_lt_add hsi ?_
            rw [Nat.add_assoc, ← Nat.two_mul, Nat.mul_comm]
            exact hs
          · rw [Nat.add_comm]
            exact Nat.sub_le_iff_le_add.mp (Nat.le_refl _)
      · show g i + ((if i < s then 0 else g (i - s)) - g i) < top
        by_cases e : i < s
        case pos => rw [ite_eq_left e, Nat.zero_sub]; exact h.lt i hi
        case neg =>
          rw [ite_eq_right e]
          cases Nat.le_total (g (i - s)) (g i) with
          | inl le => rw [Nat.sub_eq_zero_of_le le]; exact h.lt i hi
          | inr le => rw [Nat.add_sub_of_le le]; exact h.lt _ (Nat.lt_of_le_of_lt (Nat.sub_le _ _) hi)
    have e : lanesRunningFrom L (L * n) (2 ^ (L - 1) * ones L n) (L - 1) (r + 1) s (pack L n g) =
        lanesRunningFrom L (L * n) (2 ^ (L - 1) * ones L n) (L - 1) r (2 * s)
          (lanesMax (2 ^ (L - 1) * ones L n) (L - 1) (lanesUp L (L * n) s (pack L n g)) (pack L n g)) := by
      show Nat.force s (fun s => Nat.force (lanesMax _ _ (lanesUp L (L * n) s (pack L n g)) (pack L n g)) fun X =>
        lanesRunningFrom L (L * n) (2 ^ (L - 1) * ones L n) (L - 1) r (Nat.mul 2 s) X) = _
      rw [Nat.force_eq, Nat.force_eq]
      rfl
    rw [e, lanesUp_pack wide, lanesMax_pack hL smallUp small, Nat.mul_comm 2 s]
    match ih step with
    | ⟨g', e', h'⟩ =>
      refine ⟨g', e', ?_⟩
      rw [Nat.pow_succ', ← Nat.mul_assoc]
      exact h'

/-- Running maxima: each lane is at least all lanes up to its own. -/
theorem lanesRunning_pack (hL : 0 < L) {top : Nat} (htop : top ≤ 2 ^ (L - 1)) (hf : ∀ j, j < n → f j < top) :
    ∃ g, lanesRunning L n (2 ^ (L - 1) * ones L n) (L - 1) (pack L n f) = pack L n g ∧ (∀ j, j < n → g j < top) ∧
      ∀ i k, i < n → k ≤ i → f k ≤ g i := by
  have start : Reaching n 1 top f f := ⟨fun i k _ hk hs => Nat.le_antisymm hk (Nat.le_of_lt_succ hs) ▸ Nat.le_refl _, hf⟩
  match lanesRunningFrom_pack hL (Nat.log2 n + 1) htop start with
  | ⟨g, e, h⟩ =>
    refine ⟨g, e, h.lt, fun i k hi hk => h.reach i k hi hk ?_⟩
    refine Nat.lt_of_lt_of_le (Nat.lt_trans hi Nat.lt_log2_self) ?_
    rw [Nat.one_mul]
    exact Nat.le_add_left _ _

/-- Running minima: each lane is at most all lanes up to its own. -/
theorem lanesRunningLeast_pack (hL : 0 < L) {top : Nat} (htop : top < 2 ^ (L - 1)) (hf : ∀ j, j < n → f j ≤ top) :
    ∃ g, lanesRunningLeast L n (2 ^ (L - 1) * ones L n) (L - 1) (top * ones L n) (pack L n f) = pack L n g ∧ (∀ j, j < n → g j ≤ top) ∧
      ∀ i k, i < n → k ≤ i → g i ≤ f k := by
  match lanesRunning_pack (n := n) (f := fun j => top - f j) hL htop fun j _ => Nat.lt_succ_of_le (Nat.sub_le _ _) with
  | ⟨g, e, lt, le⟩ =>
    refine ⟨fun j => top - g j, ?_, fun j _ => Nat.sub_le _ _, fun i k hi hk => ?_⟩
    · show top * ones L n - lanesRunning L n (2 ^ (L - 1) * ones L n) (L - 1) (top * ones L n - pack L n f) = _
      rw [mul_ones L n top, pack_sub L hf, e]
      exact pack_sub L fun j hj => Nat.le_of_lt_succ (lt j hj)
    · show top - g i ≤ f k
      exact Nat.sub_le_iff_le_add.mpr (Nat.sub_le_iff_le_add'.mp (le i k hi hk))

end
end Compact
