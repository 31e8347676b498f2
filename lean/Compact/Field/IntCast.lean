prelude
import Compact.Field.Cast
/-!
# Integers in an `ExpField`
-/
namespace Compact
variable (R : Type) [ExpField R]

/-- The integer `z` as an element of `R`. -/
noncomputable def ofInt : Int → R
  | .ofNat n => ofNat R n
  | .negSucc n => -ofNat R (n + 1)

theorem ofInt_ofNat (n : Nat) : ofInt R (.ofNat n) = ofNat R n := rfl
theorem ofInt_negSucc (n : Nat) : ofInt R (.negSucc n) = -ofNat R (n + 1) := rfl

theorem ofInt_subNatNat (m n : Nat) : ofInt R (.subNatNat m n) = ofNat R m - ofNat R n := by
  cases Nat.lt_or_ge m n with
  | inl h =>
    rw [Int.subNatNat_of_lt h, ofInt_negSucc, Nat.sub_add_cancel (Nat.sub_pos_of_lt h), ofNat_sub (Nat.le_of_lt h),
      neg_sub]
  | inr h => rw [Int.subNatNat_of_le h, ofInt_ofNat, ofNat_sub h]

end Compact
