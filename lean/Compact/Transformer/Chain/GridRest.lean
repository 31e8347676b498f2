prelude
import Compact.Transformer.Chain.Grid
import Compact.Transformer.Chain.Scale
import Compact.Transformer.Enclosure.Row
/-!
# What remains of a grid, and how large it is

A grid without a part of rank one, on a finer scale, and the bounds of its rows, are those of the matrix that it holds.
-/
namespace Compact
namespace Grid

/-- A matrix without the product of a column and a row. -/
theorem Holds.less {X U W : Grid} {M A B : Mat} {r c : Nat} (hX : X.Holds M r c) (hU : U.Holds A r 1) (hW : W.Holds B 1 c) :
    (Grid.less c X U W).Holds (M.minus (A.mul 1 c B)) r c := by
  have offs : X.off + W.off * (1 * U.off) = (M.minus (A.mul 1 c B)).off := by
    rw [hX.off, hU.off, hW.off]
    rfl
  have shape := hU.shape.mul hW.shape
  have pos := laneOf_pos (X.off + W.off * (1 * U.off))
  have rows : (Grid.less c X U W).rows = foldZip (fun x y ih => Nat.add x (Nat.sub (2 * (A.mul 1 c B).off * ones (laneOf (X.off + W.off * (1 * U.off))) c) y) :: ih) []
      (X.widen (laneOf (X.off + W.off * (1 * U.off))) c) (A.mulRows (laneOf (X.off + W.off * (1 * U.off))) 1 c B) := by
    unfold Grid.less
    rw [Nat.force_eq, Nat.force_eq]
    show foldZip (fun x y ih => Nat.add x (Nat.sub (2 * (W.off * (1 * U.off)) * onesOf (laneOf (X.off + W.off * (1 * U.off))) c) y) :: ih) []
      (X.widen (laneOf (X.off + W.off * (1 * U.off))) c) (Grid.outer (laneOf (X.off + W.off * (1 * U.off))) c U W) = _
    rw [hU.outer pos hW, onesOf_eq pos, hU.off, hW.off]
    rfl
  have lenX := hX.length_widen (laneOf (X.off + W.off * (1 * U.off)))
  have lenY : (A.mulRows (laneOf (X.off + W.off * (1 * U.off))) 1 c B).length = r := hU.shape.length_mulRows _
  refine ⟨offs, pos, offs ▸ lt_laneOf _, (hX.shape.minus shape).left, ?_, fun i hi => ?_⟩
  · rw [rows]
    exact (length_foldZip _ (lenX.trans lenY.symm)).trans lenX
  · rw [rows, getD_foldZip (fun X Y => Nat.add X (Nat.sub _ Y)) (lenX.symm ▸ hi) (lenY.symm ▸ hi) 0 0 0, hX.getD_widen _ hi,
      hU.shape.getD_mulRows _ hW.shape hi, mul_ones]
    refine (congrArg (_ + ·) (pack_sub _ fun j hj => shape.le i j hi hj)).trans ?_
    refine (pack_add _ _ _ _).trans (pack_congr _ fun j hj => ?_)
    exact (hX.shape.get_minus shape hi hj).symm

theorem Holds.finer {G : Grid} {M : Mat} {r c : Nat} (h : G.Holds M r c) (e : Nat) : (G.finer e c).Holds (M.finer e) r c := by
  cases e with
  | zero => exact h
  | succ e =>
    have rows : (G.finer (e + 1) c).rows = mapFold (fun N => 2 ^ (e + 1) * N) (G.widen (G.bits + (e + 1)) c) :=
      Nat.force_eq (G.bits + (e + 1)) fun L => mapFold (fun N => Nat.mul (2 ^ (e + 1)) N) (G.widen L c)
    have length : (G.widen (G.bits + (e + 1)) c).length = r := h.length_widen _
    refine ⟨show 2 ^ (e + 1) * G.off = 2 ^ (e + 1) * M.off from congrArg (2 ^ (e + 1) * ·) h.off, Nat.zero_lt_succ _, ?_, (Mat.finer_spec (e + 1) h.shape).left, ?_, fun i hi => ?_⟩
    · show 2 * (2 ^ (e + 1) * M.off) < 2 ^ (G.bits + (e + 1) - 1)
      have e' : G.bits + (e + 1) - 1 = e + 1 + (G.bits - 1) := by rw [Nat.add_comm G.bits, Nat.add_sub_assoc h.pos]
      rw [Nat.mul_left_comm, e', Nat.pow_add 2 (e + 1)]
      exact Nat.mul_lt_mul_of_pos_left h.fit (Nat.two_pow_pos _)
    · rw [rows, length_mapFold, length]
    · rw [rows, getD_mapFold _ _ (length.symm ▸ hi) 0, h.getD_widen _ hi, mul_pack]
      refine pack_congr _ fun j hj => ?_
      refine (getD_mapFold _ _ ?_ 0 0).symm.trans (congrArg (List.getD · j 0) (getD_mapFold _ _ ?_ [] []).symm)
      · rw [h.shape.row_length i hi]; exact hj
      · rw [h.shape.rows_length]; exact hi

theorem le_most (a x : Nat) : a ≤ a + (x - a) ∧ x ≤ a + (x - a) :=
  ⟨Nat.le_add_right _ _, Nat.sub_le_iff_le_add'.mp (Nat.le_refl _)⟩

theorem most_le {a x b : Nat} (ha : a ≤ b) (hx : x ≤ b) : a + (x - a) ≤ b := by
  cases Nat.le_total a x with
  | inl le => rw [Nat.add_sub_of_le le]; exact hx
  | inr le => rw [Nat.sub_eq_zero_of_le le]; exact ha

theorem field_le_most (s m N : Nat) {d l : Nat} (hl : l < d) : field s m N l ≤ fieldMost s m N d := by
  induction d with
  | zero => exact absurd hl (Nat.not_lt_zero l)
  | succ d ih =>
    cases Nat.lt_or_ge l d with
    | inl lt => exact Nat.le_trans (ih lt) (le_most _ _).left
    | inr ge =>
      rw [Nat.le_antisymm (Nat.le_of_lt_succ hl) ge]
      exact (le_most (fieldMost s m N d) _).right

theorem fieldMost_le {s m N b d : Nat} (h : ∀ l, l < d → field s m N l ≤ b) : fieldMost s m N d ≤ b := by
  induction d with
  | zero => exact Nat.zero_le b
  | succ d ih => exact most_le (ih fun l hl => h l (Nat.lt_trans hl (Nat.lt_succ_self d))) (h d (Nat.lt_succ_self d))

theorem lack_le (s m N top : Nat) {d l : Nat} (hl : l < d) : top - field s m N l ≤ fieldLack s m N top d := by
  induction d with
  | zero => exact absurd hl (Nat.not_lt_zero l)
  | succ d ih =>
    cases Nat.lt_or_ge l d with
    | inl lt => exact Nat.le_trans (ih lt) (le_most _ _).left
    | inr ge =>
      rw [Nat.le_antisymm (Nat.le_of_lt_succ hl) ge]
      exact (le_most (fieldLack s m N top d) _).right

theorem fieldLack_le {s m N top b d : Nat} (h : ∀ l, l < d → top - field s m N l ≤ b) : fieldLack s m N top d ≤ b := by
  induction d with
  | zero => exact Nat.zero_le b
  | succ d ih => exact most_le (ih fun l hl => h l (Nat.lt_trans hl (Nat.lt_succ_self d))) (h d (Nat.lt_succ_self d))

/-- What a row of fields lacks at most to its greatest is its range. -/
theorem range_eq {s m N c : Nat} {xs : List Nat} (len : xs.length = c) (h : ∀ j, j < c → xs.getD j 0 = field s m N j) :
    fieldLack s m N (fieldMost s m N c) c = range xs := by
  subst len
  have r : range xs = maxList xs - minList (maxList xs) xs := Nat.force_eq (maxList xs) fun top => Nat.sub top (minList top xs)
  have top : fieldMost s m N xs.length = maxList xs := Nat.le_antisymm (fieldMost_le fun l hl => h l hl ▸ le_maxList hl)
    (maxList_le fun j hj => h j hj ▸ field_le_most s m N hj)
  rw [r, top]
  refine Nat.le_antisymm (fieldLack_le fun l hl => Nat.sub_le_sub_left (h l hl ▸ minList_le hl) _) ?_
  have least : maxList xs - fieldLack s m N (maxList xs) xs.length ≤ minList (maxList xs) xs := by
    refine le_minList (Nat.sub_le _ _) fun j hj => ?_
    rw [h j hj]
    exact Nat.sub_le_iff_le_add.mpr (Nat.sub_le_iff_le_add'.mp (lack_le s m N (maxList xs) hj))
  exact Nat.le_trans (Nat.sub_le_sub_left least _) (Nat.sub_le_iff_le_add'.mpr (Nat.sub_le_iff_le_add.mp (Nat.le_refl _)))

/-- The ranges of the rows. -/
theorem Holds.ranges {G : Grid} {M : Mat} {r c : Nat} (h : G.Holds M r c) : G.ranges c = mapFold range M.rows := by
  unfold Grid.ranges
  rw [Nat.force_eq, Nat.force_eq]
  refine List.ext_getD 0 ((length_mapFold _ _).trans (h.length.trans (h.shape.rows_length.symm.trans (length_mapFold _ _).symm))) fun i hi => ?_
  rw [length_mapFold, h.length] at hi
  rw [getD_mapFold _ _ (h.length.symm ▸ hi) 0, getD_mapFold _ _ (h.shape.rows_length.symm ▸ hi) [], Nat.force_eq]
  exact range_eq (h.shape.row_length i hi) fun j hj => h.field hi hj

theorem fieldAbsDot_eq (s m off : Nat) (ds : List Nat) (N : Nat) :
    fieldAbsDot s m off ds N = total ds.length fun l => distance (field s m N l) off * ds.getD l 0 := by
  induction ds generalizing N with
  | nil => rfl
  | cons d ds ih =>
    have first : Nat.land N m = field s m N 0 := by
      show _ = Nat.land (N / 2 ^ (s * 0)) m
      rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one]
    have next (l : Nat) : field s m (Nat.shiftRight N s) l = field s m N (l + 1) := by
      show Nat.land (N / 2 ^ s / 2 ^ (s * l)) m = Nat.land (N / 2 ^ (s * l + s)) m
      rw [Nat.div_div_eq_div_mul, ← Nat.pow_add, Nat.add_comm s]
    show distance (Nat.land N m) off * d + fieldAbsDot s m off ds (Nat.shiftRight N s) = total (ds.length + 1) _
    rw [total_succ', ih, first]
    exact congrArg (_ + ·) (total_congr fun l _ => congrArg (distance · off * _) (next l))

theorem absDot_eq_total {off d : Nat} {xs ds : List Nat} (hx : xs.length = d) (hd : ds.length = d) :
    absDot off xs ds = total d fun l => distance (xs.getD l 0) off * ds.getD l 0 := by
  induction d generalizing xs ds with
  | zero =>
    match xs, hx with
    | [], _ => rfl
  | succ d ih =>
    match xs, ds, hx, hd with
    | x :: xs, y :: ds, hx, hd =>
      rw [total_succ']
      exact congrArg (distance x off * y + ·) (ih (Nat.succ.inj hx) (Nat.succ.inj hd))

/-- What the rows add up to at most. -/
theorem Holds.absDots {G : Grid} {M : Mat} {r d : Nat} (h : G.Holds M r d) {ds : List Nat} (len : ds.length = d) :
    G.absDots ds = mapFold (fun xs => absDot M.off xs ds) M.rows := by
  unfold Grid.absDots
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine List.ext_getD 0 ((length_mapFold _ _).trans (h.length.trans (h.shape.rows_length.symm.trans (length_mapFold _ _).symm))) fun i hi => ?_
  rw [length_mapFold, h.length] at hi
  rw [getD_mapFold _ _ (h.length.symm ▸ hi) 0, getD_mapFold _ _ (h.shape.rows_length.symm ▸ hi) [], fieldAbsDot_eq, len,
    absDot_eq_total (h.shape.row_length i hi) len, h.off]
  exact total_congr fun l hl => congrArg (distance · M.off * ds.getD l 0) (h.field hi hl).symm

end Grid
end Compact
