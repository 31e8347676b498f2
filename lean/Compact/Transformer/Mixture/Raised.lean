prelude
import Compact.Transformer.Mixture.Block
import Compact.Transformer.Classes.RaisedTables
/-!
# Counting with leads, for a margin

The count of `Block.lean`, with leads that are checked against raised direct paths (`Transformer/Classes/RaisedTables.lean`): for each
maximum `Δ` is added to every other output.  What is counted is answered correctly by the margin.
-/
namespace Compact
namespace Mixture
noncomputable section

/-- The rows that leads are compared with, with the same added to each row with a direct path. -/
def raiseRows (R : Leads.Rows) (X : Nat) (k : Leads.Rows → Nat) : Nat :=
  forceList (Tables.addRows X R.direct) fun direct => forceList (Tables.addRows X R.own) fun own => k ⟨R.token, direct, own, R.toToken, R.toDirect⟩

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`; none where raised rows are too wide. -/
def countRaised {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (lv : Levels) (sizeBits classBits Δ lo len : Nat) : Nat :=
  (CountSetup.of t lv sizeBits classBits).force fun s => Nat.force (ones t.bits t.v) fun one =>
  (Leads.rows t one C.base).force fun R => Asking.forceFrom t F.extra (Nat.add lo len) 0 fun Qs =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 t.width) 1) one) fun mask =>
  total len fun i => Nat.force (Nat.add lo i) fun m => Nat.force (t.raiseLanes one Δ m) fun X => raiseRows R X fun R =>
    Bool.rec (motive := fun _ => Nat) 0 (countMaximum F t C s one R Qs m) (Tables.allWithin mask R.direct)

/-- The check of one block: at least `bound` inputs. -/
def raisedCheck {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (lv : Levels) (sizeBits classBits Δ lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) &&
    (Nat.ble 1 t.n && (Nat.ble 1 lv.parts && Nat.ble (Nat.succ (Nat.pow t.v t.n)) (Nat.pow 2 lv.countBits)))) &&
  ((t.mayRaise Δ && Leads.baseFits t.width (ones t.bits t.v) C.base) && Nat.ble bound (countRaised F t C lv sizeBits classBits Δ lo len))

end

/-- The rows with raised direct paths are those of the raised tables. -/
theorem rows_raised (t : Tables) {Δ m : Nat} (room : t.Room Δ) (base : Nat) (k : Leads.Rows → Nat) :
    raiseRows (Leads.rows t (ones t.bits t.v) base) (t.raiseLanes (ones t.bits t.v) Δ m) k = k (Leads.rows (t.raised Δ m) (ones t.bits t.v) base) := by
  unfold raiseRows
  rw [forceList_eq, forceList_eq]
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
  refine of_eq (rows_raised t room C.base _) ?_
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
where
  of_eq {N N' : Nat} {P : List Nat → Prop} (e : N = N') (h : AtLeast N' P) : AtLeast N P := e ▸ h

end Mixture
end Compact
