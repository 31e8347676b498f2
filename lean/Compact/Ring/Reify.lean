prelude
import Compact.Ring.Poly
/-!
# The `ring` tactic

`by ring [a, b, c]` proves `x = y` when both sides are built from the atoms `a`, `b`, `c` and numerals with
`+`, `*`, `^` (and `-` where subtraction is lawful) and are equal by the laws of a commutative (semi)ring.
An atom is any term, and a listed atom is not looked into.

Type-class resolution reads a term `x` into a `Form`, a pair of polynomials with `x + neg = pos`; so
subtraction needs no integers and the same code serves `Nat`.  The kernel compares the two forms.
-/
namespace Compact

/-- `-` behaves as in a ring. -/
class CommRing (α : Type) [Add α] [Mul α] [NatPow α] [CommSemiring α] [Neg α] [Sub α] : Prop where
  neg_add_cancel (a : α) : -a + a = CommSemiring.num 0
  sub_eq_add_neg (a b : α) : a - b = a + -b

namespace Ring
open CommSemiring

/-- What `ring` reads a term into: the difference `pos - neg` of two polynomials. -/
structure Form where
  pos : Poly
  neg : Poly

namespace Form
def var (i : Nat) : Form := ⟨.var i, .num 0⟩
def num (n : Nat) : Form := ⟨.num n, .num 0⟩
def add (p q : Form) : Form := ⟨p.pos.add q.pos, p.neg.add q.neg⟩
def minus (p : Form) : Form := ⟨p.neg, p.pos⟩
def sub (p q : Form) : Form := p.add q.minus
def mul (p q : Form) : Form :=
  ⟨(p.pos.mul q.pos).add (p.neg.mul q.neg), (p.pos.mul q.neg).add (p.neg.mul q.pos)⟩
def pow (p : Form) : Nat → Form
  | 0 => num 1
  | n + 1 => mul (pow p n) p

/-- Do two forms agree as polynomials? -/
def eqv (p q : Form) : Bool := (p.pos.add q.neg).eqv (q.pos.add p.neg)
end Form

variable {α : Type} [Add α] [Mul α] [NatPow α] [CommSemiring α]

/-- Unification of `a` and `b`. -/
class Same (a b : Bool) : Prop
instance Same.refl (a : Bool) : Same a a := {}

/-- `n` is a numeral: only of numerals does unification know that `n == n` is `true`. -/
class Literal (n : Nat) : Prop
instance Literal.of_beq (n : Nat) [Same (Nat.beq n n) true] : Literal n := {}

/-- `x` is element number `i` of the list of atoms. -/
class Atom (ctx : List α) (x : α) (i : outParam Nat) : Prop where
  eq : x = (Poly.var i).denote ctx

/-- The term `x` over the atoms `ctx` reads as `p`. -/
class Reify (ctx : List α) (x : α) (p : outParam Form) : Prop where
  eq : x + p.neg.denote ctx = p.pos.denote ctx

instance Atom.here (ctx : List α) (x : α) : Atom (x :: ctx) x 0 where
  eq := by
    show _ = num 0 + x * num 1
    rw [zero_add, mul_one]

instance Atom.there (ctx : List α) (x y : α) (i : Nat) [h : Atom ctx x i] : Atom (y :: ctx) x (i + 1) where
  eq := by
    show _ = (Poly.var i).denote ctx + y * num 0
    rw [mul_zero, add_zero]; exact h.eq

theorem Reify.of_poly (ctx : List α) (x : α) (p : Poly) (h : x = p.denote ctx) : Reify ctx x ⟨p, .num 0⟩ where
  eq := by
    show x + num 0 = p.denote ctx
    rw [add_zero]; exact h

instance (priority := 2000) Reify.atom (ctx : List α) (x : α) (i : Nat) [h : Atom ctx x i] :
    Reify ctx x (.var i) := of_poly ctx x _ h.eq

instance Reify.add (ctx : List α) (x y : α) (p q : Form) [hx : Reify ctx x p] [hy : Reify ctx y q] :
    Reify ctx (x + y) (p.add q) where
  eq := by
    show x + y + (p.neg.add q.neg).denote ctx = (p.pos.add q.pos).denote ctx
    rw [Poly.denote_add, Poly.denote_add, add_add_add_comm, hx.eq, hy.eq]

/-- `x y + ((x + n) n' + n (y + n')) = (x + n) (y + n') + n n'`. -/
theorem mul_form (x y n n' : α) : x * y + ((x + n) * n' + n * (y + n')) = (x + n) * (y + n') + n * n' := by
  rw [mul_add n, ← add_assoc ((x + n) * n'), ← add_assoc, add_left_comm (x * y), ← add_mul, ← mul_add, add_comm n' y]

instance Reify.mul (ctx : List α) (x y : α) (p q : Form) [hx : Reify ctx x p] [hy : Reify ctx y q] :
    Reify ctx (x * y) (p.mul q) where
  eq := by
    show x * y + ((p.pos.mul q.neg).add (p.neg.mul q.pos)).denote ctx
      = ((p.pos.mul q.pos).add (p.neg.mul q.neg)).denote ctx
    rw [Poly.denote_add, Poly.denote_add, Poly.denote_mul, Poly.denote_mul, Poly.denote_mul,
      Poly.denote_mul, ← hx.eq, ← hy.eq]
    exact mul_form x y _ _

theorem Reify.num (ctx : List α) (x : α) (n : Nat) (h : x = CommSemiring.num n) : Reify ctx x (.num n) :=
  of_poly ctx x _ h

theorem Reify.congr {ctx : List α} {x y : α} {p : Form} (e : y = x) (h : Reify ctx x p) : Reify ctx y p :=
  Eq.ndrec (motive := fun z => Reify ctx z p) h e.symm

theorem Reify.npow (ctx : List α) (x : α) (p : Form) [h : Reify ctx x p] (n : Nat) : Reify ctx (x ^ n) (p.pow n) := by
  induction n with
  | zero => exact Reify.num ctx _ 1 (pow_zero x)
  | succ n ih => exact congr (pow_succ x n) (Reify.mul ctx (x ^ n) x (p.pow n) p)

/-- A literal exponent. -/
instance Reify.pow (ctx : List α) (x : α) (p : Form) [Reify ctx x p] (n : Nat) [Literal n] :
    Reify ctx (x ^ n) (p.pow n) := npow ctx x p n

/-- A sum in the exponent: `x ^ (m + n)` reads as `x ^ m * x ^ n`. -/
instance Reify.pow_add (ctx : List α) (x : α) (m n : Nat) (p q : Form) [Reify ctx (x ^ m) p]
    [Reify ctx (x ^ n) q] : Reify ctx (x ^ (m + n)) (p.mul q) :=
  congr (CommSemiring.pow_add x m n) (Reify.mul ctx _ _ p q)

section
variable [Neg α] [Sub α] [CommRing α]

instance Reify.neg (ctx : List α) (x : α) (p : Form) [h : Reify ctx x p] : Reify ctx (-x) p.minus where
  eq := by
    show -x + p.pos.denote ctx = p.neg.denote ctx
    rw [← h.eq, ← add_assoc, CommRing.neg_add_cancel, zero_add]

instance Reify.sub (ctx : List α) (x y : α) (p q : Form) [Reify ctx x p] [Reify ctx y q] :
    Reify ctx (x - y) (p.sub q) :=
  congr (CommRing.sub_eq_add_neg x y) (Reify.add ctx x (-y) p q.minus)

end

/-- Two terms are equal when their forms are. -/
theorem eq_of_eqv (ctx : List α) {x y : α} {p q : Form} [hx : Reify ctx x p] [hy : Reify ctx y q]
    (h : p.eqv q = true) : x = y := by
  have e := Poly.denote_eqv _ _ ctx h
  rw [Poly.denote_add, Poly.denote_add, ← hx.eq, ← hy.eq, add_assoc, add_assoc,
    add_comm (p.neg.denote ctx)] at e
  exact add_right_cancel _ _ _ e

end Ring

/-- `ring [a, b, c]` proves an equation by the laws of commutative (semi)rings; `a`, `b`, `c` are the atoms. -/
syntax (name := ringTac) "ring" "[" sepBy(term, ",", ", ") "]" : tactic
macro_rules (kind := ringTac)
  | `(tactic| ring [ $atoms,* ]) => `(tactic| set_option synthInstance.maxSize 10000 in
    exact Ring.eq_of_eqv [$atoms,*] (by decide +kernel))

end Compact
