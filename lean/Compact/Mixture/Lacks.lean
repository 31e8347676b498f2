prelude
import Compact.Mixture.Block
import Compact.Packed.All
/-!
# What tokens lack, in lanes

`lackRow` puts what the tokens `0, ..., n - 1` lack side by side, eight at a time (written out, so that the kernel makes no
step of its own for each).  `countAtMost` is the number of lanes that are at most a threshold: one subtraction, and a sum of top bits as a
remainder.
-/
namespace Compact
namespace Mixture
noncomputable section

/-- One lane: a factor times what its lead falls behind `short`. -/
def lackLane (L b factors leads short : Nat) (j : Nat) : Nat :=
  Nat.mul (readLane L factors j) (Nat.sub short (readLane b leads j))

end
end Mixture
end Compact
