prelude
import Compact.Transformer.Length.HeadsQuartic
import Compact.Transformer.Strategy.HeadsCubic
/-! # The length of a cubic proof for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsCubic
noncomputable section
open Compact.Length (wordsOf joined)

/-- `withLack` of one head, of `among` tokens, what they lack in lanes of `W` bits. -/
def lackLength (W among : Nat) : Nat := Nat.add (Nat.mul 3 among) (Nat.add (joined W among) 12)

/-- The levels of a class, of `count` in all. -/
def levelsOf (count k : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => count) k) k

/-- A class with `k` other tokens: `HeadLack.spare` of all heads, in lanes of `L` bits; the power; and levels, each of which takes `each`. -/
def classLength (heads L countBits parts count each k : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (Nat.mul 8 heads) (wordsOf L 1)) (HeadsQuartic.powers countBits parts k))
    (Nat.mul (levelsOf count k) (Nat.add each (HeadsQuartic.level countBits parts)))

/-- One query and one maximum, if anything is counted, and if what is lacked is known of `among` tokens; rows have `r` words. -/
def pairOf (heads L W countBits parts count r n m q among each : Nat) : Nat :=
  Nat.add (Nat.add (HeadsQuartic.rowsLength heads r) (Nat.mul heads (Nat.mul 5 r)))
    (Nat.add (Nat.mul heads (lackLength W among))
      (total (classes n q m) fun k => Nat.force k fun k => classLength heads L countBits parts count each k))

/-- The same, if tokens are counted by their numbers (`countLevel`). -/
def pairLength (heads L W countBits parts count r n m q : Nat) : Nat :=
  Nat.force (Nat.add (Nat.mul heads (Nat.add 5 (Nat.mul 3 (wordsOf W m)))) 6) fun each => pairOf heads L W countBits parts count r n m q m each

/-- The shortfalls of all maxima, of one head (`shortsOk`). -/
def shortLength (v r : Nat) : Nat := Nat.mul (Nat.mul v v) (Nat.add (Nat.mul 7 r) 2)

/-- Operations of `HeadsCubic.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (wordsOf c.bits v) fun r =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.levels) fun count => Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.force (lackBits c.toHeadsTables) fun W =>
  Nat.add (Nat.mul c.heads (Nat.add (Length.given (w.headAt c.cellBits 0) c.toParams c.cellBits c.bits c.argBits blocks) (shortLength v r)))
    (total v fun m => Nat.force m fun m =>
      total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
        Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pairLength c.heads c.bits W c.countBits c.parts count r n m q) shares)

end
end HeadsCubic
end Transformer
end Compact
