prelude
import Compact.Mixture.Grades
import Compact.Packed.CountLanes
/-!
# Tokens by levels, one after another

Of each token below the maximum four lanes are read: its factor, its lead over the outputs that are not its own, what it lacks at its own
output, and what may be taken there for each level.  Two quotients give the least level at which it takes no more than it may, and the sum
of a power of `2^countBits` for each token is what the count of a class takes a power of.  Tokens that take more than all parts
come out at the level `parts + 1`, which is beyond the digits that are counted.
-/
namespace Compact
namespace Apart
noncomputable section

/-- The larger one of two levels, `parts` at most. -/
def capped (parts a b : Nat) : Nat := Nat.sub parts (Nat.sub parts (Nat.add a (Nat.sub b a)))

/-- One less than the level of a token with the factor `e`: it lacks `short` for each unit of its factor over the outputs that are not its own, and
`own` over its own, where `unit` and `spare` may be taken for each level. -/
def levelOf (parts unit e short own spare : Nat) : Nat := capped parts (Nat.div (Nat.mul e short) unit) (Nat.div (Nat.mul e own) spare)

/-- The sum of `2^(countBits * level)` over the tokens below `m`, written out with numbers only, for the kernel. -/
def gradesFrom (L base b leadBase countBits parts unit top off m : Nat) : Nat → Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat → Nat) (fun _ _ _ _ => 0)
    (fun _ ih lows tokens owns spares => Nat.add
      (Nat.pow 2 (Nat.mul countBits (Nat.sub parts (Nat.sub parts (Nat.add
        (Nat.div (Nat.mul (Nat.mod lows base) (Nat.sub top (Nat.mod tokens leadBase))) unit)
        (Nat.sub (Nat.div (Nat.mul (Nat.mod lows base) (Nat.sub (Nat.mod owns base) off)) (Nat.mod spares base))
          (Nat.div (Nat.mul (Nat.mod lows base) (Nat.sub top (Nat.mod tokens leadBase))) unit)))))))
      (ih (Nat.shiftRight lows L) (Nat.shiftRight tokens b) (Nat.shiftRight owns L) (Nat.shiftRight spares L))) m

end

theorem digit_shift (L N j : Nat) : digit L (N / 2 ^ L) j = digit L N (j + 1) := by
  show N / 2 ^ L / 2 ^ (L * j) % 2 ^ L = N / 2 ^ (L * j + L) % 2 ^ L
  rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ L)]

theorem mod_eq_digit (L N : Nat) : N % 2 ^ L = digit L N 0 := by
  show _ = N / 1 % 2 ^ L
  rw [Nat.div_one]

/-- The level of each token, from its lanes. -/
theorem gradesFrom_eq (L b countBits parts unit top off : Nat) {m : Nat} (lows tokens owns spares : Nat) :
    gradesFrom L (2 ^ L) b (2 ^ b) countBits parts unit top off m lows tokens owns spares = total m fun s =>
      (2 ^ countBits) ^ levelOf parts unit (digit L lows s) (top - digit b tokens s) (digit L owns s - off) (digit L spares s) := by
  induction m generalizing lows tokens owns spares with
  | zero => rfl
  | succ m ih =>
    show 2 ^ (countBits * levelOf parts unit (lows % 2 ^ L) (top - tokens % 2 ^ b) (owns % 2 ^ L - off) (spares % 2 ^ L)) +
      gradesFrom L (2 ^ L) b (2 ^ b) countBits parts unit top off m (lows / 2 ^ L) (tokens / 2 ^ b) (owns / 2 ^ L) (spares / 2 ^ L) = _
    rw [ih, total_succ', mod_eq_digit, mod_eq_digit, mod_eq_digit, mod_eq_digit, Nat.pow_mul]
    exact congrArg (_ + ·) (total_congr fun s _ => by rw [digit_shift, digit_shift, digit_shift, digit_shift])

theorem capped_le {parts a b : Nat} : capped parts a b ≤ parts := Nat.sub_le _ _

theorem le_capped {parts a b : Nat} (h : capped parts a b < parts) : a ≤ capped parts a b ∧ b ≤ capped parts a b := by
  have ab : b ≤ a + (b - a) := Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ a))
  have le : a + (b - a) ≤ capped parts a b := by
    cases Nat.le_total parts (a + (b - a)) with
    | inl over =>
      refine absurd (Nat.le_of_eq ?_) (Nat.not_le_of_lt h)
      show parts = parts - (parts - (a + (b - a)))
      rw [Nat.sub_eq_zero_of_le over, Nat.sub_zero]
    | inr fits =>
      show a + (b - a) ≤ parts - (parts - (a + (b - a)))
      rw [Nat.sub_sub_self fits]
      exact Nat.le_refl _
  exact ⟨Nat.le_trans (Nat.le_add_right _ _) le, Nat.le_trans ab le⟩

/-- A quotient is enough. -/
theorem mul_le_of_div_le {a d l : Nat} (hd : 0 < d) (h : a / d ≤ l) : a ≤ (l + 1) * d :=
  Nat.le_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_mul_div a hd) (Nat.mul_le_mul_right d (Nat.succ_le_succ h)))

/-- What a token takes is at most what its level says. -/
theorem of_levelOf {parts unit e short own spare : Nat} (hunit : 0 < unit) (hspare : 0 < spare)
    (h : levelOf parts unit e short own spare < parts) :
    e * short ≤ (levelOf parts unit e short own spare + 1) * unit ∧ e * own ≤ (levelOf parts unit e short own spare + 1) * spare :=
  ⟨mul_le_of_div_le hunit (le_capped h).left, mul_le_of_div_le hspare (le_capped h).right⟩

/-! ## What is beyond all parts is not counted -/

/-- Tokens up to all parts, and the others. -/
theorem grades_split (X parts : Nat) (level : Nat → Nat) (m : Nat) (h : ∀ s, s < m → level s ≤ parts) :
    ∃ J, X * (total m fun s => X ^ level s) =
      powerSum X (fun s => level s + 1) (below (fun s => Nat.ble (level s + 1) parts) m) + X ^ (parts + 1) * J := by
  induction m with
  | zero => exact ⟨0, rfl⟩
  | succ m ih =>
    match ih fun s hs => h s (Nat.lt_succ_of_lt hs) with
    | ⟨J, e⟩ =>
      rw [total_succ, Nat.mul_add, e]
      show ∃ J', _ = powerSum X _ (if Nat.ble (level m + 1) parts = true then m :: below _ m else below _ m) + X ^ (parts + 1) * J'
      have pow : X * X ^ level m = X ^ (level m + 1) := Nat.mul_comm _ _
      by_cases e' : Nat.ble (level m + 1) parts = true
      case pos =>
        rw [ite_eq_left e', pow]
        refine ⟨J, ?_⟩
        show _ = X ^ (level m + 1) + powerSum X _ _ + X ^ (parts + 1) * J
        rw [Nat.add_comm (X ^ (level m + 1)), Nat.add_right_comm]
      case neg =>
        rw [ite_eq_right e', pow]
        have all : level m = parts := Nat.le_antisymm (h m (Nat.lt_succ_self m))
          (Nat.le_of_lt_succ (Nat.lt_of_not_le fun le => e' (Nat.ble_eq_true_of_le le)))
        exact ⟨J + 1, by rw [all, Nat.mul_succ, Nat.add_assoc]⟩

theorem pow_split (A M J c : Nat) : ∃ J', (A + M * J) ^ c = A ^ c + M * J' := by
  induction c with
  | zero => exact ⟨0, rfl⟩
  | succ c ih =>
    match ih with
    | ⟨J', e⟩ =>
      refine ⟨A ^ c * J + J' * (A + M * J), ?_⟩
      show (A + M * J) ^ c * (A + M * J) = A ^ c * A + _
      rw [e]
      ring [A ^ c, M, J, J', A]

/-- The low digits of a power are those of the power of the low digits. -/
theorem lowCount_split (X parts k A J c : Nat) :
    lowCount X parts (k * (A + X ^ (parts + 1) * J) ^ c) = lowCount X parts (k * A ^ c) := by
  match pow_split A (X ^ (parts + 1)) J c with
  | ⟨J', e⟩ =>
    rw [e]
    show (k * (A ^ c + X ^ (parts + 1) * J')) % X ^ (parts + 1) % Nat.pred X = k * A ^ c % X ^ (parts + 1) % Nat.pred X
    rw [Nat.mul_add, Nat.mul_left_comm, Nat.add_mul_mod_self_left]

end Apart
end Compact
