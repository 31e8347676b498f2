prelude
import Compact.Packed.Lanes
/-!
# Comparing all lanes of two packed numbers at once

When lanes stay below their top bit, `b + top - a` has the top bit exactly if `a ≤ b`.  So a whole row of claims,
"lane by lane at most", "lane by lane the quotient", is checked in a few steps.
-/
namespace Compact

/-- Is each lane of `A` at most that of `B`?  (`tops` has the top bit of each lane.) -/
noncomputable def lanesLe (tops A B : Nat) : Bool := Nat.beq (Nat.land (Nat.sub (Nat.add B tops) A) tops) tops

/-- Is each lane of `Y` that of `N` divided by `D`, rounded down? -/
noncomputable def lanesDiv (tops one D N Y : Nat) : Bool :=
  Nat.force (Nat.mul D Y) fun P => lanesLe tops P N && lanesLe tops N (Nat.add P (Nat.mul (Nat.pred D) one))

/-- Does each lane of `N` have only the bits of its lane of `mask`? -/
noncomputable def lanesWithin (mask N : Nat) : Bool := Nat.beq (Nat.land N mask) N

/-- Every number that is not too large is packed from its digits. -/
theorem pack_digit {L n N : Nat} (h : N < 2 ^ (L * n)) : pack L n (digit L N) = N := by
  induction n generalizing N with
  | zero => exact (Nat.eq_zero_of_lt_one h).symm
  | succ n ih =>
    have hN : N / 2 ^ L < 2 ^ (L * n) := by
      refine (Nat.div_lt_iff_lt_mul (Nat.two_pow_pos L)).mpr ?_
      rw [← Nat.pow_add]
      exact h
    have later : pack L n (fun j => digit L N (j + 1)) = N / 2 ^ L := by
      refine Eq.trans (pack_congr L fun j _ => ?_) (ih hN)
      show N / 2 ^ (L * j + L) % 2 ^ L = N / 2 ^ L / 2 ^ (L * j) % 2 ^ L
      rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ L)]
    show N / 1 % 2 ^ L + 2 ^ L * pack L n (fun j => digit L N (j + 1)) = N
    rw [later, Nat.div_one, Nat.mod_add_div]

/-- What `lanesWithin` shows for a mask of `k` bits a lane. -/
theorem of_lanesWithin {L n k N : Nat} (hk : k ≤ L) (h : lanesWithin ((2 ^ k - 1) * ones L n) N = true) :
    N = pack L n (digit L N) ∧ ∀ j, j < n → digit L N j < 2 ^ k := by
  have e := Nat.eq_of_beq_eq_true _ _ h
  have mask : (2 ^ k - 1) * ones L n = pack L n fun _ => 2 ^ k - 1 := (pack_const L n _).symm
  have small : 2 ^ k - 1 < 2 ^ k := Nat.sub_lt (Nat.two_pow_pos k) Nat.one_pos
  have lane : ∀ j, j < n → 2 ^ k - 1 < 2 ^ L := fun _ _ =>
    Nat.lt_of_lt_of_le small (Nat.pow_le_pow_right Nat.two_pos hk)
  have hN : N < 2 ^ (L * n) := by
    refine Nat.lt_of_le_of_lt ?_ (pack_lt L lane)
    rw [← mask, ← e]
    exact Nat.land_le_right _ _
  have digits := pack_digit hN
  refine ⟨digits.symm, fun j hj => ?_⟩
  have below : ∀ j, j < n → digit L N j < 2 ^ L := fun j _ => Nat.mod_lt _ (Nat.two_pow_pos L)
  rw [mask, ← digits, land_pack L below lane, digits] at e
  have both := pack_inj (fun j hj => Nat.lt_of_le_of_lt (Nat.land_le_left _ _) (below j hj)) below (e.trans digits.symm) hj
  exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_of_eq both.symm) (Nat.land_le_right _ _)) small

section
variable {L n : Nat} {f g : Nat → Nat}

/-- What `lanesLe` shows. -/
theorem of_lanesLe (hL : 0 < L) (hf : ∀ j, j < n → f j ≤ 2 ^ (L - 1)) (hg : ∀ j, j < n → g j < 2 ^ (L - 1))
    (h : lanesLe (2 ^ (L - 1) * ones L n) (pack L n f) (pack L n g) = true) {j : Nat} (hj : j < n) : f j ≤ g j := by
  match L, hL with
  | k + 1, _ =>
    have hf : ∀ j, j < n → f j ≤ 2 ^ k := hf
    have hg : ∀ j, j < n → g j < 2 ^ k := hg
    have tops : 2 ^ k * ones (k + 1) n = pack (k + 1) n fun _ => 2 ^ k := (pack_const (k + 1) n _).symm
    have e : Nat.land (pack (k + 1) n g + 2 ^ k * ones (k + 1) n - pack (k + 1) n f) (2 ^ k * ones (k + 1) n) =
      2 ^ k * ones (k + 1) n := Nat.eq_of_beq_eq_true _ _ h
    have lane : ∀ j, j < n → g j + 2 ^ k - f j < 2 ^ (k + 1) := fun j hj => by
      refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
      rw [Nat.two_pow_succ]
      exact Nat.add_lt_add_right (hg j hj) _
    have top : ∀ j, j < n → 2 ^ k < 2 ^ (k + 1) := fun _ _ => Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
    rw [tops, pack_add, pack_sub _ fun j hj => Nat.le_add_left_of_le (hf j hj), land_pack _ lane top] at e
    have bit := pack_inj (fun j hj => Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (top j hj)) top e hj
    have le := (Nat.le_sub_iff_add_le (Nat.le_add_left_of_le (hf j hj))).mp (Nat.le_of_land_eq bit)
    exact Nat.le_of_add_le_add_left (Nat.add_comm (g j) _ ▸ le)

/-- What `lanesDiv` shows. -/
theorem of_lanesDiv {D : Nat} (hL : 0 < L) (hD : 0 < D) (hf : ∀ j, j < n → f j < 2 ^ (L - 1))
    (hg : ∀ j, j < n → D * (g j + 1) ≤ 2 ^ (L - 1))
    (h : lanesDiv (2 ^ (L - 1) * ones L n) (ones L n) D (pack L n f) (pack L n g) = true) {j : Nat} (hj : j < n) :
    f j / D = g j := by
  unfold lanesDiv at h
  rw [Nat.force_eq] at h
  have low := Bool.and_left h
  have high := Bool.and_right h
  have e : Nat.add (Nat.mul D (pack L n g)) (Nat.mul (Nat.pred D) (ones L n)) = pack L n fun j => D * g j + (D - 1) := by
    show D * pack L n g + (D - 1) * (pack L n fun _ => 1) = _
    rw [mul_pack, ← pack_const, pack_add]
  have last : ∀ j, D * g j + (D - 1) < D * (g j + 1) := fun j => by
    rw [Nat.mul_succ]
    exact Nat.add_lt_add_left (Nat.sub_lt hD Nat.one_pos) _
  rw [e] at high
  have low : lanesLe _ (D * pack L n g) _ = true := low
  rw [mul_pack] at low
  refine Nat.div_eq_of_lt_le ?_ ?_
  · rw [Nat.mul_comm]
    refine of_lanesLe hL (fun j hj => ?_) hf low hj
    exact Nat.le_trans (Nat.mul_le_mul_left D (Nat.le_succ _)) (hg j hj)
  · rw [Nat.mul_comm]
    refine Nat.lt_of_le_of_lt (of_lanesLe hL (fun j hj => Nat.le_of_lt (hf j hj)) (fun j hj => ?_) high hj) (last j)
    exact Nat.lt_of_lt_of_le (last j) (hg j hj)

end
end Compact
