prelude
import Compact.Transformer.Share.Weigh
/-!
# A class whose test passes has positive margins

For one query `q`, one maximum `m` and one other output `t`.  `Seen` gathers what is known of the softmax factors and of the
logits; `sum_pos` is the theorem.
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- What the margin over `t` is made of: factors of tokens and positions, rows that all tokens share (`f`, by position), rows of tokens
(`ov`), and the margin `D` of what is left of the direct path. -/
structure Parts (R : Type) where
  tok : Nat → R
  pos : Nat → R
  f : Nat → Nat → Nat
  ov : Nat → Nat → Nat
  D : R

/-- The margin of `m` over `t` at the position `p` with the token `k`, times its softmax factor. -/
noncomputable def Parts.term (V : Parts R) (S : Scale) (m t k p : Nat) : R :=
  V.tok k * V.pos p * (gap R S (V.f p) m t + gap R S (V.ov k) m t + V.D)

/-- What makes the numbers of a pair right: `A - B` is the margin of the rest of the direct path, `T` that of the query's token. -/
structure SharePair.Of (S : Scale) (q m A B T lo hi own own' : Nat) (e : End) (P : SharePair) : Prop where
  same : P.sameUp = lo * (e.same + A - (S.origin + B)) ∧ P.sameDown = hi * (S.origin + B - (e.same + A))
  own_eq : q = m → P.ownUp = own * (e.ownSame + A - (S.origin + B)) ∧ P.ownDown = own' * (S.origin + B - (e.ownSame + A))
  own_ne : q ≠ m → P.ownUp = own * (e.ownOther + T + A - (2 * S.origin + B)) ∧
    P.ownDown = own' * (2 * S.origin + B - (e.ownOther + T + A))
  otherUp : P.otherUp = e.other + A
  otherDown : P.otherDown = 2 * S.origin + B

section
variable {V : Parts R} {S : Scale} {ends : List End} {n m q t A B Tq lo hi own own' f g : Nat} {y : List Nat}

/-- The weight of the others, if each has a factor. -/
theorem massOther_mono {a b : Nat → R} (h : ∀ p, p < y.length → token y p ≠ m → a p ≤ b p) : massOther m y a ≤ massOther m y b :=
  sum_le_sum fun p hp => by
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e]; exact le_rfl
    case neg => rw [ite_eq_right e, ite_eq_right e]; exact h p hp e

theorem massOther_mul (c : R) (a : Nat → R) : massOther m y (fun p => c * a p) = c * massOther m y a := by
  unfold massOther
  rw [mul_sum]
  refine sum_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e, mul_zero]
  case neg => rw [ite_eq_right e, ite_eq_right e]

theorem massOf_tok (V : Parts R) : massOf m y (fun p => V.tok (token y p) * V.pos p) = V.tok m * massOf m y V.pos := by
  unfold massOf
  rw [mul_sum]
  refine sum_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos => rw [ite_eq_left e, ite_eq_left e]; exact congrArg (fun k => V.tok k * V.pos p) e
  case neg => rw [ite_eq_right e, ite_eq_right e, mul_zero]

/-- The share of the other positions. -/
theorem share_other {l h lo hi : Nat} (hpos : ∀ p, p < y.length → 0 ≤ V.pos p)
    (htok : ∀ p, p < y.length → token y p ≠ m → ofNat R (f * lo) ≤ V.tok (token y p) ∧ V.tok (token y p) ≤ ofNat R (g * hi))
    (hl : ofNat R l ≤ massOther m y V.pos) (hh : massOther m y V.pos ≤ ofNat R h) :
    Share f g (l * lo) (h * hi) (massOther m y fun p => V.tok (token y p) * V.pos p) := by
  refine ⟨?_, ?_⟩
  · have e : f * (l * lo) = f * lo * l := by rw [Nat.mul_comm l, Nat.mul_assoc]
    rw [e, ofNat_mul]
    refine le_trans (mul_le_mul_of_nonneg_left hl (ofNat_nonneg _)) ?_
    rw [← massOther_mul]
    exact massOther_mono fun p hp hne => mul_le_mul_of_nonneg_right (htok p hp hne).left (hpos p hp)
  · have e : g * (h * hi) = g * hi * h := by rw [Nat.mul_comm h, Nat.mul_assoc]
    rw [e, ofNat_mul]
    refine le_trans ?_ (mul_le_mul_of_nonneg_left hh (ofNat_nonneg _))
    rw [← massOther_mul]
    exact massOther_mono fun p hp hne => mul_le_mul_of_nonneg_right (htok p hp hne).right (hpos p hp)

/-- The share of one factor, times a weight. -/
theorem share_mul {l h lo hi : Nat} {x w : R} (hx : ofNat R (f * lo) ≤ x ∧ x ≤ ofNat R (g * hi)) (hw : ofNat R l ≤ w ∧ w ≤ ofNat R h) :
    Share f g (l * lo) (h * hi) (x * w) := by
  have nonneg : 0 ≤ x := le_trans (ofNat_nonneg _) hx.left
  refine ⟨?_, ?_⟩
  · have e : f * (l * lo) = f * lo * l := by rw [Nat.mul_comm l, Nat.mul_assoc]
    rw [e, ofNat_mul]
    exact mul_le_mul hx.left hw.left (ofNat_nonneg _) nonneg
  · have e : g * (h * hi) = g * hi * h := by rw [Nat.mul_comm h, Nat.mul_assoc]
    rw [e, ofNat_mul]
    exact mul_le_mul hx.right hw.right (le_trans (ofNat_nonneg _) hw.left) (ofNat_nonneg _)

/-- What all positions but the query's own contribute. -/
theorem others_ge {s u τ : R} (htok : ∀ k, 0 ≤ V.tok k) (hpos : ∀ p, p ≤ y.length → 0 ≤ V.pos p)
    (hs : ∀ p, p < y.length → s ≤ gap R S (V.f p) m t + gap R S (V.ov m) m t ∧ u ≤ gap R S (V.f p) m t)
    (hτ : ∀ p, p < y.length → token y p ≠ m → τ ≤ gap R S (V.ov (token y p)) m t) :
    massOf m y (fun p => V.tok (token y p) * V.pos p) * (s + V.D) + massOther m y (fun p => V.tok (token y p) * V.pos p) * (u + τ + V.D) ≤
      sum y.length fun p => V.term S m t (token y p) p := by
  unfold massOf massOther
  rw [sum_mul, sum_mul, ← sum_add]
  refine sum_le_sum fun p hp => ?_
  have w := mul_nonneg (htok (token y p)) (hpos p (Nat.le_of_lt hp))
  unfold Parts.term
  by_cases e : token y p = m
  case pos =>
    rw [ite_eq_left e, ite_eq_left e, zero_mul, add_zero]
    show V.tok (token y p) * V.pos p * _ ≤ _
    rw [e]
    exact mul_le_mul_of_nonneg_left (add_le_add_right (hs p hp).left V.D) (e ▸ w)
  case neg =>
    rw [ite_eq_right e, ite_eq_right e, zero_mul, zero_add]
    exact mul_le_mul_of_nonneg_left (add_le_add_right (add_le_add (hs p hp).right (hτ p hp e)) V.D) w

/-- The margin over `t` is positive if all ends pass. -/
theorem sum_pos_of_ends {W : Loads} {lo' hi' T : Nat} (covers : Covers R S ends y.length m V.f (V.ov m) t)
    (htok : ∀ k, 0 ≤ V.tok k) (hpos : ∀ p, p ≤ y.length → 0 ≤ V.pos p)
    (hD : ofNat R A - ofNat R B ≤ V.D) (hTq : q ≠ m → S.margin R Tq ≤ gap R S (V.ov q) m t)
    (hT : ∀ p, p < y.length → token y p ≠ m → S.margin R T ≤ gap R S (V.ov (token y p)) m t)
    (ha : Share f g (W.low * lo) (W.high * hi) (massOf m y fun p => V.tok (token y p) * V.pos p))
    (hb : Share f g (W.otherLow * lo') (W.otherHigh * hi') (massOther m y fun p => V.tok (token y p) * V.pos p))
    (hw : Share f g own own' (V.tok q * V.pos y.length))
    (pass : ∀ e, e ∈ ends → ∃ P, SharePair.Of S q m A B Tq lo hi own own' e P ∧ P.passes f g W lo' hi' T = true) :
    0 < (sum y.length fun p => V.term S m t (token y p) p) + V.term S m t q y.length := by
  match covers with
  | ⟨s, u, s', u', ⟨hsu, hs', hu'⟩, transfer⟩ =>
    have sum_ge := others_ge htok hpos hsu hT
    have w0 : 0 ≤ V.tok q * V.pos y.length := mul_nonneg (htok q) (hpos _ (Nat.le_refl _))
    have a0 : 0 ≤ massOf m y fun p => V.tok (token y p) * V.pos p := le_trans (ofNat_nonneg _) ha.left
    have b0 : 0 ≤ massOther m y fun p => V.tok (token y p) * V.pos p := le_trans (ofNat_nonneg _) hb.left
    by_cases hq : q = m
    case pos =>
      have own_ge : V.tok q * V.pos y.length * (s' + V.D) ≤ V.term S m t q y.length := by
        unfold Parts.term
        exact mul_le_mul_of_nonneg_left (add_le_add_right (hq.symm ▸ hs') V.D) w0
      refine lt_of_lt_of_le ?_ (add_le_add sum_ge own_ge)
      refine lt_of_lt_of_le (transfer _ _ (V.tok q * V.pos y.length) 0 _ a0 b0 w0 (le_refl 0) fun e he => ?_)
        (le_of_eq (collect_eq _ _ _ V.D (S.margin R T) s u s' u'))
      match pass e he with
      | ⟨P, hP, test⟩ =>
        have pos := P.pos_of_passes (R := R) hP.same (hP.own_eq hq) ha hb hw test
        rw [hP.otherUp, hP.otherDown] at pos
        refine lt_of_lt_of_le pos (le_trans (add_le_add (add_le_add (mul_le_mul_of_nonneg_left ?_ a0) (mul_le_mul_of_nonneg_left ?_ b0))
          (mul_le_mul_of_nonneg_left ?_ w0)) (le_of_eq (collect_eq _ _ _ V.D (S.margin R T) _ _ _ _).symm))
        · exact two_le hD
        · exact three_le hD
        · exact two_le hD
    case neg =>
      have own_ge : V.tok q * V.pos y.length * (u' + S.margin R Tq + V.D) ≤ V.term S m t q y.length := by
        unfold Parts.term
        exact mul_le_mul_of_nonneg_left (add_le_add_right (add_le_add hu' (hTq hq)) V.D) w0
      refine lt_of_lt_of_le ?_ (add_le_add sum_ge own_ge)
      refine lt_of_lt_of_le (transfer _ _ 0 (V.tok q * V.pos y.length) _ a0 b0 (le_refl 0) w0 fun e he => ?_)
        (le_of_eq (collect_ne _ _ _ V.D (S.margin R T) (S.margin R Tq) s u s' u'))
      match pass e he with
      | ⟨P, hP, test⟩ =>
        have pos := P.pos_of_passes (R := R) hP.same (hP.own_ne hq) ha hb hw test
        rw [hP.otherUp, hP.otherDown] at pos
        refine lt_of_lt_of_le pos (le_trans (add_le_add (add_le_add (mul_le_mul_of_nonneg_left ?_ a0) (mul_le_mul_of_nonneg_left ?_ b0))
          (mul_le_mul_of_nonneg_left ?_ w0)) (le_of_eq (collect_ne _ _ _ V.D (S.margin R T) (S.margin R Tq) _ _ _ _).symm))
        · exact two_le hD
        · exact three_le hD
        · exact three_le' hD
where
  collect_eq (a b w D τ s u s' u' : R) : a * s + b * u + w * s' + 0 * u' + (a * D + b * (τ + D) + w * D) =
      a * (s + D) + b * (u + τ + D) + w * (s' + D) := by ring [a, b, w, D, τ, s, u, s', u']
  collect_ne (a b w D τ σ s u s' u' : R) : a * s + b * u + 0 * s' + w * u' + (a * D + b * (τ + D) + w * (σ + D)) =
      a * (s + D) + b * (u + τ + D) + w * (u' + σ + D) := by ring [a, b, w, D, τ, σ, s, u, s', u']
  two_le {e A B : Nat} {D : R} (hD : ofNat R A - ofNat R B ≤ D) :
      ofNat R (e + A) - ofNat R (S.origin + B) ≤ S.margin R e + D := by
    unfold Scale.margin
    rw [ofNat_add, ofNat_add]
    exact le_of_linear hD (by ring [ofNat R e, ofNat R A, ofNat R S.origin, ofNat R B, D])
  three_le {e A B T : Nat} {D : R} (hD : ofNat R A - ofNat R B ≤ D) :
      ofNat R (e + A + T) - ofNat R (2 * S.origin + B) ≤ S.margin R e + S.margin R T + D := by
    unfold Scale.margin
    rw [ofNat_add, ofNat_add, ofNat_add, Nat.two_mul, ofNat_add]
    exact le_of_linear hD (by ring [ofNat R e, ofNat R A, ofNat R T, ofNat R S.origin, ofNat R B, D])
  three_le' {e A B T : Nat} {D : R} (hD : ofNat R A - ofNat R B ≤ D) :
      ofNat R (e + T + A) - ofNat R (2 * S.origin + B) ≤ S.margin R e + S.margin R T + D := by
    rw [Nat.add_right_comm]
    exact three_le hD

end
end Compact
