prelude
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.Cubic
/-! # The length of a cubic proof -/
namespace Compact
namespace Length
noncomputable section

/-- `Apart.gradesFrom`, for each token below the maximum: its level, and a power of it. -/
def apartToken (L countBits parts : Nat) : Nat := Nat.add 11 (Nat.add (Nat.mul 2 (wordsOf L 1)) (Nat.mul 2 (wordsOf countBits (Nat.add parts 2))))

/-- `Apart.counted` but for its tokens: what is spared, and a row for the outputs of `m` tokens. -/
def apartPair (L m : Nat) : Nat := Nat.add (Nat.add (Nat.mul 22 (wordsOf L 1)) 26) (Nat.mul 9 (wordsOf L m))

/-- `Apart.classesOf`: the class with `c` other tokens, of levels up to `parts + 1`. -/
def apartClass (countBits parts c : Nat) : Nat := Nat.add 5 (Nat.mul 3 (wordsOf (Nat.mul countBits (Nat.succ parts)) c))

/-- `Apart.rows` and `tallFrom`, for each maximum. -/
def apartMaximum (L v : Nat) : Nat := Nat.add (Nat.add (Nat.mul 3 v) (joined L v)) (Nat.add (Nat.mul 4 (wordsOf L v)) 10)

/-- `Apart.countBlock`, for all maxima. -/
def apartCount (L v n countBits parts : Nat) : Nat :=
  Nat.force (apartToken L countBits parts) fun token => Nat.force (total (Nat.pred n) fun i => apartClass countBits parts (Nat.succ i)) fun classes =>
  Nat.add (Nat.mul v (Nat.add (apartMaximum L v) (apartClass countBits parts n)))
    (total v fun m => Nat.force m fun m => Nat.mul (Nat.succ m) (Nat.add (Nat.add (apartPair L m) (Nat.mul token m)) classes))

end
end Length

/-- Operations of `Cubic.check`. -/
noncomputable def Cubic.operations (w : Weights) (c : Cubic.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.leads c.bits v)) (Length.apartCount c.bits v n c.countBits c.parts)

end Compact
