prelude
import Compact.Field.ExpSides
import Compact.Packed.ExpRows
/-!
# Exponentials of a whole matrix, from both sides

`lanesLow` evaluates `ExpParams.lower` for all lanes, as `lanesUpper` evaluates `ExpParams.upper` (`Packed/ExpLanes.lean`).  `sideRows` joins
rows of arguments, bounds the exponentials of all lanes and cuts the bounds into rows again.
-/
namespace Compact
noncomputable section

/-- Multiply the lanes of `X` by the lower constant of each of `r` bits of the lanes of `Y`, from the bit `k` on, where it is set. -/
def lanesStepsLow (P one mask full Y r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ _ X => X)
    (fun _ ih k lo X => Nat.force k fun k => Nat.force lo fun lo =>
      Nat.force (Nat.sub X (lanesSelect full (lanesShift one k Y) (Nat.sub X (lanesShift mask P (Nat.mul lo X))))) fun X =>
      ih (Nat.succ k) (squareLow P lo) X) r

/-- The lower bounds of the exponentials of the lanes of `Y`; `one` has a one in every lane. -/
def lanesLow (c : ExpParams) (one Y : Nat) : Nat :=
  Nat.force c.prec fun P => Nat.force c.half fun half => Nat.force (Nat.sub (Nat.pow 2 (Nat.succ P)) 1) fun full =>
  Nat.force (Nat.mul full one) fun mask =>
  Nat.force (Nat.sub (Nat.mul (Nat.sub (Nat.pow 2 P) c.unit) one)
    (Nat.mul c.unit (lanesShift (Nat.mul (Nat.sub (Nat.pow 2 half) 1) one) 0 Y))) fun X =>
  lanesStepsLow P one mask full Y c.high half c.low X

/-- Bounds of the exponentials of `r` rows of `n` arguments of `k` bits, in lanes of `L` bits; goes on with rows of arguments, lower and
upper bounds. -/
def sideRows (c : ExpParams) (L n r k : Nat) (args : List Nat) (go : List Nat → List Nat → List Nat → Bool) : Bool :=
  Nat.force (onesOf L (Nat.mul n r)) fun one => Nat.force (Nat.mul L n) fun size => Nat.force (packList size args) fun Y =>
  lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 k) 1) one) Y && Nat.force (lanesUpper c one Y) fun X => Nat.force (lanesLow c one Y) fun W =>
  forceList (unpack size r Y) fun args => forceList (unpack size r W) fun lows => forceList (unpack size r X) fun highs => go args lows highs

end

section
variable {L n : Nat} {c : ExpParams}

theorem lanesStepsLow_succ (P one mask full Y r k lo X : Nat) : lanesStepsLow P one mask full Y (r + 1) k lo X =
    lanesStepsLow P one mask full Y r (k + 1) (squareLow P lo)
      (X - lanesSelect full (lanesShift one k Y) (X - lanesShift mask P (lo * X))) := by
  show Nat.force k (fun k => Nat.force lo fun lo => Nat.force (Nat.sub X (lanesSelect full (lanesShift one k Y)
    (Nat.sub X (lanesShift mask P (Nat.mul lo X))))) fun X => lanesStepsLow P one mask full Y r (Nat.succ k) (squareLow P lo) X) = _
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  rfl

/-- A constant of at most one makes nothing greater. -/
theorem low_step_le {P lo : Nat} (h : lo ≤ 2 ^ P) (x : Nat) : lo * x / 2 ^ P ≤ x :=
  Nat.div_le_of_le_mul (Nat.mul_le_mul_right x h)

theorem squareLow_le {P lo : Nat} (h : lo ≤ 2 ^ P) : squareLow P lo ≤ 2 ^ P := Nat.le_trans (low_step_le h lo) h

theorem repeated_le {P lo : Nat} (h : lo ≤ 2 ^ P) (k : Nat) : repeated (squareLow P) k lo ≤ 2 ^ P := by
  induction k with
  | zero => exact h
  | succ k ih => exact squareLow_le ih

theorem ExpParams.low_le_one (c : ExpParams) : c.low ≤ 2 ^ c.prec := repeated_le (Nat.sub_le _ _) _

/-- The steps, lane by lane. -/
theorem lanesStepsLow_pack {P : Nat} (hL : P + 1 + P ≤ L) {x y : Nat → Nat} (hx : ∀ j, j < n → x j < 2 ^ (P + 1))
    (hy : ∀ j, j < n → y j < 2 ^ L) {r k : Nat} (hk : k + r ≤ L) {lo : Nat} (hlo : lo ≤ 2 ^ P) :
    lanesStepsLow P (ones L n) ((2 ^ (P + 1) - 1) * ones L n) (2 ^ (P + 1) - 1) (pack L n y) r k lo (pack L n x) =
      pack L n fun j => expStepsLow P r lo (x j) (y j / 2 ^ k) := by
  induction r generalizing x k lo with
  | zero => rfl
  | succ r ih =>
    have hP : P + 1 ≤ L := Nat.le_trans (Nat.le_add_right _ _) hL
    have hk1 : 1 + k ≤ L := by
      refine Nat.le_trans ?_ hk
      rw [Nat.add_comm]
      exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le r)) k
    have scaled : ∀ j, j < n → lo * x j < 2 ^ L := fun j hj => by
      refine Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ hlo)
        (Nat.mul_lt_mul_of_pos_left (hx j hj) (Nat.two_pow_pos P))) ?_
      rw [← Nat.pow_add]
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.add_comm P _ ▸ hL)
    have cut : ∀ j, j < n → lo * x j / 2 ^ P % 2 ^ (P + 1) = lo * x j / 2 ^ P := fun j hj =>
      Nat.mod_eq_of_lt (Nat.lt_of_le_of_lt (low_step_le hlo (x j)) (hx j hj))
    have bits : lanesShift (ones L n) k (pack L n y) = pack L n fun j => y j / 2 ^ k % 2 := by
      rw [show ones L n = (2 ^ 1 - 1) * ones L n from (Nat.one_mul _).symm]
      exact lanesShift_pack hk1 hy
    have drop : ∀ j, j < n → y j / 2 ^ k % 2 * (x j - lo * x j / 2 ^ P) ≤ x j := fun j _ => by
      refine Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_of_lt_succ (Nat.mod_lt _ Nat.two_pos))) ?_
      rw [Nat.one_mul]
      exact Nat.sub_le _ _
    rw [lanesStepsLow_succ, mul_pack, lanesShift_pack hL scaled, bits, pack_congr L cut, pack_sub L fun j _ => low_step_le hlo (x j),
      lanesSelect_pack hP (fun j _ => Nat.mod_lt _ Nat.two_pos) fun j hj => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hx j hj),
      pack_sub L drop, ih (fun j hj => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hx j hj)) (by rw [Nat.add_assoc, Nat.add_comm 1]; exact hk)
        (squareLow_le hlo)]
    refine pack_congr L fun j _ => ?_
    rw [expStepsLow_succ, Nat.pow_succ, ← Nat.div_div_eq_div_mul]

theorem expStepsLow_self_le (P r lo x y : Nat) : expStepsLow P r lo x y ≤ x := by
  induction r generalizing lo x y with
  | zero => exact Nat.le_refl x
  | succ r ih => rw [expStepsLow_succ]; exact Nat.le_trans (ih _ _ _) (Nat.sub_le _ _)

/-- A lower bound is at most one. -/
theorem ExpParams.lower_lt (c : ExpParams) (y : Nat) : c.lower y < 2 ^ (c.prec + 1) := by
  refine Nat.lt_of_le_of_lt (expStepsLow_self_le _ _ _ _ _) ?_
  exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (Nat.sub_le _ _)) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))

/-- Are lanes of `L` bits wide enough, and arguments of `k` bits small enough? -/
noncomputable def ExpParams.sidesFit (c : ExpParams) (L k : Nat) : Bool :=
  (c.fit && Nat.ble (Nat.add (Nat.add c.prec c.prec) 3) L) && (Nat.ble (Nat.add c.half c.high) L && Nat.ble k (Nat.add c.half c.high))

/-- What `sidesFit` checks. -/
structure ExpParams.Roomy (c : ExpParams) (L k : Nat) : Prop where
  fit : c.fit = true
  width : c.prec + c.prec + 3 ≤ L
  bits : c.half + c.high ≤ L
  arg : k ≤ c.half + c.high

theorem ExpParams.roomy {L k : Nat} (h : c.sidesFit L k = true) : c.Roomy L k :=
  ⟨Bool.and_left (Bool.and_left h), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)),
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right h)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))⟩

namespace ExpParams.Roomy
variable {k : Nat} (h : c.Roomy L k)
include h

theorem pos : 0 < L := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) h.width

theorem product : c.prec + 1 + c.prec ≤ L := by
  refine Nat.le_trans ?_ h.width
  rw [Nat.add_right_comm]
  exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le 2)) _

theorem bound_lt {x : Nat} (hx : x < 2 ^ (c.prec + 1)) : x < 2 ^ L :=
  Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_add_right _ _) h.product))

/-- The upper bounds, lane by lane. -/
theorem upper_pack {y : Nat → Nat} (hy : ∀ j, j < n → y j < 2 ^ L) :
    lanesUpper c (ones L n) (pack L n y) = pack L n fun j => c.upper (y j) := by
  have hhalf : c.half + 0 ≤ L := Nat.le_trans (Nat.le_add_right _ _) h.bits
  unfold lanesUpper
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  have low : lanesShift (Nat.mul (Nat.sub (Nat.pow 2 c.half) 1) (ones L n)) 0 (pack L n y) = pack L n fun j => y j % 2 ^ c.half := by
    refine (lanesShift_pack hhalf hy).trans (pack_congr L fun j _ => ?_)
    rw [Nat.pow_zero, Nat.div_one]
  have start : Nat.sub (Nat.mul (Nat.add (Nat.pow 2 c.prec) c.unit) (ones L n)) (Nat.mul c.unit (pack L n fun j => y j % 2 ^ c.half)) =
      pack L n fun j => c.start (y j % 2 ^ c.half) := by
    show (2 ^ c.prec + c.unit) * ones L n - c.unit * (pack L n fun j => y j % 2 ^ c.half) = _
    rw [mul_ones, mul_pack]
    exact pack_sub L fun j _ => Nat.le_add_right_of_le (ExpParams.unit_mul_le h.fit (Nat.mod_lt _ (Nat.two_pow_pos _)))
  rw [low, start]
  refine lanesSteps_pack h.product (fun j _ => ?_) hy h.bits c.top
  refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
  rw [Nat.two_pow_succ]
  exact Nat.add_lt_add_left (ExpParams.unit_lt h.fit) _

/-- The lower bounds, lane by lane. -/
theorem lower_pack {y : Nat → Nat} (hy : ∀ j, j < n → y j < 2 ^ L) :
    lanesLow c (ones L n) (pack L n y) = pack L n fun j => c.lower (y j) := by
  have hhalf : c.half + 0 ≤ L := Nat.le_trans (Nat.le_add_right _ _) h.bits
  unfold lanesLow
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  have low : lanesShift (Nat.mul (Nat.sub (Nat.pow 2 c.half) 1) (ones L n)) 0 (pack L n y) = pack L n fun j => y j % 2 ^ c.half := by
    refine (lanesShift_pack hhalf hy).trans (pack_congr L fun j _ => ?_)
    rw [Nat.pow_zero, Nat.div_one]
  have room (z : Nat) (hz : z < 2 ^ c.half) : c.unit * z ≤ 2 ^ c.prec - c.unit := by
    refine Nat.le_sub_of_add_le ?_
    rw [← Nat.mul_succ]
    match ExpParams.fit_spec h.fit with
    | ⟨_, two, _⟩ =>
      refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.succ_le_of_lt hz)) ?_
      show 2 ^ (c.prec - 2 * c.half) * 2 ^ c.half ≤ _
      rw [← Nat.pow_add]
      refine Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.add_le_add_left ?_ _) (Nat.le_of_eq (Nat.sub_add_cancel two)))
      rw [Nat.two_mul]
      exact Nat.le_add_left _ _
  have start : Nat.sub (Nat.mul (Nat.sub (Nat.pow 2 c.prec) c.unit) (ones L n)) (Nat.mul c.unit (pack L n fun j => y j % 2 ^ c.half)) =
      pack L n fun j => c.startLow (y j % 2 ^ c.half) := by
    show (2 ^ c.prec - c.unit) * ones L n - c.unit * (pack L n fun j => y j % 2 ^ c.half) = _
    rw [mul_ones, mul_pack]
    exact pack_sub L fun j _ => room _ (Nat.mod_lt _ (Nat.two_pow_pos _))
  rw [low, start]
  refine lanesStepsLow_pack h.product (fun j _ => ?_) hy h.bits c.low_le_one
  exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (Nat.sub_le _ _)) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))

end ExpParams.Roomy

/-- What `sideRows` goes on with: rows of `n` arguments below `2^k`, and of their bounds. -/
theorem of_sideRows {r k : Nat} (fit : c.Roomy L k) {args : List Nat} {go : List Nat → List Nat → List Nat → Bool}
    (h : sideRows c L n r k args go = true) :
    ∃ ys : List Nat, ∃ lows : List Nat, ∃ highs : List Nat, (∀ q, q < r → ∃ y : Nat → Nat, (∀ j, j < n → y j < 2 ^ k) ∧ ys.getD q 0 = pack L n y ∧
      lows.getD q 0 = (pack L n fun j => c.lower (y j)) ∧ highs.getD q 0 = pack L n fun j => c.upper (y j)) ∧ go ys lows highs = true := by
  unfold sideRows at h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceList_eq, onesOf_eq fit.pos] at h
  have within := of_lanesWithin (Nat.le_trans fit.arg fit.bits) (Bool.and_left h)
  have wide (j : Nat) (_ : j < n * r) : digit L (packList (L * n) args) j < 2 ^ L := Nat.mod_lt _ (Nat.two_pow_pos L)
  have upper := (congrArg (lanesUpper c (ones L (n * r))) within.left).trans (fit.upper_pack wide)
  have lower := (congrArg (lanesLow c (ones L (n * r))) within.left).trans (fit.lower_pack wide)
  refine ⟨_, _, _, fun q hq => ?_, Bool.and_right h⟩
  refine ⟨fun j => digit L (packList (L * n) args) (n * q + j), fun j hj => within.right _ ?_, ?_, ?_, ?_⟩
  · exact Nat.lt_of_lt_of_le (Nat.add_lt_add_left hj _) (Nat.mul_le_mul_left n (Nat.succ_le_of_lt hq))
  · exact (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) within.left).trans (digit_row wide hq))
  · refine (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) lower).trans (digit_row (fun j _ => ?_) hq))
    exact fit.bound_lt (c.lower_lt _)
  · refine (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) upper).trans (digit_row (fun j _ => ?_) hq))
    exact fit.bound_lt (ExpParams.upper_lt fit.fit _)

end
end Compact
