prelude
import Compact.Transformer.Strategy.HeadsFirst.Check
/-!
# Strategy: quartic, where the right answer stands at one position, for any number of heads: the check

The right answer is the token at an *anchor*, the first position or the last.  Inputs fall into classes: one for each query `q` and
right answer `a`, with any tokens at the *free* positions: `k` of them, from the position `s` on.  (The last token: `a = q`, `s = 0`,
`k = n - 1`.  The first token: `s = 1`, `k = n - 2`.)  Each head has a row in place of the direct path.  What its path of `a` at the
anchor gives, and of `q` at the last position, is what the head can spare; it is divided into `parts`.  Each token has a level, how many parts it
may take: all outputs are compared in one operation, at each free position, in each head.  An input is counted if the levels of its tokens
add up to no more than all parts.  Definitions only; `Strategy/HeadsAnchored.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchored
open HeadsBruteForce (HeadTables withTables enough)
open HeadsFirst (rowOf withTerms)
noncomputable section

/-- What a certificate says of shares and levels. -/
structure Claims where
  /-- Bits of a lane of rows. -/
  bits : Nat
  /-- A head's share is a number of `shareBits` bits, over `2^shareBits`. -/
  shareBits : Nat
  /-- Bits of a level. -/
  levelBits : Nat
  /-- Of what can be spared, in how many parts it is divided. -/
  parts : Nat
  /-- Bits of a number of inputs. -/
  countBits : Nat
  /-- For each query and right answer (the last token: the query alone): the shares of the heads, packed; 0 to count nothing. -/
  shares : List (List Nat)
  /-- The same: the levels of all tokens, packed. -/
  levels : List (List Nat)

/-! ## Rows of the heads -/

/-- The path of the token `a` at the position `p`, without the direct path. -/
def pathAt (T : HeadTables) (p a : Nat) : Nat := Nat.add (nth 0 T.token a) (nth 0 T.pos p)

/-- The margin of all heads and the direct path, when all attention goes to the anchor `p`. -/
def allMargin (L H one direct p a : Nat) (tables : List HeadTables) : Nat :=
  Nat.force (Nat.add direct (total H fun i => pathAt (nth HeadTables.none tables i) p a)) fun R =>
  Nat.sub (Nat.mul (readLane L R a) one) R

/-- All rows from the `i`-th on, evaluated.  (Nothing depends on how they are computed: what must hold of them is tested.) -/
def withRows (L width one p a k shares margin : Nat) (tables : List HeadTables) (count : Nat) : Nat → Nat → (List Nat → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → (List Nat → Nat) → Nat) (fun _ _ K => K [])
    (fun _ ih i extra K => Nat.force i fun i => Nat.force (pathAt (nth HeadTables.none tables i) p a) fun R =>
      Nat.force (rowOf L width one a k R (readLane k shares i) margin extra) fun D => ih (Nat.succ i) 0 fun rest => K (D :: rest)) count

/-- Do all rows keep to their width, and are they enough together? -/
def rowsOk (L width H one tops direct a : Nat) (rows : List Nat) : Bool :=
  (allBelow H fun i => lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 width) 1) one) (nth 0 rows i)) && enough L H one tops direct a rows

/-! ## What a key gives -/

/-- What some keys give to the margin over each output, at the least: `top` less a lane of `row`; no number is above `cap`. -/
structure Piece where
  row : Nat
  top : Nat
  cap : Nat

/-- What two sums of keys give. -/
def Piece.add (P Q : Piece) : Piece := ⟨Nat.add P.row Q.row, Nat.add P.top Q.top, Nat.add P.cap Q.cap⟩

/-- Evaluate, then go on. -/
def Piece.force {α : Type} (P : Piece) (K : Piece → α) : α :=
  Nat.force P.row fun row => Nat.force P.top fun top => Nat.force P.cap fun cap => K ⟨row, top, cap⟩

/-- What a key gives, from its row of logits `R`, the least weight `X.1` and what rounding may cost, `X.2`: no logit is above `B`. -/
def Piece.of (L B a but : Nat) (X : Nat × Nat) (R : Nat) : Piece :=
  ⟨Nat.add (Nat.mul X.1 R) (Nat.mul X.2 but), Nat.mul X.1 (readLane L R a), Nat.add (Nat.mul X.1 B) X.2⟩

/-- Does `parts` times the one and `l` times the other give nothing less than 0, over each output? -/
def bears (L one tops parts l : Nat) (P Q : Piece) : Bool :=
  Nat.ble (Nat.succ (Nat.add (Nat.mul parts P.cap) (Nat.mul l Q.cap))) (Nat.pow 2 (Nat.sub L 1)) &&
  lanesLe tops (Nat.add (Nat.mul parts P.row) (Nat.mul l Q.row)) (Nat.mul (Nat.add (Nat.mul parts P.top) (Nat.mul l Q.top)) one)

/-! ## Tokens at free positions -/

/-- A bit for each token that takes no more than its level at one position, `base` being its row and that of the head; `levels` holds
the levels of the tokens still to come. -/
def maskAt (L B a but one tops parts b base : Nat) (spare : Piece) (terms : List (Nat × Nat)) (tokens : List Nat) : Nat → Nat :=
  foldZip (fun X R ih levels => Nat.add (Bool.rec (motive := fun _ => Nat) 0 1 (Nat.ble (Nat.mod levels (Nat.pow 2 b)) parts &&
      Nat.force (Nat.add base R) fun R => bears L one tops parts (Nat.mod levels (Nat.pow 2 b)) (Piece.of L B a but X R) spare))
    (Nat.mul 2 (Nat.force (Nat.shiftRight levels b) fun levels => ih levels))) (fun _ => 0) terms tokens

/-- The same at all `k` positions from the position `s` on. -/
def maskOf (L B a but one tops parts b levels full s k D : Nat) (T : HeadTables) (terms : List (List (Nat × Nat))) (spare : Piece) : Nat :=
  Nat.rec (motive := fun _ => Nat) full (fun j ih => Nat.land (Nat.force (Nat.add D (nth 0 T.pos (Nat.add s j))) fun base =>
    maskAt L B a but one tops parts b base spare (nth [] terms (Nat.add s j)) T.token levels) ih) k

/-- What the key with the token `y` at the position `p` gives in one head. -/
def pieceAt (L B a but D : Nat) (T : HeadTables) (terms : List (List (Nat × Nat))) (p y : Nat) : Piece :=
  Piece.of L B a but (nth (0, 0) (nth [] terms p) y) (Nat.add D (pathAt T p y))

/-- What a head can spare: what the query's own key gives, and that of the right answer at the first position if free positions begin
after it. -/
def spareOf (L B a but D s n q : Nat) (T : HeadTables) (terms : List (List (Nat × Nat))) : Piece :=
  Nat.rec (motive := fun _ => Piece) (pieceAt L B a but D T terms (Nat.sub n 1) q)
    (fun _ own => (pieceAt L B a but D T terms 0 a).add own) s

/-- Go on with a bit for each token that passes in all heads from the `i`-th on; 0 if a head has nothing to spare. -/
def withMask (L B a but one tops parts b levels full s k n q : Nat) (tables : List HeadTables)
    (terms : List (List (List (Nat × Nat)))) (rows : List Nat) (count : Nat) : Nat → (Nat → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (Nat → Nat) → Nat) (fun _ K => K full)
    (fun _ ih i K => Nat.force i fun i =>
      (spareOf L B a but (nth 0 rows i) s n q (nth HeadTables.none tables i) (nth [] terms i)).force fun spare =>
      Bool.rec (motive := fun _ => Nat) 0
        (Nat.force (maskOf L B a but one tops parts b levels full s k (nth 0 rows i) (nth HeadTables.none tables i) (nth [] terms i) spare) fun M =>
          ih (Nat.succ i) fun rest => K (Nat.land M rest))
        (bears L one tops 0 1 spare spare)) count

/-- The inputs of one query and right answer, `p` being the anchor. -/
def countPair (C : Claims) (tables : List HeadTables) (width H B v n one tops direct s p q : Nat)
    (terms : List (List (List (Nat × Nat)))) (shares levels a : Nat) : Nat :=
  Nat.force (Nat.sub (Nat.sub n 1) s) fun k => Nat.force (Nat.sub one (Nat.shiftLeft 1 (Nat.mul C.bits a))) fun but =>
  Nat.force (ones 1 v) fun full => Nat.force (allMargin C.bits H one direct p a tables) fun margin =>
  withRows C.bits width one p a C.shareBits shares margin tables H 0 (Nat.mul (Nat.add H 2) but) fun rows =>
  Bool.rec (motive := fun _ => Nat) 0
    (withMask C.bits B a but one tops C.parts C.levelBits levels full s k n q tables terms rows H 0 fun M =>
      Nat.force (HeadsQuartic.levelPowers (Nat.pow 2 C.countBits) (fun y => readLane C.levelBits levels y)
        (fun y => Nat.beq (readLane 1 M y) 1) v) fun N =>
      lowCount (Nat.pow 2 C.countBits) C.parts (Nat.pow N k))
    (rowsOk C.bits width H one tops direct a rows)

/-- A certificate: how to round, what is claimed of shares and levels, and the bound. -/
structure Certificate extends Params, Claims where
  /-- The number of heads. -/
  heads : Nat
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  bound : Nat

/-- Is the model one that the strategy is about, free positions beginning at `s`, and do lanes hold what is in them? -/
def shapeOk (w : Weights) (c : Certificate) (s : Nat) : Bool :=
  (w.mlp.isNone && (Nat.beq w.heads.length c.heads && Nat.ble 1 c.heads)) &&
    ((Nat.ble (Nat.succ s) w.n_ctx && Nat.ble 1 c.parts) && ((Nat.ble (Nat.succ c.width) c.bits &&
      Nat.ble (Nat.succ (Nat.pow (Nat.succ w.d_vocab) (Nat.sub (Nat.sub w.n_ctx 1) s))) (Nat.pow 2 c.countBits)) &&
      Nat.ble (Nat.succ (Nat.add (Nat.mul (Nat.succ c.heads) (Nat.pow 2 c.width)) 2)) (Nat.pow 2 (Nat.sub c.bits 1))))

/-- Is as much counted as is claimed, by `count B one tops tables`? -/
def countsOk (w : Weights) (c : Certificate) (count : Nat → Nat → Nat → List HeadTables → Nat) : Bool :=
  withTables w c.toParams c.cellBits c.bits c.heads 0 fun tables =>
    Nat.force (ones c.bits w.d_vocab) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub c.bits 1)) one) fun tops =>
    Nat.force (Nat.mul 3 (Nat.pow 2 c.width)) fun B => Nat.ble c.bound (count B one tops tables)

end
end HeadsAnchored
end Transformer
end Compact
