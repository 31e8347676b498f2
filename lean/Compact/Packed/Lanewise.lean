prelude
import Compact.Packed.Compare
/-!
# Operations on all lanes at once

`pack L n f` holds `n` numbers in lanes of `L` bits.  Sums, multiples and differences are single operations on such a number
(`pack_add`, `mul_pack`, `pack_sub`); here are those that need masks: the bits of each lane from one place on (`lanesShift`), a choice
by a bit of each lane (`lanesSelect`), and differences cut off at zero (`lanesMonus`), from which maxima and minima follow.
Each is defined as the kernel evaluates it, with a theorem that says what it does to lanes.  `docs/packed.md` shows them in use.
-/
namespace Compact
noncomputable section

/-- `n` lanes of one, by a division: `ones L n`, but quick to evaluate. -/
def onesOf (L n : Nat) : Nat := Nat.div (Nat.sub (Nat.pow 2 (Nat.mul L n)) 1) (Nat.sub (Nat.pow 2 L) 1)

/-- The lowest `k` bits. -/
def lowBits (k N : Nat) : Nat := Nat.land N (Nat.sub (Nat.pow 2 k) 1)

/-- The bits of each lane from place `s` on, as many as the mask has (`mask` is `(2^k - 1) * ones L n`). -/
def lanesShift (mask s N : Nat) : Nat := Nat.land (Nat.shiftRight N s) mask

/-- The lanes of `X` where the lane of `bits` is 1, zero where it is 0; lanes have at most `k` bits, `full` is `2^k - 1`. -/
def lanesSelect (full bits X : Nat) : Nat := Nat.land X (Nat.mul full bits)

/-- The difference of lanes, zero where it would be negative; `tops` has the top bit of each lane, `low` is `L - 1`.  (Top bits are not
evaluated before they are used: numbers that end in many zeros are all alike to the kernel's caches, which go by the low 64 bits.) -/
def lanesMonus (tops low X Y : Nat) : Nat :=
  Nat.force (Nat.sub (Nat.add X tops) Y) fun D => Nat.land D (Nat.sub (Nat.land D tops) (Nat.shiftRight (Nat.land D tops) low))

/-- The greater of two lanes. -/
def lanesMax (tops low X Y : Nat) : Nat := Nat.add Y (lanesMonus tops low X Y)

end

/-! ## Bits of one number -/

theorem land_low {k x : Nat} (hx : x < 2 ^ k) : Nat.land x (2 ^ k - 1) = x := by
  induction k generalizing x with
  | zero => rw [Nat.eq_zero_of_lt_one hx]; exact Nat.zero_land _
  | succ k ih =>
    have hm : 2 ^ (k + 1) - 1 = 2 * (2 ^ k - 1) + 1 := by
      rw [Nat.mul_sub, Nat.pow_succ']
      refine Nat.sub_eq_of_eq_add ?_
      rw [Nat.add_assoc]
      exact (Nat.sub_add_cancel (Nat.mul_le_mul_left 2 (Nat.two_pow_pos k))).symm
    have hx' : x / 2 < 2 ^ k := Nat.div_lt_of_lt_mul (Nat.pow_succ' ▸ hx)
    have e := Nat.land_digit (x / 2) (2 ^ k - 1) (Nat.mod_lt x Nat.two_pos) (Nat.lt_succ_self 1)
    rw [Nat.div_add_mod, ← hm, ih hx', Nat.mul_one, Nat.div_add_mod] at e
    exact e

/-- `lowBits` is the remainder by a power of two. -/
theorem lowBits_eq (k N : Nat) : lowBits k N = N % 2 ^ k := by
  have e := Nat.land_add_mul_two_pow k (N / 2 ^ k) 0 (Nat.mod_lt N (Nat.two_pow_pos k))
    (Nat.sub_lt (Nat.two_pow_pos k) Nat.one_pos)
  rw [Nat.mod_add_div, Nat.mul_zero, Nat.add_zero, Nat.land_zero, Nat.mul_zero, Nat.add_zero,
    land_low (Nat.mod_lt N (Nat.two_pow_pos k))] at e
  exact e

theorem two_pow_sub_one_lt (k : Nat) : 2 ^ k - 1 < 2 ^ k := Nat.sub_lt (Nat.two_pow_pos k) Nat.one_pos

theorem two_pow_sub_one_lt_of_le {k L : Nat} (h : k ≤ L) : 2 ^ k - 1 < 2 ^ L :=
  Nat.lt_of_lt_of_le (two_pow_sub_one_lt k) (Nat.pow_le_pow_right Nat.two_pos h)

/-- `onesOf` is `ones`. -/
theorem onesOf_eq {L : Nat} (hL : 0 < L) (n : Nat) : onesOf L n = ones L n := by
  have pos : 0 < 2 ^ L - 1 :=
    Nat.sub_pos_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self 1) (Nat.pow_le_pow_right Nat.two_pos hL))
  have e : ∀ n, (2 ^ L - 1) * ones L n + 1 = 2 ^ (L * n) := by
    intro n
    induction n with
    | zero => rfl
    | succ n ih =>
      show (2 ^ L - 1) * (1 + 2 ^ L * ones L n) + 1 = 2 ^ (L * n + L)
      rw [Nat.pow_add, ← ih, Nat.mul_add, Nat.mul_one, Nat.add_mul, Nat.one_mul, Nat.mul_left_comm,
        Nat.mul_comm _ (2 ^ L), Nat.add_right_comm, Nat.sub_add_cancel (Nat.two_pow_pos L), Nat.add_comm]
  show (2 ^ (L * n) - 1) / (2 ^ L - 1) = _
  rw [← e n, Nat.add_sub_cancel]
  exact Nat.mul_div_cancel_left _ pos

/-! ## Lanes -/

section
variable {L n : Nat} {f g : Nat → Nat}

/-- A constant in every lane. -/
theorem mul_ones (L n k : Nat) : k * ones L n = pack L n fun _ => k := (pack_const L n k).symm

theorem pack_le (L : Nat) {n : Nat} {f g : Nat → Nat} (h : ∀ j, j < n → f j ≤ g j) : pack L n f ≤ pack L n g := by
  induction n generalizing f g with
  | zero => exact Nat.le_refl _
  | succ n ih =>
    exact Nat.add_le_add (h 0 (Nat.zero_lt_succ n)) (Nat.mul_le_mul_left _ (ih fun j hj => h (j + 1) (Nat.succ_lt_succ hj)))

/-- One more lane, on top. -/
theorem pack_snoc (L n : Nat) (f : Nat → Nat) : pack L (n + 1) f = pack L n f + f n * 2 ^ (L * n) := by
  induction n generalizing f with
  | zero => show f 0 + 2 ^ L * 0 = 0 + f 0 * 1; rw [Nat.mul_zero, Nat.add_zero, Nat.mul_one, Nat.zero_add]
  | succ n ih =>
    show f 0 + 2 ^ L * pack L (n + 1) (fun j => f (j + 1)) = f 0 + 2 ^ L * pack L n (fun j => f (j + 1)) + f (n + 1) * 2 ^ (L * n + L)
    rw [ih, Nat.mul_add, Nat.pow_add, Nat.add_assoc, Nat.mul_comm (2 ^ (L * n)), Nat.mul_left_comm (2 ^ L)]

/-- `a` lanes, and `b` on top of them. -/
theorem pack_append (L a b : Nat) (f : Nat → Nat) :
    pack L (a + b) f = pack L a f + pack L b (fun j => f (a + j)) * 2 ^ (L * a) := by
  induction b with
  | zero => show pack L a f = pack L a f + 0 * _; rw [Nat.zero_mul, Nat.add_zero]
  | succ b ih =>
    show pack L (a + b + 1) f = _
    rw [pack_snoc, pack_snoc, ih, Nat.add_mul, Nat.mul_assoc (f (a + b)), ← Nat.pow_add, ← Nat.mul_add,
      Nat.add_comm b a, Nat.add_assoc]

/-- The lowest lanes of a packed number. -/
theorem pack_mod (hf : ∀ j, j < n → f j < 2 ^ L) {m : Nat} (hm : m ≤ n) : pack L n f % 2 ^ (L * m) = pack L m f := by
  match Nat.exists_eq_add_of_le hm with
  | ⟨b, e⟩ =>
    rw [e, pack_append, Nat.add_mul_mod_self_right, Nat.mod_eq_of_lt]
    exact pack_lt L fun j hj => hf j (Nat.lt_of_lt_of_le hj hm)

/-- The other lanes. -/
theorem pack_div (hf : ∀ j, j < n → f j < 2 ^ L) {m : Nat} (hm : m ≤ n) :
    pack L n f / 2 ^ (L * m) = pack L (n - m) fun j => f (m + j) := by
  match Nat.exists_eq_add_of_le hm with
  | ⟨b, e⟩ =>
    rw [e, pack_append, Nat.add_mul_div_right _ _ (Nat.two_pow_pos _), Nat.div_eq_of_lt, Nat.zero_add, Nat.add_sub_cancel_left]
    exact pack_lt L fun j hj => hf j (Nat.lt_of_lt_of_le hj hm)

/-- The bits of each lane from place `s` on. -/
theorem lanesShift_pack {k s : Nat} (hks : k + s ≤ L) (hf : ∀ j, j < n → f j < 2 ^ L) :
    lanesShift ((2 ^ k - 1) * ones L n) s (pack L n f) = pack L n fun j => f j / 2 ^ s % 2 ^ k := by
  have hk : k ≤ L := Nat.le_trans (Nat.le_add_right k s) hks
  have hs : s ≤ L := Nat.le_trans (Nat.le_add_left s k) hks
  rw [mul_ones]
  show Nat.land (pack L n f / 2 ^ s) _ = _
  induction n generalizing f with
  | zero => exact (congrArg (fun x => Nat.land x 0) (Nat.zero_div _)).trans (Nat.zero_land 0)
  | succ n ih =>
    have ih := ih fun j hj => hf (j + 1) (Nat.succ_lt_succ hj)
    have h0 := hf 0 (Nat.zero_lt_succ n)
    show Nat.land ((f 0 + 2 ^ L * pack L n fun j => f (j + 1)) / 2 ^ s) ((2 ^ k - 1) + 2 ^ L * pack L n fun _ => 2 ^ k - 1) =
      f 0 / 2 ^ s % 2 ^ k + 2 ^ L * pack L n fun j => f (j + 1) / 2 ^ s % 2 ^ k
    rw [← ih]
    -- Below the lane's own bits lie those of the next lane; the mask cuts them off.
    have split : (f 0 + 2 ^ L * pack L n fun j => f (j + 1)) / 2 ^ s =
        (f 0 / 2 ^ s + 2 ^ (L - s) * ((pack L n fun j => f (j + 1)) % 2 ^ s)) + 2 ^ L * ((pack L n fun j => f (j + 1)) / 2 ^ s) := by
      have eL : 2 ^ L = 2 ^ s * 2 ^ (L - s) := by rw [← Nat.pow_add, Nat.add_sub_of_le hs]
      rw [eL, Nat.mul_assoc, Nat.add_mul_div_left _ _ (Nat.two_pow_pos s), Nat.add_assoc]
      refine congrArg (f 0 / 2 ^ s + ·) ?_
      rw [Nat.mul_comm (2 ^ s) (2 ^ (L - s)), Nat.mul_assoc, ← Nat.mul_add, Nat.mod_add_div]
    have small : f 0 / 2 ^ s < 2 ^ (L - s) := by
      refine Nat.div_lt_of_lt_mul ?_
      rw [← Nat.pow_add, Nat.add_sub_of_le hs]
      exact h0
    have below : f 0 / 2 ^ s + 2 ^ (L - s) * ((pack L n fun j => f (j + 1)) % 2 ^ s) < 2 ^ L := by
      refine Nat.lt_of_lt_of_le (Nat.add_lt_add_right small _) ?_
      rw [Nat.add_comm, ← Nat.mul_succ]
      refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.mod_lt _ (Nat.two_pow_pos s))) (Nat.le_of_eq ?_)
      rw [← Nat.pow_add, Nat.sub_add_cancel hs]
    rw [split, Nat.land_add_mul_two_pow L _ _ below (two_pow_sub_one_lt_of_le hk)]
    refine congrArg (· + 2 ^ L * _) ?_
    have e := lowBits_eq k (f 0 / 2 ^ s + 2 ^ (L - s) * ((pack L n fun j => f (j + 1)) % 2 ^ s))
    refine Eq.trans e ?_
    have divides : 2 ^ (L - s) = 2 ^ k * 2 ^ (L - s - k) := by
      rw [← Nat.pow_add, Nat.add_sub_of_le (Nat.le_sub_of_add_le hks)]
    rw [divides, Nat.mul_assoc, Nat.add_mul_mod_self_left]

/-- A choice by a bit of each lane. -/
theorem lanesSelect_pack {k : Nat} (hk : k ≤ L) {b : Nat → Nat} (hb : ∀ j, j < n → b j < 2) (hf : ∀ j, j < n → f j < 2 ^ k) :
    lanesSelect (2 ^ k - 1) (pack L n b) (pack L n f) = pack L n fun j => b j * f j := by
  have wide : ∀ {x : Nat}, x < 2 ^ k → x < 2 ^ L := fun h => Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos hk)
  show Nat.land _ ((2 ^ k - 1) * _) = _
  rw [mul_pack, land_pack L (fun j hj => wide (hf j hj))]
  · refine pack_congr L fun j hj => ?_
    match b j, hb j hj with
    | 0, _ => show Nat.land (f j) ((2 ^ k - 1) * 0) = 0 * f j; rw [Nat.mul_zero, Nat.land_zero, Nat.zero_mul]
    | 1, _ => show Nat.land (f j) ((2 ^ k - 1) * 1) = 1 * f j; rw [Nat.mul_one, Nat.one_mul]; exact land_low (hf j hj)
  · intro j hj
    refine Nat.lt_of_le_of_lt ?_ (two_pow_sub_one_lt_of_le hk)
    refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.le_of_lt_succ (hb j hj))) (Nat.le_of_eq (Nat.mul_one _))

/-- The difference cut off at zero. -/
theorem lanesMonus_pack (hL : 0 < L) (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) (hg : ∀ j, j < n → g j < 2 ^ (L - 1)) :
    lanesMonus (2 ^ (L - 1) * ones L n) (L - 1) (pack L n f) (pack L n g) = pack L n fun j => f j - g j := by
  match L, hL with
  | k + 1, _ =>
    have hf : ∀ j, j < n → f j < 2 ^ k := hf
    have hg : ∀ j, j < n → g j < 2 ^ k := hg
    unfold lanesMonus
    rw [Nat.force_eq]
    show Nat.land (pack (k + 1) n f + 2 ^ k * ones (k + 1) n - pack (k + 1) n g)
      (Nat.land (pack (k + 1) n f + 2 ^ k * ones (k + 1) n - pack (k + 1) n g) (2 ^ k * ones (k + 1) n) -
        Nat.land (pack (k + 1) n f + 2 ^ k * ones (k + 1) n - pack (k + 1) n g) (2 ^ k * ones (k + 1) n) / 2 ^ k) = _
    have top : 2 ^ k < 2 ^ (k + 1) := Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)
    have diff : ∀ j, j < n → f j + 2 ^ k - g j < 2 ^ (k + 1) := fun j hj => by
      refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
      rw [Nat.two_pow_succ]
      exact Nat.add_lt_add_right (hf j hj) _
    -- The top bit of the difference stays exactly where nothing is cut off.
    have bit : ∀ j, j < n → Nat.land (f j + 2 ^ k - g j) (2 ^ k) = (if g j ≤ f j then 1 else 0) * 2 ^ k := fun j hj => by
      by_cases h : g j ≤ f j
      case pos =>
        rw [ite_eq_left h, Nat.one_mul]
        exact (land_two_pow_iff (diff j hj)).mpr (Nat.le_sub_of_add_le (by rw [Nat.add_comm]; exact Nat.add_le_add_right h _))
      case neg =>
        rw [ite_eq_right h, Nat.zero_mul]
        have small : f j + 2 ^ k - g j < 2 ^ k := by
          refine Nat.sub_lt_right_of_lt_add (Nat.le_add_left_of_le (Nat.le_of_lt (hg j hj))) ?_
          rw [Nat.add_comm]
          exact Nat.add_lt_add_left (Nat.lt_of_not_le h) _
        have e := Nat.land_add_mul_two_pow k 0 1 small (Nat.two_pow_pos k)
        rw [Nat.mul_zero, Nat.add_zero, Nat.zero_add, Nat.mul_one, Nat.land_zero, Nat.zero_land, Nat.mul_zero, Nat.add_zero] at e
        exact e
    have lane : ∀ j, (if g j ≤ f j then 1 else 0) * 2 ^ k < 2 ^ (k + 1) := fun j => by
      by_cases h : g j ≤ f j
      case pos => rw [ite_eq_left h, Nat.one_mul]; exact top
      case neg => rw [ite_eq_right h, Nat.zero_mul]; exact Nat.two_pow_pos _
    have small : ∀ j, (if g j ≤ f j then 1 else 0) ≤ (if g j ≤ f j then 1 else 0) * 2 ^ k := fun j =>
      Nat.le_mul_of_pos_right _ (Nat.two_pow_pos k)
    rw [mul_ones, pack_add, pack_sub _ fun j hj => Nat.le_add_left_of_le (Nat.le_of_lt (hg j hj)),
      land_pack _ diff fun _ _ => top, pack_congr _ bit]
    have shifted : (pack (k + 1) n fun j => (if g j ≤ f j then 1 else 0) * 2 ^ k) / 2 ^ k =
        pack (k + 1) n fun j => if g j ≤ f j then 1 else 0 := by
      have e : (pack (k + 1) n fun j => (if g j ≤ f j then 1 else 0) * 2 ^ k) =
          2 ^ k * pack (k + 1) n fun j => if g j ≤ f j then 1 else 0 := by
        rw [mul_pack]
        exact pack_congr _ fun j _ => Nat.mul_comm _ _
      rw [e, Nat.mul_div_cancel_left _ (Nat.two_pow_pos k)]
    rw [shifted, pack_sub _ fun j _ => small j, land_pack _ diff]
    · refine pack_congr _ fun j hj => ?_
      by_cases h : g j ≤ f j
      case pos =>
        rw [ite_eq_left h, Nat.one_mul, Nat.add_comm (f j), Nat.add_sub_assoc h]
        have hlt : f j - g j < 2 ^ k := Nat.lt_of_le_of_lt (Nat.sub_le _ _) (hf j hj)
        have e := Nat.land_add_mul_two_pow k 1 0 hlt (two_pow_sub_one_lt k)
        rw [Nat.mul_one, Nat.mul_zero, Nat.add_zero, Nat.land_zero, Nat.mul_zero, Nat.add_zero, land_low hlt, Nat.add_comm] at e
        exact e
      case neg =>
        rw [ite_eq_right h, Nat.zero_mul, Nat.zero_sub, Nat.land_zero,
          Nat.sub_eq_zero_of_le (Nat.le_of_lt (Nat.lt_of_not_le h))]
    · exact fun j _ => Nat.lt_of_le_of_lt (Nat.sub_le _ _) (lane j)

/-- The greater of two lanes, as truncated differences give it. -/
theorem lanesMax_pack (hL : 0 < L) (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) (hg : ∀ j, j < n → g j < 2 ^ (L - 1)) :
    lanesMax (2 ^ (L - 1) * ones L n) (L - 1) (pack L n f) (pack L n g) = pack L n fun j => g j + (f j - g j) := by
  show pack L n g + lanesMonus _ _ _ _ = _
  rw [lanesMonus_pack hL hf hg, pack_add]

end
end Compact
