prelude
import Compact.Transformer.Apart.Pair
import Compact.Transformer.Mixture.Count
/-!
# Counting one query and one maximum, with tokens' own outputs apart

`counted` is written with numbers only, for the kernel; `atLeast_counted` is its soundness.
-/
namespace Compact
namespace Apart
noncomputable section

/-- The inputs of the classes with `1, ..., last` other tokens, if `N` adds up a power for each token. -/
def classesOf (base parts : Nat) (binoms : List Nat) (last N : Nat) : Nat :=
  Nat.succ (total last fun i => lowCount base parts (Nat.mul (nth 0 binoms (Nat.succ i)) (Nat.pow N (Nat.succ i))))

/-- A power for each token, if one more than `spare` can be spared; 0 if it is too little, or lanes are too narrow. -/
def gradesAt (bits base leadBits leadBase countBits parts z whole m one cut tokens direct lead selfReach ownReach self own column off lows weight query
    spare : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun p _ => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.mul (Nat.pow 2 countBits)
    (gradesFrom bits base leadBits leadBase countBits parts (Nat.succ p) (Nat.sub (Nat.add z z) lead) off m lows tokens (Nat.add column direct)
      (spareRow (Nat.succ p) (Nat.div weight whole) (Nat.div query whole) selfReach ownReach one cut self own)))
    (Nat.sub base (Nat.add (Nat.succ p) (Nat.add (Nat.mul (Nat.div weight whole) selfReach) (Nat.mul (Nat.div query whole) ownReach)))))
    (Nat.div spare whole)

/-- The inputs counted for the query `q` and the maximum `m`: leads of both, rows of the maximum, and what is known of the query. -/
def counted (bits base leadBits leadBase z n countBits parts : Nat) (binoms : List Nat) (m tokens lead ownLead selfLead through column off one cut q
    lows own mass heaviest low slack direct path : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun all _ => Nat.force (Nat.rec (motive := fun _ => Nat) 0
      (fun spare _ => gradesAt bits base leadBits leadBase countBits parts z (Nat.mul heaviest parts) m one cut tokens direct lead
        (reach z (readLane bits (Nat.add direct through) m) selfLead) (reach z (readLane bits path m) ownLead) (Nat.add direct through) path column
        (Nat.add off (readLane bits direct m)) lows (Nat.mul (readLane bits low (Nat.sub n (Nat.pred (classes n q m)))) (readLane bits lows m)) own spare)
      (Nat.sub (Nat.succ all) (Nat.sub (Nat.succ all) (spareAt (Nat.mul (readLane bits lows m) selfLead) (Nat.mul (readLane bits lows m) z)
        (Nat.mul own ownLead) (Nat.add (Nat.mul own z) (readLane bits slack m)) (readLane bits low (Nat.sub n (Nat.pred (classes n q m))))))))
      fun N => classesOf (Nat.pow 2 countBits) parts binoms (Nat.pred (classes n q m)) N)
    (spareAt (Nat.mul (readLane bits lows m) selfLead) (Nat.mul (readLane bits lows m) z) (Nat.mul own ownLead)
      (Nat.add (Nat.mul own z) (readLane bits slack m)) mass)

end

theorem rec_cases (k : Nat) (f : Nat → Nat) : Nat.rec (motive := fun _ => Nat) 0 (fun p _ => f p) k = 0 ∨
    ∃ p, k = p + 1 ∧ Nat.rec (motive := fun _ => Nat) 0 (fun p _ => f p) k = f p := by
  cases k with
  | zero => exact Or.inl rfl
  | succ p => exact Or.inr ⟨p, rfl, rfl⟩

/-- It is 0, or something may be taken for each level and fits its lane. -/
theorem gradesAt_cases (bits base leadBits leadBase countBits parts z whole m one cut tokens direct lead selfReach ownReach self own column off lows weight query
    spare : Nat) :
    gradesAt bits base leadBits leadBase countBits parts z whole m one cut tokens direct lead selfReach ownReach self own column off lows weight query spare = 0 ∨
    ∃ p, spare / whole = p + 1 ∧ p + 1 + (weight / whole * selfReach + query / whole * ownReach) < base ∧
      gradesAt bits base leadBits leadBase countBits parts z whole m one cut tokens direct lead selfReach ownReach self own column off lows weight query spare =
        2 ^ countBits * gradesFrom bits base leadBits leadBase countBits parts (p + 1) (z + z - lead) off m lows tokens (column + direct)
          (spareRow (p + 1) (weight / whole) (query / whole) selfReach ownReach one cut self own) := by
  match rec_cases (spare / whole) (fun p => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => 2 ^ countBits *
      gradesFrom bits base leadBits leadBase countBits parts (p + 1) (z + z - lead) off m lows tokens (column + direct)
        (spareRow (p + 1) (weight / whole) (query / whole) selfReach ownReach one cut self own))
      (base - (p + 1 + (weight / whole * selfReach + query / whole * ownReach)))) with
  | .inl h => exact Or.inl h
  | .inr ⟨p, hp, e⟩ =>
    match rec_cases (base - (p + 1 + (weight / whole * selfReach + query / whole * ownReach))) (fun _ => 2 ^ countBits *
      gradesFrom bits base leadBits leadBase countBits parts (p + 1) (z + z - lead) off m lows tokens (column + direct)
        (spareRow (p + 1) (weight / whole) (query / whole) selfReach ownReach one cut self own)) with
    | .inl h => exact Or.inl (e.trans h)
    | .inr ⟨room, hr, e'⟩ =>
      exact Or.inr ⟨p, hp, Nat.lt_of_sub_pos (Nat.lt_of_lt_of_le (Nat.zero_lt_succ room) (Nat.le_of_eq hr.symm)), e.trans e'⟩

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {t : Tables} {T : Enclosure} {X : Nat → Nat} {prec q m S : Nat} {M : Leads}

/-- What a token lacks at its own output. -/
theorem own_short {D K x Dm Km xm w r a : Nat} (hr : r + Km = K + w) (ha : a = r + x + D) :
    D + K + x ≤ Dm + Km + xm + (a - (w + xm + Dm)) := by
  have le : a ≤ w + xm + Dm + (a - (w + xm + Dm)) := Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _))
  have e : a + Km = D + K + x + w := by
    rw [ha]
    have : r + x + D + Km = r + Km + (x + D) := by ring [r, x, D, Km]
    rw [this, hr]
    ring [K, w, x, D]
  refine Nat.le_of_add_le_add_right (k := w) ?_
  rw [← e]
  refine Nat.le_trans (Nat.add_le_add_right le Km) (Nat.le_of_eq ?_)
  generalize a - (w + xm + Dm) = d
  ring [w, xm, Dm, d, Km]

/-- What is known of the number of a pair. -/
structure Graded (R : Type) [ExpField R] (T : Enclosure) (X : Nat → Nat) (v n SL q m heaviest parts power last N : Nat) : Prop where
  spares : N = 0 ∨ ∃ tokens : List Nat, ∃ level : Nat → Nat, ∃ J, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m) ∧
    N = powerSum power level tokens + power ^ (parts + 1) * J ∧
    ∀ c, 0 < c → c ≤ last → Spares R T X v n SL q m c heaviest parts tokens level

/-- Classes are counted rightly. -/
theorem atLeast_classesOf (K : PairKnown R P prec t.width t.v T X t.n q m S) {heaviest parts countBits last N : Nat}
    (hlast : Nat.succ last = classes t.n q m) (hB : t.v ^ t.n < 2 ^ countBits)
    (alone : T.Passes X t.v t.n (T.totalSlack (3 * 2 ^ t.width) t.n q S) q m (T.mass q t.n) 0 m)
    (h : Graded R T X t.v t.n (T.totalSlack (3 * 2 ^ t.width) t.n q S) q m heaviest parts (2 ^ countBits) last N) :
    AtLeast (classesOf (2 ^ countBits) parts (binoms t.n (t.n + 1) 0) last N) fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  refine AtLeast.weaken (Nat.le_of_eq (Mixture.succ_total last _)) (AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left)
    (AtLeast.total (n := last + 1) (f := fun c => Nat.rec (motive := fun _ => Nat) 1 (fun i _ => lowCount (2 ^ countBits) parts
      (Nat.mul (nth 0 (binoms t.n (t.n + 1) 0) (Nat.succ i)) (Nat.pow N (Nat.succ i)))) c) (countOther m) fun c hc => ?_)))
  cases c with
  | zero => exact K.atLeast_alone (hlast ▸ Nat.zero_lt_succ last) alone
  | succ i =>
    show AtLeast (lowCount (2 ^ countBits) parts (nth 0 (binoms t.n (t.n + 1) 0) (i + 1) * N ^ (i + 1))) _
    have hi : i + 1 < classes t.n q m := hlast ▸ hc
    match h.spares with
    | .inl zero =>
      refine AtLeast.weaken (Nat.le_of_eq ?_) AtLeast.zero
      rw [zero]
      show lowCount _ _ (_ * (0 ^ i * 0)) = 0
      rw [Nat.mul_zero, Nat.mul_zero]
      show 0 % _ % _ = 0
      rw [Nat.zero_mod, Nat.zero_mod]
    | .inr ⟨tokens, level, J, nodup, lt, e, spares⟩ =>
      rw [e, lowCount_split, nth_eq, getD_binoms t.n 0 (Nat.lt_succ_of_le (le_of_lt_classes hi)), Nat.zero_add]
      exact K.atLeast_mixture hi nodup lt (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left
        (Nat.le_trans (Nat.succ_le_succ (length_le_of_lt nodup lt)) K.m_lt) t.n) hB) rfl (spares (i + 1) (Nat.zero_lt_succ i) (Nat.le_of_lt_succ hc))

end
end Apart
end Compact
