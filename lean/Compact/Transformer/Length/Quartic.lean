prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Quartic
/-! # The length of a quartic proof -/
namespace Compact
namespace Length
noncomputable section

/-- Bits of a row of a sheet, and of a row's room for powers. -/
def rowBits (S : Sheet.Sheets) (v : Nat) : Nat := Nat.mul S.laneBits (Nat.succ v)
def powerBits (S : Sheet.Sheets) : Nat := Nat.mul 16 S.countBits

/-- `Frame.of` and `Asked.of`, for each block: rows of `v` lanes in narrow lanes, and running maxima in lanes of `L` bits. -/
def sheetBlock (S : Sheet.Sheets) (L v : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (Nat.mul 2 v) (joined S.laneBits v)) (joined (rowBits S v) v))
    (Nat.mul v (Nat.add (Nat.mul (Nat.add (Nat.mul 7 (rounds v)) 3) (wordsOf L v)) 12))

/-- `Grid.of`, for each number of rows. -/
def sheetGrids (S : Sheet.Sheets) (v : Nat) : Nat :=
  Nat.add (Nat.mul 14 (joined (rowBits S v) S.mostRows)) (Nat.mul 7 (joined (powerBits S) S.mostRows))

/-- `Most.of`, and `leastGaps` for all numbers of tokens. -/
def sheetMaximum (S : Sheet.Sheets) (v m : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 2 (joined S.laneBits v)) (Nat.mul 7 (wordsOf (rowBits S v) m)))
    (Nat.add (Nat.mul m (Nat.add (Nat.mul 7 (wordsOf S.laneBits v)) 2)) (Nat.add (Nat.mul 2 (wordsOf S.laneBits v)) 20))

/-- `pairOf`, without classes. -/
def sheetPair (S : Sheet.Sheets) (v : Nat) : Nat := Nat.add 25 (Nat.mul 29 (wordsOf S.laneBits v))

/-- The sheet of gaps, and one part for each row. -/
def sheetGaps (S : Sheet.Sheets) (v rows : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 3 (wordsOf (rowBits S v) rows)) (Nat.mul 4 (wordsOf S.laneBits v))) (Nat.add (Nat.mul 10 rows) (joined S.laneBits rows))

/-- `classAt`, and the powers of its tokens. -/
def sheetTest (S : Sheet.Sheets) (v rows : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 8 (wordsOf (rowBits S v) rows)) (Nat.mul 12 (wordsOf S.laneBits rows)))
    (Nat.add (Nat.mul 5 (wordsOf S.laneBits v)) (Nat.add (Nat.mul 14 (wordsOf (powerBits S) rows)) 14))

/-- `Tally.several` for `c` other tokens: a power, and its low digits. -/
def sheetPower (S : Sheet.Sheets) (c : Nat) : Nat := Nat.add 20 (Nat.mul 3 (wordsOf (powerBits S) c))

/-- One query and one maximum, with a code that is not 0. -/
def sheetClasses (S : Sheet.Sheets) (v last code rows : Nat) : Nat :=
  Nat.add (sheetGaps S v rows) (Nat.add (Nat.mul (Bool.rec (motive := fun _ => Nat) last 1 (Nat.beq (Nat.mod code 2) 1)) (sheetTest S v rows))
    (total last fun i => sheetPower S (Nat.succ i)))

/-- What is counted from sheets, for all maxima and queries, in so many blocks; tables have lanes of `L` bits. -/
def sheets (S : Sheet.Sheets) (L v n blocks : Nat) : Nat :=
  Nat.force (sheetPair S v) fun pair =>
  Nat.add (Nat.mul blocks (Nat.add (sheetBlock S L v) (sheetGrids S v))) (total v fun m => Nat.force m fun m => (fun codes firsts =>
    Nat.add (sheetMaximum S v m) (total (Nat.succ m) fun q => Nat.force q fun q => Nat.add pair
      (Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.force (Nat.succ (Nat.sub m (readLane 16 firsts q))) fun rows =>
        sheetClasses S v (Nat.pred (classes n q m)) (nth 0 codes q) rows) (nth 0 codes q))))
    (nth [] S.planes m) (nth 0 S.firsts m))

end
end Length

/-- Operations of `Quartic.check`. -/
noncomputable def Quartic.operations (w : Weights) (c : Quartic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.sheets c.toSheets c.bits v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks))

end Compact
