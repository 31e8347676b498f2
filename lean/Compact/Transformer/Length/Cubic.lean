prelude
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.Cubic
/-! # The length of a cubic proof -/
namespace Compact
namespace Length
noncomputable section

/-- `Apart.gradesFrom` and `Apart.spareRow`, for each token below the maximum; two operations are on a power of so many digits. -/
def apart (countBits parts : Nat) : Nat := Nat.add 19 (Nat.mul 2 (Nat.succ (Nat.div (Nat.mul countBits parts) 256)))

/-- `Apart.counted` but for its tokens. -/
def apartPair : Nat := 64

/-- `Apart.classesOf`: the class with `c` other tokens, of levels up to `parts + 1`, of which `parts + 1` digits are of use, and the sum of these. -/
def apartClass (parts c : Nat) : Nat := Nat.add (Nat.succ parts) (Nat.mul (Nat.mul 2 (Nat.sub c 1)) (Nat.succ parts))

/-- `Apart.countBlock`, for all maxima. -/
def apartCount (v n countBits parts : Nat) : Nat :=
  Nat.add (total v fun m => Nat.force m fun m =>
    Nat.add (Nat.mul (Nat.succ m) (Nat.add (Nat.add apartPair (Nat.mul (apart countBits parts) m)) (total (Nat.pred n) fun i => apartClass parts (Nat.succ i))))
      (apartClass parts n))
    (Nat.mul 4 (Nat.mul v v))

end
end Length

/-- Operations of `Cubic.check`. -/
noncomputable def Cubic.operations (w : Weights) (c : Cubic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v)) (Length.apartCount v n c.countBits c.parts)

end Compact
