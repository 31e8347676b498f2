prelude
import Compact.Transformer.Chain.Fast
import Compact.Transformer.Length.Basic
/-!
# The length of products of packed matrices

A chain of grids (`Chain/Grid.lean`) is followed by its sizes alone: how many rows and columns each factor has, and how wide its lanes are.  What is
counted is what `Chain.encloseGrids` does with such a chain.
-/
namespace Compact
namespace Length
noncomputable section

/-- The sizes of a `Grid`: rows, columns, bits of a lane and what entries are shifted up by. -/
structure GridSize where
  rows : Nat
  columns : Nat
  bits : Nat
  off : Nat

namespace GridSize

/-- Evaluate the sizes, then go on with them. -/
def force (G : GridSize) (k : GridSize → Nat) : Nat :=
  Nat.force G.rows fun rows => Nat.force G.columns fun columns => Nat.force G.bits fun bits => Nat.force G.off fun off => k ⟨rows, columns, bits, off⟩

/-- `Tensor.grid`; `Grid.row` and `Grid.column`. -/
def tensor (rows columns bits : Nat) : GridSize := ⟨rows, columns, Nat.add bits 3, Nat.pow 2 (Nat.sub bits 1)⟩
def vector (rows columns bits : Nat) : GridSize := ⟨rows, columns, Nat.add bits 2, Nat.pow 2 (Nat.sub bits 1)⟩

/-- Entries are read one by one, and joined in lanes of `L` bits (`Grid.widen`); the same in lanes of the grid. -/
def widened (G : GridSize) (L : Nat) : Nat := Nat.mul G.rows (joined L G.columns)
def read (G : GridSize) : Nat := G.widened G.bits

/-- `Grid.transpose`: rows side by side, and columns read from them. -/
def transposed (G : GridSize) : GridSize := ⟨G.columns, G.rows, G.bits, G.off⟩
def transposing (G : GridSize) : Nat := Nat.add (joined (Nat.mul G.bits G.columns) G.rows) G.transposed.read

/-- What is found out once for each product: bits of lanes, masks, what rows have in common. -/
def once : Nat := 22

/-- `Grid.mul` -/
def product (A B : GridSize) : GridSize :=
  Nat.force (Nat.mul B.off (Nat.mul A.columns A.off)) fun off => ⟨A.rows, B.columns, Grid.laneOf (Nat.add off B.off), off⟩
def multiplying (A B : GridSize) : Nat :=
  Nat.force (product A B).bits fun L => Nat.add (Nat.add (right L B.columns B.rows) (packedProduct L A.rows B.rows B.columns)) once

/-- `Grid.outer`, in lanes of `L` bits. -/
def outer (L : Nat) (U V : GridSize) : Nat := Nat.add (right L V.columns 1) (packedProduct L U.rows 1 V.columns)

/-- `Grid.less` -/
def less (X U V : GridSize) : GridSize :=
  Nat.force (Nat.add X.off (Nat.mul V.off U.off)) fun off => ⟨X.rows, X.columns, Grid.laneOf off, off⟩
def lessening (X U V : GridSize) : Nat :=
  Nat.force (less X U V).bits fun L =>
  Nat.add (Nat.add (Nat.add (X.widened L) (outer L U V)) (Nat.mul (Nat.mul 3 X.rows) (wordsOf L X.columns))) once

/-- A row times the factors of a chain; `t` has been counted. -/
def pass : List GridSize → GridSize → Nat → (GridSize → Nat → Nat) → Nat
  | [], V, t, k => k V t
  | Y :: Ys, V, t, k => (product V Y).force fun W => Nat.force (Nat.add t (multiplying V Y)) fun t => pass Ys W t k

/-- `peelGrids`: goes on with the chain, the column and the row that are taken off it, and what that takes. -/
def peel (bits : Nat) : List GridSize → GridSize → Nat → (GridSize → List GridSize → GridSize → GridSize → Nat → Nat) → Nat
  | [], X, _, k => (vector X.rows 1 bits).force fun U => (vector 1 X.columns bits).force fun V => (less X U V).force fun Z =>
      Nat.force (Nat.add (lessening X U V) V.read) fun t => k Z [] U V t
  | Y :: Ys, X, index, k => Nat.rec (motive := fun _ => Nat)
      ((vector X.rows 1 bits).force fun U => (vector 1 X.columns bits).force fun V => (less X U V).force fun Z =>
        pass (Y :: Ys) V (Nat.add (lessening X U V) V.read) fun W t => k Z (Y :: Ys) U W t)
      (fun index _ => peel bits Ys Y index fun Z Zs U V t => (product X U).force fun U' =>
        Nat.force (Nat.add t (multiplying X U)) fun t => k X (Z :: Zs) U' V t) index

/-- `peelsGrids`, to rows of lanes of `L` bits. -/
def peels (bits L r v : Nat) : List (List Nat) → GridSize → List GridSize → Nat → (GridSize → List GridSize → Nat → Nat) → Nat
  | [], X, Xs, t, k => k X Xs t
  | p :: ps, X, Xs, t, k => peel bits Xs X (nth 0 p 0) fun Y Ys U V taken =>
      Nat.force (Nat.add t (Nat.add taken (Nat.add (outer L U V) (Nat.mul r (wordsOf L v))))) fun t => peels bits L r v ps Y Ys t k

/-- `rangesGrids` -/
def ranges : List GridSize → GridSize → Nat → Nat
  | [], X, _ => Nat.mul 5 (Nat.mul X.rows X.columns)
  | Y :: Ys, X, plan => Nat.rec (motive := fun _ => Nat)
      (Nat.add (Nat.mul 5 (Nat.mul X.rows X.columns)) (ranges Ys Y (Nat.shiftRight plan 1)))
      (fun _ _ => Nat.add (multiplying X Y) ((product X Y).force fun Z => ranges Ys Z (Nat.shiftRight plan 1))) (Nat.land plan 1)

/-- `Chain.product`: from the right, rows of `v` lanes of `L` bits. -/
def multiplied (L v : Nat) : List GridSize → GridSize → Nat
  | [], X => X.widened L
  | Y :: Ys, X => Nat.add (Nat.add (packedProduct L X.rows X.columns v) (Nat.mul X.columns (wordsOf L v))) (multiplied L v Ys Y)

/-- All entries times `2^e`, and what that takes. -/
def finer (e : Nat) (X : GridSize) : GridSize := ⟨X.rows, X.columns, Nat.add X.bits e, Nat.mul (Nat.pow 2 e) X.off⟩
def fining (X : GridSize) : Nat := Nat.add (Nat.add X.read (Nat.mul X.rows (wordsOf X.bits X.columns))) 8

/-- What is done after all parts have been taken off. -/
def rest (L r v : Nat) (p : Part) (X : GridSize) (Xs : List GridSize) (t : Nat) : Nat :=
  Nat.add t (Nat.rec (motive := fun _ => Nat)
    (List.rec (motive := fun _ => Nat) (ranges Xs X 0) (fun plan plans _ => fold (fun plan ih => Nat.add (ranges Xs X plan) ih) 0 (plan :: plans)) p.plans)
    (fun _ _ => Nat.add (multiplied L v Xs X) (Nat.mul r (wordsOf L v))) p.exact)

/-- `encloseGrids` for a chain with `r` rows and `v` columns. -/
def enclosed (bits L r v e : Nat) (p : Part) (X : GridSize) (Xs : List GridSize) : Nat :=
  Nat.rec (motive := fun _ => Nat) (peels bits L r v p.peels X Xs 0 (rest L r v p))
    (fun _ _ => (finer e X).force fun X => (fun Xs =>
        peels bits L r v p.peels X Xs (Nat.add (Nat.mul 3 r) (fold (fun X ih => Nat.add (fining X) ih) 0 (X :: Xs))) (rest L r v p))
      (mapFold (finer e) Xs)) e

end GridSize
end
end Length
end Compact
