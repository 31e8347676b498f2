prelude
import Compact.Foundation
/-!
# Polynomials with natural coefficients, for the `ring` tactic

A `Poly` stands for a polynomial in a list of values `a₀, a₁, ...`: it is a number, or `c + a₀ * r` where
`c` is a polynomial in `a₁, a₂, ...` and `r` one in `a₀, a₁, ...`.  The kernel computes with such trees;
`denote` says what they mean, and each operation comes with the theorem that it means what it should.
Nothing assumes a normal form: `Poly.eqv` sees through trailing zeros.
-/
namespace Compact

/-- A commutative semiring in which addition can be cancelled: the laws behind `ring`.  The natural
numbers and every `ExpField` are instances.  `num n` is the numeral `n`. -/
class CommSemiring (α : Type) [Add α] [Mul α] [NatPow α] where
  num : Nat → α
  add_comm (a b : α) : a + b = b + a
  add_assoc (a b c : α) : a + b + c = a + (b + c)
  zero_add (a : α) : num 0 + a = a
  add_right_cancel (a b c : α) : a + c = b + c → a = b
  mul_comm (a b : α) : a * b = b * a
  mul_assoc (a b c : α) : a * b * c = a * (b * c)
  one_mul (a : α) : num 1 * a = a
  mul_add (a b c : α) : a * (b + c) = a * b + a * c
  num_add (m n : Nat) : num (m + n) = num m + num n
  num_mul (m n : Nat) : num (m * n) = num m * num n
  pow_zero (a : α) : a ^ 0 = num 1
  pow_succ (a : α) (n : Nat) : a ^ (n + 1) = a ^ n * a

namespace CommSemiring
variable {α : Type} [Add α] [Mul α] [NatPow α] [CommSemiring α]

theorem add_zero (a : α) : a + num 0 = a := by rw [add_comm, zero_add]
theorem mul_one (a : α) : a * num 1 = a := by rw [mul_comm, one_mul]
theorem add_mul (a b c : α) : (a + b) * c = a * c + b * c := by
  rw [mul_comm, mul_add, mul_comm c a, mul_comm c b]
theorem zero_mul (a : α) : num 0 * a = num 0 := by
  apply add_right_cancel (num 0 * a) (num 0) (num 0 * a)
  rw [← add_mul, zero_add, zero_add]
theorem mul_zero (a : α) : a * num 0 = num 0 := by rw [mul_comm, zero_mul]
theorem add_left_comm (a b c : α) : a + (b + c) = b + (a + c) := by
  rw [← add_assoc, add_comm a b, add_assoc]
theorem mul_left_comm (a b c : α) : a * (b * c) = b * (a * c) := by
  rw [← mul_assoc, mul_comm a b, mul_assoc]
theorem add_add_add_comm (a b c d : α) : a + b + (c + d) = a + c + (b + d) := by
  rw [add_assoc, add_left_comm b c d, add_assoc]
theorem pow_add (a : α) (m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := by
  induction n with
  | zero => rw [pow_zero, mul_one]; exact rfl
  | succ n ih => rw [pow_succ, ← mul_assoc, ← ih, ← pow_succ]; exact rfl

end CommSemiring

namespace Ring
open CommSemiring

/-- A number, or `c + a₀ * r` with `c` over the other variables. -/
inductive Poly where
  | num (n : Nat)
  | coef (c r : Poly)

namespace Poly

/-- The first value of the list, `0` if there is none. -/
def head {α : Type} [Add α] [Mul α] [NatPow α] [CommSemiring α] : List α → α
  | [] => CommSemiring.num 0
  | a :: _ => a

/-- The other values of the list. -/
def tail {α : Type} : List α → List α
  | [] => []
  | _ :: ctx => ctx

/-- The value of a polynomial when its variables are the elements of the list. -/
def denote {α : Type} [Add α] [Mul α] [NatPow α] [CommSemiring α] : Poly → List α → α
  | num n, _ => CommSemiring.num n
  | coef c r, ctx => denote c (tail ctx) + head ctx * denote r ctx

/-- `c + a₀ * r`, written as a number where that is easy. -/
def mk : Poly → Poly → Poly
  | num n, num 0 => num n
  | c, r => coef c r

/-- The variable number `i`. -/
def var : Nat → Poly
  | 0 => coef (num 0) (num 1)
  | i + 1 => coef (var i) (num 0)

def addNum (n : Nat) : Poly → Poly
  | num m => num (n + m)
  | coef c r => coef (addNum n c) r

def add : Poly → Poly → Poly
  | num n, q => addNum n q
  | coef c r, num m => addNum m (coef c r)
  | coef c r, coef c' r' => coef (add c c') (add r r')

/-- `f` is a multiplication by some polynomial in the variables after the first. -/
def mapCoef (f : Poly → Poly) : Poly → Poly
  | num n => mk (f (num n)) (num 0)
  | coef c r => mk (f c) (mapCoef f r)

def scale (n : Nat) : Poly → Poly
  | num m => num (n * m)
  | coef c r => mk (scale n c) (scale n r)

def mul : Poly → Poly → Poly
  | num n, q => scale n q
  | coef c r, q => add (mapCoef (mul c) q) (mk (num 0) (mul r q))

def pow (p : Poly) : Nat → Poly
  | 0 => num 1
  | n + 1 => mul (pow p n) p

/-- Are all coefficients equal to those of the number `n`? -/
def isNum (n : Nat) : Poly → Bool
  | num m => Nat.beq n m
  | coef c r => isNum n c && isNum 0 r

/-- Are the two polynomials equal, coefficient by coefficient? -/
def eqv : Poly → Poly → Bool
  | num n, q => isNum n q
  | coef c r, num m => isNum m c && isNum 0 r
  | coef c r, coef c' r' => eqv c c' && eqv r r'

section
variable {α : Type} [Add α] [Mul α] [NatPow α] [CommSemiring α]

theorem denote_mk (c r : Poly) (ctx : List α) :
    (mk c r).denote ctx = c.denote (tail ctx) + head ctx * r.denote ctx := by
  cases c with
  | coef => rfl
  | num n =>
    cases r with
    | coef => rfl
    | num m =>
      cases m with
      | succ m => rfl
      | zero => show _ = _ + _ * CommSemiring.num 0; rw [mul_zero, add_zero]; rfl

theorem denote_addNum (n : Nat) (q : Poly) (ctx : List α) :
    (addNum n q).denote ctx = CommSemiring.num n + q.denote ctx := by
  induction q generalizing ctx with
  | num m => exact num_add n m
  | coef c r ih _ =>
    show (addNum n c).denote (tail ctx) + head ctx * r.denote ctx = _ + (_ + _)
    rw [ih, add_assoc]

theorem denote_add (p q : Poly) (ctx : List α) : (add p q).denote ctx = p.denote ctx + q.denote ctx := by
  induction p generalizing q ctx with
  | num n => exact denote_addNum n q ctx
  | coef c r ihc ihr =>
    cases q with
    | num m => rw [add_comm (denote _ _)]; exact denote_addNum m (coef c r) ctx
    | coef c' r' =>
      show (add c c').denote (tail ctx) + head ctx * (add r r').denote ctx = (_ + _) + (_ + _)
      rw [ihc, ihr, mul_add, add_add_add_comm]

theorem denote_mapCoef (f : Poly → Poly) (x : α) (q : Poly) (ctx : List α)
    (h : ∀ d, (f d).denote (tail ctx) = x * d.denote (tail ctx)) :
    (mapCoef f q).denote ctx = x * q.denote ctx := by
  induction q with
  | num n =>
    show (mk (f (num n)) (num 0)).denote ctx = _
    rw [denote_mk, h]
    show _ + _ * CommSemiring.num 0 = _
    rw [mul_zero, add_zero]; rfl
  | coef c r _ ihr =>
    show (mk (f c) (mapCoef f r)).denote ctx = x * (_ + _)
    rw [denote_mk, h, ihr, mul_add, mul_left_comm]

theorem denote_scale (n : Nat) (q : Poly) (ctx : List α) :
    (scale n q).denote ctx = CommSemiring.num n * q.denote ctx := by
  induction q generalizing ctx with
  | num m => exact num_mul n m
  | coef c r ihc ihr =>
    show (mk (scale n c) (scale n r)).denote ctx = _ * (_ + _)
    rw [denote_mk, ihc, ihr, mul_add, mul_left_comm]

theorem denote_mul (p q : Poly) (ctx : List α) : (mul p q).denote ctx = p.denote ctx * q.denote ctx := by
  induction p generalizing q ctx with
  | num n => exact denote_scale n q ctx
  | coef c r ihc ihr =>
    show (add (mapCoef (mul c) q) (mk (num 0) (mul r q))).denote ctx = (_ + _) * _
    rw [denote_add, denote_mapCoef (mul c) _ q ctx (fun d => ihc d (tail ctx)), denote_mk, ihr, add_mul,
      mul_assoc]
    show _ + (CommSemiring.num 0 + _) = _
    rw [zero_add]

theorem denote_pow (p : Poly) (n : Nat) (ctx : List α) : (pow p n).denote ctx = p.denote ctx ^ n := by
  induction n with
  | zero => exact (pow_zero _).symm
  | succ n ih => rw [pow_succ, ← ih]; exact denote_mul (pow p n) p ctx

theorem denote_isNum (n : Nat) (q : Poly) (ctx : List α) (h : isNum n q = true) :
    q.denote ctx = CommSemiring.num n := by
  induction q generalizing n ctx with
  | num m => exact congrArg CommSemiring.num (Nat.eq_of_beq_eq_true n m h).symm
  | coef c r ihc ihr =>
    show _ + _ = _
    rw [ihc n (tail ctx) (Bool.and_left h), ihr 0 ctx (Bool.and_right h), mul_zero, add_zero]

theorem denote_eqv (p q : Poly) (ctx : List α) (h : eqv p q = true) : p.denote ctx = q.denote ctx := by
  induction p generalizing q ctx with
  | num n => exact (denote_isNum n q ctx h).symm
  | coef c r ihc ihr =>
    cases q with
    | num m => exact denote_isNum m (coef c r) ctx h
    | coef c' r' =>
      show _ + _ = _ + _
      rw [ihc c' (tail ctx) (Bool.and_left h), ihr r' ctx (Bool.and_right h)]

end
end Poly
end Ring
end Compact
