prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.Quartic
/-! # The length of a quartic proof -/
namespace Compact
namespace Length
noncomputable section

/-- `Frame.of` and `Asked.of`, for each block: rows of `v` lanes. -/
def sheetBlock (v : Nat) : Nat := Nat.mul 17 (Nat.mul v v)

/-- `Grid.of`, for all numbers of rows. -/
def sheetGrids (v : Nat) : Nat := Nat.mul 4 (Nat.mul v (Nat.mul v v))

/-- `Most.of`, and `leastGaps` for all numbers of tokens. -/
def sheetMaximum (v m : Nat) : Nat := Nat.add (Nat.mul 12 v) (Nat.mul m (Nat.mul 21 v))

/-- `countPair`, without classes. -/
def sheetPair (v : Nat) : Nat := Nat.add 20 (Nat.mul 44 v)

/-- The sheet of gaps, and `unitParts`. -/
def sheetGaps (v rows : Nat) : Nat := Nat.add (Nat.mul 6 v) (Nat.mul rows (Nat.add (Nat.mul 5 v) 8))

/-- `countClass` for `c` other tokens: `passes` and what moves lanes apart, planes, and a power of a sum of 16 terms. -/
def sheetClass (v rows c : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 7 v) (Nat.mul rows (Nat.add (Nat.mul 12 v) 75))) (Nat.mul 128 (Nat.mul c c))

/-- What is counted from sheets, for all maxima and queries, in so many blocks. -/
def sheets (S : Sheet.Sheets) (v n blocks : Nat) : Nat :=
  Nat.add (Nat.mul blocks (Nat.add (sheetBlock v) (sheetGrids v))) (total v fun m => Nat.force m fun m => (fun codes firsts =>
    Nat.add (sheetMaximum v m) (total (Nat.succ m) fun q => Nat.force q fun q => Nat.add (sheetPair v)
      (Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.force (Nat.succ (Nat.sub m (readLane 16 firsts q))) fun rows =>
        Nat.add (sheetGaps v rows) (total (Nat.pred (classes n q m)) fun i => Nat.force i fun i => sheetClass v rows (Nat.succ i))) (nth 0 codes q))))
    (nth [] S.planes m) (nth 0 S.firsts m))

end
end Length

/-- Operations of `Quartic.check`. -/
noncomputable def Quartic.operations (w : Weights) (c : Quartic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Length.tables w c.toParams) (Length.sheets c.toSheets v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks))

end Compact
