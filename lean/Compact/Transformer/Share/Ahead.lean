prelude
import Compact.Field.Div
import Compact.Packed.Compare
import Compact.Packed.Running
import Compact.Field.Cast
/-!
# By how much one lane of a row is ahead of all others

Margins are naturals that stand for `margin + origin` in units of `2^shift`, rounded down; `origin` stands for the margin 0.
-/
namespace Compact
noncomputable section

/-- How rows of logits are read. -/
structure Scale where
  /-- Bits of a lane. -/
  bits : Nat
  /-- Number of lanes. -/
  count : Nat
  /-- Bits dropped from a lane. -/
  shift : Nat
  /-- What stands for the margin 0. -/
  origin : Nat

/-- Constants that are evaluated once. -/
structure Ruler extends Scale where
  /-- One in every lane. -/
  one : Nat
  /-- The top bit of every lane. -/
  tops : Nat

/-- The constants for a scale. -/
def Ruler.of (S : Scale) : Ruler where
  toScale := S
  one := ones S.bits S.count
  tops := Nat.mul (Nat.pow 2 (Nat.sub S.bits 1)) (ones S.bits S.count)

/-- Evaluate the constants, then go on with them. -/
def Ruler.force {α : Type} (r : Ruler) (k : Ruler → α) : α :=
  Nat.force r.bits fun bits => Nat.force r.count fun count => Nat.force r.shift fun shift => Nat.force r.origin fun origin =>
  Nat.force r.one fun one => Nat.force r.tops fun tops => k ⟨⟨bits, count, shift, origin⟩, one, tops⟩

/-- Is the lane `m` of the row `X` ahead of all others by the margin `g`? -/
def Ruler.ahead (r : Ruler) (m X g : Nat) : Bool :=
  Nat.ble g (Nat.mul 2 r.origin) && Nat.force (Nat.shiftLeft g r.shift) fun g =>
  lanesLe r.tops (Nat.add X (Nat.mul g r.one))
    (Nat.add (Nat.mul (Nat.add (readLane r.bits X m) (Nat.shiftLeft r.origin r.shift)) r.one) (Nat.shiftLeft g (Nat.mul r.bits m)))

/-- Is the lane `m` of the row `X` ahead of the others by the margin `g` at most (and `g` not below 0)? -/
def Ruler.atMost (r : Ruler) (m X g : Nat) : Bool :=
  Nat.ble g (Nat.mul 2 r.origin) &&
  lanesLe r.tops (Nat.mul (Nat.add (readLane r.bits X m) (Nat.shiftLeft r.origin r.shift)) r.one)
    (Nat.add X (Nat.mul (Nat.shiftLeft g r.shift) r.one))

end

theorem Ruler.force_eq {α : Type} (r : Ruler) (k : Ruler → α) : r.force k = k r := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- Lanes are wide enough for sums of logits and margins. -/
structure Scale.Roomy (S : Scale) : Prop where
  bits : 4 ≤ S.bits
  origin : S.origin * 2 ^ S.shift ≤ 2 ^ (S.bits - 4)

namespace Scale
variable {S : Scale}

/-- A margin, as a number. -/
noncomputable def margin (R : Type) [ExpField R] (S : Scale) (g : Nat) : R := ofNat R g - ofNat R S.origin

/-- A difference of logits, in units of `2^shift`. -/
noncomputable def unit (R : Type) [ExpField R] (S : Scale) : R := ofNat R (2 ^ S.shift)

theorem powers (hS : S.Roomy) : 2 ^ (S.bits - 3) + 2 ^ (S.bits - 3) ≤ 2 ^ (S.bits - 2) ∧
    2 ^ (S.bits - 2) + 2 ^ (S.bits - 2) ≤ 2 ^ (S.bits - 1) ∧ 2 ^ (S.bits - 4) + 2 ^ (S.bits - 4) ≤ 2 ^ (S.bits - 3) := by
  match Nat.exists_eq_add_of_le hS.bits with
  | ⟨k, e⟩ =>
    have e3 : S.bits - 3 = k + 1 := by rw [e, Nat.add_comm 4 k]; rfl
    have e2 : S.bits - 2 = k + 1 + 1 := by rw [e, Nat.add_comm 4 k]; rfl
    have e1 : S.bits - 1 = k + 1 + 1 + 1 := by rw [e, Nat.add_comm 4 k]; rfl
    have e4 : S.bits - 4 = k := by rw [e, Nat.add_comm 4 k]; rfl
    rw [e1, e2, e3, e4]
    exact ⟨Nat.le_of_eq (Nat.two_pow_succ _).symm, Nat.le_of_eq (Nat.two_pow_succ _).symm, Nat.le_of_eq (Nat.two_pow_succ _).symm⟩

theorem read {m : Nat} {f : Nat → Nat} (hm : m < S.count) (hf : ∀ j, j < S.count → f j < 2 ^ (S.bits - 3)) :
    readLane S.bits (pack S.bits S.count f) m = f m :=
  digit_pack S.bits (fun j hj => Nat.lt_of_lt_of_le (hf j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) hm

section
variable (hS : S.Roomy) {m g : Nat} {f : Nat → Nat} (hm : m < S.count) (hf : ∀ j, j < S.count → f j < 2 ^ (S.bits - 3))
include hS hm hf

/-- What `ahead` shows. -/
theorem of_ahead (h : (Ruler.of S).ahead m (pack S.bits S.count f) g = true) {t : Nat} (ht : t < S.count) (hne : t ≠ m) :
    f t + g * 2 ^ S.shift ≤ f m + S.origin * 2 ^ S.shift := by
  unfold Ruler.ahead at h
  have hg : g ≤ 2 * S.origin := Nat.le_of_ble_eq_true (Bool.and_left h)
  have h := Bool.and_right h
  rw [Nat.force_eq] at h
  have h : lanesLe (2 ^ (S.bits - 1) * ones S.bits S.count) (pack S.bits S.count f + g * 2 ^ S.shift * ones S.bits S.count)
    ((readLane S.bits (pack S.bits S.count f) m + S.origin * 2 ^ S.shift) * ones S.bits S.count +
      g * 2 ^ S.shift * 2 ^ (S.bits * m)) = true := h
  rw [read hm hf] at h
  have h : lanesLe _ (_ + _ * pack S.bits S.count fun _ => 1) (_ * (pack S.bits S.count fun _ => 1) + _) = true := h
  rw [← pack_const, ← pack_const, pack_add, ← pack_single S.bits _ hm, pack_add] at h
  have p := powers hS
  have hgs : g * 2 ^ S.shift ≤ 2 ^ (S.bits - 3) := by
    refine Nat.le_trans (Nat.mul_le_mul_right _ hg) ?_
    rw [Nat.mul_assoc, Nat.two_mul]
    exact Nat.le_trans (Nat.add_le_add hS.origin hS.origin) p.right.right
  have hpos : 0 < 2 ^ (S.bits - 3) := Nat.two_pow_pos _
  have hz : S.origin * 2 ^ S.shift ≤ 2 ^ (S.bits - 3) := Nat.le_trans hS.origin (Nat.le_trans (Nat.le_add_right _ _) p.right.right)
  have left : ∀ j, j < S.count → f j + g * 2 ^ S.shift ≤ 2 ^ (S.bits - 1) := fun j hj =>
    Nat.le_trans (Nat.add_le_add (Nat.le_of_lt (hf j hj)) hgs) (Nat.le_trans p.left (Nat.le_trans (Nat.le_add_right _ _) p.right.left))
  have right : ∀ j, j < S.count → f m + S.origin * 2 ^ S.shift + (if j = m then g * 2 ^ S.shift else 0) < 2 ^ (S.bits - 1) := fun j _ => by
    have a : f m + S.origin * 2 ^ S.shift < 2 ^ (S.bits - 2) := Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (hf m hm) hz) p.left
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le a ?_) p.right.left
    by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact Nat.le_trans hgs (Nat.le_trans (Nat.le_add_right _ _) p.left)
    case neg => rw [ite_eq_right e]; exact Nat.zero_le _
  have le := of_lanesLe (Nat.lt_of_lt_of_le (Nat.zero_lt_succ 3) hS.bits) left right h ht
  rw [ite_eq_right hne, Nat.add_zero] at le
  exact le

/-- What `atMost` shows. -/
theorem of_atMost (h : (Ruler.of S).atMost m (pack S.bits S.count f) g = true) {t : Nat} (ht : t < S.count) :
    f m + S.origin * 2 ^ S.shift ≤ f t + g * 2 ^ S.shift := by
  unfold Ruler.atMost at h
  have hg : g ≤ 2 * S.origin := Nat.le_of_ble_eq_true (Bool.and_left h)
  have h : lanesLe (2 ^ (S.bits - 1) * ones S.bits S.count)
    ((readLane S.bits (pack S.bits S.count f) m + S.origin * 2 ^ S.shift) * ones S.bits S.count)
    (pack S.bits S.count f + g * 2 ^ S.shift * ones S.bits S.count) = true := Bool.and_right h
  rw [read hm hf] at h
  have h : lanesLe _ (_ * pack S.bits S.count fun _ => 1) (_ + _ * (pack S.bits S.count fun _ => 1)) = true := h
  rw [← pack_const, ← pack_const, pack_add] at h
  have p := powers hS
  have hgs : g * 2 ^ S.shift ≤ 2 ^ (S.bits - 3) := by
    refine Nat.le_trans (Nat.mul_le_mul_right _ hg) ?_
    rw [Nat.mul_assoc, Nat.two_mul]
    exact Nat.le_trans (Nat.add_le_add hS.origin hS.origin) p.right.right
  have hz : S.origin * 2 ^ S.shift ≤ 2 ^ (S.bits - 3) := Nat.le_trans hS.origin (Nat.le_trans (Nat.le_add_right _ _) p.right.right)
  have up : 2 ^ (S.bits - 2) ≤ 2 ^ (S.bits - 1) := Nat.le_trans (Nat.le_add_right _ _) p.right.left
  refine of_lanesLe (Nat.lt_of_lt_of_le (Nat.zero_lt_succ 3) hS.bits) (fun _ _ => ?_) (fun j hj => ?_) h ht
  · exact Nat.le_trans (Nat.add_le_add (Nat.le_of_lt (hf m hm)) hz) (Nat.le_trans p.left up)
  · exact Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (hf j hj) hgs) (Nat.le_trans p.left up)

end
end Scale
end Compact
