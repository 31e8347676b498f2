prelude
import Compact.Ball.Bounds
import Compact.Transformer.Strategy.NormedQuartic.Keys
/-!
# Quartic for a model with norms: products of vectors

What is known of the root of the residual stream if all attention goes to one position: products of the query's own vector, and of what the head writes.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
namespace Frame
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (gather HeadTable HeadHolds of_gather)
variable {R : Type} [RootField R]

/-- Two vectors less their means, multiplied. -/
noncomputable def product (R : Type) [RootField R] (s : Setup) (f g : Nat → R) : R :=
  sum s.w.model.d_model fun i => Normed.centred R s.w f i * Normed.centred R s.w g i

theorem centred_add (w : Normed.Weights) (f g : Nat → R) (i : Nat) :
    Normed.centred R w (fun i => f i + g i) i = Normed.centred R w f i + Normed.centred R w g i := by
  unfold Normed.centred
  rw [Normed.mean_add]
  ring [f i, g i, Normed.mean R w f, Normed.mean R w g]

theorem product_comm (s : Setup) (f g : Nat → R) : product R s f g = product R s g f := sum_congr fun _ _ => mul_comm _ _

theorem product_add (s : Setup) (f g h : Nat → R) : product R s (fun i => f i + g i) h = product R s f h + product R s g h := by
  unfold product
  rw [← sum_add]
  refine sum_congr fun i _ => ?_
  rw [centred_add, add_mul]

/-- The product of two sums, and epsilon. -/
theorem inner_add {s : Setup} (hd : 0 < s.w.model.d_model) (f g h : Nat → R) :
    ofNat R s.w.model.d_model * Normed.inner R s.w (fun i => f i + g i) (fun i => f i + h i) =
      product R s f f + ofNat R s.w.model.d_model * Normed.eps R s.w + product R s f g + (product R s f h + product R s h g) := by
  have e : ofNat R s.w.model.d_model * Normed.inner R s.w (fun i => f i + g i) (fun i => f i + h i) =
      product R s (fun i => f i + g i) (fun i => f i + h i) + ofNat R s.w.model.d_model * Normed.eps R s.w := by
    unfold Normed.inner Normed.mean product
    rw [mul_add, mul_div_cancel (ofNat_ne_zero hd)]
  rw [e, product_add, product_comm s f fun i => f i + h i, product_comm s g fun i => f i + h i, product_add, product_add, product_comm s h f]
  generalize product R s f f = a
  generalize product R s f h = b
  generalize product R s f g = c
  generalize product R s h g = d
  ring [a, b, c, d, ofNat R s.w.model.d_model, Normed.eps R s.w]

/-- The unit of a vector less its mean. -/
def unitOf (s : Setup) : Nat := s.one * s.w.model.d_model

def Rows.none : Ball.Rows := ⟨⟨[], 0, [], 0, 0⟩, 0⟩

/-- What products hold. -/
structure ProductsHold (R : Type) [RootField R] (s : Setup) (A : Head) (P : Products) : Prop where
  length : P.rows.length = s.w.model.n_ctx
  rows (p : Nat) : p < s.w.model.n_ctx → ∀ (U : Nat) (xs : List Ball) (f : Nat → R), Ball.HoldsAll U xs s.w.model.d_model f →
    Ball.HoldsAll (U * unitOf s) ((P.rows.getD p Rows.none).times xs) s.w.model.d_vocab
      fun y => sum s.w.model.d_model fun i => f i * Normed.centred R s.w (outAt R s A p y) i
  squares (p y : Nat) : p < s.w.model.n_ctx → y < s.w.model.d_vocab →
    ((P.squares.getD p []).getD y Ball.zero).Holds (unitOf s * unitOf s) (product R s (outAt R s A p y) (outAt R s A p y))
  crosses (m : Nat) : m < s.w.model.d_vocab → (P.cross.getD m []).length = s.w.model.n_ctx
  cross (m p : Nat) : m < s.w.model.d_vocab → p < s.w.model.n_ctx → Ball.HoldsAll (unitOf s * unitOf s) ((P.cross.getD m []).getD p [])
    s.w.model.d_vocab fun y => product R s (outAt R s A 0 m) (outAt R s A p y)

variable {F : Frame} (fair : F.Fair)
include fair

theorem Fair.of_withOuts {A : Head} {T : HeadTable} (H : HeadHolds R F.s A T) {k : List (List (List Ball)) → Bool} (h : F.withOuts T k = true) :
    ∃ outs, k outs = true ∧ outs.length = F.s.w.model.n_ctx ∧ ∀ p, p < F.s.w.model.n_ctx → (outs.getD p []).length = F.s.w.model.d_vocab ∧
      ∀ y, y < F.s.w.model.d_vocab → Ball.HoldsAll (unitOf F.s) ((outs.getD p []).getD y []) F.s.w.model.d_model
        (Normed.centred R F.s.w (outAt R F.s A p y)) := by
  match of_gather (P := fun p row => row.length = F.s.w.model.d_vocab ∧ ∀ y, y < F.s.w.model.d_vocab →
      Ball.HoldsAll (unitOf F.s) (row.getD y []) F.s.w.model.d_model (Normed.centred R F.s.w (outAt R F.s A p y))) [] (fun p hp k' h => ?_) h with
  | ⟨outs, h, length, each⟩ =>
    refine ⟨outs, h, length, fun p hp => ?_⟩
    have e := each p hp
    rw [Nat.zero_add p] at e
    exact e
  rw [Nat.zero_add] at h ⊢
  match of_gather (P := fun y out => Ball.HoldsAll (unitOf F.s) out F.s.w.model.d_model (Normed.centred R F.s.w (outAt R F.s A p y))) []
      (fun y hy k' h => ?_) h with
  | ⟨row, h, length, each⟩ =>
    refine ⟨row, h, length, fun y hy => ?_⟩
    have e := each y hy
    rw [Nat.zero_add y] at e
    exact e
  rw [Nat.zero_add] at h ⊢
  rw [Ball.forceList_eq, nth_eq, nth_eq, H.outs] at h
  have out := (fair.setup.affine (m := F.s.w.model.d_model) (H.values.get p y hp hy) A.W_O none).congr (g := outAt R F.s A p y) fun i _ => add_zero _
  exact fair.of_withCentred out h

theorem Fair.of_withProducts {A : Head} {T : HeadTable} (H : HeadHolds R F.s A T) {k : Products → Bool} (h : F.withProducts T k = true) :
    ∃ P, k P = true ∧ ProductsHold R F.s A P := by
  have S := fair.setup
  match fair.of_withOuts H h with
  | ⟨outs, h, length, holds⟩ =>
    rw [Nat.force_eq] at h
    match of_gather (P := fun p M => ∀ (U : Nat) (xs : List Ball) (f : Nat → R), Ball.HoldsAll U xs F.s.w.model.d_model f →
        Ball.HoldsAll (U * unitOf F.s) (Ball.Rows.times M xs) F.s.w.model.d_vocab
          fun y => sum F.s.w.model.d_model fun i => f i * Normed.centred R F.s.w (outAt R F.s A p y) i) Rows.none (fun p hp k' h => ?_) h with
    | ⟨rows, h, rowsLength, each⟩ =>
      have each (p : Nat) (hp : p < F.s.w.model.n_ctx) := Nat.zero_add p ▸ each p hp
      rw [Ball.forceRows_eq, Ball.forceTables_eq] at h
      refine ⟨_, h, rowsLength, each, fun p y hp hy => ?_, fun m hm => ?_, fun m p hm hp => ?_⟩
      · show ((((mapFold (mapFold fun c => Ball.dot c c) outs).getD p []).getD y Ball.zero)).Holds _ _
        rw [getD_mapFold _ outs (length.symm ▸ hp) [], getD_mapFold _ _ ((holds p hp).left.symm ▸ hy) []]
        have one := (holds p hp).right y hy
        exact one.dot one
      · show ((Ball.table _ F.s.w.model.d_vocab 0).getD m []).length = _
        rw [Ball.getD_table_zero _ [] hm]
        exact (length_mapFold _ _).trans rowsLength
      · show Ball.HoldsAll _ (((Ball.table _ F.s.w.model.d_vocab 0).getD m []).getD p []) _ _
        rw [Ball.getD_table_zero _ [] hm, getD_mapFold _ rows (rowsLength.symm ▸ hp) Rows.none, nth_eq, nth_eq]
        exact each p hp _ _ _ ((holds 0 S.n_ctx).right m hm)
    rw [Nat.zero_add] at h ⊢
    rw [nth_eq] at h
    have row := (holds p hp).left
    match Ball.of_withCentres (g := fun y => Normed.centred R F.s.w (outAt R F.s A p y)) (fun y hy => (holds p hp).right y (row ▸ hy)) h with
    | ⟨M, h, all⟩ => exact ⟨M, h, fun U xs f hx => row ▸ all U xs f hx⟩

/-! ## A query -/

/-- What is known of a query, a position and a token. -/
structure ReachHolds (R : Type) [RootField R] (s : Setup) (A : Head) (q p y : Nat) (r : Reach) : Prop where
  mixed : r.mixed.Holds (unitOf s * unitOf s) (product R s (ownAt R s q) (ownAt R s q) + ofNat R s.w.model.d_model * Normed.eps R s.w +
    product R s (ownAt R s q) (outAt R s A p y))
  root : r.root.Holds (unitOf s) (Normed.root R s.w (wholeAt R s A q p y))
  top : ofNat R s.finer * Normed.root R s.w (wholeAt R s A q p y) ≤ ofNat R r.top

theorem Fair.of_withReach {A : Head} {q p y : Nat} {own other square : Ball}
    (hown : own.Holds (unitOf F.s * unitOf F.s) (product R F.s (ownAt R F.s q) (ownAt R F.s q) + ofNat R F.s.w.model.d_model * Normed.eps R F.s.w))
    (hother : other.Holds (unitOf F.s * unitOf F.s) (product R F.s (ownAt R F.s q) (outAt R F.s A p y)))
    (hsquare : square.Holds (unitOf F.s * unitOf F.s) (product R F.s (outAt R F.s A p y) (outAt R F.s A p y))) {k : Reach → Bool}
    (h : F.withReach own other square k = true) : ∃ r, k r = true ∧ ReachHolds R F.s A q p y r := by
  have S := fair.setup
  unfold withReach at h
  rw [Ball.force_eq, Ball.force_eq, Ball.force_eq, Nat.force_eq] at h
  have mixed := hown.add hother
  have whole := (mixed.add (hother.add hsquare)).of_eq (inner_add S.d_model (ownAt R F.s q) (outAt R F.s A p y) (outAt R F.s A p y)).symm
  have root := ((whole.to_unit.shrink S.d_model).root F.s.c.steps (S.variance_nonneg (wholeAt R F.s A q p y)))
  have unit : unitOf F.s = F.s.finer * (F.s.unit * F.s.w.model.d_model) := by
    unfold unitOf
    rw [S.one, Nat.mul_comm F.s.unit F.s.finer, Nat.mul_assoc]
  have small := (unit ▸ root).shrink (Nat.mul_pos S.unit_pos S.d_model)
  exact ⟨_, h, mixed, root, small.le_top⟩

/-- What is known of a query. -/
structure SideHolds (R : Type) [RootField R] (s : Setup) (A : Head) (q : Nat) (S : Side) : Prop where
  length : S.reaches.length = s.w.model.n_ctx
  row (p : Nat) : p < s.w.model.n_ctx → (S.reaches.getD p []).length = s.w.model.d_vocab
  reach (p y : Nat) : p < s.w.model.n_ctx → y < s.w.model.d_vocab →
    ReachHolds R s A q p y ((S.reaches.getD p []).getD y ⟨Ball.zero, Ball.zero, 0⟩)
  first (m : Nat) : m < s.w.model.d_vocab →
    (S.first.getD m Ball.zero).Holds (unitOf s * unitOf s) (product R s (ownAt R s q) (outAt R s A 0 m))

theorem Fair.of_withSide {A : Head} {P : Products} (holds : ProductsHold R F.s A P) {q : Nat} {k : Side → Bool}
    (h : F.withSide P (NormedBruteForce.Setup.biases F.s.finer F.s.w.model.b_O F.s.w.model.d_model) q k = true) :
    ∃ side, k side = true ∧ SideHolds R F.s A q side := by
  have S := fair.setup
  unfold withSide at h
  rw [Ball.forceList_eq] at h
  have b_O := S.biases (R := R) F.s.finer F.s.w.model.b_O F.s.w.model.d_model
  rw [← S.one] at b_O
  match fair.of_withCentred ((S.residOf (R := R) (F.s.w.model.n_ctx - 1) q).addAll b_O) h with
  | ⟨own, h, ownHolds⟩ =>
    rw [Nat.force_eq, Ball.force_eq, Ball.forceRows_eq] at h
    have ownHolds : Ball.HoldsAll (unitOf F.s) own F.s.w.model.d_model (Normed.centred R F.s.w (ownAt R F.s q)) := ownHolds
    have square := (ownHolds.dot ownHolds).add (((S.epsilon (R := R) (unitOf F.s * unitOf F.s)).scale F.s.w.model.d_model))
    have others {p : Nat} (hp : p < F.s.w.model.n_ctx) : Ball.HoldsAll (unitOf F.s * unitOf F.s)
        (nth [] (mapFold (fun M : Ball.Rows => M.times own) P.rows) p) F.s.w.model.d_vocab fun y => product R F.s (ownAt R F.s q) (outAt R F.s A p y) := by
      rw [nth_eq, getD_mapFold _ P.rows (holds.length.symm ▸ hp) Rows.none]
      exact holds.rows p hp _ _ _ ownHolds
    match of_gather (P := fun p row => row.length = F.s.w.model.d_vocab ∧ ∀ y, y < F.s.w.model.d_vocab →
        ReachHolds R F.s A q p y (row.getD y ⟨Ball.zero, Ball.zero, 0⟩)) [] (fun p hp k' h => ?_) h with
    | ⟨reaches, h, length, each⟩ =>
      have each (p : Nat) (hp : p < F.s.w.model.n_ctx) := Nat.zero_add p ▸ each p hp
      exact ⟨_, h, length, fun p hp => (each p hp).left, fun p y hp hy => (each p hp).right y hy, (others S.n_ctx).get⟩
    rw [Nat.zero_add] at h ⊢
    match of_gather (P := fun y r => ReachHolds R F.s A q p y r) ⟨Ball.zero, Ball.zero, 0⟩ (fun y hy k' h => ?_) h with
    | ⟨row, h, length, each⟩ =>
      refine ⟨row, h, length, fun y hy => ?_⟩
      have e := each y hy
      rw [Nat.zero_add y] at e
      exact e
    rw [Nat.zero_add] at h ⊢
    rw [nth_eq Ball.zero, nth_eq Ball.zero, nth_eq [] P.squares] at h
    exact fair.of_withReach square ((others hp).get y hy) (holds.squares p y hp hy) h

end Frame
end NormedQuartic
end Transformer
end Compact
