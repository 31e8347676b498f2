prelude
import Compact.Task.First
import Compact.Transformer.Strategy.HeadsBruteForce.Check
import Compact.Transformer.Strategy.HeadsCubic.Check
/-!
# Strategy: the first token, for any number of heads: the check

Inputs fall into boxes: one for each first token `a` and query `q`, with any tokens of some set in between.  As in cubic, each head has
a row in place of the direct path, and is known by numbers: by how much the path of `a` at the first position leads over all other
outputs, and by how much less the paths of other tokens (`tokenShort`) and through other positions (`posShort`) may.  What the first
position gives, less what the query's own may take, is divided among the positions in between; a token may stand there if it takes no
more than such a part at any of them, in any head.  Definitions only; `Strategy/HeadsFirst.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsFirst
open HeadsBruteForce (HeadTables withTables enough)
open HeadsCubic (shortOk)
noncomputable section

/-- What a certificate says of shares, leads and shortfalls. -/
structure Claims where
  /-- Bits of a lane of rows. -/
  bits : Nat
  /-- A head's share is a number of `shareBits` bits, over `2^shareBits`. -/
  shareBits : Nat
  /-- For each query and first token: the shares of the heads, packed; 0 to count nothing. -/
  shares : List (List Nat)
  /-- For each query and first token: of each head, packed, by how much its path leads. -/
  leads : List (List Nat)
  /-- For each head and first token: by how much less the path of each token may lead, packed. -/
  tokenShort : List (List Nat)
  /-- For each head and first token: the same of each position. -/
  posShort : List (List Nat)

/-- The path of the first token. -/
def firstPath (T : HeadTables) (a : Nat) : Nat := Nat.add (nth 0 T.token a) (nth 0 T.pos 0)

/-- The shortfalls of one head, for one first token. -/
def headShortOk (T : HeadTables) (L b tops one v n a token pos : Nat) : Bool :=
  (Nat.force (nth 0 T.token a) fun M => allBelow v fun y =>
    Nat.force (nth 0 T.token y) fun R => shortOk L tops one a M R (readLane b token y)) &&
  Nat.force (nth 0 T.pos 0) fun M => allBelow n fun p =>
    Nat.force (nth 0 T.pos p) fun R => shortOk L tops one a M R (readLane b pos p)

/-- The shortfalls of all heads, for one first token. -/
def shortsOk (C : Claims) (tables : List HeadTables) (H b tops one v n a : Nat) : Bool :=
  allBelow H fun i => Nat.force (nth 0 (nth [] C.tokenShort i) a) fun token => Nat.force (nth 0 (nth [] C.posShort i) a) fun pos =>
    headShortOk (nth HeadTables.none tables i) C.bits b tops one v n a token pos

/-- The least weight of a token at a position, and what rounding may cost. -/
def term (B : Nat) (f e : Nat × Nat) : Nat × Nat :=
  (Nat.mul e.1 f.1, Nat.add (Nat.mul (Nat.sub (Nat.mul e.2 f.2) (Nat.mul e.1 f.1)) B) (Nat.mul 3 (Nat.mul e.2 f.2)))

/-- The terms of a query, for each position and token. -/
def termsOf (B : Nat) (es fs : List (Nat × Nat)) : List (List (Nat × Nat)) :=
  mapFold (fun f => mapFold (fun e => term B f e) es) fs

/-- The terms of a query in all heads, evaluated. -/
def withTerms (B q : Nat) (tables : List HeadTables) : (List (List (List (Nat × Nat))) → Nat) → Nat :=
  fold (fun T ih K => forcePairRows (termsOf B (nth [] T.es q) (nth [] T.fs q)) fun rows => ih fun more => K (rows :: more))
    (fun K => K []) tables

/-- The row of a head: its own margin less its share of that of all heads, in the middle of what a row can hold.  (Nothing depends
on how it is computed: what must hold of it is tested.) -/
def rowOf (L width one a k R share margin extra : Nat) : Nat :=
  Nat.add (Nat.land (Nat.shiftRight (Nat.sub (Nat.mul (Nat.shiftLeft (Nat.add (Nat.pow 2 (Nat.pred width)) (readLane L R a)) k) one)
    (Nat.add (Nat.shiftLeft R k) (Nat.mul share margin))) k) (Nat.mul (Nat.pred (Nat.pow 2 width)) one)) extra

/-- The margin of all heads and the direct path, when all attention goes to the first position. -/
def allMargin (L H one direct a : Nat) (tables : List HeadTables) : Nat :=
  Nat.force (Nat.add direct (total H fun i => firstPath (nth HeadTables.none tables i) a)) fun R =>
  Nat.sub (Nat.mul (readLane L R a) one) R

/-- All rows from the `i`-th on, evaluated. -/
def withRows (L width one a k shares margin : Nat) (tables : List HeadTables) (count : Nat) : Nat → Nat → (List Nat → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → (List Nat → Nat) → Nat) (fun _ _ K => K [])
    (fun _ ih i extra K => Nat.force i fun i => Nat.force (firstPath (nth HeadTables.none tables i) a) fun R =>
      Nat.force (rowOf L width one a k R (readLane k shares i) margin extra) fun D => ih (Nat.succ i) 0 fun rest => K (D :: rest)) count

/-- Does a row keep to its width, and does the path of the first token lead by so much? -/
def rowOk (T : HeadTables) (L width one tops a lead D : Nat) : Bool :=
  lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 width) 1) one) D &&
  Nat.force (Nat.add D (firstPath T a)) fun R => lanesLe tops
    (Nat.add R (Nat.mul lead (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L a))))) (Nat.mul (readLane L R a) one)

/-- What is tested of all rows. -/
def rowsOk (L width H one tops direct b a leads : Nat) (tables : List HeadTables) (rows : List Nat) : Bool :=
  (allBelow H fun i => rowOk (nth HeadTables.none tables i) L width one tops a (readLane b leads i) (nth 0 rows i)) &&
  enough L H one tops direct a rows

/-- A head for one query and first token. -/
structure Box where
  lead : Nat
  token : Nat
  pos : Nat
  terms : List (List (Nat × Nat))
  /-- What each position in between may take. -/
  part : Nat

/-- Nothing. -/
def Box.none : Box := ⟨0, 0, 0, [], 0⟩

/-- What a token takes at a position. -/
def takes (b lead token pos : Nat) (terms : List (List (Nat × Nat))) (p y : Nat) : Nat :=
  Nat.add (Nat.mul (nth (0, 0) (nth [] terms p) y).1 (Nat.sub (Nat.add (readLane b token y) (readLane b pos p)) lead))
    (nth (0, 0) (nth [] terms p) y).2

/-- One more than what the first position gives, less what the query's own position may take; 0 if that is more. -/
def spareOf (b lead token pos : Nat) (terms : List (List (Nat × Nat))) (n q a : Nat) : Nat :=
  Nat.sub (Nat.succ (Nat.mul (nth (0, 0) (nth [] terms 0) a).1 lead))
    (Nat.add (takes b lead token pos terms 0 a) (takes b lead token pos terms (Nat.pred n) q))

/-- Go on with all heads from the `i`-th on, if each has something to spare. -/
def withBoxes (C : Claims) (b n q a leads : Nat) (terms : List (List (List (Nat × Nat)))) (count : Nat) :
    Nat → (List Box → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (List Box → Nat) → Nat) (fun _ K => K [])
    (fun _ ih i K => Nat.force i fun i => Nat.force (readLane b leads i) fun lead =>
      Nat.force (nth 0 (nth [] C.tokenShort i) a) fun token => Nat.force (nth 0 (nth [] C.posShort i) a) fun pos =>
      Nat.rec (motive := fun _ => Nat) 0 (fun κ _ => Nat.force (Nat.div κ (Nat.sub n 2)) fun part =>
        ih (Nat.succ i) fun rest => K (⟨lead, token, pos, nth [] terms i, part⟩ :: rest))
        (spareOf b lead token pos (nth [] terms i) n q a)) count

/-- Does a token with this term take no more than its part, at a position with the shortfall `pos`? -/
def passes (lead pos part : Nat) (X : Nat × Nat) (token : Nat) : Bool :=
  Nat.ble (Nat.add (Nat.mul X.1 (Nat.sub (Nat.add token pos) lead)) X.2) part

/-- A bit for each token that passes; `token` holds the shortfalls of the tokens still to come. -/
def maskOf (b lead pos part : Nat) (row : List (Nat × Nat)) : Nat → Nat :=
  fold (fun X ih token => Nat.add (Bool.rec (motive := fun _ => Nat) 0 1 (passes lead pos part X (Nat.mod token (Nat.pow 2 b))))
    (Nat.mul 2 (Nat.force (Nat.shiftRight token b) fun token => ih token))) (fun _ => 0) row

/-- A bit for each token that passes at all positions in between, in one head. -/
def Box.mask (b n full : Nat) (B : Box) : Nat :=
  Nat.rec (motive := fun _ => Nat) full (fun j ih =>
    Nat.land (maskOf b B.lead (readLane b B.pos (Nat.succ j)) B.part (nth [] B.terms (Nat.succ j)) B.token) ih) (Nat.sub n 2)

/-- A bit for each token that passes in all heads. -/
def maskAll (b n full : Nat) (boxes : List Box) : Nat := fold (fun B ih => Nat.land (B.mask b n full) ih) full boxes

/-- The inputs of one query and first token. -/
def countPair (C : Claims) (tables : List HeadTables) (width H b v n one tops direct q : Nat) (terms : List (List (List (Nat × Nat))))
    (a : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.shares q) a) fun shares => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (nth 0 (nth [] C.leads q) a) fun leads => Nat.force (allMargin C.bits H one direct a tables) fun margin =>
    withRows C.bits width one a C.shareBits shares margin tables H 0
      (Nat.mul (Nat.add H 2) (Nat.sub one (Nat.shiftLeft 1 (Nat.mul C.bits a)))) fun rows =>
    Bool.rec (motive := fun _ => Nat) 0 (withBoxes C b n q a leads terms H 0 fun boxes =>
      Nat.force (ones 1 v) fun full => Nat.force (maskAll b n full boxes) fun M =>
      Nat.force (total v fun y => readLane 1 M y) fun N => Nat.pow N (Nat.sub n 2))
      (rowsOk C.bits width H one tops direct b a leads tables rows)) shares

/-- The inputs that are counted. -/
def count (C : Claims) (tables : List HeadTables) (width H b v n one tops : Nat) : Nat :=
  Nat.force (Nat.mul 3 (Nat.pow 2 width)) fun B => total v fun q => Nat.force q fun q =>
    Nat.force (nth 0 (nth HeadTables.none tables 0).direct q) fun direct => withTerms B q tables fun terms =>
    total v fun a => Nat.force a fun a => countPair C tables width H b v n one tops direct q terms a

/-- A certificate: how to round, what is claimed of shares, leads and shortfalls, and the bound. -/
structure Certificate extends Params, Claims where
  /-- The number of heads. -/
  heads : Nat
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  bound : Nat

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool :=
  ((w.mlp.isNone && (Nat.beq w.heads.length c.heads && Nat.ble 1 c.heads)) &&
    (Nat.ble 2 w.n_ctx && (Nat.ble (Nat.add c.width 5) c.bits &&
      Nat.ble (Nat.succ (Nat.add (Nat.mul (Nat.succ c.heads) (Nat.pow 2 c.width)) 2)) (Nat.pow 2 (Nat.sub c.bits 1))))) &&
  withTables w c.toParams c.cellBits c.bits c.heads 0 fun tables =>
    Nat.force (ones c.bits w.d_vocab) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.bits 1)) one) fun tops =>
    Nat.force (Nat.add c.width 2) fun b =>
    (allBelow w.d_vocab fun a => Nat.force a fun a => shortsOk c.toClaims tables c.heads b tops one w.d_vocab w.n_ctx a) &&
    Nat.ble c.bound (count c.toClaims tables c.width c.heads b w.d_vocab w.n_ctx one tops)

end
end HeadsFirst
end Transformer
end Compact
