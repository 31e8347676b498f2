prelude
import Compact.Mixture.Average
import Compact.Transformer.Mixture.Spare
import Compact.Transformer.Share.Weigh
/-!
# A class whose test passes has positive margins

For one query `q`, one maximum `m` and one other output `t`.  `Seen` gathers what is known of the softmax factors and of the
logits; `sum_pos_of_ends` is the theorem: the positions that hold the maximum, and the query, have something to spare for each end, and the other
tokens take no more of it than their levels say.
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
theorem others_ge {s u : R} (htok : ∀ k, 0 ≤ V.tok k) (hpos : ∀ p, p < y.length → 0 ≤ V.pos p)
    (hs : ∀ p, p < y.length → s ≤ gap R S (V.f p) m t + gap R S (V.ov m) m t ∧ u ≤ gap R S (V.f p) m t) :
    massOf m y (fun p => V.tok (token y p) * V.pos p) * (s + V.D) + massOther m y (fun p => V.tok (token y p) * V.pos p) * u +
        massOther m y (fun p => V.tok (token y p) * V.pos p * (gap R S (V.ov (token y p)) m t + V.D)) ≤
      sum y.length fun p => V.term S m t (token y p) p := by
  unfold massOf massOther
  rw [sum_mul, sum_mul, ← sum_add, ← sum_add]
  refine sum_le_sum fun p hp => ?_
  have w := mul_nonneg (htok (token y p)) (hpos p hp)
  unfold Parts.term
  by_cases e : token y p = m
  case pos =>
    rw [ite_eq_left e, ite_eq_left e, ite_eq_left e, zero_mul, add_zero, add_zero]
    show V.tok (token y p) * V.pos p * _ ≤ _
    rw [e]
    exact mul_le_mul_of_nonneg_left (add_le_add_right (hs p hp).left V.D) (e ▸ w)
  case neg =>
    rw [ite_eq_right e, ite_eq_right e, ite_eq_right e, zero_mul, zero_add, ← mul_add, ← add_assoc]
    exact mul_le_mul_of_nonneg_left (add_le_add_right (add_le_add_right (hs p hp).right _) V.D) w

/-- A weighted sum over positions, in three parts. -/
theorem positions_split (V : Parts R) {x z : R} {h : Nat → R} :
    (sum y.length fun p => V.pos p * (if token y p = m then V.tok m * x else V.tok (token y p) * (z + h (token y p)))) =
      massOf m y (fun p => V.tok (token y p) * V.pos p) * x + massOther m y (fun p => V.tok (token y p) * V.pos p) * z +
        massOther m y (fun p => V.tok (token y p) * V.pos p * h (token y p)) := by
  unfold massOf massOther
  rw [sum_mul, sum_mul, ← sum_add, ← sum_add]
  refine sum_congr fun p _ => ?_
  by_cases e : token y p = m
  case pos =>
    rw [ite_eq_left e, ite_eq_left e, ite_eq_left e, ite_eq_left e, zero_mul, add_zero, add_zero]
    show _ = V.tok (token y p) * V.pos p * x
    rw [e]
    exact same _ _ _
  case neg =>
    rw [ite_eq_right e, ite_eq_right e, ite_eq_right e, ite_eq_right e, zero_mul, zero_add]
    exact other _ _ _ _
where
  same (p k x : R) : p * (k * x) = k * p * x := by ring [p, k, x]
  other (p k z h : R) : p * (k * (z + h)) = k * p * z + k * p * h := by ring [p, k, z, h]

/-- What is known of a token other than the maximum, for one end: it takes no more than its level of what is spared. -/
structure TakesLevel (R : Type) [ExpField R] (S : Scale) (P : SharePair) (tok : Nat → R) (ov : Nat → Nat → Nat) (g m t whole level k x : Nat) : Prop where
  takes : ∃ hi, ∃ T, tok x ≤ ofNat R (g * hi) ∧ S.margin R T ≤ gap R S (ov x) m t ∧ g * P.lack hi T * whole ≤ level * k

/-- The margin over `t` is positive if what can be spared, for each end, is enough for all other tokens. -/
theorem sum_pos_of_ends {parts b low high : Nat} {level : Nat → Nat} (covers : Covers R S ends y.length m V.f (V.ov m) t)
    (htok : ∀ k, 0 ≤ V.tok k) (hpos : ∀ p, p < y.length → 0 ≤ V.pos p ∧ V.pos p ≤ ofNat R b) (hown0 : 0 ≤ V.pos y.length)
    (hD : ofNat R A - ofNat R B ≤ V.D) (hTq : q ≠ m → S.margin R Tq ≤ gap R S (V.ov q) m t)
    (ha : Share f g (low * lo) (high * hi) (massOf m y fun p => V.tok (token y p) * V.pos p))
    (hw : Share f g own own' (V.tok q * V.pos y.length)) (hparts : 0 < parts) (total : levelSum m level y ≤ parts)
    (pass : ∀ e, e ∈ ends → ∃ P, ∃ k, SharePair.Of S q m A B Tq lo hi own own' e P ∧ P.spare f g low high = k + 1 ∧
      ∀ x, x ∈ y → x ≠ m → TakesLevel R S P V.tok V.ov g m t (b * parts) (level x) k x) :
    0 < (sum y.length fun p => V.term S m t (token y p) p) + V.term S m t q y.length := by
  match covers with
  | ⟨s, u, s', u', ⟨hsu, hs', hu'⟩, transfer⟩ =>
    have sum_ge := others_ge htok (fun p hp => (hpos p hp).left) hsu
    have w0 : 0 ≤ V.tok q * V.pos y.length := mul_nonneg (htok q) hown0
    have a0 : 0 ≤ massOf m y fun p => V.tok (token y p) * V.pos p := le_trans (ofNat_nonneg _) ha.left
    have b0 : 0 ≤ massOther m y fun p => V.tok (token y p) * V.pos p := sum_nonneg fun p hp => by
      by_cases e : token y p = m
      case pos => rw [ite_eq_left e]; exact le_refl 0
      case neg => rw [ite_eq_right e]; exact mul_nonneg (htok _) (hpos p hp).left
    -- what one end shows, with the margin `A₃ - B₃` at the query's own position
    have one {e : End} {P : SharePair} {k A₃ B₃ : Nat} {C : R} (hP : SharePair.Of S q m A B Tq lo hi own own' e P)
        (hown : P.ownUp = own * (A₃ - B₃) ∧ P.ownDown = own' * (B₃ - A₃)) (hC : V.tok q * V.pos y.length * (ofNat R A₃ - ofNat R B₃) ≤ C)
        (hspare : P.spare f g low high = k + 1)
        (takes : ∀ x, x ∈ y → x ≠ m → TakesLevel R S P V.tok V.ov g m t (b * parts) (level x) k x) :
        0 < massOf m y (fun p => V.tok (token y p) * V.pos p) * (S.margin R e.same + V.D) +
          massOther m y (fun p => V.tok (token y p) * V.pos p) * S.margin R e.other +
          massOther m y (fun p => V.tok (token y p) * V.pos p * (gap R S (V.ov (token y p)) m t + V.D)) + C := by
      have spared := P.spare_lt hP.same hown ha hw hspare
      rw [← positions_split V (h := fun x => gap R S (V.ov x) m t + V.D)]
      refine mixture (m := m) (level := level) (parts := parts) (b := ofNat R b) (κ := ofNat R k) (f := V.pos)
        (u := fun x => if x = m then V.tok m * (S.margin R e.same + V.D) else V.tok x * (S.margin R e.other + (gap R S (V.ov x) m t + V.D)))
        hparts hpos (ofNat_nonneg k) ?_ (fun x hx hxm => ?_) total
      · rw [ite_eq_left rfl, ← mul_assoc]
        have e' : massOf m y V.pos * V.tok m = massOf m y fun p => V.tok (token y p) * V.pos p := (mul_comm _ _).trans (massOf_tok V).symm
        rw [e']
        exact lt_of_lt_of_le spared (add_le_add (mul_le_mul_of_nonneg_left (two_le hD) a0) hC)
      · rw [ite_eq_right hxm]
        match (takes x hx hxm).takes with
        | ⟨h, T, htokx, hTx, le⟩ =>
          have lack := P.lack_ge (htok x) htokx (T := T)
          rw [hP.otherUp, hP.otherDown] at lack
          have share := le_trans lack (mul_le_mul_of_nonneg_left (three_le hD hTx) (htok x))
          exact takes_of_lack share le
    by_cases hq : q = m
    case pos =>
      have own_ge : V.tok q * V.pos y.length * (s' + V.D) ≤ V.term S m t q y.length := by
        unfold Parts.term
        exact mul_le_mul_of_nonneg_left (add_le_add_right (hq.symm ▸ hs') V.D) w0
      refine lt_of_lt_of_le ?_ (add_le_add sum_ge own_ge)
      refine lt_of_lt_of_le (transfer _ _ (V.tok q * V.pos y.length) 0
        (massOf m y (fun p => V.tok (token y p) * V.pos p) * V.D +
          massOther m y (fun p => V.tok (token y p) * V.pos p * (gap R S (V.ov (token y p)) m t + V.D)) + V.tok q * V.pos y.length * V.D)
        a0 b0 w0 (le_refl 0) fun e he => ?_) (le_of_eq (collect_eq _ _ _ V.D _ s u s' u'))
      match pass e he with
      | ⟨P, k, hP, hspare, takes⟩ =>
        refine lt_of_lt_of_le (one hP (hP.own_eq hq) (mul_le_mul_of_nonneg_left (two_le hD) w0) hspare takes) (le_of_eq ?_)
        exact (collect_eq _ _ _ V.D _ _ _ _ _).symm
    case neg =>
      have own_ge : V.tok q * V.pos y.length * (u' + S.margin R Tq + V.D) ≤ V.term S m t q y.length := by
        unfold Parts.term
        exact mul_le_mul_of_nonneg_left (add_le_add_right (add_le_add hu' (hTq hq)) V.D) w0
      refine lt_of_lt_of_le ?_ (add_le_add sum_ge own_ge)
      refine lt_of_lt_of_le (transfer _ _ 0 (V.tok q * V.pos y.length)
        (massOf m y (fun p => V.tok (token y p) * V.pos p) * V.D +
          massOther m y (fun p => V.tok (token y p) * V.pos p * (gap R S (V.ov (token y p)) m t + V.D)) +
          V.tok q * V.pos y.length * (S.margin R Tq + V.D))
        a0 b0 (le_refl 0) w0 fun e he => ?_) (le_of_eq (collect_ne _ _ _ V.D _ _ s u s' u'))
      match pass e he with
      | ⟨P, k, hP, hspare, takes⟩ =>
        refine lt_of_lt_of_le (one hP (hP.own_ne hq) (mul_le_mul_of_nonneg_left (three_le' hD) w0) hspare takes) (le_of_eq ?_)
        exact (collect_ne _ _ _ V.D _ _ _ _ _ _).symm
where
  collect_eq (a b w D O s u s' u' : R) : a * s + b * u + w * s' + 0 * u' + (a * D + O + w * D) =
      a * (s + D) + b * u + O + w * (s' + D) := by ring [a, b, w, D, O, s, u, s', u']
  collect_ne (a b w D O σ s u s' u' : R) : a * s + b * u + 0 * s' + w * u' + (a * D + O + w * (σ + D)) =
      a * (s + D) + b * u + O + w * (u' + σ + D) := by ring [a, b, w, D, O, σ, s, u, s', u']
  two_le {e A B : Nat} {D : R} (hD : ofNat R A - ofNat R B ≤ D) :
      ofNat R (e + A) - ofNat R (S.origin + B) ≤ S.margin R e + D := by
    unfold Scale.margin
    rw [ofNat_add, ofNat_add]
    exact le_of_linear hD (by ring [ofNat R e, ofNat R A, ofNat R S.origin, ofNat R B, D])
  three_le {e A B T : Nat} {D x : R} (hD : ofNat R A - ofNat R B ≤ D) (hT : S.margin R T ≤ x) :
      ofNat R (e + A + T) - ofNat R (2 * S.origin + B) ≤ S.margin R e + (x + D) := by
    unfold Scale.margin at *
    rw [ofNat_add, ofNat_add, ofNat_add, Nat.two_mul, ofNat_add]
    exact le_of_linear (add_le_add hT hD) (by ring [ofNat R e, ofNat R A, ofNat R T, ofNat R S.origin, ofNat R B, D, x])
  three_le' {e A B T : Nat} {D : R} (hD : ofNat R A - ofNat R B ≤ D) :
      ofNat R (e + T + A) - ofNat R (2 * S.origin + B) ≤ S.margin R e + S.margin R T + D := by
    rw [Nat.add_right_comm, add_assoc]
    exact three_le hD (le_refl _)

end
end Compact
