prelude
import Compact.Packed.Fields
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

theorem length_mapRows (f : Nat → Nat → Nat) (rows : List Nat) (j : Nat) : (mapRows f rows j).length = rows.length := by
  induction rows generalizing j with
  | nil => rfl
  | cons row rows ih =>
    show (Nat.force j fun j => f j row :: mapRows f rows (j + 1)).length = _
    rw [Nat.force_eq]
    exact congrArg Nat.succ (ih (j + 1))

theorem getD_mapRows (f : Nat → Nat → Nat) (rows : List Nat) (j : Nat) {i : Nat} (hi : i < rows.length) :
    (mapRows f rows j).getD i 0 = f (j + i) (rows.getD i 0) := by
  induction rows generalizing j i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons row rows ih =>
    show (Nat.force j fun j => f j row :: mapRows f rows (j + 1)).getD i 0 = _
    rw [Nat.force_eq]
    cases i with
    | zero => rfl
    | succ i =>
      refine (ih (j + 1) (Nat.lt_of_succ_lt_succ hi)).trans ?_
      rw [Nat.add_assoc, Nat.add_comm 1]
      rfl

theorem slope_cases (slopes j : Nat) : slope slopes j = 0 ∨ slope slopes j = 1 := Nat.mod_two_eq_zero_or_one _

/-- A combination of packed rows. -/
theorem dot_rows (L v : Nat) (xs : List Nat) {rs : List Nat} {f : Nat → Nat → Nat} (h : ∀ j, j < rs.length → rs.getD j 0 = pack L v (f j)) :
    dot xs rs = pack L v fun t => total rs.length fun j => xs.getD j 0 * f j t := by
  induction xs generalizing rs f with
  | nil =>
    refine ((pack_congr L fun t _ => ?_).trans (pack_zero L v)).symm
    exact (total_congr fun j _ => Nat.zero_mul (f j t)).trans (total_const _ 0)
  | cons x xs ih =>
    cases rs with
    | nil => exact (pack_zero L v).symm
    | cons r rs =>
      show x * r + dot xs rs = _
      have first : r = pack L v (f 0) := h 0 (Nat.zero_lt_succ _)
      rw [ih (f := fun j => f (j + 1)) fun j hj => h (j + 1) (Nat.succ_lt_succ hj), first, mul_pack, pack_add]
      exact pack_congr L fun t _ => (total_succ' rs.length fun j => (x :: xs).getD j 0 * f j t).symm

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

omit hz in
theorem overAt_eq {m : Nat} (hm : m < v) : overAt (lanesFor L v) m (pack L v f) = pack L v fun j => f m + (f j - f m) := by
  have read : readLane L (pack L v f) m = f m := digit_pack _ (fun j hj => lt_of_half (hf j hj)) hm
  have const : Nat.mul (f m) (ones L v) = pack L v fun _ => f m := (pack_const _ _ _).symm
  unfold overAt
  rw [Nat.force_eq]
  show lanesMax _ (L - 1) (pack L v f) (Nat.mul (readLane L (pack L v f) m) (ones L v)) = _
  rw [read, const]
  exact lanesMax_pack hL hf fun _ _ => hf _ hm

end

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
