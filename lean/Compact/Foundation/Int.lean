prelude
import Compact.Foundation.Nat.Sub
/-!
# Integers: the little that is used

No code is generated for these functions (`noncomputable`): Lean's compiler has integers of its own.
-/

set_option genCtorIdx false in
/-- The integers: `ofNat n` is `n` and `negSucc n` is `-(n + 1)`. -/
inductive Int : Type where
  | ofNat : Nat → Int
  | negSucc : Nat → Int

namespace Int

/-- `m - n`, as an integer. -/
noncomputable def subNatNat (m n : Nat) : Int :=
  match n - m with
  | 0 => ofNat (m - n)
  | k + 1 => negSucc k

/-- The absolute value. -/
noncomputable def natAbs : Int → Nat
  | ofNat m => m
  | negSucc m => m + 1

/-- The integer, or zero if it is negative. -/
noncomputable def toNat : Int → Nat
  | ofNat n => n
  | negSucc _ => 0

theorem subNatNat_of_le {m n : Nat} (h : n ≤ m) : subNatNat m n = ofNat (m - n) := by
  unfold subNatNat
  rw [Nat.sub_eq_zero_of_le h]

theorem subNatNat_of_lt {m n : Nat} (h : m < n) : subNatNat m n = negSucc (n - m - 1) := by
  unfold subNatNat
  match Nat.exists_eq_succ_of_ne_zero (Nat.ne_of_gt (Nat.sub_pos_of_lt h)) with
  | ⟨k, e⟩ => rw [e]; rfl

end Int
