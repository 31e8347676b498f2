prelude
import Compact.Transformer.Length.Quartic
import Compact.Transformer.Strategy.QuarticRegion
/-! # The length of a quartic proof of a region -/
namespace Compact
namespace Length
noncomputable section

/-- `rowPasses`, and the gaps of its tokens; rows have `r` words. -/
def regionRow (r : Nat) : Nat := Nat.add 14 (Nat.mul 9 r)

/-- `pairPasses` for one query of a region, `needed` tokens having to pass: what is spared, and a row for the first ones and for each of the others. -/
def regionPair (r needed firsts q : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0
    (fun p _ => Nat.add (Nat.add 10 (Nat.mul 8 r)) (Nat.mul (Nat.succ (Nat.sub p (readLane 16 firsts q))) (regionRow r))) needed

/-- What is checked of all maxima and queries, in so many blocks; other tokens are below `ask m - 1`. -/
def region (N : QuarticRegion.Narrow) (t : Tables) (ask : Nat → Nat) (v n blocks : Nat) : Nat :=
  Nat.force (wordsOf N.laneBits v) fun r => Nat.force (sheetPair (N.sheets t) v) fun pair =>
  Nat.add (Nat.mul blocks (sheetBlock (N.sheets t) t.bits v)) (total v fun m => Nat.force m fun m => QuarticRegion.whereAsked 0 (ask m) fun k => (fun firsts =>
    Nat.add (sheetMaximum (N.sheets t) v m) (total (Nat.succ m) fun q => Nat.force q fun q => Bool.rec (motive := fun _ => Nat) 0
      (Nat.add pair (regionPair r (QuarticRegion.needed n q m k) firsts q)) (queried k m q)))
    (nth 0 N.firsts m))

end
end Length

/-- Operations of `QuarticRegion.check`. -/
noncomputable def QuarticRegion.operations (w : Weights) (c : QuarticRegion.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.region c.toNarrow c.toTables
    (fun m => Bool.rec (motive := fun _ => Nat) 0 (QuarticRegion.askGap c.gap m) (Nat.ble c.least m)) v n (fold (fun _ ih => Nat.succ ih) 0 c.blocks))

end Compact
