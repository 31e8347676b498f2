prelude
import Compact.Transformer.Loss.SoftCount
import Compact.Transformer.Loss.SplitCount
/-!
# How split cubic counts

`SplitPair` as the kernel makes it of the literals of a certificate, and that what is counted is so.
-/
namespace Compact
namespace SplitPair
noncomputable section

/-- The own output of each token, on the path through the token itself. -/
def diagonal (t : Tables) : Nat := packFrom t.bits (fun s => readLane t.bits (nth 0 t.token s) s) t.v

/-- The gains over the output of each lane, on the path through one token `k`: `above` is the ceiling and the logit of the maximum,
`paths` the direct path and the row for positions, `row` what the token adds. -/
def gainsOver (one above logit paths row : Nat) : Nat := Nat.sub (Nat.mul (Nat.add above logit) one) (Nat.add paths row)

/-- The numbers of the query `q` and the maximum `m`, from the rows of gains. -/
def ofRows (t : Tables) (bs : List Nat) (q m : Nat) (Q : LossQuery) (row gain own ofMax ofOwn ofItself : Nat) : SplitPair where
  toLossPair := { LossPair.ofRow t bs q m Q row gain with
    gainOwn := Nat.mul Q.own (Bool.rec (motive := fun _ => Nat) (LossPair.smaller own (readLane t.bits row q)) gain (Nat.beq q m)) }
  tokens := m
  ofMax := ofMax
  ofOwn := ofOwn
  itself := packFrom t.bits (fun s => Nat.mul (readLane t.bits Q.factors s) (readLane t.bits ofItself s)) m

/-- Go on with the numbers of the query `q` and the maximum `m`. -/
def withPair {α : Type} (t : Tables) (C : LossTable) (diagonal : Nat) (bs : List Nat) (one column entry m q : Nat) (Q : LossQuery)
    (k : SplitPair → α) : α :=
  Nat.force (Nat.add (readLane t.bits Q.direct m) entry) fun base =>
  Nat.force (Nat.add (Nat.add Q.but column) (Nat.mul base one)) fun row =>
  Nat.force (Nat.add (Nat.add (readLane t.bits Q.but m) (readLane t.bits column m)) base) fun gain =>
  Nat.force (Nat.add (Nat.add (readLane t.bits Q.full q) (readLane t.bits column q)) base) fun own =>
  Nat.force (Nat.add Q.direct C.positions) fun paths => Nat.force (Nat.add C.ceiling base) fun above =>
  Nat.force (gainsOver one above (readLane t.bits column m) paths (nth 0 t.token m)) fun ofMax =>
  Nat.force (gainsOver one above (readLane t.bits column q) paths (nth 0 t.token q)) fun ofOwn =>
  Nat.force (Nat.sub (Nat.add (Nat.mul above one) column) (Nat.add paths diagonal)) fun ofItself =>
  (ofRows t bs q m Q row gain own ofMax ofOwn ofItself).force k

/-- Go on with the inputs of one query and one maximum. -/
def counter (t : Tables) (C : LossTable) (diagonal : Nat) : LevelCounter := fun bs one column entry m q Q k =>
  withPair t C diagonal bs one column entry m q Q fun P => P.withInputs k

end

section
variable {R : Type} [ExpField R] {lv : LossLevels} {t : Tables} {C : LossTable} {w : Weights} {params : Params} {times : Nat} {T : Enclosure}

/-- **The numbers are what they should be.** -/
theorem withPair_eq {α : Type} (M : LossModel R lv t C times w params T) (hL : t.prec + t.width + 6 ≤ t.bits) {q m S : Nat} (hm : m < t.v)
    (hq : q ≤ m) (hS : t.entry t.slack q m = S) : ∃ P : SplitPair,
    (∀ k : SplitPair → α, withPair t C (diagonal t) (Compact.binoms t.n (t.n + 1) 0) (ones t.bits t.v) (LossTable.column t m)
      (C.entries.getD m 0) m q (LossQuery.of t C q) k = k P) ∧
    P.zero = 2 ^ (t.prec + t.width + 3) ∧
    P.Of T (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) C.ceiling (C.entries.getD m 0)
      (digit t.bits C.positions) t.n q m (2 * S) := by
  have hT := M.describe
  have hqv : q < t.v := Nat.lt_of_le_of_lt hq hm
  have entry_lt := (M.positions m hm).left
  generalize C.entries.getD m 0 = entry at entry_lt ⊢
  have hw : t.width + 4 ≤ t.bits := by
    refine Nat.le_trans ?_ hL
    rw [Nat.add_assoc]
    exact Nat.le_trans (Nat.add_le_add_left (Nat.le_add_right 4 2) _) (Nat.le_add_left _ _)
  have hw3 : t.width + 3 ≤ t.bits := Nat.le_trans (Nat.add_le_add_left (Nat.le_succ 3) _) hw
  have hw0 : t.width ≤ t.bits := Nat.le_trans (Nat.le_add_right _ 4) hw
  have up {a x : Nat} (ha : a ≤ t.bits) (hx : x < 2 ^ a) : x < 2 ^ t.bits := Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos ha)
  have d (q j : Nat) := LossTable.direct_lt hT q j
  have k (s j : Nat) := LossTable.token_lt hT s j
  have sum_lt {x a b c : Nat} (hx : x ≤ 4 * 2 ^ t.width) (ha : a < 2 ^ t.width) (hb : b < 2 ^ t.width) (hc : c < 2 ^ t.width) :
      x + (a + b + c) < 2 ^ (t.width + 3) := by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add hx (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt ha) (Nat.le_of_lt hb)) (Nat.le_of_lt hc))) ?_
    show 4 * 2 ^ t.width + (2 ^ t.width + 2 ^ t.width + 2 ^ t.width) + 1 ≤ 2 ^ t.width * 2 * 2 * 2
    exact Nat.le_of_linear (Nat.two_pow_pos t.width) (by ring [2 ^ t.width])
  have four {x : Nat} (hx : x < 2 ^ (t.width + 2)) : x ≤ 4 * 2 ^ t.width := Nat.le_trans (Nat.le_of_lt hx) (Nat.le_of_eq (quad t.width))
  have lo_le (s : Nat) (hs : s < t.v) := hT.tokenLo_le q s hqv hs
  have lo_lt (s : Nat) (hs : s < t.v) : T.tokenLo q s < 2 ^ t.bits := by
    refine Nat.lt_of_le_of_lt (lo_le s hs) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.lt_of_lt_of_le ?_ hL))
    rw [Nat.add_assoc]
    exact Nat.lt_add_of_pos_right (Nat.zero_lt_succ _)
  have product_lt {s g : Nat} (hs : s < t.v) (hg : g < 2 ^ (t.width + 3)) : T.tokenLo q s * g < 2 ^ t.bits := by
    refine Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ (lo_le s hs)) ?_
    refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_left hg (Nat.two_pow_pos _)) ?_
    rw [← Nat.pow_add, ← Nat.add_assoc]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.add_le_add_left (Nat.le_add_right 3 3) _) hL)
  have factors : (LossQuery.of t C q).factors = pack t.bits t.v fun s => T.tokenLo q s := by
    refine (packFrom_eq _ _ _).trans (pack_congr _ fun s hs => ?_)
    rw [nth_eq]
    exact hT.tokenLo q s hqv hs
  have factor (s : Nat) (hs : s < t.v) : readLane t.bits (LossQuery.of t C q).factors s = T.tokenLo q s := by
    rw [factors, readLane_eq]
    exact digit_pack _ lo_lt hs
  have direct_eq : (LossQuery.of t C q).direct = pack t.bits t.v (T.direct q) := (nth_eq _ _ _).trans (hT.direct q hqv)
  have direct : readLane t.bits (LossQuery.of t C q).direct m = T.direct q m := by
    rw [direct_eq, readLane_eq]
    exact digit_pack _ (fun j _ => up hw0 (d q j)) hm
  have column := LossTable.column_eq hT hw hm
  have token (s : Nat) (hs : s < t.v) : readLane t.bits (LossTable.column t m) s = T.token s m := by
    rw [column, readLane_eq]
    exact digit_pack _ (fun j _ => up hw0 (k j m)) hs
  -- The row of gains over other outputs.
  have row : Nat.add (Nat.add (LossQuery.of t C q).but (LossTable.column t m)) (Nat.mul (T.direct q m + entry) (ones t.bits t.v)) =
      pack t.bits t.v fun s => digit t.bits (C.but.getD q 0) s + (T.direct q m + T.token s m + entry) := by
    show nth 0 C.but q + LossTable.column t m + (T.direct q m + entry) * ones t.bits t.v = _
    rw [nth_eq, (M.small q q hqv hqv).right.right.right, column, pack_add, mul_ones, pack_add]
    refine pack_congr _ fun s hs => ?_
    rw [← (M.small q q hqv hqv).right.right.right]
    ring [digit t.bits (C.but.getD q 0) s, T.direct q m, T.token s m, entry]
  have gain_lt (s : Nat) (hs : s < t.v) : digit t.bits (C.but.getD q 0) s + (T.direct q m + T.token s m + entry) < 2 ^ (t.width + 3) :=
    sum_lt (four (M.small q s hqv hs).right.left) (d q m) (k s m) entry_lt
  have read (s : Nat) (hs : s < t.v) : readLane t.bits (pack t.bits t.v fun s => digit t.bits (C.but.getD q 0) s +
      (T.direct q m + T.token s m + entry)) s = digit t.bits (C.but.getD q 0) s + (T.direct q m + T.token s m + entry) := by
    rw [readLane_eq]
    exact digit_pack _ (fun s hs => up hw3 (gain_lt s hs)) hs
  have gain_max : Nat.add (Nat.add (readLane t.bits (LossQuery.of t C q).but m) (readLane t.bits (LossTable.column t m) m)) (T.direct q m + entry) =
      T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m m := by
    unfold Enclosure.gain
    rw [ite_eq_left rfl, token m hm]
    show readLane t.bits (nth 0 C.but q) m + _ + _ = digit t.bits (C.but.getD q 0) m + _
    rw [nth_eq, readLane_eq]
    ring [digit t.bits (C.but.getD q 0) m, T.direct q m, T.token m m, entry]
  have gain_own : Nat.add (Nat.add (readLane t.bits (LossQuery.of t C q).full q) (readLane t.bits (LossTable.column t m) q)) (T.direct q m + entry) =
      digit t.bits (C.full.getD q 0) q + (T.direct q m + T.token q m + entry) := by
    rw [token q hqv]
    show readLane t.bits (nth 0 C.full q) q + _ + _ = _
    rw [nth_eq, readLane_eq]
    ring [digit t.bits (C.full.getD q 0) q, T.direct q m, T.token q m, entry]
  -- The gains over own outputs.
  have ownGain_eq (s j : Nat) : T.ownGain C.ceiling (digit t.bits C.positions) entry q m s j =
      C.ceiling - T.path (digit t.bits C.positions) q j s + (T.direct q m + T.token j m + entry) := by
    unfold Enclosure.ownGain Enclosure.gain
    by_cases e : j = m
    case pos => rw [ite_eq_left e]
    case neg => rw [ite_eq_right e]
  have own_lt (s j : Nat) : T.ownGain C.ceiling (digit t.bits C.positions) entry q m s j < 2 ^ (t.width + 3) := by
    rw [ownGain_eq]
    exact sum_lt (Nat.le_trans (Nat.sub_le _ _) (Nat.le_trans M.ceiling_le (Nat.mul_le_mul_right _ (Nat.le_succ 3)))) (d q m) (k j m) entry_lt
  have lane {s j : Nat} (hs : s < t.v) (hj : j < t.v) : C.ceiling + (T.direct q m + entry) + T.token j m -
      (T.direct q s + digit t.bits C.positions s + T.token j s) = T.ownGain C.ceiling (digit t.bits C.positions) entry q m s j := by
    rw [ownGain_eq, ← Nat.sub_add_comm (M.ceiling q j s hqv hj hs)]
    refine congr (congrArg _ ?_) ?_
    · show _ = C.ceiling + (T.direct q m + T.token j m + entry)
      ring [C.ceiling, T.direct q m, entry, T.token j m]
    · show _ = T.direct q s + T.token j s + digit t.bits C.positions s
      ring [T.direct q s, digit t.bits C.positions s, T.token j s]
  have lane_le {s j : Nat} (hs : s < t.v) (hj : j < t.v) :
      T.direct q s + digit t.bits C.positions s + T.token j s ≤ C.ceiling + (T.direct q m + entry) + T.token j m := by
    refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.le_trans (M.ceiling q j s hqv hj hs) (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_right _ _)))
    show _ = T.direct q s + T.token j s + digit t.bits C.positions s
    ring [T.direct q s, digit t.bits C.positions s, T.token j s]
  have over {j : Nat} (hj : j < t.v) : gainsOver (ones t.bits t.v) (C.ceiling + (T.direct q m + entry)) (T.token j m)
      ((LossQuery.of t C q).direct + C.positions) (nth 0 t.token j) =
      pack t.bits t.v fun s => T.ownGain C.ceiling (digit t.bits C.positions) entry q m s j := by
    unfold gainsOver
    show (C.ceiling + (T.direct q m + entry) + T.token j m) * ones t.bits t.v - ((LossQuery.of t C q).direct + C.positions + nth 0 t.token j) = _
    rw [mul_ones, direct_eq, M.within.left, nth_eq, hT.token j hj, pack_add, pack_add, ← M.within.left,
      pack_sub _ fun s hs => lane_le hs hj]
    exact pack_congr _ fun s hs => lane hs hj
  have itself : Nat.sub (Nat.add (Nat.mul (C.ceiling + (T.direct q m + entry)) (ones t.bits t.v)) (LossTable.column t m))
      (Nat.add ((LossQuery.of t C q).direct + C.positions) (diagonal t)) =
      pack t.bits t.v fun s => T.ownGain C.ceiling (digit t.bits C.positions) entry q m s s := by
    have diag : diagonal t = pack t.bits t.v fun s => T.token s s := by
      refine (packFrom_eq _ _ _).trans (pack_congr _ fun s hs => ?_)
      rw [nth_eq, hT.token s hs, readLane_eq]
      exact digit_pack t.bits (fun j _ => up hw0 (k s j)) hs
    show (C.ceiling + (T.direct q m + entry)) * ones t.bits t.v + LossTable.column t m - ((LossQuery.of t C q).direct + C.positions + diagonal t) = _
    rw [mul_ones, column, pack_add, direct_eq, M.within.left, diag, pack_add, pack_add, ← M.within.left,
      pack_sub _ fun s hs => lane_le hs hs]
    exact pack_congr _ fun s hs => lane hs hs
  have readOwn {s j : Nat} (hs : s < t.v) : readLane t.bits (pack t.bits t.v fun s => T.ownGain C.ceiling (digit t.bits C.positions) entry q m s j) s =
      T.ownGain C.ceiling (digit t.bits C.positions) entry q m s j := by
    rw [readLane_eq]
    exact digit_pack _ (fun s _ => up hw3 (own_lt s j)) hs
  have own : (LossQuery.of t C q).own = T.tokenLo q q * T.posLo q t.n := by
    show readLane t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
    rw [nth_eq, nth_eq, hT.own q hqv]
    exact congrArg (· * T.posLo q t.n) (hT.tokenLo q q hqv hqv)
  refine ⟨ofRows t (Compact.binoms t.n (t.n + 1) 0) q m (LossQuery.of t C q)
    (pack t.bits t.v fun s => digit t.bits (C.but.getD q 0) s + (T.direct q m + T.token s m + entry))
    (T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m m)
    (digit t.bits (C.full.getD q 0) q + (T.direct q m + T.token q m + entry))
    (pack t.bits t.v fun s => T.ownGain C.ceiling (digit t.bits C.positions) entry q m s m)
    (pack t.bits t.v fun s => T.ownGain C.ceiling (digit t.bits C.positions) entry q m s q)
    (pack t.bits t.v fun s => T.ownGain C.ceiling (digit t.bits C.positions) entry q m s s), fun k => ?_, rfl, ?_⟩
  · unfold withPair
    rw [Nat.force_eq, direct]
    show Nat.force (Nat.add (Nat.add (LossQuery.of t C q).but (LossTable.column t m)) (Nat.mul (T.direct q m + entry) (ones t.bits t.v))) _ = _
    rw [row, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, force_eq,
      token m hm, token q hqv]
    have g := gain_max
    have o := gain_own
    rw [token m hm] at g
    rw [token q hqv] at o
    exact congrArg k (congr (congr (congr (congr (congrArg (ofRows t (Compact.binoms t.n (t.n + 1) 0) q m (LossQuery.of t C q) _) g) o)
      (over hm)) (over hqv)) itself)
  · constructor
    · exact Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
    · rfl
    · rfl
    · exact Nat.two_pow_pos _
    · show 4 * 2 ^ (t.prec + t.width + 3) ≤ 2 ^ (t.bits - 1)
      rw [← quad]
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le (b := 1) hL)
    · show (LossQuery.of t C q).factors % 2 ^ (t.bits * m) = _
      rw [factors]
      exact pack_mod lo_lt (Nat.le_of_lt hm)
    · intro s hs
      show readLane t.bits (packFrom t.bits _ m) s = _
      rw [packFrom_eq, readLane_eq, digit_pack _ (fun s hs => ?_) hs]
      · have hsv := Nat.lt_trans hs hm
        rw [factor s hsv, read s hsv]
        unfold Enclosure.othersGain Enclosure.gain
        rw [ite_eq_right (Nat.ne_of_lt hs)]
        exact congrArg (fun y => T.tokenLo q s * (y + (T.direct q m + T.token s m + entry))) (ite_eq_left rfl).symm
      · have hsv := Nat.lt_trans hs hm
        rw [factor s hsv, read s hsv]
        exact product_lt hsv (gain_lt s hsv)
    · exact factor m hm
    · exact congrArg (· * _) (factor m hm)
    · exact own
    · refine ⟨Bool.rec (motive := fun _ => Nat) (LossPair.smaller (digit t.bits (C.full.getD q 0) q + (T.direct q m + T.token q m + entry))
        (readLane t.bits (pack t.bits t.v fun s => digit t.bits (C.but.getD q 0) s + (T.direct q m + T.token s m + entry)) q))
        (T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m m) (Nat.beq q m),
        ?_, ?_⟩
      · show Nat.mul (LossQuery.of t C q).own _ = _
        rw [own]
        rfl
      rw [read q hqv]
      cases b : Nat.beq q m with
      | true =>
        have e := Nat.eq_of_beq_eq_true _ _ b
        subst e
        exact ⟨Nat.le_refl _, fun s _ => Nat.le_of_eq othersGain_max.symm⟩
      | false =>
        have ne : q ≠ m := fun e => by
          rw [e, Nat.beq_self] at b
          exact Bool.noConfusion b
        have whole : T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m q =
            digit t.bits (C.full.getD q 0) q + (T.direct q m + T.token q m + entry) := by
          unfold Enclosure.gain
          rw [ite_eq_right ne]
        refine ⟨whole ▸ LossPair.smaller_le_left _ _, fun s _ => ?_⟩
        have others : T.othersGain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m s q =
            (if q = s then digit t.bits (C.but.getD q 0) q else digit t.bits (C.full.getD q 0) q) + (T.direct q m + T.token q m + entry) := by
          unfold Enclosure.othersGain Enclosure.gain
          rw [ite_eq_right ne]
        rw [others]
        by_cases e : q = s
        case pos => rw [ite_eq_left e]; exact LossPair.smaller_le_right _ _
        case neg => rw [ite_eq_right e]; exact LossPair.smaller_le_left _ _
    · exact (nth_eq _ _ _).trans (hT.mass q hqv)
    · intro c hc
      show MassDescribe t.bits t.n (T.mass q t.n) (nth 0 t.low q) (nth 0 t.high q) (T.posLows q t.n) c
      rw [nth_eq, nth_eq]
      exact hT.weights q c hqv hc
    · show 2 * readLane t.bits (nth 0 t.slack q) m = 2 * S
      rw [nth_eq, ← hS]
      rfl
    · rfl
    · rfl
    · rfl
    · rfl
    · exact fun s hs => readOwn (Nat.lt_trans hs hm)
    · exact fun s hs => readOwn (Nat.lt_trans hs hm)
    · intro s hs
      show readLane t.bits (packFrom t.bits _ m) s = _
      have hsv := Nat.lt_trans hs hm
      have readItself {s : Nat} (hs : s < t.v) : readLane t.bits (pack t.bits t.v fun s =>
          T.ownGain C.ceiling (digit t.bits C.positions) entry q m s s) s = T.ownGain C.ceiling (digit t.bits C.positions) entry q m s s := by
        rw [readLane_eq]
        exact digit_pack _ (fun s _ => up hw3 (own_lt s s)) hs
      rw [packFrom_eq, readLane_eq, digit_pack _ (fun s hs => ?_) hs]
      · rw [factor s hsv, readItself hsv]
        rfl
      · have hsv := Nat.lt_trans hs hm
        rw [factor s hsv, readItself hsv]
        exact product_lt hsv (own_lt s s)
where
  quad (a : Nat) : 2 ^ (a + 2) = 4 * 2 ^ a := by
    show 2 ^ a * 2 * 2 = 4 * 2 ^ a
    ring [2 ^ a]

end
end SplitPair

section
variable {R : Type} [ExpField R] {lv : LossLevels} {t : Tables} {C : LossTable} {w : Weights} {params : Params} {T : Enclosure}

/-- What is known of an input says what its level is to say. -/
theorem SplitAt.says (hw : w.WellFormed) {y : R} {x : List Nat} (h : SplitAt R w y x) : LevelSays R w 2 y x := by
  refine ⟨h.left, ?_, fun neg => ⟨h.left, fun t ht hne => ?_⟩⟩
  · unfold expLoss
    rw [sum_eq_sumBut (maximum_lt h.left hw.n_ctx), sub_self, exp_zero]
    exact add_le_add_left h.right.left 1
  · refine lt_of_exp_lt_one (lt_of_le_of_lt (h.right.right t ht hne) (lt_of_lt_of_le (exp_lt_exp neg) (le_of_eq exp_zero)))
where
  lt_of_exp_lt_one {a b : R} (one : exp (a - b) < 1) : a < b := by
    rw [← exp_zero] at one
    cases le_total b a with
    | inl le => exact absurd (lt_of_lt_of_le one (exp_le_exp (sub_nonneg.mpr le))) (lt_irrefl _)
    | inr le =>
      refine lt_of_le_of_ne le fun e => ?_
      rw [e, sub_self] at one
      exact lt_irrefl _ one

namespace SplitPair

/-- What it counts is so. -/
theorem counts (M : LossModel R lv t C 2 w params T) (hL : t.prec + t.width + 6 ≤ t.bits) :
    CountsLevels R t C 2 w params (counter t C (diagonal t)) := fun q m hm hq => by
  match M.known hm hq with
  | ⟨S, hS, K⟩ =>
    match withPair_eq (α := Bool) M hL hm hq hS with
    | ⟨P, hP, zero, of⟩ =>
      refine ⟨P.inputs, fun k => ?_, fun μ hμ => ?_⟩
      · unfold counter
        rw [hP]
        exact P.withInputs_eq k
      · match inputs_spec of fun s hs =>
          zero ▸ level_mul_lt M.describe hμ (Nat.lt_of_le_of_lt hq hm) (Nat.lt_trans hs hm) with
        | ⟨ok, p, size, gains⟩ =>
          refine ⟨ok, p, size, fun c hc hok y hy => ?_⟩
          have top (k j : Nat) (hk : k < w.d_vocab) (hj : j < w.d_vocab) :=
            M.ceiling q k j (Nat.lt_of_le_of_lt hq hm) (M.v_eq ▸ hk) (M.v_eq ▸ hj)
          exact (splitAt_of_class K hμ top hc (fun s hs => (mem_below hs).left) (gains c hc hok) y hy).says M.wellFormed

end SplitPair
end
end Compact
