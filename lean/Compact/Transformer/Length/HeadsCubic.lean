prelude
import Compact.Transformer.Length.HeadsQuartic
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.HeadsCubic
/-! # The length of a cubic proof for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsCubic
noncomputable section

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

/-- A class with `k` other tokens, in which `count` levels are distinguished, each of which takes `each`. -/
def classLength (heads parts count each k : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul spareOfHead heads) (HeadsQuartic.powers parts k)) (Nat.mul count each)

/-- The levels of a class, of `count` in all. -/
def levelsOf (count k : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => count) k) k

/-- One query and one maximum, if anything is counted, and if what is lacked is known of `among` tokens. -/
def pairOf (heads parts count v n m q among each : Nat) : Nat :=
  Nat.add (Nat.mul v (Nat.add (Nat.mul (Nat.add HeadsQuartic.rowsOfHead leadRow) heads) HeadsQuartic.rowsOnce))
    (Nat.add (Nat.mul heads (Nat.add (Nat.mul lackOfToken among) lackOnce))
      (total (classes n q m) fun k => Nat.force k fun k => Nat.force (levelsOf count k) fun count => classLength heads parts count each k))

/-- The same, if tokens are counted by their numbers. -/
def pairLength (heads parts count v n m q : Nat) : Nat :=
  Nat.force (Nat.mul m (Nat.add (Nat.mul levelOfHead heads) levelOnce)) fun each => pairOf heads parts count v n m q m each

/-- The shortfalls of one maximum, of all heads. -/
def shortLength (heads v m : Nat) : Nat := Nat.mul heads (Nat.mul (Nat.succ (Nat.mul 2 m)) (Nat.mul shortRow v))

/-- Operations of `HeadsCubic.check`: rows of `v` lanes, or of `m`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count =>
  Nat.add (Nat.mul c.heads (HeadsQuartic.headLength w c.toParams c.cellBits))
    (total v fun m => Nat.force m fun m =>
      Nat.add (shortLength c.heads v m)
      (total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
        Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pairLength c.heads c.parts count v n m q) shares))

end
end HeadsCubic
end Transformer
end Compact
