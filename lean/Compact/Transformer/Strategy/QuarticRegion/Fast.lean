prelude
import Compact.Transformer.Strategy.QuarticRegion.Check
/-!
# Quartic, for a region: one query and one maximum, in numbers only

`pairOf` is what `pairPasses` is (`pairOf_eq`), as Lean's kernel likes it, for the reasons that `Quartic/Sheet/Fast.lean` gives: functions of numbers
instead of records, and expressions of naturals instead of values that are forced one after the other.
-/
namespace Compact
namespace QuarticRegion
noncomputable section

/-- `rowPasses`, `c` being the factor of the row. -/
def rowOf (L unit one tops spareBits K H c : Nat) : Bool :=
  Nat.ble (Nat.add (Nat.mul c (Nat.mul 8 unit)) (Nat.pow 2 spareBits)) (Nat.pow 2 (Nat.sub L 1)) &&
    lanesLe tops (Nat.mul (Nat.mul c (Nat.mul 4 unit)) one) (Nat.add (Nat.mul c H) K)

/-- `gapsOf` -/
def gapRow (L one m C row : Nat) : Nat := Nat.sub (Nat.mul (Nat.add (readLane L row m) C) one) row

/-- The rows of the tokens up to `p`, the last `rest` of them one by one. -/
def rowsOf (N : Narrow) (F : Sheet.Frame) (L unit one tops bits m p shift lows greatest W K base rest : Nat) (rows : List Nat) : Bool :=
  Nat.force (Nat.sub p rest) fun last =>
  rowOf L unit one tops N.spareBits K (Nat.add (Sheet.leastGaps F m (Nat.succ last)) base) (Nat.succ (Nat.shiftRight (Nat.mul W (readLane bits greatest last)) shift)) &&
    allBelow rest fun i => Nat.force (Nat.add (Nat.succ last) i) fun s =>
      rowOf L unit one tops N.spareBits K (Nat.add (gapRow L one m unit (nth 0 rows s)) base) (Nat.succ (Nat.shiftRight (Nat.mul W (readLane bits lows s)) shift))

/-- `tokensPass` -/
def tokensOf (N : Narrow) (F : Sheet.Frame) (L unit one tops bits m q p shift lows greatest loss gained base W : Nat) (rows : List Nat) : Bool :=
  lanesLe tops loss gained && Nat.force (Nat.sub p (readLane 16 (nth 0 N.firsts m) q)) fun rest =>
    rowsOf N F L unit one tops bits m p shift lows greatest W (Nat.sub gained loss) (gapRow L one m (Nat.mul 3 unit) base) rest rows

/-- All inputs, from rows of gains and losses. -/
def pairEnd (N : Narrow) (F : Sheet.Frame) (L n unit one tops bits m k q base lows low mass greatest shift max gain owned loss : Nat) (rows : List Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool) (lanesLe tops loss (gainedBy shift max gain owned mass))
    (fun p _ => Nat.force p fun p => Nat.force (readLane bits low (Nat.sub n (Nat.pred (classes n q m)))) fun U =>
      tokensOf N F L unit one tops bits m q p shift lows greatest loss (gainedBy shift max gain owned U) base (Nat.sub mass U) rows)
    (needed n q m k)

/-- All inputs, from the rows of the maximum's paths and of the query's own. -/
def pairRows (N : Narrow) (F : Sheet.Frame) (L n unit one tops bits m k others q base lows low mass greatest shift max factor own slack row ownRow : Nat)
    (rows : List Nat) : Bool :=
  Nat.ble (Nat.add (Nat.mul (Nat.add (Nat.add factor own) 2) (Nat.mul 4 unit)) slack) (Nat.sub (Nat.pow 2 N.spareBits) 1) &&
    pairEnd N F L n unit one tops bits m k q base lows low mass greatest shift max (Sheet.gainRow L tops one m row)
      (Nat.mul own (Sheet.gainRow L tops one m ownRow)) (Sheet.lossOf L one tops m others factor own slack row ownRow) rows

/-- All inputs, from the numbers of the maximum and of the query. -/
def pairOne (N : Narrow) (F : Sheet.Frame) (L n unit one tops bits k m position last token others q direct lows own mass low slack greatest : Nat)
    (rows : List Nat) : Bool :=
  Nat.force (readLane 16 (nth 0 N.shifts m) q) fun shift =>
  pairRows N F L n unit one tops bits m k others q (Nat.add direct position) lows low mass greatest shift (readLane bits lows m)
    (Nat.shiftRight (Nat.mul mass (readLane bits lows m)) shift) (Nat.shiftRight own shift) (Nat.succ (Nat.shiftRight (readLane bits slack m) shift))
    (Nat.add token (Nat.add direct position)) (Nat.add (nth 0 rows q) (Nat.add direct last)) rows

/-- Do all inputs of one query and one maximum pass whose other tokens are below `k`?  `pairPasses` -/
def pairOf (N : Narrow) (F : Sheet.Frame) (M : Sheet.Most) (bits k : Nat) (A : Sheet.Asked) : Bool :=
  Sheet.Frame.rec (motive := fun _ => Bool) (fun L _ n unit _ one tops _ rows _ =>
  Sheet.Most.rec (motive := fun _ => Bool) (fun m position last token _ others =>
  Sheet.Asked.rec (motive := fun _ => Bool) (fun q direct lows own mass low slack _ greatest =>
  pairOne N F L n unit one tops bits k m position last token others q direct lows own mass low slack greatest rows) A) M) F

/-- Do all inputs of one maximum pass whose other tokens are below `k`, with each query of the region? -/
def maximumPasses (N : Narrow) (F : Sheet.Frame) (M : Sheet.Most) (bits k : Nat) (As : List Sheet.Asked) : Bool :=
  fold (fun A ih => (Bool.rec (motive := fun _ => Bool) true (pairOf N F M bits k A) (queried k M.m A.q)) && ih) true As

/-- Go on with the bound of the tokens that may be in an input with this maximum, which `asked` is one more than; else with nothing. -/
def whereAsked {α : Type} (nothing : α) (asked : Nat) (k : Nat → α) : α := Nat.rec (motive := fun _ => α) nothing (fun b _ => Nat.force b k) asked

/-- Do all inputs that are asked for pass, with the maxima `lo, ..., lo + len - 1`? -/
def blockPasses (t : Tables) (N : Narrow) (ask : Nat → Nat) (lo len : Nat) : Bool :=
  Nat.force (Nat.add lo len) fun count => Nat.force t.bits fun bits =>
  forceList (Sheet.tokenRows t (N.sheets t)) fun rows => (Sheet.Frame.of t (N.sheets t) rows).force fun F => Sheet.Asked.forceFrom t (N.sheets t) count 0 fun As =>
  allBelow len fun i => Nat.force (Nat.add lo i) fun m => whereAsked true (ask m) fun k => (Sheet.Most.of t F m).force fun M => maximumPasses N F M bits k As

/-- The check of one block of maxima: everything passes, and there are at least `bound` inputs of the region.  Of an input with the maximum `m`, other
tokens are below `ask m - 1`; nothing is asked where `ask m` is 0. -/
def blockCheck (t : Tables) (N : Narrow) (ask : Nat → Nat) (lo len bound : Nat) : Bool :=
  Sheet.hasRoom t (N.sheets t) lo len && (blockPasses t N ask lo len &&
    Nat.ble bound (total len fun i => Nat.force (Nat.add lo i) fun m => whereAsked 0 (ask m) fun k => regionCount t.n k m))

end

theorem rowOf_eq (F : Sheet.Frame) (spareBits shift W K H e : Nat) :
    rowOf F.L F.unit F.one F.tops spareBits K H (Nat.succ (Nat.shiftRight (Nat.mul W e) shift)) = rowPasses F spareBits shift W K H e :=
  (Nat.force_eq _ _).symm

theorem allBelow_congr {n : Nat} {f g : Nat → Bool} (h : ∀ i, f i = g i) : allBelow n f = allBelow n g := by
  induction n with
  | zero => rfl
  | succ n ih =>
    show (f n && allBelow n f) = (g n && allBelow n g)
    rw [h, ih]

theorem tokensOf_eq (N : Narrow) (F : Sheet.Frame) (A : Sheet.Asked) (m bits p shift loss gained base W : Nat) :
    tokensOf N F F.L F.unit F.one F.tops bits m A.q p shift A.lows A.greatest loss gained base W F.rows =
      tokensPass N F m bits p shift loss gained base W A := by
  unfold tokensOf tokensPass rowsOf
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, rowOf_eq]
  refine congrArg (lanesLe F.tops loss gained && ·) (congrArg (rowPasses F N.spareBits shift W _ _ _ && ·) ?_)
  refine allBelow_congr fun i => ?_
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, rowOf_eq]
  rfl

/-- `pairOf` is `pairPasses`. -/
theorem pairOf_eq (N : Narrow) (F : Sheet.Frame) (M : Sheet.Most) (bits k : Nat) (A : Sheet.Asked) : pairOf N F M bits k A = pairPasses N F M bits k A := by
  show pairOne N F F.L F.n F.unit F.one F.tops bits k M.m M.position M.last M.token M.others A.q A.direct A.lows A.own A.mass A.low A.slack A.greatest F.rows = _
  unfold pairOne pairRows pairPasses
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine congrArg (Nat.ble _ _ && ·) ?_
  rw [Sheet.around_rows, Sheet.around_rows, Nat.force_eq, Nat.force_eq]
  unfold pairEnd
  show Nat.rec (motive := fun _ => Bool) _ _ (needed F.n A.q M.m k) = Nat.rec (motive := fun _ => Bool) _ _ (needed F.n A.q M.m k)
  cases needed F.n A.q M.m k with
  | zero => rfl
  | succ p =>
    show Nat.force p _ = Nat.force p _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    exact tokensOf_eq ..

end QuarticRegion
end Compact
