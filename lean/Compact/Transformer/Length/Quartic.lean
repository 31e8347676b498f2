prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Quartic
/-! # The length of a quartic proof -/
namespace Compact
namespace Length
noncomputable section

/-- `Frame.of` and `Asked.of`, for each block: rows of `v` lanes, and running maxima, which take as many steps as `v` has digits. -/
def sheetBlock (v : Nat) : Nat := Nat.mul (Nat.add 9 (Nat.mul 9 (Nat.succ (Nat.log2 v)))) (Nat.mul v v)

/-- `Grid.of`, for each number of rows. -/
def sheetGrids (v most : Nat) : Nat := Nat.mul 4 (Nat.mul v (Nat.mul most most))

/-- `Most.of`, and `leastGaps` for all numbers of tokens. -/
def sheetMaximum (v m : Nat) : Nat := Nat.add (Nat.mul 12 v) (Nat.mul m (Nat.mul 21 v))

/-- `countPair`, without classes. -/
def sheetPair (v : Nat) : Nat := Nat.add 20 (Nat.mul 44 v)

/-- The sheet of gaps, and one part for each row. -/
def sheetGaps (v rows : Nat) : Nat := Nat.add (Nat.mul 6 v) (Nat.mul rows (Nat.add (Nat.mul 5 v) 8))

/-- `withPlanes`: `passes` and what moves lanes apart, and planes. -/
def sheetTest (v rows : Nat) : Nat := Nat.add (Nat.mul 7 v) (Nat.mul rows (Nat.add (Nat.mul 12 v) 75))

/-- `Tally.several` for `c` other tokens: a power of a sum of 16 terms. -/
def sheetPower (c : Nat) : Nat := Nat.mul 128 (Nat.mul c c)

/-- One query and one maximum, with a code that is not 0. -/
def sheetClasses (v last code rows : Nat) : Nat :=
  Nat.add (sheetGaps v rows) (Nat.add (Nat.mul (Bool.rec (motive := fun _ => Nat) last 1 (Nat.beq (Nat.mod code 2) 1)) (sheetTest v rows))
    (total last fun i => sheetPower (Nat.succ i)))

/-- What is counted from sheets, for all maxima and queries, in so many blocks. -/
def sheets (S : Sheet.Sheets) (v n blocks : Nat) : Nat :=
  Nat.add (Nat.mul blocks (Nat.add (sheetBlock v) (sheetGrids v S.mostRows))) (total v fun m => Nat.force m fun m => (fun codes firsts =>
    Nat.add (sheetMaximum v m) (total (Nat.succ m) fun q => Nat.force q fun q => Nat.add (sheetPair v)
      (Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.force (Nat.succ (Nat.sub m (readLane 16 firsts q))) fun rows =>
        sheetClasses v (Nat.pred (classes n q m)) (nth 0 codes q) rows) (nth 0 codes q))))
    (nth [] S.planes m) (nth 0 S.firsts m))

end
end Length

/-- Operations of `Quartic.check`. -/
noncomputable def Quartic.operations (w : Weights) (c : Quartic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Length.tables w c.toParams) (Length.sheets c.toSheets v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks))

end Compact
