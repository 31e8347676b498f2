prelude
import Compact.Transformer.Classes.CountRuns
import Compact.Transformer.Strategy.Quartic.Sheet.Measure
/-!
# Quartic: one class of inputs

The inputs that a sheet counts are answered correctly (`Pair.atLeast_countClass`).
-/
namespace Compact
namespace Sheet

/-- What is known of one query and one maximum; `z` is the number of bits that are dropped. -/
structure Pair (R : Type) [ExpField R] (P : List Nat → Prop) (prec : Nat) (t : Tables) (S : Sheets) (T : Enclosure) (X : Nat → Nat)
    (q m slack z : Nat) : Prop where
  fits : Fits t S
  describe : t.Describe T
  known : PairKnown R P prec t.width t.v T X t.n q m slack
  small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width
  room : (T.mass q t.n * T.tokenLo q m / 2 ^ z + T.tokenLo q q * T.posLo q t.n / 2 ^ z + 2) * (4 * 2 ^ t.width) +
    (T.totalSlack t.ceiling t.n q slack / 2 ^ z + 1) ≤ 2 ^ S.spareBits - 1

section
variable (T : Enclosure) (X : Nat → Nat) (n q m SL z : Nat)

/-- What is gained over the output `j`, if the positions with the maximum weigh `U`. -/
def gainedAt (U j : Nat) : Nat :=
  U * T.tokenLo q m / 2 ^ z * (T.path X q m m - T.path X q m j) + T.tokenLo q q * T.posLo q n / 2 ^ z * (T.lane q q n m - T.lane q q n j)

/-- What is lost. -/
noncomputable def lossAt (j : Nat) : Nat :=
  (T.mass q n * T.tokenLo q m / 2 ^ z + 1) * (T.path X q m j - T.path X q m m) +
    (T.tokenLo q q * T.posLo q n / 2 ^ z + 1) * (T.lane q q n j - T.lane q q n m) + (SL / 2 ^ z + 1) * if j = m then 0 else 1

end

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {S : Sheets} {T : Enclosure} {X : Nat → Nat}
  {q m slack z : Nat} (K : Pair R P prec t S T X q m slack z)
include K

theorem Pair.q_lt : q < t.v := Nat.lt_of_le_of_lt K.known.q_le K.known.m_lt

theorem Pair.path_le (k : Nat) {j : Nat} (hj : j < t.v) : T.path X q k j ≤ 4 * 2 ^ t.width := by
  refine Nat.le_trans (Nat.add_le_add (Nat.add_le_add (direct_le K.describe q j) (token_le K.describe k j)) (K.small j hj)) (Nat.le_of_eq ?_)
  ring [2 ^ t.width]

theorem Pair.lane_le (j : Nat) : T.lane q q t.n j ≤ 4 * 2 ^ t.width := by
  refine Nat.le_trans (Nat.add_le_add (Nat.add_le_add (direct_le K.describe q j) (token_le K.describe q j)) (pos_le K.describe t.n j)) ?_
  refine Nat.le_of_linear (Nat.zero_le (2 ^ t.width)) ?_
  ring [2 ^ t.width]

theorem Pair.gained_le {U j : Nat} (hU : U ≤ T.mass q t.n) : gainedAt T X t.n q m z U j ≤ 2 ^ S.spareBits - 1 := by
  refine Nat.le_trans ?_ K.room
  refine Nat.le_trans ?_ (Nat.le_add_right _ _)
  rw [Nat.add_mul, Nat.add_mul]
  refine Nat.le_trans ?_ (Nat.le_add_right _ _)
  refine Nat.add_le_add (Nat.mul_le_mul (Nat.div_le_div_right (Nat.mul_le_mul_right _ hU)) ?_) (Nat.mul_le_mul_left _ ?_)
  · exact Nat.le_trans (Nat.sub_le _ _) (K.path_le m K.known.m_lt)
  · exact Nat.le_trans (Nat.sub_le _ _) (K.lane_le m)

theorem Pair.loss_le {j : Nat} (hj : j < t.v) : lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ 2 ^ S.spareBits - 1 := by
  refine Nat.le_trans ?_ K.room
  refine Nat.add_le_add ?_ ?_
  · have two : ∀ a b c : Nat, (a + b + 2) * c = (a + 1) * c + (b + 1) * c := fun a b c => by ring [a, b, c]
    rw [two]
    exact Nat.add_le_add (Nat.mul_le_mul_left _ (Nat.le_trans (Nat.sub_le _ _) (K.path_le m hj)))
      (Nat.mul_le_mul_left _ (Nat.le_trans (Nat.sub_le _ _) (K.lane_le j)))
  · refine Nat.le_trans (Nat.mul_le_mul_left _ (m := 1) ?_) (Nat.le_of_eq (Nat.mul_one _))
    by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact Nat.zero_le _
    case neg => rw [ite_eq_right e]; exact Nat.le_refl _

theorem Pair.spare_lt {x : Nat} (hx : x ≤ 2 ^ S.spareBits - 1) : x < 2 ^ (S.laneBits - 1) :=
  Nat.lt_of_le_of_lt hx (Nat.lt_of_lt_of_le (two_pow_sub_one_lt _) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le K.fits.spare)))

/-- What the comparison of gains and losses shows. -/
theorem Pair.loss_le_gained {U : Nat} (hU : U ≤ T.mass q t.n) (h : lanesLe (Frame.of t S (tokenRows t S)).tops
      (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)) (pack S.laneBits t.v (gainedAt T X t.n q m z U)) = true)
    {j : Nat} (hj : j < t.v) : lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ gainedAt T X t.n q m z U j := by
  rw [K.fits.tops_eq] at h
  exact of_lanesLe K.fits.lane_pos (fun j hj => Nat.le_of_lt (K.spare_lt (K.loss_le hj))) (fun _ _ => K.spare_lt (K.gained_le hU)) h hj

omit [ExpField R] K in
/-- What is spared over an output, whatever the positions with the maximum weigh between two numbers. -/
theorem spared_between {U V k j : Nat} (hUV : U ≤ V) (hV : V ≤ T.mass q t.n) (hne : j ≠ m)
    (h : k + lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ gainedAt T X t.n q m z U j) :
    V * T.tokenLo q m * T.path X q m j + T.tokenLo q q * T.posLo q t.n * T.lane q q t.n j + T.totalSlack t.ceiling t.n q slack + (2 ^ z * k + 1) ≤
      V * T.tokenLo q m * T.path X q m m + T.tokenLo q q * T.posLo q t.n * T.lane q q t.n m := by
  unfold lossAt at h
  rw [ite_eq_right hne, Nat.mul_one] at h
  refine spared_nat (A := U * T.tokenLo q m / 2 ^ z) ?_ (Nat.mul_le_mul_right _ hV) h
  exact Nat.le_trans (Nat.mul_div_le _ _) (Nat.mul_le_mul_right _ hUV)

/-- The class in which all positions hold the maximum. -/
theorem Pair.alone (h : lanesLe (Frame.of t S (tokenRows t S)).tops
      (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z))
      (pack S.laneBits t.v (gainedAt T X t.n q m z (T.mass q t.n))) = true) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (T.mass q t.n) 0 m := fun j hj hne => by
  have le := K.loss_le_gained (Nat.le_refl _) h hj
  have s := spared_between (k := 0) (Nat.le_refl _) (Nat.le_refl _) hne (Nat.le_trans (Nat.le_of_eq (Nat.zero_add _)) le)
  unfold Enclosure.mix
  rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero, ← Nat.mul_assoc, ← Nat.mul_assoc]
  exact Nat.lt_of_succ_le (Nat.le_trans (Nat.le_of_eq (by rw [Nat.mul_zero])) s)

/-- The gap of a token's path. -/
def gapAt (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m s j : Nat) : Nat :=
  T.token s m + 2 ^ t.width - T.token s j + (T.direct q m + X m + 3 * 2 ^ t.width - (T.direct q j + X j))

theorem Pair.base_le {j : Nat} (hj : j < t.v) : T.direct q j + X j ≤ 3 * 2 ^ t.width := by
  refine Nat.le_trans (Nat.add_le_add (direct_le K.describe q j) (K.small j hj)) (Nat.le_of_eq ?_)
  ring [2 ^ t.width]

theorem Pair.gap_add (s : Nat) {j : Nat} (hj : j < t.v) : gapAt t T X q m s j + T.path X q s j = 4 * 2 ^ t.width + T.path X q s m := by
  have a : T.token s m + 2 ^ t.width - T.token s j + T.token s j = T.token s m + 2 ^ t.width :=
    Nat.sub_add_cancel (Nat.le_add_left_of_le (token_le K.describe s j))
  have b : T.direct q m + X m + 3 * 2 ^ t.width - (T.direct q j + X j) + (T.direct q j + X j) = T.direct q m + X m + 3 * 2 ^ t.width :=
    Nat.sub_add_cancel (Nat.le_add_left_of_le (K.base_le hj))
  unfold gapAt Enclosure.path
  refine Eq.trans (regroup _ _ _ _ _) ((congr (congrArg HAdd.hAdd a) b).trans ?_)
  ring [T.token s m, T.direct q m, X m, 2 ^ t.width]
where
  regroup (a b x y w : Nat) : a + b + (x + y + w) = a + y + (b + (x + w)) := by ring [a, b, x, y, w]

theorem Pair.gap_le (s : Nat) (j : Nat) : gapAt t T X q m s j ≤ 8 * 2 ^ t.width := by
  refine Nat.le_trans (Nat.add_le_add (Nat.le_trans (Nat.sub_le _ _) (Nat.add_le_add_right (token_le K.describe s m) _))
    (Nat.le_trans (Nat.sub_le _ _) (Nat.add_le_add_right (K.base_le K.known.m_lt) _))) (Nat.le_of_eq ?_)
  ring [2 ^ t.width]

/-- What the planes show that pass in the class with `i + 1` other tokens: all inputs of a class with at most that weight on other tokens are
answered correctly whose tokens are counted, and whose levels add up to so many parts. -/
def Pair.Decided (P : List Nat → Prop) (t : Tables) (S : Sheets) (q m first i : Nat) (p : Planes) : Prop :=
  ∀ i', i' + 1 < classes t.n q m → t.entry t.low q (t.n - (i + 1)) ≤ t.entry t.low q (t.n - (i' + 1)) →
    ∀ y, y ∈ words m (p.tokens first m) t.n (i' + 1) → levelSum m (p.levelOf first) y ≤ nth 0 S.parts i → P (y ++ [q]) ∧ maximum (y ++ [q]) = m

/-- Nothing is counted, or from planes that decide. -/
theorem Pair.of_planes {C : Nat → Prop} {k : Planes → Nat} {A : Asked} {I : Nat → Nat} {g : Nat → Nat → Nat} {first rest : Nat} (code place : Nat)
    {i : Nat} (hi : i + 1 < classes t.n q m) (low : A.low = t.low.getD q 0) (hm_eq : first + rest = m)
    (part : ∀ j, j < rest + 1 → I j ≤ 2 ^ S.partBits - 1)
    (parts : ∀ s, s < m → I (rowOf first s) * (t.entry t.high q 1 * T.tokenLo q s) ≤ 2 ^ (z + S.fracBits))
    (gap : ∀ r j, r < rest + 1 → j < t.v → g r j ≤ 8 * 2 ^ t.width)
    (gaps : ∀ s j, s < m → j < t.v → g (rowOf first s) j ≤ gapAt t T X q m s j)
    (none : C 0) (some : ∀ p : Planes, p.Within (rest + 1) → Pair.Decided P t S q m first i p → C (k p)) :
    C (withPlanes S (Frame.of t S (tokenRows t S)) (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1))
      ⟨z, T.tokenLo q m, pack S.laneBits t.v (fun j => T.path X q m m - T.path X q m j),
        T.tokenLo q q * T.posLo q t.n / 2 ^ z * pack S.laneBits t.v (fun j => T.lane q q t.n m - T.lane q q t.n j),
        pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)⟩ A t.bits (rest + 1) code
      (pack (S.laneBits * (t.v + 1)) (rest + 1) fun r => pack S.laneBits t.v (g r)) (pack S.laneBits (rest + 1) I) place i k) := by
  have hm := K.known.m_lt
  have hc : i + 1 ≤ t.n := le_of_lt_classes hi
  have hqv := K.q_lt
  have weights := K.describe.weights q (t.n - (i + 1)) hqv (Nat.sub_le _ _)
  have U_le : t.entry t.low q (t.n - (i + 1)) ≤ T.mass q t.n := by
    match weights.high with
    | ⟨_, e⟩ => exact Nat.le_trans weights.low_le_high (e ▸ highMass_le _ _ _ _)
  unfold withPlanes
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, low]
  have gained : Spare.gained ⟨z, T.tokenLo q m, pack S.laneBits t.v (fun j => T.path X q m m - T.path X q m j),
        T.tokenLo q q * T.posLo q t.n / 2 ^ z * pack S.laneBits t.v (fun j => T.lane q q t.n m - T.lane q q t.n j),
        pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)⟩
      (readLane t.bits (t.low.getD q 0) (Nat.sub (Frame.of t S (tokenRows t S)).n (Nat.succ i))) =
      pack S.laneBits t.v (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1)))) := by
    show t.entry t.low q (t.n - (i + 1)) * T.tokenLo q m / 2 ^ z * _ + _ * _ = _
    rw [mul_pack, mul_pack, pack_add]
    rfl
  rw [gained]
  cases guard : (lanesLe (Frame.of t S (tokenRows t S)).tops (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z))
      (pack S.laneBits t.v (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))))) &&
      (Nat.ble 1 (nth 0 S.parts i) && Nat.ble (Nat.add (Nat.shiftLeft 15 (Nat.add S.partBits S.spareBits))
        (Nat.mul (Nat.shiftLeft (nth 0 S.parts i) S.fracBits) (Nat.mul 8 (Frame.of t S (tokenRows t S)).unit))) (Nat.pow 2 (Nat.sub (Frame.of t S (tokenRows t S)).L 1)))) with
  | false => exact none
  | true =>
    have le {j : Nat} (hj : j < t.v) := K.loss_le_gained U_le (Bool.and_left guard) hj
    have parts_pos : 0 < nth 0 S.parts i := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right guard))
    have fit : 15 * 2 ^ (S.partBits + S.spareBits) + nth 0 S.parts i * 2 ^ S.fracBits * (8 * 2 ^ t.width) ≤ 2 ^ (S.laneBits - 1) :=
      Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right guard))
    show C (Nat.force _ _)
    rw [Nat.force_eq]
    match Planes.read_eq (α := Nat) (rest + 1) code place fun p =>
      Nat.force (spread (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).apart (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).mask
        (p.times (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).bitLanes (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).lanes (Frame.of t S (tokenRows t S)).full (pack S.laneBits (rest + 1) I))) fun Z =>
      Bool.rec (motive := fun _ => Nat) 0
        (k p)
        (passes (Frame.of t S (tokenRows t S)) (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).all (pack (S.laneBits * (t.v + 1)) (rest + 1) fun r => pack S.laneBits t.v (g r))
          (Nat.sub (pack S.laneBits t.v (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1)))))
            (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)))
          (Nat.shiftLeft (nth 0 S.parts i) S.fracBits) Z
          (spread (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).bitRows (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).rows p.counted)) with
    | ⟨p, within, e⟩ =>
    refine of_eq e ?_
    rw [Nat.force_eq]
    have rows_le : rest + 1 ≤ t.v := Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_add_left rest first) (Nat.le_of_eq hm_eq)) hm
    have m_lane : rest + 1 < S.laneBits := Nat.lt_of_le_of_lt rows_le K.fits.v_lane
    have rows_pos : 0 < S.laneBits * (t.v + 1) := Nat.mul_pos K.fits.lane_pos (Nat.succ_pos t.v)
    have m_row : rest + 1 < S.laneBits * (t.v + 1) := Nat.lt_of_lt_of_le m_lane (Nat.le_mul_of_pos_right _ (Nat.succ_pos t.v))
    have levelled {s : Nat} (hs : s < rest + 1) : p.level s * I s ≤ 15 * 2 ^ S.partBits :=
      Nat.mul_le_mul (p.level_le s) (Nat.le_trans (part s hs) (Nat.sub_le _ _))
    have fifteen : 15 * 2 ^ S.partBits ≤ 2 ^ (S.laneBits - 1) := by
      refine Nat.le_trans ?_ (Nat.le_trans (Nat.le_add_right _ _) fit)
      rw [Nat.pow_add, ← Nat.mul_assoc]
      exact Nat.le_mul_of_pos_right _ (Nat.two_pow_pos _)
    have top_lt : 2 ^ (S.laneBits - 1) < 2 ^ S.laneBits :=
      Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.sub_lt K.fits.lane_pos Nat.one_pos)
    have lane {s : Nat} (hs : s < rest + 1) : p.level s * I s < 2 ^ S.laneBits :=
      Nat.lt_of_le_of_lt (Nat.le_trans (levelled hs) fifteen) top_lt
    have units {s : Nat} (hs : s < rest + 1) : I s < 2 ^ S.laneBits := by
      refine Nat.lt_of_le_of_lt (Nat.le_trans (part s hs) ?_) top_lt
      exact Nat.le_trans (Nat.le_trans (Nat.sub_le _ _) (Nat.le_mul_of_pos_left _ (Nat.succ_pos 14))) fifteen
    have Z_eq : spread (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).apart (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).mask
        (p.times (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).bitLanes (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).lanes (Frame.of t S (tokenRows t S)).full (pack S.laneBits (rest + 1) I)) =
        pack (S.laneBits * (t.v + 1)) (rest + 1) fun s => p.level s * I s := by
      show spread (onesOf (S.laneBits * t.v) (rest + 1)) ((2 ^ S.laneBits - 1) * onesOf (S.laneBits * (t.v + 1)) (rest + 1))
        (p.times (onesOf (S.laneBits - 1) (rest + 1)) (onesOf S.laneBits (rest + 1)) (2 ^ S.laneBits - 1) _) = _
      rw [p.times_eq within m_lane fun s hs => units hs, onesOf_eq rows_pos]
      exact apart_eq K.fits.lane_pos rows_le fun s hs => lane hs
    have C_eq : spread (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).bitRows (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).rows p.counted =
        pack (S.laneBits * (t.v + 1)) (rest + 1) (digit 1 p.counted) := spread_bits m_row within.counted
    have all_eq : (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).all = pack (S.laneBits * (t.v + 1)) (rest + 1) fun _ => pack S.laneBits t.v fun _ => 1 := by
      show (Frame.of t S (tokenRows t S)).one * onesOf (S.laneBits * (t.v + 1)) (rest + 1) = _
      rw [onesOf_eq rows_pos, K.fits.one_eq]
      show ones S.laneBits t.v * (pack _ (rest + 1) fun _ => 1) = _
      rw [row_mul_pack]
      exact pack_congr _ fun _ _ => Nat.one_mul _
    have K_eq : Nat.sub (pack S.laneBits t.v (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1)))))
        (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)) =
        pack S.laneBits t.v fun j => gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j -
          lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j := pack_sub _ fun j hj => le hj
    rw [Z_eq, C_eq, all_eq, K_eq]
    cases pass : passes (Frame.of t S (tokenRows t S)) (pack (S.laneBits * (t.v + 1)) (rest + 1) fun _ => pack S.laneBits t.v fun _ => 1)
        (pack (S.laneBits * (t.v + 1)) (rest + 1) fun r => pack S.laneBits t.v (g r))
        (pack S.laneBits t.v fun j => gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j -
          lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j)
        (Nat.shiftLeft (nth 0 S.parts i) S.fracBits) (pack (S.laneBits * (t.v + 1)) (rest + 1) fun s => p.level s * I s)
        (pack (S.laneBits * (t.v + 1)) (rest + 1) (digit 1 p.counted)) with
    | false => exact none
    | true =>
      have bound : nth 0 S.parts i * 2 ^ S.fracBits * (8 * 2 ^ t.width) ≤ 2 ^ (S.laneBits - 1) := Nat.le_trans (Nat.le_add_left _ _) fit
      have room {r j : Nat} (hr : r < rest + 1) (hj : j < t.v) : nth 0 S.parts i * 2 ^ S.fracBits * g r j + p.level r * I r *
          (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j - lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j) <
          2 ^ (S.laneBits - 1) := by
        refine Nat.lt_of_lt_of_le ?_ (Nat.le_trans (Nat.le_of_eq (Nat.add_comm _ _)) fit)
        refine Nat.add_lt_add_of_le_of_lt (Nat.mul_le_mul_left _ (gap r j hr hj)) ?_
        rw [Nat.pow_add, ← Nat.mul_assoc]
        refine Nat.lt_of_le_of_lt (Nat.mul_le_mul (levelled hr) (Nat.le_trans (Nat.sub_le _ _) (K.gained_le U_le))) ?_
        exact Nat.mul_lt_mul_of_pos_left (two_pow_sub_one_lt _) (Nat.mul_pos (Nat.succ_pos 14) (Nat.two_pow_pos _))
      have row_lt {s : Nat} (hs : s < m) : rowOf first s < rest + 1 := by
        show s + 1 - first < rest + 1
        refine Nat.lt_succ_of_le (Nat.sub_le_of_le_add ?_)
        rw [Nat.add_comm rest, hm_eq]
        exact hs
      have taken {s j : Nat} (hs : s < m) (hj : j < t.v) (counted : digit 1 p.counted (rowOf first s) = 1) :
          nth 0 S.parts i * 2 ^ S.fracBits * (4 * 2 ^ t.width) ≤ nth 0 S.parts i * 2 ^ S.fracBits * gapAt t T X q m s j +
            p.level (rowOf first s) * I (rowOf first s) * (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j -
              lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j) := by
        have le := of_passes (F := Frame.of t S (tokenRows t S)) (g := g)
          (κ := fun j => gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j - lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j)
          (z := fun s => p.level s * I s) (c := digit 1 p.counted) (scale := nth 0 S.parts i * 2 ^ S.fracBits) K.fits.lane_pos
          (Nat.mul_le_mul_left S.laneBits (Nat.le_succ t.v))
          (K.fits.tops_eq _) (Nat.le_trans (Nat.mul_le_mul_left _ (Nat.mul_le_mul_right _ (by decide))) bound) (fun r j hr hj => room hr hj)
          (fun s _ => Nat.le_of_lt_succ (digit_one_lt _ s)) pass (row_lt hs) hj counted
        exact Nat.le_trans le (Nat.add_le_add_right (Nat.mul_le_mul_left _ (gaps s j hs hj)) _)
      refine some p within fun i' hi' le' y hy hlevel =>
        K.known.mixture_right hi' (fun s hs => (mem_below hs).left) (level := p.levelOf first) (b := t.entry t.high q 1) ⟨parts_pos, ?_, ?_⟩ hy hlevel
      · match (K.describe.weights q 1 hqv (Nat.le_trans (Nat.succ_le_succ (Nat.zero_le i)) hc)).high with
        | ⟨high, e⟩ => exact ⟨high, e⟩
      · have weights' := K.describe.weights q (t.n - (i' + 1)) hqv (Nat.sub_le _ _)
        have U_le' : t.entry t.low q (t.n - (i' + 1)) ≤ T.mass q t.n := by
          match weights'.high with
          | ⟨_, e⟩ => exact Nat.le_trans weights'.low_le_high (e ▸ highMass_le _ _ _ _)
        match weights'.low with
        | ⟨low', e'⟩ =>
          refine ⟨low', fun j hj hne => ?_⟩
          have enough : (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j - lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j) +
              lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j :=
            Nat.le_of_eq (Nat.sub_add_cancel (le hj))
          refine ⟨ofNat R (2 ^ z * (gainedAt T X t.n q m z (t.entry t.low q (t.n - (i + 1))) j -
            lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j)), ofNat_nonneg _, ?_, ?_, fun s hs => ?_⟩
          · have e'' : lowMass (T.posLows q t.n) (t.n - (i' + 1)) low' = t.entry t.low q (t.n - (i' + 1)) := e'.symm
            rw [e'']
            exact lt_spared_of_le (spared_between le' U_le' hne enough)
          · exact lt_spared_of_le (spared_between U_le (Nat.le_refl _) hne enough)
          · have hs := mem_below hs
            have counted : digit 1 p.counted (rowOf first s) = 1 := Nat.eq_of_beq_eq_true _ _ hs.right
            exact lacks_of_le (takes_nat (parts s hs.left) (K.gap_add s hj) (taken hs.left hj counted))
where
  of_eq {C : Nat → Prop} {N N' : Nat} (e : N = N') (h : C N') : C N := e ▸ h

end
end Sheet
end Compact
