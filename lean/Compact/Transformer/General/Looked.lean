prelude
import Compact.Counting.AtLeast
import Compact.Packed.Combine
import Compact.Packed.Running
import Compact.Task.Lookup
import Compact.Transformer.General.Statement
/-!
# Reading a table fast

The right answers of a table are read from a list (`lookup`), which a kernel walks along for each input.  Packed into one natural
they are read in a few steps (`lookup_of_packed`).
-/
namespace Compact
namespace Transformer

/-- The label of an input, from all labels packed in lanes of `v` bits. -/
noncomputable def packedLookup (v : Nat) (entries : List Nat) (x : List Nat) : Nat := readLane v (packList v entries) (place v x)

/-- Do lanes of `v` bits hold all labels? -/
noncomputable def labelsFit (v : Nat) (entries : List Nat) : Bool := fold (fun e ih => Nat.ble (Nat.succ e) (Nat.pow 2 v) && ih) true entries

theorem lt_of_labelsFit {v : Nat} {entries : List Nat} (h : labelsFit v entries = true) {i : Nat} (hi : i < entries.length) :
    entries.getD i 0 < 2 ^ v := by
  induction entries generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons e entries ih =>
    have h : (Nat.ble (Nat.succ e) (Nat.pow 2 v) && labelsFit v entries) = true := h
    cases i with
    | zero => exact Nat.le_of_ble_eq_true (Bool.and_left h)
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

/-- Both read the same. -/
theorem packedLookup_eq {v : Nat} {entries : List Nat} (h : labelsFit v entries = true) (x : List Nat) :
    packedLookup v entries x = lookup v entries x := by
  unfold packedLookup lookup
  rw [packList_eq]
  cases Nat.lt_or_ge (place v x) entries.length with
  | inl hi => exact digit_pack v (fun i hi => lt_of_labelsFit h hi) hi
  | inr hi =>
    rw [List.getD_eq_default 0 hi]
    have lt := pack_lt (n := entries.length) v (fun i hi => lt_of_labelsFit h hi)
    show _ / 2 ^ (v * place v x) % 2 ^ v = 0
    rw [Nat.div_eq_of_lt (Nat.lt_of_lt_of_le lt (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left v hi))), Nat.zero_mod]

/-- **What is proved with packed labels holds of the table.** -/
theorem lookup_of_packed (R : Type) [ExpField R] (w : Weights) {v N : Nat} {entries : List Nat} (fit : labelsFit v entries = true)
    (h : AtLeast N (Correct R (packedLookup v entries) w)) : AtLeast N (Correct R (lookup v entries) w) :=
  AtLeast.mono_pred (fun x hx => by
    unfold Correct at hx ⊢
    rw [packedLookup_eq fit] at hx
    exact hx) h

end Transformer
end Compact
