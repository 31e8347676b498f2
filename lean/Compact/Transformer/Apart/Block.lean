prelude
import Compact.Transformer.Apart.Query
import Compact.Transformer.Mixture.Block
/-!
# Counting block by block, with tokens' own outputs apart

As `Mixture/Block.lean`: for each maximum of a block the leads are checked, then each query is counted (`Apart/Count.lean`).
-/
namespace Compact

/-- Into how many parts what can be spared is divided, and the bits of a number of inputs. -/
structure Division where
  parts : Nat
  countBits : Nat

namespace Apart
noncomputable section

/-- What is known of a query, with the rows of its direct path and of the path through its own position. -/
structure Asked where
  lows : Nat
  own : Nat
  mass : Nat
  heaviest : Nat
  low : Nat
  slack : Nat
  direct : Nat
  path : Nat

/-- The numbers of the query `q`. -/
def Asked.of (t : Tables) (owns : List Nat) (q : Nat) : Asked where
  lows := nth 0 t.tokenLo q
  own := Nat.mul (readLane t.bits (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  mass := nth 0 t.mass q
  heaviest := readLane t.bits (nth 0 t.high q) 1
  low := nth 0 t.low q
  slack := nth 0 t.slack q
  direct := nth 0 t.direct q
  path := nth 0 owns q

/-- Evaluate the numbers, then go on with them. -/
def Asked.force {α : Type} (Q : Asked) (k : Asked → α) : α :=
  Nat.force Q.lows fun lows => Nat.force Q.own fun own => Nat.force Q.mass fun mass => Nat.force Q.heaviest fun heaviest =>
  Nat.force Q.low fun low => Nat.force Q.slack fun slack => Nat.force Q.direct fun direct => Nat.force Q.path fun path =>
  k ⟨lows, own, mass, heaviest, low, slack, direct, path⟩

theorem Asked.force_eq {α : Type} (Q : Asked) (k : Asked → α) : Q.force k = k Q := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- Evaluate `n` queries, starting with `q`, then go on with the list. -/
def Asked.forceFrom {α : Type} (t : Tables) (owns : List Nat) (n : Nat) : Nat → (List Asked → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Asked → α) → α) (fun _ k => k [])
    (fun _ ih q k => Nat.force q fun q => (Asked.of t owns q).force fun Q => ih (Nat.succ q) fun Qs => k (Q :: Qs)) n

theorem Asked.forceFrom_eq {α : Type} (t : Tables) (owns : List Nat) (n q : Nat) (k : List Asked → α) :
    Asked.forceFrom t owns n q k = k (List.tabulateFrom q n (Asked.of t owns)) := by
  induction n generalizing q k with
  | zero => rfl
  | succ n ih =>
    show Nat.force q (fun q => (Asked.of t owns q).force fun Q => Asked.forceFrom t owns n (Nat.succ q) fun Qs => k (Q :: Qs)) = _
    rw [Nat.force_eq, Asked.force_eq, ih]
    rfl

/-- What is read when there is no such query. -/
def noAsked : Asked := ⟨0, 0, 0, 0, 0, 0, 0, 0⟩

/-- For each token, its own output less that of the maximum `m`, raised by `top`; packed. -/
def tallFrom (L top m : Nat) (rows : List Nat) : Nat → Nat :=
  List.rec (motive := fun _ => Nat → Nat) (fun _ => 0) (fun row _ ih k =>
    Nat.add (Nat.sub (Nat.add (readLane L row k) top) (readLane L row m)) (Nat.shiftLeft (ih (Nat.succ k)) L)) rows

/-- The inputs counted for the maximum `m`, whose leads are `M`: those of each query. -/
def countQueries (t : Tables) (parts countBits : Nat) (binoms : List Nat) (Qs : List Asked) (m : Nat) (M : Leads) (through column off one cut : Nat) :
    Nat :=
  Mixture.along (fun q Q => Asked.rec (motive := fun _ => Nat) (fun lows own mass heaviest low slack direct path =>
    counted t.bits (Nat.pow 2 t.bits) (Leads.bits t.width) (Nat.pow 2 (Leads.bits t.width)) (Leads.zero t.width) t.n countBits parts binoms m M.token
      (readLane (Leads.bits t.width) M.direct q) (readLane (Leads.bits t.width) M.own q) (readLane (Leads.bits t.width) M.self q) through column off one
      cut q lows own mass heaviest low slack direct path) Q) m (Nat.succ m) Qs

/-- The inputs counted for the maximum `m`; none if its leads are wrong. -/
def countMaximum (t : Tables) (C : LeadTable) (parts countBits : Nat) (binoms : List Nat) (one : Nat) (R : Rows) (Qs : List Asked) (m : Nat) : Nat :=
  (C.get m).force fun M => Nat.force (nth 0 t.position m) fun X => Nat.force (Nat.add (nth 0 R.token m) X) fun through =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (Nat.add (tallFrom t.bits (Nat.pow 2 t.width) m R.token 0) X) fun column =>
      Nat.force (Nat.add (Nat.pow 2 t.width) (readLane t.bits X m)) fun off => Nat.force (ones t.bits m) fun below =>
      Nat.force (Nat.pow 2 (Nat.mul t.bits m)) fun cut => countQueries t parts countBits binoms Qs m M through column off below cut)
    (check M t.bits t.width m one X through t.direct R)

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def countBlock (t : Tables) (C : LeadTable) (p : Division) (lo len : Nat) : Nat :=
  Nat.force (ones t.bits t.v) fun one => (rows t one C.base).force fun R => Asked.forceFrom t R.own (Nat.add lo len) 0 fun Qs =>
  forceList (binoms t.n (Nat.succ t.n) 0) fun binoms =>
  total len fun i => Nat.force (Nat.add lo i) fun m => countMaximum t C p.parts p.countBits binoms one R Qs m

/-- The check of one block: at least `bound` inputs. -/
def blockCheck (t : Tables) (C : LeadTable) (p : Division) (lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) &&
    (Nat.ble 1 t.n && (Nat.ble 1 p.parts && Nat.ble (Nat.succ (Nat.pow t.v t.n)) (Nat.pow 2 p.countBits)))) &&
  (Leads.baseFits t.width (ones t.bits t.v) C.base && Nat.ble bound (countBlock t C p lo len))

end

theorem tallFrom_eq (L top m : Nat) (rows : List Nat) (k : Nat) : tallFrom L top m rows k =
    pack L rows.length fun s => digit L (rows.getD s 0) (k + s) + top - digit L (rows.getD s 0) m := by
  induction rows generalizing k with
  | nil => rfl
  | cons row rows ih =>
    show digit L row k + top - digit L row m + tallFrom L top m rows (k + 1) * 2 ^ L = digit L row (k + 0) + top - digit L row m + 2 ^ L * _
    rw [ih, Nat.mul_comm _ (2 ^ L)]
    refine congrArg (_ + 2 ^ L * ·) (pack_congr L fun s _ => ?_)
    show digit L (rows.getD s 0) (k + 1 + s) + _ - _ = digit L (rows.getD s 0) (k + (s + 1)) + _ - _
    rw [Nat.add_assoc, Nat.add_comm 1]
    rfl

section
variable (R : Type) [ExpField R] {P : List Nat → Prop} {prec : Nat} {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
  {T : Enclosure}

theorem column_eq (hT : t.Describe T) (hL : t.width + 5 ≤ t.bits) (one base : Nat) {m : Nat} (hm : m < t.v) {X : Nat → Nat} :
    Nat.add (tallFrom t.bits (2 ^ t.width) m (rows t one base).token 0) (pack t.bits t.v X) =
      pack t.bits t.v fun s => T.token s s + 2 ^ t.width - T.token s m + X s := by
  have len : (rows t one base).token.length = t.v := by
    show (tabulateFold _ t.v 0).length = _
    rw [tabulateFold_eq, List.length_tabulateFrom]
  rw [tallFrom_eq, len]
  refine (pack_add _ _ _ _).trans (pack_congr _ fun s hs => ?_)
  have lane (j : Nat) (_ : j < t.v) := lane_lt hL (lt_of_narrowRows (Bool.and_left hT.narrow) s j)
  rw [getD_token hT one hs, Nat.zero_add, digit_pack (f := T.token s) _ lane hs, digit_pack (f := T.token s) _ lane hm]

/-- The count of one pair is right. -/
theorem atLeast_counted {m q S : Nat} {X : Nat → Nat} {M : Leads} {owns : List Nat} {through column off : Nat}
    (K : PairKnown R P prec t.width t.v T X t.n q m S)
    (N : Known t T X M q m through column off (Asked.of t owns q).direct (Asked.of t owns q).path) (hn : 0 < t.n)
    (hS : t.entry t.slack q m = T.totalSlack t.ceiling t.n q S) {parts countBits : Nat} (hparts : 0 < parts) (hB : t.v ^ t.n < 2 ^ countBits) :
    AtLeast (counted t.bits (2 ^ t.bits) (Leads.bits t.width) (2 ^ Leads.bits t.width) (Leads.zero t.width) t.n countBits parts
      (binoms t.n (t.n + 1) 0) m M.token (readLane (Leads.bits t.width) M.direct q) (readLane (Leads.bits t.width) M.own q)
      (readLane (Leads.bits t.width) M.self q) through column off (ones t.bits m) (2 ^ (t.bits * m)) q (Asked.of t owns q).lows
      (Asked.of t owns q).own (Asked.of t owns q).mass (Asked.of t owns q).heaviest (Asked.of t owns q).low (Asked.of t owns q).slack
      (Asked.of t owns q).direct (Asked.of t owns q).path) fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  have hT := N.describe
  have hqv : q < t.v := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have lows_eq (s : Nat) (hs : s < t.v) : digit t.bits (Asked.of t owns q).lows s = T.tokenLo q s :=
    (congrArg (fun x => digit t.bits x s) (nth_eq _ _ _)).trans (hT.tokenLo q s hqv hs)
  have read_m : readLane t.bits (Asked.of t owns q).lows m = T.tokenLo q m := lows_eq m K.m_lt
  have own_eq : (Asked.of t owns q).own = T.tokenLo q q * T.posLo q t.n := by
    show readLane t.bits (Asked.of t owns q).lows q * nth 0 t.own q = _
    rw [nth_eq, hT.own q hqv]
    exact congrArg (· * T.posLo q t.n) (lows_eq q hqv)
  have mass_eq : (Asked.of t owns q).mass = T.mass q t.n := (nth_eq _ _ _).trans (hT.mass q hqv)
  have heaviest_eq : (Asked.of t owns q).heaviest = t.entry t.high q 1 := congrArg (fun x => digit t.bits x 1) (nth_eq _ _ _)
  have low_eq (k : Nat) : readLane t.bits (Asked.of t owns q).low k = t.entry t.low q k := congrArg (fun x => digit t.bits x k) (nth_eq _ _ _)
  have slack_eq : readLane t.bits (Asked.of t owns q).slack m = t.entry t.slack q m := congrArg (fun x => digit t.bits x m) (nth_eq _ _ _)
  have pos : 0 < classes t.n q m := by
    unfold classes
    cases Nat.beq q m with
    | true => exact Nat.zero_lt_succ _
    | false => exact hn
  have hlast : Nat.succ (Nat.pred (classes t.n q m)) = classes t.n q m := Nat.succ_pred_eq_of_pos pos
  unfold counted
  rw [read_m, own_eq, mass_eq, heaviest_eq, low_eq, slack_eq, hS]
  generalize hl : Nat.pred (classes t.n q m) = last at hlast
  have hlastn : last ≤ t.n := le_of_lt_classes (hlast ▸ Nat.lt_succ_self last)
  cases hall : spareAt (Nat.mul (T.tokenLo q m) (readLane (Leads.bits t.width) M.self q)) (Nat.mul (T.tokenLo q m) (Leads.zero t.width))
      (Nat.mul (T.tokenLo q q * T.posLo q t.n) (readLane (Leads.bits t.width) M.own q))
      (Nat.add (Nat.mul (T.tokenLo q q * T.posLo q t.n) (Leads.zero t.width)) (T.totalSlack t.ceiling t.n q S)) (T.mass q t.n) with
  | zero => exact AtLeast.zero
  | succ a =>
    have alone : T.Passes X t.v t.n (T.totalSlack (3 * 2 ^ t.width) t.n q S) q m (T.mass q t.n) 0 m := fun u hu hne => by
      have le := le_of_spareAt (reach_spec (N.leads.self q K.q_le u hu hne)).right (reach_spec (N.leads.own q K.q_le u hu hne)).right hall
      unfold Enclosure.mix
      rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero]
      exact Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ _)) le
    show AtLeast (Nat.force _ _) _
    rw [Nat.force_eq]
    refine atLeast_classesOf K hlast hB alone (heaviest := t.entry t.high q 1) ?_
    cases hk : Nat.sub (Nat.succ a) (Nat.sub (Nat.succ a) (spareAt (Nat.mul (T.tokenLo q m) (readLane (Leads.bits t.width) M.self q))
      (Nat.mul (T.tokenLo q m) (Leads.zero t.width)) (Nat.mul (T.tokenLo q q * T.posLo q t.n) (readLane (Leads.bits t.width) M.own q))
      (Nat.add (Nat.mul (T.tokenLo q q * T.posLo q t.n) (Leads.zero t.width)) (T.totalSlack t.ceiling t.n q S)) (t.entry t.low q (t.n - last)))) with
    | zero => exact ⟨Or.inl rfl⟩
    | succ k =>
      match minimum hk with
      | ⟨hka, b, hkb, atLow⟩ => exact graded N hn hparts hlastn rfl rfl hall atLow hka hkb lows_eq
where
  minimum {a b x : Nat} (h : a + 1 - (a + 1 - b) = x + 1) : x ≤ a ∧ ∃ y, x ≤ y ∧ b = y + 1 := by
    refine ⟨Nat.le_of_succ_le_succ (Nat.le_trans (Nat.le_of_eq h.symm) (Nat.sub_le _ _)), ?_⟩
    have hb : x + 1 ≤ b := by
      rw [← h]
      refine Nat.sub_le_of_le_add ?_
      exact Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ b))
    match Nat.exists_eq_add_of_le' hb with
    | ⟨d, e⟩ => exact ⟨d + x, Nat.le_add_left _ _, e⟩

/-- The count of one maximum is right. -/
theorem atLeast_countMaximum (hT : t.Describe T) {C : LeadTable} {parts countBits m count : Nat} (hbits : t.width + 5 ≤ t.bits) (hn : 0 < t.n)
    (hparts : 0 < parts) (hB : t.v ^ t.n < 2 ^ countBits) (hbase : Leads.baseFits t.width (ones t.bits t.v) C.base = true) (hm : m < t.v)
    (hcount : m < count) (judges : T.Judges R prec t.v t.n m P) :
    AtLeast (countMaximum t C parts countBits (binoms t.n (t.n + 1) 0) (ones t.bits t.v) (rows t (ones t.bits t.v) C.base)
      (List.tabulateFrom 0 count (Asked.of t (rows t (ones t.bits t.v) C.base).own)) m) fun x => P x ∧ maximum x = m := by
  unfold countMaximum
  rw [Leads.force_eq, Nat.force_eq, Nat.force_eq]
  match hT.position m hm with
  | ⟨X, hX, noBetter, hX'⟩ =>
    have token_m : nth 0 (rows t (ones t.bits t.v) C.base).token m = t.token.getD m 0 :=
      (nth_eq _ _ _).trans ((getD_token hT _ hm).trans (hT.token m hm).symm)
    rw [token_m, nth_eq]
    cases checked : check (C.get m) t.bits t.width m (ones t.bits t.v) (t.position.getD m 0) (Nat.add (t.token.getD m 0) (t.position.getD m 0)) t.direct
        (rows t (ones t.bits t.v) C.base) with
    | false => exact AtLeast.zero
    | true =>
      have hM := sound_of_check hT hbits hm hbase hX hX' checked
      show AtLeast (Nat.force _ _) _
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
      unfold countQueries
      rw [Mixture.along_eq _ noAsked (Nat.le_refl _) (Nat.le_trans hcount (Nat.le_of_eq List.length_tabulateFrom.symm))]
      refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
      have hq' := Nat.le_of_lt_succ hq
      have hqv : q < t.v := Nat.lt_of_le_of_lt hq' hm
      rw [List.getD_tabulateFrom _ (Nat.lt_of_le_of_lt hq' hcount), Nat.zero_add, Nat.sub_self, Nat.zero_add]
      match hT.slack q m hqv hm with
      | ⟨S, hS, slackLe⟩ =>
        refine atLeast_counted R (S := S) ⟨judges, hT.narrow, hm, hq', noBetter, slackLe⟩
          ⟨hT, hbits, hm, hq', hX', hM, ?_, ?_, ?_, ?_, ?_⟩ hn hS hparts hB
        · rw [hX, hT.token m hm]
          exact pack_add _ _ _ _
        · rw [hX]
          exact column_eq hT hbits _ _ hm
        · rw [hX]
          exact congrArg (2 ^ t.width + ·) (digit_pack _ (fun j hj => Nat.lt_of_le_of_lt (hX' j hj) (lt_lane hbits (double _))) hm)
        · exact (nth_eq _ _ _).trans (hT.direct q hqv)
        · exact (nth_eq _ _ _).trans (getD_own hT _ hqv)
where
  double (w : Nat) : 2 * 2 ^ w < 16 * 2 ^ w :=
    Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.two_pow_pos w)) (Nat.le_of_linear (Nat.zero_le (13 * 2 ^ w)) (by ring [2 ^ w]))

/-- The check of a block of maxima is sound. -/
theorem block_sound (describe : t.check w params e = true) (C : LeadTable) (p : Division) (lo len bound : Nat)
    (h : blockCheck t C p lo len bound = true) : AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have fits := Bool.and_left h
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left fits))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fits))
  have hn := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right fits))
  have hparts := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right fits)))
  have hB := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right fits)))
  match Tables.describe R describe with
  | ⟨hw, ⟨hv, hn_eq⟩, _, hT⟩ =>
    refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) ?_
    unfold countBlock
    rw [Nat.force_eq, Rows.force_eq, Asked.forceFrom_eq, forceList_eq]
    refine AtLeast.totalFrom maximum fun i hi => ?_
    rw [Nat.force_eq]
    have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
    exact atLeast_countMaximum R hT hbits hn hparts hB (Bool.and_left (Bool.and_right h)) (Nat.lt_of_lt_of_le lt hlen) lt
      (hv ▸ hw.judges params hn_eq)

end
end Apart
end Compact
