prelude
import Compact.Transformer.Length.HeadsCubic
import Compact.Transformer.Strategy.HeadsMixed
/-! # The length of a proof by prefixes, or mixed, for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsMixed
noncomputable section

/-- `sizeIf`: of one head, and once for each level. -/
def testOfHead : Nat := 10
def testOnce : Nat := 12

/-- One query and one maximum, in the way that is named. -/
def pairLength (heads parts count v n m q code way : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (HeadsQuartic.pairLength heads parts v n m q code) (fun way _ =>
    Nat.rec (motive := fun _ => Nat) (HeadsCubic.pairLength heads parts count v n m q)
      (fun _ _ => Nat.force (Nat.add (Nat.mul testOfHead heads) testOnce) fun each => HeadsCubic.pairOf heads parts count v n m q 0 each)
      way) way

/-- Operations of `HeadsMixed.check`: rows of `v` lanes, or of `m`; running maxima of factors in each block, and of shortfalls. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count => Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.force c.heads fun heads => Nat.force c.parts fun parts => Nat.force (Length.slacks v) fun running =>
  Nat.add (Nat.add (Nat.mul heads (Nat.add (HeadsQuartic.headLength w c.toParams c.cellBits) (Nat.mul blocks (Nat.mul v (Nat.mul v running)))))
    (HeadsQuartic.firstLength heads v))
    (total v fun m => Nat.force m fun m =>
      Nat.add (Nat.add (HeadsCubic.shortLength heads v m) (Nat.mul heads (Nat.mul m running)))
      (total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
        Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.force (nth 0 (nth [] c.ways m) q) fun way =>
          pairLength heads parts count v n m q (nth 0 (nth [] c.tokenLevels m) q) way) shares))

end
end HeadsMixed
end Transformer
end Compact
