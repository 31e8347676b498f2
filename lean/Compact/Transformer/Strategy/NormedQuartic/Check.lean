prelude
import Compact.Counting.Classes
import Compact.Counting.Kept
import Compact.Packed.Lanewise
import Compact.Packed.Running
import Compact.Transformer.Strategy.HeadsQuartic.Check
import Compact.Transformer.Strategy.NormedQuartic.Bias
/-!
# Strategy: quartic, for a model with norms, one head and no MLP: the check

The first norm acts on each position with its token alone, and the last divides all logits by one positive number.  So a difference of
logits, times that number and the denominator of softmax, is a sum over positions (`Normed/Biased.lean`; `Bias.lean` says what becomes of a bias of the
unembedding).  What a position with its token
adds for a query is a packed row, a lane an output, with a slack for all that was rounded.  For a maximum `m` the rows of a token at all
positions are replaced by their greatest lanes; then classes of inputs are looked at: so many copies of `m`.  What these and the query can
spare is divided into parts; the certificate gives each other token a level, how many of them it may take, and an input is counted if
the levels of its tokens are no more than all parts together (as by quartic for several heads).
Definitions only; `Strategy/NormedQuartic.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
noncomputable section
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (gather HeadTable biases atLeastAll)
open HeadsQuartic (levelPowers levelOf)

namespace Frame
variable (F : Frame)

/-! ## Queries -/

/-- The keys of a query: at all positions but the last with all tokens, and at the last with the query itself. -/
structure Query where
  others : List (List Key)
  last : Key
  /-- What is known of it, if there is a bias of the unembedding. -/
  side : Side

def Query.none : Query := ⟨[], Key.none, ⟨[], []⟩⟩

/-- The keys of all positions, each a matrix with a column for each token. -/
def withScorers (T : HeadTable) : (List Ball.Rows → Bool) → Bool :=
  Nat.force (Nat.add (Nat.mul 2 (Nat.log2 F.s.one)) 80) fun L =>
  gather (fun p => Ball.withCentres L F.s.w.model.d_head (nth [] T.keys p)) F.s.w.model.n_ctx 0

/-- Evaluate the keys of a query, then go on with them. -/
def withQuery (T : HeadTable) (scorers : List Ball.Rows) (rows : List (List Nat)) (b_O : List Ball) (unembed : Ball.Matrix) (P : Products) (q : Nat)
    (k : Query → Bool) : Bool :=
  Nat.force q fun q => F.withOwn b_O unembed q fun own =>
  Ball.forceRows (mapFold (fun M : Ball.Rows => mapFold F.s.score (M.times (nth [] T.queries q))) scorers) fun scores =>
  Nat.force (fold (fun row ih => fold (fun x ih => Nat.add x.minus ih) ih row) 0 scores) fun b =>
  Nat.force (fold (fun row ih => fold (fun x ih => Nat.max (Nat.add (Nat.add x.plus x.radius) (Nat.sub b x.minus)) ih) ih row) 0 scores) fun a =>
  fold (fun row ih => atLeastAll a b row && ih) true scores &&
  Ball.forceRows (mapFold (mapFold (Ball.expBelow F.s.c.form F.s.error F.s.one a b)) scores) fun es =>
  Nat.force (Nat.sub F.s.w.model.n_ctx 1) fun n =>
  F.withKey (nth Ball.zero (nth [] es n) q) own (nth 0 (nth [] rows n) q) fun last =>
  gather (fun p => gather (fun y => F.withKey (nth Ball.zero (nth [] es p) y) own (nth 0 (nth [] rows p) y)) F.s.w.model.d_vocab 0) n 0 fun others =>
  Option.rec (motive := fun _ => Bool) (k ⟨others, last, ⟨[], []⟩⟩) (fun _ => F.withSide P b_O q fun side => k ⟨others, last, side⟩) F.s.w.model.b_U

/-! ## Classes -/

/-- By how much each lane of a key, with its slack, is ahead of the lane `m`, shifted up; nothing in that lane. -/
def behind (m : Nat) (K : Key) : Nat :=
  Nat.force (readLane F.L K.row m) fun x => Nat.force (Nat.add K.slack (Nat.sub F.most x)) fun a =>
  Nat.sub (Nat.add K.row (Nat.mul a F.ones)) (Nat.mul (Nat.add a x) (Nat.pow 2 (Nat.mul F.L m)))

/-- The greatest lanes of a token at all positions but the last. -/
def worst (others : List (List Key)) (m y : Nat) : Nat :=
  fold (fun row ih => Nat.force ih fun M => Nat.force (F.behind m (nth Key.none row y)) fun N => lanesMax F.tops (Nat.sub F.L 1) M N) 0 others

/-- Does a token with the lanes `x` take no more than `l` parts of what is left of `r` by `base`? -/
def takes (base r l x : Nat) : Bool :=
  lanesLe F.tops (Nat.add (Nat.mul F.C.parts x) (Nat.mul l base)) (Nat.mul (Nat.add (Nat.mul F.C.parts F.most) (Nat.mul l r)) F.ones)

/-- The inputs of the class with `c` other tokens: `Xs`, `X`, `Xq` are the lanes of the tokens below `m`, of `m`, and of the query; `N` is more
than all inputs. -/
def countClass (Xs : List Nat) (X Xq N n m levels c : Nat) : Nat :=
  Nat.force (Nat.add (Nat.mul (Nat.sub n c) X) Xq) fun base => Nat.force (Nat.sub (Nat.sub (Nat.mul (Nat.succ n) F.most) 1) (Nat.mul c F.most)) fun r =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (levelPowers N (levelOf F.C.levelBits m levels c)
      (fun s => Nat.ble (levelOf F.C.levelBits m levels c s) F.C.parts && F.takes base r (levelOf F.C.levelBits m levels c s) (nth 0 Xs s)) m) fun S =>
      lowCount N F.C.parts (Nat.mul (binom n c) (Nat.pow S c)))
    (lanesLe F.tops base (Nat.mul r F.ones))

/-- The inputs counted for a query and a maximum, given its keys. -/
def pairOf (n m q : Nat) (others : List (List Key)) (last : Key) : Nat :=
  forceList (Ball.table (F.worst others m) m 0) fun Xs => Nat.force (F.worst others m m) fun X => Nat.force (F.behind m last) fun Xq =>
  Nat.force (Nat.pow 2 F.C.countBits) fun N => Nat.force (nth 0 (nth [] F.C.levels m) q) fun levels =>
  total (classes n q m) fun c => Nat.force c fun c => F.countClass Xs X Xq N n m levels c

/-- The inputs counted for a maximum. -/
def ofMaximum (P : Products) (queries : List Query) (n m : Nat) : Nat :=
  Option.rec (motive := fun _ => Nat)
    (total (Nat.succ m) fun q => Nat.force q fun q =>
      Query.rec (motive := fun _ => Nat) (fun others last _ => F.pairOf n m q others last) (nth Query.none queries q))
    (fun T => F.withLeaning T m fun B => total (Nat.succ m) fun q => Nat.force q fun q =>
      Query.rec (motive := fun _ => Nat) (fun others last side => F.tilted P B side others last q m (F.pairOf n m q)) (nth Query.none queries q))
    F.s.w.model.b_U

/-- The inputs counted for all queries and maxima. -/
def count (P : Products) (queries : List Query) : Nat :=
  Nat.force (Nat.sub F.s.w.model.n_ctx 1) fun n => total F.s.w.model.d_vocab fun m => Nat.force m fun m => F.ofMaximum P queries n m

/-- The products that a bias needs. -/
def withProductsIf (T : HeadTable) (k : Products → Bool) : Bool :=
  Option.rec (motive := fun _ => Bool) (k ⟨[], [], []⟩) (fun _ => F.withProducts T k) F.s.w.model.b_U

/-- Are as many inputs counted as the certificate claims? -/
def enough (A : Head) : Bool :=
  F.s.withNorms fun norms => F.s.withHead norms A fun T =>
  (F.s.matrix F.s.w.model.W_U F.s.w.model.d_model F.s.w.model.d_vocab).force fun unembed =>
  Ball.forceList (biases F.s.finer F.s.w.model.b_O F.s.w.model.d_model) fun b_O => F.withRows T unembed fun rows => F.withScorers T fun scorers =>
  F.withProductsIf T fun P => gather (F.withQuery T scorers rows b_O unembed P) F.s.w.model.d_vocab 0 fun queries =>
  Nat.ble F.s.c.bound (F.count P queries)

end Frame

/-- Of a list with one entry, that one. -/
def only {α : Type} (xs : List α) (k : α → Bool) : Bool :=
  List.rec (motive := fun _ => Bool) false (fun x rest _ => List.rec (motive := fun _ => Bool) (k x) (fun _ _ _ => false) rest) xs

/-- More than a lane of a row: twice that, if rows are tilted. -/
def mostOf (w : Normed.Weights) (c : Certificate) : Nat :=
  Nat.pow 2 (Nat.succ (Nat.add (Nat.add c.prec c.width) (Option.rec (motive := fun _ => Nat) 0 (fun _ => 1) w.model.b_U)))

/-- What is asked of the model and of lanes. -/
def fair (w : Normed.Weights) (c : Certificate) : Bool :=
  ((Nat.ble 1 w.model.n_ctx && Nat.ble 1 w.model.d_model) && (Nat.ble 1 w.model.attn_scale && (Nat.ble 1 w.eps_den && c.form.fit))) &&
  ((Nat.ble 1 w.eps_num && w.model.mlp.isNone) && ((Nat.ble 1 c.bits && Nat.ble 1 c.parts) &&
    (Nat.ble (Nat.succ (Nat.mul c.parts (Nat.mul (Nat.succ w.model.n_ctx) (Nat.mul 3 (mostOf w c)))))
        (Nat.pow 2 (Nat.sub c.bits 1)) &&
      Nat.ble (Nat.succ (Nat.pow (Nat.succ w.model.d_vocab) (Nat.sub w.model.n_ctx 1))) (Nat.pow 2 c.countBits))))

/-- The check of a certificate, for the maximum. -/
def check (w : Normed.Weights) (c : Certificate) : Bool :=
  fair w c && only w.model.heads fun A =>
  Nat.force (Nat.pow 2 w.model.frac) fun unit => Nat.force (Nat.pow 2 c.extra) fun finer => Nat.force (Nat.mul unit finer) fun one =>
  Nat.force c.form.error fun error => Nat.force c.bits fun L => Nat.force (ones L w.model.d_vocab) fun ones =>
  Nat.force (Nat.mul (Nat.pow 2 (Nat.sub L 1)) ones) fun tops => Nat.force (Nat.pow 2 c.offset) fun offset => Nat.force (Nat.pow 2 c.width) fun wide =>
  Nat.force c.radius fun radius => Nat.force (mostOf w c) fun most =>
  (Frame.mk (Setup.mk w c.toCertificate unit finer one error) c.toCounting L ones tops offset wide radius most).enough A

end
end NormedQuartic
end Transformer
end Compact
