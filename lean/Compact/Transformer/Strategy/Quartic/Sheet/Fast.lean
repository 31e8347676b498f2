prelude
import Compact.Transformer.Strategy.Quartic.Sheet.Pair
/-!
# Quartic: one query and one maximum, in numbers only

`pairOf` counts what `countPair` counts (`pairOf_eq`), as Lean's kernel likes it: functions of numbers instead of records, so that nothing is
projected; expressions of naturals instead of values that are forced one after the other; nothing forced that thousands of queries and maxima have
in common in its lowest 64 bits.  `walk` goes along the queries of one maximum, where `nth` would begin at the first one each time.
-/
namespace Compact
namespace Sheet
noncomputable section

/-- By how much each lane of `X` is above its lane of `Y`: `lanesMonus` as one expression. -/
def above (tops low X Y : Nat) : Nat :=
  Nat.land (Nat.sub (Nat.add X tops) Y)
    (Nat.sub (Nat.land (Nat.sub (Nat.add X tops) Y) tops) (Nat.shiftRight (Nat.land (Nat.sub (Nat.add X tops) Y) tops) low))

/-- By how much each lane of a row is below its lane at the maximum, and by how much above. -/
def gainRow (L tops one m row : Nat) : Nat := above tops (Nat.sub L 1) (Nat.mul (readLane L row m) one) row
def lossRow (L tops one m row : Nat) : Nat := above tops (Nat.sub L 1) row (Nat.mul (readLane L row m) one)

/-- A class whose positions with the maximum gain `gained`: if its sheet passes, `k` of its planes, which are the bits of `N`. -/
def classEnd (L unit tops full spareBits partBits parts scale loss H J rows N : Nat) (G : Grid) (gained : Nat) (k : Planes → Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (Bool.rec (motive := fun _ => Nat) 0
      (k ⟨Nat.land N G.plane, Nat.land (Nat.shiftRight N rows) G.plane, Nat.land (Nat.shiftRight N (Nat.mul 2 rows)) G.plane,
        Nat.land (Nat.shiftRight N (Nat.mul 3 rows)) G.plane, Nat.land (Nat.shiftRight N (Nat.mul 4 rows)) G.plane⟩)
      (Nat.beq (Nat.land (Nat.add (Nat.add (Nat.mul scale H) (Nat.mul (Nat.sub gained loss)
          (spread G.apart G.mask (Nat.add
            (Nat.add (picked G.bitLanes G.lanes full (Nat.land (Nat.shiftRight N rows) G.plane) J)
              (Nat.mul 2 (picked G.bitLanes G.lanes full (Nat.land (Nat.shiftRight N (Nat.mul 2 rows)) G.plane) J)))
            (Nat.add (Nat.mul 4 (picked G.bitLanes G.lanes full (Nat.land (Nat.shiftRight N (Nat.mul 3 rows)) G.plane) J))
              (Nat.mul 8 (picked G.bitLanes G.lanes full (Nat.land (Nat.shiftRight N (Nat.mul 4 rows)) G.plane) J)))))))
        (Nat.mul (Nat.sub (Nat.pow 2 (Nat.sub L 1)) (Nat.mul scale (Nat.mul 4 unit))) G.all))
          (Nat.mul (spread G.bitRows G.rows (Nat.land N G.plane)) tops))
        (Nat.mul (spread G.bitRows G.rows (Nat.land N G.plane)) tops)))
    (lanesLe tops loss gained && (Nat.ble 1 parts &&
      Nat.ble (Nat.add (Nat.shiftLeft 15 (Nat.add partBits spareBits)) (Nat.mul scale (Nat.mul 8 unit))) (Nat.pow 2 (Nat.sub L 1))))

/-- The class with `i + 1` other tokens, its planes at `place`: `withPlanes`. -/
def classAt (S : Sheets) (L n unit tops full bits shift max gain owned loss low code H J rows : Nat) (G : Grid) (place i : Nat) (k : Planes → Nat) : Nat :=
  classEnd L unit tops full S.spareBits S.partBits (nth 0 S.parts i) (Nat.shiftLeft (nth 0 S.parts i) S.fracBits) loss H J rows
    (Nat.shiftRight code (Nat.mul (Nat.mul 5 rows) place)) G
    (Nat.add (Nat.mul (Nat.shiftRight (Nat.mul (readLane bits low (Nat.sub n (Nat.succ i))) max) shift) gain) owned) k

/-- The classes with other tokens, `count` of them. -/
def classesOf (τ : Tally) (S : Sheets) (L n unit tops full bits m shift max gain owned loss low code H J first rows count : Nat) (G : Grid) : Nat :=
  Bool.rec (motive := fun _ => Nat)
    (total count fun i => Nat.force i fun i =>
      classAt S L n unit tops full bits shift max gain owned loss low (Nat.shiftRight code 1) H J rows G i i fun p =>
        τ.several G m first p (nth 0 S.parts i) (Nat.succ i))
    (Nat.rec (motive := fun _ => Nat) 0 (fun last _ => Nat.force last fun last =>
      classAt S L n unit tops full bits shift max gain owned loss low (Nat.shiftRight code 1) H J rows G 0 last fun p =>
        total (Nat.succ last) fun i => Nat.force i fun i =>
          Bool.rec (motive := fun _ => Nat) 0 (τ.several G m first p (nth 0 S.parts last) (Nat.succ i))
            (Nat.ble (readLane bits low (Nat.sub n (Nat.succ last))) (readLane bits low (Nat.sub n (Nat.succ i))))) count)
    (Nat.beq (Nat.mod code 2) 1)

/-- The parts of what is spared, for the rows of a sheet. -/
def partsRow (L bits heaviest lows greatest N cap first rest : Nat) : Nat :=
  Nat.add (unitPart N cap (Nat.mul heaviest (readLane bits greatest (Nat.sub first 1))))
    (Nat.shiftLeft (packFrom L (fun r => unitPart N cap (Nat.mul heaviest (readLane bits lows (Nat.add first r)))) rest) L)

/-- The sheet of gaps: `least` are those of the tokens that share the first row. -/
def sheetOf (L unit one rowBits m gaps rows base first least : Nat) : Nat :=
  Nat.add (Nat.add least (Nat.shiftLeft (Nat.shiftRight gaps (Nat.mul rowBits first)) rowBits))
    (Nat.mul rows (Nat.sub (Nat.mul (Nat.add (readLane L base m) (Nat.mul 3 unit)) one) base))

/-- The inputs with other tokens; `rest` rows of the sheet are single tokens. -/
def severalOf (τ : Tally) (S : Sheets) (F : Frame) (L n unit one tops full rowBits bits m gaps q base lows low heaviest greatest code shift max gain owned loss
    rest : Nat) (G : Grid) : Nat :=
  Nat.force (Nat.sub m rest) fun first =>
  classesOf τ S L n unit tops full bits m shift max gain owned loss low code (sheetOf L unit one rowBits m gaps G.rows base first (leastGaps F m first))
    (partsRow L bits heaviest lows greatest (Nat.pow 2 (Nat.add shift S.fracBits)) (Nat.sub (Nat.pow 2 S.partBits) 1) first rest)
    first (Nat.succ rest) (Nat.pred (classes n q m)) G

/-- All inputs, from rows of gains and losses. -/
def pairEnd (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (L n unit one tops full rowBits bits m gaps q base lows low heaviest greatest code shift max
    factor gain owned loss : Nat) : Nat :=
  Nat.add (Bool.rec (motive := fun _ => Nat) 0 (τ.alone m) (lanesLe tops loss (Nat.add (Nat.mul factor gain) owned)))
    (Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
      Nat.force (Nat.sub m (readLane 16 (nth 0 S.firsts m) q)) fun rest =>
      Bool.rec (motive := fun _ => Nat) 0
        (severalOf τ S F L n unit one tops full rowBits bits m gaps q base lows low heaviest greatest code shift max gain owned loss rest (nth Grid.none Gs rest))
        (Nat.ble (Nat.succ rest) S.mostRows)) code)

/-- What is lost, whatever the maximum's positions weigh. -/
def lossOf (L one tops m others factor own slack row ownRow : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (Nat.succ factor) (lossRow L tops one m row)) (Nat.mul (Nat.succ own) (lossRow L tops one m ownRow))) (Nat.mul slack others)

/-- All inputs, from the rows of the maximum's paths and of the query's own. -/
def pairRows (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (L n unit one tops full rowBits bits m gaps others q base lows low heaviest greatest code shift
    max factor own slack row ownRow : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (pairEnd τ S F Gs L n unit one tops full rowBits bits m gaps q base lows low heaviest greatest code shift max factor (gainRow L tops one m row)
        (Nat.mul own (gainRow L tops one m ownRow)) (lossOf L one tops m others factor own slack row ownRow))
    (Nat.ble (Nat.add (Nat.mul (Nat.add (Nat.add factor own) 2) (Nat.mul 4 unit)) slack) (Nat.sub (Nat.pow 2 S.spareBits) 1))

/-- All inputs, from the numbers of the maximum and of the query. -/
def pairOne (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (L n unit one tops full rowBits bits m position last token gaps others code q direct lows own
    mass low slack heaviest greatest : Nat) : Nat :=
  Nat.force (readLane 16 (nth 0 S.shifts m) q) fun shift =>
  pairRows τ S F Gs L n unit one tops full rowBits bits m gaps others q (Nat.add direct position) lows low heaviest greatest code shift (readLane bits lows m)
    (Nat.shiftRight (Nat.mul mass (readLane bits lows m)) shift) (Nat.shiftRight own shift) (Nat.succ (Nat.shiftRight (readLane bits slack m) shift))
    (Nat.add token (Nat.add direct position)) (Nat.add (nth 0 F.rows q) (Nat.add direct last))

/-- The inputs of one query and one maximum: `countPair`. -/
def pairOf (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (M : Most) (bits code : Nat) (A : Asked) : Nat :=
  Frame.rec (motive := fun _ => Nat) (fun L _ n unit rowBits one tops full _ _ =>
  Most.rec (motive := fun _ => Nat) (fun m position last token gaps others =>
  Asked.rec (motive := fun _ => Nat) (fun q direct lows own mass low slack heaviest greatest =>
  pairOne τ S F Gs L n unit one tops full rowBits bits m position last token gaps others code q direct lows own mass low slack heaviest greatest) A) M) F

/-- The inputs of one maximum and the next `left` queries, of which `f` may change something; where `codes` has none for a query, its code is 0. -/
def walk (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (M : Most) (bits : Nat) (f : Asked → Asked) (As : List Asked) : List Nat → Nat → Nat :=
  List.rec (motive := fun _ => List Nat → Nat → Nat) (fun _ _ => 0) (fun A _ ih codes left => Nat.rec (motive := fun _ => Nat) 0
    (fun left _ => List.rec (motive := fun _ => Nat) (Nat.add (τ.query A.q (pairOf τ S F Gs M bits 0 (f A))) (ih [] left))
      (fun code codes _ => Nat.add (τ.query A.q (pairOf τ S F Gs M bits code (f A))) (ih codes left)) codes) left) As

end

/-! ## The same count -/

theorem above_eq (tops low X Y : Nat) : above tops low X Y = lanesMonus tops low X Y := by
  unfold lanesMonus
  rw [Nat.force_eq]
  rfl

section
variable (τ : Tally) (S : Sheets) (F : Frame) (G : Grid) (A : Asked) (bits m code H J first rows : Nat) (shift max gain owned loss : Nat)

theorem classAt_eq (place i : Nat) (k : Planes → Nat) :
    classAt S F.L F.n F.unit F.tops F.full bits shift max gain owned loss A.low code H J rows G place i k =
      withPlanes S F G ⟨shift, max, gain, owned, loss⟩ A bits rows code H J place i k := by
  unfold classAt classEnd withPlanes Planes.read passes
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine congrArg (fun x => Bool.rec (motive := fun _ => Nat) 0 x _) (Eq.trans ?_ (Nat.force_eq _ _).symm)
  show _ = Bool.rec (motive := fun _ => Nat) 0 _ (Nat.force _ fun want => Nat.beq _ want)
  rw [Nat.force_eq]
  rfl

/-- The classes with other tokens, as `countPair` counts them. -/
theorem classesOf_eq (count : Nat) :
    classesOf τ S F.L F.n F.unit F.tops F.full bits m shift max gain owned loss A.low code H J first rows count G =
      Nat.force (Nat.shiftRight code 1) fun planes => Bool.rec (motive := fun _ => Nat)
        (total count fun i => Nat.force i fun i => countClass τ S F G ⟨shift, max, gain, owned, loss⟩ A bits m first rows planes H J i)
        (Nat.rec (motive := fun _ => Nat) 0 (fun last _ => Nat.force last fun last =>
          countClasses τ S F G ⟨shift, max, gain, owned, loss⟩ A bits m first rows planes H J last) count)
        (Nat.beq (Nat.mod code 2) 1) := by
  rw [Nat.force_eq]
  unfold classesOf
  cases Nat.beq (Nat.mod code 2) 1 with
  | false =>
    refine total_congr fun i _ => ?_
    rw [Nat.force_eq, Nat.force_eq]
    exact classAt_eq S F G A bits _ H J rows shift max gain owned loss i i _
  | true =>
    cases count with
    | zero => rfl
    | succ last =>
      show Nat.force last _ = Nat.force last _
      rw [Nat.force_eq, Nat.force_eq]
      exact classAt_eq S F G A bits _ H J rows shift max gain owned loss 0 last _

end

theorem around_rows {α : Type} (F : Frame) (m row : Nat) (k : Nat → Nat → α) :
    around F m row k = k (gainRow F.L F.tops F.one m row) (lossRow F.L F.tops F.one m row) := by
  unfold around gainRow lossRow
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, above_eq, above_eq]

/-- `pairOf` counts what `countPair` counts. -/
theorem pairOf_eq (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (M : Most) (bits code : Nat) (A : Asked) :
    pairOf τ S F Gs M bits code A = countPair τ S F Gs M bits code A := by
  show pairOne τ S F Gs F.L F.n F.unit F.one F.tops F.full F.rowBits bits M.m M.position M.last M.token M.gaps M.others code A.q A.direct A.lows A.own
    A.mass A.low A.slack A.heaviest A.greatest = _
  unfold pairOne pairRows countPair
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine congrArg (fun x => Bool.rec (motive := fun _ => Nat) 0 x _) ?_
  refine Eq.trans ?_ (around_rows ..).symm
  refine Eq.trans ?_ (around_rows ..).symm
  refine Eq.trans ?_ (Nat.force_eq _ _).symm
  refine Eq.trans ?_ (Nat.force_eq _ _).symm
  unfold pairEnd
  refine congrArg (Nat.add _) ?_
  cases code with
  | zero => rfl
  | succ code =>
    show Nat.force _ _ = Nat.force _ _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
    refine congrArg (fun x => Bool.rec (motive := fun _ => Nat) 0 x _) ?_
    unfold severalOf
    rw [Nat.force_eq, Nat.force_eq]
    refine Eq.trans ?_ (Nat.force_eq _ _).symm
    refine Eq.trans ?_ (Nat.force_eq _ _).symm
    refine Eq.trans ?_ (Nat.force_eq _ _).symm
    refine Eq.trans ?_ (Nat.force_eq _ _).symm
    exact classesOf_eq ..

/-- `walk` goes along the queries, in order. -/
theorem walk_eq (τ : Tally) (S : Sheets) (F : Frame) (Gs : List Grid) (M : Most) (bits : Nat) (f : Asked → Asked) {A : Nat → Asked} (hA : ∀ q, (A q).q = q)
    {n left : Nat} (h : left ≤ n) (q : Nat) (codes : List Nat) : walk τ S F Gs M bits f (List.tabulateFrom q n A) codes left =
      total left fun i => τ.query (q + i) (countPair τ S F Gs M bits (codes.getD i 0) (f (A (q + i)))) := by
  induction n generalizing q codes left with
  | zero =>
    match left, h with
    | 0, _ => rfl
  | succ n ih =>
    match left, h with
    | 0, _ => rfl
    | left + 1, h =>
      have step (code : Nat) (codes : List Nat) : Nat.add (τ.query (A q).q (pairOf τ S F Gs M bits code (f (A q))))
          (walk τ S F Gs M bits f (List.tabulateFrom (q + 1) n A) codes left) = τ.query (q + 0) (countPair τ S F Gs M bits code (f (A (q + 0)))) +
            total left fun i => τ.query (q + (i + 1)) (countPair τ S F Gs M bits (codes.getD i 0) (f (A (q + (i + 1))))) := by
        rw [pairOf_eq, hA, ih (Nat.le_of_succ_le_succ h)]
        refine congrArg (fun x => τ.query q (countPair τ S F Gs M bits code (f (A q))) + x) (total_congr fun i _ => ?_)
        rw [Nat.add_assoc, Nat.add_comm 1]
      rw [total_succ']
      cases codes with
      | nil => exact step 0 []
      | cons code codes => exact step code codes

end Sheet
end Compact
