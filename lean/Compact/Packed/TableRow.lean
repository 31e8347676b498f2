prelude
import Compact.Packed.Compare
import Compact.Packed.Running
/-!
# Checking a whole row of a table at once

A row of exact scores or logits is packed into one number, and so is the row of the table that a certificate gives.
Each entry of the table is the exact one, less the least of the row (or taken from the greatest), times and divided by
constants, rounded down; that is checked for all lanes at once (`Packed/Compare.lean`).
-/
namespace Compact
noncomputable section

/-- Constants for rows of `count` lanes of `bits` bits. -/
structure Frame where
  bits : Nat
  count : Nat
  /-- One in every lane. -/
  one : Nat
  /-- The top bit of every lane. -/
  tops : Nat
  /-- The bits that entries of a table may have. -/
  mask : Nat

/-- The constants, if entries of a table have `k` bits. -/
def Frame.of (bits count k : Nat) : Frame where
  bits := bits
  count := count
  one := ones bits count
  tops := Nat.mul (Nat.pow 2 (Nat.sub bits 1)) (ones bits count)
  mask := Nat.mul (Nat.sub (Nat.pow 2 k) 1) (ones bits count)

/-- Evaluate the constants, then go on with them. -/
def Frame.force {α : Type} (F : Frame) (k : Frame → α) : α :=
  Nat.force F.bits fun bits => Nat.force F.count fun count => Nat.force F.one fun one =>
  Nat.force F.tops fun tops => Nat.force F.mask fun mask => k ⟨bits, count, one, tops, mask⟩

/-- Are the lanes of `lit` those of the row `X` less its least lane, which is `least`, times `num`, over `unit`? -/
def Frame.risesAs (F : Frame) (num unit X least lit : Nat) : Bool :=
  (Nat.ble (Nat.succ least) F.count && lanesWithin F.mask lit) &&
  Nat.force (Nat.mul (readLane F.bits X least) F.one) fun x => lanesLe F.tops x X &&
    lanesDiv F.tops F.one unit (Nat.mul (Nat.sub X x) num) lit

/-- Are the lanes of `lit` those of the row `X` taken from its greatest lane, which is `top`, times `num`, over `den`? -/
def Frame.fallsAs (F : Frame) (num den X top lit : Nat) : Bool :=
  (Nat.ble (Nat.succ top) F.count && lanesWithin F.mask lit) &&
  Nat.force (Nat.mul (readLane F.bits X top) F.one) fun x => lanesLe F.tops X x &&
    lanesDiv F.tops F.one den (Nat.mul (Nat.sub x X) num) lit

/-- Does the row `X` favour `m` no more than the row `P` does? -/
def Frame.noBetterThan (F : Frame) (m X P : Nat) : Bool :=
  lanesLe F.tops (Nat.add P (Nat.mul (readLane F.bits X m) F.one)) (Nat.add X (Nat.mul (readLane F.bits P m) F.one))

end

theorem Frame.force_eq {α : Type} (F : Frame) (k : Frame → α) : F.force k = k F := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-! ## What the checks show -/

section
variable {L v k num unit i lit : Nat} {f : Nat → Nat}

/-- Lanes are wide enough for the row `f`, times `num`, and for entries of the table, times `unit`. -/
structure Fitting (L v k num unit : Nat) (f : Nat → Nat) : Prop where
  bits : k < L
  num_pos : 0 < num
  unit_pos : 0 < unit
  row (j : Nat) : j < v → f j * num < 2 ^ (L - 1)
  table : unit * 2 ^ k ≤ 2 ^ (L - 1)

namespace Fitting
variable (h : Fitting L v k num unit f)
include h

theorem pos : 0 < L := Nat.lt_of_le_of_lt (Nat.zero_le k) h.bits

theorem lane_lt {j : Nat} (hj : j < v) : f j < 2 ^ (L - 1) :=
  Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_right _ h.num_pos) (h.row j hj)

theorem read_eq {j : Nat} (hj : j < v) : readLane L (pack L v f) j = f j :=
  digit_pack L (fun _ hj => Nat.lt_of_lt_of_le (h.lane_lt hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) hj

theorem table_le {y : Nat} (hy : y < 2 ^ k) : unit * (y + 1) ≤ 2 ^ (L - 1) :=
  Nat.le_trans (Nat.mul_le_mul_left unit hy) h.table

end Fitting

/-- The entries of a row of a table. -/
structure Entries (L v k lit : Nat) (g : Nat → Nat) : Prop where
  packed : lit = pack L v (digit L lit)
  lt (j : Nat) : j < v → digit L lit j < 2 ^ k
  eq (j : Nat) : j < v → g j = digit L lit j

theorem of_risesAs (hfit : Fitting L v k num unit f)
    (h : (Frame.of L v k).risesAs num unit (pack L v f) i lit = true) :
    i < v ∧ (∀ j, j < v → f i ≤ f j) ∧ Entries L v k lit fun j => (f j - f i) * num / unit := by
  have within := of_lanesWithin (Nat.le_of_lt hfit.bits) (Bool.and_right (Bool.and_left h))
  have hi : i < v := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have tests := Bool.and_right h
  rw [Nat.force_eq] at tests
  have row : readLane L (pack L v f) i * ones L v = pack L v fun _ => f i := by
    rw [hfit.read_eq hi]
    exact (pack_const L v _).symm
  have le := Bool.and_left tests
  have div := Bool.and_right tests
  have le : lanesLe _ (readLane L (pack L v f) i * ones L v) _ = true := le
  have div : lanesDiv _ _ _ ((pack L v f - readLane L (pack L v f) i * ones L v) * num) _ = true := div
  rw [row] at le div
  have least {j : Nat} (hj : j < v) : f i ≤ f j :=
    of_lanesLe hfit.pos (fun _ _ => Nat.le_of_lt (hfit.lane_lt hi)) (fun _ hj => hfit.lane_lt hj) le hj
  rw [pack_sub L fun j hj => least hj, Nat.mul_comm, mul_pack, within.left] at div
  refine ⟨hi, fun j hj => least hj, within.left, within.right, fun j hj => ?_⟩
  rw [Nat.mul_comm]
  refine of_lanesDiv hfit.pos hfit.unit_pos (fun j hj => ?_) (fun j hj => hfit.table_le (within.right j hj)) div hj
  rw [Nat.mul_comm]
  exact Nat.lt_of_le_of_lt (Nat.mul_le_mul_right num (Nat.sub_le _ _)) (hfit.row j hj)

theorem of_fallsAs (hfit : Fitting L v k num unit f)
    (h : (Frame.of L v k).fallsAs num unit (pack L v f) i lit = true) :
    i < v ∧ (∀ j, j < v → f j ≤ f i) ∧ Entries L v k lit fun j => (f i - f j) * num / unit := by
  have within := of_lanesWithin (Nat.le_of_lt hfit.bits) (Bool.and_right (Bool.and_left h))
  have hi : i < v := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have tests := Bool.and_right h
  rw [Nat.force_eq] at tests
  have row : readLane L (pack L v f) i * ones L v = pack L v fun _ => f i := by
    rw [hfit.read_eq hi]
    exact (pack_const L v _).symm
  have le := Bool.and_left tests
  have div := Bool.and_right tests
  have le : lanesLe _ _ (readLane L (pack L v f) i * ones L v) = true := le
  have div : lanesDiv _ _ _ ((readLane L (pack L v f) i * ones L v - pack L v f) * num) _ = true := div
  rw [row] at le div
  have greatest {j : Nat} (hj : j < v) : f j ≤ f i :=
    of_lanesLe hfit.pos (fun _ hj => Nat.le_of_lt (hfit.lane_lt hj)) (fun _ _ => hfit.lane_lt hi) le hj
  rw [pack_sub L fun j hj => greatest hj, Nat.mul_comm, mul_pack, within.left] at div
  refine ⟨hi, fun j hj => greatest hj, within.left, within.right, fun j hj => ?_⟩
  rw [Nat.mul_comm]
  refine of_lanesDiv hfit.pos hfit.unit_pos (fun j hj => ?_) (fun j hj => hfit.table_le (within.right j hj)) div hj
  rw [Nat.mul_comm]
  exact Nat.lt_of_le_of_lt (Nat.mul_le_mul_right num (Nat.sub_le _ _)) (hfit.row i hi)

theorem of_noBetterThan {m : Nat} {x p : Nat → Nat} (hL : k + 1 < L) (hm : m < v) (hx : ∀ j, j < v → x j < 2 ^ k)
    (hp : ∀ j, j < v → p j < 2 ^ k) (h : (Frame.of L v k).noBetterThan m (pack L v x) (pack L v p) = true) {j : Nat}
    (hj : j < v) : p j + x m ≤ p m + x j := by
  have lane {y : Nat} (hy : y < 2 ^ k) : y < 2 ^ L :=
    Nat.lt_of_lt_of_le hy (Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt (Nat.lt_of_succ_lt hL)))
  have sum {y z : Nat} (hy : y < 2 ^ k) (hz : z < 2 ^ k) : y + z < 2 ^ (L - 1) := by
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add hy hz) ?_
    rw [← Nat.two_pow_succ]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le (b := 1) hL)
  have h : lanesLe (2 ^ (L - 1) * ones L v) (pack L v p + readLane L (pack L v x) m * ones L v)
      (pack L v x + readLane L (pack L v p) m * ones L v) = true := h
  rw [readLane_eq, readLane_eq, digit_pack L (fun j hj => lane (hx j hj)) hm, digit_pack L (fun j hj => lane (hp j hj)) hm] at h
  have h : lanesLe _ (pack L v p + x m * pack L v fun _ => 1) (pack L v x + p m * pack L v fun _ => 1) = true := h
  rw [← pack_const, ← pack_const, pack_add, pack_add] at h
  rw [Nat.add_comm (p m)]
  exact of_lanesLe (Nat.lt_of_le_of_lt (Nat.zero_le _) hL) (fun j hj => Nat.le_of_lt (sum (hp j hj) (hx m hm)))
    (fun j hj => sum (hx j hj) (hp m hm)) h hj

end
end Compact
