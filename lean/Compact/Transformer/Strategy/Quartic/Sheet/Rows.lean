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
  lane : t.width + 5 ≤ S.laneBits
  bits : t.width + 3 ≤ t.bits
  prec : t.prec + 2 ≤ t.bits
  v_lane : t.v < S.laneBits
  v_power : t.v < 16 * S.countBits
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
  show _ < 2 ^ (t.width + 4)
  rw [Nat.pow_add, Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_left (by decide) (Nat.two_pow_pos _)

theorem Fits.lane_lt {x : Nat} (hx : x ≤ 4 * 2 ^ t.width) : x < 2 ^ S.laneBits :=
  Nat.lt_of_lt_of_le (G.room hx) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))

omit G in
/-- A row fits its place in a sheet. -/
theorem row_lt {f : Nat → Nat} (hf : ∀ j, j < t.v → f j < 2 ^ S.laneBits) : pack S.laneBits t.v f < 2 ^ (S.laneBits * (t.v + 1)) :=
  Nat.lt_of_lt_of_le (pack_lt _ hf) (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left _ (Nat.le_succ _)))

theorem Fits.bits_lt {x : Nat} (hx : x ≤ 2 * 2 ^ t.width) : x < 2 ^ t.bits := by
  refine Nat.lt_of_le_of_lt hx (Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos G.bits))
  rw [Nat.pow_add, Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_left (by decide) (Nat.two_pow_pos _)

omit G in
theorem unit_le {k : Nat} (hk : 1 ≤ k) : 2 ^ t.width ≤ k * 2 ^ t.width := Nat.le_mul_of_pos_left _ hk

omit G in
theorem two_le_four : 2 * 2 ^ t.width ≤ 4 * 2 ^ t.width := Nat.mul_le_mul_right _ (by decide)

theorem Fits.one_eq (rows : List Nat) : (Frame.of t S rows).one = ones S.laneBits t.v := onesOf_eq G.lane_pos t.v

theorem Fits.tops_eq (rows : List Nat) : (Frame.of t S rows).tops = 2 ^ (S.laneBits - 1) * ones S.laneBits t.v := by
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

omit G hT in
/-- The rows of all tokens. -/
theorem length_tokenRows : (tokenRows t S).length = t.v := by
  unfold tokenRows
  rw [tabulateFold_eq]
  exact List.length_tabulateFrom

theorem getD_tokenRows {k : Nat} (hk : k < t.v) : (tokenRows t S).getD k 0 = pack S.laneBits t.v (T.token k) := by
  unfold tokenRows
  rw [tabulateFold_eq, List.getD_tabulateFrom _ hk, Nat.zero_add]
  exact narrow_token G hT hk

/-- These as a sheet. -/
theorem tokens_eq : (Frame.of t S (tokenRows t S)).tokens = pack (S.laneBits * (t.v + 1)) t.v fun s => pack S.laneBits t.v (T.token s) := by
  show packList (S.laneBits * (t.v + 1)) (tokenRows t S) = _
  rw [packList_eq, length_tokenRows]
  exact pack_congr _ fun k hk => getD_tokenRows G hT hk

/-- The gaps of the tokens' rows. -/
theorem gaps_eq {m : Nat} (hm : m < t.v) : (Most.of t (Frame.of t S (tokenRows t S)) m).gaps =
    pack (S.laneBits * (t.v + 1)) m fun s => pack S.laneBits t.v fun j => T.token s m + 2 ^ t.width - T.token s j := by
  have lane (s j : Nat) : T.token s j < 2 ^ S.laneBits := G.lane_lt (Nat.le_trans (token_le hT s j) (unit_le (by decide)))
  have row (s : Nat) : pack S.laneBits t.v (T.token s) < 2 ^ (S.laneBits * (t.v + 1)) := row_lt fun j _ => lane s j
  have rows_pos : 0 < S.laneBits * (t.v + 1) := Nat.mul_pos G.lane_pos (Nat.succ_pos t.v)
  have low : lowBits (S.laneBits * (t.v + 1) * m) (Frame.of t S (tokenRows t S)).tokens = pack (S.laneBits * (t.v + 1)) m fun s => pack S.laneBits t.v (T.token s) := by
    rw [lowBits_eq, tokens_eq G hT]
    exact pack_mod (fun s _ => row s) (Nat.le_of_lt hm)
  have column : lanesShift ((2 ^ S.laneBits - 1) * ones (S.laneBits * (t.v + 1)) m) (S.laneBits * m)
      (pack (S.laneBits * (t.v + 1)) m fun s => pack S.laneBits t.v (T.token s)) = pack (S.laneBits * (t.v + 1)) m fun s => T.token s m := by
    have fits : S.laneBits + S.laneBits * m ≤ S.laneBits * (t.v + 1) := by
      rw [Nat.add_comm]
      exact Nat.mul_le_mul_left S.laneBits (Nat.le_succ_of_le hm)
    rw [lanesShift_pack fits fun s _ => row s]
    exact pack_congr _ fun s _ => digit_pack _ (fun j _ => lane s j) hm
  show Nat.force (lowBits (Nat.mul (Frame.of t S (tokenRows t S)).rowBits m) (Frame.of t S (tokenRows t S)).tokens) (fun tokens => Nat.force (onesOf (Frame.of t S (tokenRows t S)).rowBits m)
    fun rows => Nat.sub (Nat.mul (Frame.of t S (tokenRows t S)).one (Nat.add (lanesShift (Nat.mul (Frame.of t S (tokenRows t S)).full rows) (Nat.mul (Frame.of t S (tokenRows t S)).L m) tokens)
      (Nat.mul (Frame.of t S (tokenRows t S)).unit rows))) tokens) = _
  rw [Nat.force_eq, Nat.force_eq]
  have e : (Frame.of t S (tokenRows t S)).one = ones S.laneBits t.v := onesOf_eq G.lane_pos t.v
  show Nat.sub (Nat.mul (Frame.of t S (tokenRows t S)).one (Nat.add (lanesShift (Nat.mul (2 ^ S.laneBits - 1) (onesOf (S.laneBits * (t.v + 1)) m)) (S.laneBits * m)
    (lowBits (S.laneBits * (t.v + 1) * m) (Frame.of t S (tokenRows t S)).tokens)) (Nat.mul (2 ^ t.width) (onesOf (S.laneBits * (t.v + 1)) m))))
    (lowBits (S.laneBits * (t.v + 1) * m) (Frame.of t S (tokenRows t S)).tokens) = _
  rw [e, onesOf_eq rows_pos, low]
  have column : lanesShift (Nat.mul (2 ^ S.laneBits - 1) (ones (S.laneBits * (t.v + 1)) m)) (S.laneBits * m) _ = _ := column
  rw [column]
  show ones S.laneBits t.v * (_ + 2 ^ t.width * ones (S.laneBits * (t.v + 1)) m) - _ = _
  rw [mul_ones, pack_add, row_mul_pack, pack_sub _ fun s _ => ?_]
  · refine pack_congr _ fun s _ => ?_
    rw [mul_ones, pack_sub]
    exact fun j _ => Nat.le_add_left_of_le (token_le hT s j)
  · rw [mul_ones]
    exact pack_le _ fun j _ => Nat.le_add_left_of_le (token_le hT s j)

/-- The least gaps of the first tokens are at most those of each. -/
theorem leastGaps_eq {m : Nat} (hm : m < t.v) {first : Nat} (hfirst : first ≤ m) : ∃ g : Nat → Nat,
    leastGaps (Frame.of t S (tokenRows t S)) m first = pack S.laneBits t.v g ∧ (∀ j, j < t.v → g j ≤ 2 * 2 ^ t.width) ∧
    ∀ s, s < first → ∀ j, j < t.v → g j ≤ T.token s m + 2 ^ t.width - T.token s j := by
  induction first with
  | zero =>
    refine ⟨fun _ => 2 * 2 ^ t.width, ?_, fun _ _ => Nat.le_refl _, fun s hs => absurd hs (Nat.not_lt_zero s)⟩
    show 2 * 2 ^ t.width * (Frame.of t S (tokenRows t S)).one = _
    rw [G.one_eq]
    exact mul_ones _ _ _
  | succ first ih =>
    match ih (Nat.le_of_succ_le hfirst) with
    | ⟨g, e, small, least⟩ =>
      have hs : first < t.v := Nat.lt_of_lt_of_le hfirst (Nat.le_of_lt hm)
      have gap_le (j : Nat) : T.token first m + 2 ^ t.width - T.token first j ≤ 2 * 2 ^ t.width := by
        rw [Nat.two_mul]
        exact Nat.le_trans (Nat.sub_le _ _) (Nat.add_le_add_right (token_le hT first m) _)
      refine ⟨fun j => g j - (g j - (T.token first m + 2 ^ t.width - T.token first j)), ?_, fun j hj => Nat.le_trans (Nat.sub_le _ _) (small j hj),
        fun s hs j hj => ?_⟩
      · have row : Nat.sub (Nat.mul (Nat.add (readLane S.laneBits (pack S.laneBits t.v (T.token first)) m) (2 ^ t.width)) (ones S.laneBits t.v))
            (pack S.laneBits t.v (T.token first)) = pack S.laneBits t.v fun j => T.token first m + 2 ^ t.width - T.token first j := by
          have lane : readLane S.laneBits (pack S.laneBits t.v (T.token first)) m = T.token first m :=
            digit_pack _ (fun j _ => G.lane_lt (Nat.le_trans (token_le hT first j) (unit_le (by decide)))) hm
          rw [lane]
          show (T.token first m + 2 ^ t.width) * ones S.laneBits t.v - _ = _
          rw [mul_ones, pack_sub]
          exact fun j _ => Nat.le_add_left_of_le (token_le hT first j)
        show Nat.force (leastGaps (Frame.of t S (tokenRows t S)) m first) (fun least => Nat.force (nth 0 (tokenRows t S) first) fun row => Nat.sub least
          (lanesMonus (Frame.of t S (tokenRows t S)).tops (Nat.sub S.laneBits 1) least (Nat.sub (Nat.mul (Nat.add (readLane S.laneBits row m) (2 ^ t.width))
            (Frame.of t S (tokenRows t S)).one) row))) = _
        rw [Nat.force_eq, Nat.force_eq, e, nth_eq, getD_tokenRows G hT hs, G.one_eq, G.tops_eq, row]
        have monus := lanesMonus_pack (L := S.laneBits) (n := t.v) G.lane_pos (fun j hj => G.room (Nat.le_trans (small j hj) two_le_four))
          (fun j _ => G.room (Nat.le_trans (gap_le j) two_le_four)) (f := g) (g := fun j => T.token first m + 2 ^ t.width - T.token first j)
        refine (congrArg (Nat.sub (pack S.laneBits t.v g)) monus).trans ?_
        exact pack_sub _ fun j _ => Nat.sub_le _ _
      · have min_le (a b : Nat) : a - (a - b) ≤ b := Nat.sub_le_of_le_add (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _)))
        match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hs) with
        | .inl hs => exact Nat.le_trans (Nat.sub_le _ _) (least s hs j hj)
        | .inr e => exact e ▸ min_le _ _

end

/-- Each number has these lanes. -/
theorem mod_two_pow_eq_pack (L n N : Nat) : N % 2 ^ (L * n) = pack L n (digit L N) := by
  have low := pack_digit (L := L) (n := n) (N := N % 2 ^ (L * n)) (Nat.mod_lt N (Nat.two_pow_pos _))
  refine low.symm.trans (pack_congr L fun k hk => ?_)
  match Nat.exists_eq_add_of_le hk with
  | ⟨e, h⟩ =>
    have split : 2 ^ (L * n) = 2 ^ (L * k) * (2 ^ L * 2 ^ (L * e)) := by
      rw [h, ← Nat.pow_add, ← Nat.pow_add, Nat.mul_add, Nat.mul_succ, Nat.add_assoc]
    show N % 2 ^ (L * n) / 2 ^ (L * k) % 2 ^ L = N / 2 ^ (L * k) % 2 ^ L
    rw [split, Nat.mod_mul_div _ _ _ (Nat.two_pow_pos _), Nat.mod_mul_mod]

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
