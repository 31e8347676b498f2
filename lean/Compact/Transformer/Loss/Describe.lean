prelude
import Compact.Transformer.Loss.Logs
import Compact.Transformer.Loss.Gain
/-!
# What the check of the logarithms shows

`Enclosure.Logs` (`Loss/Gain.lean`) of the literals of a certificate, and that the row for positions favours no maximum more than any
position does.
-/
namespace Compact
variable {R : Type} [ExpField R]

theorem ExpParams.upper_spec {c : ExpParams} (h : c.fit = true) {y : Nat} (hy : y < 2 ^ (c.half + c.high)) :
    IsLower (R := R) c.prec (c.lowerOf (c.upper y)) (exp (-(ofNat R y / ofNat R (2 ^ (2 * c.half))))) ∧
      IsUpper (R := R) c.prec (c.upper y) (exp (-(ofNat R y / ofNat R (2 ^ (2 * c.half))))) := by
  have e : ofNat R y * ExpParams.step R c = ofNat R y / ofNat R (2 ^ (2 * c.half)) := by
    show ofNat R y * (1 / _) = _
    rw [← mul_div_assoc, mul_one]
  refine ExpParams.bounds h hy (le_of_eq e) (le_trans (le_of_eq e.symm) ?_)
  refine mul_le_mul_of_nonneg_right (le_add_of_nonneg_right (ofNat_nonneg 2)) ?_
  exact div_nonneg zero_le_one (ofNat_pos (Nat.two_pow_pos _))

namespace LossTable
variable {C : LossTable} {t : Tables} {T : Enclosure}

theorem of_sameLists {n : Nat} {xs ys : List Nat} (h : sameLists n xs ys = true) {i : Nat} (hi : i < n) : xs.getD i 0 = ys.getD i 0 := by
  have e := Nat.eq_of_beq_eq_true _ _ (of_allBelow h hi)
  rw [nth_eq, nth_eq] at e
  exact e

/-- A row, without one lane. -/
theorem without_pack {L n m : Nat} (hm : m < n) {f : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ L) :
    without L m (pack L n f) = pack L n fun j => if j = m then 0 else f j := by
  unfold without
  rw [readLane_eq, digit_pack L hf hm]
  show pack L n f - f m * 2 ^ (L * m) = _
  rw [← pack_single L (f m) hm, pack_sub]
  · refine pack_congr L fun j _ => ?_
    by_cases h : j = m
    case pos => rw [ite_eq_left h, ite_eq_left h, h, Nat.sub_self]
    case neg => rw [ite_eq_right h, ite_eq_right h, Nat.sub_zero]
  · intro j _
    by_cases h : j = m
    case pos => rw [ite_eq_left h, h]; exact Nat.le_refl _
    case neg => rw [ite_eq_right h]; exact Nat.zero_le _

/-- A column of the table of tokens. -/
theorem column_eq (hT : t.Describe T) (hL : t.width + 4 ≤ t.bits) {m : Nat} (hm : m < t.v) :
    column t m = pack t.bits t.v fun s => T.token s m := by
  refine (packFrom_eq _ _ _).trans (pack_congr _ fun s hs => ?_)
  rw [nth_eq, hT.token s hs, readLane_eq]
  refine digit_pack t.bits (fun j _ => ?_) hm
  exact Nat.lt_of_lt_of_le (lt_of_narrowRows (Bool.and_left hT.narrow) s j)
    (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_add_right _ 4) hL))

theorem direct_lt (hT : t.Describe T) (q j : Nat) : T.direct q j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) q j
theorem token_lt (hT : t.Describe T) (k j : Nat) : T.token k j < 2 ^ t.width := lt_of_narrowRows (Bool.and_left hT.narrow) k j

section
variable (hT : t.Describe T) (hL : t.width + 4 ≤ t.bits)
include hT hL

/-- The list of all columns. -/
theorem getD_columnList {m : Nat} (hm : m < t.v) :
    nth 0 (tabulateFold (column t) t.v 0) m = pack t.bits t.v fun s => T.token s m := by
  rw [nth_eq, tabulateFold_eq, List.getD_tabulateFrom 0 hm, Nat.zero_add, column_eq hT hL hm]

/-- What the test of the largest logits shows. -/
theorem of_topsFit {U : Nat → Nat} (hU : C.positions = pack t.bits t.v U) (small : ∀ j, j < t.v → U j < 2 ^ t.width)
    (h : C.topsFit t (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) (tabulateFold (column t) t.v 0) = true) :
    (C.topDirect ≤ 2 ^ t.width ∧ C.topToken ≤ 2 * 2 ^ t.width) ∧ ∀ m, m < t.v → (∀ j, j < t.v → T.direct m j ≤ C.topDirect) ∧
      C.tokenTop t m = C.topToken - U m ∧ U m ≤ C.topToken ∧ ∀ s, s < t.v → T.token s m ≤ C.topToken - U m := by
  unfold topsFit at h
  have first := Bool.and_left h
  have hD : C.topDirect ≤ 2 ^ t.width := Nat.le_of_ble_eq_true (Bool.and_left first)
  have hK : C.topToken ≤ 2 * 2 ^ t.width := Nat.le_of_ble_eq_true (Bool.and_right first)
  have h := Bool.and_right h
  rw [Nat.force_eq] at h
  have L0 : 0 < t.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
  have room {x : Nat} (hx : x ≤ 2 * 2 ^ t.width) : x < 2 ^ (t.bits - 1) := by
    refine Nat.lt_of_le_of_lt hx ?_
    rw [Nat.mul_comm]
    show 2 ^ (t.width + 1) < _
    exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ 1)) (Nat.le_sub_of_add_le (b := 1) hL))
  have one {x : Nat} (hx : x ≤ 2 ^ t.width) : x ≤ 2 * 2 ^ t.width := Nat.le_trans hx (Nat.le_mul_of_pos_left _ Nat.two_pos)
  refine ⟨⟨hD, hK⟩, fun m hm => ?_⟩
  have here := of_allBelow h hm
  rw [Nat.force_eq, nth_eq, hT.direct m hm, getD_columnList hT hL hm] at here
  have direct : lanesLe (2 ^ (t.bits - 1) * ones t.bits t.v) (pack t.bits t.v (T.direct m)) (C.topDirect * ones t.bits t.v) = true := Bool.and_left here
  have rest := Bool.and_right here
  have token : lanesLe (2 ^ (t.bits - 1) * ones t.bits t.v) (pack t.bits t.v fun s => T.token s m) (C.tokenTop t m * ones t.bits t.v) = true :=
    Bool.and_right rest
  have read : readLane t.bits C.positions m = U m := by
    rw [hU, readLane_eq]
    exact digit_pack t.bits (fun j hj => Nat.lt_of_lt_of_le (small j hj)
      (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_add_right _ 4) hL))) hm
  have top : C.tokenTop t m = C.topToken - U m := congrArg (C.topToken - ·) read
  have le : U m ≤ C.topToken := read ▸ Nat.le_of_ble_eq_true (Bool.and_left rest)
  rw [mul_ones t.bits t.v C.topDirect] at direct
  rw [mul_ones t.bits t.v (C.tokenTop t m)] at token
  refine ⟨fun j hj => ?_, top, le, fun s hs => ?_⟩
  · exact of_lanesLe L0 (fun j _ => Nat.le_of_lt (room (one (Nat.le_of_lt (direct_lt hT m j))))) (fun j _ => room (one hD)) direct hj
  · refine top ▸ of_lanesLe L0 (fun s _ => Nat.le_of_lt (room (one (Nat.le_of_lt (token_lt hT s m))))) (fun s _ => ?_) token hs
    exact room (Nat.le_trans (Nat.le_of_eq top) (Nat.le_trans (Nat.sub_le _ _) hK))

end

/-- The arguments of direct paths. -/
theorem getD_directArgs (hT : t.Describe T) {q : Nat} (hq : q < t.v) (top : ∀ j, j < t.v → T.direct q j ≤ C.topDirect) :
    (C.directArgs t (ones t.bits t.v)).getD q 0 = pack t.bits t.v fun j => C.topDirect - T.direct q j := by
  unfold directArgs
  rw [Nat.force_eq, tabulateFold_eq, List.getD_tabulateFrom 0 hq, Nat.zero_add, nth_eq, hT.direct q hq]
  show C.topDirect * ones t.bits t.v - _ = _
  rw [mul_ones]
  exact pack_sub _ top

/-- The arguments of tokens. -/
theorem getD_tokenArgs {U : Nat → Nat} {columns : List Nat} {m : Nat} (hm : m < t.v) (column : nth 0 columns m = pack t.bits t.v fun s => T.token s m)
    (top_eq : C.tokenTop t m = C.topToken - U m) (top : ∀ s, s < t.v → T.token s m ≤ C.topToken - U m) :
    (C.tokenArgs t (ones t.bits t.v) columns).getD m 0 = pack t.bits t.v fun s => C.topToken - (T.token s m + U m) := by
  unfold tokenArgs
  rw [tabulateFold_eq, List.getD_tabulateFrom 0 hm, Nat.force_eq, Nat.zero_add, column, top_eq]
  show (C.topToken - U m) * ones t.bits t.v - _ = _
  rw [mul_ones, pack_sub _ top]
  refine pack_congr _ fun s _ => ?_
  rw [Nat.sub_sub, Nat.add_comm]

/-- What the check of one table of logarithms shows. -/
theorem of_rowsAs (fit : C.logParams.rowsFit t.bits (C.expHalf + C.logHigh) = true)
    (room : t.v * 2 ^ (2 * C.expPrec + 2) < 2 ^ (t.bits - 1)) {as : List (List Nat)} {bs logs : List Nat} {a b : Nat → Nat → Nat}
    (ha : ∀ q, q < t.v → (as.getD q []).length = t.v ∧ ∀ j, j < t.v → (as.getD q []).getD j 0 = a q j)
    (ha' : ∀ q j, a q j ≤ 2 ^ (C.expPrec + 1)) (hb : bs.length = t.v ∧ ∀ j, j < t.v → bs.getD j 0 = pack t.bits t.v (b j))
    (hb' : ∀ j s, b j s ≤ 2 ^ (C.expPrec + 1))
    (h : C.rowsAs t (2 ^ (t.bits - 1) * ones t.bits t.v) as bs logs = true) {q s : Nat} (hq : q < t.v) (hs : s < t.v) :
    digit t.bits (logs.getD q 0) s < 2 ^ (C.expHalf + C.logHigh) ∧
      (total t.v fun j => a q j * b j s) ≤ 2 ^ C.expPrec * C.logParams.lowerOf (C.logParams.upper (digit t.bits (logs.getD q 0) s)) ∧
      logs.getD q 0 = pack t.bits t.v (digit t.bits (logs.getD q 0)) := by
  match of_expRows fit h with
  | ⟨ys, lows, highs, rows, go⟩ =>
    match rows q hq with
    | ⟨y, small, hy, hlow, _⟩ =>
      have lanes := ExpParams.lanesFit_spec (Bool.and_left (Bool.and_left fit))
      have whole : C.expHalf + C.logHigh ≤ t.bits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fit))
      have L0 : 0 < t.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) lanes.right.left
      have e := of_sameLists (Bool.and_left go) hq
      rw [hy] at e
      have digits (s : Nat) (hs : s < t.v) : digit t.bits (logs.getD q 0) s = y s := by
        rw [e]
        exact digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (small j hj) (Nat.pow_le_pow_right Nat.two_pos whole)) hs
      have digit_eq := digits s hs
      have sums := Bool.and_right go
      unfold sumsFit at sums
      rw [Nat.force_eq] at sums
      have one := of_allBelow sums hq
      rw [nth_eq, nth_eq, dot_pack (ha q hq).left hb.left hb.right, hlow] at one
      have product : Nat.mul (Nat.pow 2 C.expPrec) (pack t.bits t.v fun j => C.logParams.lowerOf (C.logParams.upper (y j))) =
          pack t.bits t.v fun j => 2 ^ C.expPrec * C.logParams.lowerOf (C.logParams.upper (y j)) := mul_pack _ _ _ _
      rw [product] at one
      have each (s : Nat) : (total t.v fun j => (as.getD q []).getD j 0 * b j s) ≤ t.v * 2 ^ (2 * C.expPrec + 2) := by
        rw [← total_const]
        refine total_le_total fun j hj => ?_
        rw [(ha q hq).right j hj]
        refine Nat.le_trans (Nat.mul_le_mul (ha' q j) (hb' j s)) (Nat.le_of_eq ?_)
        rw [← Nat.pow_add]
        exact congrArg (2 ^ ·) (by ring [C.expPrec])
      have le := of_lanesLe L0 (fun j _ => Nat.le_of_lt (Nat.lt_of_le_of_lt (each j) room)) (fun j _ => ?_) one hs
      · have low := ExpParams.lowerOf_lt lanes.right.right.left (ExpParams.upper_lt lanes.left (y j))
        refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_left low (Nat.two_pow_pos _)) ?_
        rw [← Nat.pow_add]
        refine Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le ?_)
        refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.le_trans (Nat.le_add_right (C.expPrec + C.expPrec + 2) 1) lanes.right.left)
        show C.expPrec + (C.expPrec + 1) + 1 = _
        ring [C.expPrec]
      · refine ⟨digit_eq ▸ small s hs, ?_, e.trans (pack_congr _ fun s hs => (digits s hs).symm)⟩
        rw [digit_eq]
        refine Nat.le_trans (Nat.le_of_eq (total_congr fun j hj => ?_)) le
        rw [(ha q hq).right j hj]

/-- From rows of bounds to logarithms. -/
theorem le_of_bounds {v A K P low : Nat} {g : Nat → Nat} {x y : R} {a b : Nat → Nat} {counts : Nat → R}
    (hP : (0 : R) < ofNat R (2 ^ P)) (terms : ∀ j, j < v → ofNat R (2 ^ P) * ofNat R (2 ^ P) *
      (counts j * exp (ofNat R (g j) / ofNat R K - ofNat R A / ofNat R K)) ≤ ofNat R (a j * b j))
    (le : (total v fun j => a j * b j) ≤ 2 ^ P * low) (hlow : IsLower P low (exp (-y)))
    (e : x = ofNat R A / ofNat R K - y) :
    (sum v fun j => counts j * exp (ofNat R (g j) / ofNat R K)) ≤ exp x := by
  have all : ofNat R (2 ^ P) * ofNat R (2 ^ P) * (sum v fun j => counts j * exp (ofNat R (g j) / ofNat R K - ofNat R A / ofNat R K)) ≤
      ofNat R (2 ^ P) * ofNat R (2 ^ P) * exp (-y) := by
    rw [mul_sum]
    refine le_trans (sum_le_sum terms) ?_
    rw [← ofNat_total]
    refine le_trans (ofNat_le le) ?_
    rw [ofNat_mul, mul_assoc]
    exact mul_le_mul_of_nonneg_left hlow (le_of_lt hP)
  have small := le_of_mul_le_mul_left all (mul_pos hP hP)
  have scaled := mul_le_mul_of_nonneg_left small (exp_nonneg (ofNat R A / ofNat R K))
  rw [mul_sum, ← exp_add] at scaled
  refine le_trans (le_of_eq (sum_congr fun j _ => ?_)) (le_trans scaled (le_of_eq (congrArg exp ?_)))
  · rw [mul_left_comm, ← exp_add, add_comm, sub_add_cancel]
  · rw [e, sub_eq_add_neg]

/-- **What the check of the logarithms shows.** -/
theorem logs_of_check (hT : t.Describe T) (hL : t.width + 4 ≤ t.bits) (h : C.logsAs t = true) :
    (∀ j, j < t.v → digit t.bits C.positions j < 2 ^ t.width) ∧ C.positions = pack t.bits t.v (digit t.bits C.positions) ∧
    T.Logs R (ofNat R (2 ^ (2 * C.expHalf))) t.v C.ceiling (digit t.bits C.positions)
      (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) ∧
    (∀ q k, q < t.v → k < t.v → digit t.bits (C.full.getD q 0) k < 2 ^ (t.width + 2) ∧ digit t.bits (C.but.getD q 0) k < 2 ^ (t.width + 2) ∧
      C.full.getD q 0 = pack t.bits t.v (digit t.bits (C.full.getD q 0)) ∧ C.but.getD q 0 = pack t.bits t.v (digit t.bits (C.but.getD q 0))) ∧
    (∀ q k j, q < t.v → k < t.v → j < t.v → T.path (digit t.bits C.positions) q k j ≤ C.ceiling) ∧ C.ceiling ≤ 3 * 2 ^ t.width := by
  unfold logsAs at h
  have first := Bool.and_left h
  have fits := Bool.and_left first
  have fit := Bool.and_left fits
  have logFit := Bool.and_left (Bool.and_right fits)
  have logWide : C.expHalf + C.logHigh ≤ t.width + 2 := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right fits))
  have room : t.v * 2 ^ (2 * C.expPrec + 2) < 2 ^ (t.bits - 1) := Nat.le_of_ble_eq_true (Bool.and_right first)
  have h := Bool.and_right h
  rw [Nat.force_eq] at h
  have within := of_lanesWithin (Nat.le_trans (Nat.le_add_right _ 4) hL) (Bool.and_left h)
  have h := Bool.and_right h
  rw [Nat.force_eq, forceList_eq] at h
  match of_topsFit hT hL within.left within.right (Bool.and_left h) with
  | ⟨⟨topDirect, topToken⟩, top⟩ =>
  have h := Bool.and_right h
  rw [forceList_eq] at h
  have lanes := ExpParams.lanesFit_spec (Bool.and_left (Bool.and_left fit))
  have wide : t.width + 2 ≤ C.expHalf + C.expHigh := Nat.le_of_ble_eq_true (Bool.and_right fit)
  have narrow {x : Nat} (hx : x ≤ 2 * 2 ^ t.width) : x < 2 ^ (C.expHalf + C.expHigh) := by
    refine Nat.lt_of_le_of_lt hx (Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos wide))
    rw [Nat.mul_comm 2]
    show 2 ^ (t.width + 1) < 2 ^ (t.width + 2)
    exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.lt_succ_self (t.width + 1))
  have lane {x : Nat} (hx : x < 2 ^ (C.expPrec + 1)) : x < 2 ^ t.bits := by
    refine Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans ?_ lanes.right.left))
    show C.expPrec + 1 ≤ C.expPrec + C.expPrec + 3
    rw [Nat.add_assoc]
    exact Nat.add_le_add_left (Nat.le_add_left 1 (C.expPrec + 2)) _
  match of_expRows fit h with
  | ⟨ys, lows, highs, rows, go⟩ =>
    have same := Bool.and_left go
    have go := Bool.and_right go
    rw [forceRows_eq, forceList_eq] at go
    have as_eq (q : Nat) (hq : q < t.v) : ((tabulateFold (fun q => unpack t.bits t.v (nth 0 highs q)) t.v 0).getD q []).length = t.v ∧
        ∀ j, j < t.v → ((tabulateFold (fun q => unpack t.bits t.v (nth 0 highs q)) t.v 0).getD q []).getD j 0 =
          C.params.upper (C.topDirect - T.direct q j) := by
      rw [tabulateFold_eq, List.getD_tabulateFrom [] hq, Nat.zero_add, nth_eq]
      refine ⟨length_unpack _ _ _, fun j hj => ?_⟩
      match rows q hq with
      | ⟨y, small, hy, _, hhigh⟩ =>
        have e := of_sameLists same hq
        rw [getD_directArgs hT hq (top q hq).left, hy] at e
        have y_eq : y j = C.topDirect - T.direct q j := by
          refine (pack_inj (fun j _ => ?_) (fun j hj => ?_) e hj).symm
          · exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) topDirect) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ 3)) hL))
          · exact Nat.lt_of_lt_of_le (small j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.add_le_add_left (Nat.le_add_left 2 2) _) hL))
        rw [getD_unpack _ _ hj, hhigh, digit_pack _ (fun j _ => lane (ExpParams.upper_lt lanes.left _)) hj, y_eq]
    match of_expRows fit go with
    | ⟨zs, _, ups, columns, go⟩ =>
      have same := Bool.and_left go
      have go := Bool.and_right go
      rw [forceList_eq, forceList_eq] at go
      have ups_eq (m : Nat) (hm : m < t.v) : ups.getD m 0 =
          pack t.bits t.v fun s => C.params.upper (C.topToken - (T.token s m + digit t.bits C.positions m)) := by
        match columns m hm with
        | ⟨z, small, hz, _, hup⟩ =>
          have e := of_sameLists same hm
          rw [getD_tokenArgs hm (getD_columnList hT hL hm) (top m hm).right.left (top m hm).right.right.right, hz] at e
          rw [hup]
          refine pack_congr _ fun s hs => congrArg C.params.upper ?_
          refine (pack_inj (fun j _ => ?_) (fun j hj => ?_) e hs).symm
          · exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) topToken) (Nat.lt_of_lt_of_le (narrow (Nat.le_refl _))
              (Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fit)))))
          · exact Nat.lt_of_lt_of_le (small j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.add_le_add_left (Nat.le_add_left 2 2) _) hL))
      have a_le (q j : Nat) : C.params.upper (C.topDirect - T.direct q j) ≤ 2 ^ (C.expPrec + 1) :=
        Nat.le_of_lt (ExpParams.upper_lt lanes.left _)
      have b_le (j s : Nat) : C.params.upper (C.topToken - (T.token s j + digit t.bits C.positions j)) ≤ 2 ^ (C.expPrec + 1) :=
        Nat.le_of_lt (ExpParams.upper_lt lanes.left _)
      have P0 : (0 : R) < ofNat R (2 ^ C.expPrec) := ofNat_pos (Nat.two_pow_pos _)
      have term (q s j : Nat) (hq : q < t.v) (hs : s < t.v) (hj : j < t.v) : ofNat R (2 ^ C.expPrec) * ofNat R (2 ^ C.expPrec) *
          exp (ofNat R (T.path (digit t.bits C.positions) q s j) / ofNat R (2 ^ (2 * C.expHalf)) -
            ofNat R C.ceiling / ofNat R (2 ^ (2 * C.expHalf))) ≤
          ofNat R (C.params.upper (C.topDirect - T.direct q j) *
            C.params.upper (C.topToken - (T.token s j + digit t.bits C.positions j))) := by
        have d := (top q hq).left j hj
        have sum_le : T.token s j + digit t.bits C.positions j ≤ C.topToken :=
          Nat.add_le_of_le_sub (top j hj).right.right.left ((top j hj).right.right.right s hs)
        have one := (ExpParams.upper_spec (R := R) lanes.left (narrow (Nat.le_trans (Nat.sub_le C.topDirect (T.direct q j))
          (Nat.le_trans topDirect (Nat.le_mul_of_pos_left _ Nat.two_pos))))).right
        have two := (ExpParams.upper_spec (R := R) lanes.left
          (narrow (Nat.le_trans (Nat.sub_le C.topToken (T.token s j + digit t.bits C.positions j)) topToken))).right
        have both := mul_le_mul one two (mul_nonneg (ofNat_nonneg _) (exp_nonneg _)) (ofNat_nonneg _)
        rw [mul_mul_mul_comm, ← exp_add, ← ofNat_mul (C.params.upper _)] at both
        refine le_trans (le_of_eq (congrArg (fun y => ofNat R (2 ^ C.expPrec) * ofNat R (2 ^ C.expPrec) * exp y) ?_)) both
        rw [ofNat_sub d, ofNat_sub sum_le, ← neg_div, ← neg_div, ← add_div, ← sub_div]
        refine congrArg (· / _) ?_
        unfold Enclosure.path
        rw [show C.ceiling = C.topDirect + C.topToken from rfl, ofNat_add, ofNat_add, ofNat_add, ofNat_add]
        exact regroup _ _ _ _ _
      have full (q s : Nat) (hq : q < t.v) (hs : s < t.v) := of_rowsAs logFit room as_eq a_le (b := fun j s =>
          C.params.upper (C.topToken - (T.token s j + digit t.bits C.positions j)))
        ⟨by rw [tabulateFold_eq, List.length_tabulateFrom], fun j hj => by
          rw [tabulateFold_eq, List.getD_tabulateFrom 0 hj, Nat.zero_add, nth_eq, ups_eq j hj]⟩ b_le (Bool.and_left go) hq hs
      have but (q s : Nat) (hq : q < t.v) (hs : s < t.v) := of_rowsAs logFit room as_eq a_le (b := fun j s => if s = j then 0 else
          C.params.upper (C.topToken - (T.token s j + digit t.bits C.positions j)))
        ⟨by rw [tabulateFold_eq, List.length_tabulateFrom], fun j hj => by
          rw [tabulateFold_eq, List.getD_tabulateFrom 0 hj, Nat.force_eq, Nat.zero_add, nth_eq, ups_eq j hj]
          exact without_pack hj fun s _ => lane (ExpParams.upper_lt lanes.left _)⟩ (fun j s => by
            by_cases e : s = j
            case pos => rw [ite_eq_left e]; exact Nat.zero_le _
            case neg => rw [ite_eq_right e]; exact b_le j s) (Bool.and_right go) hq hs
      have lower {y : Nat} (hy : y < 2 ^ (C.expHalf + C.logHigh)) :=
        (ExpParams.upper_spec (R := R) (c := C.logParams) (ExpParams.lanesFit_spec (Bool.and_left (Bool.and_left logFit))).left hy).left
      have short {y : Nat} (hy : y < 2 ^ (C.expHalf + C.logHigh)) : y < 2 ^ (t.width + 2) :=
        Nat.lt_of_lt_of_le hy (Nat.pow_le_pow_right Nat.two_pos logWide)
      refine ⟨within.right, within.left, ⟨fun q s hq hs => ?_, fun q s hq hs => ?_⟩, fun q s hq hs =>
        ⟨short (full q s hq hs).left, short (but q s hq hs).left, (full q s hq hs).right.right, (but q s hq hs).right.right⟩, fun q k j hq hk hj => ?_, ?_⟩
      · have e := le_of_bounds (R := R) (counts := fun _ => 1) (A := C.ceiling) (K := 2 ^ (2 * C.expHalf))
          (g := T.path (digit t.bits C.positions) q s) P0 (fun j hj => by rw [one_mul]; exact term q s j hq hs hj) (full q s hq hs).right.left
          (lower (full q s hq hs).left) (sub_div _ _ _)
        exact le_trans (le_of_eq (sum_congr fun j _ => (one_mul _).symm)) e
      · refine le_of_bounds (R := R) (counts := fun j => if j = s then 0 else 1) (A := C.ceiling) (K := 2 ^ (2 * C.expHalf))
          (g := T.path (digit t.bits C.positions) q s) P0 (fun j hj => ?_) (but q s hq hs).right.left
          (lower (but q s hq hs).left) (sub_div _ _ _)
        by_cases e : j = s
        case pos => rw [ite_eq_left e, ite_eq_left e.symm, zero_mul, mul_zero, Nat.mul_zero]; exact le_refl 0
        case neg => rw [ite_eq_right e, ite_eq_right (fun h => e h.symm), one_mul]; exact term q s j hq hs hj
      · have token := Nat.add_le_of_le_sub (top j hj).right.right.left ((top j hj).right.right.right k hk)
        refine Nat.le_trans (Nat.le_of_eq (Nat.add_assoc _ _ _)) (Nat.add_le_add ((top q hq).left j hj) token)
      · exact Nat.le_trans (Nat.add_le_add topDirect topToken) (Nat.le_of_eq (three _))
where
  three (y : Nat) : y + 2 * y = 3 * y := by ring [y]
  regroup (d k u x y : R) : d + k + u - (x + y) = -(x - d) + -(y - (k + u)) := by ring [d, k, u, x, y]

/-- The row that stands for positions, lane by lane. -/
theorem positionsFor_eq {U : Nat → Nat} (hU : C.positions = pack t.bits t.v U) (hL : ∀ j, j < t.v → U j < 2 ^ t.bits) {m : Nat} (hm : m < t.v) :
    C.positionsFor t m = pack t.bits t.v (withEntry U m (C.entries.getD m 0)) := by
  unfold positionsFor
  rw [hU, without_pack hm hL, nth_eq]
  show _ + C.entries.getD m 0 * 2 ^ (t.bits * m) = _
  rw [← pack_single t.bits (C.entries.getD m 0) hm, pack_add]
  refine pack_congr _ fun j _ => ?_
  unfold withEntry
  by_cases h : j = m
  case pos => rw [ite_eq_left h, ite_eq_left h, ite_eq_left h, Nat.zero_add]
  case neg => rw [ite_eq_right h, ite_eq_right h, ite_eq_right h, Nat.add_zero]

/-- **What the check of the row for positions shows.** -/
theorem noBetter_of_check (hT : t.Describe T) {U : Nat → Nat} (hU : C.positions = pack t.bits t.v U)
    (small : ∀ j, j < t.v → U j < 2 ^ t.width) (h : C.positionsAs t = true) {m : Nat} (hm : m < t.v) :
    C.entries.getD m 0 < 2 ^ t.width ∧ T.NoBetter (withEntry U m (C.entries.getD m 0)) t.v (t.n + 1) m := by
  unfold positionsAs at h
  have hL : t.width + 4 ≤ t.bits := Nat.le_of_ble_eq_true (Bool.and_left h)
  have h := Bool.and_right h
  rw [Frame.force_eq] at h
  have h := of_allBelow h hm
  rw [Nat.force_eq, Nat.force_eq, nth_eq, nth_eq] at h
  have entry : C.entries.getD m 0 < 2 ^ t.width := Nat.le_of_ble_eq_true (Bool.and_left h)
  have h := Bool.and_right h
  have up {a b x : Nat} (hab : a ≤ b) (hx : x < 2 ^ a) : x < 2 ^ b := Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos hab)
  have wide : t.width ≤ t.width + 2 := Nat.le_add_right _ 2
  have four : t.width + 2 + 1 < t.bits := hL
  rw [positionsFor_eq hU (fun j hj => up (Nat.le_trans (Nat.le_add_right _ 4) hL) (small j hj)) hm] at h
  have row (j : Nat) (hj : j < t.v) : withEntry U m (C.entries.getD m 0) j < 2 ^ (t.width + 2) := by
    unfold withEntry
    by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact up wide entry
    case neg => rw [ite_eq_right e]; exact up wide (small j hj)
  refine ⟨entry, fun p hp j hj => ?_⟩
  match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hp) with
  | .inr e =>
    subst e
    have last := Bool.and_right h
    rw [hT.last] at last
    exact of_noBetterThan four hm row (fun j _ => up wide (lt_of_narrowRows (Bool.and_left (Bool.and_right hT.narrow)) t.n j)) last hj
  | .inl lt =>
    match hT.position m hm with
    | ⟨X, hX, noBetter, hX'⟩ =>
      have first := Bool.and_left h
      rw [hX] at first
      have one := of_noBetterThan four hm row (fun j hj => Nat.lt_of_le_of_lt (hX' j hj) (double t.width)) first hj
      refine Nat.le_of_add_le_add_right (k := X m + X j) ?_
      exact Nat.le_of_linear (Nat.add_le_add (noBetter p lt j hj) one)
        (shuffle (T.pos p j) (T.pos p m) (X j) (X m) (withEntry U m (C.entries.getD m 0) j) (withEntry U m (C.entries.getD m 0) m)).symm
where
  double (w : Nat) : 2 * 2 ^ w < 2 ^ (w + 2) := by
    rw [Nat.mul_comm 2]
    show 2 ^ (w + 1) < 2 ^ (w + 2)
    exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.lt_succ_self (w + 1))
  shuffle (a b x y u z : Nat) : a + z + (y + x) + (b + x + (y + u)) = b + u + (y + x) + (a + y + (x + z)) := by
    ring [a, b, x, y, u, z]

/-- The unit of rounded logits. -/
theorem unit_of_check {w : Weights} {c : Params} (h : C.unitAs w c = true) : logitUnit R w c = ofNat R (2 ^ (2 * C.expHalf)) := by
  have e : 2 * C.expHalf + c.shift = 4 * w.frac := Nat.eq_of_beq_eq_true _ _ h
  unfold logitUnit
  rw [Weights.WellFormed.unit4_eq, ← e, Nat.pow_add, ofNat_mul]
  exact mul_div_cancel_right _ (ofNat_ne_zero (Nat.two_pow_pos _))

end LossTable
end Compact
