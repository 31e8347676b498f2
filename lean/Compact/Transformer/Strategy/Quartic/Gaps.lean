prelude
import Compact.Transformer.Classes.Bound
import Compact.Transformer.Strategy.Quartic.Lanes
/-!
# Quartic: what the lanes hold

For one query `q` and one maximum `m`, a lane of a mixture is `top + (mix m - mix t) - (slack + 1)`
(`lane_add_mix`), so its top bit says that the mixture passes (`passes_of_lanes`).
-/
namespace Compact
namespace Quartic

section packed
variable {t : Tables} {m : Nat} {f g : Nat → Nat}

/-- Gaps, lane by lane. -/
theorem gaps_pack (hm : m < t.v) {C : Nat} (hC : ∀ j, j < t.v → f j ≤ C) (hL : C < 2 ^ t.bits) :
    gaps (Setup.of t) m C (pack t.bits t.v f) = pack t.bits t.v fun j => f m + C - f j := by
  show (digit t.bits (pack t.bits t.v f) m + C) * (pack t.bits t.v fun _ => 1) - _ = _
  rw [digit_pack t.bits (fun j hj => Nat.lt_of_le_of_lt (hC j hj) hL) hm, ← pack_const]
  exact pack_sub _ fun j hj => Nat.le_add_left_of_le (hC j hj)

/-- Gaps times a factor, lane by lane. -/
theorem scaled_pack (e : Nat × Nat) :
    scaled (Setup.of t) (pack t.bits t.v g) e (pack t.bits t.v f) = pack t.bits t.v fun j => e.1 * (f j + g j) + e.2 := by
  show e.1 * (pack t.bits t.v f + pack t.bits t.v g) + e.2 * (pack t.bits t.v fun _ => 1) = _
  rw [pack_add, mul_pack, ← pack_const, pack_add]

end packed

/-- Numbers that a gap and what it is taken from add up to. -/
theorem gap_add {a b C : Nat} (h : b ≤ C) : a + C - b + b = a + C := Nat.sub_add_cancel (Nat.le_add_left_of_le h)

/-- What is known of the rows of one query `q` and one maximum `m`; `W` is above all logits. -/
structure Rows (T : Enclosure) (X : Nat → Nat) (v n q m W : Nat) : Prop where
  direct (j : Nat) : T.direct q j ≤ W
  token (k j : Nat) : T.token k j ≤ W
  last (j : Nat) : T.pos n j ≤ W
  position (j : Nat) : j < v → X j ≤ 2 * W
  m_lt : m < v

section lanes
variable (T : Enclosure) (X : Nat → Nat) (n q m W off : Nat)

/-- The gaps of the token `k` with the factor `e`. -/
def tokenLane (e k j : Nat) : Nat :=
  e * (T.token k m + W - T.token k j + (X m + 2 * W - X j) + (T.direct q m + W - T.direct q j)) + (off - e * (4 * W))

/-- The gaps of the query's own position with the factor `e`, less the level `l`. -/
def queryLane (e l top j : Nat) : Nat :=
  e * (T.token q m + W - T.token q j + (T.direct q m + W - T.direct q j) + (T.pos n m + W - T.pos n j)) + (top - l)

end lanes

section
variable {T : Enclosure} {X : Nat → Nat} {v n q m W off : Nat} (h : Rows T X v n q m W)
include h

theorem tokenLane_add {e : Nat} (he : e * (4 * W) ≤ off) (k : Nat) {j : Nat} (hj : j < v) :
    tokenLane T X q m W off e k j + e * T.path X q k j = e * T.path X q k m + off := by
  have h1 := gap_add (a := T.token k m) (h.token k j)
  have h2 := gap_add (a := X m) (h.position j hj)
  have h3 := gap_add (a := T.direct q m) (h.direct j)
  have h4 := Nat.sub_add_cancel he
  unfold tokenLane Enclosure.path
  refine Eq.trans (b := e * (T.token k m + W - T.token k j + T.token k j + (X m + 2 * W - X j + X j) +
    (T.direct q m + W - T.direct q j + T.direct q j)) + (off - e * (4 * W))) ?_ ?_
  · exact regroup _ _ _ _ _ _ _ _
  · rw [h1, h2, h3]
    refine Eq.trans (b := e * (T.direct q m + T.token k m + X m) + (off - e * (4 * W) + e * (4 * W))) ?_ (by rw [h4])
    exact regroup' _ _ _ _ _ _
where
  regroup (e a a' b b' d d' r : Nat) : e * (a + b + d) + r + e * (d' + a' + b') = e * (a + a' + (b + b') + (d + d')) + r := by
    ring [e, a, a', b, b', d, d', r]
  regroup' (e a b d W r : Nat) : e * (a + W + (b + 2 * W) + (d + W)) + r = e * (d + a + b) + (r + e * (4 * W)) := by
    ring [e, a, b, d, W, r]

theorem queryLane_add (e l top j : Nat) :
    queryLane T n q m W e l top j + e * T.lane q q n j = e * T.lane q q n m + e * (3 * W) + (top - l) := by
  have h1 := gap_add (a := T.token q m) (h.token q j)
  have h2 := gap_add (a := T.direct q m) (h.direct j)
  have h3 := gap_add (a := T.pos n m) (h.last j)
  refine Eq.trans (b := e * (T.token q m + W - T.token q j + T.token q j +
    (T.direct q m + W - T.direct q j + T.direct q j) + (T.pos n m + W - T.pos n j + T.pos n j)) + (top - l)) ?_ ?_
  · exact regroup _ _ _ _ _ _ _ _
  · rw [h1, h2, h3]
    exact regroup' _ _ _ _ _ _
where
  regroup (e a a' b b' d d' r : Nat) : e * (a + b + d) + r + e * (b' + a' + d') = e * (a + a' + (b + b') + (d + d')) + r := by
    ring [e, a, a', b, b', d, d', r]
  regroup' (e a b d W r : Nat) : e * (a + W + (b + W) + (d + W)) + r = e * (b + a + d) + e * (3 * W) + r := by
    ring [e, a, b, d, W, r]

theorem path_le (k : Nat) : T.path X q k m ≤ 4 * W := by
  refine Nat.le_of_linear (Nat.add_le_add (Nat.add_le_add (h.direct m) (h.token k m)) (h.position m h.m_lt)) ?_
  unfold Enclosure.path
  ring [W, T.direct q m, T.token k m, X m]

theorem last_le : T.lane q q n m ≤ 3 * W := by
  refine Nat.le_of_linear (Nat.add_le_add (Nat.add_le_add (h.direct m) (h.token q m)) (h.last m)) ?_
  show 3 * W + (T.direct q m + T.token q m + T.pos n m) = T.direct q m + T.token q m + T.pos n m + _
  ring [W, T.direct q m, T.token q m, T.pos n m]

section mixture
variable {F U S top : Nat} (hU : U ≤ F)
  (hl : S + 1 + (F * off + T.tokenLo q q * T.posLo q n * (3 * W)) ≤ top)
include hU hl

/-- What a lane of a mixture holds. -/
theorem lane_add_mix {s j : Nat} (hs : T.tokenLo q s * (4 * W) ≤ off) (hm : T.tokenLo q m * (4 * W) ≤ off) (hj : j < v) :
    lane F (tokenLane T X q m W off (T.tokenLo q s) s) (tokenLane T X q m W off (T.tokenLo q m) m)
      (queryLane T n q m W (T.tokenLo q q * T.posLo q n)
        (S + 1 + (F * off + T.tokenLo q q * T.posLo q n * (3 * W))) top) U j
      + T.mix X n q m U (F - U) s j + (S + 1) = top + T.mix X n q m U (F - U) s m := by
  match Nat.exists_eq_add_of_le hU, Nat.exists_eq_add_of_le hl with
  | ⟨V, eV⟩, ⟨Z, eZ⟩ =>
    have hS := tokenLane_add h hs s hj
    have hM := tokenLane_add h hm m hj
    have hQ := queryLane_add h (T.tokenLo q q * T.posLo q n)
      (S + 1 + (F * off + T.tokenLo q q * T.posLo q n * (3 * W))) top j
    rw [eZ, Nat.add_sub_cancel_left] at hQ
    unfold lane Enclosure.mix
    rw [eZ]
    have eV' : F - U = V := by rw [eV, Nat.add_sub_cancel_left]
    rw [eV']
    refine Eq.trans (expand _ _ _ _ _ _ _ _ _) ?_
    rw [hS, hM, hQ, eV]
    exact regroup _ _ _ _ _ _ _ _ _
where
  expand (U V g gm a p pm pq S : Nat) : V * g + (U * gm + a) + (U * pm + V * p + pq) + (S + 1) =
      V * (g + p) + U * (gm + pm) + (a + pq) + (S + 1) := by ring [U, V, g, gm, a, p, pm, pq, S]
  regroup (U V p pm pq c off S Z : Nat) : V * (p + off) + U * (pm + off) + (pq + c + Z) + (S + 1) =
      S + 1 + ((U + V) * off + c) + Z + (U * pm + V * p + pq) := by ring [U, V, p, pm, pq, c, off, S, Z]

/-- Lanes do not overflow. -/
theorem lane_lt {s j : Nat} (hs : T.tokenLo q s * (4 * W) ≤ off) (hm : T.tokenLo q m * (4 * W) ≤ off) (hj : j < v) :
    lane F (tokenLane T X q m W off (T.tokenLo q s) s) (tokenLane T X q m W off (T.tokenLo q m) m)
      (queryLane T n q m W (T.tokenLo q q * T.posLo q n)
        (S + 1 + (F * off + T.tokenLo q q * T.posLo q n * (3 * W))) top) U j < 2 * top := by
  have eq := lane_add_mix h hU hl hs hm hj
  have mix_le : T.mix X n q m U (F - U) s m ≤ F * off + T.tokenLo q q * T.posLo q n * (3 * W) := by
    refine Nat.add_le_add ?_ (Nat.mul_le_mul_left _ (last_le h))
    have h1 : U * (T.tokenLo q m * T.path X q m m) ≤ U * off :=
      Nat.mul_le_mul_left U (Nat.le_trans (Nat.mul_le_mul_left _ (path_le h m)) hm)
    have h2 : (F - U) * (T.tokenLo q s * T.path X q s m) ≤ (F - U) * off :=
      Nat.mul_le_mul_left _ (Nat.le_trans (Nat.mul_le_mul_left _ (path_le h s)) hs)
    refine Nat.le_trans (Nat.add_le_add h1 h2) (Nat.le_of_eq ?_)
    rw [← Nat.add_mul, Nat.add_sub_cancel' hU]
  refine Nat.lt_of_add_lt_add_right (k := S + 1) ?_
  refine Nat.lt_of_le_of_lt (Nat.add_le_add_right (Nat.le_add_right _ _) _) (Nat.lt_of_le_of_lt (Nat.le_of_eq eq) ?_)
  rw [Nat.two_mul, Nat.add_assoc]
  refine Nat.add_lt_add_left ?_ top
  refine Nat.lt_of_le_of_lt mix_le ?_
  refine Nat.lt_of_lt_of_le (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_left (Nat.succ_pos S)) hl) (Nat.le_add_right _ _)

/-- Lanes with a top bit: the mixture passes. -/
theorem passes_of_lanes {s : Nat} (hs : T.tokenLo q s * (4 * W) ≤ off) (hm : T.tokenLo q m * (4 * W) ≤ off)
    (hlanes : ∀ j, j < v → j ≠ m → top ≤
      lane F (tokenLane T X q m W off (T.tokenLo q s) s) (tokenLane T X q m W off (T.tokenLo q m) m)
      (queryLane T n q m W (T.tokenLo q q * T.posLo q n)
        (S + 1 + (F * off + T.tokenLo q q * T.posLo q n * (3 * W))) top) U j) :
    T.Passes X v n S q m U (F - U) s := by
  intro j hj hne
  have eq := lane_add_mix h hU hl hs hm hj
  refine Nat.le_of_add_le_add_left (k := top) ?_
  rw [← eq, Nat.add_assoc (lane _ _ _ _ _ _)]
  exact Nat.add_le_add_right (hlanes j hj hne) _

end mixture
end
end Quartic
end Compact
