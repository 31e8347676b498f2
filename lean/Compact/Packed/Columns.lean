prelude
import Compact.Packed.ExpTable
import Compact.Packed.Fields
import Compact.Packed.Running
import Compact.Packed.Lanewise
import Compact.Packed.Dot
import Compact.Averaging.Threshold
/-!
# Weighed sums of many rows, a product for each output

The lanes of `X` are numbers, each for one row; wanted is the sum of all rows, each times its number.  Row after row that is a product for each
row (`dot`).  Here the rows are turned into *columns*, one for each output, which has the entry of a row at a place that
counts from the other end as its number's does in `X`.  In the product of `X` with a column, the lane in the middle is that output's sum.
-/
namespace Compact
noncomputable section

/-- A column: of the rows from number `j` on the entries `t`, each moved up by what its place lacks to the last of `P`. -/
def columnAt (l P : Nat) (place : Nat → Nat) (rows : List (List Nat)) (t : Nat) : Nat → Nat :=
  fold (fun row ih j => Nat.force j fun j => Nat.add (Nat.shiftLeft (nth 0 row t) (Nat.mul l (Nat.sub P (Nat.succ (place j))))) (ih (Nat.succ j)))
    (fun _ => 0) rows

/-- A row without its first entry. -/
def restOf (row : List Nat) : List Nat := List.rec (motive := fun _ => List Nat) [] (fun _ xs _ => xs) row

/-- The first `count` columns.  (Rows are walked along: looking an entry up takes longer the further it is from the first.) -/
def columnsAlong (l P : Nat) (place : Nat → Nat) (count : Nat) : List (List Nat) → List Nat :=
  Nat.rec (motive := fun _ => List (List Nat) → List Nat) (fun _ => [])
    (fun _ ih rows => columnAt l P place rows 0 0 :: ih (mapFold restOf rows)) count

/-- The sums of all columns, of `P` lanes of `l` bits, in lanes of `L` bits. -/
def columnSums (l P L : Nat) (columns : List Nat) (X : Nat) : Nat :=
  fold (fun column ih => Nat.add (Nat.mod (Nat.shiftRight (Nat.mul X column) (Nat.mul l (Nat.sub P 1))) (Nat.pow 2 l)) (Nat.shiftLeft ih L))
    0 columns

/-- Evaluate the columns and make them a function, then go on with it; `s` is `l * (P - 1)`, `M` is `2^l`. -/
def withSumsOf {α : Type} (s M L : Nat) (columns : List Nat) : ((Nat → Nat) → α) → α :=
  fold (fun column ih k => Nat.force column fun column => ih fun f =>
    k fun X => Nat.add (Nat.mod (Nat.shiftRight (Nat.mul X column) s) M) (Nat.shiftLeft (f X) L)) (fun k => k fun _ => 0) columns

/-- The same. -/
def withColumns {α : Type} (l P L : Nat) (columns : List Nat) (k : (Nat → Nat) → α) : α :=
  Nat.force (Nat.mul l (Nat.sub P 1)) fun s => Nat.force (Nat.pow 2 l) fun M => withSumsOf s M L columns k

/-- The same, where the kernel takes columns that agree in their lowest lanes for different numbers: a tag is added to each and taken off again,
and the kernel remembers an expression under a key made of all its literals. -/
def withTaggedOf {α : Type} (s M L : Nat) (columns : List Nat) : Nat → ((Nat → Nat) → α) → α :=
  fold (fun column ih tag k => Nat.force tag fun tag => Nat.force (Nat.add column tag) fun column => ih (Nat.succ tag) fun f =>
    k fun X => Nat.add (Nat.mod (Nat.shiftRight (Nat.mul X (Nat.sub column tag)) s) M) (Nat.shiftLeft (f X) L)) (fun _ k => k fun _ => 0) columns

/-- The same, with tags from `tag` on. -/
def withTagged {α : Type} (l P L : Nat) (columns : List Nat) (tag : Nat) (k : (Nat → Nat) → α) : α :=
  Nat.force (Nat.mul l (Nat.sub P 1)) fun s => Nat.force (Nat.pow 2 l) fun M => withTaggedOf s M L columns tag k

end

theorem withTagged_eq {α : Type} (l P L : Nat) (columns : List Nat) (tag : Nat) (k : (Nat → Nat) → α) :
    withTagged l P L columns tag k = k (columnSums l P L columns) := by
  unfold withTagged
  rw [Nat.force_eq, Nat.force_eq]
  induction columns generalizing tag k with
  | nil => rfl
  | cons column columns ih =>
    show Nat.force tag (fun tag => Nat.force (Nat.add column tag) fun column => withTaggedOf (Nat.mul l (Nat.sub P 1)) (Nat.pow 2 l) L columns (tag + 1)
      fun f => k fun X => Nat.add (Nat.mod (Nat.shiftRight (Nat.mul X (Nat.sub column tag)) (Nat.mul l (Nat.sub P 1))) (Nat.pow 2 l))
        (Nat.shiftLeft (f X) L)) = _
    rw [Nat.force_eq, Nat.force_eq, ih]
    have same : Nat.sub (Nat.add column tag) tag = column := Nat.add_sub_cancel ..
    rw [same]
    rfl

theorem withColumns_eq {α : Type} (l P L : Nat) (columns : List Nat) (k : (Nat → Nat) → α) :
    withColumns l P L columns k = k (columnSums l P L columns) := by
  unfold withColumns
  rw [Nat.force_eq, Nat.force_eq]
  induction columns generalizing k with
  | nil => rfl
  | cons column columns ih =>
    show Nat.force column (fun column => withSumsOf (Nat.mul l (Nat.sub P 1)) (Nat.pow 2 l) L columns fun f =>
      k fun X => Nat.add (Nat.mod (Nat.shiftRight (Nat.mul X column) (Nat.mul l (Nat.sub P 1))) (Nat.pow 2 l)) (Nat.shiftLeft (f X) L)) = _
    rw [Nat.force_eq, ih]
    rfl

/-- A column of the numbers `f`, of which number `j` is moved up by `s j` lanes. -/
noncomputable def columnOf (l J : Nat) (s f : Nat → Nat) : Nat := total J fun j => f j * 2 ^ (l * s j)

/-- What a column is. -/
theorem columnAt_eq (l P : Nat) (place : Nat → Nat) (rows : List (List Nat)) (t j : Nat) :
    columnAt l P place rows t j = columnOf l rows.length (fun i => P - (place (j + i) + 1)) fun i => (rows.getD i []).getD t 0 := by
  induction rows generalizing j with
  | nil => rfl
  | cons row rows ih =>
    show Nat.force j (fun j => Nat.add (Nat.shiftLeft (nth 0 row t) (Nat.mul l (Nat.sub P (Nat.succ (place j))))) (columnAt l P place rows t (j + 1))) = _
    rw [Nat.force_eq, nth_eq, ih]
    refine Eq.trans ?_ (total_succ' rows.length fun i => ((row :: rows).getD i []).getD t 0 * 2 ^ (l * (P - (place (j + i) + 1)))).symm
    refine congrArg (row.getD t 0 * 2 ^ (l * (P - (place j + 1))) + ·) (total_congr fun i _ => ?_)
    show (rows.getD i []).getD t 0 * 2 ^ (l * (P - (place (j + 1 + i) + 1))) = _
    rw [Nat.add_assoc, Nat.add_comm 1]
    rfl

/-- Without the first entries, each entry stands one place earlier. -/
theorem columnAt_restOf (l P : Nat) (place : Nat → Nat) (rows : List (List Nat)) (t j : Nat) :
    columnAt l P place (mapFold restOf rows) t j = columnAt l P place rows (t + 1) j := by
  induction rows generalizing j with
  | nil => rfl
  | cons row rows ih =>
    show Nat.force j (fun j => Nat.add (Nat.shiftLeft (nth 0 (restOf row) t) (Nat.mul l (Nat.sub P (Nat.succ (place j)))))
        (columnAt l P place (mapFold restOf rows) t (j + 1))) =
      Nat.force j fun j => Nat.add (Nat.shiftLeft (nth 0 row (t + 1)) (Nat.mul l (Nat.sub P (Nat.succ (place j))))) (columnAt l P place rows (t + 1) (j + 1))
    rw [Nat.force_eq, Nat.force_eq, ih, nth_eq, nth_eq]
    cases row <;> rfl

theorem columnsAlong_eq (l P : Nat) (place : Nat → Nat) (count : Nat) (rows : List (List Nat)) :
    columnsAlong l P place count rows = List.tabulateFrom 0 count fun t => columnAt l P place rows t 0 := by
  have shifted (count t : Nat) (rows : List (List Nat)) (start : List (List Nat)) (h : ∀ i, columnAt l P place rows i 0 = columnAt l P place start (t + i) 0) :
      columnsAlong l P place count rows = List.tabulateFrom t count fun t => columnAt l P place start t 0 := by
    induction count generalizing t rows with
    | zero => rfl
    | succ count ih =>
      refine congr (congrArg List.cons (h 0)) (ih (t + 1) (mapFold restOf rows) fun i => ?_)
      rw [columnAt_restOf, h, Nat.add_right_comm]
      rfl
  exact shifted count 0 rows rows fun i => congrArg (fun i => columnAt l P place rows i 0) (Nat.zero_add i).symm

/-- Lower digits do not depend on higher ones. -/
theorem digit_mod (b N : Nat) {n i : Nat} (hi : i < n) : digit b (N % 2 ^ (b * n)) i = digit b N i := by
  match Nat.exists_eq_add_of_le (Nat.succ_le_of_lt hi) with
  | ⟨r, e⟩ =>
    have split : 2 ^ (b * n) = 2 ^ (b * i) * (2 ^ b * 2 ^ (b * r)) := by
      rw [e, ← Nat.pow_add, ← Nat.pow_add, Nat.succ_add, Nat.mul_succ, Nat.mul_add, Nat.add_assoc, Nat.add_comm (b * r)]
    unfold digit
    rw [split, Nat.mod_mul_div _ _ _ (Nat.two_pow_pos _), Nat.mod_mul_mod]

/-- A lane of a number that is moved up. -/
theorem digit_up {l s k : Nat} (X : Nat) (h : s ≤ k) : digit l (X * 2 ^ (l * s)) k = digit l X (k - s) := by
  match Nat.exists_eq_add_of_le h with
  | ⟨d, e⟩ =>
    subst e
    show X * 2 ^ (l * s) / 2 ^ (l * (s + d)) % 2 ^ l = _
    rw [Nat.mul_add, Nat.pow_add, ← Nat.div_div_eq_div_mul, Nat.mul_div_cancel _ (Nat.two_pow_pos _), Nat.add_sub_cancel_left]
    rfl

theorem digit_up_low {l s k : Nat} (X : Nat) (h : k < s) : digit l (X * 2 ^ (l * s)) k = 0 := by
  match Nat.exists_eq_add_of_lt h with
  | ⟨d, e⟩ =>
    have two : X * 2 ^ (l * s) = X * 2 ^ (l * d) * 2 ^ l * 2 ^ (l * k) := by
      rw [e, Nat.mul_assoc, Nat.mul_assoc, ← Nat.pow_add, ← Nat.pow_add]
      refine congrArg (fun n => X * 2 ^ n) ?_
      ring [l, k, d]
    show X * 2 ^ (l * s) / 2 ^ (l * k) % 2 ^ l = 0
    rw [two, Nat.mul_div_cancel _ (Nat.two_pow_pos _), Nat.mul_mod_left]

theorem digit_up_le {l s k w X : Nat} (h : ∀ p, digit l X p ≤ w) : digit l (X * 2 ^ (l * s)) k ≤ w := by
  cases Nat.lt_or_ge k s with
  | inl lt => rw [digit_up_low X lt]; exact Nat.zero_le _
  | inr ge => rw [digit_up X ge]; exact h _

section
variable {l P L v J w X : Nat} {place : Nat → Nat} {f : Nat → Nat → Nat}

/-- The product with a column, in lanes. -/
theorem mul_columnOf (hX : X < 2 ^ (l * P)) {s g : Nat → Nat} (hle : ∀ j, j < J → s j ≤ P) :
    X * columnOf l J s g = pack l (P + P) fun k => total J fun j => g j * digit l (X * 2 ^ (l * s j)) k := by
  rw [pack_total]
  unfold columnOf
  rw [← total_mul]
  refine total_congr fun j hj => ?_
  have lt : X * 2 ^ (l * s j) < 2 ^ (l * (P + P)) := by
    refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_right hX (Nat.two_pow_pos _)) ?_
    rw [← Nat.pow_add, ← Nat.mul_add]
    exact Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left l (Nat.add_le_add_left (hle j hj) P))
  rw [← mul_pack, pack_digit lt, Nat.mul_left_comm]

/-- The lane in the middle. -/
theorem middle_eq (hX : X < 2 ^ (l * P)) (hw : ∀ p, digit l X p ≤ w) (hP : ∀ j, j < J → place j < P) {g : Nat → Nat}
    (hg : w * total J g < 2 ^ l) :
    X * columnOf l J (fun j => P - (place j + 1)) g / 2 ^ (l * (P - 1)) % 2 ^ l = total J fun j => digit l X (place j) * g j := by
  cases Nat.eq_zero_or_pos J with
  | inl e =>
    subst e
    exact (congrArg (· / 2 ^ (l * (P - 1)) % 2 ^ l) (Nat.mul_zero X)).trans ((congrArg (· % 2 ^ l) (Nat.zero_div _)).trans (Nat.zero_mod _))
  | inr pos =>
    have lane_lt (k : Nat) : (total J fun j => g j * digit l (X * 2 ^ (l * (P - (place j + 1)))) k) < 2 ^ l := by
      refine Nat.lt_of_le_of_lt ?_ hg
      rw [← total_mul]
      refine total_le_total fun j _ => ?_
      rw [Nat.mul_comm]
      exact Nat.mul_le_mul_right _ (digit_up_le hw)
    have P_pos : 0 < P := Nat.lt_of_le_of_lt (Nat.zero_le _) (hP 0 pos)
    have inside : P - 1 < P + P := Nat.lt_of_lt_of_le (Nat.sub_lt P_pos Nat.one_pos) (Nat.le_add_right P P)
    refine ((congrArg (fun N => digit l N (P - 1)) (mul_columnOf hX fun j _ => Nat.sub_le _ _)).trans (digit_pack l (fun k _ => lane_lt k) inside)).trans ?_
    refine total_congr fun j hj => ?_
    have up : P - (place j + 1) ≤ P - 1 := Nat.sub_le_sub_left (Nat.le_add_left 1 _) P
    rw [digit_up X up, Nat.mul_comm]
    refine congrArg (fun p => digit l X p * g j) ?_
    have e : P = place j + 1 + (P - (place j + 1)) := (Nat.add_sub_of_le (hP j hj)).symm
    generalize P - (place j + 1) = d at e
    rw [e, Nat.add_right_comm, Nat.add_sub_cancel, Nat.add_sub_cancel]

/-- **The sums.** -/
theorem columnSums_eq (hX : X < 2 ^ (l * P)) (hw : ∀ p, digit l X p ≤ w) (hP : ∀ j, j < J → place j < P) {columns : List Nat}
    (hf : ∀ t, t < columns.length → w * total J (fun j => f j t) < 2 ^ l)
    (hC : ∀ t, t < columns.length → columns.getD t 0 = columnOf l J (fun j => P - (place j + 1)) fun j => f j t) :
    columnSums l P L columns X = pack L columns.length fun t => total J fun j => digit l X (place j) * f j t := by
  induction columns generalizing f with
  | nil => rfl
  | cons column columns ih =>
    have first : column = columnOf l J (fun j => P - (place j + 1)) fun j => f j 0 := hC 0 (Nat.zero_lt_succ _)
    have rest := ih (f := fun j t => f j (t + 1)) (fun t ht => hf (t + 1) (Nat.succ_lt_succ ht)) fun t ht => hC (t + 1) (Nat.succ_lt_succ ht)
    show X * column / 2 ^ (l * (P - 1)) % 2 ^ l + columnSums l P L columns X * 2 ^ L = _
    rw [rest, first, middle_eq hX hw hP (hf 0 (Nat.zero_lt_succ _)), Nat.mul_comm _ (2 ^ L)]
    rfl

end

/-! ## Columns, lane by lane -/

/-- The number at the lane `k`. -/
noncomputable def laneAt (J : Nat) (s f : Nat → Nat) (k : Nat) : Nat := total J fun j => if k = s j then f j else 0

section
variable {l T J : Nat} {s : Nat → Nat}

theorem columnOf_eq_pack {f : Nat → Nat} (hs : ∀ j, j < J → s j < T) : columnOf l J s f = pack l T (laneAt J s f) := by
  unfold laneAt columnOf
  rw [pack_total]
  exact total_congr fun j hj => (pack_single l (f j) (hs j hj)).symm

/-- Where lanes differ, at most one number stands in each. -/
theorem laneAt_cases (inj : ∀ i j, i < J → j < J → s i = s j → i = j) (k : Nat) :
    (∀ f : Nat → Nat, laneAt J s f k = 0) ∨ ∃ j, j < J ∧ ∀ f : Nat → Nat, laneAt J s f k = f j := by
  induction J with
  | zero => exact Or.inl fun _ => rfl
  | succ J ih =>
    have before := ih fun i j hi hj => inj i j (Nat.lt_succ_of_lt hi) (Nat.lt_succ_of_lt hj)
    by_cases e : k = s J
    case neg =>
      have last (f : Nat → Nat) : laneAt (J + 1) s f k = laneAt J s f k := (congrArg (laneAt J s f k + ·) (ite_eq_right e)).trans (Nat.add_zero _)
      exact before.elim (fun h => Or.inl fun f => (last f).trans (h f)) fun ⟨j, hj, h⟩ => Or.inr ⟨j, Nat.lt_succ_of_lt hj, fun f => (last f).trans (h f)⟩
    case pos =>
      refine Or.inr ⟨J, Nat.lt_succ_self J, fun f => ?_⟩
      have zero : laneAt J s f k = 0 := by
        refine (total_congr fun j hj => ite_eq_right fun h => ?_).trans (total_const J 0)
        exact Nat.lt_irrefl J (inj j J (Nat.lt_succ_of_lt hj) (Nat.lt_succ_self J) (h.symm.trans e) ▸ hj)
      show laneAt J s f k + (if k = s J then f J else 0) = f J
      rw [zero, ite_eq_left e, Nat.zero_add]

/-- **The greater of each number and that of another column.** -/
theorem lanesMax_columns {f g : Nat → Nat} (hl : 0 < l) (hs : ∀ j, j < J → s j < T) (inj : ∀ i j, i < J → j < J → s i = s j → i = j)
    (hf : ∀ j, j < J → f j < 2 ^ (l - 1)) (hg : ∀ j, j < J → g j < 2 ^ (l - 1)) :
    lanesMax (2 ^ (l - 1) * ones l T) (l - 1) (columnOf l J s f) (columnOf l J s g) = columnOf l J s fun j => g j + (f j - g j) := by
  have lane_lt {f : Nat → Nat} (hf : ∀ j, j < J → f j < 2 ^ (l - 1)) (k : Nat) : laneAt J s f k < 2 ^ (l - 1) := (laneAt_cases inj k).elim
    (fun h => (h f).symm ▸ Nat.two_pow_pos _) fun ⟨j, hj, h⟩ => (h f).symm ▸ hf j hj
  rw [columnOf_eq_pack hs, columnOf_eq_pack hs, columnOf_eq_pack hs, lanesMax_pack hl (fun k _ => lane_lt hf k) fun k _ => lane_lt hg k]
  exact pack_congr l fun k _ => (laneAt_cases inj k).elim (fun h => by rw [h, h, h]) fun ⟨j, _, h⟩ => by rw [h, h, h]

end
/-! ## Rows that are joined -/

/-- The lanes of rows that are joined. -/
theorem digit_packList {L n : Nat} {rows : List Nat} {g : Nat → Nat → Nat} (h : ∀ b, b < rows.length → rows.getD b 0 = pack L n (g b))
    (lt : ∀ b j, b < rows.length → j < n → g b j < 2 ^ L) {b j : Nat} (hb : b < rows.length) (hj : j < n) :
    digit L (packList (L * n) rows) (n * b + j) = g b j := by
  have lane (i : Nat) (_ : i < n * rows.length) : digit L (packList (L * n) rows) i < 2 ^ L := Nat.mod_lt _ (Nat.two_pow_pos L)
  have row : digit (L * n) (packList (L * n) rows) b = pack L n (g b) := by
    rw [packList_eq, digit_pack _ (fun i hi => (h i hi).symm ▸ pack_lt _ fun j hj => lt i j hi hj) hb, h b hb]
  have cut := row.symm.trans ((congrArg (fun N => digit (L * n) N b) (packList_rows h lt)).trans (digit_row lane hb))
  exact (pack_inj (fun j hj => lt b j hb hj) (fun j _ => Nat.mod_lt _ (Nat.two_pow_pos L)) cut hj).symm

end Compact
