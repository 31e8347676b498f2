prelude
import Compact.Field.ExpBits
import Compact.Packed.Lanewise
/-!
# Exponentials of all lanes at once

`lanesUpper` evaluates `ExpParams.upper`, and `lanesLower` the lower bounds from it, for all lanes of a packed number of arguments: seven
operations on the whole number for each of the high bits of an argument.  `lanesUpper_pack` and `lanesLower_pack` say so; what the
bounds mean is `ExpParams.bounds`.
-/
namespace Compact
noncomputable section

/-- Multiply the lanes of `X` by the constant of each of `r` bits of the lanes of `Y`, from the bit `k` on, where it is set. -/
def lanesSteps (P one mask full Y r : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat) (fun _ _ X => X)
    (fun _ ih k hi X => Nat.force k fun k => Nat.force hi fun hi =>
      Nat.force (Nat.sub X (lanesSelect full (lanesShift one k Y) (lanesShift mask P (Nat.mul (Nat.sub (Nat.pow 2 P) hi) X)))) fun X =>
      ih (Nat.succ k) (squareHigh P hi) X) r

/-- The upper bounds of the exponentials of the lanes of `Y`; `one` has a one in every lane. -/
def lanesUpper (c : ExpParams) (one Y : Nat) : Nat :=
  Nat.force c.prec fun P => Nat.force c.half fun half => Nat.force (Nat.sub (Nat.pow 2 (Nat.succ P)) 1) fun full =>
  Nat.force (Nat.mul full one) fun mask =>
  Nat.force (Nat.sub (Nat.mul (Nat.add (Nat.pow 2 P) c.unit) one)
    (Nat.mul c.unit (lanesShift (Nat.mul (Nat.sub (Nat.pow 2 half) 1) one) 0 Y))) fun X =>
  lanesSteps P one mask full Y c.high half c.top X

/-- The lower bounds, from the upper ones; `tops` has the top bit of each lane, `low` is the number of bits below it. -/
def lanesLower (c : ExpParams) (one tops low X : Nat) : Nat :=
  lanesShift (Nat.mul (Nat.sub (Nat.pow 2 (Nat.succ c.prec)) 1) one) c.prec
    (Nat.mul c.ratio (lanesMonus tops low X (Nat.mul c.high one)))

/-- Are lanes of `L` bits wide enough? -/
def ExpParams.lanesFit (c : ExpParams) (L : Nat) : Bool :=
  (c.fit && Nat.ble (Nat.add (Nat.add c.prec c.prec) 3) L) && (Nat.ble c.ratio (Nat.pow 2 c.prec) && Nat.ble c.high (Nat.pow 2 c.prec))

end

section
variable {L n : Nat}

theorem lanesSteps_succ (P one mask full Y r k hi X : Nat) : lanesSteps P one mask full Y (r + 1) k hi X =
    lanesSteps P one mask full Y r (k + 1) (squareHigh P hi)
      (X - lanesSelect full (lanesShift one k Y) (lanesShift mask P ((2 ^ P - hi) * X))) := by
  show Nat.force k (fun k => Nat.force hi fun hi => Nat.force (Nat.sub X (lanesSelect full (lanesShift one k Y)
    (lanesShift mask P (Nat.mul (Nat.sub (Nat.pow 2 P) hi) X)))) fun X =>
      lanesSteps P one mask full Y r (Nat.succ k) (squareHigh P hi) X) = _
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  rfl

/-- The steps, lane by lane. -/
theorem lanesSteps_pack {P : Nat} (hL : P + 1 + P ≤ L) {x y : Nat → Nat} (hx : ∀ j, j < n → x j < 2 ^ (P + 1))
    (hy : ∀ j, j < n → y j < 2 ^ L) {r k : Nat} (hk : k + r ≤ L) (hi : Nat) :
    lanesSteps P (ones L n) ((2 ^ (P + 1) - 1) * ones L n) (2 ^ (P + 1) - 1) (pack L n y) r k hi (pack L n x) =
      pack L n fun j => expSteps P r hi (x j) (y j / 2 ^ k) := by
  induction r generalizing x k hi with
  | zero => rfl
  | succ r ih =>
    have hP : P + 1 ≤ L := Nat.le_trans (Nat.le_add_right _ _) hL
    have hk1 : 1 + k ≤ L := by
      refine Nat.le_trans ?_ hk
      rw [Nat.add_comm]
      exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le r)) k
    have one : ones L n = (2 ^ 1 - 1) * ones L n := (Nat.one_mul _).symm
    have scaled : ∀ j, j < n → (2 ^ P - hi) * x j < 2 ^ L := fun j hj => by
      refine Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ (Nat.sub_le _ _))
        (Nat.mul_lt_mul_of_pos_left (hx j hj) (Nat.two_pow_pos P))) ?_
      rw [← Nat.pow_add]
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.add_comm P _ ▸ hL)
    have cut : ∀ j, j < n → (2 ^ P - hi) * x j / 2 ^ P % 2 ^ (P + 1) = (2 ^ P - hi) * x j / 2 ^ P := fun j hj =>
      Nat.mod_eq_of_lt (Nat.lt_of_le_of_lt (step_le_self P hi (x j)) (hx j hj))
    have bits : lanesShift (ones L n) k (pack L n y) = pack L n fun j => y j / 2 ^ k % 2 := by
      rw [one]
      exact lanesShift_pack hk1 hy
    have drop : ∀ j, j < n → y j / 2 ^ k % 2 * ((2 ^ P - hi) * x j / 2 ^ P) ≤ x j := fun j hj => by
      refine Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_of_lt_succ (Nat.mod_lt _ Nat.two_pos))) ?_
      rw [Nat.one_mul]
      exact step_le_self P hi (x j)
    rw [lanesSteps_succ, mul_pack, lanesShift_pack hL scaled, bits, pack_congr L cut,
      lanesSelect_pack hP (fun j _ => Nat.mod_lt _ Nat.two_pos) fun j hj => Nat.lt_of_le_of_lt (step_le_self P hi (x j)) (hx j hj),
      pack_sub L drop, ih (fun j hj => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hx j hj)) (by rw [Nat.add_assoc, Nat.add_comm 1]; exact hk)]
    refine pack_congr L fun j _ => ?_
    rw [expSteps_succ, Nat.pow_succ, ← Nat.div_div_eq_div_mul]

variable {c : ExpParams}

theorem ExpParams.unit_mul_le (h : c.fit = true) {y : Nat} (hy : y < 2 ^ c.half) : c.unit * y ≤ 2 ^ c.prec := by
  have h2 := (ExpParams.fit_spec h).right.left
  refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.le_of_lt hy)) ?_
  show 2 ^ (c.prec - 2 * c.half) * 2 ^ c.half ≤ _
  rw [← Nat.pow_add]
  refine Nat.pow_le_pow_right Nat.two_pos ?_
  refine Nat.le_trans (Nat.add_le_add_left (m := 2 * c.half) ?_ _) (Nat.le_of_eq (Nat.sub_add_cancel h2))
  rw [Nat.two_mul]
  exact Nat.le_add_left _ _

theorem ExpParams.unit_lt (h : c.fit = true) : c.unit < 2 ^ c.prec := by
  match ExpParams.fit_spec h with
  | ⟨h1, h2, _⟩ =>
    have pos : 0 < 2 * c.half := Nat.mul_pos Nat.two_pos h1
    exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.sub_lt (Nat.lt_of_lt_of_le pos h2) pos)

/-- What `lanesFit` checks. -/
theorem ExpParams.lanesFit_spec (h : c.lanesFit L = true) :
    c.fit = true ∧ c.prec + c.prec + 3 ≤ L ∧ c.ratio ≤ 2 ^ c.prec ∧ c.high ≤ 2 ^ c.prec :=
  ⟨Bool.and_left (Bool.and_left h), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)),
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right h)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))⟩

theorem expSteps_le (P r hi x y : Nat) : expSteps P r hi x y ≤ x := by
  induction r generalizing hi x y with
  | zero => exact Nat.le_refl x
  | succ r ih => rw [expSteps_succ]; exact Nat.le_trans (ih _ _ _) (Nat.sub_le _ _)

/-- An upper bound is less than two. -/
theorem ExpParams.upper_lt (h : c.fit = true) (y : Nat) : c.upper y < 2 ^ (c.prec + 1) := by
  refine Nat.lt_of_le_of_lt (Nat.le_trans (expSteps_le _ _ _ _ _) (Nat.sub_le _ _)) ?_
  rw [Nat.two_pow_succ]
  exact Nat.add_lt_add_left (ExpParams.unit_lt h) _

/-- The upper bounds, lane by lane. -/
theorem lanesUpper_pack (fit : c.lanesFit L = true) (hhigh : c.half + c.high ≤ L) {y : Nat → Nat}
    (hy : ∀ j, j < n → y j < 2 ^ L) : lanesUpper c (ones L n) (pack L n y) = pack L n fun j => c.upper (y j) := by
  match ExpParams.lanesFit_spec fit with
  | ⟨hfit, hL, _, _⟩ =>
    have hhalf : c.half + 0 ≤ L := Nat.le_trans (Nat.le_add_right _ _) hhigh
    have width : c.prec + 1 + c.prec ≤ L := by
      refine Nat.le_trans ?_ hL
      rw [Nat.add_right_comm]
      exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le 2)) _
    unfold lanesUpper
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    have low : lanesShift (Nat.mul (Nat.sub (Nat.pow 2 c.half) 1) (ones L n)) 0 (pack L n y) =
        pack L n fun j => y j % 2 ^ c.half := by
      refine (lanesShift_pack hhalf hy).trans (pack_congr L fun j _ => ?_)
      rw [Nat.pow_zero, Nat.div_one]
    rw [low]
    have start : Nat.sub (Nat.mul (Nat.add (Nat.pow 2 c.prec) c.unit) (ones L n)) (Nat.mul c.unit (pack L n fun j => y j % 2 ^ c.half)) =
        pack L n fun j => c.start (y j % 2 ^ c.half) := by
      show (2 ^ c.prec + c.unit) * ones L n - c.unit * (pack L n fun j => y j % 2 ^ c.half) = _
      rw [mul_ones, mul_pack]
      refine pack_sub L fun j _ => Nat.le_add_right_of_le ?_
      exact ExpParams.unit_mul_le hfit (Nat.mod_lt _ (Nat.two_pow_pos _))
    rw [start]
    refine lanesSteps_pack width (fun j _ => ?_) hy hhigh c.top
    refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
    rw [Nat.two_pow_succ]
    exact Nat.add_lt_add_left (ExpParams.unit_lt hfit) _

/-- The lower bounds, lane by lane. -/
theorem lanesLower_pack (fit : c.lanesFit L = true) {x : Nat → Nat} (hx : ∀ j, j < n → x j < 2 ^ (c.prec + 1)) :
    lanesLower c (ones L n) (2 ^ (L - 1) * ones L n) (L - 1) (pack L n x) = pack L n fun j => c.lowerOf (x j) := by
  match ExpParams.lanesFit_spec fit with
  | ⟨_, hL, hratio, hhigh⟩ =>
    have hL' : c.prec + c.prec + 2 ≤ L - 1 := Nat.le_sub_of_add_le hL
    have pos : 0 < L := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
    have width : c.prec + 1 + c.prec ≤ L := by
      refine Nat.le_trans ?_ hL
      rw [Nat.add_right_comm]
      exact Nat.add_le_add_left (Nat.succ_le_succ (Nat.zero_le 2)) _
    have lane {v : Nat} (h : v < 2 ^ (c.prec + 1)) : v < 2 ^ (L - 1) := by
      refine Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans ?_ hL'))
      exact Nat.add_le_add (Nat.le_add_right _ _) (Nat.le_succ 1)
    have high : c.high < 2 ^ (c.prec + 1) := Nat.lt_of_le_of_lt hhigh (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))
    have less : ∀ j, j < n → x j - c.high < 2 ^ (c.prec + 1) := fun j hj => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hx j hj)
    have scaled : ∀ j, j < n → c.ratio * (x j - c.high) < 2 ^ c.prec * 2 ^ (c.prec + 1) := fun j hj =>
      Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ hratio) (Nat.mul_lt_mul_of_pos_left (less j hj) (Nat.two_pow_pos _))
    show lanesShift ((2 ^ (c.prec + 1) - 1) * ones L n) c.prec (c.ratio * lanesMonus (2 ^ (L - 1) * ones L n) (L - 1) (pack L n x)
      (c.high * ones L n)) = _
    rw [mul_ones L n c.high, lanesMonus_pack pos (fun j hj => lane (hx j hj)) (fun _ _ => lane high), mul_pack, lanesShift_pack width]
    · refine pack_congr L fun j hj => Nat.mod_eq_of_lt (Nat.div_lt_of_lt_mul (scaled j hj))
    · intro j hj
      refine Nat.lt_of_lt_of_le (scaled j hj) ?_
      rw [← Nat.pow_add, Nat.add_comm]
      exact Nat.pow_le_pow_right Nat.two_pos width

end
end Compact
