prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Mixture.Block
/-!
# The length of counting with leads
-/
namespace Compact
namespace Length
noncomputable section

/-- `Leads.check`, for all maxima: four rows for each token up to the maximum, seven operations a lane. -/
def leads (v : Nat) : Nat := Nat.mul 28 (Nat.mul v (pairs v))

/-- `Mixture.queryFast` and the test of the class without other tokens. -/
def spare : Nat := 22

/-- `Mixture.classAt` for `c` other tokens: `each` operations for each of `count` levels; the power of a sum with so many
terms, of which `parts + 1` digits are of use, and the sum of these. -/
def class_ (each count parts c : Nat) : Nat := Nat.add (Nat.add (Nat.add 18 (Nat.mul count each)) (Nat.succ parts))
  (Nat.mul 2 (Nat.mul count (Nat.add count (Nat.mul (Nat.sub c 2) (Nat.succ parts)))))

/-- `class_`, with one level where there is one other token only. -/
def classOf (each count parts c : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (class_ each 1 parts 1) (fun _ _ => class_ each count parts c) (Nat.pred c)

/-- Counting for all maxima; `each m` operations for each level, `more m` for each query. -/
def counted (v n : Nat) (lv : Levels) (each more : Nat → Nat) : Nat :=
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 lv.levels) fun count => total v fun m => Nat.force m fun m =>
  Nat.add (Nat.mul (Nat.succ m) (Nat.add (Nat.add spare (more m)) (total (Nat.pred n) fun i => classOf (each m) count lv.parts (Nat.succ i))))
    (classOf (each m) count lv.parts n)

end
end Length
end Compact
