prelude
import Compact.Strategy.Prefix.Count
import Compact.Strategy.Prefix.Witness
import Compact.Classes.Check
/-!
# Prefixes of the tokens: the checker

For each maximum the certificate claims the margins of rows of logits (by how much a row favours the maximum over
every other output); one lane test checks a claim, so no step looks at outputs one by one.  `Strategy/Prefix/Count.lean` then
counts with these margins.  That the count is sound is proved in `Strategy/Prefix.lean`.
-/
namespace Compact.Prefix
noncomputable section

/-- What a certificate claims of margins and classes.  Every list has an entry for each maximum, packed. -/
structure Claims where
  /-- Bits of a claimed margin. -/
  marginBits : Nat
  /-- Margins of the rows of the tokens up to the maximum. -/
  tokens : List Nat
  /-- Margins of the direct paths of the queries up to the maximum. -/
  directs : List Nat
  /-- Margins of the queries' own positions. -/
  lasts : List Nat
  /-- Bits of a number of tokens. -/
  sizeBits : Nat
  /-- For each query and each `c = 1, 2, ...`, the number of tokens that the class may hold. -/
  sizes : List Nat

/-- What margins are relative to: at least every entry of a row of the logits of a token and a position. -/
def offset (t : Tables) : Nat := Nat.mul 4 (Nat.pow 2 t.width)

/-- The rows of a query: direct path, and the path through its own position. -/
def queryRows (t : Tables) (q : Nat) : List Nat :=
  [nth 0 t.direct q, Nat.add (Nat.add (nth 0 t.direct q) (nth 0 t.token q)) t.last]

/-- The margins of the rows of tokens, with `X` in place of the row of a position, as far as there are claims. -/
def tokenMargins (l : Lane) (off X : Nat) (claims rows : List Nat) : List Nat :=
  foldZip (fun d row ih => margin l off d (Nat.add row X) :: ih) [] claims rows

/-- The margin of row `i` of a query: claim `index` of the packed `claims`. -/
def queryMargin (l : Lane) (off bits claims i : Nat) (Q : Query) : Nat :=
  margin l off (readLane bits claims Q.index) (nth 0 Q.rows i)

/-- The numbers of the maximum `m`. -/
def maximumOf (t : Tables) (L off one : Nat) (c : Claims) (m : Nat) : Maximum where
  index := m
  own := nth 0 (tokenMargins (Lane.of L one m) off (nth 0 t.position m)
    (unpack c.marginBits (Nat.succ m) (nth 0 c.tokens m)) t.token) m
  least := Row.least L (tokenMargins (Lane.of L one m) off (nth 0 t.position m)
    (unpack c.marginBits (Nat.succ m) (nth 0 c.tokens m)) t.token)
  sizes := ⟨c.sizeBits, nth 0 c.sizes m⟩
  direct := queryMargin (Lane.of L one m) off c.marginBits (nth 0 c.directs m) 0
  last := queryMargin (Lane.of L one m) (Nat.add off off) c.marginBits (nth 0 c.lasts m) 1

/-- Evaluate the numbers of the maximum `m`, then go on with them. -/
def evalMaximum {α : Type} (t : Tables) (L off one : Nat) (c : Claims) (m : Nat) (k : Maximum → α) : α :=
  (Lane.of L one m).force fun l => Nat.force (nth 0 t.position m) fun X => Nat.force (Nat.add off off) fun off2 =>
  forceList (tokenMargins l off X (unpack c.marginBits (Nat.succ m) (nth 0 c.tokens m)) t.token) fun margins =>
  Nat.force (nth 0 margins m) fun own => Nat.force (Row.least L margins).lanes fun least =>
  Nat.force (nth 0 c.sizes m) fun sizes => Nat.force c.sizeBits fun sizeBits =>
  Nat.force c.marginBits fun marginBits =>
  Nat.force (nth 0 c.directs m) fun directs => Nat.force (nth 0 c.lasts m) fun lasts =>
  k ⟨m, own, ⟨L, least⟩, ⟨sizeBits, sizes⟩, queryMargin l off marginBits directs 0, queryMargin l off2 marginBits lasts 1⟩

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def count (t : Tables) (c : Claims) (lo len : Nat) : Nat :=
  Nat.force t.bits fun L => Nat.force t.v fun v => Nat.force t.n fun n => Nat.force (offset t) fun off =>
  Nat.force (ones L v) fun one =>
  Query.evalAll t L v (queryRows t) (Nat.add lo len) [] fun Qs =>
  total len fun i => Nat.force (Nat.add lo i) fun m => evalMaximum t L off one c m (countMaximum n off Qs)

/-- A certificate: how to round, the tables of the model, the claims about them, and the bound that they prove. -/
structure Certificate extends Params, Tables, Claims where
  bound : Nat

/-- Are the lanes of the tables wide enough for the margins, and is the bound at most the count? -/
def counts (t : Tables) (c : Claims) (bound : Nat) : Bool :=
  (Nat.ble (Nat.add t.width 6) t.bits && Nat.ble t.v (sumBy (fun _ => 1) t.token)) && Nat.ble bound (count t c 0 t.v)

/-- The check of a certificate: the tables are those of the model, and the count reaches the bound. -/
def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams && counts c.toTables c.toClaims c.bound

end
end Compact.Prefix
