prelude
import Compact.Ball.Rows
import Compact.Packed.Combine
/-!
# A row of balls times a matrix, all columns at once

Rows of exact numbers are packed, a lane a column; so one product of naturals does for a whole row what `dotFrom` does entry by entry.  Lanes have to
be wide enough for that; where they might not be, columns are gone through one by one.  The numbers are the same.
-/
namespace Compact
namespace Ball

/-- A matrix of exact numbers (balls without a radius): its columns, and its rows packed. -/
structure Matrix where
  cols : List (List Ball)
  /-- How many columns there are. -/
  count : Nat
  /-- The parts `plus` and `minus` of each row. -/
  rows : List (Nat × Nat)
  /-- Bits of a lane. -/
  bits : Nat
  /-- No entry is larger. -/
  most : Nat

noncomputable section

/-- The packed lanes of `dotFrom` for all columns, from `p`, `n` and `e` on. -/
def combine (xs : List Ball) : List (Nat × Nat) → Nat → Nat → Nat → Ball :=
  List.rec (motive := fun _ => List (Nat × Nat) → Nat → Nat → Nat → Ball) (fun _ p n e => ⟨p, n, e⟩)
    (fun x _ ih rows p n e => List.rec (motive := fun _ => Ball) ⟨p, n, e⟩
      (fun r rows _ => Nat.force (Nat.add p (Nat.add (Nat.mul x.plus r.1) (Nat.mul x.minus r.2))) fun p =>
        Nat.force (Nat.add n (Nat.add (Nat.mul x.plus r.2) (Nat.mul x.minus r.1))) fun n =>
        Nat.force (Nat.add e (Nat.mul x.radius (Nat.add r.1 r.2))) fun e => ih rows p n e) rows) xs

/-- What the entries of a list may amount to, times the largest entry of a matrix. -/
def amount (most : Nat) (xs : List Ball) : Nat :=
  fold (fun x ih => Nat.add (Nat.mul (Nat.add (Nat.add x.plus x.minus) x.radius) most) ih) 0 xs

/-- The lanes of three packed numbers as balls. -/
def unpackBalls (L n : Nat) : Nat → Nat → Nat → List Ball :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → List Ball) (fun _ _ _ => [])
    (fun _ ih P N E => Nat.force P fun P => Nat.force N fun N => Nat.force E fun E =>
      ⟨Nat.mod P (Nat.pow 2 L), Nat.mod N (Nat.pow 2 L), Nat.mod E (Nat.pow 2 L)⟩ ::
        ih (Nat.shiftRight P L) (Nat.shiftRight N L) (Nat.shiftRight E L)) n

namespace Matrix

/-- A row times all columns, column by column. -/
def slow (M : Matrix) (xs : List Ball) : List Ball := mapFold (fun col => dot xs col) M.cols

/-- A row times all columns. -/
def times (M : Matrix) (xs : List Ball) : List Ball :=
  Bool.rec (motive := fun _ => List Ball) (M.slow xs)
    ((combine xs M.rows 0 0 0).force fun b => unpackBalls M.bits M.count b.plus b.minus b.radius)
    (Nat.ble (Nat.succ (amount M.most xs)) (Nat.pow 2 M.bits))

/-- Evaluate the packed rows, then go on with the matrix. -/
def force (M : Matrix) (k : Matrix → Bool) : Bool :=
  Nat.force M.count fun count => forcePairs M.rows fun rows => Nat.force M.bits fun bits => Nat.force M.most fun most => k ⟨M.cols, count, rows, bits, most⟩

end Matrix
end

theorem Matrix.force_eq (M : Matrix) (k : Matrix → Bool) : M.force k = k M := by
  unfold Matrix.force
  rw [Nat.force_eq, forcePairs_eq, Nat.force_eq, Nat.force_eq]

section
variable {c L : Nat}

/-- The rows are those of the columns. -/
structure Matrix.Fits (M : Matrix) (c : Nat) (w : Nat → Nat → Ball) (k : Nat) : Prop where
  cols : M.cols.length = c
  count : M.count = c
  rows : M.rows.length = k
  row (i : Nat) : i < k → M.rows.getD i (0, 0) = (pack M.bits c fun j => (w i j).plus, pack M.bits c fun j => (w i j).minus)
  col (j : Nat) : j < c → M.cols.getD j [] = table (fun i => w i j) k 0
  radius (i j : Nat) : i < k → j < c → (w i j).radius = 0
  most (i j : Nat) : i < k → j < c → (w i j).plus + (w i j).minus ≤ M.most

theorem mul_exact {x y : Ball} (h : y.radius = 0) : mul x y =
    ⟨x.plus * y.plus + x.minus * y.minus, x.plus * y.minus + x.minus * y.plus, x.radius * (y.plus + y.minus)⟩ := by
  show Ball.mk _ _ ((x.plus + x.minus) * y.radius + x.radius * (y.plus + y.minus) + x.radius * y.radius) = _
  rw [h, Nat.mul_zero, Nat.mul_zero, Nat.zero_add, Nat.add_zero]
  rfl

theorem combine_eq (w : Nat → Nat → Ball) (xs : List Ball) (rows : List (Nat × Nat)) (length : rows.length = xs.length)
    (row : ∀ i, i < xs.length → rows.getD i (0, 0) = (pack L c fun j => (w i j).plus, pack L c fun j => (w i j).minus))
    (radius : ∀ i j, i < xs.length → j < c → (w i j).radius = 0) (f g h : Nat → Nat) :
    combine xs rows (pack L c f) (pack L c g) (pack L c h) =
      ⟨pack L c fun j => (dotFrom xs (table (fun i => w i j) xs.length 0) (f j) (g j) (h j)).plus,
        pack L c fun j => (dotFrom xs (table (fun i => w i j) xs.length 0) (f j) (g j) (h j)).minus,
        pack L c fun j => (dotFrom xs (table (fun i => w i j) xs.length 0) (f j) (g j) (h j)).radius⟩ := by
  induction xs generalizing rows w f g h with
  | nil => rfl
  | cons x xs ih =>
    match rows, length with
    | r :: rows, length =>
      have first : r = (pack L c fun j => (w 0 j).plus, pack L c fun j => (w 0 j).minus) := row 0 (Nat.zero_lt_succ _)
      show Nat.force _ (fun p => Nat.force _ fun n => Nat.force _ fun e => combine xs rows p n e) = _
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, first]
      have shifted (j : Nat) : table (fun i => w i j) (xs.length + 1) 0 = w 0 j :: table (fun i => w (i + 1) j) xs.length 0 := by
        rw [table_succ]
        refine congrArg (w 0 j :: ·) ?_
        refine List.ext_getD zero ((length_table _ _ _).trans (length_table _ _ _).symm) fun i hi => ?_
        rw [length_table] at hi
        rw [getD_table _ _ _ hi, getD_table _ _ _ hi, Nat.add_comm (0 + 1), Nat.zero_add, Nat.zero_add]
      have p : pack L c f + (x.plus * (pack L c fun j => (w 0 j).plus) + x.minus * pack L c fun j => (w 0 j).minus) =
          pack L c fun j => f j + (mul x (w 0 j)).plus := by rw [mul_pack, mul_pack, pack_add, pack_add]; rfl
      have n : pack L c g + (x.plus * (pack L c fun j => (w 0 j).minus) + x.minus * pack L c fun j => (w 0 j).plus) =
          pack L c fun j => g j + (mul x (w 0 j)).minus := by rw [mul_pack, mul_pack, pack_add, pack_add]; rfl
      have e : pack L c h + x.radius * ((pack L c fun j => (w 0 j).plus) + pack L c fun j => (w 0 j).minus) =
          pack L c fun j => h j + (mul x (w 0 j)).radius := by
        rw [pack_add, mul_pack, pack_add]
        exact pack_congr L fun j hj => by rw [mul_exact (radius 0 j (Nat.zero_lt_succ _) hj)]
      refine (congr (congr (congrArg (combine xs rows) p) n) e).trans ?_
      rw [ih (fun i j => w (i + 1) j) rows (Nat.succ.inj length) (fun i hi => row (i + 1) (Nat.succ_lt_succ hi))
        (fun i j hi hj => radius (i + 1) j (Nat.succ_lt_succ hi) hj)]
      have same (j : Nat) : dotFrom (x :: xs) (table (fun i => w i j) (x :: xs).length 0) (f j) (g j) (h j) =
          dotFrom xs (table (fun i => w (i + 1) j) xs.length 0) (f j + (mul x (w 0 j)).plus) (g j + (mul x (w 0 j)).minus)
            (h j + (mul x (w 0 j)).radius) := by
        show dotFrom (x :: xs) (table (fun i => w i j) (xs.length + 1) 0) _ _ _ = _
        rw [shifted, dotFrom_cons]
      refine congr (congr (congrArg Ball.mk ?_) ?_) ?_ <;> exact pack_congr L fun j _ => by rw [same j]

/-- No lane is more than what the entries amount to. -/
theorem dotFrom_le {most : Nat} (xs ys : List Ball) (p n e : Nat) (length : ys.length = xs.length)
    (h : ∀ i, i < xs.length → (ys.getD i zero).radius = 0 ∧ (ys.getD i zero).plus + (ys.getD i zero).minus ≤ most) :
    (dotFrom xs ys p n e).plus ≤ p + amount most xs ∧ (dotFrom xs ys p n e).minus ≤ n + amount most xs ∧
      (dotFrom xs ys p n e).radius ≤ e + amount most xs := by
  induction xs generalizing ys p n e with
  | nil => exact ⟨Nat.le_add_right _ _, Nat.le_add_right _ _, Nat.le_add_right _ _⟩
  | cons x xs ih =>
    match ys, length with
    | y :: ys, length =>
      have first := h 0 (Nat.zero_lt_succ _)
      have r : y.radius = 0 := first.left
      have s : y.plus + y.minus ≤ most := first.right
      have big (a b k : Nat) (ha : a ≤ most) (hb : b ≤ most) : k + (x.plus * a + x.minus * b) ≤ k + (x.plus + x.minus + x.radius) * most := by
        refine Nat.add_le_add_left ?_ k
        rw [Nat.add_mul, Nat.add_mul]
        exact Nat.le_trans (Nat.add_le_add (Nat.mul_le_mul_left _ ha) (Nat.mul_le_mul_left _ hb)) (Nat.le_add_right _ _)
      have yp : y.plus ≤ most := Nat.le_trans (Nat.le_add_right _ _) s
      have yn : y.minus ≤ most := Nat.le_trans (Nat.le_add_left _ _) s
      rw [dotFrom_cons, mul_exact r]
      match ih ys (p + (x.plus * y.plus + x.minus * y.minus)) (n + (x.plus * y.minus + x.minus * y.plus)) (e + x.radius * (y.plus + y.minus))
          (Nat.succ.inj length) (fun i hi => h (i + 1) (Nat.succ_lt_succ hi)) with
      | ⟨hp, hn, he⟩ =>
        have re : e + x.radius * (y.plus + y.minus) ≤ e + (x.plus + x.minus + x.radius) * most := by
          refine Nat.add_le_add_left ?_ e
          exact Nat.mul_le_mul (Nat.le_add_left _ _) s
        show _ ≤ p + ((x.plus + x.minus + x.radius) * most + amount most xs) ∧ _ ≤ n + ((x.plus + x.minus + x.radius) * most + amount most xs) ∧
          _ ≤ e + ((x.plus + x.minus + x.radius) * most + amount most xs)
        refine ⟨Nat.le_trans hp ?_, Nat.le_trans hn ?_, Nat.le_trans he ?_⟩
        · exact Nat.le_trans (Nat.add_le_add_right (big _ _ _ yp yn) _) (Nat.le_of_eq (Nat.add_assoc _ _ _))
        · exact Nat.le_trans (Nat.add_le_add_right (big _ _ _ yn yp) _) (Nat.le_of_eq (Nat.add_assoc _ _ _))
        · exact Nat.le_trans (Nat.add_le_add_right re _) (Nat.le_of_eq (Nat.add_assoc _ _ _))

theorem unpackBalls_eq {n : Nat} {f g h : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ L) (hg : ∀ j, j < n → g j < 2 ^ L) (hh : ∀ j, j < n → h j < 2 ^ L) :
    unpackBalls L n (pack L n f) (pack L n g) (pack L n h) = table (fun j => ⟨f j, g j, h j⟩) n 0 := by
  have go (n : Nat) (P N E : Nat) : (unpackBalls L n P N E).length = n ∧ ∀ j, j < n →
      (unpackBalls L n P N E).getD j zero = ⟨digit L P j, digit L N j, digit L E j⟩ := by
    induction n generalizing P N E with
    | zero => exact ⟨rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
    | succ n ih =>
      have e : unpackBalls L (n + 1) P N E = ⟨P % 2 ^ L, N % 2 ^ L, E % 2 ^ L⟩ :: unpackBalls L n (P / 2 ^ L) (N / 2 ^ L) (E / 2 ^ L) := by
        show Nat.force P (fun P => Nat.force N fun N => Nat.force E fun E =>
          (⟨P % 2 ^ L, N % 2 ^ L, E % 2 ^ L⟩ : Ball) :: unpackBalls L n (P / 2 ^ L) (N / 2 ^ L) (E / 2 ^ L)) = _
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
      rw [e]
      refine ⟨congrArg Nat.succ (ih _ _ _).left, fun j hj => ?_⟩
      cases j with
      | zero =>
        have d (X : Nat) : digit L X 0 = X % 2 ^ L := congrArg (· % 2 ^ L) (Nat.div_one X)
        rw [d, d, d]
        rfl
      | succ j =>
        have d (X : Nat) : digit L X (j + 1) = digit L (X / 2 ^ L) j := by
          show X / 2 ^ (L * j + L) % 2 ^ L = X / 2 ^ L / 2 ^ (L * j) % 2 ^ L
          rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ (L * j))]
        rw [d, d, d]
        exact (ih _ _ _).right j (Nat.lt_of_succ_lt_succ hj)
  refine List.ext_getD zero ((go n _ _ _).left.trans (length_table _ _ _).symm) fun j hj => ?_
  rw [(go n _ _ _).left] at hj
  rw [(go n _ _ _).right j hj, getD_table_zero _ _ hj, digit_pack L hf hj, digit_pack L hg hj, digit_pack L hh hj]

/-- Both ways come to the same. -/
theorem Matrix.times_eq {M : Matrix} {w : Nat → Nat → Ball} {k : Nat} (fits : M.Fits c w k) {xs : List Ball} (length : xs.length = k) :
    M.times xs = M.slow xs := by
  unfold Matrix.times
  cases small : Nat.ble (Nat.succ (amount M.most xs)) (Nat.pow 2 M.bits) with
  | false => rfl
  | true =>
    have lt : amount M.most xs < 2 ^ M.bits := Nat.le_of_ble_eq_true small
    show (combine xs M.rows 0 0 0).force (fun b => unpackBalls M.bits M.count b.plus b.minus b.radius) = _
    have start : (0 : Nat) = pack M.bits c fun _ => 0 := (pack_zero M.bits c).symm
    have e := combine_eq (c := c) (L := M.bits) w xs M.rows (fits.rows.trans length.symm) (fun i hi => fits.row i (length ▸ hi))
      (fun i j hi hj => fits.radius i j (length ▸ hi) hj) (fun _ => 0) (fun _ => 0) (fun _ => 0)
    rw [← start] at e
    rw [Ball.force_eq, e, fits.count]
    have le (j : Nat) (hj : j < c) := dotFrom_le (most := M.most) xs (table (fun i => w i j) xs.length 0) 0 0 0 (length_table _ _ _) fun i hi => by
      rw [getD_table_zero _ _ hi]
      exact ⟨fits.radius i j (length ▸ hi) hj, fits.most i j (length ▸ hi) hj⟩
    have below {a : Nat} (h : a ≤ 0 + amount M.most xs) : a < 2 ^ M.bits := Nat.lt_of_le_of_lt (Nat.le_trans h (Nat.le_of_eq (Nat.zero_add _))) lt
    refine (unpackBalls_eq (fun j hj => below (le j hj).left) (fun j hj => below (le j hj).right.left) fun j hj => below (le j hj).right.right).trans ?_
    have slow_length : (M.slow xs).length = c := (length_mapFold _ _).trans fits.cols
    refine List.ext_getD zero ((length_table _ _ _).trans slow_length.symm) fun j hj => ?_
    rw [length_table] at hj
    unfold Matrix.slow
    rw [getD_table_zero _ _ hj, getD_mapFold _ M.cols (fits.cols.symm ▸ hj) [], fits.col j hj, length]
    rfl

end
end Ball
end Compact
