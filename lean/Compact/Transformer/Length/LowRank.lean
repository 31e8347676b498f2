prelude
import Compact.Transformer.Length.Basic
import Compact.Transformer.Strategy.LowRank
/-! # The length of a low-rank proof -/
namespace Compact
namespace Length
noncomputable section

/-- The sum of `2 a b` over neighbours in a list of sizes: a row times the factors of a chain, or the factors times a column. -/
def through (sizes : List Nat) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun a rest ih => List.rec (motive := fun _ => Nat) 0
    (fun b _ _ => Nat.add (Nat.mul 2 (Nat.mul a b)) ih) rest) sizes

/-- The first `n` sizes, and the sizes from place `n` on. -/
def firsts (n : Nat) : List Nat → List Nat :=
  Nat.rec (motive := fun _ => List Nat → List Nat) (fun _ => [])
    (fun _ ih xs => List.rec (motive := fun _ => List Nat) [] (fun x xs _ => x :: ih xs) xs) n
def from_ (n : Nat) : List Nat → List Nat :=
  Nat.rec (motive := fun _ => List Nat → List Nat) (fun xs => xs)
    (fun _ ih xs => List.rec (motive := fun _ => List Nat) [] (fun _ xs _ => ih xs) xs) n

/-- `Chain.peel` of the factor number `i`, with adding what is taken off. -/
def peel (sizes : List Nat) (r v i : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul 3 (Nat.mul (nth 0 sizes i) (nth 0 sizes (Nat.succ i)))) (Nat.mul 4 (Nat.mul r v)))
    (Nat.add (through (firsts (Nat.succ i) sizes)) (through (from_ (Nat.succ i) sizes)))

/-- `Chain.ranges`; sizes are the numbers of rows of the factors, and the last one's number of columns. -/
def ranges : List Nat → Nat → Nat → Nat
  | [], _, _ => 0
  | [c], r, _ => Nat.mul 3 (Nat.mul r c)
  | c :: d :: rest, r, plan => Nat.rec (motive := fun _ => Nat)
      (Nat.add (Nat.mul 5 (Nat.mul r c)) (ranges (d :: rest) c (Nat.shiftRight plan 1)))
      (fun _ _ => Nat.add (product r c d) (ranges (d :: rest) r (Nat.shiftRight plan 1))) (Nat.land plan 1)

/-- `Chain.product` of a chain with these numbers of rows; the last factor has `v` columns. -/
def multiplied (v : Nat) (rows : List Nat) : Nat := Nat.mul v (through rows)

/-- `Chain.enclose` of a chain with `r` rows and `v` columns, `rest` being the sizes between and the last. -/
def enclosed (r v : Nat) (rest : List Nat) (p : Part) : Nat :=
  Nat.add (fold (fun each ih => Nat.add (peel (r :: rest) r v (nth 0 each 0)) ih) 0 p.peels)
    (Nat.rec (motive := fun _ => Nat)
      (List.rec (motive := fun _ => Nat) (ranges rest r 0) (fun plan plans _ => fold (fun plan ih => Nat.add (ranges rest r plan) ih) 0 (plan :: plans)) p.plans)
      (fun _ _ => Nat.add (Nat.mul r v) (multiplied v (firsts rest.length (r :: rest)))) p.exact)

/-- `expRows`, for each lane: joined, compared, cut and what is done for each of the high bits of an argument (`lanesSteps`). -/
def exponentialLanes (high : Nat) : Nat := Nat.add 23 (Nat.mul 8 high)

/-- Running maxima and minima of a row of `v` lanes, for each lane (`lanesRunning`, `lanesRunningLeast`). -/
def runningLanes (v : Nat) : Nat := Nat.add 2 (Nat.mul 18 (Nat.succ (Nat.log2 v)))

end
end Length

/-- Operations of `LowRank.check`. -/
noncomputable def LowRank.operations (w : Weights) (c : LowRank.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force w.n_ctx fun p => Nat.force (Nat.sub p 1) fun n => Nat.force w.d_model fun d => Nat.force w.d_head fun h =>
  Nat.force c.runBits fun runBits => Nat.force (Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => 2) c.attention) fun ends =>
  let multiplied := Nat.add (Nat.add (Length.multiplied p [v, d, h, d]) (Length.multiplied v [d, h, d])) (Length.product (Nat.add v p) d v)
  let enclosed := Nat.add (Nat.add (Nat.mul v d) (Length.enclosed v v [d, h, d, v] c.qk))
    (Nat.add (Nat.add (Nat.mul 3 (Nat.mul v d)) (Nat.mul 2 (Nat.mul d v))) (Length.enclosed v v [d, v] c.eu))
  let rows := Nat.add (Nat.mul 2 (Nat.mul p v)) (Nat.mul v v)
  let seen := Nat.add (Nat.mul (Nat.mul v (Nat.add v p)) (Nat.add Length.rowCheck (Length.exponentialLanes c.expHigh)))
    (Nat.add (Nat.add (Nat.mul v (Length.exponential c.steps)) (Nat.mul (Length.runningLanes v) (Nat.mul v v))) (Length.masses v n))
  let tops := Nat.mul 18 (Nat.mul v v)
  let tested := Nat.mul v (Nat.mul v (Nat.rec (motive := fun _ => Nat) (Nat.mul 16 p) (fun _ _ => Nat.add (Nat.mul 24 p) 16) c.attention))
  Nat.add (Nat.add (Nat.add multiplied enclosed) (Nat.add rows seen)) (Nat.add (Nat.add tops tested)
    (Length.overPairs c.toRuns v n fun q m code => Nat.add (Nat.add 29 (Nat.mul 45 ends)) (Runs.decode code fun N =>
      Length.runsOf (fun k => Nat.add (Nat.add 30 (Nat.mul 16 ends)) (Length.inputs k)) runBits n q m N)))

end Compact
