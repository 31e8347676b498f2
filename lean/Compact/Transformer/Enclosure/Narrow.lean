prelude
import Compact.Transformer.Enclosure.Fits
/-!
# Narrow tables

`Enclosure.narrow` checks that no entry of a rounded row exceeds the declared width; so path logits are small
enough for the lanes that strategies pack them into.
-/
namespace Compact

theorem getD_le_maxList (xs : List Nat) (j : Nat) : xs.getD j 0 ≤ maxList xs := by
  cases Nat.lt_or_ge j xs.length with
  | inl h => exact le_maxList h
  | inr h => rw [List.getD_eq_default 0 h]; exact Nat.zero_le _

theorem lt_of_narrowRows {width : Nat} {rows : List (List Nat)} (h : narrowRows width rows = true) (i j : Nat) :
    (rows.getD i []).getD j 0 < 2 ^ width := by
  induction rows generalizing i with
  | nil => exact Nat.two_pow_pos width
  | cons xs rows ih =>
    match Bool.and_eq_true_iff.mp h with
    | ⟨hx, hr⟩ =>
      cases i with
      | zero => exact Nat.lt_of_le_of_lt (getD_le_maxList xs j) (Nat.le_of_ble_eq_true hx)
      | succ i => exact ih hr i

/-- Narrow tables bound every lane of every path logit. -/
theorem Enclosure.lane_lt {T : Enclosure} {width : Nat} (h : T.narrow width = true) (q k p t : Nat) :
    (T.directRow.getD q []).getD t 0 + (T.tokenRow.getD k []).getD t 0 + (T.posRow.getD p []).getD t 0
      ≤ 3 * 2 ^ width := by
  match Bool.and_eq_true_iff.mp h with
  | ⟨ht, hpd⟩ => match Bool.and_eq_true_iff.mp hpd with
    | ⟨hp, hd⟩ =>
      have e : 3 * 2 ^ width = 2 ^ width + 2 ^ width + 2 ^ width := by
        rw [Nat.succ_mul, Nat.two_mul]
      rw [e]
      exact Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt (lt_of_narrowRows hd q t))
        (Nat.le_of_lt (lt_of_narrowRows ht k t))) (Nat.le_of_lt (lt_of_narrowRows hp p t))

end Compact
