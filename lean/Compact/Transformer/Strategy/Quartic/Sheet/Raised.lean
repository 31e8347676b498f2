prelude
import Compact.Transformer.Classes.RaisedTables
import Compact.Transformer.Strategy.Quartic.Sheet
/-!
# Quartic: sheets for a margin

For each maximum the direct path of every query favours all other outputs by the margin (`Classes/RaisedTables.lean`).  Nothing else of what is made
for a block of maxima depends on that: a row is added to the direct path of a query when it is asked, and the rest is made once for the block.
-/
namespace Compact
namespace Sheet
noncomputable section

/-- The query with a row added to its direct path. -/
def Asked.raise (A : Asked) (X : Nat) : Asked := { A with direct := Nat.add A.direct X }

/-- What the inputs of one maximum count for, with a row added to all direct paths. -/
def countRaised (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (bits : Nat) (As : List Asked) (M : Most) (X : Nat) : Nat :=
  walk τ S F Gs M bits (fun A => A.raise X) As (nth [] S.planes M.m) (Nat.succ M.m)

/-- The inputs of the maxima `lo, ..., lo + len - 1`, for a margin of `Δ` units; none where raised rows are too wide. -/
def raisedBlock (t : Tables) (S : Sheets) (Δ lo len : Nat) : Nat :=
  forceList (tokenRows t S) fun rows => (Frame.of t S rows).force fun F => Asked.forceFrom t S (Nat.add lo len) 0 fun As =>
  Grid.forceFrom F S.countBits S.mostRows 1 fun Gs => Nat.force (ones t.bits t.v) fun one =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 t.width) 1) one) fun mask =>
  total len fun i => Nat.force (Nat.add lo i) fun m => (Most.of t F m).force fun M =>
    Bool.rec (motive := fun _ => Nat) 0 (Nat.force (Nat.mul Δ M.others) fun X => countRaised (Tally.plain S t.n) S F Gs t.bits As M X)
      (Nat.force (t.raiseLanes one Δ m) fun X => Tables.allWithin mask (Tables.addRows X t.direct))

/-- The check of one block: at least `bound` inputs are counted. -/
def raisedCheck (t : Tables) (S : Sheets) (Δ lo len bound : Nat) : Bool :=
  hasRoom t S lo len && (t.mayRaise Δ && Nat.ble bound (raisedBlock t S Δ lo len))

end

section
variable {t : Tables} {S : Sheets} {T : Enclosure} {Δ m : Nat}

/-- Lanes have as much room for raised tables. -/
theorem Fits.raised (G : Fits t S) : Fits (t.raised Δ m) S :=
  ⟨G.n_pos, G.lane, G.bits, G.prec, G.v_lane, G.v_power, G.spare, G.part, G.count⟩

/-- Raising the row of a query is asking raised tables. -/
theorem Asked.raise_eq (G : Fits t S) (hT : t.Describe T) (hT' : (t.raised Δ m).Describe (T.raised Δ m)) (hm : m < t.v)
    (rows : T.directRow.length = t.v) (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v) {q : Nat} (hq : q < t.v) :
    (Asked.of t S q).raise (Nat.mul Δ (Most.of t (Frame.of t S (tokenRows t S)) m).others) = Asked.of (t.raised Δ m) S q := by
  have others : (Most.of t (Frame.of t S (tokenRows t S)) m).others = pack S.laneBits t.v fun j => if j = m then 0 else 1 := by
    show Nat.sub (Frame.of t S (tokenRows t S)).one _ = _
    rw [G.one_eq (tokenRows t S)]
    exact others_eq hm
  have row : Nat.add (narrowRow t.bits S.laneBits t.v (nth 0 t.direct q)) (Nat.mul Δ (Most.of t (Frame.of t S (tokenRows t S)) m).others) =
      narrowRow t.bits S.laneBits t.v (nth 0 (t.raised Δ m).direct q) := by
    have high : narrowRow t.bits S.laneBits t.v (nth 0 (t.raised Δ m).direct q) = pack S.laneBits t.v ((T.raised Δ m).direct q) :=
      narrow_direct (t := t.raised Δ m) G.raised hT' hq
    rw [high, narrow_direct G hT hq, others]
    show _ + Δ * pack S.laneBits t.v _ = _
    rw [mul_pack, pack_add]
    refine pack_congr _ fun j hj => ?_
    rw [Enclosure.direct_raised (rows.symm ▸ hq) ((cols q hq).symm ▸ hj)]
    unfold Compact.raise
    by_cases e : j = m
    case pos => rw [ite_eq_left e, ite_eq_left e, Nat.mul_zero]
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.mul_one]
  unfold Asked.raise
  show Asked.mk _ (Nat.add (narrowRow t.bits S.laneBits t.v (nth 0 t.direct q)) _) _ _ _ _ _ _ _ = _
  rw [row]
  rfl

/-- The check of a block is sound: its inputs are answered correctly by the margin. -/
theorem raised_sound (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness}
    (tables : t.check w params e = true) {num bits : Nat} (units : unitsFit w params num bits Δ = true)
    (lo len bound : Nat) (h : raisedCheck t S Δ lo len bound = true) :
    AtLeast bound fun x => CorrectBy R (dyadic R num bits) w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have fits := Bool.and_left h
  have G := Fits.of_room fits
  have hv := le_of_room fits
  have may := Tables.room_of_mayRaise (Bool.and_left (Bool.and_right h))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) ?_
  unfold raisedBlock
  rw [forceList_eq, Frame.force_eq, Asked.forceFrom_eq, Grid.forceFrom_eq, Nat.force_eq, Nat.force_eq]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  rw [Nat.force_eq, Most.force_eq]
  have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  have hm : lo + i < t.v := Nat.lt_of_lt_of_le lt hv
  match Tables.describe R tables with
  | ⟨hw, ⟨hv_eq, hn⟩, _, hT⟩ =>
    rw [Nat.force_eq, Nat.force_eq]
    cases narrow : Tables.allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ (lo + i)).direct with
    | false =>
      show AtLeast (Bool.rec (motive := fun _ => Nat) 0 _ (Tables.allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ (lo + i)).direct)) _
      rw [narrow]
      exact AtLeast.zero
    | true =>
      show AtLeast (Bool.rec (motive := fun _ => Nat) 0 _ (Tables.allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ (lo + i)).direct)) _
      rw [narrow]
      have rows := (hw.length_directRows params).trans hv_eq
      have cols := fun q (hq : q < t.v) => (hw.length_directRow params (hv_eq.symm ▸ hq)).trans hv_eq
      have describe := hT.raised may hm rows cols narrow
      have judges := hw.judges_raised (R := R) (m := lo + i) hn units
      rw [hv_eq] at judges
      refine of_eq (μ := Measure.plain) ?_ (counts_maximum (Measure.plain_fits G.raised) G.raised describe hm lt judges)
      unfold countRaised countMaximum
      refine (walk_eq _ S _ _ _ _ (fun A => A.raise _) (A := Asked.of t S) (fun _ => rfl) (Nat.succ_le_of_lt lt) 0 _).trans ?_
      refine Eq.trans ?_ (walk_eq _ S _ _ _ _ (fun A => A) (A := Asked.of (t.raised Δ (lo + i)) S) (fun _ => rfl) (Nat.succ_le_of_lt lt) 0 _).symm
      refine total_congr fun q hq => ?_
      have hqv : q < t.v := Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.le_of_lt_succ hq) lt) hv
      rw [Nat.zero_add]
      exact congrArg (fun A => (Tally.plain S t.n).query q (countPair (Tally.plain S t.n) S (Frame.of t S (tokenRows t S))
        (List.tabulateFrom 1 S.mostRows (Grid.of (Frame.of t S (tokenRows t S)) S.countBits)) (Most.of t (Frame.of t S (tokenRows t S)) (lo + i)) t.bits
        ((nth [] S.planes (lo + i)).getD q 0) A)) (Asked.raise_eq G hT describe hm rows cols hqv)

end
end Sheet
end Compact
