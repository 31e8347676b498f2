prelude
import Compact.Transformer.Chain.Basic
/-!
# Products of packed rows

A chain is multiplied out from the right, so that rows are packed once and stay packed.  `Holds` says which integers packed rows hold.
-/
namespace Compact
namespace Chain
noncomputable section

/-- Multiply packed rows, shifted by `off`, from the left with `A` (`d` columns), then go on with the packed rows of the product and their offset. -/
def times {α : Type} (L d v : Nat) (A : Mat) (rs : List Nat) (off : Nat) (k : List Nat → Nat → α) : α :=
  Nat.force (ones L v) fun one => Nat.force (A.mulBase d one ⟨off, []⟩ rs) fun base =>
  forceList (mapFold (Mat.mulRow one base ⟨off, []⟩ rs) A.rows) fun rows => Nat.force (A.mulOff d ⟨off, []⟩) fun off => k rows off

/-- Multiply a chain out, then go on with its packed rows and their offset.  From the right, so that rows stay packed. -/
def product {α : Type} (L v : Nat) : List Factor → Factor → (List Nat → Nat → α) → α
  | [], X, k => forceList (mapFold (packList L) X.mat.rows) fun rows => k rows X.mat.off
  | Y :: Xs, X, k => product L v Xs Y fun rs off => times L X.cols v X.mat rs off k

end

/-- Packed rows that are the integers `f`, shifted by `off`. -/
def Holds (R : Type) [ExpField R] (L r v : Nat) (rows : List Nat) (off : Nat) (f : Nat → Nat → R) : Prop :=
  rows.length = r ∧ ∀ i, i < r → ∃ lane : Nat → Nat, rows.getD i 0 = pack L v lane ∧
    ∀ j, j < v → lane j ≤ 2 * off ∧ f i j = ofNat R (lane j) - ofNat R off

/-- The list `f 0, ..., f (n-1)`. -/
def listOf : Nat → (Nat → Nat) → List Nat
  | 0, _ => []
  | n + 1, f => f 0 :: listOf n fun j => f (j + 1)

theorem length_listOf (n : Nat) (f : Nat → Nat) : (listOf n f).length = n := by
  induction n generalizing f with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ (ih _)

theorem getD_listOf {n j : Nat} (f : Nat → Nat) (hj : j < n) : (listOf n f).getD j 0 = f j := by
  induction n generalizing f j with
  | zero => exact absurd hj (Nat.not_lt_zero j)
  | succ n ih =>
    cases j with
    | zero => rfl
    | succ j => exact ih _ (Nat.lt_of_succ_lt_succ hj)

section
variable {R : Type} [ExpField R] {L r v : Nat}

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

/-- The matrix that packed rows hold. -/
theorem Holds.mat {rows : List Nat} {off : Nat} {f : Nat → Nat → R} (h : Holds R L r v rows off f) :
    ∃ B : Mat, (B.Shape r v ∧ B.off = off) ∧ mapFold (packList L) B.rows = rows ∧ ∀ i j, i < r → j < v → f i j = B.val R i j := by
  induction rows generalizing r f with
  | nil =>
    have e : r = 0 := h.left.symm
    subst e
    have none {P : Nat → Prop} (i : Nat) (hi : i < 0) : P i := absurd hi (Nat.not_lt_zero i)
    exact ⟨⟨off, []⟩, ⟨⟨rfl, none, fun i _ hi => absurd hi (Nat.not_lt_zero i)⟩, rfl⟩, rfl, fun i _ hi => absurd hi (Nat.not_lt_zero i)⟩
  | cons x rows ih =>
    match r, h with
    | r + 1, h =>
      match h.right 0 (Nat.zero_lt_succ r), ih (r := r) (f := fun i => f (i + 1)) ⟨Nat.succ.inj h.left, fun i hi => h.right (i + 1) (Nat.succ_lt_succ hi)⟩ with
      | ⟨lane, packed, hl⟩, ⟨B, ⟨hB, hoff⟩, hrows, val⟩ =>
        have packed : x = pack L v lane := packed
        refine ⟨⟨off, listOf v lane :: B.rows⟩, ⟨⟨congrArg Nat.succ hB.rows_length, fun i hi => ?_, fun i j hi hj => ?_⟩, rfl⟩, ?_, fun i j hi hj => ?_⟩
        · cases i with
          | zero => exact length_listOf v lane
          | succ i => exact hB.row_length i (Nat.lt_of_succ_lt_succ hi)
        · cases i with
          | zero =>
            show (listOf v lane).getD j 0 ≤ 2 * off
            exact getD_listOf lane hj ▸ (hl j hj).left
          | succ i => exact hoff ▸ hB.le i j (Nat.lt_of_succ_lt_succ hi) hj
        · show packList L (listOf v lane) :: mapFold (packList L) B.rows = x :: rows
          rw [hrows, packed, packList_eq, length_listOf]
          exact congrArg (· :: rows) (pack_congr L fun j hj => getD_listOf lane hj)
        · cases i with
          | zero =>
            refine (hl j hj).right.trans ?_
            show _ = ofNat R ((listOf v lane).getD j 0) - ofNat R off
            rw [getD_listOf lane hj]
          | succ i => exact hoff ▸ val i j (Nat.lt_of_succ_lt_succ hi) hj

theorem times_spec {A : Mat} {d : Nat} (hA : A.Shape r d) {rs : List Nat} {off : Nat} {f : Nat → Nat → R} (h : Holds R L d v rs off f)
    {k : List Nat → Nat → Bool} (hk : times L d v A rs off k = true) : ∃ rows, ∃ off,
    Holds R L r v rows off (fun i j => sum d fun l => A.val R i l * f l j) ∧ k rows off = true := by
  match h.mat with
  | ⟨B, ⟨hB, hoff⟩, hrows, val⟩ =>
    subst hoff hrows
    unfold times at hk
    rw [Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq] at hk
    have e : mapFold (Mat.mulRow (ones L v) (A.mulBase d (ones L v) ⟨B.off, []⟩ (mapFold (packList L) B.rows)) ⟨B.off, []⟩ (mapFold (packList L) B.rows))
        A.rows = A.mulRows L d v B := by
      unfold Mat.mulRows
      rw [Nat.force_eq, forceList_eq, Nat.force_eq]
      rfl
    rw [e] at hk
    refine ⟨_, _, (holds_mulRows hA hB).congr fun i j hi hj => ?_, hk⟩
    rw [hA.val_mul R hB hi hj]
    exact sum_congr fun l hl => congrArg (_ * ·) (val l j hl hj)

theorem product_spec {Xs : List Factor} {X : Factor} (h : Shape Xs X r v) {k : List Nat → Nat → Bool}
    (hk : product L v Xs X k = true) : ∃ rows, ∃ off, Holds R L r v rows off (val R Xs X) ∧ k rows off = true := by
  induction Xs generalizing X r k with
  | nil =>
    have hk : forceList (mapFold (packList L) X.mat.rows) (fun rows => k rows X.mat.off) = true := hk
    rw [forceList_eq] at hk
    exact ⟨_, _, holds_packed h.right, hk⟩
  | cons Y Xs ih =>
    match ih h.right hk with
    | ⟨rs, off, hr, hk⟩ => exact times_spec h.left hr hk

end
end Chain
end Compact
