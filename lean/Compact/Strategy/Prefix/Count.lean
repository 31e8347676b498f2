prelude
import Compact.Strategy.Prefix.Query
import Compact.Counting.Classes
/-!
# Counting by prefixes of the tokens

For the query `q`, the maximum `m` and `c` positions that do not hold `m`, a certificate names a number `k` of
tokens: the inputs that have only tokens below `k` there are counted if one test of extremes passes, the least margin
and the least (or greatest) softmax factor of the tokens below `k`.  So a class costs the same however many tokens
there are.  How margins are found is left to the strategy.
-/
namespace Compact.Prefix
noncomputable section

/-- What a strategy computes once for a maximum.  Margins are relative to an offset `off`. -/
structure Maximum where
  index : Nat
  /-- Margin of the maximum's own row. -/
  own : Nat
  /-- Least margin of the rows of the first tokens. -/
  least : Row
  /-- How many tokens each class may hold; of the certificate. -/
  sizes : Row
  /-- Margin of the direct path. -/
  direct : Query → Nat
  /-- Margin of the query's own position, relative to `2 * off`. -/
  last : Query → Nat


/-- The factor that makes a token with the margin `B` count least. -/
def factor (o B least greatest : Nat) : Nat := Bool.rec (motive := fun _ => Nat) greatest least (Nat.ble o B)

/-- The number of tokens that the certificate names for the class `c`; there are none if `c = 0`. -/
def size (n : Nat) (M : Maximum) (Q : Query) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat) 0 fun c _ => M.sizes.get (Nat.add (Nat.mul n Q.index) c)

/-- The test of one mixture; `A` and `a` are margin and offset of the maximum's row, `B` and `b` of the other tokens',
`P` and `K` the rest. -/
def mixture (a A b B K P U V : Nat) : Bool :=
  Nat.ble (Nat.succ (Nat.add (Nat.add (Nat.mul U a) K) (Nat.mul V b))) (Nat.add (Nat.add (Nat.mul U A) P) (Nat.mul V B))

/-- The tests of the tokens up to `i`, at both ends of the weight of the `k` positions that hold the
maximum. -/
def extremes (o a A K P D : Nat) (M : Maximum) (Q : Query) (i k : Nat) : Bool :=
  Nat.force (Nat.add D (M.least.get i)) fun B =>
  Nat.force (factor o B (Q.least.get i) (Q.greatest.get i)) fun f =>
  Nat.force (Nat.mul f o) fun b => Nat.force (Nat.mul f B) fun B =>
  Nat.force (Q.low.get k) fun low => Nat.force (Q.high.get k) fun high =>
    mixture a A b B K P low (Nat.sub Q.mass low) && mixture a A b B K P high (Nat.sub Q.mass high)

/-- The tests of a class with tokens other than the maximum, those below `size`. -/
def test (n o a A K P D : Nat) (M : Maximum) (Q : Query) (size c : Nat) : Bool :=
  Nat.force size fun k => Nat.force (Nat.sub k 1) fun i =>
    Bool.rec (motive := fun _ => Bool) false (extremes o a A K P D M Q i (Nat.sub n c)) (Nat.ble k M.index)

/-- Is the class `c` admitted? -/
def admits (n o a A K P D : Nat) (M : Maximum) (Q : Query) (size c : Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool)
    (Nat.ble (Nat.succ (Nat.add (Nat.mul Q.mass a) K)) (Nat.add (Nat.mul Q.mass A) P))
    (fun c _ => test n o a A K P D M Q size (Nat.succ c)) c

/-- The inputs counted for one query and one maximum, in a model with `n + 1` positions. -/
def countPair (n off : Nat) (M : Maximum) (Q : Query) : Nat :=
  Nat.force (Nat.add off off) fun o => Nat.force (Q.lo.get M.index) fun e => Nat.force (M.direct Q) fun D =>
  Nat.force (Nat.mul e o) fun a => Nat.force (Nat.mul e (Nat.add D M.own)) fun A =>
  Nat.force (Nat.add (Nat.mul Q.weight o) (Q.slack.get M.index)) fun K =>
  Nat.force (Nat.mul Q.weight (M.last Q)) fun P =>
  pairCount n Q.index M.index (fun c => admits n o a A K P D M Q (size n M Q c) c) (size n M Q)

/-- The first `n` entries of a list. -/
def first {α : Type} (n : Nat) : List α → List α :=
  Nat.rec (motive := fun _ => List α → List α) (fun _ => [])
    (fun _ ih xs => List.rec (motive := fun _ => List α) [] (fun x xs _ => x :: ih xs) xs) n

/-- The inputs counted for one maximum. -/
def countMaximum (n off : Nat) (Qs : List Query) (M : Maximum) : Nat :=
  fold (fun Q ih => Nat.add (countPair n off M Q) ih) 0 (first (Nat.succ M.index) Qs)

end
end Compact.Prefix
