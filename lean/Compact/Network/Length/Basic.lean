prelude
import Compact.Network.Outer
import Compact.Network.Symmetry
import Compact.Packed.Words
/-!
# How long a proof about a network is

`docs/length.md` says what is counted: lanes are narrow, and many of them are in one number of 256 digits.
-/
namespace Compact
namespace Network
namespace Length
noncomputable section

/-- What a matrix of `r` rows and `c` columns costs before it can be used: nothing, or a product. -/
def matrix (r c : Nat) : Matrix → Nat
  | .stored _ => 0
  | .product d _ _ => Nat.mul 2 (Nat.mul r (Nat.mul d c))

/-- `Table.group`: tests of all pairs, and one more for each generator. -/
def group (n : Nat) (generators : List Nat) : Nat := Nat.mul (Nat.mul n n) (Nat.add 4 generators.length)

/-- `integers`: products, scaling, biases. -/
def integers (w : Weights) : Nat :=
  Nat.add (Nat.add (matrix w.order w.width w.W_L) (matrix w.order w.width w.W_R))
    (Nat.add (matrix w.width w.order w.W_U) (Nat.mul 2 (Nat.mul w.order w.width)))

/-- `spread` of a row of `c` weights into lanes of `L` bits: six operations in each round. -/
def spread (L c : Nat) : Nat := Nat.add (Nat.mul (Nat.succ (Nat.mul 6 (Nat.succ (Nat.log2 c)))) (Compact.Length.wordsOf L c)) 8

/-- `pairs`: how many pairs are looked at. -/
def looks (half n : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (Nat.div (Nat.mul n (Nat.succ n)) 2) (Nat.mul n n) (Nat.beq half 0)

/-- `mayHalve`: two products and a comparison for each pair, if only half of the pairs are looked at. -/
def symmetry (half n : Nat) : Nat := Nat.mul half (Nat.mul 3 (Nat.mul n n))

/-- What is found out once, and what each pair takes besides its rows. -/
def once : Nat := 40
def pair : Nat := 14

/-- What is asked of the table and of the weights. -/
def shared (w : Weights) (generators : List Nat) (half : Nat) : Nat :=
  Nat.add (Nat.add (group w.order generators) (symmetry half w.order)) (integers w)

end
end Length
end Network
end Compact
