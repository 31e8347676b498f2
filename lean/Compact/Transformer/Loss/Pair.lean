prelude
import Compact.Transformer.Loss.Count
import Compact.Transformer.Loss.Describe
/-!
# The numbers of one query and one maximum, from the tables

`LossPair` as the kernel makes it of the literals of a certificate: gains of all smaller tokens at once, in lanes, then the product
with their factors lane by lane.
-/
namespace Compact

/-- The numbers of one query. -/
structure LossQuery where
  factors : Nat
  full : Nat
  but : Nat
  own : Nat
  mass : Nat
  low : Nat
  high : Nat
  slack : Nat
  direct : Nat

namespace LossQuery
noncomputable section

/-- The numbers of the query `q`. -/
def of (t : Tables) (C : LossTable) (q : Nat) : LossQuery where
  factors := packFrom t.bits (fun s => readLane t.bits (nth 0 t.tokenLo q) s) t.v
  full := nth 0 C.full q
  but := nth 0 C.but q
  own := Nat.mul (readLane t.bits (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  mass := nth 0 t.mass q
  low := nth 0 t.low q
  high := nth 0 t.high q
  slack := nth 0 t.slack q
  direct := nth 0 t.direct q

/-- Evaluate the numbers, then go on with them. -/
def force {α : Type} (Q : LossQuery) (k : LossQuery → α) : α :=
  Nat.force Q.factors fun factors => Nat.force Q.full fun full => Nat.force Q.but fun but => Nat.force Q.own fun own =>
  Nat.force Q.mass fun mass => Nat.force Q.low fun low => Nat.force Q.high fun high => Nat.force Q.slack fun slack =>
  Nat.force Q.direct fun direct => k ⟨factors, full, but, own, mass, low, high, slack, direct⟩

theorem force_eq {α : Type} (Q : LossQuery) (k : LossQuery → α) : Q.force k = k Q := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- Evaluate `n` queries, starting with `q`, then go on with the list. -/
def forceFrom {α : Type} (t : Tables) (C : LossTable) (n : Nat) : Nat → (List LossQuery → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List LossQuery → α) → α) (fun _ k => k [])
    (fun _ ih q k => Nat.force q fun q => (of t C q).force fun Q => ih (Nat.succ q) fun Qs => k (Q :: Qs)) n

theorem forceFrom_eq {α : Type} (t : Tables) (C : LossTable) (n q : Nat) (k : List LossQuery → α) :
    forceFrom t C n q k = k (List.tabulateFrom q n (of t C)) := by
  induction n generalizing q k with
  | zero => rfl
  | succ n ih =>
    show Nat.force q (fun q => (of t C q).force fun Q => forceFrom t C n (Nat.succ q) fun Qs => k (Q :: Qs)) = _
    rw [Nat.force_eq, force_eq, ih]
    rfl

/-- What is read when there is no such query. -/
def none : LossQuery := ⟨0, 0, 0, 0, 0, 0, 0, 0, 0⟩

end
end LossQuery

namespace LossPair
noncomputable section

/-- More than any gain times any factor. -/
def zeroOf (t : Tables) : Nat := Nat.pow 2 (Nat.add (Nat.add t.prec t.width) 3)

/-- The gains of all tokens, but for that of the maximum. -/
def gainRow (Q : LossQuery) (column base one : Nat) : Nat := Nat.add (Nat.add Q.full column) (Nat.mul base one)

/-- The numbers of the query `q` and the maximum `m`, from `base`, the direct path and the positions' entry for `m`, the row of gains,
and the gain of the maximum. -/
def ofRow (t : Tables) (bs : List Nat) (q m : Nat) (Q : LossQuery) (row gain : Nat) : LossPair where
  bits := t.bits
  one := ones t.bits m
  tops := Nat.mul (Nat.pow 2 (Nat.sub t.bits 1)) (ones t.bits m)
  zero := zeroOf t
  factors := Nat.mod Q.factors (Nat.pow 2 (Nat.mul t.bits m))
  gains := packFrom t.bits (fun s => Nat.mul (readLane t.bits Q.factors s) (readLane t.bits row s)) m
  factorMax := readLane t.bits Q.factors m
  gainMax := Nat.mul (readLane t.bits Q.factors m) gain
  factorOwn := Q.own
  gainOwn := Nat.mul Q.own (Bool.rec (motive := fun _ => Nat) (readLane t.bits row q) gain (Nat.beq q m))
  mass := Q.mass
  low := Q.low
  high := Q.high
  slack := Nat.mul 2 (readLane t.bits Q.slack m)
  classes := Compact.classes t.n q m
  n := t.n
  binoms := bs

/-- Go on with the numbers of the query `q` and the maximum `m`. -/
def withPair {α : Type} (t : Tables) (bs : List Nat) (one q m column entry : Nat) (Q : LossQuery) (k : LossPair → α) : α :=
  Nat.force (Nat.add (readLane t.bits Q.direct m) entry) fun base => Nat.force (gainRow Q column base one) fun row =>
  Nat.force (Nat.add (Nat.add (readLane t.bits Q.but m) (readLane t.bits column m)) base) fun gain =>
  (ofRow t bs q m Q row gain).force k

end

variable {t : Tables} {C : LossTable} {T : Enclosure}

/-- **The numbers are what they should be.** -/
theorem withPair_eq {α : Type} (hT : t.Describe T) (hL : t.prec + t.width + 5 ≤ t.bits) {q m S : Nat} (hm : m < t.v) (hq : q ≤ m)
    {entry : Nat} (he : entry < 2 ^ t.width) (small : ∀ q k, q < t.v → k < t.v →
      digit t.bits (C.full.getD q 0) k < 2 ^ (t.width + 2) ∧ digit t.bits (C.but.getD q 0) k < 2 ^ (t.width + 2))
    (full : ∀ q, q < t.v → C.full.getD q 0 = pack t.bits t.v (digit t.bits (C.full.getD q 0)))
    (hS : t.entry t.slack q m = S) : ∃ P : LossPair,
    (∀ k : LossPair → α, withPair t (Compact.binoms t.n (t.n + 1) 0) (ones t.bits t.v) q m (LossTable.column t m) entry (LossQuery.of t C q) k = k P) ∧
    P.zero = 2 ^ (t.prec + t.width + 3) ∧
    P.Of T (T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m) t.n q m (2 * S) := by
  have hqv : q < t.v := Nat.lt_of_le_of_lt hq hm
  have hw : t.width + 4 ≤ t.bits := by
    refine Nat.le_trans ?_ hL
    rw [Nat.add_assoc]
    exact Nat.le_trans (Nat.add_le_add_left (Nat.le_succ 4) _) (Nat.le_add_left _ _)
  have up {a x : Nat} (ha : a ≤ t.bits) (hx : x < 2 ^ a) : x < 2 ^ t.bits := Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos ha)
  have d (j : Nat) := LossTable.direct_lt hT q j
  have k (s j : Nat) := LossTable.token_lt hT s j
  have gain_lt {y a b c : Nat} (hy : y < 2 ^ (t.width + 2)) (ha : a < 2 ^ t.width) (hb : b < 2 ^ t.width) (hc : c < 2 ^ t.width) :
      y + (a + b + c) < 2 ^ (t.width + 3) := by
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le hy (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt ha) (Nat.le_of_lt hb))
      (Nat.le_of_lt hc))) ?_
    show 2 ^ t.width * 2 * 2 + (2 ^ t.width + 2 ^ t.width + 2 ^ t.width) ≤ 2 ^ t.width * 2 * 2 * 2
    exact Nat.le_of_linear (Nat.zero_le (2 ^ t.width)) (by ring [2 ^ t.width])
  have lo_le (s : Nat) (hs : s < t.v) := hT.tokenLo_le q s hqv hs
  have lo_lt (s : Nat) (hs : s < t.v) : T.tokenLo q s < 2 ^ t.bits := by
    refine Nat.lt_of_le_of_lt (lo_le s hs) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.lt_of_lt_of_le ?_ hL))
    rw [Nat.add_assoc]
    exact Nat.lt_add_of_pos_right (Nat.zero_lt_succ _)
  have factors : (LossQuery.of t C q).factors = pack t.bits t.v fun s => T.tokenLo q s := by
    refine (packFrom_eq _ _ _).trans (pack_congr _ fun s hs => ?_)
    rw [nth_eq]
    exact hT.tokenLo q s hqv hs
  have factor (s : Nat) (hs : s < t.v) : readLane t.bits (LossQuery.of t C q).factors s = T.tokenLo q s := by
    rw [factors, readLane_eq]
    exact digit_pack _ lo_lt hs
  have direct : readLane t.bits (LossQuery.of t C q).direct m = T.direct q m := by
    show readLane t.bits (nth 0 t.direct q) m = _
    rw [nth_eq, hT.direct q hqv, readLane_eq]
    exact digit_pack _ (fun j _ => up (Nat.le_trans (Nat.le_add_right _ 4) hw) (d j)) hm
  have column := LossTable.column_eq hT hw hm
  have row : gainRow (LossQuery.of t C q) (LossTable.column t m) (T.direct q m + entry) (ones t.bits t.v) =
      pack t.bits t.v fun s => digit t.bits (C.full.getD q 0) s + (T.direct q m + T.token s m + entry) := by
    show nth 0 C.full q + LossTable.column t m + (T.direct q m + entry) * ones t.bits t.v = _
    rw [nth_eq, full q hqv, column, pack_add, mul_ones, pack_add]
    refine pack_congr _ fun s hs => ?_
    rw [← full q hqv]
    ring [digit t.bits (C.full.getD q 0) s, T.direct q m, T.token s m, entry]
  have gain_row (s : Nat) (hs : s < t.v) : digit t.bits (C.full.getD q 0) s + (T.direct q m + T.token s m + entry) < 2 ^ t.bits :=
    up (Nat.le_trans (Nat.add_le_add_left (Nat.le_succ 3) _) hw) (gain_lt (small q s hqv hs).left (d m) (k s m) he)
  have read (s : Nat) (hs : s < t.v) : readLane t.bits (gainRow (LossQuery.of t C q) (LossTable.column t m) (T.direct q m + entry)
      (ones t.bits t.v)) s = digit t.bits (C.full.getD q 0) s + (T.direct q m + T.token s m + entry) := by
    rw [row, readLane_eq]
    exact digit_pack _ gain_row hs
  have gain_max : readLane t.bits (LossQuery.of t C q).but m + readLane t.bits (LossTable.column t m) m + (T.direct q m + entry) =
      T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m m := by
    unfold Enclosure.gain
    rw [ite_eq_left rfl, column, readLane_eq t.bits (pack _ _ _), digit_pack _ (fun s _ => up (Nat.le_trans (Nat.le_add_right _ 4) hw) (k s m)) hm]
    show readLane t.bits (nth 0 C.but q) m + _ + _ = digit t.bits (C.but.getD q 0) m + _
    rw [nth_eq, readLane_eq]
    ring [digit t.bits (C.but.getD q 0) m, T.direct q m, T.token m m, entry]
  have gain_other (s : Nat) (hs : s ≠ m) : T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k)
      entry q m s = digit t.bits (C.full.getD q 0) s + (T.direct q m + T.token s m + entry) := by
    unfold Enclosure.gain
    rw [ite_eq_right hs]
  have own : (LossQuery.of t C q).own = T.tokenLo q q * T.posLo q t.n := by
    show readLane t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
    rw [nth_eq, nth_eq, hT.own q hqv]
    exact congrArg (· * T.posLo q t.n) (hT.tokenLo q q hqv hqv)
  have pow_eq : 2 ^ (t.prec + t.width + 3) = 2 ^ t.prec * 2 ^ (t.width + 3) := by rw [Nat.add_assoc, Nat.pow_add]
  refine ⟨ofRow t (Compact.binoms t.n (t.n + 1) 0) q m (LossQuery.of t C q) (gainRow (LossQuery.of t C q) (LossTable.column t m) (T.direct q m + entry) (ones t.bits t.v))
    (T.gain (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) entry q m m), fun k => ?_, rfl, ?_⟩
  · unfold withPair
    rw [Nat.force_eq, direct, Nat.force_eq, Nat.force_eq, force_eq]
    exact congrArg k (congrArg (ofRow t (Compact.binoms t.n (t.n + 1) 0) q m _ _) gain_max)
  · constructor
    · exact Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
    · rfl
    · rfl
    · exact Nat.two_pow_pos _
    · show 2 * 2 ^ (t.prec + t.width + 3) ≤ 2 ^ (t.bits - 1)
      rw [Nat.mul_comm]
      show 2 ^ (t.prec + t.width + 4) ≤ _
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le (b := 1) hL)
    · show (LossQuery.of t C q).factors % 2 ^ (t.bits * m) = _
      rw [factors]
      exact pack_mod lo_lt (Nat.le_of_lt hm)
    · refine (packFrom_eq _ _ _).trans (pack_congr _ fun s hs => ?_)
      have hsv := Nat.lt_trans hs hm
      rw [factor s hsv, read s hsv, gain_other s (Nat.ne_of_lt hs)]
      rfl
    · intro s hs
      have hsv := Nat.lt_trans hs hm
      rw [gain_other s (Nat.ne_of_lt hs)]
      show _ < 2 ^ (t.prec + t.width + 3)
      rw [pow_eq]
      exact Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ (lo_le s hsv))
        (Nat.mul_lt_mul_of_pos_left (gain_lt (small q s hqv hsv).left (d m) (k s m) he) (Nat.two_pow_pos _))
    · exact factor m hm
    · exact congrArg (· * _) (factor m hm)
    · exact own
    · refine congr (congrArg _ own) ?_
      by_cases e : q = m
      case pos =>
        subst e
        rw [Nat.beq_self]
      case neg =>
        cases b : Nat.beq q m with
        | true => exact absurd (Nat.eq_of_beq_eq_true _ _ b) e
        | false => exact (read q hqv).trans (gain_other q e).symm
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

end LossPair
end Compact
