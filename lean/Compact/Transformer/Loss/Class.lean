prelude
import Compact.Transformer.Loss.Gain
import Compact.Transformer.Classes.Bound
import Compact.Counting.Classes
/-!
# The class theorem for a loss

`softAt_of_class`: if the mixtures of gains of a class have a mean of at least `μ`, the sum over wrong outputs of every input of the
class is bounded.  As for margins, only two bounds on the weight of the positions that hold the maximum are used, and each of the
other tokens is tested alone.
-/
namespace Compact
variable {R : Type} [ExpField R] {T : Enclosure} {n q m : Nat}

/-- In the mixture with weight `U` on the maximum `m` and `V` on the token `s`, the mean of the gains `g` is above `μ` by more than the
slack `SL`. -/
def Enclosure.Gains (T : Enclosure) (g : Nat → Nat) (n μ SL q m U V s : Nat) : Prop :=
  μ * (U * T.tokenLo q m + T.tokenLo q q * T.posLo q n) + V * (μ * T.tokenLo q s) + SL <
    U * (T.tokenLo q m * g m) + T.tokenLo q q * T.posLo q n * g q + V * (T.tokenLo q s * g s)

/-- A mixture that passes has a positive value in the averaging lemma. -/
theorem placed_of_gains {g : Nat → Nat} {F U s μ SL : Nat} (h : T.Gains g n μ SL q m U (F - U) s) :
    0 < placed (T.gainShare R g μ q) (T.gainOwn R g n μ SL q) m F U s := by
  have h := ofNat_lt (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_mul μ, ofNat_add, ofNat_mul U (T.tokenLo q m), ofNat_mul U (T.tokenLo q m * g m),
    ofNat_mul (F - U), ofNat_mul (F - U), ofNat_mul μ, ofNat_mul (T.tokenLo q m), ofNat_mul (T.tokenLo q s),
    ofNat_mul (T.tokenLo q q * T.posLo q n) (g q)] at h
  unfold placed Enclosure.gainShare Enclosure.gainOwn
  rw [ofNat_mul (T.tokenLo q m), ofNat_mul (T.tokenLo q m), ofNat_mul (T.tokenLo q s), ofNat_mul (T.tokenLo q s),
    ofNat_mul (T.tokenLo q q * T.posLo q n), ofNat_mul (T.tokenLo q q * T.posLo q n)]
  exact regroup _ _ _ _ _ _ _ _ _ _ h
where
  regroup (μ u v em es o gm gs gq SL : R) (h : μ * (u * em + o) + v * (μ * es) + SL < u * (em * gm) + o * gq + v * (es * gs)) :
      0 < u * (em * gm - em * μ) + v * (es * gs - es * μ) + (o * gq - o * μ - SL) :=
    lt_of_linear h (by ring [μ, u, v, em, es, o, gm, gs, gq, SL])

/-- What a checker shows of the class with `c` positions that do not hold the maximum, and tokens `S` there. -/
structure ClassGains (T : Enclosure) (g : Nat → Nat) (n μ SL q m c : Nat) (S : List Nat) : Prop where
  /-- All positions hold the maximum. -/
  zero : c = 0 → T.Gains g n μ SL q m (T.mass q n) 0 m
  /-- Each token passes with both bounds on the weight of the positions that hold the maximum. -/
  pos : 0 < c → ∃ low, ∃ high, ∀ s, s ∈ S →
    T.Gains g n μ SL q m (lowMass (T.posLows q n) (n - c) low) (T.mass q n - lowMass (T.posLows q n) (n - c) low) s ∧
    T.Gains g n μ SL q m (highMass (T.posLows q n) (T.mass q n) (n - c) high)
      (T.mass q n - highMass (T.posLows q n) (T.mass q n) (n - c) high) s

/-- Averaging over the tokens of a class. -/
theorem mean_pos_of_class {g : Nat → Nat} {μ SL c : Nat} {tokens y : List Nat} (h : ClassGains T g n μ SL q m c tokens)
    (lt : ∀ s, s ∈ tokens → s < m) (hy : y ∈ words m tokens n c) :
    0 < (sum n fun p => ofNat R (T.posLo q p) * T.gainShare R g μ q (token (y ++ [q]) p)) + T.gainOwn R g n μ SL q := by
  have hlen := length_of_mem_words hy
  have hcount := countOther_of_mem_words (fun hm => Nat.lt_irrefl m (lt m hm)) hy
  have e : (sum n fun p => ofNat R (T.posLo q p) * T.gainShare R g μ q (token (y ++ [q]) p)) =
      sum y.length fun p => ofNat R ((T.posLows q n).getD p 0) * T.gainShare R g μ q (token y p) := by
    rw [hlen]
    refine sum_congr fun p hp => ?_
    rw [token_append (hlen.symm ▸ hp)]
    exact congrArg (fun l => ofNat R l * _) (getD_entries _ _ hp).symm
  have average (low high : Nat) := averaging_thresholds (C := T.gainOwn R g n μ SL q) (u := T.gainShare R g μ q)
    (ls := T.posLows q n) low high ((length_entries _ n _).trans hlen.symm) hcount rfl
  rw [hlen] at average
  rw [e, hlen]
  cases Nat.eq_zero_or_pos c with
  | inl h0 =>
    refine average 0 0 (fun s hs hsm => ?_) fun _ => ?_
    · exact absurd (sum_pos_of_class.all_maximum (hcount.trans h0) s hs) hsm
    · have p := placed_of_gains (R := R) (F := T.mass q n) (U := T.mass q n) ((Nat.sub_self (T.mass q n)).symm ▸ h.zero h0)
      unfold placed at p
      rw [Nat.sub_self, show (ofNat R 0 : R) = 0 from rfl, zero_mul, add_zero] at p
      exact p
  | inr h0 =>
    match h.pos h0 with
    | ⟨low, high, both⟩ =>
      refine average low high (fun s hs hsm => ?_) fun h => absurd h (Nat.ne_of_gt h0)
      have hs := (letter_of_mem_words hy s hs).elim (absurd · hsm) id
      exact ⟨placed_of_gains (both s hs).left, placed_of_gains (both s hs).right⟩

/-- What is known of the pairs of a query `q` and a maximum `m`: the tables of the model and its logarithms, and bounds of what
rounding costs. -/
structure LossKnown (R : Type) [ExpField R] (w : Weights) (params : Params) (T : Enclosure) (n q m A low B S : Nat) (U : Nat → Nat)
    (full but : Nat → Nat → Nat) : Prop where
  wellFormed : w.WellFormed
  tables : T = Enclosure.of w params (Circuits.of w)
  n_ctx : w.n_ctx = n + 1
  m_lt : m < w.d_vocab
  q_le : q ≤ m
  logs : T.Logs R (logitUnit R w params) w.d_vocab A U full but
  noBetter : T.NoBetter (withEntry U m low) w.d_vocab (n + 1) m
  slackLe : T.SlackLe B n q m S

section
variable {w : Weights} {params : Params} {A low B S μ : Nat} {U : Nat → Nat} {full but : Nat → Nat → Nat}

/-- What the level `μ` of gains says of the sum over wrong outputs. -/
noncomputable def levelOf (R : Type) [ExpField R] (w : Weights) (params : Params) (A μ : Nat) : R :=
  (ofNat R A + 3 - ofNat R μ) / logitUnit R w params

/-- An input whose mean of gains is at least `μ`. -/
theorem softAt_of_gains (K : LossKnown R w params T n q m A low B S U full but) {c : Nat} (hc : c < classes n q m)
    {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m) {y : List Nat} (hy : y ∈ words m tokens n c)
    (h : (view R w params q).Fits T params.prec w.d_vocab (n + 1) q → Valid w (y ++ [q]) →
      0 ≤ sum (n + 1) fun p => (view R w params q).token (token (y ++ [q]) p) * (view R w params q).pos p *
        (ofNat R (T.gain full but low q m (token (y ++ [q]) p)) - ofNat R μ)) :
    SoftAt R w (levelOf R w params A μ) (y ++ [q]) := by
  have hlen := length_of_mem_words hy
  have hqv := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have hlast : token (y ++ [q]) n = q := hlen ▸ token_append_last y
  have valid : Valid w (y ++ [q]) := valid_append_query K.n_ctx K.m_lt lt K.q_le hy
  have fits : (view R w params q).Fits T params.prec w.d_vocab (n + 1) q := K.tables ▸ K.n_ctx ▸ K.wellFormed.view_fits params hqv
  refine ⟨valid, ?_⟩
  rw [maximum_append_query lt K.q_le hc hy]
  refine soft_of_view K.wellFormed params valid (q := q) (by rw [K.n_ctx]; exact hlast) K.m_lt
    (u := fun p => ofNat R A + 3 - ofNat R (T.gain full but low q m (token (y ++ [q]) p))) ?_ fun p hp => ?_
  · refine le_trans (h fits valid) (le_of_eq ?_)
    rw [K.n_ctx]
    exact sum_congr fun p _ => congrArg (_ * ·) (swap _ _ _)
  · rw [K.n_ctx] at hp
    exact paths_le (logitUnit_pos params) K.logs fits K.noBetter K.m_lt hqv (token_lt valid (K.n_ctx.symm ▸ hp)) hp
where
  swap (a b c : R) : b - c = a - c - (a - b) := by ring [a, b, c]

/-- Any input: gains are not negative. -/
theorem softAt_zero (K : LossKnown R w params T n q m A low B S U full but) {c : Nat} (hc : c < classes n q m)
    {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m) {y : List Nat} (hy : y ∈ words m tokens n c) :
    SoftAt R w (levelOf R w params A 0) (y ++ [q]) :=
  softAt_of_gains K hc lt hy fun fits valid => sum_nonneg fun p hp => by
    have factor := fits.factor (token_lt valid (K.n_ctx.symm ▸ hp)) hp
    refine mul_nonneg (le_trans (ofNat_nonneg _) factor.left) (sub_nonneg.mpr (ofNat_nonneg _))

/-- **The class theorem.** -/
theorem softAt_of_class (K : LossKnown R w params T n q m A low B S U full but) (hμ : μ ≤ 2 * B) {c : Nat} (hc : c < classes n q m)
    {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m)
    (h : ClassGains T (T.gain full but low q m) n μ (2 * T.totalSlack B n q S) q m c tokens) :
    ∀ y, y ∈ words m tokens n c → SoftAt R w (levelOf R w params A μ) (y ++ [q]) := fun y hy =>
  softAt_of_gains K hc lt hy fun fits _ => by
    have hlen := length_of_mem_words hy
    have hlast : token (y ++ [q]) n = q := hlen ▸ token_append_last y
    refine le_trans (le_of_lt (mean_pos_of_class h lt hy)) (mean_ge fits hμ K.slackLe K.m_lt (Nat.lt_of_le_of_lt K.q_le K.m_lt)
      (fun p hp => ?_) hlast)
    rw [token_append (hlen.symm ▸ hp)]
    exact le_of_mem_append_query lt K.q_le hy _ (List.mem_append.mpr (Or.inl (token_mem (hlen.symm ▸ hp))))

end
end Compact
