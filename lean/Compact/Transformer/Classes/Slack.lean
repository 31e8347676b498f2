prelude
import Compact.Transformer.Classes.Mix
import Compact.Transformer.Enclosure.Narrow
import Compact.Packed.RunningLanes
import Compact.Packed.TableRow
/-!
# What rounding costs a class

For all maxima `m` of one query at once, a number that is at least the slack of any input with that maximum: a running maximum over the
tokens up to `m`, times the number of positions, plus the query's own.  Rows of bounds of factors are packed (`slacksAs`).
-/
namespace Compact

/-- At least the slack of the token with the factor `e` at any position, when the factors of positions are at most
`top` and their intervals no longer than `gap`. -/
noncomputable def tokenSlack (B top gap : Nat) (e : Nat × Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add (Nat.mul e.1 gap) (Nat.mul (Nat.sub e.2 e.1) top)) B) (Nat.mul 3 (Nat.mul e.2 top))

/-- The same for a row of tokens, from rows of their lower and upper bounds. -/
noncomputable def tokenSlacks (B top gap lows highs : Nat) : Nat :=
  Nat.add (Nat.mul B (Nat.add (Nat.mul gap lows) (Nat.mul top (Nat.sub highs lows)))) (Nat.mul (Nat.mul 3 top) highs)

/-- How many bits an interval of a factor of a token may have, so that slacks have room in lanes of `L` bits. -/
noncomputable def gapBits (L prec width n : Nat) : Nat := Nat.sub L (Nat.add (Nat.add prec width) (Nat.add (Nat.log2 (Nat.succ n)) 9))

/-- No slack of a token exceeds this, if its factor is below `2^(prec + 1)` and the interval of it has so many bits. -/
noncomputable def mostSlack (B top gap prec bits : Nat) : Nat :=
  Nat.add (Nat.mul B (Nat.add (Nat.mul gap (Nat.pow 2 (Nat.succ prec))) (Nat.mul top (Nat.pow 2 bits))))
    (Nat.mul (Nat.mul 3 top) (Nat.pow 2 (Nat.succ prec)))

/-- Are the lanes of `lit` the slacks of all maxima of the query `q`?  `fs` are the bounds of the factors of positions, `room` is
`gapBits`; `F` is the frame of the rows. -/
noncomputable def slacksAs (F : Frame) (B prec room n q lows highs lit : Nat) (fs : List (Nat × Nat)) : Bool :=
  Nat.force (maxList (entries (fun f => f.2) n fs)) fun top =>
  Nat.force (maxList (entries (fun f => Nat.sub f.2 f.1) n fs)) fun gap =>
  Nat.force (slack B (Nat.mul (readLane F.bits lows q) (nth (0, 0) fs n).1, Nat.mul (readLane F.bits highs q) (nth (0, 0) fs n).2)) fun own =>
  Nat.force (Nat.sub F.bits 1) fun low =>
  (lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 room) 1) F.one) (Nat.sub highs lows) &&
    (Nat.ble (Nat.succ (mostSlack B top gap prec room)) (Nat.pow 2 low) &&
      Nat.ble (Nat.succ (Nat.add (Nat.mul n (mostSlack B top gap prec room)) own)) (Nat.pow 2 F.bits))) &&
  Nat.beq lit (Nat.add (Nat.mul n (lanesRunning F.bits F.count F.tops low (tokenSlacks B top gap lows highs))) (Nat.mul own F.one))

/-- The slack of one position. -/
theorem slack_le_tokenSlack {B top gap : Nat} {e f : Nat × Nat} (htop : f.2 ≤ top) (hgap : f.2 - f.1 ≤ gap) :
    slack B (e.1 * f.1, e.2 * f.2) ≤ tokenSlack B top gap e := by
  have key : e.2 * f.2 - e.1 * f.1 ≤ e.1 * gap + (e.2 - e.1) * top := by
    refine Nat.sub_le_of_le_add ?_
    refine Nat.le_trans (Nat.mul_le_mul_right f.2 (Nat.le_add_of_sub_le (Nat.le_refl (e.2 - e.1)))) ?_
    rw [Nat.add_mul]
    have h1 : (e.2 - e.1) * f.2 ≤ (e.2 - e.1) * top := Nat.mul_le_mul_left _ htop
    have h2 : e.1 * f.2 ≤ e.1 * (gap + f.1) := Nat.mul_le_mul_left _ (Nat.le_add_of_sub_le hgap)
    exact Nat.le_of_linear (Nat.add_le_add h1 h2) (by ring [e.2 - e.1, f.2, f.1, e.1, gap, top])
  exact Nat.add_le_add (Nat.mul_le_mul_right B key) (Nat.mul_le_mul_left 3 (Nat.mul_le_mul_left e.2 htop))

/-- What is known of the rows of a query. -/
structure FactorRows (T : Enclosure) (L prec v q : Nat) (lows highs : Nat) : Prop where
  low : lows = pack L v (T.tokenLo q)
  high : highs = pack L v fun k => ((T.tokenExp.getD q []).getD k (0, 0)).2
  low_lt (k : Nat) : k < v → T.tokenLo q k < 2 ^ (prec + 1)
  high_lt (k : Nat) : k < v → ((T.tokenExp.getD q []).getD k (0, 0)).2 < 2 ^ (prec + 1)
  le (k : Nat) : k < v → T.tokenLo q k ≤ ((T.tokenExp.getD q []).getD k (0, 0)).2
  wide : prec + 1 ≤ L

/-- The slacks are enough. -/
theorem of_slacksAs {T : Enclosure} {L prec v q k₀ B room n lows highs lit : Nat} (hL : 0 < L) (hroom : room ≤ L) (hq : q < v)
    (h : FactorRows T L prec v q lows highs)
    (test : slacksAs (Frame.of L v k₀) B prec room n q lows highs lit (T.posExp.getD q []) = true) {m : Nat} (hm : m < v) :
    ∃ S, digit L lit m = T.totalSlack B n q S ∧ T.SlackLe B n q m S := by
  unfold slacksAs at test
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq] at test
  have lane {x : Nat} (hx : x < 2 ^ (prec + 1)) : x < 2 ^ L := Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos h.wide)
  have own_eq : slack B (Nat.mul (readLane L lows q) ((T.posExp.getD q []).getD n (0, 0)).1,
      Nat.mul (readLane L highs q) ((T.posExp.getD q []).getD n (0, 0)).2) = slack B (T.factor q q n) := by
    rw [readLane_eq, readLane_eq, h.low, h.high, digit_pack L (fun k hk => lane (h.low_lt k hk)) hq,
      digit_pack L (fun k hk => lane (h.high_lt k hk)) hq]
    rfl
  have test : ((lanesWithin ((2 ^ room - 1) * ones L v) (highs - lows) && _) && _) = true := test
  generalize htop : maxList (entries (fun f => f.2) n (T.posExp.getD q [])) = top at test
  generalize hgap : maxList (entries (fun f => Nat.sub f.2 f.1) n (T.posExp.getD q [])) = gap at test
  have rooms := Bool.and_right (Bool.and_left test)
  have most : mostSlack B top gap prec room + 1 ≤ 2 ^ (L - 1) := Nat.le_of_ble_eq_true (Bool.and_left rooms)
  have total : n * mostSlack B top gap prec room + slack B (T.factor q q n) < 2 ^ L := own_eq ▸ Nat.le_of_ble_eq_true (Bool.and_right rooms)
  have lit_eq : lit = n * lanesRunning L v (2 ^ (L - 1) * ones L v) (L - 1) (tokenSlacks B top gap lows highs) + _ * ones L v :=
    Nat.eq_of_beq_eq_true _ _ (Bool.and_right test)
  have differences : highs - lows = pack L v fun k => ((T.tokenExp.getD q []).getD k (0, 0)).2 - T.tokenLo q k := by
    rw [h.low, h.high]
    exact pack_sub L h.le
  have short (k : Nat) (hk : k < v) : ((T.tokenExp.getD q []).getD k (0, 0)).2 - T.tokenLo q k < 2 ^ room := by
    have e := (of_lanesWithin hroom (Bool.and_left (Bool.and_left test))).right k hk
    rw [differences, digit_pack L (fun k hk => lane (Nat.lt_of_le_of_lt (Nat.sub_le _ _) (h.high_lt k hk))) hk] at e
    exact e
  have slacks : tokenSlacks B top gap lows highs = pack L v fun k => tokenSlack B top gap ((T.tokenExp.getD q []).getD k (0, 0)) := by
    show B * (gap * lows + top * (highs - lows)) + 3 * top * highs = _
    rw [differences, h.low, h.high, mul_pack, mul_pack, pack_add, mul_pack, mul_pack, pack_add]
    refine pack_congr L fun k _ => ?_
    show B * (gap * T.tokenLo q k + top * (_ - T.tokenLo q k)) + 3 * top * _ = (T.tokenLo q k * gap + (_ - T.tokenLo q k) * top) * B + 3 * (_ * top)
    rw [Nat.mul_comm B, Nat.mul_comm gap, Nat.mul_comm top, Nat.mul_assoc 3, Nat.mul_comm top]
  have small (k : Nat) (hk : k < v) : tokenSlack B top gap ((T.tokenExp.getD q []).getD k (0, 0)) < mostSlack B top gap prec room + 1 := by
    refine Nat.lt_succ_of_le ?_
    show (T.tokenLo q k * gap + (_ - T.tokenLo q k) * top) * B + 3 * (_ * top) ≤
      B * (gap * 2 ^ (prec + 1) + top * 2 ^ room) + 3 * top * 2 ^ (prec + 1)
    rw [Nat.mul_comm B, Nat.mul_comm gap, Nat.mul_comm top (2 ^ room), Nat.mul_assoc 3, Nat.mul_comm top]
    exact Nat.add_le_add (Nat.mul_le_mul_right B (Nat.add_le_add (Nat.mul_le_mul_right gap (Nat.le_of_lt (h.low_lt k hk)))
      (Nat.mul_le_mul_right top (Nat.le_of_lt (short k hk))))) (Nat.mul_le_mul_left 3 (Nat.mul_le_mul_right top (Nat.le_of_lt (h.high_lt k hk))))
  match lanesRunning_pack hL most small with
  | ⟨g, running, below, reaches⟩ =>
    have lit_pack : lit = pack L v fun j => n * g j + slack B (T.factor q q n) := by
      rw [lit_eq, slacks, running, mul_pack, mul_ones, pack_add]
      exact pack_congr L fun j _ => congrArg (n * g j + ·) own_eq
    have lane (j : Nat) (hj : j < v) : n * g j + slack B (T.factor q q n) < 2 ^ L :=
      Nat.lt_of_le_of_lt (Nat.add_le_add_right (Nat.mul_le_mul_left n (Nat.le_of_lt_succ (below j hj))) _) total
    refine ⟨g m, ?_, fun k hkm p hp => Nat.le_trans (slack_le_tokenSlack ?_ ?_) (reaches m k hm hkm)⟩
    · rw [lit_pack, digit_pack L lane hm]
      rfl
    · have h := getD_le_maxList (entries (fun f => f.2) n (T.posExp.getD q [])) p
      rw [getD_entries _ _ hp, htop] at h
      exact h
    · have h := getD_le_maxList (entries (fun f => Nat.sub f.2 f.1) n (T.posExp.getD q [])) p
      rw [getD_entries _ _ hp, hgap] at h
      exact h

end Compact
