prelude
import Compact.Packed.PassLanes
import Compact.Transformer.Strategy.HeadsAnchored.Check
/-!
# Strategy: cubic, where the right answer stands at one position, for any number of heads: the check

As quartic (`Strategy/HeadsAnchored/Check.lean`), each head has a row in place of the direct path, for each query and right answer.  But
tokens are not compared output by output: a number says by how much the path of the right answer through its anchor leads over all other
outputs (`leads`), and others by how much less the paths of other tokens (`tokenShort`) and through other positions (`posShort`) may,
whatever the query is.  So a key *gives* its least weight times the lead, and *takes* that weight times the shortfalls, and
what rounding may cost.  Of a query, all right answers are looked at side by side, each at a lane: a token passes a level, at a position, if
what it takes is no more than what it gives and so many parts of what the head can spare.  How many tokens pass is added up lane by lane
(`Packed/PassLanes.lean`).  Definitions only; `Strategy/HeadsAnchoredCubic.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchoredCubic
open HeadsAnchored (allMargin pathAt rowsOk withRows)
open HeadsBruteForce (HeadTables)
open HeadsCubic (shortOk)
noncomputable section

/-- What a certificate says of shares, leads, shortfalls and levels. -/
structure Claims where
  /-- Bits of a lane of rows. -/
  bits : Nat
  /-- A head's share is a number of `shareBits` bits, over `2^shareBits`. -/
  shareBits : Nat
  /-- Of what can be spared, in how many parts it is divided. -/
  parts : Nat
  /-- Bits of a number of inputs. -/
  countBits : Nat
  /-- Bits of a lane of right answers. -/
  lane : Nat
  /-- The levels that are distinguished. -/
  levels : List Nat
  /-- For each query and right answer (the last token: the query alone): the shares of the heads, packed; 0 to count nothing. -/
  shares : List (List Nat)
  /-- For each query and head: of each right answer, packed, by how much its path leads. -/
  leads : List (List Nat)
  /-- For each head and token: by how much less its path may lead than that of each right answer, packed. -/
  tokenShort : List (List Nat)
  /-- For each head and position: the same, through this position. -/
  posShort : List (List Nat)

/-- The right answer at the lane `j` of the query `q`, its position, and the number of lanes: free positions begin at `s`. -/
def answer (s q j : Nat) : Nat := Nat.rec (motive := fun _ => Nat) q (fun _ _ => j) s
def anchor (s n : Nat) : Nat := Nat.rec (motive := fun _ => Nat) (Nat.sub n 1) (fun _ _ => 0) s
def lanes (s v : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => v) s

/-- Numbers for all right answers, of `b` bits each, as lanes of `W` bits for the `m` right answers of a query. -/
def spread (W b s q m N : Nat) : Nat := packFrom W (fun j => readLane b N (answer s q j)) m

/-! ## Shortfalls and leads -/

/-- The shortfalls of one token or position: its row is `R`, and `best` those of the right answers. -/
def rowShortOk (L b tops one v R N : Nat) (best : Nat → Nat) : Bool :=
  allBelow v fun a => shortOk L tops one a (best a) R (readLane b N a)

/-- The shortfalls of one head. -/
def headShortOk (T : HeadTables) (L b tops one v n p : Nat) (token pos : List Nat) : Bool :=
  (allBelow v fun y => Nat.force (nth 0 T.token y) fun R => Nat.force (nth 0 token y) fun N =>
    rowShortOk L b tops one v R N fun a => nth 0 T.token a) &&
  Nat.force (nth 0 T.pos p) fun best => allBelow n fun p' => Nat.force (nth 0 T.pos p') fun R => Nat.force (nth 0 pos p') fun N =>
    rowShortOk L b tops one v R N fun _ => best

/-- The shortfalls of all heads. -/
def shortsOk (C : Claims) (tables : List HeadTables) (H b tops one v n p : Nat) : Bool :=
  allBelow H fun i => headShortOk (nth HeadTables.none tables i) C.bits b tops one v n p (nth [] C.tokenShort i) (nth [] C.posShort i)

/-- Does `R`, the path of the right answer `a`, lead by so much? -/
def leadOk (L tops one a lead R : Nat) : Bool :=
  lanesLe tops (Nat.add R (Nat.mul lead (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L a))))) (Nat.mul (readLane L R a) one)

/-! ## Keys -/

/-- The least weight of a key, and what rounding may cost. -/
def termAt (terms : List (List (List (Nat × Nat)))) (i p y : Nat) : Nat × Nat := nth (0, 0) (nth [] (nth [] terms i) p) y

/-- What a key gives, and what it takes. -/
def gives (X : Nat × Nat) (lead : Nat) : Nat := Nat.mul X.1 lead
def takes (X : Nat × Nat) (token pos : Nat) : Nat := Nat.add (Nat.mul X.1 (Nat.add token pos)) X.2

/-- What head `i` is given, and what is taken of it, by the keys that the right answer `a` and the query have in any case. -/
def ownGives (terms : List (List (List (Nat × Nat)))) (s n q a lead i : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (gives (termAt terms i (Nat.sub n 1) q) lead)
    (fun _ own => Nat.add (gives (termAt terms i 0 a) lead) own) s
def ownTakes (C : Claims) (terms : List (List (List (Nat × Nat)))) (b s n q a i : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat)
    (takes (termAt terms i (Nat.sub n 1) q) (readLane b (nth 0 (nth [] C.tokenShort i) q) a)
      (readLane b (nth 0 (nth [] C.posShort i) (Nat.sub n 1)) a))
    (fun _ own => Nat.add (takes (termAt terms i 0 a) (readLane b (nth 0 (nth [] C.tokenShort i) a) a)
      (readLane b (nth 0 (nth [] C.posShort i) 0) a)) own) s

/-- The lead of a head at a lane. -/
def leadAt (C : Claims) (b q i j : Nat) : Nat := readLane b (nth 0 (nth [] C.leads q) i) j

/-- What a head can spare at a lane; nothing if that is too much for a lane. -/
def spareAt (C : Claims) (terms : List (List (List (Nat × Nat)))) (b half s n q i j : Nat) : Nat :=
  Nat.force (Nat.sub (ownGives terms s n q (answer s q j) (leadAt C b q i j) i) (ownTakes C terms b s n q (answer s q j) i)) fun κ =>
  Bool.rec (motive := fun _ => Nat) 0 κ (Nat.ble (Nat.succ (Nat.mul C.parts κ)) half)

/-- For each lane, what a key gives less what it takes, times all parts, above the top bit; `A` are the shortfalls.  Nothing if a lane may
not hold it. -/
def gainOf (parts wide half one tops : Nat) (X : Nat × Nat) (G A : Nat) : Nat :=
  Nat.force X.1 fun lo => Nat.force (Nat.mul parts lo) fun weight => Nat.force (Nat.mul parts X.2) fun slack =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.sub (Nat.add tops (Nat.mul weight G)) (Nat.add (Nat.mul weight A) (Nat.mul slack one)))
    (Nat.ble (Nat.add (Nat.mul weight wide) slack) half)

/-- These of a token at all free positions, in all heads; `short` gives the shortfalls of tokens, by head. -/
def gainsOf (C : Claims) (terms : List (List (List (Nat × Nat)))) (wide half one tops s k H : Nat) (leads : List Nat)
    (pos : List (List Nat)) (short : Nat → Nat → Nat) (y : Nat) : List (List Nat) :=
  listFrom (fun i => Nat.force (short i y) fun A => Nat.force (nth 0 leads i) fun G => listFrom (fun p =>
    gainOf C.parts wide half one tops (termAt terms i p y) G (Nat.add A (nth 0 (nth [] pos i) (Nat.sub p s)))) k s) H 0

/-- Evaluated, for all tokens from `y` on. -/
def withGains (gains : Nat → List (List Nat)) (v : Nat) : Nat → (List (List (List Nat)) → Nat) → Nat :=
  Nat.rec (motive := fun _ => Nat → (List (List (List Nat)) → Nat) → Nat) (fun _ K => K [])
    (fun _ ih y K => Nat.force y fun y => forceRows (gains y) fun rows => ih (Nat.succ y) fun rest => K (rows :: rest)) v

/-- For each lane, how many tokens pass the level `l`. -/
def levelRow (C : Claims) (tops H l : Nat) (spares : List Nat) (gains : List (List (List Nat))) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (forceList (listFrom (fun i => Nat.mul l (nth 0 spares i)) H 0) fun more => passLanes C.lane tops more gains)
    (Nat.ble l C.parts)

/-- For each level and lane, how many tokens pass. -/
def withLevels (C : Claims) (terms : List (List (List (Nat × Nat)))) (b v n s k q m H : Nat) (short : Nat → Nat → Nat)
    (K : List Nat → Nat) : Nat :=
  Nat.force (ones C.lane m) fun one => Nat.force (Nat.mul (Nat.pow 2 (Nat.sub C.lane 1)) one) fun tops =>
  Nat.force (Nat.pow 2 (Nat.sub C.lane 2)) fun half => Nat.force (Nat.pow 2 (Nat.succ b)) fun wide =>
  forceList (listFrom (fun i => packFrom C.lane (fun j => leadAt C b q i j) m) H 0) fun leads =>
  forceList (listFrom (fun i => packFrom C.lane (fun j => spareAt C terms b half s n q i j) m) H 0) fun spares =>
  forceRows (listFrom (fun i => listFrom (fun p => spread C.lane b s q m (nth 0 (nth [] C.posShort i) p)) k s) H 0) fun pos =>
  withGains (gainsOf C terms wide half one tops s k H leads pos short) v 0 fun gains =>
  forceList (mapFold (fun l => levelRow C tops H l spares gains) C.levels) K

/-! ## Inputs -/

/-- Do the right answer's paths lead, and is something left of what each head is given? -/
def headsOk (C : Claims) (tables : List HeadTables) (terms : List (List (List (Nat × Nat)))) (b s n tops one H p q a j : Nat)
    (rows : List Nat) : Bool :=
  allBelow H fun i => Nat.force i fun i => Nat.force (leadAt C b q i j) fun lead =>
    leadOk C.bits tops one a lead (Nat.add (nth 0 rows i) (pathAt (nth HeadTables.none tables i) p a)) &&
    Nat.ble (ownTakes C terms b s n q a i) (ownGives terms s n q a lead i)

/-- The inputs of one query and the right answer at the lane `j`. -/
def countLane (C : Claims) (tables : List HeadTables) (width H b n one tops s q : Nat) (terms : List (List (List (Nat × Nat))))
    (direct k : Nat) (passes : List Nat) (j : Nat) : Nat :=
  Nat.force (nth 0 (nth [] C.shares q) j) fun shares => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ =>
    Nat.force (answer s q j) fun a => Nat.force (anchor s n) fun p =>
    Nat.force (Nat.sub one (Nat.shiftLeft 1 (Nat.mul C.bits a))) fun but =>
    Nat.force (allMargin C.bits H one direct p a tables) fun margin =>
    withRows C.bits width one p a C.shareBits shares margin tables H 0 (Nat.mul (Nat.add H 2) but) fun rows =>
    Bool.rec (motive := fun _ => Nat) 0
      (Nat.force (levelCountsFrom C.countBits (fun i _ => readLane C.lane (nth 0 passes i) j) C.levels 0 0) fun N =>
        lowCount (Nat.pow 2 C.countBits) C.parts (Nat.pow N k))
      (rowsOk C.bits width H one tops direct a rows && headsOk C tables terms b s n tops one H p q a j rows)) shares

/-- The inputs of one query, by a count of each right answer: of the terms, the direct path, the number of free positions, how many tokens
pass, and the lane. -/
def countQuery (C : Claims) (tables : List HeadTables) (width H v n s q : Nat) (short : Nat → Nat → Nat) (B : Nat)
    (count : List (List (List (Nat × Nat))) → Nat → Nat → List Nat → Nat → Nat) : Nat :=
  Nat.force (Nat.add width 2) fun b => Nat.force (Nat.sub (Nat.sub n 1) s) fun k => Nat.force (lanes s v) fun m =>
  Nat.force (nth 0 (nth HeadTables.none tables 0).direct q) fun direct => HeadsFirst.withTerms B q tables fun terms =>
  withLevels C terms b v n s k q m H short fun passes => total m fun j => Nat.force j fun j => count terms direct k passes j

/-- A certificate: how to round, what is claimed, and the bound. -/
structure Certificate extends Params, Claims where
  /-- The number of heads. -/
  heads : Nat
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  bound : Nat

/-- What quartic's claims and certificate have, too. -/
def Claims.anchored (C : Claims) : HeadsAnchored.Claims := ⟨C.bits, C.shareBits, 0, C.parts, C.countBits, C.shares, []⟩
def Certificate.anchored (c : Certificate) : HeadsAnchored.Certificate := ⟨c.toParams, c.toClaims.anchored, c.heads, c.cellBits, c.bound⟩

/-- Do lanes hold what is in them? -/
def lanesOk (w : Weights) (c : Certificate) : Bool :=
  Nat.ble (Nat.add c.width 5) c.bits && (Nat.ble 2 c.lane && Nat.ble (Nat.succ w.d_vocab) (Nat.pow 2 c.lane))

/-- Are all shortfalls right, and what is counted then by `count B one tops tables`? -/
def counted (w : Weights) (c : Certificate) (s : Nat) (count : Nat → Nat → Nat → List HeadTables → Nat) (B one tops : Nat)
    (tables : List HeadTables) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 (count B one tops tables)
    (shortsOk c.toClaims tables c.heads (Nat.add c.width 2) tops one w.d_vocab w.n_ctx (anchor s w.n_ctx))

/-- Is the model one that the strategy is about, and is as much counted as is claimed? -/
def sizesOk (w : Weights) (c : Certificate) (s : Nat) : Bool := HeadsAnchored.shapeOk w c.anchored s && lanesOk w c
def countsOk (w : Weights) (c : Certificate) (s : Nat) (count : Nat → Nat → Nat → List HeadTables → Nat) : Bool :=
  HeadsAnchored.countsOk w c.anchored (counted w c s count)

end
end HeadsAnchoredCubic
end Transformer
end Compact
