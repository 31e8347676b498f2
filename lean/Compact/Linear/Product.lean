prelude
import Compact.Linear.Witness
import Compact.Linear.Lanes
import Compact.Packed.All
import Compact.Packed.Reshape
/-!
# Products of quotients, rounded up

A sum of losses is bounded by a product of sums `expLoss`.  Each of these is at most a quotient of two naturals (`Below`); the
product of many of them is a number with `prec` fractional bits, rounded up after each factor (`times`).
-/
namespace Compact
namespace Linear
noncomputable section

/-- `f` for all `i < k`, the least first, on a number that is evaluated in between. -/
def loop (k : Nat) (f : Nat → Nat → Nat) (p : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) p (fun i ih => Nat.force ih (f i)) k

/-- `p * (num / den)`, rounded up, in units of `2^-P`. -/
def step (P p num den : Nat) : Nat := Nat.succ (Nat.shiftRight (Nat.mul p (Nat.succ (Nat.div (Nat.mul num (Nat.pow 2 P)) den))) P)

/-- `p` times the first `k` quotients. -/
def times (P : Nat) (num den : Nat → Nat) (k p : Nat) : Nat := loop k (fun i p => step P p (num i) (den i)) p

/-- The upper bounds of the table by columns, a lane for each token. -/
def packedColumns (W d : Nat) (rows : List (List Nat)) : List Nat := mapFold (packList W) (columns d rows)

/-- The larger of two numbers. -/
def larger (a b : Nat) : Nat := Nat.add a (Nat.sub b a)

end

theorem loop_succ (k : Nat) (f : Nat → Nat → Nat) (p : Nat) : loop (k + 1) f p = f k (loop k f p) := Nat.force_eq (loop k f p) (f k)

theorem larger_eq (a b : Nat) : larger a b = Nat.max a b := by
  cases Nat.le_total a b with
  | inl h => exact (Nat.add_sub_of_le h).trans (Nat.max_eq_right h).symm
  | inr h =>
    rw [Nat.max_eq_left h]
    show a + (b - a) = a
    rw [Nat.sub_eq_zero_of_le h]
    rfl

section
variable {R : Type} [ExpField R]

/-- `r` is nonnegative and at most the quotient `num / den`. -/
structure Below (r : R) (num den : Nat) : Prop where
  nonneg : 0 ≤ r
  pos : 0 < den
  le : r * ofNat R den ≤ ofNat R num

theorem Below.mul {r s : R} {a b c d : Nat} (h : Below r a b) (h' : Below s c d) : Below (r * s) (a * c) (b * d) where
  nonneg := mul_nonneg h.nonneg h'.nonneg
  pos := Nat.mul_pos h.pos h'.pos
  le := by
    rw [ofNat_mul, ofNat_mul, mul_mul_mul_comm]
    exact mul_le_mul h.le h'.le (mul_nonneg h'.nonneg (ofNat_nonneg _)) (ofNat_nonneg _)

theorem Below.sum {d den : Nat} {r : Nat → R} {num : Nat → Nat} (pos : 0 < den) (h : ∀ t, t < d → Below (r t) (num t) den) :
    Below (sum d r) (total d num) den where
  nonneg := sum_nonneg fun t ht => (h t ht).nonneg
  pos := pos
  le := by
    rw [sum_mul, ofNat_total]
    exact sum_le_sum fun t ht => (h t ht).le

/-- A ratio is below a quotient of the table's bounds. -/
theorem Table.Holds.below {T : Table} {d cap : Nat} {G : Nat → Nat → R} (hT : T.Holds R d cap G) {c s t : Nat} (hc : c < d)
    (hs : s < d) (ht : t < d) : Below (ratio G c s t) (T.up s t) (T.low s c) :=
  ⟨ratio_nonneg _ _ _ _, hT.low_pos s c hs hc, hT.ratio_le c s t hc hs ht⟩

theorem step_le {P p num den : Nat} {e r : R} (hp : IsUpper P p e) (h : Below r num den) :
    IsUpper P (step P p num den) (e * r) := by
  have one : (0 : R) < ofNat R (2 ^ P) := ofNat_pos (Nat.two_pow_pos P)
  have quotient : IsUpper P (Nat.succ (num * 2 ^ P / den)) r := by
    refine le_of_lt (lt_of_le_of_lt ?_ (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ (num * 2 ^ P) h.pos))
    refine (le_div_iff (ofNat_pos h.pos)).mpr ?_
    rw [mul_assoc, ofNat_mul, mul_comm]
    exact mul_le_mul_of_nonneg_right h.le (le_of_lt one)
  have whole := mul_le_mul hp quotient (mul_nonneg (le_of_lt one) h.nonneg) (ofNat_nonneg _)
  refine le_of_lt (lt_of_le_of_lt ?_ (ofNat_succ (R := R) _ ▸ lt_ofNat_div_succ (p * Nat.succ (num * 2 ^ P / den)) (Nat.two_pow_pos P)))
  refine (le_div_iff one).mpr ?_
  rw [ofNat_mul]
  refine le_trans (le_of_eq ?_) whole
  ring [ofNat R (2 ^ P), e, r]

/-- What a product of quotients is an upper bound of. -/
theorem le_times {P k p : Nat} {num den : Nat → Nat} {e : R} {r : Nat → R} (hp : IsUpper P p e)
    (h : ∀ i, i < k → Below (r i) (num i) (den i)) : IsUpper P (times P num den k p) (e * prod k r) := by
  induction k with
  | zero => exact (mul_one e).symm ▸ hp
  | succ k ih =>
    show IsUpper P (loop (k + 1) _ p) (e * (prod k r * r k))
    rw [loop_succ, ← mul_assoc]
    exact step_le (ih fun i hi => h i (Nat.lt_succ_of_lt hi)) (h k (Nat.lt_succ_self k))

theorem isUpper_one (P : Nat) : IsUpper P (2 ^ P) (1 : R) := le_of_eq (mul_one _)

/-- A product that fits a witness. -/
theorem Claim.of_product {c : Claim} (roots : 1 ≤ c.roots) {p u : Nat} {e : R} (h : c.fits p (2 ^ c.prec) u = true)
    (hp : IsUpper c.prec p e) : e ≤ exp (nats R u) :=
  le_of_mul_le_mul_left (le_trans hp (Claim.of_fits roots h)) (ofNat_pos (Nat.two_pow_pos _))

/-- The same of a product from one on. -/
theorem Claim.of_times {c : Claim} (roots : 1 ≤ c.roots) {u k : Nat} {num den : Nat → Nat} {r : Nat → R}
    (h : c.fits (times c.prec num den k (2 ^ c.prec)) (2 ^ c.prec) u = true)
    (below : ∀ i, i < k → Below (r i) (num i) (den i)) : prod k r ≤ exp (nats R u) :=
  Claim.of_product roots h (one_mul (prod k r) ▸ le_times (isUpper_one _) below)

end

/-- A column of a combination of columns: the sum over outputs, for one token. -/
theorem getD_combine_columns {W d m : Nat} {f : Nat → Nat} {rows : List (List Nat)} (hr : rows.length = d)
    (hrow : ∀ s, s < d → (rows.getD s []).length = d)
    (hle : ∀ s t, s < d → t < d → f t * (rows.getD s []).getD t 0 ≤ m) (hW : d * m < 2 ^ W) {s : Nat} (hs : s < d) :
    nth 0 (combine W d d f (packedColumns W d rows)) s = total d fun t => f t * (rows.getD s []).getD t 0 := by
  have lengths : RowsLength d rows := fun s hs => hrow s (hr ▸ hs)
  have entry (t : Nat) (ht : t < d) (s : Nat) : ((columns d rows).getD t []).getD s 0 = (rows.getD s []).getD t 0 :=
    (getD_columns lengths ht).right s
  rw [nth_eq]
  refine (getD_combine (m := d * m) (Nat.le_of_eq (length_columns lengths).symm)
    (fun t ht => (getD_columns lengths ht).left.trans hr) hW (fun s hs => ?_) hs).trans (total_congr fun t ht => by rw [entry t ht])
  refine total_le_mul fun t ht => ?_
  rw [entry t ht]
  exact hle s t hs ht

end Linear
end Compact
