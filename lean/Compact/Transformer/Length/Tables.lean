prelude
import Compact.Transformer.Length.Basic
/-!
# The length of what strategies share that count classes by tables
-/
namespace Compact
namespace Length
noncomputable section

/-- The products of the five circuits, in the order of `factors` and `packedCircuits`. -/
def circuits (v p d h : Nat) : Nat :=
  Nat.add (Nat.mul v d) (Nat.add (Nat.add (Nat.add (Nat.mul 2 (product v d h)) (Nat.mul 2 (product h d v)))
    (Nat.add (product h d p) (product p d h))) (Nat.add (Nat.add (Nat.mul 2 (product v h v)) (product v d v)) (Nat.add (product v h p) (product p h v))))

/-- `Tables.check` -/
def tables (w : Weights) (c : Params) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (Nat.sub p 1) fun n =>
  Nat.add (Nat.add (circuits v p w.d_model w.d_head)
    (Nat.add (Nat.mul rowCheck (Nat.add (Nat.mul v (Nat.add (Nat.mul 2 v) p)) (Nat.mul v (Nat.add v p)))) (Nat.mul 8 (Nat.mul v (Nat.mul n v)))))
  (Nat.add (Nat.add (Nat.mul (Nat.mul v (Nat.add v p)) (factor c.steps)) (masses v n))
    (Nat.add (Nat.mul v (Nat.add (Nat.mul (slacks v) v) (Nat.mul 2 n))) (Nat.mul 2 (Nat.mul v v))))

/-- `Margins.check`, for all maxima: three rows for each token up to the maximum, seven operations a lane. -/
def margins (v : Nat) : Nat := Nat.mul 21 (Nat.mul v (pairs v))

/-- `Pair.of` and the test of the class without other tokens. -/
def pair : Nat := 12

/-- Running extremes of factors and of margins. -/
def running (v : Nat) : Nat := Nat.add (Nat.mul 6 (Nat.mul v v)) (Nat.mul 2 (pairs v))

end
end Length
end Compact
