prelude
import Compact.Transformer.Strategy.HeadsBruteForce
import Compact.Transformer.Strategy.MlpQuartic.Keys
/-!
# Quartic for a model with an MLP: the rows that are evaluated

What each packed row of `MlpQuartic/Check.lean` holds, and that it fits.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open BruteForce (packAll getD_packAll)
open HeadsBruteForce (HeadTables TablesOf)
open MlpBruteForce (neuronRows ranges)

/-- What is known of a model and its tables: rows of logits have lanes of `L` bits, neurons lanes of `l`. -/
structure Setting (w : Weights) (M : MLP) (c : Params) (B L l n s width blocks : Nat) (head : HeadTables) (neurons : List HeadTables) : Prop where
  mlp : w.mlp = some M
  fit : M.Fit w B
  outs : M.W_out.hasRows M.d_mlp = true
  unembed : w.W_U.hasRows w.d_model = true
  one : w.heads.length = 1
  ctx : w.n_ctx = n + 1
  two : 2 ≤ w.d_vocab
  small : c.width + 4 ≤ l
  room : (2 ^ (2 * w.frac) + 8 * ranges (neuronRows w M)) * 2 ^ c.width ≤ 2 ^ (s + width)
  cut : s + (width + 1) ≤ l
  wide : width + 3 ≤ L
  narrow : l ≤ L
  enough : M.d_mlp ≤ blocks * (w.d_vocab - 1)
  head : TablesOf (w.linear B M) c (B + 1) L head 0
  neuronsLength : neurons.length = blocks
  neurons (b : Nat) : b < blocks → TablesOf (w.reads B M (b * (w.d_vocab - 1))) c (B + 1) l (neurons.getD b HeadTables.none) 0

/-- Row `j` of `W_out W_U`, and its largest entry. -/
noncomputable def outAt (w : Weights) (M : MLP) (j t : Nat) : Nat := ((neuronRows w M).getD j []).getD t 0
noncomputable def topAt (w : Weights) (M : MLP) (j : Nat) : Nat := maxList ((neuronRows w M).getD j [])

/-- A number of each neuron, from numbers of blocks; above and below the last of its block. -/
def over (v : Nat) (g : Nat → Nat → Nat) (j : Nat) : Nat := g (j / (v - 1)) (j % (v - 1)) - g (j / (v - 1)) (v - 1)
def under (v : Nat) (g : Nat → Nat → Nat) (j : Nat) : Nat := g (j / (v - 1)) (v - 1) - g (j / (v - 1)) (j % (v - 1))

theorem narrow_of_pack {L v k N : Nat} {f : Nat → Nat} (hk : k ≤ L) (h : N = pack L v f) (lt : ∀ j, j < v → f j < 2 ^ k) :
    N = pack L v (digit L N) ∧ ∀ j, j < v → digit L N j < 2 ^ k := by
  have lt' (j : Nat) (hj : j < v) : f j < 2 ^ L := Nat.lt_of_lt_of_le (lt j hj) (Nat.pow_le_pow_right Nat.two_pos hk)
  have e {j : Nat} (hj : j < v) : digit L N j = f j := by rw [h]; exact digit_pack L lt' hj
  exact ⟨h.trans (pack_congr L fun j hj => (e hj).symm), fun j hj => e hj ▸ lt j hj⟩

section
variable {w : Weights} {M : MLP} {c : Params} {B L l n s width blocks : Nat} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B L l n s width blocks head neurons)
include S

theorem Setting.L_pos : 0 < L := Nat.lt_of_lt_of_le (Nat.succ_pos _) S.wide
theorem Setting.l_pos : 0 < l := Nat.lt_of_lt_of_le (Nat.succ_pos _) S.small
theorem Setting.z_lt : w.d_vocab - 1 < w.d_vocab := Nat.sub_lt (Nat.lt_of_lt_of_le Nat.two_pos S.two) Nat.one_pos
theorem Setting.z_pos : 0 < w.d_vocab - 1 := Nat.le_sub_of_add_le (b := 1) S.two

theorem Setting.small_lt : 4 * 2 ^ c.width + 3 < 2 ^ (l - 1) := by
  have h : 2 ^ (c.width + 3) ≤ 2 ^ (l - 1) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le S.small)
  have pos := Nat.two_pow_pos c.width
  refine Nat.lt_of_lt_of_le ?_ h
  rw [Nat.pow_add]
  have e : 2 ^ c.width * 2 ^ 3 = 4 * 2 ^ c.width + 4 * 2 ^ c.width := by
    have h3 : 2 ^ 3 = 8 := rfl
    rw [h3]
    ring [2 ^ c.width]
  rw [e]
  refine Nat.add_lt_add_left (Nat.lt_of_lt_of_le (Nat.lt_succ_self 3) ?_) _
  exact Nat.le_mul_of_pos_right 4 pos

theorem Setting.half_lt {a : Nat} (h : a < 2 ^ c.width) : a < 2 ^ (l - 1) :=
  Nat.lt_trans h (Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_mul_of_pos_left _ (Nat.zero_lt_succ 3)) (Nat.le_add_right _ 3)) S.small_lt)

/-- The block and the place of a neuron. -/
theorem Setting.block {j : Nat} (hj : j < M.d_mlp) : j / (w.d_vocab - 1) < blocks ∧ j % (w.d_vocab - 1) < w.d_vocab - 1 ∧
    (w.d_vocab - 1) * (j / (w.d_vocab - 1)) + j % (w.d_vocab - 1) = j :=
  ⟨(Nat.div_lt_iff_lt_mul S.z_pos).mpr (Nat.lt_of_lt_of_le hj S.enough), Nat.mod_lt j S.z_pos, Nat.div_add_mod j (w.d_vocab - 1)⟩

/-! ## Rows of `W_out W_U` -/

theorem Setting.rows_length : (neuronRows w M).length = M.d_mlp := MlpBruteForce.length_neuronRows S.outs S.unembed

theorem Setting.bar_eq {j : Nat} (hj : j < M.d_mlp) (t : Nat) (ht : t < w.d_vocab) :
    ((mapFold barRow (neuronRows w M)).getD j []).getD t 0 = topAt w M j - outAt w M j t := by
  have hj' : j < (neuronRows w M).length := S.rows_length.symm ▸ hj
  have length := MlpBruteForce.length_neuronRow S.outs S.unembed hj
  have row : (mapFold barRow (neuronRows w M)).getD j [] =
      mapFold (fun x => maxList ((neuronRows w M).getD j []) - x) ((neuronRows w M).getD j []) :=
    (getD_mapFold _ _ hj' [] []).trans (Nat.force_eq (maxList ((neuronRows w M).getD j []))
      fun top => mapFold (fun x => Nat.sub top x) ((neuronRows w M).getD j []))
  rw [row, getD_mapFold _ _ (length.symm ▸ ht) 0 0]
  rfl

omit S in
theorem outAt_le (j t : Nat) : outAt w M j t ≤ topAt w M j := getD_le_maxList _ t

theorem Setting.total_top : total M.d_mlp (topAt w M) = ranges (neuronRows w M) := by
  unfold ranges
  rw [sumList_eq_total ((length_mapFold _ _).trans S.rows_length)]
  exact total_congr fun j hj => (getD_mapFold maxList _ (S.rows_length.symm ▸ hj) [] 0).symm

theorem Setting.top_lt {j : Nat} (hj : j < M.d_mlp) : topAt w M j < 2 ^ (l - 1) := by
  have h1 : topAt w M j ≤ ranges (neuronRows w M) := S.total_top ▸ le_total_of_lt (topAt w M) hj
  have h2 : 8 * ranges (neuronRows w M) ≤ 2 ^ (s + width) := by
    refine Nat.le_trans (Nat.le_trans (Nat.le_add_left _ (2 ^ (2 * w.frac))) ?_) S.room
    exact Nat.le_mul_of_pos_right _ (Nat.two_pow_pos _)
  have h3 : 2 ^ (s + width) ≤ 2 ^ (l - 1) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le (b := 1) S.cut)
  cases Nat.eq_zero_or_pos (ranges (neuronRows w M)) with
  | inl e => exact Nat.lt_of_le_of_lt (e ▸ h1) (Nat.two_pow_pos _)
  | inr pos =>
    refine Nat.lt_of_le_of_lt h1 (Nat.lt_of_lt_of_le ?_ (Nat.le_trans h2 h3))
    refine Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right pos) ?_
    rw [← Nat.two_mul]
    exact Nat.mul_le_mul_right _ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.zero_le 6)))

/-! ## Rows that are made of them -/

/-- How far a neuron's entries are moved up in a column. -/
noncomputable def upOf (w : Weights) (M : MLP) (l j : Nat) : Nat :=
  placesOf (lanesFor l w.d_vocab) M.d_mlp - (placeOf (lanesFor l w.d_vocab) j + 1)

/-- The columns of some rows, and sums of them. -/
noncomputable def columnsFor (w : Weights) (M : MLP) (l : Nat) (rows : List (List Nat)) : List Nat :=
  columnsOf (lanesFor l w.d_vocab) (placesOf (lanesFor l w.d_vocab) M.d_mlp) rows
noncomputable def sumsFor (w : Weights) (M : MLP) (L l : Nat) : Sums :=
  ⟨lanesFor l w.d_vocab, columnSums l (placesOf (lanesFor l w.d_vocab) M.d_mlp) L (columnsFor w M l (neuronRows w M)),
    columnSums l (placesOf (lanesFor l w.d_vocab) M.d_mlp) L (columnsFor w M l (mapFold barRow (neuronRows w M)))⟩

/-- Are these the columns of some numbers of neurons? -/
structure Columns (w : Weights) (M : MLP) (l : Nat) (columns : List Nat) (f : Nat → Nat → Nat) : Prop where
  length : columns.length = w.d_vocab
  column (t : Nat) : t < w.d_vocab → columns.getD t 0 = columnOf l M.d_mlp (upOf w M l) fun j => f j t

theorem Setting.columnsFor_holds {rows : List (List Nat)} (length : rows.length = M.d_mlp) {f : Nat → Nat → Nat}
    (hf : ∀ j, j < M.d_mlp → ∀ t, t < w.d_vocab → (rows.getD j []).getD t 0 = f j t) : Columns w M l (columnsFor w M l rows) f := by
  have vz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have e : columnsFor w M l rows = List.tabulateFrom 0 w.d_vocab
      fun t => columnAt l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (placeOf (lanesFor l w.d_vocab)) rows t 0 := by
    unfold columnsFor columnsOf
    rw [columnsAlong_eq]
    exact congrArg (fun n => List.tabulateFrom 0 n fun t =>
      columnAt l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (placeOf (lanesFor l w.d_vocab)) rows t 0) vz
  refine ⟨e ▸ List.length_tabulateFrom, fun t ht => ?_⟩
  rw [e, List.getD_tabulateFrom 0 ht, Nat.zero_add, columnAt_eq, length]
  refine total_congr fun j hj => ?_
  show (rows.getD j []).getD t 0 * 2 ^ (l * (placesOf (lanesFor l w.d_vocab) M.d_mlp - (placeOf (lanesFor l w.d_vocab) (0 + j) + 1))) = _
  rw [hf j hj t ht, Nat.zero_add]
  rfl

theorem Setting.outs_holds : Columns w M l (columnsFor w M l (neuronRows w M)) (outAt w M) := S.columnsFor_holds S.rows_length fun _ _ _ _ => rfl

theorem Setting.bars_holds : Columns w M l (columnsFor w M l (mapFold barRow (neuronRows w M))) fun j t => topAt w M j - outAt w M j t :=
  S.columnsFor_holds ((length_mapFold _ _).trans S.rows_length) fun _ hj t ht => S.bar_eq hj t ht

/-- **Sums of rows**, for numbers that are small. -/
theorem Setting.sum_eq {X : Nat} (hX : X < 2 ^ (l * placesOf (lanesFor l w.d_vocab) M.d_mlp)) (hw : ∀ p, digit l X p ≤ 2 ^ (c.width + 3) - 1)
    {f : Nat → Nat → Nat} (hf : ∀ j t, j < M.d_mlp → f j t ≤ topAt w M j) {columns : List Nat} (hC : Columns w M l columns f) :
    columnSums l (placesOf (lanesFor l w.d_vocab) M.d_mlp) L columns X =
      pack L w.d_vocab fun t => total M.d_mlp fun j => digit l X (placeOf (lanesFor l w.d_vocab) j) * f j t := by
  refine (columnSums_eq (f := f) (place := placeOf (lanesFor l w.d_vocab)) hX hw (fun j hj => placeOf_lt hj) (fun t _ => ?_)
    fun t ht => hC.column t (Nat.lt_of_lt_of_le ht (Nat.le_of_eq hC.length))).trans (congrArg (fun n => pack L n _) hC.length)
  have le : total M.d_mlp (fun j => f j t) ≤ ranges (neuronRows w M) := S.total_top ▸ total_le_total fun j hj => hf j t hj
  have room : 2 ^ (c.width + 3) * ranges (neuronRows w M) ≤ 2 ^ (s + width) := by
    refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_add_left _ (2 ^ (2 * w.frac)))) S.room)
    rw [Nat.pow_add]
    have h3 : 2 ^ 3 = 8 := rfl
    rw [h3]
    ring [2 ^ c.width, ranges (neuronRows w M)]
  refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul (Nat.sub_le _ _) le) room) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) ?_)
  exact Nat.lt_of_lt_of_le (Nat.add_lt_add_left (Nat.lt_succ_self _) s) S.cut

/-- The lanes of neurons of slope 1, and of slope 0. -/
noncomputable def steepFor (w : Weights) (M : MLP) (c : Params) (l slopes : Nat) : Nat :=
  steep (lanesFor l w.d_vocab) (2 ^ (c.width + 3) - 1) slopes (placesOf (lanesFor l w.d_vocab) M.d_mlp)
noncomputable def levelFor (w : Weights) (M : MLP) (c : Params) (l slopes : Nat) : Nat :=
  level (lanesFor l w.d_vocab) (2 ^ (c.width + 3) - 1) slopes (placesOf (lanesFor l w.d_vocab) M.d_mlp)

theorem Setting.full_le : c.width + 3 ≤ l := Nat.le_of_succ_le S.small

/-- **A row before it is rounded.** -/
theorem Setting.unrounded_eq (slopes : Nat) {row : Nat} {f : Nat → Nat} {g : Nat → Nat → Nat} {rows : List Nat}
    (hrow : row = pack L w.d_vocab f) (length : rows.length = blocks)
    (hg : ∀ b, b < blocks → rows.getD b 0 = pack l w.d_vocab (g b)) (small : ∀ b, b < blocks → ∀ j, j < w.d_vocab → g b j < 2 ^ c.width) :
    (sumsFor w M L l).unrounded (2 ^ (2 * w.frac)) (steepFor w M c l slopes) row (lanesOf (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) rows)
        (lanesOf (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) rows) =
      pack L w.d_vocab fun t => 2 ^ (2 * w.frac) * f t +
        added M.d_mlp (slope slopes) (topAt w M) (over w.d_vocab g) (under w.d_vocab g) fun j => outAt w M j t := by
  have half {b : Nat} (hb : b < blocks) (j : Nat) (hj : j < w.d_vocab) : g b j < 2 ^ (l - 1) := S.half_lt (small b hb j hj)
  have vz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have numbers {op : Nat → Nat} {h : Nat → Nat → Nat} (op_eq : ∀ b, b < blocks → op (pack l w.d_vocab (g b)) = pack l w.d_vocab (h b))
      (h_lt : ∀ b i, b < blocks → i < w.d_vocab → h b i < 2 ^ l) {j : Nat} (hj : j < M.d_mlp) :
      digit l (lanesOf (lanesFor l w.d_vocab) op rows) (placeOf (lanesFor l w.d_vocab) j) = h (j / (w.d_vocab - 1)) (j % (w.d_vocab - 1)) := by
    have len : (mapFold (fun N => Nat.force N op) rows).length = blocks := (length_mapFold _ _).trans length
    refine digit_joined (F := lanesFor l w.d_vocab) _ S.z_pos (fun b hb => ?_) (fun b i hb hi => ?_) (len.symm ▸ (S.block hj).left)
    · have hb' : b < blocks := len ▸ hb
      rw [getD_applied op (length.symm ▸ hb'), hg b hb', op_eq b hb']
      exact congrArg (fun n => pack l n (h b)) vz.symm
    · exact h_lt b i (len ▸ hb) (vz ▸ hi)
  have small' {a b : Nat} (h : a < 2 ^ c.width) : a - b < 2 ^ (c.width + 3) :=
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_right _ 3)))
  have within {a : Nat} (h : a < 2 ^ (c.width + 3)) : a < 2 ^ l := Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos S.full_le)
  have plus {j : Nat} (hj : j < M.d_mlp) : digit l (lanesOf (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) rows)
      (placeOf (lanesFor l w.d_vocab) j) = over w.d_vocab g j :=
    numbers (h := fun b i => g b i - g b (w.d_vocab - 1)) (fun b hb => above_eq S.l_pos S.z_lt (half hb))
      (fun b i hb hi => within (small' (small b hb i hi))) hj
  have minus {j : Nat} (hj : j < M.d_mlp) : digit l (lanesOf (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) rows)
      (placeOf (lanesFor l w.d_vocab) j) = under w.d_vocab g j :=
    numbers (h := fun b i => g b (w.d_vocab - 1) - g b i) (fun b hb => below_eq S.l_pos S.z_lt (half hb))
      (fun b _ hb _ => within (small' (small b hb _ S.z_lt))) hj
  -- The numbers of neurons of slope 1 alone.
  have alone (N : Nat) {h : Nat → Nat} (at_ : ∀ j, j < M.d_mlp → digit l N (placeOf (lanesFor l w.d_vocab) j) = h j)
      (lt : ∀ j, j < M.d_mlp → h j < 2 ^ (c.width + 3)) {f : Nat → Nat → Nat} (hf : ∀ j t, j < M.d_mlp → f j t ≤ topAt w M j) {columns : List Nat}
      (hC : Columns w M l columns f) : columnSums l (placesOf (lanesFor l w.d_vocab) M.d_mlp) L columns (Nat.land N (steepFor w M c l slopes)) =
        pack L w.d_vocab fun t => total M.d_mlp fun j => slope slopes j * h j * f j t := by
    have X : Nat.land N (steepFor w M c l slopes) = Nat.land 0 (levelFor w M c l slopes) + Nat.land N (steepFor w M c l slopes) := by
      rw [Nat.zero_land, Nat.zero_add]
    match chosen_spec (F := lanesFor l w.d_vocab) S.z_pos S.full_le slopes 0 N X with
    | ⟨X_lt, le, each⟩ =>
      refine (S.sum_eq X_lt le hf hC).trans (pack_congr L fun t _ => total_congr fun j hj => congrArg (· * f j t) ?_)
      have zero : digit l 0 (placeOf (lanesFor l w.d_vocab) j) = 0 := (congrArg (· % 2 ^ l) (Nat.zero_div _)).trans (Nat.zero_mod _)
      refine (each j (placeOf_lt hj) (zero.symm ▸ Nat.two_pow_pos _) ((at_ j hj).symm ▸ lt j hj)).trans ?_
      show digit l 0 (placeOf (lanesFor l w.d_vocab) j) * (1 - slope slopes j) + digit l N (placeOf (lanesFor l w.d_vocab) j) * slope slopes j = _
      rw [zero, Nat.zero_mul, Nat.zero_add, at_ j hj, Nat.mul_comm]
  have outs := alone _ (fun j hj => plus hj) (fun j hj => small' (small _ (S.block hj).left _ (Nat.lt_trans (S.block hj).right.left S.z_lt)))
    (fun j t _ => outAt_le j t) S.outs_holds
  have bars := alone _ (fun j hj => minus hj) (fun j hj => small' (small _ (S.block hj).left _ S.z_lt))
    (fun j t _ => Nat.sub_le (topAt w M j) (outAt w M j t)) S.bars_holds
  unfold Sums.unrounded
  rw [Nat.force_eq, Nat.force_eq]
  refine (congrArg (Nat.add (Nat.mul (2 ^ (2 * w.frac)) row)) (congr (congrArg Nat.add outs) bars)).trans ?_
  rw [hrow]
  show 2 ^ (2 * w.frac) * pack L w.d_vocab f + (pack L w.d_vocab _ + pack L w.d_vocab _) = _
  rw [mul_pack, pack_add, pack_add]
  refine pack_congr L fun t _ => congrArg (2 ^ (2 * w.frac) * f t + ·) ?_
  unfold added
  rw [← total_add]
  exact total_congr fun j _ => regroup _ _ _ _ _
where
  regroup (a p o n b : Nat) : a * p * o + a * n * b = p * (a * o) + n * (a * b) := by ring [a, p, o, n, b]

/-- What neurons add is small. -/
theorem Setting.added_le (slopes : Nat) {g : Nat → Nat → Nat} (small : ∀ b, b < blocks → ∀ j, j < w.d_vocab → g b j < 2 ^ c.width)
    (t : Nat) : added M.d_mlp (slope slopes) (topAt w M) (over w.d_vocab g) (under w.d_vocab g) (fun j => outAt w M j t) ≤
      2 ^ c.width * ranges (neuronRows w M) := by
  unfold added
  rw [← S.total_top, ← total_mul]
  refine total_le_total fun j hj => ?_
  match S.block hj with
  | ⟨hb, hi, _⟩ =>
    have hα : slope slopes j ≤ 1 := (slope_cases slopes j).elim (fun e => e ▸ Nat.zero_le 1) fun e => e ▸ Nat.le_refl 1
    have hx : slope slopes j * outAt w M j t ≤ topAt w M j := Nat.le_trans (Nat.mul_le_mul hα (outAt_le j t)) (Nat.le_of_eq (Nat.one_mul _))
    have hy : slope slopes j * (topAt w M j - outAt w M j t) ≤ topAt w M j :=
      Nat.le_trans (Nat.mul_le_mul hα (Nat.sub_le _ _)) (Nat.le_of_eq (Nat.one_mul _))
    refine Nat.le_trans (Nat.add_le_add (Nat.mul_le_mul_left _ hx) (Nat.mul_le_mul_left _ hy)) ?_
    rw [← Nat.add_mul]
    refine Nat.mul_le_mul_right _ ?_
    unfold over under
    have a_lt := Nat.le_of_lt (small _ hb _ (Nat.lt_trans hi S.z_lt))
    have b_lt := Nat.le_of_lt (small _ hb _ S.z_lt)
    cases Nat.le_total (g (j / (w.d_vocab - 1)) (j % (w.d_vocab - 1))) (g (j / (w.d_vocab - 1)) (w.d_vocab - 1)) with
    | inl h => rw [Nat.sub_eq_zero_of_le h, Nat.zero_add]; exact Nat.le_trans (Nat.sub_le _ _) b_lt
    | inr h => rw [Nat.sub_eq_zero_of_le h, Nat.add_zero]; exact Nat.le_trans (Nat.sub_le _ _) a_lt

/-- A row that is small enough, rounded. -/
theorem Setting.rounded_eq {N : Nat} {f : Nat → Nat} (h : N = pack L w.d_vocab f) (lt : ∀ t, t < w.d_vocab → f t < 2 ^ (s + width)) :
    lanesShift ((2 ^ width - 1) * ones L w.d_vocab) s N = pack L w.d_vocab fun t => f t / 2 ^ s := by
  have fits : width + s ≤ L := Nat.add_comm s width ▸ Nat.le_trans (Nat.le_trans (Nat.add_le_add_left (Nat.le_succ width) s) S.cut) S.narrow
  have le : s + width ≤ L := Nat.add_comm s width ▸ fits
  rw [h, lanesShift_pack fits fun t ht => Nat.lt_of_lt_of_le (lt t ht) (Nat.pow_le_pow_right Nat.two_pos le)]
  refine pack_congr L fun t ht => Nat.mod_eq_of_lt ?_
  refine (Nat.div_lt_iff_lt_mul (Nat.two_pow_pos s)).mpr ?_
  rw [← Nat.pow_add, Nat.add_comm width]
  exact lt t ht

omit S in
theorem div_lt_width {x : Nat} (lt : x < 2 ^ (s + width)) : x / 2 ^ s < 2 ^ width := by
  refine (Nat.div_lt_iff_lt_mul (Nat.two_pow_pos s)).mpr ?_
  rw [← Nat.pow_add, Nat.add_comm width]
  exact lt

/-- Rows are small. -/
theorem Setting.lt_room {x a e : Nat} (hx : x < 2 ^ c.width) (ha : a ≤ 2 ^ c.width * ranges (neuronRows w M))
    (he : e ≤ 7 * (2 ^ c.width * ranges (neuronRows w M))) : 2 ^ (2 * w.frac) * x + a + e < 2 ^ (s + width) := by
  refine Nat.lt_of_lt_of_le ?_ S.room
  have K := Nat.mul_lt_mul_of_pos_left hx (Nat.two_pow_pos (2 * w.frac))
  refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (Nat.add_lt_add_of_lt_of_le K ha) he) (Nat.le_of_eq ?_)
  ring [2 ^ (2 * w.frac), 2 ^ c.width, ranges (neuronRows w M)]

end
end MlpQuartic
end Transformer
end Compact
