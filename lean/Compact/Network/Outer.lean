prelude
import Compact.Network.Rows
/-!
# All second elements at once

For one first element, what comes out of all neurons for all second elements is one natural number: a *block* for each second
element, and in it a lane for each neuron.  One addition and one truncated subtraction of lanes compute it.  The lane of one
neuron in all blocks, brought down to the beginnings of the blocks, times the packed row of its unembedding is an outer product:
what this neuron adds to all logits of all these pairs.  So a pair and a neuron cost the kernel no step of their own.
-/
namespace Compact
namespace Network
noncomputable section

/-- How blocks are laid out. -/
structure Layout where
  /-- Bits of the lane of a neuron. -/
  bits : Nat
  /-- Lanes of a block. -/
  lanes : Nat
  /-- Bits of a block: enough for the lanes of all neurons, and for the packed logits of a pair. -/
  block : Nat

/-- Twice the origin, and a bit to spare. -/
def laneBits (origin : Nat) : Nat := Nat.add (Nat.log2 origin) 3

/-- Enough lanes of `K` bits for `width` neurons and for `n` lanes of `L` bits. -/
def blockLanes (K L n width : Nat) : Nat := Nat.max width (Nat.succ (Nat.div (Nat.mul L n) K))

/-- The layout for a network. -/
def Layout.of (origin L n width : Nat) : Layout where
  bits := laneBits origin
  lanes := blockLanes (laneBits origin) L n width
  block := Nat.mul (laneBits origin) (blockLanes (laneBits origin) L n width)

/-- Evaluate it, then go on with it. -/
def Layout.force {α : Type} (Y : Layout) (k : Layout → α) : α :=
  Nat.force Y.bits fun bits => Nat.force Y.lanes fun lanes => Nat.force Y.block fun block => k ⟨bits, lanes, block⟩

theorem Layout.force_eq {α : Type} (Y : Layout) (k : Layout → α) : Y.force k = k Y := by
  unfold Layout.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

namespace Layout
variable (Y : Layout)

/-- What comes out of the neurons, from a first element's packed row and `c` blocks of second elements. -/
def hidden (c origin left rights : Nat) : Nat :=
  lanesMonus (Nat.mul (Nat.pow 2 (Nat.sub Y.bits 1)) (onesOf Y.bits (Nat.mul c Y.lanes))) (Nat.sub Y.bits 1)
    (Nat.add (Nat.mul left (onesOf Y.block c)) rights) (Nat.mul origin (onesOf Y.bits (Nat.mul c Y.lanes)))

/-- The sum of outer products over the neurons with these packed rows, the first of which has its lanes at `place`. -/
def outer (mask H : Nat) : List Nat → Nat → Nat :=
  List.rec (motive := fun _ => Nat → Nat) (fun _ => 0)
    (fun u _ ih place => Nat.add (Nat.mul (lanesShift mask place H) u) (Nat.force (Nat.add place Y.bits) ih))

/-- The packed logits of `c` pairs, a block for each. -/
def logits (c last mask H : Nat) (rows : List Nat) : Nat :=
  Nat.add (Nat.mul last (onesOf Y.block c)) (Y.outer mask H rows 0)

/-- The packed logits of the `j`th of these pairs. -/
def pair (logits j : Nat) : Nat := Nat.mod (Nat.shiftRight logits (Nat.mul Y.block j)) (Nat.pow 2 Y.block)

end Layout
end

/-! ## What they hold -/

section
variable {I : Integers} {n width : Nat}

/-- A layout that holds the neurons and the logits of pairs. -/
structure Layout.Fits (Y : Layout) (I : Integers) (n width : Nat) : Prop where
  bits : 0 < Y.bits
  lanes : 0 < Y.lanes
  low : 2 * I.origin < 2 ^ (Y.bits - 1)
  block : Y.block = Y.bits * Y.lanes
  neurons : width ≤ Y.lanes
  row : I.bits width * n ≤ Y.block

theorem Layout.fits (I : Integers) (n width : Nat) : (Layout.of I.origin (I.bits width) n width).Fits I n width where
  bits := Nat.zero_lt_succ _
  lanes := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) (Nat.le_max_right _ _)
  low := by
    show 2 * I.origin < 2 ^ (Nat.log2 I.origin + 2)
    rw [Nat.pow_succ']
    exact Nat.mul_lt_mul_of_pos_left Nat.lt_log2_self Nat.two_pos
  block := rfl
  neurons := Nat.le_max_left _ _
  row := Nat.le_trans (Nat.le_of_lt (Nat.lt_mul_div_succ _ (Nat.zero_lt_succ _))) (Nat.mul_le_mul_left _ (Nat.le_max_right _ _))

theorem Layout.Fits.lt {Y : Layout} {I : Integers} {n width a : Nat} (hY : Y.Fits I n width) (h : a ≤ 2 * I.origin) : a < 2 ^ Y.bits :=
  Nat.lt_of_le_of_lt h (Nat.lt_of_lt_of_le hY.low (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)))

theorem Layout.Fits.block_pos {Y : Layout} {I : Integers} {n width : Nat} (hY : Y.Fits I n width) : 0 < Y.block :=
  hY.block ▸ Nat.mul_pos hY.bits hY.lanes

/-- There are no neurons beyond the last. -/
theorem Integers.Shape.left_eq_zero (hI : I.Shape n width) {x i : Nat} (hx : x < n) (hi : width ≤ i) : I.left.get x i = 0 :=
  List.getD_eq_default 0 (hI.left.row_length x hx ▸ hi)

theorem Integers.Shape.right_eq_zero (hI : I.Shape n width) {y i : Nat} (hy : y < n) (hi : width ≤ i) : I.right.get y i = 0 :=
  List.getD_eq_default 0 (hI.right.row_length y hy ▸ hi)

/-- What goes into a neuron, before the origin is taken off it. -/
theorem Integers.Shape.entering_le (hI : I.Shape n width) {x y : Nat} (hx : x < n) (hy : y < n) (i : Nat) :
    I.left.get x i + I.right.get y i ≤ 2 * I.origin := by
  match Nat.le_or_lt width i with
  | .inl hi => rw [hI.left_eq_zero hx hi, hI.right_eq_zero hy hi]; exact Nat.zero_le _
  | .inr hi =>
    have two : 2 * I.origin = 2 * I.left.off + 2 * I.right.off := Nat.mul_add _ _ _
    exact two ▸ Nat.add_le_add (hI.left.le x i hx hi) (hI.right.le y i hy hi)

variable {Y : Layout} (hY : Y.Fits I n width)
include hY

/-- The blocks of the second elements from `lo` on. -/
theorem Layout.Fits.rights (hI : I.Shape n width) {lo : Nat} (hlo : lo ≤ n) :
    (pack Y.block n fun y => pack Y.bits width fun i => I.right.get y i) / 2 ^ (Y.block * lo) =
      pack Y.block (n - lo) fun j => pack Y.bits width fun i => I.right.get (lo + j) i := by
  refine pack_div (fun y hy => ?_) hlo
  rw [hY.block]
  refine Nat.lt_of_lt_of_le (pack_lt Y.bits fun i hi => ?_)
    (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left _ hY.neurons))
  exact hY.lt (Nat.le_trans (Nat.le_add_left _ _) (hI.entering_le hy hy i))

/-- What comes out of the neurons for the pairs of `x` with the elements from `lo` on. -/
theorem Layout.Fits.hidden (hI : I.Shape n width) {x lo : Nat} (hx : x < n) :
    Y.hidden (n - lo) I.origin (pack Y.bits width fun i => I.left.get x i)
        (pack Y.block (n - lo) fun j => pack Y.bits width fun i => I.right.get (lo + j) i) =
      pack Y.block (n - lo) fun j => pack Y.bits Y.lanes fun i => I.hidden x (lo + j) i := by
  have second {j : Nat} (hj : j < n - lo) : lo + j < n := Nat.add_comm j lo ▸ Nat.add_lt_of_lt_sub hj
  have block {q : Nat} (hq : q < (n - lo) * Y.lanes) : lo + q / Y.lanes < n := second ((Nat.div_lt_iff_lt_mul hY.lanes).mpr hq)
  -- What goes into all neurons, less the origin in every lane.
  have entering : (pack Y.block (n - lo) fun j =>
      (pack Y.bits width fun i => I.left.get x i) + pack Y.bits width fun i => I.right.get (lo + j) i) =
      pack Y.bits ((n - lo) * Y.lanes) fun q => I.left.get x (q % Y.lanes) + I.right.get (lo + q / Y.lanes) (q % Y.lanes) := by
    rw [← pack_pack Y.bits (n - lo) hY.lanes fun j i => I.left.get x i + I.right.get (lo + j) i, ← hY.block]
    refine pack_congr _ fun j hj => ?_
    rw [pack_add]
    exact (pack_zeros hY.neurons fun i hi _ => by rw [hI.left_eq_zero hx hi, hI.right_eq_zero (second hj) hi]).symm
  show lanesMonus (2 ^ (Y.bits - 1) * onesOf Y.bits ((n - lo) * Y.lanes)) (Y.bits - 1)
    (pack Y.bits width (fun i => I.left.get x i) * onesOf Y.block (n - lo) + _) (I.origin * onesOf Y.bits ((n - lo) * Y.lanes)) = _
  rw [onesOf_eq hY.bits, onesOf_eq hY.block_pos, mul_ones Y.block, pack_add, mul_ones _ _ I.origin, entering,
    lanesMonus_pack hY.bits (fun q hq => Nat.lt_of_le_of_lt (hI.entering_le hx (block hq) _) hY.low) fun _ _ =>
      Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left _ Nat.two_pos) hY.low]
  rw [hY.block]
  exact (pack_pack Y.bits (n - lo) hY.lanes fun j i => I.hidden x (lo + j) i).symm

/-- The sum of outer products. -/
theorem Layout.Fits.outer {c p : Nat} {h : Nat → Nat → Nat} (hh : ∀ j i, j < c → h j i < 2 ^ Y.bits) {us : List Nat}
    (hus : p + us.length ≤ Y.lanes) :
    Y.outer ((2 ^ Y.bits - 1) * ones Y.block c) (pack Y.block c fun j => pack Y.bits Y.lanes (h j)) us (Y.bits * p) =
      pack Y.block c fun j => total us.length fun i => h j (p + i) * us.getD i 0 := by
  induction us generalizing p with
  | nil => exact (pack_zero _ _).symm
  | cons u us ih =>
    have hp : p + 1 + us.length ≤ Y.lanes := by rw [Nat.add_assoc, Nat.add_comm 1]; exact hus
    have inside : Y.bits + Y.bits * p ≤ Y.block := by
      rw [hY.block, Nat.add_comm, ← Nat.mul_succ]
      exact Nat.mul_le_mul_left _ (Nat.le_trans (Nat.le_add_right _ _) hp)
    have small (j : Nat) (hj : j < c) : pack Y.bits Y.lanes (h j) < 2 ^ Y.block :=
      hY.block ▸ pack_lt Y.bits fun i _ => hh j i hj
    show lanesShift _ (Y.bits * p) _ * u + Nat.force (Y.bits * p + Y.bits) (fun s => Y.outer _ _ us s) = _
    rw [Nat.force_eq, ← Nat.mul_succ, ih hp, lanesShift_pack inside small, Nat.mul_comm _ u, mul_pack, pack_add]
    refine pack_congr _ fun j hj => ?_
    have read : pack Y.bits Y.lanes (h j) / 2 ^ (Y.bits * p) % 2 ^ Y.bits = h j p :=
      digit_pack Y.bits (fun i _ => hh j i hj) (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ _)) hus)
    show u * (pack Y.bits Y.lanes (h j) / 2 ^ (Y.bits * p) % 2 ^ Y.bits) + _ = total (us.length + 1) _
    rw [read, total_succ', Nat.mul_comm u]
    refine congrArg (_ + ·) (total_congr fun i _ => ?_)
    rw [Nat.add_assoc, Nat.add_comm 1]
    rfl

/-- **The logits of a pair**, among those of all pairs with `x`. -/
theorem Layout.Fits.pair (hI : I.Shape n width) {x lo j : Nat} (hx : x < n) (hj : j < n - lo) :
    Y.pair (Y.logits (n - lo) (I.setup n width).last ((2 ^ Y.bits - 1) * onesOf Y.block (n - lo))
        (pack Y.block (n - lo) fun j => pack Y.bits Y.lanes fun i => I.hidden x (lo + j) i) (I.setup n width).rows) j =
      packedSum width (I.hidden x (lo + j)) (fun i => (I.setup n width).rows.getD i 0) + (I.setup n width).last := by
  have second {j : Nat} (hj : j < n - lo) : lo + j < n := Nat.add_comm j lo ▸ Nat.add_lt_of_lt_sub hj
  have count : (I.setup n width).rows.length = width := (length_mapFold _ _).trans hI.unembed.rows_length
  have small (j i : Nat) (hj : j < n - lo) : I.hidden x (lo + j) i < 2 ^ Y.bits :=
    hY.lt (Nat.le_trans (Nat.sub_le _ _) (hI.entering_le hx (second hj) i))
  have fits {j : Nat} (hj : j < n - lo) :
      packedSum width (I.hidden x (lo + j)) (fun i => (I.setup n width).rows.getD i 0) + (I.setup n width).last < 2 ^ Y.block := by
    rw [hI.logits_eq x (lo + j)]
    refine Nat.lt_of_lt_of_le (pack_lt (I.bits width) fun t ht => ?_) (Nat.pow_le_pow_right Nat.two_pos hY.row)
    have top : I.most width < 2 ^ (Nat.log2 (I.most width) + 1) := Nat.lt_log2_self
    refine Nat.lt_of_le_of_lt (Nat.succ_le_of_lt (hI.lane_lt hx (second hj) ht)) (Nat.lt_trans top ?_)
    exact Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
  have outer := hY.outer (c := n - lo) (p := 0) (h := fun j i => I.hidden x (lo + j) i) small
    (us := (I.setup n width).rows) (by rw [Nat.zero_add, count]; exact hY.neurons)
  have sum : (pack Y.block (n - lo) fun j => total width fun i => I.hidden x (lo + j) (0 + i) * (I.setup n width).rows.getD i 0) =
      pack Y.block (n - lo) fun j => packedSum width (I.hidden x (lo + j)) fun i => (I.setup n width).rows.getD i 0 :=
    pack_congr _ fun j _ => total_congr fun i _ => by rw [Nat.zero_add]
  rw [Nat.mul_zero, count, sum] at outer
  unfold Layout.logits Layout.pair
  show digit Y.block ((I.setup n width).last * onesOf Y.block (n - lo) + _) j = _
  rw [onesOf_eq hY.block_pos, outer, mul_ones, Nat.add_comm, pack_add]
  exact digit_pack Y.block (fun j hj => fits hj) hj

end
end Network
end Compact
