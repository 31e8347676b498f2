prelude
import Compact.Network.Group
import Compact.Network.Lanes
import Compact.Counting.Tree
/-!
# Pairs in blocks

A check looks at blocks of elements one after the other, so that the kernel can forget in between.  A certificate says of
each block how many elements it has and how many pairs are counted in it.
-/
namespace Compact
namespace Network
noncomputable section

/-- The number of pairs that are counted in all blocks. -/
def claimed (blocks : List (List Nat)) : Nat := fold (fun b ih => Nat.add (nth 0 b 1) ih) 0 blocks

/-- One block, of the elements from `lo` on: `count lo k` pairs are found in the block of `k` elements. -/
def blockCheck (n : Nat) (count : Nat → Nat → Nat) (lo : Nat) (b : List Nat) : Bool :=
  Nat.ble (Nat.add lo (nth 0 b 0)) n && Nat.ble (nth 0 b 1) (count lo (nth 0 b 0))

/-- All blocks, the first of which begins at `lo`. -/
def blocksCheck (n : Nat) (count : Nat → Nat → Nat) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => blockCheck n count lo b && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

end

/-- One block, then the others: a certificate's proof goes block by block. -/
theorem next {n : Nat} {count : Nat → Nat → Nat} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck n count lo b = true) (others : blocksCheck n count blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck n count (b :: blocks) lo = true := Bool.and_intro first others

/-- Different blocks hold different inputs, told apart by a number `key x`. -/
theorem of_blocks {P : List Nat → Prop} {n : Nat} {count : Nat → Nat → Nat} (key : List Nat → Nat)
    (sound : ∀ lo k, lo + k ≤ n → AtLeast (count lo k) fun x => P x ∧ lo ≤ key x ∧ key x < lo + k)
    {blocks : List (List Nat)} {lo : Nat} (h : blocksCheck n count blocks lo = true) :
    AtLeast (claimed blocks) fun x => P x ∧ lo ≤ key x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first : blockCheck n count lo b = true := Bool.and_left h
    have here := AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right first))
      (sound lo (nth 0 b 0) (Nat.le_of_ble_eq_true (Bool.and_left first)))
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add here (ih (Bool.and_right h)) fun x hx hy => ?_)
    · match hx with
      | .inl hx => exact ⟨hx.left, hx.right.left⟩
      | .inr hx => exact ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- `k` elements from `lo` on, each with the pairs that are found for it. -/
theorem of_elements {P : List Nat → Prop} {n lo k : Nat} {f : Nat → Nat} (key : List Nat → Nat) (hn : lo + k ≤ n)
    (sound : ∀ x, x < n → AtLeast (f x) fun z => P z ∧ key z = x) :
    AtLeast (total k fun i => f (lo + i)) fun z => P z ∧ lo ≤ key z ∧ key z < lo + k :=
  AtLeast.totalFrom key fun i hi => sound (lo + i) (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hn)

end Network
end Compact
