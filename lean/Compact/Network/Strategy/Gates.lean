prelude
import Compact.Network.Symmetry
import Compact.Network.Gates.Order
import Compact.Network.Gates.Errors
import Compact.Network.Gates.Ranges
/-!
# Strategy: gates

Which neurons are active is a *gate* of the pair; what active neurons add to the logits is linear.  With the neurons in an
order in which neighbours tend to be active together, the gate is a few runs, and the logits are a few differences of prefix
sums (`Gates/Walk.lean`).  For networks that add modulo `p` an order by frequency and phase leaves about one run for each
frequency.

The certificate is that order, and where the runs of each pair end and begin.  Any order is sound, and so are any runs: if they are
not exactly those of the active neurons, the margins have to be above an error (`Gates/Errors.lean`).  Nothing else is rounded, so
with exact runs this proves what brute force proves.  What it saves depends on how few runs there are.
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
  /-- For each of these pairs the neurons that are wrong in its runs. -/
  wrong : List (List Nat)
  /-- Whether each neuron has a range of its weights of its own (`Ranges.lean`), or all have one. -/
  errorRows : Nat
  blocks : List (List Nat)
  /-- How many runs all pairs have together, and how many neurons are wrong in them: for the length only, the check does not read
  these. -/
  runs : Nat
  errors : Nat

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
  /-- For each neuron how far apart its weights are at most, in rows; and a lane for each output of what no weight is above. -/
  ranges : List (List Nat)
  tops : Nat

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
def Common.gate (c : Common) (tops signs : Nat) : Nat :=
  Nat.mod (Nat.shiftRight (Nat.land signs tops) c.bits) c.base

/-- How far what goes into the `q`th neuron is from zero. -/
def Common.distance (c : Common) (signs q : Nat) : Nat :=
  Nat.force (Nat.mod (Nat.shiftRight signs (Nat.mul (Nat.succ c.bits) q)) (Nat.pow 2 (Nat.succ c.bits))) fun v =>
    Nat.add (Nat.sub v (Nat.pow 2 c.bits)) (Nat.sub (Nat.pow 2 c.bits) v)

/-- Is the product `z` above all other outputs, by more than the error of the runs that were added up?  The marks begin at the bit
`mark`, the sums at `start`; where the runs are those of the active neurons, there is no error. -/
def verdict (S : Setup) (c : Common) (tops start mark width z e wrong : Nat) (a b : Side) (added : Nat) : Bool :=
  Nat.force (Nat.add a.signs b.signs) fun signs => Nat.force (Nat.xor (Nat.shiftRight added mark) (c.gate tops signs)) fun M =>
  errors e (c.distance signs) (entryAt rowSize c.ranges)
    (fun sum error => S.aboveBy error z
      (Nat.add (Nat.sub (Nat.add (Nat.mod added (Nat.pow 2 mark)) (Nat.mul sum c.tops)) start) S.last))
    width wrong M 0 0

/-- Does the pair with the product `z` pass? -/
def passes (S : Setup) (c : Common) (tops start mark width z e code wrong : Nat) (a b : Side) : Bool :=
  walk e (sumAt mark width a.sums b.sums)
    (fun plus minus => Nat.force (Nat.sub plus minus) (verdict S c tops start mark width z e wrong a b)) width width code start 0

/-- Where marks begin: above three times the start. -/
def markBits (start : Nat) : Nat := Nat.add (Nat.log2 start) 3

/-- Bits for signs: enough for them, and more than there are neurons. -/
def signBits (origin width : Nat) : Nat := Nat.add (Nat.add (Nat.log2 origin) 2) width

/-- What brings lanes of `bits + 1` bits together. -/
def remainderOf (bits : Nat) : Nat := Nat.sub (Nat.pow 2 (Nat.succ bits)) 2

/-- The number of pairs that pass with the first element `x`. -/
def countFrom (w : Weights) (I : Integers) (S : Setup) (c : Common) (half tops start mark shift e : Nat)
    (codes wrongs : List (List Nat)) (rights : List Side) (x : Nat) : Nat :=
  c.side (addLess I.origin) start shift (nth [] I.left.rows x) fun a =>
  inRows rowSize (rowCount w.order) (nth [] codes x) fun codes => inRows rowSize (rowCount w.order) (nth [] wrongs x) fun wrongs =>
  pairs half w.order x fun y j =>
  passes S c tops start mark w.width (w.table.multiply x y) e (entryAt rowSize codes j) (entryAt rowSize wrongs j) a (nth ⟨0, []⟩ rights y)

/-- The number of pairs that pass with one of the `k` first elements from `lo` on. -/
def count (w : Weights) (half : Nat) (neurons : List Nat) (e : Nat) (codes wrongs : List (List Nat)) (er lo k : Nat) : Nat :=
  integers w fun I => setupOf w.order w.width I fun S =>
  Nat.force (signBits I.origin w.width) fun bits => Nat.force (remainderOf bits) fun base => forceList (pick neurons S.rows) fun us =>
  Nat.force (Nat.mul (Nat.pow 2 bits) (ones (Nat.succ bits) w.width)) fun tops =>
  Nat.force (Nat.mul I.origin (sumList us)) fun start => Nat.force (markBits start) fun mark =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 bits) I.origin) (ones (Nat.succ bits) w.width)) fun shift =>
  Nat.force (Nat.mul 2 I.unembed.off) fun top => Nat.force (Nat.mul top S.one) fun lanes => Nat.force (rowCount w.width) fun rows =>
  forceList (mapFold (rangeOf er top) I.unembed.rows) fun each => forceList (pick neurons each) fun each =>
  inRows rowSize rows each fun ranges => Common.sides ⟨bits, base, rows, neurons, us, ranges, lanes⟩ I.right.rows fun rights =>
  total k fun i => Nat.force (Nat.add lo i) (countFrom w I S ⟨bits, base, rows, neurons, us, ranges, lanes⟩ half tops start mark shift e codes wrongs rights)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (((Nat.ble c.bound (claimed c.blocks) && w.mayHalve c.half) && isOrder w.width c.neurons) && (w.wellFormed && w.table.group w.order c.toGroupWitness)) &&
  blocksCheck w.order (count w c.half c.neurons c.endBits c.gates c.wrong c.errorRows) c.blocks 0

end

/-- One block, then the others. -/
theorem next {w : Weights} {half : Nat} {neurons : List Nat} {e : Nat} {codes wrongs : List (List Nat)} {er : Nat} {b : List Nat}
    {blocks : List (List Nat)} {lo : Nat} (first : blockCheck w.order (count w half neurons e codes wrongs er) lo b = true)
    (others : blocksCheck w.order (count w half neurons e codes wrongs er) blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w.order (count w half neurons e codes wrongs er) (b :: blocks) lo = true := Network.next first others

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

/-- The pairs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] {w : Weights} {half : Nat} (may : w.mayHalve half = true) (h : w.wellFormed = true) (group : w.table.IsGroup w.order)
    {ns : List Nat} (hns : isOrder w.width ns = true) {e : Nat} {codes wrongs : List (List Nat)}
    {er lo k : Nat} (hn : lo + k ≤ w.order) :
    AtLeast (count w half ns e codes wrongs er lo k) fun z => Correct R w z ∧ lo ≤ lookedAt half z ∧ lookedAt half z < lo + k := by
  have len : (commonOf er (Integers.of w) w.order w.width ns).us.length = ns.length := length_pick _ _
  unfold count
  rw [integers_eq, setupOf_eq, Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, inRows_eq]
  show AtLeast (Common.sides (commonOf er (Integers.of w) w.order w.width ns) (Integers.of w).right.rows _) _
  rw [Common.sides_eq len fun i hi => fits (shape_of h).right (Nat.le_add_left _ _) hns ((shape_of h).right.rows_length ▸ hi),
    total_congr fun i _ => Nat.force_eq (Nat.add lo i) _]
  refine of_elements (f := fun x => countFrom w (Integers.of w) ((Integers.of w).setup w.order w.width)
    (commonOf er (Integers.of w) w.order w.width ns) half (topsOf (Integers.of w) w.width) _ _ (shiftOf (Integers.of w) w.width) e codes wrongs _ x)
    (lookedAt half) hn fun x hx => ?_
  unfold countFrom
  rw [nth_eq [] (Integers.of w).left.rows,
    Common.side_eq len (addLess_eq _) _ _ (fits (shape_of h).left (Nat.le_add_right _ _) hns hx), inRows_eq, inRows_eq]
  refine of_pairs may fun j hj pass => ?_
  have hy : least half x + j < w.order := Nat.add_comm j _ ▸ Nat.add_lt_of_lt_sub hj
  rw [Table.multiply_eq, nth_eq (Side.mk 0 []) _ (least half x + j), getD_mapFold _ _ ((shape_of h).right.rows_length.symm ▸ hy) []] at pass
  exact correct_of_lanes R h group hx hy (of_passes R (shape_of h) hns hx hy (group.closed x _ hx hy) rfl pass)

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
