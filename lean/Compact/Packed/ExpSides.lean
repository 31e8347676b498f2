prelude
import Compact.Field.ExpSides
import Compact.Packed.ExpRows
/-!
# Exponentials of a whole matrix, from one number for each

`lanesLow` evaluates `ExpForm.lower` for all lanes: nine operations on the whole number for each of the higher bits of an argument.  `sideRows` joins
rows of arguments, bounds the exponentials of all lanes and cuts the bounds into rows again.
-/
namespace Compact
noncomputable section

/-- Multiply the lanes of `X` by the factor of each of `r` bits of the lanes of `Y`, from the bit `k` on, where it is set. -/
def lanesLowSteps (P one mask full Y r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ _ X => X)
    (fun _ ih k lo X => Nat.force k fun k => Nat.force lo fun lo =>
      Nat.force (Nat.sub X (lanesSelect full (lanesShift one k Y) (Nat.sub X (lanesShift mask P (Nat.mul (Nat.shiftRight lo P) X))))) fun X =>
      ih (Nat.succ k) (squareLow (Nat.mul 2 P) lo) X) r

/-- The lower bounds of the exponentials of the lanes of `Y`, which have `high` bits above the low ones; `one` has a one in every lane. -/
def lanesLow (c : ExpForm) (high one Y : Nat) : Nat :=
  Nat.force c.prec fun P => Nat.force c.half fun half => Nat.force (Nat.sub (Nat.pow 2 (Nat.succ P)) 1) fun full =>
  Nat.force (Nat.mul full one) fun mask =>
  Nat.force (Nat.sub (Nat.mul (Nat.sub (Nat.pow 2 P) c.unit) one)
    (Nat.mul c.unit (lanesShift (Nat.mul (Nat.sub (Nat.pow 2 half) 1) one) 0 Y))) fun X =>
  lanesLowSteps P one mask full Y high half c.low X

/-- The upper bounds, from the lower ones. -/
def lanesHigh (c : ExpForm) (error one X : Nat) : Nat :=
  Nat.force (Nat.add X (Nat.mul error one)) fun Z =>
  Nat.add (Nat.add Z (lanesShift (Nat.mul (Nat.sub (Nat.pow 2 (Nat.succ c.prec)) 1) one) c.prec (Nat.mul (Nat.mul 4 c.unit) Z))) one

/-- Bounds of the exponentials of `r` rows of `n` arguments of `k` bits, in lanes of `L` bits; goes on with rows of arguments, lower and
upper bounds. -/
def sideRows (c : ExpForm) (error L n r k : Nat) (args : List Nat) (go : List Nat → List Nat → List Nat → Bool) : Bool :=
  Nat.force (onesOf L (Nat.mul n r)) fun one => Nat.force (Nat.mul L n) fun size => Nat.force (packList size args) fun Y =>
  lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 k) 1) one) Y && Nat.force (lanesLow c (Nat.sub k c.half) one Y) fun X =>
  Nat.force (lanesHigh c error one X) fun Z =>
  forceList (unpack size r Y) fun args => forceList (unpack size r X) fun lows => forceList (unpack size r Z) fun highs => go args lows highs

/-- Are lanes of `L` bits wide enough for arguments of `k` bits? -/
def ExpForm.lanesFit (c : ExpForm) (L k : Nat) : Bool :=
  (c.fit && Nat.ble (Nat.add (Nat.add c.prec c.prec) 3) L) && (Nat.ble (Nat.sub k c.half) c.prec && Nat.ble (Nat.add c.half (Nat.sub k c.half)) L)

end

theorem lanesLowSteps_succ (P one mask full Y r k lo X : Nat) : lanesLowSteps P one mask full Y (r + 1) k lo X =
    lanesLowSteps P one mask full Y r (k + 1) (squareLow (2 * P) lo)
      (X - lanesSelect full (lanesShift one k Y) (X - lanesShift mask P (lo / 2 ^ P * X))) := by
  show Nat.force k (fun k => Nat.force lo fun lo => Nat.force (Nat.sub X (lanesSelect full (lanesShift one k Y)
    (Nat.sub X (lanesShift mask P (Nat.mul (Nat.shiftRight lo P) X))))) fun X =>
      lanesLowSteps P one mask full Y r (Nat.succ k) (squareLow (Nat.mul 2 P) lo) X) = _
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  rfl

section
variable {L n : Nat}

/-- The steps, lane by lane. -/
theorem lanesLowSteps_pack {P : Nat} (hL : P + 1 + P ≤ L) {x y : Nat → Nat} (hx : ∀ j, j < n → x j < 2 ^ (P + 1))
    (hy : ∀ j, j < n → y j < 2 ^ L) {r k : Nat} (hk : k + r ≤ L) {lo : Nat} (hlo : lo ≤ 2 ^ (2 * P)) :
    lanesLowSteps P (ones L n) ((2 ^ (P + 1) - 1) * ones L n) (2 ^ (P + 1) - 1) (pack L n y) r k lo (pack L n x) =
      pack L n fun j => expLowSteps P r lo (x j) (y j / 2 ^ k) := by
  induction r generalizing x k lo with
  | zero => rfl
  | succ r ih =>
    have hP : P + 1 ≤ L := Nat.le_trans (Nat.le_add_right _ _) hL
    have hk1 : 1 + k ≤ L := by
      refine Nat.le_trans ?_ hk
      rw [Nat.add_comm]
      exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le r)) k
    have less (x : Nat) : lo / 2 ^ P * x / 2 ^ P ≤ x := Nat.div_le_of_le_mul (Nat.mul_le_mul_right x (half_le hlo))
    have scaled : ∀ j, j < n → lo / 2 ^ P * x j < 2 ^ L := fun j hj => by
      refine Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ (half_le hlo))
        (Nat.mul_lt_mul_of_pos_left (hx j hj) (Nat.two_pow_pos P))) ?_
      rw [← Nat.pow_add]
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.add_comm P _ ▸ hL)
    have cut : ∀ j, j < n → lo / 2 ^ P * x j / 2 ^ P % 2 ^ (P + 1) = lo / 2 ^ P * x j / 2 ^ P := fun j hj =>
      Nat.mod_eq_of_lt (Nat.lt_of_le_of_lt (less (x j)) (hx j hj))
    have bits : lanesShift (ones L n) k (pack L n y) = pack L n fun j => y j / 2 ^ k % 2 := by
      rw [show ones L n = (2 ^ 1 - 1) * ones L n from (Nat.one_mul _).symm]
      exact lanesShift_pack hk1 hy
    have drop : ∀ j, j < n → y j / 2 ^ k % 2 * (x j - lo / 2 ^ P * x j / 2 ^ P) ≤ x j := fun j _ => by
      refine Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_of_lt_succ (Nat.mod_lt _ Nat.two_pos))) ?_
      rw [Nat.one_mul]
      exact Nat.sub_le _ _
    rw [lanesLowSteps_succ, mul_pack, lanesShift_pack hL scaled, bits, pack_congr L cut, pack_sub L fun j _ => less (x j),
      lanesSelect_pack hP (fun j _ => Nat.mod_lt _ Nat.two_pos) fun j hj => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hx j hj),
      pack_sub L drop, ih (fun j hj => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hx j hj)) (by rw [Nat.add_assoc, Nat.add_comm 1]; exact hk)
        (squareLow_le hlo)]
    refine pack_congr L fun j _ => ?_
    rw [expLowSteps_succ, Nat.pow_succ, ← Nat.div_div_eq_div_mul]

/-- What `lanesFit` checks. -/
structure ExpForm.Roomy (c : ExpForm) (L k : Nat) : Prop where
  fit : c.fit = true
  width : c.prec + c.prec + 3 ≤ L
  high : k - c.half ≤ c.prec
  bits : c.half + (k - c.half) ≤ L

theorem ExpForm.roomy {c : ExpForm} {k : Nat} (h : c.lanesFit L k = true) : c.Roomy L k :=
  ⟨Bool.and_left (Bool.and_left h), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)),
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right h)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))⟩

namespace ExpForm.Roomy
variable {c : ExpForm} {k : Nat} (h : c.Roomy L k)
include h

theorem pos : 0 < L := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) h.width

theorem product : c.prec + 1 + c.prec ≤ L := by
  refine Nat.le_trans ?_ h.width
  rw [Nat.add_right_comm]
  exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le 2)) _

theorem bound_lt {x : Nat} (hx : x < 2 ^ (c.prec + 1)) : x < 2 ^ L :=
  Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_add_right _ _) h.product))

theorem arg : k ≤ c.half + (k - c.half) :=
  have _ := h
  Nat.sub_le_iff_le_add'.mp (Nat.le_refl _)

theorem arg_lt {y : Nat} (hy : y < 2 ^ k) : y < 2 ^ (c.half + (k - c.half)) := Nat.lt_of_lt_of_le hy (Nat.pow_le_pow_right Nat.two_pos h.arg)

/-- The lower bounds, lane by lane. -/
theorem low_pack {y : Nat → Nat} (hy : ∀ j, j < n → y j < 2 ^ L) :
    lanesLow c (k - c.half) (ones L n) (pack L n y) = pack L n fun j => c.lower (k - c.half) (y j) := by
  have hhalf : c.half + 0 ≤ L := Nat.le_trans (Nat.le_add_right _ _) h.bits
  unfold lanesLow
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  have low : lanesShift (Nat.mul (Nat.sub (Nat.pow 2 c.half) 1) (ones L n)) 0 (pack L n y) = pack L n fun j => y j % 2 ^ c.half := by
    refine (lanesShift_pack hhalf hy).trans (pack_congr L fun j _ => ?_)
    rw [Nat.pow_zero, Nat.div_one]
  have room (z : Nat) (hz : z < 2 ^ c.half) : c.unit * z ≤ 2 ^ c.prec - c.unit := by
    refine Nat.le_sub_of_add_le ?_
    rw [← Nat.mul_succ]
    refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.succ_le_of_lt hz)) ?_
    show 2 ^ (c.prec - 2 * c.half) * 2 ^ c.half ≤ _
    rw [← Nat.pow_add]
    refine Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.add_le_add_left ?_ _) (Nat.le_of_eq (Nat.sub_add_cancel (fit_spec h.fit).right.left)))
    rw [Nat.two_mul]
    exact Nat.le_add_left _ _
  have start : Nat.sub (Nat.mul (Nat.sub (Nat.pow 2 c.prec) c.unit) (ones L n)) (Nat.mul c.unit (pack L n fun j => y j % 2 ^ c.half)) =
      pack L n fun j => c.start (y j % 2 ^ c.half) := by
    show (2 ^ c.prec - c.unit) * ones L n - c.unit * (pack L n fun j => y j % 2 ^ c.half) = _
    rw [mul_ones, mul_pack]
    exact pack_sub L fun j _ => room _ (Nat.mod_lt _ (Nat.two_pow_pos _))
  rw [low, start]
  refine lanesLowSteps_pack h.product (fun j _ => ?_) hy h.bits low_le_one
  exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (Nat.sub_le _ _)) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))

/-- The upper bounds, lane by lane. -/
theorem high_pack {x : Nat → Nat} (hx : ∀ j, j < n → x j ≤ 2 ^ c.prec) :
    lanesHigh c c.error (ones L n) (pack L n x) = pack L n fun j => c.upperOf c.error (x j) := by
  have top := (fit_spec h.fit).right.right
  -- The sum of the two is below two, and so is each.
  have sum (j : Nat) (hj : j < n) : x j + c.error + 4 * c.unit * (x j + c.error) / 2 ^ c.prec < 2 ^ (c.prec + 1) :=
    Nat.lt_of_succ_lt (Nat.lt_of_le_of_lt (c.upperOf_mono c.error (hx j hj)) top)
  have fraction (j : Nat) (hj : j < n) : 4 * c.unit * (x j + c.error) / 2 ^ c.prec < 2 ^ (c.prec + 1) :=
    Nat.lt_of_le_of_lt (Nat.le_add_left _ _) (sum j hj)
  have wide (j : Nat) (hj : j < n) : 4 * c.unit * (x j + c.error) < 2 ^ L := by
    have e := (Nat.div_lt_iff_lt_mul (Nat.two_pow_pos c.prec)).mp (fraction j hj)
    rw [← Nat.pow_add] at e
    exact Nat.lt_of_lt_of_le e (Nat.pow_le_pow_right Nat.two_pos h.product)
  unfold lanesHigh
  rw [Nat.force_eq]
  show pack L n x + c.error * ones L n + lanesShift ((2 ^ (c.prec + 1) - 1) * ones L n) c.prec (4 * c.unit * (pack L n x + c.error * ones L n)) +
    ones L n = _
  rw [mul_ones, pack_add, mul_pack, lanesShift_pack h.product wide, pack_add]
  refine (pack_add L n _ fun _ => 1).trans (pack_congr L fun j hj => ?_)
  rw [Nat.mod_eq_of_lt (fraction j hj)]
  rfl

end ExpForm.Roomy

/-- What `sideRows` goes on with: rows of `n` arguments below `2^k`, and of their bounds. -/
theorem of_sideRows {c : ExpForm} {r k : Nat} (fit : c.Roomy L k) {args : List Nat} {go : List Nat → List Nat → List Nat → Bool}
    (h : sideRows c c.error L n r k args go = true) :
    ∃ ys : List Nat, ∃ lows : List Nat, ∃ highs : List Nat, (∀ q, q < r → ∃ y : Nat → Nat, (∀ j, j < n → y j < 2 ^ k) ∧ ys.getD q 0 = pack L n y ∧
      lows.getD q 0 = (pack L n fun j => (c.bounds (y j)).1) ∧ highs.getD q 0 = pack L n fun j => (c.bounds (y j)).2) ∧ go ys lows highs = true := by
  unfold sideRows at h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceList_eq, onesOf_eq fit.pos] at h
  have within := of_lanesWithin (Nat.le_trans fit.arg fit.bits) (Bool.and_left h)
  have wide (j : Nat) (_ : j < n * r) : digit L (packList (L * n) args) j < 2 ^ L := Nat.mod_lt _ (Nat.two_pow_pos L)
  have bounds (j : Nat) (hj : j < n * r) := ExpForm.bounds_eq fit.fit (fit.arg_lt (within.right j hj)) fit.high
  have lower := (congrArg (lanesLow c (k - c.half) (ones L (n * r))) within.left).trans (fit.low_pack wide)
  have upper := (congrArg (lanesHigh c c.error (ones L (n * r))) lower).trans (fit.high_pack fun j _ => c.lower_le _ _)
  refine ⟨_, _, _, fun q hq => ?_, Bool.and_right h⟩
  have inside (j : Nat) (hj : j < n) : n * q + j < n * r :=
    Nat.lt_of_lt_of_le (Nat.add_lt_add_left hj _) (Nat.mul_le_mul_left n (Nat.succ_le_of_lt hq))
  refine ⟨fun j => digit L (packList (L * n) args) (n * q + j), fun j hj => within.right _ (inside j hj), ?_, ?_, ?_⟩
  · exact (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) within.left).trans (digit_row wide hq))
  · refine (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) lower).trans ((digit_row (fun j _ => ?_) hq).trans ?_))
    · exact fit.bound_lt (c.lower_lt _ _)
    · exact pack_congr L fun j hj => (congrArg Prod.fst (bounds _ (inside j hj))).symm
  · refine (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) upper).trans ((digit_row (fun j _ => ?_) hq).trans ?_))
    · exact fit.bound_lt (ExpForm.upper_lt fit.fit _ _)
    · exact pack_congr L fun j hj => (congrArg Prod.snd (bounds _ (inside j hj))).symm

/-- Bounds are less than two. -/
theorem ExpForm.bounds_lt {c : ExpForm} {L k y : Nat} (fit : c.Roomy L k) (hy : y < 2 ^ k) :
    (c.bounds y).1 < 2 ^ (c.prec + 1) ∧ (c.bounds y).2 < 2 ^ (c.prec + 1) := by
  rw [ExpForm.bounds_eq fit.fit (fit.arg_lt hy) fit.high]
  exact ⟨c.lower_lt _ _, ExpForm.upper_lt fit.fit _ _⟩

end
end Compact
