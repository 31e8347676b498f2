prelude
import Compact.Network.Symmetry
/-!
# How long a proof about a network is

Operations on naturals, each lane of a packed row counted (`Compact/Transformer/Length/Basic.lean` says what is counted).  What
is done once for the whole check is counted once, although each block does it again.  The constants were counted by hand from
the definitions that are named with them; no claim rests on a length.
-/
namespace Compact
namespace Network
namespace Length
noncomputable section

/-- What a matrix of `r` rows and `c` columns costs before it can be used: nothing, or a product. -/
def matrix (r c : Nat) : Matrix → Nat
  | .stored _ => 0
  | .product d _ _ => Nat.mul 2 (Nat.mul r (Nat.mul d c))

/-- `Table.group`: four tests of all pairs, and one more for each generator. -/
def group (n : Nat) (generators : List Nat) : Nat := Nat.mul (Nat.mul n n) (Nat.add 8 (Nat.mul 4 generators.length))

/-- `integers`: products, scaling, biases. -/
def integers (w : Weights) : Nat :=
  Nat.add (Nat.add (matrix w.order w.width w.W_L) (matrix w.order w.width w.W_R))
    (Nat.add (matrix w.width w.order w.W_U) (Nat.mul 2 (Nat.mul w.order w.width)))

/-- `spread`, for each weight: six operations in each round. -/
def spread (c : Nat) : Nat := Nat.mul 6 (Nat.succ (Nat.log2 c))

/-- `pairs`: how many pairs are looked at. -/
def looks (half n : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (Nat.div (Nat.mul n (Nat.succ n)) 2) (Nat.mul n n) (Nat.beq half 0)

/-- `mayHalve`: two products and a comparison for each pair, if only half of the pairs are looked at. -/
def symmetry (half n : Nat) : Nat := Nat.mul half (Nat.mul 9 (Nat.mul n n))

/-- `Setup.above`, for each lane. -/
def test : Nat := 4

end
end Length
end Network
end Compact
