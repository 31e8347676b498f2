prelude
import Compact.Network.Blocks
import Compact.Network.Setup
/-!
# Strategy: brute force

Every pair is evaluated: what comes out of each neuron, times the packed row of its unembedding, and one comparison of the
product with all other outputs.  `sound`: for any weights and any certificate, if `check` evaluates to `true`, the network
answers at least `bound` pairs correctly.  Nothing is rounded, so a partly wrong network gets its true count.
-/
namespace Compact
namespace Network
namespace BruteForce
noncomputable section

/-- The claimed bound, how to see that the table is a group's, and how many pairs each block of first elements holds. -/
structure Certificate extends GroupWitness where
  bound : Nat
  blocks : List (List Nat)

/-- What comes out of the neurons, times the packed rows `us`: the three lists are read together, so that no list is made. -/
def evaluate (origin : Nat) (ls : List Nat) : List Nat → List Nat → Nat :=
  List.rec (motive := fun _ => List Nat → List Nat → Nat) (fun _ _ => 0)
    (fun l _ ih rs us => List.rec (motive := fun _ => Nat) 0 (fun r rs _ => List.rec (motive := fun _ => Nat) 0
      (fun u us _ => Nat.add (Nat.mul (Nat.sub (Nat.add l r) origin) u) (ih rs us)) us) rs) ls

/-- Does the pair with the product `z` pass? -/
def passes (S : Setup) (origin z : Nat) (ls rs : List Nat) : Bool := S.above z (Nat.add (evaluate origin ls rs S.rows) S.last)

/-- The number of pairs that pass with the first element `x`. -/
def countFrom (w : Weights) (I : Integers) (S : Setup) (origin x : Nat) : Nat :=
  total w.order fun y => Nat.force y fun y =>
  one? (passes S origin (w.table.multiply x y) (nth [] I.left.rows x) (nth [] I.right.rows y))

/-- The number of pairs that pass with one of the `k` first elements from `lo` on. -/
def count (w : Weights) (lo k : Nat) : Nat :=
  integers w fun I => setupOf w.order w.width I fun S => Nat.force I.origin fun origin =>
  total k fun i => Nat.force (Nat.add lo i) (countFrom w I S origin)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (claimed c.blocks) && (w.wellFormed && w.table.group w.order c.toGroupWitness)) &&
  blocksCheck w.order (count w) c.blocks 0

end

/-- One block, then the others. -/
theorem next {w : Weights} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck w.order (count w) lo b = true)
    (others : blocksCheck w.order (count w) blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w.order (count w) (b :: blocks) lo = true := Network.next first others

/-- `evaluate`, as a sum over indices. -/
theorem evaluate_eq (o : Nat) {k : Nat} {ls rs us : List Nat} (hl : ls.length = k) (hr : rs.length = k) (hu : us.length = k) :
    evaluate o ls rs us = packedSum k (fun i => ls.getD i 0 + rs.getD i 0 - o) fun i => us.getD i 0 := by
  induction k generalizing ls rs us with
  | zero =>
    match ls, hl with
    | [], _ => rfl
  | succ k ih =>
    match ls, rs, us, hl, hr, hu with
    | l :: ls, r :: rs, u :: us, hl, hr, hu =>
      show (l + r - o) * u + evaluate o ls rs us = total (k + 1) _
      rw [total_succ', ih (Nat.succ.inj hl) (Nat.succ.inj hr) (Nat.succ.inj hu)]
      rfl

section
variable {I : Integers} {n width : Nat}

/-- What the test of a pair says. -/
theorem of_passes (hI : I.Shape n width) {x y z : Nat} (hx : x < n) (hy : y < n) (hz : z < n)
    (h : passes (I.setup n width) I.origin z (nth [] I.left.rows x) (nth [] I.right.rows y) = true) :
    ∀ t, t < n → t ≠ z → I.lane width x y t < I.lane width x y z := by
  unfold passes at h
  rw [nth_eq, nth_eq] at h
  have left := hI.left.row_length x hx
  have right := hI.right.row_length y hy
  have rows : (I.setup n width).rows.length = width := (length_mapFold _ _).trans hI.unembed.rows_length
  rw [evaluate_eq I.origin left right rows] at h
  exact hI.of_above hx hy hz h

end

/-- The pairs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] {w : Weights} (h : w.wellFormed = true) (group : w.table.IsGroup w.order)
    {lo k : Nat} (hn : lo + k ≤ w.order) :
    AtLeast (count w lo k) fun x => Correct R w x ∧ lo ≤ token x 0 ∧ token x 0 < lo + k := by
  unfold count
  rw [integers_eq, setupOf_eq, Nat.force_eq, total_congr fun i _ => Nat.force_eq (Nat.add lo i) _]
  refine of_elements (fun x => token x 0) hn fun x hx => ?_
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (fun x => token x 1) fun y hy => ?_)
  rw [Nat.force_eq]
  refine AtLeast.of_one? (x := [x, y]) fun pass => ⟨⟨?_, rfl⟩, rfl⟩
  rw [Table.multiply_eq] at pass
  exact correct_of_lanes R h group hx hy (of_passes (shape_of h) hx hy (group.closed x y hx hy) pass)

/-- **Brute force is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) := by
  have first := Bool.and_left h
  have w' := Bool.and_right first
  have counted := of_blocks (fun x => token x 0)
    (fun lo k hn => count_sound R (Bool.and_left w') (Table.isGroup (Bool.and_right w')) hn) (Bool.and_right h)
  exact AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left first)) (AtLeast.mono_pred (fun _ h => h.left) counted)

end BruteForce
end Network
end Compact
