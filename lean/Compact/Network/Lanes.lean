prelude
import Compact.Network.Integers
import Compact.Averaging.Margin
/-!
# From natural numbers to correct answers

What comes out of a neuron is a truncated difference of naturals, and the logits of a pair, shifted up and over one power
of two, are naturals too: `lane`.  If the lane of the product is above all others, the network answers correctly.
-/
namespace Compact
namespace Network

namespace Integers
variable (I : Integers)

/-- Zero, in what is added up for a neuron. -/
def origin : Nat := I.left.off + I.right.off

/-- What comes out of the neuron `i`: its ReLU is the truncation of the subtraction. -/
def hidden (x y i : Nat) : Nat := I.left.get x i + I.right.get y i - I.origin

/-- The logit of `t`, shifted up by a number that does not depend on `t`. -/
noncomputable def lane (width x y t : Nat) : Nat := (total width fun i => I.hidden x y i * I.unembed.get i t) + I.last.get 0 t

end Integers

/-- The shapes of the integers of well-formed weights. -/
structure Integers.Shape (I : Integers) (n width : Nat) : Prop where
  left : I.left.Shape n width
  right : I.right.Shape n width
  unembed : I.unembed.Shape width n
  last : I.last.Shape 1 n

section
variable {w : Weights}

theorem wellFormed_left (h : w.wellFormed = true) : w.W_L.hasRows w.order = true := Bool.and_left (Bool.and_left h)
theorem wellFormed_right (h : w.wellFormed = true) : w.W_R.hasRows w.order = true := Bool.and_right (Bool.and_left h)
theorem wellFormed_b (h : w.wellFormed = true) : hasRows w.b 1 = true := Bool.and_left (Bool.and_right h)
theorem wellFormed_unembed (h : w.wellFormed = true) : w.W_U.hasRows w.width = true :=
  Bool.and_left (Bool.and_right (Bool.and_right h))
theorem wellFormed_last (h : w.wellFormed = true) : hasRows w.b_U 1 = true :=
  Bool.and_right (Bool.and_right (Bool.and_right h))

theorem shape_of (h : w.wellFormed = true) : (Integers.of w).Shape w.order w.width where
  left := shape_scaled _ (Matrix.shape (wellFormed_left h) _)
  right := (shape_scaled _ (Matrix.shape (wellFormed_right h) _)).addRow (shape_scaled _ (shape_of_hasRows (wellFormed_b h) _))
    Nat.zero_lt_one
  unembed := Matrix.shape (wellFormed_unembed h) _
  last := shape_scaled _ (shape_of_hasRows (wellFormed_last h) _)

theorem one_le_degree (M : Matrix) : 1 ≤ M.degree := by
  match M with
  | .stored _ => exact Nat.le_refl 1
  | .product _ _ _ => exact Nat.le_succ 1

variable (R : Type) [ExpField R]

/-- What goes into a neuron, as an integer. -/
theorem preactivation_eq (h : w.wellFormed = true) {x y i : Nat} (hx : x < w.order) (hy : y < w.order) (hi : i < w.width) :
    ofNat R (w.one w.degree) * preactivation R w [x, y] i =
      (ofNat R ((Integers.of w).left.get x i + (Integers.of w).right.get y i)) - ofNat R (Integers.of w).origin := by
  have left := Matrix.entry_scaled R w (wellFormed_left h) (k := w.degree) (Nat.le_max_left _ w.W_R.degree) hx hi
  have right := Matrix.entry_scaled R w (wellFormed_right h) (k := w.degree) (Nat.le_max_right w.W_L.degree _) hy hi
  have bias := entry_scaled R w (k := w.degree) (wellFormed_b h) (Nat.le_trans (one_le_degree w.W_L) (Nat.le_max_left _ w.W_R.degree))
    Nat.zero_lt_one hi
  have sum := Mat.Shape.val_addRow R
    (shape_scaled (w.one (w.degree - w.W_R.degree)) (Matrix.shape (wellFormed_right h) w.width))
    (shape_scaled (w.one (w.degree - 1)) (shape_of_hasRows (wellFormed_b h) w.width)) hy Nat.zero_lt_one i
  show ofNat R (w.one w.degree) * (w.W_L.entry R w x i + w.W_R.entry R w y i + entry R w w.b 0 i) = _
  rw [mul_add, mul_add, left, right, bias, add_assoc, ← sum]
  show (ofNat R ((Integers.of w).left.get x i) - ofNat R (Integers.of w).left.off)
    + (ofNat R ((Integers.of w).right.get y i) - ofNat R (Integers.of w).right.off) = _
  unfold Integers.origin
  rw [ofNat_add, ofNat_add, add_sub_add_comm]

/-- What comes out of a neuron. -/
theorem isRelu_hidden (h : w.wellFormed = true) {x y i : Nat} (hx : x < w.order) (hy : y < w.order) (hi : i < w.width) :
    IsRelu (preactivation R w [x, y] i) (ofNat R ((Integers.of w).hidden x y i) / ofNat R (w.one w.degree)) := by
  have D : (0 : R) < ofNat R (w.one w.degree) := ofNat_pos (one_pos w _)
  have e := preactivation_eq R h hx hy hi
  have e : preactivation R w [x, y] i = _ / ofNat R (w.one w.degree) :=
    eq_div_of_mul_eq (ne_of_gt D) ((mul_comm _ _).trans e)
  rw [e]
  unfold Integers.hidden
  cases Nat.le_total (Integers.of w).origin ((Integers.of w).left.get x i + (Integers.of w).right.get y i) with
  | inl le =>
    refine .inl ⟨div_nonneg (sub_nonneg.mpr (ofNat_le le)) D, ?_⟩
    rw [ofNat_sub le]
  | inr le =>
    refine .inr ⟨?_, ?_⟩
    · refine (div_le_iff D).mpr ?_
      rw [zero_mul]
      exact sub_le_iff_le_add.mpr ((zero_add (ofNat R _)).symm ▸ ofNat_le le)
    · rw [Nat.sub_eq_zero_of_le le]
      exact zero_div _

/-- A logit times its power of two is its lane, less a number that does not depend on the output. -/
theorem logit_eq (h : w.wellFormed = true) {x y t : Nat} (ht : t < w.order) :
    ofNat R (w.one (w.degree + w.W_U.degree)) *
        logit R w (fun i => ofNat R ((Integers.of w).hidden x y i) / ofNat R (w.one w.degree)) t =
      ofNat R ((Integers.of w).lane w.width x y t) -
        ((sum w.width fun i => ofNat R ((Integers.of w).hidden x y i) * ofNat R (Integers.of w).unembed.off)
          + ofNat R (Integers.of w).last.off) := by
  have D : ofNat R (w.one w.degree) ≠ 0 := ofNat_ne_zero (one_pos w _)
  have last := entry_scaled R w (wellFormed_last h)
    (Nat.le_trans (one_le_degree w.W_U) (Nat.le_add_left _ w.degree)) Nat.zero_lt_one ht
  unfold logit Integers.lane
  rw [mul_add, show ofNat R (w.one (w.degree + w.W_U.degree)) * entry R w w.b_U 0 t = _ from last, ofNat_add, ofNat_total,
    add_sub_add_comm, ← sum_sub, mul_sum]
  refine congrArg (· + _) (sum_congr fun i hi => ?_)
  rw [one_add, ofNat_mul, ofNat_mul, ← mul_sub]
  show _ = _ * (Integers.of w).unembed.val R i t
  rw [show (Integers.of w).unembed.val R i t = _ from (Matrix.entry_eq R w (wellFormed_unembed h) hi ht).symm,
    mul_mul_mul_comm, mul_div_cancel D]

/-- **What the checkers show**: the lane of the product is above all others. -/
theorem correct_of_lanes (h : w.wellFormed = true) (group : w.table.IsGroup w.order) {x y : Nat} (hx : x < w.order)
    (hy : y < w.order) (lanes : ∀ t, t < w.order → t ≠ w.table.times x y →
      (Integers.of w).lane w.width x y t < (Integers.of w).lane w.width x y (w.table.times x y)) :
    Correct R w [x, y] := by
  refine ⟨⟨group, rfl, fun t ht => ?_⟩, _, fun i hi => isRelu_hidden R h hx hy hi, fun t ht hne => ?_⟩
  · match ht with
    | .head _ => exact hx
    | .tail _ (.head _) => exact hy
  · have P : (0 : R) < ofNat R (w.one (w.degree + w.W_U.degree)) := ofNat_pos (one_pos w _)
    refine lt_of_mul_lt_mul_left ?_ (le_of_lt P)
    show _ < _ * logit R w _ (w.table.times x y)
    rw [logit_eq R h ht, logit_eq R h (group.closed x y hx hy)]
    exact sub_lt_sub_right (ofNat_lt (lanes t ht hne)) _

end
end Network
end Compact
