prelude
import Compact.Transformer.Strategy.Quartic.Sheet.Check
/-!
# Quartic: sheets, lane by lane

What the operations on rows and sheets do to lanes; a sheet is `pack B m fun s => pack L v (f s)`, with rows of `B = L * v` bits.
-/
namespace Compact
namespace Sheet

section
variable {L v m : Nat}

/-- A number times a row, in each row of a sheet. -/
theorem row_mul_pack (R B m : Nat) (a : Nat → Nat) : R * pack B m a = pack B m fun s => a s * R :=
  (mul_pack B m R a).trans (pack_congr B fun s _ => Nat.mul_comm R (a s))

/-- What all comparisons of a sheet together show. -/
theorem of_passes {F : Frame} {g : Nat → Nat → Nat} {κ z c : Nat → Nat} {scale : Nat} (hL : 0 < F.L) (rowBits : F.L * F.v ≤ F.rowBits)
    (tops : F.tops = 2 ^ (F.L - 1) * ones F.L F.v) (small : scale * (4 * F.unit) ≤ 2 ^ (F.L - 1))
    (room : ∀ s t, s < m → t < F.v → scale * g s t + z s * κ t < 2 ^ (F.L - 1)) (bit : ∀ s, s < m → c s ≤ 1)
    (h : passes F (pack F.rowBits m fun _ => pack F.L F.v fun _ => 1) (pack F.rowBits m fun s => pack F.L F.v (g s))
      (pack F.L F.v κ) scale (pack F.rowBits m z) (pack F.rowBits m c) = true) {s t : Nat} (hs : s < m) (ht : t < F.v) (hc : c s = 1) :
    scale * (4 * F.unit) ≤ scale * g s t + z s * κ t := by
  unfold passes at h
  rw [Nat.force_eq] at h
  have h := Nat.eq_of_beq_eq_true _ _ h
  have two : 2 ^ F.L = 2 ^ (F.L - 1) + 2 ^ (F.L - 1) := by
    rw [← Nat.two_pow_succ]
    exact congrArg (2 ^ ·) (Nat.sub_add_cancel hL).symm
  have top_lt : 2 ^ (F.L - 1) < 2 ^ F.L := by rw [two]; exact Nat.lt_add_of_pos_left (Nat.two_pow_pos _)
  have lane_lt : ∀ s t, s < m → t < F.v → scale * g s t + z s * κ t + (2 ^ (F.L - 1) - scale * (4 * F.unit)) < 2 ^ F.L :=
    fun s t hs ht => by
      rw [two]
      exact Nat.add_lt_add_of_lt_of_le (room s t hs ht) (Nat.sub_le _ _)
  have want : Nat.mul (pack F.rowBits m c) F.tops = pack F.rowBits m fun s => pack F.L F.v fun _ => c s * 2 ^ (F.L - 1) := by
    rw [tops]
    refine (Nat.mul_comm _ _).trans ((row_mul_pack _ _ _ _).trans (pack_congr _ fun s _ => ?_))
    have e : 2 ^ (F.L - 1) * ones F.L F.v = pack F.L F.v fun _ => 2 ^ (F.L - 1) := (pack_const _ _ _).symm
    rw [e, mul_pack]
  have have_ : Nat.add (Nat.add (Nat.mul scale (pack F.rowBits m fun s => pack F.L F.v (g s))) (Nat.mul (pack F.L F.v κ) (pack F.rowBits m z)))
      (Nat.mul (Nat.sub (2 ^ (F.L - 1)) (Nat.mul scale (Nat.mul 4 F.unit))) (pack F.rowBits m fun _ => pack F.L F.v fun _ => 1)) =
      pack F.rowBits m fun s => pack F.L F.v fun t => scale * g s t + z s * κ t + (2 ^ (F.L - 1) - scale * (4 * F.unit)) := by
    show scale * _ + pack F.L F.v κ * _ + (2 ^ (F.L - 1) - scale * (4 * F.unit)) * _ = _
    rw [mul_pack, row_mul_pack, mul_pack, pack_add, pack_add]
    refine pack_congr _ fun s _ => ?_
    rw [mul_pack, mul_pack, ← pack_const, pack_add, pack_add]
  have h : Nat.land (Nat.add (Nat.add (Nat.mul scale _) (Nat.mul _ _)) (Nat.mul (Nat.sub (2 ^ (F.L - 1)) _) _)) (Nat.mul _ F.tops) = Nat.mul _ F.tops := h
  have c_lt : ∀ s, s < m → c s * 2 ^ (F.L - 1) < 2 ^ F.L := fun s hs =>
    Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul_right _ (bit s hs)) (Nat.le_of_eq (Nat.one_mul _))) top_lt
  rw [want, have_] at h
  have rows_lt : ∀ s, s < m → (pack F.L F.v fun t => scale * g s t + z s * κ t + (2 ^ (F.L - 1) - scale * (4 * F.unit))) < 2 ^ F.rowBits :=
    fun s hs => Nat.lt_of_lt_of_le (pack_lt _ fun t ht => lane_lt s t hs ht) (Nat.pow_le_pow_right Nat.two_pos rowBits)
  have want_lt : ∀ s, s < m → (pack F.L F.v fun _ => c s * 2 ^ (F.L - 1)) < 2 ^ F.rowBits := fun s hs =>
    Nat.lt_of_lt_of_le (pack_lt _ fun _ _ => c_lt s hs) (Nat.pow_le_pow_right Nat.two_pos rowBits)
  rw [land_pack _ rows_lt want_lt] at h
  have row := pack_inj (fun s hs => Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (want_lt s hs)) want_lt h hs
  rw [land_pack _ (fun t ht => lane_lt s t hs ht) fun _ _ => c_lt s hs] at row
  have lane := pack_inj (fun t _ => Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (c_lt s hs)) (fun _ _ => c_lt s hs) row ht
  rw [hc, Nat.one_mul] at lane
  have le := Nat.two_pow_le_of_land_eq lane
  refine Nat.le_of_add_le_add_right (k := 2 ^ (F.L - 1) - scale * (4 * F.unit)) ?_
  rw [Nat.add_sub_of_le small]
  exact le

/-- The bits of a plane, as lanes. -/
theorem spread_bits (hv : m < L) {b : Nat} (hb : b < 2 ^ m) : spread (onesOf (L - 1) m) (onesOf L m) b = pack L m (digit 1 b) := by
  cases m with
  | zero => exact (congrArg (Nat.land _) (by show (2 ^ (L * 0) - 1) / _ = 0; rw [Nat.mul_zero]; exact Nat.zero_div _)).trans (Nat.land_zero _)
  | succ m =>
    match L, hv with
    | u + 1, hv =>
      have hu : m + 1 ≤ u := Nat.le_of_lt_succ hv
      show spread (onesOf u (m + 1)) (onesOf (u + 1) (m + 1)) b = _
      rw [onesOf_eq (Nat.lt_of_lt_of_le (Nat.succ_pos m) hu), onesOf_eq (Nat.succ_pos u)]
      have h := spread_eq (l := 1) (u := u) (D := b) (m := m + 1) (by
        rw [Nat.one_mul]
        exact Nat.lt_of_lt_of_le hb (Nat.pow_le_pow_right Nat.two_pos hu)) hu
      rw [Nat.one_mul, Nat.one_mul, Nat.one_mul] at h
      exact h

/-- Lanes moved apart to rows. -/
theorem apart_eq {v : Nat} (hL : 0 < L) (hm : m ≤ v) {f : Nat → Nat} (hf : ∀ s, s < m → f s < 2 ^ L) :
    spread (onesOf (L * v) m) ((2 ^ L - 1) * ones (L * (v + 1)) m) (pack L m f) = pack (L * (v + 1)) m f := by
  cases m with
  | zero => exact Nat.land_zero _
  | succ m =>
    rw [onesOf_eq (Nat.mul_pos hL (Nat.lt_of_lt_of_le (Nat.succ_pos m) hm)), spread_eq (Nat.lt_of_lt_of_le (pack_lt L hf)
      (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left L hm))) hm]
    exact pack_congr _ fun s hs => digit_pack L hf hs

theorem digit_one_lt (b s : Nat) : digit 1 b s < 2 := Nat.mod_lt _ Nat.two_pos

/-- Lanes whose bit is set. -/
theorem picked_eq (hv : m < L) {b : Nat} (hb : b < 2 ^ m) {f : Nat → Nat} (hf : ∀ s, s < m → f s < 2 ^ L) :
    picked (onesOf (L - 1) m) (onesOf L m) (2 ^ L - 1) b (pack L m f) = pack L m fun s => digit 1 b s * f s := by
  unfold picked
  rw [spread_bits hv hb]
  exact lanesSelect_pack (Nat.le_refl L) (fun s _ => digit_one_lt b s) hf

/-- Planes of `m` bits. -/
structure Planes.Within (p : Planes) (m : Nat) : Prop where
  counted : p.counted < 2 ^ m
  b0 : p.b0 < 2 ^ m
  b1 : p.b1 < 2 ^ m
  b2 : p.b2 < 2 ^ m
  b3 : p.b3 < 2 ^ m

theorem Planes.read_eq {α : Type} (m code i : Nat) (k : Planes → α) : ∃ p : Planes, p.Within m ∧ Planes.read m (2 ^ m - 1) code i k = k p := by
  have lt (x : Nat) : Nat.land x (2 ^ m - 1) < 2 ^ m := Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (two_pow_sub_one_lt m)
  let N := Nat.shiftRight code (Nat.mul (Nat.mul 5 m) i)
  refine ⟨⟨Nat.land N (2 ^ m - 1), Nat.land (Nat.shiftRight N m) (2 ^ m - 1), Nat.land (Nat.shiftRight N (Nat.mul 2 m)) (2 ^ m - 1),
    Nat.land (Nat.shiftRight N (Nat.mul 3 m)) (2 ^ m - 1), Nat.land (Nat.shiftRight N (Nat.mul 4 m)) (2 ^ m - 1)⟩,
    ⟨lt _, lt _, lt _, lt _, lt _⟩, ?_⟩
  unfold Planes.read
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- The level that planes give a token. -/
noncomputable def Planes.level (p : Planes) (s : Nat) : Nat := digit 1 p.b0 s + 2 * digit 1 p.b1 s + (4 * digit 1 p.b2 s + 8 * digit 1 p.b3 s)

theorem Planes.level_le (p : Planes) (s : Nat) : p.level s ≤ 15 := by
  have bit (b : Nat) : digit 1 b s ≤ 1 := Nat.le_of_lt_succ (digit_one_lt b s)
  exact Nat.add_le_add (Nat.add_le_add (bit _) (Nat.mul_le_mul_left 2 (bit _))) (Nat.add_le_add (Nat.mul_le_mul_left 4 (bit _)) (Nat.mul_le_mul_left 8 (bit _)))

/-- Levels times lanes. -/
theorem Planes.times_eq {p : Planes} (hp : p.Within m) (hv : m < L) {f : Nat → Nat} (hf : ∀ s, s < m → f s < 2 ^ L) :
    p.times (onesOf (L - 1) m) (onesOf L m) (2 ^ L - 1) (pack L m f) = pack L m fun s => p.level s * f s := by
  unfold Planes.times
  rw [picked_eq hv hp.b0 hf, picked_eq hv hp.b1 hf, picked_eq hv hp.b2 hf, picked_eq hv hp.b3 hf]
  show pack L m _ + 2 * pack L m _ + (4 * pack L m _ + 8 * pack L m _) = _
  rw [mul_pack, mul_pack, mul_pack, pack_add, pack_add, pack_add]
  refine pack_congr L fun s _ => ?_
  unfold Planes.level
  rw [Nat.add_mul, Nat.add_mul, Nat.add_mul, Nat.mul_assoc, Nat.mul_assoc, Nat.mul_assoc]

/-- One step of a power: lanes with a bit are multiplied. -/
theorem raised_eq {α : Type} (hv : m < L) {b Y : Nat} (hY : 0 < Y) (hb : b < 2 ^ m) {f : Nat → Nat} (hf : ∀ s, s < m → f s < 2 ^ L)
    (k : Nat → α) : raised (onesOf (L - 1) m) (onesOf L m) (2 ^ L - 1) Y b (pack L m f) k = k (pack L m fun s => f s * Y ^ digit 1 b s) := by
  unfold raised
  rw [picked_eq hv hb hf]
  refine congrArg k ?_
  show pack L m f + (pack L m fun s => digit 1 b s * f s) * (Y - 1) = _
  rw [Nat.mul_comm, mul_pack, pack_add]
  refine pack_congr L fun s _ => ?_
  match digit 1 b s, digit_one_lt b s with
  | 0, _ => rw [Nat.zero_mul, Nat.mul_zero, Nat.add_zero, Nat.pow_zero, Nat.mul_one]
  | 1, _ =>
    rw [Nat.one_mul, Nat.pow_one, Nat.add_comm, ← Nat.succ_mul, Nat.mul_comm]
    exact congrArg (f s * ·) (Nat.sub_add_cancel hY)

/-- The row of a token: the first `first` tokens share one. -/
noncomputable def rowOf (first s : Nat) : Nat := s + 1 - first

/-- The tokens that are counted. -/
noncomputable def Planes.tokens (p : Planes) (first m : Nat) : List Nat := below (fun s => Nat.beq (digit 1 p.counted (rowOf first s)) 1) m

/-- The level of a token. -/
noncomputable def Planes.levelOf (p : Planes) (first s : Nat) : Nat := p.level (rowOf first s)

theorem length_below_le (q : Nat → Bool) (n : Nat) : (below q n).length ≤ n := by
  induction n with
  | zero => exact Nat.le_refl 0
  | succ n ih =>
    show (if q n = true then n :: below q n else below q n).length ≤ n + 1
    by_cases e : q n = true
    case pos => rw [ite_eq_left e]; exact Nat.succ_le_succ ih
    case neg => rw [ite_eq_right e]; exact Nat.le_succ_of_le ih

theorem total_eq_powerSum (p : Planes) (X first m : Nat) :
    (total m fun s => digit 1 p.counted (rowOf first s) * X ^ p.levelOf first s) = powerSum X (p.levelOf first) (p.tokens first m) := by
  induction m with
  | zero => rfl
  | succ m ih =>
    rw [total_succ, ih]
    show _ = powerSum X (p.levelOf first)
      (if Nat.beq (digit 1 p.counted (rowOf first m)) 1 = true then m :: p.tokens first m else p.tokens first m)
    match digit 1 p.counted (rowOf first m), digit_one_lt p.counted (rowOf first m) with
    | 0, _ => exact (congrArg (powerSum X (p.levelOf first) (p.tokens first m) + ·) (Nat.zero_mul _)).trans (Nat.add_zero _)
    | 1, _ => exact (congrArg (powerSum X (p.levelOf first) (p.tokens first m) + ·) (Nat.one_mul _)).trans (Nat.add_comm _ _)

/-- How many tokens a row stands for. -/
noncomputable def tokensOf (first j : Nat) : Nat := if j = 0 then first else 1

/-- Rows, or tokens. -/
theorem total_rows (f : Nat → Nat) (first rest : Nat) :
    (total (rest + 1) fun j => tokensOf first j * f j) = total (first + rest) fun s => f (rowOf first s) := by
  induction rest with
  | zero =>
    rw [total_succ, Nat.add_zero]
    have e : (total first fun s => f (rowOf first s)) = total first fun _ => f 0 := total_congr fun s hs => by
      show f (s + 1 - first) = f 0
      rw [Nat.sub_eq_zero_of_le hs]
    rw [e, total_const]
    exact Nat.zero_add _
  | succ rest ih =>
    rw [total_succ, ih]
    show _ = (total (first + rest) fun s => f (rowOf first s)) + f (rowOf first (first + rest))
    have e : rowOf first (first + rest) = rest + 1 := by
      show first + rest + 1 - first = _
      rw [Nat.add_assoc, Nat.add_sub_cancel_left]
    rw [e]
    show _ + (if rest + 1 = 0 then first else 1) * f (rest + 1) = _
    rw [ite_eq_right (Nat.succ_ne_zero rest), Nat.one_mul]

/-- Powers of the levels, added up. -/
theorem Planes.powers_eq {p : Planes} {first rest : Nat} (hp : p.Within (rest + 1)) {bits : Nat} (hm : first + rest + 2 ≤ 2 ^ bits)
    (hv : rest + 1 < 16 * bits) : p.powers bits first (onesOf (16 * bits - 1) (rest + 1)) (onesOf (16 * bits) (rest + 1)) =
      powerSum (2 ^ bits) (p.levelOf first) (p.tokens first (first + rest)) := by
  have bit (b s : Nat) : digit 1 b s ≤ 1 := Nat.le_of_lt_succ (digit_one_lt b s)
  have X_pos : 0 < 2 ^ bits := Nat.two_pow_pos bits
  have power_le {i j b s : Nat} (h : i ≤ j) : (2 ^ (i * bits)) ^ digit 1 b s ≤ 2 ^ (j * bits) := by
    match digit 1 b s, digit_one_lt b s with
    | 0, _ => exact Nat.two_pow_pos _
    | 1, _ =>
      rw [Nat.pow_one]
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_right bits h)
  have small {j : Nat} (h : j < 16) : 2 ^ (j * bits) < 2 ^ (16 * bits) := by
    cases bits with
    | zero => exact absurd hv (by rw [Nat.mul_zero]; exact Nat.not_lt_zero _)
    | succ bits => exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.mul_lt_mul_of_pos_right h (Nat.succ_pos bits))
  have step {x i j b s : Nat} (hf : x ≤ 2 ^ (j * bits)) : x * (2 ^ (i * bits)) ^ digit 1 b s ≤ 2 ^ ((j + i) * bits) := by
    rw [Nat.add_mul, Nat.pow_add]
    exact Nat.mul_le_mul hf (power_le (Nat.le_refl i))
  have many (s : Nat) : tokensOf first s ≤ 2 ^ bits := by
    unfold tokensOf
    by_cases e : s = 0
    case pos => rw [ite_eq_left e]; exact Nat.le_trans (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_right _ _)) hm
    case neg => rw [ite_eq_right e]; exact X_pos
  have start (s : Nat) : tokensOf first s * digit 1 p.counted s ≤ 2 ^ (1 * bits) := by
    rw [Nat.one_mul]
    exact Nat.le_trans (Nat.mul_le_mul (many s) (bit _ s)) (Nat.le_of_eq (Nat.mul_one _))
  have start_eq : Nat.sub (Nat.add (spread (onesOf (16 * bits - 1) (rest + 1)) (onesOf (16 * bits) (rest + 1)) p.counted)
      (Nat.mul first (Nat.mod p.counted 2))) (Nat.mod p.counted 2) =
      pack (16 * bits) (rest + 1) fun s => tokensOf first s * digit 1 p.counted s := by
    rw [spread_bits hv hp.counted]
    have zero : Nat.mod p.counted 2 = digit 1 p.counted 0 := by
      show p.counted % 2 = p.counted / 1 % 2
      rw [Nat.div_one]
    rw [zero]
    show digit 1 p.counted 0 + 2 ^ (16 * bits) * pack (16 * bits) rest (fun j => digit 1 p.counted (j + 1)) + first * digit 1 p.counted 0
      - digit 1 p.counted 0 = first * digit 1 p.counted 0 + 2 ^ (16 * bits) * pack (16 * bits) rest fun j => 1 * digit 1 p.counted (j + 1)
    rw [Nat.add_assoc, Nat.add_sub_cancel_left, Nat.add_comm]
    exact congrArg (first * digit 1 p.counted 0 + 2 ^ (16 * bits) * ·) (pack_congr _ fun j _ => (Nat.one_mul _).symm)
  have e1 : (2 ^ bits : Nat) = 2 ^ (1 * bits) := by rw [Nat.one_mul]
  have b1 := fun s => step (i := 1) (b := p.b0) (s := s) (start s)
  have b2 := fun s => step (i := 2) (b := p.b1) (s := s) (b1 s)
  have b3 := fun s => step (i := 4) (b := p.b2) (s := s) (b2 s)
  have b4 := fun s => step (i := 8) (b := p.b3) (s := s) (b3 s)
  unfold Planes.powers
  rw [start_eq]
  show raised (onesOf (16 * bits - 1) (rest + 1)) (onesOf (16 * bits) (rest + 1)) (2 ^ (16 * bits) - 1) (2 ^ bits) p.b0 _ _ = _
  rw [e1, raised_eq hv (Nat.two_pow_pos _) hp.b0 (fun s _ => Nat.lt_of_le_of_lt (start s) (small (by decide)))]
  refine (raised_eq hv (Nat.two_pow_pos _) hp.b1 (fun s _ => Nat.lt_of_le_of_lt (b1 s) (small (by decide))) _).trans ?_
  refine (raised_eq hv (Nat.two_pow_pos _) hp.b2 (fun s _ => Nat.lt_of_le_of_lt (b2 s) (small (by decide))) _).trans ?_
  refine (raised_eq hv (Nat.two_pow_pos _) hp.b3 (fun s _ => Nat.lt_of_le_of_lt (b3 s) (small (by decide))) _).trans ?_
  have lanes : ∀ s, tokensOf first s * digit 1 p.counted s * (2 ^ (1 * bits)) ^ digit 1 p.b0 s * (2 ^ (2 * bits)) ^ digit 1 p.b1 s * (2 ^ (4 * bits)) ^ digit 1 p.b2 s *
      (2 ^ (8 * bits)) ^ digit 1 p.b3 s = tokensOf first s * (digit 1 p.counted s * (2 ^ bits) ^ p.level s) := fun s => by
    have power (i b : Nat) : (2 ^ (i * bits)) ^ digit 1 b s = (2 ^ bits) ^ (i * digit 1 b s) := by
      rw [Nat.mul_comm i bits, Nat.pow_mul, ← Nat.pow_mul]
    rw [power, power, power, power, Nat.mul_assoc, ← Nat.pow_add, Nat.mul_assoc, ← Nat.pow_add, Nat.mul_assoc, ← Nat.pow_add, Nat.one_mul,
      Nat.mul_assoc]
    unfold Planes.level
    rw [Nat.add_assoc]
  refine (congrArg (lanesTotal (2 ^ (16 * bits) - 1)) (pack_congr _ fun s _ => lanes s)).trans ?_
  rw [Nat.one_mul]
  have rows := total_rows (fun j => digit 1 p.counted j * (2 ^ bits) ^ p.level j) first rest
  refine (lanesTotal_pack ?_).trans (rows.trans (total_eq_powerSum p _ first (first + rest)))
  have each : ∀ s, s < first + rest → digit 1 p.counted (rowOf first s) * (2 ^ bits) ^ p.level (rowOf first s) ≤ (2 ^ bits) ^ 15 := fun s _ =>
    Nat.le_trans (Nat.mul_le_mul (bit _ _) (Nat.pow_le_pow_right X_pos (p.level_le _))) (Nat.le_of_eq (Nat.one_mul _))
  refine Nat.lt_of_le_of_lt (Nat.le_of_eq rows) (Nat.lt_of_le_of_lt (total_le_total each) ?_)
  rw [total_const]
  have sixteen : 2 ^ (16 * bits) = 2 ^ bits * (2 ^ bits) ^ 15 := by rw [Nat.mul_comm, Nat.pow_mul, Nat.pow_succ']
  rw [sixteen]
  refine Nat.lt_sub_of_add_lt ?_
  refine Nat.lt_of_lt_of_le ?_ (Nat.mul_le_mul_right _ hm)
  rw [Nat.add_mul (first + rest)]
  refine Nat.add_lt_add_left ?_ _
  rw [Nat.two_mul]
  exact Nat.lt_of_lt_of_le (Nat.lt_succ_self 1) (Nat.add_le_add (Nat.pow_pos X_pos) (Nat.pow_pos X_pos))

/-- One part of what is spared, for a token. -/
theorem unitPart_spec (N cap w : Nat) : unitPart N cap w ≤ cap ∧ ∀ w', w' ≤ w → unitPart N cap w * w' ≤ N := by
  refine ⟨Nat.sub_le _ _, fun w' hw => ?_⟩
  have le : unitPart N cap w ≤ N / (w + 1) :=
    Nat.sub_le_of_le_add (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _)))
  exact Nat.le_trans (Nat.mul_le_mul le (Nat.le_succ_of_le hw)) (Nat.div_mul_le_self _ _)

end
end Sheet
end Compact
