prelude
import Compact.Linear.Witness
import Compact.Linear.Lanes
import Compact.Packed.All
/-!
# Strategy: arithmetic and geometric means

The inputs whose maximum is `c`, which occurs `j` times, are one class.  The sum of `expLoss` over it needs no input to be looked
at: it is `sum_t binom(n, j) a_t^j (sum_{s < c} a_t(s))^(n - j)`, a combination of `c` rows.  The mean of the losses is at most the
logarithm of the mean (`averaging`).  `sound`: for any weights and any certificate, if `check` evaluates to `true`, the mean loss
is at most `bound` billionths.
-/
namespace Compact
namespace Linear
namespace AmGm
noncomputable section

/-- For each maximum, and each number of copies of it, a bound of the mean loss of the class in billionths. -/
structure Certificate extends Claim where
  losses : List (List Nat)

/-- The fractional bits of a ratio. -/
def scale (p : Precision) : Nat := Nat.pow 2 (Nat.mul 2 p.prec)

/-- An upper bound of `1 / low`. -/
def inverse (one low : Nat) : Nat := Nat.succ (Nat.div one low)

/-- How wide lanes have to be. -/
def bits (w : Weights) (p : Precision) : Nat := width (Nat.mul w.d_vocab (Nat.mul (Nat.succ (scale p)) p.cap))

/-- How many inputs a class has, where `j + 1` tokens are the maximum `c`. -/
def size (n c j : Nat) : Nat := Nat.mul (binom n (Nat.succ j)) (Nat.pow c (Nat.sub n (Nat.succ j)))

/-- The class of the inputs with `j + 1` copies of `c`: `own` is the row of the maximum, `r` its inverse, `others` what the smaller
tokens add up to, and `u` the witness. -/
def classCheck (n one : Nat) (claim : Claim) (c r : Nat) (own others : List Nat) (j u : Nat) : Bool :=
  claim.fits (Nat.mul (Nat.pow r (Nat.succ j))
      (sumZip (fun a b => Nat.mul (Nat.pow a (Nat.succ j)) (Nat.pow b (Nat.sub n (Nat.succ j)))) own others))
    (Nat.mul (Nat.pow c (Nat.sub n (Nat.succ j))) (Nat.pow one n)) u

/-- All classes with the maximum `c`. -/
def maximumCheck (w : Weights) (cert : Certificate) (one W : Nat) (T : Table) (packed : List Nat) (c : Nat) : Bool :=
  forceList (combine W w.d_vocab c (fun s => inverse one (nth 0 (nth [] T.lower s) c)) packed) fun others =>
  Nat.force (inverse one (nth 0 (nth [] T.lower c) c)) fun r =>
  allBelow w.n_ctx fun j => classCheck w.n_ctx one cert.toClaim c r (nth [] T.upper c) others j (nth 0 (nth [] cert.losses c) j)

/-- The sum of all witnesses, each as often as there are inputs in its class. -/
def summed (w : Weights) (cert : Certificate) : Nat :=
  total w.d_vocab fun c => total w.n_ctx fun j => Nat.mul (size w.n_ctx c j) (nth 0 (nth [] cert.losses c) j)

/-- The check of all classes. -/
def classesCheck (w : Weights) (cert : Certificate) (T : Table) : Bool :=
  Nat.force (scale cert.toPrecision) fun one => Nat.force (bits w cert.toPrecision) fun W =>
  forceList (mapFold (packList W) T.upper) fun packed =>
  allBelow w.d_vocab fun c => Nat.force c (maximumCheck w cert one W T packed)

/-- The check of a certificate. -/
def check (w : Weights) (cert : Certificate) : Bool := cert.toClaim.checks w (summed w cert) (classesCheck w cert)

end

section
variable {R : Type} [ExpField R] {w : Weights} {cert : Certificate} {T : Table} {G : Nat → Nat → R}

theorem inverse_le (one low : Nat) : inverse one low ≤ Nat.succ one :=
  Nat.succ_le_succ (Nat.div_le_self one low)

/-- A ratio, in units of `one`. -/
theorem ratio_le_inverse (hT : T.Holds R w.d_vocab cert.toPrecision.cap G) (one : Nat) {c s t : Nat} (hc : c < w.d_vocab)
    (hs : s < w.d_vocab) (ht : t < w.d_vocab) :
    ofNat R one * ratio G c s t ≤ ofNat R (inverse one (T.low s c) * T.up s t) := by
  have low := hT.low_pos s c hs hc
  have unit : ofNat R one ≤ ofNat R (inverse one (T.low s c)) * ofNat R (T.low s c) := by
    rw [← ofNat_mul]
    exact ofNat_le (Nat.le_of_lt (Nat.lt_succ_mul_div one low))
  refine le_trans (mul_le_mul_of_nonneg_right unit (ratio_nonneg G c s t)) ?_
  rw [ofNat_mul, mul_assoc, mul_comm (ofNat R (T.low s c))]
  exact mul_le_mul_of_nonneg_left (hT.ratio_le c s t hc hs ht) (ofNat_nonneg _)

/-- What the smaller tokens add up to, lane by lane. -/
theorem others_eq (hT : T.Holds R w.d_vocab cert.toPrecision.cap G) {c t : Nat} (hc : c < w.d_vocab) (ht : t < w.d_vocab) :
    (combine (bits w cert.toPrecision) w.d_vocab c (fun s => inverse (scale cert.toPrecision) (nth 0 (nth [] T.lower s) c))
      (mapFold (packList (bits w cert.toPrecision)) T.upper)).getD t 0 =
    total c fun s => inverse (scale cert.toPrecision) (T.low s c) * T.up s t := by
  have below {s : Nat} (hs : s < c) : s < w.d_vocab := Nat.lt_trans hs hc
  refine (getD_combine (hT.upper_length.symm ▸ Nat.le_of_lt hc) (fun s hs => hT.upper_row s (below hs)) (lt_width _) (fun t ht => ?_)
    ht).trans (total_congr fun s _ => by rw [T.nth_low]; rfl)
  refine Nat.le_trans (total_le_mul fun s hs => ?_) (Nat.mul_le_mul_right _ (Nat.le_of_lt hc))
  rw [T.nth_low]
  exact Nat.mul_le_mul (inverse_le _ _) (hT.up_le s t (below hs) ht)

/-- What the check of a class says. -/
theorem of_classCheck (hT : T.Holds R w.d_vocab cert.toPrecision.cap (w.added R)) (roots : 1 ≤ cert.roots) {c j u : Nat}
    (hc : c < w.d_vocab) (hj : j < w.n_ctx)
    (h : classCheck w.n_ctx (scale cert.toPrecision) cert.toClaim c (inverse (scale cert.toPrecision) (T.low c c))
      (T.upper.getD c []) (combine (bits w cert.toPrecision) w.d_vocab c
        (fun s => inverse (scale cert.toPrecision) (nth 0 (nth [] T.lower s) c))
        (mapFold (packList (bits w cert.toPrecision)) T.upper)) j u = true)
    {l : List Nat → R} (hl : ∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) :
    sumCopies c w.n_ctx (j + 1) l ≤ nats R (size w.n_ctx c j * u) := by
  have one : (0 : R) < ofNat R (scale cert.toPrecision) := ofNat_pos (Nat.two_pow_pos _)
  have split : w.n_ctx = (j + 1) + (w.n_ctx - (j + 1)) := (Nat.add_sub_of_le hj).symm
  have fits := Claim.of_fits (R := R) roots h
  rw [sumZip_eq _ (hT.upper_row c hc) (length_combine _ _ _ _ _)] at fits
  have point (t : Nat) (ht : t < w.d_vocab) : ofNat R (scale cert.toPrecision) ^ w.n_ctx *
      (ratio (w.added R) c c t ^ (j + 1) * (sum c fun s => ratio (w.added R) c s t) ^ (w.n_ctx - (j + 1))) ≤
      ofNat R (inverse (scale cert.toPrecision) (T.low c c) ^ (j + 1) * (T.up c t ^ (j + 1) *
        (total c fun s => inverse (scale cert.toPrecision) (T.low s c) * T.up s t) ^ (w.n_ctx - (j + 1)))) := by
    have own := pow_le_pow_left (mul_nonneg (le_of_lt one) (ratio_nonneg _ _ _ _)) (ratio_le_inverse hT _ hc hc ht) (j + 1)
    have rest : ofNat R (scale cert.toPrecision) * (sum c fun s => ratio (w.added R) c s t) ≤
        ofNat R (total c fun s => inverse (scale cert.toPrecision) (T.low s c) * T.up s t) := by
      rw [ofNat_total, mul_sum]
      exact sum_le_sum fun s hs => ratio_le_inverse hT _ hc (Nat.lt_trans hs hc) ht
    have sums : (0 : R) ≤ sum c fun s => ratio (w.added R) c s t := sum_nonneg fun s _ => ratio_nonneg _ _ _ _
    have others := pow_le_pow_left (mul_nonneg (le_of_lt one) sums) rest (w.n_ctx - (j + 1))
    have both := mul_le_mul own others (pow_nonneg (mul_nonneg (le_of_lt one) sums) _) (pow_nonneg (ofNat_nonneg _) _)
    rw [mul_pow, mul_pow, mul_mul_mul_comm, ← pow_add, ← split, ofNat_mul, mul_pow] at both
    rw [ofNat_mul, ofNat_mul, ofNat_pow, ofNat_pow, ofNat_pow, ← mul_assoc (ofNat R (inverse _ _) ^ (j + 1))]
    exact both
  have whole : ofNat R (scale cert.toPrecision) ^ w.n_ctx * (sum w.d_vocab fun t =>
      ratio (w.added R) c c t ^ (j + 1) * (sum c fun s => ratio (w.added R) c s t) ^ (w.n_ctx - (j + 1))) ≤
      ofNat R (c ^ (w.n_ctx - (j + 1)) * scale cert.toPrecision ^ w.n_ctx) * exp (nats R u) := by
    refine le_trans (le_trans (le_of_eq (mul_sum _ _ _)) (sum_le_sum point)) (le_trans (le_of_eq ?_) fits)
    show _ = ofNat R (_ * total w.d_vocab _)
    rw [ofNat_mul, ofNat_total, mul_sum]
    refine sum_congr fun t ht => ?_
    rw [ofNat_mul, ← others_eq hT hc ht]
    rfl
  rw [ofNat_mul, ofNat_pow (scale cert.toPrecision), mul_right_comm, mul_comm] at whole
  have small := le_of_mul_le_mul_right whole (pow_pos one _)
  have counted := mul_le_mul_of_nonneg_left small (ofNat_nonneg (R := R) (Nat.choose w.n_ctx (j + 1)))
  rw [← sumCopies_expLoss, ← mul_assoc, ← ofNat_mul] at counted
  refine le_trans (averaging (fun x hx => hl x (hx.input hc)) counted) (le_of_eq ?_)
  rw [nats_mul]
  refine congrArg (fun k => ofNat R k * nats R u) ?_
  exact congrArg (· * _) (binom_eq_choose _ _).symm

end

/-- **The strategy is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (cert : Certificate) (h : check w cert = true) :
    MeanLossAtMost R cert.bound w := by
  match Claim.of_checks (R := R) h with
  | ⟨shape, roots, le, hT, go⟩ =>
    refine meanLoss_of le fun l hl => ?_
    unfold classesCheck at go
    rw [Nat.force_eq, Nat.force_eq, forceList_eq] at go
    have n : w.n_ctx = (w.n_ctx - 1) + 1 := (Nat.sub_add_cancel (Weights.one_le shape)).symm
    have all : sumInputs w.d_vocab w.n_ctx l = sum w.d_vocab fun c => sum w.n_ctx fun j => sumCopies c w.n_ctx (j + 1) l := by
      rw [n]
      exact sumInputs_eq _ _ l
    have totals : nats R (summed w cert) = sum w.d_vocab fun c => sum w.n_ctx fun j =>
        nats R (size w.n_ctx c j * nth 0 (nth [] cert.losses c) j) := by
      show ofNat R (total _ _) / _ = _
      rw [ofNat_total, sum_div]
      refine sum_congr fun c _ => ?_
      rw [ofNat_total, sum_div]
      rfl
    rw [all, totals]
    refine sum_le_sum fun c hc => sum_le_sum fun j hj => ?_
    have here := of_allBelow go hc
    rw [Nat.force_eq] at here
    unfold maximumCheck at here
    rw [forceList_eq, Nat.force_eq] at here
    have one := of_allBelow here hj
    rw [nth_eq [] (w.table cert.toPrecision).upper, Table.nth_low _ c c] at one
    exact of_classCheck hT roots hc hj one hl

end AmGm
end Linear
end Compact
