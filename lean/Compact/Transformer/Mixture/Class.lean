prelude
import Compact.Transformer.Classes.Bound
import Compact.Mixture.Average
/-!
# Classes of inputs, counted with tokens that fail

`Spares` is what a checker shows of a class: that the positions with the maximum, and the query, have something to spare
over each other output, and how many parts of it each token takes.  `atLeast_mixture`: then at least the number that
one power gives (`lowCount`) of its inputs are answered correctly.

Of the weight of the positions that hold the maximum, only two values are looked at: the least that it may be, and
that of all positions.  In between, what can be spared is affine in it.
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

/-- What the positions with the maximum and the query contribute to the margin over `t`, if the former weigh `U`. -/
def spared (R : Type) [ExpField R] (T : Enclosure) (X : Nat → Nat) (n q m SL U t : Nat) : R :=
  ofNat R U * share R T X q m t m + queryShare R T n q m SL t

/-- What is shown of the class with `c` other tokens, all of them among `tokens`; no position weighs more than `b`. -/
structure Spares (R : Type) [ExpField R] (T : Enclosure) (X : Nat → Nat) (v n SL q m c b parts : Nat)
    (tokens : List Nat) (level : Nat → Nat) : Prop where
  parts_pos : 0 < parts
  heaviest : ∃ high, b = highMass (T.posLows q n) (T.mass q n) 1 high
  spare : ∃ low, ∀ t, t < v → t ≠ m → ∃ κ : R, 0 ≤ κ ∧
    κ < spared R T X n q m SL (lowMass (T.posLows q n) (n - c) low) t ∧ κ < spared R T X n q m SL (T.mass q n) t ∧
    ∀ s, s ∈ tokens → 0 ≤ ofNat R (level s) * κ + ofNat R b * ofNat R parts * share R T X q m t s

section
variable {SL c b parts : Nat} {tokens y : List Nat} {level : Nat → Nat}

/-- The margins of the tables, for an input whose levels add up to no more than all parts. -/
theorem Spares.sum_pos (h : Spares R T X v n SL q m c b parts tokens level) (lt : ∀ s, s ∈ tokens → s < m)
    (hy : y ∈ words m tokens n c) (hlevel : levelSum m level y ≤ parts) {t : Nat} (ht : t < v) (hne : t ≠ m) :
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
  match h.heaviest, h.spare with
  | ⟨high, heaviest⟩, ⟨low, spare⟩ =>
    match spare t ht hne with
    | ⟨κ, hκ, atLow, atAll, lacks⟩ =>
      have total_eq : (total y.length fun p => (T.posLows q n).getD p 0) = T.mass q n := by
        rw [← len]; exact (sumBy_eq (fun l => l) _).symm
      have hL := lowMass_le_massNat len m low
      rw [hlen, hcount] at hL
      have hF : massNat (fun p => (T.posLows q n).getD p 0) m y ≤ T.mass q n := total_eq ▸ massNat_le_total _ m y
      have between := affine_pos (F := 0) (b := 0) (C := queryShare R T n q m SL t - κ) (ofNat_le (R := R) hL)
        (ofNat_le hF) (lt_of_linear atLow (move _ _ _ _)) (lt_of_linear atAll (move _ _ _ _))
      refine mixture (m := m) (level := level) (parts := parts) (b := ofNat R b) (κ := κ) h.parts_pos (fun p hp =>
        ⟨ofNat_nonneg _, ofNat_le ?_⟩) hκ ?_ (fun s hs hsm => ?_) hlevel
      · rw [heaviest]
        exact le_highMass_one (len.symm ▸ hp) high
      · rw [← ofNat_massNat]
        exact lt_of_linear between (move' _ _ _ _)
      · exact lacks s ((letter_of_mem_words hy s hs).elim (absurd · hsm) id)
where
  move (u a s κ : R) : u * a + (0 - u) * 0 + (s - κ) + κ = 0 + (u * a + s) := by ring [u, a, s, κ]
  move' (u a s κ : R) : u * a + s + 0 = κ + (u * a + (0 - u) * 0 + (s - κ)) := by ring [u, a, s, κ]

end

/-- What is known of tables, a query and a maximum when inputs with the property `P` are counted. -/
structure PairKnown (R : Type) [ExpField R] (P : List Nat → Prop) (prec width v : Nat) (T : Enclosure) (X : Nat → Nat) (n q m S : Nat) :
    Prop where
  judges : T.Judges R prec v n m P
  narrow : T.narrow width = true
  m_lt : m < v
  q_le : q ≤ m
  noBetter : T.NoBetter X v n m
  slackLe : T.SlackLe (3 * 2 ^ width) n q m S

/-- What is known when correct answers of a model are counted. -/
theorem PairKnown.of_model (R : Type) [ExpField R] {w : Weights} {params : Params} {S : Nat} (hw : w.WellFormed)
    (hT : T = Enclosure.of w params (Circuits.of w)) (narrow : T.narrow params.width = true) (hn : w.n_ctx = n + 1)
    (hm : m < w.d_vocab) (hq : q ≤ m) (hX : T.NoBetter X w.d_vocab n m) (hS : T.SlackLe (3 * 2 ^ params.width) n q m S) :
    PairKnown R (Correct R w) params.prec params.width w.d_vocab T X n q m S :=
  ⟨hT ▸ hw.judges params hn, narrow, hm, hq, hX, hS⟩

section
variable {P : List Nat → Prop} {prec width S c b parts : Nat} {tokens : List Nat} {level : Nat → Nat}

/-- The inputs of a class whose levels add up to no more than all parts have the property. -/
theorem PairKnown.mixture_right (K : PairKnown R P prec width v T X n q m S) (hc : c < classes n q m)
    (lt : ∀ s, s ∈ tokens → s < m) (h : Spares R T X v n (T.totalSlack (3 * 2 ^ width) n q S) q m c b parts tokens level)
    {y : List Nat} (hy : y ∈ words m tokens n c) (hlevel : levelSum m level y ≤ parts) : P (y ++ [q]) ∧ maximum (y ++ [q]) = m :=
  ⟨judged_of_pos K.judges K.narrow K.m_lt K.q_le hc K.noBetter K.slackLe lt hy
    fun _ ht hne => h.sum_pos lt hy hlevel ht hne, maximum_append_query lt K.q_le hc hy⟩

/-- So does the input of the class without other tokens. -/
theorem PairKnown.alone_right (K : PairKnown R P prec width v T X n q m S) (hc : 0 < classes n q m)
    (h : T.Passes X v n (T.totalSlack (3 * 2 ^ width) n q S) q m (T.mass q n) 0 m) {y : List Nat} (hy : y ∈ words m [] n 0) :
    P (y ++ [q]) ∧ maximum (y ++ [q]) = m :=
  have none : ∀ s, s ∈ ([] : List Nat) → s < m := fun _ h => nomatch h
  ⟨judged_of_pos K.judges K.narrow K.m_lt K.q_le hc K.noBetter K.slackLe none hy fun _ ht hne =>
    sum_pos_of_class ⟨fun _ => h, fun h => absurd h (Nat.lt_irrefl 0)⟩ none hy ht hne,
    maximum_append_query none K.q_le hc hy⟩

/-- The inputs of a class whose levels add up to no more than all parts have the property, and are counted. -/
theorem PairKnown.atLeast_mixture (K : PairKnown R P prec width v T X n q m S) (hc : c < classes n q m) (nodup : tokens.Nodup)
    (lt : ∀ s, s ∈ tokens → s < m) {B N : Nat} (hB : (tokens.length + 1) ^ n < B) (hN : N = powerSum B level tokens)
    (h : Spares R T X v n (T.totalSlack (3 * 2 ^ width) n q S) q m c b parts tokens level) :
    AtLeast (lowCount B parts (binom n c * N ^ c)) fun y =>
      (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c :=
  atLeast_lowWords nodup (fun hm => Nat.lt_irrefl m (lt m hm)) hB hN fun _ hy hlevel => K.mixture_right hc lt h hy hlevel

/-- The input of the class without other tokens. -/
theorem PairKnown.atLeast_alone (K : PairKnown R P prec width v T X n q m S) (hc : 0 < classes n q m)
    (h : T.Passes X v n (T.totalSlack (3 * 2 ^ width) n q S) q m (T.mass q n) 0 m) :
    AtLeast 1 fun y => (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = 0 := by
  have one := AtLeast.words (P := fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) (size := 0) (n := n) (c := 0)
    (m := m) List.nodup_nil (fun h => nomatch h) (Nat.le_refl 0) fun _ hy => K.alone_right hc h hy
  exact one

end
end Compact
