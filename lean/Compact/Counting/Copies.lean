prelude
import Compact.Claim.Loss
import Compact.Counting.Maximum
import Compact.Field.Sum
/-!
# Sums over inputs, by their maximum and its copies

All inputs whose maximum is `c`, which occurs `j` times, are one class; `sumCopies c n j f` adds up `f` over it.  Over all
classes that gives the sum over all inputs (`sumInputs_eq`), and of a product of one factor for each token it is a closed
form (`sumCopies_tokenProduct`).
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The sum of `f x` over the inputs of `n` tokens of which `j` are `c` and all others are below it. -/
def sumCopies (c : Nat) : Nat → Nat → (List Nat → R) → R
  | 0, 0, f => f []
  | 0, _ + 1, _ => 0
  | n + 1, 0, f => sum c fun s => sumCopies c n 0 fun x => f (s :: x)
  | n + 1, j + 1, f => (sumCopies c n j fun x => f (c :: x)) + sum c fun s => sumCopies c n (j + 1) fun x => f (s :: x)

/-- What is known of the inputs of a class. -/
structure InClass (c n j : Nat) (x : List Nat) : Prop where
  length : x.length = n
  le : ∀ t, t ∈ x → t ≤ c
  has : 0 < j → c ∈ x
  others : countOther c x + j = n

theorem InClass.nil (c : Nat) : InClass c 0 0 [] := ⟨rfl, fun _ h => (nomatch h), fun h => absurd h (Nat.lt_irrefl 0), rfl⟩

theorem InClass.copy {c n j : Nat} {x : List Nat} (h : InClass c n j x) : InClass c (n + 1) (j + 1) (c :: x) where
  length := congrArg Nat.succ h.length
  le t ht := match ht with
    | .head _ => Nat.le_refl _
    | .tail _ ht => h.le t ht
  has _ := .head _
  others := by
    show (if c = c then countOther c x else countOther c x + 1) + (j + 1) = n + 1
    rw [ite_eq_left rfl]
    exact congrArg Nat.succ h.others

theorem InClass.other {c n j s : Nat} {x : List Nat} (hs : s < c) (h : InClass c n j x) : InClass c (n + 1) j (s :: x) where
  length := congrArg Nat.succ h.length
  le t ht := match ht with
    | .head _ => Nat.le_of_lt hs
    | .tail _ ht => h.le t ht
  has hj := .tail _ (h.has hj)
  others := by
    show (if s = c then countOther c x else countOther c x + 1) + j = n + 1
    rw [ite_eq_right (Nat.ne_of_lt hs), Nat.succ_add]
    exact congrArg Nat.succ h.others

/-- The maximum of the inputs of a class. -/
theorem InClass.maximum {c n j : Nat} {x : List Nat} (h : InClass c n (j + 1) x) : maximum x = c :=
  Nat.le_antisymm (maximum_le h.le) (le_maximum (h.has (Nat.zero_lt_succ j)))

/-- The inputs of a class are inputs. -/
theorem InClass.input {c n j v : Nat} {x : List Nat} (hc : c < v) (h : InClass c n j x) : IsInput v n x :=
  ⟨h.length, fun t ht => Nat.lt_of_le_of_lt (h.le t ht) hc⟩

theorem sumCopies_le {c n j : Nat} {f g : List Nat → R} (h : ∀ x, InClass c n j x → f x ≤ g x) :
    sumCopies c n j f ≤ sumCopies c n j g := by
  induction n generalizing j f g with
  | zero =>
    cases j with
    | zero => exact h [] (.nil c)
    | succ j => exact le_refl 0
  | succ n ih =>
    cases j with
    | zero => exact sum_le_sum fun s hs => ih fun x hx => h (s :: x) (hx.other hs)
    | succ j => exact add_le_add (ih fun x hx => h (c :: x) hx.copy) (sum_le_sum fun s hs => ih fun x hx => h (s :: x) (hx.other hs))

theorem sumCopies_congr {c n j : Nat} {f g : List Nat → R} (h : ∀ x, InClass c n j x → f x = g x) :
    sumCopies c n j f = sumCopies c n j g :=
  le_antisymm (sumCopies_le fun x hx => le_of_eq (h x hx)) (sumCopies_le fun x hx => le_of_eq (h x hx).symm)

theorem sumCopies_add (c n j : Nat) (f g : List Nat → R) :
    (sumCopies c n j fun x => f x + g x) = sumCopies c n j f + sumCopies c n j g := by
  induction n generalizing j f g with
  | zero =>
    cases j with
    | zero => rfl
    | succ j => exact (add_zero 0).symm
  | succ n ih =>
    cases j with
    | zero =>
      show (sum c fun s => sumCopies c n 0 fun x => f (s :: x) + g (s :: x)) = _
      rw [sum_congr fun s _ => ih 0 (fun x => f (s :: x)) fun x => g (s :: x), sum_add]
      rfl
    | succ j =>
      show (sumCopies c n j fun x => f (c :: x) + g (c :: x)) + (sum c fun s => sumCopies c n (j + 1) fun x => f (s :: x) + g (s :: x)) = _
      rw [sum_congr fun s _ => ih (j + 1) (fun x => f (s :: x)) fun x => g (s :: x), sum_add, ih j, add_add_add_comm]
      rfl

theorem sumCopies_mul (c n j : Nat) (k : R) (f : List Nat → R) : (sumCopies c n j fun x => k * f x) = k * sumCopies c n j f := by
  induction n generalizing j f with
  | zero =>
    cases j with
    | zero => rfl
    | succ j => exact (mul_zero k).symm
  | succ n ih =>
    cases j with
    | zero =>
      show (sum c fun s => sumCopies c n 0 fun x => k * f (s :: x)) = k * (sum c fun s => _)
      rw [mul_sum]
      exact sum_congr fun s _ => ih 0 fun x => f (s :: x)
    | succ j =>
      show (sumCopies c n j fun x => k * f (c :: x)) + (sum c fun s => sumCopies c n (j + 1) fun x => k * f (s :: x)) = k * (_ + _)
      rw [mul_add, mul_sum, ih j]
      exact congrArg (_ + ·) (sum_congr fun s _ => ih (j + 1) fun x => f (s :: x))

theorem sumCopies_sum (c n j d : Nat) (f : Nat → List Nat → R) :
    (sumCopies c n j fun x => sum d fun t => f t x) = sum d fun t => sumCopies c n j (f t) := by
  induction d with
  | zero =>
    have e := sumCopies_mul c n j (0 : R) fun _ => 0
    refine Eq.trans (sumCopies_congr fun x _ => ?_) (e.trans (zero_mul _))
    exact (zero_mul 0).symm
  | succ d ih => exact (sumCopies_add c n j _ (f d)).trans (congrArg (· + _) ih)

/-- There are not more copies than tokens. -/
theorem sumCopies_eq_zero {c n j : Nat} (h : n < j) (f : List Nat → R) : sumCopies c n j f = 0 := by
  induction n generalizing j f with
  | zero =>
    cases j with
    | zero => exact absurd h (Nat.lt_irrefl 0)
    | succ j => rfl
  | succ n ih =>
    cases j with
    | zero => exact absurd h (Nat.not_lt_zero _)
    | succ j =>
      show (sumCopies c n j fun x => f (c :: x)) + (sum c fun s => sumCopies c n (j + 1) fun x => f (s :: x)) = 0
      rw [ih (Nat.lt_of_succ_lt_succ h), sum_eq_zero fun s _ => ih (Nat.lt_of_succ_lt h) _, add_zero]

/-! ## All inputs -/

theorem sumCopies_zero (c n : Nat) (f : List Nat → R) : sumCopies c n 0 f = sumInputs c n f := by
  induction n generalizing f with
  | zero => rfl
  | succ n ih => exact sum_congr fun s _ => ih fun x => f (s :: x)

/-- The inputs with no token above `c`, by the number of tokens that are `c`. -/
theorem sumInputs_succ (c n : Nat) (f : List Nat → R) : sumInputs (c + 1) n f = sum (n + 1) fun j => sumCopies c n j f := by
  induction n generalizing f with
  | zero => exact (sum_one fun j => sumCopies c 0 j f).symm
  | succ n ih =>
    have others (s : Nat) : sumInputs (c + 1) n (fun x => f (s :: x)) =
        sumCopies c n 0 (fun x => f (s :: x)) + sum (n + 1) fun j => sumCopies c n (j + 1) fun x => f (s :: x) := by
      have e := sum_succ' (n + 1) fun j => sumCopies c n j fun x => f (s :: x)
      rw [sum_succ (n + 1), sumCopies_eq_zero (Nat.lt_succ_self n), add_zero] at e
      rw [ih]
      exact e
    show (sum c fun s => sumInputs (c + 1) n fun x => f (s :: x)) + (sumInputs (c + 1) n fun x => f (c :: x)) = _
    rw [sum_congr fun s _ => others s, sum_add, ih, sum_succ' (n + 1)]
    show _ = (sum c fun s => sumCopies c n 0 fun x => f (s :: x)) + (sum (n + 1) fun j =>
      (sumCopies c n j fun x => f (c :: x)) + sum c fun s => sumCopies c n (j + 1) fun x => f (s :: x))
    rw [sum_add, sum_comm]
    exact regroup _ _ _
where
  regroup (a b e : R) : a + b + e = a + (e + b) := by ring [a, b, e]

/-- All inputs, by maximum and number of copies. -/
theorem sumInputs_eq (v n : Nat) (f : List Nat → R) :
    sumInputs v (n + 1) f = sum v fun c => sum (n + 1) fun j => sumCopies c (n + 1) (j + 1) f := by
  induction v with
  | zero => rfl
  | succ c ih =>
    rw [sumInputs_succ, sum_succ', sumCopies_zero, ih]
    rfl

theorem sumInputs_le {v n : Nat} {f g : List Nat → R} (h : ∀ x, IsInput v n x → f x ≤ g x) : sumInputs v n f ≤ sumInputs v n g := by
  induction n generalizing f g with
  | zero => exact h [] ⟨rfl, fun _ h => (nomatch h)⟩
  | succ n ih =>
    refine sum_le_sum fun s hs => ih fun x hx => h (s :: x) ⟨congrArg Nat.succ hx.left, fun t ht => ?_⟩
    match ht with
    | .head _ => exact hs
    | .tail _ ht => exact hx.right t ht

/-! ## Products -/

/-- The product of one factor for each token. -/
def tokenProduct (a : Nat → R) : List Nat → R
  | [] => 1
  | s :: x => a s * tokenProduct a x

/-- The sum of a product over a class. -/
theorem sumCopies_tokenProduct (a : Nat → R) (c n j : Nat) :
    sumCopies c n j (tokenProduct a) = ofNat R (Nat.choose n j) * (a c ^ j * sum c a ^ (n - j)) := by
  induction n generalizing j with
  | zero =>
    cases j with
    | zero =>
      show (1 : R) = ofNat R 1 * (1 * 1)
      rw [ofNat_one, one_mul, one_mul]
    | succ j => exact (zero_mul _).symm
  | succ n ih =>
    cases j with
    | zero =>
      show (sum c fun s => sumCopies c n 0 fun x => a s * tokenProduct a x) = _
      rw [sum_congr fun s _ => sumCopies_mul c n 0 (a s) (tokenProduct a), ← sum_mul, ih, Nat.choose_zero_right, Nat.choose_zero_right]
      show sum c a * (ofNat R 1 * (1 * sum c a ^ n)) = ofNat R 1 * (1 * (sum c a ^ n * sum c a))
      rw [ofNat_one, one_mul, one_mul, one_mul, one_mul, mul_comm]
    | succ j =>
      show (sumCopies c n j fun x => a c * tokenProduct a x) + (sum c fun s => sumCopies c n (j + 1) fun x => a s * tokenProduct a x) = _
      rw [sum_congr fun s _ => sumCopies_mul c n (j + 1) (a s) (tokenProduct a), ← sum_mul, sumCopies_mul, ih, ih, Nat.choose_succ_succ,
        Nat.succ_sub_succ, ofNat_add]
      cases Nat.lt_or_ge j n with
      | inl h =>
        have e : sum c a ^ (n - j) = sum c a ^ (n - (j + 1)) * sum c a := by
          rw [← pow_succ, ← Nat.sub_sub, Nat.sub_add_cancel (Nat.sub_pos_of_lt h)]
        rw [e, pow_succ]
        exact regroup _ _ _ _ _ _
      | inr h =>
        rw [Nat.choose_eq_zero_of_lt (Nat.lt_succ_of_le h), ofNat_zero, zero_mul, mul_zero, pow_succ]
        exact last _ _ _ _
where
  regroup (ac k m A p s : R) : ac * (k * (p * (A * s))) + s * (m * ((p * ac) * A)) = (k + m) * ((p * ac) * (A * s)) := by
    ring [ac, k, m, A, p, s]
  last (ac k p A : R) : ac * (k * (p * A)) + 0 = (k + 0) * ((p * ac) * A) := by ring [ac, k, p, A]

theorem tokenProduct_one (x : List Nat) : tokenProduct (fun _ => (1 : R)) x = 1 := by
  induction x with
  | nil => rfl
  | cons s x ih => exact (one_mul _).trans ih

/-- How many inputs a class has. -/
theorem sumCopies_const (k : R) (c n j : Nat) : (sumCopies c n j fun _ => k) = ofNat R (Nat.choose n j * c ^ (n - j)) * k := by
  have one : (sumCopies c n j fun _ => (1 : R)) = ofNat R (Nat.choose n j * c ^ (n - j)) := by
    rw [← sumCopies_congr fun x _ => tokenProduct_one (R := R) x, sumCopies_tokenProduct, one_pow, one_mul, sum_const, mul_one, ← ofNat_pow, ofNat_mul]
  rw [← one, mul_comm, ← sumCopies_mul]
  exact sumCopies_congr fun _ _ => (mul_one k).symm

end Compact
