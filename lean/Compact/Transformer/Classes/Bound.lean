prelude
import Compact.Averaging.Margin
import Compact.Transformer.Classes.Mix
import Compact.Counting.Classes
import Compact.Transformer.Classes.Judges
import Compact.Transformer.Enclosure.Narrow
/-!
# The class theorem

`class_sound`: if the mixtures of a class pass, every input of the class is answered correctly.  Of an input with
`c` positions that do not hold the maximum only two bounds on the weight of the others are used (from any two
thresholds), and each of its tokens is tested alone.
-/
namespace Compact
variable {R : Type} [ExpField R] {T : Enclosure} {X : Nat → Nat} {v n q m : Nat}

section lowerBound
variable {V : View R} {prec B S : Nat}

/-- The margin of `m` over `t` that a position holding `k` contributes, over its position's factor. -/
def share (R : Type) [ExpField R] (T : Enclosure) (X : Nat → Nat) (q m t k : Nat) : R :=
  ofNat R (T.tokenLo q k * T.path X q k m) - ofNat R (T.tokenLo q k * T.path X q k t)

/-- The margin that the query's own position contributes, less the slack `SL`. -/
def queryShare (R : Type) [ExpField R] (T : Enclosure) (n q m SL t : Nat) : R :=
  ofNat R (T.tokenLo q q * T.posLo q n * T.lane q q n m) - ofNat R (T.tokenLo q q * T.posLo q n * T.lane q q n t)
    - ofNat R SL

/-- A position's row may be replaced by one that is no better. -/
theorem share_le {k p t : Nat} (hX : T.NoBetter X v n m) (hp : p < n) (ht : t < v) :
    ofNat R (T.posLo q p) * share R T X q m t k ≤
      ofNat R ((T.factor q k p).1 * T.lane q k p m) - ofNat R ((T.factor q k p).1 * T.lane q k p t) := by
  have h : T.posLo q p * (T.tokenLo q k * T.path X q k m) + (T.factor q k p).1 * T.lane q k p t ≤
      (T.factor q k p).1 * T.lane q k p m + T.posLo q p * (T.tokenLo q k * T.path X q k t) :=
    nat_le _ _ _ _ _ _ _ _ _ _ (hX p hp t ht)
  have h := ofNat_le (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_mul (T.posLo q p), ofNat_mul (T.posLo q p)] at h
  unfold share
  exact regroup _ _ _ _ _ h
where
  nat_le (e l d x a d' x' b g h : Nat) (hX : b + x ≤ a + x') :
      l * (e * (d + g + x)) + e * l * (d' + h + b) ≤ e * l * (d + g + a) + l * (e * (d' + h + x')) :=
    Nat.le_of_linear (Nat.mul_le_mul_left (e * l) hX) (by ring [e, l, d, x, a, d', x', b, g, h])
  regroup (l y z a b : R) (h : l * y + b ≤ a + l * z) : l * (y - z) ≤ a - b :=
    le_of_linear h (by ring [l, y, z, a, b])

/-- The true margin is at least what the tables say. -/
theorem margin_ge (hV : V.Fits T prec v (n + 1) q) (hX : T.NoBetter X v n m) (hB : ∀ k p t, T.lane q k p t ≤ B)
    (hS : T.SlackLe B n q m S) (hm : m < v) (hq : q < v) {x : List Nat} (hx : ∀ p, p < n → token x p ≤ m)
    (hlast : token x n = q) {t : Nat} (ht : t < v) :
    (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token x p))
      + queryShare R T n q m (T.totalSlack B n q S) t ≤ V.margin (n + 1) x m t := by
  have others : (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token x p) - ofNat R S) ≤
      sum n fun p => V.token (token x p) * V.pos p * (V.logit (token x p) p m - V.logit (token x p) p t) :=
    sum_le_sum fun p hp => by
      have hk := Nat.lt_of_le_of_lt (hx p hp) hm
      refine le_trans (sub_le_sub (share_le hX hp ht) (ofNat_le (hS _ (hx p hp) p hp))) ?_
      exact hV.term_ge hk (Nat.lt_succ_of_lt hp) hm ht (hB _ p t)
  have last := hV.term_ge (k := q) hq (Nat.lt_succ_self n) hm ht (hB q n t)
  rw [sum_sub, sum_const] at others
  unfold View.margin
  rw [sum_succ, hlast]
  refine le_trans (le_of_eq ?_) (add_le_add others last)
  unfold queryShare Enclosure.totalSlack
  rw [ofNat_add, ofNat_mul n]
  exact regroup _ _ _ _ _
where
  regroup (a y z nS s : R) : a + (y - z - (nS + s)) = a - nS + (y - z - s) := by ring [a, y, z, nS, s]

/-- A mixture that passes has a positive value in the averaging lemma. -/
theorem placed_of_passes {F U s SL t : Nat} (h : T.Passes X v n SL q m U (F - U) s) (ht : t < v) (hne : t ≠ m) :
    0 < placed (share R T X q m t) (queryShare R T n q m SL t) m F U s := by
  have h := ofNat_lt (R := R) (h t ht hne)
  unfold Enclosure.mix at h
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_mul U, ofNat_mul U, ofNat_mul (F - U),
    ofNat_mul (F - U)] at h
  unfold placed share queryShare
  exact regroup _ _ _ _ _ _ _ _ _ h
where
  regroup (u w a b c d e f g : R) (h : u * b + w * d + f + g < u * a + w * c + e) :
      0 < u * (a - b) + w * (c - d) + (e - f - g) := lt_of_linear h (by ring [u, w, a, b, c, d, e, f, g])

end lowerBound

/-- What a checker shows of the class with `c` positions that do not hold the maximum, and tokens `S` there. -/
structure ClassPasses (T : Enclosure) (X : Nat → Nat) (v n SL q m c : Nat) (S : List Nat) : Prop where
  /-- All positions hold the maximum. -/
  zero : c = 0 → T.Passes X v n SL q m (T.mass q n) 0 m
  /-- Each token passes with both bounds on the weight of the positions that hold the maximum. -/
  pos : 0 < c → ∃ low, ∃ high, ∀ s, s ∈ S →
    T.Passes X v n SL q m (lowMass (T.posLows q n) (n - c) low)
      (T.mass q n - lowMass (T.posLows q n) (n - c) low) s ∧
    T.Passes X v n SL q m (highMass (T.posLows q n) (T.mass q n) (n - c) high)
      (T.mass q n - highMass (T.posLows q n) (T.mass q n) (n - c) high) s

theorem token_append {y : List Nat} {p : Nat} (hp : p < y.length) : token (y ++ [q]) p = token y p :=
  List.getD_append 0 hp

theorem token_append_last (y : List Nat) : token (y ++ [q]) y.length = q := by
  refine (List.getD_append_right 0 (Nat.le_refl _)).trans ?_
  rw [Nat.sub_self]
  rfl

/-- Averaging over the tokens of a class. -/
theorem sum_pos_of_class {SL c t : Nat} {tokens y : List Nat} (h : ClassPasses T X v n SL q m c tokens)
    (lt : ∀ s, s ∈ tokens → s < m) (hy : y ∈ words m tokens n c) (ht : t < v) (hne : t ≠ m) :
    0 < (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token (y ++ [q]) p))
      + queryShare R T n q m SL t := by
  have hlen := length_of_mem_words hy
  have hcount := countOther_of_mem_words (fun hm => Nat.lt_irrefl m (lt m hm)) hy
  have e : (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token (y ++ [q]) p)) =
      sum y.length fun p => ofNat R ((T.posLows q n).getD p 0) * share R T X q m t (token y p) := by
    rw [hlen]
    refine sum_congr fun p hp => ?_
    rw [token_append (hlen.symm ▸ hp)]
    exact congrArg (fun l => ofNat R l * _) (getD_entries _ _ hp).symm
  have average (low high : Nat) := averaging_thresholds (C := queryShare R T n q m SL t) (u := share R T X q m t)
    (ls := T.posLows q n) low high ((length_entries _ n _).trans hlen.symm) hcount rfl
  rw [hlen] at average
  rw [e, hlen]
  cases Nat.eq_zero_or_pos c with
  | inl h0 =>
    refine average 0 0 (fun s hs hsm => ?_) fun _ => ?_
    · exact absurd (all_maximum (hcount.trans h0) s hs) hsm
    · have p := placed_of_passes (R := R) (U := T.mass q n) ((Nat.sub_self (T.mass q n)).symm ▸ h.zero h0) ht hne
      unfold placed at p
      rw [Nat.sub_self, show (ofNat R 0 : R) = 0 from rfl, zero_mul, add_zero] at p
      exact p
  | inr h0 =>
    match h.pos h0 with
    | ⟨low, high, both⟩ =>
      refine average low high (fun s hs hsm => ?_) fun h => absurd h (Nat.ne_of_gt h0)
      have hs := (letter_of_mem_words hy s hs).elim (absurd · hsm) id
      exact ⟨placed_of_passes (both s hs).left ht hne, placed_of_passes (both s hs).right ht hne⟩
where
  all_maximum {y : List Nat} (h : countOther m y = 0) : ∀ s, s ∈ y → s = m := by
    induction y with
    | nil => exact fun _ h => nomatch h
    | cons u y ih =>
      have h : (if u = m then countOther m y else countOther m y + 1) = 0 := h
      by_cases e : u = m
      case pos => rw [ite_eq_left e] at h; exact List.forall_mem_cons.mpr ⟨e, ih h⟩
      case neg => rw [ite_eq_right e] at h; exact absurd h (Nat.succ_ne_zero _)

/-- An input has the property that the tables decide, if what they say of its margins is positive. -/
theorem judged_of_pos {P : List Nat → Prop} {prec width : Nat} (J : T.Judges R prec v n m P) (narrow : T.narrow width = true)
    (hm : m < v) (hq : q ≤ m) {c : Nat} (hc : c < classes n q m) (hX : T.NoBetter X v n m) {S : Nat}
    (hS : T.SlackLe (3 * 2 ^ width) n q m S) {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m) {y : List Nat}
    (hy : y ∈ words m tokens n c)
    (h : ∀ t, t < v → t ≠ m → 0 < (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token (y ++ [q]) p))
      + queryShare R T n q m (T.totalSlack (3 * 2 ^ width) n q S) t) : P (y ++ [q]) := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  have hlen := length_of_mem_words hy
  have hlast : token (y ++ [q]) n = q := hlen ▸ token_append_last y
  match J q hqv with
  | ⟨V, fits, decides⟩ =>
    refine decides _ (valid_append_query (n_ctx := n + 1) rfl hm lt hq hy) hlast (maximum_append_query lt hq hc hy) fun t ht hne => ?_
    refine lt_of_lt_of_le (h t ht hne)
      (margin_ge fits hX (Enclosure.lane_lt narrow q) hS hm hqv (fun p hp => ?_) hlast ht)
    rw [token_append (hlen.symm ▸ hp)]
    exact le_of_mem_append_query lt hq hy _ (List.mem_append.mpr (Or.inl (token_mem (hlen.symm ▸ hp))))

/-- An input is answered correctly if what the tables say of its margins is positive. -/
theorem correct_of_pos {w : Weights} {params : Params} (hw : w.WellFormed) (hT : T = Enclosure.of w params (Circuits.of w))
    (narrow : T.narrow params.width = true) (hn : w.n_ctx = n + 1) (hm : m < w.d_vocab) (hq : q ≤ m) {c : Nat}
    (hc : c < classes n q m) (hX : T.NoBetter X w.d_vocab n m) {S : Nat}
    (hS : T.SlackLe (3 * 2 ^ params.width) n q m S) {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m) {y : List Nat}
    (hy : y ∈ words m tokens n c)
    (h : ∀ t, t < w.d_vocab → t ≠ m →
      0 < (sum n fun p => ofNat R (T.posLo q p) * share R T X q m t (token (y ++ [q]) p))
        + queryShare R T n q m (T.totalSlack (3 * 2 ^ params.width) n q S) t) :
    Correct R w (y ++ [q]) :=
  judged_of_pos (hT ▸ hw.judges (R := R) (m := m) params hn) narrow hm hq hc hX hS lt hy h

/-- The class theorem. -/
theorem class_sound {w : Weights} {params : Params} (hw : w.WellFormed) (hT : T = Enclosure.of w params (Circuits.of w))
    (narrow : T.narrow params.width = true) (hn : w.n_ctx = n + 1) (hm : m < w.d_vocab) (hq : q ≤ m) {c : Nat}
    (hc : c < classes n q m) (hX : T.NoBetter X w.d_vocab n m) {S : Nat}
    (hS : T.SlackLe (3 * 2 ^ params.width) n q m S) {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m)
    (h : ClassPasses T X w.d_vocab n (T.totalSlack (3 * 2 ^ params.width) n q S) q m c tokens) :
    ∀ y, y ∈ words m tokens n c → Correct R w (y ++ [q]) := fun _ hy =>
  correct_of_pos hw hT narrow hn hm hq hc hX hS lt hy fun _ ht hne => sum_pos_of_class h lt hy ht hne

/-- The class theorem, whatever the tables decide. -/
theorem class_judged {P : List Nat → Prop} {prec width : Nat} (J : T.Judges R prec v n m P) (narrow : T.narrow width = true)
    (hm : m < v) (hq : q ≤ m) {c : Nat} (hc : c < classes n q m) (hX : T.NoBetter X v n m) {S : Nat}
    (hS : T.SlackLe (3 * 2 ^ width) n q m S) {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m)
    (h : ClassPasses T X v n (T.totalSlack (3 * 2 ^ width) n q S) q m c tokens) :
    ∀ y, y ∈ words m tokens n c → P (y ++ [q]) := fun _ hy =>
  judged_of_pos J narrow hm hq hc hX hS lt hy fun _ ht hne => sum_pos_of_class h lt hy ht hne

/-- The class theorem in the form that the counting lemma wants, for one query and one maximum. -/
theorem classesSound {w : Weights} {params : Params} (hw : w.WellFormed) (hT : T = Enclosure.of w params (Circuits.of w))
    (narrow : T.narrow params.width = true) (hn : w.n_ctx = n + 1) (hm : m < w.d_vocab) (hq : q ≤ m)
    (hX : T.NoBetter X w.d_vocab n m) {S : Nat} (hS : T.SlackLe (3 * 2 ^ params.width) n q m S) {ok : Nat → Bool}
    {size : Nat → Nat} {tokens : Nat → List Nat} (nodup : ∀ c, c < classes n q m → ok c = true → (tokens c).Nodup)
    (lt : ∀ c, c < classes n q m → ok c = true → ∀ s, s ∈ tokens c → s < m)
    (size_le : ∀ c, c < classes n q m → ok c = true → size c ≤ (tokens c).length)
    (passes : ∀ c, c < classes n q m → ok c = true →
      ClassPasses T X w.d_vocab n (T.totalSlack (3 * 2 ^ params.width) n q S) q m c (tokens c)) :
    ClassesSound (Correct R w) n q m ok size tokens :=
  ⟨nodup, lt, size_le, fun c hc ho =>
    class_sound hw hT narrow hn hm hq hc hX hS (lt c hc ho) (passes c hc ho)⟩

end Compact
