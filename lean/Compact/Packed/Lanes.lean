prelude
import Compact.Packed.Combine
/-!
# Comparing one lane with all the others

`Y = pack L v f` holds `v` numbers below `2 ^ (L-1)`.  The test `(Lane.of L (ones L v) m).test S Y` is true
exactly when lane `m` is above every other lane by more than the slack `S`: it subtracts all lanes at once
from `2 ^ (L-1) + (f m - (S + 1))` and looks at the top bits, which tell which lanes were small enough.
-/
namespace Compact

/-! ## Bitwise conjunction of packed numbers -/

theorem land_pack (L : Nat) {n : Nat} {f g : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ L)
    (hg : ∀ j, j < n → g j < 2 ^ L) :
    Nat.land (pack L n f) (pack L n g) = pack L n fun j => Nat.land (f j) (g j) := by
  induction n generalizing f g with
  | zero => rfl
  | succ n ih =>
    show Nat.land (f 0 + 2 ^ L * _) (g 0 + 2 ^ L * _) = Nat.land (f 0) (g 0) + 2 ^ L * _
    rw [Nat.land_add_mul_two_pow L _ _ (hf 0 (Nat.zero_lt_succ n)) (hg 0 (Nat.zero_lt_succ n)),
      ih (fun j hj => hf (j + 1) (Nat.succ_lt_succ hj)) fun j hj => hg (j + 1) (Nat.succ_lt_succ hj)]

/-- The packed number determines its lanes. -/
theorem pack_inj {L n : Nat} {f g : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ L) (hg : ∀ j, j < n → g j < 2 ^ L)
    (h : pack L n f = pack L n g) {j : Nat} (hj : j < n) : f j = g j := by
  rw [← digit_pack L hf hj, ← digit_pack L hg hj, h]

/-- All lanes zero but one. -/
theorem pack_single (L k : Nat) {n m : Nat} (hm : m < n) :
    pack L n (fun j => if j = m then k else 0) = k * 2 ^ (L * m) := by
  have zero : ∀ n, pack L n (fun _ => 0) = 0 := fun n => (pack_const L n 0).trans (Nat.zero_mul _)
  induction n generalizing m with
  | zero => exact absurd hm (Nat.not_lt_zero m)
  | succ n ih =>
    cases m with
    | zero =>
      show k + 2 ^ L * pack L n (fun _ => 0) = k * 1
      rw [zero n, Nat.mul_zero, Nat.mul_one, Nat.add_zero]
    | succ m =>
      show 0 + 2 ^ L * pack L n (fun j => if j + 1 = m + 1 then k else 0) = k * 2 ^ (L * m + L)
      have e : pack L n (fun j => if j + 1 = m + 1 then k else 0) = pack L n fun j => if j = m then k else 0 :=
        pack_congr L fun j _ => by
          by_cases h : j = m
          case pos => rw [ite_eq_left h, ite_eq_left (congrArg Nat.succ h)]
          case neg => rw [ite_eq_right h, ite_eq_right fun h' => h (Nat.succ.inj h')]
      rw [e, ih (Nat.lt_of_succ_lt_succ hm), Nat.zero_add, Nat.pow_add, Nat.mul_left_comm, Nat.mul_comm (2 ^ L)]

/-- The top bit of a number of `k + 1` bits. -/
theorem land_two_pow_iff {k x : Nat} (hx : x < 2 ^ (k + 1)) : Nat.land x (2 ^ k) = 2 ^ k ↔ 2 ^ k ≤ x := by
  refine ⟨Nat.le_of_land_eq, fun h => ?_⟩
  have hr : x - 2 ^ k < 2 ^ k := Nat.sub_lt_left_of_lt_add h (Nat.two_pow_succ k ▸ hx)
  have e := Nat.land_add_mul_two_pow k 1 1 hr (Nat.two_pow_pos k)
  rw [Nat.land_zero, Nat.mul_one, Nat.sub_add_cancel h, Nat.zero_add, Nat.zero_add] at e
  exact e.trans (Nat.mul_one _)

/-! ## The test -/

/-- What the test of one lane needs, computed once for many tests. -/
structure Lane where
  /-- Where the lane begins. -/
  shift : Nat
  /-- `2 ^ L` -/
  base : Nat
  /-- `2 ^ (L - 1)` -/
  top : Nat
  /-- One in every lane. -/
  one : Nat
  /-- `top` in every lane but this one. -/
  mask : Nat

namespace Lane

/-- Lane `m` of lanes of `L` bits, given a one in every lane (`ones L v`, evaluate it first). -/
noncomputable def of (L one m : Nat) : Lane where
  shift := Nat.mul L m
  base := Nat.pow 2 L
  top := Nat.pow 2 (Nat.sub L 1)
  one := one
  mask := Nat.sub (Nat.mul (Nat.pow 2 (Nat.sub L 1)) one) (Nat.shiftLeft (Nat.pow 2 (Nat.sub L 1)) (Nat.mul L m))

/-- Evaluate the constants, then go on with them. -/
noncomputable def force {α : Type} (l : Lane) (k : Lane → α) : α :=
  Nat.force l.shift fun shift => Nat.force l.base fun base => Nat.force l.top fun top =>
    Nat.force l.one fun one => Nat.force l.mask fun mask => k ⟨shift, base, top, one, mask⟩

theorem force_eq {α : Type} (l : Lane) (k : Lane → α) : l.force k = k l := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- The lane of a packed number. -/
noncomputable def read (l : Lane) (Y : Nat) : Nat := Nat.mod (Nat.shiftRight Y l.shift) l.base

/-- `top + (y - (S + 1))` minus each lane: the top bit stays where the lane is below `y` by more than `S`. -/
noncomputable def drop (l : Lane) (S y Y : Nat) : Nat :=
  Nat.sub (Nat.mul (Nat.add l.top (Nat.sub y (Nat.succ S))) l.one) Y

/-- Whether the lane is above all other lanes of `Y` by more than `S`. -/
noncomputable def test (l : Lane) (S Y : Nat) : Bool :=
  Nat.force Y fun Y => Nat.force (l.read Y) fun y =>
    Bool.rec (motive := fun _ => Bool) false (Nat.beq (Nat.land (l.drop S y Y) l.mask) l.mask)
      (Nat.ble (Nat.succ S) y)

/-! ## What the test says -/

section
variable {k v m S : Nat} {f : Nat → Nat}

/-- The mask, lane by lane. -/
theorem mask_eq (hm : m < v) :
    (of (k + 1) (ones (k + 1) v) m).mask = pack (k + 1) v fun j => if j = m then 0 else 2 ^ k := by
  show 2 ^ k * (pack (k + 1) v fun _ => 1) - 2 ^ k * 2 ^ ((k + 1) * m) = _
  rw [← pack_const, ← pack_single (k + 1) (2 ^ k) hm, pack_sub]
  · refine pack_congr _ fun j _ => ?_
    by_cases h : j = m
    case pos => rw [ite_eq_left h, ite_eq_left h, Nat.sub_self]
    case neg => rw [ite_eq_right h, ite_eq_right h, Nat.sub_zero]
  · intro j _
    by_cases h : j = m
    case pos => rw [ite_eq_left h]; exact Nat.le_refl _
    case neg => rw [ite_eq_right h]; exact Nat.zero_le _

/-- The difference, lane by lane: no lane borrows. -/
theorem drop_eq (y : Nat) (hf : ∀ j, j < v → f j < 2 ^ k) :
    (of (k + 1) (ones (k + 1) v) m).drop S y (pack (k + 1) v f) =
      pack (k + 1) v fun j => 2 ^ k + (y - (S + 1)) - f j := by
  show (2 ^ k + (y - (S + 1))) * (pack (k + 1) v fun _ => 1) - _ = _
  rw [← pack_const]
  exact pack_sub _ fun j hj => Nat.le_add_right_of_le (Nat.le_of_lt (hf j hj))

theorem read_eq (hm : m < v) (hf : ∀ j, j < v → f j < 2 ^ k) :
    (of (k + 1) (ones (k + 1) v) m).read (pack (k + 1) v f) = f m :=
  digit_pack (k + 1) (fun j hj => Nat.lt_trans (hf j hj) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))) hm

/-- The top bit stays exactly when `x` is below `y` by more than `S`. -/
theorem top_le_iff {B x y : Nat} (hS : S < y) (hx : x ≤ B) : B ≤ B + (y - (S + 1)) - x ↔ x + S < y := by
  match Nat.exists_eq_add_of_le' (Nat.succ_le_of_lt hS) with
  | ⟨d, e⟩ =>
    rw [e]
    refine Iff.trans (Nat.le_sub_iff_add_le (Nat.le_add_right_of_le hx)) ?_
    rw [Nat.add_sub_cancel]
    exact ⟨fun h => Nat.add_le_add_right (Nat.le_of_add_le_add_left h) (S + 1),
      fun h => Nat.add_le_add_left (Nat.le_of_add_le_add_right (k := S + 1) h) B⟩

theorem beq_iff (a b : Nat) : Nat.beq a b = true ↔ a = b :=
  ⟨Nat.eq_of_beq_eq_true a b, fun e => e ▸ Nat.beq_self a⟩

/-- The comparison with the mask, lane by lane. -/
theorem land_mask_iff (hm : m < v) {g : Nat → Nat} (hg : ∀ j, j < v → g j < 2 ^ (k + 1)) :
    Nat.land (pack (k + 1) v g) (of (k + 1) (ones (k + 1) v) m).mask = (of (k + 1) (ones (k + 1) v) m).mask ↔
      ∀ t, t < v → t ≠ m → 2 ^ k ≤ g t := by
  have hM : ∀ j, j < v → (if j = m then 0 else 2 ^ k) < 2 ^ (k + 1) := fun j _ => by
    by_cases h : j = m
    case pos => rw [ite_eq_left h]; exact Nat.two_pow_pos _
    case neg => rw [ite_eq_right h]; exact Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
  rw [mask_eq hm, land_pack _ hg hM]
  refine ⟨fun h t ht hne => ?_, fun h => pack_congr _ fun j hj => ?_⟩
  · have e := pack_inj (fun j hj => Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (hM j hj)) hM h ht
    rw [ite_eq_right hne] at e
    exact Nat.le_of_land_eq e
  · by_cases h' : j = m
    case pos => rw [ite_eq_left h', Nat.land_zero]
    case neg => rw [ite_eq_right h', (land_two_pow_iff (hg j hj)).mpr (h j hj h')]

end

/-- The test is true exactly when lane `m` is above `S`, and above every other lane by more than `S`. -/
theorem test_iff {L v m : Nat} {f : Nat → Nat} (hL : 0 < L) (hf : ∀ t, t < v → f t < 2 ^ (L - 1)) (hm : m < v)
    (S : Nat) :
    (of L (ones L v) m).test S (pack L v f) = true ↔ S < f m ∧ ∀ t, t < v → t ≠ m → f t + S < f m := by
  match L, hL with
  | k + 1, _ =>
    have hf : ∀ t, t < v → f t < 2 ^ k := hf
    unfold test
    rw [Nat.force_eq, Nat.force_eq, read_eq hm hf, drop_eq _ hf]
    cases h : Nat.ble (Nat.succ S) (f m) with
    | false =>
      refine ⟨fun h' => Bool.noConfusion h', fun h' => ?_⟩
      exact Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'.left))
    | true =>
      have hS : S < f m := Nat.le_of_ble_eq_true h
      have hg : ∀ j, j < v → 2 ^ k + (f m - (S + 1)) - f j < 2 ^ (k + 1) := fun j _ => by
        refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
        rw [Nat.two_pow_succ]
        exact Nat.add_lt_add_left (Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hf m hm)) _
      refine Iff.trans (beq_iff _ _) (Iff.trans (land_mask_iff hm hg) ?_)
      exact ⟨fun h => ⟨hS, fun t ht hne => (top_le_iff hS (Nat.le_of_lt (hf t ht))).mp (h t ht hne)⟩,
        fun h t ht hne => (top_le_iff hS (Nat.le_of_lt (hf t ht))).mpr (h.right t ht hne)⟩

/-- What a passed test proves. -/
theorem lt_of_test {L v m S : Nat} {f : Nat → Nat} (hL : 0 < L) (hf : ∀ t, t < v → f t < 2 ^ (L - 1)) (hm : m < v)
    (h : (of L (ones L v) m).test S (pack L v f) = true) : ∀ t, t < v → t ≠ m → f t + S < f m :=
  ((test_iff hL hf hm S).mp h).right

end Lane
end Compact
