prelude
import Compact.Transformer.Length.Tables
import Compact.Transformer.Strategy.HeadsQuartic
/-! # The length of a quartic proof for any number of heads -/
namespace Compact
namespace Transformer
namespace HeadsQuartic
noncomputable section

/-- A head as a plain model (`Weights.head`), for each cell. -/
def folding : Nat := 12

/-- The cells of a plain model with `v` tokens, `p` positions, `d` dimensions and `h` dimensions of the head. -/
def cells (v p d h : Nat) : Nat := Nat.mul d (Nat.add (Nat.add (Nat.mul 2 v) p) (Nat.mul 4 h))

/-- `Transformer.fits` and `Tables.check` of one head. -/
def headLength (w : Transformer.Weights) (params : Params) (B : Nat) : Nat :=
  Nat.add (Nat.mul folding (cells w.d_vocab w.n_ctx (Nat.succ w.d_model) (Nat.succ w.d_head)))
    (Length.tables (w.headAt B 0) params)

/-- `allMargin`, `withRows` and `rowsOk` of one query and one maximum, for each lane: of each head, and once. -/
def rowsOfHead : Nat := 30
def rowsOnce : Nat := 14

/-- `withClasses` and `spares` of one head in one class, for each lane. -/
def classOfHead : Nat := 10

/-- `tokenOk` of one head and one token, for each lane; and what its level takes. -/
def tokenOfHead : Nat := 10
def level : Nat := 12

/-- The power of a sum of `parts + 1` levels, and the sum of its low digits. -/
def powers (parts k : Nat) : Nat :=
  Nat.force (Nat.succ parts) fun parts => Nat.add (Nat.mul (Nat.mul k (Nat.pred k)) (Nat.mul parts parts)) (Nat.mul 4 parts)

/-- The comparisons of so many tokens in one class. -/
def classLength (heads v tokens : Nat) : Nat :=
  Nat.add (Nat.mul v (Nat.mul classOfHead heads)) (Nat.mul tokens (Nat.add level (Nat.mul v (Nat.mul tokenOfHead heads))))

/-- `firstRow` of one head, for each lane: the row of one more token. -/
def firstOfHead : Nat := 12

/-- One query and one maximum, if anything is counted: an odd code says that one class decides for all, its first tokens compared at
once. -/
def pairLength (heads parts v n m q code : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul v (Nat.add (Nat.mul rowsOfHead heads) rowsOnce))
    (Bool.rec (motive := fun _ => Nat) (Nat.mul (classLength heads v m) (classes n q m))
      (Nat.force (Nat.sub m (Nat.mod (Nat.shiftRight code 1) 65536)) fun rest => classLength heads v (Nat.succ rest))
      (Nat.beq (Nat.mod code 2) 1)))
    (total (classes n q m) fun k => Nat.force k fun k => powers parts k)

/-- The rows that stand for first tokens, of all maxima and heads. -/
def firstLength (heads v : Nat) : Nat := total v fun m => Nat.force m fun m => Nat.mul heads (Nat.mul m (Nat.mul firstOfHead v))

/-- Operations of `HeadsQuartic.check`: rows of `v` lanes. -/
def operations (w : Transformer.Weights) (c : Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.mul c.heads (headLength w c.toParams c.cellBits)) (firstLength c.heads v))
    (total v fun m => Nat.force m fun m =>
      total (Nat.succ m) fun q => Nat.force q fun q => Nat.force (nth 0 (nth [] c.shares m) q) fun shares =>
      Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => pairLength c.heads c.parts v n m q (nth 0 (nth [] c.levels m) q)) shares)

end
end HeadsQuartic
end Transformer
end Compact
