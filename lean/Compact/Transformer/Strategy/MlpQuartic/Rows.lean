prelude
import Compact.Packed.Fields
import Compact.Packed.Spread
import Compact.Transformer.Strategy.MlpBruteForce.Head
import Compact.Transformer.Strategy.MlpBruteForce.Outs
import Compact.Transformer.Strategy.MlpQuartic.Check
/-!
# Quartic for a model with an MLP: what packed rows hold
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open HeadsBruteForce (HeadTables)

/-! ## Lists of rows -/

theorem slope_cases (slopes j : Nat) : slope slopes j = 0 ∨ slope slopes j = 1 := Nat.mod_two_eq_zero_or_one _

theorem slopeAt_cases (F : Lanes) (slopes p : Nat) : slopeAt F slopes p = 0 ∨ slopeAt F slopes p = 1 := by
  cases p with
  | zero => exact Or.inr rfl
  | succ p => exact slope_cases _ _

/-- The number of neuron `j`, where its block's row is known. -/
theorem digit_joined {F : Lanes} (mark : Nat) {rows : List Nat} {g : Nat → Nat → Nat} (pos : 0 < F.z)
    (h : ∀ b, b < rows.length → rows.getD b 0 = pack F.L (F.z + 1) (g b)) (lt : ∀ b i, b < rows.length → i < F.z + 1 → g b i < 2 ^ F.L)
    {j : Nat} (hj : j / F.z < rows.length) : digit F.L (joined F mark rows) (placeOf F j) = g (j / F.z) (j % F.z) := by
  refine (MlpBruteForce.digit_marked F.L mark _ ((F.z + 1) * (j / F.z) + j % F.z)).trans ?_
  exact digit_packList h lt hj (Nat.lt_succ_of_lt (Nat.mod_lt j pos))

/-- Rows of blocks, each with `f` applied to it. -/
theorem getD_applied (f : Nat → Nat) {blocks : List Nat} {b : Nat} (hb : b < blocks.length) :
    (mapFold (fun N => Nat.force N f) blocks).getD b 0 = f (blocks.getD b 0) :=
  (getD_mapFold _ _ hb 0 0).trans (Nat.force_eq _ _)

theorem length_rowsAlong {f : Nat → Nat → Nat → Nat} {rows xs ys : List Nat} (hx : rows.length ≤ xs.length) (hy : rows.length ≤ ys.length) :
    (rowsAlong f rows xs ys).length = rows.length := by
  induction rows generalizing xs ys with
  | nil => rfl
  | cons row rows ih => match xs, ys, hx, hy with
    | _ :: _, _ :: _, hx, hy => exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ hx) (Nat.le_of_succ_le_succ hy))
    | [], _, hx, _ => exact absurd hx (Nat.not_succ_le_zero _)
    | _ :: _, [], _, hy => exact absurd hy (Nat.not_succ_le_zero _)

theorem getD_rowsAlong {f : Nat → Nat → Nat → Nat} {rows xs ys : List Nat} (hx : rows.length ≤ xs.length) (hy : rows.length ≤ ys.length) {i : Nat}
    (hi : i < rows.length) : (rowsAlong f rows xs ys).getD i 0 = f (rows.getD i 0) (xs.getD i 0) (ys.getD i 0) := by
  induction rows generalizing xs ys i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons row rows ih => match xs, ys, hx, hy with
    | _ :: _, _ :: _, hx, hy => cases i with
      | zero => rfl
      | succ i => exact ih (Nat.le_of_succ_le_succ hx) (Nat.le_of_succ_le_succ hy) (Nat.lt_of_succ_lt_succ hi)
    | [], _, hx, _ => exact absurd hx (Nat.not_succ_le_zero _)
    | _ :: _, [], _, hy => exact absurd hy (Nat.not_succ_le_zero _)

/-- Lanes of all blocks, for a token or a position. -/
theorem nth_lanesOfAll (F : Lanes) (f : Nat → Nat) (rows : HeadTables → List Nat) (neurons : List HeadTables) {count i : Nat} (hi : i < count) :
    nth 0 (lanesOfAll F f rows neurons count) i = lanesOf F f (mapFold (fun T : HeadTables => nth 0 (rows T) i) neurons) := by
  unfold lanesOfAll
  rw [nth_eq, tabulateFold_eq, List.getD_tabulateFrom 0 hi, Nat.zero_add]

/-! ## Lanes -/

section
variable {L v z : Nat}

/-- Lanes as they are used here. -/
noncomputable def lanesFor (L v : Nat) : Lanes := ⟨L, v - 1, ones L v, 2 ^ (L - 1) * ones L v⟩

theorem lt_of_half {L a : Nat} (h : a < 2 ^ (L - 1)) : a < 2 ^ L :=
  Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))

variable (hL : 0 < L) (hz : v - 1 < v) {f g : Nat → Nat} (hf : ∀ j, j < v → f j < 2 ^ (L - 1))
include hL hz hf

theorem above_eq : above (lanesFor L v) (pack L v f) = pack L v fun j => f j - f (v - 1) := by
  have read : readLane L (pack L v f) (v - 1) = f (v - 1) := digit_pack _ (fun j hj => lt_of_half (hf j hj)) hz
  have const : Nat.mul (f (v - 1)) (ones L v) = pack L v fun _ => f (v - 1) := (pack_const _ _ _).symm
  show lanesMonus _ (L - 1) (pack L v f) (Nat.mul (readLane L (pack L v f) (v - 1)) (ones L v)) = _
  rw [read, const]
  exact lanesMonus_pack hL hf fun _ _ => hf _ hz

theorem below_eq : below (lanesFor L v) (pack L v f) = pack L v fun j => f (v - 1) - f j := by
  have read : readLane L (pack L v f) (v - 1) = f (v - 1) := digit_pack _ (fun j hj => lt_of_half (hf j hj)) hz
  have const : Nat.mul (f (v - 1)) (ones L v) = pack L v fun _ => f (v - 1) := (pack_const _ _ _).symm
  show lanesMonus _ (L - 1) (Nat.mul (readLane L (pack L v f) (v - 1)) (ones L v)) (pack L v f) = _
  rw [read, const]
  exact lanesMonus_pack hL (fun _ _ => hf _ hz) hf

end

/-! ## Which neurons go into a sum -/

/-- What is left of the ReLU of a neuron of this slope. -/
noncomputable def leftAt (slopes : Nat) (left leftSteep : Nat → Nat) (j : Nat) : Nat :=
  left j * (1 - slope slopes j) + leftSteep j * slope slopes j

theorem leftAt_zero {slopes j : Nat} (h : slope slopes j = 0) (left leftSteep : Nat → Nat) : leftAt slopes left leftSteep j = left j := by
  unfold leftAt
  rw [h, Nat.mul_zero, Nat.sub_zero, Nat.mul_one, Nat.add_zero]

theorem leftAt_one {slopes j : Nat} (h : slope slopes j = 1) (left leftSteep : Nat → Nat) : leftAt slopes left leftSteep j = leftSteep j := by
  unfold leftAt
  rw [h, Nat.mul_one, Nat.sub_self, Nat.mul_zero, Nat.zero_add]

section
variable {F : Lanes} (pos : 0 < F.z)
include pos

omit pos in
theorem placeOf_eq (j : Nat) : placeOf F j = j + j / F.z + 1 := by
  refine congrArg Nat.succ ?_
  have e := Nat.div_add_mod j F.z
  show (F.z + 1) * (j / F.z) + j % F.z = j + j / F.z
  rw [Nat.add_mul, Nat.one_mul, Nat.add_right_comm, e]

theorem neuronOf_placeOf (j : Nat) : neuronOf F (placeOf F j) = j := by
  have e : (j + j / F.z) / (F.z + 1) = j / F.z := by
    have split : j + j / F.z = (F.z + 1) * (j / F.z) + j % F.z := Nat.succ.inj ((placeOf_eq j).symm)
    rw [split, Nat.mul_add_div (Nat.succ_pos _), Nat.div_eq_of_lt (Nat.lt_succ_of_lt (Nat.mod_lt j pos)), Nat.add_zero]
  rw [placeOf_eq]
  show j + j / F.z - (j + j / F.z) / (F.z + 1) = j
  rw [e, Nat.add_sub_cancel]

theorem slopeAt_placeOf (slopes j : Nat) : slopeAt F slopes (placeOf F j) = slope slopes j := congrArg (slope slopes) (neuronOf_placeOf pos j)

theorem placeOf_inj {i j : Nat} (h : placeOf F i = placeOf F j) : i = j :=
  (neuronOf_placeOf pos i).symm.trans ((congrArg (neuronOf F) h).trans (neuronOf_placeOf pos j))

omit pos in
theorem placeOf_lt {j J : Nat} (hj : j < J) : placeOf F j < placesOf F J := by
  refine Nat.lt_succ_of_le ?_
  rw [placeOf_eq, placeOf_eq]
  have le : j ≤ J - 1 := Nat.le_sub_of_add_le hj
  exact Nat.add_le_add_right (Nat.add_le_add le (Nat.div_le_div_right le)) 1

end

/-- A conjunction with packed lanes, lane by lane. -/
theorem land_lanes (l P A : Nat) {f : Nat → Nat} (hf : ∀ p, p < P → f p < 2 ^ l) :
    Nat.land A (pack l P f) = pack l P fun p => Nat.land (digit l A p) (f p) := by
  induction P generalizing A f with
  | zero => exact Nat.land_zero A
  | succ P ih =>
    show Nat.land A (f 0 + 2 ^ l * pack l P fun p => f (p + 1)) = _
    rw [land_split l A _ _ _ (hf 0 (Nat.zero_lt_succ P)) rfl, ih _ fun p hp => hf (p + 1) (Nat.succ_lt_succ hp)]
    have first : A % 2 ^ l = digit l A 0 := (congrArg (· % 2 ^ l) (Nat.div_one A)).symm
    rw [first]
    refine congrArg (Nat.land (digit l A 0) (f 0) + 2 ^ l * ·) (pack_congr l fun p _ => congrArg (fun d => Nat.land d (f (p + 1))) ?_)
    show A / 2 ^ l / 2 ^ (l * p) % 2 ^ l = A / 2 ^ (l * p + l) % 2 ^ l
    rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ l)]

/-- **The numbers of neurons**, each from one of two, as its slope says. -/
theorem chosen_spec {F : Lanes} (pos : 0 < F.z) {k P : Nat} (hk : k ≤ F.L) (slopes A B : Nat) {X : Nat}
    (hX : X = Nat.land A (level F (2 ^ k - 1) slopes P) + Nat.land B (steep F (2 ^ k - 1) slopes P)) :
    X < 2 ^ (F.L * P) ∧ (∀ p, digit F.L X p ≤ 2 ^ k - 1) ∧ ∀ j, placeOf F j < P → digit F.L A (placeOf F j) < 2 ^ k →
      digit F.L B (placeOf F j) < 2 ^ k →
      digit F.L X (placeOf F j) = leftAt slopes (fun j => digit F.L A (placeOf F j)) (fun j => digit F.L B (placeOf F j)) j := by
  have full_lt : 2 ^ k - 1 < 2 ^ F.L := two_pow_sub_one_lt_of_le hk
  have slope_le (p : Nat) : slopeAt F slopes p ≤ 1 := (slopeAt_cases F slopes p).elim (fun e => e ▸ Nat.zero_le 1) fun e => e ▸ Nat.le_refl 1
  have e₁ : level F (2 ^ k - 1) slopes P = pack F.L P fun p => (2 ^ k - 1) * (1 - slopeAt F slopes p) := packFrom_eq _ _ _
  have e₂ : steep F (2 ^ k - 1) slopes P = pack F.L P fun p => (2 ^ k - 1) * slopeAt F slopes p := packFrom_eq _ _ _
  have small {b : Nat} (hb : b ≤ 1) : (2 ^ k - 1) * b < 2 ^ F.L :=
    Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul_left _ hb) (Nat.le_of_eq (Nat.mul_one _))) full_lt
  rw [e₁, e₂, land_lanes _ _ _ fun p _ => small (Nat.sub_le 1 _), land_lanes _ _ _ fun p _ => small (slope_le _), pack_add] at hX
  have one (p : Nat) : Nat.land (digit F.L A p) ((2 ^ k - 1) * (1 - slopeAt F slopes p)) +
      Nat.land (digit F.L B p) ((2 ^ k - 1) * slopeAt F slopes p) =
      if slopeAt F slopes p = 0 then Nat.land (digit F.L A p) (2 ^ k - 1) else Nat.land (digit F.L B p) (2 ^ k - 1) := by
    cases slopeAt_cases F slopes p with
    | inl h => rw [ite_eq_left h, h, Nat.sub_zero, Nat.mul_one, Nat.mul_zero, Nat.land_zero, Nat.add_zero]
    | inr h =>
      rw [ite_eq_right (h.symm ▸ Nat.succ_ne_zero 0), h, Nat.sub_self, Nat.mul_one, Nat.mul_zero, Nat.land_zero, Nat.zero_add]
  have le (p : Nat) : Nat.land (digit F.L A p) ((2 ^ k - 1) * (1 - slopeAt F slopes p)) +
      Nat.land (digit F.L B p) ((2 ^ k - 1) * slopeAt F slopes p) ≤ 2 ^ k - 1 := by
    rw [one]
    by_cases h : slopeAt F slopes p = 0
    case pos => rw [ite_eq_left h]; exact Nat.land_le_right _ _
    case neg => rw [ite_eq_right h]; exact Nat.land_le_right _ _
  have lt (p : Nat) (_ : p < P) := Nat.lt_of_le_of_lt (le p) full_lt
  have X_lt : X < 2 ^ (F.L * P) := hX ▸ pack_lt F.L lt
  refine ⟨X_lt, fun p => ?_, fun j hj hA hB => ?_⟩
  · cases Nat.lt_or_ge p P with
    | inl hp => rw [hX, digit_pack F.L lt hp]; exact le p
    | inr hp =>
      refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.zero_le _)
      show X / 2 ^ (F.L * p) % 2 ^ F.L = 0
      rw [Nat.div_eq_of_lt (Nat.lt_of_lt_of_le X_lt (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left _ hp))), Nat.zero_mod]
  · rw [hX, digit_pack F.L lt hj, one, slopeAt_placeOf pos]
    cases slope_cases slopes j with
    | inl h => rw [ite_eq_left h, leftAt_zero h]; exact land_low hA
    | inr h => rw [ite_eq_right (h.symm ▸ Nat.succ_ne_zero 0), leftAt_one h]; exact land_low hB

section
variable {L v W m : Nat}

/-- What `lowest` is. -/
theorem lowest_spec (hL : 0 < L) (hm : m < v) (room : 2 * W < 2 ^ (L - 1)) {rows : List Nat}
    (narrow : ∀ i, i < rows.length → rows.getD i 0 = pack L v (digit L (rows.getD i 0)) ∧ ∀ j, j < v → digit L (rows.getD i 0) j ≤ W) :
    ∃ X : Nat → Nat, lowest L (ones L v) (2 ^ (L - 1) * ones L v) W m rows = pack L v X ∧ (∀ j, j < v → X j ≤ 2 * W) ∧
      ∀ i, i < rows.length → ∀ j, j < v → digit L (rows.getD i 0) m + W ≤ X j + digit L (rows.getD i 0) j := by
  induction rows with
  | nil => exact ⟨fun _ => 0, (pack_zero L v).symm, fun _ _ => Nat.zero_le _, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | cons N rows ih =>
    match ih (fun i hi => narrow (i + 1) (Nat.succ_lt_succ hi)), narrow 0 (Nat.zero_lt_succ _) with
    | ⟨X, packed, le, each⟩, ⟨row, row_le⟩ =>
      have row : N = pack L v (digit L N) := row
      have row_le (j : Nat) (hj : j < v) : digit L N j ≤ W := row_le j hj
      have le_shift {j : Nat} (hj : j < v) : digit L N j ≤ W + digit L N m := Nat.le_trans (row_le j hj) (Nat.le_add_right _ _)
      have shifted : Nat.sub (Nat.mul (Nat.add W (readLane L N m)) (ones L v)) N = pack L v fun j => W + digit L N m - digit L N j := by
        have const : Nat.mul (W + digit L N m) (ones L v) = pack L v fun _ => W + digit L N m := (pack_const _ _ _).symm
        show Nat.mul (W + digit L N m) (ones L v) - N = _
        rw [const]
        refine (congrArg ((pack L v fun _ => W + digit L N m) - ·) row).trans ?_
        exact pack_sub L fun j hj => le_shift hj
      have shifted_le {j : Nat} : W + digit L N m - digit L N j ≤ 2 * W :=
        Nat.le_trans (Nat.sub_le _ _) (Nat.two_mul W ▸ Nat.add_le_add_left (row_le m hm) W)
      refine ⟨fun j => X j + (W + digit L N m - digit L N j - X j), ?_, fun j hj => grown_le (le j hj) shifted_le, fun i hi j hj => ?_⟩
      · show lanesMax _ (L - 1) _ (lowest L (ones L v) (2 ^ (L - 1) * ones L v) W m rows) = _
        rw [packed, shifted]
        exact lanesMax_pack hL (fun j _ => Nat.lt_of_le_of_lt shifted_le room) fun j hj => Nat.lt_of_le_of_lt (le j hj) room
      · cases i with
        | zero =>
          show digit L N m + W ≤ X j + (W + digit L N m - digit L N j - X j) + digit L N j
          refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.add_le_add_right (le_grown_right (X j) _) _)
          rw [Nat.sub_add_cancel (le_shift hj), Nat.add_comm]
        | succ i => exact Nat.le_trans (each i (Nat.lt_of_succ_lt_succ hi) j hj) (Nat.add_le_add_right (le_grown_left _ _) _)

end

section
variable {L v W : Nat} {d y x : Nat → Nat} (hL : 0 < L) (hz : v - 1 < v) (room : 4 * W + 3 < 2 ^ (L - 1)) (hd : ∀ j, j < v → d j < W)
  (hy : ∀ j, j < v → y j < W) (hx : ∀ j, j < v → x j ≤ 2 * W)
include hL hz room hd hy hx

omit hL hz hd hy hx in
private theorem sums_lt {a b c : Nat} (ha : a < W) (hb : b < W) (hc : c ≤ 2 * W) : a + b + c + 3 < 2 ^ (L - 1) := by
  refine Nat.lt_of_le_of_lt (Nat.add_le_add_right (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt ha) (Nat.le_of_lt hb)) hc) 3) ?_
  refine Nat.lt_of_le_of_lt (Nat.le_of_eq ?_) room
  ring [W]

theorem leftAbove_eq : leftAbove (lanesFor L v) W (pack L v d) (pack L v y) (pack L v x) =
    pack L v fun j => d j + y j + x j + 3 - (d (v - 1) + y (v - 1) + W) := by
  have half {f : Nat → Nat} (hf : ∀ j, j < v → f j < W) (j : Nat) (hj : j < v) : f j < 2 ^ L :=
    lt_of_half (Nat.lt_trans (hf j hj) (Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_mul_of_pos_left W (Nat.zero_lt_succ 3)) (Nat.le_add_right _ 3)) room))
  have rd : readLane L (pack L v d) (v - 1) = d (v - 1) := digit_pack _ (half hd) hz
  have ry : readLane L (pack L v y) (v - 1) = y (v - 1) := digit_pack _ (half hy) hz
  have const (k : Nat) : Nat.mul k (ones L v) = pack L v fun _ => k := (pack_const _ _ _).symm
  show lanesMonus _ (L - 1) (pack L v d + pack L v y + pack L v x + Nat.mul 3 (ones L v))
    (Nat.mul (readLane L (pack L v d) (v - 1) + readLane L (pack L v y) (v - 1) + W) (ones L v)) = _
  rw [rd, ry, const, const, pack_add, pack_add, pack_add]
  refine lanesMonus_pack hL (fun j hj => sums_lt room (hd j hj) (hy j hj) (hx j hj)) fun _ _ => ?_
  refine Nat.lt_of_le_of_lt ?_ (sums_lt room (hd _ hz) (hy _ hz) (Nat.le_refl (2 * W)))
  exact Nat.le_trans (Nat.add_le_add_left (Nat.le_mul_of_pos_left W Nat.two_pos) _) (Nat.le_add_right _ 3)

theorem leftBelow_eq : leftBelow (lanesFor L v) W (pack L v d) (pack L v y) (pack L v x) =
    pack L v fun j => d (v - 1) + y (v - 1) + 3 + x j - (d j + y j + W) := by
  have half {f : Nat → Nat} (hf : ∀ j, j < v → f j < W) (j : Nat) (hj : j < v) : f j < 2 ^ L :=
    lt_of_half (Nat.lt_trans (hf j hj) (Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_mul_of_pos_left W (Nat.zero_lt_succ 3)) (Nat.le_add_right _ 3)) room))
  have rd : readLane L (pack L v d) (v - 1) = d (v - 1) := digit_pack _ (half hd) hz
  have ry : readLane L (pack L v y) (v - 1) = y (v - 1) := digit_pack _ (half hy) hz
  have const (k : Nat) : Nat.mul k (ones L v) = pack L v fun _ => k := (pack_const _ _ _).symm
  show lanesMonus _ (L - 1) (Nat.mul (readLane L (pack L v d) (v - 1) + readLane L (pack L v y) (v - 1) + 3) (ones L v) + pack L v x)
    (pack L v d + pack L v y + Nat.mul W (ones L v)) = _
  rw [rd, ry, const, const, pack_add, pack_add, pack_add]
  refine lanesMonus_pack hL (fun j hj => ?_) fun j hj => ?_
  · rw [Nat.add_right_comm]
    exact sums_lt room (hd _ hz) (hy _ hz) (hx j hj)
  · refine Nat.lt_of_le_of_lt ?_ (sums_lt room (hd j hj) (hy j hj) (Nat.le_refl (2 * W)))
    exact Nat.le_trans (Nat.add_le_add_left (Nat.le_mul_of_pos_left W Nat.two_pos) _) (Nat.le_add_right _ 3)

end
end MlpQuartic
end Transformer
end Compact
