prelude
import Compact.Averaging.Margin
import Compact.Transformer.Classes.Mix
import Compact.Transformer.Loss.Soft
import Compact.Counting.Maximum
import Compact.Transformer.Enclosure.Narrow
/-!
# Gains: one number for each path instead of a margin for each output

On the path through a position with the token `k` the sum of `exp (logit_t - logit_m)` over the wrong outputs `t` is at most
`exp ((A + 3 - gain k) / K)`.  Gains are naturals, in units of the rounded logits, made of logarithms `full q k` and `but q k`
that a certificate gives (`Logs`): of the whole sum, and of that without the output `k`, which is the right one if `k` is the maximum.

If the mean of gains, weighted by attention, is at least `μ`, the sum over wrong outputs of the input is at most `exp ((A + 3 - μ) / K)`
(`soft_of_gains`).
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The row `U`, with another entry for `m`. -/
def withEntry (U : Nat → Nat) (m low t : Nat) : Nat := if t = m then low else U t

namespace Enclosure
variable (T : Enclosure)

/-- What the logarithms of a certificate say: for a query `q` and a token `k`, the sum over all outputs of the exponentials of rounded
logits, the row `U` standing for positions, is at most `exp ((A - full q k) / K)`; without the output `k`, `exp ((A - but q k) / K)`. -/
structure Logs (R : Type) [ExpField R] (K : R) (v A : Nat) (U : Nat → Nat) (full but : Nat → Nat → Nat) : Prop where
  full (q k : Nat) : q < v → k < v →
    (sum v fun t => exp (ofNat R (T.path U q k t) / K)) ≤ exp ((ofNat R A - ofNat R (full q k)) / K)
  but (q k : Nat) : q < v → k < v →
    (sumBut v k fun t => exp (ofNat R (T.path U q k t) / K)) ≤ exp ((ofNat R A - ofNat R (but q k)) / K)

/-- The gain of the path through the token `k`; `low` stands for the logit of `m` at a position. -/
def gain (full but : Nat → Nat → Nat) (low q m k : Nat) : Nat :=
  (if k = m then but q k else full q k) + (T.direct q m + T.token k m + low)

/-- What a position with the token `k` adds to the mean of gains less `μ`, over its position's factor. -/
def gainShare (R : Type) [ExpField R] (g : Nat → Nat) (μ q k : Nat) : R := ofNat R (T.tokenLo q k * g k) - ofNat R (T.tokenLo q k * μ)

/-- What the query's own position adds, less the slack `SL`. -/
def gainOwn (R : Type) [ExpField R] (g : Nat → Nat) (n μ SL q : Nat) : R :=
  ofNat R (T.tokenLo q q * T.posLo q n * g q) - ofNat R (T.tokenLo q q * T.posLo q n * μ) - ofNat R SL

end Enclosure

section
variable {T : Enclosure} {V : View R} {prec v n q m A low : Nat} {U : Nat → Nat} {full but : Nat → Nat → Nat} {K : R}

/-- By how much the logit of `t` is above that of `m` on the path through a position with the token `k`, at most: in units of the
tables. -/
def Enclosure.ahead (R : Type) [ExpField R] (T : Enclosure) (U : Nat → Nat) (low q m t k : Nat) : R :=
  3 - ofNat R (T.direct q m + T.token k m + low) + ofNat R (T.path U q k t)

/-- The path through one position to one wrong output. -/
theorem path_le (hV : V.Fits T prec v (n + 1) q) (hX : T.NoBetter (withEntry U m low) v (n + 1) m) (hm : m < v) {k p t : Nat} (hk : k < v)
    (hp : p < n + 1) (ht : t < v) (hne : t ≠ m) : V.logit k p t - V.logit k p m ≤ T.ahead R U low q m t k := by
  have up := hV.le_lane hk hp ht
  have down := hV.lane_le hk hp hm
  have lanes : T.lane q k p t + (T.direct q m + T.token k m + low) ≤ T.lane q k p m + T.path U q k t := by
    have x := hX p hp t ht
    unfold withEntry at x
    rw [ite_eq_left rfl, ite_eq_right hne] at x
    exact shuffle _ _ _ _ _ _ _ _ x
  have lanes := ofNat_le (R := R) lanes
  rw [ofNat_add, ofNat_add (T.lane q k p m)] at lanes
  exact le_of_linear (add_le_add (add_le_add up down) lanes) (regroup _ _ _ _ _ _ _)
where
  shuffle (d g x d' g' x' u l : Nat) (h : x + l ≤ x' + u) : d + g + x + (d' + g' + l) ≤ d' + g' + x' + (d + g + u) :=
    Nat.le_of_linear (Nat.add_le_add_left h (d + g + (d' + g'))) (by ring [d, g, x, d', g', x', u, l])
  regroup (a b c d e f z : R) : z - e + f + (a + d + (c + e)) = a - b + (c + z + b + (d + f)) := by ring [a, b, c, d, e, f, z]

/-- The wrong outputs on the path through one position. -/
theorem paths_le (pos : 0 < K) (logs : T.Logs R K v A U full but) (hV : V.Fits T prec v (n + 1) q)
    (hX : T.NoBetter (withEntry U m low) v (n + 1) m) (hm : m < v) (hq : q < v) {k p : Nat} (hk : k < v) (hp : p < n + 1) :
    (sumBut v m fun t => exp ((V.logit k p t - V.logit k p m) / K)) ≤
      exp ((ofNat R A + 3 - ofNat R (T.gain full but low q m k)) / K) := by
  have each (t : Nat) (ht : t < v) (hne : t ≠ m) : exp ((V.logit k p t - V.logit k p m) / K) ≤
      exp ((3 - ofNat R (T.direct q m + T.token k m + low)) / K) * exp (ofNat R (T.path U q k t) / K) := by
    rw [← exp_add, ← add_div]
    exact exp_le_exp (div_le_div_of_pos_right (path_le hV hX hm hk hp ht hne) pos)
  refine le_trans (sumBut_le_sumBut each) ?_
  rw [sumBut_mul]
  have whole : (sumBut v m fun t => exp (ofNat R (T.path U q k t) / K)) ≤
      exp ((ofNat R A - ofNat R (if k = m then but q k else full q k)) / K) := by
    by_cases e : k = m
    case pos =>
      subst e
      rw [ite_eq_left rfl]
      exact logs.but q k hq hk
    case neg =>
      rw [ite_eq_right e]
      exact le_trans (sumBut_le_sum fun t _ => exp_nonneg _) (logs.full q k hq hk)
  refine le_trans (mul_le_mul_of_nonneg_left whole (exp_nonneg _)) (le_of_eq ?_)
  rw [← exp_add, ← add_div]
  unfold Enclosure.gain
  rw [ofNat_add (if k = m then but q k else full q k)]
  exact congrArg (fun y => exp (y / K)) (last _ _ _ _)
where
  last (a b c d : R) : c - d + (a - b) = a + c - (b + d) := by ring [a, b, c, d]

/-- The gain of a position, weighted by its factor, is at least what the tables say. -/
theorem gain_term (hV : V.Fits T prec v (n + 1) q) {B g μ k p : Nat} (hk : k < v) (hp : p < n + 1) (hμ : μ ≤ 2 * B) :
    ofNat R ((T.factor q k p).1 * g) - ofNat R ((T.factor q k p).1 * μ) - ofNat R (2 * slack B (T.factor q k p)) ≤
      V.token k * V.pos p * (ofNat R g - ofNat R μ) := by
  have hf := hV.factor hk hp
  have hle : (T.factor q k p).1 ≤ (T.factor q k p).2 := le_of_ofNat_le (R := R) (le_trans hf.left hf.right)
  have wide : (0 : R) ≤ ofNat R g - ofNat R μ + ofNat R (2 * B) :=
    le_of_linear (add_le_add (ofNat_nonneg (R := R) g) (ofNat_le (R := R) hμ)) (zero_add_eq _ _ _)
  have one := mul_nonneg (sub_nonneg.mpr hf.left) wide
  have two := mul_nonneg (sub_nonneg.mpr hf.right) (ofNat_nonneg (R := R) (2 * B))
  have three := mul_nonneg (ofNat_nonneg (R := R) 6) (ofNat_nonneg (R := R) (T.factor q k p).2)
  unfold slack
  rw [ofNat_mul 2, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_sub hle]
  rw [ofNat_mul 2 B] at one two
  exact le_of_linear (add_nonneg (add_nonneg one two) three) (regroup _ _ _ _ _ _)
where
  zero_add_eq (g m b : R) : g - m + b + (0 + m) = 0 + (g + b) := by ring [g, m, b]
  regroup (lo hi e g m B : R) : e * (g - m) + 0 =
      lo * g - lo * m - ofNat R 2 * ((hi - lo) * B + ofNat R 3 * hi) +
        ((e - lo) * (g - m + ofNat R 2 * B) + (hi - e) * (ofNat R 2 * B) + ofNat R 6 * hi) := by
    show _ = lo * g - lo * m - 2 * ((hi - lo) * B + 3 * hi) + ((e - lo) * (g - m + 2 * B) + (hi - e) * (2 * B) + 6 * hi)
    ring [lo, hi, e, g, m, B]

/-- The mean of gains is at least what the tables say. -/
theorem mean_ge (hV : V.Fits T prec v (n + 1) q) {B S μ : Nat} {g : Nat → Nat} (hμ : μ ≤ 2 * B) (hS : T.SlackLe B n q m S) (hm : m < v)
    (hq : q < v) {x : List Nat} (hx : ∀ p, p < n → token x p ≤ m) (hlast : token x n = q) :
    (sum n fun p => ofNat R (T.posLo q p) * T.gainShare R g μ q (token x p)) + T.gainOwn R g n μ (2 * T.totalSlack B n q S) q ≤
      sum (n + 1) fun p => V.token (token x p) * V.pos p * (ofNat R (g (token x p)) - ofNat R μ) := by
  have others : (sum n fun p => ofNat R (T.posLo q p) * T.gainShare R g μ q (token x p) - ofNat R (2 * S)) ≤
      sum n fun p => V.token (token x p) * V.pos p * (ofNat R (g (token x p)) - ofNat R μ) :=
    sum_le_sum fun p hp => by
      have e := gain_term hV (B := B) (g := g (token x p)) (μ := μ) (Nat.lt_of_le_of_lt (hx p hp) hm) (Nat.lt_succ_of_lt hp) hμ
      refine le_trans (sub_le_sub (le_of_eq ?_) (ofNat_le (Nat.mul_le_mul_left 2 (hS _ (hx p hp) p hp)))) e
      unfold Enclosure.gainShare
      rw [← ofNat_mul_sub]
      exact both (reorder _ _ _) (reorder _ _ _)
  have last := gain_term hV (B := B) (g := g q) (μ := μ) hq (Nat.lt_succ_self n) hμ
  rw [sum_sub, sum_const] at others
  rw [sum_succ, hlast]
  refine le_trans (le_of_eq ?_) (add_le_add others last)
  unfold Enclosure.gainOwn Enclosure.totalSlack
  rw [Nat.mul_add, Nat.mul_left_comm 2 n, ofNat_add, ofNat_mul n]
  exact regroup _ _ _ _ _
where
  ofNat_mul_sub (a b c : Nat) : ofNat R (a * b) - ofNat R (a * c) = ofNat R a * (ofNat R b - ofNat R c) := by
    rw [ofNat_mul, ofNat_mul, mul_sub]
  reorder (l e g : Nat) : l * (e * g) = e * l * g := by ring [l, e, g]
  both {a b c d : Nat} (h : a = b) (h' : c = d) : ofNat R a - ofNat R c = ofNat R b - ofNat R d := by rw [h, h']
  regroup (a y z nS s : R) : a + (y - z - (nS + s)) = a - nS + (y - z - s) := by ring [a, y, z, nS, s]

end
end Compact
