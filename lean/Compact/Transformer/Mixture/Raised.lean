prelude
import Compact.Transformer.Mixture.Block
import Compact.Transformer.Classes.RaisedTables
/-!
# Counting with leads, for a margin

The count of `Block.lean`, with leads that are checked against raised direct paths (`Transformer/Classes/RaisedTables.lean`): for each
maximum `Δ` is added to every other output.  What is counted is answered correctly by the margin.  No raised row is written down: what is added to
a row when its leads are tested is added to that (`checkRaised_eq`).
-/
namespace Compact
namespace Mixture
noncomputable section

/-- The rows that leads are compared with, with the same added to each row with a direct path. -/
def raisedRows (R : Leads.Rows) (X : Nat) : Leads.Rows := ⟨R.token, Tables.addRows X R.direct, Tables.addRows X R.own, R.toToken, R.toDirect⟩

/-- `Leads.check`, for these rows (`X` is what is added, `P` the row that stands for all positions). -/
def checkRaised (M : Leads) (L width m one P X : Nat) (R : Leads.Rows) : Bool :=
  (Lane.of L one m).force fun lane => Nat.force (Leads.bits width) fun b => Nat.force (bump L (Leads.zero width) m) fun lift =>
  (Leads.ahead lane b m (Nat.add (Nat.add P R.toToken) lift) M.token R.token &&
    Leads.ahead lane b m (Nat.add X (Nat.add R.toDirect lift)) M.direct R.direct) &&
  (Leads.ahead lane b m (Nat.add X lift) M.own R.own &&
    Leads.ahead lane b m (Nat.add X (Nat.add (Nat.add (nth 0 R.token m) P) lift)) M.self R.direct)

/-- `countMaximum`, for these rows. -/
def countRaisedAt {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (s : CountSetup) (one : Nat) (R : Leads.Rows)
    (Qs : List Asking) (m X : Nat) : Nat :=
  (C.get m).force fun M => Bool.rec (motive := fun _ => Nat) 0 (countQueries F s Qs m M)
    (Nat.force (nth 0 t.position m) fun P => checkRaised M s.bits t.width m one P X R)

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`; none where raised rows are too wide. -/
def countRaised {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (lv : Levels) (sizeBits classBits Δ lo len : Nat) : Nat :=
  (CountSetup.of t lv sizeBits classBits).force fun s => Nat.force (ones t.bits t.v) fun one =>
  (Leads.rows t one C.base).force fun R => Asking.forceFrom t F.extra (Nat.add lo len) 0 fun Qs =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 t.width) 1) one) fun mask =>
  total len fun i => Nat.force (Nat.add lo i) fun m => Nat.force (t.raiseLanes one Δ m) fun X =>
    Bool.rec (motive := fun _ => Nat) 0 (countRaisedAt F t C s one R Qs m X) (fold (fun row ih => lanesWithin mask (Nat.add row X) && ih) true R.direct)

/-- The check of one block: at least `bound` inputs. -/
def raisedCheck {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (lv : Levels) (sizeBits classBits Δ lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) &&
    (Nat.ble 1 t.n && (Nat.ble 1 lv.parts && Nat.ble (Nat.succ (Nat.pow t.v t.n)) (Nat.pow 2 lv.countBits)))) &&
  ((t.mayRaise Δ && Leads.baseFits t.width (ones t.bits t.v) C.base) && Nat.ble bound (countRaised F t C lv sizeBits classBits Δ lo len))

end

/-- What is added to rows may as well be added to what is added to them. -/
theorem ahead_addRows (l : Lane) (b m extra N X : Nat) (rows : List Nat) :
    Leads.ahead l b m (Nat.add X extra) N rows = Leads.ahead l b m extra N (Tables.addRows X rows) := by
  unfold Leads.ahead
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  exact congrArg (Nat.beq · 0) (same _ _ _)
where
  same (rows : List Nat) (k N : Nat) : Leads.failures l.shift l.base l.top l.one l.mask (Nat.add X extra) b (Nat.pow 2 b) rows k N =
      Leads.failures l.shift l.base l.top l.one l.mask extra b (Nat.pow 2 b) (Tables.addRows X rows) k N := by
    induction rows generalizing k N with
    | nil => rfl
    | cons row rows ih =>
      cases k with
      | zero => rfl
      | succ k =>
        show Nat.add (Leads.failure _ _ _ _ _ (X + extra) row _) (Leads.failures _ _ _ _ _ _ _ _ rows k _) =
          Nat.add (Leads.failure _ _ _ _ _ extra (row + X) _) (Leads.failures _ _ _ _ _ _ _ _ (Tables.addRows X rows) k _)
        rw [ih]
        have e (d : Nat) : Leads.failure l.shift l.base l.top l.one l.mask (X + extra) row d = Leads.failure l.shift l.base l.top l.one l.mask extra (row + X) d :=
          congrArg (fun Y => Leads.failure l.shift l.base l.top l.one l.mask 0 Y d) (Nat.add_assoc row X extra).symm
        exact congrArg (Nat.add · _) (e _)

/-- So no raised row has to be written down. -/
theorem checkRaised_eq (M : Leads) (L width m one P X : Nat) (R : Leads.Rows) :
    checkRaised M L width m one P X R = M.check L width m one P (raisedRows R X) := by
  unfold checkRaised Leads.check
  rw [Lane.force_eq, Nat.force_eq, Nat.force_eq, Lane.force_eq, Nat.force_eq, Nat.force_eq, ahead_addRows _ _ _ _ M.direct X, ahead_addRows _ _ _ _ M.own X,
    ahead_addRows _ _ _ _ M.self X]
  rfl

theorem countRaisedAt_eq {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (s : CountSetup) (one : Nat) (R : Leads.Rows)
    (Qs : List Asking) (m X : Nat) : countRaisedAt F t C s one R Qs m X = countMaximum F t C s one (raisedRows R X) Qs m := by
  unfold countRaisedAt countMaximum
  rw [Leads.force_eq, Leads.force_eq, Nat.force_eq, Nat.force_eq, checkRaised_eq]

/-- The rows that are too wide are the same. -/
theorem within_addRows (mask X : Nat) (rows : List Nat) :
    fold (fun row ih => lanesWithin mask (Nat.add row X) && ih) true rows = Tables.allWithin mask (Tables.addRows X rows) := by
  induction rows with
  | nil => rfl
  | cons row rows ih => exact congrArg (lanesWithin mask (Nat.add row X) && ·) ih

/-- The rows with raised direct paths are those of the raised tables. -/
theorem rows_raised (t : Tables) {Δ m : Nat} (room : t.Room Δ) (base : Nat) :
    raisedRows (Leads.rows t (ones t.bits t.v) base) (t.raiseLanes (ones t.bits t.v) Δ m) = Leads.rows (t.raised Δ m) (ones t.bits t.v) base := by
  unfold raisedRows
  have own : Tables.addRows (t.raiseLanes (ones t.bits t.v) Δ m) (Leads.rows t (ones t.bits t.v) base).own =
      (Leads.rows (t.raised Δ m) (ones t.bits t.v) base).own := by
    show mapFold _ (tabulateFold (Margins.ownRow t) t.v 0) = tabulateFold (Margins.ownRow (t.raised Δ m)) t.v 0
    rw [tabulateFold_eq, tabulateFold_eq]
    have len : (mapFold (fun row => Nat.add row (t.raiseLanes (ones t.bits t.v) Δ m)) (List.tabulateFrom 0 t.v (Margins.ownRow t))).length = t.v :=
      (length_mapFold _ _).trans List.length_tabulateFrom
    refine List.ext_getD 0 (len.trans List.length_tabulateFrom.symm) fun q hq => ?_
    rw [len] at hq
    rw [getD_mapFold _ _ (List.length_tabulateFrom.symm ▸ hq) 0 0, List.getD_tabulateFrom 0 hq, List.getD_tabulateFrom 0 hq, Nat.zero_add]
    show nth 0 t.direct q + nth 0 t.token q + t.last + _ = nth 0 (mapFold _ t.direct) q + nth 0 t.token q + t.last
    rw [nth_eq, nth_eq, nth_eq, getD_mapFold _ _ (Nat.lt_of_lt_of_le hq room.rows) 0 0]
    exact regroup _ _ _ _
  rw [own]
  rfl
where
  regroup (a b c x : Nat) : a + b + c + x = a + x + b + c := by ring [a, b, c, x]

/-- The check of a block is sound: its inputs are answered correctly by the margin. -/
theorem raised_sound (R : Type) [ExpField R] {δ : Type} {F : Method δ} {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (hF : ∀ direct, F.Sound (t.withDirect direct)) (tables : t.check w params e = true) {num bits Δ : Nat}
    (units : unitsFit w params num bits Δ = true) (C : LeadTable) (lv : Levels) (sizeBits classBits lo len bound : Nat)
    (h : raisedCheck F t C lv sizeBits classBits Δ lo len bound = true) :
    AtLeast bound fun x => CorrectBy R (dyadic R num bits) w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have fits := Bool.and_left h
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left fits))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fits))
  have hn := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right fits))
  have hparts := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right fits)))
  have hB := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right fits)))
  have more := Bool.and_left (Bool.and_right h)
  have room := Tables.room_of_mayRaise (Bool.and_left more)
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) ?_
  unfold countRaised
  rw [CountSetup.force_eq, Nat.force_eq, Leads.Rows.force_eq, Asking.forceFrom_eq, Nat.force_eq]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  rw [Nat.force_eq, Nat.force_eq]
  have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  have hm : lo + i < t.v := Nat.lt_of_lt_of_le lt hlen
  rw [countRaisedAt_eq, within_addRows]
  show AtLeast (Bool.rec (motive := fun _ => Nat) 0 (countMaximum F t C _ _ (raisedRows (Leads.rows t (ones t.bits t.v) C.base) _) _ _)
    (Tables.allWithin _ (raisedRows (Leads.rows t (ones t.bits t.v) C.base) (t.raiseLanes (ones t.bits t.v) Δ (lo + i))).direct)) _
  rw [rows_raised t room]
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn_eq⟩, _, hT⟩ =>
    cases narrow : Tables.allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ (lo + i)).direct with
    | false =>
      show AtLeast (Bool.rec (motive := fun _ => Nat) 0 _ (Tables.allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ (lo + i)).direct)) _
      rw [narrow]
      exact AtLeast.zero
    | true =>
      show AtLeast (Bool.rec (motive := fun _ => Nat) 0 _ (Tables.allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ (lo + i)).direct)) _
      rw [narrow]
      have describe := hT.raised room hm ((hw.length_directRows params).trans hv) (fun q hq => (hw.length_directRow params (hv.symm ▸ hq)).trans hv) narrow
      have judges := hw.judges_raised (R := R) (m := lo + i) hn_eq units
      rw [hv] at judges
      exact atLeast_countMaximum R (t := t.raised Δ (lo + i)) (hF _) describe hbits hn hparts hB (Bool.and_right more) hm lt judges

end Mixture
end Compact
