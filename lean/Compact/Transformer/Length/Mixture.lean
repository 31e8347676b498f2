prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Length.Tables
import Compact.Transformer.Mixture.Block
/-!
# The length of counting with leads
-/
namespace Compact
namespace Length
noncomputable section

/-- `Leads.check`, for all maxima: four families of rows, a row for each token up to the maximum, four operations a row; and what is
made once for each maximum or query. -/
def leads (L v : Nat) : Nat :=
  Nat.force (wordsOf L v) fun row => Nat.add (Nat.mul (Nat.mul 4 (pairs v)) (Nat.add (Nat.mul 4 row) 6)) (Nat.mul v (Nat.add (Nat.mul 12 row) 20))

/-- Running maxima of the factors of each query, and running minima of leads. -/
def running (L v : Nat) : Nat :=
  Nat.add (Nat.mul v (Nat.add (Nat.mul (Nat.add (Nat.mul 7 (rounds v)) 3) (wordsOf L v)) 12)) (Nat.mul 2 (pairs v))

/-- `Mixture.queryFast` and the test of the class without other tokens. -/
def spare (L : Nat) : Nat := Nat.add (Nat.mul 20 (wordsOf L 1)) 12

/-- `Mixture.classAt` for `c` other tokens, with so many levels: what it spares, `each` operations for each level and a power of it, and the power
of their sum, of which `parts + 1` digits are of use. -/
def class_ (L countBits parts each count c : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 8 (wordsOf L 1)) 12)
    (Nat.add (Nat.mul count (Nat.add each (Nat.mul 4 (wordsOf countBits (Nat.succ parts))))) (Nat.mul 3 (wordsOf (Nat.mul countBits (Nat.succ parts)) c)))

/-- `class_`, with one level where there is one other token only. -/
def classOf (L countBits parts each count c : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (class_ L countBits parts each 1 1) (fun _ _ => class_ L countBits parts each count c) (Nat.pred c)

/-- Counting for all maxima; `each m` operations for each level, `more m` for each query. -/
def counted (L v n : Nat) (lv : Levels) (each more : Nat → Nat) : Nat :=
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 lv.levels) fun count => total v fun m => Nat.force m fun m => Nat.force (each m) fun each =>
  Nat.add (Nat.mul (Nat.succ m) (Nat.add (Nat.add (spare L) (more m)) (total (Nat.pred n) fun i => classOf L lv.countBits lv.parts each count (Nat.succ i))))
    (classOf L lv.countBits lv.parts each count n)

/-- What the tokens below `m` lack, in lanes of `W` bits (`Lacks.lacksFrom`), and how many lack no more than a threshold (`countAtMost`). -/
def lacks (W m : Nat) : Nat := Nat.add (Nat.mul 3 m) (Nat.add (joined W m) 4)
def lackLevel (W m : Nat) : Nat := Nat.add 14 (Nat.mul 3 (wordsOf W m))

end
end Length
end Compact
