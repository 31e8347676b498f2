prelude
import Compact.Transformer.Mixture.Class
import Compact.Ring.Nat
/-!
# Quartic: what can be spared, rounded

The arithmetic behind a sheet, on naturals: rows of what is spared are rounded down (`spared_nat`), and a token takes no more than its
level says if the comparison with rounded parts says so (`takes_nat`).
-/
namespace Compact
namespace Sheet

/-- A truncated difference, put together again. -/
theorem sub_add_swap (a b : Nat) : b + (a - b) = a + (b - a) := by
  cases Nat.le_total a b with
  | inl h => rw [Nat.sub_eq_zero_of_le h, Nat.add_zero, Nat.add_sub_of_le h]
  | inr h => rw [Nat.sub_eq_zero_of_le h, Nat.add_zero, Nat.add_sub_of_le h]

/-- A number is less than one more than its quotient, times the divisor. -/
theorem lt_succ_div_mul (x z : Nat) : x < 2 ^ z * (x / 2 ^ z + 1) := by
  have h := Nat.mod_add_div x (2 ^ z)
  have lt := Nat.mod_lt x (Nat.two_pow_pos z)
  refine Nat.lt_of_le_of_lt (Nat.le_of_eq h.symm) ?_
  rw [Nat.mul_add, Nat.mul_one, Nat.add_comm]
  exact Nat.add_lt_add_left lt _

/-- What is spared, rounded down: `p` and `l` are the paths of the maximum and of the query's own position, at the maximum and at another output. -/
theorem spared_nat {u most own slack z A k p p' l l' : Nat} (hA : 2 ^ z * A ≤ u) (hu : u ≤ most)
    (h : k + ((most / 2 ^ z + 1) * (p' - p) + (own / 2 ^ z + 1) * (l' - l) + (slack / 2 ^ z + 1)) ≤
      A * (p - p') + own / 2 ^ z * (l - l')) :
    u * p' + own * l' + slack + (2 ^ z * k + 1) ≤ u * p + own * l := by
  have up : u * (p' - p) ≤ 2 ^ z * ((most / 2 ^ z + 1) * (p' - p)) := by
    rw [← Nat.mul_assoc]
    exact Nat.mul_le_mul_right _ (Nat.le_trans hu (Nat.le_of_lt (lt_succ_div_mul most z)))
  have ownUp : own * (l' - l) ≤ 2 ^ z * ((own / 2 ^ z + 1) * (l' - l)) := by
    rw [← Nat.mul_assoc]
    exact Nat.mul_le_mul_right _ (Nat.le_of_lt (lt_succ_div_mul own z))
  have lost : slack + 1 ≤ 2 ^ z * (slack / 2 ^ z + 1) := lt_succ_div_mul slack z
  have gained : 2 ^ z * (A * (p - p')) ≤ u * (p - p') := by
    rw [← Nat.mul_assoc]
    exact Nat.mul_le_mul_right _ hA
  have ownGained : 2 ^ z * (own / 2 ^ z * (l - l')) ≤ own * (l - l') := by
    rw [← Nat.mul_assoc]
    exact Nat.mul_le_mul_right _ (Nat.mul_div_le own (2 ^ z))
  have all := Nat.mul_le_mul_left (2 ^ z) h
  rw [Nat.mul_add, Nat.mul_add, Nat.mul_add, Nat.mul_add (2 ^ z) (A * _)] at all
  have e : u * p' + u * (p - p') = u * p + u * (p' - p) := by rw [← Nat.mul_add, ← Nat.mul_add, sub_add_swap]
  have e' : own * l' + own * (l - l') = own * l + own * (l' - l) := by rw [← Nat.mul_add, ← Nat.mul_add, sub_add_swap]
  refine Nat.le_of_add_le_add_right (k := u * (p' - p) + own * (l' - l)) ?_
  refine Nat.le_trans (m := (u * p' + own * l') + (2 ^ z * k + (2 ^ z * ((most / 2 ^ z + 1) * (p' - p)) +
    2 ^ z * ((own / 2 ^ z + 1) * (l' - l)) + 2 ^ z * (slack / 2 ^ z + 1)))) ?_ ?_
  · refine Nat.le_trans (Nat.le_of_eq (regroup _ _ _ _ _ _)) (Nat.add_le_add_left (Nat.add_le_add_left ?_ _) _)
    exact Nat.add_le_add (Nat.add_le_add up ownUp) lost
  · refine Nat.le_trans (Nat.add_le_add_left (Nat.le_trans all (Nat.add_le_add gained ownGained)) _) (Nat.le_of_eq ?_)
    rw [Nat.add_add_add_comm, e, e', Nat.add_add_add_comm]
where
  regroup (a b s k c d : Nat) : a + b + s + (k + 1) + (c + d) = a + b + (k + (c + d + (s + 1))) := by ring [a, b, s, k, c, d]

/-- A token takes no more than its level says: `e` is its factor, `b` the heaviest weight, `I` one part over both. -/
theorem takes_nat {level I b e z r parts k p p' C g : Nat} (hI : I * (b * e) ≤ 2 ^ (z + r)) (hg : g + p' = C + p)
    (h : parts * 2 ^ r * C ≤ parts * 2 ^ r * g + level * I * k) :
    b * parts * (e * p') ≤ level * (2 ^ z * k) + b * parts * (e * p) := by
  have h : parts * 2 ^ r * p' ≤ parts * 2 ^ r * p + level * I * k := by
    refine Nat.le_of_add_le_add_left (k := parts * 2 ^ r * C) ?_
    refine Nat.le_trans (Nat.add_le_add_right h _) (Nat.le_of_eq ?_)
    rw [Nat.add_right_comm, ← Nat.mul_add, hg, Nat.mul_add, Nat.add_assoc]
  refine Nat.le_of_mul_le_mul_left (c := 2 ^ r) ?_ (Nat.two_pow_pos r)
  have part : b * e * (level * I * k) ≤ level * k * 2 ^ (z + r) := by
    refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.mul_le_mul_left (level * k) hI)
    ring [b, e, level, I, k]
  refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.le_trans (Nat.mul_le_mul_left (b * e) h) ?_)
  · ring [b, e, parts, p', 2 ^ r]
  · rw [Nat.mul_add]
    refine Nat.le_trans (Nat.add_le_add_left part _) (Nat.le_of_eq ?_)
    rw [Nat.pow_add]
    ring [b, e, parts, p, 2 ^ r, 2 ^ z, level, k]

variable {R : Type} [ExpField R] {T : Enclosure} {X : Nat → Nat} {v n q m : Nat}

/-- What can be spared over one output, from naturals. -/
theorem lt_spared_of_le {SL U k t : Nat} (h : U * T.tokenLo q m * T.path X q m t + T.tokenLo q q * T.posLo q n * T.lane q q n t + SL + (k + 1) ≤
      U * T.tokenLo q m * T.path X q m m + T.tokenLo q q * T.posLo q n * T.lane q q n m) :
    ofNat R k < spared R T X n q m SL U t := by
  have all := ofNat_le (R := R) h
  refine lt_of_lt_of_le (ofNat_lt (Nat.lt_succ_self k)) ?_
  unfold spared share queryShare
  rw [Nat.mul_assoc U, Nat.mul_assoc U, ofNat_add _ (k + 1), ofNat_add _ SL, ofNat_add (U * (T.tokenLo q m * T.path X q m t)),
    ofNat_add (U * (T.tokenLo q m * T.path X q m m)), ofNat_mul U, ofNat_mul U] at all
  exact le_of_linear all (regroup _ _ _ _ _ _ _)
where
  regroup (u a b c d s k : R) : u * (a - b) + (c - d - s) + (u * b + d + s + k) = k + (u * a + c) := by
    ring [u, a, b, c, d, s, k]

/-- What a token takes of one output, from naturals. -/
theorem lacks_of_le {level κ b parts s t : Nat} (h : b * parts * (T.tokenLo q s * T.path X q s t) ≤
      level * κ + b * parts * (T.tokenLo q s * T.path X q s m)) :
    0 ≤ ofNat R level * ofNat R κ + ofNat R b * ofNat R parts * share R T X q m t s := by
  have all := ofNat_le (R := R) h
  unfold share
  rw [ofNat_add, ofNat_mul level, ofNat_mul (b * parts), ofNat_mul (b * parts), ofNat_mul b] at all
  exact le_of_linear all (regroup _ _ _ _)
where
  regroup (l b x y : R) : l + b * (x - y) + b * y = 0 + (l + b * x) := by ring [l, b, x, y]

end Sheet
end Compact
