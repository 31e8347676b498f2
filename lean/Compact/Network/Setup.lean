prelude
import Compact.Network.Lanes
import Compact.Packed.Lanes
/-!
# What the checkers keep of the weights

Numbers for each neuron as lists, the unembedding as packed rows: a lane for each output.  A pair passes if the lane of the
product, in the packed row of its logits, is above all others.
-/
namespace Compact
namespace Network
noncomputable section

/-- Rows of the unembedding packed with lanes of `bits` bits; the logits' own biases, and one in every lane. -/
structure Setup where
  bits : Nat
  one : Nat
  rows : List Nat
  last : Nat

namespace Integers
variable (I : Integers)

/-- No lane is larger. -/
def most (width : Nat) : Nat :=
  Nat.succ (Nat.add (Nat.mul width (Nat.mul I.origin (Nat.mul 2 I.unembed.off))) (Nat.mul 2 I.last.off))

/-- How wide lanes have to be. -/
def bits (width : Nat) : Nat := Nat.add (Nat.log2 (I.most width)) 2

/-- The tables for a group of `n` elements. -/
def setup (n width : Nat) : Setup where
  bits := I.bits width
  one := ones (I.bits width) n
  rows := mapFold (packList (I.bits width)) I.unembed.rows
  last := Nat.add (packList (I.bits width) (nth [] I.last.rows 0)) (ones (I.bits width) n)

end Integers

/-- Evaluate the tables and go on with them. -/
def setupOf {α : Type} (n width : Nat) (I : Integers) (k : Setup → α) : α :=
  Nat.force (I.bits width) fun bits => Nat.force (ones bits n) fun one =>
  forceList (mapFold (packList bits) I.unembed.rows) fun rows =>
  Nat.force (Nat.add (packList bits (nth [] I.last.rows 0)) one) fun last => k ⟨bits, one, rows, last⟩

theorem setupOf_eq {α : Type} (n width : Nat) (I : Integers) (k : Setup → α) : setupOf n width I k = k (I.setup n width) := by
  unfold setupOf
  rw [Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq]
  rfl

/-- Is the lane `z` of the packed logits above all others, by more than `slack`? -/
def Setup.aboveBy (S : Setup) (slack z logits : Nat) : Bool := (Lane.of S.bits S.one z).force fun lane => lane.test slack logits

/-- Is it above all others? -/
def Setup.above (S : Setup) (z logits : Nat) : Bool := S.aboveBy 0 z logits

/-- The sum of packed rows, times what comes out of the neurons. -/
def packedSum (width : Nat) (h : Nat → Nat) (rows : Nat → Nat) : Nat := total width fun i => h i * rows i

end

/-! ## What the tables hold -/

/-- A packed row of sums is a sum of packed rows. -/
theorem pack_total (L n k : Nat) (f : Nat → Nat → Nat) : (pack L n fun t => total k fun i => f i t) = total k fun i => pack L n (f i) := by
  induction k with
  | zero => exact pack_zero L n
  | succ k ih =>
    show (pack L n fun t => (total k fun i => f i t) + f k t) = _
    rw [← pack_add, ih]
    rfl

section
variable {I : Integers} {n width : Nat} (hI : I.Shape n width)
include hI

theorem Integers.Shape.hidden_le {x y i : Nat} (hx : x < n) (hy : y < n) (hi : i < width) : I.hidden x y i ≤ I.origin := by
  refine Nat.sub_le_of_le_add ?_
  refine Nat.le_trans (Nat.add_le_add (hI.left.le x i hx hi) (hI.right.le y i hy hi)) (Nat.le_of_eq ?_)
  show 2 * I.left.off + 2 * I.right.off = (I.left.off + I.right.off) + (I.left.off + I.right.off)
  ring [I.left.off, I.right.off]

theorem Integers.Shape.lane_lt {x y t : Nat} (hx : x < n) (hy : y < n) (ht : t < n) : I.lane width x y t < I.most width := by
  refine Nat.lt_succ_of_le (Nat.add_le_add ?_ (hI.last.le 0 t Nat.zero_lt_one ht))
  refine Nat.le_trans (total_le (g := fun _ => I.origin * (2 * I.unembed.off)) ?_) (Nat.le_of_eq (total_const _ _))
  exact fun i hi => Nat.mul_le_mul (hI.hidden_le hx hy hi) (hI.unembed.le i t hi ht)
where
  total_le {k : Nat} {f g : Nat → Nat} (h : ∀ i, i < k → f i ≤ g i) : total k f ≤ total k g := by
    induction k with
    | zero => exact Nat.le_refl 0
    | succ k ih => exact Nat.add_le_add (ih fun i hi => h i (Nat.lt_succ_of_lt hi)) (h k (Nat.lt_succ_self k))

theorem Integers.Shape.getD_rows {i : Nat} (hi : i < width) :
    (I.setup n width).rows.getD i 0 = pack (I.bits width) n fun t => I.unembed.get i t := by
  refine (getD_mapFold _ _ (hI.unembed.rows_length.symm ▸ hi) [] 0).trans ?_
  rw [packList_eq, hI.unembed.row_length i hi]
  rfl

theorem Integers.Shape.last_eq : (I.setup n width).last = pack (I.bits width) n fun t => I.last.get 0 t + 1 := by
  show packList _ (nth [] I.last.rows 0) + pack _ n (fun _ => 1) = _
  rw [nth_eq, packList_eq, hI.last.row_length 0 Nat.zero_lt_one, pack_add]
  rfl

/-- The packed logits of a pair, from the packed rows of the unembedding. -/
theorem Integers.Shape.logits_eq (x y : Nat) :
    packedSum width (I.hidden x y) (fun i => (I.setup n width).rows.getD i 0) + (I.setup n width).last =
      pack (I.bits width) n fun t => I.lane width x y t + 1 := by
  rw [hI.last_eq]
  have sum : packedSum width (I.hidden x y) (fun i => (I.setup n width).rows.getD i 0) =
      pack (I.bits width) n fun t => total width fun i => I.hidden x y i * I.unembed.get i t := by
    rw [pack_total]
    exact total_congr fun i hi => (congrArg (_ * ·) (hI.getD_rows hi)).trans (mul_pack _ _ _ _)
  rw [sum, pack_add]
  exact pack_congr _ fun t _ => (Nat.add_assoc _ _ _).symm

omit hI in
/-- What the test of packed lanes proves, if none is too large. -/
theorem Integers.of_aboveBy {slack z : Nat} {f : Nat → Nat} (hf : ∀ t, t < n → f t < I.most width) (hz : z < n)
    (h : (I.setup n width).aboveBy slack z (pack (I.bits width) n fun t => f t + 1) = true) :
    ∀ t, t < n → t ≠ z → f t + slack < f z := by
  unfold Setup.aboveBy at h
  rw [Lane.force_eq] at h
  refine fun t ht hne => ?_
  have small (t : Nat) (ht : t < n) : f t + 1 < 2 ^ (I.bits width - 1) := by
    show f t + 1 < 2 ^ (Nat.log2 (I.most width) + 1)
    exact Nat.lt_of_le_of_lt (hf t ht) Nat.lt_log2_self
  have lt := Lane.lt_of_test (L := I.bits width) (Nat.zero_lt_succ _) small hz h t ht hne
  rw [Nat.add_right_comm] at lt
  exact Nat.lt_of_succ_lt_succ lt

/-- What a pair that passes proves. -/
theorem Integers.Shape.of_above {x y z : Nat} (hx : x < n) (hy : y < n) (hz : z < n)
    (h : (I.setup n width).above z (packedSum width (I.hidden x y) (fun i => (I.setup n width).rows.getD i 0)
      + (I.setup n width).last) = true) :
    ∀ t, t < n → t ≠ z → I.lane width x y t < I.lane width x y z := by
  rw [hI.logits_eq x y] at h
  exact I.of_aboveBy (fun t ht => hI.lane_lt hx hy ht) hz h

end
end Network
end Compact
