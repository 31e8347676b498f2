prelude
import Compact.Transformer.Length.HeadsQuartic
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.HeadsCubic
/-! # The length of a cubic proof for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsCubic
noncomputable section

/-- `HeadsQuartic.headCheck` of one head. -/
def headLength (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.add (Nat.mul HeadsQuartic.folding (HeadsQuartic.cells w.d_vocab w.n_ctx (Nat.succ w.d_model) (Nat.succ w.d_head)))
    (Length.tables (w.headAt c.cellBits 0) c.toParams)

/-- `shortOk`, for each lane; `leadsOk` of one head, for each lane. -/
def shortRow : Nat := 7
def leadRow : Nat := 6

/-- `withLack` of one head: for each token, and once; `HeadLack.spare` of one head. -/
def lackOfToken : Nat := 8
def lackOnce : Nat := 6
def spareOfHead : Nat := 8

/-- `countLevel`: of one head, for each token, and the sum. -/
def levelOfHead : Nat := 5
def levelOnce : Nat := 3

/-- A class with `c` other tokens, in which `count` levels are distinguished. -/
def classLength (c : Certificate) (count m k : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul spareOfHead c.heads) (HeadsQuartic.powers c.parts k))
    (Nat.mul count (Nat.mul m (Nat.add (Nat.mul levelOfHead c.heads) levelOnce)))

/-- The levels of a class, of `count` in all. -/
def levelsOf (count k : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => count) k) k

/-- One query and one maximum, if anything is counted. -/
def pairLength (c : Certificate) (count v n m q : Nat) : Nat :=
  Nat.add (Nat.mul v (Nat.add (Nat.mul (Nat.add HeadsQuartic.rowsOfHead leadRow) c.heads) HeadsQuartic.rowsOnce))
    (Nat.add (Nat.mul c.heads (Nat.add (Nat.mul lackOfToken m) lackOnce))
      (total (classes n q m) fun k => Nat.force k fun k => Nat.force (levelsOf count k) fun count => classLength c count m k))

/-- Operations of `HeadsCubic.check`: rows of `v` lanes, or of `m`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count =>
  Nat.add (Nat.mul c.heads (headLength w c))
    (total v fun m => Nat.force m fun m =>
      Nat.add (Nat.mul c.heads (Nat.mul (Nat.succ (Nat.mul 2 m)) (Nat.mul shortRow v)))
      (total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
        Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pairLength c count v n m q) shares))

end
end HeadsCubic
end Transformer
end Compact
