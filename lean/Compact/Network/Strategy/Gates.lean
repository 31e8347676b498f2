prelude
import Compact.Network.Strategy.Gates.Pair
/-!
# Strategy: gates, is sound

`sound`: for any network and any certificate, if `check` (`Gates/Check.lean`) evaluates to `true`, at least `bound` pairs are answered
correctly.
-/
namespace Compact
namespace Network
namespace Gates
/-- One block, then the others. -/
theorem next {w : Weights} {half : Nat} {neurons : List Nat} {e : Nat} {codes wrongs : List (List Nat)} {er : Nat} {b : List Nat}
    {blocks : List (List Nat)} {lo : Nat} (first : blockCheck w.order (count w half neurons e codes wrongs er) lo b = true)
    (others : blocksCheck w.order (count w half neurons e codes wrongs er) blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w.order (count w half neurons e codes wrongs er) (b :: blocks) lo = true := Network.next first others

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
