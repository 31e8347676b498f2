prelude
import Compact.Linear.Table
import Compact.Averaging.Layers
import Compact.Counting.Binom
/-!
# Logarithms as witnesses

Nothing computes a logarithm.  A certificate says that some number is at most `exp u`, with `u` in billionths, and the check
compares (`Precision.fits`).  `exp` is evaluated at `-u / roots`, which is not far from zero, and raised to the power `roots`.
-/
namespace Compact
namespace Linear
noncomputable section

/-- What all certificates say: the bound in billionths, and how exponentials are bounded. -/
structure Claim extends Precision where
  bound : Nat
  /-- Into how many equal parts a witness is divided before its exponential is bounded. -/
  roots : Nat

/-- Is `X ≤ Y * exp u`, for `u` in billionths? -/
def Claim.fits (c : Claim) (X Y u : Nat) : Bool :=
  Nat.ble (Nat.mul X (Nat.pow (expUpper c.prec c.steps u (Nat.mul billion c.roots)) c.roots))
    (Nat.mul Y (Nat.pow (Nat.pow 2 c.prec) c.roots))

/-- What all checks begin with, before they look at the table of bounds by `go`; and the sum of all witnesses, each as often
as there are inputs for which it counts, is at most what is claimed. -/
def Claim.checks (c : Claim) (w : Weights) (sum : Nat) (go : Table → Bool) : Bool :=
  (w.wellFormed && (Nat.ble 1 c.roots && Nat.ble sum (Nat.mul (Nat.pow w.d_vocab w.n_ctx) c.bound))) &&
  w.withTable c.toPrecision fun T => T.sound c.toPrecision.cap && go T

end

section
variable {R : Type} [ExpField R]

/-- What a witness that fits says. -/
theorem Claim.of_fits {c : Claim} (roots : 1 ≤ c.roots) {X Y u : Nat} (h : c.fits X Y u = true) :
    ofNat R X ≤ ofNat R Y * exp (nats R u) := by
  have le := ofNat_le (R := R) (Nat.le_of_ble_eq_true h)
  have bound := le_expUpper (R := R) c.prec c.steps u (Nat.mul_pos billion_pos roots)
  have power : exp (-(ofNat R u / ofNat R (billion * c.roots))) ^ c.roots = exp (-(nats R u)) := by
    rw [← exp_nsmul, ofNat_mul, ← div_div _ (ofNat_ne_zero billion_pos) (ofNat_ne_zero roots), mul_neg,
      mul_div_cancel (ofNat_ne_zero roots)]
  have raised := pow_le_pow_left (mul_nonneg (ofNat_nonneg _) (exp_nonneg _)) bound c.roots
  rw [mul_pow, power, ← ofNat_pow] at raised
  have le : ofNat R (X * expUpper c.prec c.steps u (billion * c.roots) ^ c.roots) ≤ ofNat R (Y * (2 ^ c.prec) ^ c.roots) := le
  rw [ofNat_mul, ofNat_pow, ofNat_mul] at le
  have all := le_trans (mul_le_mul_of_nonneg_left raised (ofNat_nonneg X)) le
  rw [mul_left_comm, mul_comm (ofNat R Y)] at all
  have small := le_of_mul_le_mul_left all (ofNat_pos (Nat.pow_pos (Nat.two_pow_pos _)))
  have scaled := mul_le_mul_of_nonneg_right small (exp_nonneg (nats R u))
  rw [mul_assoc, exp_neg_mul_exp, mul_one] at scaled
  exact scaled

/-- What the common part of a check says. -/
theorem Claim.of_checks {c : Claim} {w : Weights} {sum : Nat} {go : Table → Bool} (h : c.checks w sum go = true) :
    w.wellFormed = true ∧ 1 ≤ c.roots ∧ sum ≤ w.d_vocab ^ w.n_ctx * c.bound ∧
      (w.table c.toPrecision).Holds R w.d_vocab c.toPrecision.cap (w.added R) ∧ go (w.table c.toPrecision) = true := by
  have first := Bool.and_left h
  have second : (w.withTable c.toPrecision fun T => T.sound c.toPrecision.cap && go T) = true := Bool.and_right h
  rw [Weights.withTable_eq] at second
  have counted := Bool.and_right first
  exact ⟨Bool.and_left first, Nat.le_of_ble_eq_true (Bool.and_left counted), Nat.le_of_ble_eq_true (Bool.and_right counted),
    Weights.table_holds R (Bool.and_left first) (Bool.and_left second), Bool.and_right second⟩

/-- From a bound of the sum of all losses to the claim. -/
theorem meanLoss_of {w : Weights} {sum bound : Nat} (h : sum ≤ w.d_vocab ^ w.n_ctx * bound)
    (all : ∀ l : List Nat → R, (∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) →
      sumInputs w.d_vocab w.n_ctx l ≤ nats R sum) : MeanLossAtMost R bound w :=
  fun l hl => le_trans (all l hl) (le_trans (nats_le h) (le_of_eq (nats_mul _ _)))

end
end Linear
end Compact
