prelude
import Compact.Mixture.Power
import Compact.Packed.Lanes
/-!
# How many lanes are at most a number

`countAtMost` subtracts all lanes at once from the number; the top bits that stay are added up as one remainder,
since a sum of powers of `X` is its number of terms, modulo `X - 1`.
-/
namespace Compact

/-- `f 0 + f 1 * 2^L + ... + f (n-1) * 2^(L*(n-1))`, as it is evaluated. -/
noncomputable def packFrom (L : Nat) (f : Nat → Nat) (n : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun j ih => Nat.add ih (Nat.shiftLeft (f j) (Nat.mul L j))) n

/-- The number of lanes of `row` that are at most `θ`; `tops` has the top bit of each lane, `one` a one. -/
noncomputable def countAtMost (L tops one row θ : Nat) : Nat :=
  Nat.mod (Nat.shiftRight (Nat.land (Nat.sub (Nat.add (Nat.mul θ one) tops) row) tops) (Nat.pred L)) (Nat.pred (Nat.pow 2 L))

/-- The last lane split off. -/
theorem pack_last (L n : Nat) (f : Nat → Nat) : pack L (n + 1) f = pack L n f + f n * 2 ^ (L * n) := by
  induction n generalizing f with
  | zero =>
    show f 0 + 2 ^ L * 0 = 0 + f 0 * 1
    rw [Nat.mul_zero, Nat.mul_one, Nat.add_zero, Nat.zero_add]
  | succ n ih =>
    show f 0 + 2 ^ L * pack L (n + 1) (fun j => f (j + 1)) = f 0 + 2 ^ L * pack L n (fun j => f (j + 1)) + f (n + 1) * 2 ^ (L * n + L)
    rw [ih, Nat.mul_add, Nat.pow_add, Nat.add_assoc, Nat.mul_left_comm (2 ^ L), Nat.mul_comm (2 ^ L) (2 ^ (L * n))]

theorem packFrom_eq (L : Nat) (f : Nat → Nat) (n : Nat) : packFrom L f n = pack L n f := by
  induction n with
  | zero => rfl
  | succ n ih => rw [pack_last, ← ih]; rfl

/-- The numbers below `n` with the property `p`. -/
def below (p : Nat → Bool) : Nat → List Nat
  | 0 => []
  | n + 1 => if p n = true then n :: below p n else below p n

section
variable {p : Nat → Bool}

theorem mem_below {n s : Nat} (h : s ∈ below p n) : s < n ∧ p s = true := by
  induction n with
  | zero => exact nomatch h
  | succ n ih =>
    have h : s ∈ if p n = true then n :: below p n else below p n := h
    by_cases e : p n = true
    case pos =>
      rw [ite_eq_left e] at h
      cases h with
      | head => exact ⟨Nat.lt_succ_self _, e⟩
      | tail _ h => exact ⟨Nat.lt_succ_of_lt (ih h).left, (ih h).right⟩
    case neg =>
      rw [ite_eq_right e] at h
      exact ⟨Nat.lt_succ_of_lt (ih h).left, (ih h).right⟩

theorem nodup_below (n : Nat) : (below p n).Nodup := by
  induction n with
  | zero => exact trivial
  | succ n ih =>
    show (if p n = true then n :: below p n else below p n).Nodup
    by_cases e : p n = true
    case pos => rw [ite_eq_left e]; exact ⟨fun h => Nat.lt_irrefl n (mem_below h).left, ih⟩
    case neg => rw [ite_eq_right e]; exact ih

/-- Lanes of 1 where the property holds. -/
theorem pack_eq_powerSum (L n : Nat) :
    pack L n (fun j => if p j = true then 1 else 0) = powerSum (2 ^ L) (fun j => j) (below p n) := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [pack_last, ih]
    show _ = powerSum (2 ^ L) (fun j => j) (if p n = true then n :: below p n else below p n)
    by_cases e : p n = true
    case pos =>
      rw [ite_eq_left e, ite_eq_left e, Nat.one_mul, Nat.pow_mul, Nat.add_comm]
      rfl
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.zero_mul, Nat.add_zero]

end

/-- The top bit of a number below it is not there. -/
theorem land_two_pow_of_lt {k x : Nat} (hx : x < 2 ^ k) : Nat.land x (2 ^ k) = 0 := by
  have e := Nat.land_add_mul_two_pow k 0 1 hx (Nat.two_pow_pos k)
  rw [Nat.land_zero, Nat.mul_one, Nat.mul_zero, Nat.add_zero, Nat.zero_add, Nat.zero_add] at e
  rw [e, Nat.land_comm, Nat.land_zero, Nat.mul_zero]

/-- Lanes of 1 where the lanes of a row are at most `θ`. -/
theorem lanesAtMost_eq {k n θ : Nat} {f : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ k) (hθ : θ < 2 ^ k) :
    Nat.shiftRight (Nat.land (θ * ones (k + 1) n + 2 ^ k * ones (k + 1) n - pack (k + 1) n f) (2 ^ k * ones (k + 1) n)) k =
      pack (k + 1) n fun j => if Nat.ble (f j) θ = true then 1 else 0 := by
  have tops : 2 ^ k * ones (k + 1) n = pack (k + 1) n fun _ => 2 ^ k := (pack_const (k + 1) n _).symm
  have thetas : θ * ones (k + 1) n = pack (k + 1) n fun _ => θ := (pack_const (k + 1) n _).symm
  have lane : ∀ j, j < n → θ + 2 ^ k - f j < 2 ^ (k + 1) := fun j hj => by
    refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
    rw [Nat.two_pow_succ]
    exact Nat.add_lt_add_right hθ _
  have top : ∀ j, j < n → 2 ^ k < 2 ^ (k + 1) := fun _ _ => Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
  have bits : Nat.land (θ * ones (k + 1) n + 2 ^ k * ones (k + 1) n - pack (k + 1) n f) (2 ^ k * ones (k + 1) n) =
      2 ^ k * pack (k + 1) n fun j => if Nat.ble (f j) θ = true then 1 else 0 := by
    rw [tops, thetas, pack_add, pack_sub _ fun j hj => Nat.le_add_left_of_le (Nat.le_of_lt (hf j hj)), land_pack _ lane top, mul_pack]
    refine pack_congr _ fun j hj => ?_
    by_cases e : Nat.ble (f j) θ = true
    case pos =>
      rw [ite_eq_left e, Nat.mul_one]
      refine (land_two_pow_iff (lane j hj)).mpr ?_
      rw [Nat.add_comm, Nat.add_sub_assoc (Nat.le_of_ble_eq_true e)]
      exact Nat.le_add_right _ _
    case neg =>
      rw [ite_eq_right e, Nat.mul_zero]
      refine land_two_pow_of_lt (Nat.sub_lt_left_of_lt_add (Nat.le_add_left_of_le (Nat.le_of_lt (hf j hj))) ?_)
      exact Nat.add_lt_add_right (Nat.lt_of_not_le fun h => e (Nat.ble_eq_true_of_le h)) _
  rw [bits]
  exact Nat.mul_div_cancel_left _ (Nat.two_pow_pos k)

/-- So many lanes are at most `θ`. -/
theorem countAtMost_le {L n θ : Nat} {f : Nat → Nat} (hL : 0 < L) (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) (hθ : θ < 2 ^ (L - 1)) :
    countAtMost L (2 ^ (L - 1) * ones L n) (ones L n) (pack L n f) θ ≤ (below (fun j => Nat.ble (f j) θ) n).length := by
  match L, hL with
  | k + 1, _ =>
    have count : countAtMost (k + 1) (2 ^ k * ones (k + 1) n) (ones (k + 1) n) (pack (k + 1) n f) θ =
        powerSum (2 ^ (k + 1)) (fun j => j) (below (fun j => Nat.ble (f j) θ) n) % Nat.pred (2 ^ (k + 1)) :=
      congrArg (fun y => Nat.mod y (Nat.pred (Nat.pow 2 (k + 1)))) ((lanesAtMost_eq hf hθ).trans (pack_eq_powerSum _ _))
    refine Nat.le_trans (Nat.le_of_eq count) ?_
    match Nat.exists_eq_add_of_le' (Nat.two_pow_pos (k + 1)) with
    | ⟨x, e⟩ =>
      rw [e]
      exact Nat.le_trans (Nat.le_of_eq (powerSum_mod x _)) (Nat.mod_le _ _)

end Compact
