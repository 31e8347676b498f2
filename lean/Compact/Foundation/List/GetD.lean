prelude
import Compact.Foundation.List.Basic
/-!
# Reading list entries: `getD`
-/
universe u v
variable {α : Type u} {β : Type v}
namespace List

theorem getD_nil {n : Nat} {d : α} : getD [] n d = d := rfl
theorem getD_cons_zero {a : α} {l : List α} {d : α} : getD (a :: l) 0 d = a := rfl
theorem getD_cons_succ {a : α} {l : List α} {n : Nat} {d : α} : getD (a :: l) (n + 1) d = getD l n d := rfl

theorem getD_eq_default {l : List α} {n : Nat} (d : α) (h : l.length ≤ n) : l.getD n d = d := by
  induction l generalizing n with
  | nil => rfl
  | cons a l ih =>
    cases n with
    | zero => exact absurd h (Nat.not_succ_le_zero _)
    | succ n => exact ih (Nat.le_of_succ_le_succ h)

/-- Inside the list the default does not matter. -/
theorem getD_default_irrel {l : List α} {n : Nat} (h : n < l.length) (d e : α) : l.getD n d = l.getD n e := by
  induction l generalizing n with
  | nil => exact absurd h (Nat.not_lt_zero n)
  | cons a l ih =>
    cases n with
    | zero => rfl
    | succ n => exact ih (Nat.lt_of_succ_lt_succ h)

/-- Two lists of one length are equal when all their entries are. -/
theorem ext_getD {l m : List α} (d : α) (hl : l.length = m.length)
    (h : ∀ n, n < l.length → l.getD n d = m.getD n d) : l = m := by
  induction l generalizing m with
  | nil => exact (eq_nil_of_length_eq_zero hl.symm).symm
  | cons a l ih =>
    cases m with
    | nil => exact Nat.noConfusion hl
    | cons b m =>
      have hab : a = b := h 0 (Nat.zero_lt_succ _)
      rw [hab, ih (Nat.succ.inj hl) fun n hn => h (n + 1) (Nat.succ_lt_succ hn)]

theorem getD_map {f : α → β} {l : List α} {n : Nat} (h : n < l.length) (a : α) (b : β) :
    (map f l).getD n b = f (l.getD n a) := by
  induction l generalizing n with
  | nil => exact absurd h (Nat.not_lt_zero n)
  | cons c l ih =>
    cases n with
    | zero => rfl
    | succ n => exact ih (Nat.lt_of_succ_lt_succ h)

/-- With matching defaults the index does not matter. -/
theorem getD_map_default (f : α → β) (l : List α) (n : Nat) (d : α) :
    (map f l).getD n (f d) = f (l.getD n d) := by
  induction l generalizing n with
  | nil => rfl
  | cons a l ih =>
    cases n with
    | zero => rfl
    | succ n => exact ih n

theorem getD_append {l m : List α} {n : Nat} (d : α) (h : n < l.length) : (l ++ m).getD n d = l.getD n d := by
  induction l generalizing n with
  | nil => exact absurd h (Nat.not_lt_zero n)
  | cons a l ih =>
    cases n with
    | zero => rfl
    | succ n => exact ih (Nat.lt_of_succ_lt_succ h)

theorem getD_append_right {l m : List α} {n : Nat} (d : α) (h : l.length ≤ n) :
    (l ++ m).getD n d = m.getD (n - l.length) d := by
  induction l generalizing n with
  | nil => rfl
  | cons a l ih =>
    cases n with
    | zero => exact absurd h (Nat.not_succ_le_zero _)
    | succ n =>
      show (l ++ m).getD n d = m.getD (n + 1 - (l.length + 1)) d
      rw [ih (Nat.le_of_succ_le_succ h), Nat.succ_sub_succ]

theorem getD_replicate {n i : Nat} {a : α} (d : α) (h : i < n) : (replicate n a).getD i d = a := by
  induction n generalizing i with
  | zero => exact absurd h (Nat.not_lt_zero i)
  | succ n ih =>
    cases i with
    | zero => rfl
    | succ i => exact ih (Nat.lt_of_succ_lt_succ h)

theorem getD_tabulateFrom {k n i : Nat} {f : Nat → α} (d : α) (h : i < n) :
    (tabulateFrom k n f).getD i d = f (k + i) := by
  induction n generalizing k i with
  | zero => exact absurd h (Nat.not_lt_zero i)
  | succ n ih =>
    cases i with
    | zero => rfl
    | succ i => exact (ih (Nat.lt_of_succ_lt_succ h)).trans (congrArg f (Nat.succ_add k i))

theorem getD_tabulate {n i : Nat} {f : Nat → α} (d : α) (h : i < n) : (tabulate n f).getD i d = f i :=
  (getD_tabulateFrom d h).trans (congrArg f (Nat.zero_add i))

theorem tabulateFrom_congr {k n : Nat} {f g : Nat → α} (h : ∀ i, k ≤ i → i < k + n → f i = g i) :
    tabulateFrom k n f = tabulateFrom k n g := by
  induction n generalizing k with
  | zero => rfl
  | succ n ih =>
    unfold tabulateFrom
    rw [h k (Nat.le_refl k) (Nat.lt_add_of_pos_right (Nat.zero_lt_succ n))]
    rw [ih fun i hk hi => h i (Nat.le_of_succ_le hk) (Nat.lt_of_lt_of_le hi (Nat.le_of_eq (Nat.succ_add k n)))]

theorem tabulate_congr {n : Nat} {f g : Nat → α} (h : ∀ i, i < n → f i = g i) : tabulate n f = tabulate n g :=
  tabulateFrom_congr fun i _ hi => h i (Nat.zero_add n ▸ hi)

theorem map_tabulateFrom (g : α → β) (k n : Nat) (f : Nat → α) :
    map g (tabulateFrom k n f) = tabulateFrom k n fun i => g (f i) := by
  induction n generalizing k with
  | zero => rfl
  | succ n ih => exact congrArg (cons (g (f k))) (ih (k + 1))

theorem map_tabulate (g : α → β) (n : Nat) (f : Nat → α) : map g (tabulate n f) = tabulate n fun i => g (f i) :=
  map_tabulateFrom g 0 n f

/-- Every list is the table of its entries. -/
theorem tabulate_getD (l : List α) (d : α) : tabulate l.length (fun i => l.getD i d) = l :=
  ext_getD d length_tabulate fun n hn => getD_tabulate d (by rw [length_tabulate] at hn; exact hn)

end List
