prelude
import Compact.Network.Strategy.Gates.Check
/-!
# Gates: one pair

What the two sides of a pair hold, in the order of the certificate (`Common.side_eq`), and what the test of the pair says of its logits
(`of_passes`).
-/
namespace Compact
namespace Network
namespace Gates
section
variable {c : Common} {n : Nat}

/-- What a side holds. -/
noncomputable def Common.sideOf (c : Common) (o start shift : Nat) (row : List Nat) : Side :=
  ⟨packList (c.bits + 1) (pick c.neurons row) + shift,
    rowsOf rowSize c.rows (down (sumsAt o start (pick c.neurons row) c.us) (c.neurons.length + 1))⟩

/-- The lanes of a row are wide enough, and the order is of its entries. -/
structure Common.Fits (c : Common) (row : List Nat) : Prop where
  small (i : Nat) : i < row.length → row.getD i 0 < 2 ^ (c.bits + 1)
  below (q : Nat) : q < c.neurons.length → c.neurons.getD q 0 < row.length

theorem Common.side_eq {α : Type} (len : c.us.length = c.neurons.length) {step : Nat → Nat → Nat → Nat} {o : Nat}
    (hstep : ∀ acc x u, step acc x u = acc + x * u - o * u) (start shift : Nat) {row : List Nat} (hrow : c.Fits row)
    (k : Side → α) : c.side step start shift row k = k (c.sideOf o start shift row) := by
  unfold side
  rw [pickLanes_eq hrow.small hrow.below, Nat.force_eq, sumsDown_start hstep start ((length_pick _ _).trans len.symm), inRows_eq,
    length_pick]
  rfl

theorem Common.sides_eq {α : Type} (len : c.us.length = c.neurons.length) {rows : List (List Nat)}
    (hrows : ∀ i, i < rows.length → c.Fits (rows.getD i [])) (k : List Side → α) :
    c.sides rows k = k (mapFold (c.sideOf 0 0 0) rows) := by
  induction rows generalizing k with
  | nil => rfl
  | cons row rows ih =>
    show (c.side addAll 0 0 row fun side => c.sides rows fun sides => k (side :: sides)) = _
    rw [side_eq len addAll_eq _ _ (row := row) (hrows 0 (Nat.zero_lt_succ _)), ih fun i hi => hrows (i + 1) (Nat.succ_lt_succ hi)]

/-- A packed sum in another order of the neurons. -/
theorem packedSum_order {width : Nat} {ns : List Nat} (h : isOrder width ns = true) (f g : Nat → Nat) :
    packedSum width (fun q => f (ns.getD q 0)) (fun q => g (ns.getD q 0)) = packedSum width f g :=
  total_order h fun i => f i * g i

end

section
variable {I : Integers} {n width : Nat}

theorem sumList_eq {k : Nat} {us : List Nat} (h : us.length = k) : sumList us = total k fun q => us.getD q 0 := by
  induction us generalizing k with
  | nil => subst h; rfl
  | cons u us ih =>
    subst h
    show u + sumList us = total (us.length + 1) _
    rw [total_succ', ih rfl]
    rfl

theorem two_mul_lt (o width : Nat) : 2 * o < 2 ^ signBits o width := by
  refine Nat.lt_of_lt_of_le (m := 2 ^ (Nat.log2 o + 1 + 1)) ?_ (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_right _ _))
  rw [Nat.pow_succ']
  exact Nat.mul_lt_mul_of_pos_left Nat.lt_log2_self Nat.two_pos

theorem width_le (o width : Nat) : width + 2 ≤ signBits o width + 1 := by
  show width + 2 ≤ Nat.log2 o + 1 + 1 + width + 1
  refine Nat.succ_le_succ ?_
  rw [Nat.add_comm _ width]
  exact Nat.succ_le_succ (Nat.le_add_right _ _)

theorem start_lt (start : Nat) : 3 * start < 2 ^ markBits start := by
  show 3 * start < 2 ^ (Nat.log2 start + 1 + 2)
  rw [Nat.pow_add]
  refine Nat.lt_of_le_of_lt (Nat.mul_le_mul_right start (Nat.le_succ 3)) ?_
  rw [Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_right Nat.lt_log2_self (Nat.zero_lt_succ 3)

/-- What all sides have in common, for a network and an order of its neurons. -/
noncomputable def commonOf (er : Nat) (I : Integers) (n width : Nat) (ns : List Nat) : Common where
  bits := signBits I.origin width
  base := remainderOf (signBits I.origin width)
  rows := rowCount width
  neurons := ns
  us := pick ns (I.setup n width).rows
  ranges := rowsOf rowSize (rowCount width) (pick ns (mapFold (rangeOf er (2 * I.unembed.off)) I.unembed.rows))
  tops := 2 * I.unembed.off * (I.setup n width).one

/-- Rows of a matrix with so small an offset fit. -/
theorem fits {er : Nat} {M : Mat} (hM : M.Shape n width) (ho : M.off ≤ I.origin) {ns : List Nat} (hns : isOrder width ns = true) {x : Nat}
    (hx : x < n) : (commonOf er I n width ns).Fits (M.rows.getD x []) where
  small i hi := by
    refine Nat.lt_of_le_of_lt (hM.le x i hx (hM.row_length x hx ▸ hi)) (Nat.lt_of_le_of_lt (Nat.mul_le_mul_left 2 ho) ?_)
    exact Nat.lt_trans (two_mul_lt I.origin width) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))
  below q hq := hM.row_length x hx ▸ order_lt hns (length_order hns ▸ hq)

/-- Where the lanes of signs have their top bits. -/
noncomputable def topsOf (I : Integers) (width : Nat) : Nat :=
  Nat.mul (Nat.pow 2 (signBits I.origin width)) (ones (Nat.succ (signBits I.origin width)) width)

/-- What is added to the signs of a first element. -/
noncomputable def shiftOf (I : Integers) (width : Nat) : Nat :=
  Nat.mul (Nat.sub (Nat.pow 2 (signBits I.origin width)) I.origin) (ones (Nat.succ (signBits I.origin width)) width)

/-- What the test of a pair says. -/
theorem of_passes (R : Type) [ExpField R] (hI : I.Shape n width) {ns : List Nat} (hns : isOrder width ns = true)
    {er x y z e code wrongs start : Nat} (hx : x < n) (hy : y < n) (hz : z < n) (hstart : start = Nat.mul I.origin (sumList (commonOf er I n width ns).us))
    (h : passes (I.setup n width) (commonOf er I n width ns) (topsOf I width) start (markBits start) width z e code wrongs
      ((commonOf er I n width ns).sideOf I.origin start (shiftOf I width) (I.left.rows.getD x []))
      ((commonOf er I n width ns).sideOf 0 0 0 (I.right.rows.getD y [])) = true) :
    ∀ t, t < n → t ≠ z → I.lane width x y t < I.lane width x y z := by
  have len := length_order hns
  -- What goes into the `q`th neuron, and its weights.
  let p : Nat → Nat := fun q => I.left.get x (ns.getD q 0) + I.right.get y (ns.getD q 0)
  have left {q : Nat} (hq : q < width) : (pick ns (I.left.rows.getD x [])).getD q 0 = I.left.get x (ns.getD q 0) := getD_pick (len.symm ▸ hq)
  have right {q : Nat} (hq : q < width) : (pick ns (I.right.rows.getD y [])).getD q 0 = I.right.get y (ns.getD q 0) := getD_pick (len.symm ▸ hq)
  have sum {q : Nat} (hq : q < width) : (pick ns (I.left.rows.getD x [])).getD q 0 + (pick ns (I.right.rows.getD y [])).getD q 0 = p q := by
    rw [left hq, right hq]
  have low {q : Nat} (hq : q < width) : p q ≤ 2 * I.origin := by
    have two : 2 * I.origin = 2 * I.left.off + 2 * I.right.off := Nat.mul_add _ _ _
    rw [two]
    exact Nat.add_le_add (hI.left.le x _ hx (order_lt hns hq)) (hI.right.le y _ hy (order_lt hns hq))
  have us (q : Nat) (hq : q < width) : (pick ns (I.setup n width).rows).getD q 0 =
      pack (I.bits width) n fun t => I.unembed.get (ns.getD q 0) t :=
    (getD_pick (len.symm ▸ hq)).trans (hI.getD_rows (order_lt hns hq))
  have weights (q t : Nat) (hq : q < width) (ht : t < n) : I.unembed.get (ns.getD q 0) t ≤ 2 * I.unembed.off :=
    hI.unembed.le _ t (order_lt hns hq) ht
  have hstart' : start = I.origin * total width fun q => (pick ns (I.setup n width).rows).getD q 0 := by
    rw [hstart, ← sumList_eq ((length_pick _ _).trans len)]
    rfl
  have signs : packList (signBits I.origin width + 1) (pick ns (I.left.rows.getD x [])) + shiftOf I width +
      (packList (signBits I.origin width + 1) (pick ns (I.right.rows.getD y [])) + 0) =
      pack (signBits I.origin width + 1) width fun q => p q + (2 ^ signBits I.origin width - I.origin) := by
    show _ + (2 ^ signBits I.origin width - I.origin) * (pack _ width fun _ => 1) + _ = _
    rw [Nat.add_zero (packList _ _), packList_eq, packList_eq, length_pick, length_pick, len, ← pack_const, pack_add, pack_add]
    refine pack_congr _ fun q hq => ?_
    rw [Nat.add_right_comm, sum hq]
  have gate : (commonOf er I n width ns).gate (topsOf I width)
      (pack (signBits I.origin width + 1) width fun q => p q + (2 ^ signBits I.origin width - I.origin)) =
      pack 1 width fun q => active I.origin (p q) := by
    rw [← mod_lanes (width_le I.origin width) (bits_active _ _ _), ← lanes_active (two_mul_lt I.origin width) fun q hq => low hq]
    rfl
  have distance (q : Nat) (hq : q < width) : (commonOf er I n width ns).distance
      (pack (signBits I.origin width + 1) width fun q => p q + (2 ^ signBits I.origin width - I.origin)) q =
      (p q - I.origin) + (I.origin - p q) := by
    have read := digit_pack (signBits I.origin width + 1) (fun q hq => (land_active (two_mul_lt I.origin width) (low hq)).left) hq
    have whole : 2 ^ signBits I.origin width = I.origin + (2 ^ signBits I.origin width - I.origin) := by
      refine (Nat.add_sub_of_le (Nat.le_trans (Nat.le_mul_of_pos_left _ Nat.two_pos) (Nat.le_of_lt (two_mul_lt I.origin width)))).symm
    unfold Common.distance
    rw [Nat.force_eq]
    show (digit (signBits I.origin width + 1) _ q - 2 ^ signBits I.origin width) +
      (2 ^ signBits I.origin width - digit (signBits I.origin width + 1) _ q) = _
    rw [read]
    generalize 2 ^ signBits I.origin width - I.origin = d at whole
    rw [whole, Nat.add_sub_add_right, Nat.add_sub_add_right]
  unfold passes at h
  have h : walk e (sumAt (markBits start) width
      (rowsOf rowSize (rowCount width) (down (sumsAt I.origin start (pick ns (I.left.rows.getD x [])) (pick ns (I.setup n width).rows)) (ns.length + 1)))
      (rowsOf rowSize (rowCount width) (down (sumsAt 0 0 (pick ns (I.right.rows.getD y [])) (pick ns (I.setup n width).rows)) (ns.length + 1))))
      (fun plus minus => Nat.force (Nat.sub plus minus)
        (verdict (I.setup n width) (commonOf er I n width ns) (topsOf I width) start (markBits start) width z e wrongs _ _))
      width width code start 0 = true := h
  rw [len] at h
  match of_walk_pair R (start_lt start) hstart' (fun q hq => sum hq ▸ low hq) h with
  | ⟨s, hs, K, small, value, pass⟩ =>
    have upper : (K + 2 ^ markBits start * pack 1 width s) / 2 ^ markBits start = pack 1 width s := by
      rw [Nat.add_mul_div_left _ _ (Nat.two_pow_pos _), Nat.div_eq_of_lt small, Nat.zero_add]
    have lower : (K + 2 ^ markBits start * pack 1 width s) % 2 ^ markBits start = K := by
      rw [Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt small]
    have bit : Bits width fun q => Nat.xor (s q) (active I.origin (p q)) := fun q hq => by
      show Nat.xor (s q) (active I.origin (p q)) = 0 ∨ Nat.xor (s q) (active I.origin (p q)) = 1
      match hs q hq, active_cases I.origin (p q) with
      | .inl e, .inr ⟨_, a⟩ => rw [e, a]; exact .inl rfl
      | .inl e, .inl ⟨_, a⟩ => rw [e, a]; exact .inr rfl
      | .inr e, .inr ⟨_, a⟩ => rw [e, a]; exact .inr rfl
      | .inr e, .inl ⟨_, a⟩ => rw [e, a]; exact .inl rfl
    unfold verdict at pass
    rw [Nat.force_eq, Nat.force_eq] at pass
    have pass : errors e ((commonOf er I n width ns).distance
        (packList (signBits I.origin width + 1) (pick ns (I.left.rows.getD x [])) + shiftOf I width +
          (packList (signBits I.origin width + 1) (pick ns (I.right.rows.getD y [])) + 0))) (entryAt rowSize (commonOf er I n width ns).ranges)
        _ width wrongs
        (Nat.xor ((K + 2 ^ markBits start * pack 1 width s) / 2 ^ markBits start) ((commonOf er I n width ns).gate (topsOf I width)
          (packList (signBits I.origin width + 1) (pick ns (I.left.rows.getD x [])) + shiftOf I width +
            (packList (signBits I.origin width + 1) (pick ns (I.right.rows.getD y [])) + 0)))) 0 0 = true := pass
    rw [upper, signs, gate, xor_pack 1 hs.lt (bits_active _ _ _).lt] at pass
    have above := of_errors width bit pass
    have error : (total width fun q => Nat.xor (s q) (active I.origin (p q)) * (commonOf er I n width ns).distance
        (pack (signBits I.origin width + 1) width fun q => p q + (2 ^ signBits I.origin width - I.origin)) q) =
        total width fun q => wrong (s q) I.origin (p q) :=
      total_congr fun q hq => (congrArg (_ * ·) (distance q hq)).trans (xor_mul (hs q hq) I.origin (p q))
    let range : Nat → Nat := fun q => rangeOf er (2 * I.unembed.off) (I.unembed.rows.getD (ns.getD q 0) [])
    have errorTimes : (total width fun q => Nat.xor (s q) (active I.origin (p q)) * ((commonOf er I n width ns).distance
        (pack (signBits I.origin width + 1) width fun q => p q + (2 ^ signBits I.origin width - I.origin)) q *
          entryAt rowSize (commonOf er I n width ns).ranges q)) =
        total width fun q => wrong (s q) I.origin (p q) * range q := by
      refine total_congr fun q hq => ?_
      have read : entryAt rowSize (commonOf er I n width ns).ranges q = range q := by
        show entryAt rowSize (rowsOf rowSize (rowCount width) _) q = _
        rw [entryAt_rowsOf (Nat.lt_trans hq (lt_rowCount width)), getD_pick (len.symm ▸ hq)]
        exact getD_mapFold _ _ (hI.unembed.rows_length.symm ▸ order_lt hns hq) [] 0
      rw [read, distance q hq, ← Nat.mul_assoc, xor_mul (hs q hq) I.origin (p q)]
    have near (q t : Nat) (hq : q < width) (ht : t < n) :
        I.unembed.get (ns.getD q 0) t ≤ I.unembed.get (ns.getD q 0) z + range q := by
      have row := hI.unembed.row_length _ (order_lt hns hq)
      exact le_add_rangeOf er (fun t ht => weights q t hq (row ▸ ht)) (row.symm ▸ ht) (row.symm ▸ hz)
    rw [error, errorTimes, Nat.zero_add, Nat.zero_add] at above
    have parts := sub_start R (L := I.bits width) (n := n) (reach := 2 * I.unembed.off) (u := fun q t => I.unembed.get (ns.getD q 0) t)
      hs weights us value
    have same : (total width fun q => wrong (s q) I.origin ((pick ns (I.left.rows.getD x [])).getD q 0 +
        (pick ns (I.right.rows.getD y [])).getD q 0)) = total width fun q => wrong (s q) I.origin (p q) :=
      total_congr fun q hq => congrArg (wrong (s q) I.origin) (sum hq)
    have lanes : (pack (I.bits width) n fun t => total width fun q => part (s q) I.origin ((pick ns (I.left.rows.getD x [])).getD q 0 +
        (pick ns (I.right.rows.getD y [])).getD q 0) (2 * I.unembed.off) (I.unembed.get (ns.getD q 0) t)) =
        pack (I.bits width) n fun t => total width fun q => part (s q) I.origin (p q) (2 * I.unembed.off) (I.unembed.get (ns.getD q 0) t) :=
      pack_congr _ fun t _ => total_congr fun q hq => congrArg (part (s q) I.origin · _ _) (sum hq)
    rw [same, lanes] at parts
    have above : (I.setup n width).aboveBy (total width fun q => wrong (s q) I.origin (p q) * range q) z
        ((K + 2 ^ markBits start * pack 1 width s) % 2 ^ markBits start +
          (total width fun q => wrong (s q) I.origin (p q)) * (2 * I.unembed.off * ones (I.bits width) n) - start +
          (I.setup n width).last) = true := above
    rw [lower, parts, hI.last_eq, pack_add] at above
    have small (t : Nat) (ht : t < n) : (total width fun q => part (s q) I.origin (p q) (2 * I.unembed.off)
        (I.unembed.get (ns.getD q 0) t)) + I.last.get 0 t < I.most width := by
      refine Nat.lt_succ_of_le (Nat.add_le_add ?_ (hI.last.le 0 t Nat.zero_lt_one ht))
      exact Nat.le_trans (total_le_total fun q hq => part_le (hs q hq) (low hq) (weights q t hq ht)) (Nat.le_of_eq (total_const _ _))
    have margins := I.of_aboveBy small hz above
    refine fun t ht hne => ?_
    have gates : (total width fun q => part (s q) I.origin (p q) (2 * I.unembed.off) (I.unembed.get (ns.getD q 0) z)) +
        (total width fun i => I.hidden x y i * I.unembed.get i t) ≤
        (total width fun q => part (s q) I.origin (p q) (2 * I.unembed.off) (I.unembed.get (ns.getD q 0) t)) +
        (total width fun i => I.hidden x y i * I.unembed.get i z) +
        total width fun q => wrong (s q) I.origin (p q) * range q := by
      rw [← total_order hns fun i => I.hidden x y i * I.unembed.get i t, ← total_order hns fun i => I.hidden x y i * I.unembed.get i z,
        ← total_add, ← total_add, ← total_add]
      exact total_le_total fun q hq => part_add_le (hs q hq) I.origin (p q) (weights q t hq ht) (near q t hq ht)
    exact lane_lt gates (margins t ht hne)
where
  lane_lt {A B P Q E a b : Nat} (gates : A + P ≤ B + Q + E) (margin : B + b + E < A + a) : P + b < Q + a := by
    refine Nat.lt_of_add_lt_add_left (k := A) ?_
    have first : A + (P + b) ≤ B + Q + E + b := by rw [← Nat.add_assoc]; exact Nat.add_le_add_right gates b
    have second : B + Q + E + b < A + (Q + a) := by
      have e : B + Q + E + b = (B + b + E) + Q := by ring [B, Q, E, b]
      have e' : A + (Q + a) = A + a + Q := by ring [A, Q, a]
      rw [e, e']
      exact Nat.add_lt_add_right margin Q
    exact Nat.lt_of_le_of_lt first second

end

end Gates
end Network
end Compact
