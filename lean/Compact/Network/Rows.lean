prelude
import Compact.Network.Setup
import Compact.Network.Spread
/-!
# The weights as packed rows

What `Integers` and `Setup` hold as lists of numbers, evaluated as packed rows without a step for each weight (`Spread.lean`).
-/
namespace Compact
namespace Network
noncomputable section
variable (w : Weights)

/-- `Setup` for a network, then go on with it. -/
def packedSetup {α : Type} (k : Setup → α) : α :=
  Nat.force ((Integers.of w).bits w.width) fun bits => Nat.force (ones bits w.order) fun one =>
  w.W_U.packedRows bits 1 w.order fun rows =>
  Nat.force (Nat.add (packList bits (nth [] (Integers.of w).last.rows 0)) one) fun last => k ⟨bits, one, rows, last⟩

/-- What the first elements add to the neurons: a packed row for each. -/
def packedLeft {α : Type} (K : Nat) (k : List Nat → α) : α :=
  w.W_L.packedRows K (w.one (w.degree - w.W_L.degree)) w.width k

/-- These rows. -/
def leftRows (K : Nat) : List Nat :=
  mapFold (fun row => w.one (w.degree - w.W_L.degree) * packList K row) (w.W_L.mat w.width).rows

/-- What the second elements add to the neurons: a packed row for each, in blocks of `S` bits. -/
def packedRight (K S : Nat) : Nat :=
  w.W_R.packedRows K (w.one (w.degree - w.W_R.degree)) w.width fun rows =>
  Nat.add (packList S rows)
    (Nat.mul (Nat.mul (w.one (w.degree - 1)) (packRow w.b.bits K w.width (nth 0 w.b.rows 0))) (ones S w.order))

end

theorem packedSetup_eq {α : Type} (w : Weights) (k : Setup → α) :
    packedSetup w k = k ((Integers.of w).setup w.order w.width) := by
  have pos : 0 < (Integers.of w).bits w.width := Nat.zero_lt_succ _
  unfold packedSetup
  rw [Nat.force_eq, Nat.force_eq, Matrix.packedRows_eq pos, Nat.force_eq]
  refine congrArg k ?_
  unfold Integers.setup
  refine congrArg (fun rows => Setup.mk _ _ rows _) ?_
  show mapFold (fun row => 1 * packList _ row) (w.W_U.mat w.order).rows = mapFold (packList _) (w.W_U.mat w.order).rows
  induction (w.W_U.mat w.order).rows with
  | nil => rfl
  | cons row rows ih =>
    show 1 * packList _ row :: mapFold _ rows = packList _ row :: mapFold _ rows
    rw [Nat.one_mul]
    exact congrArg (_ :: ·) ih

/-- A packed row of a scaled matrix. -/
theorem getD_packedRows (K m : Nat) {M : Mat} {r c : Nat} (hM : M.Shape r c) {i : Nat} (hi : i < r) :
    (mapFold (fun row => m * packList K row) M.rows).getD i 0 = pack K c fun j => (scaled m M).get i j := by
  refine (getD_mapFold _ _ (hM.rows_length.symm ▸ hi) [] 0).trans ?_
  rw [packList_eq, hM.row_length i hi, mul_pack]
  exact pack_congr K fun j hj => (get_scaled m hM hi hj).symm

section
variable {w : Weights} (h : w.wellFormed = true)
include h

omit h in
theorem packedLeft_eq {α : Type} {K : Nat} (hK : 0 < K) (k : List Nat → α) : packedLeft w K k = k (leftRows w K) :=
  Matrix.packedRows_eq hK _ _ _ _

theorem getD_leftRows (K : Nat) {x : Nat} (hx : x < w.order) :
    (leftRows w K).getD x 0 = pack K w.width fun i => (Integers.of w).left.get x i :=
  getD_packedRows K _ (Matrix.shape (wellFormed_left h) _) hx

theorem packedRight_eq {K : Nat} (hK : 0 < K) (S : Nat) :
    packedRight w K S = pack S w.order fun y => pack K w.width fun i => (Integers.of w).right.get y i := by
  have hR := Matrix.shape (wellFormed_right h) w.width
  have hb := shape_of_hasRows (wellFormed_b h) w.width
  have bias : w.one (w.degree - 1) * packRow w.b.bits K w.width (nth 0 w.b.rows 0) =
      pack K w.width fun i => (scaled (w.one (w.degree - 1)) (w.b.mat w.width)).get 0 i := by
    rw [packRow_eq hK, nth_eq, packList_unpack, mul_pack]
    refine pack_congr K fun i hi => ?_
    rw [get_scaled _ hb Nat.zero_lt_one hi, Tensor.get_mat (hasRows_spec (wellFormed_b h)).left Nat.zero_lt_one hi]
    rfl
  unfold packedRight
  rw [Matrix.packedRows_eq hK]
  show packList S _ + _ * pack S w.order (fun _ => 1) = _
  rw [packList_eq, length_mapFold, hR.rows_length, ← pack_const, pack_add]
  refine pack_congr S fun y hy => ?_
  show (mapFold (fun row => w.one (w.degree - w.W_R.degree) * packList K row) (w.W_R.mat w.width).rows).getD y 0 +
    w.one (w.degree - 1) * packRow w.b.bits K w.width (nth 0 w.b.rows 0) = _
  rw [getD_packedRows K _ hR hy, bias, pack_add]
  exact pack_congr K fun i _ => (Mat.Shape.get_addRow (shape_scaled _ hR) (shape_scaled _ hb) hy Nat.zero_lt_one i).symm

end
end Network
end Compact
