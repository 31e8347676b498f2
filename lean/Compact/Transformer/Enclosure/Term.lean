prelude
import Compact.Transformer.Enclosure.View
/-!
# One position's share of a margin, from the tables

A position with token `k` at `p` contributes `e * (G m - G t)` to the margin of `m` over `t`, where `e` is its
softmax factor and `G` a path logit.  With `e` between `lo` and `hi`, and `G` at least its lane and at most three
more (three rounded rows), the contribution is at least `lo * (lane m - lane t)` less a slack.
-/
namespace Compact
variable {R : Type} [ExpField R]

theorem within_mul {a b : Nat × Nat} {x y : R} (ha : Within a x) (hb : Within b y) :
    Within (a.1 * b.1, a.2 * b.2) (x * y) := by
  have hx : 0 ≤ x := le_trans (ofNat_nonneg _) ha.left
  have hy : 0 ≤ y := le_trans (ofNat_nonneg _) hb.left
  unfold Within
  rw [ofNat_mul, ofNat_mul]
  exact ⟨mul_le_mul ha.left hb.left (ofNat_nonneg _) hx, mul_le_mul ha.right hb.right hy (ofNat_nonneg _)⟩

/-- The lane of a path logit. -/
def Enclosure.lane (T : Enclosure) (q k p t : Nat) : Nat :=
  (T.directRow.getD q []).getD t 0 + (T.tokenRow.getD k []).getD t 0 + (T.posRow.getD p []).getD t 0

/-- The bounds of a softmax factor. -/
def Enclosure.factor (T : Enclosure) (q k p : Nat) : Nat × Nat :=
  (((T.tokenExp.getD q []).getD k (0, 0)).1 * ((T.posExp.getD q []).getD p (0, 0)).1,
    ((T.tokenExp.getD q []).getD k (0, 0)).2 * ((T.posExp.getD q []).getD p (0, 0)).2)

/-- What rounding may cost a position with the factor bounds `b`, when all lanes are at most `B`. -/
def slack (B : Nat) (b : Nat × Nat) : Nat := (b.2 - b.1) * B + 3 * b.2

/-- `lo * d - ((hi - lo) * B + 3 * hi) ≤ e * D` when `d - 3 ≤ D` and `-B ≤ d`. -/
theorem mul_ge {lo hi e d D B : R} (hlo : lo ≤ e) (hhi : e ≤ hi) (he : 0 ≤ e) (hB : 0 ≤ B) (hd : 0 ≤ d + B)
    (hD : d ≤ D + 3) : lo * d - ((hi - lo) * B + 3 * hi) ≤ e * D := by
  have h1 := mul_nonneg (sub_nonneg.mpr hlo) hd
  have h2 := mul_nonneg (sub_nonneg.mpr hhi) (add_nonneg hB (ofNat_nonneg (R := R) 3))
  have h3 := mul_nonneg he (sub_nonneg.mpr hD)
  have h3' : (ofNat R 3 : R) = 3 := rfl
  rw [h3'] at h2
  exact le_of_linear (add_nonneg (add_nonneg h1 h2) h3) (by ring [lo, hi, e, d, D, B])

namespace View.Fits
variable {V : View R} {T : Enclosure} {prec v n q : Nat} (h : V.Fits T prec v n q)
include h

theorem factor {k p : Nat} (hk : k < v) (hp : p < n) : Within (T.factor q k p) (V.token k * V.pos p) :=
  within_mul (h.token k hk) (h.pos p hp)

theorem factor_le {k p : Nat} (hk : k < v) (hp : p < n) : (T.factor q k p).1 ≤ 2 ^ prec * 2 ^ prec :=
  Nat.mul_le_mul (le_of_ofNat_le (le_trans (h.token k hk).left (h.token_le k)))
    (le_of_ofNat_le (le_trans (h.pos p hp).left (h.pos_le p)))

theorem lane_le {k p t : Nat} (hk : k < v) (hp : p < n) (ht : t < v) : ofNat R (T.lane q k p t) ≤ V.logit k p t := by
  unfold Enclosure.lane
  rw [ofNat_add, ofNat_add]
  exact add_le_add (add_le_add (h.direct t ht).left (h.tokenLogit k t hk ht).left) (h.posLogit p t hp ht).left

theorem le_lane {k p t : Nat} (hk : k < v) (hp : p < n) (ht : t < v) :
    V.logit k p t ≤ ofNat R (T.lane q k p t) + 3 := by
  unfold Enclosure.lane
  rw [ofNat_add, ofNat_add]
  refine le_of_linear (add_le_add (add_le_add (h.direct t ht).right (h.tokenLogit k t hk ht).right)
    (h.posLogit p t hp ht).right) ?_
  unfold View.logit
  ring [V.direct t, V.tokenLogit k t, V.posLogit p t, ofNat R ((T.directRow.getD q []).getD t 0),
    ofNat R ((T.tokenRow.getD k []).getD t 0), ofNat R ((T.posRow.getD p []).getD t 0)]

/-- The share of a position is at least what the tables say. -/
theorem term_ge {B k p s t : Nat} (hk : k < v) (hp : p < n) (hs : s < v) (ht : t < v) (hB : T.lane q k p t ≤ B) :
    ofNat R ((T.factor q k p).1 * T.lane q k p s) - ofNat R ((T.factor q k p).1 * T.lane q k p t)
      - ofNat R (slack B (T.factor q k p)) ≤ V.token k * V.pos p * (V.logit k p s - V.logit k p t) := by
  have hf := h.factor hk hp
  have hle : (T.factor q k p).1 ≤ (T.factor q k p).2 := le_of_ofNat_le (R := R) (le_trans hf.left hf.right)
  have hd : (0 : R) ≤ ofNat R (T.lane q k p s) - ofNat R (T.lane q k p t) + ofNat R B :=
    le_of_linear (add_le_add (ofNat_nonneg (T.lane q k p s)) (ofNat_le (R := R) hB))
      (by ring [ofNat R (T.lane q k p s), ofNat R (T.lane q k p t), ofNat R B])
  have hD : ofNat R (T.lane q k p s) - ofNat R (T.lane q k p t) ≤ V.logit k p s - V.logit k p t + 3 :=
    le_of_linear (add_le_add (h.lane_le hk hp hs) (h.le_lane hk hp ht))
      (by ring [ofNat R (T.lane q k p s), ofNat R (T.lane q k p t), V.logit k p s, V.logit k p t])
  have e := mul_ge hf.left hf.right (le_trans (ofNat_nonneg _) hf.left) (ofNat_nonneg B) hd hD
  refine le_trans (le_of_eq ?_) e
  unfold slack
  rw [ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_sub hle]
  exact expand _ _ _ _ _
where
  expand (lo hi s t B : R) : lo * s - lo * t - ((hi - lo) * B + ofNat R 3 * hi) =
      lo * (s - t) - ((hi - lo) * B + 3 * hi) := by
    show _ = lo * (s - t) - ((hi - lo) * B + ofNat R 3 * hi)
    ring [lo, hi, s, t, B, ofNat R 3]

end View.Fits
end Compact
