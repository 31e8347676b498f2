prelude
import Compact.Packed.Lanewise
import Compact.Transformer.Chain.Enclose
/-!
# Parts on a finer grid than the weights

A part of rank one has entries that are integers over `2^frac`, as the weights are: on a coarse grid that is a poor part.  So all factors may be
multiplied by `2^e` before parts are taken off; what is known of the product is then divided again, rounded down, which costs two units of the rest.
-/
namespace Compact
noncomputable section

/-- All entries times `2^e`; nothing is done if `e` is 0. -/
def Mat.finer (e : Nat) (M : Mat) : Mat :=
  Nat.rec (motive := fun _ => Mat) M (fun _ _ => ⟨Nat.mul (Nat.pow 2 e) M.off, mapFold (fun xs => mapFold (fun x => Nat.mul (Nat.pow 2 e) x) xs) M.rows⟩) e

namespace Chain

/-- All factors times `2^e`. -/
def finer (e : Nat) (Xs : List Factor) : List Factor := mapFold (fun X => ⟨X.cols, X.mat.finer e⟩) Xs

/-- `r` rows, their offset and bounds of the rest, divided by `2^s`; nothing is done if `s` is 0. -/
def coarser (L r v s : Nat) (rows : List Nat) (off : Nat) (rest : List Nat) (k : List Nat → Nat → List Nat → Bool) : Bool :=
  Nat.rec (motive := fun _ => Bool) (k rows off rest) (fun _ _ =>
    (Nat.beq rest.length r && (Nat.ble s L && Nat.ble (Nat.succ (Nat.mul 2 off)) (Nat.pow 2 L))) &&
    Nat.force (Nat.mul (Nat.sub (Nat.pow 2 (Nat.sub L s)) 1) (ones L v)) fun mask =>
    forceList (mapFold (lanesShift mask s) rows) fun rows => Nat.force (Nat.succ (Nat.shiftRight off s)) fun off =>
    forceList (mapFold (fun d => Nat.add (Nat.shiftRight d s) 2) rest) fun rest => k rows off rest) s

/-- `enclose`, with factors times `2^e`. -/
def encloseFiner (bits L r v e : Nat) (p : Part) (Xs : List Factor) (X : Factor) (k : List Nat → Nat → List Nat → Bool) : Bool :=
  enclose bits L r v p (finer e Xs) ⟨X.cols, X.mat.finer e⟩ fun rows off rest =>
    coarser L r v (Nat.mul e (fold (fun _ n => Nat.succ n) 1 Xs)) rows off rest k

end Chain
end

theorem Mat.finer_spec (e : Nat) {M : Mat} {r c : Nat} (h : M.Shape r c) : (M.finer e).Shape r c ∧
    ∀ (R : Type) [ExpField R] (i j : Nat), i < r → j < c → (M.finer e).val R i j = ofNat R (2 ^ e) * M.val R i j := by
  cases e with
  | zero => exact ⟨h, fun R _ i j _ _ => by rw [Nat.pow_zero, ofNat_one, one_mul]; rfl⟩
  | succ e =>
    have row {i : Nat} (hi : i < r) : (M.finer (e + 1)).rows.getD i [] = mapFold (fun x => 2 ^ (e + 1) * x) (M.rows.getD i []) :=
      getD_mapFold (fun xs : List Nat => (mapFold (fun x : Nat => Nat.mul (2 ^ (e + 1)) x) xs : List Nat)) M.rows (h.rows_length.symm ▸ hi) [] []
    have entry {i j : Nat} (hi : i < r) (hj : j < c) : (M.finer (e + 1)).get i j = 2 ^ (e + 1) * M.get i j := by
      show ((M.finer (e + 1)).rows.getD i []).getD j 0 = _
      rw [row hi]
      exact getD_mapFold _ _ ((h.row_length i hi).symm ▸ hj) 0 0
    refine ⟨⟨(length_mapFold _ _).trans h.rows_length, fun i hi => ?_, fun i j hi hj => ?_⟩, fun R _ i j hi hj => ?_⟩
    · rw [row hi]
      exact (length_mapFold _ _).trans (h.row_length i hi)
    · rw [entry hi hj]
      show _ ≤ 2 * (2 ^ (e + 1) * M.off)
      rw [Nat.mul_left_comm]
      exact Nat.mul_le_mul_left _ (h.le i j hi hj)
    · show ofNat R ((M.finer (e + 1)).get i j) - ofNat R (2 ^ (e + 1) * M.off) = _
      rw [entry hi hj, ofNat_mul, ofNat_mul, ← mul_sub]
      rfl

namespace Chain
variable {R : Type} [ExpField R]

/-- The number of factors. -/
theorem fold_count (Xs : List Factor) : fold (fun _ n => Nat.succ n) 1 Xs = Xs.length + 1 := by
  induction Xs with
  | nil => rfl
  | cons X Xs ih => exact congrArg Nat.succ ih

theorem finer_spec (e : Nat) {Xs : List Factor} {X : Factor} {r v : Nat} (h : Shape Xs X r v) : Shape (finer e Xs) ⟨X.cols, X.mat.finer e⟩ r v ∧
    ∀ i j, i < r → j < v → val R (finer e Xs) ⟨X.cols, X.mat.finer e⟩ i j = ofNat R (2 ^ (e * (Xs.length + 1))) * val R Xs X i j := by
  induction Xs generalizing X r with
  | nil =>
    have f := Mat.finer_spec e h.right
    exact ⟨⟨h.left, f.left⟩, fun i j hi hj => (Nat.mul_one e).symm ▸ f.right R i j hi hj⟩
  | cons Y Xs ih =>
    have f := Mat.finer_spec e h.left
    have g := ih h.right
    refine ⟨⟨f.left, g.left⟩, fun i j hi hj => ?_⟩
    show (sum X.cols fun l => (X.mat.finer e).val R i l * val R (finer e Xs) ⟨Y.cols, Y.mat.finer e⟩ l j) = _ * sum X.cols fun l => X.mat.val R i l * val R Xs Y l j
    rw [mul_sum]
    refine sum_congr fun l hl => ?_
    rw [f.right R i l hi hl, g.right l j hl hj]
    have e' : 2 ^ (e * ((Y :: Xs).length + 1)) = 2 ^ e * 2 ^ (e * (Xs.length + 1)) := by
      show 2 ^ (e * (Xs.length + 1 + 1)) = _
      rw [Nat.mul_succ, Nat.add_comm, Nat.pow_add]
    rw [e', ofNat_mul]
    exact mul_mul_mul_comm _ _ _ _

/-- What `coarser` goes on with. -/
theorem coarser_spec {L r v s : Nat} {rows rest : List Nat} {off : Nat} {f g : Nat → Nat → R} (h : Enclosed R L r v rows off rest g)
    (hg : ∀ i j, i < r → j < v → g i j = ofNat R (2 ^ s) * f i j) {k : List Nat → Nat → List Nat → Bool}
    (hk : coarser L r v s rows off rest k = true) : ∃ rows, ∃ off, ∃ rest, Enclosed R L r v rows off rest f ∧ k rows off rest = true := by
  cases s with
  | zero =>
    refine ⟨rows, off, rest, ⟨h.length, fun i hi => ?_⟩, hk⟩
    match h.row i hi with
    | ⟨lane, e, le, bound⟩ =>
      refine ⟨lane, e, le, fun j j' hj hj' => ?_⟩
      have b := bound j j' hj hj'
      rw [hg i j hi hj, hg i j' hi hj', Nat.pow_zero, ofNat_one, one_mul, one_mul] at b
      exact b
  | succ s =>
    have hg : ∀ i j, i < r → j < v → g i j = ofNat R (2 ^ (s + 1)) * f i j := hg
    have hk : ((Nat.beq rest.length r && (Nat.ble (s + 1) L && Nat.ble (2 * off + 1) (2 ^ L))) && Nat.force ((2 ^ (L - (s + 1)) - 1) * ones L v) fun mask =>
      forceList (mapFold (lanesShift mask (s + 1)) rows) fun rows => Nat.force (Nat.succ (Nat.shiftRight off (s + 1))) fun off =>
      forceList (mapFold (fun d => Nat.add (Nat.shiftRight d (s + 1)) 2) rest) fun rest => k rows off rest) = true := hk
    generalize s + 1 = s at hg hk
    have hr : rest.length = r := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_left hk))
    have hs : s ≤ L := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_left hk)))
    have fit : 2 * off < 2 ^ L := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_left hk)))
    have hk := Bool.and_right hk
    rw [Nat.force_eq, forceList_eq, Nat.force_eq, forceList_eq] at hk
    refine ⟨_, _, _, ⟨(length_mapFold _ _).trans h.length, fun i hi => ?_⟩, hk⟩
    have u : 0 < 2 ^ s := Nat.two_pow_pos s
    match h.row i hi with
    | ⟨lane, e, le, bound⟩ =>
      have small (j : Nat) (hj : j < v) : lane j < 2 ^ L := Nat.lt_of_le_of_lt (le j hj) fit
      have whole : 2 ^ s * 2 ^ (L - s) = 2 ^ L := by rw [← Nat.pow_add, Nat.add_sub_of_le hs]
      have above (x : Nat) : x < 2 ^ s * (x / 2 ^ s + 1) := by
        rw [Nat.mul_succ]
        exact Nat.lt_of_le_of_lt (Nat.le_of_eq (Nat.div_add_mod x (2 ^ s)).symm) (Nat.add_lt_add_left (Nat.mod_lt x u) _)
      have below (x : Nat) : 2 ^ s * (x / 2 ^ s) ≤ x := Nat.mul_comm _ (2 ^ s) ▸ Nat.div_mul_le_self x (2 ^ s)
      refine ⟨fun j => lane j / 2 ^ s, ?_, fun j hj => ?_, fun j j' hj hj' => ?_⟩
      · rw [getD_mapFold _ _ (h.length.symm ▸ hi) 0, e, lanesShift_pack (Nat.le_of_eq (Nat.sub_add_cancel hs)) small]
        refine pack_congr L fun j hj => Nat.mod_eq_of_lt (Nat.div_lt_of_lt_mul ?_)
        rw [whole]
        exact small j hj
      · refine Nat.le_of_lt (Nat.div_lt_of_lt_mul (Nat.lt_of_le_of_lt (le j hj) ?_))
        rw [Nat.mul_left_comm]
        exact Nat.mul_lt_mul_of_pos_left (above off) Nat.two_pos
      · have b := bound j j' hj hj'
        rw [hg i j hi hj, hg i j' hi hj'] at b
        have d : (mapFold (fun d => Nat.add (Nat.shiftRight d s) 2) rest).getD i 0 = rest.getD i 0 / 2 ^ s + 2 :=
          getD_mapFold (fun d => Nat.add (Nat.shiftRight d s) 2) _ (hr.symm ▸ hi) 0 0
        rw [d]
        refine le_of_mul_le_mul_left ?_ (ofNat_pos (R := R) u)
        have one := ofNat_le (R := R) (Nat.le_of_lt (above (lane j)))
        have two := ofNat_le (R := R) (below (lane j'))
        have three := ofNat_le (R := R) (Nat.le_of_lt (above (rest.getD i 0)))
        rw [ofNat_mul, ofNat_succ] at one three
        rw [ofNat_mul] at two
        refine le_of_linear (add_le_add (add_le_add b three) (add_le_add one two)) ?_
        rw [ofNat_succ, ofNat_succ]
        exact regroup _ _ _ _ _ _ _ _ _
where
  regroup (u f f' l l' m m' d q : R) : u * (q + 1 + 1) + (u * f - l - (u * f' - l') + d + (l + u * m')) =
      u * (f - m - (f' - m')) + (d + u * (q + 1) + (u * (m + 1) + l')) := by ring [u, f, f', l, l', m, m', d, q]

/-- What `encloseFiner` goes on with. -/
theorem encloseFiner_spec {bits L r v e : Nat} (hb : 0 < bits) {p : Part} {Xs : List Factor} {X : Factor} (h : Shape Xs X r v)
    {k : List Nat → Nat → List Nat → Bool} (hk : encloseFiner bits L r v e p Xs X k = true) :
    ∃ rows, ∃ off, ∃ rest, Enclosed R L r v rows off rest (val R Xs X) ∧ k rows off rest = true := by
  match finer_spec (R := R) e h with
  | ⟨shape, eq⟩ =>
    match enclose_spec (R := R) hb shape hk with
    | ⟨rows, off, rest, encloses, hk⟩ =>
      refine coarser_spec encloses (fun i j hi hj => ?_) hk
      rw [fold_count]
      exact eq i j hi hj

end Chain
end Compact
