prelude
import Compact.Transformer.Mixture.Block
/-!
# Blocks of queries

A check that goes through blocks of queries (last tokens), as `Blocks` goes through blocks of maxima: each block is a theorem of its own.
-/
namespace Compact
namespace Blocks

/-- Different blocks of queries are different inputs, if `query` tells what query an input has. -/
theorem sound_by_query {P : List Nat → Prop} {query : List Nat → Nat} {check : Nat → Nat → Nat → Bool} (h : ∀ lo len bound, check lo len bound = true →
      AtLeast bound fun x => P x ∧ lo ≤ query x ∧ query x < lo + len)
    {blocks : List (List Nat)} {lo : Nat} (hall : all check blocks lo = true) :
    AtLeast (inputs blocks) fun x => P x ∧ lo ≤ query x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first := h _ _ _ (Bool.and_left hall)
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add first (ih (Bool.and_right hall)) fun x hx hy => ?_)
    · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- All blocks together, from the query 0. -/
theorem bound_sound_by_query {P : List Nat → Prop} {query : List Nat → Nat} {check : Nat → Nat → Nat → Bool} (h : ∀ lo len bound, check lo len bound = true →
      AtLeast bound fun x => P x ∧ lo ≤ query x ∧ query x < lo + len)
    {blocks : List (List Nat)} (hall : all check blocks 0 = true) {bound : Nat} (hbound : Nat.ble bound (inputs blocks) = true) :
    AtLeast bound P :=
  AtLeast.weaken (Nat.le_of_ble_eq_true hbound) (AtLeast.mono_pred (fun _ h => h.left) (sound_by_query h hall))

end Blocks
end Compact
