prelude
import Compact.Network.Symmetry
import Compact.Network.Gates.Order
import Compact.Network.Gates.Chosen
/-!
# Strategy: gates

Which neurons are active is a *gate* of the pair; what active neurons add to the logits is linear.  With the neurons in an
order in which neighbours tend to be active together, the gate is a few runs, and the logits are a few differences of prefix
sums (`Gates/Walk.lean`).  For networks that add modulo `p` an order by frequency and phase leaves about one run for each
frequency.

The certificate is that order, and where the runs of each pair end and begin: any order is sound, wrong runs are refused, and
nothing is rounded, so this proves what brute force proves.  What it saves depends on how few runs there are.
-/
namespace Compact
namespace Network
namespace Gates
noncomputable section

/-- The claimed bound, how to see that the table is a group's, an order of the neurons, and how many pairs each block of
first elements holds. -/
structure Certificate extends GroupWitness where
  bound : Nat
  /-- Whether half of the pairs are looked at (`Symmetry.lean`). -/
  half : Nat
  neurons : List Nat
  /-- Bits of a place where a run ends or begins. -/
  endBits : Nat
  /-- For each pair that is looked at the ends and beginnings of its runs, the last run lowest. -/
  gates : List (List Nat)
  blocks : List (List Nat)
  /-- How many runs of active neurons all pairs have together: for the length only, the check does not read it. -/
  runs : Nat

/-- What is kept of one element on one side: its part of the neurons packed, and prefix sums. -/
structure Side where
  signs : Nat
  /-- In rows, the last one first. -/
  sums : List (List Nat)

/-- What all sides have in common. -/
structure Common where
  /-- Lanes of signs have `bits + 1` bits. -/
  bits : Nat
  /-- `remainderOf bits` -/
  base : Nat
  /-- How many rows of prefix sums there are. -/
  rows : Nat
  /-- The order of the neurons, and the packed rows of the unembedding in that order. -/
  neurons : List Nat
  us : List Nat

/-- Evaluate a side, then go on with it: `step` adds a neuron to its prefix sums, which begin at `start`; `shift` is added to the
signs. -/
def Common.side {α : Type} (c : Common) (step : Nat → Nat → Nat → Nat) (start shift : Nat) (row : List Nat) (k : Side → α) : α :=
  Nat.force (Nat.add (packList (Nat.succ c.bits) (pickLanes (Nat.succ c.bits) c.neurons row)) shift) fun signs =>
  sumsDown step (pickLanes (Nat.succ c.bits) c.neurons row) c.us start [] fun sums =>
  inRows rowSize c.rows sums fun sums => k ⟨signs, sums⟩

/-- Evaluate the sides of all rows. -/
def Common.sides {α : Type} (c : Common) (rows : List (List Nat)) : (List Side → α) → α :=
  fold (fun row ih k => c.side addAll 0 0 row fun side => ih fun sides => k (side :: sides)) (fun k => k []) rows

/-- The active neurons of a pair, a bit for each: lanes that hold a bit are brought together by a remainder. -/
def Common.gate (c : Common) (tops : Nat) (a b : Side) : Nat :=
  Nat.mod (Nat.shiftRight (Nat.land (Nat.add a.signs b.signs) tops) c.bits) c.base

/-- Are the runs that were added up those of the active neurons, and is the product `z` above all other outputs?  The marks begin
at the bit `mark`, the sums at `start`. -/
def verdict (S : Setup) (c : Common) (tops start mark z : Nat) (a b : Side) (added : Nat) : Bool :=
  Nat.beq (Nat.shiftRight added mark) (c.gate tops a b) &&
  S.above z (Nat.add (Nat.sub (Nat.mod added (Nat.pow 2 mark)) start) S.last)

/-- Does the pair with the product `z` pass? -/
def passes (S : Setup) (c : Common) (tops start mark width z e code : Nat) (a b : Side) : Bool :=
  walk e (sumAt mark width a.sums b.sums)
    (fun plus minus => Nat.force (Nat.sub plus minus) (verdict S c tops start mark z a b)) width width code start 0

/-- Where marks begin: above three times the start. -/
def markBits (start : Nat) : Nat := Nat.add (Nat.log2 start) 3

/-- Bits for signs: enough for them, and more than there are neurons. -/
def signBits (origin width : Nat) : Nat := Nat.add (Nat.add (Nat.log2 origin) 2) width

/-- What brings lanes of `bits + 1` bits together. -/
def remainderOf (bits : Nat) : Nat := Nat.sub (Nat.pow 2 (Nat.succ bits)) 2

/-- The number of pairs that pass with the first element `x`. -/
def countFrom (w : Weights) (I : Integers) (S : Setup) (c : Common) (half tops start mark shift e : Nat)
    (codes : List (List Nat)) (rights : List Side) (x : Nat) : Nat :=
  c.side (addLess I.origin) start shift (nth [] I.left.rows x) fun a =>
  inRows rowSize (rowCount w.order) (nth [] codes x) fun codes =>
  pairs half w.order x fun y j =>
  passes S c tops start mark w.width (w.table.multiply x y) e (entryAt rowSize codes j) a (nth ⟨0, []⟩ rights y)

/-- The number of pairs that pass with one of the `k` first elements from `lo` on. -/
def count (w : Weights) (half : Nat) (neurons : List Nat) (e : Nat) (codes : List (List Nat)) (lo k : Nat) : Nat :=
  integers w fun I => setupOf w.order w.width I fun S =>
  Nat.force (signBits I.origin w.width) fun bits => Nat.force (remainderOf bits) fun base => forceList (pick neurons S.rows) fun us =>
  Nat.force (Nat.mul (Nat.pow 2 bits) (ones (Nat.succ bits) w.width)) fun tops =>
  Nat.force (Nat.mul I.origin (sumList us)) fun start => Nat.force (markBits start) fun mark =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 bits) I.origin) (ones (Nat.succ bits) w.width)) fun shift =>
  Nat.force (rowCount w.width) fun rows => Common.sides ⟨bits, base, rows, neurons, us⟩ I.right.rows fun rights =>
  total k fun i => Nat.force (Nat.add lo i) (countFrom w I S ⟨bits, base, rows, neurons, us⟩ half tops start mark shift e codes rights)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (((Nat.ble c.bound (claimed c.blocks) && w.mayHalve c.half) && isOrder w.width c.neurons) && (w.wellFormed && w.table.group w.order c.toGroupWitness)) &&
  blocksCheck w.order (count w c.half c.neurons c.endBits c.gates) c.blocks 0

end

/-- One block, then the others. -/
theorem next {w : Weights} {half : Nat} {neurons : List Nat} {e : Nat} {codes : List (List Nat)} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck w.order (count w half neurons e codes) lo b = true)
    (others : blocksCheck w.order (count w half neurons e codes) blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w.order (count w half neurons e codes) (b :: blocks) lo = true := Network.next first others

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

/-- Rows of a matrix with so small an offset fit. -/
theorem fits {M : Mat} {o base : Nat} (hM : M.Shape n width) (ho : M.off ≤ o) {ns us : List Nat} (hns : isOrder width ns = true) {x : Nat}
    (hx : x < n) : (Common.mk (signBits o width) base (rowCount width) ns us).Fits (M.rows.getD x []) where
  small i hi := by
    refine Nat.lt_of_le_of_lt (hM.le x i hx (hM.row_length x hx ▸ hi)) (Nat.lt_of_le_of_lt (Nat.mul_le_mul_left 2 ho) ?_)
    exact Nat.lt_trans (two_mul_lt o width) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))
  below q hq := hM.row_length x hx ▸ order_lt hns (length_order hns ▸ hq)

/-- What the test of a pair says. -/
theorem of_passes (R : Type) [ExpField R] (hI : I.Shape n width) {ns : List Nat} (hns : isOrder width ns = true)
    {x y z e code start : Nat} (hx : x < n) (hy : y < n) (hz : z < n) {c : Common}
    (hc : c = ⟨signBits I.origin width, remainderOf (signBits I.origin width), rowCount width, ns, pick ns (I.setup n width).rows⟩)
    (hstart : start = Nat.mul I.origin (sumList c.us))
    (h : passes (I.setup n width) c (Nat.mul (Nat.pow 2 (signBits I.origin width)) (ones (Nat.succ (signBits I.origin width)) width))
      start (markBits start) width z e code
      (c.sideOf I.origin start
        (Nat.mul (Nat.sub (Nat.pow 2 (signBits I.origin width)) I.origin) (ones (Nat.succ (signBits I.origin width)) width))
        (I.left.rows.getD x []))
      (c.sideOf 0 0 0 (I.right.rows.getD y [])) = true) :
    ∀ t, t < n → t ≠ z → I.lane width x y t < I.lane width x y z := by
  have len := length_order hns
  have clen : c.neurons.length = width := by rw [hc]; exact len
  have left {q : Nat} (hq : q < width) : (pick c.neurons (I.left.rows.getD x [])).getD q 0 = I.left.get x (ns.getD q 0) := by
    rw [hc]; exact getD_pick (len.symm ▸ hq)
  have right {q : Nat} (hq : q < width) : (pick c.neurons (I.right.rows.getD y [])).getD q 0 = I.right.get y (ns.getD q 0) := by
    rw [hc]; exact getD_pick (len.symm ▸ hq)
  have us {q : Nat} (hq : q < width) : c.us.getD q 0 = (I.setup n width).rows.getD (ns.getD q 0) 0 := by
    rw [hc]; exact getD_pick (len.symm ▸ hq)
  have low {q : Nat} (hq : q < width) : (pick c.neurons (I.left.rows.getD x [])).getD q 0 +
      (pick c.neurons (I.right.rows.getD y [])).getD q 0 ≤ 2 * I.origin := by
    have two : 2 * I.origin = 2 * I.left.off + 2 * I.right.off := Nat.mul_add _ _ _
    rw [left hq, right hq, two]
    exact Nat.add_le_add (hI.left.le x _ hx (order_lt hns hq)) (hI.right.le y _ hy (order_lt hns hq))
  have ulen : c.us.length = width := by rw [hc]; exact (length_pick _ _).trans len
  have hstart' : start = I.origin * total width fun q => c.us.getD q 0 := by rw [hstart, sumList_eq ulen]; rfl
  have bits : c.bits = signBits I.origin width := by rw [hc]
  have base : c.base = 2 ^ (signBits I.origin width + 1) - 2 := by
    rw [hc]
    rfl
  have rows : c.rows = rowCount width := by rw [hc]
  have gate : c.gate (Nat.mul (Nat.pow 2 (signBits I.origin width)) (ones (Nat.succ (signBits I.origin width)) width))
      (c.sideOf I.origin start
        (Nat.mul (Nat.sub (Nat.pow 2 (signBits I.origin width)) I.origin) (ones (Nat.succ (signBits I.origin width)) width)) (I.left.rows.getD x []))
      (c.sideOf 0 0 0 (I.right.rows.getD y [])) =
      pack 1 width fun q => active I.origin
        ((pick c.neurons (I.left.rows.getD x [])).getD q 0 + (pick c.neurons (I.right.rows.getD y [])).getD q 0) := by
    rw [← mod_lanes (width_le I.origin width) (bits_active _ _ _), ← lanes_active (two_mul_lt I.origin width) fun q hq => low hq]
    unfold Common.gate
    rw [bits, base]
    refine congrArg (fun V => Nat.mod (Nat.shiftRight (Nat.land V _) _) _) ?_
    show packList (c.bits + 1) (pick c.neurons _) + (2 ^ signBits I.origin width - I.origin) * (pack _ width fun _ => 1) +
      packList (c.bits + 1) (pick c.neurons _) = _
    rw [packList_eq, packList_eq, length_pick, length_pick, clen, bits, ← pack_const, pack_add, pack_add]
    exact pack_congr _ fun q _ => Nat.add_right_comm _ _ _
  unfold passes at h
  have h : walk e (sumAt (markBits start) width
      (rowsOf rowSize c.rows (down (sumsAt I.origin start (pick c.neurons (I.left.rows.getD x [])) c.us) (c.neurons.length + 1)))
      (rowsOf rowSize c.rows (down (sumsAt 0 0 (pick c.neurons (I.right.rows.getD y [])) c.us) (c.neurons.length + 1))))
      (fun plus minus => Nat.force (Nat.sub plus minus) (verdict (I.setup n width) c _ start (markBits start) z _ _))
      width width code start 0 = true := h
  rw [rows, clen] at h
  match of_walk_pair R (start_lt start) hstart' (fun q hq => low hq) h with
  | ⟨s, hs, K, small, value, pass⟩ =>
    unfold verdict at pass
    have same := (Nat.eq_of_beq_eq_true _ _ (Bool.and_left pass)).trans gate
    have above := Bool.and_right pass
    have upper : (K + 2 ^ markBits start * pack 1 width s) / 2 ^ markBits start =
        pack 1 width s := by
      rw [Nat.add_mul_div_left _ _ (Nat.two_pow_pos _), Nat.div_eq_of_lt small, Nat.zero_add]
    have lower : (K + 2 ^ markBits start * pack 1 width s) % 2 ^ markBits start = K := by
      rw [Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt small]
    have chosen := fun i hi => pack_inj hs.lt (bits_active _ _ _).lt (upper.symm.trans same) (j := i) hi
    have sum : K - start = packedSum width (I.hidden x y) fun i => (I.setup n width).rows.getD i 0 := by
      refine (sub_start R chosen value).trans ?_
      refine Eq.trans (total_congr fun q hq => ?_) (packedSum_order hns (I.hidden x y) fun i => (I.setup n width).rows.getD i 0)
      show ((pick _ _).getD q 0 + (pick _ _).getD q 0 - I.origin) * c.us.getD q 0 = _
      rw [left hq, right hq, us hq]
      rfl
    have above : (I.setup n width).above z
        ((K + 2 ^ markBits start * pack 1 width s) % 2 ^ markBits start - start + (I.setup n width).last) = true :=
      above
    rw [lower, sum] at above
    exact hI.of_above hx hy hz above

end

/-- The pairs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] {w : Weights} {half : Nat} (may : w.mayHalve half = true) (h : w.wellFormed = true) (group : w.table.IsGroup w.order)
    {ns : List Nat} (hns : isOrder w.width ns = true) {e : Nat} {codes : List (List Nat)}
    {lo k : Nat} (hn : lo + k ≤ w.order) :
    AtLeast (count w half ns e codes lo k) fun z => Correct R w z ∧ lo ≤ lookedAt half z ∧ lookedAt half z < lo + k := by
  have len : (Common.mk (signBits (Integers.of w).origin w.width) (remainderOf (signBits (Integers.of w).origin w.width)) (rowCount w.width) ns (pick ns ((Integers.of w).setup w.order w.width).rows)).us.length =
      ns.length := length_pick _ _
  unfold count
  rw [integers_eq, setupOf_eq, Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Common.sides_eq (c := ⟨signBits (Integers.of w).origin w.width, remainderOf (signBits (Integers.of w).origin w.width), rowCount w.width, ns, _⟩) len fun i hi =>
      fits (shape_of h).right (Nat.le_add_left _ _) hns ((shape_of h).right.rows_length ▸ hi),
    total_congr fun i _ => Nat.force_eq (Nat.add lo i) _]
  refine of_elements (lookedAt half) hn fun x hx => ?_
  unfold countFrom
  rw [nth_eq [] (Integers.of w).left.rows, Common.side_eq (c := ⟨signBits (Integers.of w).origin w.width, remainderOf (signBits (Integers.of w).origin w.width), rowCount w.width, ns, _⟩) len (addLess_eq _) _ _
    (fits (shape_of h).left (Nat.le_add_right _ _) hns hx), inRows_eq]
  refine of_pairs may fun j hj pass => ?_
  have hy : least half x + j < w.order := Nat.add_comm j _ ▸ Nat.add_lt_of_lt_sub hj
  rw [Table.multiply_eq, nth_eq (Side.mk 0 []) _ (least half x + j), getD_mapFold _ _ ((shape_of h).right.rows_length.symm ▸ hy) []] at pass
  exact correct_of_lanes R h group hx hy (of_passes R (shape_of h) hns hx hy (group.closed x _ hx hy) rfl rfl pass)

/-- **Gates are sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) := by
  have first := Bool.and_left h
  have claims := Bool.and_left first
  have w' := Bool.and_right first
  have counted := of_blocks (lookedAt c.half)
    (fun lo k hn => count_sound R (Bool.and_right (Bool.and_left claims)) (Bool.and_left w') (Table.isGroup (Bool.and_right w')) (Bool.and_right claims) hn) (Bool.and_right h)
  exact AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left claims))) (AtLeast.mono_pred (fun _ h => h.left) counted)

end Gates
end Network
end Compact
