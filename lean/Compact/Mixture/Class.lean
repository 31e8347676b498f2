prelude
import Compact.Classes.Bound
import Compact.Mixture.Rate
/-!
# Classes of inputs, counted with tokens that fail

`Spares` is what a checker shows of a class: how much the positions that hold the maximum can spare for each unit of weight of the
others, and of each token that it lacks no more of that than its level says.  `atLeast_mixture`: then at least the
number that one power gives (`lowCount`) of its inputs are answered correctly.

Only the least weight that the positions with the maximum may have is looked at, and the class without other tokens:
in between, what can be spared is affine in that weight.
-/
namespace Compact
variable {R : Type} [ExpField R] {T : Enclosure} {X : Nat → Nat} {v n q m : Nat}

/-- A term is at most the sum. -/
theorem le_total_of_lt (f : Nat → Nat) {n i : Nat} (hi : i < n) : f i ≤ total n f := by
  induction n with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ n ih =>
    rw [total_succ]
    match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hi) with
    | .inl hi => exact Nat.le_trans (ih hi) (Nat.le_add_right _ _)
    | .inr e => exact e ▸ Nat.le_add_left _ _

/-- The least weight of one position is at most that of each. -/
theorem lowMass_one_le {ls : List Nat} {p : Nat} (hp : p < ls.length) (T : Nat) : lowMass ls 1 T ≤ ls.getD p 0 := by
  rw [lowMass_eq, sumBy_eq, Nat.one_mul]
  refine Nat.sub_le_of_le_add ?_
  have h : T - ls.getD p 0 ≤ total ls.length fun p => T - ls.getD p 0 := le_total_of_lt (fun p => T - ls.getD p 0) hp
  exact Nat.le_trans (Nat.le_add_of_sub_le h) (Nat.le_of_eq (Nat.add_comm _ _))

/-- The greatest weight of one position is at least that of each. -/
theorem le_highMass_one {ls : List Nat} {p : Nat} (hp : p < ls.length) (T : Nat) :
    ls.getD p 0 ≤ highMass ls (listTotal ls) 1 T := by
  rw [highMass_eq, sumBy_eq, Nat.one_mul]
  refine Nat.le_min_of_le ?_ ?_
  · have h : ls.getD p 0 - T ≤ total ls.length fun p => ls.getD p 0 - T := le_total_of_lt (fun p => ls.getD p 0 - T) hp
    exact Nat.add_comm T _ ▸ Nat.le_add_of_sub_le h
  · show _ ≤ sumBy (fun l => l) ls
    rw [sumBy_eq]
    exact le_total_of_lt (fun p => ls.getD p 0) hp

/-- What is shown of the class with `c` other tokens, which are among `tokens`; `ends` are the least weight of `n - c` positions,
and the least and the greatest of one. -/
structure Spares (R : Type) [ExpField R] (T : Enclosure) (X : Nat → Nat) (v n SL q m c unit spread : Nat)
    (tokens : List Nat) (level : Nat → Nat) : Prop where
  unit_pos : 0 < unit
  /-- The class without other tokens passes. -/
  alone (t : Nat) : t < v → t ≠ m → 0 < ofNat R (T.mass q n) * share R T X q m t m + queryShare R T n q m SL t
  /-- Positions weigh about the same. -/
  alike : ∃ low, ∃ high, spread * highMass (T.posLows q n) (T.mass q n) 1 high ≤ 256 * lowMass (T.posLows q n) 1 low
  /-- For each output there is something to spare, and the tokens lack no more of it than their levels say. -/
  spare : ∃ low, ∀ t, t < v → t ≠ m → ∃ β : R, 0 ≤ β ∧
    ofNat R (T.mass q n - lowMass (T.posLows q n) (n - c) low) * β <
      ofNat R (lowMass (T.posLows q n) (n - c) low) * share R T X q m t m + queryShare R T n q m SL t ∧
    ∀ s, s ∈ tokens → 0 ≤ ofNat R (rate unit spread (level s)) * β + ofNat R (rateUnit unit) * share R T X q m t s

section
variable {SL c unit spread : Nat} {tokens y : List Nat} {level : Nat → Nat}

/-- The margins of the tables, for an input whose levels add up to little. -/
theorem Spares.sum_pos (h : Spares R T X v n SL q m c unit spread tokens level) (lt : ∀ s, s ∈ tokens → s < m)
    (hy : y ∈ words m tokens n c) (hlevel : levelSum m level y ≤ c * unit) {t : Nat} (ht : t < v) (hne : t ≠ m) :
    0 < (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token (y ++ [q]) p))
      + queryShare R T n q m SL t := by
  have hlen := length_of_mem_words hy
  have hcount := countOther_of_mem_words (fun hm => Nat.lt_irrefl m (lt m hm)) hy
  have len : (T.posLows q n).length = y.length := (length_entries _ n _).trans hlen.symm
  have e : (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token (y ++ [q]) p)) =
      sum y.length fun p => ofNat R ((T.posLows q n).getD p 0) * share R T X q m t (token y p) := by
    rw [hlen]
    refine sum_congr fun p hp => ?_
    rw [token_append (hlen.symm ▸ hp)]
    exact congrArg (fun l => ofNat R l * _) (getD_entries _ _ hp).symm
  rw [e]
  match h.alike, h.spare with
  | ⟨low₁, high₁, alike⟩, ⟨low, spare⟩ =>
    match spare t ht hne with
    | ⟨β, hβ, atLow, lacks⟩ =>
      have total_eq : (total y.length fun p => (T.posLows q n).getD p 0) = T.mass q n := by
        rw [← len]; exact (sumBy_eq (fun l => l) _).symm
      have hL := lowMass_le_massNat len m low
      rw [hlen, hcount] at hL
      have hF : massNat (fun p => (T.posLows q n).getD p 0) m y ≤ T.mass q n := total_eq ▸ massNat_le_total _ m y
      -- what is spared at the actual weight of the positions that hold the maximum
      have between : 0 < ofNat R (massNat (fun p => (T.posLows q n).getD p 0) m y) * share R T X q m t m +
          (ofNat R (T.mass q n) - ofNat R (massNat (fun p => (T.posLows q n).getD p 0) m y)) * -β +
          queryShare R T n q m SL t := by
        refine affine_pos (ofNat_le hL) (ofNat_le hF) ?_ ?_
        · rw [← ofNat_sub (Nat.le_trans hL hF)]
          exact lt_of_linear atLow (move _ _ _ _)
        · rw [sub_self, zero_mul, add_zero]
          exact h.alone t ht hne
      have other_eq : massOther m y (fun p => ofNat R ((T.posLows q n).getD p 0)) =
          ofNat R (T.mass q n) - ofNat R (massNat (fun p => (T.posLows q n).getD p 0) m y) := by
        rw [massOther_eq, ← ofNat_total, total_eq, ofNat_massNat]
      refine mixture (m := m) (d := ofNat R (rateUnit unit)) (r := fun s => ofNat R (rate unit spread (level s))) (β := β)
        (fun p _ => ofNat_nonneg _) (ofNat_pos (Nat.mul_pos (Nat.zero_lt_succ 255) h.unit_pos)) hβ ?_ (fun s hs hsm => ?_) ?_
      · rw [other_eq, ← ofNat_massNat]
        exact lt_of_linear between (move' _ _ _ _ _)
      · exact lacks s ((letter_of_mem_words hy s hs).elim (absurd · hsm) id)
      · have mean := mean_le (m := m) (y := y) (l := fun p => (T.posLows q n).getD p 0) (level := level) (unit := unit)
          (fun p hp => lowMass_one_le (len.symm ▸ hp) low₁) (fun p hp => le_highMass_one (len.symm ▸ hp) high₁) alike
          (hcount.symm ▸ hlevel)
        have mean := ofNat_le (R := R) mean
        rw [ofNat_mul, totalOther_ofNat, totalOther_ofNat] at mean
        refine le_trans (le_of_eq ?_) mean
        refine sum_congr fun p _ => ?_
        by_cases e : token y p = m
        case pos => rw [ite_eq_left e, ite_eq_left e]
        case neg => rw [ite_eq_right e, ite_eq_right e]; exact (ofNat_mul _ _).symm
where
  move (a b c d : R) : b + a * -c + d + a * c = 0 + (b + d) := by ring [a, b, c, d]
  move' (u a f β s : R) : u * a + s + 0 = (f - u) * β + (u * a + (f - u) * -β + s) := by ring [u, a, f, β, s]
  totalOther_ofNat {m : Nat} {y : List Nat} {g : Nat → Nat} :
      ofNat R (totalOther m y g) = sumOther m y fun p => ofNat R (g p) := by
    refine (ofNat_total _ _).trans (sum_congr fun p _ => ?_)
    by_cases e : token y p = m
    case pos => rw [ite_eq_left e, ite_eq_left e]; rfl
    case neg => rw [ite_eq_right e, ite_eq_right e]

/-- The inputs of a class whose levels add up to little are answered correctly, and counted. -/
theorem atLeast_mixture {w : Weights} {params : Params} (hw : w.WellFormed)
    (hT : T = Enclosure.of w params (Circuits.of w)) (narrow : T.narrow params.width = true) (hn : w.n_ctx = n + 1)
    (hm : m < w.d_vocab) (hq : q ≤ m) (hc : c < classes n q m) (hX : T.NoBetter X w.d_vocab n m) {S : Nat}
    (hS : T.SlackLe (3 * 2 ^ params.width) n q m S) (nodup : tokens.Nodup) (lt : ∀ s, s ∈ tokens → s < m) {B N : Nat}
    (hB : (w.d_vocab + 1) ^ n < B) (hlen : tokens.length ≤ w.d_vocab) (hN : N = powerSum B level tokens)
    (h : Spares R T X w.d_vocab n (T.totalSlack (3 * 2 ^ params.width) n q S) q m c unit spread tokens level) :
    AtLeast (lowCount B (c * unit) (binom n c * N ^ c)) fun y =>
      (Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c := by
  refine atLeast_lowWords nodup (fun hm => Nat.lt_irrefl m (lt m hm)) (Nat.lt_of_le_of_lt ?_ hB) hN fun y hy hlevel =>
    ⟨?_, maximum_append_query lt hq hc hy⟩
  · exact Nat.pow_le_pow_left (Nat.succ_le_succ hlen) n
  · exact correct_of_pos hw hT narrow hn hm hq hc hX hS lt hy fun t ht hne => h.sum_pos lt hy hlevel ht hne

end
end Compact
