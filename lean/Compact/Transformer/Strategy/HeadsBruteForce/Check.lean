prelude
import Compact.Transformer.Strategy.BruteForce.Check
import Compact.Transformer.Strategy.HeadsQuartic.Check
/-!
# Strategy: brute force, for any number of heads, any biases and any task: the check

Every input is evaluated.  Head by head, packed logits are added up over positions as for one head (`BruteForce`), without the
direct path.  In its place each head is given a row of numbers, made up for this very input (`guess`): its own average,
negated, so that with it the head is even.  That each head makes good its row is tested, and that all rows together are as much as the
direct path asks; nothing depends on how a row is made up.  The right answer is computed by the task itself, from the input.
Definitions only; `Strategy/HeadsBruteForce.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsBruteForce
noncomputable section
open BruteForce (Query State laneBits packAll)

/-- The claimed bound, bits of a cell of a head's plain model, and how to round. -/
structure Certificate extends Params where
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  bound : Nat

/-- The tables of a head: bounds of the exponentials by query, and packed rows of logits. -/
structure HeadTables where
  es : List (List (Nat × Nat))
  fs : List (List (Nat × Nat))
  token : List Nat
  pos : List Nat
  direct : List Nat

/-- The tables of an enclosure, in lanes of `L` bits. -/
def HeadTables.of (L : Nat) (T : Enclosure) : HeadTables :=
  ⟨T.tokenExp, T.posExp, packAll L T.tokenRow, packAll L T.posRow, packAll L T.directRow⟩

/-- Nothing. -/
def HeadTables.none : HeadTables := ⟨[], [], [], [], []⟩

/-- The tables of a query, without the direct path. -/
def HeadTables.query (T : HeadTables) (q : Nat) : Query := ⟨nth [] T.es q, nth [] T.fs q, 0, T.token, T.pos⟩

/-- The tables of the heads from the `i`-th on, `count` of them, evaluated; then what is asked of them. -/
def withTables (w : Weights) (c : Params) (B L : Nat) (count : Nat) : Nat → (List HeadTables → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List HeadTables → Bool) → Bool) (fun _ K => K [])
    (fun _ ih i K => HeadsQuartic.fits w B (w.headNo i) &&
      HeadsQuartic.headCheck.forceTensors (w.headAt B i) fun w' => w'.wellFormed && roundedTables w' c fun T =>
      T.narrow c.width &&
      forceList (packAll L T.tokenRow) fun token => forceList (packAll L T.posRow) fun pos =>
      forceList (packAll L T.directRow) fun direct =>
      ih (Nat.succ i) fun rest => K (⟨T.tokenExp, T.posExp, token, pos, direct⟩ :: rest)) count

/-- A head while the tokens of an input are picked. -/
structure HeadState where
  query : Query
  state : State

/-- Nothing. -/
def HeadState.none : HeadState := ⟨⟨[], [], 0, [], []⟩, ⟨[], 0, 0, 0⟩⟩

/-- All heads, and the input as far as it is picked. -/
structure Picked where
  heads : List HeadState
  input : List Nat

/-- Before any token of an input of `n` tokens is picked. -/
def HeadTables.start (T : HeadTables) (B n q : Nat) : HeadState := ⟨T.query q, ⟨(T.query q).below B n, 0, 0, 0⟩⟩

/-- All heads before any token is picked, evaluated. -/
def starts (B n q : Nat) (tables : List HeadTables) : (List HeadState → Nat) → Nat :=
  fold (fun T ih K => forcePairs (nth [] T.es q) fun es => forcePairs (nth [] T.fs q) fun fs =>
    forcePairRows ((⟨es, fs, 0, T.token, T.pos⟩ : Query).below B n) fun rest =>
    ih fun more => K (⟨⟨es, fs, 0, T.token, T.pos⟩, ⟨rest, 0, 0, 0⟩⟩ :: more)) (fun K => K []) tables

/-- Pick a token in all heads. -/
def stepHeads (t : Nat) (heads : List HeadState) : (List HeadState → Nat) → Nat :=
  fold (fun h ih K => BruteForce.step t h.state fun s => ih fun more => K (⟨h.query, s⟩ :: more)) (fun K => K []) heads

/-- Pick a token. -/
def step (t : Nat) (P : Picked) (k : Picked → Nat) : Nat := stepHeads t P.heads fun heads => k ⟨heads, t :: P.input⟩

/-- The lower bounds of a head's weights of all positions, from the position `p` on, added up. -/
def weigh (Q : Query) (x : List Nat) : Nat → Nat :=
  fold (fun t ih p => Nat.add (Nat.mul (nth (0, 0) Q.es t).1 (nth (0, 0) Q.fs p).1) (ih (Nat.succ p))) (fun _ => 0) x

/-- A row for a head: a large number less the average of its logits; a little more for the right answer `m`, for what rounding
may cost. -/
def guess (L width one m W : Nat) (s : State) : Nat :=
  Nat.force (Nat.sub L (Nat.add width 2)) fun e => Nat.force (Nat.mul (Nat.sub (Nat.pow 2 width) 1) one) fun full =>
  Nat.force (Nat.land (Nat.shiftRight (Nat.mul s.logits (Nat.div (Nat.pow 2 e) W)) e) full) fun average =>
  Nat.force (Nat.add (Nat.div s.slack W) 2) fun extra =>
  Nat.add (Nat.sub (Nat.sub full (Nat.mul extra one)) average) (Nat.shiftLeft extra (Nat.mul L m))

/-- Does each head make good its row?  Then what is asked of all rows. -/
def evenHeads (L width one m : Nat) (lane : Lane) (mask : Nat) (x : List Nat) (heads : List HeadState) : (List Nat → Bool) → Bool :=
  fold (fun h ih K => Nat.force (weigh h.query x 0) fun W => Nat.force (guess L width one m W h.state) fun D =>
    (lanesWithin mask D && lane.test h.state.slack (Nat.add h.state.logits (Nat.mul W D))) && ih fun rest => K (D :: rest))
    (fun K => K []) heads

/-- Are all rows together as much as the direct path asks? -/
def enough (L H one tops direct m : Nat) (rows : List Nat) : Bool :=
  lanesLe tops (Nat.add (Nat.add (Nat.mul (total H fun i => readLane L (nth 0 rows i) m) one) direct)
    (Nat.mul 2 (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L m)))))
    (Nat.add (total H fun i => nth 0 rows i) (Nat.mul (readLane L direct m) one))

/-- Does the input pass? -/
def passes (label : List Nat → Nat) (L width H v one tops mask direct : Nat) (P : Picked) : Bool :=
  Nat.force (label P.input) fun m => Nat.ble (Nat.succ m) v && (Lane.of L one m).force fun lane =>
  evenHeads L width one m lane mask P.input P.heads (enough L H one tops direct m)

/-- The number of inputs that pass, given the tables of all heads. -/
def count (label : List Nat → Nat) (w : Weights) (c : Params) (L H : Nat) (tables : List HeadTables) : Nat :=
  Nat.force (ones L w.d_vocab) fun one => Nat.force (Nat.mul 3 (Nat.pow 2 c.width)) fun B =>
  Nat.force (Nat.mul (Nat.pow 2 (Nat.sub L 1)) one) fun tops =>
  Nat.force (Nat.mul (Nat.sub (Nat.pow 2 c.width) 1) one) fun mask =>
  total w.d_vocab fun q => Nat.force q fun q =>
    Nat.force (nth 0 (nth HeadTables.none tables 0).direct q) fun direct => starts B w.n_ctx q tables fun heads =>
    step q ⟨heads, []⟩ (countTreeCps w.d_vocab (Nat.sub w.n_ctx 1) step (passes label L c.width H w.d_vocab one tops mask direct))

/-- Bits of a lane. -/
def lanes (w : Weights) (c : Params) : Nat := Nat.add (laneBits (w.headAt 0 0) c) (Nat.add (Nat.log2 w.heads.length) c.width)

/-- The check of a certificate. -/
def check (label : List Nat → Nat) (w : Weights) (c : Certificate) : Bool :=
  (w.mlp.isNone && (Nat.ble 1 w.heads.length && Nat.ble 1 w.n_ctx)) &&
  Nat.force (lanes w c.toParams) fun L => Nat.force w.heads.length fun H =>
  (Nat.ble (Nat.succ (Nat.add (Nat.mul (Nat.succ H) (Nat.pow 2 c.width)) 2)) (Nat.pow 2 (Nat.sub L 1)) && Nat.ble (Nat.succ c.width) L) &&
  withTables w c.toParams c.cellBits L H 0 fun tables => Nat.ble c.bound (count label w c.toParams L H tables)

end
end HeadsBruteForce
end Transformer
end Compact
