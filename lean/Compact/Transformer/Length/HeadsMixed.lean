prelude
import Compact.Transformer.Length.HeadsCubic
import Compact.Transformer.Strategy.HeadsMixed
/-! # The length of a proof by prefixes, or mixed, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsMixed
noncomputable section
open Compact.Length (wordsOf rounds)

/-- Running maxima of a row of `v` lanes of `L` bits (`Prefix.greatestOf`). -/
def running (L v : Nat) : Nat := Nat.add (Nat.mul (Nat.add (Nat.mul 7 (rounds v)) 3) (wordsOf L v)) 12

/-- `sizeIf`. -/
def testLength (heads : Nat) : Nat := Nat.add (Nat.mul 10 heads) 12

/-- One query and one maximum, in the way that is named. -/
def pairLength (heads L W countBits parts count r n m q code way : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (HeadsQuartic.pairLength heads countBits parts r n m q code) (fun way _ =>
    Nat.rec (motive := fun _ => Nat) (HeadsCubic.pairLength heads L W countBits parts count r n m q)
      (fun _ _ => Nat.force (testLength heads) fun each => HeadsCubic.pairOf heads L W countBits parts count r n m q 0 each)
      way) way

/-- Operations of `HeadsMixed.check`: rows of `v` lanes, or of `m`; running maxima of factors in each block, and of shortfalls. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (wordsOf c.bits v) fun r =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count => Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.force c.heads fun heads => Nat.force c.parts fun parts => Nat.force c.countBits fun countBits => Nat.force c.bits fun L =>
  Nat.force (HeadsCubic.lackBits c.toHeadsTables) fun W => Nat.force (HeadsCubic.shortBits c.toHeadsTables) fun b =>
  Nat.add (Nat.add (Nat.mul heads (Nat.add (Nat.add (Length.given (w.headAt c.cellBits 0) c.toParams c.cellBits L c.argBits blocks)
      (HeadsCubic.shortLength v r)) (Nat.add (Nat.mul (Nat.mul blocks v) (running L v)) (total v fun m => running b m))))
    (HeadsQuartic.firstLength heads v r))
    (total v fun m => Nat.force m fun m =>
      total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
        Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.force (nth 0 (nth [] c.ways m) q) fun way =>
          pairLength heads L W countBits parts count r n m q (nth 0 (nth [] c.tokenLevels m) q) way) shares)

end
end HeadsMixed
end Transformer
end Compact
