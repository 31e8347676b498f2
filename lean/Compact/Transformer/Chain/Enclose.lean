prelude
import Compact.Transformer.Chain.Bound
import Compact.Transformer.Chain.Peel
import Compact.Transformer.Chain.Product
/-!
# A product, known up to a constant in each row and a bounded rest

A certificate chooses which parts of rank one are taken off a chain and how the rest is bounded, or that the rest is
multiplied out.  What comes of it is one packed row of integers for each row of the product, and one bound: within a row,
the differences of the product are those of the integers, up to the bound (`Enclosed`).
-/
namespace Compact

/-- How a product is enclosed.  Any choice is sound. -/
structure Part where
  /-- 1 to multiply out what is left, 0 to bound it. -/
  exact : Nat
  /-- What is taken off: lists of an index of a factor, a column and a row, the latter packed. -/
  peels : List (List Nat)
  /-- How the rest is bounded: the best of these plans counts, for each row. -/
  plans : List Nat

namespace Chain
noncomputable section

/-- `r` rows of zeros. -/
def zeros (r : Nat) : List Nat := Nat.rec (motive := fun _ => List Nat) [] (fun _ ih => 0 :: ih) r

/-- Take off all parts, adding them to the packed `rows` (shifted by `off`), then go on with what is left. -/
def peels {α : Type} (bits L r v : Nat) : List (List Nat) → List Factor → Factor → List Nat → Nat →
    (List Factor → Factor → List Nat → Nat → α) → α
  | [], Xs, X, rows, off, k => k Xs X rows off
  | p :: ps, Xs, X, rows, off, k => peel bits Xs X r (nth 0 p 0) (nth 0 p 1) (nth 0 p 2) fun Ys Y U V =>
    forceList (addLists rows (U.mulRows L 1 v V)) fun rows => Nat.force (Nat.add off (U.mulOff 1 V)) fun off =>
    peels bits L r v ps Ys Y rows off k

/-- Bounds of the ranges of the rows, by the best of several plans. -/
def rangesBy (Xs : List Factor) (X : Factor) (plans : List Nat) : List Nat :=
  List.rec (motive := fun _ => List Nat) (ranges Xs X 0) (fun plan plans _ => bestRanges Xs X plan plans) plans

/-- Enclose a chain, then go on with packed rows, their offset and the bounds. -/
def enclose {α : Type} (bits L r v : Nat) (p : Part) (Xs : List Factor) (X : Factor) (k : List Nat → Nat → List Nat → α) : α :=
  peels bits L r v p.peels Xs X (zeros r) 0 fun Ys Y rows off => Nat.rec (motive := fun _ => α)
    (forceList (rangesBy Ys Y p.plans) fun ds => k rows off ds)
    (fun _ _ => product L v Ys Y fun rows' off' => forceList (addLists rows rows') fun rows =>
      Nat.force (Nat.add off off') fun off => k rows off (zeros r))
    p.exact

end

/-- What is known of `f`: packed rows, and bounds of what they leave out. -/
structure Enclosed (R : Type) [ExpField R] (L r v : Nat) (rows : List Nat) (off : Nat) (ds : List Nat)
    (f : Nat → Nat → R) : Prop where
  length : rows.length = r
  row (i : Nat) : i < r → ∃ lane : Nat → Nat, rows.getD i 0 = pack L v lane ∧ (∀ j, j < v → lane j ≤ 2 * off) ∧
    ∀ j j', j < v → j' < v →
      f i j - ofNat R (lane j) - (f i j' - ofNat R (lane j')) ≤ ofNat R (ds.getD i 0)

section
variable {R : Type} [ExpField R] {L r v : Nat}

theorem length_zeros (r : Nat) : (zeros r).length = r := by
  induction r with
  | zero => rfl
  | succ r ih => exact congrArg Nat.succ ih

theorem getD_zeros (r i : Nat) : (zeros r).getD i 0 = 0 := by
  induction r generalizing i with
  | zero => rfl
  | succ r ih =>
    cases i with
    | zero => rfl
    | succ i => exact ih i

theorem holds_zeros (R : Type) [ExpField R] (L r v : Nat) : Holds R L r v (zeros r) 0 fun _ _ => 0 :=
  ⟨length_zeros r, fun i _ => ⟨fun _ => 0, (getD_zeros r i).trans (pack_zero L v).symm,
    fun _ _ => ⟨Nat.zero_le _, (sub_self _).symm⟩⟩⟩

variable {bits : Nat} (hb : 0 < bits)
include hb

theorem peels_spec {ps : List (List Nat)} {Xs : List Factor} {X : Factor} (h : Shape Xs X r v) {rows : List Nat} {off : Nat}
    {f g : Nat → Nat → R} (hr : Holds R L r v rows off f) (hg : ∀ i j, i < r → j < v → g i j = f i j + val R Xs X i j)
    {k : List Factor → Factor → List Nat → Nat → Bool} (hk : peels bits L r v ps Xs X rows off k = true) :
    ∃ Ys, ∃ Y, ∃ rows, ∃ off, ∃ f : Nat → Nat → R, Shape Ys Y r v ∧ Holds R L r v rows off f ∧
      (∀ i j, i < r → j < v → g i j = f i j + val R Ys Y i j) ∧ k Ys Y rows off = true := by
  induction ps generalizing Xs X rows off f with
  | nil => exact ⟨Xs, X, rows, off, f, h, hr, hg, hk⟩
  | cons p ps ih =>
    match peel_spec (R := R) hb h (nth 0 p 0) (nth 0 p 1) (nth 0 p 2) hk with
    | ⟨Ys, Y, U, V, ⟨P, _⟩, hk⟩ =>
      rw [forceList_eq, Nat.force_eq] at hk
      refine ih P.shape (hr.add (holds_mulRows P.column P.row)) (fun i j hi hj => ?_) hk
      rw [hg i j hi hj, P.eq i j hi hj, P.column.val_mul R P.row hi hj, sum_one, add_assoc]

/-- What `enclose` goes on with. -/
theorem enclose_spec {p : Part} {Xs : List Factor} {X : Factor} (h : Shape Xs X r v) {k : List Nat → Nat → List Nat → Bool}
    (hk : enclose bits L r v p Xs X k = true) :
    ∃ rows, ∃ off, ∃ ds, Enclosed R L r v rows off ds (val R Xs X) ∧ k rows off ds = true := by
  match peels_spec hb h (holds_zeros R L r v) (g := val R Xs X) (fun i j _ _ => (zero_add _).symm) hk with
  | ⟨Ys, Y, rows, off, f, hY, hr, hg, hk⟩ =>
    cases e : p.exact with
    | zero =>
      rw [e] at hk
      have hk : forceList (rangesBy Ys Y p.plans) (fun ds => k rows off ds) = true := hk
      rw [forceList_eq] at hk
      refine ⟨rows, off, _, ⟨hr.left, fun i hi => ?_⟩, hk⟩
      match hr.right i hi with
      | ⟨lane, packed, hl⟩ =>
        refine ⟨lane, packed, fun j hj => (hl j hj).left, fun j j' hj hj' => ?_⟩
        refine le_trans (le_of_eq ?_) ((rangesBy_spec hY p.plans).right i j j' hi hj hj')
        rw [hg i j hi hj, hg i j' hi hj', (hl j hj).right, (hl j' hj').right]
        exact rest _ _ _ _ _
    | succ b =>
      rw [e] at hk
      match product_spec (R := R) hY hk with
      | ⟨rows', off', hr', hk⟩ =>
        rw [forceList_eq, Nat.force_eq] at hk
        have both := hr.add hr'
        refine ⟨_, _, _, ⟨both.left, fun i hi => ?_⟩, hk⟩
        match both.right i hi with
        | ⟨lane, packed, hl⟩ =>
          refine ⟨lane, packed, fun j hj => (hl j hj).left, fun j j' hj hj' => ?_⟩
          have e := (hg i j hi hj).trans (hl j hj).right
          have e' := (hg i j' hi hj').trans (hl j' hj').right
          rw [e, e', getD_zeros]
          exact le_of_eq (cancel _ _ _)
where
  rest (a b o g g' : R) : a - o + g - a - (b - o + g' - b) = g - g' := by ring [a, b, o, g, g']
  cancel (a b o : R) : a - o - a - (b - o - b) = 0 := by ring [a, b, o]
  rangesBy_spec {Ys : List Factor} {Y : Factor} (h : Shape Ys Y r v) (plans : List Nat) :
      Ranges R Ys Y r v (rangesBy Ys Y plans) := by
    cases plans with
    | nil => exact ranges_spec 0 h
    | cons plan plans => exact bestRanges_spec plan plans h

end
end Chain
end Compact
