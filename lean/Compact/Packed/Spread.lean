prelude
import Compact.Packed.Lanewise
import Compact.Counting.Total
/-!
# Lanes moved apart, and added up

`spread` moves dense lanes to places far apart: copies of the whole number, each one lane further along than the distance to the
next, show one lane after the other at the places that a mask keeps.  With lanes of one bit it makes a lane of each bit of a number.
`lanesTotal` adds all lanes up, by one remainder.
-/
namespace Compact
noncomputable section

/-- `m` lanes of `D` moved apart: `copies` has a one at each multiple of the new distance less a lane, `mask` a full lane at each
multiple of the distance. -/
def spread (copies mask D : Nat) : Nat := Nat.land (Nat.mul D copies) mask

/-- The sum of all lanes, if it is less than `full`, a lane of ones. -/
def lanesTotal (full N : Nat) : Nat := Nat.mod N full

end

/-- The bits below a place, and those from it on. -/
theorem land_split (S x y c d : Nat) (hc : c < 2 ^ S) (e : x / 2 ^ S = y) :
    Nat.land x (c + 2 ^ S * d) = Nat.land (x % 2 ^ S) c + 2 ^ S * Nat.land y d := by
  have h := Nat.land_add_mul_two_pow S (x / 2 ^ S) d (Nat.mod_lt x (Nat.two_pow_pos S)) hc
  rw [Nat.mod_add_div, e] at h
  exact h

/-- The lanes from the `i`-th on. -/
theorem spread_from {l u D : Nat} (hD : D < 2 ^ (l * u)) (m i : Nat) (h : i + m ≤ u) :
    Nat.land (D * ones (l * u) m / 2 ^ (l * i)) ((2 ^ l - 1) * ones (l * (u + 1)) m) =
      pack (l * (u + 1)) m fun s => digit l D (i + s) := by
  induction m generalizing i with
  | zero => exact Nat.land_zero _
  | succ m ih =>
    have ih := ih (i + 1) (by rw [Nat.add_assoc, Nat.add_comm 1]; exact h)
    have hi : i + 1 ≤ u := Nat.le_trans (Nat.add_le_add_left (Nat.le_add_left 1 m) i) h
    have one : 2 ^ l - 1 < 2 ^ (l * (u + 1)) := two_pow_sub_one_lt_of_le (Nat.le_mul_of_pos_right l (Nat.succ_pos u))
    have mask : (2 ^ l - 1) * ones (l * (u + 1)) (m + 1) = (2 ^ l - 1) + 2 ^ (l * (u + 1)) * ((2 ^ l - 1) * ones (l * (u + 1)) m) := by
      show (2 ^ l - 1) * (1 + 2 ^ (l * (u + 1)) * ones (l * (u + 1)) m) = _
      rw [Nat.mul_add, Nat.mul_one, Nat.mul_left_comm]
    have copies : D * ones (l * u) (m + 1) = D + 2 ^ (l * u) * (D * ones (l * u) m) := by
      show D * (1 + 2 ^ (l * u) * ones (l * u) m) = _
      rw [Nat.mul_add, Nat.mul_one, Nat.mul_left_comm]
    have later : D * ones (l * u) (m + 1) / 2 ^ (l * i) / 2 ^ (l * (u + 1)) = D * ones (l * u) m / 2 ^ (l * (i + 1)) := by
      have places : l * i + l * (u + 1) = l * u + l * (i + 1) := by
        rw [Nat.mul_succ, Nat.mul_succ, Nat.add_left_comm]
      rw [copies, Nat.div_div_eq_div_mul, ← Nat.pow_add, places, Nat.pow_add, ← Nat.div_div_eq_div_mul,
        Nat.add_mul_div_left _ _ (Nat.two_pow_pos _), Nat.div_eq_of_lt hD, Nat.zero_add]
    have first : D * ones (l * u) (m + 1) / 2 ^ (l * i) % 2 ^ l = digit l D i := by
      match Nat.exists_eq_add_of_le hi with
      | ⟨k, e⟩ =>
        have two : 2 ^ (l * u) = 2 ^ (l * i) * (2 ^ l * 2 ^ (l * k)) := by
          rw [e, ← Nat.pow_add, ← Nat.pow_add, Nat.mul_add, Nat.mul_succ, Nat.add_assoc]
        rw [copies, two, Nat.mul_assoc, Nat.add_mul_div_left _ _ (Nat.two_pow_pos _), Nat.mul_assoc (2 ^ l), Nat.add_mul_mod_self_left]
        rfl
    have low : Nat.land (D * ones (l * u) (m + 1) / 2 ^ (l * i) % 2 ^ (l * (u + 1))) (2 ^ l - 1) = digit l D i := by
      refine (lowBits_eq l _).trans ?_
      have two : 2 ^ (l * (u + 1)) = 2 ^ l * 2 ^ (l * u) := by rw [Nat.mul_succ, Nat.pow_add, Nat.mul_comm]
      rw [← first, two]
      exact Nat.mod_mul_mod _ _ _
    rw [mask, land_split _ _ _ _ _ one later, low, ih]
    refine congrArg (digit l D i + ·) (congrArg (2 ^ (l * (u + 1)) * ·) (pack_congr _ fun s _ => ?_))
    rw [Nat.add_assoc, Nat.add_comm 1]

/-- `m` lanes moved from a distance of `l` bits to one of `l * (u + 1)`. -/
theorem spread_eq {l u D m : Nat} (hD : D < 2 ^ (l * u)) (hm : m ≤ u) :
    spread (ones (l * u) m) ((2 ^ l - 1) * ones (l * (u + 1)) m) D = pack (l * (u + 1)) m (digit l D) := by
  have h := spread_from hD m 0 (Nat.le_trans (Nat.le_of_eq (Nat.zero_add m)) hm)
  rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one] at h
  refine Eq.trans h (pack_congr _ fun s _ => ?_)
  rw [Nat.zero_add]

/-- All lanes together. -/
theorem lanesTotal_pack {W n : Nat} {f : Nat → Nat} (h : total n f < 2 ^ W - 1) : lanesTotal (2 ^ W - 1) (pack W n f) = total n f := by
  have key : ∀ n (f : Nat → Nat), ∃ k, pack W n f = total n f + (2 ^ W - 1) * k := by
    intro n
    induction n with
    | zero => exact fun f => ⟨0, rfl⟩
    | succ n ih =>
      intro f
      match ih fun j => f (j + 1) with
      | ⟨k, e⟩ =>
        refine ⟨pack W n (fun j => f (j + 1)) + k, ?_⟩
        have two : 2 ^ W = 1 + (2 ^ W - 1) := (Nat.add_sub_of_le (Nat.two_pow_pos W)).symm
        have split : 2 ^ W * pack W n (fun j => f (j + 1)) =
            pack W n (fun j => f (j + 1)) + (2 ^ W - 1) * pack W n fun j => f (j + 1) := by
          rw [congrArg (· * _) two, Nat.add_mul, Nat.one_mul]
        show f 0 + 2 ^ W * pack W n (fun j => f (j + 1)) = _
        rw [split, total_succ', Nat.mul_add]
        refine Eq.trans (congrArg (fun x => f 0 + (x + (2 ^ W - 1) * pack W n fun j => f (j + 1))) e) ?_
        rw [Nat.add_assoc, Nat.add_assoc, Nat.add_comm ((2 ^ W - 1) * k)]
  match key n f with
  | ⟨k, e⟩ =>
    show pack W n f % (2 ^ W - 1) = _
    rw [e, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt h]

end Compact
