prelude
import Compact.Chain.Bound
import Compact.Chain.Peel
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

/-- Multiply a chain out, then go on with its packed rows and their offset. -/
def product {α : Type} (L v : Nat) : List Factor → Factor → (List Nat → Nat → α) → α
  | [], X, k => forceList (mapFold (packList L) X.mat.rows) fun rows => k rows X.mat.off
  | [Y], X, k => forceList (X.mat.mulRows L X.cols v Y.mat) fun rows => k rows (X.mat.mulOff X.cols Y.mat)
  | Y :: Z :: Xs, X, k => (X.mat.mul X.cols Y.cols Y.mat).force fun M => product L v (Z :: Xs) ⟨Y.cols, M⟩ k

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

/-- Packed rows that are the integers `f`, shifted by `off`. -/
def Holds (R : Type) [ExpField R] (L r v : Nat) (rows : List Nat) (off : Nat) (f : Nat → Nat → R) : Prop :=
  rows.length = r ∧ ∀ i, i < r → ∃ lane : Nat → Nat, rows.getD i 0 = pack L v lane ∧
    ∀ j, j < v → lane j ≤ 2 * off ∧ f i j = ofNat R (lane j) - ofNat R off

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

theorem Holds.add {rows rows' : List Nat} {off off' : Nat} {f g : Nat → Nat → R} (h : Holds R L r v rows off f)
    (h' : Holds R L r v rows' off' g) :
    Holds R L r v (addLists rows rows') (off + off') fun i j => f i j + g i j := by
  refine ⟨?_, fun i hi => ?_⟩
  · exact (length_foldZip _ (h.left.trans h'.left.symm)).trans h.left
  · match h.right i hi, h'.right i hi with
    | ⟨lane, e, hl⟩, ⟨lane', e', hl'⟩ =>
      refine ⟨fun j => lane j + lane' j, ?_, fun j hj => ⟨?_, ?_⟩⟩
      · rw [← pack_add, ← e, ← e']
        exact getD_foldZip Nat.add (h.left.symm ▸ hi) (h'.left.symm ▸ hi) 0 0 0
      · rw [Nat.mul_add]
        exact Nat.add_le_add (hl j hj).left (hl' j hj).left
      · show f i j + g i j = ofNat R (lane j + lane' j) - ofNat R (off + off')
        rw [(hl j hj).right, (hl' j hj).right, ofNat_add, ofNat_add]
        exact regroup _ _ _ _
where
  regroup (a b o p : R) : a - o + (b - p) = a + b - (o + p) := by ring [a, b, o, p]

theorem holds_mulRows {A B : Mat} {d : Nat} (hA : A.Shape r d) (hB : B.Shape d v) :
    Holds R L r v (A.mulRows L d v B) (A.mulOff d B) fun i j => (A.mul d v B).val R i j :=
  ⟨hA.length_mulRows L, fun i hi => ⟨_, hA.getD_mulRows L hB hi, fun j hj => ⟨(hA.mul hB).le i j hi hj, rfl⟩⟩⟩

theorem holds_packed {A : Mat} (hA : A.Shape r v) :
    Holds R L r v (mapFold (packList L) A.rows) A.off fun i j => A.val R i j := by
  refine ⟨(length_mapFold _ _).trans hA.rows_length, fun i hi => ⟨A.get i, ?_, fun j hj => ⟨hA.le i j hi hj, rfl⟩⟩⟩
  rw [getD_mapFold _ _ (hA.rows_length.symm ▸ hi) [], packList_eq, hA.row_length i hi]
  rfl

theorem Holds.congr {rows : List Nat} {off : Nat} {f g : Nat → Nat → R} (h : Holds R L r v rows off f)
    (e : ∀ i j, i < r → j < v → g i j = f i j) : Holds R L r v rows off g :=
  ⟨h.left, fun i hi => match h.right i hi with
    | ⟨lane, p, hl⟩ => ⟨lane, p, fun j hj => ⟨(hl j hj).left, (e i j hi hj).trans (hl j hj).right⟩⟩⟩

theorem product_spec {Xs : List Factor} {X : Factor} (h : Shape Xs X r v) {k : List Nat → Nat → Bool}
    (hk : product L v Xs X k = true) : ∃ rows, ∃ off, Holds R L r v rows off (val R Xs X) ∧ k rows off = true := by
  match Xs, X, h, hk with
  | [], X, h, hk =>
    have hk : forceList (mapFold (packList L) X.mat.rows) (fun rows => k rows X.mat.off) = true := hk
    rw [forceList_eq] at hk
    exact ⟨_, _, holds_packed h.right, hk⟩
  | [⟨_, M⟩], X, ⟨hX, rfl, hM⟩, hk =>
    have hk : forceList (X.mat.mulRows L X.cols _ M) (fun rows => k rows (X.mat.mulOff X.cols M)) = true := hk
    rw [forceList_eq] at hk
    exact ⟨_, _, (holds_mulRows hX hM).congr fun i j hi hj => (hX.val_mul R hM hi hj).symm, hk⟩
  | Y :: Z :: Xs, X, h, hk =>
    have hk : (X.mat.mul X.cols Y.cols Y.mat).force (fun M => product L v (Z :: Xs) ⟨Y.cols, M⟩ k) = true := hk
    rw [Mat.force_eq] at hk
    have hM := h.left.mul h.right.head
    match product_spec (h.right.replace hM) hk with
    | ⟨rows, off, hr, hk⟩ => exact ⟨rows, off, hr.congr fun i j hi hj => val_mul h hi hj, hk⟩

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
