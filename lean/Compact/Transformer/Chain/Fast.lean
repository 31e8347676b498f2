prelude
import Compact.Transformer.Chain.GridRest
/-!
# Chains of grids, as the kernel evaluates them

`encloseGrids` is `encloseFiner` with packed matrices in the place of lists of entries (`Chain/Grid.lean`).  Nothing here is new: where the grids hold the
factors of a chain (`Alike`), the numbers are the same (`encloseGrids_eq`).
-/
namespace Compact

/-- A factor with packed rows. -/
structure GridFactor where
  cols : Nat
  grid : Grid

namespace Chain
noncomputable section

/-- Evaluate grids made of factors, then go on with factors that have these. -/
def forceGrids {α : Type} (f : GridFactor → Grid) (Xs : List GridFactor) : (List GridFactor → α) → α :=
  fold (fun X ih k => (f X).force fun G => ih fun Ys => k (⟨X.cols, G⟩ :: Ys)) (fun k => k []) Xs

/-- `mulLeft` -/
def mulLeftGrids : List GridFactor → GridFactor → Nat → Grid → Grid
  | [], X, d, A => A.mul d X.cols X.grid
  | Y :: Xs, X, d, A => (A.mul d X.cols X.grid).force fun B => mulLeftGrids Xs Y X.cols B

/-- `peel` -/
def peelGrids {α : Type} (bits : Nat) : List GridFactor → GridFactor → Nat → Nat → Nat → Nat →
    (List GridFactor → GridFactor → Grid → Grid → α) → α
  | [], X, r, _, u, w, k =>
    (Grid.column bits r u).force fun U => (Grid.row bits X.cols w).force fun W => (X.grid.less X.cols U W).force fun M => k [] ⟨X.cols, M⟩ U W
  | Y :: Xs, X, r, index, u, w, k => Nat.rec (motive := fun _ => α)
    ((Grid.column bits r u).force fun U => (Grid.row bits X.cols w).force fun W => (X.grid.less X.cols U W).force fun M =>
      (mulLeftGrids Xs Y X.cols W).force fun V => k (Y :: Xs) ⟨X.cols, M⟩ U V)
    (fun index _ => peelGrids bits Xs Y X.cols index u w fun Ys Y' U V => (X.grid.mul X.cols 1 U).force fun U' => k (Y' :: Ys) X U' V)
    index

/-- `peels` -/
def peelsGrids {α : Type} (bits L r v : Nat) : List (List Nat) → List GridFactor → GridFactor → List Nat → Nat →
    (List GridFactor → GridFactor → List Nat → Nat → α) → α
  | [], Xs, X, rows, off, k => k Xs X rows off
  | p :: ps, Xs, X, rows, off, k => peelGrids bits Xs X r (nth 0 p 0) (nth 0 p 1) (nth 0 p 2) fun Ys Y U V =>
    forceList (addLists rows (Grid.outer L v U V)) fun rows => Nat.force (Nat.add off (Nat.mul V.off (Nat.mul 1 U.off))) fun off =>
    peelsGrids bits L r v ps Ys Y rows off k

/-- `ranges` -/
def rangesGrids : List GridFactor → GridFactor → Nat → List Nat
  | [], X, _ => X.grid.ranges X.cols
  | Y :: Xs, X, plan => Nat.rec (motive := fun _ => List Nat)
      (forceList (rangesGrids Xs Y (Nat.shiftRight plan 1)) fun ds => X.grid.absDots ds)
      (fun _ _ => (X.grid.mul X.cols Y.cols Y.grid).force fun M => rangesGrids Xs ⟨Y.cols, M⟩ (Nat.shiftRight plan 1))
      (Nat.land plan 1)

/-- `rangesBy` -/
def rangesByGrids (Xs : List GridFactor) (X : GridFactor) (plans : List Nat) : List Nat :=
  List.rec (motive := fun _ => List Nat) (rangesGrids Xs X 0)
    (fun plan plans _ => fold (fun p ih => forceList (rangesGrids Xs X p) fun ds => leastOf ds ih) (rangesGrids Xs X plan) plans) plans

/-- The factor with its entries as lists. -/
def factor (X : GridFactor) : Factor := ⟨X.cols, X.grid.mat X.cols⟩

/-- `encloseFiner` -/
def encloseGrids (bits L r v e : Nat) (p : Part) (Xs : List GridFactor) (X : GridFactor) (k : List Nat → Nat → List Nat → Bool) : Bool :=
  forceGrids (fun Y => Y.grid.finer e Y.cols) Xs fun Ys => (X.grid.finer e X.cols).force fun G =>
  peelsGrids bits L r v p.peels Ys ⟨X.cols, G⟩ (zeros r) 0 fun Ys Y rows off =>
    (fun k : List Nat → Nat → List Nat → Bool => Nat.rec (motive := fun _ => Bool)
      (forceList (rangesByGrids Ys Y p.plans) fun ds => k rows off ds)
      (fun _ _ => product L v (mapFold factor Ys) (factor Y) fun rows' off' => forceList (addLists rows rows') fun rows =>
        Nat.force (Nat.add off off') fun off => k rows off (zeros r)) p.exact)
    fun rows off rest => coarser L r v (Nat.mul e (fold (fun _ n => Nat.succ n) 1 Xs)) rows off rest k

end

/-- The factors of a chain, with `r` rows and `v` columns, and the grids that hold them. -/
inductive Alike : List GridFactor → GridFactor → List Factor → Factor → Nat → Nat → Prop
  | last {c r : Nat} {G : Grid} {M : Mat} : G.Holds M r c → Alike [] ⟨c, G⟩ [] ⟨c, M⟩ r c
  | cons {c r v : Nat} {G : Grid} {M : Mat} {Y : GridFactor} {Ys : List GridFactor} {X : Factor} {Xs : List Factor} :
    G.Holds M r c → Alike Ys Y Xs X c v → Alike (Y :: Ys) ⟨c, G⟩ (X :: Xs) ⟨c, M⟩ r v

theorem forceGrids_eq {α : Type} (f : GridFactor → Grid) (Xs : List GridFactor) (k : List GridFactor → α) :
    forceGrids f Xs k = k (mapFold (fun X => ⟨X.cols, f X⟩) Xs) := by
  induction Xs generalizing k with
  | nil => rfl
  | cons X Xs ih => exact (Grid.force_eq (f X) fun G => forceGrids f Xs fun Ys => k (⟨X.cols, G⟩ :: Ys)).trans (ih _)

section
variable {Ys : List GridFactor} {Y : GridFactor} {Xs : List Factor} {X : Factor} {r v : Nat}

theorem Alike.mulLeft_holds (h : Alike Ys Y Xs X r v) {s : Nat} {A : Grid} {M : Mat} (hA : A.Holds M s r) :
    (mulLeftGrids Ys Y r A).Holds (mulLeft Xs X r M) s v := by
  induction h generalizing A M with
  | last hG => exact hA.mul hG
  | cons hG _ ih =>
    unfold mulLeftGrids mulLeft
    rw [Grid.force_eq, Mat.force_eq]
    exact ih (hA.mul hG)

theorem Alike.peel_eq {bits : Nat} (hb : 0 < bits) (h : Alike Ys Y Xs X r v) (index u w : Nat) {α : Type} {k : List GridFactor → GridFactor → Grid → Grid → α}
    {k' : List Factor → Factor → Mat → Mat → α} (hk : ∀ {Ys Y U V Xs X A B}, Alike Ys Y Xs X r v → U.Holds A r 1 → V.Holds B 1 v → k Ys Y U V = k' Xs X A B) :
    peelGrids bits Ys Y r index u w k = peel bits Xs X r index u w k' := by
  induction h generalizing index k k' with
  | @last c r G M hG =>
    unfold peelGrids Chain.peel
    rw [Grid.force_eq, Grid.force_eq, Grid.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq]
    have hU := Grid.holds_column hb r u
    have hW := Grid.holds_row hb c w
    exact hk (.last (hG.less hU hW)) hU hW
  | @cons c r v G M Y Ys X Xs hG t ih =>
    cases index with
    | zero =>
      have hU := Grid.holds_column hb r u
      have hW := Grid.holds_row hb c w
      unfold peelGrids Chain.peel
      show Grid.force _ _ = Mat.force _ _
      rw [Grid.force_eq, Grid.force_eq, Grid.force_eq, Grid.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq, Mat.force_eq]
      exact hk (.cons (hG.less hU hW) t) hU (t.mulLeft_holds hW)
    | succ index =>
      unfold peelGrids Chain.peel
      refine ih index fun alike hU hV => ?_
      rw [Grid.force_eq, Mat.force_eq]
      exact hk (.cons hG alike) (hG.mul hU) hV

theorem Alike.peels_eq {bits L : Nat} (hb : 0 < bits) (hL : 0 < L) (h : Alike Ys Y Xs X r v) (ps : List (List Nat)) (rows : List Nat) (off : Nat) {α : Type}
    {k : List GridFactor → GridFactor → List Nat → Nat → α} {k' : List Factor → Factor → List Nat → Nat → α}
    (hk : ∀ {Ys Y Xs X} rows off, Alike Ys Y Xs X r v → k Ys Y rows off = k' Xs X rows off) :
    peelsGrids bits L r v ps Ys Y rows off k = peels bits L r v ps Xs X rows off k' := by
  induction ps generalizing Ys Y Xs X rows off with
  | nil => exact hk rows off h
  | cons p ps ih =>
    unfold peelsGrids Chain.peels
    refine h.peel_eq hb _ _ _ fun alike hU hV => ?_
    rw [forceList_eq, forceList_eq, Nat.force_eq, Nat.force_eq, hU.outer hL hV, hU.off, hV.off]
    exact ih alike _ _

theorem Alike.first (h : Alike Ys Y Xs X r v) : Y.cols = X.cols ∧ Y.grid.Holds X.mat r Y.cols := by
  cases h with
  | last hG => exact ⟨rfl, hG⟩
  | cons hG _ => exact ⟨rfl, hG⟩

/-- Replacing the first factor. -/
theorem Alike.replace (h : Alike Ys Y Xs X r v) {s : Nat} {G : Grid} {M : Mat} (hG : G.Holds M s Y.cols) :
    Alike Ys ⟨Y.cols, G⟩ Xs ⟨X.cols, M⟩ s v := by
  cases h with
  | last _ => exact .last hG
  | cons _ t => exact .cons hG t

/-- The bounds are the same; there is one for each row. -/
theorem Alike.ranges_eq (h : Alike Ys Y Xs X r v) (plan : Nat) : rangesGrids Ys Y plan = ranges Xs X plan ∧ (ranges Xs X plan).length = r := by
  induction Ys generalizing Y Xs X r plan with
  | nil =>
    cases h with
    | last hG => exact ⟨hG.ranges, (length_mapFold _ _).trans hG.shape.rows_length⟩
  | cons Z Ys ih =>
    cases h with
    | @cons c _ _ G M _ _ X Xs hG t =>
      unfold rangesGrids ranges
      cases Nat.land plan 1 with
      | zero =>
        have rest := ih t (Nat.shiftRight plan 1)
        have e (ds : List Nat) (k : List Nat → List Nat) : forceList ds k = k ds := forceList_eq ds k
        refine ⟨(e (rangesGrids Ys Z (Nat.shiftRight plan 1)) fun ds => G.absDots ds).trans ?_, ?_⟩
        · rw [rest.left]
          exact (hG.absDots rest.right).trans (e _ fun ds => mapFold (fun xs => absDot M.off xs ds) M.rows).symm
        · refine (congrArg List.length (e _ fun ds => mapFold (fun xs => absDot M.off xs ds) M.rows)).trans ?_
          exact (length_mapFold _ _).trans hG.shape.rows_length
      | succ _ =>
        have product := t.replace (hG.mul t.first.right)
        rw [t.first.left] at product
        have same := ih product (Nat.shiftRight plan 1)
        have e := Mat.force_eq (M.mul c X.cols X.mat) fun M => ranges Xs ⟨X.cols, M⟩ (Nat.shiftRight plan 1)
        refine ⟨((Grid.force_eq (G.mul c Z.cols Z.grid) fun M => rangesGrids Ys ⟨Z.cols, M⟩ (Nat.shiftRight plan 1)).trans ?_).trans e.symm,
          (congrArg List.length e).trans same.right⟩
        rw [t.first.left]
        exact same.left

theorem Alike.rangesBy_eq (h : Alike Ys Y Xs X r v) (plans : List Nat) : rangesByGrids Ys Y plans = rangesBy Xs X plans := by
  cases plans with
  | nil => exact (h.ranges_eq 0).left
  | cons plan plans =>
    show fold _ _ plans = fold _ _ plans
    induction plans with
    | nil => exact (h.ranges_eq plan).left
    | cons p plans ih =>
      show forceList _ (fun ds => leastOf ds _) = forceList _ fun ds => leastOf ds _
      rw [forceList_eq, forceList_eq, (h.ranges_eq p).left]
      exact congrArg (leastOf (ranges Xs X p)) ih

theorem Alike.factors (h : Alike Ys Y Xs X r v) : mapFold factor Ys = Xs ∧ factor Y = X := by
  induction h with
  | last hG => exact ⟨rfl, congrArg (Factor.mk _) hG.mat_eq⟩
  | cons hG _ ih => exact ⟨congr (congrArg List.cons ih.right) ih.left, congrArg (Factor.mk _) hG.mat_eq⟩

theorem Alike.finer (h : Alike Ys Y Xs X r v) (e : Nat) :
    Alike (mapFold (fun Y => ⟨Y.cols, Y.grid.finer e Y.cols⟩) Ys) ⟨Y.cols, Y.grid.finer e Y.cols⟩ (finer e Xs) ⟨X.cols, X.mat.finer e⟩ r v ∧
      fold (fun _ n => Nat.succ n) 1 Ys = fold (fun _ n => Nat.succ n) 1 Xs := by
  induction h with
  | last hG => exact ⟨.last (hG.finer e), rfl⟩
  | cons hG _ ih => exact ⟨.cons (hG.finer e) ih.left, congrArg Nat.succ ih.right⟩

/-- The numbers are the same. -/
theorem encloseGrids_eq {bits L : Nat} (hb : 0 < bits) (hL : 0 < L) (h : Alike Ys Y Xs X r v) (e : Nat) (p : Part) (k : List Nat → Nat → List Nat → Bool) :
    encloseGrids bits L r v e p Ys Y k = encloseFiner bits L r v e p Xs X k := by
  unfold encloseGrids encloseFiner enclose
  rw [forceGrids_eq, Grid.force_eq, (h.finer e).right]
  refine (h.finer e).left.peels_eq hb hL _ _ _ fun rows off alike => ?_
  cases p.exact with
  | zero =>
    show forceList _ _ = forceList _ _
    rw [alike.rangesBy_eq]
  | succ _ =>
    show product L v _ _ _ = product L v _ _ _
    rw [alike.factors.left, alike.factors.right]

end
end Chain
end Compact
