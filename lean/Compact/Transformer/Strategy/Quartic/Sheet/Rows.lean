prelude
import Compact.Transformer.Classes.Describe
import Compact.Transformer.Strategy.Quartic.Sheet.Lanes
import Compact.Transformer.Strategy.Quartic.Sheet.Spare
/-!
# Quartic: what rows and sheets hold

Given that the tables describe the model: the rows of one query and one maximum, in narrow lanes, and the sheet of gaps.
-/
namespace Compact
namespace Sheet

/-- What is known when a block is counted. -/
structure Fits (t : Tables) (S : Sheets) : Prop where
  n_pos : 0 < t.n
  lane : t.width + 4 ≤ S.laneBits
  bits : t.width + 3 ≤ t.bits
  v_lane : t.v ≤ S.laneBits
  v_power : t.v ≤ 16 * S.countBits
  spare : S.spareBits < S.laneBits
  part : S.partBits < S.laneBits
  count : (t.v + 1) ^ t.n < 2 ^ S.countBits

section
variable {t : Tables} {S : Sheets} {T : Enclosure} (G : Fits t S) (hT : t.Describe T)

/-- A packed row in narrow lanes. -/
theorem narrowRow_eq {bits L v : Nat} {f : Nat → Nat} (hf : ∀ j, j < v → f j < 2 ^ bits) :
    narrowRow bits L v (pack bits v f) = pack L v f :=
  (packFrom_eq _ _ _).trans (pack_congr L fun _ hj => digit_pack bits hf hj)

include G

theorem Fits.lane_pos : 0 < S.laneBits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) G.lane

/-- Sixteen times a logit fits below the top bit. -/
theorem Fits.room {x : Nat} (hx : x ≤ 4 * 2 ^ t.width) : x < 2 ^ (S.laneBits - 1) := by
  refine Nat.lt_of_le_of_lt hx ?_
  refine Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le G.lane))
  show _ < 2 ^ (t.width + 3)
  rw [Nat.pow_add, Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_left (Nat.lt_of_lt_of_le (Nat.lt_succ_self 4) (by decide)) (Nat.two_pow_pos _)

theorem Fits.lane_lt {x : Nat} (hx : x ≤ 4 * 2 ^ t.width) : x < 2 ^ S.laneBits :=
  Nat.lt_of_lt_of_le (G.room hx) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))

theorem Fits.bits_lt {x : Nat} (hx : x ≤ 2 * 2 ^ t.width) : x < 2 ^ t.bits := by
  refine Nat.lt_of_le_of_lt hx (Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos G.bits))
  rw [Nat.pow_add, Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_left (by decide) (Nat.two_pow_pos _)

omit G in
theorem unit_le {k : Nat} (hk : 1 ≤ k) : 2 ^ t.width ≤ k * 2 ^ t.width := Nat.le_mul_of_pos_left _ hk

omit G in
theorem two_le_four : 2 * 2 ^ t.width ≤ 4 * 2 ^ t.width := Nat.mul_le_mul_right _ (by decide)

theorem Fits.one_eq : (Frame.of t S).one = ones S.laneBits t.v := onesOf_eq G.lane_pos t.v

theorem Fits.tops_eq : (Frame.of t S).tops = 2 ^ (S.laneBits - 1) * ones S.laneBits t.v := by
  show Nat.mul (Nat.pow 2 (Nat.sub S.laneBits 1)) (onesOf S.laneBits t.v) = _
  rw [onesOf_eq G.lane_pos]
  rfl

include hT

omit G in
theorem token_le (k j : Nat) : T.token k j ≤ 2 ^ t.width := Nat.le_of_lt (lt_of_narrowRows (Bool.and_left hT.narrow) k j)

omit G in
theorem direct_le (q j : Nat) : T.direct q j ≤ 2 ^ t.width := Nat.le_of_lt (lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) q j)

omit G in
theorem pos_le (p j : Nat) : T.pos p j ≤ 2 ^ t.width := Nat.le_of_lt (lt_of_narrowRows (Bool.and_left (Bool.and_right hT.narrow)) p j)

theorem narrow_token {k : Nat} (hk : k < t.v) : narrowRow t.bits S.laneBits t.v (nth 0 t.token k) = pack S.laneBits t.v (T.token k) := by
  rw [nth_eq, hT.token k hk]
  exact narrowRow_eq fun j _ => G.bits_lt (Nat.le_trans (token_le hT k j) (unit_le (by decide)))

theorem narrow_direct {q : Nat} (hq : q < t.v) : narrowRow t.bits S.laneBits t.v (nth 0 t.direct q) = pack S.laneBits t.v (T.direct q) := by
  rw [nth_eq, hT.direct q hq]
  exact narrowRow_eq fun j _ => G.bits_lt (Nat.le_trans (direct_le hT q j) (unit_le (by decide)))

theorem narrow_last : narrowRow t.bits S.laneBits t.v t.last = pack S.laneBits t.v (T.pos t.n) := by
  rw [hT.last]
  exact narrowRow_eq fun j _ => G.bits_lt (Nat.le_trans (pos_le hT t.n j) (unit_le (by decide)))

omit hT in
theorem narrow_position {m : Nat} {X : Nat → Nat} (hX : t.position.getD m 0 = pack t.bits t.v X) (small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width) :
    narrowRow t.bits S.laneBits t.v (nth 0 t.position m) = pack S.laneBits t.v X := by
  rw [nth_eq, hX]
  exact narrowRow_eq fun j hj => G.bits_lt (small j hj)

/-- All rows of tokens, as a sheet. -/
theorem tokens_eq : (Frame.of t S).tokens = pack (S.laneBits * t.v) t.v fun s => pack S.laneBits t.v (T.token s) :=
  (packFrom_eq _ _ _).trans (pack_congr _ fun _ hs => narrow_token G hT hs)

/-- The gaps of the tokens' rows. -/
theorem gaps_eq {m : Nat} (hm : m < t.v) : (Most.of t S (Frame.of t S) m).gaps =
    pack (S.laneBits * t.v) m fun s => pack S.laneBits t.v fun j => T.token s m + 2 ^ t.width - T.token s j := by
  have lane (s j : Nat) : T.token s j < 2 ^ S.laneBits := G.lane_lt (Nat.le_trans (token_le hT s j) (unit_le (by decide)))
  have rows_pos : 0 < S.laneBits * t.v := Nat.mul_pos G.lane_pos (Nat.lt_of_le_of_lt (Nat.zero_le m) hm)
  have low : lowBits (S.laneBits * t.v * m) (Frame.of t S).tokens = pack (S.laneBits * t.v) m fun s => pack S.laneBits t.v (T.token s) := by
    rw [lowBits_eq, tokens_eq G hT]
    exact pack_mod (fun s _ => pack_lt _ fun j _ => lane s j) (Nat.le_of_lt hm)
  have column : lanesShift ((2 ^ S.laneBits - 1) * ones (S.laneBits * t.v) m) (S.laneBits * m)
      (pack (S.laneBits * t.v) m fun s => pack S.laneBits t.v (T.token s)) = pack (S.laneBits * t.v) m fun s => T.token s m := by
    have fits : S.laneBits + S.laneBits * m ≤ S.laneBits * t.v := by
      rw [Nat.add_comm]
      exact Nat.mul_le_mul_left S.laneBits hm
    rw [lanesShift_pack fits fun s _ => pack_lt _ fun j _ => lane s j]
    exact pack_congr _ fun s _ => digit_pack _ (fun j _ => lane s j) hm
  show Nat.force (lowBits (Nat.mul (Frame.of t S).rowBits m) (Frame.of t S).tokens) (fun tokens => Nat.force (onesOf (Frame.of t S).rowBits m)
    fun rows => Nat.sub (Nat.mul (Frame.of t S).one (Nat.add (lanesShift (Nat.mul (Frame.of t S).full rows) (Nat.mul (Frame.of t S).L m) tokens)
      (Nat.mul (Frame.of t S).unit rows))) tokens) = _
  rw [Nat.force_eq, Nat.force_eq]
  have e : (Frame.of t S).one = ones S.laneBits t.v := onesOf_eq G.lane_pos t.v
  show Nat.sub (Nat.mul (Frame.of t S).one (Nat.add (lanesShift (Nat.mul (2 ^ S.laneBits - 1) (onesOf (S.laneBits * t.v) m)) (S.laneBits * m)
    (lowBits (S.laneBits * t.v * m) (Frame.of t S).tokens)) (Nat.mul (2 ^ t.width) (onesOf (S.laneBits * t.v) m))))
    (lowBits (S.laneBits * t.v * m) (Frame.of t S).tokens) = _
  rw [e, onesOf_eq rows_pos, low]
  have column : lanesShift (Nat.mul (2 ^ S.laneBits - 1) (ones (S.laneBits * t.v) m)) (S.laneBits * m) _ = _ := column
  rw [column]
  show ones S.laneBits t.v * (_ + 2 ^ t.width * ones (S.laneBits * t.v) m) - _ = _
  rw [mul_ones, pack_add, row_mul_pack, pack_sub _ fun s _ => ?_]
  · refine pack_congr _ fun s _ => ?_
    rw [mul_ones, pack_sub]
    exact fun j _ => Nat.le_add_left_of_le (token_le hT s j)
  · rw [mul_ones]
    exact pack_le _ fun j _ => Nat.le_add_left_of_le (token_le hT s j)

end

/-- How far lanes of a row are below and above that of the maximum. -/
theorem around_eq {α : Type} {F : Frame} {m : Nat} {f : Nat → Nat} (hL : 0 < F.L) (one : F.one = ones F.L F.v)
    (tops : F.tops = 2 ^ (F.L - 1) * ones F.L F.v) (hm : m < F.v) (hf : ∀ j, j < F.v → f j < 2 ^ (F.L - 1)) (k : Nat → Nat → α) :
    around F m (pack F.L F.v f) k = k (pack F.L F.v fun j => f m - f j) (pack F.L F.v fun j => f j - f m) := by
  unfold around
  have lane : readLane F.L (pack F.L F.v f) m = f m :=
    digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (hf j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) hm
  have top : Nat.mul (readLane F.L (pack F.L F.v f) m) F.one = pack F.L F.v fun _ => f m := by
    rw [lane, one]
    exact mul_ones _ _ _
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, top, tops]
  have up := lanesMonus_pack (L := F.L) (n := F.v) hL (fun _ _ => hf m hm) hf
  have down := lanesMonus_pack (L := F.L) (n := F.v) hL hf (fun _ _ => hf m hm)
  exact congr (congrArg k up) down

end Sheet
end Compact
