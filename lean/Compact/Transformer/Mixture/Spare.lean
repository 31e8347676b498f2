prelude
import Compact.Literal
import Compact.Transformer.Mixture.Class
import Compact.Mixture.Grades
import Compact.Transformer.Mixture.Leads
/-!
# What a query and a maximum can spare, and what a token lacks

Numbers from tables and leads, and what they say: `spareAt` of margins with a weight on the maximum, `lackOf` of one token.
-/
namespace Compact

/-- The numbers of one query, packed in lanes of `Tables.bits` bits where there are several. -/
structure Asking where
  /-- Lower bounds of the factors of all tokens. -/
  lows : Nat
  /-- What a strategy makes of these. -/
  extra : Nat
  /-- The weight of the query's own position, of all others, and of the heaviest of these. -/
  own : Nat
  mass : Nat
  heaviest : Nat
  /-- The least weight of `0, 1, ..., n` of the other positions. -/
  low : Nat
  /-- The slack for all maxima. -/
  slack : Nat

namespace Asking

/-- The numbers of the query `q`. -/
noncomputable def of (t : Tables) (f : Nat → Nat) (q : Nat) : Asking where
  lows := nth 0 t.tokenLo q
  extra := f (nth 0 t.tokenLo q)
  own := Nat.mul (readLane t.bits (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  mass := nth 0 t.mass q
  heaviest := readLane t.bits (nth 0 t.high q) 1
  low := nth 0 t.low q
  slack := nth 0 t.slack q

/-- Evaluate the numbers, then go on with them. -/
noncomputable def force {α : Type} (Q : Asking) (k : Asking → α) : α :=
  Nat.literal Q.lows fun lows => Nat.literal Q.extra fun extra => Nat.literal Q.own fun own => Nat.literal Q.mass fun mass =>
  Nat.literal Q.heaviest fun heaviest => Nat.literal Q.low fun low => Nat.literal Q.slack fun slack =>
  k ⟨lows, extra, own, mass, heaviest, low, slack⟩

theorem force_eq {α : Type} (Q : Asking) (k : Asking → α) : Q.force k = k Q := by
  unfold force
  rw [Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq]

/-- Evaluate `n` queries, starting with `q`, then go on with the list. -/
noncomputable def forceFrom {α : Type} (t : Tables) (f : Nat → Nat) (n : Nat) : Nat → (List Asking → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Asking → α) → α) (fun _ k => k [])
    (fun _ ih q k => Nat.force q fun q => (of t f q).force fun Q => ih (Nat.succ q) fun Qs => k (Q :: Qs)) n

theorem forceFrom_eq {α : Type} (t : Tables) (f : Nat → Nat) (n q : Nat) (k : List Asking → α) :
    forceFrom t f n q k = k (List.tabulateFrom q n (of t f)) := by
  induction n generalizing q k with
  | zero => rfl
  | succ n ih =>
    show Nat.force q (fun q => (of t f q).force fun Q => forceFrom t f n (Nat.succ q) fun Qs => k (Q :: Qs)) = _
    rw [Nat.force_eq, force_eq, ih]
    rfl

end Asking

/-- What is left of `U * gain + query` after `U * off + rest`: one more than what can be spared. -/
noncomputable def spareAt (gain off query rest U : Nat) : Nat :=
  Nat.sub (Nat.add (Nat.mul U gain) query) (Nat.add (Nat.mul U off) rest)

/-- What a token with the factor `e` lacks, if its path falls behind by `short`. -/
noncomputable def lackOf (z : Nat) (e direct lead : Nat) : Nat := Nat.mul e (Nat.sub (Nat.add z z) (Nat.add direct lead))

section
variable {R : Type} [ExpField R] {T : Enclosure} {X : Nat → Nat} {width v n m q : Nat} {M : Leads}

/-- What can be spared over each output, in naturals. -/
theorem le_of_spareAt (hM : M.Sound T X width v n m) (hq : q ≤ m) {SL U k : Nat}
    (h : spareAt (T.tokenLo q m * readLane (Leads.bits width) M.self q) (T.tokenLo q m * Leads.zero width)
      (T.tokenLo q q * T.posLo q n * readLane (Leads.bits width) M.own q)
      (T.tokenLo q q * T.posLo q n * Leads.zero width + SL) U = k + 1) {t : Nat} (ht : t < v) (hne : t ≠ m) :
    U * (T.tokenLo q m * T.path X q m t) + T.tokenLo q q * T.posLo q n * T.lane q q n t + SL + (k + 1) ≤
      U * (T.tokenLo q m * T.path X q m m) + T.tokenLo q q * T.posLo q n * T.lane q q n m := by
  have le : k + 1 + (U * (T.tokenLo q m * Leads.zero width) + (T.tokenLo q q * T.posLo q n * Leads.zero width + SL)) ≤
      U * (T.tokenLo q m * readLane (Leads.bits width) M.self q) +
        T.tokenLo q q * T.posLo q n * readLane (Leads.bits width) M.own q := by
    refine Nat.add_le_of_le_sub ?_ (Nat.le_of_eq h.symm)
    exact Nat.le_of_lt (Nat.lt_of_sub_pos (Nat.lt_of_lt_of_le (Nat.zero_lt_succ k) (Nat.le_of_eq h.symm)))
  have self := Nat.mul_le_mul_left U (Nat.mul_le_mul_left (T.tokenLo q m) (hM.self q hq t ht hne))
  have own := Nat.mul_le_mul_left (T.tokenLo q q * T.posLo q n) (hM.own q hq t ht hne)
  refine Nat.le_of_linear (Nat.add_le_add (Nat.add_le_add self own) le) ?_
  exact regroup _ _ _ _ _ _ _ _ _ _ _ _
where
  regroup (U e p p' s z w l l' o SL k : Nat) :
      U * (e * p') + w * l' + (U * (e * (s + p)) + w * (o + l) + (k + (U * (e * z) + (w * z + SL)))) =
        U * (e * p) + w * l + SL + k + (U * (e * (z + p')) + w * (z + l') + (U * (e * s) + w * o)) := by
    ring [U, e, p, p', s, z, w, l, l', o, SL, k]

/-- The class without other tokens passes. -/
theorem passes_of_spareAt (hM : M.Sound T X width v n m) (hq : q ≤ m) {SL U k : Nat}
    (h : spareAt (T.tokenLo q m * readLane (Leads.bits width) M.self q) (T.tokenLo q m * Leads.zero width)
      (T.tokenLo q q * T.posLo q n * readLane (Leads.bits width) M.own q)
      (T.tokenLo q q * T.posLo q n * Leads.zero width + SL) U = k + 1) : T.Passes X v n SL q m U 0 m := fun t ht hne => by
  have le := le_of_spareAt hM hq h ht hne
  unfold Enclosure.mix
  rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero]
  exact Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ k)) le

/-- What can be spared over each output. -/
theorem lt_spared_of_spareAt (hM : M.Sound T X width v n m) (hq : q ≤ m) {SL U k : Nat}
    (h : spareAt (T.tokenLo q m * readLane (Leads.bits width) M.self q) (T.tokenLo q m * Leads.zero width)
      (T.tokenLo q q * T.posLo q n * readLane (Leads.bits width) M.own q)
      (T.tokenLo q q * T.posLo q n * Leads.zero width + SL) U = k + 1) {t : Nat} (ht : t < v) (hne : t ≠ m) :
    ofNat R k < spared R T X n q m SL U t := by
  have all := ofNat_le (R := R) (le_of_spareAt hM hq h ht hne)
  refine lt_of_lt_of_le (ofNat_lt (Nat.lt_succ_self k)) ?_
  unfold spared share queryShare
  rw [ofNat_add _ (k + 1), ofNat_add _ SL, ofNat_add (U * (T.tokenLo q m * T.path X q m t)),
    ofNat_add (U * (T.tokenLo q m * T.path X q m m)), ofNat_mul U, ofNat_mul U] at all
  exact le_of_linear all (regroup' _ _ _ _ _ _ _)
where
  regroup' (u a b c d s k : R) : u * (a - b) + (c - d - s) + (u * b + d + s + k) = k + (u * a + c) := by
    ring [u, a, b, c, d, s, k]

/-- What a token lacks at most, over each output. -/
theorem share_ge_lackOf (hM : M.Sound T X width v n m) (hq : q ≤ m) {s : Nat} (hs : s ≤ m) {t : Nat} (ht : t < v) (hne : t ≠ m) :
    -ofNat R (lackOf (Leads.zero width) (T.tokenLo q s) (readLane (Leads.bits width) M.direct q)
      (readLane (Leads.bits width) M.token s)) ≤ share R T X q m t s := by
  have h := hM.path q s hq hs t ht hne
  have short : T.path X q s t ≤ T.path X q s m + (Leads.zero width + Leads.zero width -
      (readLane (Leads.bits width) M.direct q + readLane (Leads.bits width) M.token s)) := by
    cases Nat.le_total (readLane (Leads.bits width) M.direct q + readLane (Leads.bits width) M.token s)
      (Leads.zero width + Leads.zero width) with
    | inl le =>
      match Nat.exists_eq_add_of_le le with
      | ⟨x, e⟩ =>
        rw [e] at h
        rw [e, Nat.add_sub_cancel_left, Nat.add_comm]
        exact Nat.le_of_add_le_add_left (Nat.le_trans h (Nat.le_of_eq (Nat.add_assoc _ _ _)))
    | inr le => exact Nat.le_trans (Nat.le_of_add_le_add_left (Nat.le_trans (Nat.add_le_add_right le _) h)) (Nat.le_add_right _ _)
  have h := ofNat_le (R := R) (Nat.mul_le_mul_left (T.tokenLo q s) short)
  rw [Nat.mul_add, ofNat_add] at h
  unfold share
  exact le_of_linear h (regroup _ _ _)
where
  regroup (a b c : R) : a - b + b = -c + (a + c) := by ring [a, b, c]

/-- A token takes no more than its level says. -/
theorem takes_of_lack {lack level spare heaviest parts : Nat} {u : R} (hu : -ofNat R lack ≤ u)
    (h : lack * (heaviest * parts) ≤ level * spare) :
    0 ≤ ofNat R level * ofNat R spare + ofNat R heaviest * ofNat R parts * u := by
  have h := ofNat_le (R := R) h
  rw [ofNat_mul, ofNat_mul, ofNat_mul] at h
  have less := mul_le_mul_of_nonneg_left hu (mul_nonneg (ofNat_nonneg (R := R) heaviest) (ofNat_nonneg parts))
  exact le_of_linear (add_le_add h less) (regroup _ _ _ _ _ _)
where
  regroup (l k b p x u : R) : l * k + b * p * u + (x * (b * p) + b * p * -x) = 0 + (l * k + b * p * u) := by
    ring [l, k, b, p, x, u]

end
end Compact
