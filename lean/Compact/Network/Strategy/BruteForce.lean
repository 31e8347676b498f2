prelude
import Compact.Network.Blocks
import Compact.Network.Outer
import Compact.Network.Symmetry
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

/-- The claimed bound, how to see that the table is a group's, whether half of the pairs are looked at, and how many pairs each
block of first elements holds. -/
structure Certificate extends GroupWitness where
  bound : Nat
  half : Nat
  blocks : List (List Nat)

/-- The number of pairs that pass with the first element `x`, whose packed row is `left`. -/
def countFrom (w : Weights) (S : Setup) (Y : Layout) (half rights origin x left : Nat) : Nat :=
  Nat.force (Nat.sub w.order (least half x)) fun c =>
  Nat.force (Y.hidden c origin left (Nat.shiftRight rights (Nat.mul Y.block (least half x)))) fun H =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 Y.bits) 1) (onesOf Y.block c)) fun mask =>
  Nat.force (Y.logits c S.last mask H S.rows) fun logits =>
  pairs half w.order x fun y j => S.above (w.table.multiply x y) (Y.pair logits j)

/-- The number of pairs that pass with one of the `k` first elements from `lo` on. -/
def count (w : Weights) (half lo k : Nat) : Nat :=
  packedSetup w fun S => Nat.force (Integers.of w).origin fun origin =>
  (Layout.of origin S.bits w.order w.width).force fun Y => Nat.force (packedRight w Y.bits Y.block) fun rights =>
  packedLeft w Y.bits fun lefts =>
  total k fun i => Nat.force (Nat.add lo i) fun x => countFrom w S Y half rights origin x (nth 0 lefts x)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (claimed c.blocks) && w.mayHalve c.half) && (w.wellFormed && w.table.group w.order c.toGroupWitness)) &&
  blocksCheck w.order (count w c.half) c.blocks 0

end

/-- One block, then the others. -/
theorem next {w : Weights} {half : Nat} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck w.order (count w half) lo b = true)
    (others : blocksCheck w.order (count w half) blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w.order (count w half) (b :: blocks) lo = true := Network.next first others

/-- The pairs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] {w : Weights} {half : Nat} (may : w.mayHalve half = true) (h : w.wellFormed = true)
    (group : w.table.IsGroup w.order) {lo k : Nat} (hn : lo + k ≤ w.order) :
    AtLeast (count w half lo k) fun z => Correct R w z ∧ lo ≤ lookedAt half z ∧ lookedAt half z < lo + k := by
  have shape := shape_of h
  have fits := Layout.fits (Integers.of w) w.order w.width
  unfold count
  have bits : ((Integers.of w).setup w.order w.width).bits = (Integers.of w).bits w.width := rfl
  rw [packedSetup_eq, Nat.force_eq, Layout.force_eq, Nat.force_eq, bits, packedLeft_eq fits.bits, packedRight_eq h fits.bits]
  generalize Layout.of (Integers.of w).origin ((Integers.of w).bits w.width) w.order w.width = Y at fits
  rw [total_congr fun i _ => Nat.force_eq (Nat.add lo i) _]
  refine of_elements (f := fun x => countFrom w ((Integers.of w).setup w.order w.width) Y half _ (Integers.of w).origin x
    (nth 0 (leftRows w Y.bits) x)) (lookedAt half) hn fun x hx => ?_
  unfold countFrom
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq, getD_leftRows h Y.bits hx]
  refine of_pairs may fun j hj pass => ?_
  have hy : least half x + j < w.order := Nat.add_comm j _ ▸ Nat.add_lt_of_lt_sub hj
  have rights := fits.rights shape (lo := least half x) (Nat.le_trans (Nat.le_add_right _ j) (Nat.le_of_lt hy))
  rw [Table.multiply_eq] at pass
  refine correct_of_lanes R h group hx hy (shape.of_above hx hy (group.closed x _ hx hy) ?_)
  rw [← fits.pair shape hx hj, ← fits.hidden shape hx, ← rights]
  exact pass

/-- **Brute force is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) := by
  have first := Bool.and_left h
  have claims := Bool.and_left first
  have w' := Bool.and_right first
  have counted := of_blocks (lookedAt c.half)
    (fun lo k hn => count_sound R (Bool.and_right claims) (Bool.and_left w') (Table.isGroup (Bool.and_right w')) hn) (Bool.and_right h)
  exact AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left claims)) (AtLeast.mono_pred (fun _ h => h.left) counted)

end BruteForce
end Network
end Compact
