prelude
import Compact.Transformer.Length.HeadsTables
import Compact.Transformer.Strategy.HeadsQuartic
/-! # The length of a quartic proof for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsQuartic
noncomputable section
open Compact.Length (wordsOf)

/-- `allMargin`, `withRows` and `rowsOk` of one query and one maximum; a row has `r` words. -/
def rowsLength (heads r : Nat) : Nat := Nat.add (Nat.mul r (Nat.add (Nat.mul 21 heads) 11)) (Nat.add (Nat.mul 24 heads) 20)

/-- The power of a sum of levels, and its low digits; the power of one level. -/
def powers (countBits parts k : Nat) : Nat := Nat.add 8 (Nat.mul 3 (wordsOf (Nat.mul countBits (Nat.succ parts)) k))
def level (countBits parts : Nat) : Nat := wordsOf countBits (Nat.succ parts)

/-- `tokenOk` of all heads, and what its level takes. -/
def tokenLength (heads r level : Nat) : Nat := Nat.add (Nat.mul heads (Nat.add (Nat.mul 8 r) 8)) (Nat.add (Nat.mul 2 level) 5)

/-- The comparisons of so many tokens in one class. -/
def classLength (heads r level tokens : Nat) : Nat :=
  Nat.add (Nat.mul heads (Nat.add (Nat.mul 8 r) 10)) (Nat.mul tokens (tokenLength heads r level))

/-- One query and one maximum, if anything is counted: an odd code says that one class decides for all, its first tokens compared at
once. -/
def pairLength (heads countBits parts r n m q code : Nat) : Nat :=
  Nat.force (level countBits parts) fun level =>
  Nat.add (Nat.add (rowsLength heads r)
    (Bool.rec (motive := fun _ => Nat) (Nat.mul (classLength heads r level m) (classes n q m))
      (Nat.force (Nat.sub m (Nat.mod (Nat.shiftRight code 1) 65536)) fun rest => classLength heads r level (Nat.succ rest))
      (Nat.beq (Nat.mod code 2) 1)))
    (total (classes n q m) fun k => Nat.force k fun k => powers countBits parts k)

/-- The rows and factors that stand for first tokens, of all maxima and heads. -/
def firstLength (heads v r : Nat) : Nat :=
  Nat.mul heads (Nat.add (Nat.mul (Nat.div (Nat.mul v (Nat.sub v 1)) 2) (Nat.add (Nat.mul 7 r) 2)) (Nat.mul 2 (Nat.mul v v)))

/-- Operations of `HeadsQuartic.check`. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (wordsOf c.bits v) fun r =>
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.add (Nat.add (Nat.mul c.heads (Length.given (w.headAt c.cellBits 0) c.toParams c.cellBits c.bits c.argBits blocks)) (firstLength c.heads v r))
    (total v fun m => Nat.force m fun m =>
      total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
      Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pairLength c.heads c.countBits c.parts r n m q (nth 0 (nth [] c.levels m) q)) shares)

end
end HeadsQuartic
end Transformer
end Compact
