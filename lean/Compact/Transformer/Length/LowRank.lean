prelude
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.LowRank
/-! # The length of a low-rank proof -/
namespace Compact
namespace Length
noncomputable section

/-- The sum of `2 a b` over neighbours in a list of sizes: a row times the factors of a chain. -/
def through (sizes : List Nat) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun a rest ih => List.rec (motive := fun _ => Nat) 0
    (fun b _ _ => Nat.add (Nat.mul 2 (Nat.mul a b)) ih) rest) sizes

/-- One row times the factors of a chain of these sizes, or the factors times one column: rows are packed anew for each. -/
def passed (sizes : List Nat) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun a rest ih => List.rec (motive := fun _ => Nat) 0
    (fun b _ _ => Nat.add (Nat.add (Nat.mul 3 (Nat.mul a b)) (Nat.add (Nat.mul 8 a) 10)) ih) rest) sizes

/-- The first `n` sizes, and the sizes from place `n` on. -/
def firsts (n : Nat) : List Nat → List Nat :=
  Nat.rec (motive := fun _ => List Nat → List Nat) (fun _ => [])
    (fun _ ih xs => List.rec (motive := fun _ => List Nat) [] (fun x xs _ => x :: ih xs) xs) n
def from_ (n : Nat) : List Nat → List Nat :=
  Nat.rec (motive := fun _ => List Nat → List Nat) (fun xs => xs)
    (fun _ ih xs => List.rec (motive := fun _ => List Nat) [] (fun _ xs _ => ih xs) xs) n

/-- `Chain.peel` of the factor number `i`, with adding what is taken off. -/
def peel (sizes : List Nat) (r v i : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (nth 0 sizes i) (Nat.add (Nat.mul 3 (nth 0 sizes (Nat.succ i))) 10)) (Nat.mul 4 (Nat.mul r v)))
    (Nat.add (passed (firsts (Nat.succ i) sizes)) (passed (from_ (Nat.succ i) sizes)))

/-- `Chain.ranges`; sizes are the numbers of rows of the factors, and the last one's number of columns. -/
def ranges : List Nat → Nat → Nat → Nat
  | [], _, _ => 0
  | [c], r, _ => Nat.mul 5 (Nat.mul r c)
  | c :: d :: rest, r, plan => Nat.rec (motive := fun _ => Nat)
      (Nat.add (Nat.mul 5 (Nat.mul r c)) (ranges (d :: rest) c (Nat.shiftRight plan 1)))
      (fun _ _ => Nat.add (product r c d) (ranges (d :: rest) r (Nat.shiftRight plan 1))) (Nat.land plan 1)

/-- `Chain.product` of a chain with these numbers of rows; the last factor has `v` columns. -/
def multiplied (v : Nat) (rows : List Nat) : Nat := Nat.mul v (through rows)

/-- `Chain.encloseFiner` of a chain with `r` rows and `v` columns, `rest` being the sizes between and the last. -/
def enclosed (finer r v : Nat) (rest : List Nat) (p : Part) : Nat :=
  Nat.add (Nat.add (Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.add (through (r :: rest)) (Nat.mul 3 (Nat.mul r v))) finer) (fold (fun each ih => Nat.add (peel (r :: rest) r v (nth 0 each 0)) ih) 0 p.peels))
    (Nat.rec (motive := fun _ => Nat)
      (List.rec (motive := fun _ => Nat) (ranges rest r 0) (fun plan plans _ => fold (fun plan ih => Nat.add (ranges rest r plan) ih) 0 (plan :: plans)) p.plans)
      (fun _ _ => Nat.add (Nat.mul r v) (multiplied v (firsts rest.length (r :: rest)))) p.exact)

/-- `expRows`, for each lane: joined, compared, cut and what is done for each of the high bits of an argument (`lanesSteps`). -/
def exponentialLanes (high : Nat) : Nat := Nat.add 23 (Nat.mul 8 high)

/-- Running maxima of a row of `v` lanes, for each lane (`lanesRunning`). -/
def runningLanes (v : Nat) : Nat := Nat.add 1 (Nat.mul 9 (Nat.succ (Nat.log2 v)))

/-- A block of `q` queries, without counting: the circuits that it needs, the rows of tokens, the ends and margins of all maxima, and what is
read of its queries. -/
def shareBlock (w : Weights) (c : ShareData) (q : Nat) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (Nat.sub p 1) fun n => Nat.force w.d_model fun d => Nat.force w.d_head fun h =>
  Nat.add (Nat.add
    (Nat.add (Nat.add (multiplied p [q, d, h, d]) (multiplied v [d, h, d])) (product (Nat.add v p) d v))
    (Nat.add (Nat.add (Nat.mul q d) (enclosed c.finer q v [d, h, d, v] c.qk))
      (Nat.add (Nat.add (Nat.mul 3 (Nat.mul q d)) (Nat.mul 2 (Nat.mul d v))) (enclosed c.finer q v [d, v] c.eu))))
  (Nat.add (Nat.add
    (Nat.add (Nat.mul 2 (Nat.mul p v)) (Nat.mul q v))
    (Nat.add (Nat.mul (Nat.mul q (Nat.add v p)) (Nat.add rowCheck (exponentialLanes c.expHigh)))
      (Nat.add (Nat.add (Nat.mul q (exponential c.prec c.steps)) (Nat.mul (runningLanes v) (Nat.mul q v))) (masses q n))))
    (Nat.add (Nat.add (Nat.mul 18 (Nat.mul (Nat.add q v) v)) (Nat.mul 12 (pairs v)))
      (Nat.mul v (Nat.mul v (Nat.rec (motive := fun _ => Nat) (Nat.mul 16 p) (fun _ _ => Nat.add (Nat.mul 24 p) 16) c.attention)))))

/-- Finding that nothing is said of a query and a maximum, or of a class. -/
def sharePair : Nat := 5
def shareClass : Nat := 5

/-- `countQuery` without its classes; a step of a class, with `first` operations for what first tokens count for; and `countClass` for `c` other tokens, with one
or two ends. -/
def shareQuery (ends : Nat) : Nat := Nat.add 30 (Nat.mul 36 ends)
def shareStep (first ends : Nat) : Nat := Nat.add (Nat.add 22 first) (Nat.mul 9 ends)
def shareCounted (c : ShareData) (first ends count others : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 9 ends) 2) (class_ c.bits c.countBits c.parts (shareStep first ends) count others)

/-- The classes of which a certificate says something. -/
def shareClasses (c : ShareData) (first ends n q m S : Nat) : Nat :=
  total (Nat.pred (classes n q m)) fun i => Nat.force i fun i => Nat.add shareClass (Nat.rec (motive := fun _ => Nat) 0
    (fun S _ => Nat.force (Nat.mod (Nat.succ S) (Nat.pow 2 c.stepsBits)) fun count => shareCounted c first ends count (Nat.succ i)) (readLane c.classBits S i))

/-- All that `LowRank.tallyCheck` does for these blocks of queries. -/
def shares (w : Weights) (c : ShareData) (first : Nat) (blocks : List (List Nat)) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => 2) c.attention) fun ends =>
  Nat.force (Nat.succ (Nat.mul c.classBits n)) fun pairBits =>
  Nat.add (fold (fun b ih => Nat.add (shareBlock w c (nth 0 b 0)) ih) 0 blocks)
    (total v fun q => Nat.force q fun q => Nat.force (nth 0 c.sizes q) fun sizes => total (Nat.sub v q) fun i => Nat.force i fun i =>
      Nat.add sharePair (Nat.rec (motive := fun _ => Nat) 0 (fun S _ => Nat.add (shareQuery ends)
        (shareClasses c first ends n q (Nat.add q i) S)) (readLane pairBits sizes i)))

end
end Length

/-- Operations of `LowRank.check`. -/
noncomputable def LowRank.operations (w : Weights) (c : LowRank.Certificate) : Nat := Length.shares w c.toShareData 0 c.blocks

end Compact
