prelude
import Compact.Ball.Basic
import Compact.Field.Sum
/-!
# Lists of balls

`HoldsAll U xs n f`: the list has `n` balls, and the ball number `i` holds the number `f i`.  A product of a row with a column is added
up exactly, and rounded once at the end.
-/
namespace Compact
namespace Ball
noncomputable section

/-- Evaluate all balls of a list, then go on with them. -/
def forceList {α : Type} (xs : List Ball) : (List Ball → α) → α :=
  fold (fun x ih k => x.force fun x => ih fun xs => k (x :: xs)) (fun k => k []) xs

/-- Those of a list of lists. -/
def forceRows {α : Type} (xs : List (List Ball)) : (List (List Ball) → α) → α :=
  fold (fun x ih k => forceList x fun x => ih fun xs => k (x :: xs)) (fun k => k []) xs

/-- Those of a list of lists of lists. -/
def forceTables {α : Type} (xs : List (List (List Ball))) : (List (List (List Ball)) → α) → α :=
  fold (fun x ih k => forceRows x fun x => ih fun xs => k (x :: xs)) (fun k => k []) xs

/-- Products of the entries of two lists, added to `p - n` with the radius `e`. -/
def dotFrom (xs : List Ball) : List Ball → Nat → Nat → Nat → Ball :=
  List.rec (motive := fun _ => List Ball → Nat → Nat → Nat → Ball) (fun _ p n e => ⟨p, n, e⟩)
    (fun x _ ih ys p n e => List.rec (motive := fun _ => Ball) ⟨p, n, e⟩
      (fun y ys _ => Nat.force (Nat.add p (mul x y).plus) fun p => Nat.force (Nat.add n (mul x y).minus) fun n =>
        Nat.force (Nat.add e (mul x y).radius) fun e => ih ys p n e) ys) xs

/-- The sum of the products of the entries of two lists. -/
def dot (xs ys : List Ball) : Ball := dotFrom xs ys 0 0 0

/-- The sum of a list. -/
def sum (xs : List Ball) : Ball := dot xs (mapFold (fun _ => one) xs)

/-- The list `f i, ..., f (i + n - 1)`. -/
def table {α : Type} (f : Nat → α) (n : Nat) : Nat → List α :=
  Nat.rec (motive := fun _ => Nat → List α) (fun _ => []) (fun _ ih i => Nat.force i fun i => f i :: ih (Nat.succ i)) n

/-- All entries of two lists, added. -/
def addAll (xs ys : List Ball) : List Ball := foldZip (fun x y ih => add x y :: ih) [] xs ys

/-- The entry number `i` of each list. -/
def column (i : Nat) (rows : List (List Ball)) : List Ball := mapFold (fun row => nth zero row i) rows

end

theorem forceList_eq {α : Type} (xs : List Ball) (k : List Ball → α) : forceList xs k = k xs := by
  induction xs generalizing k with
  | nil => rfl
  | cons x xs ih =>
    show x.force (fun x => forceList xs fun xs => k (x :: xs)) = _
    rw [force_eq, ih]

theorem forceRows_eq {α : Type} (xs : List (List Ball)) (k : List (List Ball) → α) : forceRows xs k = k xs := by
  induction xs generalizing k with
  | nil => rfl
  | cons x xs ih =>
    show forceList x (fun x => forceRows xs fun xs => k (x :: xs)) = _
    rw [forceList_eq, ih]

theorem forceTables_eq {α : Type} (xs : List (List (List Ball))) (k : List (List (List Ball)) → α) : forceTables xs k = k xs := by
  induction xs generalizing k with
  | nil => rfl
  | cons x xs ih =>
    show forceRows x (fun x => forceTables xs fun xs => k (x :: xs)) = _
    rw [forceRows_eq, ih]

section
variable {α : Type}

theorem table_succ (f : Nat → α) (n i : Nat) : table f (n + 1) i = f i :: table f n (i + 1) :=
  Nat.force_eq i fun i => f i :: table f n (i + 1)

theorem length_table (f : Nat → α) (n i : Nat) : (table f n i).length = n := by
  induction n generalizing i with
  | zero => rfl
  | succ n ih => rw [table_succ]; exact congrArg Nat.succ (ih (i + 1))

theorem getD_table (f : Nat → α) {n j : Nat} (i : Nat) (d : α) (h : j < n) : (table f n i).getD j d = f (i + j) := by
  induction n generalizing i j with
  | zero => exact absurd h (Nat.not_lt_zero j)
  | succ n ih =>
    rw [table_succ]
    cases j with
    | zero => rfl
    | succ j => exact (ih (i + 1) (Nat.lt_of_succ_lt_succ h)).trans (congrArg f (Nat.succ_add i j))

theorem getD_table_zero (f : Nat → α) {n j : Nat} (d : α) (h : j < n) : (table f n 0).getD j d = f j :=
  (getD_table f 0 d h).trans (congrArg f (Nat.zero_add j))

end

variable {R : Type} [ExpField R] {U V n m : Nat} {xs ys : List Ball} {f g : Nat → R}

/-- A list of balls holds the numbers `f 0, ..., f (n - 1)`. -/
structure HoldsAll (U : Nat) (xs : List Ball) (n : Nat) (f : Nat → R) : Prop where
  length : xs.length = n
  get (i : Nat) : i < n → (xs.getD i zero).Holds U (f i)

namespace HoldsAll

theorem congr (h : HoldsAll U xs n f) (e : ∀ i, i < n → f i = g i) : HoldsAll U xs n g :=
  ⟨h.length, fun i hi => (h.get i hi).of_eq (e i hi)⟩

theorem tail {x : Ball} (h : HoldsAll U (x :: xs) (n + 1) f) : HoldsAll U xs n fun i => f (i + 1) :=
  ⟨Nat.succ.inj h.length, fun i hi => h.get (i + 1) (Nat.succ_lt_succ hi)⟩

theorem head {x : Ball} (h : HoldsAll U (x :: xs) (n + 1) f) : x.Holds U (f 0) := h.get 0 (Nat.zero_lt_succ n)

/-- What holds of each entry holds of the list. -/
theorem map {F : Ball → Ball} (h : HoldsAll U xs n f) (each : ∀ i, i < n → (F (xs.getD i zero)).Holds V (g i)) :
    HoldsAll V (mapFold F xs) n g :=
  ⟨(length_mapFold F xs).trans h.length, fun i hi => by
    rw [getD_mapFold F xs (h.length.symm ▸ hi) zero]
    exact each i hi⟩

theorem zip {F : Ball → Ball → Ball} {f g h : Nat → R} (hx : HoldsAll U xs n f) (hy : HoldsAll V ys n g)
    (each : ∀ i, i < n → (F (xs.getD i zero) (ys.getD i zero)).Holds m (h i)) :
    HoldsAll m (foldZip (fun x y ih => F x y :: ih) [] xs ys) n h :=
  ⟨(length_foldZip F (hx.length.trans hy.length.symm)).trans hx.length, fun i hi => by
    rw [getD_foldZip F (hx.length.symm ▸ hi) (hy.length.symm ▸ hi) zero zero zero]
    exact each i hi⟩

theorem addAll (hx : HoldsAll U xs n f) (hy : HoldsAll U ys n g) : HoldsAll U (addAll xs ys) n fun i => f i + g i :=
  hx.zip hy fun i hi => (hx.get i hi).add (hy.get i hi)

theorem table {F : Nat → Ball} (each : ∀ i, i < n → (F i).Holds U (f i)) : HoldsAll U (Ball.table F n 0) n f :=
  ⟨length_table F n 0, fun i hi => by
    rw [getD_table_zero F zero hi]
    exact each i hi⟩

/-- A column of a list of lists. -/
theorem column {rows : List (List Ball)} {j : Nat} (length : rows.length = n) (each : ∀ i, i < n → ((rows.getD i []).getD j zero).Holds U (f i)) :
    HoldsAll U (Ball.column j rows) n f :=
  ⟨(length_mapFold _ rows).trans length, fun i hi => by
    unfold Ball.column
    rw [getD_mapFold (fun row => nth zero row j) rows (length.symm ▸ hi) [], nth_eq]
    exact each i hi⟩

end HoldsAll

theorem dotFrom_cons (x y : Ball) (xs ys : List Ball) (p n e : Nat) : dotFrom (x :: xs) (y :: ys) p n e =
    dotFrom xs ys (p + (mul x y).plus) (n + (mul x y).minus) (e + (mul x y).radius) := by
  show Nat.force (p + (mul x y).plus) (fun p => Nat.force (n + (mul x y).minus) fun n => Nat.force (e + (mul x y).radius) fun e =>
    dotFrom xs ys p n e) = _
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem HoldsAll.dotFrom {p n' e : Nat} {s : R} (hx : HoldsAll U xs n f) (hy : HoldsAll V ys n g) (start : Holds (U * V) ⟨p, n', e⟩ s) :
    (dotFrom xs ys p n' e).Holds (U * V) ((Compact.sum n fun i => f i * g i) + s) := by
  induction xs generalizing ys n f g p n' e s with
  | nil =>
    have z : n = 0 := hx.length.symm
    rw [z]
    exact start.of_eq (zero_add s).symm
  | cons x xs ih =>
    cases n with
    | zero => exact Nat.noConfusion hx.length
    | succ n =>
      cases ys with
      | nil => exact Nat.noConfusion hy.length
      | cons y ys =>
        rw [dotFrom_cons]
        refine (ih hx.tail hy.tail (start.add (hx.head.mul hy.head))).of_eq ?_
        rw [sum_succ']
        generalize (Compact.sum n fun i => f (i + 1) * g (i + 1)) = S
        ring [S, s, f 0, g 0]

theorem HoldsAll.dot (hx : HoldsAll U xs n f) (hy : HoldsAll V ys n g) : (dot xs ys).Holds (U * V) (Compact.sum n fun i => f i * g i) :=
  (hx.dotFrom hy (holds_zero (U * V))).of_eq (add_zero _)

theorem HoldsAll.sum (h : HoldsAll U xs n f) : (sum xs).Holds U (Compact.sum n f) := by
  have ones : HoldsAll 1 (mapFold (fun _ => one) xs) n fun _ => (1 : R) := h.map fun _ _ => holds_one
  have d := h.dot ones
  rw [Nat.mul_one] at d
  exact d.of_eq (sum_congr fun i _ => mul_one _)

end Ball
end Compact
